"""Replies, reviews and closures over the API, by the acts of their pages."""

from typing import Any
from uuid import UUID

import django_filters
from django.db.models import F, Model, QuerySet, Value
from django.db.models.functions import Coalesce
from django.http import Http404
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from comments.answers.acts import (
    acknowledge,
    close_without_answer,
    publish_reviews,
    reopen_input,
    withdraw_reply,
)
from comments.inputs.addresses import get_comment
from comments.inputs.requests import validated_body
from comments.models import (
    MAX_CLOSURE_REASON_LENGTH,
    Acknowledgement,
    Closure,
    Disposition,
    Reply,
    Review,
)
from comments.threads.serializers import (
    AcknowledgeInputSerializer,
    ReplySerializer,
    VerbatimField,
    reply_payload,
)
from consultations.api import BaseConsultationViewSet


class AnswersOnInputsViewSet[Row: Model](BaseConsultationViewSet[Row]):
    """The base of the lists of reviews and of replies: a second query reads the rows of a page."""

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        # The ids of this page first: with all joins the database would read the whole record. A row
        # that is replaced between the two queries, as by a newer review, is left out.
        filtered_rows: Any = self.filter_queryset(self.ordered_rows())
        ids_on_page: Any = self.paginate_queryset(filtered_rows.values_list("pk", flat=True))
        row_by_id = {row.pk: row for row in self.get_queryset().filter(pk__in=ids_on_page)}
        serializer = self.get_serializer(
            [row_by_id[row_id] for row_id in ids_on_page if row_id in row_by_id], many=True
        )
        return self.get_paginated_response(serializer.data)

    def ordered_rows(self) -> QuerySet[Row]:
        """The visible rows in their order, without any joins."""
        raise NotImplementedError(f"{type(self).__name__} must define the order of its rows.")


# --- Reviews -------------------------------------------------------------------------------------


class ReviewSerializer(serializers.Serializer[Any]):
    """The facilitators' answer to an input."""

    id = serializers.UUIDField(source="public_id")
    comment = serializers.UUIDField(source="comment_public_id")
    reference = serializers.CharField(source="comment.reference", help_text="PRT-7.")
    disposition = serializers.ChoiceField(Disposition.choices)
    observation = serializers.CharField()
    decided_at = serializers.DateTimeField()
    published_at = serializers.DateTimeField(
        allow_null=True, help_text="Empty until it is published: then delegations read it."
    )
    stance = serializers.ChoiceField(
        [("", ""), *Acknowledgement.Stance.choices],
        help_text="What the delegation answered; empty so far.",
    )
    note = serializers.CharField(help_text="What it said with its answer.")


class PublishReviewsInputSerializer(serializers.Serializer[Any]):
    """Reviews to publish at one moment."""

    reviews = serializers.ListField(
        child=serializers.UUIDField(), allow_empty=False, max_length=5000
    )


@extend_schema_serializer(component_name="Published")
class PublishedCountSerializer(serializers.Serializer[Any]):
    """How many were published now; those that were published before are not counted."""

    published = serializers.IntegerField()


@extend_schema_serializer(component_name="Stance")
class AcknowledgementSerializer(serializers.Serializer[Acknowledgement]):
    """The delegation's answer to a review."""

    id = serializers.UUIDField(source="public_id")
    stance = serializers.ChoiceField(Acknowledgement.Stance.choices)
    note = serializers.CharField()
    acknowledged_at = serializers.DateTimeField()


class ReviewFilter(django_filters.FilterSet):  # type: ignore[misc]
    """Which reviews, among what the reader may see."""

    comment = django_filters.UUIDFilter("comment__public_id")
    paragraph = django_filters.UUIDFilter("comment__paragraph__public_id")
    delegation = django_filters.CharFilter("comment__seat__code", "iexact")
    disposition = django_filters.ChoiceFilter(choices=Disposition.choices)
    # True leaves out those whose `published_at` is null.
    is_published = django_filters.BooleanFilter("published_at", "isnull", exclude=True)


