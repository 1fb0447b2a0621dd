"""Inputs, and what is said on them, as the API returns and accepts them."""

from collections.abc import Iterable
from functools import partial
from typing import Any

from django.db.models import F, QuerySet
from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from comments.models import (
    MAX_NOTE_LENGTH,
    Acknowledgement,
    Comment,
    CommentKind,
    CommentState,
    CommentType,
    Disposition,
    Note,
    ReceivedVia,
    Reply,
)
from comments.threads.queries import ShownComment, shown_comment, with_answers
from comments.threads.shown_answers import ShownReview
from consultations.models import Consent, Seat
from consultations.rules.access import Access
from consultations.rules.placeholder_reader import MOMENT, placeholder_reader
from consultations.time.wall_clock import require_year
from delegations.kept_statements import KeptStatement, ids_as_array, is_in_id_array
from delegations.models import LANGUAGES
from drafts.text.names import name_of_wording


class VerbatimField(serializers.CharField):
    """Text kept as received: spaces, brackets, line breaks (domain, rule 17); may be empty."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("allow_blank", True)
        super().__init__(trim_whitespace=False, **options)


# --- What is returned of an input ----------------------------------------------------------------


# The name that the published schema has for it, which programs may rely on.
@extend_schema_serializer(component_name="Body")
class SeatSerializer(serializers.Serializer[Any]):
    """A delegation or group, under the name it sits under."""

    code = serializers.CharField()
    name = serializers.CharField()


class ReplySerializer(serializers.Serializer[Any]):
    """An official answer; `who` is empty where the facilitators reply."""

    id = serializers.UUIDField()
    who = serializers.CharField()
    text = serializers.CharField()
    language = serializers.CharField()
    at = serializers.DateTimeField()
    withdrawn_at = serializers.DateTimeField(allow_null=True)


class AlignmentSerializer(serializers.Serializer[Any]):
    """A delegation that associates itself with the input."""

    id = serializers.UUIDField()
    who = serializers.CharField()
    reservation = serializers.CharField()


@extend_schema_serializer(component_name="Answer")
class ReviewOfInputSerializer(serializers.Serializer[Any]):
    """The facilitators' latest answer that the reader may see."""

    id = serializers.UUIDField()
    disposition = serializers.ChoiceField(Disposition.choices)
    observation = serializers.CharField()
    decided_at = serializers.DateTimeField()
    published_at = serializers.DateTimeField(allow_null=True)
    stance = serializers.CharField(help_text="What the delegation answered: satisfied, maintains.")


class NoteSerializer(serializers.Serializer[Note]):
    """An internal note, read only in the delegation or group room where it was written."""

    id = serializers.UUIDField(source="public_id")
    who = serializers.CharField(source="author.name", help_text="The person who wrote it.")
    text = serializers.CharField()
    is_return = serializers.BooleanField(help_text="Whether it sent the draft back.")
    written_at = serializers.DateTimeField()


