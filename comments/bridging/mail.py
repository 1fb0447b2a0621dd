"""The mail that asks a delegation whether it can live with bridging words of the facilitators.

Bridging words are words that the facilitators propose for a paragraph. The mail says on which one
and until when, and leaves the words out (domain, rule 20).
"""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from comments.bridging.queries import ASKED_SEAT_ORDER, unanswered_asked_seats
from comments.inputs.citations import inline_citations
from comments.models import BridgingProposal
from comments.notifications.stopping import stop_url, stopping_headers
from consultations.models import Mail, Topic
from consultations.outbox.composing import ComposedMail
from consultations.outbox.readers import has_opted_out
from consultations.outbox.sending import access_of_reader
from consultations.rules.access import Access, Role
from consultations.time.wall_clock import moment_in_words_for_reader


def compose_bridging(mail: Mail, now: datetime) -> ComposedMail | None:
    """The mail to one post; None where the question was answered or closed, or the post ended."""
    access = access_of_reader(mail)
    if access is None:
        return None
    # The seats of the reader's delegation, and of groups that it files for, that are asked here.
    waiting_asked_seats = unanswered_asked_seats(access).filter(proposal=mail.about)
    asked_seats_with_texts = waiting_asked_seats.select_related(
        "proposal__wording__revision__draft", "seat"
    )
    asked_seats = list(asked_seats_with_texts.order_by(*ASKED_SEAT_ORDER))
    if not asked_seats:
        return None
    seat_names = _(", ").join(asked_seat.seat.name_for_reader for asked_seat in asked_seats)
    return _compose(access, asked_seats[0].proposal, seat_names, now)


def _compose(
    access: Access, proposal: BridgingProposal, seat_names: str, now: datetime
) -> ComposedMail:
    """The mail; `seat_names` name the delegations and groups for which the reader may answer."""
    wording, consultation = proposal.wording, access.consultation
    revision = wording.revision
    assert proposal.deadline is not None  # delegations are asked until a deadline
    values = {
        "names": seat_names,
        "label": inline_citations([wording])[wording.pk],
        "text": f"{revision.draft.title}, {revision.stage}",
        "moment": moment_in_words_for_reader(
            proposal.deadline, consultation.zone, ZoneInfo(access.user.time_zone)
        ),
        "role": access.capacity.role_words,
        "name": access.capacity.name,
    }
    url = reverse("bridging_proposal", args=[consultation.slug, proposal.public_id])
    stop_link = stop_url(access.user, access.capacity.key)
    return ComposedMail(
        to=access.user.email,
        subject=_("%(names)s: a question of the facilitators on %(label)s") % values,
        template="comments/mail/sentences",
        context={
            "consultation": consultation,
            "title": _("Can you live with these words?"),
            "sentences": [
                _("The facilitators ask %(names)s about bridging words on %(label)s of %(text)s.")
                % values,
                _deadline_sentence(proposal.deadline < now) % values,
                _who_answers_sentence(access) % values,
            ],
            "url": f"{settings.BASE_URL}{url}",
            "why": _("You receive this as %(role)s of %(name)s.") % values,
            "has_opted_out": has_opted_out(access, Topic.BRIDGING),
            "stop_url": stop_link,
        },
        headers=stopping_headers(stop_link),
    )


def _deadline_sentence(is_over: bool) -> str:
    # Answers are taken until the facilitators close the question, and a mail can be delayed.
    if is_over:
        return _("The deadline was %(moment)s. A first answer is now marked late.")
    return _("Please answer by %(moment)s.")


def _who_answers_sentence(access: Access) -> str:
    if access.role is Role.FOCAL_POINT:
        return _("Your answer is an official act of %(names)s.")
    return _("A focal point of your delegation answers.")
