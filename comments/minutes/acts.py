"""The writes on minutes: taken, ended, issued; and what a delegation makes of its lines."""

import uuid

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from comments.drafting.acts import draft_comment
from comments.inputs.content import CommentContent, require_valid_text
from comments.models import MAX_NOTE_LENGTH, Comment, CommentKind, MinuteLine
from comments.notifications.acts import notify_offered
from consultations.keys.idempotency import claim_key
from consultations.models import Meeting, Minutes, Seat
from consultations.rules.access import Access, Act
from delegations.history import write
from delegations.models import Delegation, DelegationKind
from drafts.desk.acts import StaleVersion
from drafts.models import Paragraph, Wording


@transaction.atomic
def begin_minutes(*, access: Access, meeting: Meeting) -> Minutes:
    """Begin the minutes of a meeting, or continue them after they were ended.

    When two people begin at once, the second gets the minutes of the first.
    """
    access.require(Act.TAKE_MINUTES, on=meeting)
    stored_meeting = Meeting.objects.select_for_update().get(pk=meeting.pk)
    if stored_meeting.cancelled_at:
        raise ValidationError(_("This meeting was cancelled. It has no minutes."))
    minutes = Minutes.objects.select_related("meeting").filter(meeting=stored_meeting).first()
    if minutes is None:
        return write(Minutes(meeting=stored_meeting, begun_at=access.moment), by=access)
    _require_unissued(minutes)
    if minutes.ended_at is None:
        return minutes
    minutes.ended_at = None
    return write(minutes, by=access)


@transaction.atomic
def end_minutes(*, access: Access, minutes: Minutes) -> Minutes:
    """End the minutes: later changes on the desk are no longer part of the meeting."""
    stored_minutes = _locked_minutes(access, minutes)
    if stored_minutes.ended_at is None:
        stored_minutes.ended_at = access.moment
        write(stored_minutes, by=access)
    return stored_minutes


@transaction.atomic
def issue_minutes(*, access: Access, minutes: Minutes) -> Minutes:
    """End the minutes, and let everybody who sits in the consultation read them.

    They no longer change.
    """
    access.require(Act.ISSUE_MINUTES, on=minutes.meeting)
    stored_minutes = _locked_minutes(access, minutes)
    stored_minutes.issued_at = access.moment
    stored_minutes.ended_at = stored_minutes.ended_at or access.moment
    return write(stored_minutes, by=access)


@transaction.atomic
def add_line(
    *,
    access: Access,
    minutes: Minutes,
    paragraph: Paragraph | None,
    words: str,
    seat: Seat | None = None,
    spoke_for: Seat | None = None,
    form_key: uuid.UUID | None = None,
) -> MinuteLine:
    """Add a line: who said what. No seat means the co-facilitators, no paragraph the whole text.

    The same `form_key` twice writes it once. Raises `KeyReused`, ValidationError.
    """
    request_parts = (minutes, paragraph, words, seat, spoke_for)
    claim = claim_key(access, form_key, Act.TAKE_MINUTES, *request_parts)
    if not claim.is_first:
        return MinuteLine.objects.get(public_id=claim.row_public_id)
    stored_minutes = _locked_minutes(access, minutes)
    if paragraph is not None and paragraph.draft.consultation_id != access.consultation.pk:
        raise ValidationError(_("That paragraph belongs to another text."))
    line = MinuteLine(
        public_id=claim.row_public_id,
        minutes=stored_minutes,
        paragraph=paragraph,
        said_at=access.moment,
        author=access.user,
    )
    _set_words_and_speaker(access, line, words, seat, spoke_for)
    return write(line, by=access)


@transaction.atomic
def edit_line(
    *,
    access: Access,
    line: MinuteLine,
    version: int,
    words: str,
    seat: Seat | None = None,
    spoke_for: Seat | None = None,
) -> MinuteLine:
    """Correct a line; its history keeps the earlier words. Raises `StaleVersion`.

    A line that was offered to a delegation keeps that delegation.
    """
    stored_line = _line_to_edit(access, line)
    if stored_line.version != version:
        raise StaleVersion(stored_line)
    if stored_line.seat_id != (seat.pk if seat else None):
        _require_unoffered(stored_line)
    _set_words_and_speaker(access, stored_line, words, seat, spoke_for)
    return _save_next_version(access, stored_line)


@transaction.atomic
def strike_line(*, access: Access, line: MinuteLine) -> MinuteLine:
    """Delete a line of the minutes. It stays in their history, and can be restored."""
    stored_line = _line_to_edit(access, line)
    stored_line.struck_at = access.moment
    return _save_next_version(access, stored_line)


@transaction.atomic
def restore_line(*, access: Access, line: MinuteLine) -> MinuteLine:
    """Restore a deleted line."""
    stored_line = _line_to_edit(access, line)
    stored_line.struck_at = None
    return _save_next_version(access, stored_line)


@transaction.atomic
def offer_line(*, access: Access, line: MinuteLine) -> MinuteLine:
    """Ask the delegation that spoke to make an input of the line, also after it declined.

    A line of issued minutes too: this changes none of their words.
    """
    access.require(Act.TAKE_MINUTES, on=line.minutes.meeting)
    stored_line = _locked_line(line)
    if stored_line.seat_id is None or stored_line.paragraph_id is None:
        raise ValidationError(_("Only what a delegation said on a paragraph can become an input."))
    if stored_line.struck_at:
        raise ValidationError(_("This line is deleted. Restore it first."))
    # Asked again while it is asked: the moment is the new one, but no second mail goes out.
    is_asked_already = bool(stored_line.offered_at and not stored_line.declined_at)
    stored_line.offered_at, stored_line.declined_at = access.moment, None
    _save_next_version(access, stored_line)
    if not is_asked_already:
        notify_offered(access, stored_line)
    return stored_line


