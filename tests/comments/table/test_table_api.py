"""The table over the API: as at its cut-off, narrowed, and each copy to whom it may go."""

import json
from typing import Any
from uuid import uuid4

from rest_framework.test import APIClient

from comments.models import Disposition
from tests.api_clients import address, with_key
from tests.comments.programs import streamed
from tests.room import Room, marker


def _table(program: APIClient, **how: Any) -> dict[str, Any]:
    answer = program.get(address("table"), how)
    assert answer.status_code == 200 and answer["Content-Type"] == "application/json"
    told: dict[str, Any] = json.loads(streamed(answer))
    return told


def test_the_table_is_told_as_at_its_cut_off_and_its_copy_to_whom_it_may(room: Room) -> None:
    program = with_key(room, "co_facilitator")

    def numbers(**how: Any) -> list[str]:
        return [row["number"] for row in _table(program, **how)["rows"]]

    assert "FRA-1" in numbers(revision=str(room.revision.public_id))
    assert numbers(revision=str(room.call.public_id)) == ["CPV-4", "FRA-4"]
    assert numbers(cut_off=room.at(-10).isoformat()) == ["CPV-4", "FRA-4"]
    facilitators = _table(program, copy="facilitators")
    assert marker("review of FRA submitted") in str(facilitators)
    refused = with_key(room, "FRA focal_point").get(address("table"), {"copy": "facilitators"})
    assert refused.status_code == 403
    to_come = program.get(address("table"), {"cut_off": room.at(1).isoformat()})
    assert to_come.status_code == 400 and "earlier" in to_come.json()["detail"]
    other = {"revision": str(room.other_revision.public_id)}
    assert program.get(address("table"), other).status_code == 404
    unknown = [str(uuid4()) for _number in range(201)]
    assert program.get(address("table"), {"revision": unknown[:200]}).status_code == 404
    too_many = program.get(address("table"), {"revision": unknown})
    assert too_many.status_code == 400 and "revision" in str(too_many.json())


def test_the_facilitators_table_is_narrowed_to_an_answer(room: Room) -> None:
    """The inputs of each answer, and those without one, are together the whole table."""
    program = with_key(room, "co_facilitator")
    whole = _table(program, copy="facilitators")
    by_answer = {
        answer: _table(program, copy="facilitators", disposition=answer)
        for answer in (*Disposition.values, "unanswered")
    }
    numbers = [row["number"] for part in by_answer.values() for row in part["rows"]]
    assert sorted(numbers) == sorted(row["number"] for row in whole["rows"])
    for answer, part in by_answer.items():
        dispositions = {row["disposition"].partition(" (")[0].lower() for row in part["rows"]}
        assert part["disposition"] == answer and part["count"] == len(part["rows"])
        assert "only inputs" in part["title"]
        assert (
            not dispositions
            or answer == "unanswered"
            or dispositions == {Disposition(answer).label.lower()}
        )
    filled = {answer for answer, part in by_answer.items() if part["rows"]}
    assert "unanswered" in filled and filled & set(Disposition.values)
    circulation = program.get(address("table"), {"disposition": "partly"})
    assert circulation.status_code == 400 and "disposition" in str(circulation.json())
    delegate = with_key(room, "FRA focal_point")
    asked = {"copy": "facilitators", "disposition": "partly"}
    assert delegate.get(address("table"), asked).status_code == 403


def test_the_table_is_narrowed_by_section_delegation_and_state(room: Room) -> None:
    program = with_key(room, "co_facilitator")
    whole = _table(program)["rows"]
    ours = _table(program, delegation="fra")
    assert [row["number"] for row in ours["rows"]] == [
        row["number"] for row in whole if row["number"].startswith("FRA-")
    ]
    assert 0 < ours["count"] < len(whole) and "(only France)" in ours["title"]
    by_state = {
        state: [row["number"] for row in _table(program, state=state)["rows"]]
        for state in ("in_time", "late", "withdrawn")
    }
    numbers = [number for part in by_state.values() for number in part]
    assert sorted(numbers) == sorted(row["number"] for row in whole)
    assert all(by_state.values())
    for unknown in ({"section": "Protection"}, {"delegation": "XYZ"}, {"state": "gone"}):
        assert program.get(address("table"), unknown).status_code == 400, unknown
