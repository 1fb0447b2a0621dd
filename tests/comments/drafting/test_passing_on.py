"""A draft inside its delegation: sent for clearance, given to a colleague, mentioned in notes."""

import re
from typing import Any
from uuid import uuid4

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.urls import reverse

from comments.drafting.acts import (
    clear_comment,
    discard_comment,
    edit_comment,
    return_comment,
    users_named_by_at_sign,
    write_note,
)
from comments.drafting.passing_on import give_draft, send_for_clearance
from comments.models import Comment, Mention, Note
from comments.news.acts import choose_mail
from comments.submitting.acts import submit_comment
from consultations.models import Mail, MailFrequency, MailKind, Topic
from consultations.rules.access import Refused
from delegations.models import Post, User
from tests.api_clients import address, with_key
from tests.comments.front.test_own_tasks import tasks
from tests.comments.reading.test_pages import Person, page
from tests.mails import send_all
from tests.room import SLUG, Room, as_content, marker, speak_in_room, words


def _turn_mails() -> dict[str, str]:
    """Address → subject, of the mails on turns that wait now."""
    mail.outbox.clear()
    send_all(MailKind.TURN)
    return {letter.to[0]: str(letter.subject) for letter in mail.outbox}


def _want_none(room: Room, who: str, topic: Topic) -> None:
    choose_mail(
        user=room.users[who],
        capacity_key=room.capacities[who],
        frequency=MailFrequency.MEETINGS,
        unwanted_topics=[topic],
        moment=room.now,
    )


def _history(room: Room, draft: Comment, who: str = "FRA contributor") -> str:
    return page(Person(room, who).get("comment", draft.public_id))


# --- Sent for clearance --------------------------------------------------------------------------


def _sent_for_clearance(room: Room) -> Comment:
    return send_for_clearance(
        access=room.access("FRA contributor"), comment=room.comment("FRA draft")
    )


def test_a_draft_sent_for_clearance_waits_and_those_who_may_clear_it_are_told(room: Room) -> None:
    draft = room.comment("FRA draft")
    person = Person(room, "FRA contributor")
    shown = page(person.get("comment", draft.public_id))
    assert "Send for clearance" in shown
    person.post("send_for_clearance", draft.public_id)
    assert _turn_mails() == {
        "fra.deputy@example.org": "1 draft to clear · Plan of Action",
        "fra.focal_point@example.org": "1 draft to clear · Plan of Action",
    }
    again = _history(room, draft)
    assert "waiting for clearance, visible to your delegation only" in again
    assert "sent it for clearance" in again and "Send for clearance" not in again
    to_clear = tasks(Person(room, "FRA deputy"))["1 draft to clear"]
    listed = Person(room, "FRA deputy").client.get(to_clear)
    assert [row.entry.own_row.pk for row in listed.context["lines"]] == [draft.pk]
    assert "1 draft waits for clearance" in tasks(person)


def test_a_second_press_and_one_on_a_cleared_draft_change_nothing(room: Room) -> None:
    first = _sent_for_clearance(room)
    assert _sent_for_clearance(room).version == first.version
    assert Mail.objects.filter(kind=MailKind.TURN).count() == 2
    cleared = room.comment("FRA cleared")
    kept = send_for_clearance(access=room.access("FRA contributor"), comment=cleared)
    assert kept.cleared_at is not None and kept.sent_for_clearance_at is None


def test_who_may_clear_is_not_asked_to_send_and_clears_without_being_asked(room: Room) -> None:
    draft = room.comment("FRA draft")
    assert "Send for clearance" not in _history(room, draft, "FRA deputy")
    clear_comment(access=room.access("FRA deputy"), comment=draft)
    assert room.comment("FRA draft").cleared_at is not None


