"""Rows attached to an input, read as JSON with it and so without a query of their own.

Replies, alignments and the closure are read here, the review by `threads.with_answers`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.db.models.functions import JSONObject

from comments.models import Alignment, Closure, Reply
from delegations.reader_names import name_for_reader

# The keys of the JSON objects whose values are moments.
MOMENT_FIELDS = frozenset(
    {"moment", "withdrawn_at", "decided_at", "published_at", "stance_at", "closed_at"}
)


@dataclass(frozen=True, slots=True)
class ShownAlignment:
    """A delegation that associates itself with the input."""

    public_id: UUID
    seat_id: int
    delegation_name: str
    reservation: str
    # The order of delegations (`Seat.rank`), for a page that sorts them with others.
    rank: int = 0
    sort_key: str = ""


def alignments_of(comment: Any) -> tuple[ShownAlignment, ...]:
    """The alignments of an input that was read with `alignment_items`."""
    return tuple(ShownAlignment(**fields_from_json(item)) for item in comment.alignment_items)


def fields_from_json(item: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a row that came as JSON, as typed values: public ids, moments, words.

    A delegation has its name in the reader's language; no name, stance or note is "".
    """
    value_by_field: dict[str, Any] = {**item, "public_id": UUID(item["public_id"])}
    for name, value in item.items():
        if name in MOMENT_FIELDS:
            value_by_field[name] = datetime.fromisoformat(value) if value else None
        elif name == "delegation_name":
            value_by_field[name] = name_for_reader(value or "")
        elif name in {"stance", "stance_note"}:
            value_by_field[name] = value or ""
    return value_by_field


def items_as_json(attached_rows: Any, **fields: str) -> ArraySubquery:
    """An annotation with the rows attached to a comment, each as one JSON object."""
    return ArraySubquery(attached_rows.values(item=JSONObject(**fields)))


# Those who read an input read what is attached to it (domain, rule 8), so that these annotations
# are the same for every reader.
_OF_OUTER_COMMENT: Final = {"comment": OuterRef("pk")}
# Who is aligned, in the order of delegations; for `alignment_items`.
ALIGNMENT_ITEMS: Final = items_as_json(
    Alignment.objects.filter(**_OF_OUTER_COMMENT, withdrawn_at=None),
    public_id="public_id",
    seat_id="seat_id",
    delegation_name="seat__name",
    reservation="reservation",
    rank="seat__rank",
    sort_key="seat__sort_key",
)
REPLY_ITEMS: Final = items_as_json(
    Reply.objects.filter(**_OF_OUTER_COMMENT),
    public_id="public_id",
    seat_id="seat_id",
    delegation_name="seat__name",
    text="text",
    language="language",
    moment="created_at",
    withdrawn_at="withdrawn_at",
)
CLOSURE_ITEMS: Final = items_as_json(
    Closure.objects.in_force().filter(**_OF_OUTER_COMMENT),
    public_id="public_id",
    closed_at="closed_at",
    reason="reason",
)
