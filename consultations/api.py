"""The base of the API, with access by a session or a token; the API of capacities, consultations
and rounds."""

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any, cast

from django.db.models import Model, Q, QuerySet
from django.http import Http404, HttpRequest
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.pagination import PageNumberPagination
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import BaseThrottle
from rest_framework.views import APIView
from rest_framework.viewsets import ReadOnlyModelViewSet

from consultations.keys.acts import note_use
from consultations.models import ApiToken, Consultation, LatePolicy, Round, Visibility
from consultations.rules.access import Access, Actor, Capacity, Role
from consultations.rules.access_factory import (
    capacities_of,
    current_capacity_key,
    make_access,
    make_actor,
)
from consultations.rules.moment import received_at
from consultations.rules.phases import is_readable_by_all, phase_of
from consultations.rules.replica_reads import read_from_replica
from consultations.rules.second_factor import require_second_factor
from consultations.web.pacing import count_request
from consultations.web.problems import PROBLEM_JSON, Conflict
from consultations.web.view_decorators import session_capacity_key
from delegations.models import User

# --- Access --------------------------------------------------------------------------------------


def acting_capacity_key(request: Request) -> str:
    """The key of the capacity that acts: the token's own, or the one chosen in the session.

    Notes when a token was used.
    """
    if isinstance(request.auth, ApiToken):
        note_use(request.auth, received_at(request._request))
        return request.auth.capacity
    return session_capacity_key(request._request)


def api_access(request: Request, slug: str) -> Access:
    """The access to a consultation, by a session or a token.

    Raises Http404 where this capacity has no place, `Refused` without its second factor, `Conflict`
    where the request was made in another capacity than the one that acts, or by a session that has
    not chosen one. From here on a replica may be read.
    """
    capacity_key = acting_capacity_key(request)
    if not capacity_key:
        _refuse_without_choice(request)
        raise Http404
    access = make_access(
        cast(User, request.user), slug, capacity_key, moment=received_at(request._request)
    )
    require_second_factor(access, _session_request(request))
    _require_same_capacity(request, access)
    return read_from_replica(request._request, access)


def _session_request(request: Request) -> HttpRequest | None:
    """The request, where it is a session's; None for one with a token."""
    return None if isinstance(request.auth, ApiToken) else request._request


def _refuse_without_choice(request: Request) -> None:
    """Raise Conflict where the user has functions and chose none."""
    if capacities_of(cast(User, request.user)):
        raise Conflict(_("You have several functions. Choose one at /capacity/."))


def _require_same_capacity(request: Request, actor: Actor) -> None:
    """Raise Conflict where a request names another capacity, or none and it must (rule 5)."""
    sent_keys = [request.headers.get("X-Capacity", "")]
    if request.method not in SAFE_METHODS and isinstance(request.data, Mapping):
        sent_keys.append(str(request.data.get("capacity", "")))
    claimed_keys = {current_capacity_key(sent_key) for sent_key in sent_keys if sent_key}
    # No other capacity is named, and the acting one is where it has to be.
    if not claimed_keys - {actor.capacity.key} and (
        claimed_keys or _need_not_name_capacity(request)
    ):
        return
    acting_words = {"role": actor.capacity.role_words, "name": actor.capacity.name}
    if not claimed_keys:
        raise Conflict(
            _(
                "You act as %(role)s, %(name)s. Send the key of this capacity in X-Capacity. "
                "Nothing was saved."
            )
            % acting_words
        )
    raise Conflict(
        _(
            "You act as %(role)s, %(name)s. The request was made in another capacity. "
            "Nothing was saved. Change the capacity, or repeat the request."
        )
        % acting_words
    )


def _need_not_name_capacity(request: Request) -> bool:
    """Whether the request only reads, or its token says the capacity."""
    return request.method in SAFE_METHODS or isinstance(request.auth, ApiToken)


def idempotency_key(request: Request) -> uuid.UUID | None:
    """The key that marks a repeated request, or None; ValidationError where it is no UUID."""
    key_text = request.headers.get("Idempotency-Key", "")
    if not key_text:
        return None
    try:
        return uuid.UUID(key_text)
    except ValueError:
        raise ValidationError({"Idempotency-Key": [_("Send a new UUID for each act.")]})


class RequestThrottle(BaseThrottle):
    """Limit the requests of one person in a minute, with one count a kind in the cache.

    The kind is the view's `limit_kind`, else "read" or "write".

    REST framework's own throttle keeps a list of moments, which is long at a generous rate.
    """

    def allow_request(self, request: Request, view: Any) -> bool:
        """Count the request; False where this person has made too many of its kind this minute."""
        limit_kind = getattr(
            view, "limit_kind", "read" if request.method in SAFE_METHODS else "write"
        )
        user = cast(User, request.user)
        self.seconds_left = count_request(user, limit_kind, received_at(request._request))
        return not self.seconds_left

    def wait(self) -> float:
        """The seconds to wait, which REST framework puts into the header Retry-After."""
        return self.seconds_left


