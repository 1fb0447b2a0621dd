"""The lock file of the demo's or the tests' servers, freed by the kernel when its holder dies.

A library such as filelock would hold the file; what runs has to be written into the same one.
"""

import fcntl
import json
import os
import shutil
import signal
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

import psutil

from config.launch.child_processes import wait_until

# The kernel allows 107 characters for the path of a socket; /tmp keeps us far below, whatever
# TMPDIR says.
SOCKETS_ROOT = Path("/tmp")  # noqa: S108  # nosec B108
SOCKETS_PREFIX = "consultations-"


@dataclass(frozen=True)
class Claim:
    """The content of a lock file: the process that holds it, and what that process started."""

    pid: int
    verb: str  # the verb of ./run; "throwaway" for servers of one run
    sockets: str = ""  # the folder of the servers' sockets
    address: str = ""  # where the demo answers
    versions: str = ""  # of the servers' packages; only for those kept between runs of tests
    # What another ./run needs to use the same services.
    environment: dict[str, str] = field(default_factory=dict)


class Lock:
    """A lock file with its holder's `Claim` inside; the kernel frees it when the holder dies."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)

    def take(self, *, wait: bool = False) -> bool:
        """True when the lock is now ours."""
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            return False
        return True

    def release(self) -> None:
        """Close the file, which frees the lock if we hold it."""
        os.close(self._descriptor)

    @property
    def is_in_place(self) -> bool:
        """False once the file was removed, with the whole of .local for example."""
        try:
            return os.path.samestat(os.fstat(self._descriptor), self.path.stat())
        except FileNotFoundError:
            return False

    def write(self, claim: Claim) -> None:
        os.ftruncate(self._descriptor, 0)
        os.pwrite(self._descriptor, json.dumps(asdict(claim)).encode(), 0)

    def read(self) -> Claim | None:
        """The last claim written; None where there is none, or it is half written."""
        try:
            return Claim(**json.loads(self.path.read_bytes()))
        except (ValueError, TypeError):
            return None


def is_module(pid: int, name: str) -> bool:
    """Whether the process was started as `python -m NAME`; a pid may be used again by another."""
    try:
        return name in psutil.Process(pid).cmdline()
    except psutil.Error:
        return False


def remove_leftover(claim: Claim | None) -> None:
    """Removes the folder of a launcher that died before it could; call it with the lock taken."""
    if claim is None or not claim.sockets.startswith(f"{SOCKETS_ROOT}/{SOCKETS_PREFIX}"):
        return
    if Path(claim.sockets).is_dir():
        shutil.rmtree(claim.sockets, ignore_errors=True)


def end_leftovers(mark: Mapping[str, str]) -> bool:
    """Ends processes with `mark` in their environment though their launcher is gone.

    True if there were any. Call it with the lock taken.
    """
    leftover_pids = _marked_by(mark)
    # PostgreSQL waits for its clients after SIGTERM, but not after SIGINT.
    for signal_number in (signal.SIGTERM, signal.SIGINT, signal.SIGKILL):
        for pid in leftover_pids:
            _send_signal(pid, signal_number)
        if wait_until(lambda: not _marked_by(mark), patience=5.0):
            break
    return bool(leftover_pids)


def _marked_by(mark: Mapping[str, str]) -> list[int]:
    """Processes of ours with `mark` in their environment, except this one and its parent.

    One that has ended, but whose parent has not noticed, shows no environment any more.
    """
    pids = []
    for process in psutil.process_iter():
        try:
            variables = process.environ()
        except psutil.Error:  # of another user, or it has ended
            continue
        if mark.items() & variables.items() and process.pid not in (os.getpid(), os.getppid()):
            pids.append(process.pid)
    return pids


def _send_signal(pid: int, signal_number: signal.Signals) -> None:
    """Send a signal to a process; nothing where it has ended."""
    try:
        os.kill(pid, signal_number)
    except ProcessLookupError:
        return
