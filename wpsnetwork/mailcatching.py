"""A mail relay for demonstrations: keeps each message as a file and passes none on.

Run as `python -m wpsnetwork.mailcatching <port> <directory>`. It needs aiosmtpd, which production
does not have.
"""

import asyncio
import sys
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

from aiosmtpd.smtp import SMTP, Envelope, Session

LARGEST = 33_554_432


class Keeper:
    """Writes what arrives into a directory, the newest last by name."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        directory.mkdir(parents=True, exist_ok=True)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Keep the message, whole or not at all."""
        name = f"{datetime.now(UTC):%Y%m%dT%H%M%S%f}-{uuid4().hex[:8]}"
        unfinished = self.directory / f"{name}.part"
        unfinished.write_bytes(envelope.original_content or b"")
        unfinished.rename(self.directory / f"{name}.eml")
        return "250 Kept"


async def catch(port: int, directory: Path) -> None:
    """Take mail on the loopback address until this process ends."""
    keeper = Keeper(directory)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: SMTP(keeper, data_size_limit=LARGEST, enable_SMTPUTF8=True), "127.0.0.1", port
    )
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(catch(int(sys.argv[1]), Path(sys.argv[2])))
