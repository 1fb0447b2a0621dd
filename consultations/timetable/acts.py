"""The writes on rounds and meetings."""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from consultations.models import (
    SELECTABLE_CONSENTS,
    LatePolicy,
    MailKind,
    Meeting,
    Round,
    Visibility,
    WorkingRoom,
)
from consultations.outbox.notifications import notify_of_round
from consultations.rules.access import Access, Act
from consultations.rules.phases import Phase, close_of, phase_of
from consultations.time.wall_clock import moment_in_words
from consultations.web.preconditions import lock_open_record, locked_row
from delegations.history import write

MAX_DIGEST_LEAD = timedelta(days=14)


# --- Rounds ---------------------------------------------------------------------------------------


@transaction.atomic
def create_round(
    *,
    access: Access,
    name: str,
    opens_at: datetime,
    deadline: datetime,
    visibility: str,
    late_policy: str = LatePolicy.MARK,
    asks_again: Round | None = None,
    closable_after_days: int | None = None,
    proposed_limit: int | None = None,
    rationale_limit: int | None = None,
    consents: Collection[str] = (),
) -> Round:
    """Set a period for inputs. Who reads them is decided here, and never widens after it opens.

    `asks_again` is the earlier round whose texts it reopens; None for a round on a new text.
    `closable_after_days` after its close, an input may be closed without an answer; None: never.
    Staff set rounds that facilitators alone read; a wider visibility is the co-facilitators' act.
    The limits are words, counted at submission; None sets none. `consents` are what a delegation
    may choose for each of its inputs.
    """
    access.require(Act.SET_ROUNDS, on=access.consultation)
    if visibility != Visibility.FACILITATORS:
        access.require(Act.SET_VISIBILITY, on=access.consultation)
    # Forms give whole minutes, so a round may open in the minute that runs.
    if opens_at < access.moment.replace(second=0, microsecond=0):
        raise ValidationError({"opens_at": _("A round cannot open in the past.")})
    if deadline <= max(opens_at, access.moment):
        raise ValidationError({"deadline": _("The deadline must be after the opening.")})
    if asks_again is not None:
        access.require(Act.SET_ROUNDS, on=asks_again)  # refuses a round of another consultation
        closes_at = close_of(asks_again)
        if access.moment > closes_at >= opens_at:
            # Forms give whole minutes: the first one after the close.
            first_minute = closes_at.replace(second=0, microsecond=0) + timedelta(minutes=1)
            moment = moment_in_words(first_minute, access.consultation.zone)
            sentence = _("That round has just closed. The new one can open from %(moment)s.")
            raise ValidationError({"opens_at": sentence % {"moment": moment}})
        if closes_at >= opens_at:
            raise ValidationError(
                {"asks_again": _("That round has not closed by then. Extend its deadline.")}
            )
    round = Round(
        consultation=access.consultation,
        name=name.strip(),
        opens_at=opens_at,
        deadline=deadline,
        visibility=visibility,
        late_policy=late_policy,
        asks_again=asks_again,
        closable_after_days=closable_after_days,
        proposed_limit=proposed_limit,
        rationale_limit=rationale_limit,
        consents=[consent for consent in SELECTABLE_CONSENTS if consent in consents],
    )
    write(round, by=access)
    if asks_again is not None:  # a round on a new text is announced with that text
        notify_of_round(access, MailKind.ROUND, round)
    return round


@transaction.atomic
def set_visibility(*, access: Access, round: Round, visibility: str) -> Round:
    """Change who will read the inputs, before the round opens; refused afterwards."""
    access.require(Act.SET_VISIBILITY, on=round)
    stored = locked_row(round)
    if phase_of(stored, access.moment) is not Phase.NOT_OPEN:
        raise ValidationError(_("This round is open. Who can see its inputs can no longer change."))
    stored.visibility = visibility
    return write(stored, by=access)


