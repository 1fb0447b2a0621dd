"""The only writes to comments: drafted, cleared, submitted, superseded or withdrawn."""

import uuid
from collections.abc import Iterable, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Max, Q
from django.utils.translation import gettext as _

from comments.models import (
    LONGEST_FIELD,
    PROPOSING_KINDS,
    Comment,
    CommentKind,
    CommentMember,
    CommentType,
)
from consultations.access import Access, Act, Phase, phase_of
from consultations.models import Round, Seat
from delegations.history import write
from delegations.models import GroupMembership
from drafts.actions import StaleVersion
from drafts.differences import redline
from drafts.models import Paragraph, Wording
from drafts.readers.proposal import forbidden_character


def round_for(wording: Wording, moment: Any) -> Round | None:
    """The round in which inputs on this wording are made now; None where none was ever asked for.

    That is the round of its revision, or the latest opened one that asks again on it.
    """
    first = wording.revision.round_id
    if first is None:
        return None
    rounds = Round.objects.filter(Q(pk=first) | Q(asks_again=first)).order_by("-opens_at", "-pk")
    found = list(rounds)
    opened = (round for round in found if phase_of(round, moment) is not Phase.NOT_OPEN)
    return next(opened, found[-1])


def draft_comment(
    *,
    access: Access,
    wording: Wording,
    kind: str,
    type: str = CommentType.SUBSTANTIVE,
    proposed: str = "",
    rationale: str = "",
    language: str = "en",
    read_in: str = "en",
    seat: Seat | None = None,
    move_after: Paragraph | None = None,
    form_key: uuid.UUID | None = None,
) -> Comment:
    """Write a draft on the wording that was read, seen by the own delegation only.

    `seat` names a group on whose behalf it is filed. The same `form_key` twice (a double click, a
    repeated request) returns the first comment. Needs `wording.revision`.
    """
    access.require(Act.READ_TEXT, on=wording)
    round = round_for(wording, access.moment)
    if round is None:
        raise ValidationError(_("No inputs are asked for on this revision."))
    access.require(Act.DRAFT_COMMENT, on=round)
    key = form_key or uuid.uuid4()
    if (first := Comment.objects.filter(author=access.user, form_key=key).first()) is not None:
        return _same_comment(access, first)
    comment = Comment(
        consultation=access.consultation,
        wording=wording,
        paragraph_id=wording.paragraph_id,
        round=round,
        seat=_seat_to_speak_for(access, seat),
        filed_by=access.seat,
        author=access.user,
        form_key=key,
        read_in=read_in,
        created_at=access.moment,
    )
    _set_words(
        comment,
        kind=kind,
        type=type,
        proposed=proposed,
        rationale=rationale,
        language=language,
        move_after=move_after,
        moment=access.moment,
    )
    try:
        with transaction.atomic():
            return write(comment, by=access)
    except IntegrityError:
        # The other half of a double click came first.
        return _same_comment(access, Comment.objects.get(author=access.user, form_key=key))


@transaction.atomic
def edit_comment(
    *,
    access: Access,
    comment: Comment,
    version: int,
    kind: str,
    type: str = CommentType.SUBSTANTIVE,
    proposed: str = "",
    rationale: str = "",
    language: str = "en",
    seat: Seat | None = None,
    move_after: Paragraph | None = None,
) -> Comment:
    """Change a draft. A cleared one is a draft again. Raises `StaleVersion` with what stands."""
    stored = _lock(comment)
    access.require(Act.DRAFT_COMMENT, on=stored)
    if stored.version != version:
        raise StaleVersion(stored)
    stored.seat = _seat_to_speak_for(access, seat)
    stored.cleared_at = None
    _set_words(
        stored,
        kind=kind,
        type=type,
        proposed=proposed,
        rationale=rationale,
        language=language,
        move_after=move_after,
        moment=access.moment,
    )
    return _write_next(access, stored)


@transaction.atomic
def discard_comment(*, access: Access, comment: Comment) -> Comment:
    """Lay a draft aside. It stays in the delegation's own history."""
    stored = _lock(comment)
    access.require(Act.READ_DRAFT_COMMENT, on=stored)
    stored.discarded_at = access.moment
    return _write_next(access, stored)


