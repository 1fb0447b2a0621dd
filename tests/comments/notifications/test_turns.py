"""Mails to those whose turn it is: recipients by their choice, without words of a draft."""

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.urls import reverse

from comments.answers.acts import (
    acknowledge,
    close_without_answer,
    publish_reviews,
    reopen_input,
    review,
    undo_review,
)
from comments.drafting.acts import clear_comment, discard_comment, draft_comment, return_comment
from comments.drafting.passing_on import DraftsChanged, clear_comments, return_comments
from comments.groups.acts import object_to
from comments.inputs.content import CommentContent
from comments.minutes.acts import add_line, begin_minutes, offer_line, strike_line
from comments.models import Comment, MinuteLine, Review
from comments.news.acts import choose_mail, watch_paragraph
from comments.submitting.acts import submit_comment
from consultations.models import Mail, MailFrequency, MailKind, Round, Seat, Topic
from consultations.people.posts import end_post
from consultations.timetable.acts import create_round, extend_deadline
from delegations.models import Post
from drafts.models import Paragraph
from tests.comments.news.following import run_due, wants, watches_place
from tests.comments.reading.test_pages import Person, page
from tests.mails import due, send_all
from tests.room import SLUG, Room, circulate_twin, marker, speak_in_room, words


def _turn_mails() -> list[Any]:
    mail.outbox.clear()
    send_all(MailKind.TURN)
    return mail.outbox


def _to(letters: list[Any]) -> list[str]:
    return sorted(letter.to[0] for letter in letters)


def _want_none(room: Room, who: str, topic: Topic) -> None:
    choose_mail(
        user=room.users[who],
        capacity_key=room.capacities[who],
        frequency=MailFrequency.MEETINGS,
        unwanted_topics=[topic],
        moment=room.now,
    )


def _send_back(room: Room, name: str = "FRA draft", who: str = "FRA deputy") -> Comment:
    reason = f"Shorter, {marker('reason')}."
    return return_comment(access=room.access(who), comment=room.comment(name), reason=reason)


# --- Sent back -----------------------------------------------------------------------------------


def test_who_drafted_is_told_that_it_was_sent_back_and_nobody_else(room: Room) -> None:
    _send_back(room)
    [letter] = _turn_mails()
    assert letter.to == ["fra.contributor@example.org"]
    assert letter.subject == "1 draft was sent back to you · Plan of Action"
    assert "- paragraph 1, The plan, First draft" in letter.body
    own = room.users["FRA contributor"].public_id
    assert f"/workspace/?state=returned&author={own}" in letter.body
    assert letter.extra_headers["List-Unsubscribe"]
    assert _turn_mails() == []


def test_no_word_of_a_draft_or_a_reason_stands_in_the_mail(room: Room) -> None:
    _send_back(room)
    [letter] = _turn_mails()
    sent = letter.message().as_string()
    assert not any(marker(name) in sent for name in ("FRA draft", "reason", "note on FRA"))


def test_who_sends_back_an_own_draft_is_not_told(room: Room) -> None:
    Comment.objects.filter(pk=room.comments["FRA draft"]).update(author=room.users["FRA deputy"])
    _send_back(room)
    assert not Mail.objects.filter(kind=MailKind.TURN).exists()


def test_who_left_the_delegation_is_not_told_of_its_drafts(room: Room) -> None:
    _send_back(room)
    post = Post.objects.get(user=room.users["FRA contributor"])
    end_post(actor=room.access("FRA focal_point"), post=post)
    assert _turn_mails() == []


def test_what_was_changed_or_discarded_meanwhile_is_not_told(room: Room) -> None:
    draft = _send_back(room)
    discard_comment(access=room.access("FRA contributor"), comment=draft)
    assert _turn_mails() == []
    assert Mail.objects.get(kind=MailKind.TURN).dropped_at is not None


def test_ten_drafts_sent_back_within_minutes_are_one_mail(room: Room) -> None:
    rows = [room.comment("FRA draft"), room.comment("FRA cleared")]
    versions = {row.public_id: row.version for row in rows}
    return_comments(
        access=room.access("FRA deputy"), comments=rows, versions=versions, reason="Shorter."
    )
    [waiting] = Mail.objects.filter(kind=MailKind.TURN)
    assert due(room.at(0), Mail.objects.filter(pk=waiting.pk)) == []
    assert due(room.at(0.01), Mail.objects.filter(pk=waiting.pk)) == [waiting.pk]
    [letter] = _turn_mails()
    assert letter.subject.startswith("2 drafts were sent back to you")
    _send_back(room)  # the first mail has gone: what comes later is another one
    assert len(_turn_mails()) == 1


