"""The text: paragraphs that keep their identity, and the revisions that froze what they said."""

import uuid
from datetime import datetime
from typing import TYPE_CHECKING

from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from consultations.models import Consultation, Meeting, Round
from delegations.history import recorded
from delegations.models import LANGUAGES, User

if TYPE_CHECKING:
    from consultations.access import Access

# Longer paragraphs are refused with a sentence that counts (house, 2b).
LONGEST_PARAGRAPH = 10_000


class Numbering(models.TextChoices):
    """How the paragraphs of a text are cited."""

    RUNNING = "running", _("running numbers")
    PP_OP = "pp_op", _("PP and OP")
    AS_GIVEN = "as_given", _("as the file gives them")
    NONE = "none", _("no numbers")


class DraftQuerySet(models.QuerySet["Draft"]):
    """Texts under negotiation."""

    def visible_to(self, access: "Access") -> "DraftQuerySet":
        """The texts of the consultation; before the first circulation only for its facilitators."""
        drafts = self.filter(consultation=access.consultation)
        return drafts if access.reads_all else drafts.filter(revisions__isnull=False).distinct()


class Draft(models.Model):
    """One text; a consultation negotiates several (the plan, and the resolution that adopts it)."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    consultation = models.ForeignKey(Consultation, models.PROTECT, related_name="drafts")
    slug = models.SlugField(_("address"), max_length=80)
    title = models.CharField(_("title"), max_length=400)
    symbol = models.CharField(_("symbol"), max_length=60, blank=True)
    language = models.CharField(
        _("authentic language"), max_length=7, choices=LANGUAGES, default="en"
    )
    numbering = models.CharField(
        _("numbering"), max_length=20, choices=Numbering, default=Numbering.RUNNING
    )
    place = models.PositiveSmallIntegerField(_("place"), default=1)
    adopted_at = models.DateTimeField(_("adopted"), null=True, blank=True, editable=False)

    history = recorded()
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


class Kind(models.TextChoices):
    """What a paragraph is. A subparagraph is a paragraph with a parent."""

    TITLE = "title", _("title")
    HEADING = "heading", _("heading")
    PREAMBULAR = "preambular", _("preambular paragraph")
    OPERATIVE = "operative", _("operative paragraph")
    ANNEX = "annex", _("annex paragraph")


class ParagraphQuerySet(models.QuerySet["Paragraph"]):
    """Working text: facilitators' and the secretariat's reading only."""

    def visible_to(self, access: "Access") -> "ParagraphQuerySet":
        if not access.reads_all:
            return self.none()
        return self.filter(draft__consultation=access.consultation)

    def standing(self) -> "ParagraphQuerySet":
        return self.filter(struck_at=None)


class Paragraph(models.Model):
    """A paragraph's lasting identity, and its words on the working desk."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    draft = models.ForeignKey(Draft, models.PROTECT, related_name="paragraphs")
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children"
    )
    place = models.PositiveIntegerField(_("place"))
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    label = models.CharField(
        _("label"), max_length=40, blank=True, help_text=_("Kept once given: 12, OP3 bis, (a).")
    )
    opening = models.CharField(_("opening words"), max_length=200, blank=True)
    text = models.TextField(_("text"), validators=[MaxLengthValidator(LONGEST_PARAGRAPH)])
    notes = models.JSONField(_("footnotes"), default=list, blank=True)
    # What the last file called it, so that a lineage file can name it; a position, no identity.
    file_id = models.CharField(max_length=100, blank=True, default="", editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    struck_at = models.DateTimeField(_("struck"), null=True, blank=True)

    history = recorded()
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


class Nature(models.TextChoices):
    """What a circulated revision is."""

    DRAFT = "draft", _("draft")
    CALL = "call", _("call for inputs")
    CORRIGENDUM = "corrigendum", _("corrigendum")
    ADOPTED = "adopted", _("adopted text")


class RevisionQuerySet(models.QuerySet["Revision"]):
    """Circulated states of the texts."""

    def visible_to(self, access: "Access") -> "RevisionQuerySet":
        return self.filter(draft__consultation=access.consultation)


class Revision(models.Model):
    """A circulated state of a text. Sealed by its checksum; from then on a trigger keeps it."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    draft = models.ForeignKey(Draft, models.PROTECT, related_name="revisions")
    number = models.PositiveSmallIntegerField(_("number"))
    stage = models.CharField(_("stage"), max_length=80, help_text=_("First draft, Rev.1, …"))
    nature = models.CharField(_("nature"), max_length=20, choices=Nature, default=Nature.DRAFT)
    round = models.ForeignKey(
        Round, models.PROTECT, null=True, blank=True, related_name="revisions"
    )
    circulated_at = models.DateTimeField(_("circulated"))
    circulated_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    capacity = models.CharField(max_length=400)
    note = models.TextField(_("note"), blank=True, max_length=5000)
    # Empty only inside the transaction that circulates: `drafts/migrations/0002` holds the rule.
    checksum = models.CharField(max_length=64, blank=True, default="", editable=False)

    objects = RevisionQuerySet.as_manager()

    class Meta:
        verbose_name = _("revision")
        verbose_name_plural = _("revisions")
        ordering = ["draft", "number"]
        constraints = [
            models.UniqueConstraint("draft", "number", name="revision_number_once"),
            models.CheckConstraint(condition=Q(number__gte=1), name="revision_number_from_one"),
        ]

    def __str__(self) -> str:
        return self.stage

    @property
    def consultation_id(self) -> int:
        return self.draft.consultation_id


class WordingQuerySet(models.QuerySet["Wording"]):
    """What paragraphs said in circulated revisions."""

    def visible_to(self, access: "Access") -> "WordingQuerySet":
        return self.filter(revision__draft__consultation=access.consultation)


class Wording(models.Model):
    """What one paragraph said in one revision. Written once, never changed."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    revision = models.ForeignKey(Revision, models.PROTECT, related_name="wordings")
    paragraph = models.ForeignKey(Paragraph, models.PROTECT, related_name="wordings")
    parent = models.ForeignKey(Paragraph, models.PROTECT, null=True, blank=True, related_name="+")
    place = models.PositiveIntegerField()
    level = models.PositiveSmallIntegerField(default=0)
    kind = models.CharField(max_length=20, choices=Kind)
    label = models.CharField(max_length=40, blank=True)
    opening = models.CharField(max_length=200, blank=True)
    text = models.TextField(validators=[MaxLengthValidator(LONGEST_PARAGRAPH)])
    notes = models.JSONField(default=list, blank=True)
    text_hash = models.CharField(max_length=64, editable=False)
    previous = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="next")
    # [[op, words], …] against `previous`; null where the words are the same or all new.
    redline = models.JSONField(null=True, blank=True)

    objects = WordingQuerySet.as_manager()

    class Meta:
        verbose_name = _("wording")
        verbose_name_plural = _("wordings")
        ordering = ["revision", "place"]
        constraints = [
            models.UniqueConstraint("revision", "paragraph", name="wording_once"),
            models.UniqueConstraint("revision", "place", name="wording_place_once"),
        ]

    def __str__(self) -> str:
        return self.label or self.text[:60]

    @property
    def consultation_id(self) -> int:
        return self.revision.draft.consultation_id

    @property
    def adopted_at(self) -> datetime | None:
        return self.revision.draft.adopted_at


