"""Letters on the record over the API, with the same acts as the pages.

Beginning a letter answers 201, or 200 where an earlier request with the same key began it: then
`begun_at` is not the moment of this request. A note is a letter that tells each delegation, in a
section of its own, what became of its inputs.
"""

from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import Model, Prefetch, QuerySet
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from comments.inputs.requests import named_seats, validated_body
from comments.letters import acts
from comments.letters.note_sections import note_sections
from comments.models import (
    MAX_LETTER_SUBJECT_LENGTH,
    LetterKind,
    LetterRecipient,
    LetterWords,
    OfficialLetter,
)
from comments.threads.serializers import SeatSerializer, VerbatimField
from consultations.api import IDEMPOTENCY_KEY, BaseConsultationViewSet, idempotency_key
from consultations.models import Meeting, Round
from consultations.time.wall_clock import require_year
from delegations.models import LANGUAGES
from drafts.models import Revision


class LetterWordsSerializer(serializers.Serializer[Any]):
    """What a letter says in one language."""

    language = serializers.CharField()
    subject = serializers.CharField()
    words = serializers.CharField()


class LetterRecipientSerializer(serializers.Serializer[Any]):
    """A delegation to which the letter goes; `own_words` are its own section of a note."""

    delegation = SeatSerializer(source="seat")
    own_words = serializers.CharField()


class LetterSerializer(serializers.Serializer[Any]):
    """A letter of the consultation: a draft until it is sent, numbered and fixed from then on."""

    id = serializers.UUIDField(source="public_id")
    kind = serializers.ChoiceField(LetterKind.choices)
    number = serializers.IntegerField(allow_null=True, help_text="Null until it is sent.")
    to_all = serializers.BooleanField()
    revision = serializers.UUIDField(source="revision.public_id", default=None, allow_null=True)
    meeting = serializers.UUIDField(source="meeting.public_id", default=None, allow_null=True)
    round = serializers.UUIDField(source="round.public_id", default=None, allow_null=True)
    deadline = serializers.DateTimeField(allow_null=True)
    begun_at = serializers.DateTimeField()
    sent_at = serializers.DateTimeField(allow_null=True)
    said = LetterWordsSerializer(source="visible_words", many=True)
    recipients = LetterRecipientSerializer(
        source="visible_recipients", many=True, help_text="A delegation gets its own row alone."
    )


class BeginLetterInputSerializer(serializers.Serializer[Any]):
    """The kind of a letter, and what it is about: a revision, a meeting, or a round's deadline."""

    kind = serializers.ChoiceField(LetterKind.choices)
    revision = serializers.UUIDField(required=False)
    meeting = serializers.UUIDField(required=False)
    round = serializers.UUIDField(required=False)
    deadline = serializers.DateTimeField(required=False, validators=[require_year])


class WriteLetterInputSerializer(serializers.Serializer[Any]):
    """What a letter says in one language, in place of what it said before."""

    language = serializers.ChoiceField(LANGUAGES)
    subject = serializers.CharField(max_length=MAX_LETTER_SUBJECT_LENGTH)
    words = VerbatimField()


class AddressLetterInputSerializer(serializers.Serializer[Any]):
    """To all delegations that have a seat when it is sent, or to some, by their codes."""

    to_all = serializers.BooleanField()
    delegations = serializers.ListField(
        child=serializers.CharField(), required=False, max_length=500
    )


class EditLetterSectionInputSerializer(serializers.Serializer[Any]):
    """What a note tells one delegation; with `is_sent` false it gets no letter."""

    delegation = serializers.CharField(help_text="Its code.")
    words = VerbatimField()
    is_sent = serializers.BooleanField(required=False)


