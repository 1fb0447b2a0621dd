"""The demo's mail server: takes every mail on a loopback port and keeps it as a file, sends none.

Run as `python -m config.demo.mailbox DESCRIPTOR FOLDER`, with a bound socket as the descriptor.
"""

import asyncio
import itertools
import os
import socket
import sys
import time
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

MAX_BYTES = 20 * 1024 * 1024  # of a mail


class Mailbox:
    """Keeps mails in a folder under names that sort by the moment they came."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._numbers = itertools.count(1)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Answers the sender only when the mail lies whole in the folder."""
        name = f"{time.time_ns() // 1_000_000}-{next(self._numbers):04}.eml"
        unfinished = self.folder / f".{name}"  # the pages of the mails pass over such names
        try:
            unfinished.write_bytes(envelope.original_content or b"")
            unfinished.rename(self.folder / name)
        except OSError as error:
            return f"452 The mail could not be kept: {error.strerror}"  # SMTP: try again later
        return "250 Kept"  # SMTP: taken


async def serve(listener: socket.socket, folder: Path) -> None:
    """Takes mails from `listener` into `folder` (created) until the process is ended."""
    folder.mkdir(parents=True, exist_ok=True)
    mailbox = Mailbox(folder)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: SMTP(
            mailbox, data_size_limit=MAX_BYTES, enable_SMTPUTF8=True, hostname="localhost"
        ),
        sock=listener,
    )
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    os.umask(0o077)  # nobody but the user who runs the demo can read the files
    asyncio.run(serve(socket.socket(fileno=int(sys.argv[1])), Path(sys.argv[2])))
