"""Decorators that give views their `Access` or `Actor`: sign-in, capacity, second factor.

And the pages that say which of these is missing.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, cast
from urllib.parse import urlsplit, urlunsplit

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode

from consultations.rules.access import Access, Actor, Capacity
from consultations.rules.access_factory import (
    capacities_of,
    current_capacity_key,
    make_access,
    make_actor,
)
from consultations.rules.moment import received_at
from consultations.rules.replica_reads import read_from_replica
from consultations.rules.second_factor import lacks_second_factor, second_factor_sentence
from consultations.web.activity import note_activity
from consultations.web.frame_facts import frame_facts
from consultations.web.send_again import make_resend_form, typed_fields
from delegations.models import User

CAPACITY_SESSION_KEY = "capacity"
# The field of the button that continues in the capacity under which a form was shown.
CONTINUE_AS = "continue_as"


def with_access[**P](
    view: Callable[Concatenate[HttpRequest, Access, P], HttpResponseBase],
) -> Callable[..., HttpResponseBase]:
    """A view inside a consultation: it gets the `Access` in place of the slug.

    A form that was shown under another capacity is never saved: what was typed is shown again.
    """

    @wraps(view)
    @require_sign_in
    def view_with_access(
        request: HttpRequest, slug: str, *args: P.args, **kwargs: P.kwargs
    ) -> HttpResponseBase:
        _switch_to_capacity_of_form(request)
        capacity_key = session_capacity_key(request)
        if not capacity_key:
            return redirect_to_capacity_choice(request)
        try:
            access = make_access(
                _signed_in_user(request), slug, capacity_key, moment=received_at(request)
            )
        except Http404:
            return _offer_other_capacity(request, slug, capacity_key)
        facts = frame_facts(request)
        facts.set_actor(access)  # for the frame of the pages that refuse
        if request.method == "POST" and request.POST.get("capacity") != capacity_key:
            return capacity_changed_page(request)
        if lacks_second_factor(access, request):
            return second_factor_page(request, access)
        note_activity(request, access)
        access = read_from_replica(request, access)
        facts.set_actor(access)  # again: its moment may be that of a replica
        return view(request, access, *args, **kwargs)

    return view_with_access


def with_actor[**P](
    view: Callable[Concatenate[HttpRequest, Actor, P], HttpResponseBase],
) -> Callable[..., HttpResponseBase]:
    """A view outside any consultation: it gets the `Actor`, the user in the chosen capacity."""

    @wraps(view)
    @require_sign_in
    def view_with_actor(
        request: HttpRequest, *args: P.args, **kwargs: P.kwargs
    ) -> HttpResponseBase:
        _switch_to_capacity_of_form(request)
        capacity_key = session_capacity_key(request)
        if not capacity_key:
            return redirect_to_capacity_choice(request)
        try:
            actor = make_actor(_signed_in_user(request), capacity_key, moment=received_at(request))
        except Http404:  # the post or function has ended since it was chosen
            request.session.pop(CAPACITY_SESSION_KEY, None)
            return redirect_to_capacity_choice(request)
        facts = frame_facts(request)
        facts.set_actor(actor)  # for the frame of the pages that refuse
        if request.method == "POST" and request.POST.get("capacity") != capacity_key:
            return capacity_changed_page(request)
        if lacks_second_factor(actor, request):
            return second_factor_page(request, actor)
        note_activity(request, actor)
        actor = read_from_replica(request, actor)
        facts.set_actor(actor)  # again: its moment may be that of a replica
        return view(request, actor, *args, **kwargs)

    return view_with_actor


def require_sign_in(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Require sign-in; what was typed into a form after the session ended is shown again."""
    signed_in_view = login_required(view)

    @wraps(view)
    def view_after_sign_in(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        is_posted_signed_out = request.method == "POST" and not request.user.is_authenticated
        # htmx would put the answer into a part of the page, where a whole page does not fit.
        if is_posted_signed_out and not request.headers.get("HX-Request"):
            return signed_out_page(request)
        return signed_in_view(request, *args, **kwargs)

    return view_after_sign_in


def signed_out_page(request: HttpRequest) -> HttpResponse:
    """The session ended while somebody typed: 403, with what they typed, to be sent again."""
    # The page of the form, without its host: the link leads to our own site whatever was sent.
    form_url = urlsplit(request.headers.get("Referer", "") or request.get_full_path())
    return_url = urlunsplit(("", "", form_url.path, form_url.query, ""))
    context = {"resend_form": make_resend_form(request), "return_url": return_url}
    return render(request, "consultations/web/signed_out.html", context, status=403)


def session_capacity_key(request: HttpRequest) -> str:
    """The key of the capacity in which this session acts; empty where a choice is due.

    Who holds a single capacity is never asked; who holds several chooses, and switches, by an
    explicit act.
    """
    chosen_key = current_capacity_key(request.session.get(CAPACITY_SESSION_KEY, ""))
    if chosen_key:
        return chosen_key
    capacities = capacities_of(_signed_in_user(request))
    if len(capacities) != 1:
        return ""
    request.session[CAPACITY_SESSION_KEY] = capacities[0].key
    return capacities[0].key


def current_actor(request: HttpRequest) -> Actor | None:
    """Who acts on a page that needs no capacity; None where none is chosen.

    Sets it for the frame, and forgets a capacity that has ended.
    """
    try:
        capacity_key = session_capacity_key(request)
        actor = (
            make_actor(_signed_in_user(request), capacity_key, moment=received_at(request))
            if capacity_key
            else None
        )
    except Http404:
        del request.session[CAPACITY_SESSION_KEY]
        actor = None
    frame_facts(request).set_actor(actor)
    return actor


def _switch_to_capacity_of_form(request: HttpRequest) -> None:
    """Switch to the capacity of the form, where its button asks for that (domain, rule 5)."""
    chosen_key = request.POST.get(CONTINUE_AS, "")
    shown_key = request.POST.get("capacity")
    if chosen_key and chosen_key == shown_key and (capacity := _held_capacity(request, chosen_key)):
        request.session[CAPACITY_SESSION_KEY] = capacity.key


def capacity_changed_page(request: HttpRequest) -> HttpResponse:
    """The form was shown under another capacity (two tabs): 409, with what was typed.

    While that capacity is still held, one button continues in it and saves what is shown here.
    """
    shown_capacity = _held_capacity(request, request.POST.get("capacity", ""))
    context = {
        "shown_capacity": shown_capacity,
        "resend_form": make_resend_form(request) if shown_capacity else None,
        "typed": typed_fields(request),
        "back_url": request.headers.get("Referer", ""),
    }
    return render(request, "consultations/web/capacity_changed.html", context, status=409)


def _held_capacity(request: HttpRequest, key: str) -> Capacity | None:
    """The capacity with this key, if the user holds it now."""
    capacities = capacities_of(_signed_in_user(request)) if key else []
    return next(
        (capacity for capacity in capacities if capacity.key == current_capacity_key(key)), None
    )


def second_factor_page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """403, with the way to set up a second factor, and what was typed."""
    context = {
        "sentence": second_factor_sentence(actor),
        "typed": typed_fields(request),
    }
    return render(request, "consultations/web/second_factor.html", context, status=403)


def redirect_to_capacity_choice(request: HttpRequest) -> HttpResponse:
    """Redirect to the choice of a capacity, which leads back here."""
    return redirect(f"{reverse('capacity')}?{urlencode({'next': request.get_full_path()})}")


def _offer_other_capacity(request: HttpRequest, slug: str, capacity_key: str) -> HttpResponse:
    """Offer another capacity of the user that gives access here; 404 where none does."""
    usable_capacities = [
        other_capacity
        for other_capacity in capacities_of(_signed_in_user(request))
        if _gives_access(request, slug, other_capacity)
    ]
    # The chosen capacity has ended.
    if capacity_key not in {
        other_capacity.key for other_capacity in capacities_of(_signed_in_user(request))
    }:
        request.session.pop(CAPACITY_SESSION_KEY, None)
    if not usable_capacities:
        raise Http404
    if request.method == "POST":  # the post ended or changed while somebody typed
        return capacity_changed_page(request)
    return redirect_to_capacity_choice(request)


def _gives_access(request: HttpRequest, slug: str, capacity: Capacity) -> bool:
    """Whether a capacity of the user has a place in the consultation."""
    try:
        make_access(_signed_in_user(request), slug, capacity.key)
    except Http404:
        return False
    return True


def _signed_in_user(request: HttpRequest) -> User:
    return cast(User, request.user)
