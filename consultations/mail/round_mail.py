"""The mails to all who take part: a round takes inputs for longer, or a new one asks again."""

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from consultations.models import Mail, MailKind, Round, Topic
from consultations.outbox.choices import wants_none
from consultations.outbox.letters import Letter
from consultations.outbox.sending import access_of
from consultations.rules.access import Access
from consultations.rules.phases import Phase, close_of, phase_of
from consultations.wall_clock import words_for_reader, words_of


def compose_round(mail: Mail, now: datetime) -> Letter | None:
    """The mail to one reader; None where the deadline moved again, or has passed."""
    access = access_of(mail)
    round = Round.objects.select_related("asks_again").filter(pk=mail.about).first()
    if access is None or round is None or now > close_of(round):
        return None
    if mail.facts["deadline"] != round.deadline.isoformat() or wants_none(access, Topic.ROUNDS):
        return None
    return _letter(access, MailKind(mail.kind), round)


def _letter(access: Access, kind: MailKind, round: Round) -> Letter:
    consultation = access.consultation
    words = {"round": round.name, "deadline": words_of(round.deadline, consultation.zone)}
    is_new = kind is MailKind.ROUND
    return Letter(
        to=access.user.email,
        subject=_("New round: “%(round)s”, until %(deadline)s") % words
        if is_new
        else _("Deadline extended: “%(round)s”, until %(deadline)s") % words,
        template="consultations/mail/round",
        context={
            "consultation": consultation,
            "title": _("New round: “%(round)s”") % words
            if is_new
            else _("The deadline of “%(round)s” is extended") % words,
            "sentences": list(_of_new(access, round) if is_new else _of_extended(access, round)),
            "url": f"{settings.BASE_URL}{reverse('consultation', args=[consultation.slug])}",
            "why": _why(access),
            "choices_url": f"{settings.BASE_URL}{reverse('mail')}",
        },
    )


def _of_extended(access: Access, round: Round) -> Iterator[str]:
    yield _("The deadline is now %(until)s.") % {"until": _moment(access, round.deadline)}


def _of_new(access: Access, round: Round) -> Iterator[str]:
    if round.asks_again:
        words = {"round": round.asks_again.name}
        yield _("Inputs are asked for again on the texts of “%(round)s”.") % words
    if phase_of(round, access.moment) is Phase.NOT_OPEN:
        yield _("The round opens %(moment)s.") % {"moment": _moment(access, round.opens_at)}
    yield _("The deadline is %(moment)s.") % {"moment": _moment(access, round.deadline)}


def _moment(access: Access, moment: datetime) -> str:
    own = ZoneInfo(access.user.time_zone)
    return words_for_reader(moment, access.consultation.zone, own)


def _why(access: Access) -> str:
    words = {"role": access.capacity.role_words, "name": access.capacity.name}
    if access.is_delegate:
        return _("You receive this as %(role)s of %(name)s.") % words
    return _("You receive this as %(role)s.") % words
