"""Lists of keys in SQL, as arrays."""

from collections.abc import Iterable

from django.contrib.postgres.fields import ArrayField
from django.db.models import BigIntegerField, BooleanField, F, Func, Subquery, Value


def among(ids: Iterable[int]) -> Func:
    """Keys for `__in` as one array: hundreds of parameters cost more than reading their rows.

    For any number of keys: the database hashes them.
    """
    array = Value(f"{{{','.join(map(str, ids))}}}")
    return Func(array, template="(SELECT UNNEST(%(expressions)s::bigint[]))")


def is_one_of(column: str, ids: Iterable[int]) -> Func:
    """Whether a column is one of the few keys of a page, which an index finds in a large table.

    Not for thousands of keys: a prepared plan would go through all of them for every row.
    """
    array = Value([*ids], output_field=ArrayField(BigIntegerField()))
    return is_in_array(column, array)


def is_in_array(column: str, array: Value | Subquery) -> Func:
    """Whether a column is in an array, which the database may put together itself."""
    return Func(
        F(column),
        array,
        arg_joiner=" = ANY(",
        template="%(expressions)s)",
        output_field=BooleanField(),
    )
