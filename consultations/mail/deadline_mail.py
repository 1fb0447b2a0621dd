"""The mail to all who take part: a round takes inputs for longer."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from consultations.models import Mail, Round
from consultations.outbox.letters import Letter
from consultations.outbox.sending import access_of
from consultations.rules.access import Access
from consultations.rules.phases import close_of
from consultations.wall_clock import words_for_reader, words_of


def compose_deadline(mail: Mail, now: datetime) -> Letter | None:
    """The mail to one reader; None where the deadline moved again, or has passed."""
    access = access_of(mail)
    round = Round.objects.filter(pk=mail.about).first()
    if access is None or round is None or now > close_of(round):
        return None
    return _letter(access, round) if mail.facts["deadline"] == round.deadline.isoformat() else None


def _letter(access: Access, round: Round) -> Letter:
    consultation = access.consultation
    words = {"round": round.name, "deadline": words_of(round.deadline, consultation.zone)}
    until = words_for_reader(round.deadline, consultation.zone, ZoneInfo(access.user.time_zone))
    url = reverse("consultation", args=[consultation.slug])
    return Letter(
        to=access.user.email,
        subject=_("Deadline extended: “%(round)s”, until %(deadline)s") % words,
        template="consultations/mail/deadline",
        context={
            "consultation": consultation,
            "title": _("The deadline of “%(round)s” is extended") % words,
            "until": until,
            "url": f"{settings.BASE_URL}{url}",
            "why": _why(access),
        },
    )


def _why(access: Access) -> str:
    words = {"role": access.capacity.role_words, "name": access.capacity.name}
    if access.is_delegate:
        return (
            _(
                "You receive this as %(role)s of %(name)s. All participants are notified of "
                "a deadline."
            )
            % words
        )
    return _("You receive this as %(role)s. All participants are notified of a deadline.") % words
