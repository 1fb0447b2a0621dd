"""What is said about the text: comments, replies, alignments, reviews; digests and exports."""

import uuid
from datetime import datetime
from typing import TYPE_CHECKING

from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from consultations.models import Consultation, Meeting, Round, Seat
from delegations.history import recorded
from delegations.models import LANGUAGES, Delegation, User
from drafts.models import Paragraph, Wording

if TYPE_CHECKING:
    from consultations.access import Access

LONGEST_FIELD = 20_000


class CommentKind(models.TextChoices):
    """What an input asks for (domain, section 2)."""

    COMMENT = "comment", _("comment")
    QUESTION = "question", _("question")
    RETAIN = "retain", _("retain as is")
    REPLACE = "replace", _("replace wording")
    DELETE = "delete", _("delete paragraph")
    ADD_AFTER = "add_after", _("add paragraph after")
    MOVE = "move", _("move")
    RESERVE = "reserve", _("reserve position")


# Kinds that carry proposed words; the others give only a reason.
PROPOSING_KINDS = frozenset({CommentKind.REPLACE, CommentKind.ADD_AFTER})


class CommentType(models.TextChoices):
    """How heavy an input is."""

    SUBSTANTIVE = "substantive", _("substantive")
    TECHNICAL = "technical", _("technical")
    EDITORIAL = "editorial", _("editorial")
    TRANSLATION = "translation", _("translation")


class CommentState(models.TextChoices):
    """Where a comment stands on its way; derived from its moments."""

    DRAFTED = "drafted", _("drafted")
    CLEARED = "cleared", _("cleared")
    SUBMITTED = "submitted", _("submitted")
    WITHDRAWN = "withdrawn", _("withdrawn")
    SUPERSEDED = "superseded", _("superseded")
    DISCARDED = "discarded", _("discarded")


class CommentQuerySet(models.QuerySet["Comment"]):
    """Comments; every reading starts at `visible_to`."""

    def visible_to(self, access: "Access") -> "CommentQuerySet":
        """Own drafts, and submitted inputs as far as the round lets this capacity read them."""
        return self.filter(access.reading())

    def submitted(self) -> "CommentQuerySet":
        return self.filter(submitted_at__isnull=False)

    def standing(self) -> "CommentQuerySet":
        """Submitted, and neither withdrawn nor replaced by a later version."""
        return self.submitted().filter(withdrawn_at=None, superseded_at=None)

    def unsent(self) -> "CommentQuerySet":
        return self.filter(submitted_at=None, discarded_at=None)

    def as_at(self, moment: datetime) -> "CommentQuerySet":
        """What stood in the record at a moment: for each number its last version by then."""
        return self.filter(submitted_at__lte=moment).filter(
            Q(superseded_at=None) | Q(superseded_at__gt=moment)
        )

    def in_table_order(self) -> "CommentQuerySet":
        """Groups, States, observers, agencies, others; each in English alphabetical order."""
        return self.order_by("seat__rank", "seat__sort_key", "seat_id", "number", "pk")


