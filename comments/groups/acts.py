"""The writes of a group room: a silence, objections, and who stands apart from an input.

In the room the member delegations of a group, such as the African Group, prepare a common input.
"""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from comments.drafting.acts import lock_comment, save_next_version
from comments.inputs.content import require_valid_text
from comments.models import MAX_OBJECTION_REASON_LENGTH, Comment, Objection, OptOut
from comments.notifications.acts import RoomEvent, notify_room
from consultations.rules.access import Access, Act, Refused
from consultations.rules.phases import Phase, close_of, phase_of
from delegations.history import write


@transaction.atomic
def set_silence(*, access: Access, comment: Comment, until: datetime) -> Comment:
    """Put a group's draft under silence: no objection by then means consent. For coordinators.

    Earlier objections no longer count. The silence must end before an open round does; in a closed
    round that accepts late inputs, it may end at any time.
    """
    stored_comment = lock_comment(comment)
    access.require(Act.SET_SILENCE, on=stored_comment)
    if until <= access.moment:
        raise ValidationError({"until": _("The silence must end in the future.")})
    is_round_open = phase_of(stored_comment.round, access.moment) is Phase.OPEN
    if is_round_open and until >= close_of(stored_comment.round):
        raise ValidationError(
            {"until": _("The silence must end before the round does, so that you can submit.")}
        )
    for objection in _objections_in_force(stored_comment):
        objection.withdrawn_at = access.moment
        write(objection, by=access)
    stored_comment.silence_from, stored_comment.silence_until = access.moment, until
    stored_comment.silence_broken_at = None
    save_next_version(access, stored_comment)
    notify_room(access, [stored_comment], RoomEvent.SILENCE_SET)
    return stored_comment


@transaction.atomic
def object_to(*, access: Access, comment: Comment, reason: str = "") -> Objection:
    """Break the silence on a group's draft, in the name of the own delegation."""
    stored_comment = lock_comment(comment)
    access.require(Act.OBJECT, on=stored_comment)
    if (
        existing_objection := _objections_in_force(stored_comment).filter(seat=access.seat).first()
    ) is not None:
        return existing_objection
    objection = Objection(
        comment=stored_comment,
        seat=access.seat,
        author=access.user,
        reason=require_valid_text(reason, "reason", max_length=MAX_OBJECTION_REASON_LENGTH),
        raised_at=access.moment,
    )
    write(objection, by=access)
    stored_comment.silence_broken_at = stored_comment.silence_broken_at or access.moment
    save_next_version(access, stored_comment)
    notify_room(access, [stored_comment], RoomEvent.OBJECTED)
    return objection


@transaction.atomic
def withdraw_objection(*, access: Access, objection: Objection) -> Objection:
    """Withdraw an own objection; where none is left, the silence runs on to its end."""
    comment = lock_comment(objection.comment)
    access.require(Act.OBJECT, on=comment)
    stored_objection = Objection.objects.select_for_update().get(pk=objection.pk)
    _require_own(access, stored_objection)
    if stored_objection.withdrawn_at:  # a second click of the button
        return stored_objection
    stored_objection.withdrawn_at = access.moment
    write(stored_objection, by=access)
    if not _objections_in_force(comment).exists():
        comment.silence_broken_at = None
        save_next_version(access, comment)
    notify_room(access, [comment], RoomEvent.OBJECTION_WITHDRAWN)
    return stored_objection


def _objections_in_force(comment: Comment) -> QuerySet[Objection]:
    return Objection.objects.filter(comment=comment, withdrawn_at=None)


def _require_own(access: Access, row: Objection | OptOut) -> None:
    if access.seat is None or row.seat_id != access.seat.pk:
        raise Refused(_("This belongs to another delegation."))


# --- Members that dissociate from an input -------------------------------------------------------


@transaction.atomic
def opt_out(*, access: Access, comment: Comment) -> OptOut:
    """Dissociate the own delegation from a draft in the room of its group.

    The submitted input then does not list it as a member.
    """
    stored_comment = lock_comment(comment)
    access.require(Act.OPT_OUT, on=stored_comment)
    if existing_opt_outs := _own_opt_outs(access, stored_comment):
        return existing_opt_outs[0]
    new_opt_out = OptOut(
        comment=stored_comment, seat=access.seat, author=access.user, opted_at=access.moment
    )
    return write(new_opt_out, by=access)


@transaction.atomic
def opt_in(*, access: Access, opt_out: OptOut) -> OptOut:
    """Join the group's draft again, before it is submitted.

    `opt_out` may be from an earlier version of the input: it is ended on the draft of the new one,
    with all others of the own delegation that count for that draft.
    """
    stored_comment = lock_comment(draft_to_join_again(opt_out))
    access.require(Act.OPT_OUT, on=stored_comment)
    stored_opt_out = OptOut.objects.select_for_update().get(pk=opt_out.pk)
    _require_own(access, stored_opt_out)
    if stored_opt_out.withdrawn_at:  # a second click of the button
        return stored_opt_out
    for own_opt_out in _own_opt_outs(access, stored_comment):
        own_opt_out.withdrawn_at = access.moment
        write(own_opt_out, by=access)
    stored_opt_out.refresh_from_db()
    return stored_opt_out


def draft_to_join_again(opt_out: OptOut) -> Comment:
    """The draft on which an opt-out is ended: its own, or the new version drafted of its input.

    Where the input is submitted and no new version drafted, the input itself. Needs `comment`.
    """
    comment = opt_out.comment
    if comment.number is None:
        return comment
    version_drafts = Comment.objects.unsubmitted().filter(
        seat=comment.seat_id, amends=comment.number, in_room=True
    )
    return version_drafts.order_by("pk").first() or comment


def _own_opt_outs(access: Access, comment: Comment) -> list[OptOut]:
    """The own delegation's opt-outs in force that count for a draft."""
    own_opt_outs = OptOut.objects.filter(seat=access.seat)
    return opt_outs_by_comment_id([comment], own_opt_outs).get(comment.pk, [])


def opt_outs_by_comment_id(
    comments: Collection[Comment], readable: QuerySet[OptOut] | None = None
) -> dict[int, list[OptOut]]:
    """The opt-outs in force that count for these inputs and drafts, by their ids: one query.

    Each has its `seat`; they are in the order of the table. `readable` are those to look among, by
    default all. A member may have several: from a draft, and from an earlier version.
    """
    opt_outs = (OptOut.objects.all() if readable is None else readable).filter(withdrawn_at=None)
    is_on_same_input = Q(
        comment__seat__in={comment.seat_id for comment in comments},
        comment__number__in={_input_number(comment) for comment in comments} - {None},
    )
    found = opt_outs.filter(
        Q(comment__in={comment.pk for comment in comments}) | is_on_same_input
    ).select_related("comment", "seat")
    found_by_comment_id: dict[int, list[OptOut]] = defaultdict(list)
    for opt_out in found.order_by("seat__sort_key", "pk"):
        for comment in comments:
            if _counts_for(opt_out, comment):
                found_by_comment_id[comment.pk].append(opt_out)
    return dict(found_by_comment_id)


def _counts_for(opt_out: OptOut, comment: Comment) -> bool:
    """Whether it is on this input or draft, or on another version of the same input."""
    if opt_out.comment_id == comment.pk:
        return True
    number = opt_out.comment.number  # None on a draft: it counts for that draft alone
    return number is not None and (opt_out.comment.seat_id, number) == (
        comment.seat_id,
        _input_number(comment),
    )


def _input_number(comment: Comment) -> int | None:
    """The number of an input, or of the one that a draft is to replace; None of a first draft."""
    return comment.number or comment.amends
