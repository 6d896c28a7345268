import os
import re
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from wpsnetwork import setup_machine

DEBIAN_12, DEBIAN_13, UBUNTU = ("debian", 12.0), ("debian", 13.0), ("ubuntu", 24.04)


@pytest.fixture
def bare(monkeypatch):
    """A machine on which nothing is found."""
    monkeypatch.setattr(setup_machine, "has_library", lambda name: False)
    monkeypatch.setattr(setup_machine, "has_font", lambda name: False)
    monkeypatch.setattr(setup_machine, "find_spec", lambda name: None)
    monkeypatch.setattr(setup_machine.shutil, "which", lambda name: None)


@pytest.fixture
def steps(monkeypatch):
    """The commands that would be run; they all succeed."""
    found = []

    def run(command, **options):
        found.append([str(part) for part in command])
        return SimpleNamespace(returncode=0, stdout="", stderr="")

    monkeypatch.setattr(setup_machine.subprocess, "run", run)
    return found


@pytest.mark.parametrize(
    ("release", "magic", "liberation"),
    [
        (DEBIAN_12, "libmagic1", "fonts-liberation2"),
        (DEBIAN_13, "libmagic1t64", "fonts-liberation"),
        (UBUNTU, "libmagic1t64", "fonts-liberation"),
    ],
)
def test_packages_have_the_names_of_the_release(bare, release, magic, liberation):
    missing = setup_machine.missing_packages(release, tests=False)
    assert missing == [
        "libpango-1.0-0",
        "libpangoft2-1.0-0",
        "libharfbuzz-subset0",
        magic,
        liberation,
        "fonts-noto-core",
        f"python3.{sys.version_info.minor}-venv",
    ]


def test_tests_need_a_browser_and_java_too(bare):
    missing = setup_machine.missing_packages(DEBIAN_12, tests=True)
    assert missing[-2:] == ["chromium", "default-jre-headless"]


def test_ubuntu_is_told_how_to_get_a_browser(bare):
    with pytest.raises(SystemExit, match="snap only"):
        setup_machine.missing_packages(UBUNTU, tests=True)


def test_this_machine_has_what_the_portal_needs():
    assert setup_machine.missing_packages(DEBIAN_12, tests=False) == []
    assert not setup_machine.has_library("libnone.so.0")
    assert not setup_machine.has_font("None-Regular.ttf")


