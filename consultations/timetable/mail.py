"""The mails to all who take part: a deadline is extended, or a new round is set."""

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from consultations.models import Mail, MailKind, Round, Topic
from consultations.outbox.composing import ComposedMail
from consultations.outbox.readers import has_opted_out
from consultations.outbox.sending import access_of_reader
from consultations.rules.access import Access
from consultations.rules.phases import Phase, close_of, phase_of
from consultations.time.wall_clock import moment_in_words, moment_in_words_for_reader


def compose_round(mail: Mail, now: datetime) -> ComposedMail | None:
    """The mail to one reader; None where the deadline moved again, the round has closed, or the
    reader takes part no more or chose not to get it."""
    access = access_of_reader(mail)
    round = Round.objects.select_related("asks_again").filter(pk=mail.about).first()
    if access is None or round is None or now > close_of(round):
        return None
    if mail.facts["deadline"] != round.deadline.isoformat() or has_opted_out(access, Topic.ROUNDS):
        return None
    return _composed_mail(access, MailKind(mail.kind), round)


def _composed_mail(access: Access, kind: MailKind, round: Round) -> ComposedMail:
    """The mail on a new round (`MailKind.ROUND`), or on an extended deadline."""
    consultation = access.consultation
    values = {"round": round.name, "deadline": moment_in_words(round.deadline, consultation.zone)}
    is_new = kind is MailKind.ROUND
    sentences_of = _new_round_sentences if is_new else _extension_sentences
    return ComposedMail(
        to=access.user.email,
        subject=_("New round: “%(round)s”, until %(deadline)s") % values
        if is_new
        else _("Deadline extended: “%(round)s”, until %(deadline)s") % values,
        template="consultations/timetable/mail/round",
        context={
            "consultation": consultation,
            "title": _("New round: “%(round)s”") % values
            if is_new
            else _("The deadline of “%(round)s” is extended") % values,
            "sentences": list(sentences_of(access, round)),
            "url": f"{settings.BASE_URL}{reverse('consultation', args=[consultation.slug])}",
            "reason_line": _reason_line(access),
            "choices_url": f"{settings.BASE_URL}{reverse('mail')}",
        },
    )


def _extension_sentences(access: Access, round: Round) -> Iterator[str]:
    yield _("The deadline is now %(until)s.") % {"until": _local_time(access, round.deadline)}


def _new_round_sentences(access: Access, round: Round) -> Iterator[str]:
    if round.asks_again:
        values = {"round": round.asks_again.name}
        yield _("Inputs are asked for again on the texts of “%(round)s”.") % values
    if phase_of(round, access.moment) is Phase.NOT_OPEN:
        yield _("The round opens %(moment)s.") % {"moment": _local_time(access, round.opens_at)}
    yield _("The deadline is %(moment)s.") % {"moment": _local_time(access, round.deadline)}


def _local_time(access: Access, moment: datetime) -> str:
    """A moment in the consultation's time, and in the reader's own where it differs."""
    own_zone = ZoneInfo(access.user.time_zone)
    return moment_in_words_for_reader(moment, access.consultation.zone, own_zone)


def _reason_line(access: Access) -> str:
    """Why the reader gets this mail: the capacity in which they take part."""
    values = {"role": access.capacity.role_words, "name": access.capacity.name}
    if access.is_delegate:
        return _("You receive this as %(role)s of %(name)s.") % values
    return _("You receive this as %(role)s.") % values
