"""Why the moment or the state of a row forbids an act that the table allows.

Each guard takes the access of who acts and the row on which they act, and returns the reason why
the act is not allowed; an empty string where it is.
"""

from datetime import datetime
from typing import Any, Protocol

from django.utils.translation import gettext as _

from consultations.models import Consultation, Round
from consultations.rules.held_parts import HeldPart, StateChange
from consultations.rules.input_row import (
    InputRow,
    RowOfSeat,
    SeatAskedInSilence,
    SeatAskedOnBridging,
)
from consultations.rules.phases import Phase, has_silence_ended, phase_of
from delegations.models import User


class ActingAccess(Protocol):
    """The part of an `Access` that guards ask."""

    @property
    def user(self) -> User: ...

    @property
    def moment(self) -> datetime: ...

    @property
    def consultation(self) -> Consultation: ...

    def speaks_for(self, row: RowOfSeat) -> bool: ...

    def coordinates(self, row: RowOfSeat) -> bool: ...

    def sits_in_group_room_of(self, row: RowOfSeat) -> bool: ...

    @property
    def chaired_room_ids(self) -> frozenset[int]: ...

    @property
    def acts_for_plenary(self) -> bool: ...


def why_round_takes_no_inputs(access: ActingAccess, round_or_comment: Round | InputRow) -> str:
    """For a new input the row is the round; otherwise the comment, whose text may be adopted."""
    round = round_or_comment if isinstance(round_or_comment, Round) else round_or_comment.round
    phase = phase_of(round, access.moment)
    if reason := why_record_is_closed(access, round_or_comment):
        return reason
    if phase is Phase.NOT_OPEN:
        return _("This round has not opened yet.")
    if phase is Phase.CLOSED:
        return _("This round is closed and accepts no late inputs.")
    return ""


def why_not_draft_in_open_round(access: ActingAccess, round_or_comment: Round | InputRow) -> str:
    """To write or clear a draft, its round must take inputs; for a new one the row is the round."""
    if not isinstance(round_or_comment, Round) and round_or_comment.submitted_at:
        return _("This input is already submitted. Change it with a new version.")
    return why_round_takes_no_inputs(access, round_or_comment)


def why_not_draft(access: ActingAccess, comment: InputRow) -> str:
    return _("This input is already submitted.") if comment.submitted_at else ""


def why_cannot_discard(access: ActingAccess, comment: InputRow) -> str:
    """A group's draft is shared by all members, so not everybody in the room may discard it."""
    if comment.in_room and not access.coordinates(comment) and comment.author_id != access.user.pk:
        return _("In a group room, only the author or the coordinator can discard a draft.")
    return why_not_draft(access, comment)


def why_cannot_clear(access: ActingAccess, comment: InputRow) -> str:
    """Clearance is a delegation's own approval of a draft before it submits."""
    if comment.in_room:
        return _("In a group room drafts are not cleared. The silence procedure is used instead.")
    return why_not_draft_in_open_round(access, comment)


def why_cannot_give(access: ActingAccess, comment: InputRow) -> str:
    """A draft may be given to a colleague of the delegation, who goes on with it."""
    if comment.in_room:
        return _("A draft in a group room is worked on by all its members.")
    return why_not_draft(access, comment)


def why_cannot_submit(access: ActingAccess, round_or_comment: Round | InputRow) -> str:
    """A draft of a group's room is submitted by its coordinator, once the members have consented.

    Any other is submitted by who speaks for its seat. With a round it is asked whether that round
    takes submissions at all.
    """
    if isinstance(round_or_comment, Round) or round_or_comment.submitted_at:
        return why_not_draft_in_open_round(access, round_or_comment)
    if round_or_comment.in_room:
        return why_not_coordinator(access, round_or_comment) or why_no_group_consent(
            access, round_or_comment
        )
    return why_not_draft_in_open_round(access, round_or_comment) or why_no_mandate(
        access, round_or_comment
    )


def why_no_mandate(access: ActingAccess, comment: InputRow) -> str:
    """To file for a group one needs its mandate on that day, not only when drafting."""
    if access.speaks_for(comment):
        return ""
    return _("Your delegation no longer has the mandate of this group.")


