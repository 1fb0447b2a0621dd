"""The writes on a consultation itself: found one, edit it, begin a database, close its record."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, count
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from consultations.models import Consultation, Facilitation, FacilitationRole
from consultations.rules.access import Access, Act, Refused
from consultations.web.preconditions import lock_open_record
from delegations.helping import Operator, open_account, open_desk_to
from delegations.history import write
from delegations.models import Delegation, User
from delegations.preconditions import require_zone
from delegations.reference_data import LoadCounts, load_reference_data


@dataclass(frozen=True, slots=True)
class Founder:
    """Whoever founds a consultation, as its history records them: it has no capacities yet."""

    user: User
    consultation_title: str

    @property
    def capacity_words(self) -> str:
        return f"secretariat, {self.consultation_title}"

    @property
    def moment(self) -> datetime:
        return timezone.now()


@transaction.atomic
def create_consultation(
    *,
    user: User,
    slug: str,
    title: str,
    short_title: str = "",
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
            short_title=short_title,
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
    """Change titles, mandate, handling mark, time zone, the shortest silences, or `is_invented`.

    The web address stays: papers and mails point to it.
    """
    access.require(Act.SET_UP_CONSULTATION, on=access.consultation)
    stored = lock_open_record(access)
    for name, value in fields.items():
        setattr(stored, name, value)
    return write(stored, by=access)


# --- Its web address -----------------------------------------------------------------------------


MAX_SLUG_LENGTH = 60  # the fields hold 80: a number still fits behind it

# Words that already lead to other pages.
RESERVED_ADDRESSES = frozenset({"new"})


def web_address_for(title: str) -> str:
    """A free address made from the title, see `free_address`."""
    return free_address(title, fallback="consultation", is_in_use=is_address_in_use)


def free_address(title: str, *, fallback: str, is_in_use: Callable[[str], bool]) -> str:
    """A free address made of the words of a title; with a number where another has it.

    `fallback` is used for a title in a script that addresses cannot hold. A long title is cut
    after its last whole word.
    """
    preferred = slugify(title)[:MAX_SLUG_LENGTH].strip("-") or fallback
    if len(slugify(title)) > MAX_SLUG_LENGTH and "-" in preferred:
        preferred = preferred.rpartition("-")[0]
    numbered_addresses = (f"{preferred}-{number}" for number in count(2))
    return next(
        address for address in chain([preferred], numbered_addresses) if not is_in_use(address)
    )


def is_address_in_use(address: str) -> bool:
    return address in RESERVED_ADDRESSES or Consultation.objects.filter(slug=address).exists()


# --- The first consultation of a database --------------------------------------------------------


BEGIN_OPERATOR = Operator("manage.py begin")


@dataclass(frozen=True, slots=True)
class BeginResult:
    """What `begin` made, and what of it was there before."""

    load_counts: LoadCounts
    user: User
    had_account: bool
    consultation: Consultation
    had_consultation: bool


@transaction.atomic
def begin(*, email: str, name: str, title: str, slug: str, language: str) -> BeginResult:
    """Load the delegations, open an account, found a consultation and let that person serve it.

    An account with this address, and a consultation with this web address or title, are taken as
    they are, so that it can be repeated. Raises ValidationError where the account is deactivated,
    where others are the secretariat of the consultation, or where a value is not valid.
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


def ensure_delegations() -> None:
    """Load the delegations where there are none, before the first consultation is founded."""
    if not Delegation.objects.exists():
        load_reference_data()


# --- The end of its record -----------------------------------------------------------------------


@transaction.atomic
def close_record(*, access: Access) -> Consultation:
    """Close the record for good: nothing in the consultation changes after this."""
    access.require(Act.SET_UP_CONSULTATION, on=access.consultation)
    return _close_record(access)


@transaction.atomic
def close_with_last_text(*, access: Access) -> Consultation:
    """Close the record as the last of its texts is adopted: the co-facilitators' act."""
    access.require(Act.CIRCULATE, on=access.consultation)
    return _close_record(access)


def _close_record(access: Access) -> Consultation:
    """Set the moment of the close. The row is locked, so that of two requests only one sets it."""
    stored = Consultation.objects.select_for_update().get(pk=access.consultation.pk)
    if stored.closed_at:
        raise ValidationError(_("The record is already closed."))
    stored.closed_at = access.moment
    return write(stored, by=access)
