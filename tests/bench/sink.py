"""A mail relay that takes everything at once and keeps nothing: as fast as Python can be one.

Run as `python -m tests.bench.sink <port> [<file>]`; the file gets the reader of each message that
was taken, a line each, written before the answer leaves.
"""

import os
import socket
import sys
import threading

GREETING = b"220 sink ESMTP\r\n"
EHLO = b"250-sink\r\n250-PIPELINING\r\n250-8BITMIME\r\n250 SIZE 50000000\r\n"
OK = b"250 2.0.0 OK\r\n"
GO_ON = b"354 Go on\r\n"
TAKEN = b"250 2.0.0 Taken\r\n"
BYE = b"221 2.0.0 Bye\r\n"
END = b"\r\n.\r\n"
CHUNK = 1 << 16


class Conversation:
    """One connection, in a thread of its own."""

    def __init__(self, connection: socket.socket, record: int | None) -> None:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.connection = connection
        self.record = record
        self.reader = b""

    def run(self) -> None:
        try:
            self.connection.sendall(GREETING)
            self._talk()
        except OSError:
            pass  # the other side is gone, as in the tests that kill it
        finally:
            self.connection.close()

    def _talk(self) -> None:
        rest = b""
        while data := self.connection.recv(CHUNK):
            rest += data
            answers = b""
            while (end := rest.find(b"\r\n")) >= 0:
                line, rest = rest[:end], rest[end + 2 :]
                answer = self._answer(line)
                answers += answer
                if answer is GO_ON:
                    self.connection.sendall(answers)
                    rest = self._message(rest)
                    answers = TAKEN
            if answers:
                self.connection.sendall(answers)

    def _answer(self, line: bytes) -> bytes:
        verb = line[:4].upper()
        if verb == b"DATA":
            return GO_ON
        if verb == b"EHLO":
            return EHLO
        if verb == b"QUIT":
            return BYE
        if verb == b"RCPT":
            self.reader = line[line.find(b"<") + 1 : line.rfind(b">")]
        return OK

    def _message(self, begun: bytes) -> bytes:
        """Read to the end of the message and return what follows it; raise OSError if none."""
        tail = begun
        while (end := tail.find(END)) < 0:
            data = self.connection.recv(CHUNK)
            if not data:
                raise ConnectionResetError("The message was cut off.")
            # Only the last four bytes of what came before can begin the end.
            tail = tail[-4:] + data
        if self.record is not None:
            os.write(self.record, self.reader + b"\n")
        return tail[end + len(END) :]


def serve(port: int, record: str | None) -> None:
    """Take mail on the loopback address until this process is ended."""
    file = os.open(record, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600) if record else None
    with socket.create_server(("127.0.0.1", port), backlog=50) as server:
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        while True:
            connection, _address = server.accept()
            conversation = Conversation(connection, file)
            threading.Thread(target=conversation.run, daemon=True).start()


if __name__ == "__main__":
    serve(int(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else None)
