"""An act for each kind of mail, done over HTTP by the person whose act it is.

What an operator does is done by command, and what time does is waited for.

Who has to be told stands here, as the rules say it, and is not asked of the platform.
"""

import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from allauth.mfa.models import Authenticator
from django.db.models import QuerySet
from django.utils import timezone

from comments.models import AskedSeat, Comment, CommentQuerySet, OfficialLetter, Silence
from config.launch.demo_processes import ROOT
from consultations.models import FunctionInvitation, MailKind, Meeting, Round, Visibility
from delegations.models import Delegation, Invitation, Post, SignInLink, User
from drafts.models import Revision
from tests.tools.faults.world import (
    COORDINATOR,
    DOMAIN,
    DRAFTER,
    MEMBERS,
    PASSWORD,
    WATCHER,
    World,
    focal_point,
)
from tests.visitor import Page, Visitor

NEW_YORK = ZoneInfo("America/New_York")


class NotDone(Exception):
    """The platform did not say that an act was done."""


@dataclass(frozen=True)
class Act:
    """An act: how it is done, what then stands in the record, who has to be told of what."""

    name: str
    do: Callable[["People", World], None]
    count: Callable[[World], int]
    tells: Mapping[MailKind, Callable[[World], Iterable[str]]]

    def due(self, world: World) -> set[tuple[MailKind, str]]:
        """The mails that it owes: of which kind, and to whom."""
        return {(kind, to) for kind, whom in self.tells.items() for to in whom(world)}


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
        """Everybody who acts signs in, before anything is taken away."""
        for email in world.acting:
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


def _ask_on_bridging(people: People, world: World) -> None:
    address = f"/consultations/{world.slug}/bridging/{world.bridging.public_id}/ask/"
    seat = world.consultation.seats.get(delegation__code="PRT")
    asked = {"seats": str(seat.public_id), "answers_seen_by": "asked"}
    people.fill_in(world.facilitator, address, "/ask/", **asked)


def _open_silence(people: People, world: World) -> None:
    address = f"/consultations/{world.slug}/silences/new/"
    seat = world.consultation.seats.get(delegation__code="PRT")
    fields = {"on": "decision", "decision": "It meets again.", "words": "Put before Portugal."}
    asked = {"whom": "some", "seats": str(seat.public_id), "open": "yes"}
    page = people.fill_in(world.facilitator, address, "/new/", **fields, **asked)
    if "/silences/new/" in page.url:
        raise NotDone(f"Not opened: {page.text[:300]}")


def _send_letter(people: People, world: World) -> None:
    address = f"/consultations/{world.slug}/letters/{world.letter.public_id}/send/"
    people.fill_in(world.facilitator, address, "/send/")


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


def _move_meeting(people: People, world: World) -> None:
    address = f"/consultations/{world.slug}/meetings/{world.to_move.public_id}/move/"
    later = _wall_clock(world.to_move.starts_at + timedelta(days=1))
    people.fill_in(world.facilitator, address, "/move/", starts_at=later)


def _cancel_meeting(people: People, world: World) -> None:
    address = f"/consultations/{world.slug}/meetings/{world.to_cancel.public_id}/cancel/"
    people.fill_in(world.facilitator, address, "/cancel/")


def _ask_again(people: People, world: World) -> None:
    people.fill_in(
        world.facilitator,
        f"/consultations/{world.slug}/rounds/",
        "/rounds/",
        name="Asked again",
        opens_at=_wall_clock(timezone.now() + timedelta(minutes=5)),
        deadline=_wall_clock(timezone.now() + timedelta(days=3)),
        visibility=Visibility.AT_ONCE,
        asks_again=str(world.earlier.pk),
    )


def _send_for_clearance(people: People, world: World) -> None:
    draft = world.uncleared
    address = f"/consultations/{world.slug}/comments/{draft.public_id}/"
    people.fill_in(DRAFTER, address, f"{draft.public_id}/send-for-clearance/")


def _let_silence_run(_people: People, world: World) -> None:
    """Nobody does anything: half of a silence is over that reached no member."""
    begun, until = world.under_silence.silence_from, world.under_silence.silence_until
    assert begun is not None and until is not None  # it was set at the beginning
    left = begun + (until - begun) / 2 - timezone.now()
    time.sleep(max(left.total_seconds(), 0))


def _invite_to_serve(people: People, world: World) -> None:
    address = f"/consultations/{world.slug}/people/functions/"
    new = {"email": _server(world), "role": "staff"}
    people.fill_in(world.secretariat, address, "/functions/", **new)


def _give_post(people: People, world: World) -> None:
    post = {
        "user": str(User.objects.get(email=world.assistant).pk),
        "delegation": str(_own_delegation(world).pk),
        "role": "contributor",
    }
    address = "/desk/delegations/post/add/"
    people.fill_in(world.secretariat, address, "/post/add/", **post)


def _change_address(people: People, world: World) -> None:
    account = User.objects.get(email__in=[world.renamed, _new_address(world)])
    address = f"/desk/delegations/user/{account.pk}/change/"
    people.fill_in(world.secretariat, address, "/change/", email=_new_address(world))


def _take_second_step(_people: People, world: World) -> None:
    _command("help_person", world.head)


def _let_in(_people: People, world: World) -> None:
    title = world.consultation.title
    _command("begin", "--email", world.secretariat, "--title", title, "--slug", world.slug)


def _command(*words: str) -> None:
    """What an operator types on the server; NotDone where the command says that it failed."""
    manage = [sys.executable, "manage.py", *words]
    done = subprocess.run(manage, cwd=ROOT, capture_output=True, text=True)
    if done.returncode:
        raise NotDone(f"{words[0]} ended with {done.returncode}: {done.stderr[-300:]}")


