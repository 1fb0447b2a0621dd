"""Inputs over the API: the same acts as on the pages, from the draft to the withdrawal.

A write answers 201 where this request made the row, and 200 where an earlier request with the same
key did (of a copy: where an earlier one made the draft). The views tell them apart by the moment of
the row: is it that of the request?
"""

from dataclasses import fields
from typing import Any
from uuid import UUID

import django_filters
from django.core.exceptions import ValidationError as InvalidAct
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from comments.answers.acts import align, end_alignment, reply, review
from comments.drafting.acts import (
    clear_comment,
    copy_proposal,
    discard_comment,
    draft_comment,
    edit_comment,
    return_comment,
    write_note,
)
from comments.drafting.passing_on import give_draft, send_for_clearance
from comments.drafting.versions import draft_version
from comments.inputs.addresses import get_comment
from comments.inputs.content import CommentContent
from comments.inputs.queries import CONDITIONS_BY_STATE
from comments.inputs.requests import (
    named_group_seat,
    paragraph_to_move_after,
    seat_filed_for,
    validated_body,
)
from comments.models import (
    UNANSWERED,
    Alignment,
    Comment,
    CommentKind,
    CommentState,
    CommentType,
    Disposition,
    Note,
    Reply,
    Review,
)
from comments.notifications.recipients import colleagues_of
from comments.submitting.acts import (
    submit_at_once,
    submit_comments,
    supersede_comment,
    withdraw_comment,
)
from comments.table.queries import order_input_ids_for_reading_page
from comments.threads.serializers import (
    AlignInputSerializer,
    AlignmentSerializer,
    CommentContentInputSerializer,
    CommentSerializer,
    DraftCommentInputSerializer,
    EditCommentInputSerializer,
    NoteSerializer,
    ReplyInputSerializer,
    ReplySerializer,
    ReturnCommentInputSerializer,
    ReviewInputSerializer,
    ReviewOfInputSerializer,
    StaleSerializer,
    SubmitCommentsInputSerializer,
    WithdrawCommentInputSerializer,
    WriteNoteInputSerializer,
    comment_payload,
    comments_by_id,
    read_comments,
    reply_payload,
    set_empty_annotations,
)
from comments.threads.wordings import wording_to_write_on
from consultations.api import IDEMPOTENCY_KEY, BaseConsultationViewSet, idempotency_key
from consultations.rules.access import Access, Act
from consultations.web.forms import sent_number
from consultations.web.problems import PROBLEM_JSON, Conflict, problem_response
from delegations.models import User
from drafts.desk.acts import StaleVersion
from drafts.models import Wording


class CommentFilter(django_filters.FilterSet):  # type: ignore[misc]
    """The filters on the inputs that the reader may see; all that are given must hold."""

    draft = django_filters.CharFilter(
        "wording__revision__draft__slug", help_text="The web address of a text."
    )
    revision = django_filters.UUIDFilter("wording__revision__public_id")
    wording = django_filters.UUIDFilter("wording__public_id")
    paragraph = django_filters.UUIDFilter(
        "paragraph__public_id", help_text="One paragraph through all revisions."
    )
    round = django_filters.UUIDFilter("round__public_id")
    delegation = django_filters.CharFilter(
        "seat__code", "iexact", help_text="The code of the delegation or group: PRT."
    )
    kind = django_filters.ChoiceFilter(choices=CommentKind.choices)
    type = django_filters.ChoiceFilter(choices=CommentType.choices)
    state = django_filters.ChoiceFilter(
        # All states but that of discarded drafts, which nobody sees.
        choices=[
            (state, name) for state, name in CommentState.choices if state in CONDITIONS_BY_STATE
        ],
        method="filter_by_state",
    )
    disposition = django_filters.ChoiceFilter(
        choices=[*Disposition.choices, (UNANSWERED, "without an answer")],
        method="filter_by_disposition",
        help_text="What became of it: the last answer that the reader may see, or no answer.",
    )
    mine = django_filters.BooleanFilter(
        method="filter_by_own_record",
        help_text="Filed by the own delegation, or of a group that it coordinates today; or not.",
    )

    def filter_by_state(
        self, comments: QuerySet[Comment], _name: str, state: str
    ) -> QuerySet[Comment]:
        return comments.filter(**CONDITIONS_BY_STATE[state])

    def filter_by_disposition(
        self, comments: QuerySet[Comment], _name: str, disposition: str
    ) -> QuerySet[Comment]:
        access: Access = self.request.parser_context["view"].access
        return comments.filter(Review.objects.visible_to(access).disposition_filter(disposition))

    def filter_by_own_record(
        self, comments: QuerySet[Comment], _name: str, is_own: bool
    ) -> QuerySet[Comment]:
        access: Access = self.request.parser_context["view"].access
        if access.seat is None:  # who leads or serves has no own record
            return comments.none() if is_own else comments
        is_on_own_record = access.own_record_filter()
        return comments.filter(is_on_own_record) if is_own else comments.exclude(is_on_own_record)


