"""Proposals side by side on the facilitators' page, each change with its delegations."""

import re
from typing import Any

import pytest
from django.utils.html import strip_tags

from comments.answers.acts import align
from comments.drafting.acts import draft_comment
from comments.inputs.content import CommentContent
from comments.models import Comment
from comments.review.proposal_sets import proposal_sets
from comments.review.side_by_side import (
    PlacedProposals,
    changes_of_words,
    placed_proposals,
    select_words,
    word_number_range,
)
from comments.submitting.acts import submit_comment
from comments.threads.queries import current_paragraph_of, shown_text_of
from consultations.timetable.acts import create_round
from drafts.circulating.acts import circulate_revision
from drafts.desk.acts import add_paragraph, edit_paragraph, start_draft
from drafts.models import Draft, Paragraph, ParagraphKind, Revision, Wording
from tests.comments.reading.test_pages import Person, page
from tests.room import Room, loaded

pytestmark = pytest.mark.django_db

TEXT = "States shall protect all victims and report every year."


@pytest.fixture
def place(room: Room) -> Wording:
    """A paragraph on which nobody spoke yet, of a text of its own."""
    leader = room.access("co_facilitator", -3)
    draft = start_draft(access=leader, slug="annex", title="The annex", place=1)
    add_paragraph(access=leader, draft=draft, kind=ParagraphKind.OPERATIVE, text=TEXT, after=None)
    return _circulated(room, draft, "First draft", -2.5)


def _circulated(room: Room, draft: Draft, stage: str, opens: float) -> Wording:
    leader = room.access("co_facilitator", opens - 0.1)
    asked = create_round(
        access=leader,
        name=f"On the annex, {stage}",
        opens_at=room.at(opens),
        deadline=room.at(5),
        visibility=room.visibility,
    )
    revision = circulate_revision(access=leader, draft=draft, stage=stage, round=asked)
    return room.wording(revision, 1)


def submit_change(
    room: Room, place: Wording, code: str, proposed: str = "", days: float = 0.0, **more: str
) -> Comment:
    access = room.access(f"{code} focal_point", days)
    fields: dict[str, Any] = {"kind": "replace", "type": "substantive", "rationale": "So."} | more
    drafted = draft_comment(
        access=access, wording=place, content=CommentContent(proposed=proposed, **fields)
    )
    submit_comment(access=access, comment=loaded().get(pk=drafted.pk))
    found: Comment = loaded().get(pk=drafted.pk)
    return found


def with_replaced(old: str, new: str, text: str = TEXT) -> str:
    assert old in text
    return text.replace(old, new)


def placed_on(room: Room, place: Wording) -> PlacedProposals:
    access = room.access("staff")
    revision = Revision.objects.select_related("draft").get(pk=place.revision_id)
    text = shown_text_of(access, revision)
    here = current_paragraph_of(text, place.paragraph.public_id)
    assert here is not None
    return placed_proposals(proposal_sets(access, text, here), here)


def section_text(room: Room, place: Wording, who: str = "staff", **asked: Any) -> str:
    """The words with the changes beside them, without tags."""
    found = page(Person(room, who).get("review_paragraph", place.paragraph.public_id, **asked))
    section = re.search(r'<div class="beside">.*?<h2 class="visually-hidden"', found, re.S)
    assert section is not None
    return re.sub(r"\s+", " ", strip_tags(section[0]))


def test_the_same_change_stands_in_one_column_and_the_same_words_in_one_line(
    room: Room, place: Wording
) -> None:
    submit_change(room, place, "FRA", with_replaced("shall", "should"))
    submit_change(room, place, "CPV", with_replaced("shall", "should"))
    submit_change(
        room, place, "IOM", with_replaced("year", "two years", with_replaced("shall", "should"))
    )
    found = placed_on(room, place)
    assert [segment.text for segment in found.aligned_changes.places] == ["shall ", "year"]
    assert [[row.seat.code for row in line.comments] for line in found.lines] == [
        ["CPV", "FRA"],
        ["IOM"],
    ]
    assert found.lines[0].cells[0] == found.lines[1].cells[0]


