"""A person's own pages: their consultations, the capacity they act in, their API keys."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter
from typing import cast
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from consultations.keys.acts import end_token, make_token
from consultations.keys.forms import KeyForm
from consultations.models import (
    ApiToken,
    CalendarFeed,
    Consultation,
    Facilitation,
    Meeting,
    Round,
    Seat,
)
from consultations.rules.access import Actor, Capacity
from consultations.rules.access_factory import (
    capacities_of,
    capacity_of_facilitation,
    capacity_of_post,
)
from consultations.rules.moment import received_at
from consultations.rules.phases import GRACE
from consultations.time.wall_clock import moment_in_words_for_reader
from consultations.web.forms import add_errors
from consultations.web.view_decorators import CAPACITY_SESSION_KEY, current_actor, with_actor
from delegations.models import Post, User


@dataclass(frozen=True, slots=True)
class ConsultationEntry:
    """One consultation on the home page, with what comes next in it.

    `next_round` is the open round whose deadline comes first, `next_meeting` the next one to start;
    both are None where the record is closed.
    """

    consultation: Consultation
    capacities: tuple[Capacity, ...]
    next_round: Round | None
    next_meeting: Meeting | None
    own_zone: ZoneInfo

    @property
    def urgency(self) -> tuple[bool, float, float]:
        """Sorts entries: by what comes next, then the newest; a closed record stands last."""
        moments = [self.next_round.deadline] if self.next_round else []
        moments += [self.next_meeting.starts_at] if self.next_meeting else []
        return (
            self.consultation.closed_at is not None,
            min(moments).timestamp() if moments else math.inf,
            -self.consultation.created_at.timestamp(),
        )

    @property
    def deadline_in_words(self) -> str:
        """The deadline of the next round, in the consultation's time and the reader's own.

        Empty where there is none.
        """
        return self._local_time(self.next_round.deadline) if self.next_round else ""

    @property
    def meeting_time_in_words(self) -> str:
        return self._local_time(self.next_meeting.starts_at) if self.next_meeting else ""

    def _local_time(self, moment: datetime) -> str:
        return moment_in_words_for_reader(moment, self.consultation.zone, self.own_zone)


def home(request: HttpRequest) -> HttpResponse:
    """My consultations, and the capacities in which I may act there."""
    if not request.user.is_authenticated:
        return redirect("account_login")  # without `next`: sign-in leads to a better first page
    actor = current_actor(request)
    entries = _entries_of(request.user, received_at(request))
    context = {"entries": entries, "actor": actor}
    return render(request, "consultations/home/home.html", context)


@login_required
def capacity(request: HttpRequest) -> HttpResponse:
    """Choose, or change, the one capacity in which this session acts."""
    capacities = capacities_of(cast(User, request.user))
    next_url = _safe_next_url(request)
    if request.method == "POST":
        chosen_capacity = next(
            (capacity for capacity in capacities if capacity.key == request.POST.get("key")), None
        )
        if chosen_capacity is not None:
            request.session[CAPACITY_SESSION_KEY] = chosen_capacity.key
            return redirect(next_url or _front_page_url(chosen_capacity))
        messages.error(request, _("You no longer have that function. Choose another."))
    current_actor(request)  # sets the capacity in the frame of the page
    context = {"capacities": capacities, "next": next_url}
    return render(request, "consultations/home/capacity.html", context)


@with_actor
def keys(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The person's own keys to the API, a new one shown once; and their calendar addresses."""
    form = KeyForm(request.POST if request.method == "POST" else None)
    new_key = ""
    if request.method == "POST" and form.is_valid():
        try:
            _token, new_key = make_token(
                actor=actor,
                name=form.cleaned_data["name"],
                lifetime=form.cleaned_data["lifetime"],
            )
        except ValidationError as error:
            add_errors(form, error)
        else:
            form = KeyForm()
    capacity_name_by_key = {
        capacity.key: f"{capacity.name}, {capacity.role_words}"
        for capacity in capacities_of(actor.user)
    }
    # Each key with the capacity in which it acts, and whether it has expired.
    tokens = [
        (token, capacity_name_by_key.get(token.capacity, ""), token.expires_at <= actor.moment)
        for token in ApiToken.objects.filter(user=actor.user, ended_at=None).order_by("-pk")
    ]
    context = {
        "actor": actor,
        "tokens": tokens,
        "feeds": _feeds_of(actor.user, capacity_name_by_key),
        "form": form,
        "new_key": new_key,
    }
    return render(
        request, "consultations/home/keys.html", context, status=422 if form.errors else 200
    )


