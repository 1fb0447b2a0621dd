"""The writes on seats: seat one delegation or many, correct a seat, end it."""

from collections.abc import Mapping, Sequence

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from consultations.models import Consultation, Seat
from consultations.rules.access import Access, Act
from consultations.web.preconditions import lock_open_record, locked_row
from delegations.history import write, write_fields, write_new
from delegations.models import TABLE_RANK, Delegation
from delegations.names import sort_key

# The fields that change in a seat that is taken again. Its code, with which the numbers of its
# inputs begin, stays.
REVIVED_FIELDS = ("ended_at", "name", "rank", "status", "sort_key")


@transaction.atomic
def seat_all(
    *,
    access: Access,
    delegations: Sequence[Delegation],
    name_by_delegation_id: Mapping[int, str] | None = None,
) -> list[Seat]:
    """Seat many in one act, each under its name now, or that of `name_by_delegation_id`.

    Who sits already does not change; who left gets the old seat back, so that the numbers of its
    inputs run on. Returns the seats that were taken. Raises ValidationError for a code that another
    seat here has, an ended one too.
    """
    access.require(Act.SET_UP_CONSULTATION, on=access.consultation)
    # Two presses of the button seat each delegation once.
    lock_open_record(access)
    seat_by_delegation_id = {
        seat.delegation_id: seat
        for seat in Seat.objects.select_for_update(of=("self",)).filter(
            consultation=access.consultation, delegation__in=delegations
        )
    }
    delegation_by_id = {delegation.pk: delegation for delegation in delegations}
    chosen_name_by_delegation_id = name_by_delegation_id or {}
    new_seats: list[Seat] = []
    revived_seats: list[Seat] = []
    for delegation_id, delegation in delegation_by_id.items():
        seat = seat_by_delegation_id.get(delegation_id)
        if seat is not None and seat.ended_at is None:
            continue
        (new_seats if seat is None else revived_seats).append(
            _fill_seat(
                seat or Seat(consultation=access.consultation, delegation=delegation),
                delegation,
                chosen_name_by_delegation_id.get(delegation_id, "").strip() or delegation.short_en,
            )
        )
    _require_free_codes(access.consultation, new_seats)
    if revived_seats:
        write_fields(revived_seats, fields=REVIVED_FIELDS, by=access)
    return [*write_new(new_seats, by=access), *revived_seats]


def _require_free_codes(consultation: Consultation, new_seats: Sequence[Seat]) -> None:
    """Raise ValidationError where a seat here has the code of one of these new seats.

    A seat keeps its code when its delegation gets another one, which may then go to a third.
    """
    new_seat_by_code = {seat.code: seat for seat in new_seats}
    other_seats = Seat.objects.filter(consultation=consultation, code__in=new_seat_by_code)
    if other_seat := other_seats.first():
        delegation = new_seat_by_code[other_seat.code].delegation
        raise ValidationError(
            _("The seat of %(other)s has the code %(code)s. Give %(name)s another code first.")
            % {
                "other": other_seat.name_for_reader,
                "code": other_seat.code,
                "name": delegation.name,
            }
        )


def _fill_seat(seat: Seat, delegation: Delegation, name: str) -> Seat:
    """A new or an ended seat, as it is to be saved."""
    seat.ended_at = None
    seat.name = name
    seat.code = seat.code or delegation.code
    seat.rank = TABLE_RANK[delegation.kind]
    seat.status = Seat.Status.OBSERVER if delegation.is_observer else Seat.Status.PARTICIPANT
    seat.sort_key = sort_key_of(delegation, name)
    return seat


def sort_key_of(delegation: Delegation, name: str) -> str:
    """The sort key of a name: the delegation's own, or one made for another name."""
    return delegation.sort_key if name == delegation.short_en else sort_key(name)


@transaction.atomic
def seat_delegation(*, access: Access, delegation: Delegation, name: str = "") -> Seat:
    """Seat a delegation or a group, under the name it has now or the one given.

    A delegation that left takes its old seat again, so that its numbers run on.
    """
    taken_seats = seat_all(
        access=access, delegations=[delegation], name_by_delegation_id={delegation.pk: name}
    )
    if not taken_seats:
        existing_seat = Seat.objects.get(consultation=access.consultation, delegation=delegation)
        raise ValidationError(
            _("%(name)s already has a seat.") % {"name": existing_seat.name_for_reader}
        )
    (seat,) = taken_seats
    return seat


@transaction.atomic
def edit_seat(*, access: Access, seat: Seat, name: str, status: str) -> Seat:
    """Correct the name a delegation sits under, or its status."""
    access.require(Act.SET_UP_CONSULTATION, on=seat)
    lock_open_record(access)
    stored = locked_row(seat)
    if stored.name != name:
        stored.sort_key = sort_key_of(Delegation.objects.get(pk=stored.delegation_id), name)
    stored.name, stored.status = name, status
    return write(stored, by=access)


@transaction.atomic
def end_seat(*, access: Access, seat: Seat) -> Seat:
    """End the seat of a delegation that leaves. Its inputs stay in the record."""
    access.require(Act.SET_UP_CONSULTATION, on=seat)
    lock_open_record(access)
    stored = locked_row(seat)
    if stored.ended_at:
        raise ValidationError(_("This delegation has already left."))
    stored.ended_at = access.moment
    return write(stored, by=access)