class ReviewViewSet(AnswersOnInputsViewSet[Review]):
    """The latest review of each input that the reader may see, in the order of the table."""

    queryset = Review.objects.none()  # names the model; see get_queryset
    serializer_class = ReviewSerializer
    filterset_class = ReviewFilter

    def ordered_rows(self) -> QuerySet[Review]:
        input_columns = (
            "comment__seat__rank",
            "comment__seat__sort_key",
            "comment__seat_id",
            "comment__number",
            "comment_id",
        )
        reviews = Review.objects.visible_to(self.access)
        # DISTINCT ON keeps the first review of each input: the one decided last.
        return reviews.order_by(*input_columns, "-decided_at", "-pk").distinct(*input_columns)

    def get_queryset(self) -> QuerySet[Review]:
        return (
            self.ordered_rows()
            .select_related("comment__seat")
            .annotate(
                comment_public_id=F("comment__public_id"),
                stance=Coalesce("acknowledgement__stance", Value("")),
                note=Coalesce("acknowledgement__note", Value("")),
            )
        )

    @extend_schema(
        request=PublishReviewsInputSerializer,
        responses={200: PublishedCountSerializer},
        filters=False,
    )
    @action(detail=False, methods=["post"], pagination_class=None)
    def publish(self, request: Request, slug: str) -> Response:
        """Publish reviews in a batch: delegations read them from this moment on."""
        public_ids = set(validated_body(PublishReviewsInputSerializer, request)["reviews"])
        reviews = Review.objects.visible_to(self.access).filter(public_id__in=public_ids)
        if reviews.count() < len(public_ids):
            raise Http404
        return Response({"published": publish_reviews(access=self.access, reviews=reviews)})

    @extend_schema(request=AcknowledgeInputSerializer, responses={200: AcknowledgementSerializer})
    @action(detail=True, methods=["post"])
    def acknowledge(self, request: Request, slug: str, id: UUID) -> Response:
        """Answer a published review: satisfied, or the delegation maintains its position."""
        visible_reviews = Review.objects.visible_to(self.access).select_related(
            "comment__round", "comment__paragraph__draft"
        )
        review = get_object_or_404(visible_reviews, public_id=id)
        body = validated_body(AcknowledgeInputSerializer, request)
        acknowledgement = acknowledge(access=self.access, review=review, **body)
        return Response(AcknowledgementSerializer(acknowledgement).data)


# --- Replies -------------------------------------------------------------------------------------


# The name that the published schema has for it, which programs may rely on.
@extend_schema_serializer(component_name="ReplyOn")
class ReplyWithInputSerializer(ReplySerializer):
    """An official answer, and the input it answers."""

    comment = serializers.UUIDField()

    def to_representation(self, reply: Any) -> dict[str, Any]:
        return {**reply_payload(reply), "comment": reply.comment.public_id}


class ReplyViewSet(AnswersOnInputsViewSet[Reply]):
    """Official answers to the inputs that the reader may see."""

    queryset = Reply.objects.none()  # names the model; see get_queryset
    serializer_class = ReplyWithInputSerializer
    filter_backends = []

    def ordered_rows(self) -> QuerySet[Reply]:
        return Reply.objects.visible_to(self.access).order_by("created_at", "pk")

    def get_queryset(self) -> QuerySet[Reply]:
        return self.ordered_rows().select_related("seat", "comment")

    @extend_schema(request=None, responses={200: ReplyWithInputSerializer})
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, slug: str, id: UUID) -> Response:
        """Withdraw an own reply; it stays in the record, marked."""
        withdrawn = withdraw_reply(access=self.access, reply=self.get_object())
        return Response(self.get_serializer(self.get_queryset().get(pk=withdrawn.pk)).data)


# --- Closed without an answer --------------------------------------------------------------------


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
        comment = get_comment(self.access, id)
        closures = self.get_queryset().filter(comment=comment).order_by("closed_at", "pk")
        return Response(ClosureSerializer(list(closures), many=True).data)  # type: ignore[arg-type]

    @extend_schema(
        request=CloseCommentInputSerializer,
        responses={201: ClosureSerializer, 200: ClosureSerializer},
    )
    def close(self, request: Request, slug: str, id: UUID) -> Response:
        """Close an input without an answer; its delegation is told by mail.

        A second call does nothing.
        """
        comment = get_comment(self.access, id)
        body = validated_body(CloseCommentInputSerializer, request)
        closure = close_without_answer(access=self.access, comment=comment, **body)
        is_new = closure.closed_at == self.access.moment
        return Response(ClosureSerializer(closure).data, 201 if is_new else 200)

    @extend_schema(request=None, responses={200: ClosureSerializer})
    def reopen(self, request: Request, slug: str, id: UUID) -> Response:
        """Reopen an input; its delegation is told by mail."""
        closure = reopen_input(access=self.access, comment=get_comment(self.access, id))
        return Response(ClosureSerializer(closure).data)
