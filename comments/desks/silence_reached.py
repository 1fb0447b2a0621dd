"""Whom the mail on a silence reached. Silence counts as consent, so those who ask need to know."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from comments.acts.telling import RoomEvent
from comments.acts.telling_silence import SilenceEvent
from comments.desks.rooms import GroupMembers
from comments.models import Comment, Silence
from consultations.models import Mail, MailKind, MailState, Seat

# From the best state to the worst: the best mail to any of its people counts for a member.
ORDER = (
    MailState.PAGE_OPENED,
    MailState.SENT,
    MailState.WAITING,
    MailState.BOUNCED,
    MailState.REFUSED,
    MailState.DROPPED,
)
REACHED = {MailState.PAGE_OPENED, MailState.SENT}
OPENED = {MailState.PAGE_OPENED}
TELLING_EVENTS = {SilenceEvent.OPENED, SilenceEvent.EXTENDED}
ON_THEIR_WAY = {*REACHED, MailState.WAITING}


@dataclass(frozen=True, slots=True)
class MemberReach:
    """A member of the group, and the best state of its mails; None where nobody gets mail."""

    name: str
    state: MailState | None

    @property
    def is_reached(self) -> bool:
        return self.state in REACHED


def reach_of_members(
    rows: Iterable[Comment], group: GroupMembers
) -> dict[int, tuple[MemberReach, ...]]:
    """The reach of all members but coordinators, by draft with a silence. One query."""
    silences = {row.pk: row.silence_until for row in rows if row.silence_until}
    coordinators = {who.delegation for who in group.coordinators}
    members = [who for who in group.seated if who.delegation not in coordinators]
    states: dict[tuple[int, int], list[MailState]] = defaultdict(list)
    mails = Mail.objects.filter(
        kind=MailKind.ROOM, about__in=list(silences), facts__event=RoomEvent.SET
    )
    for mail in mails:
        if mail.facts["silence_until"] == silences[mail.about].isoformat():
            states[mail.about, mail.facts["delegation"]].append(mail.state)
    return {
        key: tuple(
            MemberReach(who.name, min(states[key, who.delegation], key=ORDER.index, default=None))
            for who in members
        )
        for key in silences
    }


def unreached_seats(silence: Silence) -> list[Seat]:
    """The seats asked whose people got no mail that it was opened or extended, in table order.

    Mails that are still on their way count. A reminder counts only once it was opened: that it
    was sent says nothing where the mail before it came back. Two queries.
    """
    rows = silence.asked.select_related("seat__delegation")
    seats = [row.seat for row in rows.order_by("seat__rank", "seat__sort_key", "pk")]
    told = {
        mail.capacity
        for mail in Mail.objects.filter(kind=MailKind.SILENCE, about=silence.pk)
        if mail.state in (ON_THEIR_WAY if mail.facts["event"] in TELLING_EVENTS else OPENED)
    }
    return [seat for seat in seats if f"delegation:{seat.delegation.public_id}" not in told]
