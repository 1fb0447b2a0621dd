"""From the processor time of a request on each part to the machines that so many people need.

What is measured comes in; everything else stands here, by name, and is printed with the result.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import ceil

# How full a machine may be before answers begin to wait for one another.
FULL = 0.6
CORES = 8  # of one machine
READERS = 10_000
SECONDS_PER_PAGE = 15  # a reader looks at a page for so long
# The last minute: every delegation submits its inputs one by one, the last third of it thickest.
DELEGATIONS = 193
INPUTS_EACH = 10
THICKEST = 2.0  # how many times the average of the minute
TYPISTS_EACH = 3  # people of each delegation who look on, a page every so many seconds
SECONDS_A_LOOK = 5

# Parts of which there may be as many as wanted; the others are one, and the machine is larger.
MANY = ("web", "replicas")


@dataclass(frozen=True, slots=True)
class Load:
    """So many requests a second."""

    name: str
    reads: float
    writes: float


LOADS = (
    Load(
        f"{READERS:,} readers, a page every {SECONDS_PER_PAGE} s", READERS / SECONDS_PER_PAGE, 0.0
    ),
    Load(
        f"the last minute of {DELEGATIONS} delegations, {INPUTS_EACH} inputs each",
        DELEGATIONS * TYPISTS_EACH / SECONDS_A_LOOK,
        DELEGATIONS * INPUTS_EACH / 60 * THICKEST,
    ),
)


@dataclass(frozen=True, slots=True)
class Need:
    """What a load takes of one part: processors, and machines where there may be several."""

    part: str
    processors: float
    machines: int


def needs(load: Load, read: Mapping[str, float], write: Mapping[str, float]) -> Iterator[Need]:
    """`read` and `write` are seconds of the processor that one request takes of each part."""
    for part in read:
        busy = load.reads * read[part] + load.writes * write.get(part, 0.0)
        processors = busy / FULL
        yield Need(part, processors, max(1, ceil(processors / CORES)))


def cost(spent: Mapping[str, float], requests: int) -> dict[str, float]:
    """Seconds of the processor of each part for one request."""
    return {part: seconds / max(requests, 1) for part, seconds in spent.items()}


def limit(spent: Mapping[str, float], seconds: float, processors: int) -> tuple[str, float]:
    """Which part took most of the processors, and how full all parts together had them (0 to 1)."""
    most = max(spent, key=lambda part: spent[part])
    return most, sum(spent.values()) / (seconds * processors)
