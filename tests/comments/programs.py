"""What somebody's program posts to the API and reads from it, for the tests of inputs."""

import uuid
from typing import Any

from tests.api_clients import address, with_key
from tests.room import Room

KEY: dict[str, Any] = {"HTTP_IDEMPOTENCY_KEY": "5b0f3c1a-6f0e-4d52-9d3e-0a4f6ad0b4c1"}


def post_as(room: Room, who: str, *parts: Any, code: int = 200, **fields: Any) -> dict[str, Any]:
    key: dict[str, Any] = KEY if fields.pop("is_keyed", False) else {}
    answer = with_key(room, who).post(address(*parts), fields, format="json", **key)
    assert answer.status_code == code, answer.content
    body: dict[str, Any] = answer.json()
    if code >= 400:
        assert answer["Content-Type"] == "application/problem+json"
    return body


def rows_read_by(room: Room, who: str, *parts: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = with_key(room, who).get(address(*parts)).json()["results"]
    return found


def id_of(room: Room, name: str) -> uuid.UUID:
    return room.comment(name).public_id


def streamed(answer: Any) -> bytes:
    return b"".join(answer.streaming_content)
