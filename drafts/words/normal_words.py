"""Normal forms of words for comparing proposals: no capitals, articles or typography.

Uses no database.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Final

from drafts.words.tokens import has_ideograph, is_space, tokens
from drafts.words.typography import without_typography

# What is left of a word without its article; empty where it is only an article.
ARTICLES: Final[dict[str, dict[str, str]]] = {
    "en": dict.fromkeys(("a", "an", "the"), ""),
    "fr": dict.fromkeys(("le", "la", "les", "l'", "un", "une"), "")
    | {"du": "de", "des": "de", "d'": "de", "au": "à", "aux": "à"},
    "es": dict.fromkeys(("el", "la", "los", "las", "un", "una", "unos", "unas"), "")
    | {"del": "de", "al": "a"},
}
# Those that are left once `without_typography` has unified the others.
QUOTATION_MARKS: Final = frozenset("\"'`´")
# Signs that may end a paragraph: Latin, Chinese and Arabic.
FINAL_SIGNS: Final = frozenset(".;,:。；،؛")
# Vowel signs and the stretching line of Arabic, which writers set or leave out at will.
_OPTIONAL_ARABIC_SIGNS: Final = re.compile("[\u064b-\u0652\u0640]")
# In a number such as 1 000 000.
_SPACED_NUMBER: Final = re.compile(r"\d\s\d")
# The forms of a word mostly differ behind so many letters.
_STEM_LENGTH: Final = 7


class CutWordsCache(dict[str, tuple[str, ...]]):
    """Words and signs for each text between two spaces; kept, because similar texts repeat it."""

    def __missing__(self, between_spaces: str) -> tuple[str, ...]:
        self[between_spaces] = cut_words = tuple(_words_and_signs(between_spaces))
        return cut_words


def plain_tokens(text: str, cut_words_cache: CutWordsCache | None = None) -> list[str]:
    """The words and signs of a text in small letters, one kind of quotation mark, no spaces.

    The signs that end the text are left out: whether ";" or "." follows is up to the editor.
    `cut_words_cache` keeps what was cut before, where there are many texts.
    """
    lowered_text = (text if text.isascii() else _with_unified_signs(text)).lower()
    if cut_words_cache is None or _is_cut_as_one(lowered_text):
        plain_words = list(_words_and_signs(lowered_text))
    else:
        plain_words = [token for word in lowered_text.split() for token in cut_words_cache[word]]
    while plain_words and plain_words[-1] in FINAL_SIGNS:
        plain_words.pop()
    return plain_words


def without_articles(words: Iterable[str], language: str) -> list[str]:
    """The tokens without the articles of their language; "du" and "del" leave their "de"."""
    articles = ARTICLES.get(language, {})
    # Where nothing is left of any article, as in English, they are only left out.
    if not any(articles.values()):
        return [word for word in words if word not in articles]
    return [kept for word in words if (kept := articles.get(word, word))]


@lru_cache(maxsize=16_384)
def stem(word: str) -> str:
    """Roughly the part that the forms of a word share: enough to call two near, never the same."""
    return word.rstrip("s")[:_STEM_LENGTH] if len(word) > 3 else word


def _is_cut_as_one(lowered_text: str) -> bool:
    """Whether the text cannot be cut at spaces: numbers may hold some, Chinese words have none."""
    return bool(_SPACED_NUMBER.search(lowered_text)) or has_ideograph(lowered_text)


def _words_and_signs(lowered_text: str) -> Iterator[str]:
    """Words and signs with one kind of quotation mark, without the spaces."""
    return (
        '"' if token in QUOTATION_MARKS else token
        for token in tokens(lowered_text)
        if not is_space(token)
    )


def _with_unified_signs(text: str) -> str:
    """A text with one form for each sign, without Arabic vowel signs, with "е" for "ё"."""
    normalized_text = unicodedata.normalize("NFKC", without_typography(text))
    return _OPTIONAL_ARABIC_SIGNS.sub("", normalized_text).replace("ё", "е").replace("Ё", "Е")
