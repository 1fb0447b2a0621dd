"""Inputs over the API in every capacity: the same acts and limits as on the pages."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoDbBlocker
from rest_framework.test import APIClient

from comments.answers.acts import reply
from comments.drafting.acts import draft_comment
from comments.inputs.content import CommentContent
from comments.models import Comment, Disposition, Review
from comments.submitting.acts import submit_comment
from comments.threads.serializers import (
    CommentSerializer,
    comment_payload,
    comments_by_id,
    read_comments,
)
from consultations.models import Round, Visibility
from tests.api_clients import address, signed_in, with_key
from tests.comments.programs import id_of, streamed
from tests.room import Room, marker

EVERYBODY = (
    "CPV focal_point",
    "FRA contributor",
    "FRA deputy",
    "FRA focal_point",
    "IOM focal_point",
    "co_facilitator",
    "co_facilitator as PRT",
    "staff",
    "secretariat",
)
LISTS = ("comments", "replies", "reviews")


def _words(room: Room, **more: Any) -> dict[str, Any]:
    wording = room.wording(room.revision, 2)
    body = {"wording": str(wording.public_id), "kind": "comment", "rationale": "A first word."}
    return body | more


def _draft_over_api(room: Room, client: APIClient, **more: Any) -> dict[str, Any]:
    answer = client.post(address("comments"), _words(room, **more))
    drafted: dict[str, Any] = answer.json()
    assert answer.status_code == 201, drafted
    return drafted


def test_a_statement_kept_gives_each_reader_what_a_new_one_gives(room: Room) -> None:
    answers = {}
    for who in (*EVERYBODY, "CPV focal_point"):  # each after another that was given more, or less
        access = room.access(who, days=1)
        rows = {row.pk: row for row in read_comments(access)}
        told = {key: comment_payload(row, access) for key, row in rows.items()}
        kept = comments_by_id(access, rows)
        assert {key: comment_payload(row, access) for key, row in kept.items()} == told
        answers[who] = {entry["review"]["id"] for entry in told.values() if entry["review"]}
    assert answers["CPV focal_point"] < answers["staff"], "there are answers that are not out"


def _everything(room: Room, who: str) -> str:
    """Every word that the API tells somebody."""
    program = with_key(room, who)
    told = [program.get(address(name), {"page_size": 100}).content.decode() for name in LISTS]
    told.append(streamed(program.get(address("table"))).decode())
    for pk in room.comments.values():
        found = Comment.objects.get(pk=pk)
        told.append(program.get(address("comments", found.public_id)).content.decode())
    return "".join(told)


# --- Who reads what ------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def told_to(built_room: Room, django_db_blocker: DjangoDbBlocker) -> dict[str, str]:
    """Every word that the API tells each of them in the room as it is laid out."""
    with django_db_blocker.unblock(), transaction.atomic():
        found = {who: _everything(built_room, who) for who in EVERYBODY}
        transaction.set_rollback(True)
    return found


@pytest.mark.parametrize("who", EVERYBODY)
def test_no_word_of_a_draft_leaves_its_delegation(told_to: dict[str, str], who: str) -> None:
    told = told_to[who]
    for code in ("CPV", "FRA"):
        is_own = who.startswith(code)
        assert (marker(f"{code} draft") in told) is is_own
        assert (marker(f"{code} cleared") in told) is is_own
        assert marker(f"{code} discarded") not in told
        assert marker(f"{code} submitted") in told
        assert marker(f"reply to {code} submitted") in told
    assert (marker("CPV group draft") in told) is who.startswith("CPV")
    assert "elsewhere" not in told


@pytest.mark.parametrize("who", EVERYBODY)
def test_where_only_facilitators_read_no_delegation_reads_another(room: Room, who: str) -> None:
    Round.objects.update(visibility=Visibility.FACILITATORS)
    told = _everything(room, who)
    reads_all = who in {"co_facilitator", "staff", "secretariat"}
    for code in ("CPV", "FRA"):
        may_read = reads_all or who.startswith(code)
        counted = with_key(room, who).get(address("comments"), {"delegation": code}).json()
        assert (counted["count"] > 0) is may_read
        for name in (f"{code} successor", f"reply to {code} submitted", f"note of {code}"):
            if not may_read:
                assert marker(name) not in told


@pytest.mark.parametrize("who", EVERYBODY)
def test_a_review_is_read_by_delegations_from_its_publication_on(
    told_to: dict[str, str], who: str
) -> None:
    told = told_to[who]
    reads_all = who in {"co_facilitator", "staff", "secretariat"}
    assert marker("review of FRA submitted") in told
    assert (marker("review of FRA successor") in told) is reads_all


def test_nobody_is_named_and_no_row_is_known_by_a_running_number(
    room: Room, told_to: dict[str, str]
) -> None:
    told = told_to["FRA focal_point"]
    for user in room.users.values():
        assert user.email not in told
    assert "CPV contributor" not in told and "FRA contributor" not in told
    rows = with_key(room, "FRA focal_point").get(address("comments")).json()["results"]
    for row in rows:
        for name in ("id", "wording", "paragraph", "revision", "round"):
            uuid.UUID(row[name])


def test_how_often_and_when_a_draft_was_edited_stays_in_its_delegation(room: Room) -> None:
    path = address("comments", id_of(room, "CPV submitted"))
    own = with_key(room, "CPV contributor").get(path).json()
    assert own["version"] == room.comment("CPV submitted").version
    assert own["edited_at"] and own["is_own"]
    others = with_key(room, "FRA contributor").get(path).json()
    assert (others["version"], others["edited_at"], others["is_own"]) == (None, None, False)


def test_the_schema_names_every_field_that_is_told(room: Room) -> None:
    row = with_key(room, "FRA contributor").get(address("comments", id_of(room, "FRA submitted")))
    assert row.json().keys() == CommentSerializer().fields.keys()


@pytest.mark.parametrize(
    ("by", "names"),
    [
        ({"state": "drafted"}, {"FRA draft"}),
        ({"state": "cleared"}, {"FRA cleared"}),
        ({"state": "withdrawn", "delegation": "fra"}, {"FRA withdrawn"}),
        ({"state": "superseded", "mine": "true"}, {"FRA superseded"}),
        (
            {"mine": "false", "state": "submitted", "delegation": "AFRICAN-GROUP"},
            {"CPV group input"},
        ),
        ({"kind": "delete"}, set()),
        ({"type": "editorial"}, set()),
    ],
)
def test_inputs_are_found_by_what_they_are(room: Room, by: dict[str, str], names: set[str]) -> None:
    rows = with_key(room, "FRA deputy").get(address("comments"), by).json()["results"]
    assert {row["id"] for row in rows} == {str(id_of(room, name)) for name in names}


def test_inputs_are_found_by_where_they_stand(room: Room) -> None:
    program, wording = with_key(room, "IOM contributor"), room.wording(room.revision, 4)
    for by in (
        {"wording": str(wording.public_id)},
        {
            "paragraph": str(wording.paragraph.public_id),
            "revision": str(room.revision.public_id),
        },
    ):
        rows = program.get(address("comments"), by).json()["results"]
        assert [row["reference"] for row in rows] == ["AFRICAN-GROUP-1"]
        assert rows[0]["filed_by"] == {"code": "CPV", "name": "Cabo Verde"}
        assert rows[0]["members"] == ["Cabo Verde", "Côte d’Ivoire"]
    unknown = program.get(address("comments"), {"state": "lost"})
    assert unknown.status_code == 400 and "state" in unknown.json()["fields"]


# --- Drafts --------------------------------------------------------------------------------------


def test_a_contributor_drafts_and_the_words_stay_as_they_were_typed(room: Room) -> None:
    typed = "  To [raise] “awareness”\u00a0of\r\n trafficking.  "
    made = _draft_over_api(room, with_key(room, "FRA contributor"), kind="replace", proposed=typed)
    assert (made["proposed"], made["state"], made["reference"]) == (typed, "drafted", "")
    assert "".join(words for mark, words in made["redline"] if mark != "-") == typed
    read_again = with_key(room, "FRA deputy").get(address("comments", made["id"]))
    assert read_again.json() == made and read_again["ETag"] == '"1"'


def test_the_same_key_twice_makes_one_draft(room: Room) -> None:
    program, key = with_key(room, "FRA contributor"), str(uuid.uuid4())
    before = Comment.objects.count()
    first = program.post(address("comments"), _words(room), HTTP_IDEMPOTENCY_KEY=key)
    again = program.post(address("comments"), _words(room), HTTP_IDEMPOTENCY_KEY=key)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json() and Comment.objects.count() == before + 1
    program.delete(address("comments", first.json()["id"]))
    after = program.post(address("comments"), _words(room), HTTP_IDEMPOTENCY_KEY=key)
    assert after.status_code == 409 and "discarded" in after.json()["detail"]


def test_what_cannot_stand_is_refused_field_by_field(room: Room) -> None:
    program = with_key(room, "FRA contributor")
    before = Comment.objects.count()
    for wrong, field in (
        ({"kind": "replace"}, "proposed"),
        ({"kind": "shout"}, "kind"),
        ({"rationale": ""}, "rationale"),
        ({"rationale": "A bell\x07."}, "rationale"),
        ({"rationale": "x" * 20_001}, "rationale"),
        ({"language": "tlh"}, "language"),
        ({"on_behalf_of": "AFRICAN-GROUP"}, "on_behalf_of"),
        ({"kind": "move", "move_after": str(uuid.uuid4())}, "move_after"),
        ({"wording": "12"}, "wording"),
    ):
        answer = program.post(address("comments"), _words(room, **wrong))
        assert answer.status_code == 400, wrong
        assert field in answer.json()["fields"] and answer.json()["detail"]
    assert Comment.objects.count() == before


def test_a_wording_of_another_consultation_does_not_exist_here(room: Room) -> None:
    other = room.wording(room.other_revision, 1)
    answer = with_key(room, "CPV contributor").post(
        address("comments"), _words(room, wording=str(other.public_id))
    )
    assert answer.status_code == 404


def test_an_edit_changes_what_it_names_and_a_stale_one_shows_what_stands(room: Room) -> None:
    program = with_key(room, "FRA contributor")
    path = address("comments", _draft_over_api(room, program, type="editorial")["id"])
    changed = program.patch(path, {"version": 1, "rationale": "A second word."})
    assert changed.status_code == 200
    assert (changed.json()["type"], changed.json()["version"]) == ("editorial", 2)
    stale = program.patch(path, {"version": 1, "rationale": "A third word."})
    assert stale.status_code == 409
    assert stale.json()["stands"] == changed.json()
    by_header = program.patch(path, {"rationale": "A third word."}, HTTP_IF_MATCH='"2"')
    assert (by_header.status_code, by_header["ETag"]) == (200, '"3"')
    assert program.patch(path, {"rationale": "A fourth word."}).status_code == 400
    assert program.delete(path, HTTP_IF_MATCH='"2"').status_code == 409
    assert program.get(path).json()["rationale"] == "A third word."


def test_a_draft_moves_its_paragraph_after_one_of_the_same_text(room: Room) -> None:
    program = with_key(room, "FRA contributor")
    last = room.wording(room.revision, 4).paragraph.public_id
    made = _draft_over_api(room, program, kind="move", move_after=str(last))
    assert made["move_after"] == str(last)
    path = address("comments", made["id"])
    assert program.get(path).json() == made
    kept = program.patch(path, {"version": 1, "rationale": "To end with it."}).json()
    assert kept["move_after"] == str(last)


def test_a_discarded_draft_is_gone_and_another_delegations_was_never_there(room: Room) -> None:
    path = address("comments", id_of(room, "FRA draft"))
    assert with_key(room, "CPV focal_point").delete(path).status_code == 404
    assert with_key(room, "co_facilitator").delete(path).status_code == 404
    assert with_key(room, "FRA contributor").delete(path).status_code == 204
    assert with_key(room, "FRA contributor").get(path).status_code == 404
    assert room.comment("FRA draft").discarded_at is not None


def test_a_deputy_clears_a_draft_and_sends_it_back(room: Room) -> None:
    path = ("comments", id_of(room, "FRA draft"))
    refused = with_key(room, "FRA contributor").post(address(*path, "clear"))
    assert refused.status_code == 403 and "contributor" in refused.json()["detail"]
    deputy = with_key(room, "FRA deputy")
    assert deputy.post(address(*path, "clear")).json()["state"] == "cleared"
    assert "reason" in deputy.post(address(*path, "return")).json()["fields"]
    returned = deputy.post(address(*path, "return"), {"reason": "Ask the capital again."})
    assert returned.json()["state"] == "drafted"


# --- Inputs --------------------------------------------------------------------------------------


def test_only_the_focal_point_submits_and_twice_submits_once(room: Room) -> None:
    path = address("comments", id_of(room, "FRA draft"), "submit")
    for who in ("FRA contributor", "FRA deputy"):
        refused = with_key(room, who).post(path)
        assert refused.status_code == 403 and refused.json()["detail"]
    focal_point = with_key(room, "FRA focal_point")
    first, again = focal_point.post(path), focal_point.post(path)
    assert first.status_code == again.status_code == 200
    assert first.json()["reference"] == again.json()["reference"] == "FRA-5"
    assert first.json() == again.json() and "ETag" not in first
    assert with_key(room, "CPV focal_point").post(path).status_code == 403


def test_several_are_submitted_in_one_act_or_none_is(room: Room) -> None:
    program, path = with_key(room, "FRA focal_point"), address("comments", "submit")
    own = [str(id_of(room, name)) for name in ("FRA cleared", "FRA draft")]
    with_alien = program.post(path, {"comments": [*own, str(id_of(room, "CPV draft"))]})
    assert with_alien.status_code == 404
    withdrawn = str(id_of(room, "CPV withdrawn"))
    assert program.post(path, {"comments": [*own, withdrawn]}).status_code == 403
    assert room.comment("FRA draft").submitted_at is None
    assert program.post(path, {"comments": []}).status_code == 400
    done = program.post(path, {"comments": own})
    assert [(row["id"], row["reference"]) for row in done.json()] == [
        (own[0], "FRA-5"),
        (own[1], "FRA-6"),
    ]


def test_after_the_deadline_an_input_is_late_or_refused_as_the_round_says(room: Room) -> None:
    program = with_key(room, "FRA focal_point")
    with time_machine.travel(room.round.deadline + timedelta(seconds=59)):
        path = address("comments", id_of(room, "FRA draft"), "submit")
        assert program.post(path).json()["is_late"] is False
    with time_machine.travel(room.round.deadline + timedelta(minutes=2)):
        path = address("comments", id_of(room, "FRA cleared"), "submit")
        Round.objects.filter(pk=room.round.pk).update(late_policy="refuse")
        refused = program.post(path)
        assert refused.status_code == 403 and "closed" in refused.json()["detail"]
        assert program.post(address("comments"), _words(room)).status_code == 403
        Round.objects.filter(pk=room.round.pk).update(late_policy="mark")
        assert program.post(path).json()["is_late"] is True


def test_a_new_version_keeps_the_number_and_the_same_key_twice_makes_one(room: Room) -> None:
    program, key = with_key(room, "FRA focal_point"), str(uuid.uuid4())
    old = id_of(room, "FRA submitted")
    words = {"kind": "retain", "rationale": "On reflection."}
    answers = [
        program.post(address("comments", old, "supersede"), words, HTTP_IDEMPOTENCY_KEY=key)
        for _time in range(2)
    ]
    assert [answer.status_code for answer in answers] == [201, 200]
    new = answers[0].json()
    assert new == answers[1].json()
    assert (new["reference"], new["supersedes"]) == ("FRA-1", str(old))
    stands = program.get(address("comments", old)).json()
    assert (stands["state"], stands["superseded_by"]) == ("superseded", new["id"])
    other = program.post(address("comments", old, "supersede"), words)
    assert other.status_code == 403 and "later version" in other.json()["detail"]


def test_a_withdrawn_input_stays_in_the_record(room: Room) -> None:
    path = address("comments", id_of(room, "FRA submitted"), "withdraw")
    why = {"reason": "Overtaken."}
    assert with_key(room, "CPV focal_point").post(path, why).status_code == 403
    bare = with_key(room, "FRA focal_point").post(path)
    assert bare.status_code == 400 and "reason" in bare.json()["fields"]
    done = with_key(room, "FRA focal_point").post(path, why).json()
    assert (done["state"], done["withdrawal_reason"]) == ("withdrawn", "Overtaken.")
    assert done["replies"] and done["reference"] == "FRA-1"
    read = with_key(room, "CPV contributor").get(address("comments", done["id"])).json()
    assert read["state"] == "withdrawn" and marker("FRA submitted") in read["proposed"]


def test_an_input_is_filed_for_a_group_whose_mandate_is_held(room: Room) -> None:
    drafter, focal_point = with_key(room, "CPV contributor"), with_key(room, "CPV focal_point")
    made = _draft_over_api(room, drafter, on_behalf_of="AFRICAN-GROUP")
    assert made["delegation"]["code"] == "AFRICAN-GROUP" and made["filed_by"]["code"] == "CPV"
    done = focal_point.post(address("comments", made["id"], "submit")).json()
    assert done["reference"] == "AFRICAN-GROUP-2"
    assert done["members"] == ["Cabo Verde", "Côte d’Ivoire"]


# --- What it costs -------------------------------------------------------------------------------


@pytest.mark.parametrize("come_in", [signed_in, with_key])
def test_a_list_costs_the_same_queries_at_any_length(room: Room, come_in: Any) -> None:
    client, wording = come_in(room, "FRA focal_point"), room.wording(room.revision, 4)
    by = {"paragraph": wording.paragraph.public_id, "page_size": 100}

    def cost() -> tuple[int, int]:
        with CaptureQueriesContext(connection) as queries:
            rows = client.get(address("comments"), by).json()["results"]
        return len(rows), len(queries)

    few, queries = cost()
    focal_point, staff = room.access("IOM focal_point"), room.access("staff")
    for _time in range(29):
        made = draft_comment(
            access=focal_point, wording=wording, content=CommentContent(kind="retain")
        )
        done = submit_comment(access=focal_point, comment=made)
        reply(access=staff, comment=done, text="Noted.")
    assert cost() == (few + 29, queries)
    assert queries <= 8


@pytest.mark.parametrize("come_in", [signed_in, with_key])
def test_a_submission_costs_few_queries(room: Room, come_in: Any) -> None:
    client = come_in(room, "FRA focal_point")
    acting = {"HTTP_X_CAPACITY": room.capacities["FRA focal_point"]}
    with CaptureQueriesContext(connection) as queries:
        done = client.post(address("comments", id_of(room, "FRA draft"), "submit"), **acting)
    assert done.status_code == 200
    # Entering, the row, its lock, the seat's lock, the number, the write and its history; who gets
    # the receipt, and its mails.
    assert len(queries) <= 16


@pytest.mark.parametrize("who", ["staff", "secretariat", "FRA contributor", "CPV focal_point"])
def test_inputs_are_found_by_the_last_answer_that_one_may_see(room: Room, who: str) -> None:
    """An answer that is not published is told to nobody by what is found."""
    program = signed_in(room, who)

    def found(**asked: str) -> list[dict[str, Any]]:
        answer = program.get(address("comments"), {"page_size": "100", **asked}).json()
        assert answer["next"] is None
        rows: list[dict[str, Any]] = answer["results"]
        return rows

    every = found()
    by_answer = {
        value: [row["id"] for row in every if (row["review"] or {}).get("disposition") == value]
        for value in Disposition.values
    }
    by_answer["unanswered"] = [row["id"] for row in every if row["review"] is None]
    assert any(by_answer.values())
    for value, ids in by_answer.items():
        assert [row["id"] for row in found(disposition=value)] == ids
    if who == "staff":
        assert Review.objects.filter(published_at=None, replaced_at=None).exists()
