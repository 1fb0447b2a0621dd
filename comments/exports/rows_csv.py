"""Rows of a few cells as a CSV file with formulas defused, such as the numbers of a picture."""

from collections.abc import Iterable, Sequence

from django.http import HttpResponse

from comments.exports.as_csv import BYTE_ORDER_MARK, csv_record


def csv_response(rows: Iterable[Sequence[str]], filename: str) -> HttpResponse:
    """The file, in UTF-8 with a byte order mark; `filename` without its ending, in ASCII."""
    content = BYTE_ORDER_MARK + "".join(csv_record(row) for row in rows)
    response = HttpResponse(content, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{filename}.csv"'
    return response
