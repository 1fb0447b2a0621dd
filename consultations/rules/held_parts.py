"""Working rooms in the rules: which of them a person chairs, and which holds a paragraph."""

from dataclasses import dataclass

from consultations.models import RoomChair, WorkingRoom
from consultations.rules.acts_table import Role
from delegations.models import User


@dataclass(frozen=True, slots=True)
class HeldPart:
    """A paragraph of the working text, and the room that holds it now."""

    consultation_id: int
    # "Paragraph 14", as a refusal names it.
    name: str
    # The working room; None: the plenary holds it.
    room: WorkingRoom | None


@dataclass(frozen=True, slots=True)
class StateChange(HeldPart):
    """A held part whose state is to be set: who has agreed to it, and who will have afterwards."""

    is_agreed_in_room: bool = False
    is_agreed_in_plenary: bool = False
    sets_agreed_in_room: bool = False
    sets_agreed_in_plenary: bool = False


def chaired_room_ids(user: User, role: Role, consultation_id: int) -> frozenset[int]:
    """The ids of the open rooms that a person chairs in one function: one query."""
    chairs = RoomChair.objects.filter(
        facilitation__user=user,
        facilitation__role=role,
        facilitation__ended_at=None,
        facilitation__consultation=consultation_id,
        ended_at=None,
        room__ended_at=None,
    )
    return frozenset(chairs.values_list("room_id", flat=True))
