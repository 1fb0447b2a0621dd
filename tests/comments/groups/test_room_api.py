"""A group's room over the API: drafts, silence, objections, dissociation; read inside only."""

from typing import Any

import pytest

from comments.models import Comment
from tests.api_clients import address, with_key
from tests.room import Room, marker, words

COORDINATOR, MEMBER = "CPV focal_point", "CIV focal_point"


def _draft_over_api(room: Room, who: str = "CIV contributor", **more: Any) -> dict[str, Any]:
    fields = {
        "wording": str(room.wording(room.revision, 4).public_id),
        "on_behalf_of": "AFRICAN-GROUP",
        "in_room": True,
        **words("ROOM api"),
        **more,
    }
    answer = with_key(room, who).post(address("comments"), fields, format="json")
    assert answer.status_code == 201, answer.json()
    body: dict[str, Any] = answer.json()
    return body


def test_a_member_drafts_in_the_room_and_the_other_changes_it(room: Room) -> None:
    made = _draft_over_api(room)
    assert made["in_room"] and made["is_own"] and made["filed_by"] is None
    assert made["delegation"] == {"code": "AFRICAN-GROUP", "name": "African Group"}
    other = with_key(room, "CPV contributor")
    path = address("comments", made["id"])
    kept = other.patch(path, {"version": 1, "rationale": "So."}, format="json")
    assert (kept.status_code, kept.json()["version"]) == (200, 2)
    for who in ("FRA focal_point", "staff", "secretariat"):
        assert with_key(room, who).get(path).status_code == 404


def test_the_same_key_drafts_once(room: Room) -> None:
    program = with_key(room, "CIV contributor")
    body = {
        "wording": str(room.wording(room.revision, 4).public_id),
        "on_behalf_of": "AFRICAN-GROUP",
        "in_room": True,
        "kind": "retain",
    }
    key: dict[str, Any] = {"HTTP_IDEMPOTENCY_KEY": "7b1c1e32-9d5c-4a27-8a1c-0c1b0f4a9d10"}
    codes = [
        program.post(address("comments"), body, format="json", **key).status_code
        for _press in range(2)
    ]
    assert codes == [201, 200]


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({}, "Name the group in whose room you draft."),
        ({"on_behalf_of": ""}, "This field may not be blank."),
        ({"on_behalf_of": "CIV"}, "Your delegation is not in the room of “CIV”."),
        ({"on_behalf_of": "EU"}, "Your delegation is not in the room of “EU”."),
    ],
)
def test_a_room_is_named_by_the_code_of_a_group_that_one_sits_in(
    room: Room, given: dict[str, str], sentence: str
) -> None:
    wording = str(room.wording(room.revision, 4).public_id)
    body: dict[str, Any] = {"wording": wording, "in_room": True, "kind": "retain", **given}
    answer = with_key(room, MEMBER).post(address("comments"), body, format="json")
    assert answer.status_code == 400
    assert answer.json()["fields"] == {"on_behalf_of": [sentence]}
    body["on_behalf_of"] = "AFRICAN-GROUP"
    refused = with_key(room, "FRA contributor").post(address("comments"), body, format="json")
    assert refused.status_code == 400
    assert not Comment.objects.filter(in_room=True).exists()


def test_silence_objection_and_consent(room: Room) -> None:
    made = _draft_over_api(room)
    coordinator, member = with_key(room, COORDINATOR), with_key(room, MEMBER)
    silence, objections = (
        address("comments", made["id"], name) for name in ("silence", "objections")
    )
    late = coordinator.post(silence, {"until": room.at(-1).isoformat()}, format="json")
    assert late.status_code == 400 and "in the future" in str(late.json()["fields"]["until"])
    edge = coordinator.post(silence, {"until": "9999-12-31T23:59:59Z"}, format="json")
    assert edge.json()["fields"] == {"until": ["Choose a year from 2000 to 2100."]}
    assert member.post(silence, {"until": room.at(1).isoformat()}).status_code == 403
    until = {"until": room.at(1).isoformat()}
    assert coordinator.post(silence, until, format="json").json()["silence_until"]
    codes = [member.post(objections, {"reason": "Not so."}).status_code for _press in range(2)]
    assert codes == [201, 200]
    [objection] = coordinator.get(objections).json()
    assert (objection["who"], objection["reason"]) == ("Côte d’Ivoire", "Not so.")
    assert coordinator.get(address("comments", made["id"])).json()["silence_broken_at"]
    assert coordinator.delete(objections).status_code == 404
    assert member.delete(objections).status_code == 204
    assert coordinator.get(address("comments", made["id"])).json()["silence_broken_at"] is None


def test_who_opts_out_is_listed_in_the_room_and_joins_again(room: Room) -> None:
    made = _draft_over_api(room)
    member, path = with_key(room, MEMBER), address("comments", made["id"], "opt-outs")
    assert [member.post(path).status_code for _press in range(2)] == [201, 200]
    assert [one["who"] for one in with_key(room, COORDINATOR).get(path).json()] == ["Côte d’Ivoire"]
    assert member.delete(path).status_code == 204
    assert member.get(path).json() == []


def test_who_opted_out_of_an_earlier_version_is_listed_and_joins_the_new_one(room: Room) -> None:
    made = _draft_over_api(room)
    member, coordinator = with_key(room, MEMBER), with_key(room, COORDINATOR)
    member.post(address("comments", made["id"], "opt-outs"))
    until = {"until": room.at(1).isoformat()}
    coordinator.post(address("comments", made["id"], "silence"), until, format="json")
    row = Comment.objects.filter(public_id=made["id"])
    row.update(silence_from=room.at(-1), silence_until=room.at(-0.5))
    assert coordinator.post(address("comments", made["id"], "submit")).status_code == 200
    path = address("comments", made["id"], "draft-version")
    version = coordinator.post(path, words("ROOM newer"), format="json").json()
    opt_outs = address("comments", version["id"], "opt-outs")
    assert [one["who"] for one in coordinator.get(opt_outs).json()] == ["Côte d’Ivoire"]
    assert coordinator.delete(opt_outs).status_code == 404
    assert member.delete(opt_outs).status_code == 204
    assert member.get(opt_outs).json() == []


def test_outside_the_room_an_input_says_nothing_of_how_it_came_about(room: Room) -> None:
    made = _draft_over_api(room)
    row = Comment.objects.get(public_id=made["id"])
    coordinator = with_key(room, COORDINATOR)
    until = {"until": room.at(1).isoformat()}
    coordinator.post(address("comments", made["id"], "silence"), until, format="json")
    Comment.objects.filter(pk=row.pk).update(silence_from=room.at(-1), silence_until=room.at(-0.5))
    assert coordinator.post(address("comments", made["id"], "submit")).status_code == 200
    for who, told in ((MEMBER, True), (COORDINATOR, True), ("FRA focal_point", False)):
        body = with_key(room, who).get(address("comments", made["id"])).json()
        assert body["in_room"] is told and (body["silence_until"] is not None) is told, who
        assert marker("ROOM api") in body["proposed"]