class RowPagination(PageNumberPagination):
    """Twenty rows a page, at most a hundred."""

    page_size = 20
    page_size_query_param = "page_size"
    max_page_size = 100


# --- The schema ----------------------------------------------------------------------------------


class ProblemSerializer(serializers.Serializer[Any]):
    """What went wrong, in a sentence that says what to do (RFC 9457)."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    request_id = serializers.CharField(required=False)
    fields = serializers.DictField(  # type: ignore[assignment]
        child=serializers.ListField(child=serializers.CharField()), required=False
    )


X_CAPACITY = OpenApiParameter(
    "X-Capacity",
    str,
    OpenApiParameter.HEADER,
    description=(
        "The key of the capacity in which this is meant (`GET /api/v1/capacities/` lists yours). "
        "A session has to send it with every write, here or as `capacity` in the body; with a key "
        "it may be left out. Another capacity than the one that acts: 409, and nothing is written."
    ),
)
IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key",
    uuid.UUID,
    OpenApiParameter.HEADER,
    description=(
        "A fresh UUID for each act. The same act twice under one key is done once: 201, then 200. "
        "Another act, or other content, under a used key: 409, and nothing is written."
    ),
)
PROBLEMS = {
    "400": "The request cannot be understood; `fields` says where.",
    "401": "Sign in, or send a key.",
    "403": "Your capacity, the round or the record does not allow it; `detail` says why.",
    "404": "There is nothing here that you may see.",
    "409": "Another capacity acts, somebody else saved meanwhile, or a key was used otherwise.",
    "413": "The body is over the limit; `detail` says it.",
    "415": "The body is of a kind that is not read: send JSON.",
    "429": "Too many requests; Retry-After says how many seconds to wait.",
    "503": "The database is away; Retry-After says how many seconds to wait.",
}


class Schema(AutoSchema):
    """Groups operations by the rows they are about, and adds the possible problems to each."""

    def get_tags(self) -> list[str]:
        # The path is /api/v1/consultations/{slug}/rounds/: without its variables the fourth part
        # names the rows, and the third those of an address that is in no consultation.
        path_parts = [
            path_part
            for path_part in self.path.split("/")
            if path_part and not path_part.startswith("{")
        ]
        return [path_parts[3] if len(path_parts) > 3 else path_parts[2]]

    def get_override_parameters(self) -> list[Any]:
        return [] if self.method in SAFE_METHODS else [X_CAPACITY]

    def get_operation(self, *args: Any, **kwargs: Any) -> Any:
        operation = super().get_operation(*args, **kwargs)
        if not operation:  # the view is left out of the schema
            return operation
        problem_schema = self.resolve_serializer(ProblemSerializer(), "response").ref
        # A request that only reads has no body.
        skipped_statuses = {"415"} if self.method in SAFE_METHODS else set()
        for status, description in PROBLEMS.items():
            if status not in skipped_statuses:
                content = {PROBLEM_JSON: {"schema": problem_schema}}
                response = {"description": description, "content": content}
                operation["responses"].setdefault(status, response)
        return operation


class KeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How the schema describes a key."""

    target_class = "consultations.keys.tokens.TokenAuthentication"
    name = "key"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {
            "type": "apiKey",
            "in": "header",
            "name": "Authorization",
            "description": "`Token <key>`: one user in one capacity. Make keys under API keys.",
        }


# --- The base of every app's API -----------------------------------------------------------------


