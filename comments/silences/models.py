"""A silence that the facilitators open: its subject and end, who is asked, and who broke it."""

import uuid
from datetime import datetime
from typing import TYPE_CHECKING

from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from comments.inputs.models import MAX_FIELD_LENGTH
from consultations.models import Consultation, Seat
from consultations.rules.phases import has_silence_ended
from delegations.history import recorded_history
from delegations.models import LANGUAGES, User
from drafts.models import Revision, Wording

if TYPE_CHECKING:
    from consultations.rules.access import Access


class SilenceOutcome(models.TextChoices):
    """How a silence ended, as the facilitators declare it."""

    ADOPTED = "adopted", _("adopted by silence")
    BROKEN = "broken", _("silence broken")
    WITHDRAWN = "withdrawn", _("withdrawn")


class SilenceQuerySet(models.QuerySet["Silence"]):
    """Facilitators and the secretariat read all of them; delegations what they are asked."""

    def visible_to(self, access: "Access") -> "SilenceQuerySet":
        """For a delegation: those on which it is asked, and those on which all are."""
        silences = self.filter(consultation=access.consultation)
        if access.reads_all:
            return silences
        asked_ids = SilenceSeat.objects.filter(seat=access.seat).values("silence")
        return silences.filter(Q(asks_all=True) | Q(pk__in=asked_ids))

    def undeclared(self) -> "SilenceQuerySet":
        """Those that wait for their outcome; none on an adopted text, which no longer changes."""
        return self.filter(
            declared_at=None,
            revision__draft__adopted_at=None,
            wording__revision__draft__adopted_at=None,
        )

    def with_texts(self) -> "SilenceQuerySet":
        """With the consultation and the texts of each, which names and rules need: one query."""
        return self.select_related(
            "consultation",
            "revision__draft",
            "wording__revision__draft",
            "follows__revision__draft",
            "follows__wording__revision__draft",
        )


class Silence(models.Model):
    """A silence procedure: those asked who say nothing by its end have consented.

    The fields that say when it runs have the names of those of a group's draft: one rule reads both
    (`consultations/rules/phases`).
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    consultation = models.ForeignKey(Consultation, models.PROTECT, related_name="silences")
    # What is under silence: one of the three.
    revision = models.ForeignKey(
        Revision, models.PROTECT, null=True, blank=True, related_name="silences"
    )
    wording = models.ForeignKey(
        Wording, models.PROTECT, null=True, blank=True, related_name="silences"
    )
    decision = models.TextField(
        _("decision"), blank=True, validators=[MaxLengthValidator(MAX_FIELD_LENGTH)]
    )
    # The last silence on the same text, or on an earlier form of the decision; the words under
    # silence are compared with those of that one.
    follows = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+")
    words = models.TextField(
        _("words of the facilitators"), validators=[MaxLengthValidator(MAX_FIELD_LENGTH)]
    )
    asks_all = models.BooleanField(_("all delegations are asked"), default=True)
    silence_from = models.DateTimeField(_("opened"), default=timezone.now, editable=False)
    silence_until = models.DateTimeField(_("ends"))
    # When it was first broken. Until the facilitators show it, only those who read all know it,
    # and the delegation that broke it.
    silence_broken_at = models.DateTimeField(null=True, blank=True, editable=False)
    # When breaks were last shown to all who read it; each break says whether it was.
    shown_at = models.DateTimeField(null=True, blank=True, editable=False)
    declared_at = models.DateTimeField(null=True, blank=True, editable=False)
    outcome = models.CharField(_("outcome"), max_length=20, choices=SilenceOutcome, blank=True)
    outcome_words = models.TextField(
        _("words on the outcome"), blank=True, validators=[MaxLengthValidator(MAX_FIELD_LENGTH)]
    )

    history = recorded_history()
    objects = SilenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("silence")
        verbose_name_plural = _("silences")
        ordering = ["-silence_from", "-pk"]
        indexes = [models.Index("consultation", "silence_until", name="silence_by_its_end")]
        constraints = [
            models.CheckConstraint(
                condition=Q(revision__isnull=False, wording=None, decision="")
                | Q(revision=None, wording__isnull=False, decision="")
                | Q(revision=None, wording=None) & ~Q(decision=""),
                name="silence_on_one_thing",
            ),
            models.CheckConstraint(
                condition=Q(silence_until__gt=F("silence_from")), name="silence_ends_after_it_opens"
            ),
            models.CheckConstraint(
                condition=Q(declared_at=None, outcome="")
                | Q(declared_at__isnull=False) & ~Q(outcome=""),
                name="silence_declared_with_an_outcome",
            ),
            models.CheckConstraint(
                condition=Q(shown_at=None) | Q(silence_broken_at__isnull=False),
                name="silence_shown_once_broken",
            ),
        ]

    def __str__(self) -> str:
        return str(self.public_id)

    @property
    def text_revision(self) -> Revision | None:
        """The circulated text it is about; none of a decision. Needs `with_texts`."""
        return self.wording.revision if self.wording else self.revision

    @property
    def adopted_at(self) -> datetime | None:
        """When the text was adopted; None before, and for a decision. Needs `with_texts`."""
        revision = self.text_revision
        return revision.draft.adopted_at if revision else None

    def runs_at(self, moment: datetime) -> bool:
        """Whether delegations can still break it. Needs `with_texts`."""
        return self.is_undeclared and not has_silence_ended(self, moment)

    @property
    def is_undeclared(self) -> bool:
        """Whether its outcome can still be declared. Needs `with_texts`."""
        return self.declared_at is None and self.adopted_at is None


class SilenceSeatQuerySet(models.QuerySet["SilenceSeat"]):
    """Those who read the silence read who is asked."""

    def visible_to(self, access: "Access") -> "SilenceSeatQuerySet":
        return self.filter(silence__in=Silence.objects.visible_to(access).order_by().values("pk"))


class SilenceSeat(models.Model):
    """A delegation that is asked: if it does not break the silence, it consents. Written once."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    silence = models.ForeignKey(Silence, models.PROTECT, related_name="asked")
    seat = models.ForeignKey(Seat, models.PROTECT, related_name="asked_in_silence")

    objects = SilenceSeatQuerySet.as_manager()

    class Meta:
        verbose_name = _("delegation asked in silence")
        verbose_name_plural = _("delegations asked in silence")
        ordering = ["seat__rank", "seat__sort_key", "pk"]  # groups, then States, …, by English name
        constraints = [
            models.UniqueConstraint("silence", "seat", name="silence_seat_asked_once"),
        ]

    def __str__(self) -> str:
        return str(self.public_id)

    @property
    def consultation_id(self) -> int:
        """For `access`, which reads it of every row. Needs `silence`."""
        return self.silence.consultation_id

    @property
    def adopted_at(self) -> datetime | None:
        """When the text was adopted; None before. Needs the silence `with_texts`."""
        return self.silence.adopted_at


