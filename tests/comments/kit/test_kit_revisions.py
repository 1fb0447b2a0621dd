"""A kit of an earlier revision is placed on the next one; one of another delegation is refused."""

import pytest
from lxml import etree

from comments.models import Comment
from consultations.models import LatePolicy, Visibility
from consultations.timetable.acts import create_round
from drafts.circulating.acts import circulate_revision
from drafts.desk.acts import edit_paragraph, merge_paragraphs, strike_paragraph
from drafts.models import Paragraph, Revision
from tests.comments.kit.desk import KitDesk, rows_now
from tests.room import Room

HEADING, DRAFT, CLEARED, EMPTY, GROUP = range(5)


def _paragraph(room: Room, place: int) -> Paragraph:
    words = room.wording(room.revision, place)
    return Paragraph.objects.select_related("draft", "parent").get(pk=words.paragraph_id)


def _next_revision(room: Room) -> Revision:
    """Paragraphs 1 and 2 become one, 3 is struck, and what is on the desk goes out too."""
    access = room.access("co_facilitator", -0.5)
    merge_paragraphs(
        access=access,
        paragraphs=[_paragraph(room, 2), _paragraph(room, 3)],
        text="To raise awareness and to train officials.",
    )
    strike_paragraph(access=access, paragraph=_paragraph(room, 4))
    return _circulate(room)


def _circulate(room: Room) -> Revision:
    access = room.access("co_facilitator", -0.5)
    round = create_round(
        access=access,
        name="Second round",
        opens_at=room.at(-0.4),
        deadline=room.at(9),
        visibility=Visibility.AT_CLOSE,
        late_policy=LatePolicy.MARK,
    )
    return circulate_revision(access=access, draft=room.draft, stage="Rev.1", round=round)


def test_a_kit_of_the_revision_before_is_offered_against_the_paragraphs_that_follow(
    room: Room,
) -> None:
    word = KitDesk(room).word()
    rows = word.rows()
    word.fill(rows[HEADING], rationale="A good section.", kind="comment")
    word.fill(rows[EMPTY], proposed="To train all officials.", rationale="All of them.")
    word.fill(rows[DRAFT], rationale="Reworked.")
    revision = _next_revision(room)
    desk, before = KitDesk(room, number=revision.number), rows_now()
    page = desk.upload(word.saved())
    assert "This kit is for an earlier text, First draft." in page.words
    assert page.states() == ["New", "New", "New"]
    assert "From 2 in First draft. The paragraph has changed since." in page.words
    assert rows_now() == before
    desk.take(page)
    first, second, third = Comment.objects.select_related("wording__revision").order_by("-pk")[:3]
    assert {row.wording.revision.stage for row in (first, second, third)} == {"Rev.1"}
    merged = "To raise awareness and to train officials."
    assert second.wording.text == first.wording.text == merged
    assert third.wording.text == "Prevention"
    # The drafts of the text before stay as they were.
    assert rows_now()[:-3] == before
    # And the same file once more brings nothing.
    assert set(desk.upload(word.saved()).states()) == {"Unchanged"}


def test_what_was_said_on_a_paragraph_that_left_the_text_is_placed_by_hand(room: Room) -> None:
    word = KitDesk(room).word()
    word.fill(word.rows()[GROUP], rationale="All of us.", kind="comment", proposed="")
    revision = _next_revision(room)
    desk = KitDesk(room, number=revision.number)
    page = desk.upload(word.saved())
    assert page.states() == ["Needs a paragraph"]
    assert "It was on 3 in First draft, which is no longer in the text." in page.words
    [key] = page.row_keys()
    wrong = desk.press(page, confirm="yes", **{f"place-{key}": "99"})
    assert wrong.response.status_code == 422
    assert "There is no such paragraph." in wrong.text
    assert 'value="99"' in wrong.text
    placed = desk.press(wrong, **{f"place-{key}": "1"})
    assert placed.states() == ["New"]
    desk.take(placed, **{f"place-{key}": "1"})
    new = Comment.objects.select_related("wording", "seat").latest("pk")
    assert new.rationale == "All of us."
    assert new.seat.name == "African Group"
    assert new.wording.label == "1"


def test_a_later_kit_is_not_read_against_an_earlier_text(room: Room) -> None:
    revision = _next_revision(room)
    content = KitDesk(room, number=revision.number).download()
    answer = KitDesk(room).send(content)
    assert answer.status_code == 422
    assert "This kit is for a later revision, Rev.1." in answer.content.decode()


def test_the_kit_of_another_delegation_is_not_read(room: Room) -> None:
    content = KitDesk(room, "FRA focal_point").download()
    answer = KitDesk(room).send(content)
    assert answer.status_code == 422
    text = answer.content.decode()
    assert "This kit was made for another delegation" in text
    assert "France" not in text


def test_the_kit_of_another_consultation_is_not_read(room: Room) -> None:
    desk = KitDesk(room, "CPV focal_point")
    desk.args = ["another-process", room.other_draft.slug, 1]
    content = desk.download()
    answer = KitDesk(room).send(content)
    assert answer.status_code == 422
    assert "This kit belongs to another consultation." in answer.content.decode()


@pytest.mark.parametrize("what", ["KitRevision", "KitDelegation", "KitSignature"])
def test_a_binding_that_was_changed_is_noticed(room: Room, what: str) -> None:
    word = KitDesk(room).word()
    other = KitDesk(room, "FRA focal_point").word()
    part, names = "docProps/custom.xml", ("KitRevision", "KitDelegation", "KitSignature")
    theirs = dict(zip(names, _values(other.parts[part], names), strict=True))
    ours = dict(zip(names, _values(word.parts[part], names), strict=True))
    changed = theirs[what] if theirs[what] != ours[what] else ours[what][::-1]
    word.parts[part] = word.parts[part].replace(ours[what].encode(), changed.encode())
    answer = KitDesk(room).send(word.saved())
    assert answer.status_code == 422
    assert "This kit was damaged" in answer.content.decode()


def _values(part: bytes, names: tuple[str, ...]) -> list[str]:
    tree = etree.fromstring(part)
    told = {item.get("name"): "".join(item.itertext()) for item in tree}
    return [told[name] for name in names]


def test_a_paragraph_that_stands_unchanged_needs_no_hand(room: Room) -> None:
    word = KitDesk(room).word()
    word.fill(word.rows()[EMPTY], rationale="Who pays?", kind="question")
    access = room.access("co_facilitator", -0.5)
    edit_paragraph(
        access=access,
        paragraph=_paragraph(room, 4),
        version=_paragraph(room, 4).version,
        text="To report twice a year.",
        kind="operative",
        label="3",
    )
    revision = _circulate(room)
    desk = KitDesk(room, number=revision.number)
    page = desk.upload(word.saved())
    assert page.states() == ["New"]
    assert "The paragraph has changed since" not in page.text
    desk.take(page)
    new = Comment.objects.select_related("wording__revision").latest("pk")
    assert (new.wording.label, new.wording.revision.stage) == ("2", "Rev.1")
