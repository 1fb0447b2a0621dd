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
from delegations.kept_statements import KeptStatement, Place
from delegations.models import Delegation, Post, PostRole, User

# Asked on every page, and every few seconds while somebody types: their SQL is kept.
USER, ID = Place("user", BigIntegerField()), Place("id", UUIDField())
HELD_POST = KeptStatement(
    lambda: (
        Post.objects.filter(user=USER, delegation__public_id=ID, ended_at=None)
        .select_related("delegation")
        .order_by("pk")[:1]
    )
)
HELD_FUNCTION = KeptStatement(
    lambda: Facilitation.objects.filter(user=USER, public_id=ID, ended_at=None).select_related(
        "consultation", "delegation"
    )
)
SITTINGS = KeptStatement(
    lambda: Sitting.objects.filter(
        delegation=Place("delegation", BigIntegerField()),
        seat__consultation__slug=Place("slug", TextField()),
        days__contains=Place("day", DateField()),
    ).select_related("seat__consultation")
)


def capacities_of(user: User) -> list[Capacity]:
    """Every capacity in which a user may act now, in two queries."""
    posts = Post.objects.held().filter(user=user).select_related("delegation")
    facilitations = Facilitation.objects.filter(user=user, ended_at=None).select_related(
        "consultation", "delegation"
    )
    return [_capacity_of_post(post) for post in posts] + [
        _capacity_of_facilitation(facilitation) for facilitation in facilitations
    ]


def key_of_post(post: Post) -> str:
    """The key of the capacity that a post gives. Needs `post.delegation`.

    It names the delegation and not the post: what a person follows, chose and types there stays
    theirs when they take over another post of it.
    """
    return f"delegation:{post.delegation.public_id}"


def present_key(capacity: str) -> str:
    """The present key of a capacity; sessions, programs and old mails may still name a post."""
    kind, _sep, public_id = capacity.partition(":")
    if kind != "post":
        return capacity
    with suppress(ValueError):
        post = Post.objects.select_related("delegation").filter(public_id=UUID(public_id)).first()
        return key_of_post(post) if post else capacity
    return capacity


def make_actor(user: User, capacity: str, *, moment: datetime | None = None) -> Actor:
    """The actor in this capacity, in one query. Raises Http404 where the user does not hold it."""
    held = _post_or_facilitation(user, capacity)
    moment = moment or timezone.now()
    if isinstance(held, Post):
        return Actor(user, _capacity_of_post(held), held.delegation, moment)
    return Actor(user, _capacity_of_facilitation(held), held.delegation, moment)


def enter(user: User, slug: str, capacity: str, *, moment: datetime | None = None) -> Access:
    """The access to a consultation in one capacity, in at most two queries.

    Raises Http404 where there is no such consultation, or the capacity has no place in it: what
    you may not see does not exist.
    """
    moment = moment or timezone.now()
    held = _post_or_facilitation(user, capacity)
    if isinstance(held, Facilitation):
        if held.consultation.slug != slug:
            raise Http404
        return Access(
            user,
            _capacity_of_facilitation(held),
            held.delegation,
            moment,
            consultation=held.consultation,
        )
    sittings = _sittings(held.delegation, slug, moment)
    own_seat = next((row.seat for row in sittings if row.way == Sitting.Way.OWN), None)
    if own_seat is None:
        raise Http404
    rooms = {row.seat_id: row.seat for row in sittings if row.way != Sitting.Way.OWN}
    coordinated = {row.seat_id for row in sittings if row.way == Sitting.Way.COORDINATOR}
    return Access(
        user,
        _capacity_of_post(held),
        held.delegation,
        moment,
        consultation=own_seat.consultation,
        seat=own_seat,
        group_seats=tuple(seat for key, seat in rooms.items() if key in coordinated),
        room_seats=tuple(rooms.values()),
    )


def rooms_by_delegation(seats: Iterable[Seat], moment: datetime) -> dict[int, tuple[Seat, ...]]:
    """The group rooms in which each delegation sits, by its key: one query for all of them."""
    places = {seat.pk: seat for seat in seats}
    sittings = Sitting.objects.filter(seat__in=list(places), days__contains=moment.date())
    in_groups = sittings.exclude(way=Sitting.Way.OWN).values_list("delegation_id", "seat_id")
    rooms: dict[int, tuple[Seat, ...]] = {}
    for delegation, seat in sorted(in_groups.distinct()):
        rooms[delegation] = (*rooms.get(delegation, ()), places[seat])
    return rooms


def access_of_post(
    post: Post, seat: Seat, moment: datetime, *, room_seats: tuple[Seat, ...] = ()
) -> Access:
    """The access of a post at a moment, from rows already loaded: no query, for mails to many.

    Needs `post.user`, `post.delegation` and `seat.consultation`; `room_seats` are those of
    `rooms_by_delegation`. Mandates for groups add what may be filed, and are left out.
    """
    return Access(
        post.user,
        _capacity_of_post(post),
        post.delegation,
        moment,
        consultation=seat.consultation,
        seat=seat,
        room_seats=room_seats,
    )


def access_of_facilitation(facilitation: Facilitation, moment: datetime) -> Access:
    """The access of who leads or serves. Needs its `user`, `delegation` and `consultation`."""
    return Access(
        facilitation.user,
        _capacity_of_facilitation(facilitation),
        facilitation.delegation,
        moment,
        consultation=facilitation.consultation,
    )


def _post_or_facilitation(user: User, capacity: str) -> Post | Facilitation:
    kind, _sep, key = capacity.partition(":")
    held: Post | Facilitation | None = None
    try:
        public_id = UUID(key)
    except ValueError:
        raise Http404
    if not user.is_active:
        raise Http404
    if kind == "delegation":
        held = next(iter(HELD_POST.ask(user=user.pk, id=public_id)), None)
    if kind == "facilitation":
        held = next(iter(HELD_FUNCTION.ask(user=user.pk, id=public_id)), None)
    if held is None:
        raise Http404
    return held


def _sittings(delegation: Delegation, slug: str, moment: datetime) -> list[Sitting]:
    """Where a delegation sits in a consultation, in the order of the table."""
    rows = SITTINGS.ask(delegation=delegation.pk, slug=slug, day=moment.date())
    return sorted(rows, key=attrgetter("seat.rank", "seat.sort_key", "seat_id"))


def _capacity_of_post(post: Post) -> Capacity:
    return Capacity(
        key=key_of_post(post),
        role=Role(post.role),
        name=post.delegation.name,
        role_words=str(PostRole(post.role).label),
        code=post.delegation.iso2 or post.delegation.code,
    )


def _capacity_of_facilitation(facilitation: Facilitation) -> Capacity:
    return Capacity(
        key=f"facilitation:{facilitation.public_id}",
        role=Role(facilitation.role),
        name=facilitation.consultation.title,
        role_words=str(FacilitationRole(facilitation.role).label),
        code="",
        consultation_slug=facilitation.consultation.slug,
    )
