"""A comparison as a page shows it: each change in words, unchanged paragraphs folded.

Uses no database.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from drafts.comparing.changes import changes_beside_words, notes_change
from drafts.comparing.comparison import Comparison, ParagraphDifference
from drafts.comparing.concordance import ConcordanceRow, ParagraphState, PlaceMark
from drafts.comparing.concordance_lines import count_phrases
from drafts.labels import cited_below
from drafts.models import Kind
from drafts.words.differences import Op, Redline, with_typography_flags
from drafts.words.quoting import first_words
from drafts.words.typography import without_typography

_FIRST_WORDS = 48
# This many unchanged paragraphs between two changes are shown without a fold.
_NOT_FOLDED = 1


@dataclass(frozen=True, slots=True)
class ChangeSide:
    """One paragraph on one side of a change."""

    paragraph: ParagraphState
    ops: Redline
    # The pieces that this side shows, each with whether it only changes typography.
    pieces: tuple[tuple[Op, str, bool], ...]


@dataclass(frozen=True, slots=True)
class ComparisonLine:
    """A change: the name of the paragraph, what happened to it, and the words of both sides."""

    number: int
    id: UUID
    difference: ParagraphDifference
    name: str
    what: str
    also: tuple[str, ...]
    then: tuple[ChangeSide, ...]
    now: tuple[ChangeSide, ...]

    @property
    def how(self) -> str:
        return self.difference.row.how

    @property
    def is_quiet(self) -> bool:
        """Whether nothing changed but typography: then it may be hidden."""
        row = self.difference.row
        if not row.is_one_to_one or row.is_moved or row.is_relabelled:
            return False
        then, now = map(_without_typography, row.both)
        return then == now


def _without_typography(paragraph: ParagraphState) -> tuple[str, ...]:
    """The fields of a paragraph without differences of typography."""
    return (
        paragraph.kind,
        *map(without_typography, (paragraph.opening, paragraph.text, *paragraph.notes)),
    )


@dataclass(frozen=True, slots=True)
class UnchangedLine:
    """A paragraph without a change; `label_then` where only its label shifted."""

    paragraph: ParagraphState
    label_then: str = ""


@dataclass(frozen=True, slots=True)
class Fold:
    """A stretch of unchanged paragraphs: closed, unless it is too short to be."""

    rows: tuple[UnchangedLine, ...]
    title: str
    is_closed: bool = True


@dataclass(frozen=True, slots=True)
class Trace:
    """A sentence where a paragraph stood, or a part stands, that another change shows."""

    paragraph: ParagraphState
    sentence: str
    line_id: UUID
    is_gone: bool


@dataclass(frozen=True, slots=True)
class ComparisonPage:
    """The items of the page of a comparison, in order."""

    items: tuple[ComparisonLine | Fold | Trace, ...]
    counts: tuple[str, ...]

    @property
    def changes(self) -> int:
        return sum(isinstance(item, ComparisonLine) for item in self.items)


def page_of(comparison: Comparison) -> ComparisonPage:
    """The page of a comparison: changes one by one, unchanged stretches folded, traces."""
    citations = _Citations.of(comparison)
    items: list[ComparisonLine | Fold | Trace] = []
    stretch: list[UnchangedLine] = []
    number = 0
    for item in comparison.order:
        if isinstance(item, ParagraphDifference) and item.row.is_unchanged:
            stretch.append(_unchanged_line(item.row))
            continue
        items += _folds(stretch, citations)
        stretch = []
        if isinstance(item, PlaceMark):
            items.append(_trace(item, citations))
        else:
            number += 1
            items.append(_comparison_line(item, number, citations))
    return ComparisonPage((*items, *_fold_of(stretch, citations)), _count_phrases(comparison))


# --- Citations -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Citations:
    """How paragraphs are cited in each state, the change of each, and which one it followed."""

    then: Mapping[int, str]
    now: Mapping[int, str]
    rows: Mapping[int, ParagraphDifference]
    stood_after: Mapping[int, str]
    stands_after: Mapping[int, str]

    @classmethod
    def of(cls, comparison: Comparison) -> "_Citations":
        then = _names_by_key(
            paragraph for item in comparison.differences for paragraph in item.row.then
        )
        now = _names_by_key(
            paragraph for item in comparison.differences for paragraph in item.row.now
        )
        rows = {
            paragraph.key: item
            for item in comparison.differences
            for paragraph in (*item.row.then, *item.row.now)
        }
        after_then, after_now = _neighbours(comparison, then, now)
        return cls(then, now, rows, after_then, after_now)


def _names_by_key(side: Iterable[ParagraphState]) -> dict[int, str]:
    """The name of each paragraph: its label, with its parent's ("5(a)"), or its first words."""
    rows = {paragraph.key: paragraph for paragraph in side}
    names: dict[int, str] = {}
    for key, paragraph in rows.items():
        parent = rows.get(paragraph.parent or 0)
        if not paragraph.label:
            names[key] = _("“%(words)s”") % {
                "words": _with_own_direction(first_words(paragraph.text, max_length=_FIRST_WORDS))
            }
        elif parent is not None and parent.label:
            names[key] = cited_below(names.get(parent.key, parent.label), paragraph.label)
        else:
            names[key] = paragraph.label
    return names


