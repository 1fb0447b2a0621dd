"""What became of a fault: a line of the table, and whether anything was lost."""

from collections.abc import Sequence
from dataclasses import dataclass, field

HEAD = ("fault", "acts acknowledged", "rows", "mails due", "mails arrived", "doubled", "verdict")


@dataclass
class Outcome:
    """Counts of one fault. `notes` say what was not as it should be, each in a few words."""

    fault: str
    acknowledged: int = 0
    rows: int = 0
    due: int | None = None
    arrived: int | None = None
    doubled: int | None = None
    # How often a mail may come twice: once a crash, under the same Message-ID.
    may_double: int = 0
    notes: list[str] = field(default_factory=list)

    @property
    def is_held(self) -> bool:
        return (
            not self.notes
            and self.acknowledged == self.rows
            and self.due == self.arrived
            and (self.doubled or 0) <= self.may_double
        )

    @property
    def verdict(self) -> str:
        return "held" if self.is_held else "LOST"

    @property
    def cells(self) -> tuple[str, ...]:
        counts = (self.acknowledged, self.rows, self.due, self.arrived, self.doubled)
        return (self.fault, *("–" if n is None else str(n) for n in counts), self.verdict)


def printed(outcomes: Sequence[Outcome]) -> str:
    """The table in Markdown, with a line for each thing that went wrong."""
    rows = [HEAD, tuple("---" for _name in HEAD), *(outcome.cells for outcome in outcomes)]
    lines = [f"| {' | '.join(cells)} |" for cells in rows]
    notes = [f"- {outcome.fault}: {note}" for outcome in outcomes for note in outcome.notes]
    return "\n".join([*lines, *(["", *notes] if notes else [])])
