"""Found a consultation, and show what is left to do to set it up."""

from dataclasses import dataclass
from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from consultations.acts.beginning import ensure_delegations
from consultations.acts.consultations import found_consultation
from consultations.forms.errors import add_errors
from consultations.forms.setting_up_forms import FoundingForm
from consultations.models import (
    Facilitation,
    FacilitationRole,
    FunctionInvitation,
    Meeting,
    Round,
    Seat,
)
from consultations.pages.view_decorators import SESSION_KEY, present_actor, with_access
from consultations.rules.access import Access, Act, Refused
from consultations.rules.moment import received_at
from delegations.models import DelegationKind, Invitation, Mandate, Post, User


@login_required
@never_cache
def found(request: HttpRequest) -> HttpResponse:
    """Found a consultation; who founds it is its secretariat, and acts as that from here on."""
    user = cast(User, request.user)
    present_actor(request)
    if not user.is_staff:
        raise Refused(_("Only the secretariat can create a consultation."))
    form = FoundingForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            ensure_delegations()
            founded = found_consultation(
                user=user, moment=received_at(request), **form.cleaned_data
            )
        except ValidationError as error:
            add_errors(form, error)
        else:
            facilitation = Facilitation.objects.get(consultation=founded, user=user)
            request.session[SESSION_KEY] = f"facilitation:{facilitation.public_id}"
            messages.success(
                request, _("The consultation is created. You now act as its secretariat.")
            )
            return redirect("setting_up", founded.slug)
    status = 422 if form.errors else 200
    return render(request, "consultations/found.html", {"form": form}, status=status)


# --- What is left to do ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Step:
    """One step of setting up: a sentence on how far it is, and a link to its page."""

    title: str
    sentence: str
    url: str
    label: str
    is_done: bool
    more: tuple[tuple[str, str], ...] = ()


@require_safe
@never_cache
@with_access
def setting_up(request: HttpRequest, access: Access) -> HttpResponse:
    """What is set up and what is left to do, from the first seat to the first meeting."""
    access.require(Act.SET_SEATS, on=access.consultation)
    steps = [
        _seats_step(access),
        _functions_step(access),
        _invitations_step(access),
        _mandates_step(access),
        _timetable_step(access),
    ]
    next_step = next((step for step in steps if not step.is_done), None)
    context = {"access": access, "steps": steps, "next": next_step}
    return render(request, "consultations/setting_up.html", context)


def _url(name: str, access: Access) -> str:
    return reverse(name, args=[access.consultation.slug])


def _seats_step(access: Access) -> Step:
    kinds = list(
        Seat.objects.filter(consultation=access.consultation, ended_at=None).values_list(
            "delegation__kind", flat=True
        )
    )
    sentence = ngettext("%(n)s delegation has a seat", "%(n)s delegations have a seat", len(kinds))
    return Step(
        title=_("Seats"),
        sentence=sentence % {"n": len(kinds)} if kinds else _("No delegation has a seat yet"),
        url=_url("seats", access),
        label=_("Seat delegations"),
        is_done=bool(kinds),
        more=((_url("delegations", access), _("All delegations and groups")),),
    )


def _functions_step(access: Access) -> Step:
    functions = Facilitation.objects.filter(consultation=access.consultation, ended_at=None)
    leads = functions.filter(role=FacilitationRole.CO_FACILITATOR).count()
    waiting = FunctionInvitation.objects.open().filter(consultation=access.consultation).count()
    sentences = [
        ngettext("%(n)s co-facilitator.", "%(n)s co-facilitators.", leads) % {"n": leads}
        if leads
        else _("No co-facilitator yet."),
        unanswered_sentence(waiting) if waiting else "",
    ]
    return Step(
        title=_("Co-facilitators, staff and secretariat"),
        sentence=" ".join(filter(None, sentences)),
        url=_url("functions", access),
        label=_("Invite co-facilitators and staff"),
        is_done=leads > 0,
    )


def _invitations_step(access: Access) -> Step:
    seated = Seat.objects.filter(consultation=access.consultation, ended_at=None).exclude(
        delegation__kind=DelegationKind.GROUP
    )
    keys = seated.values("delegation")
    posts = Post.objects.held().filter(delegation__in=keys, role="focal_point")
    reached = posts.values("delegation").distinct().count()
    waiting = Invitation.objects.open().filter(delegation__in=keys).count()
    lacking = seated.count() - reached
    sentences = [
        ngettext(
            "%(n)d delegation has no focal point.",
            "%(n)d delegations have no focal point.",
            lacking,
        )
        % {"n": lacking}
        if lacking
        else _("Every delegation has a focal point.")
        if reached
        else "",
        unanswered_sentence(waiting) if waiting else "",
    ]
    return Step(
        title=_("Delegations’ people"),
        sentence=" ".join(filter(None, sentences)) or _("Nobody is invited yet."),
        url=_url("invitation_list", access),
        label=_("Invite from a list"),
        is_done=reached > 0 and not lacking,
        more=(
            (_url("unanswered", access), _("Unanswered invitations")),
            (_url("people", access), _("All people")),
        ),
    )


def unanswered_sentence(count: int) -> str:
    """How many invitations are unanswered, as a sentence."""
    sentence = ngettext(
        "%(n)s invitation is unanswered.", "%(n)s invitations are unanswered.", count
    )
    return sentence % {"n": count}


def _mandates_step(access: Access) -> Step:
    groups = Seat.objects.filter(
        consultation=access.consultation, ended_at=None, delegation__kind=DelegationKind.GROUP
    )
    led = Mandate.objects.holding(access.moment).filter(group__in=groups.values("delegation"))
    without = groups.exclude(delegation__in=led.values("group")).count()
    total = groups.count()
    sentence = _("No group has a seat.")
    if total:
        sentence = (
            ngettext(
                "%(n)d group has no coordinator: nobody can submit for it.",
                "%(n)d groups have no coordinator: nobody can submit for them.",
                without,
            )
            % {"n": without}
            if without
            else _("Every group has a coordinator.")
        )
    return Step(
        title=_("Groups and their coordinators"),
        sentence=sentence,
        url=f"{_url('delegations', access)}?kind=group",
        label=_("Set members and coordinators"),
        is_done=total > 0 and not without,
    )


def _timetable_step(access: Access) -> Step:
    rounds = Round.objects.filter(consultation=access.consultation).count()
    meetings = Meeting.objects.filter(
        consultation=access.consultation, cancelled_at=None, starts_at__gt=access.moment
    ).count()
    sentences = [
        ngettext("%(n)d meeting is called.", "%(n)d meetings are called.", meetings)
        % {"n": meetings}
        if meetings
        else _("No meeting is called."),
        ngettext("%(n)d round is set.", "%(n)d rounds are set.", rounds) % {"n": rounds}
        if rounds
        else _("The co-facilitators set the rounds."),
    ]
    return Step(
        title=_("Meetings and rounds"),
        sentence=" ".join(sentences),
        url=_url("meetings", access),
        label=_("Call a meeting"),
        is_done=meetings > 0,
        more=((_url("rounds", access), _("All rounds")),),
    )