def test_root_installs_packages(monkeypatch, steps):
    monkeypatch.setattr(setup_machine.shutil, "which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    setup_machine.install_packages(["libmagic1"])
    assert steps == [
        ["apt-get", "update"],
        ["apt-get", "install", "--yes", "--no-install-recommends", "libmagic1"],
    ]


def test_others_are_told_the_command_to_type(monkeypatch, steps):
    monkeypatch.setattr(setup_machine.shutil, "which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(SystemExit, match="`sudo apt-get install libmagic1 chromium`"):
        setup_machine.install_packages(["libmagic1", "chromium"])
    monkeypatch.setattr(setup_machine.shutil, "which", lambda name: None)
    with pytest.raises(SystemExit, match="please install them: libmagic1"):
        setup_machine.install_packages(["libmagic1"])
    assert steps == []


def test_apt_that_fails_is_told_with_its_reason(monkeypatch):
    monkeypatch.setattr(setup_machine.shutil, "which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    failed = SimpleNamespace(returncode=100, stdout="", stderr="first\nE: no such package\n")
    monkeypatch.setattr(setup_machine.subprocess, "run", lambda *args, **options: failed)
    with pytest.raises(SystemExit, match="`apt-get update` failed: E: no such package"):
        setup_machine.install_packages(["nonesuch"])
    assert setup_machine.last_line("") == "no reason given"


def test_the_release_is_read(tmp_path):
    path = tmp_path / "os-release"
    path.write_text('PRETTY_NAME="Ubuntu"\nID=ubuntu\nVERSION_ID="24.04"\n\n')
    assert setup_machine.read_release(path) == UBUNTU
    assert setup_machine.read_release(tmp_path / "none") == ("", 99.0)


@pytest.fixture
def venv(monkeypatch, tmp_path):
    (tmp_path / "bin").mkdir()
    monkeypatch.setattr(setup_machine, "VENV", tmp_path)
    monkeypatch.setattr(setup_machine, "missing_packages", lambda release, *, tests: [])
    return tmp_path


def test_a_second_time_nothing_is_installed(venv, steps):
    setup_machine.main([])
    assert [Path(step[0]).name for step in steps][-1] == "uv"
    assert "--require-hashes" in steps[-1]
    done = len(steps)
    setup_machine.main(["--tests"])
    assert len(steps) == done
    (venv / "installed").write_text("other requirements")
    setup_machine.main([])
    assert len(steps) > done


def test_a_disk_without_room_is_told_before_anything_is_made(venv, monkeypatch, steps):
    usage = SimpleNamespace(free=999 * 1024**2)
    monkeypatch.setattr(setup_machine.shutil, "disk_usage", lambda path: usage)
    with pytest.raises(SystemExit, match="has 999 MB left, and 1000 MB are needed: free some"):
        setup_machine.main([])
    assert steps == []
    (venv / "bin" / "python").symlink_to(sys.executable)  # it is there: little is added to it
    setup_machine.require_space()


def test_a_disk_that_fills_up_meanwhile_is_told(venv, monkeypatch, steps):
    (venv / "installed").mkdir()  # the last file cannot be written
    monkeypatch.setattr(setup_machine, "is_installed", lambda: False)
    with pytest.raises(
        SystemExit, match=r"could not be made \(Is a directory\): see that its disk"
    ):
        setup_machine.main([])


def test_a_venv_that_cannot_be_made_is_told(venv, monkeypatch):
    def fail(command, *, check, **options):
        if check:
            raise subprocess.CalledProcessError(1, command)
        return SimpleNamespace(returncode=1, stdout="", stderr="")

    monkeypatch.setattr(setup_machine.subprocess, "run", fail)
    with pytest.raises(SystemExit, match=r"\(the reason stands above\): see that its disk has"):
        setup_machine.main([])


def test_missing_packages_are_installed_first(venv, monkeypatch, steps):
    asked = []
    monkeypatch.setattr(setup_machine, "missing_packages", lambda release, *, tests: ["libmagic1"])
    monkeypatch.setattr(setup_machine, "install_packages", asked.append)
    setup_machine.main([])
    assert asked == [["libmagic1"]]


def test_pip_takes_over_when_uv_fails(venv, monkeypatch, capsys):
    failing = {"uv"}
    steps = []

    def run(command, **options):
        steps.append([str(part) for part in command])
        return SimpleNamespace(returncode=Path(command[0]).name in failing, stdout="", stderr="")

    monkeypatch.setattr(setup_machine.subprocess, "run", run)
    setup_machine.install_requirements()
    assert "--require-hashes" in steps[-1]
    assert Path(steps[-1][0]).name == "python"
    failing.add("python")
    with pytest.raises(SystemExit, match="could not be installed"):
        setup_machine.install_requirements()


def test_a_venv_of_the_same_python_is_kept(monkeypatch, tmp_path):
    (tmp_path / "bin").mkdir()
    monkeypatch.setattr(setup_machine, "VENV", tmp_path)
    (tmp_path / "bin" / "python").symlink_to(sys.executable)
    (tmp_path / "kept").write_text("")
    setup_machine.make_venv()
    assert (tmp_path / "kept").exists()
    monkeypatch.setattr(setup_machine.sys, "version", "3.99")
    made = []
    real = subprocess.run

    def run(command, **options):
        return made.append(command) if "venv" in command else real(command, **options)

    monkeypatch.setattr(setup_machine.subprocess, "run", run)
    setup_machine.make_venv()
    assert made == [[sys.executable, "-m", "venv", "--clear", str(tmp_path)]]


def test_settings_of_pip_reach_uv():
    pip = {
        "index-url": "https://packages.example/simple",
        "extra-index-url": "https://more.example/simple",
        "find-links": "/one /two",
        "cert": "/etc/ca.pem",
        "no-input": "1",
    }
    assert setup_machine.uv_settings(pip, {"SSL_CERT_FILE": "/own.pem"}) == {
        "UV_DEFAULT_INDEX": "https://packages.example/simple",
        "UV_INDEX": "https://more.example/simple",
        "UV_INDEX_STRATEGY": "unsafe-best-match",
        "UV_FIND_LINKS": "/one,/two",
    }
    assert setup_machine.uv_settings({}, {}) == {}


def test_settings_of_pip_are_read(monkeypatch):
    listed = "global.index-url='https://packages.example/simple'\n:env:.cert='/etc/ca.pem'\n"
    answer = SimpleNamespace(returncode=0, stdout=listed)
    monkeypatch.setattr(setup_machine.subprocess, "run", lambda *args, **options: answer)
    assert setup_machine.pip_settings("python") == {
        "index-url": "https://packages.example/simple",
        "cert": "/etc/ca.pem",
    }


def test_nothing_but_the_standard_library_is_imported():
    source = Path(setup_machine.__file__).read_text()
    modules = re.findall(r"^(?:import|from) (\w+)", source, re.MULTILINE)
    assert len(modules) > 5
    assert set(modules) <= sys.stdlib_module_names
