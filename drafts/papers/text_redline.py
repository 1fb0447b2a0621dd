"""What changed between two revisions, as paragraphs to print: pure.

Read with every change accepted it is the new text, with every change refused the old one, to the
character and paragraph by paragraph. So words and ends of paragraphs are marked apart: a split is
an end that is put in, a merger one that is taken out.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import count, pairwise

from drafts.papers.kin import Kin, in_one_piece, lasting_apart, moved, steady, stretches
from drafts.papers.text_paper import FROM, TO, PrintedParagraph
from drafts.papers.weaving import RedlinePiece, woven, woven_apart
from drafts.shells.conventions import ADDED, GONE, KEPT
from drafts.words.differences import equal_in_order, gaps

_BEFORE, _AFTER = frozenset({KEPT, GONE, FROM}), frozenset({KEPT, ADDED, TO})


@dataclass(frozen=True, slots=True)
class Marked:
    """One printed paragraph: what becomes of it and of its end, as it was set and is set.

    `then` is None where only the new text has it, `now` where only the old one has. The two ends
    of a move bear one number, and each says the label at the other end; so does what was merged
    from afar, or carried off by a split.
    """

    mark: str
    then: PrintedParagraph | None
    now: PrintedParagraph | None
    number: tuple[RedlinePiece, ...]
    pieces: tuple[RedlinePiece, ...]
    notes: tuple[RedlinePiece, ...]
    move: int = 0
    elsewhere: str = ""
    # What becomes of its end, where that is told apart from the paragraph: see `with_steady_note`.
    end: str = ""

    @property
    def ends_as(self) -> str:
        """What becomes of its end."""
        return self.end or self.mark

    @property
    def set_as(self) -> PrintedParagraph:
        """The paragraph whose form it is printed in."""
        found = self.now or self.then
        assert found is not None
        return found

    @property
    def state(self) -> str:
        """What was made of the paragraph that stands here whole; nothing beside words that go."""
        has_kept = any(piece.mark == KEPT for piece in self.pieces)
        is_whole = self.mark == KEPT or (self.mark == ADDED and not has_kept)
        return self.now.state if self.now and is_whole and not self.elsewhere else ""

    @property
    def is_changed(self) -> bool:
        parts = (*self.number, *self.pieces, *self.notes)
        return self.mark != KEPT or any(piece.mark != KEPT for piece in parts)


def unmarked(paragraphs: Sequence[PrintedParagraph]) -> tuple[Marked, ...]:
    """A text without any change, as the same kind of value."""
    return tuple(_kept(row, row) for row in paragraphs)


def marked_paragraphs(
    before: Sequence[PrintedParagraph], after: Sequence[PrintedParagraph], kin: Iterable[Kin]
) -> tuple[Marked, ...]:
    """Both texts as one; a paragraph in no kin is new, or was dropped."""
    whole = list(kin)
    kin = list(in_one_piece(before, after, whole))
    staying = steady(kin)
    moves = list(enumerate(sorted(moved(before, after, kin, staying)), 1))
    gone = {old: (move, new) for move, (old, new) in moves}
    come = {new: (move, old) for move, (old, new) in moves}
    told = _scattered(before, after, whole, staying, count(len(moves) + 1))
    rows: list[Marked] = []
    for olds, news, family in stretches(staying, len(before), len(after)):
        for old in olds:
            if old in gone:
                move, new = gone[old]
                rows.append(_moved_from(before[old], after[new], move))
            else:
                rows.append(told.gone.get(old) or _all(GONE, then=before[old]))
        for new in news:
            if new in come:
                move, old = come[new]
                rows.append(_moved_to(before[old], after[new], move))
            else:
                rows.append(told.come.get(new) or _all(ADDED, now=after[new]))
        if family and family.after[0] in told.lasting:
            rows.append(told.lasting[family.after[0]])
        elif family:
            both = [before[i] for i in family.before], [after[i] for i in family.after]
            found = list(_family(*both))
            is_told = any(row.notes for row in rows) or _has_steady_note(found)
            rows += found if is_told else _apart(*both)
    return tuple(rows)


@dataclass(frozen=True, slots=True)
class _Scattered:
    """Paragraphs whose family does not stand together, by their place in their text."""

    lasting: dict[int, Marked]
    gone: dict[int, Marked]
    come: dict[int, Marked]


def _scattered(
    before: Sequence[PrintedParagraph],
    after: Sequence[PrintedParagraph],
    families: Iterable[Kin],
    staying: Iterable[Kin],
    moves: Iterator[int],
) -> _Scattered:
    """One redline over all of a family, printed where each paragraph stands.

    As a comparison tells it: words that stand on in another paragraph are moved, none is said to
    be deleted here and inserted there.
    """
    found = _Scattered({}, {}, {})
    alone = {one for one in staying if len(one.before) == len(one.after) == 1}
    for family, lasting in lasting_apart(before, after, families):
        if Kin((lasting[0],), (lasting[1],)) not in alone:
            continue
        old, new = lasting
        then, now = before[old], after[new]
        place = family.before.index(old), family.after.index(new)
        thens, nows = [before[i] for i in family.before], [after[i] for i in family.after]
        words = woven_apart(thens, nows, place, moves)
        number, notes = _number(then, now), _notes(then.notes, now.notes)
        found.lasting[new] = Marked(KEPT, then, now, number, words.lasting, notes)
        others = (i for i in family.before if i != old)
        for i, pieces in zip(others, words.gone, strict=True):
            row = _all(GONE, then=before[i])
            found.gone[i] = replace(row, pieces=pieces, elsewhere=now.number)
        others = (i for i in family.after if i != new)
        for i, pieces in zip(others, words.come, strict=True):
            row = _all(ADDED, now=after[i])
            found.come[i] = replace(row, pieces=pieces, elsewhere=then.number)
    return found


def with_steady_note(rows: Sequence[Marked]) -> list[Marked]:
    """The same redline, told so that the first footnote stands before an end that is no change.

    LibreOffice forgets what becomes of an end while it reads the footnotes, all at the first one. A
    run of paragraphs that come (or go) behind a steady one has one end more than comes: which of
    them stays is free, and here it is the one behind the footnote.
    """
    told = list(rows)
    first = next((place for place, row in enumerate(told) if row.notes), None)
    if first is None or told[first].ends_as == KEPT:
        return told
    before = range(first - 1, -1, -1)
    steady = next((place for place in before if told[place].ends_as == KEPT), None)
    if steady is None:
        return told
    between = told[steady + 1 : first + 1]
    side = _AFTER if told[first].mark in _AFTER else _BEFORE
    same = [row for row in between if row.mark in side]
    others = [row for row in between if row.mark not in side]
    told[steady : first + 1] = [*_exchanged(told[steady], same), *others]
    return told


def _exchanged(steady: Marked, run: Sequence[Marked]) -> Iterator[Marked]:
    """The last of a run ends as the steady paragraph before it did, and that one as the last."""
    *others, last = run
    if last.mark in _AFTER:
        yield replace(steady, end=ADDED, then=None)
        yield from others
        yield replace(last, end=KEPT, then=steady.then)
    else:
        yield replace(steady, end=GONE, now=None)
        yield from others
        yield replace(last, end=KEPT, now=steady.now)


def before_of(rows: Iterable[Marked]) -> list[tuple[str, str, tuple[str, ...]]]:
    """Number, words and notes of each paragraph with every change refused."""
    return _read(rows, _BEFORE)


def after_of(rows: Iterable[Marked]) -> list[tuple[str, str, tuple[str, ...]]]:
    """The same with every change accepted."""
    return _read(rows, _AFTER)


def _read(rows: Iterable[Marked], stay: frozenset[str]) -> list[tuple[str, str, tuple[str, ...]]]:
    found = []
    number, words, notes = "", "", list[str]()
    for row in rows:
        number += _words(row.number, stay)
        words += _words(row.pieces, stay)
        notes += [piece.words for piece in row.notes if piece.mark in stay]
        if row.ends_as in stay:
            found.append((number, words, tuple(notes)))
            number, words, notes = "", "", []
    return found


def _words(pieces: Iterable[RedlinePiece], stay: frozenset[str]) -> str:
    return "".join(piece.words for piece in pieces if piece.mark in stay)


# --- One paragraph -------------------------------------------------------------------------------


def _all(
    mark: str, *, then: PrintedParagraph | None = None, now: PrintedParagraph | None = None
) -> Marked:
    """A paragraph that comes or goes as a whole."""
    row = now or then
    assert row is not None
    number = _alone(mark, row.number)
    pieces = tuple(_set(mark, row.text, row.opening, row.opening))
    return Marked(mark, then, now, number, pieces, tuple(RedlinePiece(mark, n) for n in row.notes))


def _set(mark: str, words: str, was: int, now: int) -> Iterator[RedlinePiece]:
    """Words cut where their italics end: the first `was` letters were in italics, `now` are."""
    cuts = sorted({0, min(was, len(words)), min(now, len(words)), len(words)})
    for start, end in pairwise(cuts):
        yield RedlinePiece(mark, words[start:end], start < was, start < now)


def _kept(then: PrintedParagraph, now: PrintedParagraph) -> Marked:
    if then.text == now.text:
        pieces = tuple(_set(KEPT, now.text, then.opening, now.opening))
    else:
        pieces = woven([then], [now])[0]
    return Marked(KEPT, then, now, _number(then, now), pieces, _notes(then.notes, now.notes))


def _moved_from(then: PrintedParagraph, now: PrintedParagraph, move: int) -> Marked:
    """At the old place: what moved on, and what was taken out on the way."""
    number, pieces, notes = _half(then, now, FROM, GONE)
    return Marked(FROM, then, None, number, pieces, notes, move, now.number)


def _moved_to(then: PrintedParagraph, now: PrintedParagraph, move: int) -> Marked:
    """At the new place: what moved here, and what was put in on the way."""
    number, pieces, notes = _half(then, now, TO, ADDED)
    return Marked(TO, None, now, number, pieces, notes, move, then.number)


def _half(
    then: PrintedParagraph, now: PrintedParagraph, moved: str, changed: str
) -> list[tuple[RedlinePiece, ...]]:
    """One end of a move: number, words and notes, without what only the other end has."""
    whole = _kept(then, now)
    names = {KEPT: moved, changed: changed}
    return [
        tuple(piece._replace(mark=names[piece.mark]) for piece in part if piece.mark in names)
        for part in (whole.number, whole.pieces, whole.notes)
    ]


def _number(then: PrintedParagraph, now: PrintedParagraph) -> tuple[RedlinePiece, ...]:
    if then.number == now.number:
        return _alone(KEPT, now.number)
    pieces = (RedlinePiece(GONE, then.number), RedlinePiece(ADDED, now.number))
    return tuple(piece for piece in pieces if piece.words)


def _notes(then: Sequence[str], now: Sequence[str]) -> tuple[RedlinePiece, ...]:
    """Footnotes are changed as a whole: the old one goes, the new one comes."""
    same = equal_in_order(then, now)
    found: list[RedlinePiece] = []
    for place, (old_gap, new_gap) in enumerate(gaps(same, len(then), len(now))):
        found += [RedlinePiece(GONE, then[old]) for old in old_gap]
        found += [RedlinePiece(ADDED, now[new]) for new in new_gap]
        found += [RedlinePiece(KEPT, now[new]) for _old, new in same[place : place + 1]]
    return tuple(found)


# --- Splits and mergers --------------------------------------------------------------------------


def _family(
    thens: Sequence[PrintedParagraph], nows: Sequence[PrintedParagraph]
) -> Iterator[Marked]:
    """Paragraphs that stand where those stood from which they come."""
    if len(thens) == len(nows) == 1:
        yield _kept(thens[0], nows[0])
    elif len(thens) == 1:
        yield from _split(thens[0], nows)
    elif len(nows) == 1:
        yield from _merged(thens, nows[0])
    else:
        yield from (_all(GONE, then=then) for then in thens)
        yield from (_all(ADDED, now=now) for now in nows)


def _apart(thens: Sequence[PrintedParagraph], nows: Sequence[PrintedParagraph]) -> Iterator[Marked]:
    """The same with the first of each side as one that was reworded, the others by themselves.

    So is told what would put the first footnote before an end that comes or goes: what that does,
    `with_steady_note` says.
    """
    yield _kept(thens[0], nows[0])
    yield from (_all(GONE, then=then) for then in thens[1:])
    yield from (_all(ADDED, now=now) for now in nows[1:])


def _has_steady_note(rows: Iterable[Marked]) -> bool:
    """Whether the first footnote, if there is one, stands before an end that is no change."""
    return next((row.mark == KEPT for row in rows if row.notes), True)


def _split(then: PrintedParagraph, nows: Sequence[PrintedParagraph]) -> Iterator[Marked]:
    """The last piece keeps the end that the paragraph had; the ends before it are put in."""
    words = woven([then], nows)
    for place, now in enumerate(nows):
        number = _number(then, now) if place == 0 else _alone(ADDED, now.number)
        if now is nows[-1]:
            notes = _notes(then.notes, now.notes)
            yield Marked(KEPT, then, now, number, words[place], notes)
        else:
            notes = tuple(RedlinePiece(ADDED, note) for note in now.notes)
            yield Marked(ADDED, None, now, number, words[place], notes)


def _merged(thens: Sequence[PrintedParagraph], now: PrintedParagraph) -> Iterator[Marked]:
    """The last one keeps its end; the ends before it are taken out."""
    words = woven(thens, [now])
    for place, then in enumerate(thens):
        number = _number(then, now) if place == 0 else _alone(GONE, then.number)
        if then is thens[-1]:
            notes = _notes(then.notes, now.notes)
            yield Marked(KEPT, then, now, number, words[place], notes)
        else:
            notes = tuple(RedlinePiece(GONE, note) for note in then.notes)
            yield Marked(GONE, then, None, number, words[place], notes)


def _alone(mark: str, number: str) -> tuple[RedlinePiece, ...]:
    return (RedlinePiece(mark, number),) if number else ()
