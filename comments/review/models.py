"""What facilitators keep among themselves: tasks, saved filters, sets of proposals made by hand."""

import uuid
from typing import TYPE_CHECKING

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from comments.inputs.models import Comment
from comments.threads.models import MAX_NOTE_LENGTH
from consultations.models import Consultation
from delegations.history import recorded_history
from delegations.models import LANGUAGES, User

if TYPE_CHECKING:
    from consultations.rules.access import Access


class ReviewFlag(models.TextChoices):
    """Why an input is not simply answered."""

    PARKED = "parked", _("parked")
    CONTROVERSIAL = "controversial", _("controversial")
    LEGAL_CHECK = "legal_check", _("legal check")
    ASK_AUTHOR = "ask_author", _("ask the author")


class ReviewTaskQuerySet(models.QuerySet["ReviewTask"]):
    """Read by co-facilitators and their staff alone: it is no part of the record."""

    def visible_to(self, access: "Access") -> "ReviewTaskQuerySet":
        if not access.is_facilitator:
            return self.none()
        return self.filter(
            comment__consultation=access.consultation, comment__submitted_at__isnull=False
        )


class ReviewTask(models.Model):
    """Who answers an input, with flags and a private note. At most one for each input.

    The facilitators share the note; it is private to them.
    """

    comment = models.OneToOneField(Comment, models.PROTECT, related_name="review_task")
    assigned_to = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("assigned to")
    )
    flags = ArrayField(
        models.CharField(max_length=20, choices=ReviewFlag), default=list, blank=True
    )
    note = models.TextField(
        _("private note"), blank=True, validators=[MaxLengthValidator(MAX_NOTE_LENGTH)]
    )

    history = recorded_history()
    objects = ReviewTaskQuerySet.as_manager()

    class Meta:
        verbose_name = _("review task")
        verbose_name_plural = _("review tasks")

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def is_parked(self) -> bool:
        return ReviewFlag.PARKED in self.flags


MAX_FILTER_NAME_LENGTH = 80


class SavedFilterQuerySet(models.QuerySet["SavedFilter"]):
    """Read by co-facilitators and their staff: their own, and those that are shared."""

    def visible_to(self, access: "Access") -> "SavedFilterQuerySet":
        if not access.is_facilitator:
            return self.none()
        readable = Q(owner=access.user) | Q(is_shared=True)
        return self.filter(readable, consultation=access.consultation)


class SavedFilter(models.Model):
    """The query string of the queue's address, under a name. It is no part of the record."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    consultation = models.ForeignKey(Consultation, models.CASCADE, related_name="+")
    owner = models.ForeignKey(User, models.CASCADE, related_name="+")
    name = models.CharField(_("name"), max_length=MAX_FILTER_NAME_LENGTH)
    # Without the "?".
    query = models.CharField(max_length=1000)
    is_shared = models.BooleanField(_("shared with all who review"), default=False)
    saved_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = SavedFilterQuerySet.as_manager()

    class Meta:
        verbose_name = _("saved filter")
        verbose_name_plural = _("saved filters")
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint("consultation", "owner", "name", name="saved_filter_once"),
        ]

    def __str__(self) -> str:
        return self.name


MAX_DECISIVE_WORDS_LENGTH = 10_000


class DecisiveListQuerySet(models.QuerySet["DecisiveList"]):
    """Facilitators and the secretariat read them: only they see sets, delegations do not."""

    def visible_to(self, access: "Access") -> "DecisiveListQuerySet":
        lists = self.filter(consultation=access.consultation)
        return lists if access.reads_all else lists.none()


class DecisiveList(models.Model):
    """The decisive words that the secretariat set for a language; if none, the product's own count.

    `drafts/words/decisive` says how a list is written.
    """

    consultation = models.ForeignKey(Consultation, models.PROTECT, related_name="decisive_lists")
    language = models.CharField(_("language"), max_length=7, choices=LANGUAGES)
    words = models.TextField(
        _("decisive words"), blank=True, validators=[MaxLengthValidator(MAX_DECISIVE_WORDS_LENGTH)]
    )

    history = recorded_history()
    objects = DecisiveListQuerySet.as_manager()

    class Meta:
        verbose_name = _("list of decisive words")
        verbose_name_plural = _("lists of decisive words")
        constraints = [
            models.UniqueConstraint("consultation", "language", name="decisive_list_once"),
        ]

    def __str__(self) -> str:
        return self.language


class SetChoiceQuerySet(models.QuerySet["SetChoice"]):
    """Facilitators and the secretariat read them, as they read every input."""

    def visible_to(self, access: "Access") -> "SetChoiceQuerySet":
        choices = self.filter(
            access.readable_inputs_filter("comment__"), comment__submitted_at__isnull=False
        )
        return choices if access.reads_all else choices.none()


class SetChoice(models.Model):
    """The set of like proposals into which the facilitators put an input by hand."""

    class Where(models.TextChoices):
        """With another input, on its own, or in the set found by words (a choice taken back)."""

        BESIDE = "beside", _("together with another")
        ALONE = "alone", _("on its own")
        BY_WORDS = "by_words", _("as the words say")

    comment = models.OneToOneField(Comment, models.PROTECT, related_name="set_choice")
    where = models.CharField(max_length=10, choices=Where)
    # The input in whose set it is; only with BESIDE.
    beside = models.ForeignKey(Comment, models.PROTECT, null=True, blank=True, related_name="+")
    chosen_at = models.DateTimeField(default=timezone.now)

    history = recorded_history()
    objects = SetChoiceQuerySet.as_manager()

    class Meta:
        verbose_name = _("set by hand")
        verbose_name_plural = _("sets by hand")
        constraints = [
            models.CheckConstraint(
                condition=Q(where="beside", beside__isnull=False)
                | ~Q(where="beside") & Q(beside=None),
                name="set_choice_beside_another",
            ),
            models.CheckConstraint(
                condition=Q(beside=None) | ~Q(beside=F("comment")), name="set_choice_not_itself"
            ),
        ]

    def __str__(self) -> str:
        return self.where
