"""Silences of the facilitators over the API: read within one's rights, and broken."""

from typing import Any

import pytest

from comments.silences.acts import show_breaks
from tests.api_clients import address, with_key
from tests.comments.silences.test_silences import open_silence_on
from tests.room import Room, marker

pytestmark = pytest.mark.django_db


def read_by(room: Room, who: str, silence: Any) -> Any:
    return with_key(room, who).get(address("silences", silence.public_id)).json()


def test_a_program_breaks_silence_once_and_others_read_it_when_it_is_shown(room: Room) -> None:
    silence = open_silence_on(room)
    wording = room.wording(room.revision, 2)
    body = {"words": f"No, {marker('api break')}.", "wording": str(wording.public_id)}
    key: dict[str, Any] = {"HTTP_IDEMPOTENCY_KEY": "7b1c1e32-9d5c-4a27-8a1c-0c1b0f4a9d11"}
    path = address("silences", silence.public_id, "break")
    program = with_key(room, "FRA focal_point")
    answers = [program.post(path, body, format="json", **key) for _turn in range(2)]
    assert [answer.status_code for answer in answers] == [201, 200]
    assert answers[0].json()["wording"] == str(wording.public_id)
    assert read_by(room, "staff", silence)["state"] == "broken"
    hidden = read_by(room, "CPV focal_point", silence)
    assert hidden["state"] == "running" and marker("api break") not in str(hidden)
    show_breaks(access=room.access("co_facilitator"), silence=silence)
    shown = read_by(room, "CPV focal_point", silence)
    assert shown["state"] == "broken" and marker("api break") in str(shown)


def test_who_may_not_submit_does_not_break_silence(room: Room) -> None:
    path = address("silences", open_silence_on(room).public_id, "break")
    answers = {
        who: with_key(room, who).post(path, {"words": "No."}, format="json").status_code
        for who in ("FRA deputy", "staff", "IOM focal_point")
    }
    assert answers == {"FRA deputy": 403, "staff": 404, "IOM focal_point": 404}
