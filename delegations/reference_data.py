"""Loads delegations, groups and members from the data shipped with the project.

A second load changes nothing. Rows that the secretariat corrected are left alone, except that a
code of earlier data is replaced. Every membership that is known already is left alone too: an end
that was entered by hand is never undone.
"""

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from django.db import transaction
from simple_history.utils import bulk_create_with_history, bulk_update_with_history

from delegations.models import Delegation, GroupMembership

DATA_FOLDER = Path(__file__).resolve().parent / "data"
CHANGE_REASON = "reference data"
# Codes that groups had in earlier data. Seats keep the old one, which begins their inputs' numbers.
NEW_CODE_BY_OLD_CODE = {"AFRICAN-GROUP": "AG", "ASIA-PACIFIC-GROUP": "APG", "NON-ALIGNED": "NAC"}
NAME_LANGUAGES = ("en", "ar", "zh", "fr", "ru", "es")
LOADED_FIELDS = (
    "kind",
    "iso2",
    "m49",
    "regional_group",
    "sort_key",
    *(f"short_{language}" for language in NAME_LANGUAGES),
    *(f"formal_{language}" for language in NAME_LANGUAGES),
)


@dataclass(frozen=True, slots=True)
class LoadCounts:
    """How many rows a load wrote."""

    added: int
    # A group that got both another code and other fields counts twice.
    changed: int
    added_memberships: int

    @property
    def sentences(self) -> str:
        return (
            f"Delegations: {self.added} added, {self.changed} brought up to date. "
            f"Group memberships: {self.added_memberships} added."
        )


@transaction.atomic
def load_reference_data() -> LoadCounts:
    """Bring delegations and group memberships up to the shipped data, in a few queries."""
    delegation_rows: list[dict[str, Any]] = _read_rows("delegations.json")
    renamed_count = _shorten_codes()
    delegation_by_code = {delegation.code: delegation for delegation in Delegation.objects.all()}
    new_delegations = [
        _copy_fields_to(Delegation(code=row["code"]), row)
        for row in delegation_rows
        if row["code"] not in delegation_by_code
    ]
    changed_delegations = [
        _copy_fields_to(delegation_by_code[row["code"]], row)
        for row in delegation_rows
        if row["code"] in delegation_by_code and _is_to_update(delegation_by_code[row["code"]], row)
    ]
    _create_rows(new_delegations, Delegation)
    if changed_delegations:
        bulk_update_with_history(
            changed_delegations, Delegation, LOADED_FIELDS, default_change_reason=CHANGE_REASON
        )
    return LoadCounts(
        added=len(new_delegations),
        changed=len(changed_delegations) + renamed_count,
        added_memberships=_load_memberships(),
    )


def _shorten_codes() -> int:
    """Give groups that are stored under a code of earlier data their present one.

    Returns how many.
    """
    groups = list(Delegation.objects.filter(code__in=NEW_CODE_BY_OLD_CODE))
    for group in groups:
        group.code = NEW_CODE_BY_OLD_CODE[group.code]
    if groups:
        bulk_update_with_history(groups, Delegation, ["code"], default_change_reason=CHANGE_REASON)
    return len(groups)


def _load_memberships() -> int:
    """Add the memberships that are not known yet; returns how many. Needs the delegations."""
    delegation_by_code = {delegation.code: delegation for delegation in Delegation.objects.all()}
    known_code_pairs = set(GroupMembership.objects.values_list("group__code", "member__code"))
    new_memberships = [
        GroupMembership(
            group=delegation_by_code[row["group"]],
            member=delegation_by_code[row["member"]],
            starts_on=_parse_day(row["start"]),
            ends_on=_parse_day(row["end"]),
        )
        for row in _read_rows("group_memberships.json")
        if (row["group"], row["member"]) not in known_code_pairs
    ]
    _create_rows(new_memberships, GroupMembership)
    return len(new_memberships)


def _create_rows(rows: list[Any], model: type[Any]) -> None:
    if rows:
        bulk_create_with_history(rows, model, batch_size=500, default_change_reason=CHANGE_REASON)


def _is_to_update(delegation: Delegation, row: dict[str, Any]) -> bool:
    """Whether the shipped row differs, and nobody corrected the delegation by hand."""
    if delegation.is_corrected:
        return False
    return any(getattr(delegation, name) != (row.get(name) or "") for name in LOADED_FIELDS)


def _copy_fields_to(delegation: Delegation, row: dict[str, Any]) -> Delegation:
    for name in LOADED_FIELDS:
        setattr(delegation, name, row.get(name) or "")
    return delegation


def _parse_day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _read_rows(file_name: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads((DATA_FOLDER / file_name).read_text(encoding="utf-8"))
    return rows
