"""The brief: outcomes of the own inputs, inputs that touch them, nothing that is not readable."""

import re
from collections.abc import Sequence
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.http import Http404
from django.test.utils import CaptureQueriesContext

from comments.brief.lines import BriefLines, brief_lines
from comments.brief.queries import MAX_INPUTS, Brief, CommentedParagraph, brief_of
from comments.drafting.acts import draft_comment
from comments.inputs.content import CommentContent
from comments.models import Comment, CommentKind
from comments.news.acts import mark_all_seen_at_first_visit
from comments.outcomes.queries import InputWithOutcome, Outcome
from comments.submitting.acts import submit_comments
from consultations.models import LatePolicy, Meeting, Round, Visibility
from consultations.rules.access import Refused
from consultations.timetable.acts import cancel_meeting, create_meeting, create_round
from delegations.models import User
from drafts.circulating.acts import circulate_revision
from drafts.desk.acts import (
    add_paragraph,
    edit_paragraph,
    merge_paragraphs,
    move_paragraph,
    split_paragraph,
    strike_paragraph,
)
from drafts.meetings.acts import add_agenda_item
from drafts.models import Paragraph, ParagraphKind, Revision
from drafts.words.differences import new_wording
from tests.comments.digests.digest_mails import submit
from tests.database import count_rows
from tests.room import Room, as_content, marker, speak_in_room

WHO = "CPV contributor"


def paragraph(room: Room, place: int) -> Paragraph:
    """The paragraph at a place of the first draft, as it stands on the desk."""
    key = room.wording(room.revision, place).paragraph_id
    return Paragraph.objects.select_related("draft", "parent").get(pk=key)


def reword(room: Room, place: int, text: str, **more: Any) -> None:
    row = paragraph(room, place)
    edit_paragraph(
        access=room.access("co_facilitator", 0.1),
        paragraph=row,
        version=row.version,
        **({"text": text, "kind": row.kind, "label": row.label} | more),
    )


def circulate(room: Room, stage: str = "Rev.1") -> Revision:
    leader = room.access("co_facilitator", 0.2)
    return circulate_revision(access=leader, draft=room.draft, stage=stage, round=None)


def say(room: Room, place: int, kind: str, proposed: str = "", **more: Any) -> Comment:
    """An input of France on the first draft, submitted."""
    comment = draft_comment(
        access=room.access("FRA contributor", 0.05),
        wording=room.wording(room.revision, place),
        **as_content({"kind": kind, "proposed": proposed, "rationale": "So."} | more),
    )
    return submit_comments(access=room.access("FRA focal_point", 0.05), comments=[comment])[0]


def brief(room: Room, who: str = WHO, days: float = 0.5, **how: Any) -> Brief:
    return brief_of(room.access(who, days), **how)


def lines(room: Room, who: str = WHO, days: float = 0.5, **how: Any) -> BriefLines:
    access = room.access(who, days)
    return brief_lines(access, brief_of(access, **how))


def on(found: Brief, label: str) -> CommentedParagraph:
    (commented,) = [
        commented for commented in found.commented_paragraphs() if commented.label == label
    ]
    return commented


def own(found: Brief, comment: Comment) -> InputWithOutcome:
    (row,) = [
        row
        for commented in found.commented_paragraphs()
        for row in commented.inputs
        if row.shown_input.comment.pk == comment.pk
    ]
    return row


# --- What became of one's words -------------------------------------------------------------------


def test_before_another_revision_no_input_is_said_to_be_left_out(room: Room) -> None:
    found = brief(room)
    outcomes = {
        row.match.outcome for commented in found.commented_paragraphs() for row in commented.inputs
    }
    # The call for inputs lies a revision back, and its heading says what it said.
    assert outcomes == {Outcome.WAITING, Outcome.NOT_IN_TEXT}
    assert all(
        own(found, room.comment(name)).match.outcome == Outcome.WAITING
        for name in ("CPV submitted", "CPV successor", "CPV group input")
    )


