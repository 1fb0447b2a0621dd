"""Coming in: from a user and a capacity to a standing, or to an access in one consultation."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import BooleanField, ExpressionWrapper, Q
from django.http import Http404
from django.utils import timezone

from consultations.access import Access, Capacity, Role, Standing
from consultations.models import Facilitation, FacilitationRole, Seat
from delegations.models import GroupMembership, Mandate, Post, PostRole, User


def capacities_of(user: User) -> list[Capacity]:
    """Every capacity in which a user may act now, in two queries."""
    posts = Post.objects.held().filter(user=user).select_related("delegation")
    facilitations = Facilitation.objects.filter(user=user, ended_at=None).select_related(
        "consultation", "delegation"
    )
    return [_capacity_of_post(post) for post in posts] + [
        _capacity_of_facilitation(facilitation) for facilitation in facilitations
    ]


def stand(user: User, capacity: str, *, moment: datetime | None = None) -> Standing:
    """A standing outside any consultation, in one query. Raises Http404 where it is not held."""
    held = _held(user, capacity)
    moment = moment or timezone.now()
    if isinstance(held, Post):
        return Standing(user, _capacity_of_post(held), held.delegation, moment)
    return Standing(user, _capacity_of_facilitation(held), held.delegation, moment)


def enter(user: User, slug: str, capacity: str, *, moment: datetime | None = None) -> Access:
    """Come into a consultation in one capacity, in at most three queries.

    Raises Http404 where there is no such consultation or no place in it: what you may not see
    does not exist.
    """
    moment = moment or timezone.now()
    held = _held(user, capacity)
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
    coordinated = Mandate.objects.holding(moment).filter(coordinator=held.delegation)
    joined = GroupMembership.objects.holding(moment).filter(member=held.delegation)
    is_coordinated = Q(delegation__in=coordinated.values("group"))
    seats = list(
        Seat.objects.filter(consultation__slug=slug, ended_at=None)
        .filter(
            Q(delegation=held.delegation)
            | is_coordinated
            | Q(delegation__in=joined.values("group"))
        )
        .select_related("consultation")
        .annotate(is_coordinated=ExpressionWrapper(is_coordinated, BooleanField()))
    )
    own = next((seat for seat in seats if seat.delegation_id == held.delegation_id), None)
    if own is None:
        raise Http404
    rooms = [seat for seat in seats if seat is not own]
    return Access(
        user,
        _capacity_of_post(held),
        held.delegation,
        moment,
        consultation=own.consultation,
        seat=own,
        group_seats=tuple(seat for seat in rooms if seat.is_coordinated),
        room_seats=tuple(rooms),
    )


def rooms_by_delegation(seats: Iterable[Seat], moment: datetime) -> dict[int, tuple[Seat, ...]]:
    """In whose group rooms each delegation sits, by its key: two queries for all of them."""
    places = {seat.delegation_id: seat for seat in seats}
    members = GroupMembership.objects.holding(moment).filter(group__in=list(places))
    coordinators = Mandate.objects.holding(moment).filter(group__in=list(places))
    sitting = {
        *members.values_list("member_id", "group_id"),
        *coordinators.values_list("coordinator_id", "group_id"),
    }
    rooms: dict[int, tuple[Seat, ...]] = {}
    for delegation, group in sorted(sitting):
        rooms[delegation] = (*rooms.get(delegation, ()), places[group])
    return rooms


def access_of_post(
    post: Post, seat: Seat, moment: datetime, *, room_seats: tuple[Seat, ...] = ()
) -> Access:
    """What a post reads at a moment, from rows already loaded: no query, for mails to many.

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
    """The same for who leads or serves. Needs its `user`, `delegation` and `consultation`."""
    return Access(
        facilitation.user,
        _capacity_of_facilitation(facilitation),
        facilitation.delegation,
        moment,
        consultation=facilitation.consultation,
    )


def _held(user: User, capacity: str) -> Post | Facilitation:
    kind, _sep, key = capacity.partition(":")
    found: Post | Facilitation | None = None
    try:
        public_id = UUID(key)
    except ValueError:
        raise Http404
    if not user.is_active:
        raise Http404
    if kind == "post":
        posts = Post.objects.held().select_related("delegation")
        found = posts.filter(user=user, public_id=public_id).first()
    if kind == "facilitation":
        facilitations = Facilitation.objects.select_related("consultation", "delegation")
        found = facilitations.filter(user=user, public_id=public_id, ended_at=None).first()
    if found is None:
        raise Http404
    return found


def _capacity_of_post(post: Post) -> Capacity:
    return Capacity(
        key=f"post:{post.public_id}",
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
