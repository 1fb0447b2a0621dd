"""Search results for a reader: in the current texts, in inputs, in earlier revisions.

It searches only what this reader may see: no word of another delegation's draft makes a hit, a
count or a suggestion. The number of queries does not grow with the record.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db import connection, transaction
from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, Subquery, TextChoices, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce, JSONObject
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy

from comments.inputs.models import TABLE_ORDER
from comments.inputs.placement import place_inputs
from comments.inputs.queries import CONDITIONS_BY_STATE
from comments.models import Comment, CommentKind, CommentState
from comments.search.spelling import MIN_TRIGRAM_SIMILARITY, corrected_query
from consultations.rules.access import Access, Act
from drafts.models import (
    SECTION_KINDS,
    Descent,
    ParagraphKind,
    Revision,
    Wording,
    WordingLexemes,
    WordingTranslation,
)
from drafts.text.citing import citation_of_wording
from drafts.text.labels import CITED_COLUMNS, CitedRow, paragraph_ids_cited_as
from drafts.words.text_search import (
    MarkedPieces,
    excerpt,
    marked_pieces,
    marked_text,
    matches_query,
)

PAGE_SIZE = 20
# How many hits of each area are shown where all areas are.
HITS_PER_AREA = 5
# With fewer hits in all, another spelling is suggested.
FEW_HITS = 3
# The most hits of an area that are counted and shown in pages; for more, narrow the query.
MAX_HITS = 1000
# By paragraph, then as in the table: ids of circulated wordings are in the order of their text.
INPUT_ORDER = ("wording_id", *TABLE_ORDER)
TEXT_ORDER = ("revision__draft__place", "revision__draft_id", "-revision__number", "place")


class SearchArea(TextChoices):
    """Where to search."""

    TEXT = "text", gettext_lazy("the current text")
    INPUTS = "inputs", gettext_lazy("inputs")
    EARLIER = "earlier", gettext_lazy("earlier revisions")


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """The words to search for, and where."""

    words: str
    area: str = ""  # a value of SearchArea; "" for all areas
    paragraph_label: str = ""  # as it is cited in the current texts
    delegation_code: str = ""  # of the delegation whose inputs are asked for
    round_public_id: UUID | None = None  # of the inputs, or of the revision in which words stand
    state: str = ""  # a key of CONDITIONS_BY_STATE
    page: int = 1

    @property
    def areas(self) -> list[SearchArea]:
        """Where to search. Only inputs have a delegation and a state."""
        possible_areas = [SearchArea.TEXT, SearchArea.INPUTS, SearchArea.EARLIER]
        if self.delegation_code or self.state:
            possible_areas = [SearchArea.INPUTS]
        return [area for area in possible_areas if self.area in {"", area}]


@dataclass(frozen=True, slots=True)
class SearchLine:
    """An excerpt of a hit, with the matches marked in it: words of a text, a proposal or a reason.

    `is_reason` tells the reason of an input from the wording that it proposes.
    """

    pieces: MarkedPieces
    language: str
    is_reason: bool = False

    @property
    def has_match(self) -> bool:
        """Whether a word of it matches."""
        return any(is_match for is_match, _words in self.pieces)


@dataclass(frozen=True, slots=True)
class SearchHit:
    """A paragraph of a revision, or an input on one, that contains the words."""

    public_id: UUID  # public id of the wording or the input
    label: str
    draft_title: str  # title of the text
    stage: str  # of the revision in which the words stand, or on which the input was made
    lines: tuple[SearchLine, ...]
    url: str
    # Of inputs only; kind and state in words.
    delegation_name: str = ""
    reference: str = ""  # "PRT-7"
    kind: str = ""
    state: str = ""


@dataclass(frozen=True)
class SearchGroup:
    """A page of hits in one area. `has_more`: whether there are more than MAX_HITS."""

    area: SearchArea
    page: Page[int]  # of the indexes of the hits
    hits: tuple[SearchHit, ...]
    has_more: bool

    @property
    def count(self) -> int:
        return self.page.paginator.count


@dataclass(frozen=True, slots=True)
class SearchResults:
    """The hits, and a suggested spelling."""

    query: SearchQuery
    groups: tuple[SearchGroup, ...]
    suggestion: str = ""

    @property
    def count(self) -> int:
        return sum(group.count for group in self.groups)


# A wording with `match`, a comment with `marked_words` and `marked_reason`: the queries add them.
type WordingWithMatch = Any
type CommentWithMatch = Any


@dataclass(frozen=True, slots=True)
class SearchContext:
    """A search by one reader, with what all its statements share."""

    access: Access
    query: SearchQuery
    tsquery: str  # the words as PostgreSQL parsed them
    latest_revision_ids: tuple[int, ...]
    earlier_revision_ids: tuple[int, ...]
    paragraph_ids: Sequence[int] | None  # to search in; None for all of them

    def page_of_hits(self, hit_count: int) -> Page[int]:
        """The indexes of the hits to show, out of so many; the first few if all areas are shown."""
        is_only_area = len(self.query.areas) == 1
        paginator = Paginator(
            range(min(hit_count, MAX_HITS)), PAGE_SIZE if is_only_area else HITS_PER_AREA
        )
        return paginator.get_page(self.query.page if is_only_area else 1)


@transaction.atomic
def search(access: Access, query: SearchQuery) -> SearchResults:
    """The hits of a query for one reader: paragraphs in text order, inputs by paragraph and then
    in table order.

    In a transaction, for which `_parse_query` sets options of the database.
    """
    access.require(Act.READ_TEXT)
    tsquery = _parse_query(query.words)
    latest_ids, earlier_ids = _revision_ids(access)
    paragraph_ids = None
    if query.paragraph_label:
        paragraph_ids = _cited_paragraph_ids(access, query.paragraph_label, latest_ids)
    context = SearchContext(access, query, tsquery, latest_ids, earlier_ids, paragraph_ids)
    groups = tuple(
        _input_group(context) if area is SearchArea.INPUTS else _text_group(context, area)
        for area in query.areas
    )
    results = SearchResults(query, groups)
    if results.count >= FEW_HITS:
        return results
    return replace(results, suggestion=corrected_query(access, query.words))


def _parse_query(words: str) -> str:
    """The words as a tsquery of PostgreSQL; also sets two options for this transaction.

    The database should use the index of words, which is in memory anyway, and compare spellings
    that are not very similar. `words_asked` is a function of ours in it (docs/testing.md).
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT words_asked(%s)::text, set_config('random_page_cost', '1.1', true),"
            " set_config('pg_trgm.similarity_threshold', %s, true)",
            [words, MIN_TRIGRAM_SIMILARITY],
        )
        return str(cursor.fetchone()[0])


