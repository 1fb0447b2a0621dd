"""What people change in how proposals that ask for the same are gathered into sets.

Sets are found by words (`drafts/words/gathering`). Decisive words, as in shall / should, keep
proposals apart that differ in them: the secretariat sets these. Facilitators put single inputs into
other sets by hand.
"""

from typing import TYPE_CHECKING

from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from comments.models.comment import Comment
from consultations.models import Consultation
from delegations.history import recorded_history
from delegations.models import LANGUAGES

if TYPE_CHECKING:
    from consultations.rules.access import Access

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
