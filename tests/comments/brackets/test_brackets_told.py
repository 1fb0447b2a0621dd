"""Brackets in the mail before a meeting and in the brief, for one delegation."""

from pathlib import Path

import pytest
from django.template.loader import render_to_string
from django.urls import reverse

from comments.digests.mail import compose_digest_mail
from comments.news.items import new_items
from consultations.models import Seat
from drafts.circulating.acts import circulate_revision
from tests.api_clients import signed_in
from tests.drafts.brackets.bracketed import bracket_first_word
from tests.drafts.papers.test_text_papers import NEEDS_POPPLER, pdf_words
from tests.room import SLUG, Room

pytestmark = pytest.mark.django_db

OURS = "1 bracket is open. 0 were lifted since"


@pytest.fixture(autouse=True)
def _bracketed(room: Room) -> None:
    """France asks for a bracket, and the text goes out with it, without the names."""
    bracket_first_word(room, 2, "FRA")
    circulate_revision(access=room.access("co_facilitator"), draft=room.draft, stage="Rev.9")


@pytest.mark.parametrize("ending", ["txt", "html"])
def test_the_digest_says_them_and_whose_they_are_to_their_delegation_alone(
    room: Room, ending: str
) -> None:
    told = {}
    for who in ("FRA focal_point", "CPV focal_point"):
        access = room.access(who, 0.1)
        letter = compose_digest_mail(room.meeting, access, new_items(access, None))
        assert letter is not None
        told[who] = " ".join(
            render_to_string(f"{letter.template}.{ending}", letter.context).split()
        )
    assert all(OURS in words for words in told.values())
    assert "1 bracket is yours." in told["FRA focal_point"]
    assert "yours" not in told["CPV focal_point"].split(OURS)[1][:60]


@pytest.mark.parametrize("code", ["FRA", "CPV"])
def test_the_page_that_shows_a_digest_ahead_says_them_as_the_mail_does(
    room: Room, code: str
) -> None:
    edition = Seat.objects.get(consultation=room.consultation, code=code).public_id
    address = reverse("digest", args=[SLUG, room.meeting.public_id])
    shown = signed_in(room, "staff").get(address, {"edition": str(edition)}).content.decode()
    assert OURS in shown
    assert ("1 bracket is yours." in shown) is (code == "FRA")


@NEEDS_POPPLER
def test_the_brief_on_paper_says_how_many_are_ours(room: Room, tmp_path: Path) -> None:
    briefs = {}
    for who in ("FRA focal_point", "CPV focal_point"):
        answer = signed_in(room, who).get(reverse("brief_file", args=[SLUG]))
        assert answer.headers["Content-Type"] == "application/pdf"
        briefs[who] = pdf_words(answer.content, tmp_path)
    assert "1 bracket is yours." in briefs["FRA focal_point"]
    assert "is yours" not in briefs["CPV focal_point"]


@pytest.mark.parametrize("names_askers", [False, True])
def test_delegations_read_who_asked_only_where_the_text_went_out_with_the_names(
    room: Room, names_askers: bool
) -> None:
    if names_askers:
        bracket_first_word(room, 3)
        leader = room.access("co_facilitator")
        circulate_revision(access=leader, draft=room.draft, stage="Rev.10", names_askers=True)
    page = signed_in(room, "CPV focal_point").get(
        reverse("latest", args=[SLUG, room.draft.slug]), {"askers": "1"}
    )
    words = page.content.decode()
    assert ("Asked by" in words) is names_askers
    assert ("who asked for brackets" in words) is names_askers
