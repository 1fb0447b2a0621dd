"""Functions: invite people to them by mail and let them accept, give them, and end them.

A function is what a person does in a consultation (`FacilitationRole`): co-facilitator, staff or
secretariat. Its row is a `Facilitation`.
"""

from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from consultations.keys.acts import end_keys
from consultations.models import (
    Consultation,
    Facilitation,
    FacilitationRole,
    FunctionInvitation,
    Mail,
    MailKind,
)
from consultations.outbox.writing import write_mails
from consultations.rules.access import Access, Act
from delegations.acts import end_sessions
from delegations.history import RecordedActor, write
from delegations.invitations import (
    NewAccountDetails,
    account_of,
    mark_reminded,
    open_invited_account,
)
from delegations.models import INVITATION_LIFETIME, Delegation, User


@dataclass(frozen=True, slots=True)
class InvitedToFunction:
    """A person who accepts: they act on the authority of their invitation."""

    user: User
    consultation: Consultation
    moment: datetime

    @property
    def capacity_words(self) -> str:
        return f"invited, {self.consultation.title}"


@transaction.atomic
def invite_to_function(
    *,
    access: Access,
    email: str,
    role: str,
    name: str = "",
    language: str = "",
    delegation: Delegation | None = None,
) -> FunctionInvitation:
    """Invite somebody to lead or serve; an open invitation to the same function is replaced.

    `name` and `language` are what is known of the person; `delegation` is the one they come from.
    """
    access.require(Act.SET_UP_CONSULTATION, on=access.consultation)
    _lock_consultation(access.consultation)
    if role == FacilitationRole.SECRETARIAT and delegation is not None:
        raise ValidationError({"delegation": _("The secretariat cannot come from a delegation.")})
    email = email.strip().lower()
    current_facilitations = Facilitation.objects.filter(
        consultation=access.consultation, user__email__iexact=email, role=role, ended_at=None
    )
    if current_facilitation := current_facilitations.select_related("user").first():
        raise ValidationError(
            {
                "email": _("%(name)s already has this function.")
                % {"name": current_facilitation.user}
            }
        )
    invitation = FunctionInvitation(
        consultation=access.consultation,
        email=email,
        role=role,
        name=name.strip(),
        language=language,
        delegation=delegation,
        sent_at=access.moment,
        expires_at=access.moment + INVITATION_LIFETIME,
        invited_by_id=access.user.pk,
    )
    # These rows are known to exist, so the check need not ask the database for each of them.
    foreign_keys = {"consultation", "delegation", "invited_by"}
    invitation.full_clean(exclude=foreign_keys, validate_unique=False, validate_constraints=False)
    earlier_invitations = FunctionInvitation.objects.unanswered().filter(
        consultation=access.consultation, email__iexact=email, role=role
    )
    earlier_invitations.update(revoked_at=access.moment)
    invitation.save()
    _write_mails(access, [invitation])
    return invitation


@transaction.atomic
def remind_of_functions(
    *, access: Access, invitations: list[FunctionInvitation]
) -> list[FunctionInvitation]:
    """Remind by mail those who have not answered, at most once a day.

    Returns the invitations of those reminded.
    """
    access.require(Act.SET_UP_CONSULTATION, on=access.consultation)
    open_invitations = FunctionInvitation.objects.select_for_update(of=("self",)).unanswered()
    locked_invitations = open_invitations.filter(
        consultation=access.consultation, pk__in=[invitation.pk for invitation in invitations]
    ).order_by("pk")
    reminded_invitations = mark_reminded(
        FunctionInvitation, list(locked_invitations), access.moment
    )
    _write_mails(access, reminded_invitations, is_reminder=True)
    return reminded_invitations


@transaction.atomic
def revoke_function_invitation(
    *, access: Access, invitation: FunctionInvitation
) -> FunctionInvitation:
    """Revoke an invitation: its link stops working at once."""
    access.require(Act.SET_UP_CONSULTATION, on=invitation)
    stored = _locked_invitation(invitation)
    if stored.accepted_at:
        raise ValidationError(_("This invitation was already accepted."))
    if stored.revoked_at:
        raise ValidationError(_("This invitation was already revoked."))
    stored.revoked_at = access.moment
    stored.save(update_fields=["revoked_at"])
    return stored


