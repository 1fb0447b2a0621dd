"""Why the moment or the state of a row forbids an act that the table allows.

Each guard takes the access and the row, and returns the reason; an empty one lets the act pass.
"""

from datetime import datetime
from typing import Any, Protocol

from django.utils.translation import gettext as _

from consultations.models import Consultation, Round
from consultations.rules.held_parts import HeldPart, StateChange
from consultations.rules.phases import Phase, has_ended, phase_of
from delegations.models import User


class Acting(Protocol):
    """The part of an `Access` that guards ask."""

    @property
    def user(self) -> User: ...

    @property
    def moment(self) -> datetime: ...

    @property
    def consultation(self) -> Consultation: ...

    def speaks_for(self, row: Any) -> bool: ...

    def coordinates(self, row: Any) -> bool: ...

    def shares(self, row: Any) -> bool: ...

    @property
    def chaired_rooms(self) -> frozenset[int]: ...

    @property
    def is_in_plenary(self) -> bool: ...


def round_takes_inputs(access: Acting, row: Any) -> str:
    round = row if isinstance(row, Round) else row.round
    phase = phase_of(round, access.moment)
    if reason := record_is_open(access, row):
        return reason
    if phase is Phase.NOT_OPEN:
        return _("This round has not opened yet.")
    if phase is Phase.CLOSED:
        return _("This round is closed and accepts no late inputs.")
    return ""


def unsent_in_open_round(access: Acting, row: Any) -> str:
    if not isinstance(row, Round) and row.submitted_at:
        return _("This input is already submitted. Change it with a new version.")
    return round_takes_inputs(access, row)


def is_unsent(access: Acting, row: Any) -> str:
    return _("This input is already submitted.") if row.submitted_at else ""


def can_discard(access: Acting, row: Any) -> str:
    if row.in_room and not access.coordinates(row) and row.author_id != access.user.pk:
        return _("In a group room, only the author or the coordinator can discard a draft.")
    return is_unsent(access, row)


def can_clear(access: Acting, row: Any) -> str:
    if row.in_room:
        return _("In a group room drafts are not cleared. The silence procedure is used instead.")
    return unsent_in_open_round(access, row)


def can_give(access: Acting, row: Any) -> str:
    if row.in_room:
        return _("A draft in a group room is worked on by all its members.")
    return is_unsent(access, row)


def can_submit(access: Acting, row: Any) -> str:
    if isinstance(row, Round) or row.submitted_at:
        return unsent_in_open_round(access, row)
    if row.in_room:
        return coordinator_only(access, row) or group_has_consented(access, row)
    return unsent_in_open_round(access, row) or holds_mandate(access, row)


def holds_mandate(access: Acting, row: Any) -> str:
    """To file for a group one needs its mandate on that day, not only when drafting."""
    if access.speaks_for(row):
        return ""
    return _("Your delegation no longer has the mandate of this group.")


def coordinator_only(access: Acting, row: Any) -> str:
    if not row.in_room:
        return _("This was not drafted in a group room.")
    if not access.coordinates(row):
        return _("Only the coordinator can do this.")
    return unsent_in_open_round(access, row)


def group_has_consented(access: Acting, row: Any) -> str:
    if row.silence_broken_at:
        return _("A member broke silence. Change the draft, and set a new silence.")
    if row.silence_until is None:
        return _("Set a silence first, so that the members can object.")
    if not has_ended(row, access.moment):
        return _("The silence of the group has not ended yet.")
    return ""


def can_object(access: Acting, row: Any) -> str:
    """Whoever sits in the room may object: the group's own silence is not that of the process."""
    if not row.in_room or row.silence_until is None:
        return _("There is no silence to break here.")
    is_over = row.submitted_at is None and has_ended(row, access.moment)
    if is_over and row.silence_broken_at:
        return _("The silence was broken. The coordinator sets a new one.")
    if is_over:
        return _("The silence has ended. The group has consented.")
    return unsent_in_open_round(access, row)


def can_break_silence(access: Acting, row: Any) -> str:
    """Whoever speaks for the asked seat may break it, until it ends or is declared."""
    if not access.speaks_for(row):
        return _("Another delegation is asked here.")
    if row.silence.declared_at:
        return _("The outcome of this silence is declared.")
    if has_ended(row.silence, access.moment):
        return _("The silence has ended. It can no longer be broken.")
    return record_is_open(access, row)


