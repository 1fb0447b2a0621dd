"""The pages that a role's front page leads to, found by its links: a new page needs no naming.

Two steps: the front page, and what its pages lead to. Of each page in the site map the first one.
"""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from html import unescape
from typing import Any
from urllib.parse import urljoin, urlsplit

from django.urls import Resolver404, resolve, reverse

from comments.models import Seen
from consultations.models import Consultation
from consultations.rules.access_factory import capacities_of
from delegations.models import User

# From so many days ago on everything is new to who was away.
AWAY = timedelta(days=60)
# Addresses of others' code, papers (measured as such), and pages of the platform alone.
NOT_PAGES = ("account_", "mfa_", "admin", "set_language", "demo", "seal", "schema", "api")
A_LINK = re.compile(r'<a\b[^>]*\bhref="([^"]+)"')

Ask = Callable[[str], bytes]


def pages_from_the_front(ask: Ask, consultation: Consultation) -> dict[str, str]:
    """Name in the site map → address, for all that is two steps from the front page."""
    front = reverse("consultation", args=[consultation.slug])
    found = {"consultation": front}
    for _step in range(2):
        for address in list(found.values()):
            for name, led in _led_to(ask(address).decode(), address):
                found.setdefault(name, led)
    return found


def set_last_look(user: User, consultation: Consultation, moment: Any) -> None:
    """This person looked at everything at a moment, in their first capacity."""
    own: dict[str, Any] = {
        "user": user,
        "consultation": consultation,
        "capacity": capacities_of(user)[0].key,
    }
    Seen.objects.filter(**own).delete()
    Seen.objects.create(**own, seen_at=moment)


def _led_to(page: str, here: str) -> Iterator[tuple[str, str]]:
    for link in A_LINK.findall(page):
        address = urlsplit(urljoin(here, unescape(link)))
        if address.netloc or address.scheme:
            continue
        try:
            name = resolve(address.path).url_name or ""
        except Resolver404:
            continue
        if name and not name.startswith(NOT_PAGES) and not name.endswith("_file"):
            yield name, address._replace(fragment="").geturl()
