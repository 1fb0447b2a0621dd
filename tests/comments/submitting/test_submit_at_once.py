"""The API drafts and submits an input in one request, for those who may submit."""

import uuid
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from comments.models import Comment, CommentMember, Receipt
from tests.api_clients import address, with_key
from tests.room import Room

pytestmark = pytest.mark.every_server

MAX_QUERIES = 15


def words(room: Room, **more: Any) -> dict[str, Any]:
    wording = str(room.wording(room.revision, 2).public_id)
    return {"wording": wording, "kind": "comment", "rationale": "At once.", "submit": True} | more


def test_a_focal_point_submits_in_one_request_and_others_read_it(room: Room) -> None:
    answer = with_key(room, "FRA focal_point").post(address("comments"), words(room))
    assert answer.status_code == 201, answer.json()
    body = answer.json()
    assert (body["reference"], body["state"]) == ("FRA-5", "submitted")
    read = with_key(room, "CPV contributor").get(address("comments", body["id"]))
    assert read.json()["rationale"] == "At once."
    stored = Comment.objects.get(public_id=body["id"])
    assert Receipt.objects.filter(comments=stored).exists()
    # What others read of its history begins with the submission: nothing stands before it.
    assert [row.submitted_at for row in stored.history.all()] == [stored.submitted_at]


def test_it_is_one_request_of_few_queries(room: Room) -> None:
    program, body = with_key(room, "FRA focal_point"), words(room)
    program.post(address("comments"), body)
    with CaptureQueriesContext(connection) as queries:
        answer = program.post(address("comments"), body)
    assert answer.status_code == 201
    assert len(queries) <= MAX_QUERIES, "\n".join(query["sql"][:120] for query in queries)


@pytest.mark.parametrize("who", ["FRA contributor", "FRA deputy"])
def test_who_may_not_submit_is_refused_and_leaves_no_draft(room: Room, who: str) -> None:
    before = Comment.objects.count()
    refused = with_key(room, who).post(address("comments"), words(room))
    assert refused.status_code == 403 and refused.json()["detail"]
    assert Comment.objects.count() == before
    kept = with_key(room, who).post(address("comments"), words(room, submit=False))
    assert kept.json()["state"] == "drafted"


def test_the_same_key_twice_submits_once_and_a_draft_with_it_is_refused(room: Room) -> None:
    program, key = with_key(room, "FRA focal_point"), str(uuid.uuid4())
    answers = [
        program.post(address("comments"), words(room), HTTP_IDEMPOTENCY_KEY=key)
        for _time in range(2)
    ]
    assert [answer.status_code for answer in answers] == [201, 200]
    assert answers[0].json() == answers[1].json()
    other = program.post(address("comments"), words(room, submit=False), HTTP_IDEMPOTENCY_KEY=key)
    assert other.status_code == 409


def test_for_a_group_it_lists_the_members_of_the_day(room: Room) -> None:
    group = room.consultation.seats.get(delegation=room.bodies["AFRICAN-GROUP"])
    answer = with_key(room, "CPV focal_point").post(
        address("comments"), words(room, on_behalf_of=group.code)
    )
    assert answer.status_code == 201, answer.json()
    stored = Comment.objects.get(public_id=answer.json()["id"])
    members = CommentMember.objects.filter(comment=stored)
    assert set(members.values_list("delegation__code", flat=True)) == {"CIV", "CPV"}


def test_a_draft_of_a_groups_room_does_not_pass_by_its_members(room: Room) -> None:
    """Its coordinator sets a silence first."""
    group = room.consultation.seats.get(delegation=room.bodies["AFRICAN-GROUP"])
    asked = words(room, in_room=True, on_behalf_of=group.code)
    before = Comment.objects.count()
    answer = with_key(room, "CPV focal_point").post(address("comments"), asked)
    assert answer.status_code == 403 and "silence" in answer.json()["detail"]
    assert Comment.objects.count() == before
