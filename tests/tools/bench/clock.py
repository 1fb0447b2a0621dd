"""Time and memory: medians on the wall, processor time of everybody involved, and the peak."""

import resource
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

from django.db import connection

TICKS = 100  # of /proc/<pid>/stat in a second, on every Linux we know


def median_ms(work: Callable[[], Any], *, times: int = 30, warm_ups: int = 3) -> float:
    """The median on the wall, in milliseconds."""
    return median(walls(work, times=times, warm_ups=warm_ups)) * 1000


def beside_floor_ms(
    work: Callable[[], Any], floor: Callable[[], Any], *, times: int = 30, warm_ups: int = 3
) -> tuple[float, float]:
    """The medians of a work and of its floor, in milliseconds, measured by turns.

    What else happens on the machine then weighs on both alike.
    """
    for _turn in range(warm_ups):
        work()
        floor()
    pairs = [(walls(work, times=1)[0], walls(floor, times=1)[0]) for _turn in range(times)]
    ours, bare = zip(*pairs, strict=True)
    return median(ours) * 1000, median(bare) * 1000


def walls(work: Callable[[], Any], *, times: int, warm_ups: int = 0) -> list[float]:
    """How long each of some runs took on the wall, in seconds."""
    for _turn in range(warm_ups):
        work()
    spent = []
    for _turn in range(times):
        begun = time.perf_counter()
        work()
        spent.append(time.perf_counter() - begun)
    return spent


def best_of_three(work: Callable[[], Any]) -> float:
    """The least processor time of three runs in seconds: ours, our children's, the database's."""
    return min(processor_time(work) for _turn in range(3))


def processor_time(work: Callable[[], Any]) -> float:
    """Processor seconds of one run: this process, its children, and its database session."""
    session = _database_session()
    begun = _spent(session)
    work()
    return _spent(session) - begun


def _spent(session: Path | None) -> float:
    own = resource.getrusage(resource.RUSAGE_SELF)
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime
    if session is None:
        return spent
    fields = session.read_text().rpartition(")")[2].split()
    return spent + (int(fields[11]) + int(fields[12])) / TICKS


def _database_session() -> Path | None:
    """Where the kernel counts our session's time; None where the database is on another machine."""
    connection.ensure_connection()
    info = connection.connection.info
    if not info.host.startswith("/") and info.host not in {"127.0.0.1", "localhost", "::1"}:
        return None
    stat = Path(f"/proc/{info.backend_pid}/stat")
    return stat if stat.exists() else None


def memory_now() -> float:
    """What this process holds, in MB."""
    return _status("VmRSS")


def forget_peak() -> None:
    """From here on the peak is counted anew."""
    Path("/proc/self/clear_refs").write_text("5")


def memory_peak() -> float:
    """The most that this process held since its start or since `forget_peak`, in MB."""
    return _status("VmHWM")


def _status(name: str) -> float:
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1]) / 1024
    raise RuntimeError(f"The kernel says nothing of {name}.")
