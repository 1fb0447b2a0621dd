"""Make the `Actor` of a user in one capacity, or their `Access` to one consultation."""

from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime
from operator import attrgetter
from uuid import UUID

from django.db.models import BigIntegerField, DateField, TextField, UUIDField
from django.http import Http404
from django.utils import timezone

from consultations.models import Facilitation, FacilitationRole, Seat, Sitting
from consultations.rules.access import Access, Actor, Capacity, Role
from delegations.kept_statements import KeptStatement, ValuePlaceholder
from delegations.models import Post, PostRole, User

# These three statements are run on every page, and every few seconds while somebody types: their
# SQL is kept.
USER_ID = ValuePlaceholder("user", BigIntegerField())
# Of the delegation, or of the facilitation.
PUBLIC_ID = ValuePlaceholder("public_id", UUIDField())
POST_OF_USER = KeptStatement(
    # The database lets a user hold one post in a delegation at a time.
    lambda: Post.objects.filter(
        user=USER_ID, delegation__public_id=PUBLIC_ID, ended_at=None
    ).select_related("delegation")
)
FACILITATION_OF_USER = KeptStatement(
    lambda: Facilitation.objects.filter(
        user=USER_ID, public_id=PUBLIC_ID, ended_at=None
    ).select_related("consultation", "delegation")
)
SITTINGS_IN_CONSULTATION = KeptStatement(
    lambda: Sitting.objects.filter(
        delegation=ValuePlaceholder("delegation", BigIntegerField()),
        seat__consultation__slug=ValuePlaceholder("slug", TextField()),
        days__contains=ValuePlaceholder("day", DateField()),
    ).select_related("seat__consultation")
)


def capacities_of(user: User) -> list[Capacity]:
    """Every capacity in which a user may act now, in two queries."""
    posts = Post.objects.held().filter(user=user).select_related("delegation")
    facilitations = Facilitation.objects.filter(user=user, ended_at=None).select_related(
        "consultation", "delegation"
    )
    return [capacity_of_post(post) for post in posts] + [
        capacity_of_facilitation(facilitation) for facilitation in facilitations
    ]


def capacity_of_post(post: Post) -> Capacity:
    """The capacity that a post gives. Needs `post.delegation`."""
    return Capacity(
        key=capacity_key_of_post(post),
        role=Role(post.role),
        name=post.delegation.name,
        role_words=str(PostRole(post.role).label),
        code=post.delegation.iso2 or post.delegation.code,
    )


def capacity_of_facilitation(facilitation: Facilitation) -> Capacity:
    """The capacity that a facilitation gives. Needs `facilitation.consultation`."""
    return Capacity(
        key=f"facilitation:{facilitation.public_id}",
        role=Role(facilitation.role),
        name=facilitation.consultation.title,
        role_words=str(FacilitationRole(facilitation.role).label),
        code="",
        consultation_slug=facilitation.consultation.slug,
        consultation_name=facilitation.consultation.name_in_frame,
    )


def capacity_key_of_post(post: Post) -> str:
    """The key of the capacity that a post gives. Needs `post.delegation`.

    It names the delegation and not the post: what a person follows, chose and types there stays
    theirs when they take over another post of it.
    """
    return f"delegation:{post.delegation.public_id}"


def current_capacity_key(capacity_key: str) -> str:
    """The present key of a capacity; sessions, programs and old mails may still name a post.

    "post:<public id>" becomes the key of its delegation. Any other key is returned as it is.
    """
    kind, _sep, public_id = capacity_key.partition(":")
    if kind != "post":
        return capacity_key
    with suppress(ValueError):
        post = Post.objects.select_related("delegation").filter(public_id=UUID(public_id)).first()
        return capacity_key_of_post(post) if post else capacity_key
    return capacity_key


def make_actor(user: User, capacity_key: str, *, moment: datetime | None = None) -> Actor:
    """The actor in this capacity, in one query. Raises Http404 where the user does not hold it."""
    post_or_facilitation = _post_or_facilitation(user, capacity_key)
    moment = moment or timezone.now()
    if isinstance(post_or_facilitation, Post):
        return Actor(
            user, capacity_of_post(post_or_facilitation), post_or_facilitation.delegation, moment
        )
    return Actor(
        user,
        capacity_of_facilitation(post_or_facilitation),
        post_or_facilitation.delegation,
        moment,
    )


