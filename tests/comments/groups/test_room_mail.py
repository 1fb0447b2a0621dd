"""Mails to a group's room: who gets them, and that they hold no words of an input."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.core import mail

from comments.drafting.acts import draft_comment, edit_comment
from comments.groups.acts import object_to, set_silence
from comments.inputs.content import CommentContent
from comments.models import Comment
from comments.notifications.acts import RoomEvent
from comments.received.acts import enter_received
from comments.submitting.acts import submit_at_once, submit_comment, submit_comments
from config.celery import app
from consultations.models import LatePolicy, Mail, MailChoice, MailFrequency, MailKind, Round
from consultations.outbox.sending import deliver
from delegations.models import GroupMembership, Post
from drafts.models import Paragraph
from tests.comments.reading.test_pages import Person, proposal
from tests.mails import send_all
from tests.room import Room, marker, words

COORDINATOR, MEMBER = "CPV focal_point", "CIV focal_point"
WHO_CAN_OBJECT = [
    "civ.deputy@example.org",
    "civ.focal_point@example.org",
    "cpv.deputy@example.org",
    "cpv.focal_point@example.org",
]


@pytest.fixture
def draft(room: Room) -> Comment:
    access = room.access("CIV contributor")
    return draft_comment(
        access=access,
        wording=room.wording(room.revision, 4),
        seat=access.group_room_seats[0],
        in_room=True,
        content=CommentContent(**words("ROOM mailed")),
    )


@pytest.fixture
def at_once(settings: Any) -> Iterator[None]:
    """Tasks run where they are called: the worker's own code, without its queue."""
    app.conf.task_always_eager = True
    yield
    app.conf.task_always_eager = False


def _put_under_silence(room: Room, draft: Comment, days: float = 1) -> Comment:
    return set_silence(access=room.access(COORDINATOR), comment=draft, until=room.at(days))


def _mails_on(event: RoomEvent) -> list[Any]:
    """The mails on one event that went out; those on other events wait."""
    mail.outbox.clear()
    for row in Mail.objects.waiting().filter(kind=MailKind.ROOM, facts__event=event).order_by("pk"):
        deliver(row.pk)
    return mail.outbox


def _to(letters: list[Any]) -> list[str]:
    return sorted(letter.to[0] for letter in letters)


def _choose(room: Room, who: str, often: MailFrequency) -> None:
    MailChoice.objects.create(user=room.users[who], capacity=room.capacities[who], often=often)


# --- Whom they reach -----------------------------------------------------------------------------


def test_a_silence_that_is_set_is_told_to_whoever_can_object(room: Room, draft: Comment) -> None:
    _put_under_silence(room, draft)
    letters = _mails_on(RoomEvent.SILENCE_SET)
    assert _to(letters) == WHO_CAN_OBJECT
    [letter] = [one for one in letters if one.to == ["civ.focal_point@example.org"]]
    assert re.match(
        r"African Group: a draft is under silence until \w{3} .*\sNew\sYork", letter.subject
    )
    assert (
        "No objection by" in letter.body and "- paragraph 3, The plan, First draft" in letter.body
    )
    group = draft.seat_id and room.access(MEMBER).group_room_seats[0].public_id
    assert f"/groups/{group}/#c-{draft.public_id}" in letter.body
    assert letter.extra_headers["List-Unsubscribe"]


def test_no_mail_holds_a_word_of_a_draft_an_objection_or_an_input(
    room: Room, draft: Comment
) -> None:
    _put_under_silence(room, draft)
    letters = [one.message().as_string() for one in _mails_on(RoomEvent.SILENCE_SET)]
    object_to(access=room.access(MEMBER), comment=draft, reason=f"No {marker('ROOM reason')}.")
    letters += [one.message().as_string() for one in _mails_on(RoomEvent.OBJECTED)]
    assert len(letters) == 8
    assert not any(
        marker(name) in letter for letter in letters for name in ("ROOM mailed", "ROOM reason")
    )


def test_never_is_never_but_where_a_silence_would_reach_nobody_of_a_delegation(
    room: Room, draft: Comment
) -> None:
    _choose(room, "CPV deputy", MailFrequency.NEVER)
    for who in ("CIV deputy", MEMBER):
        _choose(room, who, MailFrequency.NEVER)
    silent = _put_under_silence(room, draft)
    letters = _mails_on(RoomEvent.SILENCE_SET)
    assert _to(letters) == ["civ.focal_point@example.org", "cpv.focal_point@example.org"]
    told = {one.to[0]: one.body for one in letters}
    sentence = "You chose to get no e-mail. You get this one because"
    assert sentence in told["civ.focal_point@example.org"]
    assert sentence not in told["cpv.focal_point@example.org"]
    object_to(access=room.access(MEMBER), comment=silent)
    assert _to(_mails_on(RoomEvent.OBJECTED)) == ["cpv.focal_point@example.org"]


