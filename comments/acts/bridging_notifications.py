"""Tell people by mail that their delegation is asked about bridging words."""

from collections.abc import Iterable

from comments.acts.recipients import posts_to_tell
from comments.models import BridgingProposal
from consultations.models import Mail, MailKind, Seat, Topic
from consultations.outbox.writing import write_mails
from consultations.rules.access import Access
from consultations.rules.access_factory import capacity_key_of_post
from delegations.models import DelegationKind, Mandate


def notify_asked(access: Access, proposal: BridgingProposal, seats: Iterable[Seat]) -> None:
    """Tell deputies and focal points of the seats asked; for a group, of its coordinator today.

    Where nobody in a delegation wants such mail its focal points are told, since a deadline runs.
    Needs `seat.delegation`.
    """
    delegation_ids = _answering_delegation_ids(access, seats)
    posts = posts_to_tell(
        delegation_ids, tells_focal_points_if_nobody_else=True, topic=Topic.BRIDGING
    )
    write_mails(
        Mail(
            kind=MailKind.BRIDGING,
            consultation=access.consultation,
            reader=post.user,
            capacity=capacity_key_of_post(post),
            about=proposal.pk,
        )
        for post in posts
    )


def _answering_delegation_ids(access: Access, seats: Iterable[Seat]) -> set[int]:
    """The ids of the delegations that answer for these seats today: for a group its coordinator."""
    delegation_ids = {seat.delegation_id for seat in seats}
    group_ids = {
        seat.delegation_id for seat in seats if seat.delegation.kind == DelegationKind.GROUP
    }
    mandates = Mandate.objects.in_force(access.moment).filter(group__in=group_ids)
    return (delegation_ids - group_ids) | set(mandates.values_list("coordinator", flat=True))
