"""Where one is signed in: a browser in words, and an end to one session."""

import re

from allauth.usersessions.internal.flows.sessions import end_sessions
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

# In this order: most browsers also name those they descend from.
BROWSERS = (
    ("Edge", r"Edg(?:e|A|iOS)?/"),
    ("Opera", r"OPR/|Opera"),
    ("Samsung Internet", r"SamsungBrowser/"),
    ("Firefox", r"Firefox/|FxiOS/"),
    ("Chrome", r"Chrome/|CriOS/"),
    ("Safari", r"Safari/"),
)
MACHINES = (
    ("iPhone", r"iPhone"),
    ("iPad", r"iPad"),
    ("Android", r"Android"),
    ("Windows", r"Windows"),
    ("Mac", r"Macintosh|Mac OS X"),
    ("Linux", r"Linux|X11"),
)


def browser_words(user_agent: str) -> str:
    """ "Firefox, Windows"; what is not known by name is said so."""
    browser = _first(BROWSERS, user_agent) or _("another browser")
    machine = _first(MACHINES, user_agent)
    return f"{browser}, {machine}" if machine else browser


def _first(names: tuple[tuple[str, str], ...], user_agent: str) -> str:
    return next((name for name, mark in names if re.search(mark, user_agent)), "")


@login_required
@require_POST
def end_session(request: HttpRequest, session: int) -> HttpResponse:
    """Sign out of one of one's own sessions."""
    row = get_object_or_404(UserSession, pk=session, user=request.user)
    end_sessions(request, [row])
    messages.success(request, _("The session has ended."))
    return redirect("usersessions_list")
