"""The secretariat sets a consultation up: seats, lists, functions, delegations and groups."""

from collections.abc import Callable
from functools import partial
from typing import Any

from playwright.sync_api import Page

from consultations.models import Facilitation, FunctionInvitation, Seat
from consultations.people.functions import invite_to_function
from consultations.people.inviting import invite
from delegations.models import Delegation, Invitation, Post
from tests.journeys.demo_pages import SECRETARIAT, access_of
from tests.journeys.shown import Shown

GUEST = "guest@portugal.example"
PEOPLE = "Portugal;rui@portugal.example;Rui;deputy;French\nAtlantis;a@b.example\nPortugal;rui@\n"


def _function_invitation() -> dict[str, Any]:
    """A member of staff who has not answered."""
    access = access_of(SECRETARIAT)
    found = FunctionInvitation.objects.unanswered().filter(email=GUEST).first()
    found = found or invite_to_function(access=access, email=GUEST, role="staff")
    return {"invitation": found.public_id}


def _with_waiting(rows: Callable[[], dict[str, Any]] = dict) -> dict[str, Any]:
    """Somebody who has not answered stands on the page."""
    if not Invitation.objects.unanswered().filter(email=GUEST).exists():
        portugal = Delegation.objects.get(code="PRT")
        access = access_of(SECRETARIAT)
        invite(actor=access, delegation=portugal, email=GUEST, role="deputy")
    _function_invitation()
    return rows()


def _seat() -> dict[str, Any]:
    return {"seat": Seat.objects.get(code="PRT").public_id}


def _staff() -> dict[str, Any]:
    held = Facilitation.objects.filter(role="co_facilitator", ended_at=None)
    return {"facilitation": held.order_by("pk")[0].public_id}


def _deputy() -> dict[str, Any]:
    held = Post.objects.held().filter(delegation__code="PRT", role="deputy")
    return {"person": held.select_related("user")[0].user.public_id}


def _named(code: str, **more: str) -> Callable[[], dict[str, Any]]:
    codes = {"delegation": code, **more}
    return lambda: {name: Delegation.objects.get(code=of).public_id for name, of in codes.items()}


def _preview(rows: str, page: Page) -> None:
    page.locator("main [name=rows]:visible").fill(rows)
    with page.expect_navigation():
        page.locator("main form[enctype] button").click()


def _send_empty(page: Page) -> None:
    with page.expect_navigation():
        page.locator("main form .button--strong").click()


SETTING_UP = (
    Shown("found", SECRETARIAT),
    Shown("found", SECRETARIAT, note="nothing-given", act=_send_empty, status=422),
    Shown("setting_up", SECRETARIAT),
    Shown("seats", SECRETARIAT),
    Shown("seat_kind", SECRETARIAT, partial(dict, kind="observers")),
    Shown("seat_list", SECRETARIAT),
    Shown("seat_list", SECRETARIAT, note="preview", act=partial(_preview, "Japan\nAtlantis\nPRT")),
    Shown("edit_seat", SECRETARIAT, _seat),
    Shown("end_seat", SECRETARIAT, _seat),
    Shown("invitation_list", SECRETARIAT),
    Shown("invitation_list", SECRETARIAT, note="preview", act=partial(_preview, PEOPLE)),
    Shown("unanswered", SECRETARIAT, _with_waiting),
    Shown("remind_all", SECRETARIAT, _with_waiting),
    Shown("functions", SECRETARIAT, _with_waiting),
    Shown("end_function", SECRETARIAT, _staff),
    Shown("find_person", SECRETARIAT),
    Shown("erase_person", SECRETARIAT, _deputy),
    Shown("revoke_function", SECRETARIAT, _function_invitation),
    Shown("delegations", SECRETARIAT),
    Shown("delegations", SECRETARIAT, query=partial(dict, q="zzz"), note="none"),
    Shown("add_delegation", SECRETARIAT),
    Shown("delegation", SECRETARIAT, _named("PRT")),
    Shown("delegation", SECRETARIAT, _named("AG"), note="group"),
    Shown("member_days", SECRETARIAT, _named("AG", member="CPV")),
    Shown("coordinator_days", SECRETARIAT, _named("AG", coordinator="CPV")),
)

NO_PAGES_OF_SETTING_UP = {
    "remind": "takes a form and leads back",
    "remind_of_function": "takes a form and leads back",
}
