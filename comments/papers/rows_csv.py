"""Rows of a few cells as a CSV file with formulas defused, such as the numbers of a picture."""

import re
from collections.abc import Iterable, Sequence

from django.http import HttpResponse


def csv_response(rows: Iterable[Sequence[str]], filename: str) -> HttpResponse:
    """The file, in UTF-8 with a byte order mark; `filename` without its ending, in ASCII."""
    content = BYTE_ORDER_MARK + "".join(csv_record(row) for row in rows)
    response = HttpResponse(content, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{filename}.csv"'
    return response


BYTE_ORDER_MARK = "\ufeff"  # without it Excel does not read the file as UTF-8


# What a spreadsheet would read as the start of a formula, the full-width forms included: where a
# cell begins, and where one would begin for a spreadsheet that separates by semicolons (Excel, in
# most of Europe) or tabs. It does not know our quotation marks, so a line end begins a cell too.
# A tab or line end at the start of a cell is always defused, as some programs drop it (rule 22).
# Two patterns: FORMULA_INSIDE, which searches cells as a whole, begins with a set of characters,
# which is fast. A single pattern for both took half of the time of a table.
FORMULA = r" *[=+\-@＝＋－＠]"


FORMULA_AT_START = re.compile(rf"[\t\r\n]|{FORMULA}")


FORMULA_INSIDE = re.compile(rf"[;\t\r\n](?={FORMULA})")


def csv_record(cells: Iterable[str]) -> str:
    """One record, every field in quotation marks.

    The csv module is slower: it checks each character to see whether a field needs quotation marks.
    """
    fields = '","'.join([defused(words).replace('"', '""') for words in cells])
    return f'"{fields}"\r\n'


def defused(words: str) -> str:
    """Words with an apostrophe wherever a spreadsheet would read the start of a formula."""
    safe_words = FORMULA_INSIDE.sub(r"\g<0>'", words)
    return f"'{safe_words}" if FORMULA_AT_START.match(words) else safe_words