def test_the_drafts_on_two_texts_at_one_place_are_not_mixed(room: Room) -> None:
    twin = circulate_twin(room)
    wordings = (room.wording(twin, 1), room.wording(room.revision, 4), room.wording(twin, 3))
    access, content = room.access("FRA contributor"), CommentContent(**words("FRA"))
    rows = [room.comment("FRA draft")] + [
        draft_comment(access=access, wording=wording, content=content) for wording in wordings
    ]
    versions = {row.public_id: row.version for row in rows}
    return_comments(
        access=room.access("FRA deputy"), comments=rows, versions=versions, reason="Shorter."
    )
    [letter] = _turn_mails()
    texts = re.findall("The (plan|twin), First", letter.body)
    assert texts == ["plan", "plan", "twin", "twin"]


@pytest.mark.parametrize("act", [clear_comments, return_comments])
def test_drafts_that_somebody_changed_since_are_neither_cleared_nor_sent_back(
    room: Room, act: Any
) -> None:
    rows = [room.comment("FRA draft"), room.comment("FRA cleared")]
    versions = {row.public_id: row.version for row in rows}
    Comment.objects.filter(pk=rows[0].pk).update(version=rows[0].version + 1)
    more = {"reason": "Shorter."} if act is return_comments else {}

    with pytest.raises(DraftsChanged) as refused:
        act(access=room.access("FRA deputy"), comments=rows, versions=versions, **more)

    assert refused.value.public_ids == (rows[0].public_id,)
    assert not Comment.objects.get(pk=rows[0].pk).returned_at


def test_who_wants_no_mail_on_it_gets_none_whether_chosen_before_or_after(room: Room) -> None:
    _want_none(room, "FRA contributor", Topic.SENT_BACK)
    _send_back(room)
    assert not Mail.objects.filter(kind=MailKind.TURN).exists()
    _want_none(room, "FRA contributor", Topic.READY)
    _send_back(room, "FRA cleared")
    _want_none(room, "FRA contributor", Topic.SENT_BACK)
    assert _turn_mails() == []


def test_never_stops_these_mails_too(room: Room) -> None:
    user, capacity = room.users["FRA contributor"], room.capacities["FRA contributor"]
    choose_mail(user=user, capacity_key=capacity, frequency=MailFrequency.NEVER, moment=room.now)
    _send_back(room)
    assert not Mail.objects.filter(kind=MailKind.TURN).exists()


# --- Ready to submit -----------------------------------------------------------------------------


def test_focal_points_are_told_what_is_ready_to_submit(room: Room) -> None:
    draft = room.comment("FRA draft")
    clear_comment(access=room.access("FRA deputy"), comment=draft)
    [letter] = _turn_mails()
    assert letter.to == ["fra.focal_point@example.org"]
    assert letter.subject.startswith("1 input ready to submit")
    assert f"/{room.consultation.slug}/submit/" in letter.body


def test_drafts_cleared_together_are_one_mail_and_a_second_press_adds_none(room: Room) -> None:
    row = room.comment("FRA draft")
    for _press in range(2):
        clear_comments(
            access=room.access("FRA deputy"),
            comments=[row],
            versions={row.public_id: row.version},
        )
    assert len(_turn_mails()) == 1
    assert room.comment("FRA draft").version == row.version + 1


def test_what_was_submitted_or_changed_meanwhile_is_not_ready(room: Room) -> None:
    draft = clear_comment(access=room.access("FRA deputy"), comment=room.comment("FRA draft"))
    submit_comment(access=room.access("FRA focal_point"), comment=draft)
    assert _turn_mails() == []


def test_one_mail_gathers_what_comes_on_several_topics(room: Room) -> None:
    own = room.users["FRA focal_point"]
    Comment.objects.filter(pk=room.comments["FRA cleared"]).update(author=own)
    clear_comment(access=room.access("FRA deputy"), comment=room.comment("FRA draft"))
    _send_back(room, "FRA cleared")
    [letter] = _turn_mails()
    assert letter.subject == (
        "1 draft was sent back to you · 1 input ready to submit · Plan of Action"
    )
    assert "It is your turn" in letter.body


# --- Answers -------------------------------------------------------------------------------------


def _answer(room: Room, name: str) -> None:
    access = room.access("co_facilitator")
    answer = review(access=access, comment=room.comment(name), disposition="noted")
    publish_reviews(access=access, reviews=Review.objects.filter(pk=answer.pk))


def test_those_who_follow_an_input_are_told_of_its_answer(room: Room) -> None:
    input = room.comment("FRA submitted")
    watch_paragraph(access=room.access("FRA deputy"), paragraph=input.paragraph)
    watch_paragraph(access=room.access("IOM deputy"), paragraph=input.paragraph)
    _answer(room, "FRA submitted")
    letters = [one for one in _turn_mails() if input.reference in one.body]
    assert _to(letters) == [
        "fra.contributor@example.org",
        "fra.deputy@example.org",
        "fra.focal_point@example.org",
    ]
    assert letters[0].subject.startswith("1 answer to your inputs")


