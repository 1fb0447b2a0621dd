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
from django.db.models import (
    Case,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    TextChoices,
    When,
)
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce, JSONObject
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from comments.models import Comment, CommentKind, CommentState
from comments.search.spelling import MIN_SIMILARITY, corrected_query
from comments.threads.input_placement import place_inputs
from comments.threads.states import STATES
from comments.threads.threads import TABLE_ORDER
from consultations.rules.access import Access, Act
from drafts.labels import paragraph_ids_cited_as
from drafts.models import Descent, Kind, Revision, Wording, WordingLexemes, WordingTranslation
from drafts.words.quoting import opening_of
from drafts.words.text_search import (
    MarkedPieces,
    excerpt,
    marked_pieces,
    marked_text,
    matches_query,
)

PAGE_SIZE = 20
# How many hits of each kind are shown where all kinds are.
FIRST_HITS = 5
# With fewer hits, other spellings are looked for.
FEW_HITS = 3
# The most hits of a kind that are counted and shown in pages; for more, narrow the query.
MAX_HITS = 1000
# By the circulated wordings, which were written in the order of their text; then as in the table.
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
    area: str = ""
    paragraph: str = ""  # as it is cited in the current texts
    delegation: str = ""  # its code
    round: UUID | None = None
    state: str = ""
    page: int = 1

    @property
    def areas(self) -> list[SearchArea]:
        """Where to search. Only inputs have a delegation and a state."""
        is_on_inputs = self.delegation or self.state
        areas = (
            [SearchArea.INPUTS]
            if is_on_inputs
            else [SearchArea.TEXT, SearchArea.INPUTS, SearchArea.EARLIER]
        )
        return [area for area in areas if self.area in {"", area}]


@dataclass(frozen=True, slots=True)
class SearchLine:
    """Words of a hit, with the matches marked in them."""

    pieces: MarkedPieces
    language: str
    is_reason: bool = False

    @property
    def is_found(self) -> bool:
        return any(is_found for is_found, _words in self.pieces)


@dataclass(frozen=True, slots=True)
class SearchHit:
    """A paragraph of a revision, or an input on one, that contains the words."""

    id: UUID
    label: str
    draft: str
    stage: str
    lines: tuple[SearchLine, ...]
    url: str
    # Of inputs only.
    who: str = ""
    reference: str = ""
    kind: str = ""
    state: str = ""


@dataclass(frozen=True)
class SearchGroup:
    """A page of hits in one area. `is_more` if there are more than were counted."""

    area: SearchArea
    page: Page[int]
    hits: tuple[SearchHit, ...]
    is_more: bool

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


@dataclass(frozen=True, slots=True)
class SearchContext:
    """A search by one reader, with what all its statements share."""

    access: Access
    query: SearchQuery
    tsquery: str  # the words, parsed
    latest: tuple[int, ...]  # keys of the latest revisions
    earlier: tuple[int, ...]  # keys of the revisions before them
    paragraphs: Sequence[int] | None  # to search in; None for all of them

    def comparison_page_of(self, hits: int) -> Page[int]:
        """The indexes of the hits to show, out of so many."""
        is_alone = len(self.query.areas) == 1
        paginator = Paginator(range(min(hits, MAX_HITS)), PAGE_SIZE if is_alone else FIRST_HITS)
        return paginator.get_page(self.query.page if is_alone else 1)


@transaction.atomic
def search(access: Access, query: SearchQuery) -> SearchResults:
    """The hits of a query for one reader: paragraphs in text order, inputs in table order."""
    access.require(Act.READ_TEXT)
    tsquery = _parse_query(query.words)
    latest, earlier = _revision_keys(access)
    paragraphs = _cited_paragraphs(access, query.paragraph, latest) if query.paragraph else None
    context = SearchContext(access, query, tsquery, latest, earlier, paragraphs)
    groups = tuple(
        _input_group(context) if area is SearchArea.INPUTS else _text_group(context, area)
        for area in query.areas
    )
    results = SearchResults(query, groups)
    if results.count >= FEW_HITS:
        return results
    return replace(results, suggestion=corrected_query(access, query.words))


def _parse_query(words: str) -> str:
    """The words as a tsquery; also sets two options of the database for this transaction.

    It should use the index of words, which is in memory anyway, and compare spellings that are
    not very similar.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT words_asked(%s)::text, set_config('random_page_cost', '1.1', true),"
            " set_config('pg_trgm.similarity_threshold', %s, true)",
            [words, MIN_SIMILARITY],
        )
        return str(cursor.fetchone()[0])


def _revision_keys(access: Access) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The keys of the latest revisions, and of those before them: one query."""
    rows = Revision.objects.visible_to(access).order_by("draft_id", "-number")
    latest: dict[int, int] = {}
    earlier = []
    for key, draft in rows.values_list("pk", "draft_id"):
        if latest.setdefault(draft, key) != key:
            earlier.append(key)
    return tuple(latest.values()), tuple(earlier)


