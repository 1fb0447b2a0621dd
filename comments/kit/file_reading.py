"""Reads a Word or Excel file; run in the process apart, and so without models or settings."""

from comments.kit.docx_in import headings_of_pages, rows_of
from comments.kit.file_contents import FileContents
from comments.kit.xlsx_in import sheets_of
from drafts.readers.package import Package, open_file, tree_of


def read_contents(name: str, content: bytes) -> FileContents:
    """Everything that a file says, by its form. Raises Unreadable."""
    package = open_file(name, content)
    if package.form == "xlsx":
        return FileContents(is_word=False, sheets=sheets_of(package))
    return FileContents(
        is_word=True,
        properties=_properties(package),
        rows=tuple(rows_of(package)),
        headings=tuple(headings_of_pages(package)),
    )


def _properties(package: Package) -> dict[str, str]:
    part = package.part("docProps/custom.xml")
    if not part:
        return {}
    return {
        told.get("name", ""): "".join(told.itertext()).strip()
        for told in tree_of(part)
        if isinstance(told.tag, str)
    }
