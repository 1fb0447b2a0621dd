"""The news in a digest or a notice, by text and paragraph: who did what, without the words.

Items are rows that a mail tells of, known by their ids; a source is their kind (`new_items`).
"""

import uuid
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import Count, F
from django.urls import reverse
from django.utils.translation import gettext as _, ngettext

from comments.inputs.citations import (
    ParagraphName,
    ParagraphPositions,
    absolute_url,
    citation_of_deleted,
    paragraph_url,
    revision_url,
)
from comments.inputs.queries import unanswered_inputs
from comments.models import Acknowledgement, CommentKind
from comments.news.items import (
    SOURCE_NAMES,
    SOURCES,
    IdsBySource,
    NewsCounts,
    first_rows_per_paragraph,
    ids_by_source_of,
    items_on_paragraphs,
    readable_items_by_paragraph,
    readable_rows_of,
)
from comments.news.unseen import sum_by_paragraph
from consultations.rules.access import Access
from delegations.reader_names import name_for_reader
from drafts.models import Draft, Revision

# Of those who spoke on a paragraph so many are named in each kind of news; the others are counted.
MAX_NAMES = 12
MAX_UNANSWERED = 10  # paragraphs with unanswered inputs that are named
# So many paragraphs are named in one mail; some mail programs cut mails of more than 100 kB.
MAX_PARAGRAPHS = 60


@dataclass(frozen=True, slots=True)
class SpeakersOfKind:
    """One kind of news on a paragraph: how many ("2 inputs"), and who spoke."""

    count_phrase: str
    speakers: tuple[str, ...]
    further_count: int = 0  # how many of the count are not by those named


@dataclass(frozen=True, slots=True)
class ParagraphNews:
    """A paragraph with news, under its present label."""

    label: str
    url: str
    speakers_by_kind: tuple[SpeakersOfKind, ...]


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
class UnansweredParagraph:
    """A paragraph with inputs in force that have no review and are not closed without one."""

    draft_title: str
    label: str
    url: str  # of the page on which it is read
    count: int  # of these inputs


@dataclass(frozen=True, slots=True)
class News:
    """Everything new for one reader; `ids_by_source` are the ids of the rows that it tells of."""

    ids_by_source: IdsBySource
    totals: tuple[str, ...]  # of each kind of news: "5 inputs"
    texts: tuple[TextNews, ...]
    # A sentence on how many more paragraphs have news, and the page that has them all, or "".
    more_sentence: str = ""
    more_url: str = ""


@dataclass(frozen=True, slots=True)
class _NewsRow:
    """One piece of news, as read from the database."""

    pk: int
    paragraph_id: int
    paragraph_public_id: uuid.UUID
    draft_id: int
    name_then: str  # these three as in the revision on which the input was made
    label_then: str
    paragraph_kind_then: str
    seat_code: str
    input_number: int
    is_late: bool
    superseded_id: int | None  # the version of the input that this one replaces
    # The delegation as the record names it, None for the co-facilitators; of a review the one that
    # it answers.
    author_name: str | None
    kind_or_stance: str  # of an input its kind, of an acknowledgement its stance, else ""

    @property
    def reference(self) -> str:
        return f"{self.seat_code}-{self.input_number}"


def read_news(
    access: Access,
    ids_by_source: IdsBySource,
    positions: ParagraphPositions,
    counts_by_source: NewsCounts | None = None,
) -> News | None:
    """Read the items again as this capacity may read them now; None where nothing is left.

    A fixed number of queries. Words are in the language that is active. `counts_by_source` counts
    all that is new on each paragraph; None where these items are all of it.
    """
    rows_by_source = {}
    for source_name in filter(ids_by_source.get, SOURCES):  # those that the mail has ids of
        if rows_of_source := _read_rows(source_name, access, ids_by_source[source_name]):
            rows_by_source[source_name] = rows_of_source
    revisions = _read_revisions(access, ids_by_source.get("revisions", []))
    if not rows_by_source and not revisions:
        return None
    readable_ids_by_source: IdsBySource = {
        source_name: [row.pk for row in rows_of_source]
        for source_name, rows_of_source in rows_by_source.items()
    }
    if revisions:
        readable_ids_by_source["revisions"] = [revision.pk for revision in revisions]
    counts_by_source = counts_by_source or {
        source_name: Counter(row.paragraph_id for row in rows_by_source[source_name])
        for source_name in rows_by_source
    }
    return News(
        ids_by_source=readable_ids_by_source,
        totals=count_phrases(counts_by_source, len(revisions)),
        texts=tuple(
            _texts_with_news(access, positions, rows_by_source, revisions, counts_by_source)
        ),
    )


