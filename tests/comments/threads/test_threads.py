"""Threads beside a text: what each reader sees, in a fixed number of queries."""

from typing import Any
from uuid import uuid4

from django.db import connection
from django.test.utils import CaptureQueriesContext

from comments.answers.acts import align, review
from comments.drafting.acts import draft_comment
from comments.inputs.content import CommentContent
from comments.models import CommentState
from comments.submitting.acts import submit_comment
from comments.threads.comparison import compared_paragraphs
from comments.threads.queries import (
    ShownParagraph,
    ShownText,
    current_paragraph_of,
    shown_text_of,
    thread_of,
)
from comments.threads.sections import input_count_of, sections_of
from consultations.models import Round, Visibility
from consultations.rules.access import Access
from drafts.circulating.acts import circulate_revision
from drafts.desk.acts import edit_paragraph, merge_paragraphs, split_paragraph, strike_paragraph
from drafts.models import Paragraph, Revision
from tests.room import Room, marker, words


def counts(text: ShownText) -> list[int]:
    return [paragraph.input_count for paragraph in text.paragraphs]


def set_visibility(room: Room, visibility: str) -> None:
    Round.objects.filter(consultation=room.consultation).update(visibility=visibility)


def states_by_author(access: Access, text: ShownText, place: int) -> list[str]:
    """Who says what state of input under the paragraph at a place (from 1)."""
    thread = thread_of(access, text, text.paragraphs[place - 1])
    return [
        f"{shown_input.delegation_name}: {shown_input.state.value}"
        for shown_input in thread.shown_comments
    ]


def queries(call: Any) -> int:
    with CaptureQueriesContext(connection) as captured:
        call()
    return len(captured)


def submit_more(room: Room, code: str, place: int, how_many: int) -> None:
    for number in range(how_many):
        comment = draft_comment(
            access=room.access(f"{code} contributor", -5),
            wording=room.wording(room.revision, place),
            content=CommentContent(**words(f"{code} more {number}")),
        )
        submit_comment(access=room.access(f"{code} focal_point", -4), comment=comment)


def next_revision(room: Room, stage: str = "Rev.1") -> Revision:
    return circulate_revision(
        access=room.access("co_facilitator"), draft=room.draft, stage=stage, round=None
    )


# --- Counts --------------------------------------------------------------------------------------


def test_counts_hold_standing_inputs_and_never_a_draft(room: Room) -> None:
    """Heading: two late inputs of the call; OP1: two; OP2: two successors; OP3: the group's."""
    text = shown_text_of(room.access("FRA focal_point"), room.revision)
    assert counts(text) == [2, 2, 2, 1]
    assert counts(shown_text_of(room.access("IOM contributor"), room.revision)) == [2, 2, 2, 1]


def test_facilitators_count_what_delegations_submitted(room: Room) -> None:
    assert counts(shown_text_of(room.access("co_facilitator"), room.revision)) == [2, 2, 2, 1]


def test_in_a_closed_room_a_delegation_counts_its_own_only(room: Room) -> None:
    set_visibility(room, Visibility.FACILITATORS)
    assert counts(shown_text_of(room.access("FRA contributor"), room.revision)) == [1, 1, 1, 0]
    assert counts(shown_text_of(room.access("IOM focal_point"), room.revision)) == [0, 0, 0, 0]
    assert counts(shown_text_of(room.access("staff"), room.revision)) == [2, 2, 2, 1]


def test_inputs_of_a_round_that_opens_at_its_close_are_counted_from_then(room: Room) -> None:
    set_visibility(room, Visibility.AT_CLOSE)
    assert counts(shown_text_of(room.access("IOM focal_point"), room.revision)) == [2, 0, 0, 0]
    assert counts(shown_text_of(room.access("IOM focal_point", 11), room.revision)) == [2, 2, 2, 1]


def test_a_text_costs_the_same_queries_with_few_inputs_and_with_many(room: Room) -> None:
    access = room.access("FRA focal_point")
    few = queries(lambda: shown_text_of(access, room.revision))
    submit_more(room, "FRA", 3, 30)
    assert queries(lambda: shown_text_of(access, room.revision)) == few == 3
    assert counts(shown_text_of(access, room.revision)) == [2, 2, 32, 1]


def test_sections_are_cut_at_headings_and_sum_their_counts(room: Room) -> None:
    text = sections_of(shown_text_of(room.access("staff"), room.revision).paragraphs)
    counts_of_sections = [(s.number, s.title, input_count_of(s)) for s in text.sections]
    assert counts_of_sections == [(1, "Prevention", 7)]


# --- A thread ------------------------------------------------------------------------------------


def test_own_drafts_come_first_then_inputs_in_table_order(room: Room) -> None:
    access = room.access("FRA contributor")
    assert states_by_author(access, shown_text_of(access, room.revision), 2) == [
        "France: drafted",
        "France: cleared",
        "Cabo Verde: submitted",
        "France: submitted",
    ]


