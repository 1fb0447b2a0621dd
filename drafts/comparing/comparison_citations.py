"""How a comparison cites the paragraphs of both states: their names, and which one they follow.

Uses no database.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from drafts.comparing.comparison import Comparison, ParagraphDifference
from drafts.comparing.concordance import ParagraphSnapshot, PositionMark
from drafts.labels import citation_below
from drafts.words.quoting import first_words

# So many characters at most are quoted to name a paragraph without a label.
_MAX_QUOTED_LENGTH = 48


@dataclass(frozen=True, slots=True)
class ParagraphCitations:
    """How paragraphs are cited in each state, the change of each, and which one stands before it.

    All by paragraph id.
    """

    earlier_names: Mapping[int, str]
    later_names: Mapping[int, str]
    difference_by_paragraph_id: Mapping[int, ParagraphDifference]
    # The name of the paragraph before, "" for none. `stood_after` has it in the earlier state, of
    # each paragraph that a mark shows as gone; `stands_after` in the later state, of the first
    # paragraph of each row.
    stood_after: Mapping[int, str]
    stands_after: Mapping[int, str]

    @classmethod
    def of(cls, comparison: Comparison) -> "ParagraphCitations":
        """The citations for a comparison."""
        earlier_names = _names_by_paragraph_id(
            paragraph
            for difference in comparison.differences
            for paragraph in difference.concordance_row.earlier_paragraphs
        )
        later_names = _names_by_paragraph_id(
            paragraph
            for difference in comparison.differences
            for paragraph in difference.concordance_row.later_paragraphs
        )
        difference_by_paragraph_id = {
            paragraph.paragraph_id: difference
            for difference in comparison.differences
            for paragraph in (
                *difference.concordance_row.earlier_paragraphs,
                *difference.concordance_row.later_paragraphs,
            )
        }
        stood_after, stands_after = _names_before(comparison, earlier_names, later_names)
        return cls(
            earlier_names, later_names, difference_by_paragraph_id, stood_after, stands_after
        )


def _names_by_paragraph_id(paragraphs: Iterable[ParagraphSnapshot]) -> dict[int, str]:
    """The name of each paragraph: its label, with its parent's ("5(a)"), or its first words."""
    paragraph_by_id = {paragraph.paragraph_id: paragraph for paragraph in paragraphs}
    names: dict[int, str] = {}
    for paragraph_id, paragraph in paragraph_by_id.items():
        parent = paragraph_by_id.get(paragraph.parent_id or 0)
        if not paragraph.label:
            names[paragraph_id] = _("“%(words)s”") % {
                "words": _with_own_direction(
                    first_words(paragraph.text, max_length=_MAX_QUOTED_LENGTH)
                )
            }
        elif parent is not None and parent.label:
            # A parent that comes later has no name yet: its label is used.
            names[paragraph_id] = citation_below(
                names.get(parent.paragraph_id, parent.label), paragraph.label
            )
        else:
            names[paragraph_id] = paragraph.label
    return names


def _with_own_direction(words: str) -> str:
    """Words of the text inside a sentence, which may run in the other direction.

    They stand between the Unicode signs that isolate them, so that neither changes the order of the
    other.
    """
    return f"\u2068{words}\u2069"


def _names_before(
    comparison: Comparison, earlier_names: Mapping[int, str], later_names: Mapping[int, str]
) -> tuple[dict[int, str], dict[int, str]]:
    """`stood_after` and `stands_after` of `ParagraphCitations`."""
    stood_after: dict[int, str] = {}
    stands_after: dict[int, str] = {}
    last_earlier_name = last_later_name = ""
    for difference_or_mark in comparison.items:
        if isinstance(difference_or_mark, PositionMark):
            if difference_or_mark.is_gone:
                stood_after[difference_or_mark.paragraph.paragraph_id] = last_earlier_name
                last_earlier_name = earlier_names[difference_or_mark.paragraph.paragraph_id]
            else:
                last_later_name = later_names[difference_or_mark.paragraph.paragraph_id]
            continue
        concordance_row = difference_or_mark.concordance_row
        # A row stands where its paragraphs stand now; where a moved one stood, there is a mark.
        if concordance_row.later_paragraphs:
            stands_after[concordance_row.later_paragraphs[0].paragraph_id] = last_later_name
            last_later_name = later_names[concordance_row.later_paragraphs[-1].paragraph_id]
        if concordance_row.earlier_paragraphs and not concordance_row.is_moved:
            last_earlier_name = earlier_names[concordance_row.earlier_paragraphs[-1].paragraph_id]
    return stood_after, stands_after