def read_first_news(
    access: Access, ids_by_source: IdsBySource, positions: ParagraphPositions
) -> News | None:
    """What one mail tells of all the items: the paragraphs with the most news, and the totals.

    Read again as this capacity may read them now; None where nothing is left. Neither queries nor
    the rows that are read grow with the items. The mail tells of all items, of some by a count.
    """
    readable_items = readable_items_by_paragraph(access, ids_by_source)
    counts_by_source = {
        source_name: {paragraph_id: len(ids) for paragraph_id, ids in by_paragraph.items()}
        for source_name, by_paragraph in readable_items.items()
    }
    named_items = items_on_paragraphs(
        readable_items, _paragraph_ids_to_name(counts_by_source, positions)
    )
    # `first_rows_per_paragraph` reads this column; which moment it holds does not matter here.
    named_rows = readable_rows_of(access, named_items).annotate(readable_from=F("said_at"))
    first_items = (
        ids_by_source_of(first_rows_per_paragraph([named_rows], MAX_NAMES)) if named_items else {}
    )
    revision_items = {
        source_name: ids for source_name, ids in ids_by_source.items() if source_name == "revisions"
    }
    news = read_news(access, first_items | revision_items, positions, counts_by_source)
    if news is None:
        return None
    current_paragraph_ids = {
        positions.current_id_of(paragraph_id) for paragraph_id in sum_by_paragraph(counts_by_source)
    }
    further_count = len(current_paragraph_ids) - sum(len(text.paragraphs) for text in news.texts)
    page_url = absolute_url(reverse("new", args=[access.consultation.slug]))
    return replace(
        news,
        ids_by_source=news.ids_by_source | items_on_paragraphs(readable_items),
        more_sentence=_further_paragraphs_sentence(further_count) if further_count else "",
        more_url=page_url if further_count else "",
    )


def _paragraph_ids_to_name(counts_by_source: NewsCounts, positions: ParagraphPositions) -> set[int]:
    """The paragraphs that one mail names: those with the most news, equal ones as in the text.

    With the earlier paragraphs whose inputs stand under them now.
    """
    count_by_paragraph = _counts_by_current_paragraph(sum_by_paragraph(counts_by_source), positions)
    paragraph_ids_by_count = sorted(
        count_by_paragraph,
        key=lambda paragraph_id: (
            -count_by_paragraph[paragraph_id],
            positions.sort_key_of(paragraph_id),
        ),
    )
    named_paragraph_ids = set(paragraph_ids_by_count[:MAX_PARAGRAPHS])
    return {
        paragraph_id
        for paragraph_id in sum_by_paragraph(counts_by_source)
        if positions.current_id_of(paragraph_id) in named_paragraph_ids
    }


def _further_paragraphs_sentence(count: int) -> str:
    sentence = ngettext(
        "And %(n)d more paragraph online:", "And %(n)d more paragraphs online:", count
    )
    return sentence % {"n": count}


def count_phrases(counts_by_source: NewsCounts, revision_count: int) -> tuple[str, ...]:
    """How many of each kind, in words: "2 revisions", "5 inputs"."""
    total_by_source = {
        source_name: sum(count_by_paragraph.values())
        for source_name, count_by_paragraph in counts_by_source.items()
    }
    total_by_source["revisions"] = revision_count
    return tuple(
        _count_phrase(source_name, total_by_source[source_name])
        for source_name in SOURCE_NAMES
        if total_by_source.get(source_name)
    )


