"""Did you mean: a question with its misspelt words put right.

What is offered stands in a row that this reader may read, and nowhere else is it looked for.
"""

import re
from heapq import nlargest

from django.db import connection

from comments.models import CommentLexemes
from consultations.rules.access import Access
from delegations.models import LANGUAGES
from drafts.models import Spelling, WordingLexemes
from drafts.words.text_search import RUN, bare, nearest, spelling_likeness, words_to_check

# Words of one question that are looked at.
MOST_WORDS = 5
# How alike two words must be, by their trigrams, to be compared by their letters: of five letters
# two that changed places leave a fifth. For the transaction of a search.
LIKE = "0.2"
# So many words are always asked whether this reader may read them: how long it takes, and how
# many questions it takes, says nothing of a word that somebody else drafts.
ALWAYS_ASKED = 20


def put_right(access: Access, asked: str) -> str:
    """The same question with the spellings that occur; empty where there is nothing to put right.

    Three queries, whatever anybody wrote, in whose transaction `LIKE` is set: words are compared
    with words, and of those that are near only those are taken that stand where this reader may
    read.
    """
    words = words_to_check(asked)[:MOST_WORDS]
    if not words:
        return ""
    said = _said(access, _near(words))
    stems = _stems({*words, *said})
    meant = {word: other for word in words if (other := nearest(word, said, stems))}
    if not meant:
        return ""
    pattern = "|".join(
        re.escape(word) if RUN.fullmatch(word) else rf"\b{re.escape(word)}\b" for word in meant
    )
    return re.sub(pattern, lambda found: meant[found[0]], asked)


def _near(words: list[str]) -> set[str]:
    """What anybody wrote like one of the words: it stays in here.

    Filled up with what is less like them, and with the words themselves, so that it is as many.
    """
    like = Spelling.objects.like(words).values_list("word", flat=True).order_by("word")
    likeness = {
        other: max(spelling_likeness(word, other) for word in words) for other in like.distinct()
    }
    near = {other for other, alike in likeness.items() if alike or _begin_alike(words, other)}
    return near | set(nlargest(ALWAYS_ASKED, likeness, key=likeness.__getitem__)) | set(words)


def _begin_alike(words: list[str], other: str) -> bool:
    """Whether one may be another with an ending."""
    begun = bare(other)
    return any(begun.startswith(bare(word)) or bare(word).startswith(begun) for word in words)


def _stems(words: set[str]) -> dict[str, list[str]]:
    """The stems of words, each with its language, as the texts of that language are looked up."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT word, array_agg(words_of(language, word)::text)"
            " FROM unnest(%s::text[]) AS word, unnest(%s::text[]) AS language GROUP BY word",
            [sorted(words), [language for language, _name in LANGUAGES]],
        )
        return dict(cursor.fetchall())


def _said(access: Access, near: set[str]) -> set[str]:
    """Those of the words that stand in a text or an input that this reader may read."""
    spelled = Spelling.objects.filter(word__in=near).said_in(
        WordingLexemes.objects.visible_to(access), CommentLexemes.objects.visible_to(access)
    )
    return set(spelled.values_list("word", flat=True))
