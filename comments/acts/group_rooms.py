"""The writes of a group room: set a silence, object to a draft, opt out of an input."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from comments.acts.content import checked
from comments.acts.drafting import lock_comment, save_next_version
from comments.acts.telling import RoomEvent, tell_room
from comments.models import MAX_REASON_LENGTH, Comment, Objection, OptOut
from consultations.rules.access import Access, Act, Refused
from consultations.rules.phases import close_of
from delegations.history import write


@transaction.atomic
def set_silence(*, access: Access, comment: Comment, until: datetime) -> Comment:
    """Put a group's draft under silence: no objection by then means consent. For coordinators.

    Earlier objections no longer count. The silence must end before the round does.
    """
    stored = lock_comment(comment)
    access.require(Act.SET_SILENCE, on=stored)
    if until <= access.moment:
        raise ValidationError({"until": _("The silence must end in the future.")})
    if until >= close_of(stored.round) and stored.round.deadline > access.moment:
        raise ValidationError(
            {"until": _("The silence must end before the round does, so that you can submit.")}
        )
    for objection in _objections_in_force(stored):
        objection.withdrawn_at = access.moment
        write(objection, by=access)
    stored.silence_from, stored.silence_until = access.moment, until
    stored.silence_broken_at = None
    save_next_version(access, stored)
    tell_room(access, [stored], RoomEvent.SET)
    return stored


@transaction.atomic
def object_to(*, access: Access, comment: Comment, reason: str = "") -> Objection:
    """Break the silence on a group's draft, in the name of the own delegation."""
    stored = lock_comment(comment)
    access.require(Act.OBJECT, on=stored)
    if (existing := _objections_in_force(stored).filter(seat=access.seat).first()) is not None:
        return existing
    objection = Objection(
        comment=stored,
        seat=access.seat,
        author=access.user,
        reason=checked(reason, "reason", max_length=MAX_REASON_LENGTH),
        raised_at=access.moment,
    )
    write(objection, by=access)
    stored.silence_broken_at = stored.silence_broken_at or access.moment
    save_next_version(access, stored)
    tell_room(access, [stored], RoomEvent.OBJECTED)
    return objection


@transaction.atomic
def withdraw_objection(*, access: Access, objection: Objection) -> Objection:
    """Withdraw an own objection; where none is left, the silence runs on to its end."""
    comment = lock_comment(objection.comment)
    access.require(Act.OBJECT, on=comment)
    stored = Objection.objects.select_for_update().get(pk=objection.pk)
    _require_own(access, stored)
    if stored.withdrawn_at:  # a second click of the button
        return stored
    stored.withdrawn_at = access.moment
    write(stored, by=access)
    if not _objections_in_force(comment).exists():
        comment.silence_broken_at = None
        save_next_version(access, comment)
    tell_room(access, [comment], RoomEvent.OBJECTION_WITHDRAWN)
    return stored


@transaction.atomic
def opt_out(*, access: Access, comment: Comment) -> OptOut:
    """Dissociate the own delegation from a group's input: it is not listed as a member."""
    stored = lock_comment(comment)
    access.require(Act.OPT_OUT, on=stored)
    existing = OptOut.objects.filter(comment=stored, seat=access.seat, withdrawn_at=None).first()
    if existing is not None:
        return existing
    new = OptOut(comment=stored, seat=access.seat, author=access.user, opted_at=access.moment)
    return write(new, by=access)


@transaction.atomic
def opt_in(*, access: Access, opt_out: OptOut) -> OptOut:
    """Join the group's input again, before it is submitted."""
    comment = lock_comment(opt_out.comment)
    access.require(Act.OPT_OUT, on=comment)
    stored = OptOut.objects.select_for_update().get(pk=opt_out.pk)
    _require_own(access, stored)
    stored.withdrawn_at = stored.withdrawn_at or access.moment
    return write(stored, by=access)


def _objections_in_force(comment: Comment) -> QuerySet[Objection]:
    return Objection.objects.filter(comment=comment, withdrawn_at=None)


def _require_own(access: Access, row: Objection | OptOut) -> None:
    if access.seat is None or row.seat_id != access.seat.pk:
        raise Refused(_("This belongs to another delegation."))
