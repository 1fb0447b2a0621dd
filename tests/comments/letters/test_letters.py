"""Official letters: who writes and reads them, one mail each, in the reader's language."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail as mailbox
from django.core.exceptions import ValidationError
from django.db import IntegrityError, InternalError, connection, transaction

from comments.answers.acts import publish_reviews, review
from comments.letters.acts import (
    address_letter,
    begin_letter,
    discard_letter,
    edit_section,
    seats_to_write_to,
    send_letter,
    word_letter,
)
from comments.letters.beginnings import first_subject_and_words
from comments.letters.note_sections import note_sections
from comments.models import MAX_FIELD_LENGTH, LetterRecipient, LetterWords, OfficialLetter, Review
from consultations.models import Mail, MailKind, Seat
from consultations.rules.access import Refused
from consultations.time.wall_clock import moment_in_words
from consultations.timetable.acts import create_meeting
from drafts.circulating.acts import circulate_revision
from drafts.meetings.acts import add_agenda_item
from drafts.models import Revision
from tests.comments.reading.test_pages import Person, page
from tests.mails import send_all
from tests.room import ELSEWHERE, Room, marker

pytestmark = pytest.mark.every_server

WORDS = "Excellencies,\n\nPlease find the text."
FRENCH = "Excellences,\n\nVoici le texte."


def letter_begun_by(room: Room, who: str = "staff", **what: Any) -> OfficialLetter:
    letter = begin_letter(access=room.access(who), **({"kind": "other"} | what))
    word_letter(
        access=room.access(who), letter=letter, language="en", subject="Our letter", words=WORDS
    )
    return letter


def send_letter_as(
    room: Room, letter: OfficialLetter, who: str = "co_facilitator"
) -> OfficialLetter:
    return send_letter(access=room.access(who), letter=letter)[0]


def to(room: Room, letter: OfficialLetter, *codes: str) -> None:
    seats = [room.seat(f"{code} focal_point") for code in codes]
    address_letter(access=room.access("staff"), letter=letter, to_all=False, seats=seats)


def mails(kind: str = MailKind.LETTER) -> list[str]:
    return sorted(Mail.objects.filter(kind=kind).values_list("reader__email", flat=True))


def delegates(room: Room, *codes: str) -> list[str]:
    return sorted(user.email for who, user in room.users.items() if who.split()[0] in codes)


# --- Discarded -----------------------------------------------------------------------------------


def test_a_draft_is_discarded_once_it_is_confirmed_and_stays_in_its_history(room: Room) -> None:
    letter, person = letter_begun_by(room), Person(room, "staff")
    shown = page(person.get("letter", letter.public_id))
    assert f"/letters/{letter.public_id}/discard/" in shown
    asked = page(person.get("discard_letter", letter.public_id))
    assert "It is never sent. Its history stays on the record." in asked
    assert person.post("discard_letter", letter.public_id).status_code == 302
    assert "Our letter" not in page(person.get("letters"))
    assert person.get("letter", letter.public_id).status_code == 404
    kept = OfficialLetter.objects.get(pk=letter.pk)
    assert kept.discarded_at is not None and kept.history.count() == 2
    assert kept.said.get().words == WORDS


def test_a_discarded_letter_is_neither_changed_nor_sent_and_a_sent_one_not_discarded(
    room: Room,
) -> None:
    staff, letter = room.access("staff"), letter_begun_by(room)
    discard_letter(access=staff, letter=letter)
    assert discard_letter(access=staff, letter=letter).discarded_at == staff.moment
    for act in (lambda: to(room, letter, "FRA"), lambda: send_letter_as(room, letter)):
        with pytest.raises(ValidationError, match=r"This draft was discarded\."):
            act()
    with pytest.raises(ValidationError, match=r"The letter was sent\."):
        discard_letter(access=staff, letter=send_letter_as(room, letter_begun_by(room)))
    with pytest.raises(Refused):
        discard_letter(access=room.access("CPV focal_point"), letter=letter_begun_by(room))
    with pytest.raises(IntegrityError), transaction.atomic():
        OfficialLetter.objects.filter(pk=letter.pk).update(sent_at=room.now, number=9)


# --- Who may -------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["CPV focal_point", "FRA focal_point"])
def test_a_delegation_writes_no_letter(room: Room, who: str) -> None:
    with pytest.raises(Refused):
        begin_letter(access=room.access(who), kind="other")
    assert not OfficialLetter.objects.exists()


@pytest.mark.parametrize("who", ["CPV focal_point", "FRA focal_point"])
def test_a_delegation_changes_no_letter(room: Room, who: str) -> None:
    letter, access = letter_begun_by(room), room.access(who)
    for act in (
        lambda: word_letter(
            access=access, letter=letter, language="fr", subject="Ours", words="Ours."
        ),
        lambda: address_letter(access=access, letter=letter, to_all=True, seats=[]),
    ):
        with pytest.raises(Refused):
            act()


def test_staff_writes_and_does_not_send(room: Room) -> None:
    letter = letter_begun_by(room)
    with pytest.raises(Refused):
        send_letter_as(room, letter, "staff")
    assert send_letter_as(room, letter, "secretariat").number == 1


def test_a_draft_is_read_by_those_who_lead_and_serve_alone(room: Room) -> None:
    letter = letter_begun_by(room)
    readers = ["co_facilitator", "staff", "secretariat"]
    for who in [*readers, "CPV focal_point", "FRA focal_point"]:
        access = room.access(who)
        may = who in readers
        assert OfficialLetter.objects.visible_to(access).exists() == may
        assert LetterWords.objects.visible_to(access).exists() == may
        assert Person(room, who).get("letter", letter.public_id).status_code == (
            200 if may else 404
        )


def test_a_sent_letter_is_read_by_its_recipients_alone(room: Room) -> None:
    letter = letter_begun_by(room)
    to(room, letter, "FRA", "IOM")
    send_letter_as(room, letter)
    assert "Please find" in page(Person(room, "FRA focal_point").get("letter", letter.public_id))
    assert "Our letter" in page(Person(room, "FRA focal_point").get("letters"))
    assert Person(room, "CPV focal_point").get("letter", letter.public_id).status_code == 404
    assert "Our letter" not in page(Person(room, "CPV focal_point").get("letters"))
    rows = LetterRecipient.objects.visible_to(room.access("FRA focal_point"))
    assert [row.seat_id for row in rows] == [room.seat("FRA focal_point").pk]


def test_one_that_was_taken_out_reads_nothing(room: Room) -> None:
    letter = letter_begun_by(room)
    to(room, letter, "FRA", "CPV")
    to(room, letter, "CPV")
    send_letter_as(room, letter)
    assert Person(room, "FRA focal_point").get("letter", letter.public_id).status_code == 404
    assert mails() == delegates(room, "CPV")


# --- Two at once ---------------------------------------------------------------------------------


def seen_mark(response: Any) -> str:
    found = re.search(r'name="seen" value="([0-9a-f]{64})"', page(response))
    assert found is not None
    return found[1]


def test_of_two_who_write_one_letter_the_later_is_shown_what_the_other_saved(room: Room) -> None:
    letter, person = letter_begun_by(room), Person(room, "staff")
    typed = {"subject": "Our letter", "words": "What staff typed."}
    args = ("letter_words", letter.public_id, "en")
    opened = seen_mark(person.get(*args))
    word_letter(
        access=room.access("co_facilitator"),
        letter=letter,
        language="en",
        subject="Ours",
        words="What the co-facilitator saved.",
    )
    refused = person.post(*args, **typed, seen=opened)
    assert refused.status_code == 422
    assert "Something changed since this was shown." in page(refused)
    assert "What staff typed." in page(refused)
    assert "What the co-facilitator saved." in page(refused)
    assert letter.said.get().words == "What the co-facilitator saved."
    assert person.post(*args, **typed, seen=seen_mark(refused)).status_code == 302
    assert letter.said.get().words == "What staff typed."


def test_of_two_who_begin_the_same_language_the_later_is_refused(room: Room) -> None:
    letter, person = letter_begun_by(room), Person(room, "staff")
    args = ("letter_words", letter.public_id, "fr")
    opened, other = (seen_mark(person.get(*args)) for _opening in range(2))
    for mark, words, status in ((opened, FRENCH, 302), (other, "Autres mots.", 422)):
        assert person.post(*args, subject="Lettre", words=words, seen=mark).status_code == status
    assert letter.said.get(language="fr").words == FRENCH


def test_a_letter_that_changed_since_it_was_read_is_not_sent(room: Room) -> None:
    letter, leader = letter_begun_by(room), Person(room, "co_facilitator")
    staff = room.access("staff")
    changes: list[Callable[[], Any]] = [
        lambda: word_letter(
            access=staff, letter=letter, language="en", subject="Our letter", words="Other words."
        ),
        lambda: word_letter(
            access=staff, letter=letter, language="fr", subject="Lettre", words=FRENCH
        ),
        lambda: to(room, letter, "CPV", "FRA"),
        lambda: to(room, letter, "CPV", "IOM"),
    ]
    for change in changes:
        shown = leader.get("send_letter", letter.public_id)
        change()
        refused = leader.post("send_letter", letter.public_id, seen=seen_mark(shown))
        assert refused.status_code == 422
        assert "Something changed since this was shown." in page(refused)
        assert not OfficialLetter.objects.sent().exists()
    # The page that refuses it shows what is sent with the next press.
    assert "Other words." in page(refused) and FRENCH in page(refused)
    assert room.seat("IOM focal_point").name_for_reader in page(refused)
    sent = leader.post("send_letter", letter.public_id, seen=seen_mark(refused))
    assert sent.status_code == 302
    assert OfficialLetter.objects.get(pk=letter.pk).number == 1


def test_a_letter_is_sent_where_only_another_changed_since_it_was_read(room: Room) -> None:
    letter, other, staff = letter_begun_by(room), letter_begun_by(room), room.access("staff")
    leader = Person(room, "co_facilitator")
    shown = leader.get("send_letter", letter.public_id)
    word_letter(access=staff, letter=other, language="fr", subject="Lettre", words=FRENCH)
    to(room, other, "CPV", "FRA")
    sent = leader.post("send_letter", letter.public_id, seen=seen_mark(shown))
    assert sent.status_code == 302
    assert OfficialLetter.objects.get(pk=letter.pk).number == 1


# --- Sent once, numbered, never changed ----------------------------------------------------------


def test_pressed_twice_it_is_sent_once(room: Room) -> None:
    letter = letter_begun_by(room)
    person = Person(room, "co_facilitator")
    for _press in range(2):
        assert person.post("send_letter", letter.public_id).status_code == 302
    # A co-facilitator holds a post in Portugal as well.
    everybody = {*delegates(room, "CPV", "FRA", "IOM", "PRT", "CIV")}
    assert set(mails()) == everybody | {room.users["co_facilitator"].email}
    assert len(mails()) == len(set(mails()))
    assert OfficialLetter.objects.get(pk=letter.pk).number == 1


def test_a_second_press_is_told_that_it_sent_nothing(room: Room) -> None:
    letter, leader = letter_begun_by(room), room.access("co_facilitator")

    assert [send_letter(access=leader, letter=letter)[1] for _press in range(2)] == [True, False]


def test_letters_are_numbered_in_the_order_of_sending(room: Room) -> None:
    first, second = letter_begun_by(room), letter_begun_by(room)
    assert [send_letter_as(room, second).number, send_letter_as(room, first).number] == [1, 2]


def test_a_letter_of_another_consultation_is_neither_worded_nor_sent(room: Room) -> None:
    leader = room.access("elsewhere co_facilitator", slug=ELSEWHERE)
    letter = begin_letter(access=leader, kind="other")
    acts: tuple[Callable[[], object], ...] = (
        lambda: word_letter(
            access=room.access("staff"), letter=letter, language="en", subject="Ours", words=WORDS
        ),
        lambda: send_letter(access=room.access("co_facilitator"), letter=letter),
        lambda: discard_letter(access=room.access("staff"), letter=letter),
    )
    for act in acts:
        with pytest.raises((Refused, OfficialLetter.DoesNotExist)):
            act()


def test_letters_of_another_consultation_are_numbered_apart(room: Room) -> None:
    numbers = [send_letter_as(room, letter_begun_by(room)).number for _time in range(2)]
    leader = room.access("elsewhere co_facilitator", slug=ELSEWHERE)
    letter = begin_letter(access=leader, kind="other")
    word_letter(access=leader, letter=letter, language="en", subject="Ours", words=WORDS)
    theirs, _is_sent_now = send_letter(access=leader, letter=letter)
    assert (numbers, theirs.number) == ([1, 2], 1)


def test_a_sent_letter_no_longer_changes(room: Room) -> None:
    letter = letter_begun_by(room)
    send_letter_as(room, letter)
    staff = room.access("staff")
    with pytest.raises(ValidationError, match="no longer changes"):
        word_letter(access=staff, letter=letter, language="en", subject="Other", words="Other")
    with pytest.raises(ValidationError, match="no longer changes"):
        to(room, letter, "FRA")
    assert LetterWords.objects.get(letter=letter).words == WORDS


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE comments_officialletter SET kind = 'note'",
        "DELETE FROM comments_officialletter",
        "UPDATE comments_letterwords SET words = 'Other'",
        "DELETE FROM comments_letterwords",
        "INSERT INTO comments_letterwords (letter_id, language, subject, words) "
        "SELECT id, 'fr', 'Autre', 'Autre' FROM comments_officialletter",
        "UPDATE comments_letterrecipient SET own_words = 'Other'",
        "DELETE FROM comments_letterrecipient",
    ],
)
def test_the_database_itself_keeps_a_sent_letter(room: Room, change: str) -> None:
    send_letter_as(room, letter_begun_by(room))
    with (
        pytest.raises((InternalError, IntegrityError), match="never change"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(change)


def test_every_wording_of_a_draft_stays_in_its_history(room: Room) -> None:
    letter = letter_begun_by(room)
    word_letter(
        access=room.access("co_facilitator"),
        letter=letter,
        language="en",
        subject="Our letter",
        words="Other words.",
    )
    row = LetterWords.objects.get(letter=letter)
    kept = [(one.words, one.history_change_reason) for one in row.history.order_by("history_id")]
    assert [words for words, _who in kept] == [WORDS, "Other words."]
    assert kept[0][1].startswith("staff") and kept[1][1].startswith("co-facilitator")


def test_nothing_is_sent_without_words(room: Room) -> None:
    letter_begun_by(room)  # with words of its own
    letter = begin_letter(access=room.access("staff"), kind="other")
    with pytest.raises(ValidationError, match="Write the letter first"):
        send_letter_as(room, letter)
    assert mails() == []


def test_an_extension_gives_the_new_deadline(room: Room) -> None:
    with pytest.raises(ValidationError, match="Give the new deadline"):
        begin_letter(access=room.access("staff"), kind="extension", round=room.round)
    assert not OfficialLetter.objects.exists()


@pytest.mark.parametrize(("subject", "words"), [(" ", WORDS), ("Our letter", " \n"), ("", "")])
def test_words_without_a_subject_and_a_subject_without_words_are_refused(
    room: Room, subject: str, words: str
) -> None:
    letter, staff = letter_begun_by(room), room.access("staff")
    with pytest.raises(ValidationError, match="a subject and words"):
        word_letter(access=staff, letter=letter, language="fr", subject=subject, words=words)
    assert LetterWords.objects.filter(letter=letter).count() == 1


def test_a_letter_is_addressed_to_all_or_to_delegations_of_its_consultation(room: Room) -> None:
    letter, staff = letter_begun_by(room), room.access("staff")
    with pytest.raises(ValidationError, match="at least one delegation"):
        address_letter(access=staff, letter=letter, to_all=False, seats=[])
    seats = Seat.objects.exclude(consultation=room.consultation)[:1]
    with pytest.raises(ValidationError, match="another consultation"):
        address_letter(access=staff, letter=letter, to_all=False, seats=seats)
    assert not letter.recipients.exists()
    assert address_letter(access=staff, letter=letter, to_all=True, seats=[]).to_all


def test_to_address_a_letter_changes_who_gets_it_alone(room: Room) -> None:
    first, second = letter_begun_by(room), letter_begun_by(room)
    to(room, first, "FRA", "CPV")
    to(room, second, "CIV")
    to(room, second, "IOM")

    def chosen(letter: OfficialLetter) -> list[str]:
        recipients = letter.recipients.filter(is_chosen=True)
        return sorted(recipients.values_list("seat__code", flat=True))

    assert (chosen(first), chosen(second)) == (["CPV", "FRA"], ["IOM"])
    send_letter_as(room, second)
    assert mails() == delegates(room, "IOM")


def test_all_are_the_delegations_that_sit_here_now(room: Room) -> None:
    Seat.objects.filter(delegation__code="FRA", consultation=room.consultation).update(
        ended_at=room.at(-1)
    )
    seats = seats_to_write_to(room.access("staff"))
    assert [seat.code for seat in seats] == ["CPV", "CIV", "PRT", "IOM"]
    assert {seat.consultation_id for seat in seats} == {room.consultation.pk}


def test_a_letter_to_those_who_have_all_left_is_not_sent(room: Room) -> None:
    letter = letter_begun_by(room)
    to(room, letter, "FRA", "CPV")
    Seat.objects.filter(delegation__code="FRA").update(ended_at=room.at(-1))
    Seat.objects.filter(delegation__code="CPV").update(ended_at=room.at(-1))
    with pytest.raises(ValidationError, match="at least one delegation"):
        send_letter_as(room, letter)
    letter.refresh_from_db()
    assert (letter.sent_at, letter.number, mails()) == (None, None, [])


def test_a_letter_of_another_consultation_is_not_found(room: Room) -> None:
    letter = letter_begun_by(room)
    elsewhere = Person(room, "elsewhere co_facilitator")
    assert elsewhere.get("letter", letter.public_id).status_code == 404


# --- The mail ------------------------------------------------------------------------------------


def test_each_reader_gets_their_language_where_the_letter_has_it(room: Room) -> None:
    user = room.users["FRA focal_point"]
    user.language = "fr"
    user.save()
    letter = letter_begun_by(room)
    word_letter(
        access=room.access("staff"),
        letter=letter,
        language="fr",
        subject="Notre lettre",
        words=FRENCH,
    )
    to(room, letter, "FRA", "IOM")
    send_letter_as(room, letter)
    mailbox.outbox.clear()
    send_all(MailKind.LETTER)
    mails = {mail.to[0]: (mail.subject, str(mail.body)) for mail in mailbox.outbox}
    assert mails[user.email][0] == "Notre lettre" and "Voici le texte." in mails[user.email][1]
    assert mails[room.users["IOM focal_point"].email][0] == "Our letter"
    assert f"/letters/{letter.public_id}/" in mails[user.email][1]
    assert all(len(mail.to) == 1 and not mail.cc and not mail.bcc for mail in mailbox.outbox)


def test_the_preview_is_the_mail(room: Room) -> None:
    user = room.users["IOM focal_point"]
    user.language = "es"
    user.save()
    letter = letter_begun_by(room)
    to(room, letter, "IOM")
    shown = page(Person(room, "co_facilitator").get("letter", letter.public_id))
    send_letter_as(room, letter)
    mailbox.outbox.clear()
    send_all(MailKind.LETTER)
    body = next(str(mail.body) for mail in mailbox.outbox if mail.to == [user.email])
    *words, why = (part.strip() for part in body.partition("-- \n")[::2])
    assert "\n".join(words[0].splitlines()[2:]) in shown and why in shown


def test_no_row_of_the_outbox_holds_a_word(room: Room) -> None:
    letter = letter_begun_by(room)
    send_letter_as(room, letter)
    row = Mail.objects.filter(kind=MailKind.LETTER).values().first()
    assert row is not None and "Please find" not in str(row) and "Our letter" not in str(row)


def test_who_it_went_to_is_told_with_what_came_back(room: Room) -> None:
    letter = letter_begun_by(room)
    to(room, letter, "FRA", "IOM")
    send_letter_as(room, letter)
    send_all(MailKind.LETTER)
    france = Mail.objects.filter(kind=MailKind.LETTER, reader=room.users["FRA focal_point"]).get()
    Mail.objects.filter(pk=france.pk).update(bounced_at=room.now, why="5.1.1")
    shown = page(Person(room, "secretariat").get("letter_deliveries", letter.public_id))
    assert "bounced" in shown and room.users["FRA focal_point"].email in shown
    theirs = page(Person(room, "co_facilitator").get("letter_deliveries", letter.public_id))
    assert "bounced" in theirs and room.users["FRA focal_point"].email not in theirs
    assert (
        Person(room, "FRA focal_point").get("letter_deliveries", letter.public_id).status_code
        == 403
    )
    Person(room, "FRA focal_point").get("letter", letter.public_id)
    france.refresh_from_db()
    assert france.opened_at is not None


# --- What it tells of ----------------------------------------------------------------------------


def test_an_extension_goes_as_one_mail_and_extends_the_deadline(room: Room) -> None:
    deadline = room.round.deadline + timedelta(days=3)
    letter = letter_begun_by(room, kind="extension", round=room.round, deadline=deadline)
    to(room, letter, "FRA")
    asked = page(Person(room, "co_facilitator").get("send_letter", letter.public_id))
    until = moment_in_words(deadline, room.consultation.zone)
    assert f"With it the deadline of “{room.round.name}” is extended to {until}." in asked
    send_letter_as(room, letter)
    room.round.refresh_from_db()
    assert room.round.deadline == deadline
    assert mails() == delegates(room, "FRA")
    told = mails(MailKind.DEADLINE)
    assert not set(told) & set(delegates(room, "FRA"))
    assert set(delegates(room, "CPV", "IOM")) <= set(told)
    mailbox.outbox.clear()
    send_all(MailKind.LETTER)
    assert "the deadline is now" in str(mailbox.outbox[0].body)


def test_an_extension_that_is_refused_sends_nothing(room: Room) -> None:
    letter = letter_begun_by(room, kind="extension", round=room.round, deadline=room.round.opens_at)
    with pytest.raises(ValidationError, match="later than the current one"):
        send_letter_as(room, letter)
    assert mails() == mails(MailKind.DEADLINE) == []


def test_the_secretariat_extends_no_deadline_by_a_letter(room: Room) -> None:
    deadline = room.round.deadline + timedelta(days=3)
    letter = letter_begun_by(room, kind="extension", round=room.round, deadline=deadline)
    with pytest.raises(Refused):
        send_letter_as(room, letter, "secretariat")
    assert mails() == []


def test_an_invitation_begins_with_the_agenda(room: Room) -> None:
    staff = room.access("staff")
    meeting = create_meeting(
        access=staff, title="Second reading", starts_at=room.at(5), place="Room 4"
    )
    paragraph = room.wording(room.revision, 3).paragraph
    add_agenda_item(access=staff, meeting=meeting, draft=room.draft, paragraph=paragraph)
    letter = begin_letter(access=staff, kind="invitation", meeting=meeting)
    subject, words = first_subject_and_words(staff, letter, "en")
    assert subject.startswith("Invitation: Second reading, ")
    assert "Place: Room 4." in words
    assert re.search(r"Agenda:\n1\. .+: .+", words)


@pytest.mark.parametrize(
    ("kind", "refusal"),
    {
        "covering": {"revision": ["Choose the text."]},
        "note": {"revision": ["Choose the text."]},
        "invitation": {"meeting": ["Choose the meeting."]},
        "extension": {"round": ["Choose the round."]},
        "nonsense": {"kind": ["Choose what the letter is for."]},
    }.items(),
)
def test_a_letter_needs_what_it_tells_of(
    room: Room, kind: str, refusal: dict[str, list[str]]
) -> None:
    with pytest.raises(ValidationError) as refused:
        begin_letter(access=room.access("staff"), kind=kind)
    assert refused.value.message_dict == refusal


@pytest.mark.parametrize("subject", ["revision", "meeting", "round"])
def test_a_letter_tells_of_nothing_of_another_consultation(room: Room, subject: str) -> None:
    elsewhere: dict[str, Any] = {
        "revision": room.other_revision,
        "meeting": room.other_meeting,
        "round": room.other_round,
    }
    with pytest.raises(ValidationError, match="This belongs to another consultation"):
        begin_letter(access=room.access("staff"), kind="other", **{subject: elsewhere[subject]})


# --- The note with the next text -----------------------------------------------------------------


@pytest.fixture
def next_text(room: Room) -> Revision:
    row = circulate_revision(
        access=room.access("co_facilitator"), draft=room.draft, stage="Second draft"
    )
    return Revision.objects.select_related("draft").get(pk=row.pk)


def note(room: Room, revision: Revision) -> OfficialLetter:
    sections = note_sections(room.access("staff"), revision)
    return letter_begun_by(room, kind="note", revision=revision, section_by_seat_id=sections)


def test_a_note_has_the_published_answers_of_each_delegation_and_no_others(
    room: Room, next_text: Revision
) -> None:
    sections = note_sections(room.access("staff"), next_text)
    ours, theirs = (sections[room.seat(f"{code} focal_point").pk] for code in ("CPV", "FRA"))
    assert marker("review of CPV submitted") in ours and "Noted" in ours
    assert "In Second draft:" in ours
    assert marker("review of FRA submitted") in theirs
    assert marker("review of FRA submitted") not in ours
    everything = " ".join(sections.values())
    unpublished = Review.objects.filter(comment__consultation=room.consultation, published_at=None)
    assert unpublished.filter(observation__contains="zq-").exists()
    for row in unpublished:
        assert row.observation not in everything
    assert "We insist" not in everything


def test_a_new_answer_that_is_not_published_leaves_the_published_one(
    room: Room, next_text: Revision
) -> None:
    comment = room.comment("CPV submitted")
    review(access=room.access("staff"), comment=comment, disposition="reflected", observation="X7")
    seat = room.seat("CPV focal_point").pk
    assert "X7" not in note_sections(room.access("staff"), next_text)[seat]
    publish_reviews(
        access=room.access("co_facilitator"), reviews=Review.objects.filter(comment=comment)
    )
    sections = note_sections(room.access("staff", 1), next_text)[seat]
    assert "X7" in sections and marker("review of CPV submitted") not in sections


def test_a_delegation_reads_its_own_section_alone(room: Room, next_text: Revision) -> None:
    letter = send_letter_as(room, note(room, next_text))
    mailbox.outbox.clear()
    send_all(MailKind.LETTER)
    assert mailbox.outbox and not any("zq-" in str(mail.message()) for mail in mailbox.outbox)
    ours = page(Person(room, "CPV focal_point").get("letter", letter.public_id))
    assert marker("review of CPV submitted") in ours
    assert marker("review of FRA submitted") not in ours
    assert Person(room, "IOM focal_point").get("letter", letter.public_id).status_code == 404


def test_a_section_is_edited_and_a_delegation_left_out(room: Room, next_text: Revision) -> None:
    letter, staff = note(room, next_text), room.access("staff")
    for code, how in (
        ("CPV", {"words": "Yours is in."}),
        ("FRA", {"words": "", "is_chosen": False}),
    ):
        edit_section(access=staff, letter=letter, seat=room.seat(f"{code} focal_point"), **how)
    send_letter_as(room, letter)
    ours = page(Person(room, "CPV focal_point").get("letter", letter.public_id))
    assert "Yours is in." in ours
    assert Person(room, "FRA focal_point").get("letter", letter.public_id).status_code == 404
    with pytest.raises(ValidationError, match="a section in it"):
        to(room, note(room, next_text), "IOM")


def test_a_section_has_words_and_is_of_a_delegation_with_answers(
    room: Room, next_text: Revision
) -> None:
    letter, staff = note(room, next_text), room.access("staff")
    seats = {code: room.seat(f"{code} focal_point") for code in ("CPV", "IOM")}
    with pytest.raises(ValidationError, match="or leave the delegation out"):
        edit_section(access=staff, letter=letter, seat=seats["CPV"], words=" ")
    with pytest.raises(ValidationError, match="no section in the note"):
        edit_section(access=staff, letter=letter, seat=seats["IOM"], words="Yours is in.")
    out = edit_section(access=staff, letter=letter, seat=seats["CPV"], words=" ", is_chosen=False)
    assert not out.is_chosen


def test_a_section_is_that_of_its_own_note(room: Room, next_text: Revision) -> None:
    first, second = note(room, next_text), note(room, next_text)
    seat = room.seat("CPV focal_point")
    words_of_first = first.recipients.get(seat=seat).own_words

    edit_section(access=room.access("staff"), letter=second, seat=seat, words="In the second.")

    assert second.recipients.get(seat=seat).own_words == "In the second."
    assert first.recipients.get(seat=seat).own_words == words_of_first


def test_a_note_is_about_the_last_text(room: Room, next_text: Revision) -> None:
    with pytest.raises(ValidationError, match="last circulated"):
        note_sections(room.access("staff"), room.revision)


def test_a_note_is_begun_edited_and_sent_on_its_pages(room: Room, next_text: Revision) -> None:
    person = Person(room, "co_facilitator")
    answer = person.post("new_letter", kind="note", revision=next_text.public_id)
    assert answer.status_code == 302
    letter = OfficialLetter.objects.get()
    assert answer.headers["Location"].endswith(f"/letters/{letter.public_id}/words/en/")
    assert "what became of your inputs" in page(person.get("letter_words", letter.public_id, "en"))
    person.post("letter_words", letter.public_id, "en", subject="The note", words=WORDS)
    seat = room.seat("CPV focal_point").public_id
    shown = page(person.get("letter", letter.public_id, delegation=seat))
    assert marker("review of CPV submitted") in shown
    assert marker("review of FRA submitted") not in shown
    person.post("letter_section", letter.public_id, seat, words="In.", is_sent="on")
    person.post("send_letter", letter.public_id)
    assert "In." in page(Person(room, "CPV deputy").get("letter", letter.public_id))


def test_of_two_who_edit_a_section_the_later_is_shown_what_the_other_saved(
    room: Room, next_text: Revision
) -> None:
    letter, person = note(room, next_text), Person(room, "staff")
    seat = room.seat("CPV focal_point")
    args = ("letter_section", letter.public_id, seat.public_id)
    opened = seen_mark(person.get(*args))
    edit_section(
        access=room.access("co_facilitator"),
        letter=letter,
        seat=seat,
        words="What the co-facilitator saved.",
        is_chosen=False,
    )
    refused = person.post(*args, words="What staff typed.", is_sent="on", seen=opened)
    assert refused.status_code == 422
    assert "What staff typed." in page(refused)
    assert "What the co-facilitator saved." in page(refused)
    kept = LetterRecipient.objects.get(letter=letter, seat=seat)
    assert (kept.own_words, kept.is_chosen) == ("What the co-facilitator saved.", False)
    again = person.post(*args, words="What staff typed.", is_sent="on", seen=seen_mark(refused))
    assert again.status_code == 302
    kept.refresh_from_db()
    assert (kept.own_words, kept.is_chosen) == ("What staff typed.", True)


def test_a_note_of_which_a_section_changed_since_it_was_read_is_not_sent(
    room: Room, next_text: Revision
) -> None:
    letter, leader = note(room, next_text), Person(room, "co_facilitator")
    shown = leader.get("send_letter", letter.public_id)
    seat = room.seat("CPV focal_point")
    edit_section(access=room.access("staff"), letter=letter, seat=seat, words="Other words.")
    refused = leader.post("send_letter", letter.public_id, seen=seen_mark(shown))
    assert refused.status_code == 422
    assert not OfficialLetter.objects.sent().exists()


def test_a_section_as_long_as_it_may_be_is_saved_and_left_out_on_its_page(
    room: Room, next_text: Revision
) -> None:
    letter, person = note(room, next_text), Person(room, "staff")
    seat = room.seat("CPV focal_point")
    longest = "a\n" * (MAX_FIELD_LENGTH // 2)
    edit_section(access=room.access("staff"), letter=letter, seat=seat, words=longest)
    args = ("letter_section", letter.public_id, seat.public_id)
    as_sent_by_browsers = longest.replace("\n", "\r\n")
    assert person.post(*args, words=as_sent_by_browsers).status_code == 302
    kept = LetterRecipient.objects.get(letter=letter, seat=seat)
    assert (kept.own_words, kept.is_chosen) == (longest, False)
    assert person.post(*args, words=f"{longest}a", is_sent="on").status_code == 422


def test_line_ends_count_as_one_character_in_the_words_of_a_letter(room: Room) -> None:
    letter, person = letter_begun_by(room), Person(room, "staff")
    longest = "a\n" * (MAX_FIELD_LENGTH // 2)
    args = ("letter_words", letter.public_id, "en")
    as_sent_by_browsers = longest.replace("\n", "\r\n")
    assert person.post(*args, subject="Long", words=as_sent_by_browsers).status_code == 302
    assert letter.said.get().words == longest
    assert person.post(*args, subject="Long", words=f"{longest}a").status_code == 422


def test_a_meeting_and_a_text_lead_to_their_letter(room: Room) -> None:
    leader = Person(room, "co_facilitator")
    agenda = page(leader.get("agenda", room.meeting.public_id))
    assert f"/letters/new/?kind=invitation&meeting={room.meeting.public_id}" in agenda
    begun_there = page(leader.get("new_letter", kind="invitation", meeting=room.meeting.public_id))
    assert f'<option value="{room.meeting.public_id}" selected>' in begun_there
    out = page(leader.get("circulated", "plan", room.revision.number))
    assert f"/letters/new/?kind=covering&revision={room.revision.public_id}" in out
    reader = page(Person(room, "FRA focal_point").get("agenda", room.meeting.public_id))
    assert "/letters/new/" not in reader
