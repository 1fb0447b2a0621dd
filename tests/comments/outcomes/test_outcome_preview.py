"""The preview of outcomes before a circulation equals the outcomes shown after it."""

from django.db import connection
from django.test.utils import CaptureQueriesContext

from comments.brief.lines import outcome_sentence_of
from comments.circulating.input_locations import MAX_LISTED, InputLocation, input_locations
from comments.circulating.outcome_preview import outcome_preview
from comments.models import Comment, CommentKind
from comments.outcomes.by_revision import outcomes_by_revision
from consultations.rules.access import Access
from drafts.circulating.outgoing import OutgoingRevision, outgoing_revision_of
from drafts.desk.acts import add_paragraph, merge_paragraphs, move_paragraph, strike_paragraph
from tests.comments.brief.test_brief import circulate, paragraph, reword, say
from tests.comments.reading.test_pages import Person, page
from tests.room import Room

WORDS = "To raise public awareness of all trafficking."


def previewed(room: Room) -> dict[str, str]:
    """By the number of the input, as the page that sends the text out shows it."""
    leader = room.access("co_facilitator", 0.15)
    going = outgoing_revision_of(leader, room.draft)
    rows = outcome_preview(leader, going, located(leader, going))
    return {one.reference: one.outcome for row in rows for one in row.inputs}


def located(leader: Access, going: OutgoingRevision) -> list[InputLocation]:
    text = input_locations(leader, going)
    return [location for row in text.items_shown(None) for location in row]


def outcome_after_circulation(room: Room, comment: Comment) -> str:
    """Once the text is out."""
    stored = Comment.objects.select_related("wording__revision", "paragraph").get(pk=comment.pk)
    return outcome_sentence_of(
        outcomes_by_revision(room.access("co_facilitator", 0.3), stored)
        .later_revisions[0]
        .input_with_outcome
    )


def test_the_preview_tells_of_each_input_what_its_author_will_read(room: Room) -> None:
    first, second, third = (paragraph(room, place) for place in (2, 3, 4))
    inputs: dict[str, Comment] = {
        "partly": say(room, 2, "replace", WORDS),
        "foreign": say(room, 2, "replace", "Sensibiliser le public.", language="fr"),
        "kept": say(room, 2, "retain"),
        "deleted": say(room, 3, "delete"),
        "moved": say(room, 4, "move", move_after=first),
        "added": say(room, 2, "add_after", "To publish what carriers report of their crews."),
        "asked": say(room, 2, "question"),
    }
    reword(room, 2, "To raise awareness of all trafficking.")
    leader = room.access("co_facilitator", 0.1)
    strike_paragraph(access=leader, paragraph=second)
    move_paragraph(access=leader, paragraph=third, after=first)
    add_paragraph(
        access=leader,
        draft=room.draft,
        kind="operative",
        text="To publish what carriers report.",
        after=third,
    )
    before = previewed(room)
    circulate(room)
    after = {name: outcome_after_circulation(room, comment) for name, comment in inputs.items()}
    asked = after.pop("asked")
    assert {name: before[inputs[name].reference] for name in after} == after
    assert (asked, before[inputs["asked"].reference]) == ("proposes no words", "")
    assert after["partly"] == "partly in the text"
    assert after["foreign"].startswith("in another language")
    assert after["kept"] == "changed"
    assert after["deleted"] == "deleted from the text"
    assert after["moved"] == "moved as proposed"
    assert after["added"].startswith("partly in the text, in ")


def test_words_of_a_merged_paragraph_are_looked_for_where_they_went(room: Room) -> None:
    comment = say(room, 3, "replace", "To train officials of all borders.")
    text = "To raise awareness, and to train officials of all borders."
    leader = room.access("co_facilitator", 0.1)
    merge_paragraphs(access=leader, paragraphs=[paragraph(room, 2), paragraph(room, 3)], text=text)
    before = previewed(room)[comment.reference]
    circulate(room)
    assert before == outcome_after_circulation(room, comment) == "in the text"


def test_it_costs_the_same_for_few_inputs_and_for_many(room: Room) -> None:
    leader = room.access("co_facilitator", 0.15)
    reword(room, 2, "To raise awareness of all trafficking.")

    def asked() -> int:
        going = outgoing_revision_of(leader, room.draft)
        rows = located(leader, going)
        with CaptureQueriesContext(connection) as queries:
            outcome_preview(leader, going, rows)
        return len(queries)

    few = asked()
    for _turn in range(20):
        say(room, 2, CommentKind.REPLACE, WORDS)
    assert asked() == few == 3


def test_of_many_inputs_on_a_paragraph_the_first_are_listed_and_the_others_counted(
    room: Room,
) -> None:
    leader = room.access("co_facilitator", 0.15)
    standing = Comment.objects.visible_to(leader).in_force()
    already = standing.filter(paragraph=paragraph(room, 2)).count()
    for _turn in range(MAX_LISTED):
        say(room, 2, CommentKind.REPLACE, WORDS)
    say(room, 3, "retain")
    reword(room, 2, "To raise awareness of all trafficking.")
    going = outgoing_revision_of(leader, room.draft)
    listed = {
        row.earlier_paragraph.name: row
        for row in outcome_preview(leader, going, located(leader, going))
        if row.earlier_paragraph
    }
    assert len(listed["1"].inputs) == MAX_LISTED
    assert listed["1"].further_count == already
    assert listed["2"].further_count == 0
    answer = Person(room, "co_facilitator").post("circulate", "plan", show="inputs")
    assert f"and {already} more input" in page(answer)


def test_a_paragraph_without_a_label_is_named_by_its_first_words_before_and_after(
    room: Room,
) -> None:
    comment = say(room, 2, "add_after", "To publish what carriers report of their crews.")
    add_paragraph(
        access=room.access("co_facilitator", 0.1),
        draft=room.draft,
        kind="heading",
        text="To publish what carriers report.",
        after=paragraph(room, 2),
    )
    before = previewed(room)[comment.reference]
    circulate(room)
    assert before == outcome_after_circulation(room, comment)
    assert "“To publish what carriers" in before