def test_an_answer_that_is_not_published_is_told_to_nobody(room: Room) -> None:
    review(access=room.access("staff"), comment=room.comment("FRA submitted"), disposition="noted")
    assert not Mail.objects.filter(kind=MailKind.TURN).exists()


def test_an_answer_that_a_colleague_acknowledged_meanwhile_is_not_told(room: Room) -> None:
    _answer(room, "FRA submitted")
    answers = Review.objects.select_related("comment__round", "comment__paragraph__draft")
    last_answer = answers.filter(comment=room.comments["FRA submitted"]).latest("decided_at")
    acknowledge(access=room.access("FRA focal_point"), review=last_answer, stance="satisfied")
    assert _turn_mails() == []


def test_publishing_again_tells_nobody_twice(room: Room) -> None:
    _answer(room, "FRA submitted")
    assert len(_turn_mails()) == 2
    again = Review.objects.filter(comment=room.comments["FRA submitted"])
    publish_reviews(access=room.access("co_facilitator"), reviews=again)
    assert _turn_mails() == []


def test_an_answer_that_was_told_stands_in_no_notice_on_what_is_watched(room: Room) -> None:
    """To who wants the one and not the other the notice tells it."""
    for who in ("FRA deputy", "FRA focal_point"):
        with time_machine.travel(room.now, tick=False):
            wants(room, who)
        watches_place(room, who, 2, days=-1)
    unwilling_readers, capacity = room.users["FRA deputy"], room.capacities["FRA deputy"]
    choose_mail(
        user=unwilling_readers,
        capacity_key=capacity,
        frequency=MailFrequency.AT_ONCE,
        unwanted_topics=[Topic.ANSWERED],
        moment=room.now,
    )
    _answer(room, "FRA submitted")
    mail.outbox.clear()
    run_due()
    assert [letter.to[0] for letter in mail.outbox] == ["fra.deputy@example.org"]
    assert "fra.focal_point@example.org" in _to(_turn_mails())


# --- Closed without an answer, and open again -----------------------------------------------------


def _closable(room: Room, name: str = "FRA late") -> Comment:
    """An input without an answer, of a round that closed ten days ago and says three."""
    undo_review(access=room.access("staff"), comment=room.comment(name))
    terms = {"opens_at": room.at(-40), "deadline": room.at(-10), "closable_after_days": 3}
    Round.objects.filter(pk=room.comment(name).round_id).update(**terms)
    return room.comment(name)


def test_who_follows_an_input_is_told_that_it_is_closed_and_that_it_is_open_again(
    room: Room,
) -> None:
    comment, leader = _closable(room), room.access("co_facilitator")
    close_without_answer(access=leader, comment=comment, reason=marker("why closed"))
    letters = _turn_mails()
    assert _to(letters) == ["fra.contributor@example.org", "fra.focal_point@example.org"]
    assert letters[0].subject == "1 input is closed without an answer · Plan of Action"
    assert f"/comments/{comment.public_id}/" in letters[0].body
    assert marker("why closed") not in letters[0].message().as_string()
    reopen_input(access=leader, comment=comment)
    assert {letter.subject for letter in _turn_mails()} == {
        "1 input is open again · Plan of Action"
    }


def test_what_was_reopened_before_the_mail_went_is_not_told_as_closed(room: Room) -> None:
    comment, leader = _closable(room), room.access("co_facilitator")
    close_without_answer(access=leader, comment=comment)
    reopen_input(access=leader, comment=comment)
    assert {letter.subject for letter in _turn_mails()} == {
        "1 input is open again · Plan of Action"
    }


def test_who_wants_no_mail_on_closed_inputs_gets_none(room: Room) -> None:
    comment = _closable(room)
    _want_none(room, "FRA contributor", Topic.CLOSED)
    close_without_answer(access=room.access("co_facilitator"), comment=comment)
    assert _to(_turn_mails()) == ["fra.focal_point@example.org"]


# --- What was said at a meeting -------------------------------------------------------------------


def _said(room: Room) -> MinuteLine:
    access = room.access("staff")
    minutes = begin_minutes(access=access, meeting=room.meeting)
    key = room.wording(room.revision, 2).paragraph_id
    return add_line(
        access=access,
        minutes=minutes,
        paragraph=Paragraph.objects.select_related("draft").get(pk=key),
        words=f"We cannot accept this, {marker('said')}.",
        seat=Seat.objects.get(consultation=room.consultation, code="FRA"),
    )


