"""Reads an uploaded file in a process of its own, limited in time, memory and size of answer.

The process gets the file and nothing else: no database, no secret, no environment. It answers
with plain data, in the shape that the reader promises. It is forked by a server process with the
readers loaded (`sandbox_server.py`), which is started for the first file that this process reads.
"""

import atexit
import json
import logging
import os
import socket
import sys
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryFile
from threading import Lock
from typing import IO, Any, Final

import msgspec
from django.utils.translation import get_language, gettext as _

from drafts.parsing.file_text import Problem, ReadText, TrackedChangesChoice, Unreadable

TIMEOUT: Final = 30
"""Seconds; a text of 300 pages takes about 5."""

_MAX_SECONDS_TO_FORK: Final = 30  # the first time, the readers are loaded
_SERVER: Final = Path(__file__).with_name("sandbox_server.py")

log = logging.getLogger(__name__)


class ChildAnswer(msgspec.Struct):
    """The answer of the child: what the reader made of the file, or why it could not."""

    result: msgspec.Raw = msgspec.Raw(b"null")  # JSON that is not decoded yet
    problems: tuple[Problem, ...] = ()
    failure: str = ""  # the kind of error, and where: never words of the file


def read_in_child[Read](
    result_type: type[Read], reader_path: str, content: bytes, **reader_arguments: Any
) -> Read:
    """What a reader makes of a file, read in a child process.

    `reader_path` is "module:function", called with `content` and the plain `reader_arguments`, so
    that this process imports no reader; `result_type` is the type of its answer, a dataclass of
    plain values.
    Raises Unreadable: with the reader's own problems, or with the one sentence that the file is
    too large or broken.
    """
    request = {
        "reader": reader_path,
        "language": get_language() or "en",
        "arguments": reader_arguments,
        "seconds": TIMEOUT,
    }
    with TemporaryFile() as output:
        _run_child(reader_path, json.dumps(request).encode() + b"\n" + content, output)
        output.seek(0)
        answer = msgspec.json.decode(output.read(), type=ChildAnswer)
    if answer.failure:
        log.error("A file was not read by %s: %s", reader_path, answer.failure)
        raise Unreadable.because(_unreadable_message())
    if answer.problems:
        raise Unreadable(answer.problems)
    try:
        return msgspec.json.decode(answer.result, type=result_type)
    except msgspec.ValidationError as error:
        log.error("%s answered otherwise than it promised", reader_path)
        raise Unreadable.because(_unreadable_message()) from error


def _run_child(reader_path: str, child_input: bytes, output: IO[bytes]) -> None:
    """Run the child. Raises Unreadable where it crashes, reaches a limit, or takes too long."""
    with _server.fork(reader_path, output) as channel:
        channel.settimeout(TIMEOUT)
        # It fails where the child ends before it has read everything, or takes longer than TIMEOUT.
        with suppress(OSError):
            channel.sendall(child_input)
            channel.shutdown(socket.SHUT_WR)
            if channel.recv(1):  # WELL_DONE of the child: the whole answer is written
                return
    log.warning("A file was not read by %s: the child gave no answer", reader_path)
    raise Unreadable.because(_too_heavy_message())


class _Server:
    """The process that forks the children: started when first needed, and again where it ended."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._message_socket: socket.socket | None = None

    def fork(self, reader_path: str, output: IO[bytes]) -> socket.socket:
        """A channel to a new child, which answers into `output`. Raises OSError."""
        with self._lock:
            if self._message_socket:
                with suppress(OSError):  # it has ended: another is started
                    return _fork(self._message_socket, reader_path, output)
            return _fork(self._start(), reader_path, output)

    def _start(self) -> socket.socket:
        """Start the process; gives the socket that takes messages to it."""
        if self._message_socket:
            self._message_socket.close()
        self._message_socket, server_socket = socket.socketpair(type=socket.SOCK_SEQPACKET)
        atexit.register(self._message_socket.close)
        with server_socket:
            os.posix_spawn(
                sys.executable,
                # Isolated from the environment (-I), and without writing compiled files (-B).
                [sys.executable, "-I", "-B", str(_SERVER)],
                {},
                # The socket is its standard input; what it prints is thrown away.
                file_actions=[
                    (os.POSIX_SPAWN_DUP2, server_socket.fileno(), 0),
                    (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0),
                    (os.POSIX_SPAWN_OPEN, 2, os.devnull, os.O_WRONLY, 0),
                ],
                # Ctrl+C in the terminal of this process does not end that one.
                setsid=True,
            )
        return self._message_socket


def _fork(message_socket: socket.socket, reader_path: str, output: IO[bytes]) -> socket.socket:
    """A channel to a new child, as soon as the server has answered that it forks one."""
    channel, channel_of_child = socket.socketpair()
    try:
        channel.settimeout(_MAX_SECONDS_TO_FORK)
        with channel_of_child:
            files = [channel_of_child.fileno(), output.fileno()]
            socket.send_fds(message_socket, [reader_path.encode()], files)
        if not channel.recv(1):  # HEARD of the server; nothing where it has ended
            raise ConnectionResetError
    except OSError:
        channel.close()
        raise
    return channel


_server: Final = _Server()


def _unreadable_message() -> str:
    """The sentence for a file whose inside cannot be read."""
    return _("The file is damaged. Open it in the program that made it, and save it again.")


def _too_heavy_message() -> str:
    """The sentence for a file that takes more time or memory than the child may use."""
    return _(
        "The file is too large to read. Divide it, or save its text again, and choose that file."
    )


def read_draft(
    name: str, content: bytes, tracked_changes_choice: TrackedChangesChoice = "accept"
) -> ReadText:
    """The paragraphs that a file proposes, read in a process of their own.

    `tracked_changes_choice` says what becomes of changes that were tracked in Word. Raises
    Unreadable with every problem found, each a sentence that says where and what to do.
    """
    reader_path = "drafts.parsing.reading:read_text"
    return read_in_child(
        ReadText, reader_path, content, name=name, tracked_changes_choice=tracked_changes_choice
    )
