"""Erase a person from all consultations: their functions, keys, mail choices and mails."""

from datetime import datetime

from django.db.models import Q
from django.db.models.functions import Lower

from consultations.models import (
    ApiToken,
    CalendarFeed,
    Facilitation,
    FunctionInvitation,
    Mail,
    MailChoice,
)
from consultations.people.functions import end_functions_and_keys
from delegations.erasing import (
    Eraser,
    PersonalTraces,
    erase_account,
    erase_invitations,
    rename_in_admin_log,
)
from delegations.history import RecordedActor
from delegations.models import User


def erase_in_consultations(*, actor: RecordedActor, user: User, moment: datetime) -> PersonalTraces:
    """Erase the account, and its functions, keys, mail choices and mails.

    Call it inside a transaction. Raises ValidationError where the account was erased before.
    """
    traces = erase_account(actor=actor, user=user, moment=moment)
    erased_user = User.objects.get(pk=user.pk)
    end_functions_and_keys(actor=Eraser(actor), user=erased_user, moment=moment)
    # Keys and choices of mail belong to no record, so they are deleted. Functions are only ended.
    for model in (ApiToken, CalendarFeed, MailChoice):
        model.objects.filter(user=erased_user).delete()
    erase_invitations(FunctionInvitation.objects.all(), traces, moment)
    _erase_in_outbox(erased_user, traces, moment)
    # Django's admin logs how each row was called, which for a function names the person.
    rename_in_admin_log(list(Facilitation.objects.filter(user=erased_user).select_related("user")))
    return traces


def _erase_in_outbox(user: User, traces: PersonalTraces, moment: datetime) -> None:
    """Drop the mails that wait for this person; sent ones stay, with a made-up address."""
    mails = Mail.objects.annotate(lower_address=Lower("address"))
    mails_to_person = mails.filter(Q(reader=user) | Q(lower_address__in=traces.addresses))
    mails_to_person.waiting().update(dropped_at=moment)
    mails.filter(lower_address__in=traces.addresses).update(address=traces.new_address)