class Comment(models.Model):
    """An input of a delegation on one wording: a draft until its focal point submits it."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    consultation = models.ForeignKey(Consultation, models.PROTECT, related_name="comments")
    wording = models.ForeignKey(Wording, models.PROTECT, related_name="comments")
    paragraph = models.ForeignKey(Paragraph, models.PROTECT, related_name="comments")
    round = models.ForeignKey(Round, models.PROTECT, related_name="comments")
    seat = models.ForeignKey(Seat, models.PROTECT, related_name="comments")
    filed_by = models.ForeignKey(Seat, models.PROTECT, related_name="filed_comments")
    author = models.ForeignKey(User, models.PROTECT, related_name="+")
    form_key = models.UUIDField(default=uuid.uuid4)
    version = models.PositiveIntegerField(default=1)

    kind = models.CharField(_("kind"), max_length=20, choices=CommentKind)
    type = models.CharField(
        _("type"), max_length=20, choices=CommentType, default=CommentType.SUBSTANTIVE
    )
    proposed = models.TextField(
        _("proposed wording"), blank=True, validators=[MaxLengthValidator(LONGEST_FIELD)]
    )
    rationale = models.TextField(
        _("rationale"), blank=True, validators=[MaxLengthValidator(LONGEST_FIELD)]
    )
    move_after = models.ForeignKey(
        Paragraph, models.PROTECT, null=True, blank=True, related_name="+"
    )
    language = models.CharField(
        _("language of the words"), max_length=7, choices=LANGUAGES, default="en"
    )
    read_in = models.CharField(max_length=7, choices=LANGUAGES, default="en")
    # [[op, words], …] from the wording to the proposed words; written with the row.
    redline = models.JSONField(default=list, blank=True)

    created_at = models.DateTimeField(default=timezone.now, editable=False)
    edited_at = models.DateTimeField(default=timezone.now, editable=False)
    cleared_at = models.DateTimeField(null=True, blank=True, editable=False)
    submitted_at = models.DateTimeField(null=True, blank=True, editable=False)
    is_late = models.BooleanField(default=False, editable=False)
    number = models.PositiveIntegerField(null=True, blank=True, editable=False)
    supersedes = models.OneToOneField(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="successor",
        editable=False,
    )
    superseded_at = models.DateTimeField(null=True, blank=True, editable=False)
    withdrawn_at = models.DateTimeField(null=True, blank=True, editable=False)
    withdrawal_reason = models.CharField(_("reason"), max_length=1000, blank=True)
    discarded_at = models.DateTimeField(null=True, blank=True, editable=False)

    history = recorded(without=("redline",))
    objects = CommentQuerySet.as_manager()

    class Meta:
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        ordering = ["pk"]
        indexes = [
            models.Index("paragraph", "seat", name="comment_on_paragraph"),
            # What the counts read: small, and readable without the rows themselves.
            models.Index(
                "consultation",
                "paragraph",
                "round",
                # With what `access.reading` asks, so that a count never opens a row.
                include=["filed_by", "submitted_at", "discarded_at"],
                condition=Q(submitted_at__isnull=False, withdrawn_at=None, superseded_at=None),
                name="comment_standing",
            ),
            # Reviews are counted by text through it, again without the rows themselves.
            models.Index(
                "consultation",
                "submitted_at",
                include=["id", "paragraph"],
                name="comment_submitted",
            ),
            models.Index(
                "filed_by",
                "paragraph",
                condition=Q(submitted_at=None, discarded_at=None),
                name="comment_unsent",
            ),
        ]
        constraints = [
            models.UniqueConstraint("author", "form_key", name="comment_form_key_once"),
            models.UniqueConstraint(
                "seat", "number", condition=Q(superseded_at=None), name="comment_number_once"
            ),
            models.CheckConstraint(
                condition=Q(submitted_at=None, number=None)
                | Q(submitted_at__isnull=False, number__isnull=False),
                name="comment_number_from_submission",
            ),
            models.CheckConstraint(
                condition=Q(submitted_at__isnull=False) | Q(withdrawn_at=None, superseded_at=None),
                name="comment_leaves_only_after_submission",
            ),
            models.CheckConstraint(
                condition=Q(discarded_at=None) | Q(submitted_at=None),
                name="comment_submitted_is_never_discarded",
            ),
        ]

    def __str__(self) -> str:
        return self.reference or str(self.public_id)

    @property
    def reference(self) -> str:
        """The permanent number, PRT-7; empty for a draft. Needs `seat`."""
        return f"{self.seat.code}-{self.number}" if self.number else ""

    @property
    def state(self) -> CommentState:
        if self.discarded_at:
            return CommentState.DISCARDED
        if self.superseded_at:
            return CommentState.SUPERSEDED
        if self.withdrawn_at:
            return CommentState.WITHDRAWN
        if self.submitted_at:
            return CommentState.SUBMITTED
        return CommentState.CLEARED if self.cleared_at else CommentState.DRAFTED

    @property
    def adopted_at(self) -> datetime | None:
        """When the text was adopted. Needs `paragraph__draft`."""
        return self.paragraph.draft.adopted_at


class CommentMember(models.Model):
    """A member of the group whose input this is; frozen at submission, with the name of the day."""

    comment = models.ForeignKey(Comment, models.PROTECT, related_name="members")
    delegation = models.ForeignKey(Delegation, models.PROTECT, related_name="+")
    name = models.CharField(max_length=200)
    sort_key = models.CharField(max_length=200, db_collation="C")

    class Meta:
        verbose_name = _("member of a group input")
        verbose_name_plural = _("members of group inputs")
        ordering = ["sort_key", "pk"]
        constraints = [
            models.UniqueConstraint("comment", "delegation", name="comment_member_once"),
        ]

    def __str__(self) -> str:
        return self.name


class OnComment[Row: models.Model](models.QuerySet[Row]):
    """Rows that hang on a comment are read by those who may read the comment."""

    def visible_to(self, access: "Access") -> "OnComment[Row]":
        return self.filter(access.reading("comment__"), comment__submitted_at__isnull=False)


class Reply(models.Model):
    """An official answer to an input, by a delegation or by the facilitators."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    comment = models.ForeignKey(Comment, models.PROTECT, related_name="replies")
    # Empty: the facilitators reply.
    seat = models.ForeignKey(Seat, models.PROTECT, null=True, blank=True, related_name="replies")
    author = models.ForeignKey(User, models.PROTECT, related_name="+")
    form_key = models.UUIDField(default=uuid.uuid4)
    text = models.TextField(_("reply"), validators=[MaxLengthValidator(LONGEST_FIELD)])
    language = models.CharField(max_length=7, choices=LANGUAGES, default="en")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    withdrawn_at = models.DateTimeField(null=True, blank=True, editable=False)

    history = recorded()
    objects = OnComment["Reply"].as_manager()

    class Meta:
        verbose_name = _("reply")
        verbose_name_plural = _("replies")
        ordering = ["created_at", "pk"]
        constraints = [
            models.UniqueConstraint("author", "form_key", name="reply_form_key_once"),
        ]

    def __str__(self) -> str:
        return str(self.public_id)


