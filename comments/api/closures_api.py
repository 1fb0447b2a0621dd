"""An input closed without an answer, over the API, and reopened.

Closing answers 201 where this request made the closure, and 200 where an earlier one did. The view
tells them apart by the moment of the closure: is it that of the request?
"""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from comments.acts.closing_inputs import close_without_answer, reopen_input
from comments.api.comments_api import validated_body
from comments.api.serializers import VerbatimField
from comments.models import MAX_CLOSURE_REASON_LENGTH, Closure, Comment
from consultations.api import BaseConsultationViewSet


class ClosureSerializer(serializers.Serializer[Closure]):
    """That an input was closed without an answer; read by all who may read the input."""

    id = serializers.UUIDField(source="public_id")
    reason = serializers.CharField()
    closed_at = serializers.DateTimeField()
    reopened_at = serializers.DateTimeField(allow_null=True)


class CloseCommentInputSerializer(serializers.Serializer[Any]):
    """The reason for closing it, which stands on the record."""

    reason = VerbatimField(required=False, max_length=MAX_CLOSURE_REASON_LENGTH)


class ClosureViewSet(BaseConsultationViewSet[Closure]):
    """Closes and reopens an input that nobody answered in the time that its round states."""

    queryset = Closure.objects.none()  # names the model; see get_queryset
    serializer_class = ClosureSerializer
    pagination_class = None  # type: ignore[assignment]
    filter_backends = []

    def get_queryset(self) -> QuerySet[Closure]:
        return Closure.objects.visible_to(self.access)

    @extend_schema(responses=ClosureSerializer(many=True))
    def closures(self, request: Request, slug: str, id: UUID) -> Response:
        """When an input was closed without an answer, and reopened; the oldest closure first."""
        closures = self.get_queryset().filter(comment=self._comment(id)).order_by("closed_at", "pk")
        return Response(ClosureSerializer(list(closures), many=True).data)  # type: ignore[arg-type]

    @extend_schema(
        request=CloseCommentInputSerializer,
        responses={201: ClosureSerializer, 200: ClosureSerializer},
    )
    def close(self, request: Request, slug: str, id: UUID) -> Response:
        """Close an input without an answer; its delegation is told by mail.

        A second call does nothing.
        """
        comment, body = self._comment(id), validated_body(CloseCommentInputSerializer, request)
        closure = close_without_answer(access=self.access, comment=comment, **body)
        is_new = closure.closed_at == self.access.moment
        return Response(ClosureSerializer(closure).data, 201 if is_new else 200)

    @extend_schema(request=None, responses={200: ClosureSerializer})
    def reopen(self, request: Request, slug: str, id: UUID) -> Response:
        """Reopen an input; its delegation is told by mail."""
        closure = reopen_input(access=self.access, comment=self._comment(id))
        return Response(ClosureSerializer(closure).data)

    def _comment(self, id: UUID) -> Comment:
        """The input with all that the acts need; 404 where this capacity may not see it."""
        visible_comments: Any = Comment.objects.visible_to(self.access).select_related(
            "round", "seat", "paragraph__draft"
        )
        comment: Comment = get_object_or_404(visible_comments, public_id=id)
        return comment
