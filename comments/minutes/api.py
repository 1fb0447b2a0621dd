"""Minutes over the API: begun, taken line by line, ended, issued; lines made drafts of inputs.

A write answers 201 where this request made the line or draft, and 200 where an earlier one did:
then the line or draft is of another moment than the request.
"""

from typing import Any
from uuid import UUID

import django_filters
from django.db.models import Model, QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from comments.inputs.requests import VersionedViewSet, named_seats, validated_body
from comments.minutes import acts
from comments.minutes.acts import decline_line, draft_from_line
from comments.models import MAX_NOTE_LENGTH, MinuteLine
from comments.threads.serializers import (
    CommentSerializer,
    SeatSerializer,
    VerbatimField,
    comment_payload,
    read_comments,
)
from consultations.api import IDEMPOTENCY_KEY, BaseConsultationViewSet, idempotency_key
from consultations.models import Meeting, Minutes, Seat
from consultations.rules.access import Act
from drafts.models import Paragraph


class MinutesSerializer(serializers.Serializer[Minutes]):
    """The minutes of a meeting; those who do not take them read them once they are issued."""

    meeting = serializers.UUIDField(source="meeting.public_id")
    title = serializers.CharField(source="meeting.title")
    begun_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True)
    issued_at = serializers.DateTimeField(allow_null=True)


class MinuteLineSerializer(serializers.Serializer[Any]):
    """Who said what, on which paragraph. It is no input until the delegation makes one of it."""

    id = serializers.UUIDField()
    meeting = serializers.UUIDField()
    paragraph = serializers.UUIDField(allow_null=True, help_text="Empty: on the whole text.")
    delegation = SeatSerializer(allow_null=True, help_text="Empty: the co-facilitators.")
    spoke_for = SeatSerializer(allow_null=True, help_text="The group for which it spoke.")
    words = serializers.CharField()
    said_at = serializers.DateTimeField()
    version = serializers.IntegerField(allow_null=True, help_text="Told to who takes minutes.")
    struck_at = serializers.DateTimeField(allow_null=True)
    offered_at = serializers.DateTimeField(
        allow_null=True, help_text="When its delegation was asked to make it an input."
    )
    declined_at = serializers.DateTimeField(allow_null=True)
    comment = serializers.UUIDField(
        allow_null=True, help_text="The draft or input made of it. Told to its delegation only."
    )

    def to_representation(self, line: Any) -> dict[str, Any]:
        access = self.context["access"]
        is_own = access.seat is not None and line.seat_id == access.seat.pk
        may_read_offer = is_own or access.reads_all
        return {
            "id": line.public_id,
            "meeting": line.minutes.meeting.public_id,
            "paragraph": line.paragraph.public_id if line.paragraph else None,
            "delegation": _seat_fields(line.seat),
            "spoke_for": _seat_fields(line.spoke_for),
            "words": line.words,
            "said_at": line.said_at,
            "version": line.version if access.reads_all else None,
            "struck_at": line.struck_at if access.reads_all else None,
            "offered_at": line.offered_at if may_read_offer else None,
            "declined_at": line.declined_at if may_read_offer else None,
            "comment": line.comment.public_id if is_own and line.is_taken_up else None,
        }


def _seat_fields(seat: Seat | None) -> dict[str, str] | None:
    return {"code": seat.code, "name": seat.name} if seat else None


class AddMinuteLineInputSerializer(serializers.Serializer[Any]):
    """Who said what: no delegation for the co-facilitators, no paragraph for the whole text."""

    words = VerbatimField(max_length=MAX_NOTE_LENGTH)
    paragraph = serializers.UUIDField(required=False)
    delegation = serializers.CharField(required=False, help_text="Its code.")
    spoke_for = serializers.CharField(required=False, help_text="Code of a group.")


class EditMinuteLineInputSerializer(serializers.Serializer[Any]):
    """A line as it should read; no `delegation` means the co-facilitators.

    Without `spoke_for` the delegation spoke for itself.
    """

    words = VerbatimField(max_length=MAX_NOTE_LENGTH)
    delegation = serializers.CharField(required=False, help_text="Its code.")
    spoke_for = serializers.CharField(required=False, help_text="Code of a group.")
    version = serializers.IntegerField(min_value=1, help_text="The one that was read.")


