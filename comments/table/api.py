"""The compiled table over the API: the same bytes as its export as JSON."""

from typing import Any

from django.http import Http404, StreamingHttpResponse
from django.utils.cache import patch_cache_control
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.views import APIView

from comments.models import UNANSWERED, Disposition
from comments.table.compiled import compile_table
from comments.table.files import content_type, stream, table_filename
from comments.table.filter import INPUT_STATES, filter_from_names
from comments.table.selection import revisions_asking_for_inputs
from consultations.api import RequestThrottle, Schema, api_access
from consultations.rules.access import Access
from drafts.models import Revision

COPY_CHOICES = [("circulation", "circulation copy"), ("facilitators", "facilitators' copy")]
LAYOUT_CHOICES = [("grid", "grid"), ("blocks", "blocks under each paragraph")]


class TableQuerySerializer(serializers.Serializer[Any]):
    """Which table; without parameters, that of all revisions that asked for inputs, as of now."""

    revision = serializers.ListField(child=serializers.UUIDField(), required=False, max_length=200)
    cut_off = serializers.DateTimeField(
        required=False, help_text="The state as at this moment; with its offset."
    )
    copy = serializers.ChoiceField(COPY_CHOICES, default="circulation")
    layout = serializers.ChoiceField(
        LAYOUT_CHOICES,
        default="grid",
        help_text="In blocks the circulation copy holds the replies too.",
    )
    disposition = serializers.ChoiceField(
        [*Disposition.choices, (UNANSWERED, "without an answer")],
        required=False,
        help_text="Only inputs with this last answer by the cut-off; in the facilitators' copy.",
    )
    section = serializers.CharField(
        required=False, help_text="Only what stands under this heading: II Prevention."
    )
    delegation = serializers.CharField(
        required=False, help_text="Only inputs of it: the code of the delegation or group, PRT."
    )
    state = serializers.ChoiceField(INPUT_STATES, required=False, help_text="As at the cut-off.")


class TableView(APIView):
    """The Table of Inputs: a head, then one object a row, streamed."""

    throttle_classes = [RequestThrottle]
    limit_kind = "table"  # requests a minute are counted apart from other reading
    schema = Schema()

    @extend_schema(
        parameters=[TableQuerySerializer],
        responses={(200, "application/json"): OpenApiTypes.OBJECT},
        operation_id="consultations_table",
    )
    def get(self, request: Request, slug: str) -> StreamingHttpResponse:
        access = api_access(request, slug)
        serializer = TableQuerySerializer(data=request.query_params)
        serializer.is_valid(raise_exception=True)
        query = serializer.validated_data
        revisions = _requested_revisions(access, query.get("revision", []))
        filter_values = {name: query.get(name, "") for name in ("section", "delegation", "state")}
        table = compile_table(
            access=access,
            revisions=revisions,
            cut_off=query.get("cut_off", access.moment),
            copy=query["copy"],
            layout=query["layout"],
            disposition=query.get("disposition", ""),
            table_filter=filter_from_names(access, revisions, **filter_values),
        )
        response = StreamingHttpResponse(
            stream(table, "json"), content_type=content_type(table, "json")
        )
        response["Content-Disposition"] = f'inline; filename="{table_filename(table, "json")}"'
        patch_cache_control(response, private=True, no_store=True)
        return response


def _requested_revisions(access: Access, public_ids: list[Any]) -> list[Revision]:
    """The requested revisions, or all that asked for inputs; 404 for an unknown one."""
    revisions = revisions_asking_for_inputs(access)
    if not public_ids:
        return revisions
    # An id that is given twice is found once.
    revisions_found = [revision for revision in revisions if revision.public_id in public_ids]
    if len(revisions_found) < len(set(public_ids)):
        raise Http404
    return revisions_found
