"""The command itself; tests/test_serving.py really starts servers and processes with it."""

import sys

import pytest
from django.core.management import call_command
from django.db import OperationalError

from wpsnetwork.management import collecting
from wpsnetwork.management.commands import serve
from wpsnetwork.processes import CannotStart


@pytest.fixture
def steps(monkeypatch, settings, tmp_path):
    """What the command does, in order; nothing of it really happens."""
    done = []
    settings.VAR_DIR = tmp_path
    (tmp_path / "demonstration-sign-ins.txt").write_text("Focal point of Namibia ...")
    monkeypatch.setenv("PORT", "8123")
    monkeypatch.setattr(serve, "mark_if_empty", lambda: done.append("mark"))
    monkeypatch.setattr(serve, "collect_static_files", lambda: done.append("static files"))
    monkeypatch.setattr(serve, "call_command", lambda name, **options: done.append(name))
    monkeypatch.setattr(serve.connections, "close_all", lambda: None)

    def run(children, port, words):
        done.extend([child.name for child in children])
        done.append(port)
        sys.stdout.write(words())

    monkeypatch.setattr(serve, "run", run)
    return done


def test_the_mark_comes_first_and_the_processes_last(steps, capsys):
    call_command("serve")
    assert steps == [
        "mark",
        "migrate",
        "static files",
        "load_network",
        "make_demonstration",
        "mail-catcher",
        "web",
        "worker",
        "worker-newsletter",
        "beat",
        8123,
    ]
    printed = capsys.readouterr().out
    assert "/accounts/login/" in printed
    assert "Focal point of Namibia" in printed
    assert "/demonstration/mail/" in printed


def test_production_is_not_served_this_way(steps, settings):
    settings.DEMONSTRATION = False
    with pytest.raises(CannotStart, match="demonstrations only"):
        call_command("serve")
    assert steps == []


def test_a_database_that_breaks_off_is_told_in_one_sentence(steps, monkeypatch):
    def break_off():
        raise OperationalError("could not extend file: No space left on device\nHINT: more")

    monkeypatch.setattr(serve, "mark_if_empty", break_off)
    with pytest.raises(CannotStart, match=r"broke off \(could not .* on device\): see"):
        call_command("serve")


def test_static_files_are_collected_when_one_has_changed(settings, tmp_path):
    source, target = tmp_path / "source", tmp_path / "target"
    source.mkdir()
    (source / "one.css").write_text("a {}")
    settings.STATICFILES_DIRS = [source]
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    settings.STATIC_ROOT = target
    assert collecting.collect_static_files()
    assert (target / "one.css").read_text() == "a {}"
    assert not collecting.collect_static_files()
    (source / "two.css").write_text("b {}")
    assert collecting.collect_static_files()
    assert (target / "two.css").exists()
