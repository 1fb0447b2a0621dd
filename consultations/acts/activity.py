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
    """Write when this post and this session were last active, at most every five minutes each.

    No history: who looked when is not what people decided. While the cache is away
    the rows themselves say whether they are due.
    """
    session = request.session.session_key or ""
    before = access.moment - WITHOUT_CACHE
    if access.role in DELEGATES and _is_due(f"{access.user.pk}:{access.capacity.key}"):
        held = Post.objects.filter(user=access.user, delegation=access.delegation, ended_at=None)
        held.exclude(last_active_at__gt=before).update(last_active_at=access.moment)
    if _is_due(f"session:{hashlib.sha256(session.encode()).hexdigest()}"):
        sessions = UserSession.objects.filter(session_key=session)
        sessions.exclude(last_seen_at__gt=before).update(last_seen_at=access.moment)


def _is_due(what: str) -> bool:
    return bool(cache.add(f"active:{what}", True, timeout=EVERY))
