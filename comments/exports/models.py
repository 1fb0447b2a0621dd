"""Receipts of submissions, and exports: papers to download that a task makes in the background."""

import uuid
from typing import TYPE_CHECKING

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from consultations.models import Consultation, Seat
from delegations.models import User

if TYPE_CHECKING:
    from consultations.rules.access import Access


class ReceiptQuerySet(models.QuerySet["Receipt"]):
    """Receipts: those of the own delegation."""

    def visible_to(self, access: "Access") -> "ReceiptQuerySet":
        return self.filter(consultation=access.consultation, seat=access.seat)


class Receipt(models.Model):
    """One act of submission: what a delegation submitted, by which person, and when.

    Its words are those of its comments, which never change; its checksum is computed from them.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    consultation = models.ForeignKey(Consultation, models.PROTECT, related_name="receipts")
    seat = models.ForeignKey(Seat, models.PROTECT, related_name="receipts")
    submitted_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    # In words, as the record keeps it: "focal point, Portugal".
    capacity = models.CharField(max_length=300)
    submitted_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = ReceiptQuerySet.as_manager()

    class Meta:
        verbose_name = _("receipt")
        verbose_name_plural = _("receipts")
        ordering = ["-submitted_at", "-pk"]

    def __str__(self) -> str:
        return str(self.public_id)


class ExportQuerySet(models.QuerySet["Export"]):
    """Stored papers: their owner's, in the capacity in which they were asked for."""

    def visible_to(self, access: "Access") -> "ExportQuerySet":
        return self.filter(
            consultation=access.consultation, owner=access.user, capacity=access.capacity.key
        )


class Export(models.Model):
    """A paper that a task makes: parameters, progress, the file, and when it expires.

    This row is what counts, not the queue: while unfinished it is queued again
    (`comments/exports/attempts`).
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    consultation = models.ForeignKey(Consultation, models.PROTECT, related_name="exports")
    owner = models.ForeignKey(User, models.PROTECT, related_name="exports")
    # The owner's capacity, by its key (`Capacity.key`).
    capacity = models.CharField(max_length=60)
    # What was asked for: which paper, of which text, in which form and language.
    parameters = models.JSONField()
    # The moment of the record that the paper shows.
    cut_off = models.DateTimeField()
    # The progress that is shown: `done` of `total`, in units of the paper's own.
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    file = models.FileField(upload_to="exports/", blank=True)
    # What the owner is told of a paper that could not be made.
    error = models.CharField(max_length=300, blank=True)
    asked_at = models.DateTimeField(default=timezone.now)
    # When it was last handed to the queue; empty where the queue did not take it.
    offered_at = models.DateTimeField(null=True, blank=True)
    # How often a worker began it, and the last sign of life of the latest one.
    attempts = models.PositiveSmallIntegerField(default=0)
    heartbeat_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)

    objects = ExportQuerySet.as_manager()

    class Meta:
        verbose_name = _("export")
        verbose_name_plural = _("exports")
        ordering = ["-asked_at"]
        indexes = [
            models.Index(
                "asked_at", condition=models.Q(finished_at=None), name="export_unfinished"
            ),
        ]

    def __str__(self) -> str:
        return str(self.public_id)