def _read_rows(source_name: str, access: Access, item_ids: list[int]) -> list[_NewsRow]:
    """The news of one source with these ids that the reader may read, in the order of a table."""
    source = SOURCES[source_name]
    rows = source.make_queryset().visible_to(access).filter(pk__in=item_ids)  # type: ignore[attr-defined]
    prefix = source.comment_prefix
    order = [f"{prefix}seat__rank", f"{prefix}seat__sort_key", f"{prefix}number", "pk"]
    columns = rows.order_by(*order).values_list(
        "pk",
        f"{prefix}paragraph_id",
        f"{prefix}paragraph__public_id",
        f"{prefix}paragraph__draft_id",
        f"{prefix}wording__name",
        f"{prefix}wording__label",
        f"{prefix}wording__kind",
        f"{prefix}seat__code",
        f"{prefix}number",
        f"{prefix}is_late",
        f"{prefix}supersedes_id",
        source.delegation_lookup,
        source.detail_lookup,
    )
    return [_NewsRow(*row) for row in columns]


def _read_revisions(access: Access, revision_ids: list[int]) -> list[Revision]:
    revisions = (
        Revision.objects.visible_to(access).filter(pk__in=revision_ids).select_related("draft")
    )
    return list(revisions.order_by("draft__place", "draft_id", "number"))


def _texts_with_news(
    access: Access,
    positions: ParagraphPositions,
    rows_by_source: Mapping[str, list[_NewsRow]],
    revisions: list[Revision],
    counts_by_source: NewsCounts,
) -> Iterable[TextNews]:
    """The texts with news, in their order, each with its paragraphs in the order of the text."""
    current_counts_by_source = {
        source_name: _counts_by_current_paragraph(count_by_paragraph, positions)
        for source_name, count_by_paragraph in counts_by_source.items()
    }
    # By the id of the text, then of the paragraph, then by the name of the source.
    rows_by_draft: dict[int, dict[int, dict[str, list[_NewsRow]]]] = {}
    for source_name, rows_of_source in rows_by_source.items():
        for row in rows_of_source:
            rows_by_paragraph = rows_by_draft.setdefault(row.draft_id, {})
            rows_of_paragraph = rows_by_paragraph.setdefault(
                positions.current_id_of(row.paragraph_id), {}
            )
            rows_of_paragraph.setdefault(source_name, []).append(row)
    for draft in Draft.objects.visible_to(access):
        circulated = [revision for revision in revisions if revision.draft_id == draft.pk]
        rows_by_paragraph = rows_by_draft.get(draft.pk, {})
        if circulated or rows_by_paragraph:
            yield TextNews(
                title=draft.title,
                symbol=draft.symbol,
                revisions=tuple(_revision_news(access, draft, revision) for revision in circulated),
                paragraphs=tuple(
                    _paragraph_news(
                        access,
                        draft,
                        positions,
                        paragraph_id,
                        rows_by_paragraph[paragraph_id],
                        current_counts_by_source,
                    )
                    for paragraph_id in sorted(rows_by_paragraph, key=positions.sort_key_of)
                ),
            )


def _revision_news(access: Access, draft: Draft, revision: Revision) -> RevisionNews:
    url = revision_url(access, draft, revision.number)
    return RevisionNews(revision.stage, revision.circulated_at, url)


def _paragraph_news(
    access: Access,
    draft: Draft,
    positions: ParagraphPositions,
    paragraph_id: int,
    rows_by_source: Mapping[str, list[_NewsRow]],
    current_counts_by_source: NewsCounts,
) -> ParagraphNews:
    """The news on one paragraph; its rows and current counts are by the name of the source."""
    first_row = next(iter(rows_by_source.values()))[0]  # any row names the paragraph
    position = positions.position_of(paragraph_id)
    label_of_deleted = citation_of_deleted(
        ParagraphName(first_row.name_then, first_row.label_then, first_row.paragraph_kind_then)
    )
    return ParagraphNews(
        label=position.citation if position else label_of_deleted,
        url=paragraph_url(
            access, draft, position.public_id if position else first_row.paragraph_public_id
        ),
        speakers_by_kind=tuple(
            _speakers_of_kind(
                source_name,
                rows_by_source[source_name],
                current_counts_by_source[source_name][paragraph_id],
            )
            for source_name in SOURCES
            if source_name in rows_by_source
        ),
    )


