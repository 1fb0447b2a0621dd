"""Pages of delegations and groups: their names, and a group's members and coordinators.

A membership and a mandate have a first and a last day. By a mandate a delegation coordinates the
group and files for it.
"""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import F, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from consultations.models import Seat
from consultations.rules.access import Access, Act
from consultations.seats.delegation_forms import (
    DaysForm,
    DelegationFilterForm,
    DelegationForm,
    GroupRoleForm,
)
from consultations.web.confirmation import confirm
from consultations.web.forms import add_errors
from consultations.web.view_decorators import with_access
from delegations import acts
from delegations.models import Delegation, GroupMembership, Mandate

# Of several memberships or mandates of one delegation: the one that goes on, then the last to end.
LATEST_FIRST = (F("ends_on").desc(nulls_first=True), F("starts_on").desc(nulls_last=True), "-pk")
SEARCHED_FIELDS = ("short_en", "short_fr", "short_es", "short_ru", "short_ar", "short_zh", "code")


@require_safe
@with_access
def delegations(request: HttpRequest, access: Access) -> HttpResponse:
    """All delegations and groups, filtered by name and kind."""
    access.require(Act.EDIT_DELEGATIONS)
    form = DelegationFilterForm(request.GET)
    filters = form.cleaned_data if form.is_valid() else {}
    matching_delegations = Delegation.objects.all()
    if query := filters.get("q", "").strip():
        matches_query = Q()  # in any of the fields
        for field in SEARCHED_FIELDS:
            matches_query |= Q(**{f"{field}__icontains": query})
        matching_delegations = matching_delegations.filter(matches_query)
    if filters.get("kind"):
        matching_delegations = matching_delegations.filter(kind=filters["kind"])
    current_seats = Seat.objects.filter(consultation=access.consultation, ended_at=None)
    context = {
        "access": access,
        "form": form,
        "rows": list(matching_delegations),
        "seated_delegation_ids": set(current_seats.values_list("delegation", flat=True)),
        "is_narrowed": any(filters.values()),
    }
    return render(request, "consultations/seats/delegations.html", context)


@with_access
def add_delegation(request: HttpRequest, access: Access) -> HttpResponse:
    """Add a delegation or group."""
    access.require(Act.EDIT_DELEGATIONS)
    form = DelegationForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        added_delegation = _run_act(
            form, lambda: acts.add_delegation(actor=access, **form.cleaned_data)
        )
        if added_delegation is not None:
            messages.success(request, _("Saved."))
            return redirect("delegation", access.consultation.slug, added_delegation.public_id)
    context = {"access": access, "form": form}
    status = 422 if form.errors else 200
    return render(request, "consultations/seats/add_delegation.html", context, status=status)


@with_access
def delegation(request: HttpRequest, access: Access, delegation_public_id: UUID) -> HttpResponse:
    """The names of a delegation, and for a group its members and coordinators."""
    stored_delegation = _delegation_to_edit(access, delegation_public_id)
    act_name = request.POST.get("act", "")  # which of the forms was sent; empty for none
    names_form = DelegationForm(
        request.POST if act_name == "names" else None, instance=stored_delegation
    )
    member_form = GroupRoleForm(request.POST if act_name == "member" else None, prefix="member")
    coordinator_form = GroupRoleForm(
        request.POST if act_name == "coordinator" else None, prefix="coordinator"
    )
    form_by_act: dict[str, Any] = {
        "names": names_form,
        "member": member_form,
        "coordinator": coordinator_form,
    }
    if act_name in form_by_act:
        form = form_by_act[act_name]
        if (
            form.is_valid()
            and _run_act(form, lambda: _save(access, stored_delegation, act_name, form)) is not None
        ):
            messages.success(request, _("Saved."))
            return redirect(request.path)
    context = {
        "access": access,
        # Read again: a form that was sent, also a refused one, has set its values on the other
        # object.
        "delegation": _delegation_to_edit(access, delegation_public_id),
        "names_form": names_form,
        "member_form": member_form,
        "coordinator_form": coordinator_form,
        # A verdict, with the reason for a no: the delegation may sit only in another consultation.
        "may_edit": access.may(Act.EDIT_DELEGATIONS, on=stored_delegation),
        **(_group_context(stored_delegation) if stored_delegation.is_group else {}),
    }
    status = 422 if names_form.errors or member_form.errors or coordinator_form.errors else 200
    return render(request, "consultations/seats/delegation.html", context, status=status)