def why_not_coordinator(access: ActingAccess, comment: InputRow) -> str:
    """The coordinator of the group sets the silence on its draft, and submits it."""
    if not comment.in_room:
        return _("This was not drafted in a group room.")
    if not access.coordinates(comment):
        return _("Only the coordinator can do this.")
    return why_not_draft_in_open_round(access, comment)


def why_no_group_consent(access: ActingAccess, comment: InputRow) -> str:
    """The members of a group have consented when its silence ends and nobody has broken it."""
    if comment.silence_broken_at:
        return _("A member broke silence. Change the draft, and set a new silence.")
    if comment.silence_until is None:
        return _("Set a silence first, so that the members can object.")
    if not has_silence_ended(comment, access.moment):
        return _("The silence of the group has not ended yet.")
    return ""


def why_cannot_object(access: ActingAccess, comment: InputRow) -> str:
    """Whoever sits in the group's room may object to its draft, until the silence there ends.

    The silence of the facilitators, on a text, has `why_cannot_break_silence`.
    """
    if not comment.in_room or comment.silence_until is None:
        return _("There is no silence to break here.")
    # Of a submitted input the last line says that it is submitted.
    is_over = comment.submitted_at is None and has_silence_ended(comment, access.moment)
    if is_over and comment.silence_broken_at:
        return _("The silence was broken. The coordinator sets a new one.")
    if is_over:
        return _("The silence has ended. The group has consented.")
    return why_not_draft_in_open_round(access, comment)


def why_cannot_break_silence(access: ActingAccess, asked_seat: SeatAskedInSilence) -> str:
    """Whoever speaks for the asked seat may break it, until it ends or is declared."""
    if not access.speaks_for(asked_seat):
        return _("Another delegation is asked here.")
    if asked_seat.silence.declared_at:
        return _("The outcome of this silence is declared.")
    if has_silence_ended(asked_seat.silence, access.moment):
        return _("The silence has ended. It can no longer be broken.")
    return why_record_is_closed(access, asked_seat)


def why_cannot_opt_out(access: ActingAccess, comment: InputRow) -> str:
    """A member dissociates itself from the draft of its group, until that is submitted."""
    if not comment.in_room:
        return _("This was not drafted in a group room.")
    return why_not_draft_in_open_round(access, comment)


def why_cannot_withdraw(access: ActingAccess, comment: InputRow) -> str:
    """Only a submitted input is withdrawn, once, and its latest version."""
    if not comment.submitted_at:
        return _("This is a draft. Discard it instead.")
    if comment.withdrawn_at:
        return _("This input was already withdrawn.")
    if comment.superseded_at:
        return _("There is a later version. Withdraw that one.")
    return why_record_is_closed(access, comment)


def why_cannot_draft_version(access: ActingAccess, comment: InputRow) -> str:
    """A submitted input may get a new version while its round takes inputs."""
    if not comment.submitted_at:
        return _("This is a draft. Change it instead.")
    if comment.withdrawn_at:
        return _("This input was already withdrawn.")
    if comment.superseded_at:
        return _("There is a later version. Change that one.")
    return why_round_takes_no_inputs(access, comment)


def why_not_submitted(access: ActingAccess, comment: InputRow) -> str:
    return "" if comment.submitted_at else _("This is a draft, not yet submitted.")


def why_record_is_closed(access: ActingAccess, row: Any) -> str:
    """Nothing in a closed record changes, nor an adopted text and what is said on it.

    A text says in `adopted_at` when it was adopted. Its wordings, the inputs on it, and the
    silences and bridging proposals on it with the seats they ask say the same of their text.
    Other rows have no `adopted_at`.
    """
    if access.consultation.closed_at:
        return _("The record of this consultation is closed.")
    if getattr(row, "adopted_at", None):
        return _("The text is adopted. The record no longer changes.")
    return ""


