"""Tell people by mail that it is their turn; one mail gathers what comes within a few minutes.

The mail holds the ids of rows by topic. Its words are composed when it is sent, of what its
reader may read then (`comments/mail/turn_mail`).
"""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from itertools import chain

from django.conf import settings

from comments.acts.recipients import TOLD_ROLES, posts_in, posts_wanting_mail
from comments.models import Closure, Comment, Mention, MinuteLine, Review, Watch
from consultations.models import Mail, MailKind, Seat, Topic
from consultations.outbox.readers import ReaderKey
from consultations.outbox.writing import gather_mails
from consultations.rules.access import Access
from consultations.rules.access_factory import capacity_key_of_post
from delegations.models import Mandate, Post, PostRole


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


def _posts_of_holder(comment: Comment) -> list[Post]:
    """The posts of the person who works on a draft; empty where they left the delegation."""
    posts = posts_in([comment.filed_by.delegation_id])
    return [post for post in posts if post.user_id == comment.holder_id]


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
