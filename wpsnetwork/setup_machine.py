"""Set up what the Makefile's targets need: system packages, then .venv with the requirements.

Run by the machine's own Python before .venv exists, so it imports nothing but the standard
library: `python3 -I wpsnetwork/setup_machine.py [--tests]`.
"""

import ctypes
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent
VENV = BASE_DIR / ".venv"
REQUIREMENTS = [BASE_DIR / "requirements.txt", BASE_DIR / "requirements-dev.txt"]
UV = "uv>=0.5,<1"
MEGABYTES = 1000  # what .venv takes (650), with room to unpack
NO_CHROMIUM = (
    "Ubuntu has Chromium as a snap only, which the tests cannot drive: install Google's "
    "google-chrome-stable, then type `sudo ln -s /usr/bin/google-chrome /usr/bin/chromium`."
)
WHAT_TO_DO = (
    f"see that its disk has {MEGABYTES} MB left and that this user may write there, then type the "
    "same command again."
)
# What pip calls a setting, and what uv calls it. uv does not read pip's files.
FROM_PIP_TO_UV = {
    "index-url": "UV_DEFAULT_INDEX",
    "extra-index-url": "UV_INDEX",
    "find-links": "UV_FIND_LINKS",
    "cert": "SSL_CERT_FILE",
    "default-timeout": "UV_HTTP_TIMEOUT",
    "timeout": "UV_HTTP_TIMEOUT",
}


def main(arguments: list[str]) -> None:
    """Set up everything; end with one sentence when something is left to the person."""
    tests = "--tests" in arguments
    release = read_release(Path("/etc/os-release"))
    missing = missing_packages(release, tests=tests)
    if missing:
        install_packages(missing)
    if not is_installed():
        set_up_venv()


# System packages ----------------------------------------------------------------------------
def read_release(path: Path) -> tuple[str, float]:
    """Return the name of the distribution and its version, as in ("debian", 12.0)."""
    lines = path.read_text().splitlines() if path.exists() else []
    values = dict(line.split("=", 1) for line in lines if "=" in line)
    version = values.get("VERSION_ID", "").strip('"')
    return values.get("ID", "").strip('"'), float(version) if version else 99.0


def missing_packages(release: tuple[str, float], *, tests: bool) -> list[str]:
    """Return the packages to install, by the names that this release has for them."""
    found = {
        "libpango-1.0-0": has_library("libpango-1.0.so.0"),
        "libpangoft2-1.0-0": has_library("libpangoft2-1.0.so.0"),
        "libharfbuzz-subset0": has_library("libharfbuzz-subset.so.0"),
        magic_package(release): has_library("libmagic.so.1"),
        liberation_package(release): has_font("LiberationSerif-Regular.ttf"),
        "fonts-noto-core": has_font("NotoSans-Regular.ttf"),
        f"python3.{sys.version_info.minor}-venv": find_spec("ensurepip") is not None,
    }
    if tests:
        found["chromium"] = shutil.which("chromium") is not None
        found["default-jre-headless"] = shutil.which("java") is not None
    missing = [package for package, there in found.items() if not there]
    if "chromium" in missing and release[0] == "ubuntu":
        sys.exit(NO_CHROMIUM)
    return missing


def magic_package(release: tuple[str, float]) -> str:
    name, version = release
    newer = version >= (24.04 if name == "ubuntu" else 13)
    return "libmagic1t64" if newer else "libmagic1"


def liberation_package(release: tuple[str, float]) -> str:
    """Before Debian 13 and Ubuntu 24.04 fonts-liberation is the first, narrower version."""
    name, version = release
    older = version < (24.04 if name == "ubuntu" else 13)
    return "fonts-liberation2" if older else "fonts-liberation"


def has_library(name: str) -> bool:
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True


def has_font(file_name: str) -> bool:
    places = [Path("/usr/share/fonts"), Path("/usr/local/share/fonts")]
    return any(True for place in places for _ in place.rglob(file_name))


def install_packages(packages: list[str]) -> None:
    """Install with apt as root; else end with the command to type."""
    command = ["apt-get", "install", "--yes", "--no-install-recommends", *packages]
    if not shutil.which("apt-get"):
        sys.exit(f"These system packages are missing; please install them: {' '.join(packages)}.")
    if os.geteuid() != 0:
        typed = " ".join(["sudo", "apt-get", "install", *packages])
        sys.exit(f"System packages are missing: type `{typed}`, then the same command again.")
    print(f"Installing system packages: {' '.join(packages)}", flush=True)
    quiet = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for step in (["apt-get", "update"], command):
        done = subprocess.run(step, env=quiet, capture_output=True, text=True, check=False)
        if done.returncode:
            sys.exit(f"`{' '.join(step)}` failed: {last_line(done.stderr)}")


