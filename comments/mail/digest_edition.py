"""The edition of a digest: news by text and paragraph, without a word of what was said."""

import uuid
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import Count, F
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from comments.desks.queue import unanswered_inputs
from comments.models import Acknowledgement, CommentKind
from comments.news.citations import (
    ParagraphPositions,
    absolute,
    called_by,
    label_then,
    paragraph_url,
    revision_url,
)
from comments.news.fresh import Counts, first_rows, items_of
from comments.news.new_items import (
    SOURCE_NAMES,
    SOURCES,
    Items,
    items_on,
    rows_again,
    still_readable,
)
from comments.news.unseen import on_paragraphs
from consultations.rules.access import Access
from delegations.reader_names import name_for_reader
from drafts.models import Draft, Revision

# A paragraph with more voices than this names the first ones and counts the rest.
MOST_NAMES = 12
MOST_UNANSWERED = 10
# So many paragraphs are named in one mail; some mail readers cut what is longer than 100 kB.
MOST_PARAGRAPHS = 60


@dataclass(frozen=True, slots=True)
class Voices:
    """What one kind of news on a paragraph comes to: "2 inputs", and whose they are."""

    words: str
    said: tuple[str, ...]
    more: int = 0


@dataclass(frozen=True, slots=True)
class ParagraphNews:
    """A paragraph with news, under the label it bears now."""

    label: str
    url: str
    voices: tuple[Voices, ...]


@dataclass(frozen=True, slots=True)
class RevisionNews:
    """A revision that was circulated."""

    stage: str
    circulated_at: datetime
    url: str


@dataclass(frozen=True, slots=True)
class TextNews:
    """A text with news: its new revisions, then its paragraphs in their order."""

    title: str
    symbol: str
    revisions: tuple[RevisionNews, ...]
    paragraphs: tuple[ParagraphNews, ...]


@dataclass(frozen=True, slots=True)
class Unanswered:
    """A paragraph with standing inputs that have no review."""

    title: str
    label: str
    url: str
    count: int


@dataclass(frozen=True, slots=True)
class News:
    """Everything new for one reader. `items` are the ids that stand in it."""

    items: Items
    totals: tuple[str, ...]
    texts: tuple[TextNews, ...]
    # How many more paragraphs have news, and the page that has them all; empty where none has.
    more: str = ""
    more_url: str = ""


@dataclass(frozen=True, slots=True)
class _NewsRow:
    """One row of news, as read: facts alone."""

    pk: int
    paragraph: int
    paragraph_id: uuid.UUID
    draft: int
    label_then: str
    kind_then: str
    opening_then: str
    code: str
    number: int
    is_late: bool
    supersedes: int | None
    who: str | None
    detail: str

    @property
    def reference(self) -> str:
        return f"{self.code}-{self.number}"


def read_news(
    access: Access, items: Items, places: ParagraphPositions, said: Counts | None = None
) -> News | None:
    """Read the items again as this capacity may read them now; None where nothing is left.

    A fixed number of queries. Words are in the language that is active. `said` counts all that
    is new on each paragraph, where the items are only the first of them.
    """
    pieces = {name: _read(name, access, items[name]) for name in SOURCES if name in items}
    pieces = {name: found for name, found in pieces.items() if found}
    revisions = _read_revisions(access, items.get("revisions", []))
    if not pieces and not revisions:
        return None
    told: Items = {name: [piece.pk for piece in found] for name, found in pieces.items()}
    if revisions:
        told["revisions"] = [revision.pk for revision in revisions]
    counts = said or {name: Counter(row.paragraph for row in pieces[name]) for name in pieces}
    return News(
        items=told,
        totals=count_words(counts, len(revisions)),
        texts=tuple(_texts(access, places, pieces, revisions, counts)),
    )


