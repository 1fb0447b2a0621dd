"""Makes a redline readable, as a person would mark it: few changes, of whole words.

Uses no database.

The browser does the same, step by step (config/static/js/redline.js).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from drafts.words.tokens import is_space, is_word
from drafts.words.typography import without_typography

# So few kept words between two replacements become part of one change.
_MAX_ISLAND_WORDS: Final = 1
_CHINESE_STOPS: Final = frozenset("。；，、！？：")


@dataclass(frozen=True, slots=True)
class TokenSpan:
    """The tokens of both wordings at one place; kept where they are the same."""

    old_tokens: list[str]
    new_tokens: list[str]

    @property
    def only_inserts_or_deletes(self) -> bool:
        """Whether its words are only inserted, or only deleted."""
        return bool(self.old_tokens) != bool(self.new_tokens)

    @property
    def replaces_words(self) -> bool:
        """Whether it replaces words with other words."""
        return (
            any(map(is_word, self.old_tokens))
            and any(map(is_word, self.new_tokens))
            and without_typography("".join(self.old_tokens))
            != without_typography("".join(self.new_tokens))
        )


def joined_spans(spans: Iterable[TokenSpan]) -> list[TokenSpan]:
    """The spans joined so that kept and changed ones alternate, none of them empty."""
    joined: list[TokenSpan] = []
    was_kept = False
    for span in spans:
        if not span.old_tokens and not span.new_tokens:
            continue
        is_kept = span.old_tokens == span.new_tokens
        if joined and is_kept == was_kept:
            joined[-1].old_tokens.extend(span.old_tokens)
            joined[-1].new_tokens.extend(span.new_tokens)
        else:
            joined.append(TokenSpan([*span.old_tokens], [*span.new_tokens]))
        was_kept = is_kept
    return joined


def readable_spans(spans: Sequence[TokenSpan]) -> list[TokenSpan]:
    """The spans without islands, every change at its best place."""
    return _with_spaces(_with_best_places(_without_islands(spans)))


def _without_islands(spans: Sequence[TokenSpan]) -> list[TokenSpan]:
    """The spans, where a kept word between two replacements becomes part of one change.

    Not beside a change that only inserts or only deletes: the joined change would show a deletion
    that nobody made.
    """
    joined: list[TokenSpan] = []
    for span in spans:
        is_behind_replacement = (
            len(joined) > 1 and span.replaces_words and joined[-2].replaces_words
        )
        if is_behind_replacement and sum(map(is_word, joined[-1].old_tokens)) <= _MAX_ISLAND_WORDS:
            island = joined.pop()
            span = _joined_span(joined.pop(), island, span)
        joined.append(span)
    return joined


def _with_best_places(spans: Sequence[TokenSpan]) -> list[TokenSpan]:
    """The spans, with insertions and deletions moved to the first of their best places."""
    moved_spans = [TokenSpan([], []), *spans, TokenSpan([], [])]
    for index in range(1, len(moved_spans) - 1):
        if moved_spans[index].only_inserts_or_deletes:
            change_and_neighbours = (
                moved_spans[index - 1],
                moved_spans[index],
                moved_spans[index + 1],
            )
            # The kept words before it begin the text, or those behind it end it: only there may a
            # change reach the edge. An empty span was added at each end.
            begins_text, ends_text = index <= 2, index + 3 >= len(moved_spans)
            moved_spans[index - 1 : index + 2] = _at_best_place(
                *change_and_neighbours, begins_text=begins_text, ends_text=ends_text
            )
    return joined_spans(moved_spans)


def _at_best_place(
    kept_before: TokenSpan,
    change: TokenSpan,
    kept_after: TokenSpan,
    *,
    begins_text: bool,
    ends_text: bool,
) -> list[TokenSpan]:
    """A change at its best place between the kept words around it, of which some stay kept."""
    change_length = len(change.old_tokens or change.new_tokens)
    tokens_around = [
        *kept_before.old_tokens,
        *(change.old_tokens or change.new_tokens),
        *kept_after.old_tokens,
    ]
    min_start = 0 if begins_text else 1
    max_end = len(tokens_around) if ends_text else len(tokens_around) - 1
    best_start = _best_place(
        tokens_around, len(kept_before.old_tokens), change_length, (min_start, max_end)
    )
    best_end = best_start + change_length
    before, changed, after = (
        tokens_around[:best_start],
        tokens_around[best_start:best_end],
        tokens_around[best_end:],
    )
    placed = TokenSpan(changed, []) if change.old_tokens else TokenSpan([], changed)
    return [TokenSpan(before, before), placed, TokenSpan(after, after)]


def _best_place(
    tokens_around: Sequence[str], start: int, change_length: int, limits: tuple[int, int]
) -> int:
    """The best start of the changed words: at spaces where possible, else the first.

    The change moves by a word where the word it leaves is the same as the one it takes. `limits`:
    the least start, and the greatest end.
    """
    min_start, max_end = limits
    lowest_start = highest_start = start
    while (
        lowest_start > min_start
        and tokens_around[lowest_start - 1] == tokens_around[lowest_start - 1 + change_length]
    ):
        lowest_start -= 1
    while (
        highest_start + change_length < max_end
        and tokens_around[highest_start] == tokens_around[highest_start + change_length]
    ):
        highest_start += 1
    if lowest_start == highest_start:
        return start
    return max(
        range(lowest_start, highest_start + 1),
        key=lambda position: (
            _is_good_edge(tokens_around, position)
            + _is_good_edge(tokens_around, position + change_length),
            -position,
        ),
    )


def _is_good_edge(tokens_around: Sequence[str], position: int) -> bool:
    """Whether a change may well begin or end here: at an end, at a space, behind a Chinese stop."""
    if position in (0, len(tokens_around)):
        return True
    return (
        is_space(tokens_around[position - 1])
        or is_space(tokens_around[position])
        or tokens_around[position - 1] in _CHINESE_STOPS
    )


def _with_spaces(spans: Sequence[TokenSpan]) -> list[TokenSpan]:
    """The spans, with the space after changed words moved into them, to separate old and new."""
    spaced_spans = list(spans)
    for index, change in enumerate(spaced_spans[:-1]):
        if change.old_tokens == change.new_tokens:
            continue
        # The next span is kept, since changed and kept ones alternate; it must not become empty.
        space, *tokens_after_space = spaced_spans[index + 1].old_tokens
        if not tokens_after_space or not is_space(space):
            continue
        if change.replaces_words:
            spaced_spans[index] = _joined_span(change, TokenSpan([space], [space]))
        # " and girls" is inserted or deleted: it becomes "and girls ", with the space behind it.
        elif (
            index
            and change.only_inserts_or_deletes
            and (change.old_tokens or change.new_tokens)[0] == space
        ):
            spaced_spans[index - 1] = _joined_span(
                spaced_spans[index - 1], TokenSpan([space], [space])
            )
            spaced_spans[index] = TokenSpan(
                _first_to_end(change.old_tokens), _first_to_end(change.new_tokens)
            )
        else:
            continue
        spaced_spans[index + 1] = TokenSpan(tokens_after_space, tokens_after_space)
    return spaced_spans


def _first_to_end(words: list[str]) -> list[str]:
    """The words with the first one moved to the end."""
    return [*words[1:], *words[:1]]


def _joined_span(*spans: TokenSpan) -> TokenSpan:
    return TokenSpan(
        [token for span in spans for token in span.old_tokens],
        [token for span in spans for token in span.new_tokens],
    )