@transaction.atomic
def extend_deadline(
    *,
    access: Access,
    round: Round,
    deadline: datetime,
    delegation_ids_with_letter: Collection[int] = frozenset(),
) -> Round:
    """Give more time, while the round has not closed, and tell all who take part.

    A deadline is never shortened. Delegations in `delegation_ids_with_letter` get no notice beside
    their letter.
    """
    access.require(Act.SET_ROUNDS, on=round)
    stored = locked_row(round)
    # Somebody may have closed it just after this request arrived, and have had the lock first.
    if stored.closed_at or access.moment > close_of(stored):
        raise ValidationError(
            _("This round is closed. Its deadline cannot change. Open a new round.")
        )
    if deadline <= max(stored.deadline, access.moment):
        raise ValidationError(
            {"deadline": _("The new deadline must be later than the current one.")}
        )
    stored.deadline, stored.extended_at = deadline, access.moment
    write(stored, by=access)
    notify_of_round(
        access, MailKind.DEADLINE, stored, delegation_ids_with_letter=delegation_ids_with_letter
    )
    return stored


@transaction.atomic
def close_round(*, access: Access, round: Round) -> Round:
    """Close an open round now, once, before its deadline and the grace after it are over."""
    access.require(Act.SET_ROUNDS, on=round)
    stored = locked_row(round)
    # At the very moment of its close a round still is in the phase OPEN.
    phase = phase_of(stored, access.moment)
    if phase is Phase.NOT_OPEN:
        raise ValidationError(_("This round has not opened yet."))
    if phase is not Phase.OPEN or stored.closed_at:
        raise ValidationError(_("This round is already closed."))
    stored.closed_at = access.moment
    return write(stored, by=access)


# --- Meetings -------------------------------------------------------------------------------------


@transaction.atomic
def create_meeting(
    *,
    access: Access,
    title: str,
    starts_at: datetime,
    kind: str = Meeting.Kind.INFORMAL,
    place: str = "",
    digest_lead: timedelta = timedelta(hours=24),
    room: WorkingRoom | None = None,
) -> Meeting:
    """Call a meeting, of a room or of the plenary.

    A digest goes to each participant `digest_lead` before it starts.
    """
    access.require(Act.SET_MEETINGS, on=access.consultation)
    lock_open_record(access)
    _require_future(access, starts_at)
    if not timedelta() <= digest_lead <= MAX_DIGEST_LEAD:
        raise ValidationError(
            {"digest_lead": _("The digest is sent between 0 hours and 14 days before the meeting.")}
        )
    if room and (room.consultation_id != access.consultation.pk or room.ended_at):
        raise ValidationError({"room": _("Choose a room of this consultation.")})
    meeting = Meeting(
        consultation=access.consultation,
        room=room,
        title=title.strip(),
        kind=kind,
        starts_at=starts_at,
        place=place.strip(),
        digest_lead=digest_lead,
    )
    return write(meeting, by=access)


@transaction.atomic
def move_meeting(
    *, access: Access, meeting: Meeting, starts_at: datetime, place: str | None = None
) -> Meeting:
    """Move a meeting in time or to another place; `place` None leaves the place."""
    access.require(Act.SET_MEETINGS, on=meeting)
    lock_open_record(access)
    stored = locked_row(meeting)
    _require_upcoming(access, stored)
    _require_future(access, starts_at)
    stored.starts_at = starts_at
    stored.place = stored.place if place is None else place.strip()
    return write(stored, by=access)


@transaction.atomic
def cancel_meeting(*, access: Access, meeting: Meeting) -> Meeting:
    """Cancel a meeting that has not started. It stays in the list, marked as cancelled."""
    access.require(Act.SET_MEETINGS, on=meeting)
    lock_open_record(access)
    stored = locked_row(meeting)
    _require_upcoming(access, stored)
    stored.cancelled_at = access.moment
    return write(stored, by=access)


def _require_upcoming(access: Access, meeting: Meeting) -> None:
    if meeting.cancelled_at:
        raise ValidationError(_("This meeting was cancelled."))
    if meeting.starts_at <= access.moment:
        raise ValidationError(_("This meeting has already started."))


def _require_future(access: Access, starts_at: datetime) -> None:
    if starts_at <= access.moment:
        raise ValidationError({"starts_at": _("A meeting must be in the future.")})
