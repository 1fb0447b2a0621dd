"""The search index of a text: words that the database keeps beside each wording."""

from collections.abc import Iterable
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Exists, F, Func, OuterRef, Q, Value
from django.utils.translation import gettext_lazy as _

from delegations.models import LANGUAGES
from drafts.text.models import Wording
from drafts.words.text_search import CHINESE_CHARACTERS

if TYPE_CHECKING:
    from consultations.rules.access import Access


# The words of a row (`spelled`) as an array; the index `wording_words` is on this expression.
WORDS_SPELLED = Func(
    F("spelled"),
    Value(" "),
    function="string_to_array",
    output_field=ArrayField(models.TextField()),
)


class LexemesQuerySet(models.QuerySet["WordingLexemes"]):
    """Words of circulated wordings: for everybody who reads the text."""

    def visible_to(self, access: "Access") -> "LexemesQuerySet":
        return self.filter(wording__revision__draft__consultation=access.consultation)


class WordingLexemes(models.Model):
    """The words of a wording in one language: its own, or that of a translation.

    Written by a trigger, with the words themselves (`drafts/migrations/sql`), and by nobody else.

    In the database: the trigger `drafts_wording_spelled`; the functions and search configurations
    by which words are cut and asked for: `words_in`, `words_pairs`, `words_of`, `words_spelled`,
    `words_cut`, `words_asked_in`, `words_asked`, `words_marked`, `words_ar`, `words_en`,
    `words_es`, `words_fr`, `words_ru`, `words_zh`, `unaccent`; see docs/testing.md.
    """

    wording = models.ForeignKey(Wording, models.PROTECT, related_name="lexemes")
    language = models.CharField(max_length=7, choices=LANGUAGES)
    # Stems, without accents; for Chinese each character and each pair.
    lexemes = SearchVectorField()
    # The words as spelled, in lower case, each once, between spaces.
    spelled = models.TextField()

    objects = LexemesQuerySet.as_manager()

    class Meta:
        verbose_name = _("words of a wording")
        verbose_name_plural = _("words of wordings")
        constraints = [
            models.UniqueConstraint("wording", "language", name="wording_lexemes_once"),
        ]
        indexes = [
            GinIndex("lexemes", name="wording_lexemes"),
            GinIndex(WORDS_SPELLED, name="wording_words"),
        ]

    def __str__(self) -> str:
        return f"{self.wording_id} ({self.language})"


class SpellingQuerySet(models.QuerySet["Spelling"]):
    """Words as they are spelled. Only the rows that contain them tell whose they are."""

    def similar_to(self, words: Iterable[str]) -> "SpellingQuerySet":
        """Those that share enough of their trigrams (`pg_trgm`) with one of the words.

        `words` must not be empty; they are put into lower case, as spellings are stored. Chinese
        has no spaces between words: a spelling that contains two characters side by side of one of
        the words is similar.
        """
        similar_words = (
            Q(word__trigram_similar=word.casefold())
            for word in words
            if not CHINESE_CHARACTERS.search(word)
        )
        character_pairs = {
            word[index : index + 2] for word in words for index in range(len(word) - 1)
        }
        containing_pairs = (
            Q(word__contains=pair)
            for pair in sorted(filter(CHINESE_CHARACTERS.fullmatch, character_pairs))
        )
        return self.filter(reduce(or_, (*similar_words, *containing_pairs)))

    def occurring_in(self, *readable_rows: models.QuerySet[Any]) -> "SpellingQuerySet":
        """Those found in one of these sets of rows with words, all of which a reader may read.

        The shorter tables are given first, because they are searched first.
        """
        conditions = (
            Q(Exists(rows.alias(words=WORDS_SPELLED).filter(words__contains=[OuterRef("word")])))
            for rows in readable_rows
        )
        return self.filter(reduce(or_, conditions))


class Spelling(models.Model):
    """A word as somebody spelled it, in lower case, with which a misspelt one is compared.

    There are far fewer than rows with words, so that a search for similar ones is fast. Written by
    a trigger (`drafts/migrations/sql`). A row does not tell where its word stands, or whose it is,
    and is read only through `occurring_in`. To avoid a lock, a word that two people write at the
    same moment may be here twice.

    In the database: the function `drafts_keep_spellings`, the extension `pg_trgm`; see
    docs/testing.md.
    """

    word = models.TextField()

    objects = SpellingQuerySet.as_manager()

    class Meta:
        verbose_name = _("spelling")
        verbose_name_plural = _("spellings")
        indexes = [
            models.Index("word", name="spelling_word"),
            GinIndex(fields=["word"], opclasses=["gin_trgm_ops"], name="spelling_like"),
        ]

    def __str__(self) -> str:
        return self.word
