"""A proposed change, hunk by hunk: each taken or left, and brought into a text that went on. Pure.

The wording that a change was made on, the words it asks for and the text as it stands are brought
together three ways, by word. Where two changes meet nothing is decided here: somebody chooses.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256

from drafts.words.differences import Op, Piece, Redline, after, before
from drafts.words.merging import Choice, Merge, Stretch, merge_words

CONTEXT = 60  # characters shown before a place, so that one finds it in the text


@dataclass(frozen=True, slots=True)
class Hunk:
    """One change of a wording: `gone` stood from `start` to `end`, `come` is to stand there."""

    start: int
    end: int
    gone: str
    come: str


@dataclass(frozen=True, slots=True)
class WantedChange:
    """A change that somebody wants in the text: all of it, or some of its hunks by number.

    `choices` are the words that stand where it meets another change, by the key of the conflict:
    "mine" are those of the change, "theirs" those of the text.
    """

    redline: Redline
    hunks: frozenset[int] | None = None
    choices: Mapping[str, Choice] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class HunkConflict:
    """A place that both changed, and not alike; `chosen` is None until somebody decides."""

    key: str
    before: str
    stretch: Stretch
    chosen: Choice | None


@dataclass(frozen=True, slots=True)
class AppliedChange:
    """The text before a change was brought in and after it. Undecided places are as they were."""

    before: str
    after: str
    conflicts: tuple[HunkConflict, ...]
    is_whole: bool

    @property
    def undecided(self) -> tuple[HunkConflict, ...]:
        return tuple(conflict for conflict in self.conflicts if conflict.chosen is None)

    @property
    def changes_nothing(self) -> bool:
        """Whether all that was wanted stands in the text already, or gave way to it."""
        return not self.undecided and self.before == self.after


def hunks_of(redline: Redline) -> tuple[Hunk, ...]:
    """The changes of a redline in order; places count the characters of the wording before it."""
    hunks: list[Hunk] = []
    place, gone, come = 0, "", ""
    for op, text in (*redline, ("=", "")):
        if op == "-":
            gone += text
        elif op == "+":
            come += text
        else:
            if gone or come:
                hunks.append(Hunk(place, place + len(gone), gone, come))
            place += len(gone) + len(text)
            gone = come = ""
    return tuple(hunks)


def with_hunks(base: str, hunks: Iterable[Hunk]) -> str:
    """The wording with these of its changes made; they stand in order and do not overlap."""
    pieces, place = [], 0
    for hunk in hunks:
        pieces += [base[place : hunk.start], hunk.come]
        place = hunk.end
    return "".join([*pieces, base[place:]])


def pieces_within(text: str, start: int, end: int, hunks: Iterable[Hunk]) -> Iterator[Piece]:
    """A stretch of the wording as a redline of its own; the changes lie in it, in order."""
    place = start
    for hunk in hunks:
        yield from _said("=", text[place : hunk.start])
        yield from _said("-", hunk.gone)
        yield from _said("+", hunk.come)
        place = hunk.end
    yield from _said("=", text[place:end])


def _said(op: Op, words: str) -> Iterator[Piece]:
    if words:
        yield op, words


def apply_change(text: str, wanted: WantedChange) -> AppliedChange:
    """A change of an earlier wording brought into the text as it stands."""
    base, hunks = before(wanted.redline), hunks_of(wanted.redline)
    chosen = _chosen(hunks, wanted.hunks)
    asked = with_hunks(base, chosen) if len(chosen) < len(hunks) else after(wanted.redline)
    merged = merge_words(base, asked, text)
    conflicts = _conflicts(merged, wanted.choices)
    answers = {number: conflict.chosen or "theirs" for number, conflict in enumerate(conflicts)}
    return AppliedChange(
        before=text,
        after=merged.text(answers),
        conflicts=conflicts,
        is_whole=len(chosen) == len(hunks) and "theirs" not in answers.values(),
    )


def apply_changes(text: str, wanted: Sequence[WantedChange]) -> list[AppliedChange]:
    """Several changes one after the other, each into the text that those before it made."""
    brought: list[AppliedChange] = []
    for change in wanted:
        brought.append(apply_change(brought[-1].after if brought else text, change))
    return brought


def last_words(text: str) -> str:
    """Some of the words with which a text ends, by which a place behind it is found."""
    end = text.strip()
    return end if len(end) <= CONTEXT else end[-CONTEXT:].partition(" ")[2]


def _chosen(hunks: Sequence[Hunk], numbers: Collection[int] | None) -> list[Hunk]:
    return [hunk for number, hunk in enumerate(hunks) if numbers is None or number in numbers]


def _conflicts(merged: Merge, choices: Mapping[str, Choice]) -> tuple[HunkConflict, ...]:
    conflicts: list[HunkConflict] = []
    stood = ""
    for stretch in merged.stretches:
        if stretch.is_conflict:
            key = _key_of(stretch)
            conflicts.append(HunkConflict(key, last_words(stood), stretch, choices.get(key)))
        stood += stretch.taken("theirs")
    return tuple(conflicts)


def _key_of(stretch: Stretch) -> str:
    """By its words: a choice made between these is never taken for one between others."""
    words = "\0".join((stretch.base, stretch.mine, stretch.theirs))
    return sha256(words.encode()).hexdigest()[:12]
