"""The official writes: submitted, superseded, withdrawn, each stamped with its receipt."""

import uuid
from collections.abc import Iterable, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max, Q, QuerySet
from django.utils.translation import gettext as _

from comments.acts.content import CommentContent, checked, set_content
from comments.acts.drafting import (
    forget_autosave,
    lock_comment,
    locked_comments,
    new_draft,
    save_next_version,
)
from comments.acts.telling import tell_groups, tell_receipt
from comments.acts.versions import locked_versions, release_versions, supersede_standing
from comments.acts.word_limits import require_within_limits
from comments.models import Comment, CommentMember, OptOut, Receipt
from consultations.acts.idempotency import claim_key
from consultations.models import Seat
from consultations.rules.access import Access, Act, Refused
from consultations.rules.consent import is_attributed
from consultations.rules.phases import Phase, phase_of
from delegations.history import write, write_all
from delegations.kept_statements import KeptStatement, ids_in_array
from delegations.models import GroupMembership
from drafts.models import Wording


def submit_comment(*, access: Access, comment: Comment) -> Comment:
    """Submit one draft in the name of the delegation, or of the group it is filed for."""
    return submit_comments(access=access, comments=[comment])[0]


@transaction.atomic
def submit_comments(*, access: Access, comments: Iterable[Comment]) -> list[Comment]:
    """Submit drafts in one act, under one receipt: all of them or none, in the given order.

    The moment of the request decides what is late. A comment that was submitted already (a second
    press of the button) is returned as it is. A fixed number of queries.
    """
    keys = [comment.pk for comment in comments]
    rows = {row.pk: row for row in locked_comments().filter(pk__in=keys)}
    ready = []
    for row in (rows[pk] for pk in keys):
        if row.submitted_at and access.may(Act.READ_COMMENT, on=row) and access.owns(row):
            continue
        access.require(Act.SUBMIT_COMMENT, on=row)
        ready.append(row)
    if ready:
        _stamp_drafts(access, ready)
    return [rows[pk] for pk in keys]


@transaction.atomic
def submit_at_once(
    *,
    access: Access,
    wording: Wording,
    content: CommentContent,
    read_in: str = "",
    seat: Seat | None = None,
    in_room: bool = False,
    form_key: uuid.UUID | None = None,
) -> Comment:
    """Draft and submit in one act, as programs do whose words are cleared already.

    For those who may submit; nothing is kept when it is refused. The parameters are those of
    `draft_comment`; the same `form_key` twice returns the first input. Needs
    `wording.paragraph.draft`. Raises `KeyReused`.
    """
    requested = (wording, content, read_in, seat, in_room)
    claim = claim_key(access, form_key, Act.SUBMIT_COMMENT, *requested)
    if not claim.is_first:
        return Comment.objects.get(public_id=claim.id)
    new = new_draft(
        access=access,
        id=claim.id,
        wording=wording,
        content=content,
        read_in=read_in,
        seat=seat,
        in_room=in_room,
        form_key=form_key,
    )
    new.paragraph = wording.paragraph
    access.require(Act.SUBMIT_COMMENT, on=new)
    new.number = _last_numbers([new])[_number_series(new)] + 1
    return _write_submitted(access, new)


@transaction.atomic
def supersede_comment(
    *,
    access: Access,
    comment: Comment,
    content: CommentContent,
    form_key: uuid.UUID | None = None,
) -> Comment:
    """Submit a new version of a submitted input, under the same number; the old one stays.

    At once, as programs do; `versions.draft_version` drafts one for clearance first. The same
    `form_key` twice returns the first version. Raises `KeyReused`.
    """
    claim = claim_key(access, form_key, Act.SUBMIT_COMMENT, comment, content)
    if not claim.is_first:
        return Comment.objects.get(public_id=claim.id)
    old = lock_comment(comment)
    access.require(Act.WITHDRAW_COMMENT, on=old)
    access.require(Act.SUBMIT_COMMENT, on=old.round)
    if old.in_room:
        raise Refused(_("This was drafted in the group’s room. Draft its new version there."))
    new = Comment(
        public_id=claim.id,
        consultation_id=old.consultation_id,
        wording=old.wording,
        paragraph=old.paragraph,
        round=old.round,
        seat=old.seat,
        filed_by=access.seat,
        author=access.user,
        read_in=old.read_in,
        consent=old.consent,
        supersedes=old,
        number=old.number,
        created_at=access.moment,
        edited_at=access.moment,
    )
    set_content(new, content)
    old.superseded_at = access.moment
    save_next_version(access, old)
    forget_autosave(access=access, wording=old.wording, comment=old)
    return _write_submitted(access, new)


@transaction.atomic
def withdraw_comment(*, access: Access, comment: Comment, reason: str) -> Comment:
    """Withdraw a submitted input; it stays in the record, marked, with the reason.

    A new version of it that was being drafted becomes a draft of its own.
    """
    versions = locked_versions(comment)
    stored = lock_comment(comment)
    access.require(Act.WITHDRAW_COMMENT, on=stored)
    if not reason.strip():
        raise ValidationError(
            {"reason": _("Give a reason for the withdrawal. It stays on record.")}
        )
    stored.withdrawn_at = access.moment
    stored.withdrawal_reason = checked(reason, "reason", max_length=1000)
    release_versions(access=access, drafts=versions)
    return save_next_version(access, stored)


# --- What is stamped -----------------------------------------------------------------------------

