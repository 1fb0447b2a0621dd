"""Tell people by mail that it is their turn; one mail gathers what comes within a few minutes.

The mail holds the keys of rows by topic. Its words are composed when it is sent, of what its
reader may read then (`comments/mail/turn_mail`).
"""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from itertools import chain

from django.conf import settings

from comments.acts.recipients import TOLD_ROLES, posts_in, posts_wanting_mail
from comments.models import Closure, Comment, Mention, MinuteLine, Review, Watch
from consultations.models import Mail, MailKind, Seat, Topic
from consultations.outbox.choices import ReaderKey
from consultations.outbox.writing import gather_mails
from consultations.rules.access import Access
from consultations.rules.access_factory import key_of_post
from delegations.models import Mandate, Post, PostRole


def tell_to_clear(access: Access, comment: Comment) -> None:
    """Tell those who may clear it: deputies and focal points of the delegation."""
    posts = posts_in([comment.filed_by.delegation_id], TOLD_ROLES)
    _tell(access, Topic.TO_CLEAR, [comment.pk], posts)


def tell_sent_back(access: Access, comment: Comment) -> None:
    """Tell the person who works on it: who drafted it, or who it was given to."""
    _tell(access, Topic.SENT_BACK, [comment.pk], _posts_of_holder(comment))


def tell_given(access: Access, comment: Comment) -> None:
    """Tell who it was given to, or its author, who has it back."""
    _tell(access, Topic.GIVEN, [comment.pk], _posts_of_holder(comment))


def tell_mentioned(access: Access, mentions: Sequence[Mention]) -> None:
    """Tell colleagues of the own delegation that a note names them."""
    mention_of = {mention.user_id: mention.pk for mention in mentions}
    posts = posts_in([access.delegation.pk]) if mention_of and access.delegation else []
    named = [post for post in posts if post.user_id in mention_of]
    _tell_each(access, Topic.NAMED, [(post, [mention_of[post.user_id]]) for post in named])


def tell_ready(access: Access, comments: Sequence[Comment]) -> None:
    """Tell the focal points, who submit, of the one delegation that filed these drafts."""
    posts = posts_in([comments[0].filed_by.delegation_id], [PostRole.FOCAL_POINT])
    _tell(access, Topic.READY, [row.pk for row in comments], posts)


def tell_answered(access: Access, reviews: Iterable[Review]) -> None:
    """Tell those in the delegation who follow the inputs of answers that were published."""
    _tell_followers(access, Topic.ANSWERED, list(reviews))


def tell_closed(access: Access, closure: Closure) -> None:
    """Tell those who follow an input that it is closed without an answer, or open again."""
    topic = Topic.REOPENED if closure.reopened_at else Topic.CLOSED
    _tell_followers(access, topic, [closure])


def tell_offered(access: Access, line: MinuteLine) -> None:
    """Tell deputies and focal points of the delegation that said it to confirm it."""
    assert line.seat is not None
    _tell(access, Topic.SAID, [line.pk], posts_in([line.seat.delegation_id], TOLD_ROLES))


def _tell_followers(access: Access, topic: Topic, rows: Sequence[Review | Closure]) -> None:
    """Tell those who follow the inputs of these rows.

    Those are the focal points, who can answer back, its author, and those who watch its paragraph
    or its delegation. For a group's input people of its coordinator are told. Needs `comment` of
    each with both its seats. A fixed number of queries.
    """
    acting = _delegations_acting_for(access, {row.comment.seat for row in rows})
    posts = posts_in(chain.from_iterable(acting.values()))
    watched = _watched_by_reader(access, posts)
    keys_by_post: dict[int, list[int]] = {}
    for row in rows:
        comment = row.comment
        for post in posts:
            follows = {("paragraph", comment.paragraph_id), ("seat", comment.seat_id)}
            if post.delegation_id in acting[comment.seat_id] and (
                post.role == PostRole.FOCAL_POINT
                or post.user_id == comment.author_id
                or follows & watched.get((post.user_id, key_of_post(post)), set())
            ):
                keys_by_post.setdefault(post.pk, []).append(row.pk)
    followers = [post for post in posts if post.pk in keys_by_post]
    _tell_each(access, topic, [(post, keys_by_post[post.pk]) for post in followers])


def _posts_of_holder(comment: Comment) -> list[Post]:
    """The posts of the person who works on a draft; empty where they left the delegation."""
    posts = posts_in([comment.filed_by.delegation_id])
    return [post for post in posts if post.user_id == comment.holder_id]


def _delegations_acting_for(access: Access, seats: Iterable[Seat]) -> dict[int, set[int]]:
    """Seat → the delegations that act for it today: its own, or those that coordinate the group."""
    own = {seat.pk: seat.delegation_id for seat in seats}
    mandates = Mandate.objects.holding(access.moment).filter(group__in=own.values())
    coordinators: dict[int, set[int]] = {}
    for group, coordinator in mandates.values_list("group", "coordinator"):
        coordinators.setdefault(group, set()).add(coordinator)
    return {
        key: {delegation} | coordinators.get(delegation, set()) for key, delegation in own.items()
    }


def _watched_by_reader(
    access: Access, posts: Iterable[Post]
) -> dict[ReaderKey, set[tuple[str, int | None]]]:
    """What each of these people watches: paragraphs and delegations, by their keys."""
    watches = Watch.objects.filter(
        consultation=access.consultation, user__in={post.user_id for post in posts}
    )
    watched: dict[ReaderKey, set[tuple[str, int | None]]] = {}
    for watch in watches:
        key = ("paragraph", watch.paragraph_id) if watch.paragraph_id else ("seat", watch.seat_id)
        watched.setdefault((watch.user_id, watch.capacity), set()).add(key)
    return watched


def _tell(access: Access, topic: Topic, keys: Sequence[int], posts: Iterable[Post]) -> None:
    """Write to each of these people that the same rows are theirs to do."""
    _tell_each(access, topic, [(post, keys) for post in posts])


def _tell_each(
    access: Access, topic: Topic, keys_by_post: Sequence[tuple[Post, Sequence[int]]]
) -> None:
    """Write to each of these people which rows are theirs to do, except whoever acts now."""
    keys = {post.pk: sorted(rows) for post, rows in keys_by_post}
    others = [post for post, _rows in keys_by_post if post.user_id != access.user.pk]
    gather_mails(
        Mail(
            kind=MailKind.TURN,
            consultation=access.consultation,
            reader=post.user,
            capacity=key_of_post(post),
            facts={topic: keys[post.pk]},
            written_at=access.moment,
            due_at=access.moment + timedelta(seconds=settings.MAIL_GATHERED_FOR),
        )
        for post in posts_wanting_mail(others, topic)
    )