def test_clearing_sending_back_and_submitting_end_the_waiting_and_a_change_does_not(
    room: Room,
) -> None:
    deputy = room.access("FRA deputy")
    waiting = _sent_for_clearance(room)
    changed = edit_comment(
        access=room.access("FRA contributor"),
        comment=waiting,
        version=waiting.version,
        **as_content(words("FRA changed")),
    )
    assert changed.sent_for_clearance_at is not None
    returned = return_comment(access=deputy, comment=changed, reason="Shorter.")
    assert returned.sent_for_clearance_at is None
    again = _sent_for_clearance(room)
    assert again.returned_at is None
    assert clear_comment(access=deputy, comment=again).sent_for_clearance_at is None
    Comment.objects.filter(pk=again.pk).update(sent_for_clearance_at=room.now, cleared_at=None)
    sent = submit_comment(access=room.access("FRA focal_point"), comment=again)
    assert sent.sent_for_clearance_at is None


def test_what_was_cleared_meanwhile_is_not_told_as_waiting(room: Room) -> None:
    clear_comment(access=room.access("FRA focal_point"), comment=_sent_for_clearance(room))
    assert _turn_mails() == {}


def test_who_wants_no_mail_on_clearance_gets_none(room: Room) -> None:
    _want_none(room, "FRA deputy", Topic.TO_CLEAR)
    _sent_for_clearance(room)
    assert list(_turn_mails()) == ["fra.focal_point@example.org"]


def test_it_is_sent_as_it_is_saved_and_from_the_list(room: Room) -> None:
    person, wording = Person(room, "FRA contributor"), room.wording(room.revision, 3)
    reading = page(person.get("reading", "plan", 2, open=wording.paragraph.public_id))
    assert re.search(r'value="send"[^>]*>\s*Save and send for clearance', reading)
    fields = words("FRA sent") | {"type": "substantive", "language": "en", "form_key": str(uuid4())}
    answer = person.post("draft_comment", wording.public_id, then="send", **fields)
    assert answer.status_code == 302
    stored = Comment.objects.get(proposed=fields["proposed"])
    assert stored.sent_for_clearance_at is not None
    draft = room.comment("FRA draft")
    answer = person.post("send_for_clearance", draft.public_id, query="state=drafted")
    assert answer.headers["Location"].endswith("/workspace/?state=drafted")


def test_in_a_group_room_nothing_is_sent_for_clearance_or_given(room: Room) -> None:
    speak_in_room(room)
    draft, access = room.comment("ROOM draft"), room.access("CIV contributor")
    with pytest.raises(Refused, match="silence procedure"):
        send_for_clearance(access=access, comment=draft)
    with pytest.raises(Refused, match="worked on by all its members"):
        give_draft(access=access, comment=draft, colleague=room.users["CIV deputy"])


# --- Given to a colleague ------------------------------------------------------------------------


def _give(room: Room, to: str, who: str = "FRA contributor") -> Comment:
    draft = room.comment("FRA draft")
    return give_draft(access=room.access(who), comment=draft, colleague=room.users[to])


def test_a_draft_is_given_to_a_colleague_who_is_told_and_given_back(room: Room) -> None:
    draft, deputy = room.comment("FRA draft"), room.users["FRA deputy"]
    person = Person(room, "FRA contributor")
    asked = page(person.get("give_draft", draft.public_id))
    assert "FRA deputy, deputy" in asked and "CPV" not in asked
    assert f'value="{room.users["FRA contributor"].public_id}"' not in asked
    person.post("give_draft", draft.public_id, to=str(deputy.public_id))
    assert _turn_mails() == {"fra.deputy@example.org": "1 draft was given to you · Plan of Action"}
    assert "gave it to FRA deputy" in _history(room, draft)
    given = tasks(Person(room, "FRA deputy"))["1 draft was given to you"]
    listed = Person(room, "FRA deputy").client.get(given)
    assert [row.entry.own_row.pk for row in listed.context["lines"]] == [draft.pk]
    assert "given to FRA deputy" in page(listed)
    assert "FRA contributor, contributor: back to its author" in page(
        Person(room, "FRA deputy").get("give_draft", draft.public_id)
    )
    _give(room, "FRA contributor", who="FRA deputy")
    assert list(_turn_mails()) == ["fra.contributor@example.org"]
    assert room.comment("FRA draft").given_to_id is None
    assert "gave it back to its author" in _history(room, draft)