@transaction.atomic
def clear_comment(*, access: Access, comment: Comment) -> Comment:
    """Clear a draft for submission."""
    stored = _lock(comment)
    access.require(Act.CLEAR_COMMENT, on=stored)
    stored.cleared_at = access.moment
    return _write_next(access, stored)


@transaction.atomic
def return_comment(*, access: Access, comment: Comment) -> Comment:
    """Send a cleared draft back to its drafters."""
    stored = _lock(comment)
    access.require(Act.CLEAR_COMMENT, on=stored)
    stored.cleared_at = None
    return _write_next(access, stored)


def submit_comment(*, access: Access, comment: Comment) -> Comment:
    """Submit one draft in the name of the delegation, or of the group it is filed for."""
    return submit_comments(access=access, comments=[comment])[0]


@transaction.atomic
def submit_comments(*, access: Access, comments: Iterable[Comment]) -> list[Comment]:
    """Submit drafts in one act: all of them or none. Numbers follow the given order.

    In time or late is measured by the moment at which the request was taken. A comment that was
    submitted already (a second press of the button) is returned as it stands.
    """
    wanted = [comment.pk for comment in comments]
    rows = {row.pk: row for row in _locked().filter(pk__in=wanted)}
    submitted = []
    numbers = _Numbers()
    for pk in wanted:
        row = rows[pk]
        if row.submitted_at and access.may(Act.READ_COMMENT, on=row) and access.owns(row):
            submitted.append(row)
            continue
        access.require(Act.SUBMIT_COMMENT, on=row)
        row.number = numbers.next_of(row.seat)
        submitted.append(_stamp(access, row))
    return submitted


@transaction.atomic
def supersede_comment(
    *,
    access: Access,
    comment: Comment,
    kind: str,
    type: str = CommentType.SUBSTANTIVE,
    proposed: str = "",
    rationale: str = "",
    language: str = "en",
    move_after: Paragraph | None = None,
    form_key: uuid.UUID | None = None,
) -> Comment:
    """Submit a new version of a submitted input, under the same number; the old one stays."""
    old = _lock(comment)
    access.require(Act.WITHDRAW_COMMENT, on=old)
    access.require(Act.SUBMIT_COMMENT, on=old.round)
    new = Comment(
        consultation_id=old.consultation_id,
        wording=old.wording,
        paragraph_id=old.paragraph_id,
        round=old.round,
        seat=old.seat,
        filed_by=old.filed_by,
        author=access.user,
        form_key=form_key or uuid.uuid4(),
        read_in=old.read_in,
        supersedes=old,
        number=old.number,
        created_at=access.moment,
    )
    _set_words(
        new,
        kind=kind,
        type=type,
        proposed=proposed,
        rationale=rationale,
        language=language,
        move_after=move_after,
        moment=access.moment,
    )
    old.superseded_at = access.moment
    _write_next(access, old)
    return _stamp(access, new)


@transaction.atomic
def withdraw_comment(*, access: Access, comment: Comment, reason: str = "") -> Comment:
    """Withdraw a submitted input; it stays in the record, marked."""
    stored = _lock(comment)
    access.require(Act.WITHDRAW_COMMENT, on=stored)
    stored.withdrawn_at = access.moment
    stored.withdrawal_reason = checked(reason, "reason", most=1000)
    return _write_next(access, stored)


# --- What the writes share -----------------------------------------------------------------------


def _locked() -> Any:
    rows = Comment.objects.select_related(
        "round", "seat", "filed_by", "wording", "wording__revision", "paragraph__draft"
    )
    return rows.select_for_update(of=("self",))


def _lock(comment: Comment) -> Comment:
    row: Comment = _locked().get(pk=comment.pk)
    return row


def _same_comment(access: Access, first: Comment) -> Comment:
    """The comment that this form made already; refused where it is another delegation's now."""
    access.require(Act.DRAFT_COMMENT)
    if not access.owns(first):
        raise ValidationError(_("This form was used already. Open the page again."))
    return first


def _seat_to_speak_for(access: Access, seat: Seat | None) -> Seat:
    """The own seat, or that of a group whose mandate the delegation holds today."""
    if access.seat is None:
        raise ValidationError(_("Only a delegation files inputs."))
    if seat is None or seat.pk == access.seat.pk:
        return access.seat
    if seat.pk not in {group.pk for group in access.group_seats}:
        raise ValidationError(
            {
                "seat": _("Your delegation holds no mandate to file for %(group)s.")
                % {"group": seat.name}
            }
        )
    return seat


