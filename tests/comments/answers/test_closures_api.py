"""Inputs closed without an answer over the API, and reopened."""

import pytest

from comments.answers.acts import undo_review
from comments.models import Comment
from consultations.models import Mail, MailKind, Round
from tests.api_clients import address, with_key
from tests.comments.programs import post_as
from tests.room import Room

pytestmark = pytest.mark.django_db


def _unanswered(room: Room) -> Comment:
    undo_review(access=room.access("staff"), comment=room.comment("FRA late"))
    comment = room.comment("FRA late")
    terms = {"opens_at": room.at(-40), "deadline": room.at(-10)}
    Round.objects.filter(pk=comment.round_id).update(**terms)
    return comment


def test_an_input_is_closed_without_an_answer_and_reopened(room: Room) -> None:
    comment = _unanswered(room)
    at = ("comments", comment.public_id)
    refused = post_as(room, "co_facilitator", *at, "closures", code=403, reason="Out of time.")
    assert "does not allow inputs to be closed" in refused["detail"]
    Round.objects.filter(pk=comment.round_id).update(closable_after_days=3)
    made = post_as(room, "co_facilitator", *at, "closures", code=201, reason="Out of time.")
    again = post_as(room, "co_facilitator", *at, "closures", reason="Out of time.")
    assert again["id"] == made["id"]
    told = with_key(room, "FRA focal_point").get(address(*at, "closures")).json()
    assert [row["reason"] for row in told] == ["Out of time."]
    assert post_as(room, "co_facilitator", *at, "reopen")["reopened_at"] is not None
    post_as(room, "co_facilitator", *at, "reopen", code=403)
    assert Mail.objects.filter(kind=MailKind.TURN).exists()
