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
from consultations.models import (
    Consultation,
    Facilitation,
    FacilitationRole,
    Round,
    Seat,
    Visibility,
)
from delegations.models import TABLE_RANK, Delegation, DelegationKind, Post, PostRole, User
from drafts.circulating.seal import seal_of, text_hash
from drafts.models import Draft, Kind, Paragraph, Revision, Wording
from drafts.words.differences import redline

REASON = "invented rows, written in bulk"
DOMAIN = "large.example"
BATCH = 1000
# So many inputs are on one paragraph at any size, so that its thread always fills a page.
ON_ONE_PARAGRAPH = 24

_WORDS = (
    "States measures victims persons trafficking protection assistance prevention prosecution "
    "cooperation national regional international training officials awareness children women "
    "rights effective appropriate strengthen encourage promote support ensure develop implement "
    "review partnership civil society private sector data research exchange information capacity "
    "building border control legal framework judicial services rehabilitation shelter access "
    "justice remedies compensation supply demand vulnerable migration labour education health "
    "programmes resources voluntary fund evaluation report annually General Assembly and of the "
    "to in for with by on through as including taking account within their relevant all"
)
VOCABULARY = _WORDS.split()
# One input in ten is in another script.
ELSEWHERE = (
    ("ar", "نقترح إضافة إشارة إلى المساعدة التقنية وبناء القدرات في البلدان النامية. "),
    ("zh", "我们建议增加关于技术援助和发展中国家能力建设的内容，并提及自愿供资。"),
)
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
class Large:
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
    def busy(self) -> Wording:
        """The wording whose thread fills a page at any size."""
        return self.wordings[len(self.wordings) // 2]


@transaction.atomic
def found_large(shape: SeedShape, now: datetime, text: Sequence[Any] = ()) -> Large:
    """Create the consultation, a seat for every Member State, and the text.

    Needs the reference data. The paragraphs are invented unless `text` gives them as read.
    """
    words = Random(shape.slug)  # noqa: S311 (the same words on every run, no secret)
    consultation, round = _frame(shape, now)
    delegations = list(Delegation.objects.filter(kind=DelegationKind.MEMBER_STATE))
    seats = _seats(consultation, delegations)
    people = _people(delegations, shape.people)
    facilitator = _facilitators(consultation)
    draft = _save(Draft(consultation=consultation, slug="plan", title=shape.title))
    paragraphs = _given_paragraphs(draft, text) if text else _paragraphs(draft, shape, words)
    revision, wordings = _circulate(draft, round, facilitator, paragraphs)
    proper = tuple(w for w in wordings if w.kind not in {Kind.TITLE, Kind.HEADING})
    focal_points = tuple(people[: len(seats)])
    return Large(
        shape, consultation, round, revision, proper, tuple(seats), focal_points, facilitator
    )


@transaction.atomic
def add_comments(large: Large, count: int) -> None:
    """Add `count` submitted inputs, spread over text and seats, with some alignments and reviews.

    The first ones are on one paragraph, so that its thread fills a page at any size.
    """
    existing = Comment.objects.filter(consultation=large.consultation).count()
    words = Random(f"{large.shape.slug} {existing}")  # noqa: S311
    numbers = _last_numbers(large)
    redlines: dict[tuple[int, int], tuple[str, list[list[str]]]] = {}
    for span in batched(range(existing, existing + count), BATCH):
        rows = [_comment(large, index, words, numbers, redlines) for index in span]
        _save_all(rows, Comment)
        _save_all(_alignments(large, rows, span), Alignment)
        Review.objects.bulk_create(_reviews(large, rows, span, words))


@transaction.atomic
def add_replies(large: Large, count: int) -> None:
    """Add `count` replies, each by another delegation than the one whose input it answers."""
    words = Random(f"{large.shape.slug} replies")  # noqa: S311
    comments = Comment.objects.filter(consultation=large.consultation).order_by("pk")
    answered = list(comments.values_list("pk", "seat_id", "edited_at"))
    step = max(1, len(answered) // count)
    for indexes in batched(range(count), BATCH):
        rows = []
        for index in indexes:
            comment, seat, edited_at = answered[index * step % len(answered)]
            seat_index = index % len(large.seats)
            if large.seats[seat_index].pk == seat:
                seat_index -= 1
            rows.append(
                Reply(
                    comment_id=comment,
                    seat=large.seats[seat_index],
                    author=large.focal_points[seat_index],
                    text=_sentence(words, large.shape.comment_words),
                    created_at=edited_at + timedelta(minutes=5),
                )
            )
        _save_all(rows, Reply)


# --- The frame -----------------------------------------------------------------------------------


def _frame(shape: SeedShape, now: datetime) -> tuple[Consultation, Round]:
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
    rows = [
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
    return _save_all(rows, Seat)


def _people(delegations: Sequence[Delegation], count: int) -> list[User]:
    """Create people up to this number; those of an earlier consultation are used again.

    First every delegation gets a focal point, then a deputy, then contributors. Nobody has a
    password: people sign in by a mailed code.
    """
    wanted = [
        (delegations[index % len(delegations)], index // len(delegations)) for index in range(count)
    ]
    emails = [f"{body.code.lower()}-{index + 1}@{DOMAIN}" for body, index in wanted]
    known = set(User.objects.filter(email__in=emails).values_list("email", flat=True))
    nobody = make_password(None)
    fresh = {
        email: User(email=email, name=f"Person {index + 1} of {body.short_en}"[:150])
        for email, (body, index) in zip(emails, wanted, strict=True)
        if email not in known
    }
    for user in fresh.values():
        user.password = nobody
    User.objects.bulk_create(fresh.values(), batch_size=BATCH)
    roles = {0: PostRole.FOCAL_POINT, 1: PostRole.DEPUTY}
    posts = [
        Post(user=fresh[email], delegation=body, role=roles.get(index, PostRole.CONTRIBUTOR))
        for email, (body, index) in zip(emails, wanted, strict=True)
        if email in fresh
    ]
    _save_all(posts, Post)
    rows = {user.email: user for user in User.objects.filter(email__in=emails)}
    return [rows[email] for email in emails]


def _facilitators(consultation: Consultation) -> User:
    """Create a co-facilitator and a member of the secretariat; gives the first."""
    roles = (FacilitationRole.CO_FACILITATOR, FacilitationRole.SECRETARIAT)
    users = []
    for role in roles:
        email = f"{role.replace('_', '-')}.{consultation.slug}@{DOMAIN}"
        user = User.objects.create_user(email, None, name=f"The {role.replace('_', '-')}")
        _save(Facilitation(consultation=consultation, user=user, role=role))
        users.append(user)
    return users[0]


# --- The text ------------------------------------------------------------------------------------


def _paragraphs(draft: Draft, shape: SeedShape, words: Random) -> list[Paragraph]:
    rows = [Paragraph(draft=draft, place=1, kind=Kind.TITLE, text=shape.title)]
    each = -(-shape.paragraphs // shape.sections)
    for index in range(shape.paragraphs):
        if index % each == 0:
            heading = f"{index // each + 1}. {_sentence(words, 4)}"
            rows.append(Paragraph(draft=draft, place=0, kind=Kind.HEADING, text=heading))
        rows.append(
            Paragraph(
                draft=draft,
                place=0,
                kind=Kind.OPERATIVE,
                label=str(index + 1),
                text=_sentence(words, shape.paragraph_words),
            )
        )
    for place, row in enumerate(rows, 1):
        row.place = place
    return _save_all(rows, Paragraph)


def _given_paragraphs(draft: Draft, text: Sequence[Any]) -> list[Paragraph]:
    rows = [
        Paragraph(draft=draft, place=place, kind=row.kind, label=row.label, text=row.text)
        for place, row in enumerate(text, 1)
    ]
    return _save_all(rows, Paragraph)


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
            paragraph=row,
            place=row.place,
            kind=row.kind,
            label=row.label,
            text=row.text,
            text_hash=text_hash(row.text),
        )
        for row in paragraphs
    ]
    Wording.objects.bulk_create(wordings, batch_size=BATCH)
    revision.checksum = seal_of(revision, wordings)
    Revision.objects.filter(pk=revision.pk).update(checksum=revision.checksum)
    return revision, wordings


# --- Inputs --------------------------------------------------------------------------------------


def _last_numbers(large: Large) -> dict[int, int]:
    rows = Comment.objects.filter(consultation=large.consultation).order_by()
    last_numbers = dict(rows.values_list("seat").annotate(last=Max("number")))
    return {seat.pk: last_numbers.get(seat.pk) or 0 for seat in large.seats}


def _comment(
    large: Large,
    index: int,
    words: Random,
    numbers: dict[int, int],
    redlines: dict[tuple[int, int], tuple[str, list[list[str]]]],
) -> Comment:
    seat_index = index % len(large.seats)
    seat = large.seats[seat_index]
    wording = (
        large.busy
        if index < large.shape.on_one_paragraph
        else large.wordings[index % len(large.wordings)]
    )
    kind = words.choice(KINDS)
    proposed, pieces = "", list[list[str]]()
    if kind == CommentKind.REPLACE:
        proposed, pieces = _proposal(wording, index % 5, redlines)
    elif kind == CommentKind.DELETE:
        pieces = [["-", wording.text]]
    numbers[seat.pk] += 1
    language, rationale = "en", _sentence(words, large.shape.comment_words)
    if index % 10 == 9:
        language, sentence = ELSEWHERE[index // 10 % 2]
        rationale = sentence * max(1, large.shape.comment_words // 12)
    # Five days of inputs, from the opening on.
    submitted_at = large.round.opens_at + timedelta(seconds=words.randrange(5 * 24 * 3600))
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
        number=numbers[seat.pk],
    )


def _proposal(
    wording: Wording, variant: int, known: dict[tuple[int, int], tuple[str, list[list[str]]]]
) -> tuple[str, list[list[str]]]:
    """The wording with words inserted, deleted and changed, and its redline; each made once."""
    if (wording.pk, variant) not in known:
        old = wording.text.split(" ")
        place = 3 + 2 * variant
        new = [*old[:place], "consistent", "with", "national", "law,", *old[place + 2 :]]
        new[-3:-2] = ["where", "appropriate"]
        proposed = " ".join(new)
        pieces = [list(piece) for piece in redline(wording.text, proposed)]
        known[wording.pk, variant] = proposed, pieces
    return known[wording.pk, variant]


def _alignments(
    large: Large, comments: Sequence[Comment], indexes: Sequence[int]
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
    large: Large, comments: Sequence[Comment], indexes: Sequence[int], words: Random
) -> Iterator[Review]:
    """Reviews of one input in five, of which one in two is published."""
    for comment, index in zip(comments, indexes, strict=True):
        if index % 5:
            continue
        decided_at = comment.edited_at + timedelta(hours=2)
        is_published = index % 10 == 0
        yield Review(
            comment=comment,
            disposition=words.choice(Disposition.values),
            observation=_sentence(words, 12),
            decided_at=decided_at,
            decided_by=large.facilitator,
            capacity=f"co-facilitator, {large.consultation.title}",
            published_at=decided_at + timedelta(hours=1) if is_published else None,
            published_by=large.facilitator if is_published else None,
        )


def _sentence(words: Random, count: int) -> str:
    chosen = words.choices(VOCABULARY, k=count)
    return f"{' '.join(chosen).capitalize()}."


# --- Bulk writes --------------------------------------------------------------------------------


def _save[Row: models.Model](row: Row) -> Row:
    row._change_reason = REASON  # type: ignore[attr-defined]
    row.save()
    return row


def _save_all[Row: models.Model](rows: Iterable[Row], model: Any) -> list[Row]:
    saved: list[Row] = bulk_create_with_history(
        list(rows), model, batch_size=BATCH, default_change_reason=REASON
    )
    return saved
