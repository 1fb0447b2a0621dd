"""A group's room for those who sit in it: its members, its drafts, and the state of each.

A fixed number of queries, for one draft or for fifty.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import models
from django.db.models import Case, Q, Value, When
from django.utils.translation import gettext, gettext_lazy as _

from comments.groups.acts import opt_outs_by_comment_id
from comments.inputs.audience import why_no_inputs_accepted
from comments.models import Comment, Objection, OptOut
from comments.threads.internal import with_notes
from comments.threads.queries import with_answers
from consultations.models import Round, Seat
from consultations.rules.access import Access
from consultations.rules.phases import has_silence_ended, silence_unbroken_filter
from delegations.models import Delegation, GroupMembership, Mandate, Post
from drafts.text.citing import place_in_stage


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
    """A member or a coordinator of the group; `since` is its first day, None where not known."""

    delegation_id: int
    name: str
    sort_key: str
    since: date | None
    # Whether it has a place in this consultation: only then do its people read the room.
    is_seated: bool


@dataclass(frozen=True, slots=True)
class GroupMembers:
    """The members and the coordinators of a group on a day."""

    members: tuple[Member, ...] = ()
    coordinators: tuple[Member, ...] = ()

    @property
    def seated_members(self) -> tuple[Member, ...]:
        """Members with a place in this consultation."""
        return tuple(member for member in self.members if member.is_seated)

    @property
    def unseated_members(self) -> tuple[Member, ...]:
        """Members without a place in this consultation: listed, but not in the room."""
        return tuple(member for member in self.members if not member.is_seated)


@dataclass(frozen=True, slots=True)
class ShownObjection:
    """A member's objection. It ends when the member withdraws it, or at a new silence."""

    public_id: UUID
    member_name: str
    reason: str
    raised_at: datetime
    is_in_force: bool  # False once it was withdrawn
    is_own: bool


@dataclass(frozen=True, slots=True)
class ShownOptOut:
    """A member that dissociates itself, by name, from an input of the group."""

    public_id: UUID
    member_name: str
    is_own: bool


@dataclass(frozen=True, slots=True)
class RoomDraft:
    """A draft or an input of the group, with its objections and opt-outs.

    Opt-outs from earlier versions of the input count too.
    """

    comment: Comment  # read `with_answers` and `with_notes`
    state: RoomState
    # Of the room's delegations, those in which its author held a post when it was begun, joined by
    # commas; empty where there was none.
    drafting_delegation_names: str
    objections: tuple[ShownObjection, ...]
    opt_outs: tuple[ShownOptOut, ...]

    @property
    def is_submitted(self) -> bool:
        return self.comment.submitted_at is not None

    @property
    def own_objection(self) -> ShownObjection | None:
        return next(
            (
                objection
                for objection in self.objections
                if objection.is_own and objection.is_in_force
            ),
            None,
        )

    @property
    def own_opt_out(self) -> ShownOptOut | None:
        return next((opt_out for opt_out in self.opt_outs if opt_out.is_own), None)


@dataclass(frozen=True, slots=True)
class WaitingDraft:
    """An unsent draft in one of the rooms, as a list shows it: without its words.

    `place` is its paragraph and the stage of the revision.
    """

    group_seat_id: int
    group_name: str
    group_seat_public_id: UUID
    public_id: UUID
    place: str
    state: RoomState
    silence_until: datetime | None
    # Whether its round takes inputs, and its text is not adopted: only then can it be submitted.
    takes_inputs: bool


# --- The members ------------------------------------------------------------------------------


