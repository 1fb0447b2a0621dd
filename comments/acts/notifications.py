"""Whom an act tells by mail; and how a mail is marked once what it tells is opened on a page.

Each act writes its mails in its own transaction. The words of a mail are composed when it is sent
(`comments/mail`).
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import StrEnum

from django.db.models import BigIntegerField

from comments.acts.recipients import posts_to_tell
from comments.models import Comment, OfficialLetter, Receipt
from consultations.models import Consultation, Mail, MailKind, Seat, Topic
from consultations.outbox.writing import write_mails
from consultations.rules.access import Access
from consultations.rules.access_factory import capacity_key_of_post
from delegations.kept_statements import KeptStatement, ValuePlaceholder
from delegations.models import GroupMembership, Mandate, Post, PostRole

# The ids of the focal points of a delegation, the people who may submit for it.
FOCAL_POINT_USER_IDS = KeptStatement(
    lambda: (
        Post.objects.held()
        .filter(
            delegation=ValuePlaceholder("delegation", BigIntegerField()), role=PostRole.FOCAL_POINT
        )
        .order_by("pk")
        .values_list("user", flat=True)
    )
)


class RoomEvent(StrEnum):
    """What happened in a group's room; the values are kept in the facts of mails."""

    SILENCE_SET = "set"
    OBJECTED = "objected"
    OBJECTION_WITHDRAWN = "taken_back"
    DRAFT_CHANGED = "changed"
    SUBMITTED = "submitted"


def notify_room(access: Access, comments: Sequence[Comment], event: RoomEvent) -> None:
    """Tell deputies and focal points of all delegations in a group's room.

    `comments` are all of that group. Of a new silence focal points are told even against their
    wish, where nobody else in their delegation is: silence counts as consent.
    """
    posts = posts_to_tell(
        delegation_ids_in_room(comments[0], access.moment),
        tells_focal_points_if_nobody_else=event is RoomEvent.SILENCE_SET,
        topic=Topic.ROOM,
    )
    write_mails(
        Mail(
            kind=MailKind.ROOM,
            consultation=access.consultation,
            reader=post.user,
            capacity=capacity_key_of_post(post),
            about=comments[0].pk,
            facts={
                "event": event,
                "comments": [comment.pk for comment in comments],
                "by": access.seat.pk if access.seat else None,  # the seat that acted
                "delegation": post.delegation_id,
                **silence_facts(comments[0]),
            },
        )
        for post in posts
    )


def silence_facts(comment: Comment) -> dict[str, str]:
    """The beginning and the end of the silence on a draft, for the facts of a mail; "" for none.

    Only both name a silence: it may be set again with the same end.
    """
    return {
        "silence_from": comment.silence_from.isoformat() if comment.silence_from else "",
        "silence_until": comment.silence_until.isoformat() if comment.silence_until else "",
    }


def is_about_silence(mail: Mail, comment: Comment) -> bool:
    """Whether a mail was written on the silence that the draft has now, not on an earlier one."""
    # Mails written before the beginning was kept name the end alone.
    return all(
        mail.facts[name] == value
        for name, value in silence_facts(comment).items()
        if name in mail.facts
    )


def mark_room_mails_opened(access: Access, comments: Iterable[Comment]) -> None:
    """Mark the reader's mails on these drafts of a room as opened."""
    mails = Mail.objects.filter(
        kind=MailKind.ROOM, about__in=[comment.pk for comment in comments], reader=access.user
    )
    mails.filter(capacity=access.capacity.key, opened_at=None).update(opened_at=access.moment)


def mark_letter_mail_opened(access: Access, letter: OfficialLetter) -> None:
    """Mark the mail of a letter as opened, even if it bounced: its reader has seen the page."""
    mails = Mail.objects.filter(kind=MailKind.LETTER, about=letter.pk, reader=access.user)
    mails.filter(capacity=access.capacity.key, opened_at=None).update(opened_at=access.moment)


def notify_groups(access: Access, comments: Iterable[Comment]) -> None:
    """Tell the members of each group what was submitted just now in its name: a mail for each."""
    inputs_by_group_id: dict[int, list[Comment]] = {}
    for comment in comments:
        if comment.seat_id != comment.filed_by_id:  # filed for a group, by its coordinator
            inputs_by_group_id.setdefault(comment.seat_id, []).append(comment)
    for group_inputs in inputs_by_group_id.values():
        notify_room(access, group_inputs, RoomEvent.SUBMITTED)


def delegation_ids_in_room(comment: Comment, moment: datetime) -> set[int]:
    """The ids of the delegations that sit in the room of the group whose comment this is.

    Those are members and coordinators that have a seat in the consultation.
    """
    group_id = comment.seat.delegation_id
    members = GroupMembership.objects.in_force(moment).filter(group=group_id)
    coordinators = Mandate.objects.in_force(moment).filter(group=group_id)
    delegation_ids = {
        *members.values_list("member", flat=True),
        *coordinators.values_list("coordinator", flat=True),
    }
    seats = Seat.objects.filter(
        consultation=comment.consultation_id, ended_at=None, delegation__in=delegation_ids
    )
    return set(seats.values_list("delegation", flat=True))


def mail_receipt(receipt: Receipt) -> None:
    """Send the receipt to the person who submitted, and to the delegation's focal points."""
    focal_point_user_ids = FOCAL_POINT_USER_IDS.run(delegation=receipt.seat.delegation_id)
    write_mails(
        Mail(
            kind=MailKind.RECEIPT,
            consultation=receipt.consultation,
            reader_id=reader_id,
            about=receipt.pk,
        )
        for reader_id in dict.fromkeys([receipt.submitted_by_id, *focal_point_user_ids])
    )


def notify_of_received_input(consultation: Consultation, comment: Comment) -> None:
    """Tell deputies and focal points of a draft that the secretariat entered for their delegation.

    Focal points are told even against their wish, where nobody else is: only they can submit it.
    """
    write_mails(
        Mail(
            kind=MailKind.RECEIVED,
            consultation=consultation,
            reader=post.user,
            capacity=capacity_key_of_post(post),
            about=comment.pk,
        )
        for post in posts_to_tell(
            [comment.seat.delegation_id], tells_focal_points_if_nobody_else=True
        )
    )
