"""What changed between two revisions, as paragraphs to print. Uses no database.

Read with every change accepted it is the new text, with every change refused the old one, to the
character and paragraph by paragraph. So words and ends of paragraphs are marked apart: a split is
an inserted end, a merger a deleted one.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import count, pairwise

from drafts.papers.paragraph_matches import (
    ParagraphMatch,
    contiguous_matches,
    gaps_between,
    matches_in_order,
    moved_pairs,
    scattered_matches,
)
from drafts.papers.redline_pieces import RedlinePiece, redline_pieces, scattered_pieces
from drafts.papers.text_paper import FROM, TO, PrintedParagraph
from drafts.shells.conventions import DELETED, INSERTED, KEPT
from drafts.words.differences import equal_in_order, gaps

_BEFORE, _AFTER = frozenset({KEPT, DELETED, FROM}), frozenset({KEPT, INSERTED, TO})


@dataclass(frozen=True, slots=True)
class MarkedParagraph:
    """A paragraph of the redline: its mark and that of its end, before and after the change.

    `then` is None where only the new text has it, `now` where only the old one has. The two ends
    of a move have the same number, and `elsewhere` is the label at the other end; likewise for a
    paragraph merged into one far away, or split off to another place.
    """

    mark: str
    then: PrintedParagraph | None
    now: PrintedParagraph | None
    number: tuple[RedlinePiece, ...]
    pieces: tuple[RedlinePiece, ...]
    notes: tuple[RedlinePiece, ...]
    move: int = 0
    elsewhere: str = ""
    # The mark of its end, where it differs: see `with_first_note_before_kept_end`.
    end: str = ""

    @property
    def ends_as(self) -> str:
        """The mark of its end."""
        return self.end or self.mark

    @property
    def set_as(self) -> PrintedParagraph:
        """The paragraph in whose style it is printed."""
        paragraph = self.now or self.then
        assert paragraph is not None
        return paragraph

    @property
    def state(self) -> str:
        """The state of negotiation, printed once: where the paragraph stands now, and whole."""
        has_kept = any(piece.mark == KEPT for piece in self.pieces)
        is_whole = self.mark == KEPT or (self.mark == INSERTED and not has_kept)
        return self.now.state if self.now and is_whole and not self.elsewhere else ""

    @property
    def is_changed(self) -> bool:
        parts = (*self.number, *self.pieces, *self.notes)
        return self.mark != KEPT or any(piece.mark != KEPT for piece in parts)


def unmarked(paragraphs: Sequence[PrintedParagraph]) -> tuple[MarkedParagraph, ...]:
    """A text without any change, as marked paragraphs."""
    return tuple(_kept_paragraph(row, row) for row in paragraphs)


def marked_paragraphs(
    before: Sequence[PrintedParagraph],
    after: Sequence[PrintedParagraph],
    matches: Iterable[ParagraphMatch],
) -> tuple[MarkedParagraph, ...]:
    """The redline of both texts; a paragraph in no match is new, or was dropped."""
    all_matches = list(matches)
    matches = list(contiguous_matches(before, after, all_matches))
    in_order = matches_in_order(matches)
    moves = list(enumerate(sorted(moved_pairs(before, after, matches, in_order)), 1))
    moved_away = {old: (move, new) for move, (old, new) in moves}
    moved_here = {new: (move, old) for move, (old, new) in moves}
    scattered = _scattered_paragraphs(before, after, all_matches, in_order, count(len(moves) + 1))
    rows: list[MarkedParagraph] = []
    for old_gap, new_gap, match in gaps_between(in_order, len(before), len(after)):
        for old in old_gap:
            if old in moved_away:
                move, new = moved_away[old]
                rows.append(_moved_from(before[old], after[new], move))
            else:
                rows.append(scattered.gone.get(old) or _whole_paragraph(DELETED, then=before[old]))
        for new in new_gap:
            if new in moved_here:
                move, old = moved_here[new]
                rows.append(_moved_to(before[old], after[new], move))
            else:
                rows.append(scattered.come.get(new) or _whole_paragraph(INSERTED, now=after[new]))
        if match and match.after[0] in scattered.lasting:
            rows.append(scattered.lasting[match.after[0]])
        elif match:
            old_rows, new_rows = [before[i] for i in match.before], [after[i] for i in match.after]
            in_place = list(_paragraphs_in_place(old_rows, new_rows))
            has_note = any(row.notes for row in rows)
            is_safe = has_note or _has_first_note_before_kept_end(in_place)
            rows += in_place if is_safe else _first_reworded(old_rows, new_rows)
    return tuple(rows)


@dataclass(frozen=True, slots=True)
class _Scattered:
    """Paragraphs of matches that are not contiguous, by their index in their text."""

    lasting: dict[int, MarkedParagraph]
    gone: dict[int, MarkedParagraph]
    come: dict[int, MarkedParagraph]


def _scattered_paragraphs(
    before: Sequence[PrintedParagraph],
    after: Sequence[PrintedParagraph],
    matches: Iterable[ParagraphMatch],
    in_order: Iterable[ParagraphMatch],
    moves: Iterator[int],
) -> _Scattered:
    """One redline over all paragraphs of a match, printed where each of them stands.

    Words that went to another paragraph are marked as moved, as in a comparison, and not as
    deleted here and inserted there.
    """
    scattered = _Scattered({}, {}, {})
    alone = {match for match in in_order if len(match.before) == len(match.after) == 1}
    for match, lasting in scattered_matches(before, after, matches):
        if ParagraphMatch((lasting[0],), (lasting[1],)) not in alone:
            continue
        old, new = lasting
        then, now = before[old], after[new]
        lasting_index = match.before.index(old), match.after.index(new)
        old_rows, new_rows = [before[i] for i in match.before], [after[i] for i in match.after]
        words = scattered_pieces(old_rows, new_rows, lasting_index, moves)
        number, notes = _number_pieces(then, now), _note_pieces(then.notes, now.notes)
        scattered.lasting[new] = MarkedParagraph(KEPT, then, now, number, words.lasting, notes)
        others = (i for i in match.before if i != old)
        for i, pieces in zip(others, words.gone, strict=True):
            row = _whole_paragraph(DELETED, then=before[i])
            scattered.gone[i] = replace(row, pieces=pieces, elsewhere=now.number)
        others = (i for i in match.after if i != new)
        for i, pieces in zip(others, words.come, strict=True):
            row = _whole_paragraph(INSERTED, now=after[i])
            scattered.come[i] = replace(row, pieces=pieces, elsewhere=then.number)
    return scattered


def with_first_note_before_kept_end(rows: Sequence[MarkedParagraph]) -> list[MarkedParagraph]:
    """The same redline, marked so that the first footnote stands before a kept end.

    LibreOffice forgets the change of an end while it reads the footnotes, all at the first one. A
    run of inserted (or deleted) paragraphs behind an unchanged one has one end more than changes:
    any of them may be the kept one, and here it is the one behind the footnote.
    """
    result = list(rows)
    first = next((index for index, row in enumerate(result) if row.notes), None)
    if first is None or result[first].ends_as == KEPT:
        return result
    indexes_before = range(first - 1, -1, -1)
    unchanged = next((index for index in indexes_before if result[index].ends_as == KEPT), None)
    if unchanged is None:
        return result
    between = result[unchanged + 1 : first + 1]
    side = _AFTER if result[first].mark in _AFTER else _BEFORE
    same = [row for row in between if row.mark in side]
    others = [row for row in between if row.mark not in side]
    result[unchanged : first + 1] = [*_ends_exchanged(result[unchanged], same), *others]
    return result


def _ends_exchanged(
    unchanged: MarkedParagraph, run: Sequence[MarkedParagraph]
) -> Iterator[MarkedParagraph]:
    """The last of a run ends as the unchanged paragraph before it did, and that as the last."""
    *others, last = run
    if last.mark in _AFTER:
        yield replace(unchanged, end=INSERTED, then=None)
        yield from others
        yield replace(last, end=KEPT, then=unchanged.then)
    else:
        yield replace(unchanged, end=DELETED, now=None)
        yield from others
        yield replace(last, end=KEPT, now=unchanged.now)


def text_before(rows: Iterable[MarkedParagraph]) -> list[tuple[str, str, tuple[str, ...]]]:
    """Number, words and notes of each paragraph with every change refused."""
    return _paragraphs_with(rows, _BEFORE)


def text_after(rows: Iterable[MarkedParagraph]) -> list[tuple[str, str, tuple[str, ...]]]:
    """The same with every change accepted."""
    return _paragraphs_with(rows, _AFTER)


def _paragraphs_with(
    rows: Iterable[MarkedParagraph], stay: frozenset[str]
) -> list[tuple[str, str, tuple[str, ...]]]:
    paragraphs = []
    number, words, notes = "", "", list[str]()
    for row in rows:
        number += _joined_words(row.number, stay)
        words += _joined_words(row.pieces, stay)
        notes += [piece.words for piece in row.notes if piece.mark in stay]
        if row.ends_as in stay:
            paragraphs.append((number, words, tuple(notes)))
            number, words, notes = "", "", []
    return paragraphs


def _joined_words(pieces: Iterable[RedlinePiece], stay: frozenset[str]) -> str:
    return "".join(piece.words for piece in pieces if piece.mark in stay)


# --- One paragraph -------------------------------------------------------------------------------


def _whole_paragraph(
    mark: str, *, then: PrintedParagraph | None = None, now: PrintedParagraph | None = None
) -> MarkedParagraph:
    """A paragraph that is inserted or deleted as a whole."""
    row = now or then
    assert row is not None
    number = _number_piece(mark, row.number)
    pieces = tuple(_pieces_by_italics(mark, row.text, row.opening, row.opening))
    return MarkedParagraph(
        mark, then, now, number, pieces, tuple(RedlinePiece(mark, n) for n in row.notes)
    )


def _pieces_by_italics(mark: str, words: str, was: int, now: int) -> Iterator[RedlinePiece]:
    """Words cut where their italics end: the first `was` letters were in italics, `now` are."""
    cuts = sorted({0, min(was, len(words)), min(now, len(words)), len(words)})
    for start, end in pairwise(cuts):
        yield RedlinePiece(mark, words[start:end], start < was, start < now)


def _kept_paragraph(then: PrintedParagraph, now: PrintedParagraph) -> MarkedParagraph:
    if then.text == now.text:
        pieces = tuple(_pieces_by_italics(KEPT, now.text, then.opening, now.opening))
    else:
        pieces = redline_pieces([then], [now])[0]
    return MarkedParagraph(
        KEPT, then, now, _number_pieces(then, now), pieces, _note_pieces(then.notes, now.notes)
    )


def _moved_from(then: PrintedParagraph, now: PrintedParagraph, move: int) -> MarkedParagraph:
    """At the old place: what moved away, and what was deleted with the move."""
    number, pieces, notes = _move_end(then, now, FROM, DELETED)
    return MarkedParagraph(FROM, then, None, number, pieces, notes, move, now.number)


def _moved_to(then: PrintedParagraph, now: PrintedParagraph, move: int) -> MarkedParagraph:
    """At the new place: what moved here, and what was inserted with the move."""
    number, pieces, notes = _move_end(then, now, TO, INSERTED)
    return MarkedParagraph(TO, None, now, number, pieces, notes, move, then.number)


def _move_end(
    then: PrintedParagraph, now: PrintedParagraph, moved_mark: str, changed_mark: str
) -> list[tuple[RedlinePiece, ...]]:
    """One end of a move: number, words and notes, without what only the other end has."""
    reworded = _kept_paragraph(then, now)
    mark_at_this_end = {KEPT: moved_mark, changed_mark: changed_mark}
    return [
        tuple(
            piece._replace(mark=mark_at_this_end[piece.mark])
            for piece in part
            if piece.mark in mark_at_this_end
        )
        for part in (reworded.number, reworded.pieces, reworded.notes)
    ]


def _number_pieces(then: PrintedParagraph, now: PrintedParagraph) -> tuple[RedlinePiece, ...]:
    if then.number == now.number:
        return _number_piece(KEPT, now.number)
    pieces = (RedlinePiece(DELETED, then.number), RedlinePiece(INSERTED, now.number))
    return tuple(piece for piece in pieces if piece.words)


def _note_pieces(then: Sequence[str], now: Sequence[str]) -> tuple[RedlinePiece, ...]:
    """Footnotes are changed as a whole: the old one is deleted, the new one inserted."""
    same = equal_in_order(then, now)
    pieces: list[RedlinePiece] = []
    for place, (old_gap, new_gap) in enumerate(gaps(same, len(then), len(now))):
        pieces += [RedlinePiece(DELETED, then[old]) for old in old_gap]
        pieces += [RedlinePiece(INSERTED, now[new]) for new in new_gap]
        pieces += [RedlinePiece(KEPT, now[new]) for _old, new in same[place : place + 1]]
    return tuple(pieces)


# --- Splits and mergers --------------------------------------------------------------------------


def _paragraphs_in_place(
    old_rows: Sequence[PrintedParagraph], new_rows: Sequence[PrintedParagraph]
) -> Iterator[MarkedParagraph]:
    """The redline of paragraphs that stayed in their place: reworded, split or merged."""
    if len(old_rows) == len(new_rows) == 1:
        yield _kept_paragraph(old_rows[0], new_rows[0])
    elif len(old_rows) == 1:
        yield from _split_paragraphs(old_rows[0], new_rows)
    elif len(new_rows) == 1:
        yield from _merged_paragraphs(old_rows, new_rows[0])
    else:
        yield from (_whole_paragraph(DELETED, then=then) for then in old_rows)
        yield from (_whole_paragraph(INSERTED, now=now) for now in new_rows)


def _first_reworded(
    old_rows: Sequence[PrintedParagraph], new_rows: Sequence[PrintedParagraph]
) -> Iterator[MarkedParagraph]:
    """The same with the first of each side as one that was reworded, the others by themselves.

    For a redline whose first footnote would stand before a changed end: see
    `with_first_note_before_kept_end`.
    """
    yield _kept_paragraph(old_rows[0], new_rows[0])
    yield from (_whole_paragraph(DELETED, then=then) for then in old_rows[1:])
    yield from (_whole_paragraph(INSERTED, now=now) for now in new_rows[1:])


def _has_first_note_before_kept_end(rows: Iterable[MarkedParagraph]) -> bool:
    """Whether the first footnote, if there is one, stands before a kept end."""
    return next((row.mark == KEPT for row in rows if row.notes), True)


def _split_paragraphs(
    then: PrintedParagraph, new_rows: Sequence[PrintedParagraph]
) -> Iterator[MarkedParagraph]:
    """The last part keeps the end that the paragraph had; the ends before it are inserted."""
    words = redline_pieces([then], new_rows)
    for place, now in enumerate(new_rows):
        number = _number_pieces(then, now) if place == 0 else _number_piece(INSERTED, now.number)
        if now is new_rows[-1]:
            notes = _note_pieces(then.notes, now.notes)
            yield MarkedParagraph(KEPT, then, now, number, words[place], notes)
        else:
            notes = tuple(RedlinePiece(INSERTED, note) for note in now.notes)
            yield MarkedParagraph(INSERTED, None, now, number, words[place], notes)


def _merged_paragraphs(
    old_rows: Sequence[PrintedParagraph], now: PrintedParagraph
) -> Iterator[MarkedParagraph]:
    """The last one keeps its end; the ends before it are deleted."""
    words = redline_pieces(old_rows, [now])
    for place, then in enumerate(old_rows):
        number = _number_pieces(then, now) if place == 0 else _number_piece(DELETED, then.number)
        if then is old_rows[-1]:
            notes = _note_pieces(then.notes, now.notes)
            yield MarkedParagraph(KEPT, then, now, number, words[place], notes)
        else:
            notes = tuple(RedlinePiece(DELETED, note) for note in then.notes)
            yield MarkedParagraph(DELETED, then, None, number, words[place], notes)


def _number_piece(mark: str, number: str) -> tuple[RedlinePiece, ...]:
    return (RedlinePiece(mark, number),) if number else ()