def members_of_groups(access: Access, group_seats: Iterable[Seat]) -> dict[int, GroupMembers]:
    """The members and coordinators of groups today, by the id of the group's seat: three queries.

    A group that has neither is left out.
    """
    seat_id_by_group_id = {seat.delegation_id: seat.pk for seat in group_seats}
    if not seat_id_by_group_id:
        return {}
    name_by_delegation_id = {
        seat.delegation_id: seat.name_for_reader
        for seat in Seat.objects.filter(consultation=access.consultation, ended_at=None)
    }
    group_condition = {"group__in": list(seat_id_by_group_id)}
    memberships = (
        GroupMembership.objects.in_force(access.moment)
        .filter(**group_condition)
        .select_related("member")
    )
    mandates = (
        Mandate.objects.in_force(access.moment)
        .filter(**group_condition)
        .select_related("coordinator")
    )
    members_by_seat_id: dict[int, list[Member]] = defaultdict(list)
    for membership in memberships:
        members_by_seat_id[seat_id_by_group_id[membership.group_id]].append(
            _member(membership.member, membership.starts_on, name_by_delegation_id)
        )
    coordinators_by_seat_id: dict[int, list[Member]] = defaultdict(list)
    for mandate in mandates:
        coordinators_by_seat_id[seat_id_by_group_id[mandate.group_id]].append(
            _member(mandate.coordinator, mandate.starts_on, name_by_delegation_id)
        )
    return {
        seat_id: GroupMembers(
            members=_in_sort_order(members_by_seat_id.get(seat_id, ())),
            coordinators=_in_sort_order(coordinators_by_seat_id.get(seat_id, ())),
        )
        for seat_id in dict.fromkeys([*members_by_seat_id, *coordinators_by_seat_id])
    }


def _in_sort_order(members: Iterable[Member]) -> tuple[Member, ...]:
    return tuple(sorted(members, key=lambda member: member.sort_key))


def _member(
    delegation: Delegation, since: date | None, name_by_delegation_id: Mapping[int, str]
) -> Member:
    """A delegation as a member; the names are those of the delegations with a place here."""
    name = name_by_delegation_id.get(delegation.pk)
    return Member(
        delegation_id=delegation.pk,
        name=name or delegation.name,
        sort_key=delegation.sort_key,
        since=since,
        is_seated=name is not None,
    )


# --- The drafts ----------------------------------------------------------------------------------


def state_in_room(draft: Comment, moment: datetime) -> RoomState:
    """The state of a draft of a room; a silence ends by the clock, without an act."""
    if draft.withdrawn_at:
        return RoomState.WITHDRAWN
    if draft.submitted_at:
        return RoomState.SUBMITTED
    if draft.silence_until is None:
        return RoomState.DRAFTED
    if draft.silence_broken_at:
        return RoomState.OBJECTED
    return RoomState.AGREED if has_silence_ended(draft, moment) else RoomState.SILENT


def comments_of_room(access: Access, group_seat: Seat) -> models.QuerySet[Comment]:
    """A room's drafts, then what was submitted for the group; each in the order of the texts."""
    drafts_first = Case(When(submitted_at=None, then=Value(0)), default=Value(1))
    comments = Comment.objects.visible_to(access).filter(
        Q(in_room=True) | Q(submitted_at__isnull=False), seat=group_seat, superseded_at=None
    )
    return comments.order_by(
        drafts_first,
        "paragraph__draft__place",
        "paragraph__draft",
        "wording__place",
        "wording__revision__number",
        "number",
        "pk",
    )


def room_drafts_of(
    access: Access, comments: Sequence[Comment], group_members: GroupMembers
) -> list[RoomDraft]:
    """These comments of a room with who drafted them, objections and opt-outs: four queries."""
    comment_ids = [comment.pk for comment in comments]
    readable_comments = with_notes(access, with_answers(access, Comment.objects.visible_to(access)))
    comment_by_id = {
        comment.pk: comment
        for comment in readable_comments.filter(pk__in=comment_ids).select_related(
            "seat", "filed_by", "round", "wording__revision__draft", "paragraph__draft"
        )
    }
    objections_by_comment_id = _objections(access, comment_ids)
    opt_outs = opt_outs_by_comment_id(comment_by_id.values(), OptOut.objects.visible_to(access))
    drafting_names_by_comment_id = _drafting_delegation_names(
        access, comment_by_id.values(), group_members
    )
    return [
        RoomDraft(
            comment=comment_by_id[comment_id],
            state=state_in_room(comment_by_id[comment_id], access.moment),
            drafting_delegation_names=drafting_names_by_comment_id.get(comment_id, ""),
            objections=tuple(objections_by_comment_id.get(comment_id, ())),
            opt_outs=tuple(
                ShownOptOut(
                    opt_out.public_id,
                    opt_out.seat.name_for_reader,
                    _is_own(access, opt_out.seat_id),
                )
                for opt_out in _one_per_member(opt_outs.get(comment_id, ()))
            ),
        )
        for comment_id in comment_ids
        if comment_id in comment_by_id  # else it was discarded since `comments` were read
    ]


