import socket
import sys

import pytest

from wpsnetwork import supervising
from wpsnetwork.processes import CannotStart, free_port
from wpsnetwork.supervising import Child, portal_processes, restart_ended, run, wait_until_up

LISTEN = """
import socket, sys, time
server = socket.create_server(("127.0.0.1", int(sys.argv[1])))
time.sleep(60)
"""


@pytest.fixture
def listening(tmp_path):
    port = free_port()
    return port, Child("web", ["-c", LISTEN, str(port)], tmp_path / "web.log")


def test_all_children_end_when_running_is_interrupted(listening, capsys):
    port, child = listening

    def interrupt():
        socket.create_connection(("127.0.0.1", port)).close()
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run([child], port, interrupt)
    assert child.process.poll() is not None


def test_a_child_that_ends_is_started_again_and_told(listening, capsys):
    _, child = listening
    child.start()
    restart_ended([child])  # it runs: nothing happens
    child.process.kill()
    child.process.wait()
    restart_ended([child])
    assert child.process.poll() is None
    assert "web ended and is started again" in capsys.readouterr().out
    supervising.stop_all([child])


def test_a_child_that_ends_time_and_again_ends_all(tmp_path, listening, monkeypatch, capsys):
    port, web = listening
    broken = Child("worker", ["-c", "raise SystemExit('why')"], tmp_path / "worker.log")
    with pytest.raises(CannotStart, match=r"worker ends time and again: .*worker\.log"):
        run([web, broken], port, lambda: "")
    assert web.process.poll() is not None
    assert "why" in broken.log.read_text()


def test_a_portal_that_never_answers_is_told(tmp_path):
    child = Child("web", ["-c", "import time; time.sleep(60)"], tmp_path / "web.log")
    child.start()
    port = free_port()
    with pytest.raises(CannotStart, match=f"does not answer at port {port}"):
        wait_until_up([child], port, patience=0.3)
    supervising.stop_all([child])


def test_the_processes_of_the_portal_are_these(tmp_path):
    children = portal_processes(8000, 2525, tmp_path / "mail", tmp_path)
    assert [child.name for child in children] == [
        "mail-catcher",
        "web",
        "worker",
        "worker-newsletter",
        "beat",
    ]
    assert all(sys.executable not in child.argv for child in children)
    assert "127.0.0.1:8000" in children[1].argv


def test_the_others_start_when_the_one_that_answers_does_and_the_words_come_last(
    tmp_path, listening, capsys
):
    port, web = listening
    web.answers = True
    other = Child("worker", ["-c", "raise SystemExit('why')"], tmp_path / "worker.log")

    def words():
        socket.create_connection(("127.0.0.1", port)).close()
        assert other.process is None
        return "All is up.\n"

    with pytest.raises(CannotStart, match="worker ends time and again"):
        run([web, other], port, words)
    assert capsys.readouterr().out.startswith("All is up.\n")
    assert web.process.poll() is not None
