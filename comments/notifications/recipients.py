"""To whom a mail goes: those who act for a delegation, less who wants no mail on the matter."""

from collections.abc import Iterable
from datetime import datetime
from operator import attrgetter

from comments.models import Comment
from consultations.models import Seat, Topic
from consultations.outbox.readers import unwilling_reader_keys
from consultations.rules.access import Access
from consultations.rules.access_factory import capacity_key_of_post
from delegations.models import GroupMembership, Mandate, Post, PostRole

# Those who act for a delegation, and so have to know: both may object and clear, and focal points
# submit.
TOLD_ROLES = (PostRole.FOCAL_POINT, PostRole.DEPUTY)


def posts_to_tell(
    delegation_ids: Iterable[int],
    *,
    tells_focal_points_if_nobody_else: bool,
    topic: Topic | None = None,
    roles: Iterable[PostRole] = TOLD_ROLES,
) -> list[Post]:
    """The deputies and focal points of these delegations, or other `roles`, in the order of posts.

    Those who chose no mail, or none on this topic, get none. Where that is everybody in a
    delegation, `tells_focal_points_if_nobody_else` tells its focal points all the same: something
    happens in its name unless they act.
    """
    posts = posts_in(delegation_ids, roles)
    posts_told = posts_wanting_mail(posts, topic)
    delegation_ids_told = {post.delegation_id for post in posts_told}
    if tells_focal_points_if_nobody_else:
        posts_told += [
            post
            for post in posts
            if post.delegation_id not in delegation_ids_told and post.role == PostRole.FOCAL_POINT
        ]
    return sorted(posts_told, key=attrgetter("pk"))


def posts_wanting_mail(posts: Iterable[Post], topic: Topic | None = None) -> list[Post]:
    """The posts whose holders want mail on this topic: one query.

    Needs `post.delegation`.
    """
    post_by_reader_key = {(post.user_id, capacity_key_of_post(post)): post for post in posts}
    unwilling_keys = unwilling_reader_keys(list(post_by_reader_key), topic)
    return [
        post for reader_key, post in post_by_reader_key.items() if reader_key not in unwilling_keys
    ]


def posts_in(delegation_ids: Iterable[int], roles: Iterable[PostRole] = PostRole) -> list[Post]:
    """The posts held in these delegations, in these roles (all by default): one query.

    Each comes with holder and delegation.
    """
    held = Post.objects.held().filter(delegation__in=set(delegation_ids), role__in=list(roles))
    return list(held.select_related("user", "delegation").order_by("pk"))


def colleagues_of(access: Access) -> list[Post]:
    """The posts held in the own delegation, the reader's own among them: one query.

    Empty for whoever leads or serves, even where they come from a delegation.
    """
    return posts_in([access.delegation.pk]) if access.seat and access.delegation else []


def delegation_ids_in_room(comment: Comment, moment: datetime) -> set[int]:
    """The ids of the delegations that sit in the room of the group whose comment this is.

    Those are members and coordinators that have a seat in the consultation.
    """
    group_id = comment.seat.delegation_id
    members = GroupMembership.objects.in_force(moment).filter(group=group_id)
    coordinators = Mandate.objects.in_force(moment).filter(group=group_id)
    delegation_ids = {
        *members.values_list("member", flat=True),
        *coordinators.values_list("coordinator", flat=True),
    }
    seats = Seat.objects.filter(
        consultation=comment.consultation_id, ended_at=None, delegation__in=delegation_ids
    )
    return set(seats.values_list("delegation", flat=True))