def _objections(access: Access, comment_ids: Sequence[int]) -> dict[int, list[ShownObjection]]:
    """The objections to these drafts, by draft."""
    objections_by_comment_id: dict[int, list[ShownObjection]] = defaultdict(list)
    objections = (
        Objection.objects.visible_to(access).filter(comment__in=comment_ids).select_related("seat")
    )
    for objection in objections:
        objections_by_comment_id[objection.comment_id].append(
            ShownObjection(
                public_id=objection.public_id,
                member_name=objection.seat.name_for_reader,
                reason=objection.reason,
                raised_at=objection.raised_at,
                is_in_force=objection.withdrawn_at is None,
                is_own=_is_own(access, objection.seat_id),
            )
        )
    return objections_by_comment_id


def _one_per_member(opt_outs: Iterable[OptOut]) -> Iterable[OptOut]:
    """The last opt-out of each member: it may have others, from versions of the same input."""
    return {opt_out.seat_id: opt_out for opt_out in opt_outs}.values()


def _is_own(access: Access, seat_id: int) -> bool:
    """Whether it is the reader's seat."""
    return access.seat is not None and access.seat.pk == seat_id


def _drafting_delegation_names(
    access: Access, comments: Iterable[Comment], group_members: GroupMembers
) -> dict[int, str]:
    """The `drafting_delegation_names` of these drafts, by the draft's id: one query."""
    # By id: as a rule a coordinator is a member too, and is to be named once.
    member_by_delegation_id = {
        member.delegation_id: member
        for member in (*group_members.members, *group_members.coordinators)
    }
    drafts = list(comments)
    posts_by_user_id: dict[int, list[Post]] = defaultdict(list)
    posts_of_authors = Post.objects.filter(
        user__in={draft.author_id for draft in drafts},
        delegation__in=member_by_delegation_id,
    )
    for post in posts_of_authors:
        posts_by_user_id[post.user_id].append(post)
    names_by_draft_id = {}
    for draft in drafts:
        drafting_delegation_ids = {
            post.delegation_id
            for post in posts_by_user_id[draft.author_id]
            if post.started_at <= draft.created_at
            and (post.ended_at is None or post.ended_at > draft.created_at)
        }
        names_by_draft_id[draft.pk] = gettext(", ").join(
            member.name
            for member in _in_sort_order(member_by_delegation_id.values())
            if member.delegation_id in drafting_delegation_ids
        )
    return names_by_draft_id


# --- What waits in the rooms ---------------------------------------------------------------------


def unsent_room_drafts(access: Access) -> list[WaitingDraft]:
    """The unsent drafts of all rooms in which the reader sits, without words: one query at most."""
    if not access.group_room_seats:
        return []
    drafts = (
        Comment.objects.visible_to(access)
        .unsubmitted()
        .filter(in_room=True, seat__in=access.group_room_seat_ids)
        .select_related("seat", "wording__revision", "round", "paragraph__draft")
        .only(
            "public_id",
            "silence_until",
            "silence_broken_at",
            "submitted_at",
            "withdrawn_at",
            "seat__name",
            "seat__public_id",
            "wording__name",
            "wording__label",
            "wording__kind",
            "wording__revision__stage",
            "round__opens_at",
            "round__deadline",
            "round__closed_at",
            "round__late_policy",
            "paragraph__draft__adopted_at",
        )
        .order_by("silence_until", "pk")
    )
    return [
        WaitingDraft(
            group_seat_id=draft.seat_id,
            group_name=draft.seat.name_for_reader,
            group_seat_public_id=draft.seat.public_id,
            public_id=draft.public_id,
            place=place_in_stage(draft.wording, draft.wording.revision.stage),
            state=state_in_room(draft, access.moment),
            silence_until=draft.silence_until,
            takes_inputs=not why_no_inputs_accepted(
                access, draft.round, draft.paragraph.draft.adopted_at
            ),
        )
        for draft in drafts
    ]


def drafts_under_silence(
    access: Access, rounds: Collection[Round] | None = None
) -> models.QuerySet[Comment]:
    """The drafts in the reader's group rooms on which an unbroken silence runs, unordered.

    `rounds`, as `visible_to` takes them: all of the consultation, where they were read already.
    """
    drafts = (
        Comment.objects.visible_to(access, rounds)
        .unsubmitted()
        .filter(silence_unbroken_filter(access.moment))
    )
    return drafts.filter(in_room=True, seat__in=access.group_room_seat_ids).order_by()
