"""Applies a proposed change, or some hunks of it, to a text that has changed since.

Uses no database.

It is a three-way merge by word: the wording that the change was made on, the words it asks for and
the current text. Where two changes meet nothing is decided here: somebody chooses.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256

from drafts.words.differences import Op, Piece, Redline, new_wording, old_wording
from drafts.words.merging import CONTEXT_LENGTH, Merge, MergeChoice, MergedStretch, merge_words
from drafts.words.quoting import words_at_end


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

    `choice_by_key` says which words to keep in a conflict, by its key: "mine" are those of the
    change, "theirs" those of the text.
    """

    redline: Redline
    hunk_numbers: frozenset[int] | None = None
    choice_by_key: Mapping[str, MergeChoice] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class HunkConflict:
    """A place that the change and the text changed differently; `chosen` is None until decided."""

    key: str
    words_before: str
    stretch: MergedStretch
    chosen: MergeChoice | None


@dataclass(frozen=True, slots=True)
class AppliedChange:
    """The text before and after a change was applied. Undecided places are unchanged.

    `is_whole`: every hunk was applied, and none was left to the text in a conflict.
    """

    text_before: str
    text_after: str
    conflicts: tuple[HunkConflict, ...]
    is_whole: bool

    @property
    def undecided(self) -> tuple[HunkConflict, ...]:
        return tuple(conflict for conflict in self.conflicts if conflict.chosen is None)

    @property
    def changes_nothing(self) -> bool:
        """Whether the text stays the same: it has the change already, or its words were chosen."""
        return not self.undecided and self.text_before == self.text_after


def hunks_of(redline: Redline) -> tuple[Hunk, ...]:
    """The changes of a redline in order; `start` and `end` count characters of the old wording."""
    hunks: list[Hunk] = []
    position, deleted, inserted = 0, "", ""
    # An empty kept piece is added, which ends a change at the end of the wording.
    for op, text in (*redline, ("=", "")):
        if op == "-":
            deleted += text
        elif op == "+":
            inserted += text
        else:
            if deleted or inserted:
                hunks.append(Hunk(position, position + len(deleted), deleted, inserted))
            position += len(deleted) + len(text)
            deleted = inserted = ""
    return tuple(hunks)


def apply_hunks(text: str, hunks: Iterable[Hunk]) -> str:
    """The old wording with these changes made; they are in order and do not overlap."""
    pieces, position = [], 0
    for hunk in hunks:
        pieces += [text[position : hunk.start], hunk.inserted]
        position = hunk.end
    return "".join([*pieces, text[position:]])


def pieces_within(text: str, start: int, end: int, hunks: Iterable[Hunk]) -> Iterator[Piece]:
    """The redline of a stretch of the old wording; the changes lie inside it, in order."""
    position = start
    for hunk in hunks:
        yield from _piece("=", text[position : hunk.start])
        yield from _piece("-", hunk.deleted)
        yield from _piece("+", hunk.inserted)
        position = hunk.end
    yield from _piece("=", text[position:end])


def _piece(op: Op, words: str) -> Iterator[Piece]:
    """The piece of a redline with these words; none without words."""
    if words:
        yield op, words


def apply_change(text: str, wanted: WantedChange) -> AppliedChange:
    """Apply a change of an earlier wording to the current text."""
    original_words, hunks = old_wording(wanted.redline), hunks_of(wanted.redline)
    chosen_hunks = _chosen_hunks(hunks, wanted.hunk_numbers)
    requested_words = (
        apply_hunks(original_words, chosen_hunks)
        if len(chosen_hunks) < len(hunks)
        else new_wording(wanted.redline)
    )
    merged = merge_words(original_words, requested_words, text)
    conflicts = _conflicts(merged, wanted.choice_by_key)
    choice_by_number = {
        number: conflict.chosen or "theirs" for number, conflict in enumerate(conflicts)
    }
    return AppliedChange(
        text_before=text,
        text_after=merged.merged_text(choice_by_number),
        conflicts=conflicts,
        is_whole=len(chosen_hunks) == len(hunks) and "theirs" not in choice_by_number.values(),
    )


def apply_changes(text: str, wanted_changes: Sequence[WantedChange]) -> list[AppliedChange]:
    """Apply several changes one after the other, each to the result of the one before."""
    applied: list[AppliedChange] = []
    for change in wanted_changes:
        applied.append(apply_change(applied[-1].text_after if applied else text, change))
    return applied


def _chosen_hunks(hunks: Sequence[Hunk], numbers: Collection[int] | None) -> list[Hunk]:
    """The hunks with these numbers, from 0; all of them for None."""
    return [hunk for number, hunk in enumerate(hunks) if numbers is None or number in numbers]


def _conflicts(merged: Merge, choice_by_key: Mapping[str, MergeChoice]) -> tuple[HunkConflict, ...]:
    """The conflicts of a merge with the words before them and the choices so far."""
    conflicts: list[HunkConflict] = []
    text_before = ""
    for stretch in merged.stretches:
        if stretch.is_conflict:
            conflict_key = _conflict_key(stretch)
            conflicts.append(
                HunkConflict(
                    conflict_key,
                    words_at_end(text_before.strip(), CONTEXT_LENGTH),
                    stretch,
                    choice_by_key.get(conflict_key),
                )
            )
        text_before += stretch.chosen_text("theirs")
    return tuple(conflicts)


def _conflict_key(stretch: MergedStretch) -> str:
    """A key made of its words, so that a choice never counts for other words."""
    words = "\0".join((stretch.base, stretch.mine, stretch.theirs))
    return sha256(words.encode()).hexdigest()[:12]
