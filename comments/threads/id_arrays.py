"""Lists of ids in SQL, as arrays."""

from collections.abc import Iterable

from django.contrib.postgres.fields import ArrayField
from django.db.models import BigIntegerField, BooleanField, F, Func, Subquery, Value

from delegations.kept_statements import ids_as_array


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