def test_each_word_is_told_as_in_the_text_or_not(room: Room) -> None:
    comment = say(room, 2, CommentKind.REPLACE, "To raise public awareness of all trafficking.")
    reword(room, 2, "To raise public awareness of trafficking in persons.")
    circulate(room)

    found = brief(room, "FRA deputy")
    answer = own(found, comment).match
    assert answer.outcome == Outcome.PARTLY
    assert (answer.inserted_in_text, answer.inserted_missing) == (("public",), ("all",))
    change = on(found, "Paragraph 1").change
    assert (change.stage_of_input, change.current_stage) == ("First draft", "Rev.1")
    assert new_wording(change.redline) == "To raise public awareness of trafficking in persons."
    told = lines(room, "FRA deputy")
    row = next(
        row
        for block in told.paragraphs
        for row in block.inputs
        if row.heading.startswith(comment.reference)
    )
    assert row.outcome == "Partly in the text"
    assert row.phrase_outcomes == (("Now in the text", "“public”"), ("Not in the text", "“all”"))


@pytest.mark.parametrize(
    ("kind", "text", "outcome", "words"),
    [
        (CommentKind.RETAIN, "", Outcome.IN_TEXT, "Kept unchanged"),
        (CommentKind.RETAIN, "To train all.", Outcome.NOT_IN_TEXT, "Changed"),
        (CommentKind.DELETE, "To train all.", Outcome.NOT_IN_TEXT, "Still in the text"),
        (CommentKind.COMMENT, "To train all.", Outcome.NO_PROPOSED_WORDS, "Proposes no words"),
    ],
)
def test_what_asks_for_no_words_is_told_in_its_own_way(
    room: Room, kind: str, text: str, outcome: str, words: str
) -> None:
    comment = say(room, 3, kind)
    if text:
        reword(room, 3, text)
    reword(room, 4, "To report.")
    circulate(room)
    assert own(brief(room, "FRA deputy"), comment).match.outcome == outcome
    rows = [row for block in lines(room, "FRA deputy").paragraphs for row in block.inputs]
    assert [row.outcome for row in rows if row.heading.startswith(f"{comment.reference} ")] == [
        words
    ]


def test_a_paragraph_that_was_taken_out_is_told_so(room: Room) -> None:
    wanted, kept = say(room, 3, CommentKind.DELETE), say(room, 3, CommentKind.REPLACE, "To teach.")
    strike_paragraph(access=room.access("co_facilitator", 0.1), paragraph=paragraph(room, 3))
    circulate(room)
    found = brief(room, "FRA deputy")
    assert own(found, wanted).match.outcome == Outcome.IN_TEXT
    assert own(found, kept).match.outcome == Outcome.NOT_IN_TEXT
    commented = on(found, "Paragraph 2, no longer in the text")
    assert commented.change.is_struck
    assert commented.has_news


def test_words_for_a_new_paragraph_are_found_in_the_one_that_came(room: Room) -> None:
    comment = say(room, 3, CommentKind.ADD_AFTER, "To protect the victims of forced labour at sea.")
    other = say(room, 3, CommentKind.ADD_AFTER, "To establish a rapporteur in every ministry.")
    add_paragraph(
        access=room.access("co_facilitator", 0.1),
        draft=room.draft,
        kind=ParagraphKind.OPERATIVE,
        text="To protect all victims of forced labour at sea.",
        after=paragraph(room, 3),
    )
    circulate(room)
    found = brief(room, "FRA deputy")
    answer = own(found, comment)
    assert answer.match.outcome == Outcome.IN_TEXT
    assert answer.new_paragraph_label == "Paragraph 2 bis"
    assert own(found, other).match.outcome == Outcome.NOT_IN_TEXT
    assert own(found, other).new_paragraph_label == ""


def test_a_move_is_told_as_done_or_not(room: Room) -> None:
    wanted = say(room, 2, CommentKind.MOVE, move_after=paragraph(room, 3))
    other = say(room, 4, CommentKind.MOVE, move_after=paragraph(room, 1))
    move_paragraph(
        access=room.access("co_facilitator", 0.1),
        paragraph=paragraph(room, 2),
        after=paragraph(room, 3),
    )
    circulate(room)
    found = brief(room, "FRA deputy")
    assert own(found, wanted).match.outcome == Outcome.IN_TEXT
    assert own(found, other).match.outcome == Outcome.NOT_IN_TEXT


