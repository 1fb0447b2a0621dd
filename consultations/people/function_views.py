"""The page of who leads and serves: invite them, remind them, end their functions."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from consultations.models import Facilitation, FunctionInvitation, Mail, MailKind
from consultations.people import functions as function_acts
from consultations.people.forms import FunctionForm
from consultations.people.invitation_views import reminded_sentence
from consultations.people.views import facilitations_in_order_of_role
from consultations.rules.access import Access, Act
from consultations.web.confirmation import confirm
from consultations.web.forms import add_errors
from consultations.web.view_decorators import with_access
from delegations.models import InvitationQuerySet


@with_access
def functions(request: HttpRequest, access: Access) -> HttpResponse:
    """Who leads and serves, who is invited to, and a form to invite somebody."""
    access.require(Act.SET_UP_CONSULTATION, on=access.consultation)
    form = FunctionForm(request.POST if request.method == "POST" else None, access=access)
    if request.method == "POST" and form.is_valid():
        try:
            sent_invitation = function_acts.invite_to_function(access=access, **form.cleaned_data)
        except ValidationError as error:
            add_errors(form, error)
        else:
            sentence = _("The invitation to %(email)s is being sent.")
            messages.success(request, sentence % {"email": sent_invitation.email})
            return redirect("functions", access.consultation.slug)
    open_invitations = (
        _open_invitations(access).select_related("delegation").order_by("sent_at", "pk")
    )
    invitation_mails = (
        Mail.objects.visible_to(access).filter(kind=MailKind.FUNCTION).order_by("written_at")
    )
    # By the id of the invitation; later mails replace earlier ones.
    latest_mail_by_invitation_id = {mail.about: mail for mail in invitation_mails}
    context = {
        "access": access,
        "form": form,
        "facilitations": facilitations_in_order_of_role(access),
        # Each with its latest mail, and whether it may be reminded of now.
        "open_invitations": [
            (
                invitation,
                latest_mail_by_invitation_id.get(invitation.pk),
                invitation.may_be_reminded_at(access.moment),
            )
            for invitation in open_invitations
        ],
    }
    status = 422 if form.errors else 200
    return render(request, "consultations/people/functions.html", context, status=status)


@with_access
def end_function(
    request: HttpRequest, access: Access, facilitation_public_id: UUID
) -> HttpResponse:
    """End somebody's function."""
    current_facilitations = Facilitation.objects.filter(
        consultation=access.consultation, ended_at=None
    )
    access.require(Act.SET_UP_CONSULTATION, on=access.consultation)
    facilitation = get_object_or_404(
        current_facilitations.select_related("user"), public_id=facilitation_public_id
    )
    values = {"name": facilitation.user, "role": facilitation.get_role_display()}
    return confirm(
        request,
        access,
        title=_("End the function of %(name)s") % values,
        sentences=[
            _("%(name)s is %(role)s here.") % values,
            _("It ends immediately. Open sessions and API keys of this function stop working."),
        ],
        button_label=_("End the function"),
        back_url=reverse("functions", args=[access.consultation.slug]),
        success_message=_("The function has ended."),
        is_grave=True,
        act=lambda: function_acts.end_function(access=access, facilitation=facilitation),
    )


@require_POST
@with_access
def remind_of_function(
    request: HttpRequest, access: Access, invitation_public_id: UUID
) -> HttpResponse:
    """Remind somebody who was invited to a function."""
    access.require(Act.SET_UP_CONSULTATION, on=access.consultation)
    invitation = get_object_or_404(_open_invitations(access), public_id=invitation_public_id)
    if function_acts.remind_of_functions(access=access, invitations=[invitation]):
        messages.success(request, reminded_sentence(1))
    else:
        messages.info(request, _("People e-mailed in the last day get none."))
    return redirect("functions", access.consultation.slug)


@with_access
def revoke_function_invitation(
    request: HttpRequest, access: Access, invitation_public_id: UUID
) -> HttpResponse:
    """Revoke an invitation to a function."""
    access.require(Act.SET_UP_CONSULTATION, on=access.consultation)
    invitation = get_object_or_404(_open_invitations(access), public_id=invitation_public_id)
    return confirm(
        request,
        access,
        title=_("Revoke the invitation to %(email)s") % {"email": invitation.email},
        sentences=[_("The link in the e-mail stops working immediately.")],
        button_label=_("Revoke the invitation"),
        back_url=reverse("functions", args=[access.consultation.slug]),
        success_message=_("The invitation is revoked."),
        is_grave=True,
        act=lambda: function_acts.revoke_function_invitation(access=access, invitation=invitation),
    )


def _open_invitations(access: Access) -> InvitationQuerySet[FunctionInvitation]:
    return FunctionInvitation.objects.unanswered().filter(consultation=access.consultation)
