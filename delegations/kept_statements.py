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


class ValuePlaceholder(Expression):
    """A placeholder in a queryset for one value, which is given each time the statement is run.

    `rows.filter(published_at__lte=ValuePlaceholder("moment", DateTimeField()))`
    """

    def __init__(self, name: str, field: "Field[Any, Any]", index: int | None = None) -> None:
        """`index` is that of the value where several values have this name."""
        super().__init__(output_field=field)
        # The keys by which `KeptStatement.run` finds its value among those that are given.
        self.path = (name,) if index is None else (name, index)

    def as_sql(self, _compiler: Any, _connection: Any) -> tuple[str, tuple["ValuePlaceholder"]]:  # type: ignore[override]
        return "%s", (self,)  # itself as the parameter, which `KeptStatement.run` replaces


class IdPlaceholders(Expression):
    """Placeholders for `count` ids that are given under one name.

    `rows.filter(seat__in=IdPlaceholders("seats", 2))`
    """

    def __init__(self, name: str, count: int) -> None:
        super().__init__(output_field=BigIntegerField())
        self.name, self.count = name, count

    def as_sql(self, _compiler: Any, _connection: Any) -> tuple[str, tuple[ValuePlaceholder, ...]]:  # type: ignore[override]
        if not self.count:
            raise EmptyResultSet  # as `__in` with an empty list: the condition is false
        placeholders = [
            ValuePlaceholder(self.name, self.output_field, index) for index in range(self.count)
        ]
        return f"({', '.join('%s' for _placeholder in placeholders)})", tuple(placeholders)


def is_in_id_array(column: str, name: str) -> Func:
    """Whether the id in a column is in an array that is given at each run (`ids_as_array`).

    In SQL: `column = ANY(%s::bigint[])`.
    """
    return Func(
        F(column),
        ValuePlaceholder(name, TextField()),
        arg_joiner=" = ANY(",
        template="%(expressions)s::bigint[])",
        output_field=BooleanField(),
    )


def ids_as_array(ids: Iterable[int]) -> str:
    """Ids as PostgreSQL reads an array: "{1,2,3}"."""
    return f"{{{','.join(map(str, ids))}}}"


def ids_in_array(name: str) -> Func:
    """For `__in`: ids that are given as one array at each run (`ids_as_array`)."""
    return Func(
        ValuePlaceholder(name, TextField()), template="(SELECT UNNEST(%(expressions)s::bigint[]))"
    )


class KeptStatement[Row]:
    """A queryset with placeholders, compiled to SQL at the first run and kept for all later ones.

    `build` makes the queryset; it is called once in a process.
    """

    def __init__(self, build: Callable[[], QuerySet[Any, Row]]) -> None:
        self._build = build

    def run(self, **values: Any) -> list[Row]:
        """The rows, in one query. Raises KeyError for a `ValuePlaceholder` without a value.

        Values are given as psycopg takes them.
        """
        queryset, kept_compiler, (sql, params) = self._compiled
        values_by_name: Any = values
        filled_params = [
            reduce(getitem, param.path, values_by_name)
            if isinstance(param, ValuePlaceholder)
            else param
            for param in params
        ]
        # Django runs what the compiler of the query returns: here the kept SQL with these values.
        compiler = copy(kept_compiler)
        compiler.connection = connections[DEFAULT_DB_ALIAS]  # each thread has its own
        compiler.as_sql = lambda: (sql, filled_params)
        queryset = queryset.all()  # a copy, so that the kept one is never changed
        queryset.query.get_compiler = lambda *_args, **_kwargs: compiler  # type: ignore[method-assign]
        return list(queryset)

    @cached_property
    def _compiled(self) -> tuple[QuerySet[Any, Row], Any, tuple[str, Any]]:
        """The queryset, its compiler, and the SQL with its parameters."""
        queryset = self._build()
        compiler: Any = queryset.query.get_compiler(DEFAULT_DB_ALIAS)
        return queryset, compiler, compiler.as_sql()
