"""Words as they are compared for what they ask: without capitals, articles and typography. Pure."""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from drafts.words.tokens import is_space, tokens
from drafts.words.typography import without_typography

# What is left of a word that holds an article; empty where it is nothing else.
ARTICLES: Final[dict[str, dict[str, str]]] = {
    "en": dict.fromkeys(("a", "an", "the"), ""),
    "fr": dict.fromkeys(("le", "la", "les", "l'", "un", "une"), "")
    | {"du": "de", "des": "de", "d'": "de", "au": "à", "aux": "à"},
    "es": dict.fromkeys(("el", "la", "los", "las", "un", "una", "unos", "unas"), "")
    | {"del": "de", "al": "a"},
}
QUOTES: Final = frozenset("\"'`´")
ENDS: Final = frozenset(".;,:。；،؛")
# Vowel signs and the stretching line of Arabic; the dots of ё are set or left out at will.
_UNWRITTEN: Final = re.compile("[\u064b-\u0652\u0640]")
_STEM: Final = 7


def plain_tokens(text: str) -> list[str]:
    """The words and signs of a text in small letters, one kind of quotation mark, no spaces.

    The sign that ends the text is left out: whether ";" or "." follows is the editor's to say.
    """
    plain = text if text.isascii() else _plain_signs(text)
    found = list(filter(None, map(_without_space, tokens(plain.lower()))))
    while found and found[-1] in ENDS:
        found.pop()
    return found


def without_articles(words: Iterable[str], language: str) -> list[str]:
    """The tokens without the articles of their language; "du" and "del" leave their "de"."""
    articles = ARTICLES.get(language, {})
    return [kept for word in words if (kept := articles.get(word, word))]


@lru_cache(maxsize=16_384)
def stem(word: str) -> str:
    """What forms of a word share, roughly: good enough to find them near, not to call them same."""
    return word.rstrip("s")[:_STEM] if len(word) > 3 else word


@lru_cache(maxsize=16_384)
def _without_space(token: str) -> str:
    """A word or sign with one kind of quotation mark; empty for a space."""
    return '"' if token in QUOTES else "" if is_space(token) else token


def _plain_signs(text: str) -> str:
    folded = unicodedata.normalize("NFKC", without_typography(text))
    return _UNWRITTEN.sub("", folded).replace("ё", "е").replace("Ё", "Е")
