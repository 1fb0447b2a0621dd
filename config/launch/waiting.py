"""Waits for processes as long as they live and make progress, and says what it waits for."""

import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

import psutil

from config.launch.child_processes import Child, LauncherError, error_from_output

# A process that makes progress, however slowly, uses this much of the processor in
# MAX_STILL_SECONDS.
MIN_PROCESSOR_SECONDS = 0.05
MAX_STILL_SECONDS = 30.0
SECONDS_BETWEEN_LINES = 10.0


def say_nothing(line: str) -> None:
    """The `say` of a wait whose lines nobody reads."""


class Progress:
    """Measures progress: processor time of a process and all below it, and the size of its log."""

    def __init__(self, pid: int, log: Path | None) -> None:
        self._pid, self._log = pid, log
        self._last_measure = self._measure()
        self._progressed_at = self._measured_at = time.monotonic()

    def seconds_without_progress(self) -> float:
        """For how many seconds there was no progress; measured at most once a second."""
        now = time.monotonic()
        if now - self._measured_at >= 1.0:
            self._measured_at = now
            processor_seconds, log_size = self._measure()
            # The sum falls when a process ends whose children live on: they are below it no more.
            if (
                abs(processor_seconds - self._last_measure[0]) >= MIN_PROCESSOR_SECONDS
                or log_size != self._last_measure[1]
            ):
                self._last_measure, self._progressed_at = (processor_seconds, log_size), now
        return now - self._progressed_at

    def _measure(self) -> tuple[float, int]:
        """The processor seconds, and the size of the log; 0 without a log."""
        return processor_seconds_of(self._pid), self._log.stat().st_size if self._log else 0


def processor_seconds_of(pid: int) -> float:
    """Processor seconds that a process and all its descendants have used, ended ones included."""
    seconds = 0.0
    try:
        process = psutil.Process(pid)
        family = [process, *process.children(recursive=True)]
    except psutil.NoSuchProcess:
        return seconds
    for member in family:
        with suppress(psutil.NoSuchProcess):
            times = member.cpu_times()  # its own, and those of its children that have ended
            seconds += times.user + times.system + times.children_user + times.children_system
    return seconds


def wait_for(
    child: Child,
    is_ready: Callable[[], bool],
    *,
    others: Sequence[Child] = (),
    progress_pid: int | None = None,
    say: Callable[[str], None] = say_nothing,
) -> None:
    """Returns when `is_ready`, however long that takes while `child` lives and makes progress.

    With `progress_pid`, the progress of that process and all below it counts instead. Raises
    LauncherError, with the last line of the log, when `child` or one of the `others` has ended, or
    when there is no progress any more.
    """
    started_at = said_at = time.monotonic()
    progress = Progress(progress_pid or child.process.pid, child.log)
    while True:
        has_ended = child.has_ended  # asked first: its end may be what makes it ready
        if is_ready():
            return
        if has_ended:
            raise child_error(child, f"{_capitalized_name(child)} ended unasked")
        require_all_running(others)
        if progress.seconds_without_progress() >= MAX_STILL_SECONDS:
            raise child_error(
                child, f"{_capitalized_name(child)} has done nothing for {MAX_STILL_SECONDS:.0f} s"
            )
        if time.monotonic() - said_at >= SECONDS_BETWEEN_LINES:
            said_at = time.monotonic()
            say(f"  Waiting for {child.name}, which is at work ({said_at - started_at:.0f} s) ...")
        time.sleep(0.02)


def require_all_running(children: Sequence[Child]) -> None:
    """Raises LauncherError when one of them has ended."""
    for child in children:
        if child.has_ended:
            raise child_error(child, f"{_capitalized_name(child)} ended unasked")


def child_error(child: Child, failure: str) -> LauncherError:
    """The error about a child, with the last line of its log."""
    output = child.log.read_text(errors="replace") if child.log else ""
    return error_from_output(failure, output, child.log)


def _capitalized_name(child: Child) -> str:
    """The name of a child as a sentence begins: "The web server"."""
    return child.name[0].upper() + child.name[1:]
