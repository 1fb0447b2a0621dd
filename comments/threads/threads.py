"""A revision's paragraphs with the inputs on each, in a fixed number of queries."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from types import MappingProxyType
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Case, OuterRef, Subquery, Value, When

from comments.models import (
    Comment,
    CommentKind,
    CommentMember,
    CommentState,
    CommentType,
    Review,
)
from comments.threads.answer_views import ClosureView, ReplyView, ReviewView
from comments.threads.attached_rows import (
    ALIGNMENT_ITEMS,
    CLOSURE_ITEMS,
    REPLY_ITEMS,
    AlignmentView,
    alignments_of,
    gather_items,
    typed_item,
)
from comments.threads.autosave import AutosavedWords, autosaved_of
from comments.threads.counts import counts_by_paragraph
from comments.threads.foreign_words import redline_beside
from comments.threads.homes import Homes, homes_in, steps_until
from comments.threads.notes import with_notes
from comments.threads.wordings import wordings_of, wordings_with_typing
from consultations.models import Round
from consultations.rules.access import Access
from delegations.reader_names import name_for_reader
from drafts.labels import paragraph_ids_cited_as
from drafts.models import Kind, Revision, Wording
from drafts.words.differences import Redline, redline_from_stored

PAGE = 20
NOTHING: Mapping[int, Any] = MappingProxyType({})
# As `in_table_order`, after whatever comes first on the page.
TABLE_ORDER = ("seat__rank", "seat__sort_key", "seat_id", "number", "pk")


@dataclass(frozen=True, slots=True)
class ParagraphView:
    """One paragraph of a circulated text, with the number of inputs that this reader may see."""

    key: int
    id: UUID
    wording_id: UUID
    label: str
    kind: str
    level: int
    above: int | None  # the key of the paragraph that it stands below
    text: str
    opening: str
    notes: tuple[str, ...]
    language: str
    text_hash: str
    count: int = 0
    # What changed against the revision before; () where the words are the same or all new.
    redline: Redline = ()
    is_new: bool = False
    is_struck: bool = False
    # What the reader was typing on it, where the text was read with it open.
    typed: AutosavedWords | None = None
    # What is to be said of its translation, where it is read in one.
    remark: str = ""

    @property
    def is_heading(self) -> bool:
        return self.kind in {Kind.TITLE, Kind.HEADING}

    @property
    def direction(self) -> str:
        """Of its language; empty leaves it to the words."""
        return "rtl" if self.language == "ar" else ""


@dataclass(frozen=True)
class Text:
    """A circulated text with its counts, and paragraphs that left it but have inputs."""

    revision: Revision
    # Its wordings in order, as they were read.
    wordings: Sequence[Any]
    # Of paragraphs: how many inputs on each this reader may see, and what they were typing there.
    counts: Mapping[int, int]
    typed: Mapping[int, AutosavedWords]
    struck: tuple[ParagraphView, ...]
    homes: Homes

    @cached_property
    def paragraphs(self) -> tuple[ParagraphView, ...]:
        """All paragraphs of the text. One thread alone should ask `standing` for its own."""
        return self.standing({row.paragraph_id for row in self.wordings})

    def find(self, id: UUID) -> ParagraphView | None:
        """A paragraph, standing or struck, by its public id."""
        standing = self.standing({w.paragraph_id for w in self.wordings if w.paragraph_uuid == id})
        return next((p for p in (*standing, *self.struck) if p.id == id), None)

    def standing(self, keys: Collection[int]) -> tuple[ParagraphView, ...]:
        """Those of these paragraphs that are in the text, in its order."""
        return tuple(
            paragraph_view(row, self.revision, self.counts, self.typed)
            for row in self.wordings
            if row.paragraph_id in keys
        )

    def keys_under(self, paragraph: ParagraphView) -> Sequence[int]:
        """The keys of the paragraphs whose inputs are read under one of this text."""
        if paragraph.is_struck:
            return [paragraph.key]
        return self.homes.keys_under(paragraph.key)

    def find_by_label(self, label: str) -> ParagraphView | None:
        """The paragraph of the text that is cited as somebody typed: "3", "op3", "3 bis (a)"."""
        keys = paragraph_ids_cited_as(label, [(p.key, p.above, p.label) for p in self.paragraphs])
        return next((p for p in self.paragraphs if p.key in keys), None)


@dataclass(frozen=True, slots=True)
class EarlierWording:
    """The wording on which an input was made, where the present one is another."""

    stage: str
    label: str
    text: str
    opening: str
    is_reworded: bool


@dataclass(frozen=True, slots=True)
class CommentView:
    """One input, or one of the own delegation's drafts, with everything attached to it."""

    row: Comment
    id: UUID
    reference: str
    who: str
    filed_by: str
    members: tuple[str, ...]
    aligned: tuple[AlignmentView, ...]
    kind: CommentKind
    type: CommentType
    state: CommentState
    at: datetime
    is_late: bool
    redline: Redline
    opening: str
    rationale: str
    language: str
    move_after: str
    then: EarlierWording | None
    replies: tuple[ReplyView, ...]
    review: ReviewView | None
    closed: ClosureView | None
    is_draft: bool


