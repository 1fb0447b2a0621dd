"""A move that is refused, or of what was deleted meanwhile, is answered with a sentence."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from drafts.desk.acts import move_paragraph, strike_paragraph
from drafts.models import Draft, Paragraph
from tests.drafts.desk.leading import SLUG, Browser, Leading, desk_words, page, rows_of, text_with
from tests.drafts.rooms.in_rooms import KEPT, TwoRooms

pytestmark = pytest.mark.django_db

DELETED = "This paragraph is deleted. Restore it first."
WITH_MONEY = "“Pay.” is with Working group on finance"
MOVES: list[dict[str, str]] = [
    {"step": "down"},
    {"after": "first", "position": "beside"},
]


@pytest.fixture
def rooms() -> TwoRooms:
    return KEPT.laid_out()


@pytest.fixture
def plan(leading: Leading) -> Draft:
    return text_with(leading.leader, "States should act.", "States report yearly.", "They meet.")


def moved_on_desk(browser: Browser, row: Paragraph, fields: dict[str, Any]) -> Any:
    """The answer to a move that does not leave the desk."""
    address = reverse("move_paragraph", args=[SLUG, "plan", row.public_id])
    headers = {"HX-Request": "true", "HX-Target": "desk-text"}
    return browser.post(address, {"capacity": browser.key, **fields}, headers=headers)


@pytest.mark.parametrize("fields", MOVES)
def test_a_move_of_what_a_room_has_is_refused_in_a_sentence(
    rooms: TwoRooms, fields: dict[str, Any]
) -> None:
    before = desk_words(rooms.draft)
    for access in (rooms.leading.leader, rooms.trader):
        browser, row = Browser(access), rooms.row("Pay.")
        plain = browser.send("move_paragraph", "plan", row.public_id, **fields)
        assert plain.status_code == 302
        assert WITH_MONEY in page(browser.get(plain.url))
        answer = moved_on_desk(browser, row, fields)
        assert answer.status_code == 422
        assert WITH_MONEY in page(answer)
    assert desk_words(rooms.draft) == before


@pytest.mark.parametrize(
    "fields",
    [*MOVES, {"step": "up"}, {"step": "in"}, {"step": "out"}],
)
def test_a_move_of_a_paragraph_deleted_meanwhile_is_refused_in_a_sentence(
    leading: Leading, leader: Browser, plan: Draft, fields: dict[str, Any]
) -> None:
    row = rows_of(plan)[1]
    strike_paragraph(access=leading.staff, paragraph=row)
    plain = leader.send("move_paragraph", "plan", row.public_id, **fields)
    assert DELETED in page(leader.get(plain.url))
    answer = moved_on_desk(leader, row, fields)
    assert answer.status_code == 422
    assert DELETED in page(answer)
    assert not plan.steps.filter(kind="move").exists()


def test_the_act_itself_moves_nothing_that_is_deleted(leading: Leading, plan: Draft) -> None:
    first, _second, third = rows_of(plan)
    strike_paragraph(access=leading.staff, paragraph=first)
    with pytest.raises(ValidationError, match=DELETED):
        move_paragraph(access=leading.leader, paragraph=first, after=third)
