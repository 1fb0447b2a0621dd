"""Two states of one text beside each other, word by word; of circulated ones kept in the cache.

Only the functions of the cache use the database.
"""

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, Protocol

from django.conf import settings
from django.core.cache import cache
from django.utils.safestring import mark_safe
from django.utils.translation import get_language

from drafts.comparing.concordance import (
    Concordance,
    ConcordanceRow,
    ParagraphSnapshot,
    PositionMark,
    concordance_of,
    lineage_links_between,
)
from drafts.models import Revision
from drafts.words.differences import Piece, Redline, WordCounts, count_changed_words, redline

# Between the texts of several paragraphs that are compared with one.
TEXT_SEPARATOR: Final = " "
NO_WORDS: Final = WordCounts(0, 0)


@dataclass(frozen=True, slots=True)
class ParagraphDifference:
    """A row of the concordance, and what changed in its words.

    `redline` leads from the words then to the words now, the texts of several paragraphs joined;
    where no word or character changed it is empty. `notes_redline` is that of the footnotes.
    """

    concordance_row: ConcordanceRow
    redline: Redline = ()
    notes_redline: Redline = ()
    word_counts: WordCounts = NO_WORDS

    def redlines_by_paragraph(self, side: Literal["-", "+"]) -> tuple[Redline, ...]:
        """A redline for each paragraph of one side: "-" is the earlier one, "+" the later one.

        Words of the other side stand with the paragraph before them.
        """
        paragraphs = (
            self.concordance_row.earlier_paragraphs
            if side == "-"
            else self.concordance_row.later_paragraphs
        )
        return (
            parts_of_redline(self.redline, paragraphs, side)
            if self.redline
            else tuple((("=", paragraph.text),) for paragraph in paragraphs)
        )


@dataclass(frozen=True, slots=True)
class Comparison:
    """Every paragraph of both states, in exactly one difference.

    They are in the order of the later state. Between them stands a mark wherever a paragraph stood,
    or stands, whose difference is shown elsewhere.
    """

    items: tuple[ParagraphDifference | PositionMark, ...]

    @property
    def differences(self) -> tuple[ParagraphDifference, ...]:
        return tuple(
            difference_or_mark
            for difference_or_mark in self.items
            if isinstance(difference_or_mark, ParagraphDifference)
        )


def compare(concordance: Concordance) -> Comparison:
    """Compare the words of every row of a concordance; equal words get no redline."""
    return Comparison(
        tuple(
            _paragraph_difference(row_or_mark)
            if isinstance(row_or_mark, ConcordanceRow)
            else row_or_mark
            for row_or_mark in concordance.items
        )
    )


def _paragraph_difference(concordance_row: ConcordanceRow) -> ParagraphDifference:
    earlier_text, later_text = (
        _joined_text(concordance_row.earlier_paragraphs),
        _joined_text(concordance_row.later_paragraphs),
    )
    text_redline = redline(earlier_text, later_text) if earlier_text != later_text else ()
    return ParagraphDifference(
        concordance_row,
        text_redline,
        _notes_redline(concordance_row),
        count_changed_words(text_redline) if text_redline else NO_WORDS,
    )


def _joined_text(paragraphs: Sequence[ParagraphSnapshot]) -> str:
    return TEXT_SEPARATOR.join(paragraph.text for paragraph in paragraphs)


def _notes_redline(concordance_row: ConcordanceRow) -> Redline:
    earlier_notes, later_notes = (
        "\n".join(note for paragraph in paragraphs for note in paragraph.notes)
        for paragraphs in (concordance_row.earlier_paragraphs, concordance_row.later_paragraphs)
    )
    return redline(earlier_notes, later_notes) if earlier_notes != later_notes else ()


class _HasText(Protocol):
    """Anything with a text: a paragraph in one state, a wording."""

    @property
    def text(self) -> str: ...


def parts_of_redline(
    joined_redline: Redline, texts: Sequence[_HasText], side: Literal["-", "+"]
) -> tuple[Redline, ...]:
    """Cut the redline of joined texts into parts, one for each text of this side.

    `side` is "-" for the earlier texts, "+" for the later. The separators between texts are left
    out. Words of the other side between two texts stay with the first.
    """
    if not texts:
        return ()
    redlines: list[list[Piece]] = [[] for _text in texts]
    # Which text the next words belong to, and how many of its characters are still to come.
    text_index, remaining_length = 0, len(texts[0].text)
    for op, words in joined_redline:
        if op not in ("=", side):
            redlines[text_index].append((op, words))
            continue
        remaining_words = words
        while remaining_words:
            # All of this text was used: the next characters are the separator, and left out.
            if remaining_length == 0:
                text_index, remaining_words = text_index + 1, remaining_words[len(TEXT_SEPARATOR) :]
                remaining_length = len(texts[text_index].text)
                continue
            redlines[text_index].append((op, remaining_words[:remaining_length]))
            remaining_words, remaining_length = (
                remaining_words[remaining_length:],
                max(0, remaining_length - len(remaining_words)),
            )
    return tuple(tuple(redline) for redline in redlines)


# --- Kept in the cache ---------------------------------------------------------------------------


# Part of the key in the cache. Raised whenever comparisons are worked out, printed or pickled
# otherwise than before: `tests/drafts/comparing/test_comparison_release.py` says when.
COMPARISON_RELEASE: Final = 12
_A_MONTH: Final = 30 * 24 * 3600


def cached_comparison(earlier: Revision, later: Revision) -> Comparison:
    """The comparison of two revisions of one text: one query where it is cached, else three.

    Its key in the cache is made of the checksums of both and the lineage between them: where one of
    these differs the key does too, so that nothing cached is ever stale. Every delegation in the
    consultation reads what is cached here; the working text is never part of it.
    """
    return _cached_or_compared(_comparison_cache_key(earlier, later), earlier, later)


def rendered_comparison(
    earlier: Revision,
    later: Revision,
    cache_key_parts: Sequence[str],
    render: Callable[[Comparison], str],
) -> str:
    """A comparison as HTML, cached by the language of the page and by `cache_key_parts`.

    The parts say what the HTML shows beside the two texts: names, addresses, states of paragraphs.
    """
    cache_key = _comparison_cache_key(earlier, later)
    language = get_language() or settings.LANGUAGE_CODE
    page_key = f"comparison-page:{_hash([cache_key, language, *cache_key_parts])}"
    cached_html: str | None = cache.get(page_key)
    if cached_html is None:
        cached_html = str(render(_cached_or_compared(cache_key, earlier, later)))
        cache.set(page_key, cached_html, timeout=_A_MONTH)
    return mark_safe(cached_html)  # noqa: S308 (made by a template of ours, and kept as it was)


def _comparison_cache_key(earlier: Revision, later: Revision) -> str:
    """The key of a comparison in the cache: a hash of both checksums and the lineage between."""
    checksums = [earlier.checksum, later.checksum]
    lineage_links = lineage_links_between(earlier, later)
    return f"comparison:{_hash([COMPARISON_RELEASE, *checksums, lineage_links])}"


def _hash(values: Any) -> str:
    return hashlib.sha256(json.dumps(values).encode()).hexdigest()


def _cached_or_compared(cache_key: str, earlier: Revision, later: Revision) -> Comparison:
    """The comparison from the cache; where it is not there, made now and cached."""
    cached: Comparison | None = cache.get(cache_key)
    if cached is None:
        cached = compare(concordance_of(earlier, later))
        cache.set(cache_key, cached, timeout=_A_MONTH)
    return cached
