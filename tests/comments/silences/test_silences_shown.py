"""Silences beside the text, on paper, and after an earlier decision; who is notified."""

from io import BytesIO
from pathlib import Path

import pytest
from django.core import mail as mailbox
from django.core.exceptions import ValidationError
from docx import Document

from comments.digests.mail import compose_digest_mail
from comments.models import Silence
from comments.news.items import new_items
from comments.silences import acts
from comments.silences.mail import write_due_silence_mails
from comments.silences.mail_reach import unreached_seats
from comments.silences.queries import (
    changes_of_silence,
    name_of_silence,
    open_silences_of,
    running_silences_for,
    silences_to_break,
    silences_to_declare,
)
from consultations.models import Mail, MailKind, Meeting
from drafts.models import Draft, Paragraph
from tests.comments.reading.test_pages import Person, page
from tests.comments.silences.test_silences import (
    WORDS,
    asked_seat,
    break_silence_for,
    notified_readers,
    open_silence_on,
)
from tests.comments.table.test_exports import pdf_text
from tests.mails import send_all
from tests.room import Room, marker

READERS = (("FRA contributor", True), ("co_facilitator", True), ("CPV focal_point", False))

pytestmark = pytest.mark.django_db


def reading(room: Room, who: str) -> str:
    return page(Person(room, who).get("reading", room.revision.draft.slug, room.revision.number))


def test_the_text_leads_to_its_silences_and_the_paragraph_to_its_own(room: Room) -> None:
    on_text = open_silence_on(room)
    on_paragraph = open_silence_on(room, wording=room.wording(room.revision, 2))
    for who in ("FRA contributor", "co_facilitator"):
        shown = reading(room, who)
        assert f"/silences/{on_text.public_id}/" in shown, who
        assert shown.count(f"/silences/{on_paragraph.public_id}/") == 2, who


def test_who_is_not_asked_finds_no_way_to_it_beside_the_text(room: Room) -> None:
    silence = open_silence_on(room, codes=("FRA",))
    assert f"/silences/{silence.public_id}/" in reading(room, "FRA contributor")
    assert "/silences/" not in reading(room, "CPV focal_point").partition("<main")[2]


def test_that_it_was_broken_is_not_read_beside_the_text_until_it_is_shown(room: Room) -> None:
    silence = open_silence_on(room)
    break_silence_for(room, silence)
    assert "Broken." in reading(room, "co_facilitator")
    assert "Broken." not in reading(room, "CPV focal_point")
    acts.show_breaks(access=room.access("co_facilitator"), silence=silence)
    assert "Broken." in reading(room, "CPV focal_point")


def test_the_desk_leads_to_the_silences_of_its_text(room: Room) -> None:
    silence = open_silence_on(room)
    desk = Person(room, "staff")
    address = ("desk_unanswered", room.revision.draft.slug)
    assert f"/silences/{silence.public_id}/" in page(desk.get(*address))
    lead = room.access("co_facilitator")
    acts.declare_silence(access=lead, silence=silence, outcome="withdrawn")
    assert f"/silences/{silence.public_id}/" not in page(desk.get(*address))


def test_a_decision_stands_against_the_words_of_the_one_before_it(room: Room) -> None:
    first = open_silence_on(room, decision="The meeting is on Monday.")
    again = open_silence_on(room, decision="The meeting is on Tuesday.", follows=first)
    [change] = changes_of_silence(Silence.objects.with_texts().get(pk=again.pk)).changes
    assert ("+", "Tuesday") in [(op, words.strip(" .")) for op, words in change.redline]
    assert "What changed since the last silence" in page(
        Person(room, "FRA focal_point").get("silence", again.public_id)
    )


def test_a_decision_of_another_consultation_or_a_text_is_no_earlier_decision(room: Room) -> None:
    on_text = open_silence_on(room)
    with pytest.raises(ValidationError, match="earlier decision"):
        open_silence_on(room, decision="The meeting is on Monday.", follows=on_text)
    first = open_silence_on(room, decision="The meeting is on Monday.")
    with pytest.raises(ValidationError, match="earlier decision"):
        open_silence_on(room, revision=room.revision, follows=first)


