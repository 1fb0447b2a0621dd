"""Whom the mail on a silence reached. Silence counts as consent, so those who set it need to know.

Of a silence in a group's room: by member of the group. Of one of the facilitators: by seat.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from comments.acts.notifications import RoomEvent, is_about_silence
from comments.acts.silence_notifications import SilenceEvent
from comments.desks.group_room_drafts import GroupMembers
from comments.models import Comment, Silence
from consultations.models import Mail, MailKind, MailState, Seat

# From the best state to the worst: the best mail to any of its people counts for a member.
STATES_BEST_FIRST = (
    MailState.PAGE_OPENED,
    MailState.SENT,
    MailState.WAITING,
    MailState.BOUNCED,
    MailState.REFUSED,
    MailState.DROPPED,
)
REACHED_STATES = {MailState.PAGE_OPENED, MailState.SENT}
REACHED_OR_WAITING_STATES = {*REACHED_STATES, MailState.WAITING}
PAGE_OPENED_STATES = {MailState.PAGE_OPENED}
# The events whose mails tell those asked that a silence runs, and until when; other mails, such as
# reminders, come later.
ANNOUNCING_EVENTS = {SilenceEvent.OPENED, SilenceEvent.EXTENDED}


@dataclass(frozen=True, slots=True)
class MemberReach:
    """A member of the group, and the best state of its mails; None where nobody gets mail."""

    name: str
    state: MailState | None

    @property
    def is_reached(self) -> bool:
        return self.state in REACHED_STATES


def reach_of_members(
    drafts: Iterable[Comment], group_members: GroupMembers
) -> dict[int, tuple[MemberReach, ...]]:
    """Draft under silence → the reach of each member of the group: one query.

    Coordinators are left out: they set the silence. Only mails on the present silence count,
    not those on an earlier one.
    """
    draft_by_id = {draft.pk: draft for draft in drafts if draft.silence_until}
    coordinator_ids = {member.delegation_id for member in group_members.coordinators}
    members = [
        member
        for member in group_members.seated_members
        if member.delegation_id not in coordinator_ids
    ]
    states_by_draft_and_delegation: dict[tuple[int, int], list[MailState]] = defaultdict(list)
    mails = Mail.objects.filter(
        kind=MailKind.ROOM,
        about__in=list(draft_by_id),
        facts__event=RoomEvent.SILENCE_SET,
    )
    for mail in mails:
        if is_about_silence(mail, draft_by_id[mail.about]):
            states_by_draft_and_delegation[mail.about, mail.facts["delegation"]].append(mail.state)
    return {
        draft_id: tuple(
            MemberReach(
                member.name,
                min(
                    states_by_draft_and_delegation[draft_id, member.delegation_id],
                    key=STATES_BEST_FIRST.index,
                    default=None,
                ),
            )
            for member in members
        )
        for draft_id in draft_by_id
    }


def unreached_seats(silence: Silence) -> list[Seat]:
    """The seats asked whose people no mail on this silence reached, in table order. Two queries.

    A mail on its opening or extension counts from the start, while it is still on its way. Any
    other, such as a reminder, counts only once its page was opened: that it was sent says nothing
    where the mail before it came back.
    """
    asked_seats = silence.asked.select_related("seat__delegation")
    seats = [
        asked_seat.seat for asked_seat in asked_seats.order_by("seat__rank", "seat__sort_key", "pk")
    ]
    capacity_keys_told = {
        mail.capacity
        for mail in Mail.objects.filter(kind=MailKind.SILENCE, about=silence.pk)
        if mail.state
        in (
            REACHED_OR_WAITING_STATES
            if mail.facts["event"] in ANNOUNCING_EVENTS
            else PAGE_OPENED_STATES
        )
    }
    # The key of a capacity names its delegation by public id.
    return [
        seat
        for seat in seats
        if f"delegation:{seat.delegation.public_id}" not in capacity_keys_told
    ]
