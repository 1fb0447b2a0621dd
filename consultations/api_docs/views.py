"""The page that documents the API, made from its schema, without a script."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from drf_spectacular.generators import SchemaGenerator

from consultations.rules.access import Actor
from consultations.web.view_decorators import with_actor

# So begins the name of each shape that the schema has for one page of a list. Such a page is
# described as "a page: list of …"; its shape is not listed among the shapes.
PAGE_SCHEMA_PREFIX = "Paginated"


@dataclass(frozen=True, slots=True)
class ApiField:
    """A parameter of an operation, or a field of a shape."""

    name: str
    kind: str
    description: str
    is_required: bool
    location: str = ""  # query, header; empty for a field of a body


@dataclass(frozen=True, slots=True)
class Operation:
    """One method at one address."""

    id: str
    method: str
    path: str
    description: str
    fields: tuple[ApiField, ...]
    success_answers: tuple[tuple[str, str], ...]  # ("200", the kind of its body)


@dataclass(frozen=True, slots=True)
class ApiShape:
    """A kind of JSON object that the API takes or returns, with its fields."""

    name: str
    description: str
    fields: tuple[ApiField, ...]


@dataclass(frozen=True, slots=True)
class ApiDescription:
    """The operations of the API, by tag and in the order of their addresses, and its shapes."""

    operations_by_tag: Mapping[str, tuple[Operation, ...]]
    shapes: tuple[ApiShape, ...]


@require_safe
@with_actor
def api_page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Every address, with what it takes and what it answers; open to every capacity."""
    return render(request, "consultations/api_docs/api.html", {"api": api_description()})


@cache
def api_description() -> ApiDescription:
    """The schema as the page shows it, in English; it does not change until the next start."""
    generator: Any = SchemaGenerator()  # type: ignore[no-untyped-call]
    schema = generator.get_schema(request=None, public=True)
    components = schema["components"]["schemas"]
    operations_by_tag: dict[str, list[Operation]] = {}
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            api_operation = _operation(path, method, operation, components)
            operations_by_tag.setdefault(operation["tags"][0], []).append(api_operation)
    shape_names = sorted(name for name, shape in components.items() if "properties" in shape)
    return ApiDescription(
        operations_by_tag={tag: tuple(operations) for tag, operations in operations_by_tag.items()},
        shapes=tuple(
            ApiShape(name, components[name].get("description", ""), _fields(name, components))
            for name in shape_names
            if not name.startswith(PAGE_SCHEMA_PREFIX)
        ),
    )


def _operation(
    path: str, method: str, operation: Mapping[str, Any], components: Mapping[str, Any]
) -> Operation:
    """An operation of the OpenAPI schema; `components` are its shapes by name."""
    return Operation(
        id=operation["operationId"],
        method=method.upper(),
        path=path,
        description=operation.get("description", ""),
        fields=(*_parameters(operation, components), *_body_fields(operation, components)),
        success_answers=tuple(_success_answers(operation, components)),
    )


def _parameters(operation: Mapping[str, Any], components: Mapping[str, Any]) -> Iterator[ApiField]:
    """The parameters of the query and the headers; the address shows those in the path."""
    for parameter in operation.get("parameters", []):
        if parameter["in"] != "path":
            yield ApiField(
                name=parameter["name"],
                kind=_kind(parameter["schema"], components),
                description=_description(parameter),
                is_required=parameter.get("required", False),
                location=parameter["in"],
            )


def _body_fields(
    operation: Mapping[str, Any], components: Mapping[str, Any]
) -> tuple[ApiField, ...]:
    """The fields of the JSON that an operation takes; none where it takes none."""
    content = operation.get("requestBody", {}).get("content", {})
    schema = content.get("application/json", {}).get("schema", {})
    return _fields(_referenced_name(schema), components) if "$ref" in schema else ()


def _success_answers(
    operation: Mapping[str, Any], components: Mapping[str, Any]
) -> Iterator[tuple[str, str]]:
    """Status and kind of body of each answer to a success; failures are the same everywhere."""
    for status, answer in sorted(operation["responses"].items()):
        content = answer.get("content", {}).get("application/json")
        if status.startswith("2"):
            yield status, _kind(content["schema"], components) if content else _("nothing")


def _fields(name: str, components: Mapping[str, Any]) -> tuple[ApiField, ...]:
    """The fields of the shape with this name."""
    shape_schema = components[name]
    return tuple(
        ApiField(
            name=field_name,
            kind=_kind(field_schema, components),
            description=_description(field_schema),
            is_required=field_name in shape_schema.get("required", []),
        )
        for field_name, field_schema in shape_schema.get("properties", {}).items()
    )


def _kind(schema: Mapping[str, Any], components: Mapping[str, Any]) -> str:
    """The kind of a value in words: "date-time", "list of Reply", "one of: comment, question"."""
    if "$ref" in schema:
        name = _referenced_name(schema)
        results = components[name].get("properties", {}).get("results")
        if name.startswith(PAGE_SCHEMA_PREFIX) and results:
            return _("a page: %(rows)s") % {"rows": _kind(results, components)}
        return _kind(components[name], components) if "enum" in components[name] else name
    for combiner in ("allOf", "oneOf"):
        if combiner in schema:
            kinds = (_kind(part_schema, components) for part_schema in schema[combiner])
            return " / ".join(kind for kind in kinds if kind)
    if "enum" in schema:
        # A shape for an empty choice alone ("" or null) has no other value: it is not described.
        values = _(", ").join(str(value) for value in schema["enum"] if value not in {"", None})
        return _("one of: %(values)s") % {"values": values} if values else ""
    if schema.get("type") == "array":
        return _("list of %(rows)s") % {"rows": _kind(schema["items"], components)}
    return str(schema.get("format") or schema.get("type", "object"))


def _description(field_schema: Mapping[str, Any]) -> str:
    """The description without the list of values, which is shown as the kind.

    The schema puts that list behind it: "* `late` - accepted and marked late".
    """
    return str(field_schema.get("description", "")).partition("* `")[0].strip()


def _referenced_name(schema: Mapping[str, Any]) -> str:
    """The name of a shape in a reference to it: "#/components/schemas/Round" → "Round"."""
    return str(schema["$ref"]).rpartition("/")[2]
