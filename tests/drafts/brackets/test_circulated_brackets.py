"""Brackets are circulated with a revision, with names where facilitators show them."""

import pytest
from django.db import IntegrityError, connection, transaction

from consultations.models import Seat
from drafts.brackets.acts import lift_bracket, put_bracket
from drafts.circulating.acts import adopt, circulate_revision
from drafts.models import CirculatedBracket, Draft
from tests.drafts.brackets.bracketed import bracket_around, seats_of, stored
from tests.drafts.desk.leading import Leading, rows_of, text_with

pytestmark = [pytest.mark.every_server, pytest.mark.django_db]


@pytest.fixture
def seats(leading: Leading) -> list[Seat]:
    return seats_of(leading, "FRA", "JPN")


@pytest.fixture
def draft(leading: Leading, seats: list[Seat]) -> Draft:
    draft = text_with(leading.leader, "States shall act.", "[They] meet.")
    put_bracket(
        access=leading.leader,
        paragraph=rows_of(draft)[0],
        version=1,
        start=7,
        end=12,
        asking_seats=seats,
    )
    return draft


def circulated(draft: Draft) -> list[tuple[int, int, list[str]]]:
    revision = draft.revisions.order_by("-number")[0]
    rows = CirculatedBracket.objects.of_revision(revision).prefetch_related("seats")
    return [(row.start, row.end, [seat.code for seat in row.seats.all()]) for row in rows]


def test_a_revision_keeps_its_brackets_whatever_becomes_of_them(
    leading: Leading, draft: Draft
) -> None:
    circulate_revision(access=leading.leader, draft=draft, stage="First draft", names_askers=True)
    row = stored(rows_of(draft)[0])
    bracket = bracket_around(row, "shall")
    lift_bracket(access=leading.leader, bracket=bracket, version=row.version, lift_kind="dropped")
    assert circulated(draft) == [(7, 13, ["FRA", "JPN"]), (0, 5, [])]
    assert draft.revisions.get().names_askers


def test_an_adopted_text_has_those_of_the_text_that_was_circulated(
    leading: Leading, draft: Draft
) -> None:
    circulate_revision(access=leading.leader, draft=draft, stage="First draft")
    adopt(access=leading.leader, draft=draft)
    assert draft.revisions.count() == 2
    assert circulated(draft) == [(7, 13, ["FRA", "JPN"]), (0, 5, [])]


def test_the_database_keeps_a_circulated_bracket(leading: Leading, draft: Draft) -> None:
    circulate_revision(access=leading.leader, draft=draft, stage="First draft")
    for words in ("UPDATE {} SET start = 1", "DELETE FROM {}"):
        with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
            connection.cursor().execute(words.format("drafts_circulatedbracket"))
