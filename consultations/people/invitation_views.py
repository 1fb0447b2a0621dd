"""The pages of invitations: one, a whole list, those without an answer; and how one is accepted.

An invitation is to a post in a delegation, or to a function in a consultation.
"""

from datetime import datetime
from operator import attrgetter
from uuid import UUID

from allauth.account.utils import perform_login
from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _, ngettext
from django.views.decorators.http import require_POST, require_safe

from consultations.home.views import only_consultation_url
from consultations.models import Facilitation, FunctionInvitation, Seat
from consultations.people import inviting
from consultations.people.forms import NewcomerForm
from consultations.people.functions import accept_function
from consultations.people.invitation_list import (
    InvitationList,
    InvitationRowState,
    read_invitation_list,
)
from consultations.people.inviting import invite_all, resend_invitation
from consultations.people.mail import (
    consultation_titles,
    invitation_of,
    offered_role_in_words,
    role_description,
)
from consultations.people.posts import accept_invitation
from consultations.people.queries import open_invitations, seats_without_people
from consultations.people.views import report_invitation
from consultations.rules.access import Access, Act
from consultations.rules.access_factory import capacity_key_of_post
from consultations.rules.moment import received_at
from consultations.seats.forms import PastedListForm
from consultations.seats.lists import UnreadableList
from consultations.web.confirmation import confirm
from consultations.web.forms import add_errors
from consultations.web.view_decorators import CAPACITY_SESSION_KEY, with_access
from delegations.invitations import NewAccountDetails, account_of, revoke_invitation
from delegations.models import BaseInvitation, Invitation, Post, User

OPENED_INVITATION_SESSION_KEY = "invitation"


# --- For who manages the posts -------------------------------------------------------------------


@require_POST
@with_access
def resend(request: HttpRequest, access: Access, invitation_public_id: UUID) -> HttpResponse:
    """Send an invitation again: a new link, and the old one stops."""
    invitation = _manageable_invitation(access, invitation_public_id)
    try:
        report_invitation(request, resend_invitation(actor=access, invitation=invitation))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect("people", access.consultation.slug)


@with_access
def revoke(request: HttpRequest, access: Access, invitation_public_id: UUID) -> HttpResponse:
    """Revoke an invitation."""
    invitation = _manageable_invitation(access, invitation_public_id)
    return confirm(
        request,
        access,
        title=_("Revoke the invitation to %(email)s") % {"email": invitation.email},
        sentences=[_("The link in the e-mail stops working immediately.")],
        button_label=_("Revoke the invitation"),
        back_url=reverse("people", args=[access.consultation.slug]),
        success_message=_("The invitation is revoked."),
        is_grave=True,
        act=lambda: revoke_invitation(actor=access, invitation=invitation),
    )


def _manageable_invitation(access: Access, invitation_public_id: UUID) -> Invitation:
    """The invitation to a post; `Refused` where this capacity manages no posts there."""
    open_invitations = Invitation.objects.unanswered().select_related("delegation")
    invitation = get_object_or_404(open_invitations, public_id=invitation_public_id)
    access.require(Act.MANAGE_POSTS, on=invitation.delegation)
    return invitation


# --- For the invited person ----------------------------------------------------------------------


@require_safe
def open_invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Keep the token in the session, so that no later address, log or Referer holds it."""
    if invitation_of(token) is not None:
        request.session[OPENED_INVITATION_SESSION_KEY] = token
    else:
        request.session.pop(OPENED_INVITATION_SESSION_KEY, None)
    return redirect("invitation")


def invitation(request: HttpRequest) -> HttpResponse:
    """Accept a post or function; the link proves that the mailbox is the person's own."""
    opened_invitation = invitation_of(request.session.get(OPENED_INVITATION_SESSION_KEY, ""))
    if opened_invitation is not None and _was_accepted_here(request, opened_invitation):
        return redirect("home")
    if opened_invitation is None or not opened_invitation.is_open_at(received_at(request)):
        return _closed_page(request)
    account = account_of(opened_invitation.email)
    if account is not None and not account.is_active:
        return _closed_page(request)
    posted = request.POST if request.method == "POST" else None
    # Who has an account fills in nothing: a form without fields.
    form = _newcomer_form(posted, opened_invitation) if account is None else forms.Form(posted)
    if form.is_valid():
        account_details = form.account_details if isinstance(form, NewcomerForm) else None
        try:
            post_or_facilitation = _accept(opened_invitation, received_at(request), account_details)
        except ValidationError as error:
            add_errors(form, error)
        else:
            return _sign_in(request, post_or_facilitation)
    context = {
        "invitation": opened_invitation,
        "what": offered_role_in_words(opened_invitation),
        "consultation_titles": consultation_titles(opened_invitation),
        "form": form,
        "account": account,
        "role_description": role_description(opened_invitation.role),
    }
    status = 422 if form.errors else 200
    return render(request, "consultations/people/invitation.html", context, status=status)