class Descent(models.Model):
    """A paragraph that follows another: by a split, a merge, or as its replacement."""

    class How(models.TextChoices):
        SPLIT = "split", _("split")
        MERGE = "merge", _("merged")

    paragraph = models.ForeignKey(Paragraph, models.PROTECT, related_name="follows")
    follows = models.ForeignKey(Paragraph, models.PROTECT, related_name="followed_by")
    how = models.CharField(max_length=10, choices=How)
    # The revision that first showed it; empty while it stands on the desk only.
    revision = models.ForeignKey(Revision, models.PROTECT, null=True, related_name="descents")
    recorded_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("descent")
        verbose_name_plural = _("descents")
        constraints = [
            models.UniqueConstraint("paragraph", "follows", name="descent_once"),
            models.CheckConstraint(
                condition=~Q(paragraph=F("follows")), name="descent_not_from_itself"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.follows} → {self.paragraph}"


class WordingTranslation(models.Model):
    """A wording in another official language; the pages that show it come later."""

    class Status(models.TextChoices):
        OFFICIAL = "official", _("official")
        UNOFFICIAL = "unofficial", _("unofficial")

    wording = models.ForeignKey(Wording, models.PROTECT, related_name="translations")
    language = models.CharField(max_length=7, choices=LANGUAGES)
    status = models.CharField(max_length=20, choices=Status, default=Status.UNOFFICIAL)
    text = models.TextField(validators=[MaxLengthValidator(LONGEST_PARAGRAPH)])
    recorded_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("translation of a wording")
        verbose_name_plural = _("translations of wordings")
        constraints = [
            models.UniqueConstraint("wording", "language", name="wording_translation_once"),
        ]

    def __str__(self) -> str:
        return f"{self.wording} ({self.language})"


class AgendaItem(models.Model):
    """A text or a paragraph on the agenda of a meeting."""

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="agenda")
    draft = models.ForeignKey(Draft, models.PROTECT, related_name="+")
    paragraph = models.ForeignKey(
        Paragraph, models.PROTECT, null=True, blank=True, related_name="+"
    )
    place = models.PositiveSmallIntegerField(default=1)
    note = models.CharField(_("note"), max_length=200, blank=True)

    history = recorded()

    class Meta:
        verbose_name = _("agenda item")
        verbose_name_plural = _("agenda items")
        ordering = ["place", "pk"]

    def __str__(self) -> str:
        return self.note or str(self.draft)