# Higher numbers are those of inputs that other delegations do not read by name.
LAST_NAMED = 9000

STAMPED = (
    "number",
    "supersedes",
    "submitted_at",
    "cleared_at",
    "returned_at",
    "sent_for_clearance_at",
    "given_to",
    "is_late",
    "filed_by",
    "receipt",
    "version",
)


def _stamp_drafts(access: Access, ready: Sequence[Comment]) -> None:
    """Number and date drafts in the given order, and freeze the members of their groups.

    A new version takes the number of the input that it replaces.
    """
    for row in ready:
        require_within_limits(row)
    numbers = _last_numbers(ready)
    replaced = supersede_standing(access=access, drafts=ready)
    receipt = _write_receipt(access)
    for row in ready:
        if row.amends:
            row.number, row.supersedes = row.amends, replaced[row.pk]
        else:
            numbers[_number_series(row)] += 1
            row.number = numbers[_number_series(row)]
        _mark_submitted(access, row, receipt)
    write_all(ready, fields=STAMPED, by=access)
    _freeze_members(access, ready)
    tell_receipt(receipt)
    tell_groups(access, ready)


def _write_submitted(access: Access, new: Comment) -> Comment:
    """Date and write a new numbered input, with its receipt."""
    require_within_limits(new)
    receipt = _write_receipt(access)
    _mark_submitted(access, new, receipt)
    write(new, by=access)
    _freeze_members(access, [new])
    tell_receipt(receipt)
    tell_groups(access, [new])
    return new


def _mark_submitted(access: Access, row: Comment, receipt: Receipt) -> None:
    row.submitted_at = access.moment
    row.cleared_at = row.cleared_at or access.moment
    row.sent_for_clearance_at = row.returned_at = row.given_to = None
    row.is_late = phase_of(row.round, access.moment) is Phase.LATE
    row.filed_by = receipt.seat  # from a group room the coordinator files
    row.receipt = receipt
    row.version += 1


def _write_receipt(access: Access) -> Receipt:
    receipt = Receipt(
        consultation=access.consultation,
        seat=access.seat,
        submitted_by=access.user,
        capacity=access.capacity_words,
        submitted_at=access.moment,
    )
    receipt.save()
    return receipt


def _number_series(row: Comment) -> tuple[int, bool]:
    """The series that numbers an input: of its body, one for inputs that others read by name.

    A gap in the numbers that others read would tell them of an input they may not know of.
    """
    return row.seat_id, is_attributed(row)


def _highest_numbers() -> QuerySet[Any, Any]:
    is_apart = Q(number__gt=LAST_NAMED)
    by_seat = Comment.objects.filter(seat__in=SEATS).order_by().values_list("seat")
    return by_seat.annotate(
        named=Max("number", filter=~is_apart), apart=Max("number", filter=is_apart)
    )


SEATS = ids_in_array("seats")
LOCKED_SEATS = KeptStatement(
    lambda: Seat.objects.select_for_update().filter(pk__in=SEATS).order_by("pk")
)
HIGHEST_NUMBERS = KeptStatement(_highest_numbers)


def _last_numbers(rows: Sequence[Comment]) -> dict[tuple[int, bool], int]:
    """The highest number of each series so far; a number never returns (domain, rule 4).

    Locks the seats, so that two submissions for one body are numbered one after the other.
    """
    seats = sorted({row.seat_id for row in rows})
    keys = f"{{{','.join(map(str, seats))}}}"
    LOCKED_SEATS.run(seats=keys)
    last = {(seat, True): 0 for seat in seats} | {(seat, False): LAST_NAMED for seat in seats}
    for seat, named, apart in HIGHEST_NUMBERS.run(seats=keys):
        last |= {(seat, True): named or 0, (seat, False): apart or LAST_NAMED}
    return last


def _freeze_members(access: Access, rows: Sequence[Comment]) -> None:
    """List the group's members as they are today, under the names of today (rules 8 and 9).

    Who opted out of the input by name is not listed.
    """
    group_inputs = [row for row in rows if row.seat_id != row.filed_by_id]
    if not group_inputs:
        return
    names = {
        seat.delegation_id: seat.name
        for seat in Seat.objects.filter(consultation=access.consultation)
    }
    members: dict[int, list[GroupMembership]] = {}
    memberships = GroupMembership.objects.holding(access.moment).select_related("member")
    groups = {row.seat.delegation_id for row in group_inputs}
    for membership in memberships.filter(group__in=groups):
        members.setdefault(membership.group_id, []).append(membership)
    opted_out = _members_opted_out(group_inputs)
    CommentMember.objects.bulk_create(
        CommentMember(
            comment=row,
            delegation=membership.member,
            name=names.get(membership.member_id, membership.member.short_en),
            sort_key=membership.member.sort_key,
        )
        for row in group_inputs
        for membership in members.get(row.seat.delegation_id, ())
        if (row.seat_id, row.number, membership.member_id) not in opted_out
    )


def _members_opted_out(rows: Sequence[Comment]) -> set[tuple[int, int | None, int]]:
    """(group, number, member) of those who opted out of any version of these inputs."""
    opt_outs = OptOut.objects.filter(
        withdrawn_at=None,
        comment__seat__in={row.seat_id for row in rows},
        comment__number__in={row.number for row in rows},
    )
    return set(opt_outs.values_list("comment__seat", "comment__number", "seat__delegation"))
