"""Everybody who takes part in a consultation, with what each may read and which mails they want."""

from collections.abc import Collection, Iterator
from datetime import datetime

from django.db.models import Q

from consultations.models import Consultation, Facilitation, MailChoice, MailFrequency, Seat, Topic
from consultations.rules.access import Access
from consultations.rules.access_factory import (
    access_of_facilitation,
    access_of_post,
    group_room_seats_by_delegation_id,
)
from delegations.models import Post


def readers_of(consultation: Consultation, moment: datetime) -> Iterator[Access]:
    """Everybody who takes part, by delegation, then who leads and serves, in four queries.

    Somebody with two posts or functions comes twice, once in each capacity.
    """
    current_seats = Seat.objects.filter(consultation=consultation, ended_at=None)
    seat_by_delegation_id = {seat.delegation_id: seat for seat in current_seats}
    group_seats_by_delegation = group_room_seats_by_delegation_id(
        seat_by_delegation_id.values(), moment
    )
    posts = Post.objects.held().filter(delegation__in=list(seat_by_delegation_id))
    for post in posts.select_related("user", "delegation").order_by("delegation_id", "pk"):
        seat = seat_by_delegation_id[post.delegation_id]
        seat.consultation = consultation  # loaded already: no query for each
        yield access_of_post(
            post,
            seat,
            moment,
            group_room_seats=group_seats_by_delegation.get(post.delegation_id, ()),
        )
    facilitations = Facilitation.objects.filter(
        consultation=consultation, ended_at=None, user__is_active=True
    )
    for facilitation in facilitations.select_related("user", "delegation").order_by("pk"):
        facilitation.consultation = consultation  # loaded already, as above
        yield access_of_facilitation(facilitation, moment)


# --- Who chose no mail ---------------------------------------------------------------------------


# The key of a user, and of the capacity in which they read.
ReaderKey = tuple[int, str]


def has_opted_out(access: Access, topic: Topic | None = None) -> bool:
    """Whether a reader chose to get no mail in this capacity, or none on this topic."""
    return bool(unwilling_reader_keys([(access.user.pk, access.capacity.key)], topic))


def unwilling_reader_keys(
    reader_keys: Collection[ReaderKey], topic: Topic | None = None
) -> set[ReaderKey]:
    """Those of these readers who chose no mail, or none on this topic: one query."""
    unwilling_filter = Q(often=MailFrequency.NEVER)
    if topic is not None:
        unwilling_filter |= Q(unwanted__contains=[topic])
    unwilling_choices = MailChoice.objects.filter(
        unwilling_filter, user__in={user_id for user_id, _capacity_key in reader_keys}
    )
    return set(unwilling_choices.values_list("user_id", "capacity")) & set(reader_keys)
