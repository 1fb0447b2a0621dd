"""Who of some delegations is told by mail of what they have to act on."""

from collections.abc import Iterable
from operator import attrgetter

from comments.models import MailChoice, Often
from consultations.rules.access import Access
from consultations.rules.access_factory import key_of_post
from delegations.models import Post, PostRole

# Who can object, clear and submit, and so has to know.
TOLD_ROLES = (PostRole.FOCAL_POINT, PostRole.DEPUTY)


def posts_to_tell(delegations: Iterable[int], *, in_any_case: bool) -> list[Post]:
    """The deputies and focal points of these delegations, in the order of their posts.

    Who chose to get no mail gets none. Where all of a delegation chose so, its focal points are
    told `in_any_case`: of what happens, or waits, in its name unless somebody acts.
    """
    held = Post.objects.held().filter(delegation__in=set(delegations), role__in=TOLD_ROLES)
    posts = list(held.select_related("user", "delegation").order_by("pk"))
    unwilling = who_wants_none(posts)
    told = [post for post in posts if post.pk not in unwilling]
    reached = {post.delegation_id for post in told}
    if in_any_case:
        told += [
            post
            for post in posts
            if post.delegation_id not in reached and post.role == PostRole.FOCAL_POINT
        ]
    return sorted(told, key=attrgetter("pk"))


def wants_none(access: Access) -> bool:
    """Whether a reader chose to get no mail in this capacity."""
    choices = MailChoice.objects.filter(user=access.user, capacity=access.capacity.key)
    return choices.filter(often=Often.NEVER).exists()


def who_wants_none(posts: Iterable[Post]) -> set[int]:
    """Those of these posts whose holders chose to get no mail in them: one query.

    Needs `post.delegation`.
    """
    keys = {(post.user_id, key_of_post(post)): post.pk for post in posts}
    never = MailChoice.objects.filter(user__in={user for user, _ in keys}, often=Often.NEVER)
    chosen = never.values_list("user_id", "capacity")
    return {keys[reader] for reader in chosen if reader in keys}