def test_who_left_the_group_or_the_post_gets_none(room: Room, draft: Comment) -> None:
    _put_under_silence(room, draft)
    GroupMembership.objects.filter(member=room.bodies["CIV"]).update(ends_on=room.at(-1).date())
    Post.objects.filter(user=room.users["CPV deputy"]).update(ended_at=room.now)
    assert _to(_mails_on(RoomEvent.SILENCE_SET)) == ["cpv.focal_point@example.org"]


# --- What they say -------------------------------------------------------------------------------


def test_what_is_no_longer_so_is_not_told(room: Room, draft: Comment) -> None:
    _put_under_silence(room, draft)
    object_to(access=room.access(MEMBER), comment=draft)
    assert _mails_on(RoomEvent.SILENCE_SET) == []


def test_a_silence_set_anew_is_told_with_its_new_end_alone(room: Room, draft: Comment) -> None:
    _put_under_silence(room, draft)
    _put_under_silence(room, draft, days=2)
    letters = _mails_on(RoomEvent.SILENCE_SET)
    assert len(letters) == len(WHO_CAN_OBJECT)
    assert len({letter.subject for letter in letters}) == 1


def test_a_silence_set_again_with_the_same_end_is_told_once(room: Room, draft: Comment) -> None:
    until = _put_under_silence(room, draft).silence_until
    with time_machine.travel(room.at(0.1), tick=False):
        access = room.access(COORDINATOR, days=0.1)
        again = set_silence(access=access, comment=draft, until=room.at(1))
        letters = _mails_on(RoomEvent.SILENCE_SET)
    assert again.silence_until == until
    assert _to(letters) == WHO_CAN_OBJECT


def test_an_objection_names_the_delegation_and_what_follows(room: Room, draft: Comment) -> None:
    silent = _put_under_silence(room, draft)
    object_to(access=room.access(MEMBER), comment=silent)
    letter = _mails_on(RoomEvent.OBJECTED)[0]
    assert letter.subject == "African Group: the silence is broken"
    assert "Silence broken by: Côte d’Ivoire. Nothing is submitted." in letter.body


def test_a_change_of_the_words_is_told_with_whose_it_was(room: Room, draft: Comment) -> None:
    silent = _put_under_silence(room, draft)
    edit_comment(
        access=room.access("CIV contributor"),
        comment=silent,
        version=silent.version,
        content=CommentContent(**words("ROOM new")),
    )
    letter = _mails_on(RoomEvent.DRAFT_CHANGED)[0]
    assert "Côte d’Ivoire changed the words." in letter.body


def test_each_reads_the_mail_in_their_own_language_and_their_own_time(
    room: Room, draft: Comment
) -> None:
    reader = room.users[MEMBER]
    reader.time_zone = "Asia/Tokyo"
    reader.save()
    _put_under_silence(room, draft)
    letters = _mails_on(RoomEvent.SILENCE_SET)
    [own] = [one.body for one in letters if one.to == ["civ.focal_point@example.org"]]
    assert "New\u00a0York" in own and "Tokyo" in own


# --- From the page to the mailbox ----------------------------------------------------------------


def test_every_act_of_the_room_rings_the_bell_once(
    room: Room, draft: Comment, at_once: None, django_capture_on_commit_callbacks: Any
) -> None:
    """Set, objected, taken back, changed; set anew, and submitted: each to the four who can act."""
    coordinator, member = Person(room, COORDINATOR), Person(room, MEMBER)

    def subjects(act: Any) -> set[str]:
        mail.outbox.clear()
        with django_capture_on_commit_callbacks(execute=True):
            act()
        assert len(mail.outbox) in {0, 4}
        return {re.sub(r" until .*", "", str(letter.subject)) for letter in mail.outbox}

    until = room.at(1).strftime("%Y-%m-%dT%H:%M")
    set_it = {"until": until}
    assert subjects(lambda: coordinator.post("set_silence", draft.public_id, **set_it)) == {
        "African Group: a draft is under silence"
    }
    broken = {"African Group: the silence is broken"}
    assert subjects(lambda: member.post("object_to", draft.public_id, reason="No.")) == broken
    assert subjects(lambda: member.post("object_to", draft.public_id, reason="No.")) == set()
    objection = draft.objections.get().public_id
    assert subjects(lambda: member.post("withdraw_objection", objection)) == {
        "African Group: an objection is withdrawn"
    }
    version = Comment.objects.get(pk=draft.pk).version
    change = proposal(version=version, proposed="Other words.")
    assert subjects(lambda: member.post("edit_comment", draft.public_id, **change)) == {
        "African Group: the draft changed, the silence has ended"
    }
    stored = set_silence(
        access=room.access(COORDINATOR, -0.5),
        comment=Comment.objects.get(pk=draft.pk),
        until=room.at(-0.1),
    )
    shown = f"{draft.public_id}:{stored.version}"
    sent = {"comment": shown}

    def submitted() -> Any:
        return coordinator.post("submit_comment", draft.public_id, **sent)

    mail_subjects = set(subjects_of_groups(submitted, django_capture_on_commit_callbacks))
    assert mail_subjects == {"1 input of African Group is submitted"}


