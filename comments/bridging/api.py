"""Bridging words over the API, with the same acts as the pages.

Facilitators write bridging words between the proposals on a paragraph, and ask delegations whether
they can live with them.

A write answers 201 where this request made the row, and 200 where an earlier request with the same
key did. The views tell them apart by the moment of the row: is it that of the request?
"""

from typing import Any
from uuid import UUID

from django.db.models import Prefetch, QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema, extend_schema_field, extend_schema_serializer
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from comments.bridging import acts
from comments.incorporating.queries import ParagraphOnDesk, paragraph_on_desk
from comments.inputs.requests import VersionedViewSet, named_seats, seat_filed_for, validated_body
from comments.models import (
    AnswersSeenBy,
    AskedSeat,
    BridgingAnswer,
    BridgingProposal,
    BridgingStance,
    BridgingState,
)
from comments.threads.serializers import SeatSerializer, VerbatimField
from consultations.api import IDEMPOTENCY_KEY, idempotency_key
from consultations.rules.access import Access, Act
from consultations.time.wall_clock import require_year
from delegations.models import LANGUAGES
from drafts.models import Wording


class BridgingAnswerSerializer(serializers.Serializer[Any]):
    """A delegation's official answer; the last one where it answered again."""

    stance = serializers.ChoiceField(BridgingStance.choices)
    words = serializers.CharField(help_text="The words that it can live with instead.")
    reason = serializers.CharField()
    language = serializers.CharField()
    answered_at = serializers.DateTimeField()
    is_late = serializers.BooleanField()


# The name that the published schema has for it, which programs may rely on.
@extend_schema_serializer(component_name="Asked")
class AskedSeatSerializer(serializers.Serializer[Any]):
    """A delegation that is asked, as far as the reader may know."""

    delegation = SeatSerializer(source="seat")
    answer = serializers.SerializerMethodField()

    @extend_schema_field(BridgingAnswerSerializer(allow_null=True))
    def get_answer(self, asked_seat: Any) -> Any:
        readable_answers = asked_seat.visible_answers  # at most one: that in force
        return BridgingAnswerSerializer(readable_answers[0]).data if readable_answers else None


class BridgingSerializer(serializers.Serializer[Any]):
    """The facilitators' words for one paragraph, and who is asked about them."""

    id = serializers.UUIDField(source="public_id")
    draft = serializers.SlugField(source="paragraph.draft.slug")
    revision = serializers.UUIDField(source="wording.revision.public_id")
    wording = serializers.UUIDField(
        source="wording.public_id", help_text="What the words would replace."
    )
    paragraph = serializers.UUIDField(source="paragraph.public_id")
    text = serializers.CharField()
    state = serializers.ChoiceField(BridgingState.choices)
    version = serializers.IntegerField(help_text="Send it with a change, and to ask.")
    asked_at = serializers.DateTimeField(allow_null=True)
    deadline = serializers.DateTimeField(allow_null=True)
    answers_seen_by = serializers.ChoiceField(
        [("", ""), *AnswersSeenBy.choices], help_text="Empty until delegations are asked."
    )
    closed_at = serializers.DateTimeField(source="question_closed_at", allow_null=True)
    is_taken = serializers.SerializerMethodField(
        help_text=(
            "Whether the words were incorporated into the working text by a step that was not "
            "undone; they may have been edited since. Null for those who do not read it."
        )
    )
    asked = AskedSeatSerializer(source="visible_asked_seats", many=True)

    def get_is_taken(self, proposal: BridgingProposal) -> bool | None:
        access: Access = self.context["access"]
        return proposal.is_incorporated if access.reads_all else None


class DraftBridgingInputSerializer(serializers.Serializer[Any]):
    """New bridging words for a paragraph of the latest revision."""

    wording = serializers.UUIDField()
    text = VerbatimField()


class EditBridgingInputSerializer(serializers.Serializer[Any]):
    """Other words in place of those of a draft."""

    text = VerbatimField()
    version = serializers.IntegerField(min_value=1, help_text="The one that was read.")


