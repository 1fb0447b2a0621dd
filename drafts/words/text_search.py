"""Text search: queries for the database, marks of the words found, excerpts and spelling.

`drafts/migrations/sql/text_search.sql` says how each language is cut into words, and how a query is
read. Except for `matches_query` and `marked_text`, nothing here uses the database.
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
MarkedPieces = tuple[MarkedPiece, ...]

MAX_EXCERPT_LENGTH = 280  # characters
# The database sets these around the words that it found. No text can hold them: they are refused.
FOUND_START, FOUND_END = "\x02", "\x03"
CHINESE_CHARACTERS = re.compile("[\u3400-\u4dbf\u4e00-\u9fff]+")
# Letters alone, at least four: shorter words are too like each other to correct their spelling.
CHECKED_WORD = re.compile(r"[^\W\d_]{4,}")
# Chinese is written without spaces: one run of it may be several words.
CHINESE_RUN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff]{3,}")
# A letter and the same ones right behind it, to be written as one.
_DOUBLED_LETTER = re.compile(r"(.)\1+")
# From 0 to 1: spellings that are no more alike than this are not near.
MIN_SPELLING_LIKENESS = 0.65
# The endings of words in other numbers, genders, cases or tenses. A common stem is not enough:
# "awarness" has that of "awareness". The first is "": a word may have no ending.
WORD_ENDINGS = frozenset(
    " s es d ed ing y ies ied e ent ait ant ants al aux x o a os as an en on in un"
    " а я ы и у ю е о й ь ой ей ый ий ая яя ое ее ые ие ого его ому ему ым им ых их ыми ими"
    " ом ем ам ям ами ями ах ях ов ев ию ия ии ует уют ла ло ли ть"
    " ة ات ين ون ان ا ي ه ها هم".split(" ")
)

StemsByWord = Mapping[str, Collection[str]]
"""The stems of each word, each with the language in which it is one."""


# --- In the database -----------------------------------------------------------------------------


def matches_query(lexemes_field: str, query: str) -> Func:
    """Whether the lexemes of a row match the query, each row in its own language.

    `query` is the text that the database function `words_asked` made of the words, once for all
    statements of a search (the query asks in all six; a row bears its language as a lexeme).
    """
    # In SQL: (lexemes @@ query::tsquery); "@@" asks whether they match.
    return Func(
        F(lexemes_field),
        Value(query),
        template="(%(expressions)s::tsquery)",
        arg_joiner=" @@ ",
        output_field=BooleanField(),
    )


def marked_text(language: str | Combinable, text: str | Combinable, query: str) -> Func:
    """The text with each found word between `FOUND_START` and `FOUND_END`, as an expression."""
    return Func(language, text, Value(query), function="words_marked", output_field=TextField())


# --- Excerpts ------------------------------------------------------------------------------------


def marked_pieces(text: str, query: str) -> MarkedPieces:
    """The result of `marked_text` in pieces; Chinese words, which it misses, are found here."""
    chinese_runs = sorted(set(CHINESE_CHARACTERS.findall(query)), key=len, reverse=True)
    pieces: list[MarkedPiece] = []
    for part in re.split(f"({FOUND_START}[^{FOUND_END}]*{FOUND_END})", text):
        if part.startswith(FOUND_START):
            pieces.append((True, part[1:-1]))
        elif part:
            pieces += _mark_chinese_runs(part, chinese_runs)
    return tuple(pieces)


def _mark_chinese_runs(text: str, chinese_runs: list[str]) -> Iterator[MarkedPiece]:
    """The text in pieces, with these runs of Chinese marked as found."""
    if not chinese_runs:
        yield False, text
        return
    parts = re.split(f"({'|'.join(map(re.escape, chinese_runs))})", text)
    yield from ((index % 2 == 1, part) for index, part in enumerate(parts) if part)


def excerpt(pieces: MarkedPieces, max_length: int = MAX_EXCERPT_LENGTH) -> MarkedPieces:
    """At most `max_length` characters around the first found word, a quarter of them before it."""
    text = "".join(words for _is_found, words in pieces)
    if len(text) <= max_length:
        return pieces
    start = _word_start_before(text, _first_found_position(pieces) - max_length // 4)
    end = _word_start_before(text, start + max_length)
    cut = list(_pieces_between(pieces, start, end))
    if start:
        cut.insert(0, (False, "… "))
    return (*cut, (False, " …")) if end < len(text) else tuple(cut)


def _first_found_position(pieces: MarkedPieces) -> int:
    """Where the first found word begins; 0 where none was found."""
    position = 0
    for is_found, words in pieces:
        if is_found:
            return position
        position += len(words)
    return 0


def _word_start_before(text: str, position: int) -> int:
    """The nearest start of a word up to 20 characters before a place, else the place itself."""
    if position <= 0:
        return 0
    if position >= len(text):
        return len(text)
    first = max(0, position - 20)
    space = max(text.rfind(" ", first, position), text.rfind("\n", first, position))
    return space + 1 if space >= 0 or first == 0 else position


def _pieces_between(pieces: MarkedPieces, start: int, end: int) -> Iterator[MarkedPiece]:
    """The parts of the pieces between two positions of the whole text."""
    position = 0
    for is_found, words in pieces:
        inside = words[max(0, start - position) : max(0, end - position)]
        if inside:
            yield is_found, inside
        position += len(words)


# --- Spelling ------------------------------------------------------------------------------------


def words_to_check(query: str) -> list[str]:
    """The words of a query that may be misspelt, each once; not those that it excludes with "-"."""
    # A hyphen excludes the word or the phrase in quotation marks that it stands before.
    query_without_exclusions = re.sub(r'(?<!\S)-(?:"[^"]*"?|\S+)', " ", query)
    chinese_runs = CHINESE_RUN.findall(query_without_exclusions)
    words = (
        word
        for word in CHECKED_WORD.findall(query_without_exclusions)
        if not CHINESE_CHARACTERS.search(word)
    )
    return list(dict.fromkeys((*words, *chinese_runs)))


def nearest_word(word: str, known_words: Iterable[str], stems_by_word: StemsByWord) -> str:
    """The word that was probably meant; empty where `word` itself occurs, or none is near.

    `known_words` are the words that occur; one with another ending counts as `word` too. Of words
    equally near comes first the one with the same accents, then the one that differs only by a
    doubled letter, then one of the same length, then the Chinese that occurs most often, then the
    first by alphabet.
    """
    candidates = sorted(set(known_words))
    count_by_stretch = Counter[str]()  # of Chinese alone
    if any(
        without_accents(word) == without_accents(candidate)
        or _is_inflected(word, candidate, stems_by_word)
        for candidate in candidates
    ):
        return ""
    if CHINESE_RUN.fullmatch(word):
        count_by_stretch.update(_chinese_windows(candidates, len(word)))
        candidates = sorted(count_by_stretch)
        if word in candidates:
            return ""
    near_words = [candidate for candidate in candidates if spelling_likeness(word, candidate)]
    return max(
        near_words,
        key=lambda candidate: (*_rank(word, candidate), count_by_stretch[candidate]),
        default="",
    )


def _rank(word: str, candidate: str) -> tuple[float, float, bool, bool]:
    """How well a candidate matches a word, as a key to sort by: the higher, the better."""
    differs_by_doubled_letter = _DOUBLED_LETTER.sub(
        r"\1", without_accents(word)
    ) == _DOUBLED_LETTER.sub(r"\1", without_accents(candidate))
    likeness_with_accents = _similarity(word.casefold(), candidate.casefold())
    return (
        spelling_likeness(word, candidate),
        likeness_with_accents,
        differs_by_doubled_letter,
        len(candidate) == len(word),
    )


def _is_inflected(word: str, other: str, stems_by_word: StemsByWord) -> bool:
    """Whether two words differ only by their endings: they share a stem and the first letters."""
    if set(stems_by_word.get(word, ())).isdisjoint(stems_by_word.get(other, ())):
        return False
    bare_word, bare_other = without_accents(word), without_accents(other)
    shared_length = Prefix.similarity(bare_word, bare_other)
    return {bare_word[shared_length:], bare_other[shared_length:]} <= WORD_ENDINGS


def spelling_likeness(word: str, other: str) -> float:
    """How similar two spellings are: 1 where they are equal, 0 where they are not near at all.

    Two letters swapped count as one error. Accents and capitals do not count.
    """
    if CHINESE_RUN.fullmatch(word):
        return max(
            (_similarity(word, part) for part in _chinese_windows([other], len(word))), default=0.0
        )
    return (
        _similarity(without_accents(word), without_accents(other))
        if CHECKED_WORD.fullmatch(other)
        else 0.0
    )


def _similarity(word: str, other: str) -> float:
    """The similarity of two spellings; 0 where they are not near."""
    similarity = OSA.normalized_similarity(word, other, score_cutoff=MIN_SPELLING_LIKENESS)
    return similarity if similarity > MIN_SPELLING_LIKENESS else 0.0


def _chinese_windows(words: Iterable[str], length: int) -> Iterator[str]:
    """All Chinese stretches of this length in words, also beside figures as in 2030年."""
    for chinese_run in (
        chinese_run for word in words for chinese_run in CHINESE_CHARACTERS.findall(word)
    ):
        yield from (
            chinese_run[position : position + length]
            for position in range(len(chinese_run) - length + 1)
        )


def without_accents(word: str) -> str:
    """A word without accents and in small letters."""
    decomposed = unicodedata.normalize("NFKD", word.casefold())
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))
