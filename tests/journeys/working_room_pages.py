"""Working rooms: who sits in which, what each has of the text, and how that is set."""

from typing import Any

from playwright.sync_api import Page

from consultations.models import Facilitation, RoomMember, Seat, WorkingRoom
from consultations.rooms.acts import begin_room
from drafts.models import Draft
from drafts.rooms.acts import assign_parts
from tests.journeys.demo_pages import FACILITATOR, FOCAL_POINT, access_of
from tests.journeys.shown import Shown


def room_on_demo() -> WorkingRoom:
    """A room with two members that has a section of the plan."""
    found = WorkingRoom.objects.filter(ended_at=None).first()
    if found is not None:
        return found
    leader = access_of(FACILITATOR)
    chair = Facilitation.objects.get(user=leader.user, role="co_facilitator", ended_at=None)
    seats = Seat.objects.filter(consultation=leader.consultation, ended_at=None)[:2]
    made = begin_room(
        access=leader,
        name="Working group on prevention",
        chairs=[chair],
        members=seats,
        is_for_all=False,
    )
    plan = Draft.objects.get(slug="plan", consultation=leader.consultation)
    heading = plan.paragraphs.in_force().filter(kind="heading").order_by("place")[:1]
    assign_parts(access=leader, room=made, draft=plan, paragraphs=list(heading))
    assert RoomMember.objects.filter(room=made).exists()
    return made


def _room() -> dict[str, Any]:
    return {"room": room_on_demo().public_id}


def _listed() -> dict[str, Any]:
    room_on_demo()
    return {}


def _send(page: Page) -> None:
    with page.expect_navigation():
        page.locator("main form .button--strong").click()


WORKING_ROOMS = (
    Shown("working_rooms", FOCAL_POINT, note="none"),
    Shown("new_room", FACILITATOR),
    Shown("new_room", FACILITATOR, note="refused", act=_send, status=422),
    Shown("working_room", FACILITATOR, _room),
    Shown("room_parts", FACILITATOR, _room),
    Shown("room_parts", FACILITATOR, _room, note="refused", act=_send, status=422),
    Shown("end_working_room", FACILITATOR, _room),
    Shown("working_rooms", FOCAL_POINT, _listed),
    Shown("working_rooms", FACILITATOR, _listed),
)
NO_PAGES_OF_WORKING_ROOMS = {"end_room_part": "takes a form and leads back"}