def _revision_ids(access: Access) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The ids of the latest revision of each text, and of those before them: one query."""
    revisions = Revision.objects.visible_to(access).order_by("draft_id", "-number")
    latest_id_by_draft_id: dict[int, int] = {}
    earlier_ids = []
    for revision_id, draft_id in revisions.values_list("pk", "draft_id"):
        if latest_id_by_draft_id.setdefault(draft_id, revision_id) != revision_id:
            earlier_ids.append(revision_id)
    return tuple(latest_id_by_draft_id.values()), tuple(earlier_ids)


# --- The text ------------------------------------------------------------------------------------


def _text_group(context: SearchContext, area: SearchArea) -> SearchGroup:
    """A page of wordings: two queries, the first for their ids."""
    wordings = _matching_wordings(context, in_latest=area is SearchArea.TEXT)
    wording_ids = list(wordings.order_by(*TEXT_ORDER).values_list("pk", flat=True)[: MAX_HITS + 1])
    page = context.page_of_hits(len(wording_ids))
    page_ids = [wording_ids[index] for index in page]
    hits = tuple(_text_hits(context, page_ids)) if wording_ids else ()
    return SearchGroup(area, page, hits, has_more=len(wording_ids) > MAX_HITS)


def _matching_wordings(context: SearchContext, *, in_latest: bool) -> QuerySet[Wording]:
    """Matching wordings of the latest revisions; or of earlier ones, each in its last revision."""
    query = context.query
    matching_ids = _matching_lexemes(context).values("wording")
    is_match = Q(pk__in=matching_ids)
    if re.search(r"\d", query.words):  # a label with a figure finds its paragraph too
        is_match |= Q(label__iexact=query.words)
    wordings = Wording.objects.visible_to(context.access).filter(is_match)
    if in_latest:
        wordings = wordings.filter(revision__in=context.latest_revision_ids)
    else:
        # A wording is left out where the next revision has the same words and matches too: only one
        # of two equal wordings may have a translation, or the label.
        later_equal_wordings = Wording.objects.filter(
            is_match, previous=OuterRef("pk"), text_hash=OuterRef("text_hash")
        )
        wordings = wordings.filter(revision__in=context.earlier_revision_ids)
        wordings = wordings.exclude(Exists(later_equal_wordings))
    if context.paragraph_ids is not None:
        wordings = wordings.filter(paragraph__in=context.paragraph_ids)
    if query.round_public_id:
        wordings = wordings.filter(revision__round__public_id=query.round_public_id)
    return wordings


def _cited_paragraph_ids(
    access: Access, label: str, latest_revision_ids: Sequence[int]
) -> list[int]:
    """The ids of paragraphs that the current texts cite by this label, and of those whose inputs
    are now read under them.

    Two queries. A label such as "(a)" fits many paragraphs.
    """
    wordings = Wording.objects.visible_to(access).filter(revision__in=latest_revision_ids)
    latest_wording_rows = list(
        wordings.order_by("revision__draft__place", "revision", "place").values_list(
            *CITED_COLUMNS, "place"
        )
    )
    revisions = Revision.objects.visible_to(access)
    descents = Descent.objects.filter(revision__in=revisions).oldest_first()
    place_by_paragraph_id: dict[int, int] = {}
    label_rows: list[CitedRow] = []
    for *cited_row, place in latest_wording_rows:
        place_by_paragraph_id[cited_row[0]] = place
        label_rows.append(tuple(cited_row))
    placement = place_inputs(
        place_by_paragraph_id, list(descents.values_list("paragraph_id", "follows_id"))
    )
    return [
        placed_id
        for cited_id in paragraph_ids_cited_as(label, label_rows)
        for placed_id in placement.paragraph_ids_under(cited_id)
    ]


def _matching_lexemes(context: SearchContext) -> QuerySet[WordingLexemes]:
    """The indexed words of wordings and translations that match, each in its own language."""
    readable = WordingLexemes.objects.visible_to(context.access)
    return readable.filter(matches_query("lexemes", context.tsquery))


def _text_hits(context: SearchContext, wording_ids: Sequence[int]) -> Iterator[SearchHit]:
    """The hits in texts, in the language of the match; the authentic one is tried first."""
    words, slug = context.query.words, context.access.consultation.slug
    authentic_language = F("revision__draft__language")
    authentic_match = _marked_in(authentic_language, F("text"), words)
    wordings: QuerySet[WordingWithMatch] = (
        Wording.objects.visible_to(context.access)
        .filter(pk__in=wording_ids)
        .select_related("revision__draft", "paragraph")
        # A paragraph that was found by its label may have no match.
        .annotate(match=Coalesce(_marked_match(context), authentic_match))
    )
    for wording in wordings.order_by(*TEXT_ORDER):
        revision, paragraph_public_id = wording.revision, wording.paragraph.public_id
        language = wording.match["language"]
        page_url = reverse("reading", args=[slug, revision.draft.slug, revision.number])
        language_choice = "" if language == revision.draft.language else f"&text={language}"
        yield SearchHit(
            public_id=wording.public_id,
            label=search_label(wording),
            draft_title=revision.draft.title,
            stage=revision.stage,
            lines=(_search_line(wording.match["text"], context.query, language),),
            url=f"{page_url}?open={paragraph_public_id}{language_choice}#p-{paragraph_public_id}",
        )


def _marked_match(context: SearchContext) -> Subquery:
    """The match of the outer wording, in the authentic language first: language and marked text."""
    sort_rank = Case(When(language=F("wording__revision__draft__language"), then=0), default=1)
    translation = WordingTranslation.objects.filter(
        wording=OuterRef("wording"), language=OuterRef("language")
    )
    text = Coalesce(Subquery(translation.values("text")[:1]), F("wording__text"))
    lexemes = (
        _matching_lexemes(context).filter(wording=OuterRef("pk")).order_by(sort_rank, "language")
    )
    match = _marked_in(F("language"), text, context.query.words)
    return Subquery(lexemes.values(match=match)[:1])


def _marked_in(language: Combinable, text: Combinable, words: str) -> JSONObject:
    """The language and the text with the words marked, as the database puts them together."""
    return JSONObject(language=language, text=marked_text(language, text, words))


def search_label(wording: Wording) -> str:
    """The name of a paragraph in a list: Paragraph 12, OP3, Heading II, Title, “Recalling …”."""
    if wording.kind in SECTION_KINDS:
        return f"{capfirst(str(ParagraphKind(wording.kind).label))} {wording.name}".strip()
    return citation_of_wording(wording)


def _search_line(
    text: str, query: SearchQuery, language: str, *, is_reason: bool = False
) -> SearchLine:
    return SearchLine(excerpt(marked_pieces(text, query.words)), language, is_reason)


# --- Inputs --------------------------------------------------------------------------------------


def _input_group(context: SearchContext) -> SearchGroup:
    """A page of inputs: two queries. The first finds ids, the second reads the page.

    Few hits are read again by their ids, then sorted; many are read in order until the page is
    full.
    """
    comments = _matching_inputs(context)
    comment_ids = list(comments.values_list("pk", flat=True)[: MAX_HITS + 1])
    has_more = len(comment_ids) > MAX_HITS
    page = context.page_of_hits(len(comment_ids))
    if not has_more:
        comments = Comment.objects.visible_to(context.access).filter(pk__in=comment_ids)
    start = (page.number - 1) * page.paginator.per_page
    page_ids = comments.order_by(*INPUT_ORDER).values("pk")[start : start + len(page)]
    hits = tuple(_input_hits(context, page_ids)) if comment_ids else ()
    return SearchGroup(SearchArea.INPUTS, page, hits, has_more)


def _matching_inputs(context: SearchContext) -> QuerySet[Comment]:
    """Matching inputs and own drafts in their last version, or all those in the state asked for."""
    query = context.query
    is_match = Q(matches_query("lexemes__lexemes", context.tsquery))
    if reference := re.fullmatch(r"([A-Za-z0-9-]+)-(\d{1,6})", query.words):  # PRT-7
        is_match |= Q(seat__code__iexact=reference[1], number=int(reference[2]))
    comments = Comment.objects.visible_to(context.access).filter(is_match)
    comments = comments.filter(**CONDITIONS_BY_STATE.get(query.state, {"superseded_at": None}))
    if context.paragraph_ids is not None:
        comments = comments.filter(paragraph__in=context.paragraph_ids)
    if query.delegation_code:
        comments = comments.filter(seat__code__iexact=query.delegation_code)
    if query.round_public_id:
        comments = comments.filter(round__public_id=query.round_public_id)
    return comments.order_by()


def _input_hits(context: SearchContext, comment_ids: QuerySet[Any]) -> Iterator[SearchHit]:
    """The hits for these inputs, with the words marked in their proposals and reasons."""
    query = context.query
    comments: QuerySet[CommentWithMatch] = (
        Comment.objects.visible_to(context.access)
        .filter(pk__in=comment_ids)
        .select_related("seat", "wording__revision__draft")
        .annotate(
            marked_words=marked_text("language", "proposed", query.words),
            marked_reason=marked_text("language", "rationale", query.words),
        )
    )
    for comment in comments.order_by(*INPUT_ORDER):
        revision = comment.wording.revision
        yield SearchHit(
            public_id=comment.public_id,
            label=search_label(comment.wording),
            draft_title=revision.draft.title,
            stage=revision.stage,
            lines=_input_lines(comment, query),
            url=reverse("comment", args=[context.access.consultation.slug, comment.public_id]),
            delegation_name=comment.seat.name_for_reader,
            reference=comment.reference,
            kind=str(CommentKind(comment.kind).label),
            state=str(CommentState(comment.state).label),
        )


def _input_lines(comment: CommentWithMatch, query: SearchQuery) -> tuple[SearchLine, ...]:
    """The proposal and the reason, as far as they match; without a match, the first of them.

    An input that was found by its number has no match.
    """
    lines = [
        _search_line(comment.marked_words, query, comment.language),
        _search_line(comment.marked_reason, query, comment.language, is_reason=True),
    ]
    nonempty_lines = [line for line in lines if line.pieces]
    matching_lines = tuple(line for line in nonempty_lines if line.has_match)
    return matching_lines or tuple(nonempty_lines[:1])