def test_a_split_paragraph_is_searched_in_all_its_pieces(room: Room) -> None:
    comment = say(room, 3, CommentKind.REPLACE, "To train officials and judges.")
    split_paragraph(
        access=room.access("co_facilitator", 0.1),
        paragraph=paragraph(room, 3),
        texts=["To train officials.", "To train judges."],
    )
    circulate(room)
    found = brief(room, "FRA deputy")
    assert own(found, comment).match.inserted_in_text == ("judges.",)
    assert on(found, "Paragraph 2").change.split_into == ("Paragraph 2", "Paragraph 2 bis")


def test_a_merged_paragraph_is_told_where_it_stands_now(room: Room) -> None:
    comment = say(room, 4, CommentKind.RETAIN)
    merge_paragraphs(
        access=room.access("co_facilitator", 0.1),
        paragraphs=[paragraph(room, 3), paragraph(room, 4)],
        text="To train officials, and to report yearly.",
    )
    circulate(room)
    found = brief(room, "FRA deputy")
    (home,) = [
        s
        for s in found.commented_paragraphs()
        if comment.pk in {row.shown_input.comment.pk for row in s.inputs}
    ]
    assert home.label == "Paragraph 2"
    told = [
        block for block in lines(room, "FRA deputy").paragraphs if comment.reference in str(block)
    ]
    assert [(block.label, block.change_sentence) for block in told] == [
        ("Paragraph 3 → Paragraph 2", "Merged since First draft into Paragraph 2.")
    ]
    strike_paragraph(access=room.access("co_facilitator", 0.3), paragraph=paragraph(room, 3))
    circulate(room, "Rev.2")
    told = [
        block for block in lines(room, "FRA deputy").paragraphs if comment.reference in str(block)
    ]
    assert [block.change_sentence for block in told] == ["Deleted. It was in First draft."]


def test_labels_then_and_now_stand_beside_each_other(room: Room) -> None:
    comment = say(room, 3, CommentKind.RETAIN)
    reword(room, 3, "To train officials.", label="2 bis")
    circulate(room)
    assert own(brief(room, "FRA deputy"), comment)
    told = {block.label: block.change_sentence for block in lines(room, "FRA deputy").paragraphs}
    assert told["Paragraph 2 → Paragraph 2 bis"] == "Unchanged from First draft to Rev.1."


def test_the_published_answer_and_the_own_stance_are_told_and_no_unpublished_one(
    room: Room,
) -> None:
    rows = {
        row.heading.split(" ")[0]: row for block in lines(room).paragraphs for row in block.inputs
    }
    answered = rows[room.comment("CPV submitted").reference]
    assert answered.answer.endswith(": noted")
    assert answered.answer.startswith("Facilitators, ")
    assert marker("review of CPV submitted") in answered.observation
    assert answered.stance == "You maintain your position."
    assert "aligned: International Organization for Migration" in answered.details
    waiting = rows[room.comment("CPV successor").reference]
    assert (waiting.answer, waiting.observation) == ("", "")


def test_what_one_withdrew_or_replaced_is_no_longer_asked_after(room: Room) -> None:
    shown = {
        row.shown_input.comment.pk
        for commented in brief(room).commented_paragraphs()
        for row in commented.inputs
    }
    gone = {room.comments[f"CPV {state}"] for state in ("draft", "withdrawn", "superseded")}
    assert shown & gone == set()


def test_a_member_finds_the_input_of_its_group_among_its_own(room: Room) -> None:
    found = lines(room, "CIV contributor")
    (row,) = [row for block in found.paragraphs for row in block.inputs]
    assert row.heading.startswith("AFRICAN-GROUP-1 ")
    assert row.details == "for African Group"


# --- Inputs of others -----------------------------------------------------------------------------


def test_new_inputs_of_others_are_those_since_the_last_meeting(room: Room) -> None:
    held = create_meeting(
        access=room.access("secretariat", -9), title="Opening", starts_at=room.at(-4)
    )
    later = submit(room, "FRA", "afterwards", 2, 0.1)
    found = brief(room)
    others = {
        proposal.comment.pk
        for commented in found.commented_paragraphs()
        for proposal in commented.others.first_proposals
    }
    # France spoke before that meeting too, six and five days ago.
    assert others == {later.pk}
    assert found.last_meeting == held
    assert "since the last meeting (Opening, " in lines(room).lead_sentences[1]


