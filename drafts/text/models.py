"""The text: on the desk, as circulated, and the words by which it is searched."""

import uuid
from collections.abc import Iterable
from datetime import datetime
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models import Exists, F, Func, OuterRef, Q, Value
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from consultations.models import Consultation, Meeting, Round
from delegations.history import recorded_history
from delegations.models import LANGUAGES, User
from drafts.words.text_search import CHINESE_CHARACTERS

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


# --- As circulated -------------------------------------------------------------------------------


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

    def latest_of_each_text(self) -> "RevisionQuerySet":
        """The latest of these revisions of each text."""
        return self.order_by("draft_id", "-number").distinct("draft_id")


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

    def last_of_each_paragraph(self) -> "WordingQuerySet":
        """The last of these wordings of each paragraph."""
        return self.order_by("paragraph_id", "-revision__number").distinct("paragraph_id")


class Wording(models.Model):
    """The words of one paragraph in one revision. Written once, never changed.

    In the database: the triggers `drafts_wording_kept` and `drafts_wording_found`, with the
    functions `drafts_keep_wording` and `drafts_find_wording`.
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
    # How it is cited, unlike any other of its revision: worked out of all of them (`text/names`)
    # when it is circulated. Empty for the title.
    name = models.TextField(blank=True, default="", db_default="")
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


# --- The words by which it is searched -----------------------------------------------------------


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
