"""Describes one's sessions: the browser, and the moment in one's own time zone."""

import re
from datetime import datetime
from zoneinfo import ZoneInfo

from django import template
from django.utils.translation import gettext as _

from consultations.time.wall_clock import moment_in_words
from delegations.models import User

register = template.Library()

# What each puts into the User-Agent header, as regular expressions. In this order, because most
# browsers also name those that they are based on, and Android names Linux.
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
def browser_name(user_agent: str) -> str:
    """The browser and the machine, such as "Firefox, Windows"."""
    browser = _first_match(BROWSERS, user_agent) or _("Another browser")
    machine = _first_match(MACHINES, user_agent)
    return f"{browser}, {machine}" if machine else browser


@register.filter
def in_time_zone_of(moment: datetime, user: User) -> str:
    """A moment in the user's time zone."""
    return moment_in_words(moment, ZoneInfo(user.time_zone))


def _first_match(pattern_by_name: dict[str, str], user_agent: str) -> str:
    """The first name whose pattern is in the header; empty where none is."""
    return next(
        (name for name, pattern in pattern_by_name.items() if re.search(pattern, user_agent)), ""
    )
