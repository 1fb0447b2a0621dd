"""Words as they are compared for what they ask: without capitals, articles and typography. Pure."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Final

from drafts.words.tokens import has_ideograph, is_space, tokens
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
_SPACED_NUMBER: Final = re.compile(r"\d\s\d")
_STEM: Final = 7


class CutWords(dict[str, tuple[str, ...]]):
    """What stands between two spaces → its words and signs: it comes again in like texts."""

    def __missing__(self, between_spaces: str) -> tuple[str, ...]:
        self[between_spaces] = cut = tuple(_inked(between_spaces))
        return cut


def plain_tokens(text: str, cut: CutWords | None = None) -> list[str]:
    """The words and signs of a text in small letters, one kind of quotation mark, no spaces.

    The sign that ends the text is left out: whether ";" or "." follows is the editor's to say.
    `cut` is what was cut of texts before, where there are many.
    """
    plain = (text if text.isascii() else _plain_signs(text)).lower()
    if cut is None or _is_cut_as_one(plain):
        found = list(_inked(plain))
    else:
        found = [token for word in plain.split() for token in cut[word]]
    while found and found[-1] in ENDS:
        found.pop()
    return found


def without_articles(words: Iterable[str], language: str) -> list[str]:
    """The tokens without the articles of their language; "du" and "del" leave their "de"."""
    articles = ARTICLES.get(language, {})
    if not any(articles.values()):
        return [word for word in words if word not in articles]
    return [kept for word in words if (kept := articles.get(word, word))]


@lru_cache(maxsize=16_384)
def stem(word: str) -> str:
    """What forms of a word share, roughly: good enough to find them near, not to call them same."""
    return word.rstrip("s")[:_STEM] if len(word) > 3 else word


def _is_cut_as_one(plain: str) -> bool:
    """Whether a number may hold spaces, or words stand without spaces between them."""
    return bool(_SPACED_NUMBER.search(plain)) or has_ideograph(plain)


def _inked(plain: str) -> Iterator[str]:
    """Words and signs with one kind of quotation mark, without the spaces."""
    return ('"' if token in QUOTES else token for token in tokens(plain) if not is_space(token))


def _plain_signs(text: str) -> str:
    folded = unicodedata.normalize("NFKC", without_typography(text))
    return _UNWRITTEN.sub("", folded).replace("ё", "е").replace("Ё", "Е")