def subjects_of_groups(act: Any, capture: Any) -> list[str]:
    """The receipt goes to its own readers beside them."""
    mail.outbox.clear()
    with capture(execute=True):
        act()
    told = [str(one.subject) for one in mail.outbox]
    return [subject for subject in told if not subject.startswith("Receipt")]


def test_several_inputs_of_a_group_that_go_at_once_make_one_mail_each(
    room: Room, draft: Comment
) -> None:
    group = room.access("CPV contributor").coordinated_seats[0]
    rows = [
        draft_comment(
            access=room.access("CPV contributor"),
            wording=room.wording(room.revision, place),
            seat=group,
            content=CommentContent(**words(f"CPV {place}")),
        )
        for place in (2, 3)
    ]
    access = room.access(COORDINATOR)
    submit_comments(access=access, comments=rows)
    letters = _mails_on(RoomEvent.SUBMITTED)
    assert _to(letters) == WHO_CAN_OBJECT
    assert letters[0].subject == "2 inputs of African Group are submitted"
    assert "- AFRICAN-GROUP-2, paragraph 1, The plan" in letters[0].body


def test_what_a_program_submits_at_once_for_a_group_is_told_to_its_members(room: Room) -> None:
    coordinator = room.access(COORDINATOR)
    wording = room.wording(room.revision, 2)
    wording.paragraph = Paragraph.objects.select_related("draft").get(pk=wording.paragraph_id)
    submit_at_once(
        access=coordinator,
        wording=wording,
        seat=coordinator.coordinated_seats[0],
        content=CommentContent(**words("CPV at once")),
    )

    assert _to(_mails_on(RoomEvent.SUBMITTED)) == WHO_CAN_OBJECT


# --- Received by letter --------------------------------------------------------------------------


def _entered(room: Room) -> Comment:
    return enter_received(
        access=room.access("secretariat"),
        wording=room.wording(room.revision, 4),
        seat=room.seat(MEMBER),
        received_via="letter",
        received_on=room.at(-1).date(),
        content=CommentContent(**words("CIV by letter")),
    )


def test_what_came_by_letter_is_told_to_who_can_clear_and_submit_it(room: Room) -> None:
    _entered(room)
    mail.outbox.clear()
    send_all(MailKind.RECEIVED)
    assert _to(mail.outbox) == ["civ.deputy@example.org", "civ.focal_point@example.org"]
    letter = mail.outbox[0]
    assert letter.subject == "Côte d’Ivoire: an input is ready for you to submit"
    assert "It was received by letter, on paragraph 3 of The plan, First draft" in letter.body
    assert "The round accepts inputs until" in letter.body
    assert marker("CIV by letter") not in letter.message().as_string()


def test_a_mail_after_the_deadline_says_that_what_came_by_letter_will_be_late(room: Room) -> None:
    def told(**changes: Any) -> str:
        Round.objects.filter(pk=room.round.pk).update(**changes)
        Mail.objects.filter(kind=MailKind.RECEIVED).update(sent_at=None)
        mail.outbox.clear()
        send_all(MailKind.RECEIVED)
        return str(mail.outbox[0].body)

    _entered(room)
    late = told(deadline=room.at(-1))
    assert re.search(r"The deadline was .+ This will be marked late.", late)
    assert "accepts inputs until" not in late
    refused = told(late_policy=LatePolicy.REFUSE)
    assert "accepts no late inputs" in refused and "accepts inputs until" not in refused


def test_what_was_submitted_meanwhile_no_longer_waits(room: Room) -> None:
    entered = _entered(room)
    submit_comment(access=room.access(MEMBER), comment=entered)
    mail.outbox.clear()
    assert send_all(MailKind.RECEIVED) == 0
    assert mail.outbox == []
