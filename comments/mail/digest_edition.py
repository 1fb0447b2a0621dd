"""The news in a digest, by text and paragraph: who did what, without the words."""

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
    absolute_url,
    citation_of_deleted,
    opening_expression,
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

# A paragraph on which more delegations spoke names the first ones and counts the rest.
MAX_NAMES = 12
MAX_UNANSWERED = 10
# So many paragraphs are named in one mail; some mail programs cut mails of more than 100 kB.
MAX_PARAGRAPHS = 60


@dataclass(frozen=True, slots=True)
class Voices:
    """One kind of news on a paragraph: how many ("2 inputs"), and who spoke."""

    words: str
    speakers: tuple[str, ...]
    more: int = 0


@dataclass(frozen=True, slots=True)
class ParagraphNews:
    """A paragraph with news, under its present label."""

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
    """Everything new for one reader. `items` are the ids of what it tells."""

    items: Items
    totals: tuple[str, ...]
    texts: tuple[TextNews, ...]
    # A sentence on how many more paragraphs have news, and the page that has them all, or "".
    more: str = ""
    more_url: str = ""


@dataclass(frozen=True, slots=True)
class _NewsRow:
    """One piece of news, as read from the database."""

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
    access: Access, items: Items, places: ParagraphPositions, counts: Counts | None = None
) -> News | None:
    """Read the items again as this capacity may read them now; None where nothing is left.

    A fixed number of queries. Words are in the language that is active. `counts` counts all that
    is new on each paragraph, where the items are only the first of them.
    """
    rows = {name: _read_rows(name, access, items[name]) for name in SOURCES if name in items}
    rows = {name: of_source for name, of_source in rows.items() if of_source}
    revisions = _read_revisions(access, items.get("revisions", []))
    if not rows and not revisions:
        return None
    items_read: Items = {name: [row.pk for row in of_source] for name, of_source in rows.items()}
    if revisions:
        items_read["revisions"] = [revision.pk for revision in revisions]
    counts = counts or {name: Counter(row.paragraph for row in rows[name]) for name in rows}
    return News(
        items=items_read,
        totals=count_words(counts, len(revisions)),
        texts=tuple(_texts_with_news(access, places, rows, revisions, counts)),
    )


def read_first_news(access: Access, items: Items, places: ParagraphPositions) -> News | None:
    """What one mail tells of all the items: the paragraphs with the most news, and the totals.

    Read again as this capacity may read them now; None where nothing is left. Neither queries nor
    the rows that are read grow with the items. All of them are told, some as a number alone.
    """
    readable = still_readable(access, items)
    counts = {
        name: {paragraph: len(ids) for paragraph, ids in by_paragraph.items()}
        for name, by_paragraph in readable.items()
    }
    named = items_on(readable, _paragraphs_to_name(counts, places))
    rows = rows_again(access, named).annotate(readable_from=F("said_at"))
    first = items_of(first_rows([rows], MAX_NAMES)) if named else {}
    revisions = {name: ids for name, ids in items.items() if name == "revisions"}
    news = read_news(access, first | revisions, places, counts)
    if news is None:
        return None
    homes = {places.current_id_of(key) for key in on_paragraphs(counts)}
    more = len(homes) - sum(len(text.paragraphs) for text in news.texts)
    page_url = absolute_url(reverse("new", args=[access.consultation.slug]))
    return replace(
        news,
        items=news.items | items_on(readable),
        more=_more_sentence(more) if more else "",
        more_url=page_url if more else "",
    )


def _paragraphs_to_name(counts: Counts, places: ParagraphPositions) -> set[int]:
    """The paragraphs that one mail names: those with the most news, equal ones as in the text."""
    by_home = _counts_by_home(on_paragraphs(counts), places)
    most = sorted(by_home, key=lambda home: (-by_home[home], places.sort_key_of(home)))
    named = set(most[:MAX_PARAGRAPHS])
    return {key for key in on_paragraphs(counts) if places.current_id_of(key) in named}


def _more_sentence(count: int) -> str:
    sentence = ngettext(
        "And %(n)d more paragraph online:", "And %(n)d more paragraphs online:", count
    )
    return sentence % {"n": count}


def count_words(counts: Counts, revisions: int) -> tuple[str, ...]:
    """How many of each kind, in words: "2 revisions", "5 inputs"."""
    totals = {name: sum(of_source.values()) for name, of_source in counts.items()}
    totals["revisions"] = revisions
    return tuple(_count_of_kind(name, totals[name]) for name in SOURCE_NAMES if totals.get(name))


def _read_rows(name: str, access: Access, ids: list[int]) -> list[_NewsRow]:
    source = SOURCES[name]
    rows = source.rows().visible_to(access).filter(pk__in=ids)  # type: ignore[attr-defined]
    prefix = source.prefix
    order = [f"{prefix}seat__rank", f"{prefix}seat__sort_key", f"{prefix}number", "pk"]
    columns = rows.order_by(*order).values_list(
        "pk",
        f"{prefix}paragraph_id",
        f"{prefix}paragraph__public_id",
        f"{prefix}paragraph__draft_id",
        f"{prefix}wording__label",
        f"{prefix}wording__kind",
        opening_expression(f"{prefix}wording__"),
        f"{prefix}seat__code",
        f"{prefix}number",
        f"{prefix}is_late",
        f"{prefix}supersedes_id",
        source.who,
        source.detail,
    )
    return [_NewsRow(*row) for row in columns]


def _read_revisions(access: Access, ids: list[int]) -> list[Revision]:
    rows = Revision.objects.visible_to(access).filter(pk__in=ids).select_related("draft")
    return list(rows.order_by("draft__place", "draft_id", "number"))