# --- The text ------------------------------------------------------------------------------------


def _text_group(context: SearchContext, area: SearchArea) -> SearchGroup:
    """A page of wordings: two queries, the first for their keys."""
    rows = _matching_wordings(context, is_latest=area is SearchArea.TEXT).order_by(*TEXT_ORDER)
    keys = list(rows.values_list("pk", flat=True)[: MAX_HITS + 1])
    page = context.comparison_page_of(len(keys))
    hits = tuple(_text_hits(context, [keys[place] for place in page])) if keys else ()
    return SearchGroup(area, page, hits, is_more=len(keys) > MAX_HITS)


def _matching_wordings(context: SearchContext, *, is_latest: bool) -> QuerySet[Wording]:
    """Matching current wordings; or earlier ones, each in the last revision that has it."""
    query = context.query
    matching = _matching_lexemes(context).values("wording")
    is_found = Q(pk__in=matching)
    if re.search(r"\d", query.words):  # a label finds its paragraph too
        is_found |= Q(label__iexact=query.words)
    rows = Wording.objects.visible_to(context.access).filter(is_found)
    if is_latest:
        rows = rows.filter(revision__in=context.latest)
    else:
        # Only one of two equal wordings may have a translation: both must match.
        later_equal = {
            "previous": OuterRef("pk"),
            "text_hash": OuterRef("text_hash"),
            "pk__in": matching,
        }
        rows = rows.filter(revision__in=context.earlier)
        rows = rows.exclude(Exists(Wording.objects.filter(**later_equal)))
    if context.paragraphs is not None:
        rows = rows.filter(paragraph__in=context.paragraphs)
    if query.round:
        rows = rows.filter(revision__round__public_id=query.round)
    return rows


def _cited_paragraphs(access: Access, label: str, latest: Sequence[int]) -> list[int]:
    """The paragraphs that the current texts cite so, and those whose inputs moved under them.

    Two queries. A label such as "(a)" fits many paragraphs.
    """
    rows = Wording.objects.visible_to(access).filter(revision__in=latest)
    current = list(
        rows.order_by("revision__draft__place", "revision", "place").values_list(
            "revision", "paragraph", "parent", "label", "place"
        )
    )
    circulated = Revision.objects.visible_to(access)
    steps = Descent.objects.filter(revision__in=circulated).in_time()
    homes = place_inputs(
        {paragraph: place for _revision, paragraph, _above, _label, place in current},
        list(steps.values_list("paragraph_id", "follows_id")),
    )
    cited = paragraph_ids_cited_as(label, [row[1:4] for row in current])
    return [key for paragraph in cited for key in homes.paragraph_ids_under(paragraph)]


def _matching_lexemes(context: SearchContext) -> QuerySet[WordingLexemes]:
    """The matching words of wordings and translations, each matched in its own language."""
    readable = WordingLexemes.objects.visible_to(context.access)
    return readable.filter(matches_query("lexemes", context.tsquery))


def _text_hits(context: SearchContext, keys: Sequence[int]) -> Iterator[SearchHit]:
    """The hits in texts, in the language of the match, the authentic language first."""
    words, slug = context.query.words, context.access.consultation.slug
    authentic = F("revision__draft__language")
    rows: QuerySet[Any] = (
        Wording.objects.visible_to(context.access)
        .filter(pk__in=keys)
        .select_related("revision__draft", "paragraph")
        .annotate(match=Coalesce(_marked_match(context), _marked_in(authentic, F("text"), words)))
    )
    for row in rows.order_by(*TEXT_ORDER):
        revision, paragraph, language = row.revision, row.paragraph.public_id, row.match["language"]
        args = [slug, revision.draft.slug, revision.number]
        other = "" if language == revision.draft.language else f"&text={language}"
        yield SearchHit(
            id=row.public_id,
            label=label_of(row),
            draft=revision.draft.title,
            stage=revision.stage,
            lines=(_search_line(row.match["text"], context.query, language),),
            url=f"{reverse('reading', args=args)}?open={paragraph}{other}#p-{paragraph}",
        )


