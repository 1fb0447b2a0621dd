"""Who may open which address, and who may write through it: one row for each of the site map.

Readers: c contributor, d deputy, f focal point of Cabo Verde; x focal point of France;
L co-facilitator, S staff, A secretariat; o an outsider (Japan), e who leads another consultation;
n nobody, not signed in.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.urls import NoReverseMatch, get_resolver, reverse

from consultations.models import ApiToken, Facilitation
from drafts.models import Wording
from tests.room import SLUG, Room

READERS = {
    "c": "CPV contributor",
    "d": "CPV deputy",
    "f": "CPV focal_point",
    "x": "FRA focal_point",
    "L": "co_facilitator",
    "S": "staff",
    "A": "secretariat",
    "o": "JPN focal_point",
    "e": "elsewhere co_facilitator",
    "n": "",
}
IN_THE_ROOM = "cdfxLSA"
SIGNED_IN = "cdfxLSAoe"

# The short list of addresses that anybody may ask for, or that are not ours to test: sign-in and
# its account pages, health, the language of the frame, and the demo's mails (404 but in the demo).
# The secretariat's desk has a test of its own, in `tests/test_leaks.py`.
PUBLIC = ("health/", "account/", "language/", "demo/", "desk/")


def is_public(route: str) -> bool:
    return route.startswith(PUBLIC)


@dataclass(frozen=True)
class Address:
    """Who may GET (None: nobody can) and POST (None: nobody can), and with what."""

    gets: str | None = None
    posts: str | None = None
    data: Callable[[Room], dict[str, Any]] = lambda room: {}
    named: dict[str, Callable[[Room], Any]] = field(default_factory=dict)
    query: str = ""
    is_api: bool = False
    method: str = "post"

    def url(self, room: Room, name: str) -> str:
        """The address, with the rows that it names taken from the room."""
        wanted = {param for _path, params in _patterns(name) for param in params}
        values = {param: (self.named.get(param) or NAMED[param])(room) for param in wanted}
        return reverse(name, kwargs=values) + self.query

    def headers(self) -> dict[str, Any]:
        return {}


def _patterns(name: str) -> list[tuple[str, list[str]]]:
    resolver = get_resolver()
    *spaces, last = name.split(":")
    for space in spaces:
        resolver = resolver.namespace_dict[space][1]
    found: list[Any] = resolver.reverse_dict.getlist(last)
    if not found:
        raise NoReverseMatch(name)
    return [possibility for possibilities, *_rest in found[:1] for possibility in possibilities]


def _wall_clock(room: Room, days: float) -> str:
    moment = (room.now + timedelta(days=days)).astimezone(ZoneInfo("America/New_York"))
    return moment.replace(hour=12).strftime("%Y-%m-%dT%H:%M")


def _paragraph(room: Room) -> Any:
    return room.wording(room.revision, 3).paragraph


def _comment(name: str) -> dict[str, Callable[[Room], Any]]:
    return {"comment": lambda room: room.comment(name).public_id}


def _post(room: Room, who: str) -> Any:
    return room.capacities[who].removeprefix("post:")


def _key(room: Room) -> Any:
    token, _made = ApiToken.objects.get_or_create(
        user=room.users["CPV deputy"],
        capacity=room.capacities["CPV deputy"],
        name="Sheet",
        key_hash="0" * 64,
    )
    return token.public_id


# What a parameter of an address names, unless the row of the address says otherwise.
NAMED: dict[str, Callable[[Room], Any]] = {
    "slug": lambda room: SLUG,
    "draft": lambda room: "plan",
    "number": lambda room: room.revision.number,
    "meeting": lambda room: room.meeting.public_id,
    "round": lambda room: room.round.public_id,
    "paragraph": lambda room: _paragraph(room).public_id,
    "wording": lambda room: Wording.objects.get(revision=room.revision, place=2).public_id,
    "post": lambda room: _post(room, "CPV contributor"),
    "facilitation": lambda room: Facilitation.objects.get(role="staff").public_id,
    "key": _key,
    "kept": lambda room: "00000000-0000-4000-8000-000000000000",
}


def _round_data(room: Room, **more: Any) -> dict[str, Any]:
    return {
        "name": "Second round",
        "opens_at": _wall_clock(room, 11),
        "deadline": _wall_clock(room, 12),
        "visibility": "facilitators",
        "late_policy": "mark",
        **more,
    }


ADDRESSES: dict[str, Address] = {
    # A person's own pages
    "home": Address(gets=SIGNED_IN),
    "capacity": Address(gets=SIGNED_IN),
    "keys": Address(gets=SIGNED_IN, posts=SIGNED_IN, data=lambda room: {"name": "Sheet"}),
    "end_key": Address(posts="d"),
    # The frame
    "people": Address(
        gets=IN_THE_ROOM,
        posts="fx",
        data=lambda room: {"email": "new@example.org", "name": "New", "role": "contributor"},
    ),
    "end_post": Address(gets="fA", posts="fA"),
    "rounds": Address(gets=IN_THE_ROOM, posts="LS", data=_round_data),
    "close_round": Address(gets="LS", posts="LS"),
    "extend_deadline": Address(
        gets="LS", posts="LS", data=lambda room: {"deadline": _wall_clock(room, 14)}
    ),
    "set_visibility": Address(
        gets="L",
        posts="L",
        data=lambda room: {"visibility": "facilitators"},
    ),
    "meetings": Address(
        gets=IN_THE_ROOM,
        posts="LSA",
        data=lambda room: {
            "title": "Second reading",
            "kind": "informal",
            "starts_at": _wall_clock(room, 5),
            "digest_hours": "24",
        },
    ),
    "move_meeting": Address(
        gets="LSA", posts="LSA", data=lambda room: {"starts_at": _wall_clock(room, 6)}
    ),
    "cancel_meeting": Address(gets="LSA", posts="LSA"),
    "agenda": Address(
        gets=IN_THE_ROOM,
        posts="LSA",
        data=lambda room: {"what": f"draft:{room.draft.public_id}"},
    ),
    # The text
    "drafts": Address(gets=IN_THE_ROOM),
    "new_draft": Address(
        gets="LS",
        posts="LS",
        data=lambda room: {
            "title": "New text",
            "slug": "new-text",
            "language": "en",
            "numbering": "running",
        },
    ),
    "desk": Address(gets="LSA"),
    "add_paragraph": Address(
        gets="LS",
        posts="LS",
        data=lambda room: {"text": "To report.", "kind": "operative"},
        query="?after=last",
    ),
    "edit_paragraph": Address(
        gets="LSA",
        posts="LS",
        data=lambda room: {
            "text": "To train all officials.",
            "kind": "operative",
            "version": _paragraph(room).version,
            "label": _paragraph(room).label,
        },
    ),
    "paragraph_history": Address(gets="LSA"),
    "move_paragraph": Address(gets="LS", posts="LS", data=lambda room: {"step": "up"}),
    "strike_paragraph": Address(posts="LS"),
    "restore_paragraph": Address(posts="LS"),
    "import_file": Address(
        gets="LS", posts="LS", data=lambda room: {"pasted": "1. To raise awareness.\n"}
    ),
    "import_preview": Address(),
    "circulate": Address(gets="L"),
    "circulated": Address(gets="LSA"),
    "adopt_text": Address(gets="L", posts="L"),
}