@dataclass(frozen=True, slots=True)
class Thread:
    """A page of the comments on one paragraph: own drafts, then inputs in table order."""

    revision: Revision
    paragraph: ParagraphView
    # The keys of the paragraphs whose inputs are read here.
    keys: Sequence[int]
    comments: tuple[CommentView, ...]
    page: int
    has_next: bool
    # Paragraphs under which inputs stand that were made on what this one came from.
    pointers: tuple[ParagraphView, ...] = ()


# --- The text ------------------------------------------------------------------------------------


def text_of(
    access: Access,
    revision: Revision,
    open: UUID | None = None,
    rounds: Collection[Round] | None = None,
) -> Text:
    """The paragraphs of a revision in order, each with its count: four queries at any length.

    Needs `revision.draft`. A count holds what stands and what this reader may see, on the
    paragraph and on those whose inputs came to it. The one that is `open` tells what is being
    typed on it. `rounds` are all of the consultation, where they were read already.
    """
    wordings = wordings_with_typing(access, revision, open)
    places = {row.paragraph_id: row.place for row in wordings}
    homes = homes_in(places, steps_until(revision))
    counts = homes.sum_at_homes(counts_by_paragraph(access, rounds))
    typed = {row.paragraph_id: autosaved_of(access, row.typing) for row in wordings if row.typing}
    # The paragraphs that left the text, and that none followed.
    nowhere = {key: count for key, count in counts.items() if key not in places}
    struck = tuple(_struck_views(access, revision, nowhere))
    return Text(revision, wordings, counts, typed, struck, homes)


def paragraph_view(
    wording: Any,
    revision: Revision,
    counts: Mapping[int, int] = NOTHING,
    typed: Mapping[int, AutosavedWords] = NOTHING,
) -> ParagraphView:
    """A wording with `paragraph_uuid`, as the pages show it."""
    return ParagraphView(
        key=wording.paragraph_id,
        id=wording.paragraph_uuid,
        wording_id=wording.public_id,
        label=wording.label,
        kind=wording.kind,
        level=wording.level,
        above=wording.parent_id,
        text=wording.text,
        opening=wording.opening,
        notes=tuple(str(note) for note in wording.notes),
        language=revision.draft.language,
        text_hash=wording.text_hash,
        count=counts.get(wording.paragraph_id, 0),
        redline=redline_from_stored(wording.redline) if wording.redline else (),
        is_new=revision.number > 1 and wording.previous_id is None,
        typed=typed.get(wording.paragraph_id),
    )


def home_of(text: Text, id: UUID) -> ParagraphView | None:
    """The paragraph itself in this text, or the one under which its inputs are read now."""
    paragraph = text.find(id)
    if paragraph is not None or not text.homes.moved:
        return paragraph
    words = Wording.objects.filter(revision__draft=text.revision.draft_id, paragraph__public_id=id)
    home = text.homes.moved.get(words.values_list("paragraph", flat=True).first() or 0, 0)
    return next(iter(text.standing([home])), None)


def _struck_views(
    access: Access, revision: Revision, counts: Mapping[int, int]
) -> Iterator[ParagraphView]:
    """Paragraphs of earlier revisions that left the text but have comments: one query at most."""
    if not counts:
        return
    last_words = (
        wordings_of(access)
        .filter(
            paragraph__in=list(counts),
            revision__draft=revision.draft_id,
            revision__number__lt=revision.number,
        )
        .order_by("paragraph_id", "-revision__number")
        .distinct("paragraph_id")
    )
    for wording in sorted(last_words, key=lambda wording: wording.place):
        view = paragraph_view(wording, revision, counts)
        yield replace(view, redline=(), is_new=False, is_struck=True)


