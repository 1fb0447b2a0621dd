"""A revision's paragraphs with the inputs on each, in a fixed number of queries."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache, cached_property
from types import MappingProxyType
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Case, OuterRef, Q, QuerySet, Subquery, Value, When

from comments.inputs.models import TABLE_ORDER
from comments.inputs.placement import InputPlacement, descent_links_until, place_inputs
from comments.inputs.queries import (
    ALIGNMENT_ITEMS,
    CLOSURE_ITEMS,
    REPLY_ITEMS,
    ShownAlignment,
    alignments_of,
    counts_by_paragraph,
    fields_from_json,
    items_as_json,
)
from comments.inputs.unattributed import redline_to_show
from comments.models import Comment, CommentKind, CommentMember, CommentState, CommentType, Review
from comments.threads.internal import AutosavedWords, autosaved_words_from_json, with_notes
from comments.threads.shown_answers import ShownClosure, ShownReply, ShownReview
from comments.threads.wordings import wordings_with_autosave, wordings_with_paragraph_uuid
from consultations.models import Round
from consultations.rules.access import Access
from consultations.rules.placeholder_reader import (
    ReaderShape,
    reader_of_shape,
    reader_shape_and_values,
)
from delegations.kept_statements import KeptStatement, ids_as_array, is_in_id_array
from delegations.reader_names import name_for_reader
from drafts.models import ParagraphKind, Revision, Wording
from drafts.text.labels import paragraph_ids_cited_as
from drafts.text.names import name_of_wording
from drafts.words.differences import Redline, redline_from_stored

# How many comments stand on a page of a thread.
PAGE_SIZE = 20
# The number of a page, or the public id of a comment that stands on it.
type ThreadPage = int | UUID
EMPTY_MAPPING: Mapping[int, Any] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class ShownParagraph:
    """One paragraph of a circulated text, with the number of inputs that this reader may see."""

    pk: int  # of the paragraph
    public_id: UUID  # of the paragraph
    wording_public_id: UUID
    label: str
    name: str  # as it is cited in its revision
    kind: str
    level: int
    parent_pk: int | None  # of the paragraph that it stands below; None where below none
    text: str
    opening: str
    notes: tuple[str, ...]  # its footnotes
    language: str
    text_hash: str
    input_count: int = 0
    # What changed against the revision before, or that with which the text is compared; () where
    # the words are the same or all new.
    redline: Redline = ()
    is_new: bool = False
    is_struck: bool = False  # it left the text
    # What the reader was typing on it, where the text was read with it open.
    autosaved: AutosavedWords | None = None
    # What is to be said of its translation or, in a comparison, of its change.
    remark: str = ""

    @property
    def is_heading(self) -> bool:
        return self.kind in {ParagraphKind.TITLE, ParagraphKind.HEADING}

    @property
    def direction(self) -> str:
        """For HTML's `dir`: "rtl" for Arabic; empty leaves the direction to the words."""
        return "rtl" if self.language == "ar" else ""


@dataclass(frozen=True)
class ShownText:
    """A circulated text with its counts, and paragraphs that left it but have inputs."""

    revision: Revision
    # Its wordings in order, as rows of `wordings_with_autosave`.
    wordings: Sequence[Any]
    # How many inputs that this reader may see are read under each paragraph, and what the reader
    # was typing there.
    count_by_paragraph_id: Mapping[int, int]
    autosaved_by_paragraph_id: Mapping[int, AutosavedWords]
    # Paragraphs that left the text but have inputs.
    struck_paragraphs: tuple[ShownParagraph, ...]
    # Under which paragraph the inputs on paragraphs of earlier revisions are read.
    placement: InputPlacement

    @cached_property
    def paragraphs(self) -> tuple[ShownParagraph, ...]:
        """All paragraphs of the text. For one thread alone, ask `paragraphs_in_force`."""
        return self.paragraphs_in_force({wording.paragraph_id for wording in self.wordings})

    def find(self, public_id: UUID) -> ShownParagraph | None:
        """A paragraph, in force or struck, by its public id."""
        paragraphs_found = self.paragraphs_in_force(
            {
                wording.paragraph_id
                for wording in self.wordings
                if wording.paragraph_uuid == public_id
            }
        )
        return next(
            (
                paragraph
                for paragraph in (*paragraphs_found, *self.struck_paragraphs)
                if paragraph.public_id == public_id
            ),
            None,
        )

    def paragraphs_in_force(self, paragraph_ids: Collection[int]) -> tuple[ShownParagraph, ...]:
        """Those of these paragraphs that are in the text, in its order."""
        return tuple(
            shown_paragraph(
                wording, self.revision, self.count_by_paragraph_id, self.autosaved_by_paragraph_id
            )
            for wording in self.wordings
            if wording.paragraph_id in paragraph_ids
        )

    def paragraph_ids_under(self, paragraph: ShownParagraph) -> Sequence[int]:
        """The primary keys of the paragraphs whose inputs are read under one of this text."""
        if paragraph.is_struck:
            return [paragraph.pk]
        return self.placement.paragraph_ids_under(paragraph.pk)

    def find_by_label(self, label: str) -> ShownParagraph | None:
        """The paragraph of the text that is cited as somebody typed: "3", "op3", "3 bis (a)"."""
        cited_ids = paragraph_ids_cited_as(
            label, [(p.pk, p.parent_pk, p.label, p.name) for p in self.paragraphs]
        )
        return next((p for p in self.paragraphs if p.pk in cited_ids), None)