def test_without_a_meeting_that_was_held_all_of_them_are_new(room: Room) -> None:
    others = {
        proposal.comment.pk
        for commented in brief(room).commented_paragraphs()
        for proposal in commented.others.first_proposals
    }
    assert others == {room.comments[f"FRA {state}"] for state in ("submitted", "successor", "late")}


def test_they_can_be_counted_from_ones_own_last_look(room: Room) -> None:
    mark_all_seen_at_first_visit(access=room.access(WHO, -1))
    later = submit(room, "FRA", "afterwards", 2, 0.1)
    beside = submit(room, "FRA", "where one never spoke", 4, 0.1)
    found = brief(room, since_last_visit=True)
    others = {
        proposal.comment.pk
        for commented in found.commented_paragraphs()
        for proposal in commented.others.first_proposals
    }
    assert others == {later.pk, beside.pk}
    assert "that you have not opened since" in lines(room, since_last_visit=True).lead_sentences[1]


def test_opening_words_stand_before_what_others_change_and_not_before_what_they_add(
    room: Room,
) -> None:
    reword(room, 2, "Agrees to raise awareness.", opening="Agrees")
    revision = _circulate_again(room, 0.3)
    for kind in (CommentKind.REPLACE, CommentKind.ADD_AFTER):
        comment = draft_comment(
            access=room.access("FRA contributor", 0.35),
            wording=room.wording(revision, 2),
            **as_content({"kind": kind, "proposed": "To report.", "rationale": "So."}),
        )
        submit_comments(access=room.access("FRA focal_point", 0.35), comments=[comment])
    proposals = on(brief(room), "Paragraph 1").others.first_proposals
    assert {
        (proposal.comment.kind, proposal.opening_words)
        for proposal in proposals
        if proposal.comment.wording.revision_id == revision.pk
    } == {(CommentKind.REPLACE, "Agrees"), (CommentKind.ADD_AFTER, "")}


def test_for_who_never_looked_all_inputs_of_others_are_new(room: Room) -> None:
    """A mail leads straight to the brief, which is no look at what is new."""
    create_meeting(access=room.access("secretariat", -9), title="Opening", starts_at=room.at(-4))
    found = brief(room, since_last_visit=True)
    others = {
        proposal.comment.pk
        for commented in found.commented_paragraphs()
        for proposal in commented.others.first_proposals
    }
    assert others == {room.comments[f"FRA {state}"] for state in ("submitted", "successor", "late")}
    sentence = lines(room, since_last_visit=True).lead_sentences[1]
    assert sentence.startswith(f"{found.others_count} new inputs of others")
    assert sentence.endswith("since the beginning.")


@pytest.mark.parametrize("visibility", [Visibility.FACILITATORS, Visibility.AT_CLOSE])
def test_an_input_that_one_may_not_read_is_neither_told_nor_counted(
    room: Room, visibility: str
) -> None:
    Round.objects.update(visibility=visibility)
    submit(room, "FRA", "afterwards", 2, 0.1)
    others = {block.label: len(block.others) for block in lines(room).paragraphs}
    # The call for inputs, on the heading, closed long ago: what all may read then is told.
    on_heading = 1 if visibility == Visibility.AT_CLOSE else 0
    hidden = dict.fromkeys(("Paragraph 1", "Paragraph 2", "Paragraph 3"), 0)
    assert others == {"“Prevention”": on_heading, **hidden}
    Round.objects.filter(pk=room.round.pk).update(visibility=Visibility.FACILITATORS)
    assert marker("FRA afterwards") not in str(lines(room))


def test_no_unsent_word_of_another_delegation_is_in_it(room: Room) -> None:
    speak_in_room(room)
    for who in (WHO, "FRA focal_point", "IOM deputy", "CIV contributor"):
        told = str(lines(room, who))
        unsent = [
            name
            for name in room.comments
            if name.split(" ")[-1] in {"draft", "cleared", "discarded", "silent", "objected"}
        ]
        assert [name for name in unsent if marker(name) in told] == [], who
        assert marker("room note") not in told
        assert marker("working text") not in told