def read_first_news(access: Access, items: Items, places: ParagraphPositions) -> News | None:
    """What one mail tells of all the items: the paragraphs with the most news, and the totals.

    Read again as this capacity may read them now; None where nothing is left. Neither queries nor
    the rows that are read grow with the items. All of them are told, some as a number alone.
    """
    told = still_readable(access, items)
    counts = {
        name: {paragraph: len(ids) for paragraph, ids in found.items()}
        for name, found in told.items()
    }
    named = items_on(told, _most_told(counts, places))
    rows = rows_again(access, named).annotate(readable_from=F("said_at"))
    first = items_of(first_rows([rows], MOST_NAMES)) if named else {}
    revisions = {name: ids for name, ids in items.items() if name == "revisions"}
    news = read_news(access, first | revisions, places, counts)
    if news is None:
        return None
    homes = {places.home(key) for key in on_paragraphs(counts)}
    more = len(homes) - sum(len(text.paragraphs) for text in news.texts)
    page = absolute(reverse("new", args=[access.consultation.slug]))
    return replace(
        news,
        items=news.items | items_on(told),
        more=_more_paragraphs(more) if more else "",
        more_url=page if more else "",
    )


def _most_told(counts: Counts, places: ParagraphPositions) -> set[int]:
    """The paragraphs that one mail names: those with the most news, equal ones as in the text."""
    at_home = _brought_home(on_paragraphs(counts), places)
    most = sorted(at_home, key=lambda home: (-at_home[home], places.rank(home)))
    named = set(most[:MOST_PARAGRAPHS])
    return {key for key in on_paragraphs(counts) if places.home(key) in named}


def _more_paragraphs(count: int) -> str:
    said = ngettext("And %(n)d more paragraph online:", "And %(n)d more paragraphs online:", count)
    return said % {"n": count}


def count_words(said: Counts, revisions: int) -> tuple[str, ...]:
    """How many of each kind, in words: "2 revisions", "5 inputs"."""
    totals = {name: sum(found.values()) for name, found in said.items()} | {"revisions": revisions}
    return tuple(_counted(name, totals[name]) for name in SOURCE_NAMES if totals.get(name))


def _read(name: str, access: Access, ids: list[int]) -> list[_NewsRow]:
    source = SOURCES[name]
    rows = source.rows().visible_to(access).filter(pk__in=ids)  # type: ignore[attr-defined]
    way = source.way
    order = [f"{way}seat__rank", f"{way}seat__sort_key", f"{way}number", "pk"]
    columns = rows.order_by(*order).values_list(
        "pk",
        f"{way}paragraph_id",
        f"{way}paragraph__public_id",
        f"{way}paragraph__draft_id",
        f"{way}wording__label",
        f"{way}wording__kind",
        called_by(f"{way}wording__"),
        f"{way}seat__code",
        f"{way}number",
        f"{way}is_late",
        f"{way}supersedes_id",
        source.who,
        source.detail,
    )
    return [_NewsRow(*row) for row in columns]


def _read_revisions(access: Access, ids: list[int]) -> list[Revision]:
    rows = Revision.objects.visible_to(access).filter(pk__in=ids).select_related("draft")
    return list(rows.order_by("draft__place", "draft_id", "number"))


def _texts(
    access: Access,
    places: ParagraphPositions,
    pieces: Mapping[str, list[_NewsRow]],
    revisions: list[Revision],
    counts: Counts,
) -> Iterable[TextNews]:
    """The texts with news, in their order, each with its paragraphs in theirs."""
    home_counts = {name: _brought_home(found, places) for name, found in counts.items()}
    said: dict[int, dict[int, dict[str, list[_NewsRow]]]] = {}
    for name, found in pieces.items():
        for piece in found:
            in_text = said.setdefault(piece.draft, {})
            in_text.setdefault(places.home(piece.paragraph), {}).setdefault(name, []).append(piece)
    for draft in Draft.objects.visible_to(access):
        circulated = [revision for revision in revisions if revision.draft_id == draft.pk]
        on_paragraphs = said.get(draft.pk, {})
        if circulated or on_paragraphs:
            yield TextNews(
                title=draft.title,
                symbol=draft.symbol,
                revisions=tuple(_revision(access, draft, row) for row in circulated),
                paragraphs=tuple(
                    _paragraph(access, draft, places, key, on_paragraphs[key], home_counts)
                    for key in sorted(on_paragraphs, key=places.rank)
                ),
            )


def _revision(access: Access, draft: Draft, revision: Revision) -> RevisionNews:
    url = revision_url(access, draft, revision.number)
    return RevisionNews(revision.stage, revision.circulated_at, url)


