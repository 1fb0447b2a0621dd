"""Saves rows together with their history: who changed a row, and in which capacity."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Protocol

from django.db import models
from django.db.models import Case, Value, When
from simple_history.models import HistoricalRecords


class RecordedActor(Protocol):
    """Who acts, as the history records them: a user in one capacity.

    `Actor` and `Access` in `consultations` fit, and so does an `Operator` of the command line.
    """

    @property
    def user(self) -> models.Model | None:
        """None where nobody is signed in: an operator at the command line."""
        ...

    @property
    def capacity_words(self) -> str:
        """The capacity as the record keeps it, for example "focal point, Portugal"."""
        ...

    @property
    def moment(self) -> datetime:
        """When they act: the history has the moment that the rows have."""
        ...


class SparseHistory(HistoricalRecords):  # type: ignore[misc]
    """History that adds no record when only excluded fields were saved (such as a last sign-in)."""

    def post_save(self, instance: models.Model, created: bool, **kwargs: Any) -> None:
        saved_fields = kwargs.get("update_fields")
        if saved_fields is None or set(saved_fields) - set(self.excluded_fields):
            super().post_save(instance, created, **kwargs)


def recorded_history(*, excluded_fields: tuple[str, ...] = ()) -> SparseHistory:
    """The history of a model whose rows are edited in place, for its attribute `history`.

    `history_change_reason` holds the acting capacity, so that no signal is needed to fill a
    column of its own. `excluded_fields` are not copied: what is derived, such as redlines, or is
    no part of the record, such as a password or when somebody was last active.
    """
    return SparseHistory(
        excluded_fields=list(excluded_fields),
        history_change_reason_field=models.CharField(max_length=300, null=True),
        user_db_constraint=False,  # the database does not check the key of who changed the row
    )


def write[Row: models.Model](row: Row, *, by: RecordedActor) -> Row:
    """Validate and save a row; its history records who wrote it (`by`), when and in which capacity.

    Raises ValidationError, with sentences per field. Keys to other rows, uniqueness and constraints
    are checked by the database as it saves: asking it first would cost a query for each of them.
    """
    _validate(row)
    record_next(row, by=by)
    row.save()
    return row


def record_next(row: models.Model, *, by: RecordedActor) -> None:
    """Say who acts, for the history of the row as it is saved or deleted next."""
    # simple_history reads these three.
    row._history_user = by.user  # type: ignore[attr-defined]
    row._change_reason = by.capacity_words  # type: ignore[attr-defined]
    row._history_date = by.moment  # type: ignore[attr-defined]


def bulk_arguments(by: RecordedActor) -> dict[str, Any]:
    """Who acts, for the bulk functions of simple_history."""
    return {
        "default_user": by.user,
        "default_change_reason": by.capacity_words,
        "default_date": by.moment,
    }


def write_new[Row: models.Model](rows: Sequence[Row], *, by: RecordedActor) -> list[Row]:
    """Save many new rows at once, each with its history: two queries, however many there are.

    Raises ValidationError for the first row that is not valid.
    """
    if not rows:
        return []
    for row in rows:
        _validate(row)
    model = type(rows[0])
    created = model._default_manager.bulk_create(rows)
    model.history.bulk_history_create(created, **bulk_arguments(by))  # type: ignore[attr-defined]
    return created


def _validate(row: models.Model) -> None:
    """Validate every field but the keys to other rows, which the database checks."""
    relations = {field.name for field in row._meta.fields if field.is_relation}
    row.full_clean(exclude=relations, validate_unique=False, validate_constraints=False)


def write_fields[Row: models.Model](
    rows: Sequence[Row], *, fields: Sequence[str], by: RecordedActor
) -> None:
    """Save these fields of many stored rows at once, each with its history: two queries.

    The caller has locked the rows and set the new values on them. For moments and numbers that an
    act sets itself; words that somebody typed go through `write`, because this validates nothing.
    """
    model = type(rows[0])
    value_by_field = {field_name: _value_of_each(rows, field_name) for field_name in fields}
    model._default_manager.filter(pk__in=[row.pk for row in rows]).update(**value_by_field)
    model.history.bulk_history_create(  # type: ignore[attr-defined]
        rows,
        update=True,  # recorded as changes: by default they would be creations
        **bulk_arguments(by),
    )


def _value_of_each(rows: Sequence[models.Model], field_name: str) -> Any:
    """The new value of a field: one for all rows, or a CASE in SQL with the value of each row."""
    field: Any = rows[0]._meta.get_field(field_name)
    row_ids_by_value: dict[Any, list[Any]] = {}
    for row in rows:
        # `attname`: of a key to another row its id, without a query for that row.
        row_ids_by_value.setdefault(getattr(row, field.attname), []).append(row.pk)
    if len(row_ids_by_value) == 1:
        return next(iter(row_ids_by_value))
    cases = (When(pk__in=row_ids, then=Value(value)) for value, row_ids in row_ids_by_value.items())
    return Case(*cases, output_field=field)
