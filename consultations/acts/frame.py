"""The only writes to the frame: consultations, functions, seats, rounds, meetings."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from consultations.acts.founding import is_taken
from consultations.acts.keys import end_keys
from consultations.acts.seating import seat_all, sort_key_of
from consultations.acts.telling import tell_of_round
from consultations.models import (
    CHOSEN_CONSENTS,
    Consultation,
    Facilitation,
    FacilitationRole,
    LatePolicy,
    MailKind,
    Meeting,
    Round,
    Seat,
    Visibility,
    WorkingRoom,
)
from consultations.rules.access import Access, Act, Refused
from consultations.rules.phases import Phase, close_of, phase_of
from delegations.actions import end_sessions, require_zone
from delegations.history import write
from delegations.models import Delegation, User

MAX_DIGEST_LEAD = timedelta(days=14)


def _locked_row[Row: models.Model](row: Row) -> Row:
    """The stored row, locked until the transaction ends: what was read before may be stale."""
    rows = type(row)._default_manager.select_for_update(of=("self",))
    return rows.get(pk=row.pk)


# --- The consultation, and who leads and serves it ------------------------------------------------


@dataclass(frozen=True, slots=True)
class Founder:
    """The hand that founds a consultation, before there is any capacity in it."""

    user: User
    title: str

    @property
    def capacity_words(self) -> str:
        return f"secretariat, {self.title}"


@transaction.atomic
def found_consultation(
    *,
    user: User,
    slug: str,
    title: str,
    mandate: str = "",
    handling: str = "",
    time_zone: str = "America/New_York",
    is_invented: bool = False,
    moment: datetime | None = None,
) -> Consultation:
    """Found a consultation; its founder is its secretariat. Only for `is_staff` users."""
    if not (user.is_staff and user.is_active):
        raise Refused(_("Only the secretariat can create a consultation."))
    require_zone(time_zone)
    if is_taken(slug):
        raise ValidationError({"slug": _("This web address is already in use. Choose another.")})
    moment = moment or timezone.now()
    founder = Founder(user, title)
    consultation = write(
        Consultation(
            slug=slug,
            title=title,
            mandate=mandate,
            handling=handling,
            time_zone=time_zone,
            is_invented=is_invented,
            created_at=moment,
        ),
        by=founder,
    )
    write(
        Facilitation(
            consultation=consultation,
            user=user,
            role=FacilitationRole.SECRETARIAT,
            started_at=moment,
        ),
        by=founder,
    )
    return consultation


@transaction.atomic
def edit_consultation(*, access: Access, **fields: Any) -> Consultation:
    """Correct title, mandate or handling mark. The address stays: papers and mails point to it."""
    access.require(Act.SET_SEATS, on=access.consultation)
    _require_open_record(access)
    stored = _locked_row(access.consultation)
    for name, value in fields.items():
        setattr(stored, name, value)
    return write(stored, by=access)


@transaction.atomic
def give_facilitation(
    *, access: Access, user: User, role: str, delegation: Delegation | None = None
) -> Facilitation:
    """Name a co-facilitator, a member of their staff or of the secretariat, from now on."""
    access.require(Act.SET_SEATS, on=access.consultation)
    if role not in FacilitationRole.values:
        raise ValidationError({"role": _("Choose co-facilitator, staff or secretariat.")})
    if role == FacilitationRole.SECRETARIAT and delegation is not None:
        raise ValidationError(_("The secretariat cannot come from a delegation."))
    if not user.is_active:
        raise ValidationError(_("This account is deactivated."))
    _locked_row(access.consultation)
    same = Facilitation.objects.filter(
        consultation=access.consultation, user=user, role=role, ended_at=None
    )
    if same.exists():
        raise ValidationError(_("%(name)s already has this function.") % {"name": user})
    return write(
        Facilitation(
            consultation=access.consultation,
            user=user,
            role=role,
            delegation=delegation,
            started_at=access.moment,
        ),
        by=access,
    )


@transaction.atomic
def end_facilitation(*, access: Access, facilitation: Facilitation) -> Facilitation:
    """End a function at once, with its sessions and keys; the record keeps the row."""
    access.require(Act.SET_SEATS, on=facilitation)
    if facilitation.user_id == access.user.pk:
        raise ValidationError(_("This is your own function. A colleague can end it."))
    stored = (
        Facilitation.objects.select_for_update(of=("self",))
        .select_related("user")
        .get(pk=facilitation.pk)
    )
    if stored.ended_at:
        raise ValidationError(_("This function has already ended."))
    stored.ended_at = access.moment
    write(stored, by=access)
    end_keys(access.moment, capacity=f"facilitation:{stored.public_id}")
    end_sessions(stored.user)
    return stored


# --- Seats ----------------------------------------------------------------------------------------


@transaction.atomic
def seat_delegation(*, access: Access, delegation: Delegation, name: str = "") -> Seat:
    """Seat a delegation or a group, under the name it has now or the one given.

    A delegation that left takes its old seat again, so that its numbers run on.
    """
    _require_open_record(access)
    seated = seat_all(access=access, delegations=[delegation], names={delegation.pk: name})
    if not seated:
        existing = Seat.objects.get(consultation=access.consultation, delegation=delegation)
        raise ValidationError(_("%(name)s already has a seat.") % {"name": existing.name})
    return seated[0]


@transaction.atomic
def edit_seat(*, access: Access, seat: Seat, name: str, status: str) -> Seat:
    """Correct the name a delegation sits under, or its status."""
    access.require(Act.SET_SEATS, on=seat)
    _require_open_record(access)
    stored = _locked_row(seat)
    if stored.name != name:
        stored.sort_key = sort_key_of(Delegation.objects.get(pk=stored.delegation_id), name)
    stored.name, stored.status = name, status
    return write(stored, by=access)


@transaction.atomic
def end_seat(*, access: Access, seat: Seat) -> Seat:
    """End the seat of a delegation that leaves. Its inputs stay in the record."""
    access.require(Act.SET_SEATS, on=seat)
    _require_open_record(access)
    stored = _locked_row(seat)
    if stored.ended_at:
        raise ValidationError(_("This delegation has already left."))
    stored.ended_at = access.moment
    return write(stored, by=access)


# --- Rounds ---------------------------------------------------------------------------------------


@transaction.atomic
def set_round(
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

    `closable_after_days` after its close, an input may be closed without an answer; None: never.
    Staff set rounds that facilitators alone read; a wider visibility is the co-facilitators' act.
    The limits are words, counted at submission; None sets none. `consents` are what a delegation
    may choose for each of its inputs.
    """
    access.require(Act.SET_ROUNDS, on=access.consultation)
    if visibility != Visibility.FACILITATORS:
        access.require(Act.SET_VISIBILITY, on=access.consultation)
    if opens_at < access.moment.replace(second=0, microsecond=0):
        raise ValidationError({"opens_at": _("A round cannot open in the past.")})
    if deadline <= max(opens_at, access.moment):
        raise ValidationError({"deadline": _("The deadline must be after the opening.")})
    if asks_again is not None:
        access.require(Act.SET_ROUNDS, on=asks_again)
        if close_of(asks_again) >= opens_at:
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
        consents=[consent for consent in CHOSEN_CONSENTS if consent in consents],
    )
    write(round, by=access)
    if asks_again is not None:  # a round on a new text is announced with that text
        tell_of_round(access, MailKind.ROUND, round)
    return round


