"""Bridging words: a compromise that the facilitators propose for the wording of one paragraph.

With the delegations that are asked whether they can live with it, and their answers.
"""

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
from delegations.history import recorded_history
from delegations.models import LANGUAGES, User
from drafts.models import DeskStep, Paragraph, Wording

if TYPE_CHECKING:
    from consultations.rules.access import Access


class AnswersSeenBy(models.TextChoices):
    """Who reads all answers, besides facilitators and secretariat; announced with the question."""

    FACILITATORS = "facilitators", _("the facilitators only")
    ASKED = "asked", _("the delegations that are asked, once it is closed")
    ALL = "all", _("all who sit in the consultation, once it is closed")


class BridgingState(models.TextChoices):
    """How far a bridging proposal is; derived from its moments."""

    DRAFTED = "drafted", _("draft")
    ASKED = "asked", _("asked")
    CLOSED = "closed", _("closed")
    DISCARDED = "discarded", _("discarded")


class BridgingProposalQuerySet(models.QuerySet["BridgingProposal"]):
    """Proposals: facilitators and the secretariat read all, delegations some (`visible_to`)."""

    def visible_to(self, access: "Access") -> "BridgingProposalQuerySet":
        """For a delegation: those on which it, or a group it sits in, is asked, and public ones.

        Public are closed ones of which it was announced that all read the answers. Nobody else
        learns that there is a proposal, before or after delegations are asked.
        """
        proposals = self.filter(consultation=access.consultation)
        if access.reads_all:
            return proposals
        is_asked = Q(pk__in=AskedSeat.objects.for_own_seats(access).values("proposal"))
        is_public = Q(answers_seen_by=AnswersSeenBy.ALL) & closed_question_filter(access)
        # Both conditions imply that it was asked. It is filtered again, so that no draft is read.
        return proposals.filter(asked_at__lte=access.moment).filter(is_asked | is_public)

    def in_force(self) -> "BridgingProposalQuerySet":
        """Those that were not discarded."""
        return self.filter(discarded_at=None)

    def with_texts(self) -> "BridgingProposalQuerySet":
        """With the text, paragraph and desk step of each, which names and rules need: one query."""
        return self.select_related("wording__revision__draft", "paragraph__draft", "taken_by")


class BridgingProposal(models.Model):
    """Words for a paragraph: the facilitators' own draft until they ask delegations about it."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    consultation = models.ForeignKey(
        Consultation, models.PROTECT, related_name="bridging_proposals"
    )
    # The circulated words that it would replace: delegations read it as a change of these.
    wording = models.ForeignKey(Wording, models.PROTECT, related_name="bridging_proposals")
    # The paragraph of `wording`.
    paragraph = models.ForeignKey(Paragraph, models.PROTECT, related_name="bridging_proposals")
    text = models.TextField(_("bridging words"), validators=[MaxLengthValidator(MAX_FIELD_LENGTH)])
    # Rises with each change, so that nobody overwrites what they have not seen.
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    discarded_at = models.DateTimeField(null=True, blank=True, editable=False)

    # When delegations were asked, until when, and who reads the answers; empty in a draft.
    asked_at = models.DateTimeField(null=True, blank=True, editable=False)
    deadline = models.DateTimeField(_("answers by"), null=True, blank=True)
    answers_seen_by = models.CharField(
        _("answers are visible to"), max_length=20, choices=AnswersSeenBy, blank=True
    )
    closed_at = models.DateTimeField(null=True, blank=True, editable=False)
    # The step of the desk that set these words into the working text; empty until then.
    taken_by = models.ForeignKey(
        DeskStep, models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )

    history = recorded_history()
    objects = BridgingProposalQuerySet.as_manager()

    class Meta:
        verbose_name = _("bridging proposal")
        verbose_name_plural = _("bridging proposals")
        ordering = ["-created_at", "-pk"]
        indexes = [models.Index("consultation", "paragraph", name="bridging_on_paragraph")]
        constraints = [
            models.CheckConstraint(
                condition=Q(asked_at=None, deadline=None, answers_seen_by="")
                | Q(asked_at__isnull=False, deadline__gt=F("asked_at")) & ~Q(answers_seen_by=""),
                name="bridging_asked_until_and_for_whom",
            ),
            models.CheckConstraint(
                condition=Q(closed_at=None) | Q(closed_at__gt=F("deadline")),
                name="bridging_closed_after_its_deadline",
            ),
            models.CheckConstraint(
                condition=Q(discarded_at=None) | Q(asked_at=None),
                name="bridging_asked_is_never_discarded",
            ),
        ]

    def __str__(self) -> str:
        return str(self.public_id)

    @property
    def state(self) -> BridgingState:
        if self.discarded_at:
            return BridgingState.DISCARDED
        if self.question_closed_at:
            return BridgingState.CLOSED
        return BridgingState.ASKED if self.asked_at else BridgingState.DRAFTED

    @property
    def question_closed_at(self) -> datetime | None:
        """When answers were last accepted: until the facilitators closed the question, or else
        until the text was adopted. None before, and for a draft. Needs `paragraph__draft`."""
        return self.closed_at or (self.adopted_at if self.asked_at else None)

    @property
    def is_incorporated(self) -> bool:
        """Whether its words were set into the working text, by a step that was not undone.

        They may have been edited there since. Needs `taken_by`.
        """
        return self.taken_by is not None and self.taken_by.undone_at is None

    @property
    def adopted_at(self) -> datetime | None:
        """When the text was adopted. Needs `paragraph__draft`."""
        return self.paragraph.draft.adopted_at


class AskedSeatQuerySet(models.QuerySet["AskedSeat"]):
    """Facilitators and the secretariat read who is asked; a delegation reads that it is asked.

    A delegation reads who else is asked, also those who did not answer, once it may read others'
    answers.
    """

    def visible_to(self, access: "Access") -> "AskedSeatQuerySet":
        asked_seats = self.filter(proposal__consultation=access.consultation)
        if access.reads_all:
            return asked_seats
        return asked_seats.filter(readable_answers_filter(access))

    def for_own_seats(self, access: "Access") -> "AskedSeatQuerySet":
        """The rows of the own delegation, and of the groups in whose rooms it sits."""
        return self.filter(
            seat__in=access.own_and_group_seat_ids, proposal__asked_at__lte=access.moment
        )


class AskedSeat(models.Model):
    """A delegation or group that is asked whether it can live with the words. Written once."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    proposal = models.ForeignKey(BridgingProposal, models.PROTECT, related_name="asked")
    seat = models.ForeignKey(Seat, models.PROTECT, related_name="asked_on_bridging")

    objects = AskedSeatQuerySet.as_manager()

    class Meta:
        verbose_name = _("delegation asked")
        verbose_name_plural = _("delegations asked")
        ordering = ["seat__rank", "seat__sort_key", "pk"]  # groups, then States, …, by English name
        constraints = [
            models.UniqueConstraint("proposal", "seat", name="bridging_seat_asked_once"),
        ]

    def __str__(self) -> str:
        return str(self.public_id)

    @property
    def consultation_id(self) -> int:
        """For `access`, which reads it of every row. Needs `proposal`."""
        return self.proposal.consultation_id

    @property
    def adopted_at(self) -> datetime | None:
        """When the text was adopted. Needs `proposal__paragraph__draft`."""
        return self.proposal.adopted_at


