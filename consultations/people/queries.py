"""The open invitations of a consultation, and its delegations without people."""

from django.db.models import QuerySet

from consultations.models import Consultation, Seat
from delegations.models import DelegationKind, Invitation, Post


def open_invitations(consultation: Consultation) -> QuerySet[Invitation]:
    """The invitations that nobody has accepted or revoked, expired ones too, to delegations that
    sit here."""
    current_seats = Seat.objects.filter(consultation=consultation, ended_at=None)
    return Invitation.objects.unanswered().filter(delegation__in=current_seats.values("delegation"))


def seats_without_people(consultation: Consultation) -> QuerySet[Seat]:
    """The delegations in which nobody holds a post, invited or not; groups have no posts."""
    current_seats = Seat.objects.filter(consultation=consultation, ended_at=None)
    seats_with_posts = current_seats.exclude(delegation__kind=DelegationKind.GROUP)
    return seats_with_posts.exclude(delegation__in=Post.objects.held().values("delegation"))
