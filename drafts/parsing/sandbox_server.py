"""The server process that forks a child for each uploaded file, and reads none itself.

To start Python and load the readers takes longer than to read most files. So a process that reads
files (`sandbox.py`) starts this one with the first of them. It is spawned, so that it holds no
connection and no secret, and ends with the process that started it. What a file does to the
process in which it is read is gone with that process.

Its standard input is a socket. Each message names a reader, as "module:function", with two open
files: the channel through which the uploaded file comes, and which gets HEARD, and the file for the
answer.
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
MAX_FILE_NUMBER = 65_536  # of files that the process that started this one may have open
FILES_PER_MESSAGE = 2  # the channel and the file for the answer
HEARD = b"."  # so that whoever asks knows that the message has come


def main() -> None:
    """Fork for each message until nobody is left who could send one."""
    # Close what the process that started this one had open, all but standard input and output.
    os.closerange(3, MAX_FILE_NUMBER)
    os.chdir("/")
    sys.path.insert(0, str(ROOT))
    _load("drafts.parsing.sandbox_child")
    # Nobody waits for the children: the system forgets each when it ends.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    with socket.socket(fileno=0) as messages:
        while True:
            message, files, _flags, _address = socket.recv_fds(
                messages, MAX_MESSAGE_SIZE, FILES_PER_MESSAGE
            )
            if not message:
                return
            module_name = message.decode().partition(":")[0]
            _load(module_name)
            with suppress(OSError):  # whoever asked may be gone
                os.write(files[0], HEARD)
            if not os.fork():  # here in the child
                _read_and_end(messages, files)
            for file in files:
                os.close(file)


def _load(module_name: str) -> None:
    """Load a reader for all children to come; one that cannot be loaded fails in its child."""
    if module_name in sys.modules:
        return
    with suppress(Exception):
        import_module(module_name)
    # Else the garbage collector of a child would write to memory that it shares, and so copy it.
    gc.freeze()


def _read_and_end(messages: socket.socket, files: list[int]) -> None:
    """What the child does: read the uploaded file, and end at once, whatever happens.

    `files` are numbers of open files: the channel, and the file for the answer.
    """
    try:
        messages.close()
        # Not at the top of the file: only `main` makes our modules known.
        from drafts.parsing.sandbox_child import read_file

        read_file(*files)
    finally:
        os._exit(1)  # without Python's clean-up; nobody reads the number


if __name__ == "__main__":
    main()
