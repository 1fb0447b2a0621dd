"""One's own sessions in words: which browser, and when by one's own clock."""

import re
from datetime import datetime
from zoneinfo import ZoneInfo

from django import template
from django.utils.translation import gettext as _

from consultations.wall_clock import words_of
from delegations.models import User

register = template.Library()

# In this order: most browsers also name those they descend from.
BROWSERS = {
    "Edge": r"Edg(?:e|A|iOS)?/",
    "Opera": r"OPR/|Opera",
    "Samsung Internet": r"SamsungBrowser/",
    "Firefox": r"Firefox/|FxiOS/",
    "Chrome": r"Chrome/|CriOS/|Chromium/",
    "Safari": r"Safari/",
}
MACHINES = {
    "iPhone": r"iPhone",
    "iPad": r"iPad",
    "Android": r"Android",
    "Windows": r"Windows",
    "Mac": r"Macintosh|Mac OS X",
    "Linux": r"Linux|X11",
}


@register.filter
def in_words(user_agent: str) -> str:
    """ "Firefox, Windows"; a browser that is not known by name is said to be another."""
    browser = _first(BROWSERS, user_agent) or _("Another browser")
    machine = _first(MACHINES, user_agent)
    return f"{browser}, {machine}" if machine else browser


@register.filter
def by_clock_of(moment: datetime, user: User) -> str:
    """A moment on the wall where the user is."""
    return words_of(moment, ZoneInfo(user.time_zone))


def _first(names: dict[str, str], user_agent: str) -> str:
    return next((name for name, mark in names.items() if re.search(mark, user_agent)), "")
