"""Many changes of one text, set side by side at the places where any of them changes it.

Uses no database.

The text is cut into segments: places, where somebody changes words, and the text between them.
Changes that meet share a place. One that would make the place long covers it without widening it,
so that a rewording of the whole does not hide where others change a word.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, pairwise

from drafts.words.differences import Redline
from drafts.words.hunks import Hunk, hunks_of, pieces_within
from drafts.words.tokens import is_word, spaced_words, tokens
from drafts.words.typography import without_typography

# Changes that meet make no place of more characters than this; a single change may.
MAX_PLACE_LENGTH = 80

type Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Segment:
    """Words of the text from `start` to `end`, in characters; none where words are inserted.

    `place` counts the places from 1; it is 0 for the text between them.
    """

    start: int
    end: int
    text: str
    place: int = 0


@dataclass(frozen=True, slots=True)
class Cell:
    """What one proposal changes in the segments from `first` to `last`, both counted from 0."""

    first: int
    last: int
    pieces: Redline
    hunks: tuple[Hunk, ...] = ()

    def touches(self, start: int, end: int) -> bool:
        """Whether it changes any of these words, or inserts some beside them."""
        return any(_meets((hunk.start, hunk.end), (start, end)) for hunk in self.hunks)


@dataclass(frozen=True, slots=True)
class PlacedChange:
    """A change, with the indexes of all proposals that ask for exactly this, in order."""

    cell: Cell
    indexes: tuple[int, ...]


@dataclass(frozen=True)
class AlignedChanges:
    """A text in segments, and for each proposal, by its index, its changed cells in order.

    The segments joined are the text. Proposals of the same change have equal cells.
    """

    segments: tuple[Segment, ...]
    rows: tuple[tuple[Cell, ...], ...]

    @cached_property
    def places(self) -> tuple[Segment, ...]:
        """The segments that are places, in order."""
        return tuple(segment for segment in self.segments if segment.place)

    @cached_property
    def changes(self) -> tuple[PlacedChange, ...]:
        """Each change with those who ask for it, in the order of the text."""
        found: dict[Cell, list[int]] = {}
        for index, row in enumerate(self.rows):
            for cell in row:
                found.setdefault(cell, []).append(index)
        changes = [PlacedChange(cell, tuple(indexes)) for cell, indexes in found.items()]
        return tuple(sorted(changes, key=lambda change: (change.cell.first, change.indexes)))

    def places_of(self, cell: Cell) -> tuple[int, ...]:
        """The numbers of the places that a cell covers."""
        segments = self.segments[cell.first : cell.last + 1]
        return tuple(segment.place for segment in segments if segment.place)

    def all_cells(self, index: int) -> Iterator[Cell]:
        """All cells of a proposal, also those it keeps; "=" and "+" joined are its wording."""
        at = 0
        for cell in self.rows[index]:
            yield from self._kept_cells(at, cell.first)
            yield cell
            at = cell.last + 1
        yield from self._kept_cells(at, len(self.segments))

    def _kept_cells(self, first: int, end: int) -> Iterator[Cell]:
        for number in range(first, end):
            text = self.segments[number].text
            yield Cell(number, number, (("=", text),) if text else ())


def align_changes(text: str, redlines: Sequence[Redline]) -> AlignedChanges:
    """The text cut at the places where any of these redlines changes it, and the redlines too.

    Each redline starts from `text`; () changes nothing. Raises `ValueError` where one starts from
    other words.
    """
    changes = [_hunks_on(text, redline) for redline in redlines]
    spans = {(hunk.start, hunk.end) for hunks in changes for hunk in hunks}
    segments = tuple(_segments(text, _places(spans), spans))
    covered = {span: _covered_segments(segments, span) for span in spans}
    return AlignedChanges(
        segments, tuple(tuple(_cells(text, segments, covered, hunks)) for hunks in changes)
    )


def spaced_word_spans(text: str) -> list[Span]:
    """Start and end of each word, in characters, with its signs and the space behind it.

    Together they cover the text, so that every change is in one of them.
    """
    ends = list(accumulate(map(len, spaced_words(text))))
    return list(zip([0, *ends], ends, strict=False))


def found_in(text: str, wanted: str) -> list[Span]:
    """The spans where these words follow each other in the text, whatever signs and capitals."""
    wanted_words = [_comparable(wanted[start:end]) for start, end in _word_spans(wanted)]
    spans = _word_spans(text)
    text_words = [_comparable(text[start:end]) for start, end in spans]
    size = len(wanted_words)
    return [
        (spans[n][0], spans[n + size - 1][1])
        for n in range(len(text_words) - size + 1)
        if size and text_words[n : n + size] == wanted_words
    ]


def has_opposites(proposals: Iterable[Sequence[Hunk]]) -> bool:
    """Whether two of these proposals on one text change the same words to different ones.

    Words that are only inserted are no opposite of others.
    """
    wanted = {
        (hunk.start, hunk.end, _comparable(hunk.inserted))
        for hunks in proposals
        for hunk in hunks
        if hunk.deleted
    }
    furthest = 0
    for start, end, _inserted in sorted(wanted):
        if start < furthest:
            return True
        furthest = max(furthest, end)
    return False


# --- Cutting --------------------------------------------------------------------------------------


def _hunks_on(text: str, redline: Redline) -> tuple[Hunk, ...]:
    if redline and "".join(words for op, words in redline if op != "+") != text:
        raise ValueError("The change starts from other words.")
    return hunks_of(redline)


def _places(spans: Iterable[Span]) -> list[Span]:
    """The spans of changes that meet, joined, in order; short changes are joined first."""
    places: list[Span] = []
    for span in sorted(spans, key=lambda span: (span[1] - span[0], span)):
        met = [place for place in places if _meets(place, span)]
        start = min([span[0], *(start for start, _end in met)])
        end = max([span[1], *(end for _start, end in met)])
        if met and end - start > MAX_PLACE_LENGTH:
            continue
        places = [*(place for place in places if place not in met), (start, end)]
    return sorted(places)


def _meets(one: Span, other: Span) -> bool:
    """Whether they overlap, or touch where one of them is an insertion."""
    if one[0] == one[1] or other[0] == other[1]:
        return one[0] <= other[1] and other[0] <= one[1]
    return one[0] < other[1] and other[0] < one[1]


def _segments(text: str, places: Sequence[Span], spans: Iterable[Span]) -> Iterator[Segment]:
    """The places and the text between them, cut at the ends of the changes that cover several."""
    ends = sorted({end for span in spans for end in span})
    at = 0
    for number, (start, end) in enumerate([*places, (len(text), len(text))], start=1):
        cuts = [at, *(cut for cut in ends if at < cut < start), start]
        yield from (Segment(a, b, text[a:b]) for a, b in pairwise(cuts) if a < b)
        if number <= len(places):
            yield Segment(start, end, text[start:end], number)
        at = end


def _covered_segments(segments: Sequence[Segment], span: Span) -> tuple[int, int]:
    """The first and the last segment that a change covers."""
    met = [n for n, found in enumerate(segments) if _meets((found.start, found.end), span)]
    if span[0] == span[1]:
        place = next(n for n in met if segments[n].place)
        return place, place
    return met[0], met[-1]


def _cells(
    text: str,
    segments: Sequence[Segment],
    covered: dict[Span, tuple[int, int]],
    hunks: Sequence[Hunk],
) -> Iterator[Cell]:
    """The changes of one proposal, those at one place in one cell."""
    groups: list[tuple[int, int, list[Hunk]]] = []
    for hunk in hunks:
        first, last = covered[hunk.start, hunk.end]
        if groups and first <= groups[-1][1]:
            before, until, group = groups.pop()
            groups.append((before, max(until, last), [*group, hunk]))
        else:
            groups.append((first, last, [hunk]))
    for first, last, group in groups:
        start, end = segments[first].start, segments[last].end
        yield Cell(first, last, tuple(pieces_within(text, start, end, group)), tuple(group))


def _comparable(words: str) -> str:
    return without_typography(words).casefold().strip()


def _word_spans(text: str) -> list[Span]:
    """Start and end of each word, without signs and spaces."""
    found = tokens(text)
    ends = list(accumulate(map(len, found)))
    spans = zip([0, *ends], ends, strict=False)
    return [span for token, span in zip(found, spans, strict=False) if is_word(token)]
