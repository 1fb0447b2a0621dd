"""What is said about the text, and the papers and mails made of it: one file a subject."""

from comments.models.activity import Activity, ActivityQuerySet
from comments.models.answers import (
    Acknowledgement,
    Alignment,
    Disposition,
    OnComment,
    Reply,
    Review,
    ReviewQuerySet,
)
from comments.models.comment import (
    LONGEST_FIELD,
    PROPOSING_KINDS,
    Comment,
    CommentKind,
    CommentMember,
    CommentQuerySet,
    CommentState,
    CommentType,
    ReceivedBy,
)
from comments.models.delegation_internal import LONGEST_NOTE, Autosave, Note
from comments.models.following import MailChoice, Often, Seen, Watch
from comments.models.group_room import LONGEST_REASON, Objection, OptOut
from comments.models.incorporation import Incorporation, IncorporationQuerySet
from comments.models.lexemes import CommentLexemes, CommentLexemesQuerySet
from comments.models.papers import Export, ExportQuerySet, Receipt

__all__ = [
    "LONGEST_FIELD",
    "LONGEST_NOTE",
    "LONGEST_REASON",
    "PROPOSING_KINDS",
    "Acknowledgement",
    "Activity",
    "ActivityQuerySet",
    "Alignment",
    "Autosave",
    "Comment",
    "CommentKind",
    "CommentLexemes",
    "CommentLexemesQuerySet",
    "CommentMember",
    "CommentQuerySet",
    "CommentState",
    "CommentType",
    "Disposition",
    "Export",
    "ExportQuerySet",
    "Incorporation",
    "IncorporationQuerySet",
    "MailChoice",
    "Note",
    "Objection",
    "Often",
    "OnComment",
    "OptOut",
    "Receipt",
    "ReceivedBy",
    "Reply",
    "Review",
    "ReviewQuerySet",
    "Seen",
    "Watch",
]
