"""An input on its way: drafted, cleared, submitted; discarded, withdrawn or superseded."""

import uuid
from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from consultations.models import Consent, Consultation, Round, Seat
from consultations.rules.consent import unattributed_filter
from delegations.history import recorded_history
from delegations.models import LANGUAGES, Delegation, User
from drafts.models import Paragraph, Wording

if TYPE_CHECKING:
    from consultations.rules.access import Access

MAX_FIELD_LENGTH = 20_000  # characters


class CommentKind(models.TextChoices):
    """What an input asks for."""

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
# Kinds that can be incorporated into the text; the others ask for no change of it.
INCORPORABLE_KINDS = (
    CommentKind.REPLACE,
    CommentKind.ADD_AFTER,
    CommentKind.DELETE,
    CommentKind.MOVE,
)


class CommentType(models.TextChoices):
    """What an input concerns: the substance, technical matters, wording or translation."""

    SUBSTANTIVE = "substantive", _("substantive")
    TECHNICAL = "technical", _("technical")
    EDITORIAL = "editorial", _("editorial")
    TRANSLATION = "translation", _("translation")


class CommentState(models.TextChoices):
    """How far a comment is; derived from its moments."""

    DRAFTED = "drafted", _("drafted")
    CLEARED = "cleared", _("cleared")
    SUBMITTED = "submitted", _("submitted")
    WITHDRAWN = "withdrawn", _("withdrawn")
    SUPERSEDED = "superseded", _("superseded")
    DISCARDED = "discarded", _("discarded")


class ReceivedVia(models.TextChoices):
    """How an input reached the secretariat that entered it for a delegation."""

    LETTER = "letter", _("by letter")
    MAIL = "mail", _("by e-mail")
    ORALLY = "orally", _("orally, at a meeting")


# The order of a table of inputs.
TABLE_ORDER = ("seat__rank", "seat__sort_key", "seat_id", "number", "pk")


class CommentQuerySet(models.QuerySet["Comment"]):
    """Comments; every reading starts at `visible_to`."""

    def visible_to(
        self, access: "Access", rounds: Iterable[Round] | None = None
    ) -> "CommentQuerySet":
        """Submitted inputs as far as round and consent let this capacity read them; own drafts.

        Own are those of the delegation and of the group rooms in which it sits; discarded ones are
        left out. `rounds` are all of the consultation, where they were read already.
        """
        return self.filter(access.readable_inputs_filter(rounds=rounds))

    def unattributed_to(
        self, access: "Access", rounds: Iterable[Round] | None = None
    ) -> "CommentQuerySet":
        """Inputs of others without attribution: pages show only their words."""
        return self.filter(unattributed_filter(access, rounds))

    def own_record(self, access: "Access") -> "CommentQuerySet":
        """All that the own delegation wrote, discarded drafts too, and inputs it may act on.

        Those are inputs of groups that it coordinates today, whoever filed them.
        """
        return self.filter(access.own_record_filter(), consultation=access.consultation)

    def submitted(self) -> "CommentQuerySet":
        return self.filter(submitted_at__isnull=False)

    def in_force(self) -> "CommentQuerySet":
        """Submitted, and neither withdrawn nor replaced by a later version."""
        return self.submitted().filter(withdrawn_at=None, superseded_at=None)

    def unsubmitted(self) -> "CommentQuerySet":
        return self.filter(submitted_at=None, discarded_at=None)

    def as_at(self, moment: datetime) -> "CommentQuerySet":
        """The record at a moment: for each number its last version by then, withdrawn or not."""
        return self.filter(submitted_at__lte=moment).filter(
            Q(superseded_at=None) | Q(superseded_at__gt=moment)
        )

    def in_table_order(self) -> "CommentQuerySet":
        """Groups, States, observers, agencies, others; each in English alphabetical order."""
        return self.order_by(*TABLE_ORDER)