def _texts_with_news(
    access: Access,
    places: ParagraphPositions,
    rows: Mapping[str, list[_NewsRow]],
    revisions: list[Revision],
    counts: Counts,
) -> Iterable[TextNews]:
    """The texts with news, in their order, each with its paragraphs in theirs."""
    home_counts = {name: _counts_by_home(of_source, places) for name, of_source in counts.items()}
    by_text: dict[int, dict[int, dict[str, list[_NewsRow]]]] = {}
    for name, of_source in rows.items():
        for row in of_source:
            in_text = by_text.setdefault(row.draft, {})
            in_text.setdefault(places.current_id_of(row.paragraph), {}).setdefault(name, []).append(
                row
            )
    for draft in Draft.objects.visible_to(access):
        circulated = [revision for revision in revisions if revision.draft_id == draft.pk]
        by_home = by_text.get(draft.pk, {})
        if circulated or by_home:
            yield TextNews(
                title=draft.title,
                symbol=draft.symbol,
                revisions=tuple(_revision_news(access, draft, row) for row in circulated),
                paragraphs=tuple(
                    _paragraph_news(access, draft, places, key, by_home[key], home_counts)
                    for key in sorted(by_home, key=places.sort_key_of)
                ),
            )


def _revision_news(access: Access, draft: Draft, revision: Revision) -> RevisionNews:
    url = revision_url(access, draft, revision.number)
    return RevisionNews(revision.stage, revision.circulated_at, url)


def _paragraph_news(
    access: Access,
    draft: Draft,
    places: ParagraphPositions,
    key: int,
    rows: Mapping[str, list[_NewsRow]],
    counts: Counts,
) -> ParagraphNews:
    first = next(iter(rows.values()))[0]
    place = places.position_of(key)
    then = citation_of_deleted(first.label_then, first.kind_then, first.opening_then)
    return ParagraphNews(
        label=place.label if place else then,
        url=paragraph_url(access, draft, place.public_id if place else first.paragraph_id),
        voices=tuple(
            _voices(name, rows[name], counts[name][key]) for name in SOURCES if name in rows
        ),
    )


def _counts_by_home(counts: Mapping[int, int], places: ParagraphPositions) -> dict[int, int]:
    """The counts by the paragraphs at which the words stand now."""
    by_home: dict[int, int] = {}
    for paragraph, count in counts.items():
        home = places.current_id_of(paragraph)
        by_home[home] = by_home.get(home, 0) + count
    return by_home


def _voices(name: str, rows: list[_NewsRow], count: int) -> Voices:
    """The first who spoke; who did the same twice is named once."""
    phrases = Counter(_speaker_phrase(name, row) for row in rows)
    first = tuple(phrases)[:MAX_NAMES]
    more = count - sum(phrases[phrase] for phrase in first)
    return Voices(words=_count_of_kind(name, count), speakers=first, more=max(0, more))


def _speaker_phrase(name: str, row: _NewsRow) -> str:
    """Who did what, without a word of what they said: "France to PRT-7"."""
    who = name_for_reader(row.who or "") or _("Co-facilitators")
    values = {"who": who, "number": row.reference}
    if name == "comments":
        marks = [CommentKind(row.detail).label, row.reference]
        marks += [_("new version")] if row.supersedes else []
        marks += [_("late")] if row.is_late else []
        return f"{who} ({_(', ').join(str(mark) for mark in marks)})"
    if name == "replies":
        return _("%(who)s to %(number)s") % values
    if name == "alignments":
        return _("%(who)s with %(number)s") % values
    if name == "reviews":
        return _("to %(number)s of %(who)s") % values
    stance = Acknowledgement.Stance(row.detail).label
    return _("%(who)s on the answer to %(number)s: %(stance)s") % {**values, "stance": stance}


def _count_of_kind(name: str, count: int) -> str:
    phrases = {
        "revisions": ngettext("%(n)d revision", "%(n)d revisions", count),
        "comments": ngettext("%(n)d input", "%(n)d inputs", count),
        "replies": ngettext("%(n)d reply", "%(n)d replies", count),
        "alignments": ngettext("%(n)d alignment", "%(n)d alignments", count),
        "reviews": ngettext(
            "%(n)d answer of the co-facilitators", "%(n)d answers of the co-facilitators", count
        ),
        "acknowledgements": ngettext("%(n)d acknowledgement", "%(n)d acknowledgements", count),
    }
    return phrases[name] % {"n": count}


def unanswered(access: Access, places: ParagraphPositions) -> Iterable[Unanswered]:
    """The paragraphs with the most standing inputs without a review, equal ones as in the text.

    Only for those who read all: two queries.
    """
    if not access.reads_all:
        return
    drafts = {draft.pk: draft for draft in Draft.objects.visible_to(access)}
    open_to_answers = unanswered_inputs(access).filter(paragraph__draft__adopted_at=None)
    by_paragraph = open_to_answers.values_list("paragraph_id", "paragraph__draft_id")
    counts: dict[tuple[int, int], int] = {}
    for paragraph, draft, count in by_paragraph.annotate(Count("pk")):
        key = (places.current_id_of(paragraph), draft)
        counts[key] = counts.get(key, 0) + count
    most = sorted(counts, key=lambda key: (-counts[key], places.sort_key_of(key[0])))
    # A struck paragraph needs nothing in the meeting.
    rows = [(places.position_of(key), drafts[draft], counts[key, draft]) for key, draft in most]
    standing = [(place, draft, count) for place, draft, count in rows if place is not None]
    for place, draft, count in standing[:MAX_UNANSWERED]:
        url = paragraph_url(access, draft, place.public_id)
        yield Unanswered(draft.title, place.label, url, count)
