"""Child processes that end when their parent ends, in whatever way."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

# From <linux/prctl.h>; other systems have none of it, and there a child may outlive us.
PR_SET_PDEATHSIG = 1  # which signal this process gets when its parent dies
PR_SET_CHILD_SUBREAPER = 36  # descendants whose parent dies become children of this process
_prctl = ctypes.CDLL(None).prctl if sys.platform == "linux" else None


FULL_DISK = "The disk is full: free some space and run this again."


class LauncherError(Exception):
    """The error raised when a person can fix the cause; its message is the sentence to show."""


@dataclass(frozen=True)
class Account:
    """The user of the operating system that a child process runs as."""

    uid: int
    gid: int


@dataclass(frozen=True)
class Child:
    """A process that was started, and the signal that asks it to stop.

    `log` is where its output goes; None where that is ours.
    """

    name: str
    process: subprocess.Popen[bytes]
    stop_signal: signal.Signals
    log: Path | None

    @property
    def has_ended(self) -> bool:
        return self.process.poll() is not None


def start(
    name: str,
    command: Sequence[str | Path],
    *,
    environment: Mapping[str, str],
    folder: Path,
    log: Path | None = None,
    output: Path | None = None,
    stop_signal: signal.Signals = signal.SIGTERM,
    parent_death_signal: signal.Signals | None = None,
    account: Account | None = None,
    pass_fds: Sequence[int] = (),
    in_own_group: bool = True,
) -> Child:
    """Starts a process in `folder`, its output going to `log` (or where ours goes).

    With `output` what it prints goes there, and its errors alone to `log`.
    `stop_signal` asks it to stop; the kernel sends it `parent_death_signal` when we die first (the
    same signal unless given). A process in its own group does not get the terminal's Ctrl-C, so
    that we can stop all of them in order; it may not read from the terminal either.
    """
    with ExitStack() as files:
        error_file = files.enter_context(log.open("wb")) if log else None
        output_file = files.enter_context(output.open("wb")) if output else error_file
        process = subprocess.Popen(
            [str(argument) for argument in command],
            cwd=folder,
            env=dict(environment),
            stdin=subprocess.DEVNULL if in_own_group else None,
            stdout=output_file,
            stderr=error_file,
            process_group=0 if in_own_group else None,
            pass_fds=pass_fds,
            preexec_fn=_die_with_parent(parent_death_signal or stop_signal),
            user=account.uid if account else None,
            group=account.gid if account else None,
            extra_groups=[] if account else None,
        )
    return Child(name, process, stop_signal, log)


def run(
    command: Sequence[str | Path],
    *,
    environment: Mapping[str, str],
    folder: Path,
    account: Account | None = None,
    text: str = "",
) -> subprocess.CompletedProcess[str]:
    """Runs a short command to its end, with `text` as its input; returns its whole output."""
    return subprocess.run(
        [str(argument) for argument in command],
        cwd=folder,
        env=dict(environment),
        input=text,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        preexec_fn=_die_with_parent(signal.SIGTERM),
        user=account.uid if account else None,
        group=account.gid if account else None,
        extra_groups=[] if account else None,
    )


def stop(children: Sequence[Child], *, patience: float = 10.0) -> None:
    """Asks all children to stop, waits up to `patience` seconds, then ends what is left."""
    for child in children:
        if not child.has_ended:
            child.process.send_signal(child.stop_signal)
    deadline = time.monotonic() + patience
    for child in children:
        try:
            child.process.wait(max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            child.process.kill()
            child.process.wait()


def wait_until(condition: Callable[[], bool], *, patience: float) -> bool:
    """Check a condition ten times a second, for at most `patience` seconds.

    Returns whether it became true.
    """
    deadline = time.monotonic() + patience
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.1)
    return True


def error_from_output(failure: str, output: str, log: Path | None = None) -> LauncherError:
    """The error for a step that failed, with the last line of its output.

    Where the output names a full disk, in the system's words or as psycopg's `DiskFull`, the error
    says that instead.
    """
    if "No space left on device" in output or "DiskFull" in output:
        return LauncherError(FULL_DISK)
    last_line = next(
        (line for line in reversed(output.splitlines()) if line.strip()), "it said nothing"
    )
    log_hint = f" (the whole message is in {log})" if log else ""
    return LauncherError(f"{failure}: {last_line.strip()}{log_hint}")


@contextmanager
def adopted_orphans() -> Iterator[None]:
    """Inside the block, descendants whose parent dies become our children.

    At the end of the block all our children are killed, also those started by us.
    """
    if _prctl is not None:
        _prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    try:
        yield
    finally:
        while orphans := psutil.Process().children():
            for orphan in orphans:
                _kill(orphan.pid)


def _kill(pid: int) -> None:
    """Kill a child and collect its exit status; nothing where it has ended."""
    try:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
    except (ProcessLookupError, ChildProcessError):
        return


def _die_with_parent(signal_number: signal.Signals) -> Callable[[], None]:
    """A function for the child to run before its program, so that the kernel ends it with us.

    It also lets Ctrl-C stop the child, which a shell in the background makes it ignore.
    """
    parent = os.getpid()

    def prepare_child() -> None:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        if _prctl is None:
            return
        _prctl(PR_SET_PDEATHSIG, int(signal_number), 0, 0, 0)
        # We may have died before the kernel was asked: then no signal comes any more.
        if os.getppid() != parent:
            os._exit(1)

    return prepare_child
