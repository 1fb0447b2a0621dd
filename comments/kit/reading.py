"""Reads the file of a kit in the process apart, whichever of its formats it has."""

from comments.kit.docx_in import page_headings, rows_of
from comments.kit.file_contents import FileContents
from comments.kit.xlsx_in import sheets_of
from drafts.parsing.package import Package, open_file, tree_of


def read_contents(name: str, content: bytes) -> FileContents:
    """The contents of a file, by its format. Raises Unreadable."""
    package = open_file(name, content)
    if package.kind == "xlsx":
        return FileContents(is_word=False, sheets=sheets_of(package))
    return FileContents(
        is_word=True,
        properties=_properties(package),
        rows=tuple(rows_of(package)),
        page_headings=tuple(page_headings(package)),
    )


def _properties(package: Package) -> dict[str, str]:
    """The custom properties of a Word document, which say for whom a kit was made."""
    part = package.xml_part("docProps/custom.xml")
    if not part:
        return {}
    return {
        property.get("name", ""): "".join(property.itertext()).strip()
        for property in tree_of(part)
        if isinstance(property.tag, str)  # an element, not a comment in the XML
    }
