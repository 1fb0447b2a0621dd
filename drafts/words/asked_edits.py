"""What proposals on one paragraph change, and how much of it two of them share. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from rapidfuzz import process
from rapidfuzz.distance import Indel

from drafts.words.differences import changed_ranges
from drafts.words.normal_words import stem

FIRST_SIGN = 0x10000
# As many rough signs as strings have that are compared fastest; from there on they come again.
ROUGH_SIGNS = 255


@dataclass(eq=False)
class Edits:
    """The places that a proposal changes, and signs for the words that go or come, in order."""

    ranges: list[tuple[range, range]]
    # In few signs, of which one may stand for several words: two share no less in them.
    rough: str
    _reader: "EditsReader"
    _words: Sequence[str]

    @cached_property
    def signs(self) -> str:
        """The same with a sign for each word, or what its forms share: asked of few."""
        return self._reader.signs_of(self.ranges, self._words)


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


class _RoughSigns(dict[str, str]):
    """Word → the rough sign of its stem."""

    def __init__(self, signs: _Signs) -> None:
        super().__init__()
        self._signs = signs

    def __missing__(self, word: str) -> str:
        self[word] = rough = _rough(self._signs[word])
        return rough


class EditsReader:
    """Reads what the proposals on a paragraph change, in the same signs for all of them."""

    def __init__(self, base: Sequence[str]) -> None:
        self.base = base
        self._places = "".join(chr(FIRST_SIGN + place) for place in range(len(base)))
        self._rough_places = "".join(map(_rough, self._places))
        self._signs = _Signs(len(base))
        self._rough = _RoughSigns(self._signs)

    def read(self, words: Sequence[str]) -> Edits:
        """What these words change of those of the paragraph."""
        ranges = list(changed_ranges(self.base, words))
        rough = _at(ranges, self._rough_places, "".join([self._rough[word] for word in words]))
        return Edits(ranges, rough, self, words)

    def signs_of(self, ranges: Sequence[tuple[range, range]], words: Sequence[str]) -> str:
        """A sign for each word that goes or comes in these places."""
        return _at(ranges, self._places, "".join([self._signs[word] for word in words]))


def _at(ranges: Sequence[tuple[range, range]], gone: str, come: str) -> str:
    return "".join([gone[o.start : o.stop] + come[n.start : n.stop] for o, n in ranges])


def _rough(sign: str) -> str:
    return chr(1 + (ord(sign) - FIRST_SIGN) % ROUGH_SIGNS)


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
