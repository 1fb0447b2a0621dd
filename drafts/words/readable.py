"""Makes a redline readable, as a person would mark it: few changes, of whole words.

Uses no database.

The browser does the same, step by step (config/static/js/redline.js).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from drafts.words.tokens import is_space, is_word
from drafts.words.typography import without_typography

_ISLAND_WORDS: Final = 1
_CLOSING: Final = frozenset("。；，、！？：")


@dataclass(frozen=True, slots=True)
class Span:
    """The tokens of both wordings at one place; kept where they are the same."""

    old: list[str]
    new: list[str]

    @property
    def is_kept(self) -> bool:
        return self.old == self.new

    @property
    def only_inserts_or_deletes(self) -> bool:
        """Whether its words are only inserted, or only deleted."""
        return bool(self.old) != bool(self.new)

    @property
    def replaces_words(self) -> bool:
        """Whether it replaces words with other words."""
        return (
            any(map(is_word, self.old))
            and any(map(is_word, self.new))
            and without_typography("".join(self.old)) != without_typography("".join(self.new))
        )


def joined_spans(spans: Iterable[Span]) -> list[Span]:
    """The spans joined so that kept and changed ones alternate, none of them empty."""
    found: list[Span] = []
    was_kept = False
    for span in spans:
        if not span.old and not span.new:
            continue
        is_kept = span.is_kept
        if found and is_kept == was_kept:
            found[-1].old.extend(span.old)
            found[-1].new.extend(span.new)
        else:
            found.append(Span([*span.old], [*span.new]))
        was_kept = is_kept
    return found


def readable_spans(spans: Sequence[Span]) -> list[Span]:
    """The spans without islands, every change at its best place."""
    return _with_spaces(_with_best_places(_without_islands(spans)))


def _without_islands(spans: Sequence[Span]) -> list[Span]:
    """The spans, where a kept word between two replacements becomes part of one change.

    Not beside a change that only inserts or only deletes: it would show a deletion never made.
    """
    found: list[Span] = []
    for span in spans:
        is_behind_one = span.replaces_words and len(found) > 1 and found[-2].replaces_words
        if is_behind_one and sum(map(is_word, found[-1].old)) <= _ISLAND_WORDS:
            island = found.pop()
            span = _joined_span(found.pop(), island, span)
        found.append(span)
    return found


def _with_best_places(spans: Sequence[Span]) -> list[Span]:
    """The spans, with insertions and deletions moved to the first of their best places."""
    found = [Span([], []), *spans, Span([], [])]
    for place in range(1, len(found) - 1):
        if found[place].only_inserts_or_deletes:
            around = found[place - 1], found[place], found[place + 1]
            is_first, is_last = place <= 2, place + 3 >= len(found)
            found[place - 1 : place + 2] = _at_best_place(
                *around, is_first=is_first, is_last=is_last
            )
    return joined_spans(found)


def _at_best_place(
    head: Span, change: Span, tail: Span, *, is_first: bool, is_last: bool
) -> list[Span]:
    """A change at its best place between the kept words around it, of which some stay kept."""
    length = len(change.old or change.new)
    run = [*head.old, *(change.old or change.new), *tail.old]
    lowest, highest = 0 if is_first else 1, len(run) if is_last else len(run) - 1
    at = _best_place(run, len(head.old), length, (lowest, highest))
    before, moving, behind = run[:at], run[at : at + length], run[at + length :]
    placed = Span(moving, []) if change.old else Span([], moving)
    return [Span(before, before), placed, Span(behind, behind)]


def _best_place(run: Sequence[str], start: int, length: int, ends: tuple[int, int]) -> int:
    """The best start in `run` of the changed words: at spaces where possible, else the first."""
    first = last = start
    while first > ends[0] and run[first - 1] == run[first - 1 + length]:
        first -= 1
    while last + length < ends[1] and run[last] == run[last + length]:
        last += 1
    return max(
        range(first, last + 1),
        key=lambda at: (_is_open(run, at) + _is_open(run, at + length), -at),
    )


def _is_open(run: Sequence[str], at: int) -> bool:
    """Whether a change may well begin or end here: at an end, at a space, behind a Chinese stop."""
    if at in (0, len(run)):
        return True
    return is_space(run[at - 1]) or is_space(run[at]) or run[at - 1] in _CLOSING


def _with_spaces(spans: Sequence[Span]) -> list[Span]:
    """The spans, with the space after changed words moved into them, to separate old and new."""
    found = list(spans)
    for place, change in enumerate(found[:-1]):
        if change.is_kept:
            continue
        space, *rest = found[place + 1].old
        if not rest or not is_space(space):
            continue
        if change.replaces_words:
            found[place] = _joined_span(change, Span([space], [space]))
        elif place and change.only_inserts_or_deletes and (change.old or change.new)[0] == space:
            found[place - 1] = _joined_span(found[place - 1], Span([space], [space]))
            found[place] = Span(_first_to_end(change.old), _first_to_end(change.new))
        else:
            continue
        found[place + 1] = Span(rest, rest)
    return found


def _first_to_end(words: list[str]) -> list[str]:
    """The words with the first one moved to the end."""
    return [*words[1:], *words[:1]]


def _joined_span(*spans: Span) -> Span:
    return Span(
        [token for span in spans for token in span.old],
        [token for span in spans for token in span.new],
    )
