"""The media types of file formats in which several kinds of papers are offered."""

from typing import Final

_OFFICE: Final = "application/vnd.openxmlformats-officedocument"
DOCX: Final = f"{_OFFICE}.wordprocessingml.document"
XLSX: Final = f"{_OFFICE}.spreadsheetml.sheet"
PDF: Final = "application/pdf"