class Alignment(models.Model):
    """A delegation associates itself with another's input, with or without a reservation."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    comment = models.ForeignKey(Comment, models.PROTECT, related_name="alignments")
    seat = models.ForeignKey(Seat, models.PROTECT, related_name="alignments")
    reservation = models.CharField(_("reservation"), max_length=1000, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    withdrawn_at = models.DateTimeField(null=True, blank=True, editable=False)

    history = recorded()
    objects = OnComment["Alignment"].as_manager()

    class Meta:
        verbose_name = _("alignment")
        verbose_name_plural = _("alignments")
        ordering = ["seat__rank", "seat__sort_key", "pk"]
        constraints = [
            models.UniqueConstraint(
                "comment", "seat", condition=Q(withdrawn_at=None), name="alignment_once"
            ),
        ]

    def __str__(self) -> str:
        return str(self.public_id)


class Disposition(models.TextChoices):
    """What became of an input (choice; mapped to the ISO words on export)."""

    REFLECTED = "reflected", _("reflected")
    PARTLY = "partly", _("partly reflected")
    NOTED = "noted", _("noted")
    DISCUSSION = "discussion", _("for discussion")
    NOT_REFLECTED = "not_reflected", _("not reflected")


class ReviewQuerySet(OnComment["Review"]):
    """Reviews: unpublished ones only for facilitators and the secretariat."""

    def visible_to(self, access: "Access") -> "ReviewQuerySet":
        rows: ReviewQuerySet = super().visible_to(access)  # type: ignore[assignment]
        return rows.released_to(access)

    def released_to(self, access: "Access") -> "ReviewQuerySet":
        """Those that count and are out, on comments that are known to be readable."""
        rows = self.filter(replaced_at=None)
        return rows if access.reads_all else rows.filter(published_at__lte=access.moment)


class Review(models.Model):
    """The facilitators' answer to an input. Written once; a change of mind is a new row."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    comment = models.ForeignKey(Comment, models.PROTECT, related_name="reviews")
    disposition = models.CharField(_("disposition"), max_length=20, choices=Disposition)
    observation = models.TextField(
        _("observation"), blank=True, validators=[MaxLengthValidator(LONGEST_FIELD)]
    )
    decided_at = models.DateTimeField(default=timezone.now, editable=False)
    decided_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    capacity = models.CharField(max_length=300)
    # Replaced before it was published: it never left the facilitators' room.
    replaced_at = models.DateTimeField(null=True, blank=True, editable=False)
    published_at = models.DateTimeField(null=True, blank=True, editable=False)
    published_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    objects = ReviewQuerySet.as_manager()

    class Meta:
        verbose_name = _("review")
        verbose_name_plural = _("reviews")
        ordering = ["decided_at", "pk"]
        indexes = [models.Index("comment", "published_at", name="review_of_comment")]
        constraints = [
            models.UniqueConstraint(
                "comment",
                condition=Q(published_at=None, replaced_at=None),
                name="review_one_unpublished",
            ),
            models.CheckConstraint(
                condition=Q(replaced_at=None) | Q(published_at=None),
                name="review_replaced_or_published",
            ),
        ]

    def __str__(self) -> str:
        return self.get_disposition_display()


