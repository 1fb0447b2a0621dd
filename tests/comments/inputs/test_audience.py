"""What a reader is told of who sees the inputs of a round."""

import pytest

from comments.inputs.audience import visibility_sentence
from consultations.models import Round, Visibility
from tests.room import Room

pytestmark = pytest.mark.django_db

ALL = "Visible to all delegations."
OWN = "Only your delegation’s inputs are visible to you"


@pytest.mark.parametrize(
    ("visibility", "is_closed", "sentence"),
    [
        (Visibility.AT_ONCE, False, ALL),
        (Visibility.AT_ONCE, True, ALL),
        (Visibility.AT_CLOSE, False, f"{OWN} until the round closes."),
        (Visibility.AT_CLOSE, True, "Visible to all delegations: the round is closed."),
        (
            Visibility.FACILITATORS,
            True,
            f"{OWN}. Inputs in this round go to the facilitators only.",
        ),
    ],
)
def test_a_delegate_is_told_why_they_see_what_they_see(
    room: Room, visibility: str, is_closed: bool, sentence: str
) -> None:
    round = Round.objects.get(pk=room.round.pk)
    round.visibility = visibility
    round.opens_at, round.deadline = room.at(-9), room.at(-3 if is_closed else 3)
    round.closed_at = room.at(-2) if is_closed else None
    assert visibility_sentence(room.access("FRA contributor"), round) == sentence
    assert visibility_sentence(room.access("staff"), round) == (
        "All submitted inputs are visible to you."
    )


def test_where_no_round_asks_nothing_is_said(room: Room) -> None:
    assert visibility_sentence(room.access("FRA contributor"), None) == ""
