"""Search over the API: the same hits as on the page.

Requests are read by the page's own form; `SearchQuerySerializer` describes them for the schema.
"""

from typing import Any

from drf_spectacular.utils import extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from comments.inputs.queries import CONDITIONS_BY_STATE
from comments.search.forms import MAX_QUERY_LENGTH, SearchForm
from comments.search.queries import SearchArea, SearchGroup, SearchHit, SearchLine, search
from consultations.api import RequestThrottle, Schema, api_access


class SearchQuerySerializer(serializers.Serializer[Any]):
    """What is looked for, and where."""

    q = serializers.CharField(
        max_length=MAX_QUERY_LENGTH,
        help_text='Words. "In quotes": in this order. -word: without it. or: one of two.',
    )
    paragraph = serializers.CharField(
        required=False, help_text="Its label in the latest revisions: OP3."
    )
    delegation = serializers.CharField(
        required=False, help_text="Its code: PRT. Then inputs alone are found."
    )
    round = serializers.UUIDField(required=False)
    state = serializers.ChoiceField(
        [(state, state) for state in CONDITIONS_BY_STATE],
        required=False,
        help_text="Of inputs, which alone are then found.",
    )
    page = serializers.IntegerField(required=False, help_text="Of the one kind that `in` names.")

    def get_fields(self) -> dict[str, Any]:
        # Here, since `in` cannot be the name of an attribute.
        area = serializers.ChoiceField(
            SearchArea.choices,
            required=False,
            help_text="One kind alone, 20 a page; else 5 of each.",
        )
        return {**super().get_fields(), "in": area}


# The name that the published schema has for it, which programs may rely on.
@extend_schema_serializer(component_name="Piece")
class SearchPieceSerializer(serializers.Serializer[Any]):
    """Some of the words, either found or around what was found."""

    text = serializers.CharField()
    is_found = serializers.BooleanField(help_text="Whether it is what was looked for.")


@extend_schema_serializer(component_name="Line")
class SearchLineSerializer(serializers.Serializer[Any]):
    """A line of words in which something was found."""

    language = serializers.CharField()
    is_reason = serializers.BooleanField(help_text="The reason of an input, not its proposal.")
    pieces = SearchPieceSerializer(many=True)


@extend_schema_serializer(component_name="Hit")
class SearchHitSerializer(serializers.Serializer[Any]):
    """A wording (`text`, `earlier`) or an input; ids are those of `wordings/` and `comments/`."""

    id = serializers.UUIDField()
    label = serializers.CharField(  # type: ignore[assignment]
        help_text="What the paragraph is called."
    )
    draft = serializers.CharField(help_text="The title of the text.")
    stage = serializers.CharField(help_text="The revision.")
    delegation = serializers.CharField(help_text="Of an input; empty for the text.")
    reference = serializers.CharField(help_text="Of an input, once submitted: PRT-7.")
    kind = serializers.CharField(help_text="Of an input.")
    state = serializers.CharField(help_text="Of an input.")
    lines = SearchLineSerializer(many=True)
    url = serializers.CharField(help_text="Its page.")


@extend_schema_serializer(component_name="Group")
class SearchGroupSerializer(serializers.Serializer[Any]):
    """The hits of one kind."""

    count = serializers.IntegerField(help_text="At most 1,000.")
    is_more = serializers.BooleanField(help_text="There are more hits: narrow the search.")
    page = serializers.IntegerField()
    pages = serializers.IntegerField()
    results = SearchHitSerializer(many=True)


class SearchSerializer(serializers.Serializer[Any]):
    """What was found, by kind; a kind that was not asked for is left out."""

    suggestion = serializers.CharField(help_text="The spelling that may have been meant; or empty.")
    text = SearchGroupSerializer(required=False)
    inputs = SearchGroupSerializer(required=False)
    earlier = SearchGroupSerializer(required=False)


class SearchView(APIView):
    """Words found in the texts, in the inputs that one may read, and in earlier revisions."""

    throttle_classes = [RequestThrottle]
    limit_kind = "search"  # requests a minute are counted apart from other reading
    schema = Schema()

    @extend_schema(
        parameters=[SearchQuerySerializer],
        responses=SearchSerializer,
        operation_id="consultations_search",
    )
    def get(self, request: Request, slug: str) -> Response:
        access = api_access(request, slug)
        form = SearchForm(request.query_params, access=access)
        if not form.is_valid():
            raise ValidationError(
                {name: [str(error) for error in errors] for name, errors in form.errors.items()}
            )
        search_result = search(access, form.search_query(request.query_params.get("page")))
        groups = {group.area.value: _group_fields(group) for group in search_result.groups}
        return Response({"suggestion": search_result.suggestion, **groups})


def _group_fields(group: SearchGroup) -> dict[str, Any]:
    return {
        "count": group.count,
        "is_more": group.has_more,
        "page": group.page.number,
        "pages": group.page.paginator.num_pages,
        "results": [_hit_fields(hit) for hit in group.hits],
    }


def _hit_fields(hit: SearchHit) -> dict[str, Any]:
    return {
        "id": hit.public_id,
        "label": hit.label,
        "draft": hit.draft_title,
        "stage": hit.stage,
        "delegation": hit.delegation_name,
        "reference": hit.reference,
        "kind": hit.kind,
        "state": hit.state,
        "lines": [_line_fields(line) for line in hit.lines],
        "url": hit.url,
    }


def _line_fields(line: SearchLine) -> dict[str, Any]:
    return {
        "language": line.language,
        "is_reason": line.is_reason,
        "pieces": [{"text": words, "is_found": is_found} for is_found, words in line.pieces],
    }
