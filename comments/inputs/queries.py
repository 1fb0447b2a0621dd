"""What every subject asks of inputs: their states, counts, rounds, and rows read with them."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Final
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.db.models import (
    BigIntegerField,
    BooleanField,
    Count,
    F,
    Func,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.functions import JSONObject

from comments.models import Alignment, Closure, Comment, CommentState, Reply, unsettled_filter
from consultations.models import Round
from consultations.rules.access import Access, Act
from consultations.rules.placeholder_reader import (
    CONSULTATION,
    ReaderShape,
    reader_of_shape,
    reader_shape_and_values,
)
from delegations.kept_statements import KeptStatement, ids_as_array
from delegations.models import Post
from delegations.reader_names import name_for_reader

CONDITIONS_BY_STATE: dict[str, dict[str, Any]] = {
    CommentState.DRAFTED: {"submitted_at": None, "cleared_at": None, "discarded_at": None},
    CommentState.CLEARED: {
        "submitted_at": None,
        "cleared_at__isnull": False,
        "discarded_at": None,
    },
    CommentState.SUBMITTED: {
        "submitted_at__isnull": False,
        "superseded_at": None,
        "withdrawn_at": None,
    },
    CommentState.WITHDRAWN: {"withdrawn_at__isnull": False, "superseded_at": None},
    CommentState.SUPERSEDED: {"superseded_at__isnull": False},
}

# Only those who draft find comments in these states: the own delegation, or a group's room.
UNSUBMITTED_STATES = (CommentState.DRAFTED, CommentState.CLEARED)
ROUNDS_STATEMENT = KeptStatement(lambda: Round.objects.filter(consultation=CONSULTATION))


def rounds_of_consultation(access: Access) -> list[Round]:
    """All rounds of the consultation: one query."""
    return ROUNDS_STATEMENT.run(consultation=access.consultation.pk)


def ready_to_submit_filter(access: Access) -> Q:
    """The drafts that may be submitted: cleared ones, or all where nobody else could clear them."""
    is_unsent = Q(submitted_at=None, discarded_at=None)
    return is_unsent if has_no_colleague(access) else is_unsent & Q(cleared_at__isnull=False)


def has_no_colleague(access: Access) -> bool:
    """Whether a focal point is the only person of the delegation with a post.

    Then own drafts need no clearance first.
    """
    if not access.may(Act.SUBMIT_COMMENT) or access.delegation is None:
        return False
    colleagues = Post.objects.held().filter(delegation=access.delegation).exclude(user=access.user)
    return not colleagues.exists()


def unanswered_inputs(access: Access) -> QuerySet[Comment]:
    """The inputs in force that have no review and were not closed without one, unordered."""
    return Comment.objects.visible_to(access).in_force().filter(unsettled_filter()).order_by()


# --- How many there are --------------------------------------------------------------------------


def counts_by_paragraph(
    access: Access, rounds: Collection[Round] | None = None, condition: Q | None = None
) -> dict[int, int]:
    """How many inputs in force this reader may see on each paragraph, counted by the database.

    `rounds` are all of the consultation, where they were read already: counting then takes two
    thirds of the time. `condition` is a further one on inputs.
    """
    if rounds is None or condition is not None:  # no statement is kept for these
        return dict(_counts(access, rounds, condition or Q()))
    shape, values = reader_shape_and_values(access, rounds)
    return dict(_counts_statement(shape).run(**values))


@cache
def _counts_statement(shape: ReaderShape) -> KeptStatement[Any]:
    """The statement that counts, compiled once for all readers of one shape."""
    # A reader of a shape knows the readable rounds already, whatever rounds are given.
    return KeptStatement(lambda: _counts(reader_of_shape(shape), rounds=(), condition=Q()))


def _counts(access: Access, rounds: Collection[Round] | None, condition: Q) -> QuerySet[Any, Any]:
    inputs = Comment.objects.visible_to(access, rounds).in_force().filter(condition).order_by()
    counts: QuerySet[Any, Any] = inputs.values_list("paragraph").annotate(count=Count("*"))
    return counts


# --- Ids as one array ----------------------------------------------------------------------------


def ids_subquery(ids: Iterable[int]) -> Func:
    """Ids for `__in` as one array: hundreds of parameters cost more than reading their rows.

    For any number of ids: the database hashes them.
    """
    array = Value(ids_as_array(ids))  # as PostgreSQL writes an array: "{1,2,3}"
    return Func(array, template="(SELECT UNNEST(%(expressions)s::bigint[]))")


def is_one_of(column: str, ids: Iterable[int]) -> Func:
    """Whether a column is one of the few ids of a page, which an index finds in a large table.

    Not for thousands of ids: a prepared plan would go through all of them for every row.
    """
    array = Value([*ids], output_field=ArrayField(BigIntegerField()))
    return is_in_array(column, array)


def is_in_array(column: str, array: Value | Subquery) -> Func:
    """Whether a column is in an array, which the database may put together itself."""
    # In SQL: column = ANY(array)
    return Func(
        F(column),
        array,
        arg_joiner=" = ANY(",
        template="%(expressions)s)",
        output_field=BooleanField(),
    )


# --- What is attached to an input ----------------------------------------------------------------


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