class AskOnBridgingInputSerializer(serializers.Serializer[Any]):
    """Whom to ask, until when, and who reads the answers: set once, for good."""

    delegations = serializers.ListField(
        child=serializers.CharField(), allow_empty=False, max_length=500, help_text="Their codes."
    )
    deadline = serializers.DateTimeField(validators=[require_year])
    answers_seen_by = serializers.ChoiceField(AnswersSeenBy.choices)
    version = serializers.IntegerField(min_value=1, help_text="The one that was read.")


class BridgedParagraphSerializer(serializers.Serializer[Any]):
    """The paragraph of the working text that the words would replace."""

    paragraph = serializers.UUIDField(source="public_id")
    version = serializers.IntegerField(help_text="Send it to put the words in.")
    text = serializers.CharField()
    is_standing = serializers.BooleanField(
        help_text="If not, it was deleted in the working text: no words can be put in."
    )


class IncorporateBridgingInputSerializer(serializers.Serializer[Any]):
    """Puts the words into the working text, if the paragraph there is still as it was read."""

    version = serializers.IntegerField(
        min_value=1, help_text="The one of the paragraph in the working text that was read."
    )


class AnswerBridgingInputSerializer(serializers.Serializer[Any]):
    """The own delegation's answer, or that of a group that it coordinates."""

    stance = serializers.ChoiceField(BridgingStance.choices)
    words = VerbatimField(required=False)
    reason = VerbatimField(required=False)
    language = serializers.ChoiceField(LANGUAGES, required=False)
    on_behalf_of = serializers.CharField(required=False, help_text="Code of the group.")