def test_the_record_as_pdf_says_what_the_word_document_says(room: Room, tmp_path: Path) -> None:
    silence = open_silence_on(room)
    break_silence_for(room, silence)
    for who, reads_all in (("co_facilitator", True), ("CPV focal_point", False)):
        answer = Person(room, who).client.get(_file(room, silence, "pdf"))
        assert answer["Content-Type"] == "application/pdf", who
        words = "".join(pdf_text(answer.content, tmp_path / "silence.pdf"))
        assert marker("silence words") in words, who
        assert (marker("break words") in words) is reads_all, who
        assert ("said nothing" in words) is reads_all, who


def _file(room: Room, silence: Silence, form: str) -> str:
    slug = room.consultation.slug
    return f"/consultations/{slug}/silences/{silence.public_id}/file/?form={form}"


def test_a_changed_decision_stands_in_the_word_document_as_a_change(room: Room) -> None:
    first = open_silence_on(room, decision="The meeting is on Monday.")
    again = open_silence_on(room, decision="The meeting is on Tuesday.", follows=first)
    answer = Person(room, "co_facilitator").client.get(_file(room, again, "docx"))
    assert "<w:ins " in Document(BytesIO(answer.content)).element.xml


def test_the_record_says_who_broke_silence_or_that_nobody_did(room: Room) -> None:
    silence = open_silence_on(room)

    def told() -> list[str]:
        answer = Person(room, "co_facilitator").client.get(_file(room, silence, "docx"))
        lines = [paragraph.text for paragraph in Document(BytesIO(answer.content)).paragraphs]
        start, end = lines.index("Who broke silence"), lines.index("Who said nothing")
        return lines[start + 1 : end]

    assert told() == ["No delegation."]
    break_silence_for(room, silence)
    who, words = told()
    assert who.startswith("France · ") and marker("break words") in words


def test_the_facilitators_copy_says_to_whom_mails_went_staff_among_them(room: Room) -> None:
    silence = open_silence_on(room, codes=("FRA",), days=0, until=9)
    write_due_silence_mails(room.at(9.01))
    assert len(notified_readers(silence, "ended")) == 2  # a co-facilitator and one of staff
    send_all(MailKind.SILENCE)
    answer = Person(room, "co_facilitator").client.get(_file(room, silence, "docx"))
    lines = [paragraph.text for paragraph in Document(BytesIO(answer.content)).paragraphs]
    assert "To 2 people: Co-facilitators and staff" in lines


def test_the_brief_of_who_is_asked_says_until_when_it_runs(room: Room) -> None:
    silence = open_silence_on(room, codes=("FRA",))
    name = f"{name_of_silence(silence)}: under silence"
    assert name in page(Person(room, "FRA contributor").get("brief"))
    assert name not in page(Person(room, "CPV focal_point").get("brief"))


def test_the_digest_names_what_runs_for_its_reader(room: Room) -> None:
    silence = open_silence_on(room, codes=("FRA",))
    meeting = Meeting.objects.select_related("consultation").get(pk=room.meeting.pk)
    name = f"{name_of_silence(silence)}: under silence"
    for who, is_told in READERS:
        access = room.access(who)
        letter = compose_digest_mail(meeting, access, ids_by_source=new_items(access, None))
        assert letter is not None
        shown = [row.title for row in letter.context["silences"]]
        assert (name in shown) is is_told, who


# --- Who was not reached -------------------------------------------------------------------------


def _bounce(silence: Silence, room: Room, code: str) -> None:
    rows = Mail.objects.filter(kind=MailKind.SILENCE, about=silence.pk)
    seat = asked_seat(silence, code).seat
    rows = rows.filter(capacity=f"delegation:{seat.delegation.public_id}")
    assert rows.update(sent_at=room.now, bounced_at=room.now)


def test_with_the_reminder_the_facilitators_are_told_whom_no_mail_reached(room: Room) -> None:
    silence = open_silence_on(room, days=0, until=9)
    assert unreached_seats(silence) == []
    _bounce(silence, room, "FRA")
    write_due_silence_mails(room.at(4.6))
    assert len(notified_readers(silence, "unreached")) == 2
    write_due_silence_mails(room.at(4.7))
    assert len(notified_readers(silence, "unreached")) == 2
    mailbox.outbox.clear()
    send_all(MailKind.SILENCE)
    [one, other] = [letter for letter in mailbox.outbox if "not all delegations" in letter.subject]
    for letter in (one, other):
        assert letter.subject.endswith("not all delegations were reached")
        assert "Not reached: France." in letter.body
        assert marker("silence words") not in letter.body
    shown = page(Person(room, "co_facilitator").get("silence", silence.public_id))
    assert "No e-mail on this silence reached 1 delegation." in shown
    for who in ("FRA focal_point", "CPV focal_point", "secretariat"):
        assert "No e-mail on this silence" not in page(
            Person(room, who).get("silence", silence.public_id)
        )


