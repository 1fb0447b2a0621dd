"""Suggests a query with its misspelt words corrected.

A suggestion holds only words of texts and inputs that this reader may read.
"""

import re
from heapq import nlargest

from django.db import connection

from comments.models import CommentLexemes
from consultations.rules.access import Access
from delegations.models import LANGUAGES
from drafts.models import Spelling, WordingLexemes
from drafts.words.text_search import (
    CHINESE_RUN,
    nearest_word,
    spelling_likeness,
    without_accents,
    words_to_check,
)

# How many words of a query are checked.
MAX_WORDS = 5
# How similar the trigrams of two words must be for their letters to be compared: a word of five
# letters keeps a fifth when two change places. It is set for the transaction of a search, as text:
# `pg_trgm.similarity_threshold` takes no number there.
MIN_TRIGRAM_SIMILARITY = "0.2"
# At least so many words are checked for whether this reader may read them, so that neither the
# time nor the number of queries reveals a word that somebody else drafts.
MIN_CANDIDATES = 20


def corrected_query(access: Access, query: str) -> str:
    """The query with spellings that occur; empty where there is nothing to correct.

    Three queries for any words; `MIN_TRIGRAM_SIMILARITY` must be set in their transaction. Of all
    similar words it uses only those in rows that this reader may read.
    """
    words = words_to_check(query)[:MAX_WORDS]
    if not words:
        return ""
    readable_words = _readable_words(access, _similar_words(words))
    stems_by_word = _stems({*words, *readable_words})
    corrections = {
        word: correction
        for word in words
        if (correction := nearest_word(word, readable_words, stems_by_word))
    }
    if not corrections:
        return ""
    # Any of the misspelt words, as a whole word; Chinese has no spaces between words.
    pattern = "|".join(
        re.escape(word) if CHINESE_RUN.fullmatch(word) else rf"\b{re.escape(word)}\b"
        for word in corrections
    )
    return re.sub(pattern, lambda match: corrections[match[0]], query)


def _similar_words(words: list[str]) -> set[str]:
    """Similar words that anybody wrote: they must not leave this module.

    The words themselves are always among them, and so are the MIN_CANDIDATES most similar ones,
    however little they are alike.
    """
    spellings = Spelling.objects.similar_to(words).values_list("word", flat=True).order_by("word")
    likeness_by_spelling = {
        spelling: max(spelling_likeness(word, spelling) for word in words)
        for spelling in spellings.distinct()
    }
    similar = {
        spelling
        for spelling, likeness in likeness_by_spelling.items()
        if likeness or _begin_alike(words, spelling)
    }
    most_similar = nlargest(
        MIN_CANDIDATES, likeness_by_spelling, key=likeness_by_spelling.__getitem__
    )
    return similar | set(most_similar) | set(words)


def _begin_alike(words: list[str], spelling: str) -> bool:
    """Whether one of the words begins with the spelling, or the spelling with one of them."""
    bare_spelling = without_accents(spelling)
    return any(
        bare_spelling.startswith(without_accents(word))
        or without_accents(word).startswith(bare_spelling)
        for word in words
    )


def _stems(words: set[str]) -> dict[str, list[str]]:
    """The stems of each word, one for each language, as they are matched in texts in it.

    `words_of` is a function of ours in the database, which gives the stems of words (lexemes).
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT word, array_agg(words_of(language, word)::text)"
            " FROM unnest(%s::text[]) AS word, unnest(%s::text[]) AS language GROUP BY word",
            [sorted(words), [language for language, _name in LANGUAGES]],
        )
        return dict(cursor.fetchall())


def _readable_words(access: Access, similar_words: set[str]) -> set[str]:
    """Those of the similar words that occur in a text or an input that this reader may read."""
    readable_spellings = Spelling.objects.filter(word__in=similar_words).occurring_in(
        WordingLexemes.objects.visible_to(access), CommentLexemes.objects.visible_to(access)
    )
    return set(readable_spellings.values_list("word", flat=True))
