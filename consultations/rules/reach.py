"""Which delegations and accounts the secretariat of a consultation may manage.

It gives others access to its own consultation only: it manages no delegation that sits only
elsewhere, changes no account that has a function elsewhere, and gives its own people no posts.
"""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from consultations.models import Facilitation, FacilitationRole, Seat
from delegations.models import Post, User


def consultation_slugs_by_delegation_id(delegation_ids: Iterable[int]) -> dict[int, set[str]]:
    """Per delegation id, the slugs of the consultations in which it sits now: one query."""
    seats = Seat.objects.filter(delegation__in=list(delegation_ids), ended_at=None)
    slugs_by_delegation_id: dict[int, set[str]] = {}
    for delegation_id, slug in seats.values_list("delegation", "consultation__slug"):
        slugs_by_delegation_id.setdefault(delegation_id, set()).add(slug)
    return slugs_by_delegation_id


def secretariat_member_among(users: Iterable[User]) -> User | None:
    """One of these people who now serves a consultation as secretariat; None where nobody does."""
    secretariat_facilitations = Facilitation.objects.filter(
        user__in=[user.pk for user in users],
        role=FacilitationRole.SECRETARIAT,
        ended_at=None,
    )
    facilitation = secretariat_facilitations.select_related("user").first()
    return facilitation.user if facilitation else None


def why_cannot_change_account(user: User, consultation_slug: str) -> str:
    """Why the secretariat of this consultation may not change an account; empty where it may.

    Whoever changes an account can act as its holder, in all of the holder's functions.
    """
    if user.is_superuser:
        return _("%(name)s is an administrator of the platform.") % {"name": user}
    current_facilitations = Facilitation.objects.filter(user=user, ended_at=None)
    if current_facilitations.exclude(consultation__slug=consultation_slug).exists():
        return _("%(name)s has a function in another consultation.") % {"name": user}
    held_delegation_ids = Post.objects.filter(user=user, ended_at=None).values_list(
        "delegation", flat=True
    )
    delegation_ids = set(held_delegation_ids)
    slugs_by_delegation_id = consultation_slugs_by_delegation_id(delegation_ids)
    if any(
        consultation_slug not in slugs_by_delegation_id.get(delegation_id, set())
        for delegation_id in delegation_ids
    ):
        return _("%(name)s has a post in a delegation without a seat in your consultation.") % {
            "name": user
        }
    return ""


def why_cannot_erase(user: User, consultation_slug: str) -> str:
    """Why the secretariat of this consultation cannot erase a person; empty where it can.

    An erasure is for good, so functions and posts that have ended count as well.
    """
    if reason := why_cannot_change_account(user, consultation_slug):
        return reason
    facilitations = Facilitation.objects.filter(user=user)
    if facilitations.exclude(consultation__slug=consultation_slug).exists():
        return _("%(name)s had a function in another consultation.") % {"name": user}
    seats_here = Seat.objects.filter(consultation__slug=consultation_slug)
    delegations_seated_here = seats_here.values("delegation")
    if Post.objects.filter(user=user).exclude(delegation__in=delegations_seated_here).exists():
        return _("%(name)s had a post in a delegation without a seat in your consultation.") % {
            "name": user
        }
    return ""