def last_line(text: str) -> str:
    lines = text.strip().splitlines()
    return lines[-1] if lines else "no reason given"


# Python packages ----------------------------------------------------------------------------
def fingerprint() -> str:
    """Return a word that changes with the requirements and with the version of Python."""
    content = b"".join(path.read_bytes() for path in REQUIREMENTS)
    return hashlib.sha256(content + sys.version.encode()).hexdigest()


def stamp() -> Path:
    return VENV / "installed"


def is_installed() -> bool:
    return stamp().exists() and stamp().read_text() == fingerprint()


def set_up_venv() -> None:
    """Make .venv with everything in it; end with one sentence when that cannot be done."""
    require_space()
    try:
        make_venv()
        install_requirements()
        stamp().write_text(fingerprint())
    except OSError as error:
        sys.exit(f"{VENV} could not be made ({error.strerror}): {WHAT_TO_DO}")
    except subprocess.CalledProcessError:
        sys.exit(f"{VENV} could not be made (the reason stands above): {WHAT_TO_DO}")


def require_space() -> None:
    """End with one sentence when a first .venv would not fit on the disk."""
    free = shutil.disk_usage(VENV.parent).free // 1024**2
    if free < MEGABYTES and not (VENV / "bin" / "python").exists():
        sys.exit(
            f"The disk of {VENV} has {free} MB left, and {MEGABYTES} MB are needed: free some "
            "space, then type the same command again."
        )


def make_venv() -> None:
    """Make .venv with this Python, or keep one of the same version."""
    python = str(VENV / "bin" / "python")
    if Path(python).exists():
        asked = [python, "-c", "import sys; print(sys.version)"]
        known = subprocess.run(asked, capture_output=True, text=True, check=False).stdout.strip()
        if known == sys.version.strip():
            return
    subprocess.run([sys.executable, "-m", "venv", "--clear", str(VENV)], check=True)


def install_requirements() -> None:
    """Install exactly what the two files name, by uv where it can be had, else by pip."""
    print("Installing the requirements into .venv", flush=True)
    python = str(VENV / "bin" / "python")
    files = [part for path in REQUIREMENTS for part in ("-r", str(path))]
    pip = [python, "-m", "pip", "--disable-pip-version-check"]
    got_uv = subprocess.run([*pip, "install", "--quiet", UV], check=False).returncode == 0
    if got_uv:
        uv = [str(VENV / "bin" / "uv"), "pip", "install", "--quiet", "--python", python]
        environment = os.environ | uv_settings(pip_settings(python), os.environ)
        done = subprocess.run([*uv, "--require-hashes", *files], env=environment, check=False)
        if done.returncode == 0:
            return
        print("uv could not install them; trying pip", flush=True)
    done = subprocess.run([*pip, "install", "--quiet", "--require-hashes", *files], check=False)
    if done.returncode:
        sys.exit("The requirements could not be installed: the reason stands above.")


def pip_settings(python: str) -> dict[str, str]:
    """Return what pip's files and environment set, by pip's names."""
    command = [python, "-m", "pip", "config", "list"]
    listed = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    settings: dict[str, str] = {}
    for line in listed.splitlines():
        name, _, value = line.partition("=")
        settings[name.rpartition(".")[2]] = value.strip("'\"")
    return settings


def uv_settings(pip: Mapping[str, str], environment: Mapping[str, str]) -> dict[str, str]:
    """Translate pip's settings for uv; what the environment already says to uv stays.

    With several indexes pip takes the best version of all, uv the first index that knows the name;
    the hashes make pip's way safe.
    """
    wanted = {FROM_PIP_TO_UV[name]: value for name, value in pip.items() if name in FROM_PIP_TO_UV}
    if "UV_FIND_LINKS" in wanted:
        wanted["UV_FIND_LINKS"] = ",".join(wanted["UV_FIND_LINKS"].split())
    if "UV_INDEX" in wanted:
        wanted["UV_INDEX_STRATEGY"] = "unsafe-best-match"
    return {name: value for name, value in wanted.items() if name not in environment}


if __name__ == "__main__":
    main(sys.argv[1:])