@transaction.atomic
def set_visibility(*, access: Access, round: Round, visibility: str) -> Round:
    """Change who will read the inputs, before the round opens; refused afterwards."""
    access.require(Act.SET_VISIBILITY, on=round)
    stored = _locked_row(round)
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
    told_by_letter: Collection[int] = frozenset(),
) -> Round:
    """Give more time, while the round has not closed, and tell all who take part.

    A deadline is never shortened. Delegations in `told_by_letter` (keys) get no notice beside
    their letter.
    """
    access.require(Act.SET_ROUNDS, on=round)
    stored = _locked_row(round)
    if access.moment > close_of(stored):
        raise ValidationError(
            _("This round is closed. Its deadline cannot change. Open a new round.")
        )
    if deadline <= max(stored.deadline, access.moment):
        raise ValidationError(
            {"deadline": _("The new deadline must be later than the current one.")}
        )
    stored.deadline, stored.extended_at = deadline, access.moment
    write(stored, by=access)
    tell_of_round(access, MailKind.DEADLINE, stored, told_by_letter=told_by_letter)
    return stored


@transaction.atomic
def close_round(*, access: Access, round: Round) -> Round:
    """Close an open round now, once, ahead of its deadline."""
    access.require(Act.SET_ROUNDS, on=round)
    stored = _locked_row(round)
    phase = phase_of(stored, access.moment)
    if phase is Phase.NOT_OPEN:
        raise ValidationError(_("This round has not opened yet."))
    if phase is not Phase.OPEN or stored.closed_at:
        raise ValidationError(_("This round is already closed."))
    stored.closed_at = access.moment
    return write(stored, by=access)


# --- Meetings -------------------------------------------------------------------------------------


@transaction.atomic
def set_meeting(
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
    _require_open_record(access)
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
    _require_open_record(access)
    stored = _locked_row(meeting)
    _require_upcoming(access, stored)
    _require_future(access, starts_at)
    stored.starts_at = starts_at
    stored.place = stored.place if place is None else place.strip()
    return write(stored, by=access)


@transaction.atomic
def cancel_meeting(*, access: Access, meeting: Meeting) -> Meeting:
    """Cancel a meeting that has not started. It stays in the list, marked as cancelled."""
    access.require(Act.SET_MEETINGS, on=meeting)
    _require_open_record(access)
    stored = _locked_row(meeting)
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


def _require_open_record(access: Access) -> None:
    if access.consultation.closed_at:
        raise ValidationError(_("The record of this consultation is closed."))
