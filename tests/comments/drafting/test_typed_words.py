"""Words typed at the desk appear on the meeting's screen: who shows them, who sees them."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from comments.screen import views
from consultations.models import Meeting
from consultations.rules.access import Refused
from drafts.desk.acts import edit_paragraph
from drafts.desk.presence import mark_as_open, unmark_as_open
from drafts.models import Paragraph, Screen, TypedWords
from drafts.screen.acts import (
    end_screen,
    hide_typed_words,
    screens_for,
    show_on_screen,
    show_typed_words,
)
from drafts.screen.queries import screen_content, screen_mark, screen_marks
from tests.comments.screen.test_screens import READERS, row, screen_of, turned_on
from tests.room import SLUG, Room, marker

pytestmark = [pytest.mark.every_server, pytest.mark.django_db, pytest.mark.usefixtures("own_cache")]

TYPED = f"Decides otherwise {marker('typed')}."


@pytest.fixture
def screen(room: Room) -> Screen:
    """A screen that is on, with its paragraph open at the desk of the staff."""
    screen = turned_on(room)
    mark_as_open(access=room.access("staff"), paragraph=row(room))
    return screen


def type_words(room: Room, text: str = TYPED, who: str = "staff", **more: Any) -> list[Screen]:
    shown = row(room)
    version = more.get("version", shown.version)
    return show_typed_words(access=room.access(who), paragraph=shown, version=version, text=text)


def page(room: Room, who: str, name: str = "screen_now") -> str:
    answer = browser(room, who).get(reverse(name, args=[SLUG, room.meeting.public_id]))
    assert answer.status_code == 200
    return answer.content.decode()


def browser(room: Room, who: str) -> Client:
    client = Client()
    client.force_login(room.users[who])
    session = client.session
    session["capacity"] = room.capacities[who]
    session.save()
    return client


@pytest.fixture(autouse=True)
def _the_present(room: Room) -> Iterator[None]:
    """The clock stands where the room was laid out: words of a minute ago would have passed."""
    with time_machine.travel(room.now):
        yield


def test_all_in_the_room_see_it_with_its_insertions_and_that_it_is_not_saved(
    room: Room, screen: Screen
) -> None:
    before = row(room).text
    assert type_words(room) == [screen]
    for who in READERS:
        found = screen_of(room, who)
        assert found is not None
        assert found.typed_text == TYPED, who
        assert any(op == "+" for op, _words in found.redline or ()), who
        assert "These words are not saved yet" in page(room, who), who
    assert row(room).text == before


def test_not_one_word_of_it_is_read_without_the_screen(room: Room, screen: Screen) -> None:
    type_words(room)
    end_screen(access=room.access("staff"), screen=screen)
    assert not TypedWords.objects.exists()
    for who in READERS:
        assert marker("typed") not in page(room, who), who


def test_of_a_paragraph_that_is_not_on_it_nothing_is_kept(room: Room, screen: Screen) -> None:
    other = row(room, 3)
    staff = room.access("staff")
    mark_as_open(access=staff, paragraph=other)
    assert show_typed_words(access=staff, paragraph=other, version=other.version, text=TYPED) == []
    assert screens_for(staff, other) == []
    assert not TypedWords.objects.exists()


@pytest.mark.parametrize("who", ["FRA focal_point", "CPV contributor", "secretariat"])
def test_who_does_not_lead_the_screen_shows_nothing(room: Room, screen: Screen, who: str) -> None:
    with pytest.raises(Refused):
        type_words(room, who=who)
    assert screens_for(room.access(who), row(room)) == []
    assert not TypedWords.objects.exists()


def _save(room: Room) -> None:
    shown = row(room)
    kept = {"kind": shown.kind, "label": shown.label, "text": "Decides in words that are saved."}
    edit_paragraph(access=room.access("staff"), paragraph=shown, version=shown.version, **kept)


def _cancel(room: Room) -> None:
    unmark_as_open(access=room.access("staff"), paragraph=row(room))


def _hide(room: Room) -> None:
    hide_typed_words(access=room.access("staff"), paragraph=row(room))


def _show_another(room: Room) -> None:
    meeting = Meeting.objects.get(pk=room.meeting.pk)
    show_on_screen(access=room.access("staff"), meeting=meeting, paragraph=row(room, 3))


def _show_another_and_come_back(room: Room) -> None:
    _show_another(room)
    turned_on(room)


@pytest.mark.parametrize("end", [_save, _cancel, _hide, _show_another, _show_another_and_come_back])
def test_it_ends_with(room: Room, screen: Screen, end: Any) -> None:
    type_words(room)
    during = screen_mark(room.meeting.pk)
    assert marker("typed") in page(room, "FRA focal_point")
    end(room)
    assert screen_mark(room.meeting.pk) != during
    for who in READERS:
        assert marker("typed") not in page(room, who), who


def test_it_ends_where_nobody_says_that_they_are_still_there(room: Room, screen: Screen) -> None:
    type_words(room)
    staff = room.access("staff")
    for later, is_shown in ((50, True), (61, False)):
        access = replace(staff, moment=staff.moment + timedelta(seconds=later))
        assert TypedWords.objects.visible_to(access).exists() is is_shown
        with time_machine.travel(access.moment):
            typed_row, _turn = screen_mark(room.meeting.pk).split(".")[-2:]
        assert (typed_row != "0") is is_shown


def test_the_first_who_types_holds_the_screen(room: Room, screen: Screen) -> None:
    mark_as_open(access=room.access("co_facilitator"), paragraph=row(room))
    type_words(room)
    assert type_words(room, "Decides nothing.", who="co_facilitator") == []
    _cancel(room)
    assert type_words(room, "Decides nothing.", who="co_facilitator") == [screen]


def test_what_comes_after_a_save_or_a_close_is_not_shown(room: Room, screen: Screen) -> None:
    """The last keys may be on their way while the form is sent, or closed."""
    before = row(room).version
    _save(room)
    assert type_words(room, version=before) == []
    _cancel(room)
    assert type_words(room) == []
    assert not TypedWords.objects.exists()


@pytest.mark.parametrize("text", ["x" * 50_000, "Decides \x0b."], ids=["long", "unprintable"])
def test_what_could_never_be_saved_is_not_shown(room: Room, screen: Screen, text: str) -> None:
    with pytest.raises(ValidationError, match="cannot be saved"):
        type_words(room, text)


def test_the_mark_is_another_for_each_words_and_the_same_for_the_same(
    room: Room, screen: Screen
) -> None:
    marks = [screen_mark(room.meeting.pk)]
    for text in ("Decides", "Decides otherwise", ""):
        type_words(room, text)
        marks.append(screen_mark(room.meeting.pk))
    type_words(room, "")
    assert screen_mark(room.meeting.pk) == marks[-1] == screen_marks()[room.meeting.public_id]
    _hide(room)
    type_words(room, "Decides")
    marks.append(screen_mark(room.meeting.pk))
    assert len(set(marks)) == 5
    assert set("".join(marks)) <= set("0123456789.")
    # What is typed is the last two numbers alone: who leads keeps the page (screen.js).
    assert len({tuple(mark.split(".")[:-2]) for mark in marks}) == 1


def test_what_is_kept_for_all_under_a_mark_never_holds_words_of_another(
    room: Room, screen: Screen, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Words that came while the paragraph was drawn, and were taken back, are nowhere then."""

    def typed_meanwhile(*given: Any) -> Any:
        type_words(room)
        return screen_content(*given)

    monkeypatch.setattr(views, "screen_content", typed_meanwhile)
    page(room, "FRA focal_point")
    monkeypatch.undo()
    _hide(room)
    assert marker("typed") not in page(room, "FRA focal_point")


