"""Many at a time over HTTP, held against bare pages from the same web server in the same run."""

import http.client
import json
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from config.demo.large_seed import LargeSeed
from tests.tools.bench.figures import Figure
from tests.tools.bench.visitor import Visitor, sign_in
from tests.web_server import web_server

WRITERS = 8
READERS = 16
TURNS = 4
EACH = 25  # requests of a client in a turn
JSON = {"Content-Type": "application/json"}


@dataclass(frozen=True, slots=True)
class Sent:
    """A request: by whom, where to, and what is written, if anything."""

    visitor: Visitor
    address: str
    body: dict[str, Any] | None = None


def served(large: LargeSeed, size: int) -> Iterator[Figure]:
    """Whole inputs and sections, a second, beside bare pages a second of as many clients."""
    people = [sign_in(user) for user in large.focal_points[:READERS]]
    section = f"{reverse('reading', args=[large.consultation.slug, 'plan', 1])}?section=3"
    bare, inputs_at = reverse("bare"), address_of_inputs(large)
    with web_server({"DJANGO_SETTINGS_MODULE": "tests.tools.bench.settings"}) as web:
        inputs, floor = _by_turns(
            web.port,
            WRITERS,
            lambda who, turn: Sent(people[who], inputs_at, whole_input(large, turn)),
            lambda who, _turn: Sent(people[who], bare),
        )
        yield Figure(
            f"whole inputs over the API at {size:,}, {WRITERS} clients",
            inputs,
            "a second",
            0.2,
            floor=floor,
            floor_name="bare pages a second",
            is_at_least=True,
            peer="18.6 a second",
        )
        sections, floor = _by_turns(
            web.port,
            READERS,
            lambda who, _turn: Sent(people[who], section),
            lambda who, _turn: Sent(people[who], bare),
        )
        yield Figure(
            f"sections read at {size:,}, {READERS} connections",
            sections,
            "a second",
            0.15,
            floor=floor,
            floor_name="bare pages a second",
            is_at_least=True,
        )


def address_of_inputs(large: LargeSeed) -> str:
    return reverse("api-comments-list", args=[large.consultation.slug])


def whole_input(large: LargeSeed, turn: int) -> dict[str, Any]:
    """What is drafted and submitted in one request."""
    return {
        "wording": str(large.wordings[turn % len(large.wordings)].public_id),
        "kind": "comment",
        "rationale": "We should like to see this paragraph strengthened. " * 8,
        "language": "en",
        "submit": True,
    }


type Request = Callable[[int, int], Sent]


def _by_turns(port: int, clients: int, ours: Request, floor: Request) -> tuple[float, float]:
    """How many a second of each, a stretch of the one after a stretch of the other."""
    spent = {ours: 0.0, floor: 0.0}
    for request in (ours, floor):  # every process loads what it needs
        _sent_by_all(port, clients, request, 0)
    for turn in range(1, TURNS + 1):
        for request in (ours, floor):
            spent[request] += _sent_by_all(port, clients, request, turn)
    total = clients * EACH * TURNS
    return total / spent[ours], total / spent[floor]


def _sent_by_all(port: int, clients: int, request: Request, turn: int) -> float:
    """Seconds in which every client sends its share, one by one, over one connection."""
    refused: list[str] = []

    def send(share: Sequence[Sent]) -> None:
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        for one in share:
            method, body = ("POST", json.dumps(one.body)) if one.body else ("GET", None)
            line.request(method, one.address, body, one.visitor.headers | JSON)
            answer = line.getresponse()
            content = answer.read()
            if answer.status not in {200, 201}:
                refused.append(f"{answer.status}: {content[:300]!r}")
        line.close()

    shares = [
        [request(who, turn * EACH + number) for number in range(EACH)] for who in range(clients)
    ]
    people = [threading.Thread(target=send, args=[share]) for share in shares]
    begun = time.perf_counter()
    for person in people:
        person.start()
    for person in people:
        person.join()
    if refused:
        raise RuntimeError(f"{len(refused)} requests were refused, the first with {refused[0]}")
    return time.perf_counter() - begun