@dataclass(frozen=True, slots=True)
class EarlierWording:
    """The wording on which an input was made, where the present one is another."""

    stage: str
    label: str
    text: str
    opening: str
    is_reworded: bool  # False where only the label is another


@dataclass(frozen=True, slots=True)
class ShownComment:
    """One input, or a draft that the reader may read, with everything attached to it."""

    comment: Comment
    public_id: UUID
    reference: str  # "PRT-7"; empty for a draft
    delegation_name: str  # of the body whose input it is
    filing_delegation_name: str  # of a group's input: who filed it; else empty
    member_names: tuple[str, ...]
    alignments: tuple[ShownAlignment, ...]
    kind: CommentKind
    type: CommentType
    state: CommentState
    moment: datetime  # of its submission; of a draft, its last edit
    is_late: bool
    redline: Redline
    opening: str  # the opening words of its wording; none for a new paragraph
    rationale: str
    language: str
    move_after: str  # label of the paragraph behind which it asks to move; else empty
    earlier_wording: EarlierWording | None
    replies: tuple[ShownReply, ...]
    review: ShownReview | None
    closure: ShownClosure | None
    is_draft: bool


@dataclass(frozen=True, slots=True)
class Thread:
    """A page of the comments on one paragraph: own drafts, then inputs in table order."""

    revision: Revision
    paragraph: ShownParagraph
    # The primary keys of the paragraphs whose inputs are read here.
    paragraph_ids: Sequence[int]
    shown_comments: tuple[ShownComment, ...]
    page: int
    has_next: bool
    # Other paragraphs under which inputs are read that were made on what this one came from.
    paragraphs_with_earlier_inputs: tuple[ShownParagraph, ...] = ()


# --- The text ------------------------------------------------------------------------------------


def shown_text_of(
    access: Access,
    revision: Revision,
    open_paragraph_public_id: UUID | None = None,
    rounds: Collection[Round] | None = None,
) -> ShownText:
    """The paragraphs of a revision in order, each with its count: four queries at any length.

    Needs `revision.draft`. A count is of the inputs in force that this reader may see, on the
    paragraph and on those whose inputs are read under it. Of the paragraph with this public id,
    what the reader is typing is read too. `rounds` are all of the consultation, where they were
    read already.
    """
    wordings = wordings_with_autosave(access, revision, open_paragraph_public_id)
    place_by_paragraph_id = {wording.paragraph_id: wording.place for wording in wordings}
    placement = place_inputs(place_by_paragraph_id, descent_links_until(revision))
    count_by_paragraph_id = placement.sum_by_current_paragraph(counts_by_paragraph(access, rounds))
    autosaved_by_paragraph_id = {
        wording.paragraph_id: autosaved_words_from_json(access, wording.autosave_json)
        for wording in wordings
        if wording.autosave_json
    }
    # The paragraphs that left the text, and that none followed; also those of other texts and of
    # later revisions, which are left out below.
    count_by_struck_id = {
        paragraph_id: count
        for paragraph_id, count in count_by_paragraph_id.items()
        if paragraph_id not in place_by_paragraph_id
    }
    struck_paragraphs = tuple(_struck_paragraphs(access, revision, count_by_struck_id))
    return ShownText(
        revision,
        wordings,
        count_by_paragraph_id,
        autosaved_by_paragraph_id,
        struck_paragraphs,
        placement,
    )