def test_nobody_else_reads_a_draft(room: Room) -> None:
    for who in ("IOM focal_point", "co_facilitator", "secretariat", "CPV contributor"):
        access = room.access(who)
        thread = thread_of(access, *_paragraph(access, room, 2))
        owners = {
            shown_input.delegation_name
            for shown_input in thread.shown_comments
            if shown_input.is_draft
        }
        assert owners <= {"Cabo Verde"} if who.startswith("CPV") else owners == set()


def test_withdrawn_inputs_stay_and_only_the_last_version_is_listed(room: Room) -> None:
    access = room.access("IOM focal_point")
    thread = thread_of(access, *_paragraph(access, room, 3))
    states = [
        (shown_input.delegation_name, shown_input.state, shown_input.reference)
        for shown_input in thread.shown_comments
    ]
    assert states == [
        ("Cabo Verde", CommentState.WITHDRAWN, "CPV-2"),
        ("Cabo Verde", CommentState.SUBMITTED, "CPV-3"),
        ("France", CommentState.WITHDRAWN, "FRA-2"),
        ("France", CommentState.SUBMITTED, "FRA-3"),
    ]


def test_a_group_input_names_who_filed_it_its_members_and_who_aligned(room: Room) -> None:
    group_input = room.comment("CPV group input")
    align(access=room.access("FRA focal_point"), comment=group_input, reservation="But not OP1.")
    access = room.access("IOM contributor")
    (shown_input,) = thread_of(access, *_paragraph(access, room, 4)).shown_comments
    assert (shown_input.delegation_name, shown_input.filing_delegation_name) == (
        "African Group",
        "Cabo Verde",
    )
    assert shown_input.member_names == ("Cabo Verde", "Côte d’Ivoire")
    assert [(a.delegation_name, a.reservation) for a in shown_input.alignments] == [
        ("France", "But not OP1.")
    ]


def test_unpublished_reviews_reach_facilitators_only(room: Room) -> None:
    group_input = room.comment("CPV group input")
    review(access=room.access("staff"), comment=group_input, disposition="noted", observation="…")
    delegate, clerk = room.access("CPV focal_point"), room.access("secretariat")
    assert _last(delegate, room, 4).review is None
    seen = _last(clerk, room, 4).review
    assert seen is not None and (seen.disposition, seen.published_at) == ("noted", None)


def test_a_thread_costs_one_query_and_shows_twenty_at_a_time(room: Room) -> None:
    access = room.access("IOM focal_point")
    submit_more(room, "FRA", 4, 30)
    text = shown_text_of(access, room.revision)
    paragraph = text.paragraphs[3]
    with CaptureQueriesContext(connection) as captured:
        first, second = (thread_of(access, text, paragraph, page) for page in (1, 2))
    assert len(captured) == 2
    assert (len(first.shown_comments), first.has_next) == (20, True)
    assert (len(second.shown_comments), second.has_next) == (11, False)
    assert {shown_input.public_id for shown_input in first.shown_comments}.isdisjoint(
        shown_input.public_id for shown_input in second.shown_comments
    )
    for thread in (first, second):
        for shown_input in thread.shown_comments:
            assert thread_of(access, text, paragraph, shown_input.public_id) == thread
    assert thread_of(access, text, paragraph, uuid4()) == first


# --- Carried over --------------------------------------------------------------------------------


def test_inputs_stand_under_the_reworded_paragraph_with_the_words_they_were_made_on(
    room: Room,
) -> None:
    _edit(room, "To train officials.", "To train all officials.")
    revision = next_revision(room)
    access = room.access("IOM focal_point")
    text = shown_text_of(access, revision)
    shown_input = thread_of(access, text, text.paragraphs[2]).shown_comments[1]
    assert shown_input.earlier_wording is not None
    assert (shown_input.earlier_wording.stage, shown_input.earlier_wording.text) == (
        "First draft",
        "To train officials.",
    )
    assert shown_input.earlier_wording.is_reworded
    assert text.paragraphs[2].text == "To train all officials."
    assert text.paragraphs[2].input_count == 2


def test_a_struck_paragraph_keeps_its_thread_apart(room: Room) -> None:
    strike_paragraph(access=room.access("staff"), paragraph=_working(room, "To train officials."))
    revision = next_revision(room)
    access = room.access("IOM focal_point")
    text = shown_text_of(access, revision)
    assert "To train officials." not in [p.text for p in text.paragraphs]
    (struck,) = text.struck_paragraphs
    assert (struck.text, struck.input_count, struck.is_struck) == ("To train officials.", 2, True)
    assert len(thread_of(access, text, struck).shown_comments) == 4


