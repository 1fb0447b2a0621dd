"""A group's room over the API: silences, objections, opt-outs; the same acts as the pages.

An objection or opt-out answers 201 where this request made it, and 200 where an earlier request
did: its moment is then another one than that of this request.
"""

from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from comments.groups import acts
from comments.groups.acts import opt_outs_by_comment_id
from comments.inputs.addresses import get_comment
from comments.inputs.requests import validated_body
from comments.models import Comment, Objection, OptOut
from comments.threads.serializers import (
    CommentSerializer,
    ObjectionSerializer,
    ObjectToDraftInputSerializer,
    OptOutSerializer,
    SetSilenceInputSerializer,
    comment_payload,
    read_comments,
)
from consultations.api import BaseConsultationViewSet


class GroupRoomViewSet(BaseConsultationViewSet[Comment]):
    """What is done with a draft in the room of a group. Repeating an act changes nothing."""

    queryset = Comment.objects.none()  # names the model; see get_queryset
    serializer_class = CommentSerializer
    pagination_class = None  # type: ignore[assignment]
    filter_backends = []

    def get_queryset(self) -> QuerySet[Comment]:
        return read_comments(self.access)

    @extend_schema(request=SetSilenceInputSerializer, responses={200: CommentSerializer})
    def set_silence(self, request: Request, slug: str, id: UUID) -> Response:
        """Put a draft under silence, as its group's coordinator; earlier objections end."""
        draft = get_comment(self.access, id)
        body = validated_body(SetSilenceInputSerializer, request)
        draft = acts.set_silence(access=self.access, comment=draft, **body)
        return Response(comment_payload(self.get_queryset().get(pk=draft.pk), self.access))

    @extend_schema(responses=ObjectionSerializer(many=True))
    def objections(self, request: Request, slug: str, id: UUID) -> Response:
        """Who objected, and why; told to those who sit in the room."""
        draft = get_comment(self.access, id)
        objections = Objection.objects.visible_to(self.access).filter(comment=draft)
        serializer = ObjectionSerializer(objections.select_related("seat"), many=True)
        return Response(serializer.data)

    @extend_schema(
        request=ObjectToDraftInputSerializer,
        responses={201: ObjectionSerializer, 200: ObjectionSerializer},
    )
    def object_to(self, request: Request, slug: str, id: UUID) -> Response:
        """Break the silence, in the name of the own delegation."""
        draft = get_comment(self.access, id)
        body = validated_body(ObjectToDraftInputSerializer, request)
        created_objection = acts.object_to(access=self.access, comment=draft, **body)
        objection = (
            Objection.objects.visible_to(self.access)
            .select_related("seat")
            .get(pk=created_objection.pk)
        )
        return Response(
            ObjectionSerializer(objection).data, self._status_code(created_objection.raised_at)
        )

    @extend_schema(request=None, responses={204: None})
    def withdraw_objection(self, request: Request, slug: str, id: UUID) -> Response:
        """Withdraw the own objection; where none is left, the silence goes on."""
        draft = get_comment(self.access, id)
        readable_objections = Objection.objects.visible_to(self.access).select_related("comment")
        objection = get_object_or_404(
            readable_objections, comment=draft, seat=self.access.seat, withdrawn_at=None
        )
        acts.withdraw_objection(access=self.access, objection=objection)
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(responses=OptOutSerializer(many=True))
    def opt_outs(self, request: Request, slug: str, id: UUID) -> Response:
        """The members that dissociate from the draft; told to those who sit in the room."""
        opt_outs = self._opt_outs(get_comment(self.access, id))
        return Response(OptOutSerializer(opt_outs, many=True).data)

    @extend_schema(request=None, responses={201: OptOutSerializer, 200: OptOutSerializer})
    def opt_out(self, request: Request, slug: str, id: UUID) -> Response:
        """Dissociate by name: the own delegation is not listed under the group's input."""
        draft = get_comment(self.access, id)
        created_opt_out = acts.opt_out(access=self.access, comment=draft)
        opt_out = (
            OptOut.objects.visible_to(self.access).select_related("seat").get(pk=created_opt_out.pk)
        )
        return Response(OptOutSerializer(opt_out).data, self._status_code(created_opt_out.opted_at))

    @extend_schema(request=None, responses={204: None})
    def opt_in(self, request: Request, slug: str, id: UUID) -> Response:
        """Join the group's input again, before it is submitted."""
        opt_outs = self._opt_outs(get_comment(self.access, id))
        own_seat_id = self.access.seat.pk if self.access.seat else None
        own_opt_out = next((row for row in opt_outs if row.seat_id == own_seat_id), None)
        if own_opt_out is None:
            raise Http404
        acts.opt_in(access=self.access, opt_out=own_opt_out)
        return Response(status=status.HTTP_204_NO_CONTENT)

    def _opt_outs(self, comment: Comment) -> list[OptOut]:
        """The opt-outs in force that count for a draft, as far as the reader may know them."""
        readable_opt_outs = OptOut.objects.visible_to(self.access)
        return opt_outs_by_comment_id([comment], readable_opt_outs).get(comment.pk, [])

    def _status_code(self, made_at: datetime) -> int:
        is_new = made_at == self.access.moment
        return status.HTTP_201_CREATED if is_new else status.HTTP_200_OK
