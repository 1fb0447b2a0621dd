"""Whom the mails on a silence in a group's room reached, by member of the group."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from comments.groups.queries import GroupMembers
from comments.models import Comment
from comments.notifications.acts import RoomEvent, silence_facts
from consultations.models import REACHED_STATES, Mail, MailKind, MailState

# From the best state to the worst: the best mail to any of its people counts for a member.
STATES_BEST_FIRST = (
    MailState.PAGE_OPENED,
    MailState.SENT,
    MailState.WAITING,
    MailState.BOUNCED,
    MailState.REFUSED,
    MailState.DROPPED,
)


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


def is_about_silence(mail: Mail, comment: Comment) -> bool:
    """Whether a mail was written on the silence that the draft has now, not on an earlier one."""
    # Mails written before the beginning was kept name the end alone.
    return all(
        mail.facts[name] == value
        for name, value in silence_facts(comment).items()
        if name in mail.facts
    )
