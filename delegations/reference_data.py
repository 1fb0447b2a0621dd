"""Who is who, from the data shipped with the project; loaded again it changes nothing.

Rows that the secretariat corrected are left alone, and so is every membership that is known
already: an end that was entered by hand never comes undone.
"""

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from django.db import transaction
from simple_history.utils import bulk_create_with_history, bulk_update_with_history

from delegations.models import Delegation, GroupMembership

DATA = Path(__file__).resolve().parent / "data"
REASON = "reference data"
# Groups were called otherwise once; numbers that a seat has given stay as they are.
SHORTENED = {"AFRICAN-GROUP": "AG", "ASIA-PACIFIC-GROUP": "APG", "NON-ALIGNED": "NAC"}
LANGUAGES = ("en", "ar", "zh", "fr", "ru", "es")
FIELDS = (
    "kind",
    "iso2",
    "m49",
    "regional_group",
    "sort_key",
    *(f"short_{language}" for language in LANGUAGES),
    *(f"formal_{language}" for language in LANGUAGES),
)


@dataclass(frozen=True, slots=True)
class Loaded:
    """How many rows were written."""

    added: int
    changed: int
    memberships: int

    @property
    def words(self) -> str:
        return (
            f"Delegations: {self.added} added, {self.changed} brought up to date. "
            f"Group memberships: {self.memberships} added."
        )


@transaction.atomic
def load_reference_data() -> Loaded:
    """Bring delegations and group memberships up to the shipped data, in a few queries."""
    rows: list[dict[str, Any]] = _read("delegations.json")
    renamed = _shorten_codes()
    stored = {row.code: row for row in Delegation.objects.all()}
    new = [_fill(Delegation(code=row["code"]), row) for row in rows if row["code"] not in stored]
    changed = [
        _fill(stored[row["code"]], row)
        for row in rows
        if row["code"] in stored and _differs(stored[row["code"]], row)
    ]
    _add(new, Delegation)
    if changed:
        bulk_update_with_history(changed, Delegation, FIELDS, default_change_reason=REASON)
    return Loaded(len(new), len(changed) + renamed, _load_memberships())


def _shorten_codes() -> int:
    """Groups under a code of earlier data are the same groups under the one of today."""
    found = list(Delegation.objects.filter(code__in=SHORTENED))
    for delegation in found:
        delegation.code = SHORTENED[delegation.code]
    if found:
        bulk_update_with_history(found, Delegation, ["code"], default_change_reason=REASON)
    return len(found)


def _load_memberships() -> int:
    delegations = {row.code: row for row in Delegation.objects.all()}
    known = set(GroupMembership.objects.values_list("group__code", "member__code"))
    new = [
        GroupMembership(
            group=delegations[row["group"]],
            member=delegations[row["member"]],
            starts_on=_day(row["start"]),
            ends_on=_day(row["end"]),
        )
        for row in _read("group_memberships.json")
        if (row["group"], row["member"]) not in known
    ]
    _add(new, GroupMembership)
    return len(new)


def _add(rows: list[Any], model: type[Any]) -> None:
    if rows:
        bulk_create_with_history(rows, model, batch_size=500, default_change_reason=REASON)


def _differs(delegation: Delegation, row: dict[str, Any]) -> bool:
    if delegation.is_corrected:
        return False
    return any(getattr(delegation, name) != (row.get(name) or "") for name in FIELDS)


def _fill(delegation: Delegation, row: dict[str, Any]) -> Delegation:
    for name in FIELDS:
        setattr(delegation, name, row.get(name) or "")
    return delegation


def _day(written: str | None) -> date | None:
    return date.fromisoformat(written) if written else None


def _read(name: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads((DATA / name).read_text(encoding="utf-8"))
    return rows
