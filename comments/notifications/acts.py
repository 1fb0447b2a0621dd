"""Whom an act tells by mail: those who have to act, a room, and whose turn it is.

Called inside the acts, which have asked whether the actor may.
"""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from enum import StrEnum
from itertools import chain

from django.conf import settings
from django.db.models import BigIntegerField

from comments.models import (
    Closure,
    Comment,
    Mention,
    MinuteLine,
    OfficialLetter,
    Receipt,
    Review,
    Watch,
)
from comments.notifications.recipients import (
    TOLD_ROLES,
    delegation_ids_in_room,
    posts_in,
    posts_to_tell,
    posts_wanting_mail,
)
from consultations.models import Consultation, Mail, MailKind, Seat, Topic
from consultations.outbox.readers import ReaderKey
from consultations.outbox.writing import gather_mails, write_mails
from consultations.rules.access import Access
from consultations.rules.access_factory import capacity_key_of_post
from delegations.kept_statements import KeptStatement, ValuePlaceholder
from delegations.models import Mandate, Post, PostRole

# --- A group's room ------------------------------------------------------------------------------


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


def notify_groups(access: Access, comments: Iterable[Comment]) -> None:
    """Tell the members of each group what was submitted just now in its name: a mail for each."""
    inputs_by_group_id: dict[int, list[Comment]] = {}
    for comment in comments:
        if comment.seat_id != comment.filed_by_id:  # filed for a group, by its coordinator
            inputs_by_group_id.setdefault(comment.seat_id, []).append(comment)
    for group_inputs in inputs_by_group_id.values():
        notify_room(access, group_inputs, RoomEvent.SUBMITTED)


def silence_facts(comment: Comment) -> dict[str, str]:
    """The beginning and the end of the silence on a draft, for the facts of a mail; "" for none.

    Only both name a silence: it may be set again with the same end.
    """
    return {
        "silence_from": comment.silence_from.isoformat() if comment.silence_from else "",
        "silence_until": comment.silence_until.isoformat() if comment.silence_until else "",
    }


# --- Mails whose page was opened -----------------------------------------------------------------


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


# --- Receipts, and what came by letter -----------------------------------------------------------


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


# --- Whose turn it is ----------------------------------------------------------------------------


def notify_clearers(access: Access, comment: Comment) -> None:
    """Tell those who may clear a draft: deputies and focal points of the delegation."""
    posts = posts_in([comment.filed_by.delegation_id], TOLD_ROLES)
    _notify(access, Topic.TO_CLEAR, [comment.pk], posts)


def notify_returned(access: Access, comment: Comment) -> None:
    """Tell the person who works on a draft that it is sent back: its author, or the new holder."""
    _notify(access, Topic.SENT_BACK, [comment.pk], _posts_of_holder(comment))


def notify_new_holder(access: Access, comment: Comment) -> None:
    """Tell the person to whom a draft was given, or its author, who has it back."""
    _notify(access, Topic.GIVEN, [comment.pk], _posts_of_holder(comment))


def notify_mentioned(access: Access, mentions: Sequence[Mention]) -> None:
    """Tell colleagues of the own delegation that a note names them."""
    mention_id_by_user_id = {mention.user_id: mention.pk for mention in mentions}
    posts = posts_in([access.delegation.pk]) if mention_id_by_user_id and access.delegation else []
    posts_of_named = [post for post in posts if post.user_id in mention_id_by_user_id]
    _notify_each(
        access,
        Topic.NAMED,
        [(post, [mention_id_by_user_id[post.user_id]]) for post in posts_of_named],
    )


def notify_cleared(access: Access, comments: Sequence[Comment]) -> None:
    """Tell the focal points, who submit, of the one delegation that filed these drafts."""
    posts = posts_in([comments[0].filed_by.delegation_id], [PostRole.FOCAL_POINT])
    _notify(access, Topic.READY, [comment.pk for comment in comments], posts)


def notify_answered(access: Access, reviews: Iterable[Review]) -> None:
    """Tell those who follow the inputs that answers to them are published."""
    _notify_followers(access, Topic.ANSWERED, list(reviews))


def notify_closed(access: Access, closure: Closure) -> None:
    """Tell those who follow an input that it is closed without an answer, or open again."""
    topic = Topic.REOPENED if closure.reopened_at else Topic.CLOSED
    _notify_followers(access, topic, [closure])


def notify_offered(access: Access, line: MinuteLine) -> None:
    """Tell deputies and focal points of the delegation that spoke that it is asked for an input."""
    assert line.seat is not None  # the co-facilitators are never asked
    _notify(access, Topic.SAID, [line.pk], posts_in([line.seat.delegation_id], TOLD_ROLES))