class CommentSerializer(serializers.Serializer[Any]):
    """An input, or one of the own delegation's drafts, with all that was said on it."""

    id = serializers.UUIDField()
    reference = serializers.CharField(help_text="The permanent number, PRT-7; empty for a draft.")
    state = serializers.ChoiceField(CommentState.choices)
    version = serializers.IntegerField(
        allow_null=True,
        help_text="Send it with a change. Told to the own delegation, or the group's room, only.",
    )
    draft = serializers.SlugField()
    revision = serializers.UUIDField()
    wording = serializers.UUIDField(help_text="The words it was made on.")
    paragraph = serializers.UUIDField()
    label = serializers.CharField(  # type: ignore[assignment]
        help_text="The paragraph's label in that revision."
    )
    citation = serializers.CharField(
        help_text="How the paragraph is cited in that revision, as no other of it."
    )
    round = serializers.UUIDField()
    delegation = SeatSerializer()
    filed_by = SeatSerializer(allow_null=True, help_text="Who filed it on behalf of a group.")
    members = serializers.ListField(
        child=serializers.CharField(), help_text="Of the group, as frozen at submission."
    )
    is_own = serializers.BooleanField()
    in_room = serializers.BooleanField(
        help_text="Drafted in the room of a group; told to those who sit in it."
    )
    silence_until = serializers.DateTimeField(
        allow_null=True, help_text="No objection by then means consent. Told in the room only."
    )
    silence_broken_at = serializers.DateTimeField(
        allow_null=True, help_text="A member objected. Told in the room only."
    )
    received_by = serializers.ChoiceField(
        [("", ""), *ReceivedVia.choices],
        help_text="How it reached the secretariat that entered it. Told to its delegation only.",
    )
    received_on = serializers.DateField(allow_null=True, help_text="Told to its delegation only.")
    kind = serializers.ChoiceField(CommentKind.choices)
    type = serializers.ChoiceField(CommentType.choices)
    proposed = serializers.CharField()
    redline = serializers.ListField(
        child=serializers.ListField(child=serializers.CharField()),
        help_text='From the wording to the proposed words. Pairs of "=", "-" or "+" and words.',
    )
    rationale = serializers.CharField()
    language = serializers.CharField(help_text="BCP 47 tag of the words.")
    read_in = serializers.CharField(help_text="Language in which the wording was read.")
    move_after = serializers.UUIDField(allow_null=True)
    consent = serializers.ChoiceField(
        [("", ""), *Consent.choices],
        help_text="What its delegation allows with it. Empty but for its own people, the room of "
        "the group in which it was drafted, the facilitators and the secretariat.",
    )
    edited_at = serializers.DateTimeField(allow_null=True, help_text="Of own inputs only.")
    submitted_at = serializers.DateTimeField(allow_null=True)
    is_late = serializers.BooleanField()
    receipt = serializers.UUIDField(
        allow_null=True, help_text="Of its submission. Told to the delegation that submitted it."
    )
    replaces = serializers.CharField(
        help_text="Of a draft: the number of the input that it replaces once it is submitted."
    )
    supersedes = serializers.UUIDField(allow_null=True)
    superseded_by = serializers.UUIDField(allow_null=True)
    withdrawn_at = serializers.DateTimeField(allow_null=True)
    withdrawal_reason = serializers.CharField()
    alignments = AlignmentSerializer(many=True)
    replies = ReplySerializer(many=True)
    review = ReviewOfInputSerializer(allow_null=True)

    def to_representation(self, row: Any) -> dict[str, Any]:
        # By hand: going through the fields would take most of the time of a list.
        return comment_payload(row, self.context["access"])


def set_empty_annotations(comment: Any) -> Any:
    """Set on a row just written, without a query, what `read_comments` would annotate it with.

    Returns the row. Only for a draft, or an input submitted this moment, that its own seat filed
    (as a draft in a group's room is filed by the group), that names no other paragraph and
    supersedes nothing. Needs `seat`, `filed_by`, `round`, `wording__revision`, `paragraph__draft`.
    """
    comment.member_names = comment.alignment_items = comment.reply_items = []
    comment.review_items = comment.closure_items = []
    comment.move_label = ""
    comment.move_after_public_id = comment.supersedes_public_id = None
    comment.superseded_by_public_id = None
    comment.receipt_public_id = comment.receipt.public_id if comment.receipt_id else None
    return comment


def comment_payload(comment: Any, access: Access) -> dict[str, Any]:
    """An input read by `read_comments`, as `CommentSerializer` describes it.

    Only its delegation, or the group's room, is told its version and when it was edited.
    """
    shown = shown_comment(comment)
    is_own = access.owns(comment)
    # Its own people, and those in the room of the group that it was drafted in.
    is_insider = access.may_read_drafting_history(comment)
    return {
        "id": shown.public_id,
        "reference": shown.reference,
        "state": shown.state.value,
        "version": comment.version if is_own else None,
        "draft": comment.paragraph.draft.slug,
        "revision": comment.wording.revision.public_id,
        "wording": comment.wording.public_id,
        "paragraph": comment.paragraph.public_id,
        "label": comment.wording.label,
        "citation": name_of_wording(comment.wording),
        "round": comment.round.public_id,
        "delegation": _seat_fields(comment.seat),
        "filed_by": _seat_fields(comment.filed_by)
        if comment.filed_by_id != comment.seat_id
        else None,
        "members": shown.member_names,
        # Also what the delegation filed for a group, or what it acts on for its group today.
        "is_own": is_own or access.has_on_record(comment),
        "in_room": comment.in_room and is_insider,
        "silence_until": comment.silence_until if is_insider else None,
        "silence_broken_at": comment.silence_broken_at if is_insider else None,
        "received_by": comment.received_by if is_own else "",
        "received_on": comment.received_on if is_own else None,
        "kind": shown.kind.value,
        "type": shown.type.value,
        "proposed": comment.proposed,
        "redline": comment.redline,
        "rationale": comment.rationale,
        "language": comment.language,
        "read_in": comment.read_in,
        "move_after": comment.move_after_public_id,
        "consent": comment.consent if is_insider or access.reads_all else "",
        "edited_at": comment.edited_at if is_own else None,
        "submitted_at": comment.submitted_at,
        "is_late": comment.is_late,
        "receipt": comment.receipt_public_id if is_own else None,
        "replaces": comment.replaced_reference,
        "supersedes": comment.supersedes_public_id,
        "superseded_by": comment.superseded_by_public_id,
        "withdrawn_at": comment.withdrawn_at,
        "withdrawal_reason": comment.withdrawal_reason,
        **_attached_fields(shown),
    }