def _was_accepted_here(request: HttpRequest, opened_invitation: BaseInvitation) -> bool:
    """Whether the signed-in person has accepted it already, by an earlier press of the button."""
    if not opened_invitation.accepted_at or not isinstance(request.user, User):
        return False
    return request.user.email.lower() == opened_invitation.email.lower()


def _closed_page(request: HttpRequest) -> HttpResponse:
    """The one page for links that are expired, used, revoked, forged, or of a closed account."""
    return render(request, "consultations/people/invitation_closed.html", status=410)


def _newcomer_form(posted: QueryDict | None, opened_invitation: BaseInvitation) -> NewcomerForm:
    """A form filled with what the inviter knew."""
    known_values = {"name": opened_invitation.name, "language": opened_invitation.language}
    form = NewcomerForm(
        posted, initial={field_name: value for field_name, value in known_values.items() if value}
    )
    # Who leads and who serves is named on the page of people; who holds a post is not.
    if isinstance(opened_invitation, FunctionInvitation):
        form.fields["name"].help_text = _(
            "As everybody who takes part in the consultation sees it."
        )
    return form


def _accept(
    opened_invitation: Invitation | FunctionInvitation,
    moment: datetime,
    account_details: NewAccountDetails | None,
) -> Post | Facilitation:
    """Accept an invitation of either kind; returns the post or function that comes of it."""
    if isinstance(opened_invitation, FunctionInvitation):
        return accept_function(
            invitation=opened_invitation, moment=moment, account_details=account_details
        )
    return accept_invitation(
        invitation=opened_invitation, moment=moment, account_details=account_details
    ).new_post


def _sign_in(request: HttpRequest, post_or_facilitation: Post | Facilitation) -> HttpResponse:
    """Sign in as a mailed code would: allauth still asks for a second step where there is one."""
    next_url = only_consultation_url(post_or_facilitation.user, received_at(request))
    response: HttpResponse = redirect(next_url)
    if request.user != post_or_facilitation.user:
        response = perform_login(request, post_or_facilitation.user, redirect_url=next_url)
    # Where allauth asks for a second step, the person is not signed in yet.
    if request.user == post_or_facilitation.user:
        request.session[CAPACITY_SESSION_KEY] = _capacity_key(post_or_facilitation)
        messages.success(request, _welcome_message(post_or_facilitation))
    return response


def _capacity_key(post_or_facilitation: Post | Facilitation) -> str:
    """The key of the new capacity, in which the person acts from now on."""
    return (
        capacity_key_of_post(post_or_facilitation)
        if isinstance(post_or_facilitation, Post)
        else f"facilitation:{post_or_facilitation.public_id}"
    )


def _welcome_message(post_or_facilitation: Post | Facilitation) -> str:
    """The sentence that says which post or function the person now has."""
    role = post_or_facilitation.get_role_display()
    if isinstance(post_or_facilitation, Post):
        return _("You are now %(role)s of %(delegation)s.") % {
            "role": role,
            "delegation": post_or_facilitation.delegation.name,
        }
    return _("You are now %(role)s: %(consultation)s.") % {
        "role": role,
        "consultation": post_or_facilitation.consultation.title,
    }


# --- A whole list --------------------------------------------------------------------------------


@with_access
def invite_from_list(request: HttpRequest, access: Access) -> HttpResponse:
    """Invite a list of people: pasted or uploaded, previewed row by row, then sent."""
    access.require(Act.SET_UP_CONSULTATION, on=access.consultation)
    is_post = request.method == "POST"
    form = PastedListForm(request.POST if is_post else None, request.FILES if is_post else None)
    if not is_post or not form.is_valid():
        return _paste_invitations_page(request, access, form)
    try:
        preview = read_invitation_list(access, form.text)
    except UnreadableList as error:
        form.add_error(None, str(error))
        return _paste_invitations_page(request, access, form)
    # Where a file is chosen although the button to confirm was pressed, its rows are shown first.
    if "confirm" not in request.POST or form.cleaned_data["file"]:
        return _paste_invitations_page(
            request, access, PastedListForm(initial={"rows": form.text}), preview
        )
    try:
        invitations = invite_all(actor=access, planned_invitations=preview.planned_invitations)
    except ValidationError as error:
        add_errors(form, error)
        return _paste_invitations_page(request, access, form, preview)
    messages.success(request, _invited_sentence(len(invitations)))
    rows_with_errors = [row.source for row in preview.rows_in_state(InvitationRowState.WRONG)]
    if not rows_with_errors:
        return redirect("unanswered", access.consultation.slug)
    # The rows that could not be read are shown again, to be corrected.
    error_rows_text = preview.parsed.as_text(rows_with_errors)
    next_form = PastedListForm(initial={"rows": error_rows_text})
    return _paste_invitations_page(
        request, access, next_form, read_invitation_list(access, error_rows_text)
    )


