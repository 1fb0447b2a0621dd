"""When somebody was last here: for the own delegation, and for one's own list of sessions."""

import hashlib

from allauth.usersessions.models import UserSession
from django.core.cache import cache
from django.http import HttpRequest
from redis.exceptions import RedisError

from consultations.rules.access import DELEGATES, Actor
from delegations.models import Post

EVERY = 300  # seconds: a moment is written again only when the one before has grown this old


def note_activity(request: HttpRequest, access: Actor) -> None:
    """Write when this post and this session were last active, at most every five minutes each.

    No history: who looked when is not what people decided. While the cache is away nothing is
    written, for a page must not wait for it.
    """
    session = request.session.session_key or ""
    try:
        is_post_due = access.role in DELEGATES and _is_due(
            f"{access.user.pk}:{access.capacity.key}"
        )
        is_session_due = _is_due(f"session:{hashlib.sha256(session.encode()).hexdigest()}")
    except RedisError:
        return
    if is_post_due:
        held = Post.objects.filter(user=access.user, delegation=access.delegation, ended_at=None)
        held.update(last_active_at=access.moment)
    if is_session_due:
        UserSession.objects.filter(session_key=session).update(last_seen_at=access.moment)


def _is_due(what: str) -> bool:
    return bool(cache.add(f"active:{what}", True, timeout=EVERY))
