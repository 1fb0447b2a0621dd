"""Words that are looked for: asked of the database, marked where they stand, cut, put right.

How each language is cut into words, and how what one asks is read, stands in
`drafts/migrations/0005`. The rest here is pure.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping

from django.db.models import BooleanField, F, Func, TextField, Value
from django.db.models.expressions import Combinable
from rapidfuzz.distance import OSA, Prefix

# A stretch of a text, and whether it is a word that was looked for.
Piece = tuple[bool, str]
Pieces = tuple[Piece, ...]

LONGEST_EXCERPT = 280
# Between these the database sets what it found: no text here can hold them.
FOUND, END = "\x02", "\x03"
HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff]+")
WORD = re.compile(r"[^\W\d_]{4,}")
# Chinese is written without spaces: a run of it holds the words that were meant.
RUN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff]{3,}")
_DOUBLED = re.compile(r"(.)\1+")
LIKE_ENOUGH = 0.65
# What words end in when their number, gender, case or tense changes. A stem alone says too much:
# "awarness" has that of "awareness".
ENDINGS = frozenset(
    " s es d ed ing y ies ied e ent ait ant ants al aux x o a os as an en on in un"
    " а я ы и у ю е о й ь ой ей ый ий ая яя ое ее ые ие ого его ому ему ым им ых их ыми ими"
    " ом ем ам ям ами ями ах ях ов ев ию ия ии ует уют ла ло ли ть"
    " ة ات ين ون ان ا ي ه ها هم".split(" ")
)

Stems = Mapping[str, Collection[str]]
"""Of each word its stems, with the language in which each is one."""


# --- Asked of the database -----------------------------------------------------------------------


def matches(lexemes: str, query: str) -> Func:
    """Whether the lexemes of a row hold what is asked; each row in its own language.

    `query` is what `words_asked` made of the words, as text: it is read once for all the
    statements of a search.
    """
    return Func(
        F(lexemes),
        Value(query),
        template="(%(expressions)s::tsquery)",
        arg_joiner=" @@ ",
        output_field=BooleanField(),
    )


def marked(language: str | Combinable, text: str | Combinable, asked: str) -> Func:
    """The text with each found word between `FOUND` and `END`; field names or expressions."""
    return Func(language, text, Value(asked), function="words_marked", output_field=TextField())


# --- Marked and cut ------------------------------------------------------------------------------


def pieces_of(text: str, asked: str) -> Pieces:
    """What `marked` gave, taken apart; Chinese, which knows no words, is found here."""
    runs = sorted(set(HAN.findall(asked)), key=len, reverse=True)
    found: list[Piece] = []
    for part in re.split(f"({FOUND}[^{END}]*{END})", text):
        if part.startswith(FOUND):
            found.append((True, part[1:-1]))
        elif part:
            found += _with_runs(part, runs)
    return tuple(found)


def _with_runs(text: str, runs: list[str]) -> Iterator[Piece]:
    if not runs:
        yield False, text
        return
    parts = re.split(f"({'|'.join(map(re.escape, runs))})", text)
    yield from ((place % 2 == 1, part) for place, part in enumerate(parts) if part)


def excerpt(pieces: Pieces, longest: int = LONGEST_EXCERPT) -> Pieces:
    """So much of the text around the first found word, a quarter of it before; the rest is dots."""
    text = "".join(words for _is_found, words in pieces)
    if len(text) <= longest:
        return pieces
    begin = _word_before(text, _first_found(pieces) - longest // 4)
    end = _word_before(text, begin + longest)
    cut = list(_between(pieces, begin, end))
    if begin:
        cut.insert(0, (False, "… "))
    return (*cut, (False, " …")) if end < len(text) else tuple(cut)


def _first_found(pieces: Pieces) -> int:
    place = 0
    for is_found, words in pieces:
        if is_found:
            return place
        place += len(words)
    return 0


def _word_before(text: str, place: int) -> int:
    """The nearest beginning of a word up to 20 characters before a place, else the place itself."""
    if place <= 0:
        return 0
    if place >= len(text):
        return len(text)
    space = max(text.rfind(" ", place - 20, place), text.rfind("\n", place - 20, place))
    return space + 1 if space > 0 else place


def _between(pieces: Pieces, begin: int, end: int) -> Iterator[Piece]:
    place = 0
    for is_found, words in pieces:
        inside = words[max(0, begin - place) : max(0, end - place)]
        if inside:
            yield is_found, inside
        place += len(words)


# --- Put right -----------------------------------------------------------------------------------


def words_to_check(asked: str) -> list[str]:
    """The words that may be misspelt, each once; those that are not to occur are left alone."""
    wanted = re.sub(r"(?<!\S)-\S+", " ", asked)
    runs = RUN.findall(wanted)
    words = (word for word in WORD.findall(wanted) if not HAN.search(word))
    return list(dict.fromkeys((*words, *runs)))


def nearest(word: str, spelled: Iterable[str], stems: Stems) -> str:
    """The word that was meant, out of those that occur; empty where it occurs, or none is near.

    With another ending it occurs too, and is found as it is asked. Of words as near as each other
    the one with the same accents, then the one that differs by a doubled letter alone, then one as
    long, then what most runs of Chinese hold, then the first by alphabet.
    """
    others = sorted(set(spelled))
    often = Counter[str]()
    if any(bare(word) == bare(other) or _is_inflected(word, other, stems) for other in others):
        return ""
    if RUN.fullmatch(word):
        often.update(_windows(others, len(word)))
        others = sorted(often)
        if word in others:
            return ""
    near = [other for other in others if spelling_likeness(word, other)]
    return max(near, key=lambda other: (*_rank(word, other), often[other]), default="")


def _rank(word: str, other: str) -> tuple[float, float, bool, bool]:
    is_doubled = _DOUBLED.sub(r"\1", bare(word)) == _DOUBLED.sub(r"\1", bare(other))
    with_accents = _alike(word.casefold(), other.casefold())
    return spelling_likeness(word, other), with_accents, is_doubled, len(other) == len(word)


def _is_inflected(word: str, other: str, stems: Stems) -> bool:
    """Whether one is the other with another ending: they share a stem and the letters before."""
    if set(stems.get(word, ())).isdisjoint(stems.get(other, ())):
        return False
    asked, found = bare(word), bare(other)
    begun = Prefix.similarity(asked, found)
    return {asked[begun:], found[begun:]} <= ENDINGS


def spelling_likeness(word: str, other: str) -> float:
    """How near a spelling is: 1 where it is the same, 0 where it is not near at all.

    A swap of neighbours counts as one slip. Accents and capitals do not count.
    """
    if RUN.fullmatch(word):
        return max((_alike(word, part) for part in _windows([other], len(word))), default=0.0)
    return _alike(bare(word), bare(other)) if WORD.fullmatch(other) else 0.0


def _alike(asked: str, found: str) -> float:
    alike = OSA.normalized_similarity(asked, found, score_cutoff=LIKE_ENOUGH)
    return alike if alike > LIKE_ENOUGH else 0.0


def _windows(words: Iterable[str], length: int) -> Iterator[str]:
    """What stands in the Chinese of words, also beside figures as in 2030年, and is so long."""
    for run in (run for word in words for run in HAN.findall(word)):
        yield from (run[at : at + length] for at in range(len(run) - length + 1))


def bare(word: str) -> str:
    """A word without accents and in small letters."""
    taken_apart = unicodedata.normalize("NFKD", word.casefold())
    return "".join(letter for letter in taken_apart if not unicodedata.combining(letter))