def test_where_all_were_reached_nobody_is_told(room: Room) -> None:
    silence = open_silence_on(room, days=0, until=9)
    write_due_silence_mails(room.at(4.6))
    assert notified_readers(silence, "half_way") and not notified_readers(silence, "unreached")
    assert WORDS not in page(Person(room, "co_facilitator").get("silences"))


# --- After the text is adopted -------------------------------------------------------------------


def adopt(room: Room) -> None:
    """Adopt the text; another one is not adopted yet, so the record stays open."""
    Draft.objects.filter(pk=room.draft.pk).update(adopted_at=room.at(-0.1))


def test_once_the_text_is_adopted_its_silence_is_no_task_and_does_not_run(room: Room) -> None:
    on_text = open_silence_on(room, days=-3, until=9)
    on_paragraph = open_silence_on(room, days=-3, until=9, wording=room.wording(room.revision, 2))
    ended = open_silence_on(room, days=-3.5, until=-0.3)
    decision = open_silence_on(room, days=-3, until=9, decision="The meeting is on Monday.")
    delegate, leader = room.access("FRA focal_point"), room.access("co_facilitator")
    assert set(silences_to_break(delegate)) == {on_text, on_paragraph, decision}
    assert set(running_silences_for(leader)) == {on_text, on_paragraph, decision}
    assert silences_to_declare(leader) == [ended]
    assert set(open_silences_of(leader, "plan")) == {on_text, on_paragraph, ended}
    adopt(room)
    assert list(silences_to_break(delegate)) == running_silences_for(leader) == [decision]
    assert not silences_to_declare(leader)
    assert not open_silences_of(leader, "plan").exists()
    for who in ("FRA focal_point", "co_facilitator", "secretariat"):
        for silence in (on_text, on_paragraph, ended):
            shown = page(Person(room, who).get("silence", silence.public_id))
            assert "The text was adopted" in shown and "No outcome was declared." in shown
            assert "Its outcome is not declared yet." not in shown
            assert "Silence until" not in shown and 'id="clock"' not in shown
        shown = page(Person(room, who).get("silence", decision.public_id))
        assert "Silence until" in shown and 'id="clock"' in shown


def test_once_the_text_is_adopted_no_mail_asks_to_break_or_declare_its_silence(room: Room) -> None:
    silence = open_silence_on(room, days=-3, until=0.5)
    break_silence_for(room, silence, days=-2)
    decision = open_silence_on(room, days=-3, until=0.5, decision="The meeting is on Monday.")
    # Two reminders were written before the adoption, and one is due by then.
    assert set(write_due_silence_mails(room.at(-1))) == {silence.pk, decision.pk}
    mailbox.outbox.clear()
    adopt(room)
    assert write_due_silence_mails(room.at(0.6)) == [decision.pk]
    assert notified_readers(silence, "ended") == []
    assert len(notified_readers(decision, "ended")) == 2
    send_all(MailKind.SILENCE)
    assert {mail.subject.partition(":")[0] for mail in mailbox.outbox} == {"Decision"}


def test_whoever_adopts_a_text_is_told_of_its_undeclared_silences(room: Room) -> None:
    person = Person(room, "co_facilitator")
    sentence = "Silences on the text without a declared outcome: 2."
    Paragraph.objects.filter(draft=room.revision.draft, place=4).update(text="Changed.")
    for address in ("adopt_text", "circulate"):
        assert "without a declared outcome" not in page(person.get(address, "plan")), address
    open_silence_on(room, days=-1, until=9)
    open_silence_on(room, days=-3.5, until=-0.3)
    open_silence_on(room, days=-1, until=9, decision="The meeting is on Monday.")
    for address in ("adopt_text", "circulate"):
        assert sentence in page(person.get(address, "plan")), address
