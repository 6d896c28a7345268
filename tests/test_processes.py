import os
import signal
import socket
import sys
import time

import pytest

from wpsnetwork.processes import (
    CannotStart,
    ask,
    free_port,
    require_free_port,
    require_space,
    start,
    stop,
)


def test_a_taken_port_is_told_with_what_to_do():
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with pytest.raises(CannotStart, match=f"Port {port} is taken: end .* PORT=8001"):
            require_free_port(port)
    require_free_port(port)


def test_a_port_for_root_is_told(monkeypatch):
    def refuse(address):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(socket, "create_server", refuse)
    with pytest.raises(CannotStart, match="Port 80 needs root"):
        require_free_port(80)


def test_a_full_disk_is_told(tmp_path):
    require_space(tmp_path / "new", 1)
    with pytest.raises(CannotStart, match="is full: free at least 999999999 MB"):
        require_space(tmp_path / "new", 999_999_999)


def test_a_directory_that_cannot_be_written_to_is_told(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(CannotStart, match="cannot be written to"):
        require_space(tmp_path / "file" / "var", 1)


def test_stopping_kills_what_does_not_end_and_its_children(tmp_path):
    code = (
        "import os, signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); os.fork();"
        "print(os.getpid(), flush=True); time.sleep(60)"
    )
    process = start([sys.executable, "-c", code], tmp_path / "log")
    pids = _pids(tmp_path / "log", 2)
    stop(process, patience=0.2)
    assert process.returncode == -signal.SIGKILL
    assert _left(pids) == []
    ask(process, signal.SIGTERM)  # it has ended: nothing happens


def test_a_process_ends_with_the_one_that_started_it(tmp_path):
    code = (
        "import sys, time; from pathlib import Path; from wpsnetwork.processes import start;"
        "child = start([sys.executable, '-c', 'import time; time.sleep(60)'], Path(sys.argv[1]));"
        "print(child.pid, flush=True); time.sleep(60)"
    )
    parent = start([sys.executable, "-c", code, str(tmp_path / "child")], tmp_path / "log")
    [child] = _pids(tmp_path / "log", 1)
    assert _lives(child)
    os.kill(parent.pid, signal.SIGKILL)
    parent.wait()
    assert _left([child]) == []


def test_a_free_port_can_be_had():
    with socket.create_server(("127.0.0.1", free_port())):
        pass


def _pids(log, count):
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        words = log.read_text().split() if log.exists() else []
        if len(words) >= count:
            return [int(word) for word in words]
        time.sleep(0.02)
    raise AssertionError(log.read_text())


def _left(pids):
    """Those that still live once the kernel has had the time to carry a signal out."""
    deadline = time.monotonic() + 5
    while any(map(_lives, pids)) and time.monotonic() < deadline:
        time.sleep(0.02)
    return [pid for pid in pids if _lives(pid)]


def _lives(pid):
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
