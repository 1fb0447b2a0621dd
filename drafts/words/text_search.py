"""Text search: queries for the database, marks of the words found, excerpts and spelling.

`drafts/migrations/0005` says how each language is cut into words, and how a query is read. All but
the two database functions here is pure.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping

from django.db.models import BooleanField, F, Func, TextField, Value
from django.db.models.expressions import Combinable
from rapidfuzz.distance import OSA, Prefix

# Whether a stretch of a text is a word that was looked for, and the stretch.
MarkedPiece = tuple[bool, str]
Pieces = tuple[MarkedPiece, ...]

MAX_EXCERPT_LENGTH = 280
# The database sets these around the words that it found: no text here can hold them.
FOUND, END = "\x02", "\x03"
HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff]+")
WORD = re.compile(r"[^\W\d_]{4,}")
# Chinese is written without spaces: one run of it may be several words.
RUN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff]{3,}")
_DOUBLED = re.compile(r"(.)\1+")
LIKE_ENOUGH = 0.65
# The endings of words in other numbers, genders, cases or tenses. A common stem is not enough:
# "awarness" has that of "awareness".
ENDINGS = frozenset(
    " s es d ed ing y ies ied e ent ait ant ants al aux x o a os as an en on in un"
    " а я ы и у ю е о й ь ой ей ый ий ая яя ое ее ые ие ого его ому ему ым им ых их ыми ими"
    " ом ем ам ям ами ями ах ях ов ев ию ия ии ует уют ла ло ли ть"
    " ة ات ين ون ان ا ي ه ها هم".split(" ")
)

Stems = Mapping[str, Collection[str]]
"""The stems of each word, each with the language in which it is one."""


# --- In the database -----------------------------------------------------------------------------


def matches(lexemes: str, query: str) -> Func:
    """Whether the lexemes of a row match the query; each row in its own language.

    `query` is the text that the database function `words_asked` made of the words, once for all
    statements of a search.
    """
    return Func(
        F(lexemes),
        Value(query),
        template="(%(expressions)s::tsquery)",
        arg_joiner=" @@ ",
        output_field=BooleanField(),
    )


def marked(language: str | Combinable, text: str | Combinable, query: str) -> Func:
    """The text with each found word between `FOUND` and `END`; arguments as in expressions."""
    return Func(language, text, Value(query), function="words_marked", output_field=TextField())


# --- Excerpts ------------------------------------------------------------------------------------


def pieces_of(text: str, query: str) -> Pieces:
    """The result of `marked` in pieces; Chinese words, which it cannot find, are found here."""
    runs = sorted(set(HAN.findall(query)), key=len, reverse=True)
    found: list[MarkedPiece] = []
    for part in re.split(f"({FOUND}[^{END}]*{END})", text):
        if part.startswith(FOUND):
            found.append((True, part[1:-1]))
        elif part:
            found += _with_runs(part, runs)
    return tuple(found)


def _with_runs(text: str, runs: list[str]) -> Iterator[MarkedPiece]:
    if not runs:
        yield False, text
        return
    parts = re.split(f"({'|'.join(map(re.escape, runs))})", text)
    yield from ((place % 2 == 1, part) for place, part in enumerate(parts) if part)


def excerpt(pieces: Pieces, max_length: int = MAX_EXCERPT_LENGTH) -> Pieces:
    """At most `max_length` characters around the first found word, a quarter of them before it."""
    text = "".join(words for _is_found, words in pieces)
    if len(text) <= max_length:
        return pieces
    begin = _word_before(text, _first_found(pieces) - max_length // 4)
    end = _word_before(text, begin + max_length)
    cut = list(_pieces_between(pieces, begin, end))
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
    """The nearest start of a word up to 20 characters before a place, else the place itself."""
    if place <= 0:
        return 0
    if place >= len(text):
        return len(text)
    space = max(text.rfind(" ", place - 20, place), text.rfind("\n", place - 20, place))
    return space + 1 if space > 0 else place


def _pieces_between(pieces: Pieces, begin: int, end: int) -> Iterator[MarkedPiece]:
    place = 0
    for is_found, words in pieces:
        inside = words[max(0, begin - place) : max(0, end - place)]
        if inside:
            yield is_found, inside
        place += len(words)


# --- Spelling ------------------------------------------------------------------------------------


def words_to_check(query: str) -> list[str]:
    """The words of a query that may be misspelt, each once; not those that it excludes with "-"."""
    wanted = re.sub(r"(?<!\S)-\S+", " ", query)
    runs = RUN.findall(wanted)
    words = (word for word in WORD.findall(wanted) if not HAN.search(word))
    return list(dict.fromkeys((*words, *runs)))


def nearest(word: str, spelled: Iterable[str], stems: Stems) -> str:
    """The word that was probably meant; empty where `word` itself occurs, or none is near.

    `spelled` are the words that occur; one with another ending counts as `word` too. Of words as
    near as each other comes first the one with the same accents, then the one that differs only by
    a doubled letter, then one of the same length, then the Chinese that occurs most often, then
    the first by alphabet.
    """
    others = sorted(set(spelled))
    counts = Counter[str]()
    if any(bare(word) == bare(other) or _is_inflected(word, other, stems) for other in others):
        return ""
    if RUN.fullmatch(word):
        counts.update(_chinese_windows(others, len(word)))
        others = sorted(counts)
        if word in others:
            return ""
    near = [other for other in others if spelling_likeness(word, other)]
    return max(near, key=lambda other: (*_rank(word, other), counts[other]), default="")


def _rank(word: str, other: str) -> tuple[float, float, bool, bool]:
    is_doubled = _DOUBLED.sub(r"\1", bare(word)) == _DOUBLED.sub(r"\1", bare(other))
    with_accents = _similarity(word.casefold(), other.casefold())
    return spelling_likeness(word, other), with_accents, is_doubled, len(other) == len(word)


def _is_inflected(word: str, other: str, stems: Stems) -> bool:
    """Whether two words differ only by their endings: they share a stem and the first letters."""
    if set(stems.get(word, ())).isdisjoint(stems.get(other, ())):
        return False
    bare_word, bare_other = bare(word), bare(other)
    shared_length = Prefix.similarity(bare_word, bare_other)
    return {bare_word[shared_length:], bare_other[shared_length:]} <= ENDINGS


def spelling_likeness(word: str, other: str) -> float:
    """How similar two spellings are: 1 where they are equal, 0 where they are not near at all.

    Two letters swapped count as one error. Accents and capitals do not count.
    """
    if RUN.fullmatch(word):
        return max(
            (_similarity(word, part) for part in _chinese_windows([other], len(word))), default=0.0
        )
    return _similarity(bare(word), bare(other)) if WORD.fullmatch(other) else 0.0


def _similarity(word: str, other: str) -> float:
    similarity = OSA.normalized_similarity(word, other, score_cutoff=LIKE_ENOUGH)
    return similarity if similarity > LIKE_ENOUGH else 0.0


def _chinese_windows(words: Iterable[str], length: int) -> Iterator[str]:
    """All Chinese stretches of this length in words, also beside figures as in 2030年."""
    for run in (run for word in words for run in HAN.findall(word)):
        yield from (run[at : at + length] for at in range(len(run) - length + 1))


def bare(word: str) -> str:
    """A word without accents and in small letters."""
    decomposed = unicodedata.normalize("NFKD", word.casefold())
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))
