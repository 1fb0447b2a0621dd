"""The table as one JSON document: a head, then the rows with every field by its name."""

import json
from collections.abc import Iterator
from itertools import batched
from typing import Any

from comments.table.cells import Printer
from comments.table.compiled import Table, TableRow
from consultations.time.wall_clock import NEW_YORK

ROWS_PER_CHUNK = 200


def stream(table: Table) -> Iterator[bytes]:
    """An object with the head and, last, the array ``rows``; moments are ISO 8601, New York."""
    printer = Printer(table)
    # The object stays open: its last key, the rows, follows.
    head_json = _as_json(_head(table, printer)).removesuffix("}")
    yield f'{head_json}, "rows": ['.encode()
    separator = "\n"
    for rows in batched(table.rows, ROWS_PER_CHUNK):
        yield (separator + ",\n".join(_as_json(_row(row, printer)) for row in rows)).encode()
        separator = ",\n"
    yield b"\n]}\n"


def _as_json(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False)


def _head(table: Table, printer: Printer) -> dict[str, Any]:
    """The fields before the rows; optional ones only where the table has them.

    `part` has the names of what the table is narrowed to: "II Prevention", "Norway".
    """
    return {
        "title": printer.head.title,
        "handling": table.handling_mark,
        "consultation": table.consultation_title,
        "texts": table.text_titles,
        "revisions": table.dated_stages,
        "checksums": dict(table.stage_checksums),
        "cut_off": table.cut_off.astimezone(NEW_YORK).isoformat(),
        "copy": table.copy,
        **({"part": table.filter_names} if table.filter_names else {}),
        **({"disposition": table.disposition_filter} if table.disposition_filter else {}),
        "language": table.language,
        "count": table.row_count,  # of rows; in a short table some hold several inputs
        **({"inputs": table.input_count} if table.is_short else {}),
        "disclaimer": printer.head.disclaimer,
    }


def _row(row: TableRow, printer: Printer) -> dict[str, Any]:
    """The fields of a row that this copy of the table may show; all members of a group by name.

    In a short table `same` holds the other inputs that ask for the same words.
    """
    fields: dict[str, Any] = {
        "number": row.number,
        "draft": row.draft_title,
        "revision": row.stage,
        "label_then": row.label_then,
        "label_now": row.label_now or None,  # null: the paragraph was deleted
        "state": row.state,
        "opening": row.opening,
        "text": row.text,
        "text_language": row.text_language,
        "delegation": row.delegation_name,
        "on_behalf_of": row.on_behalf_of,
        "members": row.member_names,
        "aligned": row.aligned_names,
        "kind": row.kind,
        "type": row.type,
        "status": row.status,
        "language": row.language or printer.language,
        "proposed": row.proposed,
        "redline": row.redline,
        "rationale": row.rationale,
    }
    if printer.shows_replies:
        fields["replies"] = row.replies
    if printer.is_facilitators_copy:
        fields |= {
            "observation": row.observation,
            "disposition": row.disposition,
            "stance": row.stance,
        }
    if printer.table.is_short:
        fields["same"] = [_row(other_row, printer) for other_row in row.merged_rows]
    return fields