def _set_words(
    comment: Comment,
    *,
    kind: str,
    type: str,
    proposed: str,
    rationale: str,
    language: str,
    move_after: Paragraph | None,
    moment: Any,
) -> None:
    """Check and set what is said, and write its redline against the wording it was made on."""
    if kind not in PROPOSING_KINDS:
        proposed = ""
    comment.kind, comment.type, comment.language = kind, type, language
    comment.proposed = checked(proposed, "proposed")
    comment.rationale = checked(rationale, "rationale")
    comment.move_after = move_after if kind == CommentKind.MOVE else None
    comment.edited_at = moment
    _require_something_said(comment)
    comment.redline = _redline_of(comment)


def _redline_of(comment: Comment) -> list[list[str]]:
    if comment.kind == CommentKind.REPLACE:
        pieces = redline(comment.wording.text, comment.proposed)
    elif comment.kind == CommentKind.ADD_AFTER:
        pieces = redline("", comment.proposed)
    elif comment.kind == CommentKind.DELETE:
        pieces = redline(comment.wording.text, "")
    else:
        return []
    return [list(piece) for piece in pieces]


def _require_something_said(comment: Comment) -> None:
    kind = comment.kind
    if kind in PROPOSING_KINDS and not comment.proposed.strip():
        raise ValidationError({"proposed": _("Write the wording that you propose.")})
    if kind == CommentKind.REPLACE and comment.proposed == comment.wording.text:
        raise ValidationError(
            {"proposed": _("This is the present wording. Change it, or choose “retain as is”.")}
        )
    if kind in {CommentKind.COMMENT, CommentKind.QUESTION} and not comment.rationale.strip():
        raise ValidationError({"rationale": _("Write your comment or question.")})
    if kind == CommentKind.MOVE and comment.move_after is None and not comment.rationale.strip():
        raise ValidationError({"rationale": _("Say where the paragraph should stand.")})


def checked(text: str, field: str, *, most: int = LONGEST_FIELD) -> str:
    """The words as received, never repaired; ValidationError where they cannot stand on paper."""
    if len(text) > most:
        raise ValidationError(
            {
                field: _("This has %(count)s characters; the most is %(most)s.")
                % {"count": len(text), "most": most}
            }
        )
    if found := forbidden_character(text):
        raise ValidationError(
            {
                field: _("The words hold %(character)s, which no paper can print. Remove it.")
                % {"character": found}
            }
        )
    return text


def _write_next(access: Access, comment: Comment) -> Comment:
    comment.version += 1
    return write(comment, by=access)


class _Numbers:
    """Running numbers within a delegation and consultation; a number never returns (rule 4)."""

    def __init__(self) -> None:
        self.last: dict[int, int] = {}

    def next_of(self, seat: Seat) -> int:
        if seat.pk not in self.last:
            # The seat is the lock: two submissions of one delegation number one after the other.
            Seat.objects.select_for_update().get(pk=seat.pk)
            highest = Comment.objects.filter(seat=seat).aggregate(highest=Max("number"))
            self.last[seat.pk] = highest["highest"] or 0
        self.last[seat.pk] += 1
        return self.last[seat.pk]


def _stamp(access: Access, comment: Comment) -> Comment:
    comment.submitted_at = access.moment
    comment.cleared_at = comment.cleared_at or access.moment
    comment.is_late = phase_of(comment.round, access.moment) is Phase.LATE
    stamped = _write_next(access, comment)
    if comment.seat_id != comment.filed_by_id:
        _freeze_members(access, stamped)
    return stamped


def _freeze_members(access: Access, comment: Comment) -> None:
    """List the group's members as they are today, under the names of today (rules 8 and 9)."""
    memberships = (
        GroupMembership.objects.holding(access.moment)
        .filter(group=comment.seat.delegation_id)
        .select_related("member")
    )
    seated: dict[int, Sequence[str]] = {
        seat.delegation_id: (seat.name, seat.sort_key)
        for seat in Seat.objects.filter(consultation=access.consultation)
    }
    CommentMember.objects.bulk_create(
        CommentMember(
            comment=comment,
            delegation=membership.member,
            name=seated.get(membership.member_id, (membership.member.short_en,))[0],
            sort_key=membership.member.sort_key,
        )
        for membership in memberships
    )
