"""The mails to a group's room: a silence is set or broken, or the group's input is submitted.

They hold the group, paragraphs, times and links, and no word of a draft, an objection or a note.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from comments.desks.rooms import RoomState, state_in_room
from comments.mail.recipients import posts_to_tell, who_wants_none
from comments.mail.stopping import stop_url, stopping_headers
from comments.models import Comment, Objection
from consultations.mail.letters import Letter
from consultations.models import Seat
from consultations.rules.access import Access
from consultations.rules.access_factory import enter, key_of_post
from consultations.wall_clock import words_for_reader, words_of
from delegations.models import GroupMembership, Mandate, Post
from drafts.models import Kind


class RoomEventKind(StrEnum):
    """What happened in the room."""

    SET = "set"
    OBJECTED = "objected"
    TAKEN_BACK = "taken_back"
    CHANGED = "changed"
    SUBMITTED = "submitted"


@dataclass(frozen=True, slots=True)
class RoomEvent:
    """What is told: the drafts or inputs it is about, what happened, through whom, and when.

    Rows of one group. The moment tells one mail from the next on the same draft.
    """

    comments: tuple[int, ...]
    what: RoomEventKind
    by: int  # the seat that acted
    at: str  # an ISO moment: it travels through the queue

    @classmethod
    def read(cls, sent: Mapping[str, Any]) -> "RoomEvent":
        """The event as it came through the queue."""
        return cls(tuple(sent["comments"]), RoomEventKind(sent["what"]), sent["by"], sent["at"])


@dataclass(frozen=True, slots=True)
class RoomMailLine:
    """A paragraph as the mail names it."""

    number: str
    label: str
    text: str


def room_readers(event: RoomEvent) -> list[int]:
    """The posts that are told: deputies and focal points of all who sit in the room, by key.

    A silence that is set is told in any case, since silence counts as consent.
    """
    first = Comment.objects.select_related("seat").filter(pk__in=event.comments).first()
    if first is None:
        return []
    moment, group = datetime.fromisoformat(event.at), first.seat.delegation_id
    members = GroupMembership.objects.holding(moment).filter(group=group)
    coordinators = Mandate.objects.holding(moment).filter(group=group)
    sitting = {
        *members.values_list("member", flat=True),
        *coordinators.values_list("coordinator", flat=True),
    }
    here = Seat.objects.filter(
        consultation=first.consultation_id, ended_at=None, delegation__in=sitting
    )
    return posts_to_tell(
        here.values_list("delegation", flat=True), in_any_case=event.what is RoomEventKind.SET
    )


def send_room_mail(event: RoomEvent, post: int) -> None:
    """Mail one event to one post. Raises NotTaken where the mail server does not take it.

    What is no longer so is not told: the mail on what came after it is on its way.
    """
    held = Post.objects.held().select_related("user", "delegation").filter(pk=post).first()
    rows = list(
        Comment.objects.select_related("consultation", "seat").filter(pk__in=event.comments)
    )
    if held is None or not rows:
        return
    try:
        access = enter(held.user, rows[0].consultation.slug, key_of_post(held))
    except Http404:
        return
    with override(held.user.interface_language):
        letter = _letter(access, event, is_unwanted=bool(who_wants_none([held])))
        if letter is not None:
            key = f"room-{event.what}-{rows[0].public_id}-{event.at}-{held.public_id}"
            letter.send(message_id="".join(c for c in key if c.isalnum() or c in "-."))


def _letter(access: Access, event: RoomEvent, *, is_unwanted: bool) -> Letter | None:
    rows = [
        row
        for row in Comment.objects.visible_to(access)
        .filter(pk__in=event.comments)
        .select_related("seat", "wording__revision__draft")
        .order_by("number", "pk")
        if access.shares(row) and _is_still_so(event, row, access.moment)
    ]
    if not rows:
        return None
    group, consultation = rows[0].seat, access.consultation
    by = Seat.objects.filter(pk=event.by).values_list("name", flat=True).first() or ""
    stop = stop_url(access.user, access.capacity.key)
    url = reverse("group_room", args=[consultation.slug, group.public_id])
    title = _title(event.what, group.name, len(rows))
    return Letter(
        to=access.user.email,
        subject=_subject(event.what, title, rows[0], consultation.zone),
        template="comments/mail/room",
        context={
            "consultation": consultation,
            "title": title,
            "sentences": _sentences(access, event, rows[0], by),
            "lines": [_line(row) for row in rows],
            "url": f"{settings.BASE_URL}{url}"
            + (f"#c-{rows[0].public_id}" if len(rows) == 1 else ""),
            "why": _("You receive this as %(role)s of %(name)s, which sits in this group’s room.")
            % {"role": access.capacity.role_words, "name": access.capacity.name},
            "is_unwanted": is_unwanted,
            "stop_url": stop,
        },
        headers=stopping_headers(stop),
    )


def _is_still_so(event: RoomEvent, row: Comment, moment: datetime) -> bool:
    state = state_in_room(row, moment)
    return {
        RoomEventKind.SET: state is RoomState.SILENT,
        RoomEventKind.OBJECTED: state is RoomState.OBJECTED,
        RoomEventKind.TAKEN_BACK: state in {RoomState.SILENT, RoomState.OBJECTED},
        RoomEventKind.CHANGED: state is RoomState.DRAFTED and row.discarded_at is None,
        RoomEventKind.SUBMITTED: row.submitted_at is not None,
    }[event.what]


def _title(what: RoomEventKind, group: str, count: int) -> str:
    if what is RoomEventKind.SUBMITTED:
        return ngettext(
            "%(n)d input of %(group)s is submitted",
            "%(n)d inputs of %(group)s are submitted",
            count,
        ) % {"n": count, "group": group}
    titles = {
        RoomEventKind.SET: _("%(group)s: a draft is under silence"),
        RoomEventKind.OBJECTED: _("%(group)s: the silence is broken"),
        RoomEventKind.TAKEN_BACK: _("%(group)s: an objection is taken back"),
        RoomEventKind.CHANGED: _("%(group)s: a change ended the silence"),
    }
    return titles[what] % {"group": group}


def _subject(what: RoomEventKind, title: str, row: Comment, zone: ZoneInfo) -> str:
    if what is RoomEventKind.SET and row.silence_until:
        words = {"title": title, "moment": words_of(row.silence_until, zone)}
        return _("%(title)s until %(moment)s") % words
    return title


def _sentences(access: Access, event: RoomEvent, row: Comment, by: str) -> list[str]:
    """What happened and what it means, with its hour in New York and at home."""
    own = ZoneInfo(access.user.time_zone)
    until = row.silence_until
    words = {
        "by": by,
        "moment": words_for_reader(until, access.consultation.zone, own) if until else "",
    }
    if event.what is RoomEventKind.SET:
        return [
            _("No objection by %(moment)s means consent.") % words,
            _("To object, open the room: a deputy or a focal point can."),
        ]
    if event.what is RoomEventKind.OBJECTED:
        return [
            _("Objected: %(names)s. Nothing is submitted.") % {"names": _who_objects(row)},
            _("The coordinator sets a new silence when the draft is ready again."),
        ]
    if event.what is RoomEventKind.TAKEN_BACK and row.silence_broken_at is None:
        return [_("%(by)s took its objection back. The silence goes on until %(moment)s.") % words]
    if event.what is RoomEventKind.TAKEN_BACK:
        names = {"names": _who_objects(row)} | words
        return [_("%(by)s took its objection back. Still objecting: %(names)s.") % names]
    if event.what is RoomEventKind.CHANGED:
        return [
            _("%(by)s changed the words. Who was silent has not consented to the new ones.")
            % words,
            _("The coordinator sets a new silence."),
        ]
    return [_("%(by)s submitted in the name of the group.") % words]


def _who_objects(row: Comment) -> str:
    rows = Objection.objects.filter(comment=row, withdrawn_at=None)
    return ", ".join(rows.order_by("seat__sort_key").values_list("seat__name", flat=True))


def _line(row: Comment) -> RoomMailLine:
    revision = row.wording.revision
    return RoomMailLine(
        number=row.reference,
        label=row.wording.label or str(Kind(row.wording.kind).label),
        text=f"{revision.draft.title}, {revision.stage}",
    )
