"""The text on the desk: paragraphs keep their identity while words and labels change."""

import uuid
from typing import TYPE_CHECKING

from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from consultations.models import Consultation
from delegations.history import recorded_history
from delegations.models import LANGUAGES

if TYPE_CHECKING:
    from consultations.rules.access import Access

# In characters; longer paragraphs are refused.
MAX_PARAGRAPH_LENGTH = 10_000


class Numbering(models.TextChoices):
    """How the paragraphs of a text are cited."""

    RUNNING = "running", _("running numbers")
    PP_OP = "pp_op", _("PP and OP")
    CHAPTERS = "chapters", _("numbers in each chapter: I.1, I.2, II.1")
    AS_GIVEN = "as_given", _("as the file gives them")
    NONE = "none", _("no numbers")


class SubparagraphLabels(models.TextChoices):
    """How subparagraphs are cited."""

    LETTERS = "letters", _("(a), then (i)")
    DECIMAL = "decimal", _("1.1, then 1.1.1")
    NONE = "none", _("no labels")


class AnnexNumbering(models.TextChoices):
    """How the paragraphs of an annex are cited."""

    RUNNING = "running", _("go on with the numbers of the text")
    OWN = "own", _("numbers of their own: A1, A2")


class DraftQuerySet(models.QuerySet["Draft"]):
    """Texts under negotiation."""

    def visible_to(self, access: "Access") -> "DraftQuerySet":
        """All for those who read the working text, for others those that were circulated."""
        drafts = self.filter(consultation=access.consultation)
        return drafts if access.reads_all else drafts.filter(revisions__isnull=False).distinct()


class Draft(models.Model):
    """One text; a consultation negotiates several (the plan, and the resolution that adopts it)."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    consultation = models.ForeignKey(Consultation, models.PROTECT, related_name="drafts")
    slug = models.SlugField(_("address"), max_length=80)
    title = models.CharField(_("title"), max_length=400)
    # Of the document: A/C.3/80/L.4.
    symbol = models.CharField(_("symbol"), max_length=60, blank=True)
    language = models.CharField(
        _("authentic language"), max_length=7, choices=LANGUAGES, default="en"
    )
    numbering = models.CharField(
        _("numbering"), max_length=20, choices=Numbering, default=Numbering.RUNNING
    )
    levels = models.CharField(
        _("subparagraphs"),
        max_length=20,
        choices=SubparagraphLabels,
        default=SubparagraphLabels.LETTERS,
    )
    annexes = models.CharField(
        _("annex paragraphs"), max_length=20, choices=AnnexNumbering, default=AnnexNumbering.RUNNING
    )
    # Among the texts of the consultation.
    place = models.PositiveSmallIntegerField(_("place"), default=1)
    adopted_at = models.DateTimeField(_("adopted"), null=True, blank=True, editable=False)

    history = recorded_history()
    objects = DraftQuerySet.as_manager()

    class Meta:
        verbose_name = _("text")
        verbose_name_plural = _("texts")
        ordering = ["place", "pk"]
        constraints = [
            models.UniqueConstraint("consultation", "slug", name="draft_slug_once"),
        ]

    def __str__(self) -> str:
        return self.title


class ParagraphKind(models.TextChoices):
    """What a paragraph is. A subparagraph is a paragraph with a parent."""

    TITLE = "title", _("title")
    HEADING = "heading", _("heading")
    PREAMBULAR = "preambular", _("preambular paragraph")
    OPERATIVE = "operative", _("operative paragraph")
    ANNEX = "annex", _("annex paragraph")


# They begin a section; they stand below no paragraph, and no paragraph below them.
SECTION_KINDS = (ParagraphKind.TITLE, ParagraphKind.HEADING)


class ParagraphQuerySet(models.QuerySet["Paragraph"]):
    """The working text: only for those who read it."""

    def visible_to(self, access: "Access") -> "ParagraphQuerySet":
        if not access.reads_all:
            return self.none()
        return self.filter(draft__consultation=access.consultation)

    def in_force(self) -> "ParagraphQuerySet":
        """Neither struck (deleted on the desk) nor discarded (the step that made it was undone)."""
        return self.filter(struck_at=None, discarded_at=None)

    def kept(self) -> "ParagraphQuerySet":
        """In force and struck: all except those that an undone step had made."""
        return self.filter(discarded_at=None)


class Paragraph(models.Model):
    """A paragraph's lasting identity, and its words on the working desk.

    In the database: the triggers `drafts_paragraph_agrees` and `drafts_paragraph_begins`; see
    docs/testing.md.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    draft = models.ForeignKey(Draft, models.PROTECT, related_name="paragraphs")
    # The paragraph of which it is a subparagraph, if of any.
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children"
    )
    # In the whole text, subparagraphs included; with gaps, so that one fits in between.
    place = models.PositiveIntegerField(_("place"))
    kind = models.CharField(_("kind"), max_length=20, choices=ParagraphKind)
    label = models.CharField(
        _("label"), max_length=40, blank=True, help_text=_("Kept once given: 12, OP3 bis, (a).")
    )
    # The words at the beginning of `text` that are set in italics: "Recalling".
    opening = models.CharField(_("opening words"), max_length=200, blank=True)
    text = models.TextField(_("text"), validators=[MaxLengthValidator(MAX_PARAGRAPH_LENGTH)])
    notes = models.JSONField(_("footnotes"), default=list, blank=True)  # each a string
    # Its id in the last file, so that a lineage file can name it; a position, no identity.
    file_id = models.CharField(max_length=100, blank=True, default="", editable=False)
    # Raised with each change; a form that was opened on another version is not saved.
    version = models.PositiveIntegerField(default=1, editable=False)
    # When it was deleted from the text: the row stays, so that it can be restored.
    struck_at = models.DateTimeField(_("struck"), null=True, blank=True)
    # Set where the step that made it was undone: it is shown on no page.
    discarded_at = models.DateTimeField(null=True, blank=True, editable=False)

    history = recorded_history()
    objects = ParagraphQuerySet.as_manager()

    class Meta:
        verbose_name = _("paragraph")
        verbose_name_plural = _("paragraphs")
        ordering = ["place", "pk"]
        indexes = [models.Index("draft", "place", name="paragraph_in_order")]
        constraints = [
            models.CheckConstraint(
                condition=Q(parent=None) | ~Q(parent=F("id")), name="paragraph_not_its_own_parent"
            ),
        ]

    def __str__(self) -> str:
        return self.label or self.text[:60]