def test_a_delegation_is_told_that_it_is_asked_to_confirm_what_it_said(room: Room) -> None:
    line = _said(room)
    assert _turn_mails() == []
    offer_line(access=room.access("staff"), line=line)
    offer_line(access=room.access("staff"), line=line)
    letters = _turn_mails()
    assert _to(letters) == ["fra.deputy@example.org", "fra.focal_point@example.org"]
    assert letters[0].subject == "1 line of minutes to confirm · Plan of Action"
    assert f"- paragraph 1, {room.meeting.title}" in letters[0].body
    assert f"/consultations/{SLUG}/said/" in letters[0].body
    assert marker("said") not in letters[0].message().as_string()


def test_a_line_that_was_declined_or_struck_meanwhile_is_not_told(room: Room) -> None:
    line = _said(room)
    offer_line(access=room.access("staff"), line=line)
    strike_line(access=room.access("staff"), line=line)
    assert _turn_mails() == []


def test_who_wants_no_mail_on_what_was_said_gets_none(room: Room) -> None:
    line = _said(room)
    _want_none(room, "FRA deputy", Topic.SAID)
    offer_line(access=room.access("staff"), line=line)
    assert _to(_turn_mails()) == ["fra.focal_point@example.org"]


# --- Rooms and rounds ----------------------------------------------------------------------------


def test_who_wants_no_mail_on_rooms_gets_none_on_an_objection(room: Room) -> None:
    speak_in_room(room)
    Mail.objects.all().delete()
    _want_none(room, "CPV deputy", Topic.ROOM)
    object_to(access=room.access("CIV focal_point"), comment=room.comment("ROOM silent"))
    mail.outbox.clear()
    send_all(MailKind.ROOM)
    told = _to(mail.outbox)
    assert "cpv.focal_point@example.org" in told and "cpv.deputy@example.org" not in told


def _ask_again(room: Room) -> None:
    create_round(
        access=room.access("co_facilitator"),
        name="Second call",
        opens_at=room.at(1),
        deadline=room.at(5),
        visibility=room.visibility,
        asks_again=room.call.round,
    )


def test_all_who_take_part_are_told_of_a_new_round_as_they_chose(room: Room) -> None:
    _want_none(room, "FRA deputy", Topic.ROUNDS)
    _ask_again(room)
    mail.outbox.clear()
    assert send_all(MailKind.ROUND) == 17
    told = _to(mail.outbox)
    assert "fra.contributor@example.org" in told and "fra.deputy@example.org" not in told
    assert "jpn.focal_point@example.org" not in told
    letter = mail.outbox[0]
    assert letter.subject.startswith("New round: “Second call”, until ")
    assert "Inputs are asked for again on the texts of “Call for inputs”." in letter.body
    assert "The round opens " in letter.body


def test_an_extended_deadline_is_told_as_each_chose_and_stands_on_the_front_page(
    room: Room,
) -> None:
    _want_none(room, "FRA deputy", Topic.ROUNDS)
    before = page(Person(room, "FRA deputy").get("consultation"))
    round, access = room.round, room.access("co_facilitator")
    extend_deadline(access=access, round=round, deadline=round.deadline + timedelta(days=2))
    mail.outbox.clear()
    assert send_all(MailKind.DEADLINE) == 17
    assert "fra.deputy@example.org" not in _to(mail.outbox)
    sentence = "The deadline was extended on "
    assert sentence not in before
    assert sentence in page(Person(room, "FRA deputy").get("consultation"))


def test_a_round_for_a_text_to_come_is_told_with_the_text(room: Room) -> None:
    create_round(
        access=room.access("co_facilitator"),
        name="Third",
        opens_at=room.at(1),
        deadline=room.at(5),
        visibility=room.visibility,
    )
    assert not Mail.objects.filter(kind=MailKind.ROUND).exists()


# --- The choice ----------------------------------------------------------------------------------


def test_each_person_chooses_in_plain_words_what_is_told(room: Room) -> None:
    person, capacity = Person(room, "FRA focal_point"), room.capacities["FRA focal_point"]
    shown = page(person.client.get(reverse("mail")))
    assert "When it is your turn" in shown and shown.count("checked") == 1 + 13
    for label in ("A draft is sent back to me", "A draft is ready for me to submit"):
        assert label in shown
    sent = {"capacity": capacity, capacity: "meetings", f"turns:{capacity}": ["sent_back"]}
    answer = person.client.post(reverse("mail"), sent, follow=True)
    assert page(answer).count("checked") == 1 + 1
    clear_comment(access=room.access("FRA deputy"), comment=room.comment("FRA draft"))
    assert not Mail.objects.filter(kind=MailKind.TURN).exists()


@pytest.mark.parametrize("who", ["FRA contributor", "staff", "secretariat"])
def test_nobody_is_asked_about_what_they_are_never_told(room: Room, who: str) -> None:
    shown = page(Person(room, who).client.get(reverse("mail")))
    assert "A draft is ready for me to submit" not in shown
    assert "A deadline is extended, or a new round is set" in shown
