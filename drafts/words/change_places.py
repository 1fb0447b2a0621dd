"""Many changes of one text, set side by side at the places where any of them changes it.

Uses no database.

The text is cut into segments: places, where somebody changes words, and the text between them.
Changes that meet share a place. A change that would make the place too long covers the place and
text beside it, and does not widen it: so a rewording of the whole does not hide where others change
a word.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, pairwise

from drafts.words.differences import Redline
from drafts.words.hunks import Hunk, hunks_of, pieces_within
from drafts.words.tokens import is_word, spaced_words, tokens
from drafts.words.typography import without_typography

# Changes that meet make no place of more characters than this; a single change may.
MAX_PLACE_LENGTH = 80

# Start and end of a stretch of the text, in characters; equal where words are inserted.
type CharacterSpan = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Segment:
    """Words of the text from `start` to `end`, in characters; none where words are inserted.

    `place_number` counts the places from 1; it is 0 for the text between them.
    """

    start: int
    end: int
    text: str
    place_number: int = 0


@dataclass(frozen=True, slots=True)
class ProposalCell:
    """What one proposal changes in the segments from `first_segment` to `last_segment`.

    Both are indexes, the last one included.
    """

    first_segment: int
    last_segment: int
    pieces: Redline
    hunks: tuple[Hunk, ...] = ()

    def touches(self, start: int, end: int) -> bool:
        """Whether it changes any of these words, or inserts some beside them."""
        return any(_meets((hunk.start, hunk.end), (start, end)) for hunk in self.hunks)


@dataclass(frozen=True, slots=True)
class PlacedChange:
    """A change, with the indexes of all proposals that ask for exactly this, in order."""

    cell: ProposalCell
    proposal_indexes: tuple[int, ...]


@dataclass(frozen=True)
class AlignedChanges:
    """A text in segments, and for each proposal, by its index, its changed cells in order.

    The segments joined are the text. Proposals of the same change have equal cells.
    """

    segments: tuple[Segment, ...]
    cells_by_proposal: tuple[tuple[ProposalCell, ...], ...]

    @cached_property
    def places(self) -> tuple[Segment, ...]:
        """The segments that are places, in order."""
        return tuple(segment for segment in self.segments if segment.place_number)

    @cached_property
    def changes(self) -> tuple[PlacedChange, ...]:
        """Each change with those who ask for it, in the order of the text."""
        proposal_indexes_by_cell: dict[ProposalCell, list[int]] = {}
        for proposal_index, cells in enumerate(self.cells_by_proposal):
            for cell in cells:
                proposal_indexes_by_cell.setdefault(cell, []).append(proposal_index)
        changes = [
            PlacedChange(cell, tuple(proposal_indexes))
            for cell, proposal_indexes in proposal_indexes_by_cell.items()
        ]
        return tuple(
            sorted(changes, key=lambda change: (change.cell.first_segment, change.proposal_indexes))
        )

    def place_numbers_of(self, cell: ProposalCell) -> tuple[int, ...]:
        """The numbers of the places that a cell covers."""
        segments = self.segments[cell.first_segment : cell.last_segment + 1]
        return tuple(segment.place_number for segment in segments if segment.place_number)

    def all_cells(self, proposal_index: int) -> Iterator[ProposalCell]:
        """All cells of a proposal, also unchanged ones; "=" and "+" joined are its wording."""
        segment_index = 0
        for cell in self.cells_by_proposal[proposal_index]:
            yield from self._kept_cells(segment_index, cell.first_segment)
            yield cell
            segment_index = cell.last_segment + 1
        yield from self._kept_cells(segment_index, len(self.segments))

    def _kept_cells(self, first_segment: int, end_segment: int) -> Iterator[ProposalCell]:
        """A cell without a change for each segment in this range."""
        for segment_index in range(first_segment, end_segment):
            text = self.segments[segment_index].text
            yield ProposalCell(segment_index, segment_index, (("=", text),) if text else ())


def align_changes(text: str, redlines: Sequence[Redline]) -> AlignedChanges:
    """The text, and each of these redlines of it, cut at the places where any of them changes it.

    Each redline starts from `text`; () changes nothing. Raises `ValueError` where one starts from
    other words.
    """
    hunks_by_proposal = [_hunks_on(text, redline) for redline in redlines]
    spans = {(hunk.start, hunk.end) for hunks in hunks_by_proposal for hunk in hunks}
    segments = tuple(_segments(text, _joined_places(spans), spans))
    segment_range_by_span = {span: _covered_segments(segments, span) for span in spans}
    return AlignedChanges(
        segments,
        tuple(
            tuple(_cells(text, segments, segment_range_by_span, hunks))
            for hunks in hunks_by_proposal
        ),
    )


def spaced_word_spans(text: str) -> list[CharacterSpan]:
    """Start and end of each word, in characters, with its signs and the space behind it.

    Together they cover the text, so that every change is in one of them.
    """
    ends = list(accumulate(map(len, spaced_words(text))))
    return list(zip([0, *ends], ends, strict=False))


def find_words(text: str, wanted: str) -> list[CharacterSpan]:
    """The spans where these words follow each other in the text, whatever signs and capitals."""
    wanted_words = [_comparable(wanted[start:end]) for start, end in _word_spans(wanted)]
    word_spans = _word_spans(text)
    text_words = [_comparable(text[start:end]) for start, end in word_spans]
    word_count = len(wanted_words)
    return [
        (word_spans[index][0], word_spans[index + word_count - 1][1])
        for index in range(len(text_words) - word_count + 1)
        if word_count and text_words[index : index + word_count] == wanted_words
    ]


def have_opposite_changes(proposals: Iterable[Sequence[Hunk]]) -> bool:
    """Whether two of these proposals on one text change the same words to different ones.

    Words that are only inserted are no opposite of others.
    """
    # A set: proposals that ask for the same change count once.
    changed_spans = {
        (hunk.start, hunk.end, _comparable(hunk.inserted))
        for hunks in proposals
        for hunk in hunks
        if hunk.deleted
    }
    # In order of their starts, two overlap where one begins before an earlier one ends.
    furthest_end = 0
    for start, end, _inserted in sorted(changed_spans):
        if start < furthest_end:
            return True
        furthest_end = max(furthest_end, end)
    return False


# --- Cutting --------------------------------------------------------------------------------------


def _hunks_on(text: str, redline: Redline) -> tuple[Hunk, ...]:
    """The changes of a redline; ValueError where it does not start from this text."""
    if redline and "".join(words for op, words in redline if op != "+") != text:
        raise ValueError("The change starts from other words.")
    return hunks_of(redline)


def _joined_places(spans: Collection[CharacterSpan]) -> list[CharacterSpan]:
    """The spans of changes that meet, joined, in order; short changes are joined first."""
    insertion_positions = {start for start, end in spans if start == end}
    places: list[CharacterSpan] = []
    for span in sorted(spans, key=lambda span: (span[1] - span[0], span)):
        places_met = [place for place in places if _meets(place, span)]
        # Words inserted where they touch meet both, and one of the two holds them.
        places_beside = [
            place
            for place in places
            if place not in places_met
            and (
                (place[1] == span[0] and span[0] in insertion_positions)
                or (place[0] == span[1] and span[1] in insertion_positions)
            )
        ]
        joined_places = [*places_met, *places_beside]
        joined = _hull([span, *joined_places])
        if places_beside and joined[1] - joined[0] > MAX_PLACE_LENGTH:
            joined_places = places_met
            joined = _hull([span, *joined_places])
        if places_met and joined[1] - joined[0] > MAX_PLACE_LENGTH:
            continue
        places = [*(place for place in places if place not in joined_places), joined]
    return sorted(places)


def _hull(spans: Sequence[CharacterSpan]) -> CharacterSpan:
    """The span from the first start to the last end."""
    return min(start for start, _end in spans), max(end for _start, end in spans)


def _meets(first_span: CharacterSpan, second_span: CharacterSpan) -> bool:
    """Whether they overlap, or touch where one of them is an insertion."""
    if first_span[0] == first_span[1] or second_span[0] == second_span[1]:
        return first_span[0] <= second_span[1] and second_span[0] <= first_span[1]
    return first_span[0] < second_span[1] and second_span[0] < first_span[1]


def _segments(
    text: str, places: Sequence[CharacterSpan], spans: Iterable[CharacterSpan]
) -> Iterator[Segment]:
    """The places and the text between them, cut at the ends of the changes that cover several."""
    span_edges = sorted({end for span in spans for end in span})
    position = 0
    # A last, empty place at the end, so that the text behind the last one is cut as well.
    for place_number, (start, end) in enumerate([*places, (len(text), len(text))], start=1):
        cuts = [position, *(cut for cut in span_edges if position < cut < start), start]
        yield from (
            Segment(start_of_piece, end_of_piece, text[start_of_piece:end_of_piece])
            for start_of_piece, end_of_piece in pairwise(cuts)
            if start_of_piece < end_of_piece
        )
        if place_number <= len(places):
            yield Segment(start, end, text[start:end], place_number)
        position = end


def _covered_segments(segments: Sequence[Segment], span: CharacterSpan) -> tuple[int, int]:
    """The first and the last segment that a change covers."""
    segments_met = [
        index
        for index, segment in enumerate(segments)
        if _meets((segment.start, segment.end), span)
    ]
    # Inserted words belong to their place alone, although they touch the text beside it.
    if span[0] == span[1]:
        place_index = next(index for index in segments_met if segments[index].place_number)
        return place_index, place_index
    return segments_met[0], segments_met[-1]


def _cells(
    text: str,
    segments: Sequence[Segment],
    segment_range_by_span: dict[CharacterSpan, tuple[int, int]],
    hunks: Sequence[Hunk],
) -> Iterator[ProposalCell]:
    """The changes of one proposal, those at one place in one cell."""
    # First and last segment of a cell, and its changes.
    groups: list[tuple[int, int, list[Hunk]]] = []
    for hunk in hunks:
        first_segment, last_segment = segment_range_by_span[hunk.start, hunk.end]
        if groups and first_segment <= groups[-1][1]:
            group_first, group_last, group = groups.pop()
            groups.append((group_first, max(group_last, last_segment), [*group, hunk]))
        else:
            groups.append((first_segment, last_segment, [hunk]))
    for first_segment, last_segment, group in groups:
        start, end = segments[first_segment].start, segments[last_segment].end
        yield ProposalCell(
            first_segment, last_segment, tuple(pieces_within(text, start, end, group)), tuple(group)
        )


def _comparable(words: str) -> str:
    """The words for comparing: without typography, capitals and outer spaces."""
    return without_typography(words).casefold().strip()


def _word_spans(text: str) -> list[CharacterSpan]:
    """Start and end of each word, without signs and spaces."""
    text_tokens = tokens(text)
    token_ends = list(accumulate(map(len, text_tokens)))
    spans = zip([0, *token_ends], token_ends, strict=False)
    return [span for token, span in zip(text_tokens, spans, strict=False) if is_word(token)]
