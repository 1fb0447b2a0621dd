"""Seat delegations by kind or from a list with a preview; correct and end single seats."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _, gettext_lazy, ngettext
from django.views.decorators.http import require_safe

from consultations.models import Seat
from consultations.rules.access import Access, Act
from consultations.seats import acts as seat_acts
from consultations.seats.forms import PastedListForm, SeatForm
from consultations.seats.lists import SeatList, SeatState, UnreadableList, read_seat_list
from consultations.web.confirmation import confirm
from consultations.web.forms import add_errors
from consultations.web.view_decorators import with_access
from delegations.models import Delegation, DelegationKind

# Delegations seated in one act: part of the address → their kinds, and the name of the act.
SEATED_KINDS = {
    "member-states": ((DelegationKind.MEMBER_STATE,), gettext_lazy("Member States")),
    "observers": (
        (DelegationKind.OBSERVER_STATE, DelegationKind.INTERGOVERNMENTAL_ORGANIZATION),
        gettext_lazy("Observers"),
    ),
    "agencies": (
        (
            DelegationKind.UN_ENTITY,
            DelegationKind.SPECIALIZED_AGENCY,
            DelegationKind.RELATED_ORGANIZATION,
        ),
        gettext_lazy("UN entities, agencies and related organizations"),
    ),
    "groups": ((DelegationKind.GROUP,), gettext_lazy("Groups")),
}


@require_safe
@with_access
def seats(request: HttpRequest, access: Access) -> HttpResponse:
    """The seats in the order of the table, and how many of each kind are missing."""
    access.require(Act.SET_UP_CONSULTATION, on=access.consultation)
    seats_with_delegations = Seat.objects.filter(consultation=access.consultation).select_related(
        "delegation"
    )
    all_seats = list(seats_with_delegations)
    seated_delegation_ids = {seat.delegation_id for seat in all_seats if seat.ended_at is None}
    ids_and_kinds = list(Delegation.objects.values_list("pk", "kind"))
    context = {
        "access": access,
        "seats": [seat for seat in all_seats if seat.ended_at is None],
        "ended_seats": [seat for seat in all_seats if seat.ended_at is not None],
        "kinds": [
            {
                "name": name,
                "url": reverse("seat_kind", args=[access.consultation.slug, address_part]),
                "total": sum(kind in delegation_kinds for _delegation_id, kind in ids_and_kinds),
                "missing": sum(
                    kind in delegation_kinds and delegation_id not in seated_delegation_ids
                    for delegation_id, kind in ids_and_kinds
                ),
            }
            for address_part, (delegation_kinds, name) in SEATED_KINDS.items()
        ],
    }
    return render(request, "consultations/seats/seats.html", context)


@with_access
def seat_delegations_of_kind(request: HttpRequest, access: Access, kind: str) -> HttpResponse:
    """Seat every delegation that does not sit here yet of a kind of `SEATED_KINDS`."""
    access.require(Act.SET_UP_CONSULTATION, on=access.consultation)
    if kind not in SEATED_KINDS:
        raise Http404
    delegation_kinds, name = SEATED_KINDS[kind]
    current_seats = Seat.objects.filter(consultation=access.consultation, ended_at=None)
    delegations_without_seat = list(
        Delegation.objects.filter(kind__in=delegation_kinds).exclude(
            pk__in=current_seats.values("delegation")
        )
    )
    seats_url = reverse("seats", args=[access.consultation.slug])
    if not delegations_without_seat and request.method != "POST":
        messages.info(request, _("All of them have a seat."))
        return redirect(seats_url)
    count = len(delegations_without_seat)
    return confirm(
        request,
        access,
        title=_("Seat: %(kind)s") % {"kind": name},
        sentences=[_("Delegations that already have a seat do not change.")],
        button_label=ngettext("Seat %(n)s delegation", "Seat %(n)s delegations", count)
        % {"n": count},
        back_url=seats_url,
        success_message=lambda new_seats: _seated_sentence(len(new_seats)),
        act=lambda: seat_acts.seat_all(access=access, delegations=delegations_without_seat),
        details_template="consultations/seats/_names.html",
        names=delegations_without_seat,
    )


@with_access
def seat_from_list(request: HttpRequest, access: Access) -> HttpResponse:
    """Seat a list of delegations: pasted or uploaded, previewed row by row, then saved."""
    access.require(Act.SET_UP_CONSULTATION, on=access.consultation)
    is_post = request.method == "POST"
    form = PastedListForm(request.POST if is_post else None, request.FILES if is_post else None)
    if not is_post or not form.is_valid():
        return _paste_seats_page(request, access, form)
    try:
        preview = read_seat_list(access, form.text)
    except UnreadableList as error:
        form.add_error(None, str(error))
        return _paste_seats_page(request, access, form)
    # Where a file is chosen although the button to confirm was pressed, its rows are shown first.
    if "confirm" not in request.POST or form.cleaned_data["file"]:
        return _paste_seats_page(
            request, access, PastedListForm(initial={"rows": form.text}), preview
        )
    try:
        new_seats = seat_acts.seat_all(
            access=access,
            delegations=preview.delegations,
            name_by_delegation_id=preview.name_by_delegation_id,
        )
    except ValidationError as error:
        add_errors(form, error)
        return _paste_seats_page(request, access, form, preview)
    messages.success(request, _seated_sentence(len(new_seats)))
    rows_with_errors = [row.source for row in preview.rows_in_state(SeatState.WRONG)]
    if not rows_with_errors:
        return redirect("seats", access.consultation.slug)
    # The rows that could not be read are shown again, to be corrected.
    error_rows_text = preview.parsed.as_text(rows_with_errors)
    next_form = PastedListForm(initial={"rows": error_rows_text})
    return _paste_seats_page(request, access, next_form, read_seat_list(access, error_rows_text))


def _paste_seats_page(
    request: HttpRequest, access: Access, form: PastedListForm, preview: SeatList | None = None
) -> HttpResponse:
    """The page with the field for a list, and what saving would do with each row of `preview`."""
    context = {
        "access": access,
        "form": form,
        "preview": preview,
        "fields": [("delegation", _("Delegation")), ("name", _("Name it sits under"))],
        "new_rows": preview.rows_in_state(SeatState.NEW) if preview else [],
        "seated_rows": preview.rows_in_state(SeatState.SEATED) if preview else [],
        "wrong_rows": preview.rows_in_state(SeatState.WRONG) if preview else [],
    }
    status = 422 if form.errors else 200
    return render(request, "consultations/seats/seat_list.html", context, status=status)


@with_access
def edit_seat(request: HttpRequest, access: Access, seat_public_id: UUID) -> HttpResponse:
    """Correct the name a delegation sits under, or its status."""
    seat = _current_seat(access, seat_public_id)
    initial = {"name": seat.name, "status": seat.status}
    form = SeatForm(request.POST if request.method == "POST" else None, initial=initial)
    return confirm(
        request,
        access,
        title=_("The seat of %(name)s") % {"name": seat.name_for_reader},
        sentences=[],
        button_label=_("Save"),
        back_url=reverse("seats", args=[access.consultation.slug]),
        success_message=_("The seat is corrected."),
        form=form,
        act=lambda: seat_acts.edit_seat(access=access, seat=seat, **form.cleaned_data),
    )


@with_access
def end_seat(request: HttpRequest, access: Access, seat_public_id: UUID) -> HttpResponse:
    """End the seat of a delegation that leaves."""
    seat = _current_seat(access, seat_public_id)
    return confirm(
        request,
        access,
        title=_("End the seat of %(name)s") % {"name": seat.name_for_reader},
        sentences=[
            _("Its people lose access immediately."),
            _("Its inputs stay on record."),
        ],
        button_label=_("End the seat"),
        back_url=reverse("seats", args=[access.consultation.slug]),
        success_message=_("The seat has ended."),
        is_grave=True,
        act=lambda: seat_acts.end_seat(access=access, seat=seat),
    )


def _seated_sentence(count: int) -> str:
    """How many delegations were seated, as a sentence; none where somebody seated them before."""
    if not count:
        return _("All of them have a seat.")
    sentence = ngettext("%(n)s delegation has a seat.", "%(n)s delegations have a seat.", count)
    return sentence % {"n": count}


def _current_seat(access: Access, seat_public_id: UUID) -> Seat:
    """The seat to correct or to end. 404 where it has ended, `Refused` for all but secretariat."""
    access.require(Act.SET_UP_CONSULTATION, on=access.consultation)
    current_seats = Seat.objects.filter(consultation=access.consultation, ended_at=None)
    return get_object_or_404(current_seats, public_id=seat_public_id)
