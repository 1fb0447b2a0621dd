"""Waiting for processes: as long as they live and get on, with a line that says for what."""

import os
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from config.child_processes import Child, Trouble, show_failure

# A process that gets on, however slowly, uses this much of the processor in that time.
LEAST_WORK = 0.05  # seconds
STILL_AFTER = 30.0  # seconds
SAY_EVERY = 10.0  # seconds
TICKS = os.sysconf("SC_CLK_TCK")


def silent(line: str) -> None:
    """Says nothing."""


class Progress:
    """Whether something gets on: by the processor used by a process and all below it, or a log."""

    def __init__(self, pid: int, log: Path | None) -> None:
        self._pid, self._log = pid, log
        self._seen = self._measure()
        self._moved_at = self._measured_at = time.monotonic()

    def still_for(self) -> float:
        """For how many seconds nothing was done that counts; measured once a second."""
        now = time.monotonic()
        if now - self._measured_at >= 1.0:
            self._measured_at = now
            work, said = self._measure()
            if abs(work - self._seen[0]) >= LEAST_WORK or said != self._seen[1]:
                self._seen, self._moved_at = (work, said), now
        return now - self._moved_at

    def _measure(self) -> tuple[float, int]:
        return work_of(self._pid), self._log.stat().st_size if self._log else 0


def work_of(pid: int) -> float:
    """Seconds of the processor that a process and all below it have used, those ended included."""
    parents, ticks = {}, {}
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            fields = (entry / "stat").read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        parents[int(entry.name)] = int(fields[1])
        # Its own, and that of its children that have ended; in its own mode and the kernel's.
        ticks[int(entry.name)] = sum(map(int, fields[11:15]))
    family = {pid}
    while more := {one for one, parent in parents.items() if parent in family} - family:
        family |= more
    return sum(ticks.get(one, 0) for one in family) / TICKS


def wait_for(
    child: Child,
    is_ready: Callable[[], bool],
    *,
    others: Sequence[Child] = (),
    work_of_all_below: int = 0,
    say: Callable[[str], None] = silent,
) -> None:
    """Returns when `is_ready`, however long that takes while `child` lives and gets on.

    What is done by all processes below another one counts too, where it is named. Raises Trouble
    with the last line of its log when `child`, or one of the `others`, has ended, or when it does
    nothing any more.
    """
    begun = said_at = time.monotonic()
    progress = Progress(work_of_all_below or child.process.pid, child.log)
    while True:
        has_ended = child.has_ended  # asked first: its end may be what makes it ready
        if is_ready():
            return
        if has_ended:
            raise failure_of(child, f"{_named(child)} ended unasked")
        require_all(others)
        if progress.still_for() >= STILL_AFTER:
            raise failure_of(child, f"{_named(child)} has done nothing for {STILL_AFTER:.0f} s")
        if time.monotonic() - said_at >= SAY_EVERY:
            said_at = time.monotonic()
            say(f"  Waiting for {child.name}, which is at work ({said_at - begun:.0f} s) ...")
        time.sleep(0.02)


def require_all(children: Sequence[Child]) -> None:
    """Raises Trouble when one of them has ended."""
    for child in children:
        if child.has_ended:
            raise failure_of(child, f"{_named(child)} ended unasked")


def failure_of(child: Child, what: str) -> Trouble:
    """The sentence about a child, with the last line that it said."""
    output = child.log.read_text(errors="replace") if child.log else ""
    return show_failure(what, output, child.log)


def _named(child: Child) -> str:
    """Its name at the beginning of a sentence: The web server."""
    return child.name[0].upper() + child.name[1:]
