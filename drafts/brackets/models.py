"""Brackets of the text as objects: their places, who asked for them, and how they ended."""

import uuid
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from consultations.models import Meeting, Seat
from delegations.models import User
from drafts.desk.models import DeskStep
from drafts.text.models import Draft, Paragraph, Revision, Wording

if TYPE_CHECKING:
    from consultations.rules.access import Access


class BracketQuerySet(models.QuerySet["Bracket"]):
    """Brackets of the working text: for those who read it."""

    def visible_to(self, access: "Access") -> "BracketQuerySet":
        if not access.reads_all:
            return self.none()
        return self.filter(paragraph__draft__consultation=access.consultation)

    def open_in(self, draft: Draft) -> "BracketQuerySet":
        """The open brackets of a text, in its order."""
        open_brackets = self.filter(paragraph__draft=draft, is_open=True)
        return open_brackets.order_by("paragraph__place", "paragraph_id", "start")


class Bracket(models.Model):
    """A pair of signs in the words of a paragraph: words that are not agreed.

    It holds the words of the paragraph between its signs; nothing is copied. Its places and whether
    it is open change with the steps of the desk, which are its history. A bracket that is not open
    was lifted, or its step was undone.

    In the database: the trigger `drafts_bracket_agrees`, with the functions `drafts_brackets_agree`
    and `drafts_pairs_in`; see docs/testing.md.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    paragraph = models.ForeignKey(Paragraph, models.PROTECT, related_name="brackets")
    # The positions of its two signs in the text: it holds `text[start + 1 : end]`.
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    is_open = models.BooleanField(default=True)
    # The step that put it, and when: both empty where the bracket is older than this table.
    step = models.ForeignKey(DeskStep, models.PROTECT, null=True, related_name="brackets_put")
    put_at = models.DateTimeField(null=True)
    # The meeting in which it was put, if in any.
    meeting = models.ForeignKey(
        Meeting, models.PROTECT, null=True, blank=True, related_name="brackets_put"
    )
    # The bracket whose split in two made this one.
    split_from = models.ForeignKey("self", models.PROTECT, null=True, related_name="cut_from_it")

    objects = BracketQuerySet.as_manager()

    class Meta:
        verbose_name = _("bracket")
        verbose_name_plural = _("brackets")
        ordering = ["paragraph", "start"]
        indexes = [
            models.Index(
                "paragraph", "start", condition=Q(is_open=True), name="bracket_open_in_order"
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(end__gt=F("start")), name="bracket_ends_after_start"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.start}-{self.end}"


class BracketAskerQuerySet(models.QuerySet["BracketAsker"]):
    """Who asked for brackets: for those who read the working text."""

    def visible_to(self, access: "Access") -> "BracketAskerQuerySet":
        if not access.reads_all:
            return self.none()
        return self.filter(bracket__paragraph__draft__consultation=access.consultation)

    def in_force(self) -> "BracketAskerQuerySet":
        """Those who still ask: their step was not undone, and none in force dropped them since."""
        was_not_dropped = Q(dropped_in=None) | Q(dropped_in__undone_at__isnull=False)
        return self.filter(was_not_dropped, step__undone_at=None)


class BracketAsker(models.Model):
    """A delegation or group that asked for a bracket, or for words in it."""

    bracket = models.ForeignKey(Bracket, models.PROTECT, related_name="askers")
    seat = models.ForeignKey(Seat, models.PROTECT, related_name="brackets_asked")
    # The alternative it asked for, as worded then; empty where it asked for the bracket itself.
    words = models.TextField(blank=True)
    # The meeting in which it asked, if in any; and the step of the desk with which this was noted.
    meeting = models.ForeignKey(
        Meeting, models.PROTECT, null=True, blank=True, related_name="brackets_asked"
    )
    step = models.ForeignKey(DeskStep, models.PROTECT, related_name="brackets_asked")
    asked_at = models.DateTimeField()
    # The step since which it no longer asks; empty while it does.
    dropped_in = models.ForeignKey(
        DeskStep, models.PROTECT, null=True, related_name="brackets_dropped"
    )

    objects = BracketAskerQuerySet.as_manager()

    class Meta:
        verbose_name = _("who asks for a bracket")
        verbose_name_plural = _("who asks for brackets")
        ordering = ["seat__rank", "seat__sort_key", "pk"]

    def __str__(self) -> str:
        return f"{self.seat}: {self.bracket}"


class LiftKind(models.TextChoices):
    """How a bracket ended."""

    KEPT = "kept", _("its words kept")
    DROPPED = "dropped", _("its words dropped")
    CHOSEN = "chosen", _("an alternative chosen")
    EDITED = "edited", _("reworded")
    STRUCK = "struck", _("deleted with its paragraph")


class BracketLiftQuerySet(models.QuerySet["BracketLift"]):
    """Lifts: for those who read the working text."""

    def visible_to(self, access: "Access") -> "BracketLiftQuerySet":
        if not access.reads_all:
            return self.none()
        return self.filter(bracket__paragraph__draft__consultation=access.consultation)

    def in_force_in(self, draft: Draft) -> "BracketLiftQuerySet":
        """The last lift of each bracket that ended, by steps that were not undone."""
        lifts_in_draft = self.filter(
            bracket__paragraph__draft=draft, bracket__is_open=False, step__undone_at=None
        )
        return lifts_in_draft.order_by("bracket_id", "-pk").distinct("bracket_id")


class BracketLift(models.Model):
    """The end of a bracket: what it held, the words that were kept, and whose they are.

    Written once; it does not count where its step is undone.

    In the database: the trigger `drafts_bracketlift_written_once`, with the function
    `drafts_keep_lift`; see docs/testing.md.
    """

    bracket = models.ForeignKey(Bracket, models.PROTECT, related_name="lifts")
    how = models.CharField(max_length=20, choices=LiftKind)
    # The words between the signs before, and the words that remain.
    held = models.TextField(blank=True)
    words = models.TextField(blank=True)
    # The delegations and groups whose words remain.
    whose = models.ManyToManyField(Seat, related_name="brackets_ended")
    # The meeting in which it was lifted, if in any; and the step of the desk that lifted it.
    meeting = models.ForeignKey(
        Meeting, models.PROTECT, null=True, blank=True, related_name="brackets_lifted"
    )
    step = models.ForeignKey(DeskStep, models.PROTECT, related_name="brackets_lifted")
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    capacity = models.CharField(max_length=400)  # in which the person acted, in words

    objects = BracketLiftQuerySet.as_manager()

    class Meta:
        verbose_name = _("lift of a bracket")
        verbose_name_plural = _("lifts of brackets")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.bracket}: {self.get_how_display()}"


class CirculatedBracketQuerySet(models.QuerySet["CirculatedBracket"]):
    """Brackets as circulated: for everybody who reads the text."""

    def visible_to(self, access: "Access") -> "CirculatedBracketQuerySet":
        return self.filter(wording__revision__draft__consultation=access.consultation)

    def of_revision(self, revision: Revision) -> "CirculatedBracketQuerySet":
        """The brackets of a circulated revision, in its order."""
        brackets = self.filter(wording__revision=revision)
        return brackets.order_by("wording__place", "start")


class CirculatedBracket(models.Model):
    """A bracket as it was circulated with a revision, and who asked for it then. Written once.

    In the database: the trigger `drafts_circulatedbracket_written_once`, with the function
    `drafts_keep_circulated_bracket`; see docs/testing.md.
    """

    wording = models.ForeignKey(Wording, models.PROTECT, related_name="brackets")
    bracket = models.ForeignKey(Bracket, models.PROTECT, related_name="circulated")
    # The positions of its two signs in the words of the wording.
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    # Who asked for it when it was circulated.
    seats = models.ManyToManyField(Seat, related_name="brackets_circulated")

    objects = CirculatedBracketQuerySet.as_manager()

    class Meta:
        verbose_name = _("circulated bracket")
        verbose_name_plural = _("circulated brackets")
        ordering = ["wording", "start"]
        constraints = [
            models.UniqueConstraint("wording", "start", name="circulated_bracket_once"),
        ]

    def __str__(self) -> str:
        return f"{self.start}-{self.end}"
