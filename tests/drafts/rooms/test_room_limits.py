"""What a room's chair may not do, and an import that changes paragraphs of rooms."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, cast

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from consultations.rules.access import Access, Refused
from drafts.desk.acts import set_draft, set_numbering, start_draft
from drafts.desk.steps import redo_step, undo_step
from drafts.importing.acts import import_next
from drafts.importing.preview import paragraphs_in_force
from drafts.models import DeskStep, Draft, RoomPart
from drafts.parsing.file_text import Kind, ReadParagraph, ReadText
from tests.drafts.desk.leading import SLUG, Browser, Leading, desk_words, page, text_with
from tests.drafts.rooms.in_rooms import KEPT, TwoRooms, called, give, room_of

pytestmark = pytest.mark.django_db

PLENARY_ENDS = "Leave them as they stand, or the plenary ends the part of the room first."


@pytest.fixture
def rooms() -> TwoRooms:
    return KEPT.laid_out()


# --- A text's title and numbering -----------------------------------------------------------------


def rename(access: Access, draft: Draft) -> Draft:
    stays = {name: getattr(draft, name) for name in ("symbol", "language", "levels", "annexes")}
    return set_draft(
        access=access, draft=draft, title="Another", numbering=draft.numbering, **stays
    )


def test_a_chair_of_a_room_names_numbers_and_begins_no_text(rooms: TwoRooms) -> None:
    acts: list[Callable[[], Draft]] = [
        lambda: rename(rooms.banker, rooms.draft),
        lambda: set_numbering(access=rooms.banker, draft=rooms.draft, numbering="pp_op"),
        lambda: start_draft(access=rooms.banker, title="A second text"),
    ]
    for act in acts:
        with pytest.raises(Refused, match="As chair of a room you cannot do this"):
            act()
    assert Draft.objects.get().title == "The plan"
    assert rename(rooms.leading.staff, rooms.draft).title == "Another"
    assert rename(rooms.leading.leader, rooms.draft).title == "Another"


def test_a_co_facilitator_who_chairs_a_room_names_texts_too(rooms: TwoRooms) -> None:
    room_of(rooms.leading, "Working group on titles", rooms.leading.leader)
    assert rename(rooms.leading.leader, rooms.draft).title == "Another"


def test_the_pages_offer_a_chair_neither_settings_nor_a_new_text(rooms: TwoRooms) -> None:
    for access, is_open in ((rooms.banker, False), (rooms.leading.staff, True)):
        browser = Browser(access)
        shown = page(browser.open("drafts"))
        for name, args in (("new_draft", ()), ("draft_settings", ("plan",))):
            assert (reverse(name, args=[SLUG, *args]) in shown) is is_open
            assert (browser.open(name, *args).status_code == 200) is is_open


# --- A file ---------------------------------------------------------------------------------------


def read_with(draft: Draft, changed: dict[str, str]) -> ReadText:
    """The text as it stands with these words changed, as a file has it."""
    rows = [
        ReadParagraph(number, f"n{number}", None, cast(Kind, row.kind), "", 0, text, "", ())
        for number, row in enumerate(paragraphs_in_force(draft), 1)
        for text in [changed.get(row.text, row.text)]
    ]
    return ReadText("", tuple(rows), ())


def bring_in(access: Access, draft: Draft, changed: dict[str, str], **more: Any) -> None:
    read, rows = read_with(draft, changed), paragraphs_in_force(draft)
    follows = {f"n{number}": [row] for number, row in enumerate(rows, 1)}
    import_next(
        access=access, draft=draft, read_text=read, followed_paragraphs_by_file_id=follows, **more
    )


def test_a_file_that_changes_what_rooms_have_is_refused_with_all_of_it_and_the_way(
    rooms: TwoRooms,
) -> None:
    leader = rooms.leading.leader
    part = RoomPart.objects.get(room=rooms.trade)
    part.until = leader.moment + timedelta(days=3)
    part.save()
    before = desk_words(rooms.draft)
    changed = {"Opening.": "Begin.", "Pay.": "Pay now.", "Owe.": "Owe less.", "Buy.": "Buy more."}
    with pytest.raises(ValidationError) as refused:
        bring_in(leader, rooms.draft, changed)
    first, money, trade, way = refused.value.messages
    assert first == "The file changes paragraphs that are with others."
    assert money == "With Working group on finance: “Pay.”, “Owe.”."
    assert trade.startswith("With Working group on trade until ")
    assert trade.endswith("\u00a0New\u00a0York: “Buy.”.")
    assert way == PLENARY_ENDS
    assert desk_words(rooms.draft) == before


def test_a_chair_brings_in_a_file_that_changes_the_part_of_the_room_alone(rooms: TwoRooms) -> None:
    bring_in(rooms.banker, rooms.draft, {"Pay.": "Pay now."})
    assert "Pay now." in desk_words(rooms.draft)
    with pytest.raises(ValidationError) as refused:
        bring_in(rooms.banker, rooms.draft, {"Opening.": "Begin."})
    assert refused.value.messages[1:] == [
        "With the plenary: “Opening.”.",
        "Leave them as they stand, or ask the co-facilitators.",
    ]


def bring_in_order(access: Access, draft: Draft, *texts: str) -> DeskStep:
    """A file with these paragraphs in this order, each from the paragraph of the same words."""
    row_by_text = {row.text: row for row in paragraphs_in_force(draft)}
    rows, follows = [], {}
    for number, text in enumerate(texts, 1):
        kind = cast(Kind, row_by_text[text].kind if text in row_by_text else "operative")
        rows.append(ReadParagraph(number, f"m{number}", None, kind, "", 0, text, "", ()))
        if text in row_by_text:
            follows[f"m{number}"] = [row_by_text[text]]
    import_next(
        access=access,
        draft=draft,
        read_text=ReadText("", tuple(rows), ()),
        followed_paragraphs_by_file_id=follows,
    )
    return draft.steps.select_related("draft").order_by("-number")[0]


def test_a_file_that_leaves_what_rooms_have_is_undone_and_made_again(rooms: TwoRooms) -> None:
    leader, before = rooms.leading.leader, desk_words(rooms.draft)
    step = bring_in_order(leader, rooms.draft, before[0], "Added by the file.", *before[1:])
    after = desk_words(rooms.draft)
    assert after[1] == "Added by the file."
    undo_step(access=leader, step=step)
    assert desk_words(rooms.draft) == before
    redo_step(access=leader, step=step)
    assert desk_words(rooms.draft) == after


def test_what_a_file_moved_is_not_moved_back_once_a_room_has_it(leading: Leading) -> None:
    draft = text_with(leading.leader, "Begin.", "Pay.", "Lend.", "End.")
    order = ("Begin.", "Lend.", "Pay.", "Begin again.", "End.")
    step = bring_in_order(leading.leader, draft, *order)
    moved_id = step.order[0][0]
    room = room_of(leading, "Working group on money", leading.leader)
    give(leading, room, draft.paragraphs.select_related("draft").get(public_id=moved_id))
    with pytest.raises(ValidationError, match="is with Working group on money"):
        undo_step(access=leading.staff, step=step)
    assert tuple(desk_words(draft)) == order


def test_a_chair_numbers_nothing_anew_by_a_file(rooms: TwoRooms) -> None:
    with pytest.raises(ValidationError, match="As chair of a room you cannot do this"):
        bring_in(rooms.banker, rooms.draft, {"Pay.": "Pay now."}, numbering="pp_op")
    assert "Pay." in desk_words(rooms.draft)


def test_of_many_paragraphs_the_first_are_named_and_the_rest_counted(leading: Leading) -> None:
    draft = text_with(leading.leader, *(f"Words {number}." for number in range(20)))
    room = room_of(leading, "Working group on words", leading.leader)
    rows = [called(draft, f"Words {number}.") for number in range(20)]
    give(leading, room, *rows)
    with pytest.raises(ValidationError) as refused:
        bring_in(leading.staff, draft, {row.text: f"{row.text} More." for row in rows})
    assert refused.value.messages[1].endswith("“Words 11.”, 8 more.")


def test_the_page_of_the_file_says_it_above_what_was_chosen(rooms: TwoRooms) -> None:
    texts = [row.text for row in paragraphs_in_force(rooms.draft)]
    words = "\n\n".join("Pay now." if text == "Pay." else text for text in texts)
    leader = Browser(rooms.leading.leader)
    file = SimpleUploadedFile("plan.txt", words.encode())
    answer = leader.send("import_file", "plan", file=file)
    shown = page(leader.get(answer["Location"]))
    seen = shown.split('name="seen" value="')[1].split('"')[0]
    fields = {"capacity": leader.key, "seen": seen, "confirm": "yes"}
    refused = leader.post(answer["Location"], fields)
    assert refused.status_code == 422
    assert "With Working group on finance: “Pay.”" in page(refused)
    assert PLENARY_ENDS in page(refused)
