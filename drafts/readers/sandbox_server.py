"""The process that is ready to read uploaded files: it forks for each, and reads none itself.

To start Python and load the readers takes longer than to read most files. So a process that reads
files (`sandbox.py`) starts this one with the first of them. It is spawned, so that it holds no
connection and no secret, and ends with the process that started it. What a file does to the
process in which it is read is gone with that process.

Its standard input is a socket. Each message is the name of a reader, with two open files: the
channel to whoever asks, which gets HEARD, and the file for the answer.
"""

import gc
import os
import signal
import socket
import sys
from contextlib import suppress
from importlib import import_module
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MAX_MESSAGE_SIZE = 1000  # bytes
MAX_FILE_NUMBER = 65_536
HEARD = b"."


def main() -> None:
    """Fork for each message until nobody is left who could send one."""
    # Nothing comes along that stood open in the process that started this one.
    os.closerange(3, MAX_FILE_NUMBER)
    os.chdir("/")
    sys.path.insert(0, str(ROOT))
    _load("drafts.readers.sandbox_child")
    # Nobody waits for the children: they leave nothing behind.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    with socket.socket(fileno=0) as messages:
        while True:
            message, files, _flags, _address = socket.recv_fds(messages, MAX_MESSAGE_SIZE, 2)
            if not message:
                return
            _load(message.decode().partition(":")[0])
            with suppress(OSError):  # whoever asked may be gone
                os.write(files[0], HEARD)
            if not os.fork():
                _read_and_end(messages, files)
            for file in files:
                os.close(file)


def _load(module_name: str) -> None:
    """Load a reader for all children to come; one that cannot be loaded fails in its child."""
    if module_name in sys.modules:
        return
    with suppress(Exception):
        import_module(module_name)
    # The collector would write to the memory that the children share.
    gc.freeze()


def _read_and_end(messages: socket.socket, files: list[int]) -> None:
    """What the child does: read the file, and end, whatever happens, without another word."""
    try:
        messages.close()
        from drafts.readers.sandbox_child import read_file

        read_file(*files)
    finally:
        os._exit(1)


if __name__ == "__main__":
    main()