class Acknowledgement(models.Model):
    """The delegation's answer to a published review: satisfied, or it maintains its position."""

    class Stance(models.TextChoices):
        SATISFIED = "satisfied", _("satisfied")
        MAINTAINS = "maintains", _("maintains its position")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    comment = models.ForeignKey(Comment, models.PROTECT, related_name="acknowledgements")
    review = models.OneToOneField(Review, models.PROTECT, related_name="acknowledgement")
    stance = models.CharField(max_length=20, choices=Stance)
    note = models.CharField(max_length=2000, blank=True)
    acknowledged_at = models.DateTimeField(default=timezone.now, editable=False)

    history = recorded()
    objects = OnComment["Acknowledgement"].as_manager()

    class Meta:
        verbose_name = _("acknowledgement")
        verbose_name_plural = _("acknowledgements")

    def __str__(self) -> str:
        return self.get_stance_display()


class Digest(models.Model):
    """One mail to one person in one capacity for one meeting: ids and a span, no words."""

    class Nature(models.TextChoices):
        DIGEST = "digest", _("digest")
        MOVED = "moved", _("notice that the meeting moved")
        CANCELLED = "cancelled", _("notice that the meeting is cancelled")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="digests")
    reader = models.ForeignKey(User, models.PROTECT, related_name="digests")
    capacity = models.CharField(max_length=60)
    nature = models.CharField(max_length=20, choices=Nature, default=Nature.DIGEST)
    # The start and place that the mail announces: whoever was told others gets a notice.
    meeting_at = models.DateTimeField()
    meeting_place = models.CharField(max_length=200, blank=True)
    since = models.DateTimeField(null=True, blank=True)
    until = models.DateTimeField()
    # Ids in runs, {"comments": "4,9-12", …}: gathered, and from the sending on what was told.
    items = models.JSONField(default=dict, blank=True)
    gathered_at = models.DateTimeField(default=timezone.now)
    attempts = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True, blank=True)
    # Why it was not sent: the post ended, the meeting moved, nothing was left to tell.
    dropped_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("digest")
        verbose_name_plural = _("digests")
        indexes = [
            models.Index(
                "gathered_at", condition=Q(sent_at=None, dropped_at=None), name="digest_unsent"
            ),
            models.Index("reader", "capacity", "until", name="digest_watermark"),
        ]
        constraints = [
            models.UniqueConstraint(
                "meeting",
                "reader",
                "capacity",
                condition=Q(nature="digest", dropped_at=None),
                name="digest_once",
            ),
            models.UniqueConstraint(
                "meeting",
                "reader",
                "capacity",
                condition=~Q(nature="digest") & Q(sent_at=None, dropped_at=None),
                name="digest_notice_waits_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.meeting} → {self.reader_id}"


class ExportQuerySet(models.QuerySet["Export"]):
    """Stored papers: their owner's, in the capacity in which they were asked for."""

    def visible_to(self, access: "Access") -> "ExportQuerySet":
        return self.filter(
            consultation=access.consultation, owner=access.user, capacity=access.capacity.key
        )


class Export(models.Model):
    """A paper that a task makes: parameters, progress, the file, and when it goes."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    consultation = models.ForeignKey(Consultation, models.PROTECT, related_name="exports")
    owner = models.ForeignKey(User, models.PROTECT, related_name="exports")
    capacity = models.CharField(max_length=60)
    parameters = models.JSONField()
    cut_off = models.DateTimeField()
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    file = models.FileField(upload_to="exports/", blank=True)
    error = models.CharField(max_length=300, blank=True)
    asked_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)

    objects = ExportQuerySet.as_manager()

    class Meta:
        verbose_name = _("export")
        verbose_name_plural = _("exports")
        ordering = ["-asked_at"]

    def __str__(self) -> str:
        return str(self.public_id)


class Look(models.Model):
    """When a person last looked at what is new, in one capacity and consultation."""

    user = models.ForeignKey(User, models.CASCADE, related_name="looks")
    consultation = models.ForeignKey(Consultation, models.PROTECT, related_name="+")
    capacity = models.CharField(max_length=60)
    looked_at = models.DateTimeField()

    class Meta:
        verbose_name = _("last look")
        verbose_name_plural = _("last looks")
        constraints = [
            models.UniqueConstraint("user", "consultation", "capacity", name="look_once"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.looked_at}"