@with_access
def member_days(
    request: HttpRequest, access: Access, delegation_public_id: UUID, member_public_id: UUID
) -> HttpResponse:
    """Change the first and last day of a member's latest membership."""
    group = _delegation_to_edit(access, delegation_public_id)
    memberships = GroupMembership.objects.filter(group=group, member__public_id=member_public_id)
    membership = get_object_or_404(memberships.select_related("member").order_by(*LATEST_FIRST)[:1])
    return _days_page(
        request,
        access,
        group,
        membership,
        _("%(name)s as a member of %(group)s")
        % {"name": membership.member.name, "group": group.name},
        lambda days: acts.edit_membership(actor=access, membership=membership, **days),
    )


@with_access
def coordinator_days(
    request: HttpRequest, access: Access, delegation_public_id: UUID, coordinator_public_id: UUID
) -> HttpResponse:
    """Change the first and last day of a coordinator's latest mandate."""
    group = _delegation_to_edit(access, delegation_public_id)
    mandates = Mandate.objects.filter(group=group, coordinator__public_id=coordinator_public_id)
    mandate = get_object_or_404(mandates.select_related("coordinator").order_by(*LATEST_FIRST)[:1])
    return _days_page(
        request,
        access,
        group,
        mandate,
        _("%(name)s as coordinator of %(group)s")
        % {"name": mandate.coordinator.name, "group": group.name},
        lambda days: acts.edit_mandate(actor=access, mandate=mandate, **days),
    )


def _days_page(
    request: HttpRequest,
    access: Access,
    group: Delegation,
    membership_or_mandate: GroupMembership | Mandate,
    title: str,
    act: Callable[[dict[str, Any]], object],
) -> HttpResponse:
    """The page that asks for the first and last day of a membership or mandate, and saves them."""
    initial = {
        "starts_on": membership_or_mandate.starts_on,
        "ends_on": membership_or_mandate.ends_on,
    }
    form = DaysForm(request.POST if request.method == "POST" else None, initial=initial)
    return confirm(
        request,
        access,
        title=title,
        sentences=[_("The record keeps the earlier dates.")],
        button_label=_("Save"),
        back_url=reverse("delegation", args=[access.consultation.slug, group.public_id]),
        success_message=_("Saved."),
        form=form,
        act=lambda: act(form.cleaned_data),
    )


def _delegation_to_edit(access: Access, delegation_public_id: UUID) -> Delegation:
    """A delegation, for those who edit delegations; whether they may edit it, the act decides."""
    access.require(Act.EDIT_DELEGATIONS)
    return get_object_or_404(Delegation, public_id=delegation_public_id)


def _group_context(group: Delegation) -> dict[str, Any]:
    """The members of a group, and its coordinators, the latest first; ended ones too.

    Of each delegation the page can change the latest row (`member_days`, `coordinator_days`).
    """
    membership_rows = GroupMembership.objects.filter(group=group).select_related("member")
    memberships = list(membership_rows.order_by("member__sort_key", *LATEST_FIRST))
    mandate_rows = Mandate.objects.filter(group=group).select_related("coordinator")
    mandates = list(mandate_rows.order_by(*LATEST_FIRST))
    # The first row of each delegation overwrites its others, as it comes last in this order.
    membership_id_by_member_id = {row.member_id: row.pk for row in reversed(memberships)}
    mandate_id_by_coordinator_id = {row.coordinator_id: row.pk for row in reversed(mandates)}
    return {
        "memberships": memberships,
        "mandates": mandates,
        "latest_membership_ids": set(membership_id_by_member_id.values()),
        "latest_mandate_ids": set(mandate_id_by_coordinator_id.values()),
    }


def _save(access: Access, edited_delegation: Delegation, act_name: str, form: Any) -> object:
    """Save the names of a delegation, or a new member or coordinator of a group."""
    if act_name == "names":
        changed_fields = {name: form.cleaned_data[name] for name in form.changed_data}
        return acts.edit_delegation(actor=access, delegation=edited_delegation, **changed_fields)
    member_or_coordinator = form.cleaned_data.pop("delegation")
    days = form.cleaned_data
    if act_name == "member":
        return acts.add_membership(
            actor=access, group=edited_delegation, member=member_or_coordinator, **days
        )
    return acts.set_mandate(
        actor=access, group=edited_delegation, coordinator=member_or_coordinator, **days
    )


def _run_act[Row](form: Any, act: Callable[[], Row]) -> Row | None:
    """Run the act and return its result; None where it refuses, with the reason on the form."""
    try:
        return act()
    except ValidationError as error:
        add_errors(form, error)
        return None
