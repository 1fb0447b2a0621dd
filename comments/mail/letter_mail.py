"""The mail that brings a letter: its own words, which are the facilitators', and a link.

What only one delegation is told stands on the page alone (domain, rule 20).
"""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from comments.models import LetterKind, LetterWords, OfficialLetter
from consultations.models import Mail
from consultations.outbox.letters import Letter
from consultations.outbox.sending import access_of
from consultations.rules.access import Access
from consultations.wall_clock import words_for_reader


def compose_letter(mail: Mail, now: datetime) -> Letter | None:
    """The mail to one reader; None where the post or the seat ended meanwhile."""
    access = access_of(mail)
    if access is None:
        return None
    rows = OfficialLetter.objects.visible_to(access).sent().select_related("round")
    letter = rows.filter(pk=mail.about).first()
    return mail_of(access, letter) if letter else None


def mail_of(access: Access, letter: OfficialLetter) -> Letter:
    """The mail as this reader gets it, in the language that is active where the letter has it.

    Needs `round` of the letter, and words.
    """
    said = words_in(list(LetterWords.objects.filter(letter=letter)), get_language() or "en")
    consultation = access.consultation
    return Letter(
        to=access.user.email,
        subject=said.subject,
        template="comments/mail/official_letter",
        context={
            "consultation": consultation,
            "said": said,
            "number": letter.number,
            "fact": _fact(access, letter),
            "has_section": letter.kind == LetterKind.NOTE,
            "url": f"{settings.BASE_URL}{_page(access, letter)}",
            "why": _why(access),
        },
    )


def words_in(said: list[LetterWords], language: str) -> LetterWords:
    """What a letter says in a language, else in the one it was written in first."""
    wanted = language.partition("-")[0]
    return next((row for row in said if row.language == wanted), said[0])


def _fact(access: Access, letter: OfficialLetter) -> str:
    """The new deadline, in New York time and the reader's own."""
    if letter.kind != LetterKind.EXTENSION or letter.deadline is None or letter.round is None:
        return ""
    own = ZoneInfo(access.user.time_zone)
    until = words_for_reader(letter.deadline, access.consultation.zone, own)
    words = {"round": letter.round.name, "until": until}
    return _("“%(round)s”: the deadline is now %(until)s.") % words


def _page(access: Access, letter: OfficialLetter) -> str:
    return reverse("letter", args=[access.consultation.slug, letter.public_id])


def _why(access: Access) -> str:
    words = {"role": access.capacity.role_words, "name": access.capacity.name}
    return _("You receive this as %(role)s of %(name)s.") % words
