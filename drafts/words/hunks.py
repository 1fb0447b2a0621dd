"""Applies a proposed change, or some hunks of it, to a text that has changed since.

Uses no database.

It is a three-way merge by word: the wording that the change was made on, the words it asks for and
the current text. Where two changes meet nothing is decided here: somebody chooses.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256

from drafts.words.differences import Op, Piece, Redline, after, before
from drafts.words.merging import Choice, Merge, Stretch, merge_words

CONTEXT = 60  # characters shown before a place, so that one finds it in the text


@dataclass(frozen=True, slots=True)
class Hunk:
    """One change of a wording: `inserted` replaces `deleted`, the words from `start` to `end`."""

    start: int
    end: int
    deleted: str
    inserted: str


@dataclass(frozen=True, slots=True)
class WantedChange:
    """A change that somebody wants in the text: all of it, or some of its hunks by number.

    `choices` say which words to keep in a conflict, by its key: "mine" are those of the change,
    "theirs" those of the text.
    """

    redline: Redline
    hunks: frozenset[int] | None = None
    choices: Mapping[str, Choice] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class HunkConflict:
    """A place that both changed differently; `chosen` is None until somebody decides."""

    key: str
    before: str
    stretch: Stretch
    chosen: Choice | None


@dataclass(frozen=True, slots=True)
class AppliedChange:
    """The text before and after a change was applied. Undecided places are unchanged."""

    before: str
    after: str
    conflicts: tuple[HunkConflict, ...]
    is_whole: bool

    @property
    def undecided(self) -> tuple[HunkConflict, ...]:
        return tuple(conflict for conflict in self.conflicts if conflict.chosen is None)

    @property
    def changes_nothing(self) -> bool:
        """Whether the text stays the same: it has the change already, or its words were chosen."""
        return not self.undecided and self.before == self.after


def hunks_of(redline: Redline) -> tuple[Hunk, ...]:
    """The changes of a redline in order; places count the characters of the wording before it."""
    hunks: list[Hunk] = []
    place, deleted, inserted = 0, "", ""
    for op, text in (*redline, ("=", "")):
        if op == "-":
            deleted += text
        elif op == "+":
            inserted += text
        else:
            if deleted or inserted:
                hunks.append(Hunk(place, place + len(deleted), deleted, inserted))
            place += len(deleted) + len(text)
            deleted = inserted = ""
    return tuple(hunks)


def with_hunks(text: str, hunks: Iterable[Hunk]) -> str:
    """The wording with these changes made; they are in order and do not overlap."""
    pieces, place = [], 0
    for hunk in hunks:
        pieces += [text[place : hunk.start], hunk.inserted]
        place = hunk.end
    return "".join([*pieces, text[place:]])


def pieces_within(text: str, start: int, end: int, hunks: Iterable[Hunk]) -> Iterator[Piece]:
    """The redline of a stretch of the wording; the changes lie inside it, in order."""
    place = start
    for hunk in hunks:
        yield from _piece("=", text[place : hunk.start])
        yield from _piece("-", hunk.deleted)
        yield from _piece("+", hunk.inserted)
        place = hunk.end
    yield from _piece("=", text[place:end])


def _piece(op: Op, words: str) -> Iterator[Piece]:
    if words:
        yield op, words


def apply_change(text: str, wanted: WantedChange) -> AppliedChange:
    """Apply a change of an earlier wording to the current text."""
    original, hunks = before(wanted.redline), hunks_of(wanted.redline)
    chosen = _chosen_hunks(hunks, wanted.hunks)
    requested = with_hunks(original, chosen) if len(chosen) < len(hunks) else after(wanted.redline)
    merged = merge_words(original, requested, text)
    conflicts = _conflicts(merged, wanted.choices)
    answers = {number: conflict.chosen or "theirs" for number, conflict in enumerate(conflicts)}
    return AppliedChange(
        before=text,
        after=merged.text(answers),
        conflicts=conflicts,
        is_whole=len(chosen) == len(hunks) and "theirs" not in answers.values(),
    )


def apply_changes(text: str, wanted: Sequence[WantedChange]) -> list[AppliedChange]:
    """Apply several changes one after the other, each to the result of the one before."""
    applied: list[AppliedChange] = []
    for change in wanted:
        applied.append(apply_change(applied[-1].after if applied else text, change))
    return applied


def last_words(text: str) -> str:
    """The last words of a text, so that a person finds the place behind it."""
    end = text.strip()
    return end if len(end) <= CONTEXT else end[-CONTEXT:].partition(" ")[2]


def _chosen_hunks(hunks: Sequence[Hunk], numbers: Collection[int] | None) -> list[Hunk]:
    return [hunk for number, hunk in enumerate(hunks) if numbers is None or number in numbers]


def _conflicts(merged: Merge, choices: Mapping[str, Choice]) -> tuple[HunkConflict, ...]:
    conflicts: list[HunkConflict] = []
    text_before = ""
    for stretch in merged.stretches:
        if stretch.is_conflict:
            key = _key_of(stretch)
            conflicts.append(HunkConflict(key, last_words(text_before), stretch, choices.get(key)))
        text_before += stretch.chosen_text("theirs")
    return tuple(conflicts)


def _key_of(stretch: Stretch) -> str:
    """A key made of its words, so that a choice never counts for other words."""
    words = "\0".join((stretch.base, stretch.mine, stretch.theirs))
    return sha256(words.encode()).hexdigest()[:12]
