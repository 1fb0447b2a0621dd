"""The ledger of brackets over the API: of the working text, and of a revision."""

from typing import Any

import pytest

from drafts.circulating.acts import circulate_revision
from drafts.models import Paragraph
from tests.api_clients import address, with_key
from tests.drafts.brackets.bracketed import bracket_first_word
from tests.room import Room

pytestmark = pytest.mark.django_db


def ledger(room: Room, who: str, *rest: Any) -> Any:
    return with_key(room, who).get(address(*rest, "brackets"))


@pytest.fixture
def bracketed(room: Room) -> Paragraph:
    return bracket_first_word(room, 2, "FRA")


def test_the_working_text_is_read_by_those_who_lead(room: Room, bracketed: Paragraph) -> None:
    rest = ("drafts", room.draft.slug)
    body = ledger(room, "co_facilitator", *rest).json()
    assert body["total"] == 1
    [paragraph] = body["paragraphs"]
    assert paragraph["paragraph"] == str(bracketed.public_id)
    assert paragraph["brackets"][0]["words"] == bracketed.text.split()[0]
    assert len(paragraph["brackets"][0]["asked_by"]) == 1
    assert [day["put"] for day in body["days"]] == [1]
    assert ledger(room, "CPV focal_point", *rest).status_code in {403, 404}


@pytest.mark.parametrize("names_askers", [True, False])
def test_of_a_revision_names_are_told_where_it_went_out_with_them(
    room: Room, bracketed: Paragraph, names_askers: bool
) -> None:
    revision = circulate_revision(
        access=room.access("co_facilitator"),
        draft=room.draft,
        stage="Rev.9",
        names_askers=names_askers,
    )
    rest = ("revisions", revision.public_id)
    body = ledger(room, "CPV focal_point", *rest).json()
    assert body["total"] == 1
    assert bool(body["asked"]) is names_askers
    assert bool(body["paragraphs"][0]["brackets"][0]["asked_by"]) is names_askers
    assert ledger(room, "co_facilitator", *rest).json()["asked"]
