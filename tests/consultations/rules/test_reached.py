"""Every page that a role may open is linked from that role's front page."""

import re
from collections import Counter, deque
from html import unescape
from urllib.parse import parse_qs, urljoin, urlsplit

import pytest
from django.test import Client
from django.urls import Resolver404, resolve, reverse

from delegations.models import Invitation
from tests.consultations.web.site_map import ADDRESSES, READERS
from tests.nights import others_at_night
from tests.room import SLUG, Room, speak_in_room

A_LINK = re.compile(r'<(?:a|form)\b(?![^>]*method="post")[^>]*\b(?:href|action)="([^"]+)"')
# So many addresses of one name are opened that ask the same: they lead to the same kinds of pages.
MAX_OPENED = 2
# Of these more: what can be done with an input depends on how far it has come.
MORE = {"review_paragraph": 6}
# No links lead on from there, and to make them takes long.
FILES = {name for name in ADDRESSES if name.endswith("_file")} - {"import_file"}
# No pages of their own: two forms that stand in other pages, and what the desk asks for by itself.
IN_OTHER_PAGES = {
    "screen_now",
    "screen_stream",
    "draft_comment",
    "review_comment",
    "desk_now",
    "desk_unanswered",
    "answer_in_thread",
    # On the lines of the review page, of a round that closed long ago (test_closing_inputs.py).
    "close_input",
    "reopen_input",
    # Behind the form that finds a person by address (test_erasing.py).
    "erase_person",
}


def pages_of(letter: str) -> set[str]:
    """The pages that a reader may open, by name; the API and files are no pages."""
    return {
        name
        for name, address in ADDRESSES.items()
        if letter in (address.gets or "") and not name.startswith("api-")
    }


def reachable_pages(client: Client, start: str, pages: set[str]) -> set[str]:
    """Those of these pages to which links lead, from page to page."""
    opened: Counter[tuple[str, ...]] = Counter()
    found = {"consultation"}
    waiting, known = deque([start]), {start}
    while waiting:
        address = waiting.popleft()
        answer = client.get(address, follow=True)
        if "text/html" not in answer["Content-Type"]:
            continue
        for link in A_LINK.findall(answer.content.decode()):
            led = urlsplit(urljoin(answer.request["PATH_INFO"], unescape(link)))
            name = "" if led.scheme or led.netloc else _name(led.path)
            led_to = led._replace(fragment="").geturl()
            kind = (name, *sorted(parse_qs(led.query)))
            if name in pages and led_to not in known and opened[kind] < MORE.get(name, MAX_OPENED):
                known.add(led_to)
                found.add(name)
                opened[kind] += 1
                if name not in FILES:
                    waiting.append(led_to)
    return found


def _name(path: str) -> str:
    try:
        return resolve(path).view_name
    except Resolver404:
        return ""


@pytest.mark.parametrize("letter", others_at_night("fLAcdS", at_change=3))
def test_every_page_is_reached_from_the_front_page_of_who_may_open_it(
    room: Room, letter: str
) -> None:
    speak_in_room(room)
    client = Client()
    client.force_login(room.users[READERS[letter]])
    session = client.session
    session["capacity"] = room.capacities[READERS[letter]]
    session.save()
    pages = pages_of(letter)
    for name in sorted(pages - IN_OTHER_PAGES):
        ADDRESSES[name].url(
            room, name
        )  # the rows that it names, an invitation or a paper, are made
    Invitation.objects.update(sent_at=room.at(-2))  # long enough ago to be reminded of
    found = reachable_pages(client, reverse("consultation", args=[SLUG]), pages)
    assert sorted(pages - found - IN_OTHER_PAGES) == []
