"""The access of a command: `--as someone@example.org --capacity focal_point:PRT`."""

from argparse import ArgumentParser
from datetime import datetime

from django.core.management.base import CommandError
from django.http import Http404

from consultations.models import Consultation
from consultations.rules.access import Access, Capacity, Role
from consultations.rules.access_factory import capacities_of, make_access
from delegations.models import Delegation, User


def add_capacity_arguments(parser: ArgumentParser) -> None:
    """`--as` and `--capacity`, for every command that acts."""
    parser.add_argument("--as", dest="email", required=True, help="the e-mail address of who acts")
    parser.add_argument(
        "--capacity",
        default="",
        help="for example co_facilitator, or focal_point:PRT; needed where there are several",
    )


def access_for(
    email: str, capacity_text: str, slug: str, *, moment: datetime | None = None
) -> Access:
    """The access of a user in one capacity to one consultation.

    `capacity_text` is a key ("delegation:…"), words ("co_facilitator", "focal_point:PRT"), or empty
    where only one leads into this consultation. Raises CommandError with a sentence otherwise.
    """
    user = User.objects.filter(email__iexact=email, is_active=True).first()
    if user is None:
        raise CommandError(f"There is no active account with the address {email}.")
    if not Consultation.objects.filter(slug=slug).exists():
        raise CommandError(f"There is no consultation with the address {slug}.")
    role_text, _colon, delegation_code = capacity_text.partition(":")
    # "delegation" and "facilitation" are no roles, but the first part of a key.
    if role_text and role_text not in {*Role, "delegation", "facilitation"}:
        raise CommandError(f"{role_text} is no function. Choose one of: {', '.join(Role)}.")
    matching_capacities = [
        capacity
        for capacity in capacities_of(user)
        if _is_matching(capacity, capacity_text, role_text, delegation_code)
    ]
    accesses = [
        access
        for capacity in matching_capacities
        if (access := _access_or_none(user, slug, capacity, moment))
    ]
    if not accesses:
        raise CommandError(
            f"{email} does not act{' as ' + capacity_text if capacity_text else ''} in {slug}. "
            f"They act as: {_choices(user) or 'nothing at present'}."
        )
    if len(accesses) > 1:
        raise CommandError(
            f"{email} acts in {slug} in several ways. Say which with --capacity: {_choices(user)}."
        )
    return accesses[0]


def _is_matching(
    capacity: Capacity, capacity_text: str, role_text: str, delegation_code: str
) -> bool:
    """Whether a capacity is the one that was asked for; each is where none was named."""
    if not capacity_text or capacity.key == capacity_text:
        return True
    return capacity.role == role_text and (
        not delegation_code or delegation_code == _code_of(capacity)
    )


def _code_of(capacity: Capacity) -> str:
    """The delegation's own code (PRT), empty for a function in the consultation.

    `Capacity.code` is not it: pages show the two letters of ISO where a delegation has them.
    """
    kind, _colon, public_id = capacity.key.partition(":")
    if kind != "delegation":
        return ""
    return Delegation.objects.values_list("code", flat=True).get(public_id=public_id)


def _access_or_none(
    user: User, slug: str, capacity: Capacity, moment: datetime | None
) -> Access | None:
    """The access in this capacity; None where it has no place in the consultation."""
    try:
        return make_access(user, slug, capacity.key, moment=moment)
    except Http404:
        return None


def _choices(user: User) -> str:
    """What `--capacity` may be for this user: "focal_point:PRT, staff"."""
    labels = []
    for capacity in capacities_of(user):
        code = _code_of(capacity)
        labels.append(f"{capacity.role}:{code}" if code else str(capacity.role))
    return ", ".join(labels)