def _posts_of_holder(comment: Comment) -> list[Post]:
    """The posts of the person who works on a draft; empty where they left the delegation."""
    posts = posts_in([comment.filed_by.delegation_id])
    return [post for post in posts if post.user_id == comment.holder_id]


def _notify_followers(access: Access, topic: Topic, answers: Sequence[Review | Closure]) -> None:
    """Tell those who follow the input of each of these rows.

    Those are people of the delegation that made it, for a group's input of the coordinator: the
    focal points, who can answer back, its author, and those who watch its paragraph or the inputs
    of the delegation or group. Needs `comment.seat` of each. A fixed number of queries.
    """
    delegation_ids_by_seat_id = _acting_delegation_ids_by_seat_id(
        access, {answer.comment.seat for answer in answers}
    )
    posts = posts_in(chain.from_iterable(delegation_ids_by_seat_id.values()))
    watch_keys_by_reader_key = _watched_by_reader(access, posts)
    answer_ids_by_post_id: dict[int, list[int]] = {}
    for answer in answers:
        comment = answer.comment
        for post in posts:
            matching_watch_keys = {("paragraph", comment.paragraph_id), ("seat", comment.seat_id)}
            if post.delegation_id in delegation_ids_by_seat_id[comment.seat_id] and (
                post.role == PostRole.FOCAL_POINT
                or post.user_id == comment.author_id
                or matching_watch_keys
                & watch_keys_by_reader_key.get((post.user_id, capacity_key_of_post(post)), set())
            ):
                answer_ids_by_post_id.setdefault(post.pk, []).append(answer.pk)
    followers = [post for post in posts if post.pk in answer_ids_by_post_id]
    _notify_each(access, topic, [(post, answer_ids_by_post_id[post.pk]) for post in followers])


def _acting_delegation_ids_by_seat_id(access: Access, seats: Iterable[Seat]) -> dict[int, set[int]]:
    """Seat id → the ids of the delegations that act for it today.

    Those are its own, and those that coordinate the group.
    """
    delegation_id_by_seat_id = {seat.pk: seat.delegation_id for seat in seats}
    mandates = Mandate.objects.in_force(access.moment).filter(
        group__in=delegation_id_by_seat_id.values()
    )
    coordinator_ids_by_group_id: dict[int, set[int]] = {}
    for group_id, coordinator_id in mandates.values_list("group", "coordinator"):
        coordinator_ids_by_group_id.setdefault(group_id, set()).add(coordinator_id)
    return {
        seat_id: {delegation_id} | coordinator_ids_by_group_id.get(delegation_id, set())
        for seat_id, delegation_id in delegation_id_by_seat_id.items()
    }


def _watched_by_reader(
    access: Access, posts: Iterable[Post]
) -> dict[ReaderKey, set[tuple[str, int | None]]]:
    """What each reader watches, as pairs: ("paragraph", its id) or ("seat", its id)."""
    watches = Watch.objects.filter(
        consultation=access.consultation, user__in={post.user_id for post in posts}
    )
    watch_keys_by_reader_key: dict[ReaderKey, set[tuple[str, int | None]]] = {}
    for watch in watches:
        watch_key = (
            ("paragraph", watch.paragraph_id) if watch.paragraph_id else ("seat", watch.seat_id)
        )
        watch_keys_by_reader_key.setdefault((watch.user_id, watch.capacity), set()).add(watch_key)
    return watch_keys_by_reader_key


def _notify(access: Access, topic: Topic, row_ids: Sequence[int], posts: Iterable[Post]) -> None:
    """Write to each of these people that the same rows wait for them."""
    _notify_each(access, topic, [(post, row_ids) for post in posts])


def _notify_each(
    access: Access, topic: Topic, row_ids_of_posts: Sequence[tuple[Post, Sequence[int]]]
) -> None:
    """Write to each of these people which rows wait for them, except to whoever acts now."""
    row_ids_by_post_id = {post.pk: sorted(row_ids) for post, row_ids in row_ids_of_posts}
    posts_of_others = [
        post for post, _row_ids in row_ids_of_posts if post.user_id != access.user.pk
    ]
    gather_mails(
        Mail(
            kind=MailKind.TURN,
            consultation=access.consultation,
            reader=post.user,
            capacity=capacity_key_of_post(post),
            facts={topic: row_ids_by_post_id[post.pk]},
            written_at=access.moment,
            due_at=access.moment + timedelta(seconds=settings.MAIL_GATHERED_FOR),
        )
        for post in posts_wanting_mail(posts_of_others, topic)
    )
