"""Merges two changes of one text word by word, and shows them side by side where they conflict.

Uses no database. Takes any three texts: the common base, mine and theirs. Used where two people
saved the same words (`drafts/text/edit_conflict.py`), where a proposal is carried over
to later words (`carrying_over`), and where only a part of a change is applied (`hunks`).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Literal

from drafts.words.differences import alike_pairs_in_order, gaps_between_pairs
from drafts.words.tokens import is_word, tokens

# Whose words stay in a conflict.
MergeChoice = Literal["mine", "theirs", "both"]
MERGE_CHOICES: tuple[MergeChoice, ...] = ("mine", "theirs", "both")
MAX_ISLAND_WORDS = 2  # so few kept words between two conflicts make them one
CONTEXT_LENGTH = 60  # characters shown before a place, so that one finds it in the text


@dataclass(frozen=True, slots=True)
class MergedStretch:
    """A piece of the text as each of the three has it, whole words long."""

    base: str
    mine: str
    theirs: str

    @property
    def is_conflict(self) -> bool:
        """Whether both changed it differently."""
        return self.base not in {self.mine, self.theirs} and self.mine != self.theirs

    def chosen_text(self, choice: MergeChoice = "mine") -> str:
        """The words for the merged text; the choice counts only in a conflict."""
        if not self.is_conflict:
            return self.theirs if self.mine == self.base else self.mine
        return {"mine": self.mine, "theirs": self.theirs, "both": self.theirs + self.mine}[choice]


@dataclass(frozen=True, slots=True)
class Merge:
    """The whole text in stretches. Joined, those of each side are its text with a closing space."""

    stretches: tuple[MergedStretch, ...]

    @property
    def conflicts(self) -> tuple[MergedStretch, ...]:
        return tuple(stretch for stretch in self.stretches if stretch.is_conflict)

    @property
    def is_clean(self) -> bool:
        return not self.conflicts

    def merged_text(self, choices: Mapping[int, MergeChoice] | None = None) -> str:
        """The text with both changes. `choices` are those of the conflicts, by number from 0.

        In a conflict without a choice the words of `mine` are kept.
        """
        choice_by_number = choices or {}
        conflict_number = 0
        texts = []
        for stretch in self.stretches:
            texts.append(stretch.chosen_text(choice_by_number.get(conflict_number, "mine")))
            if stretch.is_conflict:
                conflict_number += 1
        return "".join(texts)[:-1]  # without the closing space


@dataclass(frozen=True, slots=True)
class MergeConflict:
    """A conflict to show on a page: the words of both, and the choice so far."""

    name: str  # of its form field
    words_before: str
    mine: str
    theirs: str
    chosen: MergeChoice


def choices_of_form(
    field_name: str, merge: Merge, posted_values: Mapping[str, str]
) -> dict[int, MergeChoice]:
    """The choices of a submitted form, by the number of the conflict."""
    posted_by_number = {
        number: posted_values.get(_field_name_of_conflict(field_name, number), "")
        for number in range(len(merge.conflicts))
    }
    return {
        number: choice for number, choice in posted_by_number.items() if choice in MERGE_CHOICES
    }


def shown_conflicts(
    field_name: str, merge: Merge, choice_by_number: Mapping[int, MergeChoice]
) -> list[MergeConflict]:
    """Each conflict of a merged field, with the words before it.

    Where an earlier conflict is among those words, they are those of `mine`.
    """
    conflicts: list[MergeConflict] = []
    merged_so_far = ""
    for stretch in merge.stretches:
        if stretch.is_conflict:
            conflict_number = len(conflicts)
            choice = choice_by_number.get(conflict_number, "mine")
            words_before = merged_so_far.strip()[-CONTEXT_LENGTH:]
            mine, theirs = stretch.mine.strip(), stretch.theirs.strip()
            conflicts.append(
                MergeConflict(
                    _field_name_of_conflict(field_name, conflict_number),
                    words_before,
                    mine,
                    theirs,
                    choice,
                )
            )
        merged_so_far += stretch.chosen_text()
    return conflicts


def _field_name_of_conflict(field_name: str, conflict_number: int) -> str:
    return f"{field_name}-{conflict_number}"


def merge_words(base: str, mine: str, theirs: str) -> Merge:
    """Merge two changes of `base`.

    A change that only one side made is kept, and so is one that both made alike. Changes with
    hardly a word kept by all three between them are one conflict, which holds the words of both.
    """
    # The closing space makes the last word a word like any other.
    base_tokens, my_tokens, their_tokens = (tokens(f"{text} ") for text in (base, mine, theirs))
    my_index_by_base_index = _kept_indexes(base_tokens, my_tokens)
    their_index_by_base_index = _kept_indexes(base_tokens, their_tokens)
    kept_indexes = [
        (base_index, my_index_by_base_index[base_index], their_index_by_base_index[base_index])
        for base_index in sorted(my_index_by_base_index.keys() & their_index_by_base_index.keys())
    ]
    stretches = list(_cut_into_stretches(base_tokens, my_tokens, their_tokens, kept_indexes))
    return Merge(tuple(_without_islands(stretches)))


def _kept_indexes(old_tokens: Sequence[str], new_tokens: Sequence[str]) -> dict[int, int]:
    """The new index of each word or sign that is kept exactly."""
    return {
        old_index: new_index
        for old_index, new_index in alike_pairs_in_order(old_tokens, new_tokens)
        if old_tokens[old_index] == new_tokens[new_index]
    }


def _cut_into_stretches(
    base_tokens: Sequence[str],
    my_tokens: Sequence[str],
    their_tokens: Sequence[str],
    kept_indexes: Sequence[tuple[int, int, int]],
) -> Iterator[MergedStretch]:
    """The stretches: single kept words and signs, and the changes between them.

    `kept_indexes`: of each kept word or sign, its index in base, in mine and in theirs.
    """
    my_gaps = gaps_between_pairs(
        [(base_index, my_index) for base_index, my_index, _ in kept_indexes],
        len(base_tokens),
        len(my_tokens),
    )
    their_gaps = gaps_between_pairs(
        [(base_index, their_index) for base_index, _, their_index in kept_indexes],
        len(base_tokens),
        len(their_tokens),
    )
    next_kept_indexes: list[int | None] = [*(base_index for base_index, _, _ in kept_indexes), None]
    for (base_gap, my_gap), (_, their_gap), next_kept in zip(
        my_gaps, their_gaps, next_kept_indexes, strict=True
    ):
        yield from _gap_stretches(
            _tokens_in(base_tokens, base_gap),
            _tokens_in(my_tokens, my_gap),
            _tokens_in(their_tokens, their_gap),
        )
        if next_kept is not None:
            yield MergedStretch(
                base_tokens[next_kept], base_tokens[next_kept], base_tokens[next_kept]
            )


def _tokens_in(tokens_of_side: Sequence[str], gap: range) -> Sequence[str]:
    return tokens_of_side[gap.start : gap.stop]


def _gap_stretches(*sides: Sequence[str]) -> Iterator[MergedStretch]:
    """The stretches between two kept words; `sides` are the tokens there of base, mine and theirs.

    What all three begin with, often a space, is a stretch of its own. So is the end they share
    where both inserted words before it. Replaced words keep the space behind them, so that both fit
    beside each other.
    """
    shared_start_length = sum(1 for _ in takewhile(_are_equal, zip(*sides, strict=False)))
    sides_after_start = [side[shared_start_length:] for side in sides]
    base_length = len(sides_after_start[0])
    # The rest of the base ends all three: each side at most inserted words before it.
    is_inserted_before = all(
        len(side) >= base_length and side[len(side) - base_length :] == sides_after_start[0]
        for side in sides_after_start
    )
    shared_end_length = base_length if is_inserted_before else 0
    yield from _stretch_of(side[:shared_start_length] for side in sides)
    yield from _stretch_of(side[: len(side) - shared_end_length] for side in sides_after_start)
    yield from _stretch_of(side[len(side) - shared_end_length :] for side in sides_after_start)


def _are_equal(token_of_each_side: Sequence[str]) -> bool:
    return len(set(token_of_each_side)) == 1


def _stretch_of(sides: Iterable[Sequence[str]]) -> Iterator[MergedStretch]:
    """The stretch made of these words of base, mine and theirs; none where all are empty."""
    base, mine, theirs = ("".join(words) for words in sides)
    if base or mine or theirs:
        yield MergedStretch(base, mine, theirs)


def _without_islands(stretches: Sequence[MergedStretch]) -> list[MergedStretch]:
    """The stretches, with conflicts joined that have at most two kept words between them."""
    joined_stretches: list[MergedStretch] = []
    stretches_since_conflict: list[MergedStretch] = []
    for stretch in stretches:
        if not stretch.is_conflict:
            stretches_since_conflict.append(stretch)
            continue
        if joined_stretches and _is_island(stretches_since_conflict):
            stretch = _joined_stretch(joined_stretches.pop(), *stretches_since_conflict, stretch)
        else:
            joined_stretches.extend(stretches_since_conflict)
        joined_stretches.append(stretch)
        stretches_since_conflict = []
    return [*joined_stretches, *stretches_since_conflict]


def _is_island(stretches_between: Sequence[MergedStretch]) -> bool:
    """Whether these stretches are at most two kept words."""
    word_count = sum(
        is_word(token) for stretch in stretches_between for token in tokens(stretch.base)
    )
    return word_count <= MAX_ISLAND_WORDS and all(map(_is_kept, stretches_between))


def _is_kept(stretch: MergedStretch) -> bool:
    return stretch.base == stretch.mine == stretch.theirs


def _joined_stretch(*stretches: MergedStretch) -> MergedStretch:
    return MergedStretch(
        base="".join(stretch.base for stretch in stretches),
        mine="".join(stretch.mine for stretch in stretches),
        theirs="".join(stretch.theirs for stretch in stretches),
    )
