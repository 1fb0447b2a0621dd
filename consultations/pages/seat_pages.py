"""Seat delegations by kind or from a list with a preview; correct and end single seats."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from consultations.acts.seats import edit_seat as edit_seat_for
from consultations.acts.seats import end_seat as end_seat_for
from consultations.acts.seats import seat_all
from consultations.forms.errors import add_errors
from consultations.forms.setting_up_forms import ListForm, SeatForm
from consultations.lists.list_rows import UnreadableList
from consultations.lists.seat_list import SeatList, SeatState
from consultations.lists.seat_list import seat_list as read_seat_list
from consultations.models import Seat
from consultations.pages.confirmation import confirm
from consultations.pages.view_decorators import with_access
from consultations.rules.access import Access, Act
from delegations.models import Delegation, DelegationKind

# Delegations seated in one act: part of the address → their kinds, and the name of the act.
KINDS = {
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
@never_cache
@with_access
def seats(request: HttpRequest, access: Access) -> HttpResponse:
    """The seats in the order of the table, and how many of each kind are missing."""
    access.require(Act.SET_SEATS, on=access.consultation)
    here = Seat.objects.filter(consultation=access.consultation).select_related("delegation")
    rows = list(here)
    seated = {seat.delegation_id for seat in rows if seat.ended_at is None}
    kinds = list(Delegation.objects.values_list("pk", "kind"))
    context = {
        "access": access,
        "seats": [seat for seat in rows if seat.ended_at is None],
        "left": [seat for seat in rows if seat.ended_at is not None],
        "kinds": [
            {
                "name": name,
                "url": reverse("seat_kind", args=[access.consultation.slug, key]),
                "total": sum(kind in members for _pk, kind in kinds),
                "missing": sum(kind in members and pk not in seated for pk, kind in kinds),
            }
            for key, (members, name) in KINDS.items()
        ],
    }
    return render(request, "consultations/seats.html", context)


@with_access
def seat_kind(request: HttpRequest, access: Access, kind: str) -> HttpResponse:
    """Seat every delegation of a kind that does not sit here yet."""
    access.require(Act.SET_SEATS, on=access.consultation)
    if kind not in KINDS:
        raise Http404
    members, name = KINDS[kind]
    sitting = Seat.objects.filter(consultation=access.consultation, ended_at=None)
    missing = list(
        Delegation.objects.filter(kind__in=members).exclude(pk__in=sitting.values("delegation"))
    )
    back = reverse("seats", args=[access.consultation.slug])
    if not missing and request.method != "POST":
        messages.info(request, _("All of them have a seat."))
        return redirect(back)
    count = len(missing)
    return confirm(
        request,
        access,
        title=_("Seat: %(kind)s") % {"kind": name},
        lines=[_("Delegations that already have a seat do not change.")],
        label=ngettext("Seat %(n)s delegation", "Seat %(n)s delegations", count) % {"n": count},
        back=back,
        done=ngettext("%(n)s delegation has a seat.", "%(n)s delegations have a seat.", count)
        % {"n": count},
        act=lambda: seat_all(access=access, delegations=missing),
        details_template="consultations/_names.html",
        names=missing,
    )


@never_cache
@with_access
def seat_list(request: HttpRequest, access: Access) -> HttpResponse:
    """Seat a list of delegations: pasted or uploaded, previewed row by row, then saved."""
    access.require(Act.SET_SEATS, on=access.consultation)
    is_post = request.method == "POST"
    form = ListForm(request.POST if is_post else None, request.FILES if is_post else None)
    if not is_post or not form.is_valid():
        return _list_page(request, access, form)
    try:
        preview = read_seat_list(access, form.text)
    except UnreadableList as error:
        form.add_error(None, str(error))
        return _list_page(request, access, form)
    if "confirm" not in request.POST or form.cleaned_data["file"]:
        return _list_page(request, access, ListForm(initial={"rows": form.text}), preview)
    try:
        new_seats = seat_all(access=access, delegations=preview.delegations, names=preview.names)
    except ValidationError as error:
        add_errors(form, error)
        return _list_page(request, access, form, preview)
    count = len(new_seats)
    sentence = ngettext("%(n)s delegation has a seat.", "%(n)s delegations have a seat.", count)
    messages.success(request, sentence % {"n": count})
    wrong = [row.source for row in preview.of(SeatState.WRONG)]
    if not wrong:
        return redirect("seats", access.consultation.slug)
    wrong_rows = preview.parsed.as_text(wrong)
    next_form = ListForm(initial={"rows": wrong_rows})
    return _list_page(request, access, next_form, read_seat_list(access, wrong_rows))


def _list_page(
    request: HttpRequest, access: Access, form: ListForm, preview: SeatList | None = None
) -> HttpResponse:
    context = {
        "access": access,
        "form": form,
        "listed": preview,
        "fields": [("delegation", _("Delegation")), ("name", _("Name it sits under"))],
        "new": preview.of(SeatState.NEW) if preview else [],
        "sits": preview.of(SeatState.SEATED) if preview else [],
        "wrong": preview.of(SeatState.WRONG) if preview else [],
    }
    status = 422 if form.errors else 200
    return render(request, "consultations/seat_list.html", context, status=status)


@with_access
def edit_seat(request: HttpRequest, access: Access, seat: UUID) -> HttpResponse:
    """Correct the name a delegation sits under, or its status."""
    row = _seat(access, seat)
    initial = {"name": row.name, "status": row.status}
    form = SeatForm(request.POST if request.method == "POST" else None, initial=initial)
    return confirm(
        request,
        access,
        title=_("The seat of %(name)s") % {"name": row.name},
        lines=[_("Existing seats keep their names.")],
        label=_("Save"),
        back=reverse("seats", args=[access.consultation.slug]),
        done=_("The seat is corrected."),
        form=form,
        act=lambda: edit_seat_for(access=access, seat=row, **form.cleaned_data),
    )


@with_access
def end_seat(request: HttpRequest, access: Access, seat: UUID) -> HttpResponse:
    """End the seat of a delegation that leaves."""
    row = _seat(access, seat)
    return confirm(
        request,
        access,
        title=_("End the seat of %(name)s") % {"name": row.name},
        lines=[
            _("Its people lose access immediately."),
            _("Its inputs stay on record."),
        ],
        label=_("End the seat"),
        back=reverse("seats", args=[access.consultation.slug]),
        done=_("The seat has ended."),
        is_irreversible=True,
        act=lambda: end_seat_for(access=access, seat=row),
    )


def _seat(access: Access, seat: UUID) -> Seat:
    access.require(Act.SET_SEATS, on=access.consultation)
    rows = Seat.objects.filter(consultation=access.consultation, ended_at=None)
    return get_object_or_404(rows, public_id=seat)
