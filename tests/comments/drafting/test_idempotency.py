"""Repeated requests: done once for the same key and content, refused for other content."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core.exceptions import ValidationError

from comments.answers.acts import reply
from comments.bridging.acts import BridgingAnswerContent, answer_bridging, draft_bridging
from comments.drafting.acts import draft_comment, return_comment, write_note
from comments.drafting.passing_on import return_comments
from comments.drafting.versions import draft_version
from comments.inputs.content import CommentContent
from comments.letters.acts import begin_letter
from comments.minutes.acts import add_line, begin_minutes
from comments.models import (
    AskedSeat,
    BridgingAnswer,
    BridgingProposal,
    Comment,
    MinuteLine,
    Note,
    OfficialLetter,
    Receipt,
    Reply,
    Silence,
    SilenceBreak,
    SilenceSeat,
)
from comments.received.acts import enter_received
from comments.silences.acts import SilenceSubject, break_silence, open_silence
from comments.submitting.acts import submit_at_once, supersede_comment
from consultations.models import IdempotencyKey, KeyReused
from consultations.rules.access import Access
from delegations.acts import give_post
from drafts.models import Wording
from tests.api_clients import address, with_key
from tests.comments.reading.test_pages import Person, page
from tests.consultations.bridging import ask_about_bridging
from tests.room import ELSEWHERE, Room, marker

pytestmark = pytest.mark.every_server

WRITTEN = (
    OfficialLetter,
    Comment,
    MinuteLine,
    Note,
    Reply,
    Receipt,
    BridgingProposal,
    BridgingAnswer,
    Silence,
    SilenceBreak,
)


def _content(words: str) -> CommentContent:
    return CommentContent(kind="comment", rationale=words)


def draft_act(room: Room, access: Access, words: str, key: UUID | None) -> Any:
    wording = room.wording(room.revision, 2)
    return draft_comment(access=access, wording=wording, content=_content(words), form_key=key)


def note_act(room: Room, access: Access, words: str, key: UUID | None) -> Any:
    comment = room.comment(f"{access.seat.code} draft")  # type: ignore[union-attr]
    return write_note(access=access, comment=comment, text=words, form_key=key)


def return_act(room: Room, access: Access, words: str, key: UUID | None) -> Any:
    comment = room.comment("FRA cleared")
    return return_comment(access=access, comment=comment, reason=words, form_key=key)


def return_several_act(room: Room, access: Access, words: str, key: UUID | None) -> Any:
    rows = [room.comment("FRA draft"), room.comment("FRA cleared")]
    shown = {row.public_id: row.version for row in rows}
    return return_comments(
        access=access, comments=rows, versions=shown, reason=words, form_key=key
    )[0]


def reply_act(room: Room, access: Access, words: str, key: UUID | None) -> Any:
    return reply(access=access, comment=room.comment("CPV submitted"), text=words, form_key=key)


def supersede_act(room: Room, access: Access, words: str, key: UUID | None) -> Any:
    comment = room.comment("FRA submitted")
    return supersede_comment(access=access, comment=comment, content=_content(words), form_key=key)


def version_act(room: Room, access: Access, words: str, key: UUID | None) -> Any:
    comment = room.comment("FRA submitted")
    return draft_version(access=access, comment=comment, content=_content(words), form_key=key)


def receive_act(room: Room, access: Access, words: str, key: UUID | None) -> Any:
    return enter_received(
        access=access,
        wording=room.wording(room.revision, 2),
        seat=room.seat("CIV focal_point"),
        received_via="letter",
        received_on=room.at(-2).date(),
        content=_content(words),
        form_key=key,
    )


def _loaded_wording(room: Room) -> Wording:
    rows = Wording.objects.select_related("revision__draft", "paragraph__draft")
    return rows.get(revision=room.revision, place=2)


def bridge_act(room: Room, access: Access, words: str, key: UUID | None) -> Any:
    return draft_bridging(access=access, wording=_loaded_wording(room), text=words, form_key=key)


def answer_bridging_act(room: Room, access: Access, words: str, key: UUID | None) -> Any:
    if not AskedSeat.objects.exists():
        ask_about_bridging(room)
    asked = AskedSeat.objects.select_related("proposal").get(seat=access.seat)
    reply = BridgingAnswerContent(stance="no", reason=words)
    return answer_bridging(access=access, asked_seat=asked, content=reply, form_key=key)


def letter_act(room: Room, access: Access, words: str, key: UUID | None) -> Any:
    kind = "other" if words == "As agreed." else "covering"
    return begin_letter(access=access, kind=kind, revision=room.revision, form_key=key)


def minute_act(room: Room, access: Access, words: str, key: UUID | None) -> Any:
    minutes = begin_minutes(access=access, meeting=room.meeting)
    return add_line(access=access, minutes=minutes, paragraph=None, words=words, form_key=key)


def submit_act(room: Room, access: Access, words: str, key: UUID | None) -> Any:
    wording, content = _loaded_wording(room), _content(words)
    return submit_at_once(access=access, wording=wording, content=content, form_key=key)


def open_silence_act(room: Room, access: Access, words: str, key: UUID | None) -> Any:
    subject = SilenceSubject(revision=room.revision)
    return open_silence(access=access, subject=subject, words=words, until=room.at(9), form_key=key)


def break_silence_act(room: Room, access: Access, words: str, key: UUID | None) -> Any:
    if not Silence.objects.exists():
        open_silence_act(room, room.access("co_facilitator", -1), "The text as it stands.", None)
    asked = SilenceSeat.objects.select_related("seat", "silence").get(seat=access.seat)
    return break_silence(access=access, asked_seat=asked, words=words, form_key=key)


ACTS: dict[Callable[..., Any], str] = {
    draft_act: "FRA contributor",
    note_act: "FRA contributor",
    return_act: "FRA deputy",
    return_several_act: "FRA deputy",
    reply_act: "FRA focal_point",
    supersede_act: "FRA focal_point",
    version_act: "FRA contributor",
    receive_act: "secretariat",
    bridge_act: "staff",
    answer_bridging_act: "FRA focal_point",
    minute_act: "staff",
    letter_act: "staff",
    submit_act: "FRA focal_point",
    open_silence_act: "co_facilitator",
    break_silence_act: "FRA focal_point",
}


def written_counts() -> list[int]:
    return [model._default_manager.count() for model in WRITTEN]


@pytest.mark.parametrize(("act", "who"), ACTS.items())
def test_the_same_act_under_one_key_is_done_once(
    room: Room, act: Callable[..., Any], who: str
) -> None:
    access, key = room.access(who), uuid4()
    first = act(room, access, "As agreed.", key)
    then = written_counts()
    assert act(room, access, "As agreed.", key).pk == first.pk
    assert written_counts() == then


@pytest.mark.parametrize(("act", "who"), ACTS.items())
def test_other_content_under_a_used_key_is_refused_and_nothing_is_written(
    room: Room, act: Callable[..., Any], who: str
) -> None:
    access, key = room.access(who), uuid4()
    act(room, access, "As agreed.", key)
    then = written_counts()
    with pytest.raises(KeyReused):
        act(room, access, "As not agreed.", key)
    assert written_counts() == then


def test_a_key_of_one_act_does_no_other(room: Room) -> None:
    access, key = room.access("FRA focal_point"), uuid4()
    note_act(room, access, "As agreed.", key)
    with pytest.raises(KeyReused):
        reply_act(room, access, "As agreed.", key)


def test_what_was_refused_gives_its_key_back(room: Room) -> None:
    access, key = room.access("FRA contributor"), uuid4()
    with pytest.raises(ValidationError, match="Write your note"):
        note_act(room, access, " ", key)
    assert not IdempotencyKey.objects.filter(key=key).exists()
    assert note_act(room, access, "Ask home.", key).text == "Ask home."


@dataclass
class TwoHats:
    """The contributor of France, who also drafts for Cabo Verde."""

    room: Room
    names: tuple[str, str] = field(default=("FRA contributor", "FRA contributor as CPV"))

    def __post_init__(self) -> None:
        room, (first, second) = self.room, self.names
        give_post(
            actor=room.access("secretariat"),
            user=room.users[first],
            delegation=room.bodies["CPV"],
            role="contributor",
        )
        room.users[second] = room.users[first]
        room.capacities[second] = f"delegation:{room.bodies['CPV'].public_id}"


def test_a_key_of_one_delegation_meets_no_key_of_another(room: Room) -> None:
    key = uuid4()
    for who in TwoHats(room).names:
        code = room.seat(who).code
        program, note = with_key(room, who), {"text": f"For {code}."}
        path = address("comments", room.comment(f"{code} draft").public_id, "notes")
        answer = program.post(path, note, HTTP_IDEMPOTENCY_KEY=str(key))
        assert answer.status_code == 201, answer.json()
        assert answer.json()["text"] == f"For {code}."
        assert program.post(path, note, HTTP_IDEMPOTENCY_KEY=str(key)).status_code == 200


def test_a_key_of_one_consultation_meets_no_key_of_another(room: Room) -> None:
    key = uuid4()
    here = draft_act(room, room.access("CPV contributor"), "Here.", key)
    there = draft_comment(
        access=room.access("CPV contributor", slug=ELSEWHERE),
        wording=room.wording(room.other_revision, 1),
        content=_content("There."),
        form_key=key,
    )
    assert here.pk != there.pk


# Over the API: path below a comment, who, what is sent, and the same with other content.
SENT: dict[str, tuple[str, str, dict[str, str], dict[str, str]]] = {
    "notes": ("FRA draft", "FRA contributor", {"text": "So."}, {"text": "Not so."}),
    "return": ("FRA cleared", "FRA deputy", {"reason": "So."}, {"reason": "Not so."}),
    "reply": ("CPV submitted", "FRA focal_point", {"text": "So."}, {"text": "Not so."}),
    "supersede": (
        "FRA submitted",
        "FRA focal_point",
        {"kind": "retain", "rationale": "So."},
        {"kind": "retain", "rationale": "Not so."},
    ),
    "draft-version": (
        "FRA submitted",
        "FRA contributor",
        {"kind": "retain", "rationale": "So."},
        {"kind": "retain", "rationale": "Not so."},
    ),
}


@pytest.mark.parametrize("act", SENT)
def test_a_program_gets_the_first_answer_again_or_409(room: Room, act: str) -> None:
    name, who, body, other = SENT[act]
    program, path = with_key(room, who), address("comments", room.comment(name).public_id, act)
    key = uuid4()
    first = program.post(path, body, HTTP_IDEMPOTENCY_KEY=str(key))
    assert first.status_code in {200, 201}, first.json()
    again = program.post(path, body, HTTP_IDEMPOTENCY_KEY=str(key))
    assert (again.status_code, again.json()["id"]) == (200, first.json()["id"])
    refused = program.post(path, other, HTTP_IDEMPOTENCY_KEY=str(key))
    assert refused.status_code == 409 and "Send a new key" in refused.json()["detail"]


def test_a_second_note_under_a_used_key_on_another_comment_is_refused_aloud(room: Room) -> None:
    """It was answered with the first note, and lost."""
    program, key = with_key(room, "FRA contributor"), uuid4()
    first, second = (
        address("comments", room.comment(f"FRA {name}").public_id, "notes")
        for name in ("draft", "cleared")
    )
    assert program.post(first, {"text": "So."}, HTTP_IDEMPOTENCY_KEY=str(key)).status_code == 201
    assert program.post(second, {"text": "So."}, HTTP_IDEMPOTENCY_KEY=str(key)).status_code == 409


def test_a_page_keeps_the_words_and_takes_them_at_the_next_press(room: Room) -> None:
    """A lost answer, other words, and the button again: they were dropped without a sentence."""
    person, words = Person(room, "FRA contributor"), marker("other words")
    note_on, sent = room.comment("FRA draft").public_id, {"form_key": str(uuid4())}
    assert person.post("notes", note_on, text="So.", **sent).status_code == 302
    asked = person.post("notes", note_on, text=words, **sent)
    shown = page(asked)
    assert asked.status_code == 422 and "To save this too, send it again." in shown
    assert words in shown and sent["form_key"] not in shown
    fresh = shown.partition('name="form_key" value="')[2].partition('"')[0]
    assert person.post("notes", note_on, text=words, form_key=fresh).status_code == 302
    assert Note.objects.filter(text=words).count() == 1
