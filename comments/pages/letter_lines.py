"""Letters as their pages show them: a line of the list, and how each reader gets one."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.utils.translation import get_language, override

from comments.mail.letter_mail import mail_of, words_in
from comments.models import LetterKind, LetterRecipient, LetterWords, OfficialLetter
from consultations.models import Seat
from consultations.outbox.readers import readers_of
from consultations.rules.access import Access
from consultations.rules.access_factory import enter
from delegations.models import LANGUAGES


@dataclass(frozen=True, slots=True)
class LetterLine:
    """A letter in a list; `subject` and `language` are empty while nothing is written."""

    letter: OfficialLetter
    kind: str
    subject: str
    language: str


@dataclass(frozen=True, slots=True)
class ReaderPreview:
    """What the people of a delegation who read one language get."""

    roles: tuple[str, ...]
    language: str
    said_in: str
    mail: str
    subject: str


def letter_lines(letters: Sequence[OfficialLetter]) -> list[LetterLine]:
    """Letters with their subjects in the language of the page: one query."""
    said: dict[int, list[LetterWords]] = {}
    for row in LetterWords.objects.filter(letter__in=letters).order_by("pk"):
        said.setdefault(row.letter_id, []).append(row)
    return [_line(letter, said.get(letter.pk, [])) for letter in letters]


def _line(letter: OfficialLetter, said: list[LetterWords]) -> LetterLine:
    kind = str(LetterKind(letter.kind).label)
    if not said:
        return LetterLine(letter, kind, "", "")
    shown = words_in(said, get_language() or "en")
    return LetterLine(letter, kind, shown.subject, shown.language)


def previews(
    sender: Access, letter: OfficialLetter, seat: Seat, said: list[LetterWords]
) -> list[ReaderPreview]:
    """The mails that the people of a delegation would get, one for each language they read."""
    by_language: dict[str, list[Access]] = {}
    for reader in _people_of(sender, seat):
        by_language.setdefault(reader.user.language, []).append(reader)
    return [_preview(sender, letter, readers, said) for readers in by_language.values()]


def _people_of(sender: Access, seat: Seat) -> Iterator[Access]:
    for reader in readers_of(sender.consultation, sender.moment):
        if reader.is_delegate and reader.seat and reader.seat.pk == seat.pk:
            yield reader


def _preview(
    sender: Access, letter: OfficialLetter, readers: Sequence[Access], said: list[LetterWords]
) -> ReaderPreview:
    first, names = readers[0], dict(LANGUAGES)
    with override(first.user.interface_language):
        # As the outbox lets them in: their post is named in their own language.
        reader = enter(first.user, sender.consultation.slug, first.capacity.key)
        mail = mail_of(reader, letter)
        words = mail.text
    roles = tuple(dict.fromkeys(str(reader.capacity.role_words) for reader in readers))
    shown = words_in(said, first.user.language)
    return ReaderPreview(
        roles, str(names[first.user.language]), str(names[shown.language]), words, mail.subject
    )


def own_section(access: Access, letter: OfficialLetter, seat: Seat | None) -> str:
    """What a note tells a delegation alone, as far as this reader may read it."""
    rows = LetterRecipient.objects.visible_to(access).filter(letter=letter, seat=seat)
    row = rows.first()
    return row.own_words if row else ""


def recipients_shown(access: Access, letter: OfficialLetter, seats: Iterable[Seat]) -> list[Seat]:
    """To whom it goes, or went, as seats in the order of the table."""
    if letter.to_all and not letter.sent_at:
        return list(seats)
    rows = LetterRecipient.objects.visible_to(access).filter(letter=letter, is_chosen=True)
    return [row.seat for row in rows.select_related("seat")]
