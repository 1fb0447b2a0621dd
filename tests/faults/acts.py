"""One act of each kind that is told by mail, done over HTTP by the person whose act it is.

Who has to be told stands here, as the rules say it, and is not asked of the platform.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone

from comments.models import Comment, CommentQuerySet
from consultations.models import MailKind, Meeting, Round
from delegations.models import Invitation
from drafts.models import Revision
from tests.faults.world import COORDINATOR, DOMAIN, MEMBERS, PASSWORD, World, focal_point
from tests.visitor import Page, Visitor

NEW_YORK = ZoneInfo("America/New_York")


class NotDone(Exception):
    """The platform did not say that an act was done."""


@dataclass(frozen=True)
class Act:
    """An act: how it is done, what then stands in the record, who has to be told."""

    kind: MailKind
    do: Callable[["People", World], None]
    count: Callable[[World], int]
    tells: Callable[[World], Iterable[str]]


class People:
    """Browsers of those who take part, signed in once."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._signed_in: dict[str, Visitor] = {}

    def browser(self, email: str) -> Visitor:
        if email not in self._signed_in:
            self._signed_in[email] = Visitor(self.url).sign_in(email, PASSWORD)
        return self._signed_in[email]

    def all_of(self, world: World) -> None:
        """Everybody signs in, before anything is taken away."""
        for email in world.everybody:
            self.browser(email)

    def fill_in(self, who: str, address: str, part: str, /, **values: str) -> Page:
        """Open a page, fill in its form and send it; NotDone where it is not taken."""
        browser = self.browser(who)
        page = _require(browser.get(address))
        return _require(browser.send(page, part, **values))


def _require(page: Page) -> Page:
    if page.status != 200:
        raise NotDone(f"{page.url} answered {page.status}: {page.text[:300]}")
    return page


# --- The acts ------------------------------------------------------------------------------------


def _submit(people: People, world: World) -> None:
    waiting = Comment.objects.filter(pk__in=[row.pk for row in world.drafts], submitted_at=None)
    draft = waiting.order_by("pk")[0]
    address = f"/consultations/{world.slug}/comments/{draft.public_id}/submit/"
    page = people.fill_in(focal_point("PRT"), address, "/submit/")
    if "/receipts/" not in page.url:
        raise NotDone(f"No receipt, but {page.url}")


def _set_silence(people: People, world: World) -> None:
    address = f"/consultations/{world.slug}/comments/{world.room_draft.public_id}/silence/"
    people.fill_in(focal_point(COORDINATOR), address, "/silence/")


def _circulate(people: People, world: World) -> None:
    address = f"/consultations/{world.slug}/drafts/resolution/circulate/"
    page = people.fill_in(
        world.facilitator, address, "/circulate/", stage="First draft", round="none"
    )
    if "/circulated/" not in page.url:
        raise NotDone(f"Not circulated: {page.text[:300]}")


def _extend(people: People, world: World) -> None:
    later = _wall_clock(world.round.deadline + timedelta(days=2))
    address = f"/consultations/{world.slug}/rounds/{world.round.public_id}/deadline/"
    people.fill_in(world.facilitator, address, "/deadline/", deadline=later)


def _invite(people: People, world: World) -> None:
    address = f"/consultations/{world.slug}/people/"
    new = {"email": _newcomer(world), "role": "contributor"}
    people.fill_in(focal_point("PRT"), address, "/people/", **new)


def _enter_received(people: People, world: World) -> None:
    address = f"/consultations/{world.slug}/received/?wording={world.wordings[2].public_id}"
    seat = world.consultation.seats.get(delegation__code="CIV")
    people.fill_in(
        world.secretariat,
        address,
        "wording=",
        delegation=str(seat.pk),
        received_by="letter",
        kind="comment",
        type="substantive",
        rationale="As the letter says.",
    )


def _call_meeting(people: People, world: World) -> None:
    address = f"/consultations/{world.slug}/meetings/"
    called = {"title": "Informal", "starts_at": _wall_clock(timezone.now() + timedelta(days=1))}
    people.fill_in(world.facilitator, address, "/meetings/", digest_hours="48", **called)


def _wall_clock(moment: datetime) -> str:
    return f"{moment.astimezone(NEW_YORK):%Y-%m-%dT%H:%M}"


def _newcomer(world: World) -> str:
    return f"newcomer.{world.slug}@{DOMAIN}"


ACTS = (
    Act(
        MailKind.RECEIPT,
        _submit,
        lambda world: _inputs(world).filter(number__isnull=False).count(),
        lambda world: [focal_point("PRT")],
    ),
    Act(
        MailKind.ROOM,
        _set_silence,
        lambda world: _inputs(world).filter(silence_until__isnull=False).count(),
        lambda world: map(focal_point, MEMBERS),
    ),
    Act(
        MailKind.CIRCULATION,
        _circulate,
        lambda world: Revision.objects.filter(
            draft__consultation=world.consultation, draft__slug="resolution"
        ).count(),
        lambda world: world.everybody,
    ),
    Act(
        MailKind.DEADLINE,
        _extend,
        lambda world: Round.objects.filter(
            pk=world.round.pk, deadline__gt=world.round.deadline
        ).count(),
        lambda world: world.everybody,
    ),
    Act(
        MailKind.INVITATION,
        _invite,
        lambda world: Invitation.objects.filter(email=_newcomer(world)).count(),
        lambda world: [_newcomer(world)],
    ),
    Act(
        MailKind.RECEIVED,
        _enter_received,
        lambda world: _inputs(world).exclude(received_by="").count(),
        lambda world: [focal_point("CIV")],
    ),
    Act(
        MailKind.DIGEST,
        _call_meeting,
        lambda world: Meeting.objects.filter(consultation=world.consultation).count(),
        lambda world: world.everybody,
    ),
)


def _inputs(world: World) -> CommentQuerySet:
    return Comment.objects.filter(consultation=world.consultation)
