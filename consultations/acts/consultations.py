"""The writes on a consultation, and on who leads and serves it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from consultations.acts.founding import is_address_in_use
from consultations.acts.functions import revoke_invitations_sent_by
from consultations.acts.keys import end_keys
from consultations.acts.preconditions import lock_open_record, locked_row
from consultations.models import Consultation, Facilitation, FacilitationRole
from consultations.rules.access import Access, Act, Refused
from delegations.actions import end_sessions
from delegations.history import write
from delegations.models import Delegation, User
from delegations.preconditions import require_zone


@dataclass(frozen=True, slots=True)
class Founder:
    """Whoever founds a consultation, as its history records them: it has no capacities yet."""

    user: User
    consultation_title: str

    @property
    def capacity_words(self) -> str:
        return f"secretariat, {self.consultation_title}"


@transaction.atomic
def create_consultation(
    *,
    user: User,
    slug: str,
    title: str,
    mandate: str = "",
    handling: str = "",
    time_zone: str = "America/New_York",
    is_invented: bool = False,
    moment: datetime | None = None,
) -> Consultation:
    """Found a consultation; its founder is its secretariat. Only for `is_staff` users."""
    if not (user.is_staff and user.is_active):
        raise Refused(_("Only the secretariat can create a consultation."))
    require_zone(time_zone)
    if is_address_in_use(slug):
        raise ValidationError({"slug": _("This web address is already in use. Choose another.")})
    moment = moment or timezone.now()
    founder = Founder(user, title)
    consultation = write(
        Consultation(
            slug=slug,
            title=title,
            mandate=mandate,
            handling=handling,
            time_zone=time_zone,
            is_invented=is_invented,
            created_at=moment,
        ),
        by=founder,
    )
    write(
        Facilitation(
            consultation=consultation,
            user=user,
            role=FacilitationRole.SECRETARIAT,
            started_at=moment,
        ),
        by=founder,
    )
    return consultation


@transaction.atomic
def edit_consultation(*, access: Access, **fields: Any) -> Consultation:
    """Change title, mandate, handling mark, time zone, the shortest silences, or `is_invented`.

    The web address stays: papers and mails point to it.
    """
    access.require(Act.SET_UP_CONSULTATION, on=access.consultation)
    stored = lock_open_record(access)
    for name, value in fields.items():
        setattr(stored, name, value)
    return write(stored, by=access)


@transaction.atomic
def give_facilitation(
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
    locked_row(access.consultation)
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
def end_facilitation(*, access: Access, facilitation: Facilitation) -> Facilitation:
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