def _seat_fields(seat: Seat) -> dict[str, str]:
    return {"code": seat.code, "name": seat.name}


def _attached_fields(shown: ShownComment) -> dict[str, Any]:
    """The alignments, replies and review of an input that this reader may see."""
    return {
        "alignments": [
            {"id": item.public_id, "who": item.delegation_name, "reservation": item.reservation}
            for item in shown.alignments
        ],
        "replies": [
            {
                "id": item.public_id,
                "who": item.delegation_name,
                "text": item.text,
                "language": item.language,
                "at": item.moment,
                "withdrawn_at": item.withdrawn_at,
            }
            for item in shown.replies
        ],
        "review": _review_fields(shown.review) if shown.review else None,
    }


def _review_fields(review: ShownReview) -> dict[str, Any]:
    return {
        "id": review.public_id,
        "disposition": review.disposition,
        "observation": review.observation,
        "decided_at": review.decided_at,
        "published_at": review.published_at,
        "stance": review.stance,
    }


def reply_payload(reply: Reply) -> dict[str, Any]:
    """A reply just made or withdrawn, as `ReplySerializer` describes it. Needs `seat`."""
    return {
        "id": reply.public_id,
        "who": reply.seat.name if reply.seat else "",
        "text": reply.text,
        "language": reply.language,
        "at": reply.created_at,
        "withdrawn_at": reply.withdrawn_at,
    }


# --- What is accepted ----------------------------------------------------------------------------


class CommentContentInputSerializer(serializers.Serializer[Any]):
    """What an input says. Fields may hold at most 20,000 characters."""

    kind = serializers.ChoiceField(CommentKind.choices)
    type = serializers.ChoiceField(CommentType.choices, required=False)
    proposed = VerbatimField(required=False, help_text="The whole paragraph as it should read.")
    rationale = VerbatimField(
        required=False, help_text="The reason, apart from the proposed words."
    )
    language = serializers.ChoiceField(LANGUAGES, required=False, help_text="Of the words.")
    move_after = serializers.UUIDField(
        required=False, allow_null=True, help_text="For `move`: the paragraph to stand after."
    )
    consent = serializers.ChoiceField(
        Consent.choices,
        required=False,
        help_text="What the delegation allows with it, as far as the round offers it. "
        "A new version keeps that of the input it replaces.",
    )


class DraftCommentInputSerializer(CommentContentInputSerializer):
    """A draft comment on one wording."""

    wording = serializers.UUIDField(help_text="The words that were read.")
    read_in = serializers.ChoiceField(LANGUAGES, required=False)
    on_behalf_of = serializers.CharField(
        required=False,
        help_text="Code of a group whose mandate the delegation holds, or in whose room it sits; "
        "left out for its own.",
    )
    in_room = serializers.BooleanField(
        required=False, help_text="Draft it in the group's room: its members read and change it."
    )
    submit = serializers.BooleanField(
        required=False, help_text="Submit it at once; where that is refused, nothing is saved."
    )


class EditCommentInputSerializer(CommentContentInputSerializer):
    """A change to a draft; what is left out stays as it is."""

    kind = serializers.ChoiceField(CommentKind.choices, required=False)
    on_behalf_of = serializers.CharField(required=False)
    version = serializers.IntegerField(
        required=False,
        min_value=1,
        help_text="The version that was read; or send it as If-Match. 409 if it is not the latest.",
    )


class StaleSerializer(serializers.Serializer[Any]):
    """Nothing was written. If somebody else saved meanwhile, `stands` is the comment as stored."""

    detail = serializers.CharField()
    stands = CommentSerializer(required=False)


class SetSilenceInputSerializer(serializers.Serializer[Any]):
    """Until when the members of a group may object."""

    until = serializers.DateTimeField(
        validators=[require_year],
        help_text="After now; and before the round ends, unless its deadline has passed.",
    )


class ObjectToDraftInputSerializer(serializers.Serializer[Any]):
    """Why a member objects; read in the room alone."""

    reason = VerbatimField(required=False)


