"""What proposals on one paragraph change, and how much of it two of them share. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz import process
from rapidfuzz.distance import Indel

from drafts.words.differences import changed_ranges
from drafts.words.normal_words import stem

FIRST_SIGN = 0x10000
# As many rough signs as strings have that are compared fastest; from there on they come again.
ROUGH_SIGNS = 255


@dataclass(frozen=True, slots=True)
class Edits:
    """The places that a proposal changes; in order, a sign for each word that goes or comes."""

    ranges: tuple[tuple[range, range], ...]
    signs: str
    # The same in few signs, of which one may stand for several words: two share no less in them.
    rough: str


class _Signs(dict[str, str]):
    """Word → the sign of its stem, from one number on."""

    def __init__(self, first: int) -> None:
        super().__init__()
        self._next, self._stems = first, dict[str, str]()

    def __missing__(self, word: str) -> str:
        shared = stem(word)
        if shared not in self._stems:
            self._stems[shared] = chr(FIRST_SIGN + self._next)
            self._next += 1
        self[word] = self._stems[shared]
        return self[word]


class _Rough(dict[int, str]):
    """Sign → rough sign, for `str.translate`."""

    def __missing__(self, sign: int) -> str:
        self[sign] = rough = chr(1 + (sign - FIRST_SIGN) % ROUGH_SIGNS)
        return rough


class EditsReader:
    """Reads what the proposals on a paragraph change, in the same signs for all of them."""

    def __init__(self, base: Sequence[str]) -> None:
        self.base = base
        self._places = "".join(chr(FIRST_SIGN + place) for place in range(len(base)))
        self._signs, self._rough = _Signs(len(base)), _Rough()

    def read(self, words: Sequence[str]) -> Edits:
        """What these words change of those of the paragraph."""
        ranges = tuple(changed_ranges(self.base, words))
        parts: list[str] = []
        for gone, come in ranges:
            parts.append(self._places[gone.start : gone.stop])
            parts += map(self._signs.__getitem__, words[come.start : come.stop])
        signs = "".join(parts)
        return Edits(ranges, signs, signs.translate(self._rough))


def likely(edits: Edits, others: Sequence[str], least: float) -> list[int]:
    """By their number, the rough signs among which some may share as much as `least`, in order."""
    found = process.extract(
        edits.rough,
        others,
        scorer=Indel.normalized_similarity,
        score_cutoff=least - 0.01,
        limit=None,
    )
    return sorted(number for _rough, _share, number in found)


def share(one: Edits, other: Edits, least: float) -> float:
    """How much of what two change is the same; 0 well below `least`, where counting ends early."""
    return Indel.normalized_similarity(one.signs, other.signs, score_cutoff=least - 0.01)
