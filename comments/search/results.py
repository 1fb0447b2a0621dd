"""What a reader finds: in the texts as they stand, in inputs, in earlier revisions.

Everything starts at what this reader may see: no word of another delegation's draft makes a hit, a
count or a suggestion. The same queries at any size of the record.
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
from comments.search.spelling import LIKE, put_right
from comments.threads.homes import homes_in
from comments.threads.states import STATES
from comments.threads.threads import TABLE_ORDER
from consultations.rules.access import Access, Act
from drafts.labels import keys_cited_as
from drafts.models import Descent, Kind, Revision, Wording, WordingLexemes, WordingTranslation
from drafts.words.quoting import opening_of
from drafts.words.text_search import Pieces, excerpt, marked, matches, pieces_of

PAGE = 20
# Of each kind, where all of them are shown together.
FIRST = 5
# Fewer hits than these, and other spellings are looked for.
FEW = 3
# So many of a kind are counted and can be paged through; who finds more narrows the question.
MOST_HITS = 1000
# By the circulated wordings, which were written in the order of their text; then as in the table.
IN_ORDER = ("wording_id", *TABLE_ORDER)
TEXT_ORDER = ("revision__draft__place", "revision__draft_id", "-revision__number", "place")


class Among(TextChoices):
    """Where words are looked for."""

    TEXT = "text", gettext_lazy("the current text")
    INPUTS = "inputs", gettext_lazy("inputs")
    EARLIER = "earlier", gettext_lazy("earlier revisions")


@dataclass(frozen=True, slots=True)
class Question:
    """What is looked for, and where."""

    words: str
    among: str = ""
    paragraph: str = ""  # as it is cited in the texts as they stand
    delegation: str = ""  # its code
    round: UUID | None = None
    state: str = ""
    page: int = 1

    @property
    def kinds(self) -> list[Among]:
        """Where it looks. Delegation and state are said of inputs alone."""
        of_inputs_alone = self.delegation or self.state
        kinds = [Among.INPUTS] if of_inputs_alone else [Among.TEXT, Among.INPUTS, Among.EARLIER]
        return [kind for kind in kinds if self.among in {"", kind}]


@dataclass(frozen=True, slots=True)
class SearchLine:
    """Words of a hit, those that were looked for marked in them."""

    pieces: Pieces
    language: str
    is_reason: bool = False

    @property
    def is_found(self) -> bool:
        return any(is_found for is_found, _words in self.pieces)


@dataclass(frozen=True, slots=True)
class SearchHit:
    """A paragraph of a revision, or an input on one, in which the words stand."""

    id: UUID
    label: str
    draft: str
    stage: str
    lines: tuple[SearchLine, ...]
    url: str
    # Of inputs alone.
    who: str = ""
    reference: str = ""
    kind: str = ""
    state: str = ""


@dataclass(frozen=True)
class SearchGroup:
    """The hits of one kind, a page of them. `is_more`: there are more than are counted."""

    kind: Among
    page: Page[int]
    hits: tuple[SearchHit, ...]
    is_more: bool

    @property
    def count(self) -> int:
        return self.page.paginator.count


@dataclass(frozen=True, slots=True)
class Search:
    """What was found, and the spelling that may have been meant."""

    question: Question
    groups: tuple[SearchGroup, ...]
    suggestion: str = ""

    @property
    def count(self) -> int:
        return sum(group.count for group in self.groups)


@dataclass(frozen=True, slots=True)
class Asking:
    """A question of one reader, with what all its statements share."""

    access: Access
    question: Question
    query: str  # the words as the database reads them
    latest: tuple[int, ...]  # the keys of the texts as they stand
    earlier: tuple[int, ...]  # and of the revisions before them
    paragraphs: Sequence[int] | None  # that are looked through; None for all of them

    def page_of(self, hits: int) -> Page[int]:
        """The places of the hits that are shown, of so many."""
        is_alone = len(self.question.kinds) == 1
        paginator = Paginator(range(min(hits, MOST_HITS)), PAGE if is_alone else FIRST)
        return paginator.get_page(self.question.page if is_alone else 1)


@transaction.atomic
def search(access: Access, question: Question) -> Search:
    """The hits of a question for one reader: text by its order, inputs as in the table."""
    access.require(Act.READ_TEXT)
    query = _read(question.words)
    latest, earlier = _revisions(access)
    cited = _paragraphs(access, question.paragraph, latest) if question.paragraph else None
    asking = Asking(access, question, query, latest, earlier, cited)
    found = tuple(
        _found_inputs(asking) if kind is Among.INPUTS else _found_texts(asking, kind)
        for kind in question.kinds
    )
    answer = Search(question, found)
    if answer.count >= FEW:
        return answer
    return replace(answer, suggestion=put_right(access, question.words))


def _read(words: str) -> str:
    """The words as the database reads them, once for all statements of this transaction.

    In it words are looked up in their index, which is in memory in any case, and a spelling need
    not be very like another to be looked at.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT words_asked(%s)::text, set_config('random_page_cost', '1.1', true),"
            " set_config('pg_trgm.similarity_threshold', %s, true)",
            [words, LIKE],
        )
        return str(cursor.fetchone()[0])


