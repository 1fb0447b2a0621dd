"""Pages of delegations and groups: their names, and a group's members and coordinators."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from consultations.forms.delegation_forms import (
    DaysForm,
    DelegationFilterForm,
    DelegationForm,
    OfGroupForm,
)
from consultations.forms.errors import add_errors
from consultations.models import Seat
from consultations.pages.confirmation import confirm
from consultations.pages.view_decorators import with_access
from consultations.rules.access import Access, Act
from delegations import actions
from delegations.models import Delegation, GroupMembership, Mandate

SEARCHED_FIELDS = ("short_en", "short_fr", "short_es", "short_ru", "short_ar", "short_zh", "code")


@require_safe
@never_cache
@with_access
def delegations(request: HttpRequest, access: Access) -> HttpResponse:
    """All delegations and groups, filtered by name and kind."""
    access.require(Act.EDIT_DELEGATIONS)
    form = DelegationFilterForm(request.GET)
    typed = form.cleaned_data if form.is_valid() else {}
    rows = Delegation.objects.all()
    if query := typed.get("q", "").strip():
        matches = Q()
        for field in SEARCHED_FIELDS:
            matches |= Q(**{f"{field}__icontains": query})
        rows = rows.filter(matches)
    if typed.get("kind"):
        rows = rows.filter(kind=typed["kind"])
    seated = Seat.objects.filter(consultation=access.consultation, ended_at=None)
    context = {
        "access": access,
        "form": form,
        "rows": list(rows),
        "seated": set(seated.values_list("delegation", flat=True)),
        "is_narrowed": any(typed.values()),
    }
    return render(request, "consultations/delegations.html", context)


@never_cache
@with_access
def add_delegation(request: HttpRequest, access: Access) -> HttpResponse:
    """Add a delegation or group."""
    access.require(Act.EDIT_DELEGATIONS)
    form = DelegationForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        row = _run_act(form, lambda: actions.add_delegation(actor=access, **form.cleaned_data))
        if row is not None:
            messages.success(request, _("Saved."))
            return redirect("delegation", access.consultation.slug, row.public_id)
    context = {"access": access, "form": form}
    status = 422 if form.errors else 200
    return render(request, "consultations/add_delegation.html", context, status=status)


@never_cache
@with_access
def delegation(request: HttpRequest, access: Access, delegation: UUID) -> HttpResponse:
    """The names of a delegation, and for a group its members and coordinators."""
    row = _delegation(access, delegation)
    act, is_post = request.POST.get("act", ""), request.method == "POST"
    names = DelegationForm(request.POST if is_post and act == "names" else None, instance=row)
    member = OfGroupForm(request.POST if act == "member" else None, prefix="member")
    coordinator = OfGroupForm(request.POST if act == "coordinator" else None, prefix="coordinator")
    forms: dict[str, Any] = {"names": names, "member": member, "coordinator": coordinator}
    if is_post and act in forms:
        form = forms[act]
        if form.is_valid() and _run_act(form, lambda: _save(access, row, act, form)) is not None:
            messages.success(request, _("Saved."))
            return redirect(request.path)
    context = {
        "access": access,
        "row": _delegation(access, delegation),
        "names": names,
        "member": member,
        "coordinator": coordinator,
        "may_edit": access.may(Act.EDIT_DELEGATIONS, on=row),
        **(_group_context(row, access) if row.is_group else {}),
    }
    status = 422 if names.errors or member.errors or coordinator.errors else 200
    return render(request, "consultations/delegation.html", context, status=status)


@with_access
def member_days(
    request: HttpRequest, access: Access, delegation: UUID, member: UUID
) -> HttpResponse:
    """Change the first and last day of a member's latest membership."""
    group = _delegation(access, delegation)
    rows = GroupMembership.objects.filter(group=group, member__public_id=member)
    row = get_object_or_404(rows.select_related("member").order_by("-starts_on", "-pk")[:1])
    return _days_page(
        request,
        access,
        group,
        row,
        _("%(name)s as a member of %(group)s") % {"name": row.member.name, "group": group.name},
        lambda days: actions.edit_membership(actor=access, membership=row, **days),
    )


@with_access
def coordinator_days(
    request: HttpRequest, access: Access, delegation: UUID, coordinator: UUID
) -> HttpResponse:
    """Change the first and last day of a coordinator's latest mandate."""
    group = _delegation(access, delegation)
    rows = Mandate.objects.filter(group=group, coordinator__public_id=coordinator)
    row = get_object_or_404(rows.select_related("coordinator").order_by("-starts_on", "-pk")[:1])
    return _days_page(
        request,
        access,
        group,
        row,
        _("%(name)s as coordinator of %(group)s")
        % {"name": row.coordinator.name, "group": group.name},
        lambda days: actions.edit_mandate(actor=access, mandate=row, **days),
    )


def _days_page(
    request: HttpRequest,
    access: Access,
    group: Delegation,
    row: GroupMembership | Mandate,
    title: str,
    act: Callable[[dict[str, Any]], object],
) -> HttpResponse:
    initial = {"starts_on": row.starts_on, "ends_on": row.ends_on}
    form = DaysForm(request.POST if request.method == "POST" else None, initial=initial)
    return confirm(
        request,
        access,
        title=title,
        lines=[_("The record keeps the earlier dates.")],
        label=_("Save"),
        back=reverse("delegation", args=[access.consultation.slug, group.public_id]),
        done=_("Saved."),
        form=form,
        act=lambda: act(form.cleaned_data),
    )


def _delegation(access: Access, delegation: UUID) -> Delegation:
    access.require(Act.EDIT_DELEGATIONS)
    return get_object_or_404(Delegation, public_id=delegation)


def _group_context(group: Delegation, access: Access) -> dict[str, Any]:
    members = GroupMembership.objects.filter(group=group).select_related("member")
    mandates = Mandate.objects.filter(group=group).select_related("coordinator")
    today = access.moment.date()
    return {
        "members": list(members.order_by("member__sort_key", "-pk")),
        "mandates": list(mandates.order_by("-starts_on", "-pk")),
        "today": today,
    }


def _save(access: Access, row: Delegation, act: str, form: Any) -> object:
    """Save the names of a delegation, or a new member or coordinator of a group."""
    if act == "names":
        changed = {name: form.cleaned_data[name] for name in form.changed_data}
        return actions.edit_delegation(actor=access, delegation=row, **changed)
    other = form.cleaned_data.pop("delegation")
    days = form.cleaned_data
    if act == "member":
        return actions.add_membership(actor=access, group=row, member=other, **days)
    return actions.set_mandate(actor=access, group=row, coordinator=other, **days)


def _run_act[Row](form: Any, act: Callable[[], Row]) -> Row | None:
    """Run the act and return its result; None where it refuses, with the reason on the form."""
    try:
        return act()
    except ValidationError as error:
        add_errors(form, error)
        return None