def test_a_program_gives_a_draft_by_the_address_of_a_colleague(room: Room) -> None:
    draft, deputy = room.comment("FRA draft"), room.users["FRA deputy"]
    program, path = with_key(room, "FRA contributor"), address("comments", draft.public_id, "give")
    given = program.post(path, {"to": deputy.email.upper()}, format="json")
    assert given.status_code == 200
    assert given.json()["version"] == draft.version + 1
    assert room.comment("FRA draft").given_to_id == deputy.pk
    refused = [
        program.post(path, {"to": to}, format="json")
        for to in (room.users["CPV deputy"].email, "nobody@example.org")
    ]
    assert [answer.status_code for answer in refused] == [400, 400]
    first, second = (answer.json() for answer in refused)
    assert first.pop("request_id") != second.pop("request_id")
    assert first == second


def test_giving_it_twice_to_the_same_is_once(room: Room) -> None:
    first = _give(room, "FRA deputy")
    assert _give(room, "FRA deputy").version == first.version


@pytest.mark.parametrize("to", ["CPV deputy", "co_facilitator", "secretariat", "IOM contributor"])
def test_a_draft_is_given_to_nobody_outside_the_delegation(room: Room, to: str) -> None:
    with pytest.raises(ValidationError, match="Choose a colleague"):
        _give(room, to)
    draft = room.comment("FRA draft")
    answer = Person(room, "FRA contributor").post(
        "give_draft", draft.public_id, to=str(room.users[to].public_id)
    )
    assert answer.status_code == 422
    assert not Mail.objects.filter(kind=MailKind.TURN).exists()


def test_what_is_sent_back_goes_to_whom_it_was_given(room: Room) -> None:
    _give(room, "FRA focal_point")
    assert _turn_mails()
    deputy = room.access("FRA deputy")
    return_comment(access=deputy, comment=room.comment("FRA draft"), reason="Shorter.")
    assert list(_turn_mails()) == ["fra.focal_point@example.org"]
    assert "1 draft was sent back to you" in tasks(Person(room, "FRA focal_point"))
    assert "1 draft was sent back to you" not in tasks(Person(room, "FRA contributor"))


def test_the_record_of_an_input_does_not_say_to_whom_its_draft_was_given(room: Room) -> None:
    _give(room, "FRA deputy")
    draft = submit_comment(access=room.access("FRA focal_point"), comment=room.comment("FRA draft"))
    assert draft.given_to_id is None
    for who in ("CPV focal_point", "co_facilitator", "secretariat"):
        assert "FRA deputy" not in _history(room, draft, who)


# --- Colleagues named in notes -------------------------------------------------------------------


def _note(room: Room, text: str, named: Any = (), who: str = "FRA contributor") -> Note:
    return write_note(
        access=room.access(who),
        comment=room.comment("FRA draft"),
        text=text,
        named_public_ids=named,
    )


def test_a_colleague_named_with_an_at_is_told_and_reads_it_on_the_front_page_until_seen(
    room: Room,
) -> None:
    _note(room, f"@FRA Deputy, is this right? {marker('among us')}")
    assert _turn_mails() == {"fra.deputy@example.org": "1 note names you · Plan of Action"}
    assert marker("among us") not in mail.outbox[0].message().as_string()
    person = Person(room, "FRA deputy")
    line = tasks(person)["1 note names you"]
    assert line == reverse("notes", args=[SLUG, room.comment("FRA draft").public_id])
    assert "Told: FRA deputy" in page(person.client.get(line))
    assert "1 note names you" not in tasks(person)


def test_a_note_on_a_draft_that_was_discarded_before_its_mail_went_is_not_counted(
    room: Room,
) -> None:
    _note(room, "@FRA Deputy, is this right?")
    cleared = room.comment("FRA cleared")
    write_note(
        access=room.access("FRA contributor"), comment=cleared, text="@FRA Deputy, and this?"
    )
    discard_comment(access=room.access("FRA contributor"), comment=cleared)
    assert _turn_mails() == {"fra.deputy@example.org": "1 note names you · Plan of Action"}


