"""Keys of rows in a question to the database."""

from collections.abc import Iterable

from django.contrib.postgres.fields import ArrayField
from django.db.models import BigIntegerField, BooleanField, F, Func, Subquery, Value


def among(keys: Iterable[int]) -> Func:
    """Keys for `__in` as one array: hundreds of parameters cost more than reading their rows.

    Right for as many as there are: the database hashes them.
    """
    array = Value(f"{{{','.join(map(str, keys))}}}")
    return Func(array, template="(SELECT UNNEST(%(expressions)s::bigint[]))")


def is_one_of(column: str, keys: Iterable[int]) -> Func:
    """Whether a column is one of a page's keys, of which an index finds each in a large table.

    Not for thousands: under a plan that is kept they would be walked for every row.
    """
    array = Value([*keys], output_field=ArrayField(BigIntegerField()))
    return is_in_array(column, array)


def is_in_array(column: str, array: Value | Subquery) -> Func:
    """The same of an array that the database puts together."""
    return Func(
        F(column),
        array,
        arg_joiner=" = ANY(",
        template="%(expressions)s)",
        output_field=BooleanField(),
    )