# --- Before which meeting -------------------------------------------------------------------------


def test_it_is_before_the_next_meeting_or_the_one_that_is_named(room: Room) -> None:
    later = create_meeting(
        access=room.access("secretariat", -9), title="Later", starts_at=room.at(8)
    )
    assert brief(room).meeting == room.meeting
    assert brief(room, meeting_public_id=later.public_id).meeting == later
    for nobodys in (uuid4(), room.other_meeting.public_id):
        with pytest.raises(Http404):
            brief(room, meeting_public_id=nobodys)
    cancel_meeting(access=room.access("secretariat", 0.1), meeting=later)
    assert brief(room, meeting_public_id=later.public_id).meeting == room.meeting


def test_without_a_meeting_it_says_what_stands_now(room: Room) -> None:
    Meeting.objects.filter(consultation=room.consultation).delete()
    found = lines(room)
    assert found.meeting_line == "No meeting is scheduled. This is the current state."
    assert found.paragraphs


def test_what_is_on_the_agenda_comes_first(room: Room) -> None:
    assert [part.heading for part in lines(room).parts] == [
        "Where something happened",
        "Where nothing happened",
    ]
    add_agenda_item(
        access=room.access("secretariat", 0.1),
        meeting=room.meeting,
        draft=room.draft,
        paragraph=paragraph(room, 4),
    )
    first, *_rest = lines(room).parts
    assert first.heading == "On the agenda"
    assert [block.label for block in first.paragraphs] == ["Paragraph 3"]


def test_moments_are_told_in_new_york_and_at_home(room: Room) -> None:
    User.objects.filter(pk=room.users[WHO].pk).update(time_zone="Atlantic/Cape_Verde")
    room.users[WHO].refresh_from_db()
    speak_in_room(room)
    found = lines(room)
    assert found.as_of.startswith("As of ")
    whens = [found.as_of, found.meeting_line, *(date.time for date in found.dates)]
    assert all("New\u00a0York" in when and "Cape\u00a0Verde" in when for when in whens)
    whats = [date.subject for date in found.dates]
    assert "First round" in whats
    assert "First reading" in whats
    assert "Silence of African Group on Paragraph 3" in whats


def test_a_silence_is_told_to_nobody_outside_the_room(room: Room) -> None:
    speak_in_room(room)
    assert "Silence" not in str([date.subject for date in lines(room, "FRA focal_point").dates])


@pytest.mark.parametrize("who", ["co_facilitator", "staff", "secretariat"])
def test_who_acts_for_no_delegation_is_told_that_theirs_is_the_digest(room: Room, who: str) -> None:
    with pytest.raises(Refused, match="you get the digest"):
        brief(room, who)


def test_an_observer_and_a_delegation_without_inputs_have_one_too(room: Room) -> None:
    assert lines(room, "IOM contributor").parts == ()
    assert (
        lines(room, "IOM contributor").title == "Brief for International Organization for Migration"
    )


# --- Cost -----------------------------------------------------------------------------------------


def test_it_costs_the_same_for_ten_paragraphs_and_for_a_hundred(room: Room) -> None:
    costs, leads = [], []
    for count in (10, 90):
        _grow(room, count)
        count_rows()
        access = room.access("FRA deputy", 0.5)
        with CaptureQueriesContext(connection) as queries:
            found = brief_of(access)
            told = brief_lines(access, found)
        costs.append(
            (len(queries), len(found.summaries), sum(len(b.others) for b in told.paragraphs))
        )
        leads.append(told.lead_sentences[1])
    assert [queries for queries, *_rest in costs] == [17, 17]
    assert [commented for _queries, commented, _others in costs] == [13, 103]
    assert costs[1][2] > costs[0][2] + 80
    assert [lead.split(" of ")[0] for lead in leads] == ["13 new inputs", "More than 99 new inputs"]


