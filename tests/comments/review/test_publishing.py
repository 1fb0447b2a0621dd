"""Reviews are published in batches, exactly as their preview showed them."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from comments.answers import acts
from comments.drafting.acts import draft_comment
from comments.inputs.content import CommentContent
from comments.models import Comment, Review
from comments.review.publishing import PAGE_SIZE, PublishingPart, batch_of, parts_to_publish
from comments.submitting.acts import submit_comment
from consultations.timetable.acts import create_round
from drafts.circulating.acts import circulate_revision
from drafts.desk.acts import add_paragraph, start_draft
from drafts.models import ParagraphKind
from tests.comments.reading.test_pages import Person, page
from tests.room import Room, loaded, words

pytestmark = pytest.mark.django_db


def parts(room: Room) -> list[PublishingPart]:
    return parts_to_publish(room.access("co_facilitator"))


def waiting(room: Room) -> int:
    return sum(part.review_count for part in parts(room))


def answer_input(room: Room, name: str, observation: str = "Seen.") -> Review:
    return acts.review(
        access=room.access("staff"),
        comment=room.comment(name),
        disposition="partly",
        observation=observation,
    )


def preview(person: Person, chosen: list[str]) -> str:
    return page(person.get("publish_reviews", parts=chosen))


def seen_in(shown: str) -> str:
    found = re.search(r'name="seen" value="([0-9a-f]{64})"', shown)
    assert found is not None
    return found[1]


def french_input(room: Room, wording: Any, name: str) -> Comment:
    """An input of France on these words."""
    access = room.access("FRA focal_point")
    draft = draft_comment(access=access, wording=wording, content=CommentContent(**words(name)))
    submit_comment(access=access, comment=loaded().get(pk=draft.pk))
    found: Comment = loaded().get(pk=draft.pk)
    return found


@pytest.fixture
def annex(room: Room) -> Any:
    """A second text: a line before its first heading, two sections, an answered input on each."""
    leader = room.access("co_facilitator", -3)
    asked = create_round(
        access=leader,
        name="On the annex",
        opens_at=room.at(-2),
        deadline=room.at(5),
        visibility=room.visibility,
    )
    draft = start_draft(access=leader, slug="annex", title="The annex", place=9)
    row = None
    for kind, text in (
        (ParagraphKind.OPERATIVE, "To begin."),
        (ParagraphKind.HEADING, "Training"),
        (ParagraphKind.OPERATIVE, "To train."),
        (ParagraphKind.HEADING, "Money"),
        (ParagraphKind.OPERATIVE, "To pay."),
    ):
        row = add_paragraph(access=leader, draft=draft, kind=kind, text=text, after=row)
    revision = circulate_revision(access=leader, draft=draft, stage="First draft", round=asked)
    for place in (1, 3, 5):
        acts.review(
            access=room.access("co_facilitator"),
            comment=french_input(room, room.wording(revision, place), f"on the annex {place}"),
            disposition="noted",
            observation=f"Noted at {place}.",
        )
    return revision


def test_parts_are_sections_in_the_order_of_the_texts(room: Room, annex: Any) -> None:
    here = [part for part in parts(room) if part.draft_slug == "annex"]
    assert [(part.section_title.split()[-1:], part.review_count) for part in here] == [
        ([], 1),
        (["Training"], 1),
        (["Money"], 1),
    ]
    shown = page(Person(room, "co_facilitator").get("publish_reviews"))
    boxes = re.findall(r'name="parts" value="([^"]+)"[^>]* checked', shown)
    assert boxes == [part.key for part in parts(room)]
    assert "The annex, outside the sections: 1 review" in shown
    assert [part.draft_slug for part in parts(room)][-3:] == ["annex"] * 3


def test_a_section_is_published_alone(room: Room, annex: Any) -> None:
    leader = Person(room, "co_facilitator")
    before = parts(room)
    money = before[-1]
    shown = preview(leader, [money.key])
    assert "Noted at 5." in shown
    assert "Noted at 3." not in shown
    answer = leader.post("publish_reviews", parts=[money.key], seen=seen_in(shown))
    assert answer.status_code == 302
    assert parts(room) == before[:-1]
    own = page(Person(room, "FRA focal_point").get("reading", "annex", 1, section=2))
    assert "Noted at 3." not in own


def test_the_preview_reads_delegation_by_delegation_in_order(room: Room) -> None:
    for name in ("FRA submitted", "CPV submitted", "CPV group input"):
        answer_input(room, name, f"To {name}.")
    shown = preview(Person(room, "co_facilitator"), [part.key for part in parts(room)])
    heads = re.findall(r"<h2>(.*?)</h2>", shown)
    assert heads == sorted(heads, key=["African Group", "Cabo Verde", "France"].index)
    assert heads[0] == "African Group"
    assert set(heads) == {"African Group", "Cabo Verde", "France"}
    assert shown.index("To CPV group input.") < shown.index("To CPV submitted.")
    assert shown.index("To CPV submitted.") < shown.index("To FRA submitted.")
    assert "Partly reflected" in shown
    assert room.comment("CPV submitted").reference in shown


def test_an_answer_given_anew_shows_what_it_was_before(room: Room) -> None:
    answer_input(room, "FRA submitted", "A second thought.")
    chosen = [part.key for part in parts(room)]
    assert "Published before:" in preview(Person(room, "co_facilitator"), chosen)


@pytest.mark.parametrize("change", ["changed", "added", "undone"])
def test_what_is_no_longer_as_it_was_shown_is_not_published_but_said(
    room: Room, change: str
) -> None:
    answer_input(room, "CPV submitted", "As it was shown.")
    leader = Person(room, "co_facilitator")
    chosen = [part.key for part in parts(room)]
    shown = preview(leader, chosen)
    if change == "changed":
        answer_input(room, "CPV submitted", "Changed meanwhile.")
    elif change == "added":
        answer_input(room, "FRA late", "Added meanwhile.")
    else:
        acts.undo_review(access=room.access("staff"), comment=room.comment("CPV submitted"))
    before = waiting(room)
    answer = leader.post("publish_reviews", parts=chosen, seen=seen_in(shown))
    assert answer.status_code == 409
    assert "Nothing was published." in page(answer)
    assert waiting(room) == before
    again = leader.post("publish_reviews", parts=chosen, seen=seen_in(page(answer)))
    assert again.status_code == 302
    assert waiting(room) == 0


def test_nothing_is_published_without_a_preview(room: Room) -> None:
    leader, before = Person(room, "co_facilitator"), waiting(room)
    answer = leader.post("publish_reviews", parts=[part.key for part in parts(room)])
    assert answer.status_code == 409
    assert waiting(room) == before > 0


def test_without_a_part_chosen_nothing_is_published(room: Room) -> None:
    leader, before = Person(room, "co_facilitator"), waiting(room)
    for answer in (
        leader.post("publish_reviews", seen="0" * 64),
        leader.get("publish_reviews", parts="annex:"),
    ):
        assert answer.status_code == 422
    assert "What waits to be published has changed." in page(answer)
    assert waiting(room) == before


def test_staff_see_no_preview(room: Room) -> None:
    chosen = [part.key for part in parts(room)]
    assert Person(room, "staff").get("publish_reviews", parts=chosen).status_code == 403
    assert Person(room, "secretariat").get("publish_reviews", parts=chosen).status_code == 403


def test_the_preview_is_paged_and_asks_the_same_at_any_length(room: Room, annex: Any) -> None:
    leader = Person(room, "co_facilitator")
    chosen = [part.key for part in parts(room)]

    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert leader.get("publish_reviews", parts=chosen).status_code == 200
        return len(asked)

    preview(leader, chosen)
    few = queries()
    for number in range(PAGE_SIZE):
        acts.review(
            access=room.access("staff"),
            comment=french_input(room, room.wording(annex, 3), f"more {number}"),
            disposition="noted",
            observation=f"Again {number}.",
        )
    assert queries() == few
    shown = preview(leader, chosen)
    assert shown.count('class="answer"') == PAGE_SIZE
    further = page(leader.get("publish_reviews", parts=chosen, page=2))
    assert further.count('class="answer"') == waiting(room) - PAGE_SIZE
    assert seen_in(further) == seen_in(shown)
    assert all(f'name="parts" value="{key}"' in further for key in chosen)


def test_the_mark_of_a_batch_is_of_what_it_holds(room: Room) -> None:
    leader = room.access("co_facilitator")
    before = batch_of(leader, parts(room))
    assert batch_of(leader, parts(room)).mark == before.mark
    answer_input(room, "CPV late")
    assert batch_of(leader, parts(room)).mark != before.mark
