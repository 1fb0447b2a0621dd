"""The official writes on inputs: submit and supersede them, each under a receipt, and withdraw."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max, Q, QuerySet
from django.utils.translation import gettext as _

from comments.drafting.acts import (
    build_draft,
    delete_autosave,
    lock_comment,
    locked_comments,
    save_next_version,
)
from comments.drafting.versions import (
    locked_version_drafts,
    make_plain_drafts,
    supersede_replaced_inputs,
)
from comments.groups.acts import opt_outs_by_comment_id
from comments.inputs.content import (
    CommentContent,
    require_valid_text,
    require_within_limits,
    set_content,
)
from comments.models import Comment, CommentMember, Receipt
from comments.notifications.acts import mail_receipt, notify_groups
from consultations.keys.idempotency import claim_key
from consultations.models import Seat
from consultations.rules.access import Access, Act, Refused
from consultations.rules.consent import is_attributed
from consultations.rules.phases import Phase, phase_of
from delegations.history import write, write_fields
from delegations.kept_statements import KeptStatement, ids_as_array, ids_in_array
from delegations.models import GroupMembership
from drafts.models import Wording


def submit_comment(*, access: Access, comment: Comment) -> Comment:
    """Submit one draft in the name of the delegation, or of the group it is filed for."""
    return submit_comments(access=access, comments=[comment])[0]


@transaction.atomic
def submit_comments(
    *,
    access: Access,
    comments: Iterable[Comment],
    versions: Mapping[uuid.UUID, int] | None = None,
) -> list[Comment]:
    """Submit drafts in one act, under one receipt: all of them or none, in the given order.

    The moment of the request decides what is late. A comment that was submitted already is
    returned as it is. A fixed number of queries. `versions` are those that were shown, by public
    id; programs that showed none give None. Raises ValidationError where a draft has another.
    """
    comment_ids = [comment.pk for comment in comments]
    comment_by_id = {
        comment.pk: comment for comment in locked_comments().filter(pk__in=comment_ids)
    }
    unsubmitted = []
    for comment in (comment_by_id[comment_id] for comment_id in comment_ids):
        if (  # a second press of the button
            comment.submitted_at
            and access.may(Act.READ_COMMENT, on=comment)
            and access.owns(comment)
        ):
            continue
        access.require(Act.SUBMIT_COMMENT, on=comment)
        if versions is not None and versions.get(comment.public_id) != comment.version:
            raise ValidationError(
                _("Something changed since this page was shown. Please review it again.")
            )
        unsubmitted.append(comment)
    if unsubmitted:
        _stamp_drafts(access, unsubmitted)
    return [comment_by_id[comment_id] for comment_id in comment_ids]


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
    request_parts = (wording, content, read_in, seat, in_room)
    claim = claim_key(access, form_key, Act.SUBMIT_COMMENT, *request_parts)
    if not claim.is_first:
        return Comment.objects.get(public_id=claim.row_public_id)
    new_comment = build_draft(
        access=access,
        public_id=claim.row_public_id,
        wording=wording,
        content=content,
        read_in=read_in,
        seat=seat,
        in_room=in_room,
        form_key=form_key,
    )
    # `build_draft` sets only the id of the paragraph; the rules read `paragraph.draft`.
    new_comment.paragraph = wording.paragraph
    access.require(Act.SUBMIT_COMMENT, on=new_comment)
    new_comment.number = _last_numbers([new_comment])[_number_series(new_comment)] + 1
    return _write_submitted(access, new_comment)


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
        return Comment.objects.get(public_id=claim.row_public_id)
    old_version = lock_comment(comment)
    # Who may withdraw the input and submit another in its round may replace it.
    access.require(Act.WITHDRAW_COMMENT, on=old_version)
    access.require(Act.SUBMIT_COMMENT, on=old_version.round)
    if old_version.in_room:
        raise Refused(_("This was drafted in the group’s room. Draft its new version there."))
    new_version = Comment(
        public_id=claim.row_public_id,
        consultation_id=old_version.consultation_id,
        wording=old_version.wording,
        paragraph=old_version.paragraph,
        round=old_version.round,
        seat=old_version.seat,
        filed_by=access.seat,
        author=access.user,
        read_in=old_version.read_in,
        consent=old_version.consent,
        supersedes=old_version,
        number=old_version.number,
        created_at=access.moment,
        edited_at=access.moment,
    )
    set_content(new_version, content)
    old_version.superseded_at = access.moment
    save_next_version(access, old_version)
    delete_autosave(access=access, wording=old_version.wording, comment=old_version)
    return _write_submitted(access, new_version)


@transaction.atomic
def withdraw_comment(*, access: Access, comment: Comment, reason: str) -> Comment:
    """Withdraw a submitted input; it stays in the record, marked, with the reason.

    A new version of it that was being drafted becomes a draft of its own.
    """
    drafted_versions = locked_version_drafts(comment)
    stored_comment = lock_comment(comment)
    access.require(Act.WITHDRAW_COMMENT, on=stored_comment)
    if not reason.strip():
        raise ValidationError(
            {"reason": _("Give a reason for the withdrawal. It stays on record.")}
        )
    stored_comment.withdrawn_at = access.moment
    stored_comment.withdrawal_reason = require_valid_text(reason, "reason", max_length=1000)
    make_plain_drafts(access=access, drafts=drafted_versions)
    return save_next_version(access, stored_comment)


# --- What is stamped -----------------------------------------------------------------------------

# Attributed inputs of a body are numbered from 1, those without attribution from 9001.
LAST_ATTRIBUTED_NUMBER = 9000

# The fields that a submission changes.
STAMPED_FIELDS = (
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


def _stamp_drafts(access: Access, drafts: Sequence[Comment]) -> None:
    """Number and date drafts in the given order, and freeze the members of their groups.

    A new version takes the number of the input that it replaces.
    """
    for draft in drafts:
        require_within_limits(draft)
    last_number_by_series = _last_numbers(drafts)
    replaced_input_by_draft_id = supersede_replaced_inputs(access=access, drafts=drafts)
    receipt = _write_receipt(access)
    for draft in drafts:
        if draft.amends:
            draft.number, draft.supersedes = draft.amends, replaced_input_by_draft_id[draft.pk]
        else:
            last_number_by_series[_number_series(draft)] += 1
            draft.number = last_number_by_series[_number_series(draft)]
        _mark_submitted(access, draft, receipt)
    write_fields(drafts, fields=STAMPED_FIELDS, by=access)
    _freeze_group_members(access, drafts)
    mail_receipt(receipt)
    notify_groups(access, drafts)


def _write_submitted(access: Access, comment: Comment) -> Comment:
    """Date and write a new numbered input, with its receipt."""
    require_within_limits(comment)
    receipt = _write_receipt(access)
    _mark_submitted(access, comment, receipt)
    write(comment, by=access)
    _freeze_group_members(access, [comment])
    mail_receipt(receipt)
    notify_groups(access, [comment])
    return comment


def _mark_submitted(access: Access, comment: Comment, receipt: Receipt) -> None:
    """Set the fields of a submission, without saving."""
    comment.submitted_at = access.moment
    comment.cleared_at = comment.cleared_at or access.moment
    comment.sent_for_clearance_at = comment.returned_at = comment.given_to = None
    comment.is_late = phase_of(comment.round, access.moment) is Phase.LATE
    comment.filed_by = receipt.seat  # from a group room the coordinator files
    comment.receipt = receipt
    comment.version += 1


def _write_receipt(access: Access) -> Receipt:
    """Save the receipt of this act of submission, by the seat of the delegation that files."""
    receipt = Receipt(
        consultation=access.consultation,
        seat=access.seat,
        submitted_by=access.user,
        capacity=access.capacity_words,
        submitted_at=access.moment,
    )
    receipt.save()
    return receipt


def _number_series(comment: Comment) -> tuple[int, bool]:
    """The series in which an input is numbered: its seat, and whether it is attributed.

    If both kinds shared a series, a gap would tell others whose the input without attribution is.
    """
    return comment.seat_id, is_attributed(comment)


def _highest_numbers() -> QuerySet[Any, Any]:
    """(seat id, highest attributed number, highest unattributed number) of each seat."""
    is_unattributed = Q(number__gt=LAST_ATTRIBUTED_NUMBER)
    comments_by_seat = Comment.objects.filter(seat__in=SEAT_IDS).order_by().values_list("seat")
    return comments_by_seat.annotate(
        highest_attributed=Max("number", filter=~is_unattributed),
        highest_unattributed=Max("number", filter=is_unattributed),
    )


SEAT_IDS = ids_in_array("seats")
LOCK_SEATS = KeptStatement(
    lambda: Seat.objects.select_for_update().filter(pk__in=SEAT_IDS).order_by("pk")
)
HIGHEST_NUMBERS = KeptStatement(_highest_numbers)


def _last_numbers(comments: Sequence[Comment]) -> dict[tuple[int, bool], int]:
    """The highest number of each series so far; a number never returns (domain, rule 4).

    Locks the seats, so that two submissions for one body are numbered one after the other.
    """
    seat_ids = sorted({comment.seat_id for comment in comments})
    seat_ids_array = ids_as_array(seat_ids)
    LOCK_SEATS.run(seats=seat_ids_array)
    last_number_by_series = {(seat_id, True): 0 for seat_id in seat_ids} | {
        (seat_id, False): LAST_ATTRIBUTED_NUMBER for seat_id in seat_ids
    }
    for seat_id, highest_attributed, highest_unattributed in HIGHEST_NUMBERS.run(
        seats=seat_ids_array
    ):
        last_number_by_series |= {
            (seat_id, True): highest_attributed or 0,
            (seat_id, False): highest_unattributed or LAST_ATTRIBUTED_NUMBER,
        }
    return last_number_by_series


def _freeze_group_members(access: Access, comments: Sequence[Comment]) -> None:
    """List the group's members as they are today, under the names of today (domain, 8 and 9).

    Who opted out of the input by name is not listed.
    """
    group_inputs = [comment for comment in comments if comment.seat_id != comment.filed_by_id]
    if not group_inputs:
        return
    seat_name_by_delegation_id = {
        seat.delegation_id: seat.name
        for seat in Seat.objects.filter(consultation=access.consultation)
    }
    memberships_by_group_id: dict[int, list[GroupMembership]] = {}
    memberships = GroupMembership.objects.in_force(access.moment).select_related("member")
    group_ids = {comment.seat.delegation_id for comment in group_inputs}
    for membership in memberships.filter(group__in=group_ids):
        memberships_by_group_id.setdefault(membership.group_id, []).append(membership)
    opt_outs = opt_outs_by_comment_id(group_inputs)
    opted_out_pairs = {
        (comment_id, opt_out.seat.delegation_id)
        for comment_id, opt_outs_of_input in opt_outs.items()
        for opt_out in opt_outs_of_input
    }
    CommentMember.objects.bulk_create(
        CommentMember(
            comment=comment,
            delegation=membership.member,
            name=seat_name_by_delegation_id.get(membership.member_id, membership.member.short_en),
            sort_key=membership.member.sort_key,
        )
        for comment in group_inputs
        for membership in memberships_by_group_id.get(comment.seat.delegation_id, ())
        if (comment.pk, membership.member_id) not in opted_out_pairs
    )