def test_a_chosen_word_shows_who_wants_who_aligned_and_who_opposes(
    room: Room, place: Wording
) -> None:
    comment = submit_change(room, place, "FRA", with_replaced("shall", "should"))
    submit_change(room, place, "IOM", with_replaced("shall", "may"))
    submit_change(room, place, "IOM", with_replaced("every year", "yearly"))
    submit_change(room, place, "FRA", kind="retain")
    align(access=room.access("CPV focal_point"), comment=comment, reservation="")
    found = placed_on(room, place)
    chosen = select_words(found, "2")
    assert chosen is not None and chosen.words == "shall"
    wanted, other = changes_of_words(found, chosen)
    assert [voice.delegation_name for voice in wanted.wanted_by] == ["France"]
    assert [alignment.delegation_name for alignment in wanted.alignments] == ["Cabo Verde"]
    assert [voice.delegation_name for voice in wanted.opposed_by] == [
        "International Organization for Migration"
    ]
    assert [voice.delegation_name for voice in other.opposed_by] == ["France"]
    text = section_text(room, place, word="2")
    assert "Who changes “shall”" in text
    assert "Wanted by: France (FRA-" in text
    assert "Aligned: Cabo Verde" in text
    assert "Opposed, retain as is: France" in text
    assert "1 other wording does not touch them." in text


@pytest.mark.parametrize(
    ("asked", "words", "count"),
    [
        ("2", "shall", 1),
        ("2-4", "shall protect all", 1),
        ("7-9", "report every year.", 1),
        ("SHALL", "SHALL", 1),
        ("yearly", "yearly", 1),
        ("victims", "victims", 0),
        ("99", "", 0),
        ("0-1", "States", 0),
        ("9999999999999999999999", "9999999999999999999999", 0),
        ("²", "²", 0),
    ],
)
def test_words_are_chosen_by_number_or_as_they_are_typed(
    room: Room, place: Wording, asked: str, words: str, count: int
) -> None:
    submit_change(room, place, "FRA", with_replaced("shall", "should"))
    submit_change(room, place, "IOM", with_replaced("every year", "yearly"))
    found = placed_on(room, place)
    chosen = select_words(found, asked)
    assert chosen is not None
    assert (chosen.words, len(changes_of_words(found, chosen))) == (words, count)
    assert section_text(room, place, word=asked)


def test_the_number_of_a_place_chooses_its_words(room: Room, place: Wording) -> None:
    assert word_number_range(TEXT, 7, 13) == "2"
    assert word_number_range(TEXT, 7, 20) == "2-3"
    assert word_number_range(TEXT, 7, 7) == "1-2"
    assert word_number_range("", 0, 0) == ""


def test_three_inputs_stand_in_full_beside_each_other(room: Room, place: Wording) -> None:
    one = submit_change(room, place, "FRA", with_replaced("shall", "should"))
    other = submit_change(room, place, "IOM", with_replaced("shall", "may"))
    text = section_text(room, place, beside=[one.reference, other.reference, "XYZ-1"])
    assert f"From {one.reference} to {other.reference}:" in text
    more = [submit_change(room, place, "CPV", with_replaced("year", f"{n} years")) for n in (2, 3)]
    numbers = [row.reference for row in (one, other, *more)]
    assert "The first three are shown." in section_text(room, place, beside=numbers)


def test_another_language_is_only_suggested_and_else_shown_whole(
    room: Room, place: Wording
) -> None:
    submit_change(room, place, "FRA", "Les États protègent les victimes.", language="fr")
    found = placed_on(room, place)
    assert found.lines == ()
    (foreign,) = found.foreign_proposals
    assert (foreign.is_compared, foreign.redline) == (False, (("=", foreign.comment.proposed),))
    assert "as written: the paragraph has no translation" in section_text(room, place, lines="1")


