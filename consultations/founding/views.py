"""Found a consultation, and show what is left to do to set it up."""

from dataclasses import dataclass
from typing import cast

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _, ngettext
from django.views.decorators.http import require_safe

from consultations.founding.acts import create_consultation, ensure_delegations
from consultations.founding.forms import FoundingForm
from consultations.models import Facilitation, FacilitationRole, FunctionInvitation, Round, Seat
from consultations.rules.access import Access, Act, Refused
from consultations.rules.moment import received_at
from consultations.web.forms import add_errors
from consultations.web.view_decorators import (
    CAPACITY_SESSION_KEY,
    current_actor,
    require_sign_in,
    with_access,
)
from delegations.models import DelegationKind, Invitation, Mandate, Post, PostRole, User


@require_sign_in
def new_consultation(request: HttpRequest) -> HttpResponse:
    """Create a consultation; its creator becomes its secretariat, and acts as that from then on."""
    user = cast(User, request.user)
    current_actor(request)  # sets the capacity in the frame of the page
    # `is_staff` marks an account of the secretariat, also one that serves no consultation yet.
    if not user.is_staff:
        raise Refused(_("Only the secretariat can create a consultation."))
    form = FoundingForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            ensure_delegations()  # a new installation has none yet
            consultation = create_consultation(
                user=user, moment=received_at(request), **form.cleaned_data
            )
        except ValidationError as error:
            add_errors(form, error)
        else:
            facilitation = Facilitation.objects.get(consultation=consultation, user=user)
            # As `Capacity.key` has it.
            request.session[CAPACITY_SESSION_KEY] = f"facilitation:{facilitation.public_id}"
            messages.success(
                request, _("The consultation is created. You now act as its secretariat.")
            )
            return redirect("setting_up", consultation.slug)
    status = 422 if form.errors else 200
    return render(request, "consultations/founding/found.html", {"form": form}, status=status)


# --- What is left to do ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SetupStep:
    """One step of setting up: a sentence on how far it is, and a link to its page."""

    title: str
    sentence: str
    url: str
    link_label: str
    is_done: bool
    further_links: tuple[tuple[str, str], ...] = ()  # url, label


@require_safe
@with_access
def setting_up(request: HttpRequest, access: Access) -> HttpResponse:
    """What is set up and what is left to do, from the first seat to the first meeting."""
    access.require(Act.SET_UP_CONSULTATION, on=access.consultation)
    steps = [
        _seats_step(access),
        _functions_step(access),
        _invitations_step(access),
        _mandates_step(access),
        _timetable_step(access),
    ]
    next_step = next((step for step in steps if not step.is_done), None)
    context = {"access": access, "steps": steps, "next_step": next_step}
    return render(request, "consultations/founding/setting_up.html", context)


def _page_url(name: str, access: Access) -> str:
    """The address of a page of this consultation, by the name in its list of addresses."""
    return reverse(name, args=[access.consultation.slug])


def _seats_step(access: Access) -> SetupStep:
    """Seating delegations: done once one has a seat."""
    delegation_kinds = list(
        Seat.objects.filter(consultation=access.consultation, ended_at=None).values_list(
            "delegation__kind", flat=True
        )
    )
    sentence = ngettext(
        "%(n)s delegation has a seat", "%(n)s delegations have a seat", len(delegation_kinds)
    )
    return SetupStep(
        title=_("Seats"),
        sentence=sentence % {"n": len(delegation_kinds)}
        if delegation_kinds
        else _("No delegation has a seat yet"),
        url=_page_url("seats", access),
        link_label=_("Seat delegations"),
        is_done=bool(delegation_kinds),
        further_links=((_page_url("delegations", access), _("All delegations and groups")),),
    )


def _functions_step(access: Access) -> SetupStep:
    """Inviting who leads and serves: done once there is a co-facilitator."""
    current_facilitations = Facilitation.objects.filter(
        consultation=access.consultation, ended_at=None
    )
    co_facilitator_count = current_facilitations.filter(
        role=FacilitationRole.CO_FACILITATOR
    ).count()
    unanswered_count = (
        FunctionInvitation.objects.unanswered().filter(consultation=access.consultation).count()
    )
    sentences = [
        ngettext("%(n)s co-facilitator.", "%(n)s co-facilitators.", co_facilitator_count)
        % {"n": co_facilitator_count}
        if co_facilitator_count
        else _("No co-facilitator yet."),
        unanswered_sentence(unanswered_count) if unanswered_count else "",
    ]
    return SetupStep(
        title=_("Co-facilitators, staff and secretariat"),
        sentence=" ".join(filter(None, sentences)),
        url=_page_url("functions", access),
        link_label=_("Invite co-facilitators and staff"),
        is_done=co_facilitator_count > 0,
    )


