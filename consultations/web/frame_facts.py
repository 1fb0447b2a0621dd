"""What a view already knows for the frame around its page: one object a request."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpRequest

from consultations.models import Round
from consultations.rules.access import Actor, Capacity


@dataclass(frozen=True, slots=True)
class Due:
    """What is due next: in a few words for a wide frame, and as a whole. False for nothing."""

    words: str = ""
    sentence: str = ""

    def __bool__(self) -> bool:
        return bool(self.sentence)


@dataclass(slots=True)
class FrameFacts:
    """Facts that a view fills in; the frame looks up those that are missing."""

    actor: Actor | None = None
    # Whether a view has set the actor, possibly to None.
    is_actor_set: bool = False
    # What is due; None where the view did not look.
    due: Due | None = None
    # All rounds of the consultation; None where the view did not read them.
    rounds: Sequence[Round] | None = None
    # How many inputs are new to the reader; None where the view did not count them.
    new_count: int | None = None
    # Of the secretariat's desk, which is Django's admin and asks for both with each of its links:
    # the user's capacities as secretariat, and the actor there. None until first asked for.
    secretariat_capacities: Sequence[Capacity] | None = None
    desk_actor: Actor | None = None

    def set_actor(self, actor: Actor | None) -> None:
        self.actor, self.is_actor_set = actor, True


def frame_facts(request: HttpRequest) -> FrameFacts:
    """The facts of this request, made at the first call."""
    facts: FrameFacts = request.__dict__.setdefault("frame_facts", FrameFacts())
    return facts
