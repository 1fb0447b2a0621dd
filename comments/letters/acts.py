"""The writes on letters: begun, worded in one or several languages, addressed, and sent once."""

import uuid
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from comments.inputs.content import require_valid_text
from comments.inputs.shown_marks import mark_of_values, require_as_shown
from comments.models import (
    MAX_LETTER_SUBJECT_LENGTH,
    LetterKind,
    LetterRecipient,
    LetterWords,
    OfficialLetter,
)
from consultations.keys.idempotency import claim_key
from consultations.models import Consultation, Mail, MailKind, Meeting, Round, Seat
from consultations.outbox.readers import readers_of
from consultations.outbox.writing import write_mails
from consultations.rules.access import Access, Act
from consultations.timetable.acts import extend_deadline
from delegations.history import write, write_new
from delegations.models import DelegationKind
from drafts.models import Revision


@transaction.atomic
def begin_letter(
    *,
    access: Access,
    kind: str,
    revision: Revision | None = None,
    meeting: Meeting | None = None,
    round: Round | None = None,
    deadline: datetime | None = None,
    section_by_seat_id: Mapping[int, str] | None = None,
    form_key: uuid.UUID | None = None,
) -> OfficialLetter:
    """Begin a letter to all delegations that sit, or only to those in `section_by_seat_id`.

    Sections belong to a note: what it tells each of these delegations alone. The same `form_key`
    twice returns the first letter. Raises `KeyReused`, and ValidationError where what a letter of
    this kind is about is missing: its revision, meeting or round, or the new deadline.
    """
    access.require(Act.WRITE_LETTER, on=access.consultation)
    claim = claim_key(access, form_key, Act.WRITE_LETTER, kind, revision, meeting, round, deadline)
    if not claim.is_first:
        return OfficialLetter.objects.visible_to(access).get(public_id=claim.row_public_id)
    for name, related_row in {"revision": revision, "meeting": meeting, "round": round}.items():
        if related_row is not None and related_row.consultation_id != access.consultation.pk:
            raise ValidationError({name: _("This belongs to another consultation.")})
    _require_row_for_kind(kind, revision, meeting, round, deadline)
    letter = OfficialLetter(
        public_id=claim.row_public_id,
        consultation=access.consultation,
        kind=kind,
        to_all=section_by_seat_id is None,
        revision=revision,
        meeting=meeting,
        round=round,
        deadline=deadline,
        begun_at=access.moment,
    )
    write(letter, by=access)
    recipients = [
        LetterRecipient(letter=letter, seat_id=seat_id, own_words=words)
        for seat_id, words in (section_by_seat_id or {}).items()
    ]
    write_new(recipients, by=access)
    return letter


def _require_row_for_kind(
    kind: str,
    revision: Revision | None,
    meeting: Meeting | None,
    round: Round | None,
    deadline: datetime | None,
) -> None:
    """Raise ValidationError where what a letter of this kind is about is missing."""
    if kind not in LetterKind.values:
        raise ValidationError({"kind": _("Choose what the letter is for.")})
    if kind in {LetterKind.COVERING, LetterKind.NOTE} and revision is None:
        raise ValidationError({"revision": _("Choose the text.")})
    if kind == LetterKind.INVITATION and meeting is None:
        raise ValidationError({"meeting": _("Choose the meeting.")})
    if kind == LetterKind.EXTENSION and round is None:
        raise ValidationError({"round": _("Choose the round.")})
    if kind == LetterKind.EXTENSION and deadline is None:
        raise ValidationError({"deadline": _("Give the new deadline.")})


@transaction.atomic
def word_letter(
    *,
    access: Access,
    letter: OfficialLetter,
    language: str,
    subject: str,
    words: str,
    shown_mark: str | None = None,
) -> LetterWords:
    """Write the words of the letter in one language, replacing earlier ones.

    `shown_mark` is the `mark_of_words` that a page showed. Raises ValidationError where somebody
    saved others since.
    """
    stored_letter = _letter_to_edit(access, letter)
    if not subject.strip() or not words.strip():
        raise ValidationError(_("A letter needs a subject and words."))
    stored_words = LetterWords.objects.select_for_update().filter(
        letter=stored_letter, language=language
    )
    earlier_words = stored_words.first()
    require_as_shown(shown_mark, mark_of_words(earlier_words))
    letter_words = earlier_words or LetterWords(letter=stored_letter, language=language)
    # Without line breaks: it is also the subject of the mail.
    letter_words.subject = require_valid_text(
        " ".join(subject.split()), "subject", max_length=MAX_LETTER_SUBJECT_LENGTH
    )
    letter_words.words = require_valid_text(words, "words")
    return write(letter_words, by=access)