WRITE_RESPONSES = {201: CommentSerializer, 200: CommentSerializer}


# Inputs of others are seen as far as their round and their consent allow: see `visible_to`.
class CommentViewSet(BaseConsultationViewSet[Comment]):
    """Submitted inputs as far as their round lets the reader see them, and the own drafts."""

    queryset = Comment.objects.none()  # names the model; see get_queryset
    serializer_class = CommentSerializer
    filterset_class = CommentFilter

    def get_queryset(self) -> QuerySet[Comment]:
        return read_comments(self.access)

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        # The ids of this page's inputs first: sorting all rows would grow with the record.
        visible_comments: Any = self.filter_queryset(Comment.objects.visible_to(self.access))
        ordered_ids: Any = order_input_ids_for_reading_page(visible_comments)
        ids_on_page: Any = self.paginate_queryset(ordered_ids)
        comment_by_id = comments_by_id(self.access, ids_on_page)
        payloads = [
            comment_payload(comment_by_id[comment_id], self.access) for comment_id in ids_on_page
        ]
        return self.get_paginated_response(payloads)

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return self._response(self.get_object())

    # --- Drafts ---------------------------------------------------------------------------------

    @extend_schema(
        request=DraftCommentInputSerializer, responses=WRITE_RESPONSES, parameters=[IDEMPOTENCY_KEY]
    )
    def create(self, request: Request, slug: str) -> Response:
        """Write a draft, seen by the own delegation only; with `submit`, submit it at once."""
        body = validated_body(DraftCommentInputSerializer, request)
        wording = wording_to_write_on(self.access, body.pop("wording"))
        group_code = body.pop("on_behalf_of", "")
        if body.get("in_room"):
            body["seat"] = named_group_seat(self.access, group_code)
        elif group_code:
            body["seat"] = seat_filed_for(self.access, group_code)
        content = self._pop_content(body, wording)
        form_key = idempotency_key(request)
        write_comment = submit_at_once if body.pop("submit", False) else draft_comment
        comment = write_comment(
            access=self.access, wording=wording, content=content, form_key=form_key, **body
        )
        if comment.discarded_at:
            raise Conflict(_("The draft made with this key was discarded. Send a new key."))
        is_new = comment.created_at == self.access.moment
        if is_new:  # the response names the text of the paragraph, which is loaded here
            comment.paragraph = wording.paragraph
        return self._written_response(comment, is_new, is_loaded=is_new)

    @extend_schema(
        request=EditCommentInputSerializer,
        responses={200: CommentSerializer, (409, PROBLEM_JSON): StaleSerializer},
    )
    def partial_update(self, request: Request, slug: str, id: UUID) -> HttpResponse:
        """Change a draft. A cleared one is a draft again."""
        comment = get_comment(self.access, id)
        body = validated_body(EditCommentInputSerializer, request)
        version = body.pop("version", None) or _if_match_version(request)
        if version is None:
            sentence = _("Send the version that you read, here or as If-Match.")
            raise ValidationError({"version": [sentence]})
        group_code = body.pop("on_behalf_of", "")
        seat = seat_filed_for(self.access, group_code) if group_code else comment.seat
        content = self._pop_content(body, comment.wording, earlier_comment=comment)
        try:
            comment = edit_comment(
                access=self.access, comment=comment, version=version, content=content, seat=seat
            )
        except StaleVersion as error:
            return self._stale_response(error)
        return self._written_response(comment, is_loaded=True)

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, slug: str, id: UUID) -> HttpResponse:
        """Discard a draft. It stays in the delegation's own history."""
        comment = get_comment(self.access, id)
        version = _if_match_version(request)
        try:
            discard_comment(access=self.access, comment=comment, version=version)
        except StaleVersion as error:
            return self._stale_response(error)
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(request=None)
    @action(detail=True, methods=["post"], url_path="send-for-clearance")
    def send_for_clearance(self, request: Request, slug: str, id: UUID) -> Response:
        """Say that a draft waits for clearance; whoever may clear it is told."""
        return self._written_response(
            send_for_clearance(access=self.access, comment=get_comment(self.access, id))
        )

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    def clear(self, request: Request, slug: str, id: UUID) -> Response:
        """Clear a draft for submission."""
        return self._written_response(
            clear_comment(access=self.access, comment=get_comment(self.access, id))
        )

    @extend_schema(request=ReturnCommentInputSerializer, parameters=[IDEMPOTENCY_KEY])
    @action(detail=True, methods=["post"], url_path="return")
    def send_back(self, request: Request, slug: str, id: UUID) -> Response:
        """Send a draft back to its drafters, with the reason, which stays in the delegation."""
        comment, body = (
            get_comment(self.access, id),
            validated_body(ReturnCommentInputSerializer, request),
        )
        form_key = idempotency_key(request)
        returned_comment = return_comment(
            access=self.access, comment=comment, form_key=form_key, **body
        )
        return self._written_response(returned_comment)

    @extend_schema(responses=NoteSerializer(many=True), filters=False)
    @action(detail=True, methods=["get"], pagination_class=None)
    def notes(self, request: Request, slug: str, id: UUID) -> Response:
        """The internal notes on an own comment, which never leave the delegation."""
        comment = get_comment(self.access, id)
        self.access.require(Act.WRITE_NOTE, on=comment)
        notes = Note.objects.visible_to(self.access).filter(comment=comment)
        serializer = NoteSerializer(list(notes.select_related("author")), many=True)  # type: ignore[arg-type]
        return Response(serializer.data)

    @extend_schema(
        request=WriteNoteInputSerializer,
        responses={201: NoteSerializer, 200: NoteSerializer},
        parameters=[IDEMPOTENCY_KEY],
    )
    @notes.mapping.post
    def add_note(self, request: Request, slug: str, id: UUID) -> Response:
        """Write an internal note. The same key twice writes once."""
        comment, body = (
            get_comment(self.access, id),
            validated_body(WriteNoteInputSerializer, request),
        )
        form_key = idempotency_key(request)
        note = write_note(access=self.access, comment=comment, form_key=form_key, **body)
        is_new = note.written_at == self.access.moment
        stored_note = Note.objects.visible_to(self.access).select_related("author").get(pk=note.pk)
        return Response(
            NoteSerializer(stored_note).data, status.HTTP_201_CREATED if is_new else 200
        )

    # --- Inputs ---------------------------------------------------------------------------------

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    def submit(self, request: Request, slug: str, id: UUID) -> Response:
        """Submit a draft in the name of the delegation. A second call does nothing."""
        # The act reads the other fields, under a lock.
        visible_comments = Comment.objects.visible_to(self.access).only("pk")
        draft = get_object_or_404(visible_comments, public_id=id)
        submitted_comment = submit_comments(access=self.access, comments=[draft])[0]
        return self._written_response(submitted_comment, is_loaded=True)

    @extend_schema(
        request=SubmitCommentsInputSerializer,
        responses=CommentSerializer(many=True),
        operation_id="consultations_comments_submit_several",
        filters=False,
    )
    @action(detail=False, methods=["post"], url_path="submit", pagination_class=None)
    def submit_several(self, request: Request, slug: str) -> Response:
        """Submit several drafts in one act, under one receipt: all of them or none."""
        public_ids = list(
            dict.fromkeys(validated_body(SubmitCommentsInputSerializer, request)["comments"])
        )
        visible_comments = Comment.objects.visible_to(self.access).filter(public_id__in=public_ids)
        comment_by_public_id = {comment.public_id: comment for comment in visible_comments}
        if len(comment_by_public_id) < len(public_ids):
            raise Http404
        ordered_comments = [comment_by_public_id[public_id] for public_id in public_ids]
        submit_comments(access=self.access, comments=ordered_comments)
        stored_by_id = {
            comment.pk: comment for comment in self.get_queryset().filter(public_id__in=public_ids)
        }
        return Response(
            [comment_payload(stored_by_id[comment.pk], self.access) for comment in ordered_comments]
        )

    @extend_schema(
        request=CommentContentInputSerializer,
        responses=WRITE_RESPONSES,
        parameters=[IDEMPOTENCY_KEY],
    )
    @action(detail=True, methods=["post"])
    def supersede(self, request: Request, slug: str, id: UUID) -> Response:
        """Submit a new version under the same number; the old one stays in the record."""
        old_version, form_key = get_comment(self.access, id), idempotency_key(request)
        body = validated_body(CommentContentInputSerializer, request)
        content = self._pop_content(body, old_version.wording)
        new_version = supersede_comment(
            access=self.access, comment=old_version, content=content, form_key=form_key
        )
        return self._written_response(new_version, new_version.created_at == self.access.moment)

    @extend_schema(
        request=CommentContentInputSerializer,
        responses=WRITE_RESPONSES,
        parameters=[IDEMPOTENCY_KEY],
    )
    @action(detail=True, methods=["post"], url_path="draft-version", url_name="draft-version")
    def draft_version(self, request: Request, slug: str, id: UUID) -> Response:
        """Draft a new version, to be cleared and submitted; until then the input stands."""
        old_version, form_key = get_comment(self.access, id), idempotency_key(request)
        body = validated_body(CommentContentInputSerializer, request)
        content = self._pop_content(body, old_version.wording)
        new_version = draft_version(
            access=self.access, comment=old_version, content=content, form_key=form_key
        )
        return self._written_response(new_version, new_version.created_at == self.access.moment)

    @extend_schema(request=WithdrawCommentInputSerializer)
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, slug: str, id: UUID) -> Response:
        """Withdraw a submitted input; it stays in the record, marked, with the reason."""
        comment, body = (
            get_comment(self.access, id),
            validated_body(WithdrawCommentInputSerializer, request),
        )
        withdrawn_comment = withdraw_comment(
            access=self.access, comment=comment, reason=body["reason"]
        )
        return self._written_response(withdrawn_comment)

    # --- Answers --------------------------------------------------------------------------------

    @extend_schema(
        request=ReplyInputSerializer,
        responses={201: ReplySerializer, 200: ReplySerializer},
        parameters=[IDEMPOTENCY_KEY],
    )
    @action(detail=True, methods=["post"])
    def reply(self, request: Request, slug: str, id: UUID) -> Response:
        """Answer an input officially; read by those who may read the input."""
        comment, body = get_comment(self.access, id), validated_body(ReplyInputSerializer, request)
        form_key = idempotency_key(request)
        created_reply = reply(access=self.access, comment=comment, form_key=form_key, **body)
        is_new = created_reply.created_at == self.access.moment
        stored_reply = Reply.objects.select_related("seat").get(pk=created_reply.pk)
        return Response(reply_payload(stored_reply), status.HTTP_201_CREATED if is_new else 200)

    @extend_schema(request=AlignInputSerializer, responses={200: AlignmentSerializer})
    @action(detail=True, methods=["post"], url_path="align")
    def align(self, request: Request, slug: str, id: UUID) -> Response:
        """Associate the delegation with the input of another."""
        comment, body = get_comment(self.access, id), validated_body(AlignInputSerializer, request)
        alignment = align(access=self.access, comment=comment, **body)
        # Only a delegation aligns, so there is a seat; "" is for the type checker.
        delegation_name = self.access.seat.name if self.access.seat else ""
        return Response(
            {
                "id": alignment.public_id,
                "who": delegation_name,
                "reservation": alignment.reservation,
            }
        )

    @extend_schema(request=None, responses={204: None})
    @align.mapping.delete
    def end_own_alignment(self, request: Request, slug: str, id: UUID) -> Response:
        """End the own alignment; the record keeps that it stood."""
        comment = get_comment(self.access, id)
        current_alignments = Alignment.objects.filter(comment=comment, withdrawn_at=None)
        alignment = get_object_or_404(current_alignments, seat=self.access.seat)
        end_alignment(access=self.access, alignment=alignment)
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(request=ReviewInputSerializer, responses={201: ReviewOfInputSerializer})
    @action(detail=True, methods=["post"])
    def review(self, request: Request, slug: str, id: UUID) -> Response:
        """Decide on an input; seen by facilitators and secretariat until it is published."""
        comment, body = get_comment(self.access, id), validated_body(ReviewInputSerializer, request)
        created_review = review(access=self.access, comment=comment, **body)
        return Response(
            {
                "id": created_review.public_id,
                "disposition": created_review.disposition,
                "observation": created_review.observation,
                "decided_at": created_review.decided_at,
                "published_at": created_review.published_at,
                "stance": "",  # nobody has answered a new review
            },
            status.HTTP_201_CREATED,
        )

    # --- What these share -----------------------------------------------------------------------

    def _written_response(
        self, comment: Comment, is_new: bool = False, *, is_loaded: bool = False
    ) -> Response:
        """The stored comment after a write; read again unless `set_empty_annotations` fits it.

        `is_loaded`: `comment` has the rows loaded that the response names.
        """
        if is_loaded and self._needs_no_annotations(comment):
            stored_comment = set_empty_annotations(comment)
        else:
            stored_comment = read_comments(self.access).get(pk=comment.pk)
        return self._response(
            stored_comment, status.HTTP_201_CREATED if is_new else status.HTTP_200_OK
        )

    def _needs_no_annotations(self, comment: Comment) -> bool:
        """Whether it has no answers, no group's members, no move and no earlier version to show."""
        cannot_have_answers = comment.submitted_at in {None, self.access.moment}
        has_no_members_or_move = (
            comment.seat_id == comment.filed_by_id and comment.move_after_id is None
        )
        return cannot_have_answers and has_no_members_or_move and comment.supersedes_id is None

    def _pop_content(
        self, body: dict[str, Any], wording: Wording, earlier_comment: Comment | None = None
    ) -> CommentContent:
        """Take the content out of a request body, which then holds the rest.

        Fields that it leaves out stay as in the earlier comment, or have their defaults.
        """
        names = [field.name for field in fields(CommentContent)]
        values = {name: body.pop(name) for name in names if name in body}
        if "move_after" in values:
            values["move_after"] = paragraph_to_move_after(
                self.access, wording, values["move_after"]
            )
        earlier_values = (
            {name: getattr(earlier_comment, name) for name in names} if earlier_comment else {}
        )
        return CommentContent(**earlier_values | values)

    def _response(self, comment: Comment, status_code: int = status.HTTP_200_OK) -> Response:
        """A draft has its version as ETag; an input none, as answers do not change its version."""
        is_draft = comment.submitted_at is None
        headers = {"ETag": f'"{comment.version}"'} if is_draft else None
        return Response(comment_payload(comment, self.access), status_code, headers=headers)

    def _stale_response(self, error: StaleVersion) -> HttpResponse:
        """409 with the comment as it is stored now, for who changed an older version."""
        current_comment = read_comments(self.access).get(pk=error.stored_row.pk)
        current_fields = comment_payload(current_comment, self.access)
        return problem_response(status.HTTP_409_CONFLICT, error.messages[0], stands=current_fields)


