"""Makes a large invented consultation, written in bulk by the models, for measuring and viewing.

Only here are rows written without the functions of the acts, which check what they write. The
history of a row, where it has one, says so.
"""

import math
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

from comments.models import Alignment, Comment, CommentKind, CommentType, Disposition, Reply, Review
from config.demo.large_seed_words import OTHER_SCRIPTS, invented_sentence
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
from drafts.text.names import NamedRow, names_to_keep
from drafts.words.differences import redline

REASON = "invented rows, written in bulk"
MAIL_DOMAIN = "large.example"
BATCH_SIZE = 1000
# So many inputs are on one paragraph at any size, so that its thread always fills a page.
BUSIEST_PARAGRAPH_INPUTS = 24
VARIANT_COUNT = 5  # proposals that differ, for one wording

# One of these is chosen at random for each input, so that most replace wording.
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
    section_count: int
    paragraph_count: int  # in all, headings not counted
    words_per_paragraph: int
    people_count: int
    words_per_rationale: int
    busiest_paragraph_inputs: int = BUSIEST_PARAGRAPH_INPUTS


@dataclass(frozen=True, slots=True)
class LargeSeed:
    """The seeded consultation, with the rows that inputs and replies are added to."""

    shape: SeedShape
    consultation: Consultation
    round: Round
    revision: Revision
    wordings: tuple[Wording, ...]  # without title and headings, in the order of the text
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

    Needs the reference data. The paragraphs are invented unless `given_text` has them: rows with
    kind, label and text, as a reader of files gives them.
    """
    random = Random(shape.slug)  # noqa: S311 (the same words on every run, no secret)
    consultation, round = _create_consultation_and_round(shape, now)
    delegations = list(Delegation.objects.filter(kind=DelegationKind.MEMBER_STATE))
    seats = _create_seats(consultation, delegations)
    users = _create_people(delegations, shape.people_count)
    facilitator = _create_facilitator_and_secretariat(consultation)
    draft = _save(Draft(consultation=consultation, slug="plan", title=shape.title))
    paragraphs = (
        _create_given_paragraphs(draft, given_text)
        if given_text
        else _create_paragraphs(draft, shape, random)
    )
    revision, wordings = _circulate(draft, round, facilitator, paragraphs)
    kinds_without_inputs = {ParagraphKind.TITLE, ParagraphKind.HEADING}
    text_wordings = tuple(
        wording for wording in wordings if wording.kind not in kinds_without_inputs
    )
    focal_points = tuple(users[: len(seats)])
    return LargeSeed(
        shape, consultation, round, revision, text_wordings, tuple(seats), focal_points, facilitator
    )


@transaction.atomic
def add_comments(seed: LargeSeed, count: int) -> None:
    """Add `count` submitted inputs, spread over text and seats, with some alignments and reviews.

    The first ones are on one paragraph, so that its thread fills a page at any size.
    """
    existing = Comment.objects.filter(consultation=seed.consultation).count()
    random = Random(f"{seed.shape.slug} {existing}")  # noqa: S311
    last_numbers = _last_numbers(seed)
    # By the id of the wording and the number of the variant: the proposed words and their redline.
    proposal_by_key: dict[tuple[int, int], tuple[str, list[list[str]]]] = {}
    for indexes in batched(range(existing, existing + count), BATCH_SIZE):
        comments = [
            _comment(seed, index, random, last_numbers, proposal_by_key) for index in indexes
        ]
        _save_all(comments, Comment)
        _save_all(_alignments(seed, comments, indexes), Alignment)
        Review.objects.bulk_create(_reviews(seed, comments, indexes, random))


@transaction.atomic
def add_replies(seed: LargeSeed, count: int) -> None:
    """Add `count` replies, each by another delegation than the one whose input it answers."""
    random = Random(f"{seed.shape.slug} replies")  # noqa: S311
    comments = Comment.objects.filter(consultation=seed.consultation).order_by("pk")
    comment_values = list(comments.values_list("pk", "seat_id", "edited_at"))
    step = max(1, len(comment_values) // count)  # spreads the replies over all inputs
    for indexes in batched(range(count), BATCH_SIZE):
        replies = []
        for index in indexes:
            comment_id, seat_id, edited_at = comment_values[index * step % len(comment_values)]
            seat_index = index % len(seed.seats)
            if seed.seats[seat_index].pk == seat_id:  # nobody replies to their own input
                seat_index -= 1
            replies.append(
                Reply(
                    comment_id=comment_id,
                    seat=seed.seats[seat_index],
                    author=seed.focal_points[seat_index],
                    text=invented_sentence(random, seed.shape.words_per_rationale),
                    created_at=edited_at + timedelta(minutes=5),
                )
            )
        _save_all(replies, Reply)


# --- The consultation and its people --------------------------------------------------------------


def _create_consultation_and_round(shape: SeedShape, now: datetime) -> tuple[Consultation, Round]:
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


def _create_seats(consultation: Consultation, delegations: Sequence[Delegation]) -> list[Seat]:
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


def _create_people(delegations: Sequence[Delegation], count: int) -> list[User]:
    """Create people up to this number; those of an earlier consultation are used again.

    First every delegation gets a focal point, then a deputy, then contributors. Nobody has a
    password: people sign in by a mailed code.
    """
    numbered_delegations = [
        (delegations[index % len(delegations)], index // len(delegations)) for index in range(count)
    ]
    emails = [
        f"{delegation.code.lower()}-{person_number + 1}@{MAIL_DOMAIN}"
        for delegation, person_number in numbered_delegations
    ]
    existing_emails = set(User.objects.filter(email__in=emails).values_list("email", flat=True))
    no_password = make_password(None)
    new_users = {
        email: User(email=email, name=f"Person {person_number + 1} of {delegation.short_en}"[:150])
        for email, (delegation, person_number) in zip(emails, numbered_delegations, strict=True)
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
            role=roles.get(person_number, PostRole.CONTRIBUTOR),
        )
        for email, (delegation, person_number) in zip(emails, numbered_delegations, strict=True)
        if email in new_users
    ]
    _save_all(posts, Post)
    user_by_email = {user.email: user for user in User.objects.filter(email__in=emails)}
    return [user_by_email[email] for email in emails]


def _create_facilitator_and_secretariat(consultation: Consultation) -> User:
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


def _create_paragraphs(draft: Draft, shape: SeedShape, random: Random) -> list[Paragraph]:
    """A title, then sections: each a heading and its numbered paragraphs, of invented words."""
    paragraphs = [Paragraph(draft=draft, place=1, kind=ParagraphKind.TITLE, text=shape.title)]
    per_section = math.ceil(shape.paragraph_count / shape.section_count)
    for index in range(shape.paragraph_count):
        if index % per_section == 0:
            heading = f"{index // per_section + 1}. {invented_sentence(random, 4)}"
            paragraphs.append(Paragraph(draft=draft, kind=ParagraphKind.HEADING, text=heading))
        paragraphs.append(
            Paragraph(
                draft=draft,
                kind=ParagraphKind.OPERATIVE,
                label=str(index + 1),
                text=invented_sentence(random, shape.words_per_paragraph),
            )
        )
    for place, paragraph in enumerate(paragraphs, 1):
        paragraph.place = place
    return _save_all(paragraphs, Paragraph)


def _create_given_paragraphs(draft: Draft, given_text: Sequence[Any]) -> list[Paragraph]:
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
        capacity=f"co-facilitator, {draft.consultation.title}",
    )
    name_by_id = names_to_keep([*map(NamedRow.of, paragraphs)])
    wordings = [
        Wording(
            revision=revision,
            paragraph=paragraph,
            place=paragraph.place,
            kind=paragraph.kind,
            label=paragraph.label,
            name=name_by_id[paragraph.pk],
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


def _last_numbers(seed: LargeSeed) -> dict[int, int]:
    """The last number that each seat has given to an input, by the id of the seat; 0 for none."""
    comments = Comment.objects.filter(consultation=seed.consultation).order_by()
    last_numbers = dict(comments.values_list("seat").annotate(last=Max("number")))
    return {seat.pk: last_numbers.get(seat.pk) or 0 for seat in seed.seats}


def _comment(
    seed: LargeSeed,
    index: int,
    random: Random,
    last_numbers: dict[int, int],
    proposal_by_key: dict[tuple[int, int], tuple[str, list[list[str]]]],
) -> Comment:
    """The submitted input with this index, unsaved; counts its number in `last_numbers`."""
    seat_index = index % len(seed.seats)
    seat = seed.seats[seat_index]
    wording = (
        seed.busiest_wording
        if index < seed.shape.busiest_paragraph_inputs
        else seed.wordings[index % len(seed.wordings)]
    )
    kind = random.choice(KINDS)
    proposed, redline_pieces = "", list[list[str]]()
    if kind == CommentKind.REPLACE:
        proposed, redline_pieces = _proposal(wording, index % VARIANT_COUNT, proposal_by_key)
    elif kind == CommentKind.DELETE:
        redline_pieces = [["-", wording.text]]  # all of it deleted
    last_numbers[seat.pk] += 1
    language, rationale = "en", invented_sentence(random, seed.shape.words_per_rationale)
    if index % 10 == 9:  # one input in ten
        language, sentence = OTHER_SCRIPTS[index // 10 % len(OTHER_SCRIPTS)]
        # The sentence counts as twelve words.
        rationale = sentence * max(1, seed.shape.words_per_rationale // 12)
    # Five days of inputs, from the opening on.
    submitted_at = seed.round.opens_at + timedelta(seconds=random.randrange(5 * 24 * 3600))
    return Comment(
        consultation=seed.consultation,
        wording=wording,
        paragraph_id=wording.paragraph_id,
        round=seed.round,
        seat=seat,
        filed_by=seat,
        author=seed.focal_points[seat_index],
        kind=kind,
        type=CommentType.values[index % len(CommentType.values)],
        proposed=proposed,
        redline=redline_pieces,
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
    proposal_by_key: dict[tuple[int, int], tuple[str, list[list[str]]]],
) -> tuple[str, list[list[str]]]:
    """The wording with words inserted, deleted and changed, and its redline; each made once."""
    if (wording.pk, variant) not in proposal_by_key:
        old_words = wording.text.split(" ")
        word_index = 3 + 2 * variant  # each variant changes the wording at another place
        inserted_words = ["consistent", "with", "national", "law,"]  # in place of two
        new_words = [*old_words[:word_index], *inserted_words, *old_words[word_index + 2 :]]
        new_words[-3:-2] = ["where", "appropriate"]  # in place of the last word but two
        proposed = " ".join(new_words)
        redline_pieces = [list(piece) for piece in redline(wording.text, proposed)]
        proposal_by_key[wording.pk, variant] = proposed, redline_pieces
    return proposal_by_key[wording.pk, variant]


def _alignments(
    seed: LargeSeed, comments: Sequence[Comment], indexes: Sequence[int]
) -> list[Alignment]:
    """Alignments of another delegation with one input in ten."""
    return [
        Alignment(
            comment=comment,
            seat=seed.seats[(index + 5) % len(seed.seats)],
            created_at=comment.edited_at + timedelta(hours=1),
        )
        for comment, index in zip(comments, indexes, strict=True)
        if index % 10 == 3
    ]


def _reviews(
    seed: LargeSeed, comments: Sequence[Comment], indexes: Sequence[int], random: Random
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
            decided_by=seed.facilitator,
            capacity=f"co-facilitator, {seed.consultation.title}",
            published_at=decided_at + timedelta(hours=1) if is_published else None,
            published_by=seed.facilitator if is_published else None,
        )


# --- Bulk writes --------------------------------------------------------------------------------


def _save[Row: models.Model](row: Row) -> Row:
    """Save one row; its history gives the reason."""
    row._change_reason = REASON  # type: ignore[attr-defined]
    row.save()
    return row


def _save_all[Row: models.Model](rows: Iterable[Row], model: Any) -> list[Row]:
    """Save many rows at once; their history gives the reason."""
    saved: list[Row] = bulk_create_with_history(
        list(rows), model, batch_size=BATCH_SIZE, default_change_reason=REASON
    )
    return saved
