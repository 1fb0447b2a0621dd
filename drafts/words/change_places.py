"""Many changes of one text, set side by side at the places where any of them changes it. Pure.

The text is cut into segments: places, where somebody changes words, and what lies between them.
Changes that meet share a place. One that would make it long stands across it: a rewording of the
whole does not hide where others change a word.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, pairwise

from drafts.words.differences import Redline
from drafts.words.hunks import Hunk, hunks_of, pieces_within
from drafts.words.tokens import is_word, spaced_words, tokens
from drafts.words.typography import without_typography

# Changes that meet make no place of more characters than this; a single one may.
LONGEST = 80

type Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Segment:
    """Words of the text from `start` to `end`, in characters; none where words are inserted.

    `place` counts the places from 1; 0 is what lies between them.
    """

    start: int
    end: int
    text: str
    place: int = 0


@dataclass(frozen=True, slots=True)
class Cell:
    """What one asks of the segments from `first` to `last`, both counted from 0."""

    first: int
    last: int
    pieces: Redline
    hunks: tuple[Hunk, ...] = ()

    def touches(self, start: int, end: int) -> bool:
        """Whether it changes any of these words, or inserts some beside them."""
        return any(_meets((hunk.start, hunk.end), (start, end)) for hunk in self.hunks)


@dataclass(frozen=True, slots=True)
class PlacedChange:
    """A change, and the turns of all who ask for just this, in the order they were given."""

    cell: Cell
    turns: tuple[int, ...]


@dataclass(frozen=True)
class Aligned:
    """A text in segments, and for each proposal, by turn from 0, its changed cells in order.

    The segments joined are the text. Who asks for the same change has the same cell.
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
        for turn, row in enumerate(self.rows):
            for cell in row:
                found.setdefault(cell, []).append(turn)
        changes = [PlacedChange(cell, tuple(turns)) for cell, turns in found.items()]
        return tuple(sorted(changes, key=lambda change: (change.cell.first, change.turns)))

    def places_of(self, cell: Cell) -> tuple[int, ...]:
        """The numbers of the places at which a cell stands."""
        covered = self.segments[cell.first : cell.last + 1]
        return tuple(segment.place for segment in covered if segment.place)

    def whole(self, turn: int) -> Iterator[Cell]:
        """All cells of a proposal, kept ones too: "=" and "+" joined are what it asks for."""
        at = 0
        for cell in self.rows[turn]:
            yield from self._kept(at, cell.first)
            yield cell
            at = cell.last + 1
        yield from self._kept(at, len(self.segments))

    def _kept(self, first: int, end: int) -> Iterator[Cell]:
        for number in range(first, end):
            text = self.segments[number].text
            yield Cell(number, number, (("=", text),) if text else ())


def aligned(text: str, redlines: Sequence[Redline]) -> Aligned:
    """The text cut at the places where any of these changes it, and each change cut alike.

    Each redline starts from `text`; () is one that changes nothing. Raises `ValueError` where one
    starts from other words.
    """
    changes = [_hunks_on(text, redline) for redline in redlines]
    spans = {(hunk.start, hunk.end) for hunks in changes for hunk in hunks}
    segments = tuple(_segments(text, _places(spans), spans))
    homes = {span: _home(segments, span) for span in spans}
    return Aligned(segments, tuple(tuple(_cells(text, segments, homes, own)) for own in changes))


def words_in(text: str) -> list[Span]:
    """Where each word begins and ends, in characters, with its signs and the space behind it.

    Joined they are the text, so that whatever changes is in one of them.
    """
    ends = list(accumulate(map(len, spaced_words(text))))
    return list(zip([0, *ends], ends, strict=False))


def found_in(text: str, wanted: str) -> list[Span]:
    """Where these words stand in the text one after the other; signs and capitals aside."""
    sought = [_plain(wanted[start:end]) for start, end in _bare_words(wanted)]
    spans = _bare_words(text)
    said = [_plain(text[start:end]) for start, end in spans]
    size = len(sought)
    return [
        (spans[n][0], spans[n + size - 1][1])
        for n in range(len(said) - size + 1)
        if size and said[n : n + size] == sought
    ]


def has_opposites(asked: Iterable[Sequence[Hunk]]) -> bool:
    """Whether two of these proposals on one text change the same words to different ones.

    Words that are only inserted stand against nobody's.
    """
    wanted = {
        (hunk.start, hunk.end, _plain(hunk.come)) for own in asked for hunk in own if hunk.gone
    }
    furthest = 0
    for start, end, _come in sorted(wanted):
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
    """The stretches of the text that changes which meet make, in order; short ones come first."""
    places: list[Span] = []
    for span in sorted(spans, key=lambda span: (span[1] - span[0], span)):
        met = [place for place in places if _meets(place, span)]
        start = min([span[0], *(start for start, _end in met)])
        end = max([span[1], *(end for _start, end in met)])
        if met and end - start > LONGEST:
            continue
        places = [*(place for place in places if place not in met), (start, end)]
    return sorted(places)


def _meets(one: Span, other: Span) -> bool:
    """Whether they overlap, or touch where one of them is an insertion."""
    if one[0] == one[1] or other[0] == other[1]:
        return one[0] <= other[1] and other[0] <= one[1]
    return one[0] < other[1] and other[0] < one[1]


def _segments(text: str, places: Sequence[Span], spans: Iterable[Span]) -> Iterator[Segment]:
    """The places, and what lies between them, cut where a change that stands across ends."""
    ends = sorted({end for span in spans for end in span})
    at = 0
    for number, (start, end) in enumerate([*places, (len(text), len(text))], start=1):
        cuts = [at, *(cut for cut in ends if at < cut < start), start]
        yield from (Segment(a, b, text[a:b]) for a, b in pairwise(cuts) if a < b)
        if number <= len(places):
            yield Segment(start, end, text[start:end], number)
        at = end


def _home(segments: Sequence[Segment], span: Span) -> tuple[int, int]:
    """The first and the last segment that a change covers."""
    met = [n for n, found in enumerate(segments) if _meets((found.start, found.end), span)]
    if span[0] == span[1]:
        place = next(n for n in met if segments[n].place)
        return place, place
    return met[0], met[-1]


def _cells(
    text: str,
    segments: Sequence[Segment],
    homes: dict[Span, tuple[int, int]],
    hunks: Sequence[Hunk],
) -> Iterator[Cell]:
    """The changes of one proposal, those at one place together."""
    groups: list[tuple[int, int, list[Hunk]]] = []
    for hunk in hunks:
        first, last = homes[hunk.start, hunk.end]
        if groups and first <= groups[-1][1]:
            before, until, own = groups.pop()
            groups.append((before, max(until, last), [*own, hunk]))
        else:
            groups.append((first, last, [hunk]))
    for first, last, own in groups:
        start, end = segments[first].start, segments[last].end
        yield Cell(first, last, tuple(pieces_within(text, start, end, own)), tuple(own))


def _plain(words: str) -> str:
    return without_typography(words).casefold().strip()


def _bare_words(text: str) -> list[Span]:
    """Where each word begins and ends, without signs and spaces."""
    found = tokens(text)
    ends = list(accumulate(map(len, found)))
    spans = zip([0, *ends], ends, strict=False)
    return [span for token, span in zip(found, spans, strict=False) if is_word(token)]
