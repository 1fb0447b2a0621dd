"""Drafts over the API: given to a colleague, or copied from another's proposal.

Copying answers 201 where this request made the draft, and 200 where an earlier one did: then the
draft is of another moment than the request.
"""

from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from comments.drafting.acts import copy_proposal
from comments.drafting.passing_on import give_draft
from comments.inputs.requests import validated_body
from comments.models import Comment
from comments.notifications.acts import colleagues_of
from comments.threads.serializers import CommentSerializer, comment_payload, read_comments
from consultations.api import BaseConsultationViewSet
from consultations.rules.access import Act
from delegations.models import User


class GiveDraftInputSerializer(serializers.Serializer[Any]):
    """To whom a draft is given; its author gets it back."""

    to = serializers.EmailField(
        help_text="The address of somebody who holds a post in your delegation."
    )


class PassingOnViewSet(BaseConsultationViewSet[Comment]):
    """Gives a draft to a colleague, or begins one as a copy of another's proposal."""

    queryset = Comment.objects.none()  # names the model; see get_queryset
    serializer_class = CommentSerializer
    pagination_class = None  # type: ignore[assignment]
    filter_backends = []

    def get_queryset(self) -> QuerySet[Comment]:
        return read_comments(self.access)

    @extend_schema(request=GiveDraftInputSerializer, responses={200: CommentSerializer})
    def give(self, request: Request, slug: str, id: UUID) -> Response:
        """Give a draft to a colleague, or back to its author; they are told."""
        draft, body = self._comment(id), validated_body(GiveDraftInputSerializer, request)
        self.access.require(Act.GIVE_DRAFT, on=draft)  # first: errors on `to` tell who has a post
        draft = give_draft(access=self.access, comment=draft, colleague=self._colleague(body["to"]))
        return self._response(draft, status.HTTP_200_OK)

    @extend_schema(request=None, responses={201: CommentSerializer, 200: CommentSerializer})
    def copy(self, request: Request, slug: str, id: UUID) -> Response:
        """Begin an own draft with another delegation's wording, or return the one there is."""
        draft = copy_proposal(access=self.access, comment=self._comment(id))
        is_new = draft.created_at == self.access.moment
        return self._response(draft, status.HTTP_201_CREATED if is_new else status.HTTP_200_OK)

    def _colleague(self, email: str) -> User:
        """The colleague with this address; the same error for anybody without a post here."""
        people = (post.user for post in colleagues_of(self.access))
        colleague = next((user for user in people if user.email.lower() == email.lower()), None)
        if colleague is None:
            raise ValidationError({"to": _("Choose a colleague of your delegation.")})
        return colleague

    def _comment(self, id: UUID) -> Comment:
        """The draft to give or the input to copy from; 404 where this capacity may not see it."""
        visible_comments: Any = Comment.objects.visible_to(self.access).select_related(
            "round", "seat", "paragraph__draft", "wording__revision__draft"
        )
        comment: Comment = get_object_or_404(visible_comments, public_id=id)
        return comment

    def _response(self, comment: Comment, status_code: int) -> Response:
        """The draft after an act, with its version as ETag."""
        stored_comment = self.get_queryset().get(pk=comment.pk)
        headers = {"ETag": f'"{stored_comment.version}"'}
        return Response(comment_payload(stored_comment, self.access), status_code, headers=headers)