def shown_paragraph(
    wording: Any,
    revision: Revision,
    count_by_paragraph_id: Mapping[int, int] = EMPTY_MAPPING,
    autosaved_by_paragraph_id: Mapping[int, AutosavedWords] = EMPTY_MAPPING,
) -> ShownParagraph:
    """A wording with `paragraph_uuid`, as the pages show it."""
    return ShownParagraph(
        pk=wording.paragraph_id,
        public_id=wording.paragraph_uuid,
        wording_public_id=wording.public_id,
        label=wording.label,
        name=wording.name,
        kind=wording.kind,
        level=wording.level,
        parent_pk=wording.parent_id,
        text=wording.text,
        opening=wording.opening,
        notes=tuple(str(note) for note in wording.notes),
        language=revision.draft.language,
        text_hash=wording.text_hash,
        input_count=count_by_paragraph_id.get(wording.paragraph_id, 0),
        redline=redline_from_stored(wording.redline) if wording.redline else (),
        is_new=revision.number > 1 and wording.previous_id is None,
        autosaved=autosaved_by_paragraph_id.get(wording.paragraph_id),
    )


def current_paragraph_of(shown_text: ShownText, paragraph_public_id: UUID) -> ShownParagraph | None:
    """The paragraph itself in this text, or the one under which its inputs are read now."""
    paragraph = shown_text.find(paragraph_public_id)
    if paragraph is not None or not shown_text.placement.current_id_by_earlier_id:
        return paragraph
    wordings = Wording.objects.filter(
        revision__draft=shown_text.revision.draft_id, paragraph__public_id=paragraph_public_id
    )
    earlier_id = wordings.values_list("paragraph", flat=True).first()
    if earlier_id is None:
        return None
    current_id = shown_text.placement.current_id_by_earlier_id.get(earlier_id)
    if current_id is None:
        return None
    return next(iter(shown_text.paragraphs_in_force([current_id])), None)


def _struck_paragraphs(
    access: Access, revision: Revision, count_by_struck_id: Mapping[int, int]
) -> Iterator[ShownParagraph]:
    """Paragraphs of earlier revisions that left the text but have inputs: one query at most.

    Each has its last words before it left. `count_by_struck_id` may also count paragraphs of other
    texts and of later revisions: they are left out.
    """
    if not count_by_struck_id:
        return
    last_wordings = (
        wordings_with_paragraph_uuid(access)
        .filter(
            paragraph__in=list(count_by_struck_id),
            revision__draft=revision.draft_id,
            revision__number__lt=revision.number,
        )
        .order_by("paragraph_id", "-revision__number")
        .distinct("paragraph_id")
    )
    for wording in sorted(last_wordings, key=lambda wording: wording.place):
        struck_paragraph = shown_paragraph(wording, revision, count_by_struck_id)
        yield replace(struck_paragraph, redline=(), is_new=False, is_struck=True)


# --- A thread ------------------------------------------------------------------------------------


def thread_of(
    access: Access,
    shown_text: ShownText,
    paragraph: ShownParagraph,
    page: ThreadPage = 1,
    rounds: Iterable[Round] | None = None,
    size: int = PAGE_SIZE,
) -> Thread:
    """One page of the comments on a paragraph of a text, in force or struck: one query.

    Own drafts come first, then every submitted input in its last version, withdrawn ones too, in
    table order. `rounds` are all of the consultation, where they were read already; `size` is that
    of a page. Where `page` is a comment, one query more finds its page.
    """
    paragraph_ids = shown_text.paragraph_ids_under(paragraph)
    ids_with_earlier_inputs = shown_text.placement.ids_with_earlier_inputs_by_paragraph_id.get(
        paragraph.pk
    )
    if page == 1 and size == PAGE_SIZE and rounds is not None:  # as nearly all open it
        shape, values = reader_shape_and_values(access, list(rounds))
        statement = _first_page_statement(shape)
        page_number = 1
        page_of_comments = statement.run(**values, paragraphs=ids_as_array(paragraph_ids))
    else:
        comments = _comments_in_order(access, rounds, Q(paragraph__in=paragraph_ids))
        page_number = _page_with(comments, page, size) if isinstance(page, UUID) else page
        start = (page_number - 1) * size
        page_of_comments = list(_with_all(access, comments)[start : start + size + 1])
    return Thread(
        revision=shown_text.revision,
        paragraph=paragraph,
        paragraph_ids=paragraph_ids,
        shown_comments=tuple(
            shown_comment(comment, paragraph) for comment in page_of_comments[:size]
        ),
        page=page_number,
        has_next=len(page_of_comments) > size,
        paragraphs_with_earlier_inputs=shown_text.paragraphs_in_force(ids_with_earlier_inputs)
        if ids_with_earlier_inputs
        else (),
    )


