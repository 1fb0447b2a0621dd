"""How the words of a text are found: kept by the database beside each wording."""

from typing import TYPE_CHECKING

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.utils.translation import gettext_lazy as _

from delegations.models import LANGUAGES
from drafts.models.revision import Wording

if TYPE_CHECKING:
    from consultations.access import Access


class LexemesQuerySet(models.QuerySet["WordingLexemes"]):
    """Who reads the circulated text may search it."""

    def visible_to(self, access: "Access") -> "LexemesQuerySet":
        return self.filter(wording__revision__draft__consultation=access.consultation)


class WordingLexemes(models.Model):
    """The words of a wording in one language: its own, or that of a translation.

    Written by a trigger, with the words themselves (`drafts/migrations/0005`), and by nobody else.
    """

    wording = models.ForeignKey(Wording, models.PROTECT, related_name="lexemes")
    language = models.CharField(max_length=7, choices=LANGUAGES)
    # Stems, without accents; for Chinese each character and each pair.
    lexemes = SearchVectorField()
    # The words as spelled, each once: among them the one that was meant is looked for.
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
            GinIndex(fields=["spelled"], opclasses=["gin_trgm_ops"], name="wording_spelled"),
        ]

    def __str__(self) -> str:
        return f"{self.wording_id} ({self.language})"