def _marked_match(context: SearchContext) -> Subquery:
    """The match of a wording: its language, and its text with the words marked."""
    is_authentic = Case(When(language=F("wording__revision__draft__language"), then=0), default=1)
    translation = WordingTranslation.objects.filter(
        wording=OuterRef("wording"), language=OuterRef("language")
    )
    text = Coalesce(Subquery(translation.values("text")[:1]), F("wording__text"))
    rows = (
        _matching_lexemes(context).filter(wording=OuterRef("pk")).order_by(is_authentic, "language")
    )
    match = _marked_in(F("language"), text, context.query.words)
    return Subquery(rows.values(match=match)[:1])


def _marked_in(language: Combinable, text: Combinable, words: str) -> JSONObject:
    return JSONObject(language=language, text=marked_text(language, text, words))


def label_of(wording: Wording) -> str:
    """The name of a paragraph in a list: Paragraph 12, OP3, Heading II, Title, “Recalling …”."""
    if not wording.label and wording.kind not in {Kind.TITLE, Kind.HEADING}:
        return opening_of(wording.text)
    if wording.kind in {Kind.TITLE, Kind.HEADING}:
        return f"{capfirst(str(Kind(wording.kind).label))} {wording.label}".strip()
    is_number = wording.label[:1].isdigit()
    return _("Paragraph %(label)s") % {"label": wording.label} if is_number else wording.label


def _search_line(
    text: str, query: SearchQuery, language: str, *, is_reason: bool = False
) -> SearchLine:
    return SearchLine(excerpt(marked_pieces(text, query.words)), language, is_reason)


# --- Inputs --------------------------------------------------------------------------------------


def _input_group(context: SearchContext) -> SearchGroup:
    """A page of inputs: two queries. The first finds keys, the second reads the page.

    Few hits are sorted by key; many are read in order until the page is full.
    """
    rows = _matching_inputs(context)
    keys = list(rows.values_list("pk", flat=True)[: MAX_HITS + 1])
    is_more = len(keys) > MAX_HITS
    page = context.comparison_page_of(len(keys))
    rows = rows if is_more else Comment.objects.visible_to(context.access).filter(pk__in=keys)
    start = (page.number - 1) * page.paginator.per_page
    page_keys = rows.order_by(*INPUT_ORDER).values("pk")[start : start + len(page)]
    hits = tuple(_input_hits(context, page_keys)) if keys else ()
    return SearchGroup(SearchArea.INPUTS, page, hits, is_more)


def _matching_inputs(context: SearchContext) -> QuerySet[Comment]:
    """Matching inputs in their last version, and own drafts; a state may include other versions."""
    query = context.query
    is_found = Q(matches_query("lexemes__lexemes", context.tsquery))
    if cited := re.fullmatch(r"([A-Za-z0-9-]+)-(\d{1,6})", query.words):  # PRT-7
        is_found |= Q(seat__code__iexact=cited[1], number=int(cited[2]))
    rows = Comment.objects.visible_to(context.access).filter(is_found)
    rows = rows.filter(**STATES.get(query.state, {"superseded_at": None}))
    if context.paragraphs is not None:
        rows = rows.filter(paragraph__in=context.paragraphs)
    if query.delegation:
        rows = rows.filter(seat__code__iexact=query.delegation)
    if query.round:
        rows = rows.filter(round__public_id=query.round)
    return rows.order_by()


def _input_hits(context: SearchContext, keys: QuerySet[Any]) -> Iterator[SearchHit]:
    query = context.query
    rows = (
        Comment.objects.visible_to(context.access)
        .filter(pk__in=keys)
        .select_related("seat", "wording__revision__draft")
        .annotate(
            marked_words=marked_text("language", "proposed", query.words),
            marked_reason=marked_text("language", "rationale", query.words),
        )
    )
    for row in rows.order_by(*INPUT_ORDER):
        revision = row.wording.revision
        yield SearchHit(
            id=row.public_id,
            label=label_of(row.wording),
            draft=revision.draft.title,
            stage=revision.stage,
            lines=_input_lines(row, query),
            url=reverse("comment", args=[context.access.consultation.slug, row.public_id]),
            who=row.seat.name_for_reader,
            reference=row.reference,
            kind=str(CommentKind(row.kind).label),
            state=str(CommentState(row.state).label),
        )


def _input_lines(row: Any, query: SearchQuery) -> tuple[SearchLine, ...]:
    """The proposal and the reason, as far as they match; without a match, the first of them.

    An input that was found by its number has no match.
    """
    lines = [
        _search_line(row.marked_words, query, row.language),
        _search_line(row.marked_reason, query, row.language, is_reason=True),
    ]
    filled = [line for line in lines if line.pieces]
    return tuple(line for line in filled if line.is_found) or tuple(filled[:1])