def test_only_the_paragraphs_that_are_shown_are_read_with_their_words(room: Room) -> None:
    _grow(room, 12)
    access = room.access("FRA deputy", 0.5)
    found = brief_of(access)
    with CaptureQueriesContext(connection) as queries:
        shown = found.commented_paragraphs(found.summaries[:3])
    assert [commented.label for commented in shown] == [
        s.label for s in found.commented_paragraphs()
    ][:3]
    read = [query["sql"] for query in queries if '"comments_comment"."rationale"' in query["sql"]]
    told = {
        proposal.comment.pk for commented in shown for proposal in commented.others.first_proposals
    }
    own = {row.shown_input.comment.pk for commented in shown for row in commented.inputs}
    assert [rows_of(sql) for sql in read] == [own, told]


def rows_of(sql: str) -> set[int]:
    """The keys in the array that a statement was given."""
    (keys,) = re.findall(r"= ANY\(\(?'\{([\d,]+)\}'", sql)
    return {int(key) for key in keys.split(",")}


def test_of_many_own_inputs_on_a_paragraph_the_first_are_read(room: Room) -> None:
    for _turn in range(MAX_INPUTS + 3):
        say(room, 2, CommentKind.COMMENT)
    (commented,) = [
        s for s in brief(room, "FRA deputy").commented_paragraphs() if s.input_count > MAX_INPUTS
    ]
    assert len(commented.inputs) == MAX_INPUTS
    assert commented.input_count >= MAX_INPUTS + 3
    (block,) = [block for block in lines(room, "FRA deputy").paragraphs if block.more_inputs]
    assert block.more_inputs == commented.input_count - MAX_INPUTS


def test_what_became_of_an_input_is_worked_out_once(room: Room) -> None:
    comment = say(room, 2, CommentKind.REPLACE, "To raise public awareness of trafficking.")
    reword(room, 2, "To raise public awareness of trafficking.")
    circulate(room)
    first = brief(room, "FRA deputy")
    with CaptureQueriesContext(connection) as queries:
        again = brief(room, "FRA deputy")
    assert first.outcomes[comment.pk] == again.outcomes[comment.pk] == Outcome.IN_TEXT
    assert not any('"comments_comment"."redline"' in query["sql"] for query in queries)


def _grow(room: Room, count: int) -> None:
    """So many paragraphs more, on each an input of France and one of Cabo Verde; then reworded."""
    leader = room.access("co_facilitator", 0.1)
    last = Paragraph.objects.filter(draft=room.draft, struck_at=None).order_by("place").last()
    added: list[Paragraph] = []
    for number in range(count):
        last = add_paragraph(
            access=leader,
            draft=room.draft,
            kind=ParagraphKind.OPERATIVE,
            text=f"To add {number} to what stands.",
            after=last,
        )
        added.append(last)
    revision = _circulate_again(room, 0.25)
    for code in ("FRA", "CPV"):
        _speak_on(room, code, revision, added)
    for row in added:
        row.refresh_from_db()
        edit_paragraph(
            access=leader,
            paragraph=Paragraph.objects.select_related("draft", "parent").get(pk=row.pk),
            version=row.version,
            text=row.text.replace("what", "all that"),
            kind=row.kind,
            label=row.label,
        )
    _circulate_again(room, 0.4)


def _circulate_again(room: Room, opens: float) -> Revision:
    leader = room.access("co_facilitator", 0.2)
    round = create_round(
        access=leader,
        name="Next round",
        opens_at=room.at(opens),
        deadline=room.at(9),
        visibility=Visibility.AT_ONCE,
        late_policy=LatePolicy.MARK,
    )
    return circulate_revision(access=leader, draft=room.draft, stage="Rev", round=round)


def _speak_on(room: Room, code: str, revision: Revision, added: Sequence[Paragraph]) -> None:
    keys = {row.pk for row in added}
    wordings = revision.wordings.filter(paragraph__in=keys).select_related(
        "revision__draft", "revision__round", "paragraph__draft"
    )
    drafted = [
        draft_comment(
            access=room.access(f"{code} contributor", 0.3),
            wording=wording,
            content=CommentContent(
                kind=CommentKind.REPLACE, proposed=wording.text.replace("To add", "To add at once")
            ),
        )
        for wording in wordings
    ]
    submit_comments(access=room.access(f"{code} focal_point", 0.3), comments=drafted)
