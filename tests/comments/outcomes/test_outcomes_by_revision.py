"""Outcomes of an input in each later revision, word by word, and who incorporated it."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from comments.incorporating.acts import ChosenProposal, incorporate_paragraph_act, incorporate_words
from comments.models import Comment, Incorporation
from comments.outcomes.by_revision import InputOutcomes, outcomes_by_revision
from comments.outcomes.queries import Outcome
from consultations.models import Round, Visibility
from drafts.circulating.acts import circulate_revision
from drafts.desk.acts import edit_paragraph, split_paragraph, strike_paragraph
from drafts.desk.steps import undo_step
from drafts.models import Paragraph, Revision
from tests.comments.brief.test_brief import circulate, paragraph, reword, say
from tests.room import SLUG, Room

WORDS = "To raise public awareness of all trafficking."


def outcomes_for(
    room: Room, comment: Comment, who: str = "FRA deputy", days: float = 0.5
) -> InputOutcomes:
    stored = Comment.objects.select_related("wording__revision", "paragraph").get(pk=comment.pk)
    return outcomes_by_revision(room.access(who, days), stored)


def take(room: Room, comment: Comment, hunks: frozenset[int] | None = None) -> Incorporation:
    row = paragraph(room, 2)
    access = room.access("co_facilitator", 0.1)
    takes = [ChosenProposal(comment, hunks)]
    [incorporation] = incorporate_words(
        access=access, paragraph=row, chosen_proposals=takes, version=row.version
    )
    return incorporation


def circulate_again(room: Room, stage: str, days: float) -> Revision:
    leader = room.access("co_facilitator", days)
    return circulate_revision(access=leader, draft=room.draft, stage=stage, round=None)


def outcomes(found: InputOutcomes) -> list[tuple[str, Outcome]]:
    return [
        (later.revision.stage, later.input_with_outcome.match.outcome)
        for later in found.later_revisions
    ]


def test_before_another_revision_there_is_nothing_to_tell(room: Room) -> None:
    assert outcomes_for(room, say(room, 2, "replace", WORDS)).later_revisions == ()


def test_each_revision_is_answered_word_by_word_the_newest_first(room: Room) -> None:
    comment = say(room, 2, "replace", WORDS)
    reword(room, 2, "To raise public awareness of trafficking.")
    circulate_again(room, "Rev.1", 0.2)
    reword(room, 2, "To raise public awareness of all trafficking.")
    circulate_again(room, "Rev.2", 0.3)
    reword(room, 2, "To report on trafficking.")
    circulate_again(room, "Rev.3", 0.4)
    found = outcomes_for(room, comment)

    assert outcomes(found) == [
        ("Rev.3", Outcome.NOT_IN_TEXT),
        ("Rev.2", Outcome.IN_TEXT),
        ("Rev.1", Outcome.PARTLY),
    ]
    first = found.later_revisions[-1].input_with_outcome.match
    assert (first.inserted_in_text, first.inserted_missing) == (("public",), ("all",))
    assert [later.labels for later in found.later_revisions] == [("Paragraph 1",)] * 3


def test_an_incorporation_is_told_with_the_revision_that_carried_it(room: Room) -> None:
    comment = say(room, 2, "replace", WORDS)
    incorporation = take(room, comment)
    circulate(room)
    found = outcomes_for(room, comment)

    assert [[t.pk for t in later.incorporations] for later in found.later_revisions] == [
        [incorporation.pk]
    ]
    assert found.later_revisions[0].incorporations[0].is_whole
    assert found.later_revisions[0].input_with_outcome.match.outcome == Outcome.IN_TEXT


def test_on_the_desk_an_incorporation_is_the_facilitators_alone(room: Room) -> None:
    comment = say(room, 2, "replace", WORDS)
    take(room, comment)

    assert [
        t.comment_id for t in outcomes_for(room, comment, "staff").uncirculated_incorporations
    ] == [comment.pk]
    for who in ("FRA deputy", "CPV focal_point"):
        assert outcomes_for(room, comment, who).uncirculated_incorporations == ()
        assert not Incorporation.objects.visible_to(room.access(who, 0.5)).exists()


def test_an_incorporation_that_was_undone_is_told_to_nobody(room: Room) -> None:
    comment = say(room, 2, "replace", WORDS)
    incorporation = take(room, comment)
    undo_step(access=room.access("co_facilitator", 0.1), step=incorporation.step)
    reword(room, 2, "To report on trafficking.")
    circulate(room)

    for who in ("FRA deputy", "staff"):
        found = outcomes_for(room, comment, who)
        assert [later.incorporations for later in found.later_revisions] == [()]
        assert found.uncirculated_incorporations == ()


def test_who_may_not_read_the_input_is_told_no_incorporation_of_it(room: Room) -> None:
    comment = say(room, 2, "replace", WORDS)
    take(room, comment)
    circulate(room)
    Round.objects.update(visibility=Visibility.FACILITATORS)

    assert Incorporation.objects.visible_to(room.access("FRA deputy", 0.5)).exists()
    assert not Incorporation.objects.visible_to(room.access("CPV deputy", 0.5)).exists()


def test_what_was_struck_split_and_added_is_found_where_it_went(room: Room) -> None:
    struck = say(room, 3, "replace", "To train all officials.")
    split = say(room, 2, "replace", "To raise awareness of trafficking in persons.")
    added = say(room, 4, "add_after", "To protect every victim of it.")
    strike_paragraph(access=room.access("co_facilitator", 0.1), paragraph=paragraph(room, 3))
    split_paragraph(
        access=room.access("co_facilitator", 0.1),
        paragraph=paragraph(room, 2),
        texts=["To raise awareness", "of trafficking in persons."],
    )
    incorporate_paragraph_act(
        access=room.access("co_facilitator", 0.1), comment=added, paragraph=paragraph(room, 4)
    )
    circulate(room)

    assert (
        outcomes_for(room, struck).later_revisions[0].labels,
        outcomes(outcomes_for(room, struck)),
    ) == (
        (),
        [("Rev.1", Outcome.NOT_IN_TEXT)],
    )
    assert len(outcomes_for(room, split).later_revisions[0].labels) == 2
    assert outcomes(outcomes_for(room, split)) == [("Rev.1", Outcome.IN_TEXT)]
    assert outcomes(outcomes_for(room, added)) == [("Rev.1", Outcome.IN_TEXT)]
    assert (
        outcomes_for(room, added).later_revisions[0].input_with_outcome.new_paragraph_label
        == "Paragraph 3 bis"
    )


def test_it_costs_the_same_for_one_revision_and_for_many(room: Room) -> None:
    comment = say(room, 2, "replace", WORDS)
    take(room, comment)
    circulate_again(room, "Rev.1", 0.2)
    with CaptureQueriesContext(connection) as few:
        outcomes_for(room, comment)
    for number in range(2, 8):
        reword(room, 2, f"To raise awareness of trafficking, {number} times.")
        circulate_again(room, f"Rev.{number}", 0.2 + number / 100)
    with CaptureQueriesContext(connection) as many:
        found = outcomes_for(room, comment)

    assert len(found.later_revisions) == 7
    assert len(many) == len(few)


# --- The page -------------------------------------------------------------------------------------


def page(room: Room, who: str, comment: Comment) -> Any:
    client = Client()
    client.force_login(room.users[who])
    session = client.session
    session["capacity"] = room.capacities[who]
    session.save()
    return client.get(reverse("outcome_of_input", args=[SLUG, comment.public_id]))


def words_of(answer: Any) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def test_the_page_tells_found_and_absent_words_with_the_answer(room: Room) -> None:
    comment = room.comment("CPV submitted")
    take(room, comment)
    circulate(room)
    text = words_of(page(room, "CPV contributor", comment))

    assert f"Outcome of {comment.reference}" in text
    assert "What the facilitators answered" in text
    assert "Noted" in text
    assert "Rev.1, Paragraph 1" in text
    assert "In the text" in text
    assert "The facilitators incorporated all its words into this text." in text


def test_an_incorporation_on_the_desk_changes_no_page_of_a_delegation_by_a_byte(room: Room) -> None:
    comment = room.comment("CPV submitted")

    def seen(who: str) -> str:
        answer = page(room, who, comment).content.decode()
        return re.sub(r"(?i)(csrf\w*token\W+(?:value=)?\W*)\w{64}", r"\1", answer)

    readers = ("CPV focal_point", "CPV contributor", "FRA focal_point", "IOM focal_point")
    before = {who: seen(who) for who in readers}
    take(room, comment)

    assert {who: seen(who) for who in readers} == before
    assert "not circulated yet" in words_of(page(room, "staff", comment))


@pytest.mark.parametrize("name", ["CPV draft", "CPV discarded"])
def test_a_draft_went_nowhere(room: Room, name: str) -> None:
    assert page(room, "CPV contributor", room.comment(name)).status_code == 404


def test_an_edit_by_hand_is_no_incorporation(room: Room) -> None:
    comment = say(room, 2, "replace", WORDS)
    row: Paragraph = paragraph(room, 2)
    edit_paragraph(
        access=room.access("co_facilitator", 0.1),
        paragraph=row,
        version=row.version,
        text=WORDS,
        kind=row.kind,
        label=row.label,
    )
    circulate(room)
    [later] = outcomes_for(room, comment).later_revisions

    assert (later.input_with_outcome.match.outcome, later.incorporations) == (Outcome.IN_TEXT, ())
