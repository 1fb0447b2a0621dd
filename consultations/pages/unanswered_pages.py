"""The page of unanswered invitations to posts: remind one person, or all."""

from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from consultations.acts import inviting
from consultations.lists.unanswered import open_invitations, seats_without_people
from consultations.models import Mail, Seat
from consultations.pages.confirmation import confirm
from consultations.pages.view_decorators import with_access
from consultations.rules.access import Access, Act
from delegations.models import Invitation


@require_safe
@never_cache
@with_access
def unanswered(request: HttpRequest, access: Access) -> HttpResponse:
    """The unanswered invitations by delegation, and the delegations that have no people."""
    access.require(Act.SET_UP_CONSULTATION, on=access.consultation)
    ordered_invitations = list(_open_invitations(access))
    context = {
        "access": access,
        "invitations_with_last_mail": [
            (invitation, max(invitation.mails.all(), key=_written_at, default=None))
            for invitation in ordered_invitations
        ],
        "remindable_invitations": [
            invitation
            for invitation in ordered_invitations
            if invitation.may_be_reminded_at(access.moment)
        ],
        "uninvited_seats": _uninvited_seats(access),
    }
    return render(request, "consultations/unanswered.html", context)


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


def _open_invitations(access: Access) -> QuerySet[Invitation]:
    """The unanswered invitations by delegation, each with its mails."""
    invitations = open_invitations(access.consultation)
    invitations_with_mails = invitations.select_related("delegation").prefetch_related("mails")
    return invitations_with_mails.order_by("delegation__sort_key", "delegation__code", "email")


def _written_at(mail: Mail) -> datetime:
    return mail.written_at


def _uninvited_seats(access: Access) -> list[Seat]:
    """The seats of delegations in which nobody holds a post or is invited to one."""
    delegations_with_invitation = Invitation.objects.unanswered().values("delegation")
    return list(
        seats_without_people(access.consultation).exclude(
            delegation__in=delegations_with_invitation
        )
    )
