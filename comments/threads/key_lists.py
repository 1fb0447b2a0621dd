"""Keys of rows in a question to the database."""

from collections.abc import Iterable

from django.db.models import BooleanField, F, Func, Subquery, Value


def among(keys: Iterable[int]) -> Func:
    """Keys for `__in` as one array: hundreds of parameters cost more than reading their rows."""
    return Func(_array(keys), template="(SELECT UNNEST(%(expressions)s::bigint[]))")


def is_one_of(column: str, keys: Iterable[int]) -> Func:
    """Whether a column is one of these keys, of which an index finds each in a large table."""
    return is_in_array(column, Func(_array(keys), template="%(expressions)s::bigint[]"))


def is_in_array(column: str, array: Func | Subquery) -> Func:
    """The same of an array that the database puts together."""
    return Func(
        F(column),
        array,
        arg_joiner=" = ANY(",
        template="%(expressions)s)",
        output_field=BooleanField(),
    )


def _array(keys: Iterable[int]) -> Value:
    return Value(f"{{{','.join(map(str, keys))}}}")
