"""The answer of the rules to whether somebody may do something."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Verdict:
    """Yes where there is no reason against it, else no; as a condition true or false."""

    reason: str = ""

    def __bool__(self) -> bool:
        return not self.reason


YES = Verdict()
