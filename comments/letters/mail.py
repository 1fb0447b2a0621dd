"""The mail that brings a letter: the facilitators' own words, and a link.

What is meant for one delegation only is on the page, and not in the mail (domain, rule 20).
"""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.urls import reverse
from django.utils.translation import get_language, gettext as _

from comments.models import LetterKind, LetterWords, OfficialLetter
from consultations.models import Mail
from consultations.outbox.composing import ComposedMail
from consultations.outbox.sending import access_of_reader
from consultations.rules.access import Access
from consultations.time.wall_clock import moment_in_words_for_reader


def compose_letter(mail: Mail, now: datetime) -> ComposedMail | None:
    """The mail to one reader; None where the reader's post or the delegation's seat has ended."""
    access = access_of_reader(mail)
    if access is None:
        return None
    sent_letters = OfficialLetter.objects.visible_to(access).sent().select_related("round")
    letter = sent_letters.filter(pk=mail.about).first()
    return compose_official_letter_mail(access, letter) if letter else None


def compose_official_letter_mail(access: Access, letter: OfficialLetter) -> ComposedMail:
    """The mail as this reader gets it, in the language that is active where the letter has it.

    Needs `round` of the letter, and that it has words.
    """
    words = words_in(list(LetterWords.objects.filter(letter=letter)), get_language() or "en")
    consultation = access.consultation
    return ComposedMail(
        to=access.user.email,
        subject=words.subject,
        template="comments/letters/mail/official_letter",
        context={
            "consultation": consultation,
            "words": words,
            "number": letter.number,
            "deadline_sentence": _deadline_sentence(access, letter),
            # A note has a section on the inputs of each delegation, which stands on its page alone.
            "has_section": letter.kind == LetterKind.NOTE,
            "url": f"{settings.BASE_URL}{_page_url(access, letter)}",
            "why": _why_sentence(access),
        },
    )


def words_in(language_versions: list[LetterWords], language: str) -> LetterWords:
    """The words of a letter in a language, else in the one in which it was written first.

    `language_versions` are in the order in which they were written, at least one.
    """
    language_code = language.partition("-")[0]  # "zh-hans" is stored as "zh"
    return next(
        (words for words in language_versions if words.language == language_code),
        language_versions[0],
    )


def _deadline_sentence(access: Access, letter: OfficialLetter) -> str:
    """The new deadline of a round, in New York time and the reader's own; "" for other letters."""
    if letter.kind != LetterKind.EXTENSION or letter.deadline is None or letter.round is None:
        return ""
    own_zone = ZoneInfo(access.user.time_zone)
    until = moment_in_words_for_reader(letter.deadline, access.consultation.zone, own_zone)
    values = {"round": letter.round.name, "until": until}
    return _("“%(round)s”: the deadline is now %(until)s.") % values


def _page_url(access: Access, letter: OfficialLetter) -> str:
    return reverse("letter", args=[access.consultation.slug, letter.public_id])


def _why_sentence(access: Access) -> str:
    values = {"role": access.capacity.role_words, "name": access.capacity.name}
    return _("You receive this as %(role)s of %(name)s.") % values
