"""Set up a database in one act: delegations, and a consultation with its secretariat.

What is there already stays, so that the act can be repeated.
"""

from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from consultations.acts.consultations import create_consultation
from consultations.acts.founding import web_address_for
from consultations.models import Consultation, Facilitation, FacilitationRole
from delegations.helping import Operator, open_account, open_desk_to
from delegations.history import write
from delegations.models import Delegation, User
from delegations.reference_data import LoadCounts, load_reference_data

BEGIN_OPERATOR = Operator("manage.py begin")


@dataclass(frozen=True, slots=True)
class BeginResult:
    """What `begin` made, and what of it was there before."""

    load_counts: LoadCounts
    user: User
    had_account: bool
    consultation: Consultation
    had_consultation: bool


def ensure_delegations() -> None:
    """Load the delegations where there are none, before the first consultation is founded."""
    if not Delegation.objects.exists():
        load_reference_data()


@transaction.atomic
def begin(*, email: str, name: str, title: str, slug: str, language: str) -> BeginResult:
    """Load the delegations, open an account, found a consultation and let that person serve it.

    An account with this address, and a consultation with this web address or title, are taken as
    they are. Raises ValidationError where the account is deactivated, where others are the
    secretariat of the consultation, or where a value is not valid.
    """
    load_counts = load_reference_data()
    existing_user = User.objects.filter(email__iexact=email.strip()).first()
    user = existing_user or open_account(
        actor=BEGIN_OPERATOR,
        email=email.strip().lower(),
        name=name or email.partition("@")[0],
        language=language,
    )
    if not user.is_active:
        raise ValidationError(f"The account {user.email} is deactivated: choose another person.")
    if not user.is_staff:
        user = open_desk_to(actor=BEGIN_OPERATOR, user=user)
    existing_consultation = _existing_consultation(title, slug)
    consultation = existing_consultation or create_consultation(
        user=user, slug=slug or web_address_for(title), title=title
    )
    if existing_consultation is not None:  # the founder of a new one is its secretariat
        _make_secretariat(user, existing_consultation)
    return BeginResult(
        load_counts=load_counts,
        user=user,
        had_account=existing_user is not None,
        consultation=consultation,
        had_consultation=existing_consultation is not None,
    )


def _existing_consultation(title: str, slug: str) -> Consultation | None:
    """The consultation with this web address, or with this title where no address is given."""
    matching_consultations = (
        Consultation.objects.filter(slug=slug) if slug else Consultation.objects.filter(title=title)
    )
    return matching_consultations.order_by("pk").first()


def _make_secretariat(user: User, consultation: Consultation) -> None:
    """Make the person the secretariat. Raises ValidationError where others are the secretariat."""
    stored = Consultation.objects.select_for_update().get(pk=consultation.pk)
    secretariat_facilitations = Facilitation.objects.filter(
        consultation=stored,
        role=FacilitationRole.SECRETARIAT,
        ended_at=None,
        user__is_active=True,
    ).select_related("user")
    members = [facilitation.user for facilitation in secretariat_facilitations]
    if user in members:
        return
    if members:
        names = ", ".join(member.email for member in members)
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
        by=BEGIN_OPERATOR,
    )