class MinuteLineFilter(django_filters.FilterSet):  # type: ignore[misc]
    """The lines of one meeting, or on one paragraph."""

    meeting = django_filters.UUIDFilter("minutes__meeting__public_id")
    paragraph = django_filters.UUIDFilter("paragraph__public_id")


class MinutesViewSet(BaseConsultationViewSet[Minutes]):
    """The minutes that the reader may read, by their meeting."""

    queryset = Minutes.objects.none()  # names the model; see get_queryset
    serializer_class = MinutesSerializer
    lookup_field = "meeting__public_id"
    filter_backends = []

    def get_queryset(self) -> QuerySet[Minutes]:
        minutes = Minutes.objects.visible_to(self.access).select_related("meeting")
        return minutes.order_by("meeting__starts_at", "pk")

    @extend_schema(request=None, responses=MinutesSerializer)
    @action(detail=True, methods=["post"])
    def begin(self, request: Request, slug: str, id: UUID) -> Response:
        """Begin the minutes of a meeting, or go on with them."""
        meetings = Meeting.objects.filter(consultation=self.access.consultation)
        meeting = get_object_or_404(meetings, public_id=id)
        return self._response(acts.begin_minutes(access=self.access, meeting=meeting))

    @extend_schema(request=None, responses=MinutesSerializer)
    @action(detail=True, methods=["post"])
    def end(self, request: Request, slug: str, id: UUID) -> Response:
        """End the minutes: the meeting is over."""
        return self._response(acts.end_minutes(access=self.access, minutes=self.get_object()))

    @extend_schema(request=None, responses=MinutesSerializer)
    @action(detail=True, methods=["post"])
    def issue(self, request: Request, slug: str, id: UUID) -> Response:
        """Let all who sit here read them. They change no more from then on."""
        return self._response(acts.issue_minutes(access=self.access, minutes=self.get_object()))

    @extend_schema(
        request=AddMinuteLineInputSerializer,
        responses={201: MinuteLineSerializer, 200: MinuteLineSerializer},
        parameters=[IDEMPOTENCY_KEY],
    )
    @action(detail=True, methods=["post"], url_path="lines", url_name="lines")
    def add_line(self, request: Request, slug: str, id: UUID) -> Response:
        """Write down who said what. The same key twice writes once."""
        minutes, body = self.get_object(), validated_body(AddMinuteLineInputSerializer, request)
        paragraph = None
        if "paragraph" in body:
            # Required first: a 404 would tell others which paragraphs the working text has.
            self.access.require(Act.TAKE_MINUTES, on=minutes.meeting)
            paragraphs = Paragraph.objects.filter(draft__consultation=self.access.consultation)
            paragraph = get_object_or_404(
                paragraphs.select_related("draft"), public_id=body["paragraph"]
            )
        created_line = acts.add_line(
            access=self.access,
            minutes=minutes,
            paragraph=paragraph,
            words=body["words"],
            form_key=idempotency_key(request),
            **_speaker_arguments(self, body),
        )
        stored_line = read_lines(self).get(pk=created_line.pk)
        serializer = MinuteLineSerializer(stored_line, context=self.get_serializer_context())
        return Response(serializer.data, 201 if created_line.said_at == self.access.moment else 200)

    def _response(self, stored_minutes: Minutes) -> Response:
        return Response(MinutesSerializer(self.get_queryset().get(pk=stored_minutes.pk)).data)


