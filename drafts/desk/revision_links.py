"""A circulated revision as the list of the revisions of its text shows it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RevisionLink:
    """A link to a revision: its stage, its address and the day on which it was circulated."""

    label: str
    url: str
    day: str
    # Whether it is the revision that is read.
    is_current: bool = False
