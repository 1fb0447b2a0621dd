"""The ledger of brackets over the API, of a circulated revision and of the working text."""

from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from django.utils.cache import patch_cache_control
from drf_spectacular.utils import extend_schema, extend_schema_field, extend_schema_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from consultations.api import RequestThrottle, Schema, api_access
from consultations.rules.access import Act
from drafts.brackets.ledger import Ledger, LedgerEntry, ledger_of, ledger_on_desk
from drafts.desk.views import get_draft
from drafts.models import Revision
from drafts.text.citing import names_on_desk


class OpenBracketSerializer(serializers.Serializer[Any]):
    """One open bracket."""

    words = serializers.CharField(help_text="What stands between “[” and “]”.")
    asked_by = serializers.ListField(
        child=serializers.CharField(),
        help_text="The delegations and groups that ask for it, if the reader may see their names.",
    )


class BracketedParagraphSerializer(serializers.Serializer[Any]):
    """A paragraph with its brackets, in their order."""

    paragraph = serializers.UUIDField()
    label = serializers.CharField()  # type: ignore[assignment]
    brackets = OpenBracketSerializer(many=True)


class AskerSerializer(serializers.Serializer[Any]):
    """How many open brackets a delegation or group asks for, and the labels of their paragraphs."""

    name = serializers.CharField()
    count = serializers.IntegerField()
    labels = serializers.ListField(child=serializers.CharField(), source="paragraph_labels")
    is_group = serializers.BooleanField()


# The name that the published schema has for it, which programs may rely on.
@extend_schema_serializer(component_name="Counted")
class BracketCountsSerializer(serializers.Serializer[Any]):
    """How many brackets were put and lifted on a day, or in a meeting."""

    when = serializers.CharField(
        source="period", help_text="The day in words, or the title of the meeting."
    )
    day = serializers.DateField(allow_null=True, help_text="Null for a meeting.")
    put = serializers.IntegerField(source="put_count")
    lifted = serializers.IntegerField(source="lifted_count")


class LedgerSerializer(serializers.Serializer[Any]):
    """The open brackets of a text; of a circulated revision `days` and `meetings` are empty."""

    total = serializers.IntegerField()
    paragraphs = serializers.SerializerMethodField()
    asked = AskerSerializer(many=True, source="asker_counts")
    days = BracketCountsSerializer(many=True, source="counts_by_day")
    meetings = BracketCountsSerializer(many=True, source="counts_by_meeting")

    @extend_schema_field(BracketedParagraphSerializer(many=True))
    def get_paragraphs(self, ledger: Ledger) -> list[dict[str, Any]]:
        return [_paragraph_fields(entry) for entry in ledger.entries]


def _paragraph_fields(entry: LedgerEntry) -> dict[str, Any]:
    bracket_pairs = zip(entry.words_of_brackets, entry.asker_names_of_brackets, strict=True)
    return {
        "paragraph": entry.paragraph_public_id,
        "label": entry.label,
        "brackets": [
            {"words": bracketed_words, "asked_by": list(names)}
            for bracketed_words, names in bracket_pairs
        ],
    }


class _LedgerView(APIView):
    throttle_classes = [RequestThrottle]
    schema = Schema()

    def ledger_response(self, ledger: Ledger) -> Response:
        response = Response(LedgerSerializer(ledger).data)
        patch_cache_control(response, private=True, no_store=True)
        return response


class CirculatedLedgerView(_LedgerView):
    """The brackets of a circulated revision."""

    @extend_schema(responses=LedgerSerializer, operation_id="consultations_revision_brackets")
    def get(self, request: Request, slug: str, id: UUID) -> Response:
        """The ledger, with who asks for each bracket, as far as the reader may see the names."""
        access = api_access(request, slug)
        access.require(Act.READ_TEXT)  # refuses nobody: the table of rules gives it to all
        revisions = Revision.objects.visible_to(access).select_related("draft")
        revision = get_object_or_404(revisions, public_id=id)
        return self.ledger_response(ledger_of(access, revision))


class DeskLedgerView(_LedgerView):
    """The brackets of the working text, for those who read it."""

    @extend_schema(responses=LedgerSerializer, operation_id="consultations_draft_brackets")
    def get(self, request: Request, slug: str, draft: str) -> Response:
        """The ledger, with how many brackets were put and lifted each day and in each meeting."""
        access = api_access(request, slug)
        stored_draft = get_draft(access, draft)  # refuses who does not read the working text
        name_by_id = names_on_desk([stored_draft.pk])
        return self.ledger_response(ledger_on_desk(access, stored_draft, name_by_id))
