"""Delete what is kept only for a time: sessions and autosaves, nothing of the record."""

from datetime import datetime, timedelta

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session

from comments.models import Autosave

# How long words are kept that somebody typed and did not save.
AUTOSAVES_KEPT = timedelta(days=90)


def clear_old_sessions(moment: datetime) -> int:
    """Delete the sessions that have ended, with the network addresses they came from.

    Returns how many.
    """
    ended, _by_model = Session.objects.filter(expire_date__lt=moment).delete()
    alive = Session.objects.values("session_key")
    UserSession.objects.exclude(session_key__in=alive).delete()
    return ended


def clear_old_autosaves(moment: datetime) -> int:
    """Delete what was typed long ago and never saved. Drafts stay. Returns how many."""
    deleted, _by_model = Autosave.objects.filter(saved_at__lt=moment - AUTOSAVES_KEPT).delete()
    return deleted