def test_a_proposal_on_earlier_words_is_brought_to_those_that_stand(
    room: Room, place: Wording
) -> None:
    submit_change(room, place, "FRA", with_replaced("shall", "should"), days=-2.4)
    submit_change(room, place, "IOM", with_replaced("year", "two years"), days=-2.4)
    submit_change(room, place, "CPV", with_replaced("all victims", "all survivors"), days=-2.4)
    leader = room.access("co_facilitator", -1.5)
    row = Paragraph.objects.select_related("draft__consultation").get(pk=place.paragraph_id)
    now = with_replaced("every year", "every three years", with_replaced("shall", "should"))
    edit_paragraph(
        access=leader,
        paragraph=row,
        version=row.version,
        kind=row.kind,
        label=row.label,
        text=now,
    )
    later = _circulated(room, row.draft, "Rev.1", -1)
    found = placed_on(room, later)
    assert [row.seat.code for row in found.reflected_inputs] == ["FRA"]
    assert [row.seat.code for row in found.conflicting_inputs] == ["IOM"]
    assert [line.words for line in found.lines] == [
        with_replaced("all victims", "all survivors", now)
    ]
    text = section_text(room, later, lines="1")
    assert "Already in the text: France" in text
    assert "Made on earlier words that changed since International Organization" in text


def test_what_is_not_submitted_stands_nowhere(room: Room, place: Wording) -> None:
    submit_change(room, place, "FRA", with_replaced("shall", "should"))
    access = room.access("IOM focal_point")
    words = with_replaced("shall", "must never")
    content = CommentContent(kind="replace", type="substantive", proposed=words, rationale="")
    draft_comment(access=access, wording=place, content=content)
    for asked in ({}, {"lines": "1"}, {"word": "2"}, {"word": "must never"}):
        text = section_text(room, place, **asked)
        assert "must never" not in text.replace("“must never”", "") and "IOM" not in text


def test_delegations_do_not_read_it(room: Room, place: Wording) -> None:
    submit_change(room, place, "FRA", with_replaced("shall", "should"))
    id = place.paragraph.public_id
    assert Person(room, "FRA focal_point").get("review_paragraph", id, word="2").status_code == 403


def test_the_table_is_opened_in_place_of_the_sets(room: Room, place: Wording) -> None:
    for code in ("FRA", "IOM"):
        submit_change(room, place, code, with_replaced("shall", "should"))
    id, who = place.paragraph.public_id, Person(room, "staff")
    closed, opened = (
        page(who.get("review_paragraph", id, **asked)) for asked in ({}, {"lines": "1"})
    )
    assert '<table class="table placed">' not in closed and 'id="sets"' in closed
    assert 'href="?lines=1#changes"' in closed and 'href="?word=2#chosen"' in closed
    assert '<table class="table placed">' in opened and 'id="sets"' not in opened


def test_a_page_of_lines_has_an_end(room: Room, place: Wording) -> None:
    for number in range(13):
        submit_change(room, place, "FRA", with_replaced("year", f"{number + 2} years"))
    first, second = section_text(room, place, lines="1"), section_text(room, place, lines="2")
    assert first.count("(FRA-") == 12
    assert second.count("(FRA-") == 1


def test_it_costs_no_query_more_however_many_propose(
    room: Room, place: Wording, django_assert_num_queries: Any
) -> None:
    who, id = Person(room, "staff"), place.paragraph.public_id
    submit_change(room, place, "FRA", with_replaced("shall", "should"))
    who.get("review_paragraph", id)
    with django_assert_num_queries(19):
        who.get("review_paragraph", id)
    comment = submit_change(room, place, "IOM", with_replaced("shall", "may"))
    align(access=room.access("CPV focal_point"), comment=comment, reservation="")
    submit_change(room, place, "CPV", "Les États.", language="fr")
    with django_assert_num_queries(19):
        who.get("review_paragraph", id, word="2", beside=[comment.reference])