# --- At the desk ---


def _form(room: Room, paragraph: Paragraph, who: str = "staff") -> str:
    address = reverse("edit_paragraph", args=[SLUG, paragraph.draft.slug, paragraph.public_id])
    return browser(room, who).get(address).content.decode()


def test_the_form_says_on_which_screen_one_types(room: Room, screen: Screen) -> None:
    sentence = f"What you type is on the screen of {room.meeting.title}"
    assert sentence in _form(room, row(room))
    assert sentence not in _form(room, row(room, 3))
    end_screen(access=room.access("staff"), screen=screen)
    assert sentence not in _form(room, row(room))


def test_a_form_that_was_open_before_is_told_with_its_next_sign_of_life(room: Room) -> None:
    shown = row(room)
    address = reverse("editing_paragraph", args=[SLUG, shown.draft.slug, shown.public_id])
    sent = {"capacity": room.capacities["staff"], "version": str(shown.version)}
    client = browser(room, "staff")
    assert client.post(address, sent).status_code == 204
    turned_on(room)
    answer = client.post(address, sent)
    assert room.meeting.title in answer.content.decode()
    assert client.post(address, sent | {"told": "yes"}).status_code == 204


def test_it_goes_to_the_screen_by_its_address_and_off_again(room: Room, screen: Screen) -> None:
    shown = row(room)
    address = reverse("typed_words", args=[SLUG, shown.draft.slug, shown.public_id])
    client, sent = browser(room, "staff"), {"capacity": room.capacities["staff"]}
    words = sent | {"version": str(shown.version), "text": f"{TYPED}\r\nMore."}
    assert client.post(address, words).json()["said"] == "It is on the screen."
    assert TypedWords.objects.get().text == f"{TYPED}\nMore."
    assert client.post(address, sent | {"hide": "yes"}).status_code == 200
    assert not TypedWords.objects.exists()
    assert client.post(address, sent | {"text": TYPED}).status_code == 400
