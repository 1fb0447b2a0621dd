"""The writes on a consultation itself: found it, set it up."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from consultations.acts.founding import is_address_in_use
from consultations.acts.preconditions import lock_open_record
from consultations.models import Consultation, Facilitation, FacilitationRole
from consultations.rules.access import Access, Act, Refused
from delegations.history import write
from delegations.models import User
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
