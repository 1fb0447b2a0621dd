"""The API's way in, and a consultation and its text as it tells them."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.management import call_command
from django.utils.dateparse import parse_datetime
from rest_framework.test import APIClient

from comments.models import Comment
from consultations.models import ApiToken, Round
from consultations.people.posts import end_post
from delegations.models import Post
from drafts.models import AgendaItem
from tests.api_clients import address, signed_in, with_key
from tests.room import ELSEWHERE, SLUG, Room, marker

LISTS = (
    "comments",
    "drafts",
    "meetings",
    "replies",
    "reviews",
    "revisions",
    "rounds",
    "table",
    "wordings",
)


def _a_draft(room: Room, **more: Any) -> dict[str, Any]:
    wording = room.wording(room.revision, 2)
    words = {"wording": str(wording.public_id), "kind": "comment", "rationale": "A word."}
    return words | more


def test_who_is_not_signed_in_is_asked_to(room: Room) -> None:
    for path in [*(address(name) for name in LISTS), address(), "/api/v1/capacities/"]:
        answer = APIClient().get(path)
        assert answer.status_code == 401, path
        assert answer.json().keys() == {"type", "title", "status", "detail", "request_id"}
        assert answer.json()["request_id"] == answer["X-Request-ID"]
    assert APIClient().get("/api/v1/schema/").status_code == 401
    assert APIClient().get("/api/").status_code == 302


@pytest.mark.parametrize("who", ["JPN focal_point", "elsewhere co_facilitator"])
def test_what_one_may_not_see_does_not_exist(room: Room, who: str) -> None:
    program = with_key(room, who)
    for path in [*(address(name) for name in LISTS), address()]:
        answer = program.get(path)
        assert answer.status_code == 404, path
        assert "nothing here that you may see" in answer.json()["detail"]
    assert program.post(address("comments"), _a_draft(room)).status_code == 404
    assert [row["slug"] for row in program.get("/api/v1/consultations/").json()["results"]] == [
        ELSEWHERE
    ]


def test_a_capacity_lists_the_consultations_it_leads_into(room: Room) -> None:
    def slugs(who: str) -> set[str]:
        rows = with_key(room, who).get("/api/v1/consultations/").json()["results"]
        return {row["slug"] for row in rows}

    assert slugs("CPV contributor") == {SLUG, ELSEWHERE}
    assert slugs("FRA contributor") == {SLUG}
    assert slugs("co_facilitator") == {SLUG}


def test_a_key_names_its_one_capacity_and_a_session_all_that_are_held(room: Room) -> None:
    key = room.capacities["co_facilitator as PRT"]
    told = with_key(room, "co_facilitator as PRT").get("/api/v1/capacities/").json()
    assert [(row["key"], row["is_acting"]) for row in told] == [(key, True)]
    told = signed_in(room, "co_facilitator as PRT").get("/api/v1/capacities/").json()
    assert {row["key"]: row["is_acting"] for row in told} == {
        key: True,
        room.capacities["co_facilitator"]: False,
    }


def test_a_session_that_has_not_chosen_among_several_functions_is_told_to(room: Room) -> None:
    browser = APIClient()
    browser.force_login(room.users["co_facilitator"])
    answer = browser.get(address())
    assert answer.status_code == 409
    assert "You have several functions" in answer.json()["detail"]


def test_a_session_says_in_which_capacity_it_writes(room: Room) -> None:
    browser = signed_in(room, "FRA contributor")
    before = Comment.objects.count()
    answer = browser.post(address("comments"), _a_draft(room))
    assert answer.status_code == 409 and "X-Capacity" in answer.json()["detail"]
    assert Comment.objects.count() == before
    own = room.capacities["FRA contributor"]
    assert browser.post(address("comments"), _a_draft(room, capacity=own)).status_code == 201
    by_header = browser.post(address("comments"), _a_draft(room), HTTP_X_CAPACITY=own)
    assert by_header.status_code == 201
    assert Comment.objects.count() == before + 2


@pytest.mark.parametrize("come_in", [signed_in, with_key])
def test_nothing_is_written_in_another_capacity_than_the_one_that_acts(
    room: Room, come_in: Any
) -> None:
    client = come_in(room, "co_facilitator as PRT")
    other = room.capacities["co_facilitator"]
    before = Comment.objects.count()
    for answer in (
        client.post(address("comments"), _a_draft(room, capacity=other)),
        client.post(address("comments"), _a_draft(room), HTTP_X_CAPACITY=other),
        client.get(address("comments"), HTTP_X_CAPACITY=other),
    ):
        assert answer.status_code == 409
        assert "another capacity" in answer.json()["detail"]
    assert Comment.objects.count() == before


def test_a_session_writes_only_with_its_csrf_token(room: Room) -> None:
    browser = signed_in(room, "FRA contributor", enforce_csrf_checks=True)
    own = room.capacities["FRA contributor"]
    answer = browser.post(address("comments"), _a_draft(room, capacity=own))
    assert answer.status_code == 403 and "CSRF" in answer.json()["detail"]


def test_a_key_opens_nothing_once_it_or_its_post_has_ended(room: Room) -> None:
    program = with_key(room, "FRA contributor")
    ApiToken.objects.update(ended_at=room.now)
    assert program.get(address()).status_code == 401
    program = with_key(room, "FRA deputy")
    post = Post.objects.select_related("user", "delegation").get(user=room.users["FRA deputy"])
    end_post(actor=room.access("secretariat"), post=post)
    assert program.get(address()).status_code == 401


def test_an_idempotency_key_that_is_no_uuid_is_refused(room: Room) -> None:
    program = with_key(room, "FRA contributor")
    answer = program.post(address("comments"), _a_draft(room), HTTP_IDEMPOTENCY_KEY="again")
    assert answer.status_code == 400
    assert "UUID" in answer.json()["fields"]["Idempotency-Key"][0]


def test_a_program_run_wild_is_told_when_to_come_back(
    room: Room, settings: Any, own_cache: None
) -> None:
    program = with_key(room, "FRA contributor")
    settings.MAX_REQUESTS_A_MINUTE = settings.MAX_REQUESTS_A_MINUTE | {"read": 2}
    with time_machine.travel(room.now.replace(second=20), tick=False):
        assert program.get(address()).status_code == 200
        assert program.get(address()).status_code == 200
        answer = program.get(address())
        assert answer.status_code == 429 and answer["Retry-After"] == "40"
        assert with_key(room, "FRA deputy").get("/api/v1/capacities/").status_code == 200


def test_a_key_opens_nothing_once_it_has_expired(room: Room) -> None:
    program = with_key(room, "FRA contributor")
    assert program.get(address()).status_code == 200
    ApiToken.objects.update(expires_at=room.at(-1))
    answer = program.get(address())
    assert answer.status_code == 401 and "has expired" in answer.json()["detail"]


def test_a_key_says_when_it_expires_and_was_last_used_within_the_hour(room: Room) -> None:
    program, token = with_key(room, "FRA contributor"), ApiToken.objects.get()
    ApiToken.objects.update(last_used_at=None)
    assert token.expires_at == token.created_at + timedelta(days=90)
    with time_machine.travel(room.at(1), tick=False):
        [own] = program.get("/api/v1/capacities/").json()
        assert parse_datetime(own["key_expires_at"]) == token.expires_at
    with time_machine.travel(room.at(1) + timedelta(minutes=30), tick=False):
        program.get(address())
    assert ApiToken.objects.get().last_used_at == room.at(1)
    with time_machine.travel(room.at(1) + timedelta(minutes=61), tick=False):
        program.get(address())
    assert ApiToken.objects.get().last_used_at == room.at(1) + timedelta(minutes=61)
    browser = signed_in(room, "FRA contributor")
    assert browser.get("/api/v1/capacities/").json()[0]["key_expires_at"] is None


def test_a_round_says_where_it_stands_now(room: Room) -> None:
    rows = with_key(room, "FRA contributor").get(address("rounds")).json()["results"]
    told = {row["name"]: (row["phase"], row["is_readable_by_all"]) for row in rows}
    assert told == {"Call for inputs": ("late", True), "First round": ("open", True)}
    Round.objects.filter(pk=room.round.pk).update(visibility="at_close")
    one = with_key(room, "FRA deputy").get(address("rounds", room.round.public_id)).json()
    assert (one["visibility"], one["is_readable_by_all"]) == ("at_close", False)


def test_a_meeting_names_what_it_takes_up_as_far_as_it_was_circulated(room: Room) -> None:
    for draft in (room.draft, room.unsent_draft):
        AgendaItem.objects.create(meeting=room.meeting, draft=draft)

    def agenda(who: str) -> list[str]:
        meeting = with_key(room, who).get(address("meetings", room.meeting.public_id)).json()
        assert meeting["place"] == "Conference Room 4"
        return [item["draft"] for item in meeting["agenda"]]

    assert agenda("FRA contributor") == ["plan"]
    assert agenda("staff") == ["plan", "resolution"]


def test_working_text_never_leaves_the_facilitators_room(room: Room) -> None:
    for who in ("FRA focal_point", "IOM contributor"):
        program = with_key(room, who)
        told = "".join(
            program.get(address(name), {"page_size": 100}).content.decode()
            for name in ("drafts", "revisions", "wordings")
        )
        assert "To train officials." in told
        assert marker("unsent text") not in told and marker("working text") not in told
        assert program.get(address("drafts", "resolution")).status_code == 404
    assert with_key(room, "staff").get(address("drafts", "resolution")).status_code == 200


def test_wordings_are_found_by_revision_and_by_paragraph(room: Room) -> None:
    program = with_key(room, "FRA contributor")

    def texts(**by: Any) -> list[str]:
        rows = program.get(address("wordings"), by).json()["results"]
        return [row["text"] for row in rows]

    assert texts(revision=room.call.public_id) == ["Prevention"]
    assert len(texts(revision=room.revision.public_id)) == 4
    heading = room.wording(room.call, 1)
    assert texts(paragraph=heading.paragraph.public_id) == ["Prevention", "Prevention"]
    assert texts(revision=room.other_revision.public_id) == []
    unknown = program.get(address("wordings"), {"revision": "x"})
    assert unknown.status_code == 400 and "revision" in unknown.json()["fields"]


def test_lists_come_in_pages_of_twenty_and_at_most_a_hundred(room: Room) -> None:
    program = with_key(room, "FRA contributor")
    first = program.get(address("wordings"), {"page_size": 2}).json()
    assert (first["count"], len(first["results"])) == (5, 2)
    assert len(program.get(first["next"]).json()["results"]) == 2
    assert program.get(address("wordings"), {"page": 9}).status_code == 404


def test_another_consultations_rows_are_not_found_here(room: Room) -> None:
    program = with_key(room, "CPV focal_point")
    for name, id in (
        ("revisions", room.other_revision.public_id),
        ("rounds", room.other_round.public_id),
        ("meetings", room.other_meeting.public_id),
    ):
        assert program.get(address(name, id)).status_code == 404
        assert program.get(address(name, id, slug=ELSEWHERE)).status_code == 200


def test_the_schema_is_valid_and_describes_every_operation(tmp_path: Any) -> None:
    target = tmp_path / "schema.yml"
    call_command("spectacular", validate=True, fail_on_warn=True, file=str(target))
    told = target.read_text()
    for path in ("comments/{id}/submit/", "comments/submit/", "reviews/publish/", "table/"):
        assert f"/api/v1/consultations/{{slug}}/{path}:" in told


def test_the_page_of_the_api_explains_every_address_without_a_script_of_its_own(
    room: Room,
) -> None:
    page = signed_in(room, "FRA contributor").get("/api/").content.decode()
    schema = with_key(room, "FRA contributor").get("/api/v1/schema/", {"format": "json"}).json()
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            assert f"<code>{method.upper()} {path}</code>" in page
            assert operation["description"]
    assert "Serializer" not in page and "<script>" not in page and "style=" not in page


def test_nothing_of_the_api_is_kept_on_the_way(room: Room) -> None:
    program = with_key(room, "FRA contributor")
    for name in (*LISTS, f"rounds/{uuid.uuid4()}"):
        assert program.get(address(name))["Cache-Control"] == "private, no-store", name
