"""A group's room for those who sit in it: its members, its drafts, and the state of each.

A fixed number of queries, for one draft or for fifty.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import models
from django.db.models import Case, Q, Value, When
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from comments.models import Comment, Objection, OptOut
from comments.threads.notes import with_notes
from comments.threads.threads import with_answers
from consultations.models import Round, Seat
from consultations.rules.access import Access
from consultations.rules.phases import has_ended, silence_running_filter
from consultations.wall_clock import time_left, words_of
from delegations.models import GroupMembership, Mandate, Post


class RoomState(models.TextChoices):
    """How far a draft of a group's room is."""

    DRAFTED = "drafted", _("drafted")
    SILENT = "silent", _("under silence")
    OBJECTED = "objected", _("silence broken")
    AGREED = "agreed", _("silence ended, the group consents")
    SUBMITTED = "submitted", _("submitted")
    WITHDRAWN = "withdrawn", _("withdrawn")


@dataclass(frozen=True, slots=True)
class Member:
    """A delegation of the group, with the day since which it is one."""

    delegation: int
    name: str
    sort_key: str
    since: date | None
    # Whether it has a place in this consultation: only then do its people read the room.
    sits_here: bool


@dataclass(frozen=True, slots=True)
class GroupMembers:
    """The members and the coordinators of a group on a day."""

    members: tuple[Member, ...] = ()
    coordinators: tuple[Member, ...] = ()

    @property
    def delegations(self) -> frozenset[int]:
        """Everybody who sits in the room, by key."""
        return frozenset(who.delegation for who in (*self.members, *self.coordinators))

    @property
    def seated(self) -> tuple[Member, ...]:
        return tuple(member for member in self.members if member.sits_here)

    @property
    def elsewhere(self) -> tuple[Member, ...]:
        """Members without a place in this consultation: listed, but not in the room."""
        return tuple(member for member in self.members if not member.sits_here)


@dataclass(frozen=True, slots=True)
class ObjectionView:
    """A member's objection, in force until a new silence is set or it is withdrawn."""

    id: UUID
    who: str
    reason: str
    at: datetime
    stands: bool
    is_own: bool


@dataclass(frozen=True, slots=True)
class OptOutView:
    """A member that dissociates itself from an input by name."""

    id: UUID
    who: str
    is_own: bool


@dataclass(frozen=True, slots=True)
class RoomDraft:
    """A draft or an input of the group, with its objections and opt-outs."""

    comment: Any  # read `with_answers` and `with_notes`
    state: RoomState
    # The delegation whose people drafted it; empty where its author holds no post there now.
    drafting_delegations: str
    objections: tuple[ObjectionView, ...]
    opt_outs: tuple[OptOutView, ...]

    @property
    def is_sent(self) -> bool:
        return self.comment.submitted_at is not None

    @property
    def own_objection(self) -> ObjectionView | None:
        return next((one for one in self.objections if one.is_own and one.stands), None)

    @property
    def own_opt_out(self) -> OptOutView | None:
        return next((one for one in self.opt_outs if one.is_own), None)


@dataclass(frozen=True, slots=True)
class WaitingDraft:
    """An unsent draft in one of the rooms, as a list shows it: without its words."""

    seat: int
    group: str
    seat_id: UUID
    id: UUID
    label: str
    kind: str
    stage: str
    state: RoomState
    until: datetime | None


# --- Who sits there ------------------------------------------------------------------------------


def members_of_groups(access: Access, seats: Iterable[Seat]) -> dict[int, GroupMembers]:
    """The members and coordinators of groups at this date, by the seat's key: three queries."""
    groups = {seat.delegation_id: seat.pk for seat in seats}
    if not groups:
        return {}
    names = {
        seat.delegation_id: seat.name_for_reader
        for seat in Seat.objects.filter(consultation=access.consultation, ended_at=None)
    }
    of = {"group__in": list(groups)}
    members = GroupMembership.objects.holding(access.moment).filter(**of).select_related("member")
    mandates = Mandate.objects.holding(access.moment).filter(**of).select_related("coordinator")
    people: dict[int, tuple[list[Member], list[Member]]] = defaultdict(lambda: ([], []))
    for membership in members:
        people[groups[membership.group_id]][0].append(
            _member(membership.member, membership.starts_on, names)
        )
    for mandate in mandates:
        people[groups[mandate.group_id]][1].append(
            _member(mandate.coordinator, mandate.starts_on, names)
        )
    return {
        seat: GroupMembers(*(tuple(sorted(who, key=lambda one: one.sort_key)) for who in lists))
        for seat, lists in people.items()
    }


def _member(delegation: Any, since: date | None, names: Mapping[int, str]) -> Member:
    name = names.get(delegation.pk)
    return Member(
        delegation=delegation.pk,
        name=name or delegation.name,
        sort_key=delegation.sort_key,
        since=since,
        sits_here=name is not None,
    )


# --- The drafts ----------------------------------------------------------------------------------


def state_in_room(row: Any, moment: datetime) -> RoomState:
    """The state of a draft of a room; a silence ends by the clock, without an act."""
    if row.withdrawn_at:
        return RoomState.WITHDRAWN
    if row.submitted_at:
        return RoomState.SUBMITTED
    if row.silence_until is None:
        return RoomState.DRAFTED
    if row.silence_broken_at:
        return RoomState.OBJECTED
    return RoomState.AGREED if has_ended(row, moment) else RoomState.SILENT