# --- A thread ------------------------------------------------------------------------------------


def thread_of(
    access: Access,
    text: Text,
    paragraph: ParagraphView,
    page: int = 1,
    rounds: Iterable[Round] | None = None,
    size: int = PAGE,
) -> Thread:
    """One page of the comments on a paragraph of a text, standing or struck: one query.

    Own drafts come first, then every submitted input in its last version, in table order.
    `rounds` are all of the consultation, where they were read already; `size` is that of a page.
    """
    keys, pointer_keys = text.keys_under(paragraph), text.homes.pointers.get(paragraph.key)
    visible = Comment.objects.visible_to(access, rounds)
    comments = visible.filter(paragraph__in=keys, superseded_at=None)
    is_submitted = Case(When(submitted_at=None, then=Value(0)), default=Value(1))
    full = with_notes(access, with_answers(access, comments))
    ordered = full.order_by(is_submitted, *TABLE_ORDER)
    rows = list(ordered[(page - 1) * size : page * size + 1])
    return Thread(
        revision=text.revision,
        paragraph=paragraph,
        keys=keys,
        comments=tuple(comment_view(row, paragraph) for row in rows[:size]),
        page=page,
        has_next=len(rows) > size,
        pointers=text.standing(pointer_keys) if pointer_keys else (),
    )


def comment_view(row: Any, paragraph: ParagraphView | None = None) -> CommentView:
    """A comment read `with_answers`, beside the present wording of its paragraph."""
    state = row.state
    return CommentView(
        row=row,
        id=row.public_id,
        reference=row.reference,
        who=row.seat.name_for_reader,
        filed_by=row.filed_by.name_for_reader if row.filed_by_id != row.seat_id else "",
        members=tuple(name_for_reader(name) for name in row.member_names),
        aligned=alignments_of(row),
        kind=CommentKind(row.kind),
        type=CommentType(row.type),
        state=state,
        at=row.submitted_at or row.edited_at,
        is_late=row.is_late,
        redline=redline_beside(row, row.wording.text, row.paragraph.draft.language),
        opening="" if row.kind == CommentKind.ADD_AFTER else row.wording.opening,
        rationale=row.rationale,
        language=row.language,
        move_after=row.move_label or "",
        then=_earlier_wording(row.wording, paragraph),
        replies=tuple(ReplyView(**item | typed_item(item)) for item in row.reply_items),
        review=next((ReviewView(**item | typed_item(item)) for item in row.review_items), None),
        closed=next((ClosureView(**item | typed_item(item)) for item in row.closure_items), None),
        is_draft=state in {CommentState.DRAFTED, CommentState.CLEARED},
    )


def with_answers(access: Access, comments: Any) -> Any:
    """Comments with names, wording, members, alignments, replies and review: no further query.

    They are `visible_to` the reader already. Those who read a comment read what is attached to it
    (domain, rule 8), so that is not checked again for every row.
    """
    of_comment = {"comment": OuterRef("pk")}
    answers = Review.objects.released_to(access).filter(**of_comment)
    return comments.select_related(
        "seat", "filed_by", "round", "wording__revision", "paragraph__draft"
    ).annotate(
        move_label=Subquery(
            Wording.objects.filter(
                revision=OuterRef("wording__revision"), paragraph=OuterRef("move_after")
            ).values("label")
        ),
        member_names=ArraySubquery(CommentMember.objects.filter(**of_comment).values("name")),
        reply_items=REPLY_ITEMS,
        aligned_items=ALIGNMENT_ITEMS,
        review_items=gather_items(
            answers.order_by("-decided_at", "-pk")[:1],
            id="public_id",
            disposition="disposition",
            observation="observation",
            decided_at="decided_at",
            published_at="published_at",
            stance="acknowledgement__stance",
            stance_at="acknowledgement__acknowledged_at",
            stance_note="acknowledgement__note",
        ),
        closure_items=CLOSURE_ITEMS,
    )


def _earlier_wording(wording: Wording, paragraph: ParagraphView | None) -> EarlierWording | None:
    """The wording on which an input was made, where it is not the present one."""
    if paragraph is None or wording.public_id == paragraph.wording_id:
        return None
    if (wording.text, wording.label) == (paragraph.text, paragraph.label):
        return None
    is_reworded = wording.text != paragraph.text
    return EarlierWording(
        wording.revision.stage, wording.label, wording.text, wording.opening, is_reworded
    )
