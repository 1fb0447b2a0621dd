"""Whoever calls the API in a test: with a key, or signed in with a chosen capacity."""

from typing import Any

from rest_framework.test import APIClient

from consultations.keys.acts import make_token, note_use
from consultations.rules.access_factory import make_actor
from consultations.web.view_decorators import CAPACITY_SESSION_KEY
from tests.room import SLUG, Room


def address(*parts: Any, slug: str = SLUG) -> str:
    """An address of a consultation: `address("comments", id, "submit")`."""
    return "/".join(["/api/v1/consultations", slug, *(str(part) for part in parts), ""])


def with_key(room: Room, who: str) -> APIClient:
    """A person's program, holding a key for their capacity."""
    standing = make_actor(room.users[who], room.capacities[who])
    token, key = make_token(actor=standing, name="A program")
    note_use(token, standing.moment)  # once an hour, and no query of what a test counts
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Token {key}")
    return client


def signed_in(room: Room, who: str, **how: Any) -> APIClient:
    """A person's browser, in the capacity they chose."""
    client = APIClient(**how)
    client.force_login(room.users[who])
    session = client.session
    session[CAPACITY_SESSION_KEY] = room.capacities[who]
    session.save()
    return client