def why_cannot_answer(access: ActingAccess, comment: InputRow) -> str:
    """For the acts that answer an input: a reply, a review, its acknowledgement."""
    return why_record_is_closed(access, comment) or why_not_submitted(access, comment)


def why_cannot_align(access: ActingAccess, comment: InputRow) -> str:
    """To align is to associate the own delegation with an input of another, still in force."""
    if access.speaks_for(comment):
        return _("This is your own input.")
    if access.sits_in_group_room_of(comment):
        return _("This is the input of a group that includes your delegation.")
    if comment.withdrawn_at or comment.superseded_at:
        return _("This input was withdrawn or replaced.")
    return why_cannot_answer(access, comment)


def why_cannot_answer_bridging(access: ActingAccess, asked_seat: SeatAskedOnBridging) -> str:
    """Whoever speaks for the asked seat may answer, until the facilitators close the question."""
    if not access.speaks_for(asked_seat):
        return _("Another delegation is asked here.")
    if asked_seat.proposal.asked_at is None:
        return _("Nobody is asked about this yet.")
    if asked_seat.proposal.closed_at:
        return _("This is closed. Answers are no longer accepted.")
    return why_record_is_closed(access, asked_seat)


# --- Working rooms --------------------------------------------------------------------------------


def why_not_in_plenary(access: ActingAccess, row: Any) -> str:
    """Only who acts for the plenary sets up rooms and texts, and assigns parts to rooms."""
    if not access.acts_for_plenary:
        return _("As chair of a room you cannot do this. Ask the co-facilitators.")
    return why_record_is_closed(access, row)


def why_cannot_project(access: ActingAccess, meeting: Any) -> str:
    """The screen of a room's meeting is led by its chairs, or for all by the co-facilitators."""
    # None for the plenary, and where the act is asked about for the whole consultation.
    room_id = getattr(meeting, "room_id", None)
    if room_id is not None and not (access.acts_for_plenary or room_id in access.chaired_room_ids):
        return _("The chairs of this room lead its screen.")
    return why_record_is_closed(access, meeting)


def why_cannot_edit_text(access: ActingAccess, row: Any) -> str:
    """A part that a room holds is changed by its chairs alone, and they change nothing else.

    `row` is the paragraph as a `HeldPart`. Of a whole text it is only asked whether the record is
    open.
    """
    reason = why_record_is_closed(access, row)
    return reason or (_why_held_by_another_room(access, row) if isinstance(row, HeldPart) else "")


def why_cannot_set_state(access: ActingAccess, row: Any) -> str:
    """A room agrees on its own parts; the plenary agrees after it, and reopens what it agreed.

    `row` is the paragraph as a `StateChange`. Of a whole text it is only asked whether the record
    is open.
    """
    reason = why_record_is_closed(access, row)
    if reason or not isinstance(row, StateChange):
        return reason
    if row.sets_agreed_in_room and row.room is None:
        return _("%(paragraph)s is with no room. Agree it in plenary.") % {"paragraph": row.name}
    # Where the plenary's agreement is neither set nor lifted, whoever holds the paragraph decides.
    if not (row.sets_agreed_in_plenary or row.is_agreed_in_plenary):
        return _why_held_by_another_room(access, row)
    if not access.acts_for_plenary:
        return _("%(paragraph)s: only the plenary does this.") % {"paragraph": row.name}
    # What a room holds, the plenary agrees only after the room.
    is_agreed = row.is_agreed_in_room or row.is_agreed_in_plenary
    return "" if row.room is None or is_agreed else _held_by_room_sentence(row)


def _why_held_by_another_room(access: ActingAccess, row: HeldPart) -> str:
    """Why somebody may not change a part: a room that they do not chair, or the plenary, has it."""
    if row.room is not None:
        return "" if row.room.pk in access.chaired_room_ids else _held_by_room_sentence(row)
    if access.acts_for_plenary:
        return ""
    return _("%(paragraph)s is with the plenary, not with your room.") % {"paragraph": row.name}


def _held_by_room_sentence(row: HeldPart) -> str:
    return _("%(paragraph)s is with %(room)s.") % {"paragraph": row.name, "room": row.room}