def _paragraph(
    access: Access,
    draft: Draft,
    places: ParagraphPositions,
    key: int,
    pieces: Mapping[str, list[_NewsRow]],
    counts: Counts,
) -> ParagraphNews:
    first = next(iter(pieces.values()))[0]
    place = places.of(key)
    then = label_then(first.label_then, first.kind_then, first.opening_then)
    return ParagraphNews(
        label=place.label if place else then,
        url=paragraph_url(access, draft, place.id if place else first.paragraph_id),
        voices=tuple(
            _voices(name, pieces[name], counts[name][key]) for name in SOURCES if name in pieces
        ),
    )


def _brought_home(counts: Mapping[int, int], places: ParagraphPositions) -> dict[int, int]:
    """The counts under the paragraphs at which their words stand now."""
    brought: dict[int, int] = {}
    for paragraph, count in counts.items():
        home = places.home(paragraph)
        brought[home] = brought.get(home, 0) + count
    return brought


def _voices(name: str, pieces: list[_NewsRow], count: int) -> Voices:
    """The first who spoke; who did the same twice is named once."""
    said = Counter(_said(name, piece) for piece in pieces)
    named = tuple(said)[:MOST_NAMES]
    more = count - sum(said[one] for one in named)
    return Voices(words=_counted(name, count), said=named, more=max(0, more))


def _said(name: str, piece: _NewsRow) -> str:
    """Who, and what they did, without a word of what they said."""
    who = name_for_reader(piece.who or "") or _("Co-facilitators")
    words = {"who": who, "number": piece.reference}
    if name == "comments":
        marks = [CommentKind(piece.detail).label, piece.reference]
        marks += [_("new version")] if piece.supersedes else []
        marks += [_("late")] if piece.is_late else []
        return f"{who} ({_(', ').join(str(mark) for mark in marks)})"
    if name == "replies":
        return _("%(who)s to %(number)s") % words
    if name == "alignments":
        return _("%(who)s with %(number)s") % words
    if name == "reviews":
        return _("to %(number)s of %(who)s") % words
    stance = Acknowledgement.Stance(piece.detail).label
    return _("%(who)s on the answer to %(number)s: %(stance)s") % {**words, "stance": stance}


def _counted(name: str, count: int) -> str:
    words = {
        "revisions": ngettext("%(n)d revision", "%(n)d revisions", count),
        "comments": ngettext("%(n)d input", "%(n)d inputs", count),
        "replies": ngettext("%(n)d reply", "%(n)d replies", count),
        "alignments": ngettext("%(n)d alignment", "%(n)d alignments", count),
        "reviews": ngettext(
            "%(n)d answer of the co-facilitators", "%(n)d answers of the co-facilitators", count
        ),
        "acknowledgements": ngettext("%(n)d acknowledgement", "%(n)d acknowledgements", count),
    }
    return words[name] % {"n": count}


def unanswered(access: Access, places: ParagraphPositions) -> Iterable[Unanswered]:
    """Where the most standing inputs wait for a review; equal numbers in the order of the text.

    Told to whoever reads all: two queries.
    """
    if not access.reads_all:
        return
    drafts = {draft.pk: draft for draft in Draft.objects.visible_to(access)}
    open_to_answers = unanswered_inputs(access).filter(paragraph__draft__adopted_at=None)
    by_paragraph = open_to_answers.values_list("paragraph_id", "paragraph__draft_id")
    waiting = by_paragraph.annotate(Count("pk"))
    counts: dict[tuple[int, int], int] = {}
    for paragraph, draft, count in waiting:
        key = (places.home(paragraph), draft)
        counts[key] = counts.get(key, 0) + count
    most = sorted(counts, key=lambda key: (-counts[key], places.rank(key[0])))
    # A struck paragraph asks for nothing in the meeting.
    standing = [(places.of(key), drafts[draft], counts[key, draft]) for key, draft in most]
    found = [(place, draft, count) for place, draft, count in standing if place is not None]
    for place, draft, count in found[:MOST_UNANSWERED]:
        url = paragraph_url(access, draft, place.id)
        yield Unanswered(draft.title, place.label, url, count)
