"""Short quotations of a paragraph, by which a person finds it again."""

from collections.abc import Mapping
from itertools import pairwise, takewhile
from typing import Final

# So many characters mostly distinguish a paragraph from its neighbours, and fit a narrow column.
_BEGINNING_LENGTH: Final = 40
# More are not quoted to tell a paragraph from one that begins alike.
_MAX_BEGINNING_LENGTH: Final = 120
# A word that is longer is cut.
_MAX_WORD_LENGTH: Final = 30
# Inside a quotation marks are single: “‘Harbours’ means …”.
_INNER_MARKS: Final = str.maketrans('“”„"', "‘’‚'")


def first_words(text: str, max_length: int = 60) -> str:
    """The beginning of a paragraph, at most `max_length` characters, and "…" where more follows.

    Up to the last whole word; in a text without spaces the cut may be anywhere.
    """
    if len(text) <= max_length:
        return text
    cut, _space, rest = text[: max_length + 1].rpartition(" ")
    words = cut if len(rest) <= _MAX_WORD_LENGTH and cut else text[:max_length]
    return f"{words.rstrip(' ,;:')}…"


def quoted_beginning(text: str, min_length: int = 0) -> str:
    """The quotation that names a paragraph without a label: “Recalling its resolution …”.

    At least `min_length` characters are in it. Brackets that are open where it is cut are closed
    after the dots: “the work of [the …]”.
    """
    length = max(_BEGINNING_LENGTH, _end_of_word(text, min_length))
    if len(text) <= length:
        return _in_marks(text)
    # Up to the last whole word; in a text without spaces the cut may be anywhere.
    cut, space, _rest = text[: length + 1].rpartition(" ")
    if space and len(cut) >= min_length:
        return _in_marks(f"{cut.rstrip(' ,;:')} …{_closing_signs(cut)}")
    cut = text[:length]
    return _in_marks(f"{cut}…{_closing_signs(cut)}")


def distinct_beginnings(text_by_id: Mapping[int, str]) -> dict[int, str]:
    """The quotations that name paragraphs, each so long that no other begins with the same words.

    Those stay alike that are equal, or that differ so late that nobody would read as far.
    """
    texts = sorted(set(text_by_id.values()))
    # Of sorted texts, a neighbour has the longest beginning in common.
    common_lengths = [_common_length(*pair) for pair in pairwise(texts)]
    quotation_by_text = {}
    for text, before, after in zip(texts, [0, *common_lengths], [*common_lengths, 0], strict=False):
        min_length = max(before, after) + 1
        quotation_by_text[text] = quoted_beginning(
            text, min_length if min_length <= _MAX_BEGINNING_LENGTH else 0
        )
    return {paragraph_id: quotation_by_text[text] for paragraph_id, text in text_by_id.items()}


def _common_length(text: str, other_text: str) -> int:
    """How many characters the beginnings have in common; no more are counted than are quoted."""
    pairs = zip(text[: _MAX_BEGINNING_LENGTH + 1], other_text, strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))


def _end_of_word(text: str, length: int) -> int:
    """The least end of a whole word by which so many characters have been read."""
    end = f"{text} ".find(" ", length, length + _MAX_WORD_LENGTH)
    return end if end >= 0 else length


def _closing_signs(words: str) -> str:
    """The signs that close what is open at the end of the words."""
    open_count = 0
    for sign in words:
        if sign == "[":
            open_count += 1
        elif sign == "]" and open_count:
            open_count -= 1
    return "]" * open_count


def _in_marks(words: str) -> str:
    return f"“{words.translate(_INNER_MARKS)}”"


def words_at_end(text: str, max_length: int) -> str:
    """The last whole words within so many characters; of words without spaces, their end."""
    if len(text) <= max_length:
        return text
    end = text[-max_length:]
    return end.partition(" ")[2] or end


def words_at_start(text: str, max_length: int) -> str:
    """The first whole words within so many characters; of words without spaces, their start."""
    if len(text) <= max_length:
        return text
    start = text[:max_length]
    return start.rpartition(" ")[0] or start