def _invitations_step(access: Access) -> SetupStep:
    """Inviting people of delegations: done once each has a focal point, who may submit.

    Groups have none: their coordinators submit.
    """
    seats_without_groups = Seat.objects.filter(
        consultation=access.consultation, ended_at=None
    ).exclude(delegation__kind=DelegationKind.GROUP)
    delegation_ids = seats_without_groups.values("delegation")
    focal_point_posts = Post.objects.held().filter(
        delegation__in=delegation_ids, role=PostRole.FOCAL_POINT
    )
    with_focal_point_count = focal_point_posts.values("delegation").distinct().count()
    unanswered_count = Invitation.objects.unanswered().filter(delegation__in=delegation_ids).count()
    without_focal_point_count = seats_without_groups.count() - with_focal_point_count
    sentences = [
        ngettext(
            "%(n)d delegation has no focal point.",
            "%(n)d delegations have no focal point.",
            without_focal_point_count,
        )
        % {"n": without_focal_point_count}
        if without_focal_point_count
        # Not said where no delegation has a seat.
        else _("Every delegation has a focal point.")
        if with_focal_point_count
        else "",
        unanswered_sentence(unanswered_count) if unanswered_count else "",
    ]
    return SetupStep(
        title=_("Delegations’ people"),
        sentence=" ".join(filter(None, sentences)) or _("Nobody is invited yet."),
        url=_page_url("invitation_list", access),
        link_label=_("Invite from a list"),
        is_done=with_focal_point_count > 0 and not without_focal_point_count,
        further_links=(
            (_page_url("unanswered", access), _("Unanswered invitations")),
            (_page_url("people", access), _("All people")),
        ),
    )


def unanswered_sentence(count: int) -> str:
    """How many invitations are unanswered, as a sentence."""
    sentence = ngettext(
        "%(n)s invitation is unanswered.", "%(n)s invitations are unanswered.", count
    )
    return sentence % {"n": count}


def _mandates_step(access: Access) -> SetupStep:
    """Naming coordinators, who file for groups: done once each group with a seat has one."""
    group_seats = Seat.objects.filter(
        consultation=access.consultation, ended_at=None, delegation__kind=DelegationKind.GROUP
    )
    current_mandates = Mandate.objects.in_force(access.moment).filter(
        group__in=group_seats.values("delegation")
    )
    without_coordinator_count = group_seats.exclude(
        delegation__in=current_mandates.values("group")
    ).count()
    group_count = group_seats.count()
    sentence = _("No group has a seat.")
    if group_count:
        sentence = (
            ngettext(
                "%(n)d group has no coordinator: nobody can submit for it.",
                "%(n)d groups have no coordinator: nobody can submit for them.",
                without_coordinator_count,
            )
            % {"n": without_coordinator_count}
            if without_coordinator_count
            else _("Every group has a coordinator.")
        )
    return SetupStep(
        title=_("Groups and their coordinators"),
        sentence=sentence,
        url=f"{_page_url('delegations', access)}?kind=group",
        link_label=_("Set members and coordinators"),
        is_done=group_count > 0 and not without_coordinator_count,
    )


def _timetable_step(access: Access) -> SetupStep:
    """Calling meetings: done once one is to come. Rounds are set by the co-facilitators."""
    round_count = Round.objects.filter(consultation=access.consultation).count()
    meeting_count = access.consultation.meetings.to_come(access.moment).count()
    sentences = [
        ngettext("%(n)d meeting is called.", "%(n)d meetings are called.", meeting_count)
        % {"n": meeting_count}
        if meeting_count
        else _("No meeting is called."),
        ngettext("%(n)d round is set.", "%(n)d rounds are set.", round_count) % {"n": round_count}
        if round_count
        else _("The co-facilitators set the rounds."),
    ]
    return SetupStep(
        title=_("Meetings and rounds"),
        sentence=" ".join(sentences),
        url=_page_url("meetings", access),
        link_label=_("Call a meeting"),
        is_done=meeting_count > 0,
        further_links=((_page_url("rounds", access), _("All rounds")),),
    )