def _counts_by_current_paragraph(
    count_by_paragraph: Mapping[int, int], positions: ParagraphPositions
) -> dict[int, int]:
    """The counts by the paragraphs under which the inputs stand now."""
    count_by_current_paragraph: dict[int, int] = {}
    for paragraph_id, count in count_by_paragraph.items():
        current_paragraph_id = positions.current_id_of(paragraph_id)
        count_by_current_paragraph[current_paragraph_id] = (
            count_by_current_paragraph.get(current_paragraph_id, 0) + count
        )
    return count_by_current_paragraph


def _speakers_of_kind(source_name: str, rows: list[_NewsRow], count: int) -> SpeakersOfKind:
    """Who spoke, in one kind of news; only the first are named, each once."""
    count_by_phrase = Counter(_speaker_phrase(source_name, row) for row in rows)
    first_phrases = tuple(count_by_phrase)[:MAX_NAMES]
    further_count = count - sum(count_by_phrase[phrase] for phrase in first_phrases)
    return SpeakersOfKind(
        count_phrase=_count_phrase(source_name, count),
        speakers=first_phrases,
        # Not below 0: a row may have come after the count.
        further_count=max(0, further_count),
    )


def _speaker_phrase(source_name: str, row: _NewsRow) -> str:
    """Who did what, without a word of what they said: "France to PRT-7"."""
    author = name_for_reader(row.author_name or "") or _("Co-facilitators")
    values = {"who": author, "number": row.reference}
    if source_name == "comments":
        details = [CommentKind(row.kind_or_stance).label, row.reference]
        details += [_("new version")] if row.superseded_id else []
        details += [_("late")] if row.is_late else []
        return f"{author} ({_(', ').join(str(detail) for detail in details)})"
    if source_name == "replies":
        return _("%(who)s to %(number)s") % values
    if source_name == "alignments":
        return _("%(who)s with %(number)s") % values
    if source_name == "reviews":
        return _("to %(number)s of %(who)s") % values
    # What is left is an acknowledgement.
    stance = Acknowledgement.Stance(row.kind_or_stance).label
    return _("%(who)s on the answer to %(number)s: %(stance)s") % {**values, "stance": stance}


def _count_phrase(source_name: str, count: int) -> str:
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
    return phrases[source_name] % {"n": count}


def unanswered_paragraphs(
    access: Access, positions: ParagraphPositions
) -> Iterable[UnansweredParagraph]:
    """The paragraphs with the most unanswered inputs, equal ones as in the text.

    Nothing for readers who do not read all inputs. Two queries.
    """
    if not access.reads_all:
        return
    draft_by_id = {draft.pk: draft for draft in Draft.objects.visible_to(access)}
    inputs = unanswered_inputs(access).filter(paragraph__draft__adopted_at=None)
    columns = inputs.values_list("paragraph_id", "paragraph__draft_id").annotate(Count("pk"))
    # By the id of the paragraph under which the inputs stand now, and of its text.
    count_by_ids = Counter[tuple[int, int]]()
    for paragraph_id, draft_id, count in columns:
        count_by_ids[positions.current_id_of(paragraph_id), draft_id] += count

    def most_unanswered_first(ids: tuple[int, int]) -> tuple[int, tuple[int, ...]]:
        paragraph_id, _draft_id = ids
        return -count_by_ids[ids], positions.sort_key_of(paragraph_id)

    # On a paragraph that is no longer in the text nothing is to be done at the meeting.
    paragraphs_in_text = [
        (position, draft_by_id[draft_id], count_by_ids[paragraph_id, draft_id])
        for paragraph_id, draft_id in sorted(count_by_ids, key=most_unanswered_first)
        if (position := positions.position_of(paragraph_id)) is not None
    ]
    for position, draft, count in paragraphs_in_text[:MAX_UNANSWERED]:
        url = paragraph_url(access, draft, position.public_id)
        yield UnansweredParagraph(draft.title, position.citation, url, count)