def can_opt_out(access: Acting, row: Any) -> str:
    if not row.in_room:
        return _("This was not drafted in a group room.")
    return unsent_in_open_round(access, row)


def can_withdraw(access: Acting, row: Any) -> str:
    if not row.submitted_at:
        return _("This is a draft. Discard it instead.")
    if row.withdrawn_at:
        return _("This input was already withdrawn.")
    if row.superseded_at:
        return _("There is a later version. Withdraw that one.")
    return record_is_open(access, row)


def can_draft_version(access: Acting, row: Any) -> str:
    """A submitted input may get a new version while its round takes inputs."""
    if not row.submitted_at:
        return _("This is a draft. Change it instead.")
    if row.withdrawn_at:
        return _("This input was already withdrawn.")
    if row.superseded_at:
        return _("There is a later version. Change that one.")
    return round_takes_inputs(access, row)


def was_submitted(access: Acting, row: Any) -> str:
    return "" if row.submitted_at else _("This is a draft, not yet submitted.")


def record_is_open(access: Acting, row: Any) -> str:
    """Nothing in a closed record changes, nor an adopted text and what is said on it."""
    if access.consultation.closed_at:
        return _("The record of this consultation is closed.")
    if getattr(row, "adopted_at", None):
        return _("The text is adopted. The record no longer changes.")
    return ""


def can_answer(access: Acting, row: Any) -> str:
    return record_is_open(access, row) or was_submitted(access, row)


def can_align(access: Acting, row: Any) -> str:
    if access.speaks_for(row):
        return _("This is your own input.")
    if access.shares(row):
        return _("This is the input of a group that includes your delegation.")
    if row.withdrawn_at or row.superseded_at:
        return _("This input was withdrawn or replaced.")
    return can_answer(access, row)


def can_answer_bridging(access: Acting, row: Any) -> str:
    """Whoever speaks for the asked seat may answer, until the facilitators close the question."""
    if not access.speaks_for(row):
        return _("Another delegation is asked here.")
    if row.proposal.asked_at is None:
        return _("Nobody is asked about this yet.")
    if row.proposal.closed_at:
        return _("This is closed. Answers are no longer accepted.")
    return record_is_open(access, row)


# --- Working rooms --------------------------------------------------------------------------------


def in_plenary(access: Acting, row: Any) -> str:
    """Only who acts for all sets rooms and texts, and assigns parts to rooms."""
    if not access.is_in_plenary:
        return _("As chair of a room you cannot do this. Ask the co-facilitators.")
    return record_is_open(access, row)


def can_project(access: Acting, row: Any) -> str:
    """The screen of a room's meeting is led by its chairs, or for all by the co-facilitators."""
    room = getattr(row, "room_id", None)
    if room is not None and not (access.is_in_plenary or room in access.chaired_rooms):
        return _("The chairs of this room lead its screen.")
    return record_is_open(access, row)


def can_edit_text(access: Acting, row: Any) -> str:
    """A part that a room holds is changed by its chairs alone, and they change nothing else."""
    reason = record_is_open(access, row)
    return reason or (_why_with_another(access, row) if isinstance(row, HeldPart) else "")


def can_set_state(access: Acting, row: Any) -> str:
    """A room agrees on its own parts; the plenary agrees after it, and reopens what it agreed.

    Of a whole text it is only asked whether the record is open.
    """
    reason = record_is_open(access, row)
    if reason or not isinstance(row, StateChange):
        return reason
    if row.sets_agreed_in_room and row.room is None:
        return _("%(paragraph)s is with no room. Agree it in plenary.") % {"paragraph": row.name}
    if not (row.sets_agreed_in_plenary or row.is_agreed_in_plenary):
        return _why_with_another(access, row)
    if not access.is_in_plenary:
        return _("%(paragraph)s: only the plenary does this.") % {"paragraph": row.name}
    is_done_there = row.is_agreed_in_room or row.is_agreed_in_plenary
    return "" if row.room is None or is_done_there else _with_room_sentence(row)


def _why_with_another(access: Acting, row: HeldPart) -> str:
    if row.room is not None:
        return "" if row.room.pk in access.chaired_rooms else _with_room_sentence(row)
    if access.is_in_plenary:
        return ""
    return _("%(paragraph)s is with the plenary, not with your room.") % {"paragraph": row.name}


def _with_room_sentence(row: HeldPart) -> str:
    return _("%(paragraph)s is with %(room)s.") % {"paragraph": row.name, "room": row.room}
