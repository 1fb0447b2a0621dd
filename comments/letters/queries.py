"""Letters as their pages show them: rows, previews, recipients, and how far each mail is."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import get_language, override

from comments.letters.mail import compose_official_letter_mail, words_in
from comments.models import LetterKind, LetterRecipient, LetterWords, OfficialLetter
from consultations.models import Mail, MailKind, MailQuerySet, MailState, Seat
from consultations.outbox.readers import readers_of
from consultations.rules.access import Access, Act
from consultations.rules.access_factory import make_access
from delegations.models import LANGUAGES


@dataclass(frozen=True, slots=True)
class Delivery:
    """One mail of a letter: to which delegation, and how far it is.

    Only the secretariat sees the name and the address of the recipient; for others they are empty.
    """

    delegation_name: str
    recipient_name: str
    email: str
    mail: Mail


@dataclass(frozen=True, slots=True)
class DeliveryCounts:
    """How many mails of a letter there are, and how many in each state."""

    total: int
    by_state: Mapping[MailState, int]

    @property
    def undelivered(self) -> int:
        """How many were refused or came back."""
        return self.by_state.get(MailState.REFUSED, 0) + self.by_state.get(MailState.BOUNCED, 0)


def deliveries_of(access: Access, mails: Iterable[Mail]) -> list[Delivery]:
    """Each of these mails with its delegation: one query. Needs `reader` of each."""
    listed_mails = list(mails)
    seat_by_id = Seat.objects.in_bulk([mail.facts["seat"] for mail in listed_mails])
    return [_delivery(access, mail, seat_by_id[mail.facts["seat"]]) for mail in listed_mails]


def _delivery(access: Access, mail: Mail, seat: Seat) -> Delivery:
    """A mail as its line in the list; the person only for those who see mails."""
    recipient = mail.reader if access.sees_mails else None
    return Delivery(
        delegation_name=seat.name_for_reader,
        recipient_name=recipient.name if recipient else "",
        email=recipient.email if recipient else "",
        mail=mail,
    )


def counts_of_letter(access: Access, letter: OfficialLetter) -> DeliveryCounts:
    """How far the mails of a letter are: one query."""
    count_by_state = Counter(mail.state for mail in mails_of_letter(access, letter))
    return DeliveryCounts(sum(count_by_state.values()), count_by_state)


def mails_of_letter(access: Access, letter: OfficialLetter) -> MailQuerySet:
    """The mails of a letter, what did not arrive first."""
    access.require(Act.WRITE_LETTER)
    mails = Mail.objects.filter(
        kind=MailKind.LETTER, consultation=access.consultation, about=letter.pk
    )
    has_failed = Q(refused_at__isnull=False) | Q(bounced_at__isnull=False)
    return mails.annotate(failed=has_failed).order_by("-failed", "pk")


# --- Lists, previews and recipients --------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class LetterListRow:
    """A letter in a list; `subject` and `language` are empty while it has no words."""

    letter: OfficialLetter
    kind: str
    subject: str
    language: str


@dataclass(frozen=True, slots=True)
class ReaderPreview:
    """The mail that those people of a delegation get who read the same language."""

    # Their roles in the delegation, in the language of the page.
    roles: tuple[str, ...]
    # The name of the language they read, and of the one in which the letter is for them.
    language: str
    written_in: str
    # The text of the mail.
    mail: str
    subject: str


def letter_list_rows(letters: Sequence[OfficialLetter]) -> list[LetterListRow]:
    """Letters with their subjects in the language of the page: one query."""
    versions_by_letter_id: dict[int, list[LetterWords]] = {}
    for words in LetterWords.objects.filter(letter__in=letters).order_by("pk"):
        versions_by_letter_id.setdefault(words.letter_id, []).append(words)
    return [
        _letter_list_row(letter, versions_by_letter_id.get(letter.pk, [])) for letter in letters
    ]


def _letter_list_row(letter: OfficialLetter, language_versions: list[LetterWords]) -> LetterListRow:
    """A row of the list; `language_versions` are the letter in each language it is written in."""
    kind = str(LetterKind(letter.kind).label)
    if not language_versions:
        return LetterListRow(letter, kind, "", "")
    language_version = words_in(language_versions, get_language() or "en")
    return LetterListRow(letter, kind, language_version.subject, language_version.language)


def letter_previews(
    sender: Access, letter: OfficialLetter, seat: Seat, language_versions: list[LetterWords]
) -> list[ReaderPreview]:
    """The mails that the people of a delegation would get, one for each language they read."""
    readers_by_language: dict[str, list[Access]] = {}
    for reader in _readers_of_seat(sender, seat):
        readers_by_language.setdefault(reader.user.language, []).append(reader)
    return [
        _preview(sender, letter, readers, language_versions)
        for readers in readers_by_language.values()
    ]


def _readers_of_seat(sender: Access, seat: Seat) -> Iterator[Access]:
    """The people of a delegation who would get the letter, each with their access."""
    for reader in readers_of(sender.consultation, sender.moment):
        if reader.is_delegate and reader.seat and reader.seat.pk == seat.pk:
            yield reader


def _preview(
    sender: Access,
    letter: OfficialLetter,
    readers: Sequence[Access],
    language_versions: list[LetterWords],
) -> ReaderPreview:
    """The mail for people of one delegation who read the same language (`readers`)."""
    first_reader, language_names = readers[0], dict(LANGUAGES)
    with override(first_reader.user.interface_language):
        # As the outbox does: an access made here names the post in the language of its reader.
        reader = make_access(first_reader.user, sender.consultation.slug, first_reader.capacity.key)
        mail = compose_official_letter_mail(reader, letter)
        mail_text = mail.text  # rendered here, in the language of the reader
    roles = tuple(dict.fromkeys(str(reader.capacity.role_words) for reader in readers))
    language_version = words_in(language_versions, first_reader.user.language)
    return ReaderPreview(
        roles=roles,
        language=str(language_names[first_reader.user.language]),
        written_in=str(language_names[language_version.language]),
        mail=mail_text,
        subject=mail.subject,
    )


def section_for_seat(access: Access, letter: OfficialLetter, seat: Seat | None) -> str:
    """What a note tells one delegation alone, if this reader may read it; empty for nothing."""
    recipients = LetterRecipient.objects.visible_to(access).filter(letter=letter, seat=seat)
    recipient = recipients.first()
    return recipient.own_words if recipient else ""


def shown_recipients(
    access: Access, letter: OfficialLetter, all_seats: Iterable[Seat]
) -> list[Seat]:
    """The recipients in table order: who got the letter; until it is sent, all or those chosen."""
    if letter.to_all and not letter.sent_at:
        return list(all_seats)
    recipients = LetterRecipient.objects.visible_to(access).filter(letter=letter, is_chosen=True)
    return [recipient.seat for recipient in recipients.select_related("seat")]