@require_POST
@with_actor
def end_key(request: HttpRequest, actor: Actor, key_public_id: UUID) -> HttpResponse:
    """End one of my keys."""
    token = get_object_or_404(ApiToken, public_id=key_public_id, user=actor.user)
    try:
        end_token(actor=actor, token=token)
        messages.success(request, _("The key “%(name)s” is ended.") % {"name": token})
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect("keys")


def only_consultation_url(user: User, moment: datetime) -> str:
    """The address of the front page of the user's only consultation, else of the home page."""
    user_capacity = only_capacity(user, moment)
    return (
        reverse("consultation", args=[user_capacity.consultation_slug])
        if user_capacity
        else reverse("home")
    )


@dataclass(frozen=True, slots=True)
class OnlyCapacity:
    """Somebody's only consultation, and their only capacity."""

    consultation_slug: str
    capacity_key: str


def only_capacity(user: User, moment: datetime) -> OnlyCapacity | None:
    """The only consultation and capacity of a user; None where there are several or none."""
    entries = _entries_of(user, moment)
    capacities = [capacity for entry in entries for capacity in entry.capacities]
    # `capacities_of` also has the posts in delegations without a seat, which no entry shows.
    if len(entries) == len(capacities) == len(capacities_of(user)) == 1:
        (entry,), (capacity,) = entries, capacities
        return OnlyCapacity(entry.consultation.slug, capacity.key)
    return None


def _feeds_of(
    user: User, capacity_name_by_key: Mapping[str, str]
) -> list[tuple[CalendarFeed, str]]:
    """The calendar addresses in force, each with its consultation and capacity in words."""
    feeds = CalendarFeed.objects.filter(user=user, ended_at=None).select_related("consultation")
    ended_words = _("the capacity has ended: no longer valid")
    return [
        (feed, f"{feed.consultation} · {capacity_name_by_key.get(feed.capacity, ended_words)}")
        for feed in feeds.order_by("-pk")
    ]


def _safe_next_url(request: HttpRequest) -> str:
    """The address to go on to, where it is on this site; else empty."""
    target = request.POST.get("next") or request.GET.get("next") or ""
    is_ours = url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return target if is_ours else ""


def _front_page_url(capacity: Capacity) -> str:
    """The address of the consultation of a chosen function; of the home page for a post."""
    if not capacity.consultation_slug:
        return reverse("home")
    return reverse("consultation", args=[capacity.consultation_slug])


def _first_by_consultation_id[Row: (Round, Meeting)](rows: QuerySet[Row]) -> dict[int, Row]:
    """Of each consultation the first of these rows, which are in order."""
    first_row_by_consultation_id: dict[int, Row] = {}
    for row in rows:
        first_row_by_consultation_id.setdefault(row.consultation_id, row)
    return first_row_by_consultation_id


def _entries_of(user: User, moment: datetime) -> list[ConsultationEntry]:
    """The consultations of a user, in a fixed number of queries."""
    # Read once: a post that is given meanwhile is shown the next time.
    posts = list(Post.objects.held().filter(user=user).select_related("delegation"))
    seats = Seat.objects.filter(
        delegation__in=[post.delegation_id for post in posts], ended_at=None
    ).select_related("consultation")
    capacities_by_consultation: dict[Consultation, list[Capacity]] = {}
    for seat in seats:
        capacities_by_consultation.setdefault(seat.consultation, []).extend(
            capacity_of_post(post) for post in posts if post.delegation_id == seat.delegation_id
        )
    facilitations = Facilitation.objects.filter(user=user, ended_at=None)
    for facilitation in facilitations.select_related("consultation"):
        capacities_by_consultation.setdefault(facilitation.consultation, []).append(
            capacity_of_facilitation(facilitation)
        )
    # Nothing comes next where the record is closed: no input is accepted, and nobody meets.
    open_consultations = [
        consultation
        for consultation in capacities_by_consultation
        if consultation.closed_at is None
    ]
    next_round_by_consultation_id = _first_by_consultation_id(
        Round.objects.filter(consultation__in=open_consultations, closed_at=None)
        .filter(opens_at__lte=moment, deadline__gte=moment - GRACE)
        .order_by("deadline")
    )
    next_meeting_by_consultation_id = _first_by_consultation_id(
        Meeting.objects.to_come(moment)
        .filter(consultation__in=open_consultations)
        .order_by("starts_at")
    )
    own_zone = ZoneInfo(user.time_zone)
    entries = [
        ConsultationEntry(
            consultation=consultation,
            capacities=tuple(capacities),
            next_round=next_round_by_consultation_id.get(consultation.pk),
            next_meeting=next_meeting_by_consultation_id.get(consultation.pk),
            own_zone=own_zone,
        )
        for consultation, capacities in capacities_by_consultation.items()
    ]
    return sorted(entries, key=attrgetter("urgency"))
