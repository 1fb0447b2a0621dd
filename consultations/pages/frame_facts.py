"""What a view found out already and the frame around its page shows: one value a request."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpRequest

from consultations.models import Round
from consultations.rules.access import Actor, Capacity


@dataclass(slots=True)
class FrameFacts:
    """Empty until a view fills it in; what it leaves out, the frame asks where it shows it."""

    actor: Actor | None = None
    # Whether a view said who acts, be it nobody.
    is_known: bool = False
    # What is due, as a sentence; None where the view did not look.
    due: str | None = None
    # All rounds of the consultation.
    rounds: Sequence[Round] | None = None
    # How many inputs are new to the reader.
    new_count: int | None = None
    # In which secretariats the user serves, and as whom at the desk: Django asks for each link.
    secretariats: Sequence[Capacity] | None = None
    at_desk: Actor | None = None

    def enter(self, actor: Actor | None) -> None:
        self.actor, self.is_known = actor, True


def frame_facts(request: HttpRequest) -> FrameFacts:
    """The value of this request, made where it is first asked for."""
    kept: FrameFacts = request.__dict__.setdefault("frame_facts", FrameFacts())
    return kept