class ObjectionSerializer(serializers.Serializer[Any]):
    """A member's objection to a group's draft; it also counts as withdrawn at a new silence."""

    id = serializers.UUIDField(source="public_id")
    who = serializers.CharField(source="seat.name")
    reason = serializers.CharField()
    raised_at = serializers.DateTimeField()
    withdrawn_at = serializers.DateTimeField(allow_null=True)


class OptOutSerializer(serializers.Serializer[Any]):
    """A member that dissociates itself from a group's input by name."""

    id = serializers.UUIDField(source="public_id")
    who = serializers.CharField(source="seat.name")
    opted_at = serializers.DateTimeField()


class SubmitCommentsInputSerializer(serializers.Serializer[Any]):
    """Drafts to submit in one act: all of them or none, numbered in this order."""

    comments = serializers.ListField(
        child=serializers.UUIDField(), allow_empty=False, max_length=500
    )


class ReturnCommentInputSerializer(serializers.Serializer[Any]):
    """Why a draft goes back to its drafters."""

    reason = serializers.CharField(max_length=MAX_NOTE_LENGTH)


class WriteNoteInputSerializer(serializers.Serializer[Any]):
    """An internal note on an own comment."""

    text = VerbatimField(max_length=MAX_NOTE_LENGTH)


class WithdrawCommentInputSerializer(serializers.Serializer[Any]):
    """Why an input is withdrawn; the reason stays in the record with the input."""

    reason = serializers.CharField(max_length=1000)


class ReplyInputSerializer(serializers.Serializer[Any]):
    """An official answer to an input."""

    text = VerbatimField()
    language = serializers.ChoiceField(LANGUAGES, required=False)


class AlignInputSerializer(serializers.Serializer[Any]):
    """Aligns the delegation with an input, with a reservation if it has one."""

    reservation = VerbatimField(required=False)


class ReviewInputSerializer(serializers.Serializer[Any]):
    """The facilitators' answer, seen by them and the secretariat until it is published."""

    disposition = serializers.ChoiceField(Disposition.choices)
    observation = VerbatimField(required=False)


class AcknowledgeInputSerializer(serializers.Serializer[Any]):
    """The delegation's answer to a published review."""

    stance = serializers.ChoiceField(Acknowledgement.Stance.choices)
    note = VerbatimField(required=False)


# --- Inputs read for it --------------------------------------------------------------------------


# An array, not `__in`: that would have as many parameters as ids, so that no statement could be
# kept. `= ANY`, not `ids_in_array`: PostgreSQL would join that table of ids after all other tables.
IS_AMONG_IDS = is_in_id_array("pk", "comment_ids")


def read_comments(access: Access) -> QuerySet[Comment]:
    """The comments that this capacity may read, with their answers: one query for any number."""
    return with_public_ids(with_answers(access, Comment.objects.visible_to(access)))


def with_public_ids(comments: Any) -> QuerySet[Comment]:
    """Comments with the public ids of the rows they refer to, for `comment_payload`."""
    comments_with_public_ids: QuerySet[Comment] = comments.annotate(
        move_after_public_id=F("move_after__public_id"),
        supersedes_public_id=F("supersedes__public_id"),
        receipt_public_id=F("receipt__public_id"),
        superseded_by_public_id=F("successor__public_id"),
    )
    return comments_with_public_ids


def comments_by_id(access: Access, comment_ids: Iterable[int]) -> dict[int, Any]:
    """As `read_comments`, for ids just found among the comments `visible_to` the reader.

    Whether the reader may see them is not checked again.
    """
    comments = STATEMENT_BY_READS_ALL[access.reads_all].run(
        comment_ids=ids_as_array(comment_ids), moment=access.moment
    )
    return {comment.pk: comment for comment in comments}


def _comments_with_answers(reads_all: bool) -> QuerySet[Comment]:
    """The comments of these ids with their answers, as a statement that is run again and again.

    Of a reader the answers depend on `reads_all` alone: the comments were found `visible_to` them.
    """
    reader = placeholder_reader(reads_all=reads_all, moment=MOMENT)
    return with_public_ids(with_answers(reader, Comment.objects.filter(IS_AMONG_IDS)))


# Django compiles each once in a process, which takes longer than to run it: one for those who read
# all inputs (facilitators, the secretariat), one for everybody else.
STATEMENT_BY_READS_ALL = {
    reads_all: KeptStatement(partial(_comments_with_answers, reads_all))
    for reads_all in (False, True)
}
