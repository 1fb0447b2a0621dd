"""The facilitators' desk over the API: bridging proposals, letters, minutes and closures."""

from typing import Any

import pytest

from comments.answers.acts import undo_review
from comments.bridging.acts import discard_bridging, incorporate_bridging
from comments.models import BridgingProposal, Comment, MinuteLine
from consultations.models import Mail, MailKind, Round
from consultations.rules.access import Refused
from drafts.desk.acts import strike_paragraph
from drafts.desk.steps import undo_step
from drafts.models import DeskStep, Paragraph
from tests.api_clients import address, with_key
from tests.consultations.bridging import ask_about_bridging
from tests.room import Room, marker

pytestmark = pytest.mark.django_db

KEY: dict[str, Any] = {"HTTP_IDEMPOTENCY_KEY": "5b0f3c1a-6f0e-4d52-9d3e-0a4f6ad0b4c1"}
OTHERS = ("FRA focal_point", "CPV focal_point")


def _post(room: Room, who: str, *parts: Any, code: int = 200, **fields: Any) -> dict[str, Any]:
    key: dict[str, Any] = KEY if fields.pop("is_keyed", False) else {}
    answer = with_key(room, who).post(address(*parts), fields, format="json", **key)
    assert answer.status_code == code, answer.content
    body: dict[str, Any] = answer.json()
    if code >= 400:
        assert answer["Content-Type"] == "application/problem+json"
    return body