@transaction.atomic
def accept_function(
    *,
    invitation: FunctionInvitation,
    moment: datetime,
    account_details: NewAccountDetails | None = None,
) -> Facilitation:
    """Accept an invitation to a function: once, and before it expires.

    A known account stays as it is; `account_details` opens a new one. Who has the function already
    keeps it.
    """
    _lock_consultation(invitation.consultation)
    stored = _locked_invitation(invitation)
    if not stored.is_open_at(moment):
        raise ValidationError(_("This invitation is no longer valid. Ask for a new one."))
    user = account_of(stored.email) or open_invited_account(
        stored.email, account_details, moment=moment
    )
    if not user.is_active:
        raise ValidationError(_("This invitation is no longer valid. Ask for a new one."))
    stored.accepted_at = moment
    stored.save(update_fields=["accepted_at"])
    consultation = stored.consultation
    current_facilitations = Facilitation.objects.filter(
        consultation=consultation, user=user, role=stored.role, ended_at=None
    )
    if current_facilitation := current_facilitations.select_related("user", "consultation").first():
        return current_facilitation
    return write(
        Facilitation(
            consultation=consultation,
            user=user,
            role=stored.role,
            delegation_id=stored.delegation_id,
            started_at=moment,
        ),
        by=InvitedToFunction(user, consultation, moment),
    )


@transaction.atomic
def give_function(
    *, access: Access, user: User, role: str, delegation: Delegation | None = None
) -> Facilitation:
    """Name a co-facilitator, a member of their staff or of the secretariat, from now on."""
    access.require(Act.SET_UP_CONSULTATION, on=access.consultation)
    if role not in FacilitationRole.values:
        raise ValidationError({"role": _("Choose co-facilitator, staff or secretariat.")})
    if role == FacilitationRole.SECRETARIAT and delegation is not None:
        raise ValidationError(_("The secretariat cannot come from a delegation."))
    if not user.is_active:
        raise ValidationError(_("This account is deactivated."))
    # Until the end of the transaction nobody else gives a function here.
    _lock_consultation(access.consultation)
    current_facilitations = Facilitation.objects.filter(
        consultation=access.consultation, user=user, role=role, ended_at=None
    )
    if current_facilitations.exists():
        raise ValidationError(_("%(name)s already has this function.") % {"name": user})
    return write(
        Facilitation(
            consultation=access.consultation,
            user=user,
            role=role,
            delegation=delegation,
            started_at=access.moment,
        ),
        by=access,
    )


@transaction.atomic
def end_function(*, access: Access, facilitation: Facilitation) -> Facilitation:
    """End a function at once, with its keys and the person's sessions; the record keeps the row.

    Where it is the secretariat's, their open invitations to functions here are revoked.
    """
    access.require(Act.SET_UP_CONSULTATION, on=facilitation)
    if facilitation.user_id == access.user.pk:
        raise ValidationError(_("This is your own function. A colleague can end it."))
    stored = (
        Facilitation.objects.select_for_update(of=("self",))
        .select_related("user")
        .get(pk=facilitation.pk)
    )
    if stored.ended_at:
        raise ValidationError(_("This function has already ended."))
    stored.ended_at = access.moment
    write(stored, by=access)
    # The key of the capacity, as `Capacity.key` has it.
    end_keys(access.moment, capacity=f"facilitation:{stored.public_id}")
    if stored.role == FacilitationRole.SECRETARIAT:
        revoke_invitations_sent_by(stored.user, access.moment, access.consultation)
    end_sessions(stored.user)
    return stored


def end_functions_and_keys(*, actor: RecordedActor, user: User, moment: datetime) -> None:
    """End what a person whose account closes has in consultations: functions and keys.

    The open invitations to functions that they sent are revoked. Call it inside a transaction that
    holds the account's lock.
    """
    for facilitation in Facilitation.objects.select_for_update().filter(user=user, ended_at=None):
        facilitation.ended_at = moment
        write(facilitation, by=actor)
    end_keys(moment, user=user)
    revoke_invitations_sent_by(user, moment)


def revoke_invitations_sent_by(
    user: User, moment: datetime, consultation: Consultation | None = None
) -> None:
    """Revoke the open invitations to functions that a user sent: here, or everywhere."""
    open_invitations = FunctionInvitation.objects.unanswered().filter(invited_by=user)
    if consultation is not None:
        open_invitations = open_invitations.filter(consultation=consultation)
    open_invitations.update(revoked_at=moment)


def _write_mails(
    access: Access, invitations: list[FunctionInvitation], *, is_reminder: bool = False
) -> None:
    """Write the mail to each invited address, in the transaction of the act."""
    facts = {"is_reminder": True} if is_reminder else {}
    write_mails(
        [
            Mail(
                kind=MailKind.FUNCTION,
                consultation=access.consultation,
                address=invitation.email,
                about=invitation.pk,
                facts=facts,
            )
            for invitation in invitations
        ]
    )


def _lock_consultation(consultation: Consultation) -> None:
    """Let changes of who leads and serves wait for one another.

    With `no_key`, rows that point at the consultation can be written meanwhile.
    """
    Consultation.objects.select_for_update(no_key=True).get(pk=consultation.pk)


def _locked_invitation(invitation: FunctionInvitation) -> FunctionInvitation:
    """The invitation as it is stored now, locked against being accepted and revoked at once."""
    locked_invitations = FunctionInvitation.objects.select_for_update(of=("self",))
    return locked_invitations.select_related("consultation", "invited_by").get(pk=invitation.pk)
