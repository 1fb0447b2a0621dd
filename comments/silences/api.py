"""Silences of the facilitators over the API: read them, and break one.

Breaking a silence answers 201, and 200 to a request repeated with the same key: the break that it
gets has the moment of the first request.
"""

from typing import Any
from uuid import UUID

from django.db.models import Prefetch, QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema, extend_schema_field, extend_schema_serializer
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from comments.inputs.requests import validated_body
from comments.models import Silence, SilenceBreak, SilenceOutcome, SilenceSeat
from comments.silences import acts
from comments.silences.queries import SilenceState, state_of_silence
from comments.threads.serializers import SeatSerializer, VerbatimField
from consultations.api import IDEMPOTENCY_KEY, BaseConsultationViewSet, idempotency_key
from delegations.models import LANGUAGES
from drafts.models import Wording

SILENCE_STATE_CHOICES = [(state.value, state.value) for state in SilenceState]


class SilenceBreakSerializer(serializers.Serializer[Any]):
    """A delegation broke silence, on a paragraph or on the whole."""

    wording = serializers.UUIDField(
        source="wording.public_id", allow_null=True, default=None, help_text="Null: on the whole."
    )
    words = serializers.CharField()
    language = serializers.CharField()
    broken_at = serializers.DateTimeField()


class SilenceSeatSerializer(serializers.Serializer[Any]):
    """A delegation that is asked, with those of its breaks that the reader may read."""

    delegation = SeatSerializer(source="seat")
    breaks = SilenceBreakSerializer(source="visible_breaks", many=True)


# The name that the published schema has for it, which programs may rely on.
@extend_schema_serializer(component_name="OpenedSilence")
class SilenceSerializer(serializers.Serializer[Any]):
    """What is under silence, until when, and who broke it as far as the reader may know.

    Under silence is one of three: a revision, a wording, or a decision in words.
    """

    id = serializers.UUIDField(source="public_id")
    revision = serializers.UUIDField(source="revision.public_id", allow_null=True, default=None)
    wording = serializers.UUIDField(source="wording.public_id", allow_null=True, default=None)
    decision = serializers.CharField()
    words = serializers.CharField(help_text="What delegations are asked.")
    opened_at = serializers.DateTimeField(source="silence_from")
    ends_at = serializers.DateTimeField(source="silence_until")
    state = serializers.SerializerMethodField()
    declared_at = serializers.DateTimeField(allow_null=True)
    outcome = serializers.ChoiceField([("", ""), *SilenceOutcome.choices])
    outcome_words = serializers.CharField()
    asked = SilenceSeatSerializer(source="visible_asked_seats", many=True)

    @extend_schema_field(serializers.ChoiceField(SILENCE_STATE_CHOICES))
    def get_state(self, silence: Any) -> str:
        return state_of_silence(self.context["access"], silence)


class BreakSilenceInputSerializer(serializers.Serializer[Any]):
    """The own delegation's words; `wording` names a paragraph of the text under silence."""

    words = VerbatimField()
    wording = serializers.UUIDField(required=False)
    language = serializers.ChoiceField(LANGUAGES, required=False)


class SilenceViewSet(BaseConsultationViewSet[Silence]):
    """Silences that the reader may see, the latest first."""

    queryset = Silence.objects.none()  # names the model; see get_queryset
    serializer_class = SilenceSerializer
    filter_backends = []

    def get_queryset(self) -> QuerySet[Silence]:
        breaks = SilenceBreak.objects.visible_to(self.access).select_related("wording")
        asked_seats = SilenceSeat.objects.visible_to(self.access).select_related("seat")
        asked_seats_with_breaks = asked_seats.prefetch_related(
            Prefetch("breaks", breaks, "visible_breaks")
        )
        silences = Silence.objects.visible_to(self.access).with_texts()
        return silences.prefetch_related(
            Prefetch("asked", asked_seats_with_breaks, "visible_asked_seats")
        ).order_by("-silence_from", "-pk")

    @extend_schema(
        request=BreakSilenceInputSerializer,
        responses={201: SilenceBreakSerializer, 200: SilenceBreakSerializer},
        parameters=[IDEMPOTENCY_KEY],
    )
    @action(detail=True, methods=["post"], url_path="break", url_name="break")
    def break_silence(self, request: Request, slug: str, id: UUID) -> Response:
        """Break the silence officially; facilitators see it at once, others once it is shown."""
        silence, body = self.get_object(), validated_body(BreakSilenceInputSerializer, request)
        asked_seat = get_object_or_404(silence.asked.select_related("seat"), seat=self.access.seat)
        if "wording" in body:
            wordings = Wording.objects.visible_to(self.access)
            body["wording"] = get_object_or_404(wordings, public_id=body["wording"])
        created_break = acts.break_silence(
            access=self.access, asked_seat=asked_seat, form_key=idempotency_key(request), **body
        )
        breaks = SilenceBreak.objects.visible_to(self.access).select_related("wording")
        is_new = created_break.broken_at == self.access.moment
        return Response(
            SilenceBreakSerializer(breaks.get(pk=created_break.pk)).data, 201 if is_new else 200
        )
