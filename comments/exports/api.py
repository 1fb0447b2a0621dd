"""The own papers that a background task makes, over the API: read their state, or cancel one."""

from uuid import UUID

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from comments.exports.acts import cancel_export
from comments.exports.attempts import PaperState, paper_state_of
from comments.models import Export
from consultations.api import BaseConsultationViewSet


class PaperSerializer(serializers.Serializer[Export]):
    """A paper that was asked for, and where it stands."""

    id = serializers.UUIDField(source="public_id")
    title = serializers.CharField(source="parameters.title")
    format = serializers.CharField(source="parameters.format")
    state = serializers.SerializerMethodField(
        help_text="waiting, under_way, interrupted (it starts again by itself), ready, expired, "
        "failed or cancelled."
    )
    attempts = serializers.IntegerField(help_text="How often a worker began it, at most three.")
    done = serializers.IntegerField(help_text="How many of the inputs are written.")
    total = serializers.IntegerField(help_text="How many inputs it holds; 0 of a text without.")
    error = serializers.CharField(help_text="Why there is no file.")
    asked_at = serializers.DateTimeField()
    finished_at = serializers.DateTimeField(allow_null=True)
    expires_at = serializers.DateTimeField(allow_null=True)

    def get_state(self, export: Export) -> PaperState:
        return paper_state_of(export, self.context["access"].moment)


class PaperViewSet(BaseConsultationViewSet[Export]):
    """Papers that were asked for in this capacity, newest first; nobody else reads them."""

    queryset = Export.objects.none()  # names the model; see get_queryset
    serializer_class = PaperSerializer
    filter_backends = []

    def get_queryset(self) -> QuerySet[Export]:
        return Export.objects.visible_to(self.access)

    @extend_schema(request=None, responses=PaperSerializer)
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, slug: str, id: UUID) -> Response:
        """Stop the making of a paper; 400 where it is finished."""
        cancel_export(access=self.access, export=self.get_object())
        return Response(self.get_serializer(self.get_object()).data)