def _if_match_version(request: Request) -> int | None:
    """The version in If-Match, as the ETag had it; None without one, or for "*" (any version)."""
    etag = request.headers.get("If-Match", "").strip('"')
    if not etag or etag == "*":
        return None
    version = sent_number(etag)
    if version is None:
        raise ValidationError({"If-Match": [_("Send the ETag that you read.")]})
    return version


# --- Passing on ----------------------------------------------------------------------------------


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
        draft = get_comment(self.access, id)
        body = validated_body(GiveDraftInputSerializer, request)
        self.access.require(Act.GIVE_DRAFT, on=draft)  # first: errors on `to` tell who has a post
        draft = give_draft(access=self.access, comment=draft, colleague=self._colleague(body["to"]))
        return self._response(draft, status.HTTP_200_OK)

    @extend_schema(request=None, responses={201: CommentSerializer, 200: CommentSerializer})
    def copy(self, request: Request, slug: str, id: UUID) -> Response:
        """Begin an own draft with another delegation's wording, or return the one there is."""
        draft = copy_proposal(access=self.access, comment=get_comment(self.access, id))
        is_new = draft.created_at == self.access.moment
        return self._response(draft, status.HTTP_201_CREATED if is_new else status.HTTP_200_OK)

    def _colleague(self, email: str) -> User:
        """The colleague with this address; the same error for anybody without a post here."""
        people = (post.user for post in colleagues_of(self.access))
        colleague = next((user for user in people if user.email.lower() == email.lower()), None)
        if colleague is None:
            raise InvalidAct({"to": _("Choose a colleague of your delegation.")})
        return colleague

    def _response(self, comment: Comment, status_code: int) -> Response:
        """The draft after an act, with its version as ETag."""
        stored_comment = self.get_queryset().get(pk=comment.pk)
        headers = {"ETag": f'"{stored_comment.version}"'}
        return Response(comment_payload(stored_comment, self.access), status_code, headers=headers)
