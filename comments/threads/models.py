"""What stays inside a delegation: notes on its comments, whom they name, and words being typed."""

import uuid
from typing import TYPE_CHECKING

from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from comments.inputs.models import Comment
from consultations.models import Consultation, Seat
from delegations.history import recorded_history
from delegations.models import Post, User
from drafts.models import Wording

if TYPE_CHECKING:
    from consultations.rules.access import Access

MAX_NOTE_LENGTH = 5_000  # characters; also of a line of minutes and of the note of a review task


class NoteQuerySet(models.QuerySet["Note"]):
    """Notes; only those among whom they were written read them, now and later."""

    def visible_to(self, access: "Access") -> "NoteQuerySet":
        """Those written in the own delegation, or in the room of a group in which it sits."""
        return self.filter(
            comment__consultation=access.consultation, written_in__in=access.own_and_group_seat_ids
        )


class Note(models.Model):
    """An internal note on a comment, or the reason for which a draft was sent back."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    comment = models.ForeignKey(Comment, models.PROTECT, related_name="notes")
    # The body whose people read it: the delegation, or the group in whose room it was written.
    written_in = models.ForeignKey(Seat, models.PROTECT, related_name="+")
    author = models.ForeignKey(User, models.PROTECT, related_name="+")
    text = models.TextField(_("note"), validators=[MaxLengthValidator(MAX_NOTE_LENGTH)])
    is_return = models.BooleanField(_("reason for sending it back"), default=False)
    written_at = models.DateTimeField(default=timezone.now, editable=False)

    history = recorded_history()
    objects = NoteQuerySet.as_manager()

    class Meta:
        verbose_name = _("internal note")
        verbose_name_plural = _("internal notes")
        ordering = ["written_at", "pk"]

    def __str__(self) -> str:
        return str(self.public_id)


class MentionQuerySet(models.QuerySet["Mention"]):
    """Mentions: of the reader alone, in notes that they may read."""

    def visible_to(self, access: "Access") -> "MentionQuerySet":
        return self.filter(
            user=access.user, note__in=Note.objects.visible_to(access).order_by().values("pk")
        )


class Mention(models.Model):
    """A colleague whom a note names, and when they saw it."""

    note = models.ForeignKey(Note, models.PROTECT, related_name="mentions")
    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    seen_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = MentionQuerySet.as_manager()

    class Meta:
        verbose_name = _("colleague named in a note")
        verbose_name_plural = _("colleagues named in notes")
        ordering = ["pk"]
        indexes = [models.Index("user", condition=Q(seen_at=None), name="mention_unseen")]
        constraints = [models.UniqueConstraint("note", "user", name="mention_once")]

    def __str__(self) -> str:
        return f"{self.note_id}: {self.user_id}"


class AutosaveQuerySet(models.QuerySet["Autosave"]):
    """Words that are being typed: read by the person who types them, in the same capacity."""

    def visible_to(self, access: "Access") -> "AutosaveQuerySet":
        return self.filter(
            consultation=access.consultation, user=access.user, capacity=access.capacity.key
        )

    def countable_by(self, access: "Access", post: Post) -> "AutosaveQuerySet":
        """What the holder of a post is typing, for colleagues to count, without the words.

        In every consultation, since a post is handed over in all. None for other delegations, and
        none for facilitators, whose `access.delegation` is only the one they come from.
        """
        if access.delegation is None or not access.is_delegate:
            return self.none()
        is_colleague = access.delegation.pk == post.delegation_id
        autosaves = self.filter(user=post.user_id, capacity=access.capacity.key)
        return autosaves.defer("words") if is_colleague else self.none()


class Autosave(models.Model):
    """What a person types and has not saved yet, so that a closed page loses nothing.

    Not part of the record: it has no history, and is deleted when the words are saved as a draft,
    are no longer wanted, or are old.
    """

    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    # The capacity in which they type, by its key (`Capacity.key`).
    capacity = models.CharField(max_length=60)
    consultation = models.ForeignKey(Consultation, models.PROTECT, related_name="+")
    wording = models.ForeignKey(Wording, models.PROTECT, related_name="+")
    # The comment that is being changed; empty while a new one is written.
    comment = models.ForeignKey(Comment, models.PROTECT, null=True, blank=True, related_name="+")
    # The form's fields as they were typed, by name.
    words = models.JSONField(default=dict)
    saved_at = models.DateTimeField(default=timezone.now)

    objects = AutosaveQuerySet.as_manager()

    class Meta:
        db_table = "comments_typing"  # the model's first name; a table is not renamed for a word
        verbose_name = _("words being typed")
        verbose_name_plural = _("words being typed")
        constraints = [
            models.UniqueConstraint(
                "user", "capacity", "wording", condition=Q(comment=None), name="typing_new_once"
            ),
            models.UniqueConstraint("user", "capacity", "comment", name="typing_of_comment_once"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.saved_at}"
