"""Letters on the record, which the facilitators and the secretariat write to delegations."""

import uuid
from typing import TYPE_CHECKING

from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from comments.inputs.models import MAX_FIELD_LENGTH
from consultations.models import Consultation, Meeting, Round, Seat
from delegations.history import recorded_history
from delegations.models import LANGUAGES
from drafts.models import Revision

if TYPE_CHECKING:
    from consultations.rules.access import Access

MAX_LETTER_SUBJECT_LENGTH = 200


class LetterKind(models.TextChoices):
    """What a letter is for."""

    COVERING = "covering", _("covering letter of a text")
    INVITATION = "invitation", _("invitation to a meeting")
    EXTENSION = "extension", _("extension of a deadline")
    NOTE = "note", _("note on what became of the inputs")
    OTHER = "other", _("letter")


class OfficialLetterQuerySet(models.QuerySet["OfficialLetter"]):
    """Facilitators and the secretariat read all of them, a delegation those sent to it."""

    def visible_to(self, access: "Access") -> "OfficialLetterQuerySet":
        letters = self.filter(consultation=access.consultation)
        if access.reads_all:
            return letters
        own_recipients = LetterRecipient.objects.filter(seat=access.seat, is_chosen=True)
        return letters.filter(sent_at__isnull=False, pk__in=own_recipients.values("letter"))

    def in_force(self) -> "OfficialLetterQuerySet":
        """Those that were not discarded."""
        return self.filter(discarded_at=None)

    def sent(self) -> "OfficialLetterQuerySet":
        return self.filter(sent_at__isnull=False)


class OfficialLetter(models.Model):
    """A letter of the consultation: a draft until it is sent, then numbered and never changed.

    In the database: `comments_officialletter_kept` (`comments_keep_letter`); see docs/testing.md.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    consultation = models.ForeignKey(Consultation, models.PROTECT, related_name="letters")
    kind = models.CharField(_("kind"), max_length=20, choices=LetterKind)
    # Given when it is sent, in the order of sending; never changed, never given again.
    number = models.PositiveIntegerField(_("number"), null=True, blank=True, editable=False)
    # To all delegations that have a seat when it is sent; else to those chosen before.
    to_all = models.BooleanField(_("to all delegations"), default=True)
    # What it is about: a covering letter or a note needs the text, an invitation the meeting, an
    # extension the round.
    revision = models.ForeignKey(
        Revision, models.PROTECT, null=True, blank=True, related_name="letters"
    )
    meeting = models.ForeignKey(
        Meeting, models.PROTECT, null=True, blank=True, related_name="letters"
    )
    round = models.ForeignKey(Round, models.PROTECT, null=True, blank=True, related_name="letters")
    # Of an extension: the deadline of the round is extended to this when the letter is sent.
    deadline = models.DateTimeField(_("new deadline"), null=True, blank=True)
    begun_at = models.DateTimeField(default=timezone.now, editable=False)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True, editable=False)
    discarded_at = models.DateTimeField(_("discarded"), null=True, blank=True, editable=False)

    history = recorded_history()
    objects = OfficialLetterQuerySet.as_manager()

    class Meta:
        verbose_name = _("letter")
        verbose_name_plural = _("letters")
        ordering = ["-number", "-pk"]
        constraints = [
            models.UniqueConstraint("consultation", "number", name="letter_number_once"),
            models.CheckConstraint(
                condition=Q(number=None, sent_at=None)
                | Q(number__isnull=False, sent_at__isnull=False),
                name="letter_numbered_when_sent",
            ),
            models.CheckConstraint(
                condition=Q(discarded_at=None) | Q(sent_at=None),
                name="letter_discarded_is_never_sent",
            ),
        ]

    def __str__(self) -> str:
        return str(self.number or self.public_id)


class LetterWordsQuerySet(models.QuerySet["LetterWords"]):
    """Read by those who read the letter."""

    def visible_to(self, access: "Access") -> "LetterWordsQuerySet":
        return self.filter(letter__in=OfficialLetter.objects.visible_to(access))


class LetterWords(models.Model):
    """What a letter says in one language.

    Readers in whose language it is not written get the one written first.

    In the database: `comments_letterwords_kept` (`comments_keep_letter_part`); see
    docs/testing.md.
    """

    letter = models.ForeignKey(OfficialLetter, models.PROTECT, related_name="said")
    language = models.CharField(_("language"), max_length=7, choices=LANGUAGES)
    subject = models.CharField(_("subject"), max_length=MAX_LETTER_SUBJECT_LENGTH)
    words = models.TextField(_("words"), validators=[MaxLengthValidator(MAX_FIELD_LENGTH)])

    history = recorded_history()
    objects = LetterWordsQuerySet.as_manager()

    class Meta:
        verbose_name = _("words of a letter")
        verbose_name_plural = _("words of letters")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint("letter", "language", name="letter_words_once"),
        ]

    def __str__(self) -> str:
        return self.subject


class LetterRecipientQuerySet(models.QuerySet["LetterRecipient"]):
    """A delegation reads only its own row; who else got a letter is for those who send letters."""

    def visible_to(self, access: "Access") -> "LetterRecipientQuerySet":
        recipients = self.filter(letter__consultation=access.consultation)
        if access.reads_all:
            return recipients
        return recipients.filter(seat=access.seat, is_chosen=True, letter__sent_at__isnull=False)


class LetterRecipient(models.Model):
    """A delegation to which a letter goes, and what only it is told: its section of a note.

    In the database: `comments_letterrecipient_kept`; see docs/testing.md.
    """

    letter = models.ForeignKey(OfficialLetter, models.PROTECT, related_name="recipients")
    seat = models.ForeignKey(Seat, models.PROTECT, related_name="letters")
    # False once the delegation was removed from the recipients: the row stays.
    is_chosen = models.BooleanField(default=True)
    # Only in notes.
    own_words = models.TextField(
        _("own section"), blank=True, validators=[MaxLengthValidator(MAX_FIELD_LENGTH)]
    )

    history = recorded_history()
    objects = LetterRecipientQuerySet.as_manager()

    class Meta:
        verbose_name = _("recipient of a letter")
        verbose_name_plural = _("recipients of letters")
        ordering = ["seat__rank", "seat__sort_key", "pk"]  # groups, then States, …, by English name
        constraints = [
            models.UniqueConstraint("letter", "seat", name="letter_to_a_seat_once"),
        ]

    def __str__(self) -> str:
        return str(self.pk)
