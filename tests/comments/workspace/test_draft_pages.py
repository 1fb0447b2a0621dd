"""The pages of one draft: the reason for an end of it, and two drafts side by side."""

import re

import pytest

from comments.drafting.acts import discard_comment
from comments.models import Comment
from drafts.models import Wording
from tests.comments.reading.proposals import propose
from tests.comments.reading.test_pages import Person, page
from tests.room import Room, marker


@pytest.fixture
def first(room: Room) -> Wording:
    """The first operative paragraph: "To raise awareness of trafficking." """
    return room.wording(room.revision, 2)


@pytest.mark.parametrize(
    ("who", "name", "comment"),
    [
        ("FRA deputy", "return_comment", "FRA draft"),
        ("FRA deputy", "discard_comment", "FRA draft"),
        ("FRA focal_point", "withdraw_comment", "FRA submitted"),
    ],
)
def test_what_is_meant_stands_above_the_reason(
    room: Room, who: str, name: str, comment: str
) -> None:
    meant = room.comment(comment)
    shown = page(Person(room, who).get(name, meant.public_id))
    words = [f">{meant.wording.label}<", "<ins>", marker(comment), "<button class="]
    places = [shown.index(sentence, shown.index("<h1>")) for sentence in words]
    assert places == sorted(places)
    assert meant.rationale in shown


# --- Two drafts -----------------------------------------------------------------------------------


def preselected_in(shown: str) -> list[str]:
    return re.findall(r'<option value="([^"]+)" selected', shown)


def test_two_drafts_stand_beside_each_other_word_by_word(room: Room, first: Wording) -> None:
    for proposed in ("To raise awareness of all trafficking.", "To raise awareness everywhere."):
        propose(room, first, proposed)
    person = Person(room, "FRA deputy")
    assert "Compare our drafts" in page(person.get("workspace"))
    both = Comment.objects.order_by("-pk")[:2]
    first_id, second_id = both[1].public_id, both[0].public_id
    shown = page(
        person.get("compare_drafts", first.paragraph.public_id, first=first_id, second=second_id)
    )
    assert preselected_in(shown) == [str(first_id), str(second_id)]
    between = shown[shown.index('id="between"') :]
    between = re.sub(r'<span class="visually-hidden"[^>]*>.*?</span>', "", between)
    assert re.search(r"(?s)<del>.*of all trafficking.*</del>", between)
    assert re.search(r"(?s)<ins>.*everywhere.*</ins>", between)
    unasked = page(person.get("compare_drafts", first.paragraph.public_id))
    oldest = [room.comment(name).public_id for name in ("FRA draft", "FRA cleared")]
    assert preselected_in(unasked) == [str(public_id) for public_id in oldest]


def test_drafts_of_others_are_not_compared_and_inputs_are_not_drafts(
    room: Room, first: Wording
) -> None:
    shown = page(Person(room, "FRA deputy").get("compare_drafts", first.paragraph.public_id))
    assert marker("FRA draft") in shown and marker("FRA cleared") in shown
    assert "zq-cpv" not in shown and marker("FRA submitted") not in shown
    for who in ("co_facilitator", "secretariat"):
        answer = Person(room, who).get("compare_drafts", first.paragraph.public_id)
        assert answer.status_code == 403


def test_a_paragraph_with_one_draft_says_what_is_missing(room: Room, first: Wording) -> None:
    discard_comment(access=room.access("FRA contributor"), comment=room.comment("FRA cleared"))
    shown = page(Person(room, "FRA deputy").get("compare_drafts", first.paragraph.public_id))
    assert "There is only one draft" in shown
