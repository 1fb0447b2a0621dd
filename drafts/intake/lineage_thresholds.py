"""How much two paragraphs must share before one is proposed to continue the other.

They were set on pairs of real texts, so that nothing sure is wrong. docs/testing.md says how tests
hold it.
"""

from dataclasses import dataclass
from typing import Final

# A piece of a split, or a part of a merge, has at least this share of its words from the whole.
MIN_SHARE_OF_PART_FROM_WHOLE: Final = 0.75
# One part has less than this share of the words of the whole.
MAX_WHOLE_SHARE_IN_PART: Final = MIN_SHARE_OF_PART_FROM_WHOLE + 0.1
# The parts together have at least this share of the words of the whole.
MIN_WHOLE_SHARE_COVERED_BY_PARTS: Final = 0.75
# The parts together and the whole are at least this alike, or it is only probable that they match.
MIN_SURE_COVERAGE_LIKENESS: Final = 0.97
# A paragraph may be part of another that holds at least this share of its words.
MIN_CONTAINED_SHARE: Final = 0.6
# A row that shares less of its rare words with every old paragraph was written anew.
MAX_STRANGE_SHARE: Final = 0.35
# With a smaller share of their rare words in common, two paragraphs have nothing to do with each
# other.
MIN_RELATED_SHARE: Final = 0.15
# At least this share of a paragraph that is merged into another is among its added words.
MIN_ADDED_SHARE: Final = 0.3
# Less alike than this, two paragraphs have hardly more in common than any two of one text.
MIN_LIKENESS: Final = 0.35


@dataclass(frozen=True)
class CertaintyThreshold:
    """The least likeness of a pair for a certainty, and its least lead over any other pair.

    The lead is over every pair that shares one paragraph with it.
    """

    min_likeness: float
    min_lead: float


# By the position of the pair: anywhere; between the same two unchanged paragraphs; alone between
# them.
# It is enough to reach one of the thresholds.
SURE_BY_POSITION: Final = {
    "anywhere": (CertaintyThreshold(0.8, 0.25), CertaintyThreshold(0.55, 0.35)),
    "between": (CertaintyThreshold(0.6, 0.2),),
    "alone": (CertaintyThreshold(0.5, 0.1),),
}
PROBABLE_BY_POSITION: Final = {
    "anywhere": CertaintyThreshold(0.6, 0.1),
    "between": CertaintyThreshold(0.5, 0.05),
    "alone": CertaintyThreshold(MIN_LIKENESS, 0.0),
}