def test_inputs_of_a_merged_paragraph_are_counted_and_read_under_its_home(room: Room) -> None:
    first, second = _working(room, "To raise awareness of"), _working(room, "To train officials.")
    merge_paragraphs(
        access=room.access("staff"), paragraphs=[first, second], text="To raise and to train."
    )
    revision = next_revision(room)
    access = room.access("IOM focal_point")
    text = shown_text_of(access, revision)
    assert counts(text)[:2] == [2, 4]
    assert text.struck_paragraphs == ()
    assert len(thread_of(access, text, text.paragraphs[1]).shown_comments) == 6
    home = current_paragraph_of(text, second.public_id)
    assert home is not None and home.text == "To raise and to train."


def test_the_second_piece_of_a_split_points_to_the_first(room: Room) -> None:
    whole = _working(room, "To train officials.")
    split_paragraph(access=room.access("staff"), paragraph=whole, texts=["To train.", "Officials."])
    revision = next_revision(room)
    access = room.access("IOM focal_point")
    text = shown_text_of(access, revision)
    pieces = [p for p in text.paragraphs if p.text in {"To train.", "Officials."}]
    assert [piece.input_count for piece in pieces] == [2, 0]
    thread = thread_of(access, text, pieces[1])
    assert (thread.shown_comments, [p.text for p in thread.paragraphs_with_earlier_inputs]) == (
        (),
        ["To train."],
    )


def test_every_insertion_and_every_deletion_is_shown_against_the_revision_before(
    room: Room,
) -> None:
    _edit(room, "To train officials.", "To train all officials.")
    strike_paragraph(access=room.access("staff"), paragraph=_working(room, "To report yearly."))
    revision = next_revision(room)
    access = room.access("IOM focal_point")
    text = shown_text_of(access, revision)
    shown = {p.text: p for p in compared_paragraphs(access, text, room.revision)}
    assert shown["To raise awareness of trafficking."].redline == ()
    assert shown["To train all officials."].redline == (
        ("=", "To train "),
        ("+", "all "),
        ("=", "officials."),
    )
    dropped = shown["To report yearly."]
    assert (dropped.redline, dropped.is_struck) == ((("-", "To report yearly."),), True)
    new = shown[f"In the working text only: {marker('working text')}."]
    assert new.is_new and new.redline[0][0] == "+"


def test_an_earlier_revision_than_the_one_before_is_compared_word_by_word(room: Room) -> None:
    _edit(room, "To train officials.", "To train all officials.")
    next_revision(room)
    _edit(room, "To train all officials.", "To train all their officials.")
    third = next_revision(room, "Rev.2")
    access = room.access("IOM focal_point")
    shown = {
        p.text: p for p in compared_paragraphs(access, shown_text_of(access, third), room.revision)
    }
    assert shown["To train all their officials."].redline == (
        ("=", "To train "),
        ("+", "all their "),
        ("=", "officials."),
    )


def test_a_split_is_told_as_one_and_neither_piece_is_called_new(room: Room) -> None:
    whole = _working(room, "To train officials.")
    split_paragraph(access=room.access("staff"), paragraph=whole, texts=["To train", "officials."])
    shown = _compared(room, next_revision(room))
    pieces = [shown["To train"], shown["officials."]]
    assert [(piece.is_new, piece.redline) for piece in pieces] == [(False, ()), (False, ())]
    assert [piece.remark for piece in pieces] == ["2 split into 2 and 2 bis."] * 2


def test_a_merger_of_paragraphs_apart_stands_once_with_what_was_deleted(room: Room) -> None:
    one, other = _working(room, "To raise"), _working(room, "To report yearly.")
    access = room.access("staff")
    merge_paragraphs(access=access, paragraphs=[one, other], text="To raise and to report yearly.")
    shown = _compared(room, next_revision(room))
    merged = shown["To raise and to report yearly."]
    assert merged.remark == "1 and 3 merged into 1."
    assert not any(paragraph.is_struck for paragraph in shown.values())
    assert any(
        paragraph.remark == "3 was here. Its words are now in 1." for paragraph in shown.values()
    )


# --- Small steps ---------------------------------------------------------------------------------


def _paragraph(access: Access, room: Room, place: int) -> tuple[ShownText, Any]:
    text = shown_text_of(access, room.revision)
    return text, text.paragraphs[place - 1]


def _last(access: Access, room: Room, place: int) -> Any:
    return thread_of(access, *_paragraph(access, room, place)).shown_comments[-1]


def _compared(room: Room, revision: Revision) -> dict[str, ShownParagraph]:
    access = room.access("IOM focal_point")
    paragraphs = compared_paragraphs(access, shown_text_of(access, revision), room.revision)
    return {paragraph.text: paragraph for paragraph in paragraphs}


def _working(room: Room, text: str) -> Paragraph:
    return Paragraph.objects.select_related("draft__consultation").get(
        draft=room.draft, text__startswith=text
    )


def _edit(room: Room, before: str, after: str) -> None:
    paragraph = _working(room, before)
    edit_paragraph(
        access=room.access("staff"),
        paragraph=paragraph,
        version=paragraph.version,
        text=after,
        kind=paragraph.kind,
        label=paragraph.label,
        opening=paragraph.opening,
        notes=paragraph.notes,
    )
