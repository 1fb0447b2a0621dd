"""The deadline passed while a page was open: what to say, and what can still be done."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from comments.threads.audience import moment_words, why_no_inputs_accepted
from consultations.models import Meeting, Round, Visibility
from consultations.rules.access import Access
from consultations.rules.phases import (
    Phase,
    close_of,
    is_readable_by_all,
    phase_of,
    rounds_on_same_texts,
)


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a request was refused, and what the delegation can do now.

    Both are empty, and the value is falsy, if it was not refused.
    """

    reason: str = ""
    next_steps: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.reason)


NO_REFUSAL = Refusal()


def refusal_of(access: Access, round: Round | None, reason: str) -> Refusal:
    """The refusal of an input to this round, for this reason.

    A round that closed is itself the reason, and is explained with its time.
    """
    if round is None or not has_round_closed(access, round):
        return Refusal(reason)
    why_closed = why_no_inputs_accepted(access, round, adopted_at=None)
    return Refusal(why_closed, tuple(_what_can_still_be_done(access, round)))


def has_round_closed(access: Access, round: Round | None) -> bool:
    """Whether the round is closed, while the consultation is open."""
    if access.consultation.closed_at or round is None:
        return False
    return phase_of(round, access.moment) is Phase.CLOSED


def late_warning(access: Access, round: Round | None) -> str:
    """The warning where the deadline passed and late inputs are accepted; else empty."""
    if round is None or phase_of(round, access.moment) is not Phase.LATE:
        return ""
    deadline_text = moment_words(access, round.closed_at or round.deadline)
    return _("The deadline was %(moment)s. This will be marked late.") % {"moment": deadline_text}


def time_limit_sentence(access: Access, round: Round | None) -> str:
    """Until when the round accepts inputs, or that they are late now; empty where it has none."""
    if round is None or phase_of(round, access.moment) is not Phase.OPEN:
        return late_warning(access, round)
    deadline_text = moment_words(access, round.closed_at or round.deadline)
    return _("The round accepts inputs until %(moment)s.") % {"moment": deadline_text}


def _what_can_still_be_done(access: Access, round: Round) -> Iterator[str]:
    """Sentences: the next round that asks on the same texts, or who can open one; the next meeting;
    and whether the inputs of others are readable since the close."""
    rounds = {
        candidate.pk: candidate
        for candidate in Round.objects.filter(consultation=access.consultation)
    }
    first_round = round
    while first_round.asks_again_id:
        first_round = rounds[first_round.asks_again_id]
    unclosed_rounds = [
        round_asking_again
        for round_asking_again in rounds_on_same_texts(first_round.pk, rounds.values())
        if close_of(round_asking_again) > access.moment
    ]
    if unclosed_rounds:
        yield _asks_again_sentence(access, unclosed_rounds[0])
    else:
        yield _("Ask the co-facilitators to open another round on this text.")
    meetings = Meeting.objects.filter(consultation=access.consultation, cancelled_at=None)
    next_meeting = meetings.filter(starts_at__gt=access.moment).order_by("starts_at").first()
    if next_meeting is not None:
        values = {"meeting": next_meeting, "moment": moment_words(access, next_meeting.starts_at)}
        yield _("Raise it at the next meeting: %(meeting)s, %(moment)s.") % values
    if is_readable_by_all(round, access.moment) and round.visibility != Visibility.AT_ONCE:
        yield _("You can now read the inputs of the other delegations.")


def _asks_again_sentence(access: Access, round: Round) -> str:
    """That this round asks again, and until when it is open, or from when."""
    if phase_of(round, access.moment) is Phase.OPEN:
        sentence = _("“%(round)s” asks again on this text. It is open until %(moment)s.")
        return sentence % {"round": round, "moment": moment_words(access, round.deadline)}
    sentence = _("“%(round)s” asks again on this text. It opens %(moment)s.")
    return sentence % {"round": round, "moment": moment_words(access, round.opens_at)}
