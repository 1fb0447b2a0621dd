"""The acts that set the state of a paragraph in the negotiation, with their meeting."""

import uuid
from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from consultations.models import Meeting
from delegations.models import User
from drafts.desk.models import DeskStep
from drafts.text.models import Draft, Paragraph, Revision, Wording

if TYPE_CHECKING:
    from consultations.rules.access import Access


class NegotiationState(models.TextChoices):
    """The state of a paragraph, set by an act of the facilitators; without one it is open."""

    AGREED_AD_REF = "agreed", _("agreed ad referendum")
    AGREED_IN_ROOM = "room", _("agreed in the room")
    AGREED_IN_PLENARY = "plenary", _("agreed in plenary")
    PARKED = "parked", _("parked")
    INFORMALS = "informals", _("for informals")
    REOPENED = "reopened", _("reopened")


# States that close the words of a paragraph: they change only when it is reopened.
AGREED_STATES = (
    NegotiationState.AGREED_AD_REF,
    NegotiationState.AGREED_IN_ROOM,
    NegotiationState.AGREED_IN_PLENARY,
)


class StateActQuerySet(models.QuerySet["StateAct"]):
    """Acts on states: all for those who read the working text, else those on circulated words."""

    def visible_to(self, access: "Access") -> "StateActQuerySet":
        """All for those who read the working text, for others `on_circulated_words`."""
        if access.reads_all:
            return self.filter(paragraph__draft__consultation=access.consultation)
        return self.on_circulated_words(access)

    def on_circulated_words(self, access: "Access") -> "StateActQuerySet":
        """What every reader may know: acts on circulated paragraphs.

        An agreement only where the agreed words themselves were circulated.
        """
        acts = self.filter(paragraph__draft__consultation=access.consultation)
        wordings = Wording.objects.filter(paragraph=OuterRef("paragraph"))
        is_agreement = Q(state__in=AGREED_STATES)
        return acts.filter(
            is_agreement & Exists(wordings.filter(text=OuterRef("text")))
            | ~is_agreement & Exists(wordings)
        )

    def current_in(self, draft: Draft) -> "StateActQuerySet":
        """The latest of each paragraph of a text."""
        acts_newest_first = self.filter(paragraph__draft=draft).order_by("paragraph_id", "-pk")
        return acts_newest_first.distinct("paragraph_id")

    def applying_to(self, revisions: Collection[Revision]) -> "StateActQuerySet":
        """The latest act of each paragraph, where it applies to the words of these revisions.

        One revision of each text. An agreement applies to the agreed words, and no others.
        """
        draft_ids = [revision.draft_id for revision in revisions]
        return self.applying_to_ids(draft_ids, [revision.pk for revision in revisions])

    def applying_to_ids(self, draft_ids: Any, revision_ids: Any) -> "StateActQuerySet":
        """The same by the ids of texts and of revisions, or by placeholders for them.

        With placeholders the statement is compiled once, and run with other ids each time.
        """
        acts = self.filter(paragraph__draft__in=draft_ids)
        latest_ids = acts.order_by("paragraph_id", "-pk").distinct("paragraph_id").values("pk")
        agreed_wordings = Wording.objects.filter(
            revision__in=revision_ids,
            paragraph=OuterRef("paragraph"),
            text=OuterRef("text"),
        )
        applies = ~Q(state__in=AGREED_STATES) | Exists(agreed_wordings)
        return StateAct.objects.filter(applies, pk__in=latest_ids)


class StateAct(models.Model):
    """One act that set the state of a paragraph. It is written once; the latest one counts.

    In the database: the trigger `drafts_stateact_written_once`, with the function
    `drafts_keep_state`; see docs/testing.md.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    paragraph = models.ForeignKey(Paragraph, models.PROTECT, related_name="state_acts")
    state = models.CharField(max_length=20, choices=NegotiationState)
    # The words that were agreed; of other states empty.
    text = models.TextField(blank=True)
    meeting = models.ForeignKey(
        Meeting, models.PROTECT, null=True, blank=True, related_name="state_acts"
    )
    # The step of the desk that it came with (words changed, a split, a merge), if with any.
    step = models.ForeignKey(DeskStep, models.PROTECT, null=True, related_name="state_acts")
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    capacity = models.CharField(max_length=400)  # in which the person acted, in words

    objects = StateActQuerySet.as_manager()

    class Meta:
        verbose_name = _("state of a paragraph")
        verbose_name_plural = _("states of paragraphs")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.paragraph}: {self.get_state_display()}"

    @property
    def is_agreed(self) -> bool:
        return self.state in AGREED_STATES
