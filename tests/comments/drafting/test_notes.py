"""Internal notes and reasons are read by the own delegation and nobody else."""

import json
from uuid import uuid4

import pytest

from comments.drafting.acts import mark_mentions_seen, return_comment, write_note
from comments.models import Mention, Note
from comments.submitting.acts import submit_comment
from consultations.models import Visibility
from consultations.rules.access import Refused
from tests.comments.reading.test_pages import Person, page
from tests.room import Room, marker

SECRET = marker("among ourselves")
OTHERS = ("CPV focal_point", "IOM focal_point", "co_facilitator", "staff", "secretariat")


def test_a_note_is_written_once_and_stands_on_the_card(room: Room) -> None:
    person, draft = Person(room, "FRA contributor"), room.comment("FRA draft")
    key = str(uuid4())
    for _press in range(2):
        answer = person.post("notes", draft.public_id, text=f"Ask home, {SECRET}.", form_key=key)
        assert answer.headers["Location"].endswith(f"#c-{draft.public_id}")
    assert Note.objects.get(text__contains=SECRET).is_return is False
    open_ = {"open": draft.paragraph.public_id}
    pages = (
        person.get("reading", "plan", 2, **open_),
        person.get("comment", draft.public_id),
        person.get("notes", draft.public_id),
    )
    for shown in map(page, pages):
        assert SECRET in shown and "FRA contributor" in shown
    assert "2 internal notes" in page(person.get("workspace", state="drafted"))


def test_an_empty_note_says_what_to_do_and_a_long_one_loses_no_word(room: Room) -> None:
    person, draft = Person(room, "FRA contributor"), room.comment("FRA draft")
    empty = person.post("notes", draft.public_id, text=" ", form_key=uuid4())
    assert empty.status_code == 422 and "Write your note." in page(empty)
    long = person.post("notes", draft.public_id, text=SECRET * 500, form_key=uuid4())
    assert long.status_code == 422
    assert "The limit is 5000" in page(long) and SECRET * 500 in page(long)


@pytest.mark.parametrize("who", OTHERS)
def test_nobody_else_writes_a_note(room: Room, who: str) -> None:
    draft, submitted = room.comment("FRA draft"), room.comment("FRA submitted")
    person = Person(room, who)
    for comment in (draft, submitted):
        answer = person.post("notes", comment.public_id, text="So.", form_key=uuid4())
        assert answer.status_code in {403, 404}
        with pytest.raises(Refused):
            write_note(access=room.access(who), comment=comment, text="So.")


def test_why_a_draft_came_back_stands_on_it_until_it_is_changed(room: Room) -> None:
    person, draft = Person(room, "FRA contributor"), room.comment("FRA draft")
    deputy = Person(room, "FRA deputy")
    deputy.post("return_comment", draft.public_id, reason="Shorter, please.")
    shown = page(person.get("comment", draft.public_id))
    assert "Sent back by FRA deputy" in shown and "Shorter, please." in shown
    deputy.post("clear_comment", draft.public_id, version=room.comment("FRA draft").version)
    again = page(person.get("comment", draft.public_id))
    assert "Sent back by FRA deputy" not in again
    assert "Shorter, please." in again  # as one of the notes


def test_notes_and_reasons_stay_inside_after_submission(room: Room) -> None:
    """Searched for on every page and answer of the API that shows the input to others."""
    draft = room.comment("FRA draft")
    write_note(access=room.access("FRA contributor"), comment=draft, text=f"Note: {SECRET}")
    return_comment(access=room.access("FRA deputy"), comment=draft, reason=f"Reason: {SECRET}")
    submit_comment(access=room.access("FRA focal_point"), comment=draft)
    input = room.comment("FRA draft")
    assert room.visibility == Visibility.AT_ONCE and input.submitted_at is not None
    own = page(Person(room, "FRA contributor").get("comment", input.public_id))
    assert own.count(SECRET) == 2
    for who in OTHERS:
        person = Person(room, who)
        pages = [
            person.get("reading", "plan", 2, open=input.paragraph.public_id),
            person.get("comment", input.public_id),
            person.get("table"),
            person.get("consultation"),
        ]
        for shown in map(page, pages):
            assert SECRET not in shown, who
        assert marker("FRA draft") in page(pages[0])  # the input itself is read


def test_the_api_tells_notes_to_the_own_people_alone(room: Room) -> None:
    draft = room.comment("FRA draft")
    write_note(access=room.access("FRA contributor"), comment=draft, text=f"Note: {SECRET}")
    submit_comment(access=room.access("FRA focal_point"), comment=draft)
    for who in ("FRA deputy", *OTHERS):
        person = Person(room, who)
        headers = {"X-Capacity": person.capacity}
        base = f"/api/v1/consultations/plan-of-action/comments/{draft.public_id}/"
        plain = person.client.get(base, headers=headers)
        assert plain.status_code == 200 and SECRET not in plain.content.decode()
        notes = person.client.get(f"{base}notes/", headers=headers)
        if who == "FRA deputy":
            texts = [note["text"] for note in json.loads(notes.content)]
            assert texts[-1] == f"Note: {SECRET}" and len(texts) == 2
        else:
            assert notes.status_code == 403 and SECRET not in notes.content.decode()


def test_a_note_over_the_api_is_written_once_for_a_key(room: Room) -> None:
    draft, person = room.comment("FRA draft"), Person(room, "FRA contributor")
    url = f"/api/v1/consultations/plan-of-action/comments/{draft.public_id}/notes/"
    headers = {"X-Capacity": person.capacity, "Idempotency-Key": str(uuid4())}
    statuses = [
        person.client.post(
            url, {"text": "Ask home."}, content_type="application/json", headers=headers
        ).status_code
        for _press in range(2)
    ]
    assert statuses == [201, 200]
    assert Note.objects.filter(comment=draft, text="Ask home.").count() == 1


def test_who_reads_the_notes_on_a_draft_has_seen_where_they_are_named_there_alone(
    room: Room,
) -> None:
    author, users = room.access("FRA contributor"), room.users
    comments = [room.comment(f"FRA {name}") for name in ("draft", "cleared")]
    for comment in comments:
        named = [str(users[f"FRA {post}"].public_id) for post in ("deputy", "focal_point")]
        write_note(access=author, comment=comment, text="See this.", named_public_ids=named)
    for days in (1, 2):  # a second look changes nothing
        mark_mentions_seen(access=room.access("FRA deputy", days), comment=comments[0])
    seen = Mention.objects.filter(seen_at__isnull=False)
    assert [
        (row.note.comment_id, row.user_id, row.seen_at) for row in seen.select_related("note")
    ] == [(comments[0].pk, users["FRA deputy"].pk, room.at(1))]
