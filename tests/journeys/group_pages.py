"""A group's room and the acts in it, and the page for what came by letter."""

from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from playwright.sync_api import Page

from comments.models import Comment, Objection, OptOut
from config.demo.ground import SLUG
from consultations.models import Seat
from tests.journeys.demo_pages import SECRETARIAT, wording
from tests.journeys.shown import Shown

COORDINATOR, MEMBER, OTHER = "caboverde", "cotedivoire", "egypt"


def in_room(label: str) -> Comment:
    """The demonstration's draft on this paragraph, in the room of the African Group."""
    rows = Comment.objects.filter(in_room=True, discarded_at=None, wording__label=label)
    return rows.select_related("seat").order_by("pk")[0]


def _room() -> dict[str, Any]:
    return {"seat": Seat.objects.get(code="AG").public_id}


def _on(label: str) -> Any:
    return lambda: {"comment": in_room(label).public_id}


def _objection() -> dict[str, Any]:
    return {"objection": Objection.objects.filter(withdrawn_at=None)[0].public_id}


def _opt_out() -> dict[str, Any]:
    return {"opt_out": OptOut.objects.filter(withdrawn_at=None)[0].public_id}


def _in_the_room() -> dict[str, Any]:
    paragraph = wording("18").paragraph.public_id
    return {"open": paragraph, "write": 1, "room": _room()["seat"]}


def _words_of(label: str) -> dict[str, Any]:
    return {"wording": wording(label).public_id}


def _silence_in_the_past(page: Page) -> None:
    page.locator("main [name=until]").fill("2020-01-01T17:00")
    with page.expect_navigation():
        page.locator("main form .button--strong").click()


def _enter_nothing(page: Page) -> None:
    with page.expect_navigation():
        page.locator("main form[method=post] .button--strong").click()


def _enter(page: Page) -> None:
    """Once more for Fiji, by e-mail."""
    page.locator("main [name=delegation]").select_option(value=str(Seat.objects.get(code="FJI").pk))
    page.locator("main label:has([name=received_by][value=mail])").click()
    page.locator("main [name=kind][value=retain]").evaluate("field => { field.checked = true }")
    with page.expect_navigation():
        page.locator("main form[method=post] .button--strong").click()


GROUPS = (
    Shown("groups", COORDINATOR),
    Shown("groups", "portugal", note="none"),
    Shown("group_room", COORDINATOR, _room),
    Shown("group_room", MEMBER, _room),
    Shown(
        "group_room", MEMBER, _room, lambda: {"text": "plan", "label": "99"}, "missing", None, 422
    ),
    Shown("consultation", MEMBER, note="silence"),
    Shown("reading", MEMBER, lambda: {"draft": "plan", "number": 2}, _in_the_room, note="in-room"),
    Shown("edit_comment", OTHER, _on("16"), note="under-silence"),
    Shown("set_silence", COORDINATOR, _on("24")),
    Shown("set_silence", COORDINATOR, _on("24"), dict, "past", _silence_in_the_past, 422),
    Shown("object_to", OTHER, _on("16")),
    Shown("withdraw_objection", MEMBER, _objection),
    Shown("opt_out", MEMBER, _on("16")),
    Shown("opt_in", OTHER, _opt_out),
    Shown("received", SECRETARIAT),
    Shown("received", SECRETARIAT, dict, lambda: _words_of("19"), "words"),
    Shown("received", SECRETARIAT, dict, lambda: _words_of("19"), "mend", _enter_nothing, 422),
    Shown("received", SECRETARIAT, dict, lambda: _words_of("19"), "entered", _enter),
    Shown("workspace", "fiji", note="received"),
)


def address_of_room() -> str:
    return reverse("group_room", args=[SLUG, _room()["seat"]])


def address_to_write(label: str) -> str:
    """The room's way to a paragraph."""
    return f"{address_of_room()}?{urlencode({'text': 'plan', 'label': label})}"