class BridgingViewSet(VersionedViewSet[BridgingProposal]):
    """Bridging words that the reader may see, newest first."""

    queryset = BridgingProposal.objects.none()  # names the model; see get_queryset
    serializer_class = BridgingSerializer
    filter_backends = []

    def get_queryset(self) -> QuerySet[BridgingProposal]:
        answers = BridgingAnswer.objects.visible_to(self.access).in_force()
        asked_seats = AskedSeat.objects.visible_to(self.access).select_related("seat")
        return (
            BridgingProposal.objects.visible_to(self.access)
            .in_force()
            .with_texts()
            .prefetch_related(
                Prefetch(
                    "asked",
                    asked_seats.prefetch_related(Prefetch("answers", answers, "visible_answers")),
                    "visible_asked_seats",
                )
            )
            .order_by("-created_at", "-pk")
        )

    @extend_schema(
        request=DraftBridgingInputSerializer,
        responses={201: BridgingSerializer, 200: BridgingSerializer},
        parameters=[IDEMPOTENCY_KEY],
    )
    def create(self, request: Request, slug: str) -> Response:
        """Write bridging words; facilitators alone see them until delegations are asked."""
        body = validated_body(DraftBridgingInputSerializer, request)
        wordings = Wording.objects.visible_to(self.access)
        wordings = wordings.select_related("revision__draft", "paragraph__draft")
        wording = get_object_or_404(wordings, public_id=body["wording"])
        created_proposal = acts.draft_bridging(
            access=self.access,
            wording=wording,
            text=body["text"],
            form_key=idempotency_key(request),
        )
        return self._response(
            created_proposal, is_new=created_proposal.created_at == self.access.moment
        )

    @extend_schema(request=EditBridgingInputSerializer, responses=BridgingSerializer)
    def partial_update(self, request: Request, slug: str, id: UUID) -> Response:
        """Change the words of a draft."""
        proposal, body = self.get_object(), validated_body(EditBridgingInputSerializer, request)
        return self._response(acts.edit_bridging(access=self.access, proposal=proposal, **body))

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, slug: str, id: UUID) -> Response:
        """Discard a draft; it stays in the facilitators' record."""
        acts.discard_bridging(access=self.access, proposal=self.get_object())
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(request=AskOnBridgingInputSerializer, responses=BridgingSerializer)
    @action(detail=True, methods=["post"])
    def ask(self, request: Request, slug: str, id: UUID) -> Response:
        """Ask delegations whether they can live with the words; they are told by mail."""
        proposal, body = self.get_object(), validated_body(AskOnBridgingInputSerializer, request)
        seats = named_seats(self.access, body.pop("delegations"))
        asked_proposal = acts.ask_on_bridging(
            access=self.access, proposal=proposal, seats=seats, **body
        )
        return self._response(asked_proposal)

    @extend_schema(
        request=AnswerBridgingInputSerializer,
        responses={201: BridgingAnswerSerializer, 200: BridgingAnswerSerializer},
        parameters=[IDEMPOTENCY_KEY],
    )
    @action(detail=True, methods=["post"])
    def answer(self, request: Request, slug: str, id: UUID) -> Response:
        """Answer officially. Until the deadline a new answer replaces the one before."""
        proposal, body = self.get_object(), validated_body(AnswerBridgingInputSerializer, request)
        group_code = body.pop("on_behalf_of", "")
        seat = seat_filed_for(self.access, group_code) if group_code else self.access.seat
        asked_seats = AskedSeat.objects.for_own_seats(self.access).select_related(
            "proposal__paragraph__draft"
        )
        asked_seat = get_object_or_404(asked_seats, proposal=proposal, seat=seat)
        answer = acts.answer_bridging(
            access=self.access,
            asked_seat=asked_seat,
            content=acts.BridgingAnswerContent(**body),
            form_key=idempotency_key(request),
        )
        is_new = answer.answered_at == self.access.moment
        return Response(BridgingAnswerSerializer(answer).data, 201 if is_new else 200)

    @extend_schema(request=None, responses=BridgingSerializer)
    @action(detail=True, methods=["post"])
    def close(self, request: Request, slug: str, id: UUID) -> Response:
        """End the time for answers, once the deadline has passed."""
        return self._response(acts.close_bridging(access=self.access, proposal=self.get_object()))

    @extend_schema(responses=BridgedParagraphSerializer)
    @action(
        detail=True,
        methods=["get"],
        url_path="take",
        url_name="take",
        pagination_class=None,
    )
    def paragraph_to_change(self, request: Request, slug: str, id: UUID) -> Response:
        """What the working text says where the words would go."""
        on_desk = self._paragraph_on_desk(self.get_object())
        paragraph = on_desk.paragraph
        paragraph_fields = {
            "public_id": paragraph.public_id,
            "version": paragraph.version,
            "text": paragraph.text,
            "is_standing": on_desk.is_in_text,
        }
        return Response(BridgedParagraphSerializer(paragraph_fields).data)

    @extend_schema(request=IncorporateBridgingInputSerializer, responses=BridgingSerializer)
    @paragraph_to_change.mapping.post
    def incorporate(self, request: Request, slug: str, id: UUID) -> Response:
        """Set the words into the working text, as one step that can be undone there."""
        proposal, body = (
            self.get_object(),
            validated_body(IncorporateBridgingInputSerializer, request),
        )
        paragraph = self._paragraph_on_desk(proposal).paragraph
        incorporated = acts.incorporate_bridging(
            access=self.access, proposal=proposal, paragraph=paragraph, **body
        )
        return self._response(incorporated)

    def _paragraph_on_desk(self, proposal: BridgingProposal) -> ParagraphOnDesk:
        """The paragraph of the working text; refuses who may not edit that text."""
        self.access.require(Act.EDIT_TEXT, on=proposal.paragraph.draft)
        return paragraph_on_desk(self.access, proposal.paragraph.public_id)

    def _response(self, stored_proposal: BridgingProposal, *, is_new: bool = False) -> Response:
        """The proposal after an act, read again with what this reader may see of it."""
        proposal = self.get_queryset().get(pk=stored_proposal.pk)
        return Response(self.get_serializer(proposal).data, 201 if is_new else 200)
