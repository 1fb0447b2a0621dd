"""Invitations: sent again and revoked by whoever may invite, opened and accepted by anybody."""

from datetime import datetime
from uuid import UUID

from allauth.account.utils import perform_login
from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from consultations.acts.functions import accept_function
from consultations.acts.inviting import resend_invitation
from consultations.acts.posts import accept_invitation
from consultations.forms.frame_forms import add_errors
from consultations.forms.people_forms import NewcomerForm
from consultations.mail.invitation_mail import (
    invitation_of,
    what_is_offered,
    what_it_lets_do,
    where_it_leads,
)
from consultations.models import Facilitation, FunctionInvitation
from consultations.pages.confirmation import confirm
from consultations.pages.home_pages import way_in
from consultations.pages.people_pages import say_on_its_way
from consultations.pages.view_decorators import SESSION_KEY, with_access
from consultations.rules.access import Access, Act
from consultations.rules.access_factory import key_of_post
from consultations.rules.moment import taken_at
from delegations.invitations import Newcomer, account_of, revoke_invitation
from delegations.models import BaseInvitation, Invitation, Post, User

OPENED = "invitation"  # the link that this browser opened: it stands in no later address

# --- The desk of whoever invites ------------------------------------------------------------------


@require_POST
@with_access
def resend(request: HttpRequest, access: Access, invitation: UUID) -> HttpResponse:
    """Send an invitation again: a new link, and the old one stops."""
    row = _standing(access, invitation)
    try:
        say_on_its_way(request, resend_invitation(access=access, invitation=row))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect("people", access.consultation.slug)


@with_access
def revoke(request: HttpRequest, access: Access, invitation: UUID) -> HttpResponse:
    """Take an invitation back."""
    row = _standing(access, invitation)
    return confirm(
        request,
        access,
        title=_("Revoke the invitation to %(email)s") % {"email": row.email},
        lines=[_("The link in the e-mail stops working immediately.")],
        label=_("Revoke the invitation"),
        back=reverse("people", args=[access.consultation.slug]),
        done=_("The invitation is revoked."),
        is_grave=True,
        act=lambda: revoke_invitation(access=access, invitation=row),
    )


def _standing(access: Access, invitation: UUID) -> Invitation:
    rows = Invitation.objects.open().select_related("delegation")
    row = get_object_or_404(rows, public_id=invitation)
    access.require(Act.MANAGE_POSTS, on=row.delegation)
    return row


# --- Whoever opens the link -----------------------------------------------------------------------


@never_cache
@require_safe
def open_invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Keep the link in the session, so that no later address, log or Referer carries it."""
    if invitation_of(token) is not None:
        request.session[OPENED] = token
    else:
        request.session.pop(OPENED, None)
    return redirect("invitation")


@never_cache
def invitation(request: HttpRequest) -> HttpResponse:
    """Accept a post that was offered: the link proves the mailbox."""
    offered = invitation_of(request.session.get(OPENED, ""))
    if offered is not None and _was_accepted_here(request, offered):
        return redirect("home")
    if offered is None or not offered.is_open_at(taken_at(request)):
        return _closed(request)
    account = account_of(offered.email)
    if account is not None and not account.is_active:
        return _closed(request)
    sent = request.POST if request.method == "POST" else None
    form = _newcomer_form(sent, offered) if account is None else forms.Form(sent)
    if form.is_valid():
        newcomer = form.newcomer if isinstance(form, NewcomerForm) else None
        try:
            held = _accept(offered, taken_at(request), newcomer)
        except ValidationError as error:
            add_errors(form, error)
        else:
            return _sign_in(request, held)
    context = {
        "invitation": offered,
        "what": what_is_offered(offered),
        "leads_to": where_it_leads(offered),
        "form": form,
        "account": account,
        "sentence": what_it_lets_do(offered.role),
    }
    status = 422 if form.errors else 200
    return render(request, "consultations/invitation.html", context, status=status)


def _newcomer_form(sent: QueryDict | None, offered: BaseInvitation) -> NewcomerForm:
    """What whoever invited knows stands in the fields already."""
    known = {"name": offered.name, "language": offered.language}
    return NewcomerForm(sent, initial={field: value for field, value in known.items() if value})


def _accept(
    offered: Invitation | FunctionInvitation, moment: datetime, newcomer: Newcomer | None
) -> Post | Facilitation:
    if isinstance(offered, FunctionInvitation):
        return accept_function(invitation=offered, moment=moment, newcomer=newcomer)
    return accept_invitation(invitation=offered, moment=moment, newcomer=newcomer).post


def _closed(request: HttpRequest) -> HttpResponse:
    """Expired, used, revoked, forged, or for an account that is closed: the same page for all."""
    return render(request, "consultations/invitation_closed.html", status=410)


def _was_accepted_here(request: HttpRequest, offered: BaseInvitation) -> bool:
    """Whether a second press of the button comes from the person who just accepted."""
    if not offered.accepted_at or not isinstance(request.user, User):
        return False
    return request.user.email.lower() == offered.email.lower()


def _sign_in(request: HttpRequest, held: Post | Facilitation) -> HttpResponse:
    """As a mailed code would: allauth still asks for the second step of who has one."""
    here = way_in(held.user, taken_at(request))
    response: HttpResponse = redirect(here)
    if request.user != held.user:
        response = perform_login(request, held.user, redirect_url=here)
    if request.user == held.user:
        request.session[SESSION_KEY] = _key_of(held)
        messages.success(request, _now(held))
    return response


def _key_of(held: Post | Facilitation) -> str:
    return key_of_post(held) if isinstance(held, Post) else f"facilitation:{held.public_id}"


def _now(held: Post | Facilitation) -> str:
    words = {"role": held.get_role_display()}
    if isinstance(held, Post):
        return _("You are now %(role)s of %(delegation)s.") % {
            **words,
            "delegation": held.delegation.name,
        }
    return _("You are now %(role)s: %(consultation)s.") % {
        **words,
        "consultation": held.consultation.title,
    }