@transaction.atomic
def address_letter(
    *, access: Access, letter: OfficialLetter, to_all: bool, seats: Iterable[Seat]
) -> OfficialLetter:
    """Set the recipients: all delegations that sit when the letter is sent, or those of `seats`."""
    stored_letter = _letter_to_edit(access, letter)
    if stored_letter.kind == LetterKind.NOTE:
        raise ValidationError(_("A note goes to the delegations that have a section in it."))
    seat_by_id = {seat.pk: seat for seat in seats}
    if not to_all and not seat_by_id:
        raise ValidationError({"seats": _("Choose at least one delegation.")})
    if any(seat.consultation_id != stored_letter.consultation_id for seat in seat_by_id.values()):
        raise ValidationError({"seats": _("This belongs to another consultation.")})
    stored_letter.to_all = to_all
    write(stored_letter, by=access)
    _set_recipients(access, stored_letter, {} if to_all else seat_by_id)
    return stored_letter


def _set_recipients(access: Access, letter: OfficialLetter, seat_by_id: Mapping[int, Seat]) -> None:
    """Make these delegations the recipients; rows of others are marked as not chosen."""
    recipients = LetterRecipient.objects.select_for_update(of=("self",)).filter(letter=letter)
    recipient_by_seat_id = {recipient.seat_id: recipient for recipient in recipients.order_by("pk")}
    for seat_id, recipient in recipient_by_seat_id.items():
        if recipient.is_chosen != (seat_id in seat_by_id):
            recipient.is_chosen = seat_id in seat_by_id
            write(recipient, by=access)
    new_seats = [
        seat for seat_id, seat in seat_by_id.items() if seat_id not in recipient_by_seat_id
    ]
    write_new([LetterRecipient(letter=letter, seat=seat) for seat in new_seats], by=access)


@transaction.atomic
def edit_section(
    *,
    access: Access,
    letter: OfficialLetter,
    seat: Seat,
    words: str,
    is_chosen: bool = True,
    shown_mark: str | None = None,
) -> LetterRecipient:
    """Change what a note tells one delegation, or leave that delegation out.

    `shown_mark` is the `mark_of_section` that a page showed. Raises ValidationError where somebody
    saved another since.
    """
    stored_letter = _letter_to_edit(access, letter)
    recipients = LetterRecipient.objects.select_for_update(of=("self",))
    recipient = recipients.filter(letter=stored_letter, seat=seat).first()
    if recipient is None:
        raise ValidationError(_("This delegation has no section in the note."))
    if is_chosen and not words.strip():
        raise ValidationError({"words": _("Write the section, or leave the delegation out.")})
    require_as_shown(shown_mark, mark_of_section(recipient))
    recipient.own_words, recipient.is_chosen = require_valid_text(words, "words"), is_chosen
    return write(recipient, by=access)


@transaction.atomic
def send_letter(
    *, access: Access, letter: OfficialLetter, shown_mark: str | None = None
) -> tuple[OfficialLetter, bool]:
    """Send the letter: number it, fix its recipients as of now, and write the mails.

    Returns the letter, and whether this call sent it: a second click sends nothing. An extension
    extends the deadline in the same act; those who get no letter get a plain notice. `shown_mark`
    is the `mark_of_letter` that a page showed. Raises ValidationError where the letter changed
    since, without words or recipients, and as `extend_deadline` does.
    """
    access.require(Act.SEND_LETTER, on=access.consultation)
    # The lock on the consultation gives two letters sent at once different numbers.
    Consultation.objects.select_for_update().get(pk=access.consultation.pk)
    stored_letter = _locked_letter(access, letter)
    if stored_letter.sent_at:
        return stored_letter, False
    _require_not_discarded(stored_letter)
    require_as_shown(shown_mark, mark_of_letter(access, stored_letter))
    if not LetterWords.objects.filter(letter=stored_letter).exists():
        raise ValidationError(_("Write the letter first."))
    seats = _recipients_now(access, stored_letter)
    if not seats:
        raise ValidationError(_("Choose at least one delegation."))
    if stored_letter.to_all:  # chosen ones are stored already
        _set_recipients(access, stored_letter, {seat.pk: seat for seat in seats})
    if stored_letter.kind == LetterKind.EXTENSION:
        assert stored_letter.round is not None and stored_letter.deadline is not None
        delegation_ids = frozenset(seat.delegation_id for seat in seats)
        extend_deadline(
            access=access,
            round=stored_letter.round,
            deadline=stored_letter.deadline,
            delegation_ids_with_letter=delegation_ids,
        )
    stored_letter.number, stored_letter.sent_at = _next_number(stored_letter), access.moment
    write(stored_letter, by=access)
    write_mails(_letter_mails(access, stored_letter, seats))
    return stored_letter, True


