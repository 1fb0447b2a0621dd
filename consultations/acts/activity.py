"""When somebody was last here: for the own delegation, and for one's own list of sessions."""

import hashlib
from datetime import timedelta

from allauth.usersessions.models import UserSession
from django.core.cache import cache
from django.http import HttpRequest

from consultations.rules.access import DELEGATES, Actor
from delegations.models import Post

EVERY = 300  # seconds: a moment is written again only when the one before has grown this old
WITHOUT_CACHE = timedelta(seconds=30)  # the same while the cache is away and counts nothing


def note_activity(request: HttpRequest, access: Actor) -> None:
    """Write when this session, and in it this post, were last active: at most every five minutes.

    No history: who looked when is not what people decided. While the cache is away
    the rows themselves say whether they are due.
    """
    session = request.session.session_key or ""
    if not cache.add(activity_key(session, access), True, timeout=EVERY):
        return
    before = access.moment - WITHOUT_CACHE
    if access.role in DELEGATES:
        held = Post.objects.filter(user=access.user, delegation=access.delegation, ended_at=None)
        held.exclude(last_active_at__gt=before).update(last_active_at=access.moment)
    sessions = UserSession.objects.filter(session_key=session)
    sessions.exclude(last_seen_at__gt=before).update(last_seen_at=access.moment)


def activity_key(session: str, access: Actor) -> str:
    """What the cache keeps while the moment of a session in a capacity need not be written."""
    digest = hashlib.sha256(session.encode()).hexdigest()
    return f"active:{access.user.pk}:{access.capacity.key}:{digest}"
