"""SQL statements that are compiled once, and run again and again with other values.

To compile the statement for twenty inputs with all their related rows takes Django longer than
PostgreSQL takes to answer it. A kept statement is built from the names of its values alone: it
holds no reader's values, so that no reader can get rows that were asked for by another.
"""

from collections.abc import Callable, Iterable
from copy import copy
from functools import cached_property, reduce
from operator import getitem
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import (
    BigIntegerField,
    BooleanField,
    Expression,
    F,
    Field,
    Func,
    QuerySet,
    TextField,
)


class Place(Expression):
    """A placeholder for one value, which is given each time the statement is run.

    `rows.filter(published_at__lte=Place("moment", DateTimeField()))`
    """

    def __init__(self, name: str, field: "Field[Any, Any]", number: int | None = None) -> None:
        """`number` is the index of the value where several values have this name."""
        super().__init__(output_field=field)
        # The keys that lead to its value in those that are given.
        self.path = (name,) if number is None else (name, number)

    def as_sql(self, _compiler: Any, _connection: Any) -> tuple[str, tuple["Place"]]:  # type: ignore[override]
        return "%s", (self,)


class Places(Expression):
    """Placeholders for `count` keys: `rows.filter(seat__in=Places("seats", 2))`."""

    def __init__(self, name: str, count: int) -> None:
        super().__init__(output_field=BigIntegerField())
        self.name, self.count = name, count

    def as_sql(self, _compiler: Any, _connection: Any) -> tuple[str, tuple[Place, ...]]:  # type: ignore[override]
        if not self.count:
            raise EmptyResultSet
        places = [Place(self.name, self.output_field, number) for number in range(self.count)]
        return f"({', '.join('%s' for _place in places)})", tuple(places)


def is_among(column: str, name: str) -> Func:
    """Whether a key is in a list that is given as `keys_as_array` writes it, of any length."""
    return Func(
        F(column),
        Place(name, TextField()),
        arg_joiner=" = ANY(",
        template="%(expressions)s::bigint[])",
        output_field=BooleanField(),
    )


def keys_as_array(keys: Iterable[int]) -> str:
    return f"{{{','.join(map(str, keys))}}}"


def keys_given(name: str) -> Func:
    """For `__in`: keys given as one array each time the statement is run, as "{1,2,3}"."""
    return Func(Place(name, TextField()), template="(SELECT UNNEST(%(expressions)s::bigint[]))")


class KeptStatement[Row]:
    """Rows of a queryset whose values are `Place`s; `build` is called once in a process."""

    def __init__(self, build: Callable[[], QuerySet[Any, Row]]) -> None:
        self._build = build

    def ask(self, **values: Any) -> list[Row]:
        """The rows, in one query. Raises KeyError for a `Place` without a value.

        Values are given as psycopg takes them.
        """
        rows, kept_compiler, (sql, params) = self._compiled
        given: Any = values
        filled = [reduce(getitem, p.path, given) if isinstance(p, Place) else p for p in params]
        compiler = copy(kept_compiler)
        compiler.connection = connections[DEFAULT_DB_ALIAS]  # each thread has its own
        compiler.as_sql = lambda: (sql, filled)
        rows = rows.all()
        rows.query.get_compiler = lambda *_args, **_kwargs: compiler  # type: ignore[method-assign]
        return list(rows)

    @cached_property
    def _compiled(self) -> tuple[QuerySet[Any, Row], Any, tuple[str, Any]]:
        rows = self._build()
        compiler: Any = rows.query.get_compiler(DEFAULT_DB_ALIAS)
        return rows, compiler, compiler.as_sql()