def _paste_invitations_page(
    request: HttpRequest,
    access: Access,
    form: PastedListForm,
    preview: InvitationList | None = None,
) -> HttpResponse:
    """The page with the field for a list, and what saving would do with each row of `preview`."""
    context = {
        "access": access,
        "form": form,
        "preview": preview,
        # The columns that are shown. The function is in the sentence of each row.
        "fields": [
            ("delegation", _("Delegation")),
            ("email", _("E-mail address")),
            ("name", _("Name")),
            ("language", _("Language")),
        ],
        "new_rows": preview.rows_in_state(InvitationRowState.NEW) if preview else [],
        "known_rows": preview.rows_in_state(InvitationRowState.KNOWN) if preview else [],
        "wrong_rows": preview.rows_in_state(InvitationRowState.WRONG) if preview else [],
    }
    status = 422 if form.errors else 200
    return render(request, "consultations/people/invitation_list.html", context, status=status)


def _invited_sentence(count: int) -> str:
    """How many people were invited; none where the button was pressed twice."""
    if not count:
        return _("All of them were invited before.")
    sentence = ngettext(
        "%(n)d person is invited. The e-mail is being sent.",
        "%(n)d people are invited. The e-mails are being sent.",
        count,
    )
    return sentence % {"n": count}


# --- Those without an answer ---------------------------------------------------------------------


@require_safe
@with_access
def unanswered(request: HttpRequest, access: Access) -> HttpResponse:
    """The unanswered invitations by delegation, and the delegations that have no people."""
    access.require(Act.SET_UP_CONSULTATION, on=access.consultation)
    ordered_invitations = list(_open_invitations(access))
    context = {
        "access": access,
        "invitations_with_last_mail": [
            (invitation, max(invitation.mails.all(), key=attrgetter("written_at"), default=None))
            for invitation in ordered_invitations
        ],
        "remindable_invitations": [
            invitation
            for invitation in ordered_invitations
            if invitation.may_be_reminded_at(access.moment)
        ],
        "uninvited_seats": _uninvited_seats(access),
    }
    return render(request, "consultations/people/unanswered.html", context)


def _open_invitations(access: Access) -> QuerySet[Invitation]:
    """The unanswered invitations by delegation, each with its mails."""
    invitations = open_invitations(access.consultation)
    invitations_with_mails = invitations.select_related("delegation").prefetch_related("mails")
    return invitations_with_mails.order_by("delegation__sort_key", "delegation__code", "email")


def _uninvited_seats(access: Access) -> list[Seat]:
    """The seats of delegations in which nobody holds a post or is invited to one."""
    delegations_with_invitation = Invitation.objects.unanswered().values("delegation")
    return list(
        seats_without_people(access.consultation).exclude(
            delegation__in=delegations_with_invitation
        )
    )


@with_access
def remind_all(request: HttpRequest, access: Access) -> HttpResponse:
    """Remind everybody who has not answered and was not mailed in the last day."""
    access.require(Act.SET_UP_CONSULTATION, on=access.consultation)
    remindable_invitations = [
        invitation
        for invitation in _open_invitations(access)
        if invitation.may_be_reminded_at(access.moment)
    ]
    page_url = reverse("unanswered", args=[access.consultation.slug])
    if not remindable_invitations and request.method != "POST":
        messages.info(request, reminded_sentence(0))
        return redirect(page_url)
    count = len(remindable_invitations)
    return confirm(
        request,
        access,
        title=_("Send reminders"),
        sentences=[
            _("It has the same link, valid for two more weeks."),
            _("People e-mailed in the last day get none."),
        ],
        button_label=ngettext("Remind %(n)s person", "Remind %(n)s people", count) % {"n": count},
        back_url=page_url,
        success_message=lambda reminded: reminded_sentence(len(reminded)),
        act=lambda: inviting.remind_all(actor=access, open_invitations=remindable_invitations),
    )


@require_POST
@with_access
def remind(request: HttpRequest, access: Access, invitation_public_id: UUID) -> HttpResponse:
    """Remind one person."""
    access.require(Act.SET_UP_CONSULTATION, on=access.consultation)
    invitation = get_object_or_404(_open_invitations(access), public_id=invitation_public_id)
    try:
        reminded = inviting.remind_all(actor=access, open_invitations=[invitation])
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        if reminded:
            messages.success(request, reminded_sentence(1))
        else:
            messages.info(request, reminded_sentence(0))
    return redirect("unanswered", access.consultation.slug)


def reminded_sentence(count: int) -> str:
    """How many reminders go out, as a sentence; for none, why."""
    if not count:
        return _("People e-mailed in the last day get none.")
    sentence = ngettext("%(n)s reminder is being sent.", "%(n)s reminders are being sent.", count)
    return sentence % {"n": count}