class MinuteLineViewSet(VersionedViewSet[MinuteLine]):
    """Lines of minutes that the reader may read, in the order in which they were said."""

    queryset = MinuteLine.objects.none()  # names the model; see get_queryset
    serializer_class = MinuteLineSerializer
    filterset_class = MinuteLineFilter

    def get_queryset(self) -> QuerySet[MinuteLine]:
        return read_lines(self)

    @extend_schema(request=EditMinuteLineInputSerializer, responses=MinuteLineSerializer)
    def partial_update(self, request: Request, slug: str, id: UUID) -> Response:
        """Correct a line; its history keeps the words before."""
        line, body = self.get_object(), validated_body(EditMinuteLineInputSerializer, request)
        # Required first: others get a 403, whatever codes the request names.
        self.access.require(Act.TAKE_MINUTES, on=line.minutes.meeting)
        corrected_line = acts.edit_line(
            access=self.access,
            line=line,
            version=body["version"],
            words=body["words"],
            **_speaker_arguments(self, body),
        )
        return self._response(corrected_line)

    @extend_schema(request=None, responses=MinuteLineSerializer)
    @action(detail=True, methods=["post"])
    def strike(self, request: Request, slug: str, id: UUID) -> Response:
        """Take a line out of the minutes; it can be restored."""
        return self._response(acts.strike_line(access=self.access, line=self.get_object()))

    @extend_schema(request=None, responses=MinuteLineSerializer)
    @action(detail=True, methods=["post"])
    def restore(self, request: Request, slug: str, id: UUID) -> Response:
        """Bring a line back."""
        return self._response(acts.restore_line(access=self.access, line=self.get_object()))

    @extend_schema(request=None, responses=MinuteLineSerializer)
    @action(detail=True, methods=["post"])
    def offer(self, request: Request, slug: str, id: UUID) -> Response:
        """Ask the delegation that spoke to make an input of the line; it gets a mail."""
        return self._response(acts.offer_line(access=self.access, line=self.get_object()))

    @extend_schema(request=None, responses={201: CommentSerializer, 200: CommentSerializer})
    @action(detail=True, methods=["post"], url_path="draft", url_name="draft")
    def draft_input(self, request: Request, slug: str, id: UUID) -> Response:
        """Make an own draft of the line, to be submitted later. A second call returns the same."""
        created_draft = draft_from_line(
            access=self.access, line=self._offered_line(id, Act.DRAFT_COMMENT)
        )
        comment = read_comments(self.access).get(pk=created_draft.pk)
        is_new = created_draft.created_at == self.access.moment
        status_code = status.HTTP_201_CREATED if is_new else status.HTTP_200_OK
        return Response(comment_payload(comment, self.access), status_code)

    @extend_schema(request=None, responses=MinuteLineSerializer)
    @action(detail=True, methods=["post"])
    def decline(self, request: Request, slug: str, id: UUID) -> Response:
        """Decline to make an input of the line."""
        line = self._offered_line(id, Act.ANSWER_MINUTES)
        return self._response(decline_line(access=self.access, line=line))

    def _offered_line(self, id: UUID, act: Act) -> MinuteLine:
        """A line that the own delegation is asked about; 404 for any other.

        `act` is what is to be done with the line: refused to those who may not do it.
        """
        self.access.require(act)
        offered_lines = MinuteLine.objects.offered_to(self.access)
        offered_lines = offered_lines.select_related("minutes__meeting", "comment")
        return get_object_or_404(offered_lines, public_id=id)

    def _response(self, line: MinuteLine) -> Response:
        return Response(self.get_serializer(self.get_queryset().get(pk=line.pk)).data)


def read_lines[Row: Model](view: BaseConsultationViewSet[Row]) -> QuerySet[MinuteLine]:
    """The lines that the reader of a view may read, with all that `MinuteLineSerializer` needs."""
    lines = MinuteLine.objects.visible_to(view.access)
    lines = lines.select_related("minutes__meeting", "paragraph", "seat", "spoke_for", "comment")
    return lines.order_by("said_at", "pk")


def _speaker_arguments[Row: Model](
    view: BaseConsultationViewSet[Row], body: dict[str, Any]
) -> dict[str, Seat]:
    """The arguments `seat` and `spoke_for` of the act, as far as the request names them by code.

    Without a `seat` the co-facilitators spoke, without `spoke_for` the speaker for itself.
    """
    argument_by_field = {"delegation": "seat", "spoke_for": "spoke_for"}
    return {
        argument: named_seats(view.access, [body[field_name]], field=field_name)[0]
        for field_name, argument in argument_by_field.items()
        if body.get(field_name)
    }