@transaction.atomic
def discard_letter(*, access: Access, letter: OfficialLetter) -> OfficialLetter:
    """Discard a draft: it is never sent, and stays in the history of those who write letters."""
    access.require(Act.WRITE_LETTER, on=access.consultation)
    stored_letter = _locked_letter(access, letter)
    if stored_letter.discarded_at:  # a second click of the button
        return stored_letter
    _require_unsent(stored_letter)
    stored_letter.discarded_at = access.moment
    return write(stored_letter, by=access)


def seats_to_write_to(access: Access) -> list[Seat]:
    """The seats of delegations with people of their own, so without groups, in table order."""
    seats = Seat.objects.filter(consultation=access.consultation, ended_at=None)
    seats_without_groups = seats.exclude(delegation__kind=DelegationKind.GROUP)
    return list(
        seats_without_groups.select_related("delegation").order_by("rank", "sort_key", "pk")
    )


# --- What a page showed -------------------------------------------------------------------------


def mark_of_words(letter_words: LetterWords | None) -> str:
    """The mark of what the letter says in one language; None where it is not written in it."""
    return mark_of_values(letter_words and [letter_words.subject, letter_words.words])


def mark_of_section(recipient: LetterRecipient) -> str:
    """The mark of what a note tells one delegation, and of whether it goes to it."""
    return mark_of_values(recipient.own_words, recipient.is_chosen)


def mark_of_letter(access: Access, letter: OfficialLetter) -> str:
    """The mark of what would be sent now: its words, its recipients and their sections.

    Three queries.
    """
    letter_words = LetterWords.objects.visible_to(access).filter(letter=letter)
    sections = LetterRecipient.objects.visible_to(access).filter(letter=letter, is_chosen=True)
    return mark_of_values(
        list(letter_words.order_by("pk").values_list("language", "subject", "words")),
        [seat.pk for seat in _recipients_now(access, letter)],
        list(sections.order_by("seat").values_list("seat", "own_words")),
    )


# --- Helpers ------------------------------------------------------------------------------------


def _recipients_now(access: Access, letter: OfficialLetter) -> list[Seat]:
    """The seats that get the letter if it is sent now; those that have ended get none."""
    seats = seats_to_write_to(access)
    if letter.to_all:
        return seats
    recipients = LetterRecipient.objects.filter(letter=letter, is_chosen=True)
    chosen_seat_ids = set(recipients.values_list("seat", flat=True))
    return [seat for seat in seats if seat.pk in chosen_seat_ids]


def _next_number(letter: OfficialLetter) -> int:
    """The number after the last letter sent, from 1. Needs the lock on the consultation."""
    letters = OfficialLetter.objects.filter(consultation=letter.consultation_id)
    return int(letters.aggregate(last=Max("number"))["last"] or 0) + 1


def _letter_mails(access: Access, letter: OfficialLetter, seats: Iterable[Seat]) -> list[Mail]:
    """One mail to each person of these delegations, even to those who want no mail.

    A person with posts in two delegations gets two: their words may differ.
    """
    return [
        Mail(
            kind=MailKind.LETTER,
            consultation=access.consultation,
            reader=reader.user,
            capacity=reader.capacity.key,
            about=letter.pk,
            facts={"seat": seat.pk},
        )
        for reader, seat in _delegates_of(access, seats)
    ]


def _delegates_of(access: Access, seats: Iterable[Seat]) -> Iterator[tuple[Access, Seat]]:
    """The delegates of these seats, each with the seat: a person once for each delegation."""
    seat_by_delegation_id = {seat.delegation_id: seat for seat in seats}
    seen_reader_keys: set[tuple[int, int]] = set()
    for reader in readers_of(access.consultation, access.moment):
        # Facilitators may have a delegation too, the one they come from.
        if not reader.is_delegate or reader.delegation is None:
            continue
        reader_key = (reader.user.pk, reader.delegation.pk)
        seat = seat_by_delegation_id.get(reader.delegation.pk)
        if seat is not None and reader_key not in seen_reader_keys:
            seen_reader_keys.add(reader_key)
            yield reader, seat


def _letter_to_edit(access: Access, letter: OfficialLetter) -> OfficialLetter:
    """The stored letter, locked. Raises Refused, and ValidationError unless it is a draft."""
    access.require(Act.WRITE_LETTER, on=access.consultation)
    stored_letter = _locked_letter(access, letter)
    _require_unsent(stored_letter)
    _require_not_discarded(stored_letter)
    return stored_letter


def _require_unsent(letter: OfficialLetter) -> None:
    if letter.sent_at:
        raise ValidationError(_("The letter was sent. It no longer changes."))


def _require_not_discarded(letter: OfficialLetter) -> None:
    if letter.discarded_at:
        raise ValidationError(_("This draft was discarded."))


def _locked_letter(access: Access, letter: OfficialLetter) -> OfficialLetter:
    rows = OfficialLetter.objects.visible_to(access).select_for_update(of=("self",))
    return rows.select_related("round", "meeting", "revision__draft").get(pk=letter.pk)