def _wall_clock(moment: datetime) -> str:
    return f"{moment.astimezone(NEW_YORK):%Y-%m-%dT%H:%M}"


def _newcomer(world: World) -> str:
    return f"newcomer.{world.slug}@{DOMAIN}"


def _server(world: World) -> str:
    return f"staff.{world.slug}@{DOMAIN}"


def _new_address(world: World) -> str:
    return f"new.{world.slug}@{DOMAIN}"


def _own_delegation(world: World) -> Delegation:
    return Delegation.objects.get(code=world.slug.upper())


ACTS = (
    Act(
        "submit an input",
        _submit,
        lambda world: _inputs(world).filter(number__isnull=False).count(),
        {
            MailKind.RECEIPT: lambda world: [focal_point("PRT")],
            MailKind.WATCHED: lambda world: [focal_point(WATCHER)],
        },
    ),
    Act(
        "send a draft for clearance",
        _send_for_clearance,
        lambda world: _inputs(world).filter(sent_for_clearance_at__isnull=False).count(),
        {MailKind.TURN: lambda world: [focal_point("PRT")]},
    ),
    Act(
        "set a silence",
        _set_silence,
        lambda world: _under_silence(world).filter(pk=world.room_draft.pk).count(),
        {MailKind.ROOM: lambda world: map(focal_point, MEMBERS)},
    ),
    Act(
        "let half of a silence pass",
        _let_silence_run,
        lambda world: _under_silence(world).filter(pk=world.under_silence.pk).count(),
        {MailKind.UNREACHED: lambda world: [focal_point(COORDINATOR)]},
    ),
    Act(
        "ask about bridging words",
        _ask_on_bridging,
        lambda world: AskedSeat.objects.filter(proposal=world.bridging).count(),
        {MailKind.BRIDGING: lambda world: [focal_point("PRT")]},
    ),
    Act(
        "open a silence of the facilitators",
        _open_silence,
        lambda world: Silence.objects.filter(consultation=world.consultation).count(),
        {MailKind.SILENCE: lambda world: [focal_point("PRT"), DRAFTER]},
    ),
    Act(
        "send a letter",
        _send_letter,
        lambda world: OfficialLetter.objects.filter(
            pk=world.letter.pk, sent_at__isnull=False
        ).count(),
        {MailKind.LETTER: lambda world: world.delegates},
    ),
    Act(
        "circulate a text",
        _circulate,
        lambda world: Revision.objects.filter(
            draft__consultation=world.consultation, draft__slug="resolution"
        ).count(),
        {MailKind.CIRCULATION: lambda world: world.everybody},
    ),
    Act(
        "extend a deadline",
        _extend,
        lambda world: Round.objects.filter(
            pk=world.round.pk, deadline__gt=world.round.deadline
        ).count(),
        {MailKind.DEADLINE: lambda world: world.everybody},
    ),
    Act(
        "open a round that asks again",
        _ask_again,
        lambda world: Round.objects.filter(asks_again=world.earlier).count(),
        {MailKind.ROUND: lambda world: world.everybody},
    ),
    Act(
        "invite to a delegation",
        _invite,
        lambda world: Invitation.objects.filter(email=_newcomer(world)).count(),
        {MailKind.INVITATION: lambda world: [_newcomer(world)]},
    ),
    Act(
        "invite to serve",
        _invite_to_serve,
        lambda world: FunctionInvitation.objects.filter(email=_server(world)).count(),
        {MailKind.FUNCTION: lambda world: [_server(world)]},
    ),
    Act(
        "enter what came by letter",
        _enter_received,
        lambda world: _inputs(world).exclude(received_by="").count(),
        {MailKind.RECEIVED: lambda world: [focal_point("CIV")]},
    ),
    Act(
        "call a meeting",
        _call_meeting,
        lambda world: _meetings(world).filter(title="Informal").count(),
        {MailKind.DIGEST: lambda world: world.everybody},
    ),
    Act(
        "move a meeting",
        _move_meeting,
        lambda world: (
            _meetings(world)
            .filter(pk=world.to_move.pk, starts_at__gt=world.to_move.starts_at)
            .count()
        ),
        {MailKind.MEETING_MOVED: lambda world: world.everybody},
    ),
    Act(
        "cancel a meeting",
        _cancel_meeting,
        lambda world: _meetings(world).filter(cancelled_at__isnull=False).count(),
        {MailKind.MEETING_CANCELLED: lambda world: world.everybody},
    ),
    Act(
        "change an address",
        _change_address,
        lambda world: User.objects.filter(email=_new_address(world)).count(),
        {MailKind.ADDRESS_CHANGED: lambda world: [world.renamed, _new_address(world)]},
    ),
    Act(
        "take a second step away",
        _take_second_step,
        lambda world: int(not Authenticator.objects.filter(user__email=world.head).exists()),
        {MailKind.SECOND_STEP_ENDED: lambda world: [world.head]},
    ),
    Act(
        "let the secretariat in",
        _let_in,
        lambda world: SignInLink.objects.filter(user__email=world.secretariat).count(),
        {MailKind.SIGN_IN: lambda world: [world.secretariat]},
    ),
    # Last: from here on one more takes part.
    Act(
        "give a post",
        _give_post,
        lambda world: Post.objects.filter(user__email=world.assistant).count(),
        {MailKind.POST_GIVEN: lambda world: [world.head, world.assistant]},
    ),
)


def _meetings(world: World) -> QuerySet[Meeting]:
    return Meeting.objects.filter(consultation=world.consultation)


def _under_silence(world: World) -> CommentQuerySet:
    return _inputs(world).filter(silence_until__isnull=False)


def _inputs(world: World) -> CommentQuerySet:
    return Comment.objects.filter(consultation=world.consultation)