def test_a_note_that_was_seen_before_its_mail_went_leaves_the_rest_of_the_mail(
    room: Room,
) -> None:
    _note(room, "@FRA Deputy, is this right?")
    _note(room, "@FRA Deputy, and this?", who="FRA focal_point")
    page(Person(room, "FRA deputy").get("notes", room.comment("FRA draft").public_id))
    assert _turn_mails() == {}
    turns = Mail.objects.filter(kind=MailKind.TURN)
    assert turns.exists() and not turns.filter(dropped_at=None).exists()


def test_colleagues_are_chosen_in_the_form_and_the_page_says_who_is_told(room: Room) -> None:
    draft, person = room.comment("FRA draft"), Person(room, "FRA contributor")
    shown = page(person.get("notes", draft.public_id))
    assert "FRA focal_point" in shown and "CPV deputy" not in shown
    chosen = [str(room.users[who].public_id) for who in ("FRA deputy", "FRA focal_point")]
    data = {"text": "Please look.", "named": chosen, "form_key": str(uuid4())}
    for _press in range(2):
        person.post("notes", draft.public_id, **data)
    assert Mention.objects.count() == 2
    assert "Told: FRA deputy, FRA focal_point." in page(person.get("comment", draft.public_id))
    assert sorted(_turn_mails()) == ["fra.deputy@example.org", "fra.focal_point@example.org"]


@pytest.mark.parametrize("who", ["CPV deputy", "co_facilitator", "secretariat"])
def test_nobody_outside_the_delegation_can_be_named(room: Room, who: str) -> None:
    user = room.users[who]
    _note(room, f"@{user.name}, look. @cpv")
    with pytest.raises(ValidationError, match="Choose colleagues of your delegation"):
        _note(room, "Look.", named=[str(user.public_id)])
    assert not Mention.objects.exists()
    assert not Mail.objects.filter(kind=MailKind.TURN).exists()


def test_who_wants_no_mail_on_notes_still_reads_the_line(room: Room) -> None:
    _want_none(room, "FRA deputy", Topic.NAMED)
    _note(room, "@deputy, look.")
    assert _turn_mails() == {}
    assert "1 note names you" in tasks(Person(room, "FRA deputy"))


def test_who_left_is_not_told_of_a_note_that_named_them(room: Room) -> None:
    _note(room, "@deputy, look.")
    Post.objects.filter(user=room.users["FRA deputy"]).update(ended_at=room.now)
    assert _turn_mails() == {}


def test_a_note_in_a_group_room_names_colleagues_of_the_own_delegation_alone(room: Room) -> None:
    speak_in_room(room)
    write_note(
        access=room.access("CIV contributor"),
        comment=room.comment("ROOM draft"),
        text="@CIV deputy and @CPV deputy",
    )
    assert [one.user_id for one in Mention.objects.all()] == [room.users["CIV deputy"].pk]


def test_an_unclear_name_is_asked_about_and_no_word_is_lost(room: Room) -> None:
    draft, person = room.comment("FRA draft"), Person(room, "FRA contributor")
    answer = person.post("notes", draft.public_id, text="@FRA, look.", form_key=str(uuid4()))
    assert answer.status_code == 422
    assert "@FRA could be several people" in page(answer) and "@FRA, look." in page(answer)


def _posts(*names: str) -> list[Post]:
    people = [User(pk=number, name=name) for number, name in enumerate(names)]
    return [Post(user=user) for user in people]


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("@Ana Silva, please", ["Ana Silva"]),
        ("please, @ana: look", ["Ana Silva"]),
        ("@Ana-Maria", ["Ana Silva"]),
        ("@anastasia", []),
        ("write to ana@silva.example", []),
        ("(@ليلى) @Ana @ana", ["ليلى حسن", "Ana Silva"]),
        ("@ Ana", []),
    ],
)
def test_names_are_read_as_people_type_them(text: str, named: list[str]) -> None:
    assert [
        user.name for user in users_named_by_at_sign(text, _posts("Ana Silva", "Bo Li", "ليلى حسن"))
    ] == named
