"""What pages say of the silences in the rooms of groups, and of what came of them."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from comments.groups.queries import RoomState, WaitingDraft, drafts_under_silence
from comments.inputs.audience import moment_words
from consultations.rules.access import Access
from consultations.time.wall_clock import moment_in_short, moment_in_words, time_left
from consultations.web.frame_facts import Due


def waiting_sentence(access: Access, draft: WaitingDraft) -> str:
    """The state of a draft that is under silence, agreed or objected to, in a sentence."""
    placeholders = {
        "group": draft.group_name,
        "place": draft.place,
    }
    if draft.state is RoomState.AGREED:
        return _("%(group)s: no objection to %(place)s. You can submit it.") % placeholders
    if draft.state is RoomState.OBJECTED:
        return _("%(group)s: a member broke silence on %(place)s.") % placeholders
    assert draft.silence_until is not None  # a silence has an end
    return _("%(group)s: the silence on %(place)s ends %(moment)s, %(left)s.") % {
        **placeholders,
        "moment": moment_words(access, draft.silence_until),
        "left": time_left(draft.silence_until, access.moment),
    }


def next_silence(access: Access) -> Due:
    """The silence that ends next, for the frame of each page; empty for none.

    No query for a reader without a room.
    """
    if not access.group_room_seats:
        return Due()
    drafts = drafts_under_silence(access).order_by("silence_until")
    first: Any = drafts.values_list("silence_until", "seat").first()
    return end_of_silence(access, *first) if first else Due()


def end_of_silence(access: Access, until: datetime, group_seat_id: int) -> Due:
    """When the silence of a group ends; the reader sits in the room of the group."""
    zone = access.consultation.zone
    seat = next(seat for seat in access.group_room_seats if seat.pk == group_seat_id)
    # The code, as in the references of the group's inputs: its name would push the title out.
    short = {"group": seat.code, "moment": moment_in_short(until, zone, now=access.moment)}
    whole = {
        "group": seat.name_for_reader,
        "moment": moment_in_words(until, zone, now=access.moment),
        "left": time_left(until, access.moment),
    }
    return Due(
        _("%(group)s: silence ends %(moment)s") % short,
        _("%(group)s: silence ends %(moment)s · %(left)s") % whole,
    )