class LetterViewSet(BaseConsultationViewSet[OfficialLetter]):
    """Letters that the reader may read: drafts first, then by number, the last one first."""

    queryset = OfficialLetter.objects.none()  # names the model; see get_queryset
    serializer_class = LetterSerializer
    filter_backends = []

    def get_queryset(self) -> QuerySet[OfficialLetter]:
        letter_words = LetterWords.objects.visible_to(self.access)
        recipients = LetterRecipient.objects.visible_to(self.access).filter(is_chosen=True)
        return (
            OfficialLetter.objects.visible_to(self.access)
            .in_force()
            .select_related("revision", "meeting", "round")
            .prefetch_related(
                Prefetch("said", letter_words, "visible_words"),
                Prefetch("recipients", recipients.select_related("seat"), "visible_recipients"),
            )
            .order_by("-number", "-pk")  # PostgreSQL puts drafts, without a number, first
        )

    @extend_schema(
        request=BeginLetterInputSerializer,
        responses={201: LetterSerializer, 200: LetterSerializer},
        parameters=[IDEMPOTENCY_KEY],
    )
    def create(self, request: Request, slug: str) -> Response:
        """Begin a letter. A note gets its sections, one a delegation with published answers."""
        body = validated_body(BeginLetterInputSerializer, request)
        subject_rows = {
            "revision": self._requested_row(
                body, "revision", Revision.objects.visible_to(self.access)
            ),
            "meeting": self._requested_row(body, "meeting", self._rows_of_consultation(Meeting)),
            "round": self._requested_row(body, "round", self._rows_of_consultation(Round)),
        }
        letter = acts.begin_letter(
            access=self.access,
            kind=body["kind"],
            deadline=body.get("deadline"),
            form_key=idempotency_key(request),
            section_by_seat_id=self._new_note_sections(body["kind"], subject_rows["revision"]),
            **subject_rows,
        )
        return self._response(letter, is_new=letter.begun_at == self.access.moment)

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, slug: str, id: UUID) -> Response:
        """Discard a draft: it is never sent, and its history stays."""
        acts.discard_letter(access=self.access, letter=self.get_object())
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(request=WriteLetterInputSerializer, responses=LetterSerializer)
    @action(detail=True, methods=["post"], url_path="words", url_name="words")
    def write_words(self, request: Request, slug: str, id: UUID) -> Response:
        """Write what it says in one language."""
        letter, body = self.get_object(), validated_body(WriteLetterInputSerializer, request)
        return self._response(acts.word_letter(access=self.access, letter=letter, **body).letter)

    @extend_schema(request=AddressLetterInputSerializer, responses=LetterSerializer)
    @action(detail=True, methods=["post"], url_path="recipients")
    def address(self, request: Request, slug: str, id: UUID) -> Response:
        """Say to whom it goes."""
        letter, body = self.get_object(), validated_body(AddressLetterInputSerializer, request)
        seats = named_seats(self.access, body.get("delegations", []))
        addressed_letter = acts.address_letter(
            access=self.access, letter=letter, to_all=body["to_all"], seats=seats
        )
        return self._response(addressed_letter)

    @extend_schema(request=EditLetterSectionInputSerializer, responses=LetterSerializer)
    @action(detail=True, methods=["post"], url_path="section", url_name="section")
    def edit_section(self, request: Request, slug: str, id: UUID) -> Response:
        """Change what a note tells one delegation, or leave that delegation out."""
        letter, body = self.get_object(), validated_body(EditLetterSectionInputSerializer, request)
        (seat,) = named_seats(self.access, [body.pop("delegation")])
        is_chosen = body.pop("is_sent", True)
        acts.edit_section(access=self.access, letter=letter, seat=seat, is_chosen=is_chosen, **body)
        return self._response(letter)

    @extend_schema(request=None, responses=LetterSerializer)
    @action(detail=True, methods=["post"])
    def send(self, request: Request, slug: str, id: UUID) -> Response:
        """Send it: it is numbered, and mails are written. A second call sends nothing."""
        sent_letter, _is_new = acts.send_letter(access=self.access, letter=self.get_object())
        return self._response(sent_letter)

    def _requested_row(self, body: dict[str, Any], field_name: str, visible_rows: Any) -> Any:
        """The row that a request names; None if it names none.

        Raises ValidationError if this reader sees no such row.
        """
        if field_name not in body:
            return None
        row = visible_rows.filter(public_id=body[field_name]).first()
        if row is None:
            raise ValidationError({field_name: _("There is no such row here.")})
        return row

    def _rows_of_consultation(self, model: type[Model]) -> Any:
        rows: Any = model._default_manager.filter(consultation=self.access.consultation)
        return rows

    def _new_note_sections(self, kind: str, revision: Revision | None) -> dict[int, str] | None:
        """The words of a new note by the id of each delegation's seat; None for any other letter.

        None too where the note names no revision, and for who may not read all: the act refuses
        both.
        Raises ValidationError where no answer is published yet.
        """
        if kind != LetterKind.NOTE or revision is None or not self.access.reads_all:
            return None
        section_by_seat_id = note_sections(self.access, revision)
        if not section_by_seat_id:
            raise ValidationError(_("No answer to an input on this text is published yet."))
        return section_by_seat_id

    def _response(self, stored_letter: OfficialLetter, *, is_new: bool = False) -> Response:
        letter = self.get_queryset().get(pk=stored_letter.pk)
        return Response(self.get_serializer(letter).data, 201 if is_new else 200)