def _with_own_direction(words: str) -> str:
    """Words of the text inside a sentence, which may run in the other direction."""
    return f"\u2068{words}\u2069"


def _neighbours(
    comparison: Comparison, then: Mapping[int, str], now: Mapping[int, str]
) -> tuple[dict[int, str], dict[int, str]]:
    """The paragraph before each one, then and now; empty at the beginning."""
    after_then: dict[int, str] = {}
    after_now: dict[int, str] = {}
    last_then = last_now = ""
    for item in comparison.order:
        if isinstance(item, PlaceMark):
            if item.is_gone:
                after_then[item.paragraph.key] = last_then
                last_then = then[item.paragraph.key]
            else:
                last_now = now[item.paragraph.key]
            continue
        row = item.row
        if row.now:
            after_now[row.now[0].key] = last_now
            last_now = now[row.now[-1].key]
        if row.then and not row.is_moved:
            last_then = then[row.then[-1].key]
    return after_then, after_now


# --- Changes -------------------------------------------------------------------------------------


def _comparison_line(
    difference: ParagraphDifference, number: int, citations: _Citations
) -> ComparisonLine:
    row = difference.row
    names = [citations.now[paragraph.key] for paragraph in row.now] or [
        citations.then[paragraph.key] for paragraph in row.then
    ]
    return ComparisonLine(
        number=number,
        id=(row.now or row.then)[0].id,
        difference=difference,
        name=_name_list(names),
        what=_what_happened(difference, citations),
        also=tuple(_further_changes(difference, citations)),
        then=_sides(row.then, difference.parts("-"), other="+"),
        now=_sides(row.now, difference.parts("+"), other=""),
    )


def _sides(
    side: Sequence[ParagraphState], parts: Sequence[Redline], other: str
) -> tuple[ChangeSide, ...]:
    """Each paragraph of one side, without the pieces that only the other one has."""
    sides = []
    for paragraph, part in zip(side, parts, strict=True):
        pieces = tuple(piece for piece in with_typography_flags(part) if piece[0] != other)
        sides.append(
            ChangeSide(paragraph, tuple((op, text) for op, text, _quiet in pieces), pieces)
        )
    return tuple(sides)


def _name_list(names: Sequence[str]) -> str:
    """3; 3 and 4; 3, 4 and 5."""
    if len(names) == 1:
        return names[0]
    values = {"before": _(", ").join(names[:-1]), "last": names[-1]}
    return _("%(before)s and %(last)s") % values


def _what_happened(difference: ParagraphDifference, citations: _Citations) -> str:
    row = difference.row
    if row.how == "split":
        return _became_sentence(
            row, citations, _("%(then)s split into %(now)s"), pgettext("what became of it", "Split")
        )
    if row.how == "merged":
        return _became_sentence(
            row,
            citations,
            _("%(then)s merged into %(now)s"),
            pgettext("what became of it", "Merged"),
        )
    if row.how == "reworded":
        return _("Moved and reworded") if row.is_moved else _("Reworded")
    if row.how == "typographic":
        return _("Moved, typography changed") if row.is_moved else _("Typography changed")
    return {
        "dropped": _("Deleted"),
        "new": _("New"),
        "moved": _("Moved"),
        "kept": _("Words unchanged"),
    }[row.how]


def _became_sentence(row: ConcordanceRow, citations: _Citations, sentence: str, word: str) -> str:
    """The sentence "3 split into 3 and 4"; a single word where a label is missing."""
    if not all(paragraph.label for paragraph in row.both):
        return word
    then = _name_list([citations.then[paragraph.key] for paragraph in row.then])
    return sentence % {
        "then": then,
        "now": _name_list([citations.now[paragraph.key] for paragraph in row.now]),
    }