def make_access(
    user: User, slug: str, capacity_key: str, *, moment: datetime | None = None
) -> Access:
    """The access to a consultation in one capacity, in at most two queries.

    Raises Http404 where there is no such consultation, or the capacity has no place in it: what
    you may not see does not exist.
    """
    moment = moment or timezone.now()
    post_or_facilitation = _post_or_facilitation(user, capacity_key)
    if isinstance(post_or_facilitation, Facilitation):
        if post_or_facilitation.consultation.slug != slug:
            raise Http404
        return Access(
            user,
            capacity_of_facilitation(post_or_facilitation),
            post_or_facilitation.delegation,
            moment,
            consultation=post_or_facilitation.consultation,
        )
    # Its own seat, and those of the groups in whose rooms it sits, in the order of the table.
    sittings = sorted(
        SITTINGS_IN_CONSULTATION.run(
            delegation=post_or_facilitation.delegation.pk, slug=slug, day=moment.date()
        ),
        key=attrgetter("seat.rank", "seat.sort_key", "seat_id"),
    )
    own_seat = next((sitting.seat for sitting in sittings if sitting.way == Sitting.Way.OWN), None)
    if own_seat is None:
        raise Http404
    group_seat_by_id = {
        sitting.seat_id: sitting.seat for sitting in sittings if sitting.way != Sitting.Way.OWN
    }
    coordinated_seat_ids = {
        sitting.seat_id for sitting in sittings if sitting.way == Sitting.Way.COORDINATOR
    }
    return Access(
        user,
        capacity_of_post(post_or_facilitation),
        post_or_facilitation.delegation,
        moment,
        consultation=own_seat.consultation,
        seat=own_seat,
        coordinated_seats=tuple(
            seat for seat_id, seat in group_seat_by_id.items() if seat_id in coordinated_seat_ids
        ),
        group_room_seats=tuple(group_seat_by_id.values()),
    )


def group_room_seats_by_delegation_id(
    seats: Iterable[Seat], moment: datetime
) -> dict[int, tuple[Seat, ...]]:
    """The seats of the groups in whose rooms each delegation sits, by its id: one query for all.

    Delegations in no room are left out. `seats` are those of the groups, or of the whole
    consultation.
    """
    seat_by_id = {seat.pk: seat for seat in seats}
    sittings = Sitting.objects.filter(seat__in=list(seat_by_id), days__contains=moment.date())
    # A coordinator that is a member too sits there in two ways.
    id_pairs = sittings.exclude(way=Sitting.Way.OWN).values_list("delegation_id", "seat_id")
    group_seats_by_delegation_id: dict[int, tuple[Seat, ...]] = {}
    for delegation_id, seat_id in sorted(id_pairs.distinct()):
        group_seats_by_delegation_id[delegation_id] = (
            *group_seats_by_delegation_id.get(delegation_id, ()),
            seat_by_id[seat_id],
        )
    return group_seats_by_delegation_id


def access_of_post(
    post: Post, seat: Seat, moment: datetime, *, group_room_seats: tuple[Seat, ...] = ()
) -> Access:
    """The access of a post at a moment, from rows already loaded: no query, for mails to many.

    Needs `post.user`, `post.delegation` and `seat.consultation`; `group_room_seats` are those of
    `group_room_seats_by_delegation_id`. `coordinated_seats` stays empty, so with this access
    nothing can be filed for a group.
    """
    return Access(
        post.user,
        capacity_of_post(post),
        post.delegation,
        moment,
        consultation=seat.consultation,
        seat=seat,
        group_room_seats=group_room_seats,
    )


def access_of_facilitation(facilitation: Facilitation, moment: datetime) -> Access:
    """The access of who leads or serves. Needs its `user`, `delegation` and `consultation`."""
    return Access(
        facilitation.user,
        capacity_of_facilitation(facilitation),
        facilitation.delegation,
        moment,
        consultation=facilitation.consultation,
    )


def _post_or_facilitation(user: User, capacity_key: str) -> Post | Facilitation:
    """What gives the user this capacity now; Http404 where nothing does, or for a malformed key."""
    kind, _sep, public_id_text = capacity_key.partition(":")
    post_or_facilitation: Post | Facilitation | None = None
    try:
        public_id = UUID(public_id_text)
    except ValueError:
        raise Http404
    if not user.is_active:
        raise Http404
    if kind == "delegation":
        post_or_facilitation = next(iter(POST_OF_USER.run(user=user.pk, public_id=public_id)), None)
    if kind == "facilitation":
        post_or_facilitation = next(
            iter(FACILITATION_OF_USER.run(user=user.pk, public_id=public_id)), None
        )
    if post_or_facilitation is None:
        raise Http404
    return post_or_facilitation