class BridgingStance(models.TextChoices):
    """Whether a delegation can live with the words."""

    YES = "yes", _("Yes")
    YES_WITH = "yes_with", _("Yes, with a change")
    NO = "no", _("No")


class BridgingAnswerQuerySet(models.QuerySet["BridgingAnswer"]):
    """Answers: a delegation reads its own, and others' where and when that was announced."""

    def visible_to(self, access: "Access") -> "BridgingAnswerQuerySet":
        answers = self.filter(asked__proposal__consultation=access.consultation)
        if access.reads_all:
            return answers
        return answers.filter(readable_answers_filter(access, "asked__"))

    def in_force(self) -> "BridgingAnswerQuerySet":
        """The last answer of each asked seat."""
        return self.filter(replaced_at=None)


class BridgingAnswer(models.Model):
    """A delegation's official answer. Written once; a change of mind is a new row."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    asked = models.ForeignKey(AskedSeat, models.PROTECT, related_name="answers")
    stance = models.CharField(_("answer"), max_length=10, choices=BridgingStance)
    # The words that it can live with instead; empty with a plain yes, or a no with a reason alone.
    words = models.TextField(
        _("your words"), blank=True, validators=[MaxLengthValidator(MAX_FIELD_LENGTH)]
    )
    reason = models.TextField(
        _("reason"), blank=True, validators=[MaxLengthValidator(MAX_FIELD_LENGTH)]
    )
    language = models.CharField(max_length=7, choices=LANGUAGES, default="en")
    answered_at = models.DateTimeField(default=timezone.now, editable=False)
    answered_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    # In which capacity it was given, in words: "focal point, Portugal".
    capacity = models.CharField(max_length=300)
    is_late = models.BooleanField(default=False)
    replaced_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = BridgingAnswerQuerySet.as_manager()

    class Meta:
        verbose_name = _("answer to a bridging proposal")
        verbose_name_plural = _("answers to bridging proposals")
        ordering = ["answered_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                "asked", condition=Q(replaced_at=None), name="bridging_answer_in_force_once"
            ),
        ]

    def __str__(self) -> str:
        return self.get_stance_display()


def closed_question_filter(access: "Access", prefix: str = "") -> Q:
    """The condition on proposals whose question is closed: `question_closed_at` in SQL.

    It holds for drafts on an adopted text too. `prefix` leads to the proposal, as in "proposal__".
    """
    is_closed = Q(**{f"{prefix}closed_at__lte": access.moment})
    return is_closed | Q(**{f"{prefix}paragraph__draft__adopted_at__lte": access.moment})


def readable_answers_filter(access: "Access", prefix: str = "") -> Q:
    """The condition on asked seats whose answers a delegation reads.

    Its own and those of its groups at once; others once the question is closed, if that was
    announced when they were asked (domain, rule 3). `prefix` is the lookup that leads from the rows
    that are filtered to the asked seat, as in "asked__".
    """
    own_asked_seats = AskedSeat.objects.for_own_seats(access)
    proposal_lookup = f"{prefix}proposal__"
    is_own = Q(
        **{
            f"{prefix}seat__in": access.own_and_group_seat_ids,
            f"{proposal_lookup}asked_at__lte": access.moment,
        }
    )
    is_closed = closed_question_filter(access, proposal_lookup)
    is_shown_to_all = Q(**{f"{proposal_lookup}answers_seen_by": AnswersSeenBy.ALL})
    is_shown_to_asked = Q(
        **{f"{proposal_lookup}answers_seen_by": AnswersSeenBy.ASKED},
        **{f"{prefix}proposal__in": own_asked_seats.values("proposal")},
    )
    return is_own | (is_closed & (is_shown_to_all | is_shown_to_asked))
