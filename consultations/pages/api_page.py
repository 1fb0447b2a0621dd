"""The page that explains the API, made from its own schema: no script, in the project's frame."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from drf_spectacular.generators import SchemaGenerator

from consultations.pages.view_decorators import with_actor
from consultations.rules.access import Actor

# Lists come in pages; the shape of a page is said once, in words.
PAGE_OF = "Paginated"


@dataclass(frozen=True, slots=True)
class ExplainedField:
    """Something sent or told: a parameter, or a field of a shape."""

    name: str
    kind: str
    words: str
    is_required: bool
    place: str = ""  # query, header; empty for a field of a body


@dataclass(frozen=True, slots=True)
class Operation:
    """One act on one address."""

    id: str
    method: str
    path: str
    words: str
    fields: tuple[ExplainedField, ...]
    answers: tuple[tuple[str, str], ...]  # status, what comes


@dataclass(frozen=True, slots=True)
class ExplainedShape:
    """What a row looks like."""

    name: str
    words: str
    fields: tuple[ExplainedField, ...]


@dataclass(frozen=True, slots=True)
class Explained:
    """The whole API in the order of its addresses."""

    groups: Mapping[str, tuple[Operation, ...]]
    shapes: tuple[ExplainedShape, ...]


@require_safe
@with_actor
def api_page(request: HttpRequest, access: Actor) -> HttpResponse:
    """Every address, what it takes and what it tells."""
    return render(request, "consultations/api.html", {"access": access, "api": explained()})


@cache
def explained() -> Explained:
    """The schema in the words of the page. It is in English, and the same until the next start."""
    generator: Any = SchemaGenerator()  # type: ignore[no-untyped-call]
    schema = generator.get_schema(request=None, public=True)
    components = schema["components"]["schemas"]
    groups: dict[str, list[Operation]] = {}
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            said = _operation(path, method, operation, components)
            groups.setdefault(operation["tags"][0], []).append(said)
    told = sorted(name for name, shape in components.items() if "properties" in shape)
    return Explained(
        groups={tag: tuple(operations) for tag, operations in groups.items()},
        shapes=tuple(
            ExplainedShape(name, components[name].get("description", ""), _fields(name, components))
            for name in told
            if not name.startswith(PAGE_OF)
        ),
    )


def _operation(
    path: str, method: str, operation: Mapping[str, Any], components: Mapping[str, Any]
) -> Operation:
    return Operation(
        id=operation["operationId"],
        method=method.upper(),
        path=path,
        words=operation.get("description", ""),
        fields=(*_parameters(operation, components), *_body(operation, components)),
        answers=tuple(_answers(operation, components)),
    )


def _parameters(
    operation: Mapping[str, Any], components: Mapping[str, Any]
) -> Iterator[ExplainedField]:
    for parameter in operation.get("parameters", []):
        if parameter["in"] != "path":
            yield ExplainedField(
                name=parameter["name"],
                kind=_kind(parameter["schema"], components),
                words=_said(parameter),
                is_required=parameter.get("required", False),
                place=parameter["in"],
            )


def _body(
    operation: Mapping[str, Any], components: Mapping[str, Any]
) -> tuple[ExplainedField, ...]:
    content = operation.get("requestBody", {}).get("content", {})
    taken = content.get("application/json", {}).get("schema", {})
    return _fields(_referred(taken), components) if "$ref" in taken else ()


def _answers(
    operation: Mapping[str, Any], components: Mapping[str, Any]
) -> Iterator[tuple[str, str]]:
    """What comes when it goes well; the ways it can fail are the same everywhere."""
    for status, answer in sorted(operation["responses"].items()):
        content = answer.get("content", {}).get("application/json")
        if status.startswith("2"):
            yield status, _kind(content["schema"], components) if content else _("nothing")


def _fields(name: str, components: Mapping[str, Any]) -> tuple[ExplainedField, ...]:
    shape = components[name]
    return tuple(
        ExplainedField(
            name=key,
            kind=_kind(field, components),
            words=_said(field),
            is_required=key in shape.get("required", []),
        )
        for key, field in shape.get("properties", {}).items()
    )


def _kind(schema: Mapping[str, Any], components: Mapping[str, Any]) -> str:
    """The kind of a value in words: "date-time", "list of Reply", "one of: comment, question"."""
    if "$ref" in schema:
        name = _referred(schema)
        listed = components[name].get("properties", {}).get("results")
        if name.startswith(PAGE_OF) and listed:
            return _("a page: %(rows)s") % {"rows": _kind(listed, components)}
        return _kind(components[name], components) if "enum" in components[name] else name
    for together in ("allOf", "oneOf"):
        if together in schema:
            kinds = (_kind(part, components) for part in schema[together])
            return " / ".join(kind for kind in kinds if kind)
    if "enum" in schema:
        values = _(", ").join(str(value) for value in schema["enum"] if value not in {"", None})
        return _("one of: %(values)s") % {"values": values} if values else ""
    if schema.get("type") == "array":
        return _("list of %(rows)s") % {"rows": _kind(schema["items"], components)}
    return str(schema.get("format") or schema.get("type", "object"))


def _said(described: Mapping[str, Any]) -> str:
    """What it means, without the list of its values, which stands under its kind."""
    return str(described.get("description", "")).partition("* `")[0].strip()


def _referred(schema: Mapping[str, Any]) -> str:
    return str(schema["$ref"]).rpartition("/")[2]
