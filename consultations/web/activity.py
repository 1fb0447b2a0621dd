"""When somebody was last active: for their delegation, and for their own list of sessions."""

import hashlib
from datetime import timedelta

from allauth.usersessions.models import UserSession
from django.core.cache import cache
from django.http import HttpRequest

from consultations.rules.access import DELEGATE_ROLES, Actor
from delegations.models import Post

SECONDS_BETWEEN_WRITES = 300  # for so long a key in the cache says that the moment is written
# A moment in a row of the database is left as it is while it is younger than this: the only limit
# on writes while the cache is away.
INTERVAL_WITHOUT_CACHE = timedelta(seconds=30)


def note_activity(request: HttpRequest, actor: Actor) -> None:
    """Write when this session and this post were last active, at most every five minutes.

    While the cache is away, at most every thirty seconds. Only the last moment is kept, and no
    history of who looked when.
    """
    session_key = request.session.session_key or ""
    if not cache.add(activity_key(session_key, actor), True, timeout=SECONDS_BETWEEN_WRITES):
        return
    fresh_since = actor.moment - INTERVAL_WITHOUT_CACHE
    if actor.role in DELEGATE_ROLES:
        posts = Post.objects.filter(user=actor.user, delegation=actor.delegation, ended_at=None)
        posts.exclude(last_active_at__gt=fresh_since).update(last_active_at=actor.moment)
    sessions = UserSession.objects.filter(session_key=session_key)
    sessions.exclude(last_seen_at__gt=fresh_since).update(last_seen_at=actor.moment)


def activity_key(session_key: str, actor: Actor) -> str:
    """The cache key that exists while the moment of this session need not be written again."""
    session_hash = hashlib.sha256(session_key.encode()).hexdigest()
    return f"active:{actor.user.pk}:{actor.capacity.key}:{session_hash}"