class Comment(models.Model):
    """An input of a delegation on one wording: a draft until its focal point submits it.

    In the database: `comments_comment_kept` (`comments_keep_comment`), `comments_comment_found`
    and `comments_comment_found_again` (`comments_find_comment`); see docs/testing.md.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    consultation = models.ForeignKey(Consultation, models.PROTECT, related_name="comments")
    wording = models.ForeignKey(Wording, models.PROTECT, related_name="comments")
    # The paragraph of `wording`.
    paragraph = models.ForeignKey(Paragraph, models.PROTECT, related_name="comments")
    round = models.ForeignKey(Round, models.PROTECT, related_name="comments")
    # The body whose input it is: a delegation, or the group on whose behalf it is made.
    seat = models.ForeignKey(Seat, models.PROTECT, related_name="comments")
    # The delegation that writes and submits it: `seat` itself, except for a group's input.
    filed_by = models.ForeignKey(Seat, models.PROTECT, related_name="filed_comments")
    author = models.ForeignKey(User, models.PROTECT, related_name="+")
    # Identifies the form or row of a kit that it came from, so that none is entered twice; a key
    # of its own where it came from neither.
    form_key = models.UUIDField(default=uuid.uuid4)
    # Rises with each write of this row. A new version of an input is a row of its own.
    version = models.PositiveIntegerField(default=1)

    kind = models.CharField(_("kind"), max_length=20, choices=CommentKind)
    type = models.CharField(
        _("type"), max_length=20, choices=CommentType, default=CommentType.SUBSTANTIVE
    )
    proposed = models.TextField(
        _("proposed wording"), blank=True, validators=[MaxLengthValidator(MAX_FIELD_LENGTH)]
    )
    rationale = models.TextField(
        _("rationale"), blank=True, validators=[MaxLengthValidator(MAX_FIELD_LENGTH)]
    )
    # Of a move: the paragraph behind which this one is to stand; may be left to the rationale.
    move_after = models.ForeignKey(
        Paragraph, models.PROTECT, null=True, blank=True, related_name="+"
    )
    language = models.CharField(
        _("language of the words"), max_length=7, choices=LANGUAGES, default="en"
    )
    # The language in which its drafter read the wording: that of the text, or of a translation.
    read_in = models.CharField(max_length=7, choices=LANGUAGES, default="en")
    # What the delegation allows with it, where its round lets it choose.
    consent = models.CharField(_("consent"), max_length=20, choices=Consent, default=Consent.ROUND)
    # [[op, words], …] from the wording to the proposed words, where op is "=", "-" or "+"; written
    # with the row. Empty for kinds that change no words of the text.
    redline = models.JSONField(default=list, blank=True)

    # Drafted in the group's room, which its members' delegations read; filed by the group's seat
    # until its coordinator submits it.
    in_room = models.BooleanField(default=False, editable=False)
    # The room's silence: no objection by its end means consent. A change of the words ends it.
    silence_from = models.DateTimeField(null=True, blank=True, editable=False)
    silence_until = models.DateTimeField(null=True, blank=True, editable=False)
    silence_broken_at = models.DateTimeField(null=True, blank=True, editable=False)
    # How and when the secretariat received it, which entered it for a delegation that answered on
    # paper, by mail or orally; empty for all others. Not by whom: a value of ReceivedVia.
    received_by = models.CharField(
        _("received"), max_length=10, choices=ReceivedVia, blank=True, editable=False
    )
    received_on = models.DateField(_("received on"), null=True, blank=True, editable=False)

    created_at = models.DateTimeField(default=timezone.now, editable=False)
    edited_at = models.DateTimeField(default=timezone.now, editable=False)
    # Waits for clearance, at its drafters' wish. Clearance and sending it back empty it.
    sent_for_clearance_at = models.DateTimeField(null=True, blank=True, editable=False)
    # The colleague of the same delegation who works on it now; empty where its author does.
    given_to = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )
    # Sent back to its drafters; the reason is a note. The next change or clearance empties it.
    returned_at = models.DateTimeField(null=True, blank=True, editable=False)
    cleared_at = models.DateTimeField(null=True, blank=True, editable=False)
    submitted_at = models.DateTimeField(null=True, blank=True, editable=False)
    is_late = models.BooleanField(default=False, editable=False)
    receipt = models.ForeignKey(
        "comments.Receipt",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="comments",
        editable=False,
    )
    # The 7 of PRT-7, which all versions of an input share; empty until submission.
    number = models.PositiveIntegerField(null=True, blank=True, editable=False)
    # The version that this one replaced; set when this one is submitted.
    supersedes = models.OneToOneField(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="successor",
        editable=False,
    )
    superseded_at = models.DateTimeField(null=True, blank=True, editable=False)
    # Of a draft of a new version: the number, in the same body, of the input that it is to replace.
    # It stays after submission, equal to `number`.
    amends = models.PositiveIntegerField(null=True, blank=True, editable=False)
    withdrawn_at = models.DateTimeField(null=True, blank=True, editable=False)
    # Always given at a withdrawal; empty before one.
    withdrawal_reason = models.CharField(_("reason"), max_length=1000, blank=True)
    discarded_at = models.DateTimeField(null=True, blank=True, editable=False)

    history = recorded_history(excluded_fields=("redline",))
    objects = CommentQuerySet.as_manager()

    class Meta:
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        ordering = ["pk"]
        indexes = [
            models.Index("paragraph", "seat", name="comment_on_paragraph"),
            # For counts: small, and read without the rows themselves.
            models.Index(
                "consultation",
                "paragraph",
                "round",
                # What `access.readable_inputs_filter` and the map of open inputs
                # (`comments/map/queries`) need, so that no row is read.
                include=[
                    "id",
                    "kind",
                    "filed_by",
                    "seat",
                    "submitted_at",
                    "discarded_at",
                    "consent",
                ],
                condition=Q(submitted_at__isnull=False, withdrawn_at=None, superseded_at=None),
                name="comment_standing",
            ),
            # For counting what is new to a reader, and the inputs and reviews of each text, again
            # without the rows themselves: it has what `access.readable_inputs_filter` needs.
            models.Index(
                "consultation",
                "submitted_at",
                include=[
                    "id",
                    "paragraph",
                    "round",
                    "filed_by",
                    "seat",
                    "discarded_at",
                    "superseded_at",
                    "withdrawn_at",
                    "consent",
                ],
                name="comment_said",
            ),
            models.Index(
                "filed_by",
                "paragraph",
                condition=Q(submitted_at=None, discarded_at=None),
                name="comment_unsent",
            ),
            # For searches in the order of the text, again without the rows themselves.
            models.Index(
                "consultation",
                "wording",
                include=[
                    "id",
                    "round",
                    "filed_by",
                    "seat",
                    "number",
                    "submitted_at",
                    "discarded_at",
                    "superseded_at",
                    "withdrawn_at",
                    "consent",
                ],
                name="comment_found",
            ),
        ]
        constraints = [
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
                condition=Q(amends=None) | Q(number=None) | Q(number=models.F("amends")),
                name="comment_amends_its_own_number",
            ),
            models.CheckConstraint(
                condition=Q(discarded_at=None) | Q(submitted_at=None),
                name="comment_submitted_is_never_discarded",
            ),
            models.CheckConstraint(
                condition=Q(silence_from=None, silence_until=None)
                | Q(in_room=True, silence_until__gt=models.F("silence_from")),
                name="comment_silence_in_a_room",
            ),
            models.CheckConstraint(
                condition=Q(received_by="", received_on=None)
                | ~Q(received_by="") & Q(received_on__isnull=False),
                name="comment_received_how_and_when",
            ),
        ]

    def __str__(self) -> str:
        return self.reference or str(self.public_id)

    @property
    def reference(self) -> str:
        """The permanent number, PRT-7; empty for a draft. Needs `seat`."""
        return f"{self.seat.code}-{self.number}" if self.number else ""

    @property
    def replaced_reference(self) -> str:
        """The number of the input that this draft is to replace; else empty. Needs `seat`."""
        return f"{self.seat.code}-{self.amends}" if self.amends and not self.number else ""

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
    def holder_id(self) -> int:
        """The person who works on the draft: who it was given to, else its author."""
        return self.given_to_id or self.author_id

    @property
    def is_returned(self) -> bool:
        """Whether it waits for its drafters again, after somebody sent it back."""
        return self.returned_at is not None

    @property
    def adopted_at(self) -> datetime | None:
        """When the text was adopted; None before. Needs `paragraph__draft`."""
        return self.paragraph.draft.adopted_at


class CommentMember(models.Model):
    """A member of the group whose input this is; frozen at submission, with the name of the day."""

    comment = models.ForeignKey(Comment, models.PROTECT, related_name="members")
    delegation = models.ForeignKey(Delegation, models.PROTECT, related_name="+")
    # The name of its seat in the consultation; without a seat, its short name.
    name = models.CharField(max_length=200)
    # Sorts the members byte by byte, so that every server has the same order (domain, rule 11).
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