@cache
def _first_page_statement(shape: ReaderShape) -> KeptStatement[Any]:
    """The first page of a thread, compiled once for all readers of one shape.

    One comment more than the page shows tells whether there is a next page.
    """
    reader = reader_of_shape(shape)
    on_paragraphs = Q(is_in_id_array("paragraph_id", "paragraphs"))
    # A reader of a shape knows the readable rounds already, whatever rounds are given.
    return KeptStatement(
        lambda: _with_all(reader, _comments_in_order(reader, (), on_paragraphs))[: PAGE_SIZE + 1]
    )


def _comments_in_order(
    access: Access, rounds: Iterable[Round] | None, on_paragraphs: Q
) -> QuerySet[Comment]:
    """The comments of a thread: own drafts, then submitted inputs in table order."""
    comments = Comment.objects.visible_to(access, rounds)
    is_submitted = Case(When(submitted_at=None, then=Value(0)), default=Value(1))
    return comments.filter(on_paragraphs, superseded_at=None).order_by(is_submitted, *TABLE_ORDER)


def _with_all(access: Access, comments: QuerySet[Comment]) -> QuerySet[Comment]:
    return with_notes(access, with_answers(access, comments))


def _page_with(ordered_comments: QuerySet[Comment], public_id: UUID, size: int) -> int:
    """The number of the page on which this comment stands; 1 where it is none of these."""
    public_ids = list(ordered_comments.values_list("public_id", flat=True))
    return public_ids.index(public_id) // size + 1 if public_id in public_ids else 1


def shown_comment(comment: Any, paragraph: ShownParagraph | None = None) -> ShownComment:
    """A comment read `with_answers`, beside the present wording of its paragraph."""
    state = comment.state
    return ShownComment(
        comment=comment,
        public_id=comment.public_id,
        reference=comment.reference,
        delegation_name=comment.seat.name_for_reader,
        filing_delegation_name=comment.filed_by.name_for_reader
        if comment.filed_by_id != comment.seat_id
        else "",
        member_names=tuple(name_for_reader(name) for name in comment.member_names),
        alignments=alignments_of(comment),
        kind=CommentKind(comment.kind),
        type=CommentType(comment.type),
        state=state,
        moment=comment.submitted_at or comment.edited_at,
        is_late=comment.is_late,
        redline=redline_to_show(comment, comment.wording.text, comment.paragraph.draft.language),
        opening="" if comment.kind == CommentKind.ADD_AFTER else comment.wording.opening,
        rationale=comment.rationale,
        language=comment.language,
        move_after=comment.move_label or "",
        earlier_wording=_earlier_wording(comment.wording, paragraph),
        replies=tuple(ShownReply(**fields_from_json(item)) for item in comment.reply_items),
        review=next((ShownReview(**fields_from_json(item)) for item in comment.review_items), None),
        closure=next(
            (ShownClosure(**fields_from_json(item)) for item in comment.closure_items), None
        ),
        is_draft=state in {CommentState.DRAFTED, CommentState.CLEARED},
    )


def with_answers(access: Access, comments: Any) -> Any:
    """Comments with names, wording and all that is attached to them: no further query.

    The comments must be `visible_to` the reader. Those who read a comment read what is attached to
    it (domain, rule 8), so that is not checked again for every row.
    """
    of_outer_comment = {"comment": OuterRef("pk")}
    reviews = Review.objects.released_to(access).filter(**of_outer_comment)
    return comments.select_related(
        "seat", "filed_by", "round", "wording__revision", "paragraph__draft"
    ).annotate(
        move_label=Subquery(
            Wording.objects.filter(
                revision=OuterRef("wording__revision"), paragraph=OuterRef("move_after")
            ).values("label")
        ),
        member_names=ArraySubquery(CommentMember.objects.filter(**of_outer_comment).values("name")),
        reply_items=REPLY_ITEMS,
        alignment_items=ALIGNMENT_ITEMS,
        review_items=items_as_json(
            reviews.order_by("-decided_at", "-pk")[:1],
            public_id="public_id",
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


def _earlier_wording(wording: Wording, paragraph: ShownParagraph | None) -> EarlierWording | None:
    """The wording on which an input was made, where it is not the present one."""
    if paragraph is None or wording.public_id == paragraph.wording_public_id:
        return None
    if (wording.text, wording.name) == (paragraph.text, paragraph.name):
        return None
    is_reworded = wording.text != paragraph.text
    return EarlierWording(
        wording.revision.stage,
        name_of_wording(wording),
        wording.text,
        wording.opening,
        is_reworded,
    )
