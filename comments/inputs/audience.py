"""Sentences for pages: who sees which words and from when, until when inputs are accepted, and
how the silence on a draft of a group stands."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from comments.models import Comment
from consultations.models import Consent, LatePolicy, Round, Visibility
from consultations.rules.access import Access
from consultations.rules.phases import (
    Phase,
    close_of,
    has_silence_ended,
    is_readable_by_all,
    phase_of,
    rounds_on_same_texts,
)
from consultations.time.wall_clock import (
    moment_in_short,
    moment_in_words,
    moment_in_words_for_reader,
    time_left,
)
from consultations.web.frame_facts import Due


def visibility_sentence(access: Access, round: Round | None) -> str:
    """Why the reader sees the inputs that are shown, and no others; empty where no round asks."""
    if access.reads_all:
        return _("All submitted inputs are visible to you.")
    if round is None:
        return ""
    if round.visibility == Visibility.AT_ONCE:
        return _("Visible to all delegations.")
    if round.visibility == Visibility.FACILITATORS:
        return _(
            "Only your delegation’s inputs are visible to you. Inputs in this round go "
            "to the facilitators only."
        )
    if is_readable_by_all(round, access.moment):
        return _("Visible to all delegations: the round is closed.")
    return _("Only your delegation’s inputs are visible to you until the round closes.")


def who_will_see(access: Access, round: Round, consent: str = Consent.ROUND) -> list[str]:
    """Who reads an input submitted in this round, and from when (domain, rule 2).

    `consent` is the one that the delegation chose for the input, a value of `Consent`.
    """
    sentences = [_("The facilitators and the secretariat can read it immediately.")]
    if consent == Consent.UNATTRIBUTED and round.visibility != Visibility.FACILITATORS:
        return [*sentences, _when_words_are_read(access, round)]
    if consent == Consent.FACILITATORS or round.visibility == Visibility.FACILITATORS:
        sentences.append(_("No other delegation can read it, now or later."))
    elif is_readable_by_all(round, access.moment):
        sentences.append(_("All delegations in this consultation can read it immediately."))
    else:
        closing_time = moment_words(access, round.closed_at or round.deadline)
        sentence = _("The other delegations can read it when the round closes: %(moment)s.")
        sentences.append(sentence % {"moment": closing_time})
    if consent == Consent.PUBLIC:
        sentences.append(_("It may be published outside the consultation."))
    return sentences


def _when_words_are_read(access: Access, round: Round) -> str:
    """When other delegations read the words of an input without attribution."""
    if is_readable_by_all(round, access.moment):
        return _("All delegations can read its words immediately, but not whose they are.")
    closing_time = moment_words(access, round.closed_at or round.deadline)
    sentence = _("When the round closes, %(moment)s, delegations can read its words, not whose.")
    return sentence % {"moment": closing_time}


def moment_words(access: Access, moment: datetime) -> str:
    """A moment in the consultation's zone (New York), and in the reader's own where they differ."""
    return moment_in_words_for_reader(
        moment, access.consultation.zone, ZoneInfo(access.user.time_zone)
    )


def draft_visibility_text(draft: Comment) -> str:
    """Who reads a draft now."""
    if draft.in_room:
        return _("draft in the group’s room, visible to its members")
    return _("draft, visible to your delegation only")


def who_reads_answers() -> str:
    """Who reads a reply, an alignment or an acknowledgement."""
    return _("This is an official act. Everyone who may read the input can read it.")


# --- Until when inputs are accepted --------------------------------------------------------------


def deadline_of_round(access: Access, round: Round | None) -> Due:
    """The line at the top of a delegate's page: until when comments are accepted.

    Empty where they are not, and for readers who are no delegates.
    """
    if round is None or not access.is_delegate or access.consultation.closed_at:
        return Due()
    phase = phase_of(round, access.moment)
    if phase is Phase.OPEN:
        return _closing(access, round)
    if phase is Phase.LATE:
        closing_time, zone = round.closed_at or round.deadline, access.consultation.zone
        short = moment_in_short(closing_time, zone, now=access.moment)
        whole = moment_in_words(closing_time, zone, now=access.moment)
        return Due(
            _("Closed %(moment)s") % {"moment": short},
            _("Comments closed %(moment)s · late ones are marked") % {"moment": whole},
        )
    return Due()


def next_deadline(access: Access, rounds: Iterable[Round]) -> Due:
    """The next deadline of the open rounds: "Comments close Fri 7 May, 17:00 New York · …".

    Empty where no round is open.
    """
    open_rounds = [round for round in rounds if phase_of(round, access.moment) is Phase.OPEN]
    if access.consultation.closed_at or not open_rounds:
        return Due()
    return _closing(access, min(open_rounds, key=close_of))


def _closing(access: Access, round: Round) -> Due:
    zone = access.consultation.zone
    short = moment_in_short(round.deadline, zone, now=access.moment)
    whole = {
        "moment": moment_in_words(round.deadline, zone, now=access.moment),
        "left": time_left(round.deadline, access.moment),
    }
    return Due(
        _("Closes %(moment)s") % {"moment": short},
        _("Comments close %(moment)s · %(left)s") % whole,
    )


def time_limit_sentence(access: Access, round: Round | None) -> str:
    """Until when the round accepts inputs, or that they are late now; empty where it has none."""
    if round is None or phase_of(round, access.moment) is not Phase.OPEN:
        return late_warning(access, round)
    deadline_text = moment_words(access, round.closed_at or round.deadline)
    return _("The round accepts inputs until %(moment)s.") % {"moment": deadline_text}


def late_warning(access: Access, round: Round | None) -> str:
    """The warning where the deadline passed and late inputs are accepted; else empty."""
    if round is None or phase_of(round, access.moment) is not Phase.LATE:
        return ""
    deadline_text = moment_words(access, round.closed_at or round.deadline)
    return _("The deadline was %(moment)s. This will be marked late.") % {"moment": deadline_text}


def in_time_rule(round: Round) -> str:
    """What "in time" means, for the page where inputs are submitted (domain, rule 18)."""
    in_time_sentence = _("In time means received by the deadline plus 60 seconds.")
    if round.late_policy == LatePolicy.MARK:
        return in_time_sentence + " " + _("Late inputs are accepted and marked late.")
    return in_time_sentence + " " + _("Late inputs are not accepted.")


def why_no_inputs_accepted(access: Access, round: Round | None, adopted_at: datetime | None) -> str:
    """Why no comments are accepted here now; empty where the form is shown.

    `adopted_at` says when the text was adopted.
    """
    if access.consultation.closed_at:
        return _("The record of this consultation is closed.")
    if adopted_at:
        return _("The text is adopted. It no longer accepts inputs.")
    if round is None:
        return _("No inputs are asked for on this revision.")
    phase = phase_of(round, access.moment)
    if phase is Phase.NOT_OPEN:
        opening_time = moment_words(access, round.opens_at)
        return _("This round opens %(moment)s. No inputs are accepted before.") % {
            "moment": opening_time
        }
    if phase is Phase.CLOSED:
        closing_time = moment_words(access, round.closed_at or round.deadline)
        return _("This round closed %(moment)s and accepts no late inputs.") % {
            "moment": closing_time
        }
    return ""


# --- The refusal of an input ---------------------------------------------------------------------


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
    meetings_to_come = access.consultation.meetings.to_come(access.moment)
    next_meeting = meetings_to_come.order_by("starts_at").first()
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


# --- The silence on a draft of a group -----------------------------------------------------------


def silence_warning(access: Access, draft: Comment) -> str:
    """What a change of the words does to a silence on them; empty where there is none."""
    if draft.silence_until is None or draft.submitted_at is not None:
        return ""
    values = {"moment": moment_words(access, draft.silence_until)}
    if draft.silence_broken_at is not None:
        return _broken_silence_sentence(access, draft)
    if has_silence_ended(draft, access.moment):
        return _("The group consented to these words. A change needs a new silence.")
    sentence = _(
        "This is under silence until %(moment)s. Changing the words ends it. The "
        "members are notified and the coordinator sets a new one."
    )
    return sentence % values


def silence_sentence(access: Access, draft: Comment) -> str:
    """The state of the silence on a group's draft; every reader of the draft sits in the room."""
    if draft.submitted_at is not None or draft.silence_until is None:
        return ""
    if draft.silence_broken_at is not None:
        return _broken_silence_sentence(access, draft)
    if has_silence_ended(draft, access.moment):
        return ended_silence_sentence(access, draft)
    values = {"moment": moment_words(access, draft.silence_until)}
    return _("No objection by %(moment)s means consent.") % values


def _broken_silence_sentence(access: Access, draft: Comment) -> str:
    """That a member of the group objected, and what becomes of the silence."""
    assert draft.silence_until is not None
    values = {"moment": moment_words(access, draft.silence_until)}
    if has_silence_ended(draft, access.moment):
        return _("A member broke silence. The silence until %(moment)s is over.") % values
    sentence = _(
        "A member broke silence. If all objections are withdrawn, it runs on until %(moment)s."
    )
    return sentence % values


def ended_silence_sentence(access: Access, draft: Comment) -> str:
    """That a group consented to its draft by silence, and whether it can still be submitted."""
    assert draft.silence_until is not None
    values = {"moment": moment_words(access, draft.silence_until)}
    if reason := why_no_inputs_accepted(access, draft.round, draft.adopted_at):
        return _("Nobody broke silence by %(moment)s.") % values + " " + reason
    return _("Nobody broke silence by %(moment)s. The coordinator can submit it.") % values