class SilenceBreakQuerySet(models.QuerySet["SilenceBreak"]):
    """Facilitators and the secretariat read all at once, a delegation its own.

    It reads those of others once they are shown.
    """

    def visible_to(self, access: "Access") -> "SilenceBreakQuerySet":
        breaks = self.filter(asked__silence__consultation=access.consultation)
        if access.reads_all:
            return breaks
        readable_silence_ids = Silence.objects.visible_to(access).order_by().values("pk")
        is_shown = Q(shown_at__lte=access.moment, asked__silence__in=readable_silence_ids)
        return breaks.filter(Q(asked__seat=access.seat) | is_shown)


class SilenceBreak(models.Model):
    """A delegation breaks the silence, with its words, on the whole or on a paragraph of it.

    Written once; the facilitators then show it to all who read the silence, or do not.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    asked = models.ForeignKey(SilenceSeat, models.PROTECT, related_name="breaks")
    # The paragraph it is about, in a revision under silence; empty for the whole.
    wording = models.ForeignKey(Wording, models.PROTECT, null=True, blank=True, related_name="+")
    words = models.TextField(_("your words"), validators=[MaxLengthValidator(MAX_FIELD_LENGTH)])
    language = models.CharField(max_length=7, choices=LANGUAGES, default="en")
    broken_at = models.DateTimeField(default=timezone.now, editable=False)
    broken_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    # In which capacity it was broken, in words: "focal point, Portugal".
    capacity = models.CharField(max_length=300)
    shown_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = SilenceBreakQuerySet.as_manager()

    class Meta:
        verbose_name = _("break of a silence")
        verbose_name_plural = _("breaks of a silence")
        ordering = ["broken_at", "pk"]

    def __str__(self) -> str:
        return str(self.public_id)


class SilenceExtension(models.Model):
    """The facilitators let a silence end later, and say why. Written once."""

    silence = models.ForeignKey(Silence, models.PROTECT, related_name="extensions")
    # The end of the silence before the extension, and the later end that it set.
    ended_before = models.DateTimeField()
    ends_now = models.DateTimeField()
    words = models.TextField(
        _("reason"), blank=True, validators=[MaxLengthValidator(MAX_FIELD_LENGTH)]
    )
    extended_at = models.DateTimeField(default=timezone.now)
    # In which capacity it was extended, in words: "co-facilitator, …".
    capacity = models.CharField(max_length=300)

    class Meta:
        verbose_name = _("extension of a silence")
        verbose_name_plural = _("extensions of a silence")
        ordering = ["extended_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_now__gt=F("ended_before")), name="silence_extended_to_later"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ended_before} → {self.ends_now}"


class SilenceReadQuerySet(models.QuerySet["SilenceRead"]):
    """A delegation reads its own; facilitators and the secretariat read none."""

    def visible_to(self, access: "Access") -> "SilenceReadQuerySet":
        reads = self.filter(asked__silence__consultation=access.consultation)
        return reads.filter(asked__seat=access.seat) if access.seat else reads.none()


class SilenceRead(models.Model):
    """When somebody first opened the page of a silence; only their own delegation reads this."""

    asked = models.ForeignKey(SilenceSeat, models.CASCADE, related_name="reads")
    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    read_at = models.DateTimeField(default=timezone.now)

    objects = SilenceReadQuerySet.as_manager()

    class Meta:
        verbose_name = _("mark that a silence was opened")
        verbose_name_plural = _("marks that a silence was opened")
        ordering = ["read_at", "pk"]
        constraints = [models.UniqueConstraint("asked", "user", name="silence_read_once")]

    def __str__(self) -> str:
        return f"{self.asked_id}: {self.read_at}"
