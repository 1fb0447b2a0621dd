"""Minutes over the API: their lines, the drafts made of them, and the end of their changes."""

from typing import Any

import pytest

from comments.models import MinuteLine
from tests.api_clients import address, with_key
from tests.comments.programs import post_as, rows_read_by
from tests.room import Room

pytestmark = pytest.mark.django_db
OTHERS = ("FRA focal_point", "CPV focal_point")


def _line(room: Room, **fields: Any) -> dict[str, Any]:
    at = ("minutes", room.meeting.public_id)
    post_as(room, "staff", *at, "begin")
    return post_as(room, "staff", *at, "lines", code=201, words="We cannot accept it.", **fields)


def test_a_line_is_written_corrected_offered_and_made_a_draft(room: Room) -> None:
    paragraph = str(room.wording(room.revision, 2).paragraph.public_id)
    line = _line(room, paragraph=paragraph, delegation="FRA")
    at = ("minute-lines", line["id"])
    assert all(rows_read_by(room, who, "minute-lines") == [] for who in OTHERS)
    staff = with_key(room, "staff")
    body = {"words": "We can accept it.", "delegation": "FRA", "version": 9}
    stale = staff.patch(address(*at), body, format="json")
    assert (stale.status_code, stale["Content-Type"]) == (409, "application/problem+json")
    kept = staff.patch(address(*at), body | {"version": 1}, format="json")
    assert kept.json()["words"] == "We can accept it."
    post_as(room, "FRA focal_point", *at, "draft", code=404)
    assert post_as(room, "staff", *at, "offer")["offered_at"] is not None
    (asked,) = rows_read_by(room, "FRA focal_point", "minute-lines")
    assert (asked["id"], asked["version"]) == (line["id"], None)
    made = post_as(room, "FRA focal_point", *at, "draft", code=201)
    assert post_as(room, "FRA focal_point", *at, "draft")["id"] == made["id"]
    assert (made["rationale"], made["state"]) == ("We can accept it.", "drafted")
    (own,) = rows_read_by(room, "FRA focal_point", "minute-lines")
    assert own["comment"] == made["id"]
    (seen,) = rows_read_by(room, "staff", "minute-lines")
    assert seen["comment"] is None  # that a delegation drafts is for nobody else to learn


def test_minutes_are_read_once_they_are_issued_and_then_fixed(room: Room) -> None:
    _line(room)
    assert rows_read_by(room, "CPV focal_point", "minutes") == []
    at = ("minutes", room.meeting.public_id)
    post_as(room, "staff", *at, "issue", code=403)
    assert post_as(room, "co_facilitator", *at, "issue")["issued_at"] is not None
    assert len(rows_read_by(room, "CPV focal_point", "minutes")) == 1
    assert [row["words"] for row in rows_read_by(room, "CPV focal_point", "minute-lines")] == [
        "We cannot accept it."
    ]
    refused = post_as(room, "staff", *at, "lines", code=400, words="Too late.")
    assert refused["detail"] == "The minutes are issued. They no longer change."
    assert MinuteLine.objects.count() == 1
