"""Answers over the API: replies, alignments, reviews and their acknowledgement."""

import uuid

from comments.models import Alignment, Reply, Review
from tests.api_clients import address, with_key
from tests.comments.programs import id_of
from tests.room import Room


def test_a_reply_is_made_once_and_withdrawn_by_its_own_side(room: Room) -> None:
    path, key = address("comments", id_of(room, "CPV submitted"), "reply"), str(uuid.uuid4())
    assert with_key(room, "FRA contributor").post(path, {"text": "Agreed."}).status_code == 403
    focal_point = with_key(room, "FRA focal_point")
    answers = [
        focal_point.post(path, {"text": "Agreed."}, HTTP_IDEMPOTENCY_KEY=key) for _time in "12"
    ]
    assert [answer.status_code for answer in answers] == [201, 200]
    made = answers[0].json()
    assert made == answers[1].json() and made["who"] == "France"
    assert Reply.objects.filter(comment=room.comments["CPV submitted"]).count() == 2
    gone = address("replies", made["id"], "withdraw")
    assert with_key(room, "CPV focal_point").post(gone).status_code == 403
    assert focal_point.post(gone).json()["withdrawn_at"]
    assert focal_point.post(path, {"text": " "}).json()["fields"].keys() == {"text"}


def test_a_delegation_aligns_itself_and_ends_it(room: Room) -> None:
    path = address("comments", id_of(room, "CPV submitted"), "align")
    focal_point = with_key(room, "FRA focal_point")
    made = focal_point.post(path, {"reservation": "Save the last words."}).json()
    told = focal_point.get(address("comments", id_of(room, "CPV submitted"))).json()["alignments"]
    assert made in told and made["who"] == "France"
    assert focal_point.delete(path).status_code == 204
    assert focal_point.delete(path).status_code == 404
    assert Alignment.objects.get(public_id=made["id"]).withdrawn_at is not None
    own = with_key(room, "CPV focal_point").post(path)
    assert own.status_code == 403 and "own input" in own.json()["detail"]
    assert with_key(room, "staff").post(path).status_code == 403


def test_reviews_are_decided_published_in_a_batch_and_acknowledged(room: Room) -> None:
    comment = id_of(room, "CPV group input")
    path = address("comments", comment, "review")
    decided = {"disposition": "reflected", "observation": "In OP2."}
    assert with_key(room, "CPV focal_point").post(path, decided).status_code == 403
    made = with_key(room, "staff").post(path, decided)
    assert made.status_code == 201 and made.json()["published_at"] is None
    batch = {"reviews": [made.json()["id"]]}
    focal_point = with_key(room, "CPV focal_point")
    one = address("reviews", made.json()["id"])
    acknowledge = address("reviews", made.json()["id"], "acknowledge")
    assert focal_point.get(one).status_code == 404
    assert focal_point.post(acknowledge, {"stance": "satisfied"}).status_code == 404
    publish = address("reviews", "publish")
    assert focal_point.post(publish, batch).status_code == 404
    assert with_key(room, "staff").post(publish, batch).status_code == 403
    leader = with_key(room, "co_facilitator")
    assert leader.post(publish, batch).json() == {"published": 1}
    assert leader.post(publish, batch).json() == {"published": 0}
    assert focal_point.get(one).json()["observation"] == "In OP2."
    assert (
        with_key(room, "FRA focal_point").post(acknowledge, {"stance": "satisfied"}).status_code
        == 403
    )
    answered = focal_point.post(acknowledge, {"stance": "satisfied", "note": "We are."})
    assert answered.json()["stance"] == "satisfied"
    assert focal_point.get(address("comments", comment)).json()["review"]["stance"] == "satisfied"


def test_reviews_still_to_publish_are_found(room: Room) -> None:
    program = with_key(room, "co_facilitator")
    unpublished = program.get(address("reviews"), {"is_published": "false"}).json()
    waiting = Review.objects.filter(
        published_at=None, replaced_at=None, comment__consultation=room.consultation
    )
    assert unpublished["count"] == waiting.count() > 0
    assert {row["published_at"] for row in unpublished["results"]} == {None}
