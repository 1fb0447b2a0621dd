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
    ended_count, _by_model = Session.objects.filter(expire_date__lt=moment).delete()
    live_session_keys = Session.objects.values("session_key")
    UserSession.objects.exclude(session_key__in=live_session_keys).delete()
    return ended_count


def clear_old_autosaves(moment: datetime) -> int:
    """Delete what was typed long ago and never saved. Drafts stay. Returns how many."""
    deleted_count, _by_model = Autosave.objects.filter(
        saved_at__lt=moment - AUTOSAVES_KEPT
    ).delete()
    return deleted_count
