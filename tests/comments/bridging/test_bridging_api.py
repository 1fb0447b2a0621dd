"""Bridging proposals over the API: from the first words to the text that takes them."""

from typing import Any

import pytest

from comments.bridging.acts import discard_bridging, incorporate_bridging
from comments.models import BridgingProposal
from consultations.rules.access import Refused
from drafts.desk.acts import strike_paragraph
from drafts.desk.steps import undo_step
from drafts.models import DeskStep, Paragraph
from tests.api_clients import address, with_key
from tests.comments.programs import post_as, rows_read_by
from tests.consultations.bridging import ask_about_bridging
from tests.room import Room, marker

pytestmark = pytest.mark.django_db
OTHERS = ("FRA focal_point", "CPV focal_point")


def _words(room: Room) -> str:
    return str(room.wording(room.revision, 2).public_id)


def test_bridging_words_are_written_asked_about_answered_and_closed(room: Room) -> None:
    text = f"To raise awareness of it, {marker('bridge')}."
    body: dict[str, Any] = {"wording": _words(room), "text": text, "is_keyed": True}
    made = post_as(room, "staff", "bridging", code=201, **body)
    assert post_as(room, "staff", "bridging", **body)["id"] == made["id"]
    assert made["state"] == "drafted" and made["asked"] == []
    assert all(rows_read_by(room, who, "bridging") == [] for who in OTHERS)
    asked: dict[str, Any] = {
        "delegations": ["FRA"],
        "deadline": room.at(1).isoformat(),
        "answers_seen_by": "facilitators",
    }
    at = ("bridging", made["id"])
    post_as(room, "co_facilitator", *at, "ask", code=409, version=7, **asked)
    told = post_as(room, "co_facilitator", *at, "ask", version=1, **asked)
    assert [row["delegation"]["code"] for row in told["asked"]] == ["FRA"]
    answered: dict[str, Any] = {"stance": "yes_with", "words": "To raise awareness."}
    answer = post_as(room, "FRA focal_point", *at, "answer", code=201, is_keyed=True, **answered)
    assert (answer["stance"], answer["is_late"]) == ("yes_with", False)
    post_as(room, "FRA focal_point", *at, "answer", is_keyed=True, **answered)
    assert rows_read_by(room, "staff", "bridging")[0]["asked"][0]["answer"]["stance"] == "yes_with"
    assert rows_read_by(room, "CPV focal_point", "bridging") == []
    refused = post_as(room, "co_facilitator", *at, "close", code=403)
    assert "Close it after the deadline." in refused["detail"]


def test_a_deadline_at_the_edge_of_the_calendar_is_refused(room: Room) -> None:
    body: dict[str, Any] = {"wording": _words(room), "text": "To raise awareness of it."}
    made = post_as(room, "staff", "bridging", code=201, **body)
    asked: dict[str, Any] = {
        "delegations": ["FRA"],
        "deadline": "9999-12-31T23:59:59Z",
        "answers_seen_by": "asked",
        "version": 1,
    }
    refused = post_as(room, "co_facilitator", "bridging", made["id"], "ask", code=400, **asked)
    assert refused["fields"] == {"deadline": ["Choose a year from 2000 to 2100."]}


def test_nobody_is_asked_who_does_not_sit_here(room: Room) -> None:
    body: dict[str, Any] = {"wording": _words(room), "text": "To raise awareness of it."}
    made = post_as(room, "staff", "bridging", code=201, **body)
    asked: dict[str, Any] = {
        "deadline": room.at(1).isoformat(),
        "answers_seen_by": "asked",
        "version": 1,
    }
    at = ("bridging", made["id"], "ask")
    refused = post_as(room, "co_facilitator", *at, code=400, delegations=["JPN"], **asked)
    assert refused["fields"]["delegations"] == ["“JPN” does not sit in this consultation."]


def test_bridging_words_are_taken_into_the_working_text_as_one_step_that_is_undone(
    room: Room,
) -> None:
    text = f"To raise awareness of it, {marker('bridge')}."
    made = post_as(room, "staff", "bridging", code=201, wording=_words(room), text=text)
    assert made["is_taken"] is False
    at = ("bridging", made["id"], "take")
    there = with_key(room, "staff").get(address(*at)).json()
    assert there["text"] == "To raise awareness of trafficking." and there["is_standing"]
    post_as(room, "staff", *at, code=409, version=there["version"] + 1)
    post_as(room, "staff", *at, code=400)
    desk = Paragraph.objects.get(public_id=there["paragraph"])
    assert desk.text == there["text"]
    taken = post_as(room, "staff", *at, version=there["version"])
    assert taken["is_taken"] is True
    desk.refresh_from_db()
    assert desk.text == text
    post_as(room, "staff", *at, code=409, version=there["version"])
    refused = post_as(room, "staff", *at, code=400, version=desk.version)
    assert refused["detail"] == "The working text already has these words."
    step = DeskStep.objects.select_related("draft__consultation").latest("pk")
    undo_step(access=room.access("staff"), step=step)
    assert rows_read_by(room, "staff", "bridging")[0]["is_taken"] is False


def test_bridging_words_do_not_go_into_a_deleted_paragraph_nor_out_of_a_discarded_draft(
    room: Room,
) -> None:
    body = {"wording": _words(room), "text": "To raise awareness of it."}
    made, other = (post_as(room, "staff", "bridging", code=201, **body) for _turn in range(2))
    at = ("bridging", made["id"], "take")
    there = with_key(room, "staff").get(address(*at)).json()
    desk = Paragraph.objects.select_related("draft").get(public_id=there["paragraph"])
    proposal = BridgingProposal.objects.get(public_id=other["id"])
    discard_bridging(access=room.access("staff"), proposal=proposal)
    with pytest.raises(Refused):
        incorporate_bridging(
            access=room.access("staff"), proposal=proposal, paragraph=desk, version=desk.version
        )
    strike_paragraph(access=room.access("staff"), paragraph=desk)
    there = with_key(room, "staff").get(address(*at)).json()
    assert there["is_standing"] is False
    refused = post_as(room, "staff", *at, code=400, version=there["version"])
    assert "deleted in the working text" in refused["detail"]


def test_only_who_edits_the_text_takes_bridging_words_into_it(room: Room) -> None:
    made = ask_about_bridging(room)
    at = address("bridging", made.public_id, "take")
    body = {"version": 1}
    for who in ("secretariat", "CPV focal_point", "co_facilitator as PRT"):
        program = with_key(room, who)
        assert program.get(at).status_code in {403, 404}
        assert program.post(at, body, format="json").status_code in {403, 404}
    told = with_key(room, "CPV focal_point").get(address("bridging", made.public_id)).json()
    assert told["is_taken"] is None
    assert not BridgingProposal.objects.exclude(taken_by=None).exists()
