"""A comparison as a page shows it: what is said of each change, and what is folded away. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from drafts.comparing.changes import beside_the_words, notes_changed
from drafts.comparing.comparison import Comparison, ParagraphDifference
from drafts.comparing.concordance import ConcordanceRow, ParagraphState, PlaceMark
from drafts.comparing.concordance_lines import counted
from drafts.labels import cited_below
from drafts.models import Kind
from drafts.words.differences import Op, Redline, with_typography
from drafts.words.quoting import first_words
from drafts.words.typography import without_typography

_FIRST_WORDS = 48
# So few unchanged paragraphs are shown between two changes as they are.
_NOT_FOLDED = 1


@dataclass(frozen=True, slots=True)
class ChangeSide:
    """One paragraph on one side of a change."""

    said: ParagraphState
    ops: Redline
    # What this side shows of it, each piece with whether it changes typography alone.
    pieces: tuple[tuple[Op, str, bool], ...]


@dataclass(frozen=True, slots=True)
class ComparisonLine:
    """A change: what it is called, what became of it, and the words of both sides."""

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
        then, now = map(_inked, row.both)
        return then == now


def _inked(said: ParagraphState) -> tuple[str, ...]:
    """A paragraph without what typography alone makes different."""
    return (said.kind, *map(without_typography, (said.opening, said.text, *said.notes)))


@dataclass(frozen=True, slots=True)
class UnchangedLine:
    """A paragraph that stands as it stood; `label_then` where its label shifted alone."""

    said: ParagraphState
    label_then: str = ""


@dataclass(frozen=True, slots=True)
class Fold:
    """A stretch of unchanged paragraphs: closed, unless it is too short to be."""

    rows: tuple[UnchangedLine, ...]
    title: str
    is_closed: bool = True


@dataclass(frozen=True, slots=True)
class Trace:
    """Where a paragraph stood, or a piece stands: a sentence, and the change that shows it."""

    said: ParagraphState
    sentence: str
    line_id: UUID
    is_gone: bool


@dataclass(frozen=True, slots=True)
class ComparisonPage:
    """All that the page of a comparison shows of it, in order."""

    items: tuple[ComparisonLine | Fold | Trace, ...]
    counts: tuple[str, ...]

    @property
    def changes(self) -> int:
        return sum(isinstance(item, ComparisonLine) for item in self.items)


def page_of(found: Comparison) -> ComparisonPage:
    """Changes one by one, unchanged stretches folded, the traces of what stands elsewhere."""
    told = _Citations.of(found)
    items: list[ComparisonLine | Fold | Trace] = []
    stretch: list[UnchangedLine] = []
    number = 0
    for item in found.order:
        if isinstance(item, ParagraphDifference) and item.row.is_unchanged:
            stretch.append(_kept(item.row))
            continue
        items += _folds(stretch, told)
        stretch = []
        if isinstance(item, PlaceMark):
            items.append(_trace(item, told))
        else:
            number += 1
            items.append(_line(item, number, told))
    return ComparisonPage((*items, *_fold(stretch, told)), _counts(found))


# --- What things are called ----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Citations:
    """How paragraphs are cited in each state, in which change each is, and what it followed."""

    then: Mapping[int, str]
    now: Mapping[int, str]
    rows: Mapping[int, ParagraphDifference]
    stood_after: Mapping[int, str]
    stands_after: Mapping[int, str]

    @classmethod
    def of(cls, found: Comparison) -> "_Citations":
        then = _names(said for item in found.differences for said in item.row.then)
        now = _names(said for item in found.differences for said in item.row.now)
        rows = {
            said.key: item for item in found.differences for said in (*item.row.then, *item.row.now)
        }
        stood, stands = _neighbours(found, then, now)
        return cls(then, now, rows, stood, stands)


def _names(side: Iterable[ParagraphState]) -> dict[int, str]:
    """Each paragraph by its label, below another by both: "5(a)"; without one by its words."""
    rows = {said.key: said for said in side}
    names: dict[int, str] = {}
    for key, said in rows.items():
        above = rows.get(said.parent or 0)
        if not said.label:
            names[key] = _("“%(words)s”") % {
                "words": _isolated(first_words(said.text, most=_FIRST_WORDS))
            }
        elif above is not None and above.label:
            names[key] = cited_below(names.get(above.key, above.label), said.label)
        else:
            names[key] = said.label
    return names


def _isolated(words: str) -> str:
    """Words of the text inside a sentence of ours, which may run the other way."""
    return f"\u2068{words}\u2069"


def _neighbours(
    found: Comparison, then: Mapping[int, str], now: Mapping[int, str]
) -> tuple[dict[int, str], dict[int, str]]:
    """What each paragraph stood behind, and what each stands behind; empty at the beginning."""
    stood: dict[int, str] = {}
    stands: dict[int, str] = {}
    last_then = last_now = ""
    for item in found.order:
        if isinstance(item, PlaceMark):
            if item.is_gone:
                stood[item.said.key] = last_then
                last_then = then[item.said.key]
            else:
                last_now = now[item.said.key]
            continue
        row = item.row
        if row.now:
            stands[row.now[0].key] = last_now
            last_now = now[row.now[-1].key]
        if row.then and not row.is_moved:
            last_then = then[row.then[-1].key]
    return stood, stands


# --- Changes -------------------------------------------------------------------------------------


def _line(difference: ParagraphDifference, number: int, told: _Citations) -> ComparisonLine:
    row = difference.row
    names = [told.now[said.key] for said in row.now] or [told.then[said.key] for said in row.then]
    return ComparisonLine(
        number=number,
        id=(row.now or row.then)[0].id,
        difference=difference,
        name=_listed(names),
        what=_what(difference, told),
        also=tuple(_also(difference, told)),
        then=_cells(row.then, difference.parts("-"), other="+"),
        now=_cells(row.now, difference.parts("+"), other=""),
    )


def _cells(
    side: Sequence[ParagraphState], parts: Sequence[Redline], other: str
) -> tuple[ChangeSide, ...]:
    """Each paragraph of one side, without the pieces that only the other one has."""
    cells = []
    for said, part in zip(side, parts, strict=True):
        pieces = tuple(piece for piece in with_typography(part) if piece[0] != other)
        cells.append(ChangeSide(said, tuple((op, text) for op, text, _quiet in pieces), pieces))
    return tuple(cells)


def _listed(names: Sequence[str]) -> str:
    """3; 3 and 4; 3, 4 and 5."""
    if len(names) == 1:
        return names[0]
    words = {"before": _(", ").join(names[:-1]), "last": names[-1]}
    return _("%(before)s and %(last)s") % words


def _what(difference: ParagraphDifference, told: _Citations) -> str:
    row = difference.row
    if row.how == "split":
        return _into(
            row, told, _("%(then)s split into %(now)s"), pgettext("what became of it", "Split")
        )
    if row.how == "merged":
        return _into(
            row, told, _("%(then)s merged into %(now)s"), pgettext("what became of it", "Merged")
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


def _into(row: ConcordanceRow, told: _Citations, sentence: str, word: str) -> str:
    """Which became which; a word alone where they have no labels to be called by."""
    if not all(said.label for said in row.both):
        return word
    then = _listed([told.then[said.key] for said in row.then])
    return sentence % {"then": then, "now": _listed([told.now[said.key] for said in row.now])}


def _also(difference: ParagraphDifference, told: _Citations) -> Iterator[str]:
    row = difference.row
    if row.is_moved:
        yield _moved(row.then[0].key, row.now[0].key, told)
    if row.how not in ("dropped", "new", "typographic"):
        yield from _words(difference)
    if row.is_one_to_one:
        yield from beside_the_words(row.then[0], row.now[0])
    elif difference.notes and row.then and row.now:
        yield notes_changed(*(_notes(side) for side in (row.then, row.now)))


def _notes(side: Iterable[ParagraphState]) -> list[str]:
    return [note for said in side for note in said.notes]


def _moved(then: int, now: int, told: _Citations) -> str:
    stood, stands = told.stood_after.get(then, ""), told.stands_after.get(now, "")
    words = {"then": stood, "now": stands}
    if stood and stands:
        return _("from after %(then)s to after %(now)s") % words
    if stood:
        return _("from after %(then)s to the beginning") % words
    return _("from the beginning to after %(now)s") % words


def _words(difference: ParagraphDifference) -> Iterator[str]:
    inserted, deleted = difference.words.inserted, difference.words.deleted
    if inserted:
        yield ngettext("%(n)d word inserted", "%(n)d words inserted", inserted) % {"n": inserted}
    if deleted:
        yield ngettext("%(n)d word deleted", "%(n)d words deleted", deleted) % {"n": deleted}


def _trace(mark: PlaceMark, told: _Citations) -> Trace:
    row = told.rows[mark.said.key].row
    there = row.now[0]
    names = told.then if mark.is_gone else told.now
    words = {
        "name": names[mark.said.key],
        "other": told.now[there.key],
        "place": told.stands_after.get(there.key, ""),
    }
    sentence = _trace_sentence(mark, row, words) % words
    return Trace(mark.said, sentence, there.id, mark.is_gone)


def _trace_sentence(mark: PlaceMark, row: ConcordanceRow, words: Mapping[str, str]) -> str:
    if not mark.is_gone:
        return _("%(name)s is here. It is shown with %(other)s.")
    if mark.said.key not in {said.key for said in row.now}:
        return _("%(name)s was here. Its words are now in %(other)s.")
    if not words["place"]:
        return _("%(name)s was here. It moved to the beginning.")
    return _("%(name)s was here. It moved to after %(place)s.")


# --- What did not change -------------------------------------------------------------------------


def _kept(row: ConcordanceRow) -> UnchangedLine:
    return UnchangedLine(row.now[0], row.then[0].label or _("none") if row.is_relabelled else "")


def _folds(stretch: Sequence[UnchangedLine], told: _Citations) -> list[Fold]:
    """What lies before a change; the heading that the change stands under is left in sight."""
    headings = [at for at, row in enumerate(stretch) if row.said.kind == Kind.HEADING]
    if not headings:
        return _fold(stretch, told)
    last = headings[-1]
    heading = Fold((stretch[last],), "", is_closed=False)
    return [*_fold(stretch[:last], told), heading, *_fold(stretch[last + 1 :], told)]


def _fold(stretch: Sequence[UnchangedLine], told: _Citations) -> list[Fold]:
    if not stretch:
        return []
    is_closed = len(stretch) > _NOT_FOLDED
    return [Fold(tuple(stretch), _fold_title(stretch, told) if is_closed else "", is_closed)]


def _fold_title(stretch: Sequence[UnchangedLine], told: _Citations) -> str:
    count = len(stretch)
    parts = [
        ngettext("%(n)d unchanged paragraph", "%(n)d unchanged paragraphs", count) % {"n": count}
    ]
    cited = [told.now[row.said.key] for row in stretch if row.said.label]
    if len(cited) > 1:
        parts.append(_("%(first)s to %(last)s") % {"first": cited[0], "last": cited[-1]})
    if renumbered := sum(bool(row.label_then) for row in stretch):
        parts.append(_renumbered(renumbered))
    return " · ".join(parts)


def _renumbered(count: int) -> str:
    return ngettext("%(n)d renumbered", "%(n)d renumbered", count) % {"n": count}


def _counts(found: Comparison) -> tuple[str, ...]:
    return tuple(counted(item.row for item in found.differences))
