"""What answers an input: replies, alignments, reviews, acknowledgements; or that it is closed."""

import uuid
from datetime import datetime
from typing import TYPE_CHECKING, Final, Self

from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from comments.inputs.models import MAX_FIELD_LENGTH, Comment
from consultations.models import Seat
from delegations.history import recorded_history
from delegations.models import LANGUAGES, User

if TYPE_CHECKING:
    from consultations.rules.access import Access


class OnCommentQuerySet[Row: models.Model](models.QuerySet[Row]):
    """Rows attached to a comment are read by those who may read the comment.

    Only submitted comments have any. The filter asks for submission all the same, since
    `readable_inputs_filter` also finds the own drafts.
    """

    def visible_to(self, access: "Access") -> "OnCommentQuerySet[Row]":
        return self.filter(
            access.readable_inputs_filter("comment__"), comment__submitted_at__isnull=False
        )


class Reply(models.Model):
    """An official answer to an input, by a delegation or by the facilitators."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    comment = models.ForeignKey(Comment, models.PROTECT, related_name="replies")
    # The delegation that replies; empty where the facilitators do.
    seat = models.ForeignKey(Seat, models.PROTECT, null=True, blank=True, related_name="replies")
    author = models.ForeignKey(User, models.PROTECT, related_name="+")
    text = models.TextField(_("reply"), validators=[MaxLengthValidator(MAX_FIELD_LENGTH)])
    language = models.CharField(max_length=7, choices=LANGUAGES, default="en")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    withdrawn_at = models.DateTimeField(null=True, blank=True, editable=False)

    history = recorded_history()
    objects = OnCommentQuerySet["Reply"].as_manager()

    class Meta:
        verbose_name = _("reply")
        verbose_name_plural = _("replies")
        ordering = ["created_at", "pk"]
        # The indexes named "…_said" find the acts since a moment (`Activity`).
        indexes = [models.Index("created_at", condition=Q(withdrawn_at=None), name="reply_said")]

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

    history = recorded_history()
    objects = OnCommentQuerySet["Alignment"].as_manager()

    class Meta:
        verbose_name = _("alignment")
        verbose_name_plural = _("alignments")
        ordering = ["seat__rank", "seat__sort_key", "pk"]  # groups, then States, …, by English name
        indexes = [
            models.Index("created_at", condition=Q(withdrawn_at=None), name="alignment_said")
        ]
        constraints = [
            models.UniqueConstraint(
                "comment", "seat", condition=Q(withdrawn_at=None), name="alignment_once"
            ),
        ]

    def __str__(self) -> str:
        return str(self.public_id)


# --- Reviews -------------------------------------------------------------------------------------


class Disposition(models.TextChoices):
    """What became of an input, in words of our own; an export maps them to those of ISO."""

    REFLECTED = "reflected", _("reflected")
    PARTLY = "partly", _("partly reflected")
    NOTED = "noted", _("noted")
    DISCUSSION = "discussion", _("for discussion")
    NOT_REFLECTED = "not_reflected", _("not reflected")


# In filters, the choice of inputs without an answer.
UNANSWERED: Final = "unanswered"


class ReviewQuerySet(OnCommentQuerySet["Review"]):
    """Reviews: unpublished ones only for facilitators and the secretariat."""

    def visible_to(self, access: "Access") -> "ReviewQuerySet":
        reviews: ReviewQuerySet = super().visible_to(access)  # type: ignore[assignment]
        return reviews.released_to(access)

    def released_to(self, access: "Access") -> "ReviewQuerySet":
        """Those never replaced that the reader may see, on comments known to be readable.

        An input that was answered again has several published ones: see `latest_per_comment`.
        """
        reviews = self.filter(replaced_at=None)
        return reviews if access.reads_all else reviews.filter(published_at__lte=access.moment)

    def latest_per_comment(self) -> "ReviewQuerySet":
        """Only the last of these on each comment."""
        on_same_comment = self.filter(comment=OuterRef("comment"))
        decided_at = OuterRef("decided_at")
        is_later = Q(decided_at__gt=decided_at) | Q(decided_at=decided_at, pk__gt=OuterRef("pk"))
        return self.filter(~Exists(on_same_comment.filter(is_later)))

    def in_force_at(self, moment: datetime) -> Self:
        """Those decided by then, and not replaced or undone by then; published or not."""
        return self.filter(Q(replaced_at=None) | Q(replaced_at__gt=moment), decided_at__lte=moment)

    def disposition_filter(self, disposition: str) -> Q:
        """The condition on inputs whose last review among these has this disposition; those
        without a review among these for UNANSWERED."""
        if disposition == UNANSWERED:
            return ~Q(pk__in=self.values("comment"))
        return Q(pk__in=self.latest_per_comment().filter(disposition=disposition).values("comment"))


class Review(models.Model):
    """The facilitators' answer to an input. Written once; a change of mind is a new row.

    In the database: `comments_review_kept` (`comments_keep_review`); see docs/testing.md.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    # Without an index of its own: two of the indexes below begin with it.
    comment = models.ForeignKey(Comment, models.PROTECT, related_name="reviews", db_index=False)
    disposition = models.CharField(_("disposition"), max_length=20, choices=Disposition)
    observation = models.TextField(
        _("observation"), blank=True, validators=[MaxLengthValidator(MAX_FIELD_LENGTH)]
    )
    decided_at = models.DateTimeField(default=timezone.now, editable=False)
    decided_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    # In words, as the record keeps it: "co-facilitator, …".
    capacity = models.CharField(max_length=300)
    # Replaced or undone before it was published; no page shows it any more.
    replaced_at = models.DateTimeField(null=True, blank=True, editable=False)
    published_at = models.DateTimeField(null=True, blank=True, editable=False)
    published_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    objects = ReviewQuerySet.as_manager()

    class Meta:
        verbose_name = _("review")
        verbose_name_plural = _("reviews")
        ordering = ["decided_at", "pk"]
        indexes = [
            models.Index("comment", "published_at", name="review_of_comment"),
            # Which inputs have an answer, asked of all at once.
            models.Index("comment", condition=Q(replaced_at=None), name="review_in_force"),
            models.Index(
                "published_at",
                condition=Q(replaced_at=None, published_at__isnull=False),
                name="review_said",
            ),
        ]
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
    # The comment of `review`.
    comment = models.ForeignKey(Comment, models.PROTECT, related_name="acknowledgements")
    review = models.OneToOneField(Review, models.PROTECT, related_name="acknowledgement")
    stance = models.CharField(max_length=20, choices=Stance)
    note = models.CharField(max_length=2000, blank=True)
    acknowledged_at = models.DateTimeField(default=timezone.now, editable=False)

    history = recorded_history()
    objects = OnCommentQuerySet["Acknowledgement"].as_manager()

    class Meta:
        verbose_name = _("acknowledgement")
        verbose_name_plural = _("acknowledgements")
        indexes = [models.Index("acknowledged_at", name="acknowledgement_said")]

    def __str__(self) -> str:
        return self.get_stance_display()


