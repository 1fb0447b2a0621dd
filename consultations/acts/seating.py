"""Seat many delegations in one act, in as many queries as one of them."""

from collections.abc import Mapping, Sequence

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from consultations.models import Consultation, Seat
from consultations.rules.access import Access, Act
from delegations.history import write_all, write_new
from delegations.models import TABLE_RANK, Delegation
from delegations.names import sort_key

REVIVED_FIELDS = ("ended_at", "name", "rank", "status", "sort_key")


@transaction.atomic
def seat_all(
    *, access: Access, delegations: Sequence[Delegation], names: Mapping[int, str] | None = None
) -> list[Seat]:
    """Seat delegations and groups, each under the name it has now or the one given for its key.

    Who sits already does not change; who left gets the old seat back, so that numbers run on.
    Returns the seats that were taken. The database refuses a code that another seat has.
    """
    access.require(Act.SET_SEATS, on=access.consultation)
    if access.consultation.closed_at:
        raise ValidationError(_("The record of this consultation is closed."))
    # Two presses of the button seat each delegation once.
    Consultation.objects.select_for_update().get(pk=access.consultation.pk)
    known_seats = {
        seat.delegation_id: seat
        for seat in Seat.objects.select_for_update(of=("self",)).filter(
            consultation=access.consultation, delegation__in=delegations
        )
    }
    wanted = {delegation.pk: delegation for delegation in delegations}
    given_names = names or {}
    new: list[Seat] = []
    revived: list[Seat] = []
    for key, delegation in wanted.items():
        seat = known_seats.get(key)
        if seat is not None and seat.ended_at is None:
            continue
        (new if seat is None else revived).append(
            _fill_seat(
                seat or Seat(consultation=access.consultation, delegation=delegation),
                delegation,
                given_names.get(key, "").strip() or delegation.short_en,
            )
        )
    if revived:
        write_all(revived, fields=REVIVED_FIELDS, by=access)
    return [*write_new(new, by=access), *revived]


def _fill_seat(seat: Seat, delegation: Delegation, name: str) -> Seat:
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