def _rows(room: Room, who: str, *parts: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = with_key(room, who).get(address(*parts)).json()["results"]
    return found


# --- Bridging words -------------------------------------------------------------------------------


def _words(room: Room) -> str:
    return str(room.wording(room.revision, 2).public_id)


def test_bridging_words_are_written_asked_about_answered_and_closed(room: Room) -> None:
    text = f"To raise awareness of it, {marker('bridge')}."
    body: dict[str, Any] = {"wording": _words(room), "text": text, "is_keyed": True}
    made = _post(room, "staff", "bridging", code=201, **body)
    assert _post(room, "staff", "bridging", **body)["id"] == made["id"]
    assert made["state"] == "drafted" and made["asked"] == []
    assert all(_rows(room, who, "bridging") == [] for who in OTHERS)
    asked: dict[str, Any] = {
        "delegations": ["FRA"],
        "deadline": room.at(1).isoformat(),
        "answers_seen_by": "facilitators",
    }
    at = ("bridging", made["id"])
    _post(room, "co_facilitator", *at, "ask", code=409, version=7, **asked)
    told = _post(room, "co_facilitator", *at, "ask", version=1, **asked)
    assert [row["delegation"]["code"] for row in told["asked"]] == ["FRA"]
    answered: dict[str, Any] = {"stance": "yes_with", "words": "To raise awareness."}
    answer = _post(room, "FRA focal_point", *at, "answer", code=201, is_keyed=True, **answered)
    assert (answer["stance"], answer["is_late"]) == ("yes_with", False)
    _post(room, "FRA focal_point", *at, "answer", is_keyed=True, **answered)
    assert _rows(room, "staff", "bridging")[0]["asked"][0]["answer"]["stance"] == "yes_with"
    assert _rows(room, "CPV focal_point", "bridging") == []
    refused = _post(room, "co_facilitator", *at, "close", code=403)
    assert "Close it after the deadline." in refused["detail"]


def test_a_deadline_at_the_edge_of_the_calendar_is_refused(room: Room) -> None:
    body: dict[str, Any] = {"wording": _words(room), "text": "To raise awareness of it."}
    made = _post(room, "staff", "bridging", code=201, **body)
    asked: dict[str, Any] = {
        "delegations": ["FRA"],
        "deadline": "9999-12-31T23:59:59Z",
        "answers_seen_by": "asked",
        "version": 1,
    }
    refused = _post(room, "co_facilitator", "bridging", made["id"], "ask", code=400, **asked)
    assert refused["fields"] == {"deadline": ["Choose a year from 2000 to 2100."]}


def test_nobody_is_asked_who_does_not_sit_here(room: Room) -> None:
    body: dict[str, Any] = {"wording": _words(room), "text": "To raise awareness of it."}
    made = _post(room, "staff", "bridging", code=201, **body)
    asked: dict[str, Any] = {
        "deadline": room.at(1).isoformat(),
        "answers_seen_by": "asked",
        "version": 1,
    }
    at = ("bridging", made["id"], "ask")
    refused = _post(room, "co_facilitator", *at, code=400, delegations=["JPN"], **asked)
    assert refused["fields"]["delegations"] == ["“JPN” does not sit in this consultation."]


def test_bridging_words_are_taken_into_the_working_text_as_one_step_that_is_undone(
    room: Room,
) -> None:
    text = f"To raise awareness of it, {marker('bridge')}."
    made = _post(room, "staff", "bridging", code=201, wording=_words(room), text=text)
    assert made["is_taken"] is False
    at = ("bridging", made["id"], "take")
    there = with_key(room, "staff").get(address(*at)).json()
    assert there["text"] == "To raise awareness of trafficking." and there["is_standing"]
    _post(room, "staff", *at, code=409, version=there["version"] + 1)
    _post(room, "staff", *at, code=400)
    desk = Paragraph.objects.get(public_id=there["paragraph"])
    assert desk.text == there["text"]
    taken = _post(room, "staff", *at, version=there["version"])
    assert taken["is_taken"] is True
    desk.refresh_from_db()
    assert desk.text == text
    _post(room, "staff", *at, code=409, version=there["version"])
    refused = _post(room, "staff", *at, code=400, version=desk.version)
    assert refused["detail"] == "The working text already has these words."
    step = DeskStep.objects.select_related("draft__consultation").latest("pk")
    undo_step(access=room.access("staff"), step=step)
    assert _rows(room, "staff", "bridging")[0]["is_taken"] is False


def test_bridging_words_do_not_go_into_a_deleted_paragraph_nor_out_of_a_discarded_draft(
    room: Room,
) -> None:
    body = {"wording": _words(room), "text": "To raise awareness of it."}
    made, other = (_post(room, "staff", "bridging", code=201, **body) for _turn in range(2))
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
    refused = _post(room, "staff", *at, code=400, version=there["version"])
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


# --- Letters --------------------------------------------------------------------------------------


def test_a_letter_is_begun_worded_addressed_and_sent_once(room: Room) -> None:
    made = _post(room, "staff", "letters", code=201, kind="other", is_keyed=True)
    assert _post(room, "staff", "letters", kind="other", is_keyed=True)["id"] == made["id"]
    _post(room, "staff", "letters", code=409, kind="covering", is_keyed=True)
    at = ("letters", made["id"])
    _post(room, "staff", *at, "words", language="en", subject="To France", words="Welcome.")
    _post(room, "staff", *at, "recipients", to_all=False, delegations=["FRA"])
    assert _rows(room, "FRA focal_point", "letters") == []
    _post(room, "staff", *at, "send", code=403)
    sent = _post(room, "co_facilitator", *at, "send")
    assert sent["number"] is not None
    assert _post(room, "co_facilitator", *at, "send")["number"] == sent["number"]
    (read,) = _rows(room, "FRA focal_point", "letters")
    assert read["said"] == [{"language": "en", "subject": "To France", "words": "Welcome."}]
    assert _rows(room, "CPV focal_point", "letters") == []
    changed = _post(
        room, "staff", *at, "words", code=400, language="en", subject="No", words="Not so."
    )
    assert changed["detail"] == "The letter was sent. It no longer changes."
    assert Mail.objects.filter(kind=MailKind.LETTER).exists()


def test_a_letter_says_of_what_it_tells(room: Room) -> None:
    refused = _post(room, "staff", "letters", code=400, kind="covering")
    assert refused["fields"]["revision"] == ["Choose the text."]
    elsewhere = str(room.other_revision.public_id)
    refused = _post(room, "staff", "letters", code=400, kind="covering", revision=elsewhere)
    assert refused["fields"]["revision"] == ["There is no such row here."]


# --- Minutes --------------------------------------------------------------------------------------


def _line(room: Room, **fields: Any) -> dict[str, Any]:
    at = ("minutes", room.meeting.public_id)
    _post(room, "staff", *at, "begin")
    return _post(room, "staff", *at, "lines", code=201, words="We cannot accept it.", **fields)


def test_a_line_is_written_corrected_offered_and_made_a_draft(room: Room) -> None:
    paragraph = str(room.wording(room.revision, 2).paragraph.public_id)
    line = _line(room, paragraph=paragraph, delegation="FRA")
    at = ("minute-lines", line["id"])
    assert all(_rows(room, who, "minute-lines") == [] for who in OTHERS)
    staff = with_key(room, "staff")
    body = {"words": "We can accept it.", "delegation": "FRA", "version": 9}
    stale = staff.patch(address(*at), body, format="json")
    assert (stale.status_code, stale["Content-Type"]) == (409, "application/problem+json")
    kept = staff.patch(address(*at), body | {"version": 1}, format="json")
    assert kept.json()["words"] == "We can accept it."
    _post(room, "FRA focal_point", *at, "draft", code=404)
    assert _post(room, "staff", *at, "offer")["offered_at"] is not None
    (asked,) = _rows(room, "FRA focal_point", "minute-lines")
    assert (asked["id"], asked["version"]) == (line["id"], None)
    made = _post(room, "FRA focal_point", *at, "draft", code=201)
    assert _post(room, "FRA focal_point", *at, "draft")["id"] == made["id"]
    assert (made["rationale"], made["state"]) == ("We can accept it.", "drafted")
    (own,) = _rows(room, "FRA focal_point", "minute-lines")
    assert own["comment"] == made["id"]
    (seen,) = _rows(room, "staff", "minute-lines")
    assert seen["comment"] is None  # that a delegation drafts is for nobody else to learn


def test_minutes_are_read_once_they_are_issued_and_then_fixed(room: Room) -> None:
    _line(room)
    assert _rows(room, "CPV focal_point", "minutes") == []
    at = ("minutes", room.meeting.public_id)
    _post(room, "staff", *at, "issue", code=403)
    assert _post(room, "co_facilitator", *at, "issue")["issued_at"] is not None
    assert len(_rows(room, "CPV focal_point", "minutes")) == 1
    assert [row["words"] for row in _rows(room, "CPV focal_point", "minute-lines")] == [
        "We cannot accept it."
    ]
    refused = _post(room, "staff", *at, "lines", code=400, words="Too late.")
    assert refused["detail"] == "The minutes are issued. They no longer change."
    assert MinuteLine.objects.count() == 1


# --- Closed without an answer ---------------------------------------------------------------------


def _unanswered(room: Room) -> Comment:
    undo_review(access=room.access("staff"), comment=room.comment("FRA late"))
    comment = room.comment("FRA late")
    terms = {"opens_at": room.at(-40), "deadline": room.at(-10)}
    Round.objects.filter(pk=comment.round_id).update(**terms)
    return comment


def test_an_input_is_closed_without_an_answer_and_reopened(room: Room) -> None:
    comment = _unanswered(room)
    at = ("comments", comment.public_id)
    refused = _post(room, "co_facilitator", *at, "closures", code=403, reason="Out of time.")
    assert "does not allow inputs to be closed" in refused["detail"]
    Round.objects.filter(pk=comment.round_id).update(closable_after_days=3)
    made = _post(room, "co_facilitator", *at, "closures", code=201, reason="Out of time.")
    again = _post(room, "co_facilitator", *at, "closures", reason="Out of time.")
    assert again["id"] == made["id"]
    told = with_key(room, "FRA focal_point").get(address(*at, "closures")).json()
    assert [row["reason"] for row in told] == ["Out of time."]
    assert _post(room, "co_facilitator", *at, "reopen")["reopened_at"] is not None
    _post(room, "co_facilitator", *at, "reopen", code=403)
    assert Mail.objects.filter(kind=MailKind.TURN).exists()