def rows_of_room(access: Access, seat: Seat) -> Any:
    """A room's drafts, then what was submitted for the group; each in the order of the texts."""
    rows = Comment.objects.visible_to(access).filter(
        Q(in_room=True) | Q(submitted_at__isnull=False), seat=seat, superseded_at=None
    )
    return rows.order_by(
        Case(When(submitted_at=None, then=Value(0)), default=Value(1)),
        "paragraph__draft__place",
        "paragraph__draft",
        "wording__place",
        "wording__revision__number",
        "number",
        "pk",
    )


def drafts_of(access: Access, rows: Sequence[Any], sitting: GroupMembers) -> list[RoomDraft]:
    """These rows of a room with who drafted them, objections and opt-outs: four queries."""
    keys = [row.pk for row in rows]
    readable = with_notes(access, with_answers(access, Comment.objects.visible_to(access)))
    full = {
        row.pk: row
        for row in readable.filter(pk__in=keys).select_related(
            "seat", "filed_by", "round", "wording__revision__draft", "paragraph__draft"
        )
    }
    objections, apart = _objections(access, keys), _opt_outs(access, keys)
    authors = _delegations_of_authors(access, full.values(), sitting)
    return [
        RoomDraft(
            comment=full[key],
            state=state_in_room(full[key], access.moment),
            drafting_delegations=authors.get(key, ""),
            objections=tuple(objections.get(key, ())),
            opt_outs=tuple(apart.get(key, ())),
        )
        for key in keys
        if key in full
    ]


def _objections(access: Access, keys: Sequence[int]) -> dict[int, list[ObjectionView]]:
    by_comment: dict[int, list[ObjectionView]] = defaultdict(list)
    rows = Objection.objects.visible_to(access).filter(comment__in=keys).select_related("seat")
    for row in rows:
        by_comment[row.comment_id].append(
            ObjectionView(
                id=row.public_id,
                who=row.seat.name_for_reader,
                reason=row.reason,
                at=row.raised_at,
                stands=row.withdrawn_at is None,
                is_own=_is_own(access, row.seat_id),
            )
        )
    return by_comment


def _opt_outs(access: Access, keys: Sequence[int]) -> dict[int, list[OptOutView]]:
    by_comment: dict[int, list[OptOutView]] = defaultdict(list)
    rows = OptOut.objects.visible_to(access).filter(comment__in=keys, withdrawn_at=None)
    for row in rows.select_related("seat").order_by("seat__sort_key", "pk"):
        by_comment[row.comment_id].append(
            OptOutView(row.public_id, row.seat.name_for_reader, _is_own(access, row.seat_id))
        )
    return by_comment


def _is_own(access: Access, seat: int) -> bool:
    return access.seat is not None and access.seat.pk == seat


def _delegations_of_authors(
    access: Access, rows: Iterable[Any], sitting: GroupMembers
) -> dict[int, str]:
    """Draft → the delegations of the room in which its author held a post then: one query."""
    names = {who.delegation: who.name for who in (*sitting.members, *sitting.coordinators)}
    drafts = list(rows)
    posts: dict[int, list[Post]] = defaultdict(list)
    held = Post.objects.filter(user__in={row.author_id for row in drafts}, delegation__in=names)
    for post in held:
        posts[post.user_id].append(post)
    return {
        row.pk: gettext(", ").join(
            sorted(
                {
                    names[post.delegation_id]
                    for post in posts[row.author_id]
                    if post.started_at <= row.created_at
                    and (post.ended_at is None or post.ended_at > row.created_at)
                }
            )
        )
        for row in drafts
    }


# --- What waits in the rooms ---------------------------------------------------------------------


def waiting_in_rooms(access: Access) -> list[WaitingDraft]:
    """The unsent drafts of all rooms in which the reader sits, without words: one query at most."""
    if not access.room_seats:
        return []
    rows = (
        Comment.objects.visible_to(access)
        .unsent()
        .filter(in_room=True, seat__in=[seat.pk for seat in access.room_seats])
        .select_related("seat", "wording__revision")
        .only(
            "public_id",
            "silence_until",
            "silence_broken_at",
            "submitted_at",
            "withdrawn_at",
            "seat__name",
            "seat__public_id",
            "wording__label",
            "wording__kind",
            "wording__revision__stage",
        )
        .order_by("silence_until", "pk")
    )
    return [
        WaitingDraft(
            seat=row.seat_id,
            group=row.seat.name_for_reader,
            seat_id=row.seat.public_id,
            id=row.public_id,
            label=row.wording.label,
            kind=row.wording.kind,
            stage=row.wording.revision.stage,
            state=state_in_room(row, access.moment),
            until=row.silence_until,
        )
        for row in rows
    ]


def running_silences(
    access: Access, rounds: Collection[Round] | None = None
) -> models.QuerySet[Comment]:
    """The group's drafts on which a silence runs; a broken one no longer means consent."""
    rows = (
        Comment.objects.visible_to(access, rounds)
        .unsent()
        .filter(silence_running_filter(access.moment))
    )
    return rows.filter(in_room=True, seat__in=access.room_seat_ids).order_by()


def next_silence_words(access: Access) -> str:
    """The silence that ends next, as the frame of a page says it; no query without a room."""
    if not access.room_seats:
        return ""
    rows = running_silences(access).order_by("silence_until")
    next_silence: Any = rows.values_list("silence_until", "seat").first()
    return silence_words(access, *next_silence) if next_silence else ""


def silence_words(access: Access, until: datetime, group: int) -> str:
    """The silence of a group in one line; the reader sits in the room of the group."""
    name = next(seat.name_for_reader for seat in access.room_seats if seat.pk == group)
    return gettext("%(group)s: silence ends %(moment)s · %(left)s") % {
        "group": name,
        "moment": words_of(until, access.consultation.zone, now=access.moment),
        "left": time_left(until, access.moment),
    }
