"""The text as circulated: revisions, the wordings of paragraphs in them, lineage, translations."""

import uuid
from datetime import datetime
from typing import TYPE_CHECKING

from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from consultations.models import Meeting, Round
from delegations.history import recorded_history
from delegations.models import LANGUAGES, User
from drafts.models.text import MAX_PARAGRAPH_LENGTH, Draft, Paragraph, ParagraphKind

if TYPE_CHECKING:
    from consultations.rules.access import Access


class Nature(models.TextChoices):
    """What a circulated revision is."""

    DRAFT = "draft", _("draft")
    CALL = "call", _("call for inputs")
    CORRIGENDUM = "corrigendum", _("corrigendum")
    ADOPTED = "adopted", _("adopted text")


class RevisionQuerySet(models.QuerySet["Revision"]):
    """Circulated states of the texts: visible to everybody in the consultation."""

    def visible_to(self, access: "Access") -> "RevisionQuerySet":
        return self.filter(draft__consultation=access.consultation)


class Revision(models.Model):
    """A circulated state of a text, sealed by its checksum; a trigger refuses later changes.

    In the database: the triggers `drafts_revision_kept` and `drafts_revision_sealed`, with the
    functions `drafts_keep_revision` and `drafts_revision_is_sealed`; see docs/testing.md.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    draft = models.ForeignKey(Draft, models.PROTECT, related_name="revisions")
    number = models.PositiveSmallIntegerField(_("number"))
    stage = models.CharField(_("stage"), max_length=80, help_text=_("First draft, Rev.1, …"))
    nature = models.CharField(_("nature"), max_length=20, choices=Nature, default=Nature.DRAFT)
    # The round that asks for inputs on it, if any.
    round = models.ForeignKey(
        Round, models.PROTECT, null=True, blank=True, related_name="revisions"
    )
    circulated_at = models.DateTimeField(_("circulated"))
    circulated_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    capacity = models.CharField(max_length=400)  # in which that person acted, in words
    note = models.TextField(_("note"), blank=True, max_length=5000)
    # Of an adopted text alone: the meeting that adopted it.
    meeting = models.ForeignKey(Meeting, models.PROTECT, null=True, blank=True, related_name="+")
    # Whether delegations read who asked for its brackets.
    names_askers = models.BooleanField(_("names who asked for brackets"), default=False)
    # Empty only inside the transaction that circulates: `circulated_is_kept.sql` holds the rule.
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
    """Wordings of paragraphs in circulated revisions: for everybody who reads the text."""

    def visible_to(self, access: "Access") -> "WordingQuerySet":
        return self.filter(revision__draft__consultation=access.consultation)


class Wording(models.Model):
    """The words of one paragraph in one revision. Written once, never changed.

    In the database: the triggers `drafts_wording_kept` and `drafts_wording_found`, with the
    functions `drafts_keep_wording` and `drafts_find_wording`; see docs/testing.md.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    revision = models.ForeignKey(Revision, models.PROTECT, related_name="wordings")
    paragraph = models.ForeignKey(Paragraph, models.PROTECT, related_name="wordings")
    # The paragraph that it stood below when it was circulated; empty where it stood below none.
    parent = models.ForeignKey(Paragraph, models.PROTECT, null=True, blank=True, related_name="+")
    # Its place in the revision, from 1, subparagraphs included; and how many paragraphs it stands
    # below: 0 without a parent.
    place = models.PositiveIntegerField()
    level = models.PositiveSmallIntegerField(default=0)
    kind = models.CharField(max_length=20, choices=ParagraphKind)
    label = models.CharField(max_length=40, blank=True)
    # The words at the beginning of `text` that are set in italics: "Recalling".
    opening = models.CharField(max_length=200, blank=True)
    text = models.TextField(validators=[MaxLengthValidator(MAX_PARAGRAPH_LENGTH)])
    notes = models.JSONField(default=list, blank=True)  # footnotes, each a string
    # SHA-256 of `text`: equal words are found by it.
    text_hash = models.CharField(max_length=64, editable=False)
    # What the same paragraph said in the revision before; empty where it is new.
    previous = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="next")
    # [[op, words], …] against `previous`, op "=" kept, "-" deleted, "+" inserted; null where the
    # words are the same or all new.
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
        """When its text was adopted, if it was; `consultations/rules/guards` reads it."""
        return self.revision.draft.adopted_at


class DescentQuerySet(models.QuerySet["Descent"]):
    """Links of the lineage."""

    def oldest_first(self) -> "DescentQuerySet":
        """In order of time: those on the desk, which were never circulated, last."""
        return self.order_by(F("revision__number").asc(nulls_last=True), "pk")


class Descent(models.Model):
    """A link of the lineage: `paragraph` came out of `follows` by a split or a merge."""

    class How(models.TextChoices):
        SPLIT = "split", _("split")
        MERGE = "merge", _("merged")

    paragraph = models.ForeignKey(Paragraph, models.PROTECT, related_name="follows")
    follows = models.ForeignKey(Paragraph, models.PROTECT, related_name="followed_by")
    how = models.CharField(max_length=10, choices=How)
    # The first revision circulated after it; empty while it is only on the desk.
    revision = models.ForeignKey(Revision, models.PROTECT, null=True, related_name="descents")
    recorded_at = models.DateTimeField(default=timezone.now)

    objects = DescentQuerySet.as_manager()

    class Meta:
        verbose_name = _("descent")
        verbose_name_plural = _("descents")
        constraints = [
            # A paragraph may be merged, restored, and merged again in a later revision.
            models.UniqueConstraint(
                "paragraph", "follows", "revision", nulls_distinct=False, name="descent_once"
            ),
            models.CheckConstraint(
                condition=~Q(paragraph=F("follows")), name="descent_not_from_itself"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.follows} → {self.paragraph}"


class TranslationQuerySet(models.QuerySet["WordingTranslation"]):
    """Circulated wordings in other languages: for everybody who reads the text."""

    def visible_to(self, access: "Access") -> "TranslationQuerySet":
        return self.filter(wording__revision__draft__consultation=access.consultation)


class WordingTranslation(models.Model):
    """A wording in another official language. Comments made on it belong to the paragraph.

    It belongs to the words it translates: a later revision shows it as outdated where the
    authentic words changed since, and as it is where they did not.

    In the database: the trigger `drafts_translation_found`, with the function
    `drafts_find_translation`; see docs/testing.md.
    """

    class Status(models.TextChoices):
        OFFICIAL = "official", _("official")
        UNOFFICIAL = "unofficial", _("unofficial")

    wording = models.ForeignKey(Wording, models.PROTECT, related_name="translations")
    language = models.CharField(_("language"), max_length=7, choices=LANGUAGES)
    status = models.CharField(_("status"), max_length=20, choices=Status, default=Status.UNOFFICIAL)
    opening = models.CharField(_("opening words"), max_length=200, blank=True)
    text = models.TextField(_("text"), validators=[MaxLengthValidator(MAX_PARAGRAPH_LENGTH)])
    notes = models.JSONField(_("footnotes"), default=list, blank=True)
    recorded_at = models.DateTimeField(default=timezone.now)

    history = recorded_history()
    objects = TranslationQuerySet.as_manager()

    class Meta:
        verbose_name = _("translation of a wording")
        verbose_name_plural = _("translations of wordings")
        constraints = [
            models.UniqueConstraint("wording", "language", name="wording_translation_once"),
        ]

    def __str__(self) -> str:
        return f"{self.wording} ({self.language})"
