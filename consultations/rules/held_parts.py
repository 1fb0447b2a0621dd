"""Rooms in the rules: which a person chairs, and rows that say which room has a paragraph."""

from dataclasses import dataclass

from consultations.models import RoomChair, WorkingRoom
from consultations.rules.acts_table import Role
from delegations.models import User


@dataclass(frozen=True, slots=True)
class HeldPart:
    """A paragraph of the working text, as the rules ask for it: what room has it at this moment."""

    consultation_id: int
    # "Paragraph 14", as a refusal names it.
    name: str
    # None: the plenary has it.
    room: WorkingRoom | None


@dataclass(frozen=True, slots=True)
class StateAsked(HeldPart):
    """The same where its state is to be set: which levels of agreement that touches."""

    is_agreed_in_room: bool = False
    is_agreed_in_plenary: bool = False
    asks_room: bool = False
    asks_plenary: bool = False


def rooms_chaired_by(user: User, role: Role, consultation: int) -> frozenset[int]:
    """The open rooms that a person chairs in one function: one query."""
    chairs = RoomChair.objects.filter(
        facilitation__user=user,
        facilitation__role=role,
        facilitation__ended_at=None,
        facilitation__consultation=consultation,
        ended_at=None,
        room__ended_at=None,
    )
    return frozenset(chairs.values_list("room_id", flat=True))
