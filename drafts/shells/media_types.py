"""The media types of the files that more than one kind of paper is offered in."""

from typing import Final

_OFFICE: Final = "application/vnd.openxmlformats-officedocument"
DOCX: Final = f"{_OFFICE}.wordprocessingml.document"
XLSX: Final = f"{_OFFICE}.spreadsheetml.sheet"
PDF: Final = "application/pdf"
