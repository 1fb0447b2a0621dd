"""The writes of facilitators among themselves: tasks, parked inputs, saved filters."""

from collections.abc import Collection

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from comments.inputs.content import require_valid_text
from comments.inputs.shown_marks import mark_of_values, require_as_shown
from comments.models import (
    MAX_FILTER_NAME_LENGTH,
    MAX_NOTE_LENGTH,
    Comment,
    ReviewFlag,
    ReviewTask,
    SavedFilter,
)
from consultations.rules.access import FACILITATOR_ROLES, Access, Act, Refused
from delegations.history import write
from delegations.models import User


@transaction.atomic
def save_review_task(
    *,
    access: Access,
    comment: Comment,
    assigned_to: User | None = None,
    flags: Collection[str] = (),
    note: str = "",
    shown_mark: str | None = None,
) -> ReviewTask:
    """Write who answers an input, its flags and the note; what is not given is emptied.

    `shown_mark` is the `mark_of_task` that a page showed. Raises ValidationError where somebody
    saved another since, for somebody who does not serve this consultation, or an unknown flag.
    """
    access.require(Act.REVIEW, on=comment)
    task = _task_of_locked_comment(comment)
    require_as_shown(shown_mark, mark_of_task(task))
    if assigned_to and not serving_facilitators(access).filter(pk=assigned_to.pk).exists():
        raise ValidationError({"assigned_to": _("Choose a co-facilitator or one of the staff.")})
    known_flags = [flag for flag in ReviewFlag.values if flag in flags]
    if set(flags) - set(known_flags):
        raise ValidationError({"flags": _("Choose flags from the list.")})
    task.assigned_to, task.flags = assigned_to, known_flags
    task.note = require_valid_text(note, "note", max_length=MAX_NOTE_LENGTH)
    return write(task, by=access)


def serving_facilitators(access: Access) -> QuerySet[User]:
    """The co-facilitators and staff who serve this consultation now: one query."""
    roles = [role.value for role in FACILITATOR_ROLES]
    serving = User.objects.filter(
        is_active=True,
        facilitations__consultation=access.consultation,
        facilitations__role__in=roles,
        facilitations__ended_at=None,
    )
    return serving.distinct().order_by("name", "pk")


@transaction.atomic
def set_parked(*, access: Access, comment: Comment, is_parked: bool) -> ReviewTask:
    """Park an input, or put it back among those that wait for an answer."""
    access.require(Act.REVIEW, on=comment)
    task = _task_of_locked_comment(comment)
    if task.is_parked == is_parked:
        return task
    other_flags = set(task.flags) - {ReviewFlag.PARKED}
    flags = other_flags | {ReviewFlag.PARKED} if is_parked else other_flags
    task.flags = [flag for flag in ReviewFlag.values if flag in flags]
    return write(task, by=access)


def mark_of_task(task: ReviewTask | None) -> str:
    """The mark of who answers an input, its flags and the note; the same for none as for empty."""
    task = task or ReviewTask()
    return mark_of_values(task.assigned_to_id, task.flags, task.note)


def _task_of_locked_comment(comment: Comment) -> ReviewTask:
    """The task of this input, or a new one that is not stored yet.

    The input is locked, so that two people who save at once do not make a task each.
    """
    Comment.objects.select_for_update().get(pk=comment.pk)
    return ReviewTask.objects.filter(comment=comment).first() or ReviewTask(comment=comment)


# --- Saved filters -------------------------------------------------------------------------------


# How many filters a person may keep in a consultation.
MAX_FILTERS = 30


@transaction.atomic
def save_filter(*, access: Access, name: str, query: str, is_shared: bool = False) -> SavedFilter:
    """Save the present filter of the queue; one of the same name and person is replaced.

    `query` is the query string. Raises ValidationError without a name or a filter.
    """
    access.require(Act.REVIEW)
    clean_name = require_valid_text(name, "name", max_length=MAX_FILTER_NAME_LENGTH).strip()
    if not clean_name:
        raise ValidationError({"name": _("Give the filter a name.")})
    if not query:
        raise ValidationError(_("Choose a filter first."))
    own_filters = SavedFilter.objects.filter(consultation=access.consultation, owner=access.user)
    if own_filters.exclude(name=clean_name).count() >= MAX_FILTERS:
        raise ValidationError(_("You have many saved filters. Remove one first."))
    saved_filter, _is_new = SavedFilter.objects.update_or_create(
        consultation=access.consultation,
        owner=access.user,
        name=clean_name,
        defaults={"query": query, "is_shared": is_shared, "saved_at": access.moment},
    )
    return saved_filter


@transaction.atomic
def remove_filter(*, access: Access, saved_filter: SavedFilter) -> None:
    """Remove an own filter; one that was shared is removed for everybody."""
    access.require(Act.REVIEW)
    if saved_filter.owner_id != access.user.pk:
        raise Refused(_("Only the person who saved this filter can remove it."))
    saved_filter.delete()