# --- Closed without an answer --------------------------------------------------------------------


MAX_CLOSURE_REASON_LENGTH = 1000


class ClosureQuerySet(OnCommentQuerySet["Closure"]):
    """Closures: read by those who may read the input; reopening keeps the row in the record."""

    def in_force(self) -> "ClosureQuerySet":
        return self.filter(reopened_at=None)

    def in_force_at(self, moment: datetime) -> "ClosureQuerySet":
        not_reopened = Q(reopened_at=None) | Q(reopened_at__gt=moment)
        return self.filter(not_reopened, closed_at__lte=moment)


class Closure(models.Model):
    """An input is closed without an answer until it is reopened; closing it again is a new row."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    comment = models.ForeignKey(Comment, models.PROTECT, related_name="closures")
    reason = models.CharField(_("reason"), max_length=MAX_CLOSURE_REASON_LENGTH, blank=True)
    closed_at = models.DateTimeField(default=timezone.now, editable=False)
    reopened_at = models.DateTimeField(null=True, blank=True, editable=False)

    history = recorded_history()
    objects = ClosureQuerySet.as_manager()

    class Meta:
        verbose_name = _("closure without an answer")
        verbose_name_plural = _("closures without an answer")
        ordering = ["closed_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                "comment", condition=Q(reopened_at=None), name="closure_in_force_once"
            ),
        ]

    def __str__(self) -> str:
        return str(self.public_id)


def settled_filter() -> Q:
    """The condition on inputs that have an answer, published or not, or were closed without one."""
    closures = Closure.objects.in_force().filter(comment=OuterRef("pk"))
    return Q(_has_review()) | Q(Exists(closures))


def unsettled_filter() -> Q:
    """The opposite of `settled_filter`, in the form that is fastest for many inputs.

    Reviews, of which there may be as many as inputs, are joined. The few closures are a list that
    PostgreSQL reads once; it would repeat a join with few rows for each input.
    """
    return Q(~_has_review()) & ~Q(pk__in=Closure.objects.in_force().values("comment"))


def _has_review() -> Exists:
    """Whether an input has an answer, published or not."""
    return Exists(Review.objects.filter(comment=OuterRef("pk"), replaced_at=None))
