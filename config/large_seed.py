"""Makes a large invented consultation, written in bulk by the models, for measuring and viewing.

Only here are rows written without the actions; the history of each row says so.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import batched
from random import Random
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import models, transaction
from django.db.models import Max
from simple_history.utils import bulk_create_with_history

from comments.models import (
    Alignment,
    Comment,
    CommentKind,
    CommentType,
    Disposition,
    Reply,
    Review,
)
from config.large_seed_words import OTHER_SCRIPTS, invented_sentence
from consultations.models import (
    Consultation,
    Facilitation,
    FacilitationRole,
    Round,
    Seat,
    Visibility,
)
from delegations.models import TABLE_RANK, Delegation, DelegationKind, Post, PostRole, User
from drafts.circulating.seal import checksum_of_revision, text_hash
from drafts.models import Draft, Paragraph, ParagraphKind, Revision, Wording
from drafts.words.differences import redline

REASON = "invented rows, written in bulk"
MAIL_DOMAIN = "large.example"
BATCH_SIZE = 1000
# So many inputs are on one paragraph at any size, so that its thread always fills a page.
ON_ONE_PARAGRAPH = 24

KINDS = (
    *(6 * (CommentKind.REPLACE,)),
    CommentKind.COMMENT,
    CommentKind.QUESTION,
    CommentKind.RETAIN,
    CommentKind.DELETE,
)


@dataclass(frozen=True, slots=True)
class SeedShape:
    """How large a consultation is; its inputs are added afterwards, as many as wanted."""

    slug: str
    title: str
    sections: int
    paragraphs: int  # in all, headings not counted
    paragraph_words: int
    people: int
    comment_words: int  # of the reason given, in one comment
    on_one_paragraph: int = ON_ONE_PARAGRAPH


@dataclass(frozen=True, slots=True)
class LargeSeed:
    """The seeded consultation, with the rows that inputs and replies are added to."""

    shape: SeedShape
    consultation: Consultation
    round: Round
    revision: Revision
    wordings: tuple[Wording, ...]  # of paragraphs proper, in the order of the text
    seats: tuple[Seat, ...]
    focal_points: tuple[User, ...]  # one a seat, in the order of the seats
    facilitator: User

    @property
    def busiest_wording(self) -> Wording:
        """The wording whose thread fills a page at any size."""
        return self.wordings[len(self.wordings) // 2]


@transaction.atomic
def create_large(shape: SeedShape, now: datetime, given_text: Sequence[Any] = ()) -> LargeSeed:
    """Create the consultation, a seat for every Member State, and the text.

    Needs the reference data. The paragraphs are invented unless `given_text` gives them as read.
    """
    random = Random(shape.slug)  # noqa: S311 (the same words on every run, no secret)
    consultation, round = _consultation_and_round(shape, now)
    delegations = list(Delegation.objects.filter(kind=DelegationKind.MEMBER_STATE))
    seats = _seats(consultation, delegations)
    users = _people(delegations, shape.people)
    facilitator = _facilitators(consultation)
    draft = _save(Draft(consultation=consultation, slug="plan", title=shape.title))
    paragraphs = (
        _given_paragraphs(draft, given_text) if given_text else _paragraphs(draft, shape, random)
    )
    revision, wordings = _circulate(draft, round, facilitator, paragraphs)
    section_kinds = {ParagraphKind.TITLE, ParagraphKind.HEADING}
    paragraph_wordings = tuple(wording for wording in wordings if wording.kind not in section_kinds)
    focal_points = tuple(users[: len(seats)])
    return LargeSeed(
        shape,
        consultation,
        round,
        revision,
        paragraph_wordings,
        tuple(seats),
        focal_points,
        facilitator,
    )


@transaction.atomic
def add_comments(large: LargeSeed, count: int) -> None:
    """Add `count` submitted inputs, spread over text and seats, with some alignments and reviews.

    The first ones are on one paragraph, so that its thread fills a page at any size.
    """
    existing = Comment.objects.filter(consultation=large.consultation).count()
    random = Random(f"{large.shape.slug} {existing}")  # noqa: S311
    last_numbers = _last_numbers(large)
    proposals: dict[tuple[int, int], tuple[str, list[list[str]]]] = {}
    for indexes in batched(range(existing, existing + count), BATCH_SIZE):
        comments = [_comment(large, index, random, last_numbers, proposals) for index in indexes]
        _save_all(comments, Comment)
        _save_all(_alignments(large, comments, indexes), Alignment)
        Review.objects.bulk_create(_reviews(large, comments, indexes, random))


@transaction.atomic
def add_replies(large: LargeSeed, count: int) -> None:
    """Add `count` replies, each by another delegation than the one whose input it answers."""
    random = Random(f"{large.shape.slug} replies")  # noqa: S311
    comments = Comment.objects.filter(consultation=large.consultation).order_by("pk")
    comment_values = list(comments.values_list("pk", "seat_id", "edited_at"))
    step = max(1, len(comment_values) // count)
    for indexes in batched(range(count), BATCH_SIZE):
        replies = []
        for index in indexes:
            comment_id, seat_id, edited_at = comment_values[index * step % len(comment_values)]
            seat_index = index % len(large.seats)
            if large.seats[seat_index].pk == seat_id:
                seat_index -= 1
            replies.append(
                Reply(
                    comment_id=comment_id,
                    seat=large.seats[seat_index],
                    author=large.focal_points[seat_index],
                    text=invented_sentence(random, large.shape.comment_words),
                    created_at=edited_at + timedelta(minutes=5),
                )
            )
        _save_all(replies, Reply)


# --- The frame -----------------------------------------------------------------------------------


def _consultation_and_round(shape: SeedShape, now: datetime) -> tuple[Consultation, Round]:
    consultation = _save(
        Consultation(
            slug=shape.slug,
            title=shape.title,
            handling="Invented, for measuring",
            is_invented=True,
            created_at=now - timedelta(days=30),
        )
    )
    round = _save(
        Round(
            consultation=consultation,
            name="First round",
            opens_at=now - timedelta(days=9),
            deadline=now + timedelta(days=9),
            visibility=Visibility.AT_ONCE,
        )
    )
    return consultation, round


def _seats(consultation: Consultation, delegations: Sequence[Delegation]) -> list[Seat]:
    seats = [
        Seat(
            consultation=consultation,
            delegation=delegation,
            status=Seat.Status.PARTICIPANT,
            name=delegation.short_en,
            code=delegation.code,
            rank=TABLE_RANK[delegation.kind],
            sort_key=delegation.sort_key,
        )
        for delegation in delegations
    ]
    return _save_all(seats, Seat)


def _people(delegations: Sequence[Delegation], count: int) -> list[User]:
    """Create people up to this number; those of an earlier consultation are used again.

    First every delegation gets a focal point, then a deputy, then contributors. Nobody has a
    password: people sign in by a mailed code.
    """
    delegations_and_ranks = [
        (delegations[index % len(delegations)], index // len(delegations)) for index in range(count)
    ]
    emails = [
        f"{delegation.code.lower()}-{rank + 1}@{MAIL_DOMAIN}"
        for delegation, rank in delegations_and_ranks
    ]
    existing_emails = set(User.objects.filter(email__in=emails).values_list("email", flat=True))
    no_password = make_password(None)
    new_users = {
        email: User(email=email, name=f"Person {rank + 1} of {delegation.short_en}"[:150])
        for email, (delegation, rank) in zip(emails, delegations_and_ranks, strict=True)
        if email not in existing_emails
    }
    for user in new_users.values():
        user.password = no_password
    User.objects.bulk_create(new_users.values(), batch_size=BATCH_SIZE)
    roles = {0: PostRole.FOCAL_POINT, 1: PostRole.DEPUTY}
    posts = [
        Post(
            user=new_users[email],
            delegation=delegation,
            role=roles.get(rank, PostRole.CONTRIBUTOR),
        )
        for email, (delegation, rank) in zip(emails, delegations_and_ranks, strict=True)
        if email in new_users
    ]
    _save_all(posts, Post)
    user_by_email = {user.email: user for user in User.objects.filter(email__in=emails)}
    return [user_by_email[email] for email in emails]


def _facilitators(consultation: Consultation) -> User:
    """Create a co-facilitator and a member of the secretariat; gives the first."""
    roles = (FacilitationRole.CO_FACILITATOR, FacilitationRole.SECRETARIAT)
    users = []
    for role in roles:
        email = f"{role.replace('_', '-')}.{consultation.slug}@{MAIL_DOMAIN}"
        user = User.objects.create_user(email, None, name=f"The {role.replace('_', '-')}")
        _save(Facilitation(consultation=consultation, user=user, role=role))
        users.append(user)
    return users[0]


# --- The text ------------------------------------------------------------------------------------


def _paragraphs(draft: Draft, shape: SeedShape, random: Random) -> list[Paragraph]:
    paragraphs = [Paragraph(draft=draft, place=1, kind=ParagraphKind.TITLE, text=shape.title)]
    per_section = -(-shape.paragraphs // shape.sections)
    for index in range(shape.paragraphs):
        if index % per_section == 0:
            heading = f"{index // per_section + 1}. {invented_sentence(random, 4)}"
            paragraphs.append(Paragraph(draft=draft, kind=ParagraphKind.HEADING, text=heading))
        paragraphs.append(
            Paragraph(
                draft=draft,
                kind=ParagraphKind.OPERATIVE,
                label=str(index + 1),
                text=invented_sentence(random, shape.paragraph_words),
            )
        )
    for place, paragraph in enumerate(paragraphs, 1):
        paragraph.place = place
    return _save_all(paragraphs, Paragraph)


def _given_paragraphs(draft: Draft, given_text: Sequence[Any]) -> list[Paragraph]:
    paragraphs = [
        Paragraph(draft=draft, place=place, kind=row.kind, label=row.label, text=row.text)
        for place, row in enumerate(given_text, 1)
    ]
    return _save_all(paragraphs, Paragraph)


def _circulate(
    draft: Draft, round: Round, facilitator: User, paragraphs: Sequence[Paragraph]
) -> tuple[Revision, list[Wording]]:
    """Create the first revision without a seal, fill it, and seal it in the same transaction."""
    revision = Revision.objects.create(
        draft=draft,
        number=1,
        stage="First draft",
        round=round,
        circulated_at=round.opens_at - timedelta(hours=1),
        circulated_by=facilitator,
        capacity=f"co-facilitator, {draft.title}",
    )
    wordings = [
        Wording(
            revision=revision,
            paragraph=paragraph,
            place=paragraph.place,
            kind=paragraph.kind,
            label=paragraph.label,
            text=paragraph.text,
            text_hash=text_hash(paragraph.text),
        )
        for paragraph in paragraphs
    ]
    Wording.objects.bulk_create(wordings, batch_size=BATCH_SIZE)
    revision.checksum = checksum_of_revision(revision, wordings)
    Revision.objects.filter(pk=revision.pk).update(checksum=revision.checksum)
    return revision, wordings


# --- Inputs --------------------------------------------------------------------------------------


def _last_numbers(large: LargeSeed) -> dict[int, int]:
    comments = Comment.objects.filter(consultation=large.consultation).order_by()
    last_numbers = dict(comments.values_list("seat").annotate(last=Max("number")))
    return {seat.pk: last_numbers.get(seat.pk) or 0 for seat in large.seats}


def _comment(
    large: LargeSeed,
    index: int,
    random: Random,
    last_numbers: dict[int, int],
    proposals: dict[tuple[int, int], tuple[str, list[list[str]]]],
) -> Comment:
    seat_index = index % len(large.seats)
    seat = large.seats[seat_index]
    wording = (
        large.busiest_wording
        if index < large.shape.on_one_paragraph
        else large.wordings[index % len(large.wordings)]
    )
    kind = random.choice(KINDS)
    proposed, pieces = "", list[list[str]]()
    if kind == CommentKind.REPLACE:
        proposed, pieces = _proposal(wording, index % 5, proposals)
    elif kind == CommentKind.DELETE:
        pieces = [["-", wording.text]]
    last_numbers[seat.pk] += 1
    language, rationale = "en", invented_sentence(random, large.shape.comment_words)
    if index % 10 == 9:
        language, sentence = OTHER_SCRIPTS[index // 10 % 2]
        rationale = sentence * max(1, large.shape.comment_words // 12)
    # Five days of inputs, from the opening on.
    submitted_at = large.round.opens_at + timedelta(seconds=random.randrange(5 * 24 * 3600))
    return Comment(
        consultation=large.consultation,
        wording=wording,
        paragraph_id=wording.paragraph_id,
        round=large.round,
        seat=seat,
        filed_by=seat,
        author=large.focal_points[seat_index],
        kind=kind,
        type=CommentType.values[index % len(CommentType.values)],
        proposed=proposed,
        redline=pieces,
        rationale=rationale,
        language=language,
        created_at=submitted_at,
        edited_at=submitted_at,
        cleared_at=submitted_at,
        submitted_at=submitted_at,
        number=last_numbers[seat.pk],
    )


def _proposal(
    wording: Wording,
    variant: int,
    proposals: dict[tuple[int, int], tuple[str, list[list[str]]]],
) -> tuple[str, list[list[str]]]:
    """The wording with words inserted, deleted and changed, and its redline; each made once."""
    if (wording.pk, variant) not in proposals:
        old_words = wording.text.split(" ")
        place = 3 + 2 * variant
        new_words = [
            *old_words[:place],
            "consistent",
            "with",
            "national",
            "law,",
            *old_words[place + 2 :],
        ]
        new_words[-3:-2] = ["where", "appropriate"]
        proposed = " ".join(new_words)
        pieces = [list(piece) for piece in redline(wording.text, proposed)]
        proposals[wording.pk, variant] = proposed, pieces
    return proposals[wording.pk, variant]


def _alignments(
    large: LargeSeed, comments: Sequence[Comment], indexes: Sequence[int]
) -> list[Alignment]:
    """Alignments of another delegation with one input in ten."""
    return [
        Alignment(
            comment=comment,
            seat=large.seats[(index + 5) % len(large.seats)],
            created_at=comment.edited_at + timedelta(hours=1),
        )
        for comment, index in zip(comments, indexes, strict=True)
        if index % 10 == 3
    ]


def _reviews(
    large: LargeSeed, comments: Sequence[Comment], indexes: Sequence[int], random: Random
) -> Iterator[Review]:
    """Reviews of one input in five, of which one in two is published."""
    for comment, index in zip(comments, indexes, strict=True):
        if index % 5:
            continue
        decided_at = comment.edited_at + timedelta(hours=2)
        is_published = index % 10 == 0
        yield Review(
            comment=comment,
            disposition=random.choice(Disposition.values),
            observation=invented_sentence(random, 12),
            decided_at=decided_at,
            decided_by=large.facilitator,
            capacity=f"co-facilitator, {large.consultation.title}",
            published_at=decided_at + timedelta(hours=1) if is_published else None,
            published_by=large.facilitator if is_published else None,
        )


# --- Bulk writes --------------------------------------------------------------------------------


def _save[Row: models.Model](row: Row) -> Row:
    row._change_reason = REASON  # type: ignore[attr-defined]
    row.save()
    return row


def _save_all[Row: models.Model](rows: Iterable[Row], model: Any) -> list[Row]:
    saved: list[Row] = bulk_create_with_history(
        list(rows), model, batch_size=BATCH_SIZE, default_change_reason=REASON
    )
    return saved
