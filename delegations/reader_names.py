"""Names of delegations in the reader's language, and codes of groups, by their English names."""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from django.utils.translation import get_language

NAMES_FILE = Path(__file__).resolve().parent / "data" / "delegations.json"


def name_for_reader(name: str) -> str:
    """The short name in the language of the page: "Egypt" → "مصر".

    A name that the shipped data does not have stays as the record keeps it: one of an earlier
    time, or one that the secretariat gave (domain, rule 9).
    """
    language = (get_language() or "en")[:2]
    if language == "en":
        return name
    return (
        _shipped_row_by_english_name().get(_lookup_key(name), {}).get(f"short_{language}") or name
    )


def group_code(name: str) -> str:
    """The code of a group or regional group by its English name: "African Group" → "AG".

    Empty for one that the shipped data does not have.
    """
    row = _shipped_row_by_english_name().get(_lookup_key(name), {})
    return row.get("code", "") if row.get("kind") == "group" else ""


@cache
def _shipped_row_by_english_name() -> Mapping[str, Mapping[str, str]]:
    """The shipped rows, from field to value, by the key of the English short name."""
    delegation_rows = json.loads(NAMES_FILE.read_text(encoding="utf-8"))
    return {_lookup_key(row["short_en"]): row for row in delegation_rows}


def _lookup_key(name: str) -> str:
    """The name with a plain apostrophe, whichever was typed."""
    return name.replace("’", "'")
