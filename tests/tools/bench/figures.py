"""What was measured, what it is held against, and the table that says so."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Figure:
    """One line: a measured value, its floor where it has one, and the bar for value or ratio."""

    work: str
    measured: float
    unit: str  # "ms", "s", "MB", "queries", "a second"
    bar: float
    floor: float | None = None  # in the same unit; the bar is then for the ratio
    floor_name: str = ""
    is_at_least: bool = False
    peer: str = ""  # what the closest open peer needed for the like
    memory: float | None = None  # peak of the process, MB

    @property
    def ratio(self) -> float | None:
        return self.measured / self.floor if self.floor else None

    @property
    def is_met(self) -> bool:
        compared = self.measured if self.ratio is None else self.ratio
        return compared >= self.bar if self.is_at_least else compared <= self.bar

    @property
    def bar_words(self) -> str:
        sign = "≥" if self.is_at_least else "≤"
        if self.floor is None:
            return f"{sign} {_short(self.bar)} {self.unit}"
        return f"{sign} {_short(self.bar)} × {self.floor_name}"

    def cells(self) -> tuple[str, ...]:
        """The line as words, in the order of `COLUMNS`."""
        return (
            self.work,
            f"{_short(self.measured)} {self.unit}",
            f"{_short(self.floor)} {self.unit}" if self.floor is not None else "–",
            f"{self.ratio:.2f}" if self.ratio is not None else "–",
            self.bar_words,
            "met" if self.is_met else "MISSED",
            self.peer or "–",
            f"{self.memory:.0f} MB" if self.memory is not None else "–",
        )

    def record(self) -> dict[str, Any]:
        """The line for a file."""
        return asdict(self) | {"ratio": self.ratio, "is_met": self.is_met}


COLUMNS = ("work", "measured", "floor", "ratio", "bar", "verdict", "the peer", "peak memory")


@dataclass(frozen=True, slots=True)
class Aside:
    """A value that is shown beside the figures and held against nothing."""

    what: str
    value: float
    unit: str

    def __str__(self) -> str:
        return f"{self.what}: {_short(self.value)} {self.unit}"


def printed(figures: Iterable[Figure], asides: Sequence[Aside]) -> str:
    """The table in Markdown, so that it can be pasted where figures are kept."""
    rows = [COLUMNS, *(figure.cells() for figure in figures)]
    widths = [max(len(row[place]) for row in rows) for place in range(len(COLUMNS))]
    lines = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |"
        for row in rows
    ]
    lines.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    beside = ["", "Beside these:", *(f"- {aside}" for aside in asides)] if asides else []
    return "\n".join([*lines, *beside])


def _short(value: float) -> str:
    if value >= 100 or value == int(value):
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"