def _revisions(access: Access) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The keys of the texts as they stand, and of what was circulated before: one query."""
    rows = Revision.objects.visible_to(access).order_by("draft_id", "-number")
    latest: dict[int, int] = {}
    earlier = []
    for key, draft in rows.values_list("pk", "draft_id"):
        if latest.setdefault(draft, key) != key:
            earlier.append(key)
    return tuple(latest.values()), tuple(earlier)


# --- The text ------------------------------------------------------------------------------------


def _found_texts(asking: Asking, kind: Among) -> SearchGroup:
    """A page of wordings: two queries, the first for their keys."""
    rows = _wordings(asking, is_latest=kind is Among.TEXT).order_by(*TEXT_ORDER)
    keys = list(rows.values_list("pk", flat=True)[: MOST_HITS + 1])
    page = asking.page_of(len(keys))
    hits = tuple(_text_hits(asking, [keys[place] for place in page])) if keys else ()
    return SearchGroup(kind, page, hits, is_more=len(keys) > MOST_HITS)


def _wordings(asking: Asking, *, is_latest: bool) -> QuerySet[Wording]:
    """Wordings as they stand now; or what was said before, each in the last revision that did."""
    question = asking.question
    found = _lexemes(asking).values("wording")
    is_found = Q(pk__in=found)
    if re.search(r"\d", question.words):  # a paragraph is found by its label too
        is_found |= Q(label__iexact=question.words)
    rows = Wording.objects.visible_to(asking.access).filter(is_found)
    if is_latest:
        rows = rows.filter(revision__in=asking.latest)
    else:
        # A translation may hang on the earlier of two equal wordings: both must be found.
        same = {"previous": OuterRef("pk"), "text_hash": OuterRef("text_hash"), "pk__in": found}
        rows = rows.filter(revision__in=asking.earlier)
        rows = rows.exclude(Exists(Wording.objects.filter(**same)))
    if asking.paragraphs is not None:
        rows = rows.filter(paragraph__in=asking.paragraphs)
    if question.round:
        rows = rows.filter(revision__round__public_id=question.round)
    return rows


def _paragraphs(access: Access, label: str, latest: Sequence[int]) -> list[int]:
    """The paragraphs that the texts as they stand cite so, and those whose inputs came to stand
    under them: two queries. A label such as "(a)" alone is that of many.
    """
    rows = Wording.objects.visible_to(access).filter(revision__in=latest)
    standing = list(
        rows.order_by("revision__draft__place", "revision", "place").values_list(
            "revision", "paragraph", "parent", "label", "place"
        )
    )
    went_out = Revision.objects.visible_to(access)
    steps = Descent.objects.filter(revision__in=went_out).in_time()
    homes = homes_in(
        {paragraph: place for _revision, paragraph, _above, _label, place in standing},
        list(steps.values_list("paragraph_id", "follows_id")),
    )
    cited = keys_cited_as(label, [row[1:4] for row in standing])
    return [key for paragraph in cited for key in homes.keys_under(paragraph)]


def _lexemes(asking: Asking) -> QuerySet[WordingLexemes]:
    """The words of wordings and of their translations, each matched in its own language."""
    readable = WordingLexemes.objects.visible_to(asking.access)
    return readable.filter(matches("lexemes", asking.query))


def _text_hits(asking: Asking, keys: Sequence[int]) -> Iterator[SearchHit]:
    """In the language in which the words stand, the authentic one first."""
    words, slug = asking.question.words, asking.access.consultation.slug
    authentic = F("revision__draft__language")
    rows: QuerySet[Any] = (
        Wording.objects.visible_to(asking.access)
        .filter(pk__in=keys)
        .select_related("revision__draft", "paragraph")
        .annotate(said=Coalesce(_said(asking), _marked_in(authentic, F("text"), words)))
    )
    for row in rows.order_by(*TEXT_ORDER):
        revision, paragraph, language = row.revision, row.paragraph.public_id, row.said["language"]
        args = [slug, revision.draft.slug, revision.number]
        other = "" if language == revision.draft.language else f"&text={language}"
        yield SearchHit(
            id=row.public_id,
            label=label_of(row),
            draft=revision.draft.title,
            stage=revision.stage,
            lines=(_line(row.said["text"], asking.question, language),),
            url=f"{reverse('reading', args=args)}?open={paragraph}{other}#p-{paragraph}",
        )


def _said(asking: Asking) -> Subquery:
    """Where the words of a wording are found: its language, and its text with them marked."""
    is_authentic = Case(When(language=F("wording__revision__draft__language"), then=0), default=1)
    translation = WordingTranslation.objects.filter(
        wording=OuterRef("wording"), language=OuterRef("language")
    )
    text = Coalesce(Subquery(translation.values("text")[:1]), F("wording__text"))
    rows = _lexemes(asking).filter(wording=OuterRef("pk")).order_by(is_authentic, "language")
    said = _marked_in(F("language"), text, asking.question.words)
    return Subquery(rows.values(said=said)[:1])


def _marked_in(language: Combinable, text: Combinable, words: str) -> JSONObject:
    return JSONObject(language=language, text=marked(language, text, words))


def label_of(wording: Wording) -> str:
    """How a paragraph is called in a list: Paragraph 12, OP3, Heading II, Title, “Recalling …”."""
    if not wording.label and wording.kind not in {Kind.TITLE, Kind.HEADING}:
        return opening_of(wording.text)
    if wording.kind in {Kind.TITLE, Kind.HEADING}:
        return f"{capfirst(str(Kind(wording.kind).label))} {wording.label}".strip()
    is_number = wording.label[:1].isdigit()
    return _("Paragraph %(label)s") % {"label": wording.label} if is_number else wording.label


def _line(text: str, question: Question, language: str, *, is_reason: bool = False) -> SearchLine:
    return SearchLine(excerpt(pieces_of(text, question.words)), language, is_reason)


# --- Inputs --------------------------------------------------------------------------------------


def _found_inputs(asking: Asking) -> SearchGroup:
    """A page of inputs: two queries. The first finds, the second reads what is shown.

    Few hits are sorted by themselves; many are walked in their order until the page is full.
    """
    rows = _inputs(asking)
    keys = list(rows.values_list("pk", flat=True)[: MOST_HITS + 1])
    is_more = len(keys) > MOST_HITS
    page = asking.page_of(len(keys))
    found = rows if is_more else Comment.objects.visible_to(asking.access).filter(pk__in=keys)
    begin = (page.number - 1) * page.paginator.per_page
    shown = found.order_by(*IN_ORDER).values("pk")[begin : begin + len(page)]
    hits = tuple(_input_hits(asking, shown)) if keys else ()
    return SearchGroup(Among.INPUTS, page, hits, is_more)


def _inputs(asking: Asking) -> QuerySet[Comment]:
    """Inputs in their last version, own drafts among them; a state asks for others too."""
    question = asking.question
    is_found = Q(matches("lexemes__lexemes", asking.query))
    if cited := re.fullmatch(r"([A-Za-z0-9-]+)-(\d{1,6})", question.words):  # PRT-7
        is_found |= Q(seat__code__iexact=cited[1], number=int(cited[2]))
    rows = Comment.objects.visible_to(asking.access).filter(is_found)
    rows = rows.filter(**STATES.get(question.state, {"superseded_at": None}))
    if asking.paragraphs is not None:
        rows = rows.filter(paragraph__in=asking.paragraphs)
    if question.delegation:
        rows = rows.filter(seat__code__iexact=question.delegation)
    if question.round:
        rows = rows.filter(round__public_id=question.round)
    return rows.order_by()


def _input_hits(asking: Asking, shown: QuerySet[Any]) -> Iterator[SearchHit]:
    question = asking.question
    rows = (
        Comment.objects.visible_to(asking.access)
        .filter(pk__in=shown)
        .select_related("seat", "wording__revision__draft")
        .annotate(
            marked_words=marked("language", "proposed", question.words),
            marked_reason=marked("language", "rationale", question.words),
        )
    )
    for row in rows.order_by(*IN_ORDER):
        revision = row.wording.revision
        yield SearchHit(
            id=row.public_id,
            label=label_of(row.wording),
            draft=revision.draft.title,
            stage=revision.stage,
            lines=_lines(row, question),
            url=reverse("comment", args=[asking.access.consultation.slug, row.public_id]),
            who=row.seat.name_for_reader,
            reference=row.reference,
            kind=str(CommentKind(row.kind).label),
            state=str(CommentState(row.state).label),
        )


def _lines(row: Any, question: Question) -> tuple[SearchLine, ...]:
    """Where the words stand, the proposal or the reason or both; without any, the first there is.

    An input that was found by its number holds none.
    """
    lines = [
        _line(row.marked_words, question, row.language),
        _line(row.marked_reason, question, row.language, is_reason=True),
    ]
    filled = [line for line in lines if line.pieces]
    return tuple(line for line in filled if line.is_found) or tuple(filled[:1])
