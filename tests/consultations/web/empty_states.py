"""Pages on which nothing stands yet, and how a reader comes to them: by links alone."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.test import Client
from django.urls import resolve, reverse
from lxml import html

from tests.room import SLUG, Room, build_bare_room, circulate_in_room

READERS = ("secretariat", "co_facilitator", "staff", "CPV focal_point", "CPV contributor")
# Begun, and nothing more; a first text that nobody has spoken on.
STAGES = ("begun", "circulated")
PAGES_OF_ONE_KIND = 3
MAX_PRESSES = 3
# What answers with a file, or leaves the consultation.
NOT_PAGES = ("/file/", "/files/", "/kit/docx", "/kit/xlsx", ".ics", ".csv")


@dataclass(frozen=True)
class EmptyState:
    """What a page says where nothing stands; `url` is where its one link leads."""

    address: str
    title: str
    sentence: str
    label: str
    url: str


def room_at(stage: str) -> Room:
    """A consultation at one of `STAGES`."""
    room = build_bare_room()
    if stage == "circulated":
        circulate_in_room(room)
    return room


def let_in(client: Client, room: Room, who: str) -> Client:
    """The client, signed in as this reader in the one capacity that the name stands for."""
    client.force_login(room.users[who])
    session = client.session
    session["capacity"] = room.capacities[who]
    session.save()
    return client


def pages_reached(client: Client) -> Iterator[tuple[str, html.HtmlElement]]:
    """(address, page) of what stands within three presses of the two front pages."""
    seen, of_one_kind = set[str](), Counter[str]()
    addresses = [reverse("home"), reverse("consultation", args=[SLUG]), reverse("keys")]
    for _press in range(MAX_PRESSES + 1):
        links: list[str] = []
        for address in addresses:
            kind = resolve(urlsplit(address).path).view_name
            if address in seen or of_one_kind[kind] == PAGES_OF_ONE_KIND:
                continue
            seen.add(address)
            answer = client.get(address)
            if answer.status_code != 200 or "text/html" not in answer.headers["Content-Type"]:
                continue
            of_one_kind[kind] += 1
            page = html.fromstring(answer.content.decode())
            yield address, page
            links += page.xpath("//a[starts-with(@href, '/consultations/')]/@href")
        addresses = [
            link.partition("#")[0]
            for link in dict.fromkeys(links)
            if not any(part in link for part in NOT_PAGES)
        ]


def empty_states_of(address: str, page: html.HtmlElement) -> Iterator[EmptyState]:
    """What this page says where nothing stands."""
    for block in page.find_class("empty"):
        title, sentence, acts = (part.text_content().strip() for part in block)
        [link] = block.findall(".//a")
        yield EmptyState(address, title, sentence, acts, link.get("href", ""))
    for line in page.find_class("empty-line"):
        [link] = line.findall("a")
        yield EmptyState(
            address, "", (line.text or "").strip(), link.text_content(), link.get("href", "")
        )


def leads_on(client: Client, state: EmptyState, page: html.HtmlElement) -> bool:
    """Whether its link opens for this reader: another page, or a form on the same one."""
    if state.url.startswith("#"):
        return page.get_element_by_id(state.url.removeprefix("#"), None) is not None
    return client.get(state.url, follow=True).status_code == 200