def _further_changes(difference: ParagraphDifference, citations: _Citations) -> Iterator[str]:
    row = difference.row
    if row.is_moved:
        yield _move_sentence(row.then[0].key, row.now[0].key, citations)
    if row.how not in ("dropped", "new", "typographic"):
        yield from _word_counts(difference)
    if row.is_one_to_one:
        yield from changes_beside_words(row.then[0], row.now[0])
    elif difference.notes and row.then and row.now:
        yield notes_change(*(_all_notes(side) for side in (row.then, row.now)))


def _all_notes(side: Iterable[ParagraphState]) -> list[str]:
    return [note for paragraph in side for note in paragraph.notes]


def _move_sentence(then: int, now: int, citations: _Citations) -> str:
    after_then, after_now = citations.stood_after.get(then, ""), citations.stands_after.get(now, "")
    values = {"then": after_then, "now": after_now}
    if after_then and after_now:
        return _("from after %(then)s to after %(now)s") % values
    if after_then:
        return _("from after %(then)s to the beginning") % values
    return _("from the beginning to after %(now)s") % values


def _word_counts(difference: ParagraphDifference) -> Iterator[str]:
    inserted, deleted = difference.words.inserted, difference.words.deleted
    if inserted:
        yield ngettext("%(n)d word inserted", "%(n)d words inserted", inserted) % {"n": inserted}
    if deleted:
        yield ngettext("%(n)d word deleted", "%(n)d words deleted", deleted) % {"n": deleted}


def _trace(mark: PlaceMark, citations: _Citations) -> Trace:
    row = citations.rows[mark.paragraph.key].row
    shown_at = row.now[0]
    names = citations.then if mark.is_gone else citations.now
    values = {
        "name": names[mark.paragraph.key],
        "other": citations.now[shown_at.key],
        "place": citations.stands_after.get(shown_at.key, ""),
    }
    sentence = _trace_sentence(mark, row, values) % values
    return Trace(mark.paragraph, sentence, shown_at.id, mark.is_gone)


def _trace_sentence(mark: PlaceMark, row: ConcordanceRow, values: Mapping[str, str]) -> str:
    if not mark.is_gone:
        return _("%(name)s is here. It is shown with %(other)s.")
    if mark.paragraph.key not in {paragraph.key for paragraph in row.now}:
        return _("%(name)s was here. Its words are now in %(other)s.")
    if not values["place"]:
        return _("%(name)s was here. It moved to the beginning.")
    return _("%(name)s was here. It moved to after %(place)s.")


# --- What did not change -------------------------------------------------------------------------


def _unchanged_line(row: ConcordanceRow) -> UnchangedLine:
    return UnchangedLine(row.now[0], row.then[0].label or _("none") if row.is_relabelled else "")


def _folds(stretch: Sequence[UnchangedLine], citations: _Citations) -> list[Fold]:
    """The folds before a change; the heading of its section is left in sight."""
    headings = [index for index, row in enumerate(stretch) if row.paragraph.kind == Kind.HEADING]
    if not headings:
        return _fold_of(stretch, citations)
    last = headings[-1]
    heading = Fold((stretch[last],), "", is_closed=False)
    return [
        *_fold_of(stretch[:last], citations),
        heading,
        *_fold_of(stretch[last + 1 :], citations),
    ]


def _fold_of(stretch: Sequence[UnchangedLine], citations: _Citations) -> list[Fold]:
    if not stretch:
        return []
    is_closed = len(stretch) > _NOT_FOLDED
    return [Fold(tuple(stretch), _fold_title(stretch, citations) if is_closed else "", is_closed)]


def _fold_title(stretch: Sequence[UnchangedLine], citations: _Citations) -> str:
    count = len(stretch)
    parts = [
        ngettext("%(n)d unchanged paragraph", "%(n)d unchanged paragraphs", count) % {"n": count}
    ]
    cited = [citations.now[row.paragraph.key] for row in stretch if row.paragraph.label]
    if len(cited) > 1:
        parts.append(_("%(first)s to %(last)s") % {"first": cited[0], "last": cited[-1]})
    if renumbered := sum(bool(row.label_then) for row in stretch):
        parts.append(_renumbered_phrase(renumbered))
    return " · ".join(parts)


def _renumbered_phrase(count: int) -> str:
    return ngettext("%(n)d renumbered", "%(n)d renumbered", count) % {"n": count}


def _count_phrases(comparison: Comparison) -> tuple[str, ...]:
    return tuple(count_phrases(item.row for item in comparison.differences))