class BaseConsultationViewSet[Row: Model](ReadOnlyModelViewSet[Row]):
    """Rows of one consultation, as one capacity reads them. Subclasses say which."""

    access: Access
    lookup_field = "public_id"
    lookup_url_kwarg = "id"
    lookup_value_converter = "uuid"
    pagination_class = RowPagination
    throttle_classes = [RequestThrottle]
    schema = Schema()

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Before each request is answered: find out who reads, and refuse who may not."""
        super().initial(request, *args, **kwargs)
        self.access = api_access(request, kwargs["slug"])

    def get_serializer_context(self) -> dict[str, Any]:
        return {**super().get_serializer_context(), "access": self.access}

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        """Forbid browsers and proxies to cache anything of a consultation."""
        patch_cache_control(response, private=True, no_store=True)
        return super().finalize_response(request, response, *args, **kwargs)

    # The `queryset` of a subclass is empty: it only names the model for the API's description. A
    # subclass whose address takes no filters empties `filter_backends`.
    def get_queryset(self) -> QuerySet[Row]:
        raise NotImplementedError(f"{type(self).__name__} says which rows are visible.")


# --- Consultations -------------------------------------------------------------------------------


class CapacitySerializer(serializers.Serializer[Any]):
    """One function in which the caller may act."""

    key = serializers.CharField(help_text="What X-Capacity takes.")
    role = serializers.ChoiceField([(role.value, role.value) for role in Role])
    role_words = serializers.CharField()
    name = serializers.CharField()
    is_acting = serializers.SerializerMethodField(help_text="Whether this request acts in it.")
    key_expires_at = serializers.SerializerMethodField(
        help_text="When the key that makes this request expires; null for a session."
    )

    def get_is_acting(self, capacity: Capacity) -> bool:
        return bool(capacity.key == self.context["acting"])

    def get_key_expires_at(self, capacity: Capacity) -> datetime | None:
        token = self.context["token"]
        return token.expires_at if isinstance(token, ApiToken) else None


class ConsultationSerializer(serializers.Serializer[Consultation]):
    """A facilitated process."""

    id = serializers.UUIDField(source="public_id")
    slug = serializers.SlugField()
    title = serializers.CharField()
    mandate = serializers.CharField()
    handling = serializers.CharField(help_text="The mark that stands on every paper.")
    time_zone = serializers.CharField(help_text="Of its deadlines and meetings.")
    is_invented = serializers.BooleanField(
        help_text="A demonstration: text and inputs are made up."
    )
    closed_at = serializers.DateTimeField(help_text="When its record was closed.", allow_null=True)


class RoundSerializer(serializers.Serializer[Round]):
    """A period in which inputs are asked for."""

    id = serializers.UUIDField(source="public_id")
    name = serializers.CharField()
    opens_at = serializers.DateTimeField()
    deadline = serializers.DateTimeField(help_text="Up to 60 seconds later is still in time.")
    closed_at = serializers.DateTimeField(allow_null=True)
    visibility = serializers.ChoiceField(Visibility.choices, help_text="Who reads the inputs.")
    late_policy = serializers.ChoiceField(LatePolicy.choices)
    asks_again = serializers.UUIDField(
        source="asks_again.public_id",
        default=None,
        allow_null=True,
        help_text="The earlier round on whose texts it asks again.",
    )
    phase = serializers.SerializerMethodField(help_text="not_open, open, late or closed, now.")
    is_readable_by_all = serializers.SerializerMethodField(
        help_text="Whether delegations read each other's inputs now."
    )

    def get_phase(self, round: Round) -> str:
        return phase_of(round, self.context["access"].moment).name.lower()

    def get_is_readable_by_all(self, round: Round) -> bool:
        return is_readable_by_all(round, self.context["access"].moment)


class CapacitiesView(APIView):
    """The functions in which the caller may act, and the one that acts now."""

    throttle_classes = [RequestThrottle]
    schema = Schema()

    @extend_schema(responses=CapacitySerializer(many=True), operation_id="capacities_list")
    def get(self, request: Request) -> Response:
        acting_key = acting_capacity_key(request)
        capacities = capacities_of(cast(User, request.user))
        if isinstance(request.auth, ApiToken):  # who holds a key is told of its capacity alone
            capacities = [capacity for capacity in capacities if capacity.key == acting_key]
        return Response(
            CapacitySerializer(
                capacities, many=True, context={"acting": acting_key, "token": request.auth}
            ).data
        )


class ConsultationViewSet(ReadOnlyModelViewSet[Consultation]):
    """The consultations in which the acting capacity has a place."""

    queryset = Consultation.objects.none()
    serializer_class = ConsultationSerializer
    lookup_field = "slug"
    lookup_value_converter = "slug"
    filter_backends = []
    pagination_class = RowPagination
    throttle_classes = [RequestThrottle]
    schema = Schema()

    def get_queryset(self) -> QuerySet[Consultation]:
        capacity_key = acting_capacity_key(self.request)
        if not capacity_key:
            _refuse_without_choice(self.request)
            return Consultation.objects.none()
        actor = make_actor(cast(User, self.request.user), capacity_key)
        require_second_factor(actor, _session_request(self.request))
        return consultations_of(actor)


def consultations_of(actor: Actor) -> QuerySet[Consultation]:
    """The consultations of a capacity: its own, or all in which its delegation sits."""
    if actor.capacity.consultation_slug:
        return Consultation.objects.filter(slug=actor.capacity.consultation_slug)
    sits_in_consultation = Q(seats__delegation=actor.delegation, seats__ended_at=None)
    return Consultation.objects.filter(sits_in_consultation)


class RoundViewSet(BaseConsultationViewSet[Round]):
    """The periods in which inputs are asked for, and where each stands now."""

    queryset = Round.objects.none()
    serializer_class = RoundSerializer
    filter_backends = []

    def get_queryset(self) -> QuerySet[Round]:
        rounds = Round.objects.filter(consultation=self.access.consultation)
        return rounds.select_related("asks_again").order_by("opens_at", "pk")