# --- What the writes above share -----------------------------------------------------------------


def _locked_minutes(access: Access, minutes: Minutes) -> Minutes:
    """The stored minutes, locked. Raises Refused, and ValidationError for issued minutes."""
    access.require(Act.TAKE_MINUTES, on=minutes.meeting)
    rows = Minutes.objects.select_related("meeting").select_for_update(of=("self",))
    stored_minutes = rows.get(pk=minutes.pk)
    _require_unissued(stored_minutes)
    return stored_minutes


def _require_unissued(minutes: Minutes) -> None:
    if minutes.issued_at:
        raise ValidationError(_("The minutes are issued. They no longer change."))


def _line_to_edit(access: Access, line: MinuteLine) -> MinuteLine:
    """The stored line, locked with its minutes. Raises as `_locked_minutes` does."""
    _locked_minutes(access, line.minutes)
    return _locked_line(line)


def _locked_line(line: MinuteLine) -> MinuteLine:
    rows = MinuteLine.objects.select_related("minutes__meeting", "comment", "seat")
    return rows.select_for_update(of=("self",)).get(pk=line.pk)


def _require_unoffered(line: MinuteLine) -> None:
    """Raise ValidationError where a delegation was asked to make an input of the line.

    It does not say what the delegation made of it: only the delegation knows its drafts.
    """
    if line.offered_at:
        raise ValidationError(
            {"seat": _("This delegation was asked already. Delete the line, and write a new one.")}
        )


def _set_words_and_speaker(
    access: Access, line: MinuteLine, words: str, seat: Seat | None, spoke_for: Seat | None
) -> None:
    """Check what was said and who spoke, and set it on the line, without saving."""
    if not words.strip():
        raise ValidationError({"words": _("Write what was said.")})
    _require_seat(access, seat, "seat", must_be_group=False)
    _require_seat(access, spoke_for, "spoke_for", must_be_group=True)
    if spoke_for and not seat:
        raise ValidationError({"seat": _("Choose the delegation that spoke for the group.")})
    line.words = require_valid_text(words, "words", max_length=MAX_NOTE_LENGTH)
    line.seat, line.spoke_for = seat, spoke_for


def _require_seat(access: Access, seat: Seat | None, field: str, *, must_be_group: bool) -> None:
    """Raise ValidationError unless the seat is of this consultation, and that of a group or not.

    `must_be_group` says which. No seat is valid.
    """
    if seat is None:
        return
    groups = Delegation.objects.filter(pk=seat.delegation_id, kind=DelegationKind.GROUP)
    if seat.consultation_id != access.consultation.pk or groups.exists() != must_be_group:
        raise ValidationError({field: _("Choose one from the list.")})


def _save_next_version(access: Access, line: MinuteLine) -> MinuteLine:
    line.version += 1
    return write(line, by=access)


# --- Lines offered to a delegation ---------------------------------------------------------------


@transaction.atomic
def draft_from_line(*, access: Access, line: MinuteLine) -> Comment:
    """Begin an own draft with the words of the minutes, on the last circulated wording.

    It is edited, cleared and submitted like any other; only then is it an input. The second time
    returns the same draft. Raises ValidationError where the paragraph was not circulated, or no
    round asks for inputs; Refused, as `draft_comment` does, where the round takes none.
    """
    stored_line = _locked_offered_line(access, line)
    # A line that is taken up has a comment; the second condition is for the type checker.
    if stored_line.is_taken_up and stored_line.comment is not None:
        return stored_line.comment
    wording = _last_wording(access, stored_line)
    content = CommentContent(
        kind=CommentKind.COMMENT,
        rationale=stored_line.words,
        language=wording.revision.draft.language,
    )
    seat = stored_line.spoke_for if _coordinates_group_of(access, stored_line) else None
    stored_line.comment = draft_comment(access=access, wording=wording, content=content, seat=seat)
    stored_line.declined_at = None
    write(stored_line, by=access)
    return stored_line.comment


@transaction.atomic
def decline_line(*, access: Access, line: MinuteLine) -> MinuteLine:
    """Decline to make an input of a line; the minutes keep it as it is.

    Raises ValidationError where a draft or an input was made of it.
    """
    access.require(Act.ANSWER_MINUTES, on=line)
    stored_line = _locked_offered_line(access, line)
    if stored_line.is_taken_up:
        raise ValidationError(_("Your delegation made a draft of it. Discard that first."))
    stored_line.declined_at = access.moment
    return write(stored_line, by=access)


def _locked_offered_line(access: Access, line: MinuteLine) -> MinuteLine:
    """The stored line, locked. Raises ValidationError if it is not offered to this delegation."""
    offered_lines = MinuteLine.objects.offered_to(access)
    offered_lines = offered_lines.select_related(
        "minutes__meeting", "comment", "spoke_for", "paragraph__draft"
    )
    locked_line = offered_lines.select_for_update(of=("self",)).filter(pk=line.pk).first()
    if locked_line is None:
        raise ValidationError(_("This line is no longer there."))
    return locked_line


def _last_wording(access: Access, line: MinuteLine) -> Wording:
    """The last circulated wording of the line's paragraph. Raises ValidationError without one."""
    wordings = Wording.objects.visible_to(access).filter(paragraph=line.paragraph_id)
    last_wording = (
        wordings.select_related("revision__draft", "paragraph")
        .order_by("-revision__number")
        .first()
    )
    if last_wording is None:
        raise ValidationError(_("This paragraph was not circulated yet."))
    return last_wording


def _coordinates_group_of(access: Access, line: MinuteLine) -> bool:
    """Whether this delegation coordinates the group for which it spoke."""
    return line.spoke_for_id in {seat.pk for seat in access.coordinated_seats}
