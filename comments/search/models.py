"""The search index of a comment's words, which the database writes beside each comment."""

from typing import TYPE_CHECKING

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.utils.translation import gettext_lazy as _

from comments.inputs.models import Comment
from drafts.models import WORDS_SPELLED

if TYPE_CHECKING:
    from consultations.rules.access import Access


class CommentLexemesQuerySet(models.QuerySet["CommentLexemes"]):
    """Read by those who may read the comment, a draft or an input."""

    def visible_to(self, access: "Access") -> "CommentLexemesQuerySet":
        return self.filter(access.readable_inputs_filter("comment__"))


class CommentLexemes(models.Model):
    """The words of a comment: what it proposes, and why.

    Written only by a trigger, with the words themselves (`comments_are_found.sql`). In a table
    of its own, so that the rows of comments stay short and no history copies it.

    In the database: `comments_comment_spelled`; see docs/testing.md.
    """

    comment = models.OneToOneField(
        Comment, models.PROTECT, primary_key=True, related_name="lexemes"
    )
    # Stems, without accents; for Chinese each character and each pair of neighbours.
    lexemes = SearchVectorField()
    # The words as spelled, each once, between spaces.
    spelled = models.TextField()

    objects = CommentLexemesQuerySet.as_manager()

    class Meta:
        verbose_name = _("words of a comment")
        verbose_name_plural = _("words of comments")
        indexes = [
            GinIndex("lexemes", name="comment_lexemes"),
            GinIndex(WORDS_SPELLED, name="comment_words"),
        ]

    def __str__(self) -> str:
        return str(self.comment_id)
