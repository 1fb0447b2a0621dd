"""From an empty database to a consultation with its secretariat, in one act."""

from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from consultations.acts.founding import web_address_for
from consultations.acts.frame import found_consultation
from consultations.models import Consultation, Facilitation, FacilitationRole
from delegations.helping import Operator, open_account, open_desk_to
from delegations.history import write
from delegations.models import Delegation, User
from delegations.reference_data import LoadCounts, load_reference_data

BEGIN = Operator("manage.py begin")


@dataclass(frozen=True, slots=True)
class Begun:
    """What stands now, and what of it was there before."""

    loaded: LoadCounts
    user: User
    had_account: bool
    consultation: Consultation
    was_founded: bool


def require_delegations() -> None:
    """The first consultation of all finds the delegations loaded, however it is founded."""
    if not Delegation.objects.exists():
        load_reference_data()


@transaction.atomic
def begin(*, email: str, name: str, title: str, slug: str, language: str) -> Begun:
    """Load the delegations, open an account, found a consultation and let that person serve it.

    Raises ValidationError where the account is closed, where others serve the consultation, or
    where a value is not fit.
    """
    loaded = load_reference_data()
    known = User.objects.filter(email__iexact=email.strip()).first()
    user = known or open_account(
        by=BEGIN,
        email=email.strip().lower(),
        name=name or email.partition("@")[0],
        language=language,
    )
    if not user.is_active:
        raise ValidationError(f"The account {user.email} is deactivated: choose another person.")
    if not user.is_staff:
        user = open_desk_to(by=BEGIN, user=user)
    standing = _standing(title, slug)
    consultation = standing or found_consultation(
        user=user, slug=slug or web_address_for(title), title=title
    )
    if standing is not None:
        _serve(user, standing)
    return Begun(loaded, user, known is not None, consultation, standing is not None)


def _standing(title: str, slug: str) -> Consultation | None:
    """The consultation that is meant, where it was founded before: by its address, or its title."""
    named = (
        Consultation.objects.filter(slug=slug) if slug else Consultation.objects.filter(title=title)
    )
    return named.order_by("pk").first()


def _serve(user: User, consultation: Consultation) -> None:
    """Let the person serve, where nobody serves any more; refused where somebody does."""
    stored = Consultation.objects.select_for_update().get(pk=consultation.pk)
    serving = Facilitation.objects.filter(
        consultation=stored,
        role=FacilitationRole.SECRETARIAT,
        ended_at=None,
        user__is_active=True,
    ).select_related("user")
    people = [facilitation.user for facilitation in serving]
    if user in people:
        return
    if people:
        names = ", ".join(person.email for person in people)
        raise ValidationError(
            f"The consultation at {stored.slug} stands already. {names} can name more people."
        )
    write(
        Facilitation(
            consultation=stored,
            user=user,
            role=FacilitationRole.SECRETARIAT,
            started_at=timezone.now(),
        ),
        by=BEGIN,
    )
