"""Writes the kit as a Word document: its rows, with a content control in each cell.

A content control is a field of a Word document; its tag says which row and field it is. `docx_in`
reads them back. Lengths in XML ("dxa") are in twips, twentieths of a point.

A kit is the Word or Excel file that a delegation downloads, fills in with its capital and uploads.
"""

from collections.abc import Iterable, Iterator
from io import BytesIO
from typing import Any
from zipfile import ZipFile

from django.utils.translation import gettext, override
from docx.document import Document
from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from comments.kit.contents import (
    PLACEHOLDERS,
    KitContents,
    KitRow,
    consent_choices,
    head_of,
    how_to_in_word,
)
from comments.kit.file_rows import heading_by_field
from comments.models import CommentKind, CommentType
from comments.papers.docx import RUN_PROPERTIES, TEXT_WIDTH_TWIPS, make_document, split_at_marker
from consultations.models import Consent
from drafts.printing.annex import TABLE_BORDERS
from drafts.printing.conventions import (
    BOLD,
    ITALIC,
    KEPT,
    is_right_to_left,
)
from drafts.printing.docx import DOCUMENT_PART, language_properties, run_xml
from drafts.printing.streamed_zip import escape_xml, stream_zip

# Shares of the width of the page, by field.
WIDTH_SHARES = {
    "reference": 6,
    "label": 7,
    "text": 26,
    "kind": 9,
    "type": 9,
    "proposed": 26,
    "rationale": 17,
    "consent": 9,
}
QUIET_XML = '<w:color w:val="767676"/>'  # grey
SMALL_XML = '<w:sz w:val="12"/><w:szCs w:val="12"/>'  # 6 points, in halves of a point
PROPERTIES_XML = """<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"\
 xmlns:vt="http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes">{}</Properties>"""
# The format id is that of custom properties; their numbers begin with 2.
PROPERTY_XML = (
    '<property fmtid="{{D5CDD505-2E9C-101B-9397-08002B2CF9AE}}" pid="{}" name="{}">'
    "<vt:lpwstr>{}</vt:lpwstr></property>"
)


def write_docx(kit: KitContents) -> bytes:
    """The whole document."""
    with override(kit.language):
        writer = KitDocxWriter(kit)
        shell = _shell(kit)
        xml_before_rows, xml_after_rows = split_at_marker(shell.read(DOCUMENT_PART).decode())
        rows_xml = writer.table_xml(kit.rows)
        return b"".join(
            stream_zip(
                shell, DOCUMENT_PART, xml_before_rows, rows_xml, lambda: xml_after_rows, kit.cut_off
            )
        )


def _shell(kit: KitContents) -> ZipFile:
    """The document with everything but its rows; a marker stands where they go."""
    document = make_document(kit, head_of(kit, how_to_in_word))
    _write_issued_for(document, kit)
    _turn_on_tracking(document)
    file = BytesIO()
    document.save(file)
    return ZipFile(file)


def _write_issued_for(document: Document, kit: KitContents) -> None:
    """Write into the properties of the document for whom the kit was made."""
    properties = "".join(
        PROPERTY_XML.format(number, name, value)
        for number, (name, value) in enumerate(kit.issued_for.properties().items(), start=2)
    )
    package = document.part.package
    part = Part(
        PackURI("/docProps/custom.xml"),
        CONTENT_TYPE.OFC_CUSTOM_PROPERTIES,
        PROPERTIES_XML.format(properties).encode(),
        package,
    )
    package.relate_to(part, RELATIONSHIP_TYPE.CUSTOM_PROPERTIES)


def _turn_on_tracking(document: Document) -> None:
    """Track every change, so that the text of the draft is never lost."""
    settings: Any = document.settings.element
    # The schema wants this element before the default tab stop.
    settings.find(qn("w:defaultTabStop")).addprevious(OxmlElement("w:trackRevisions"))


class KitDocxWriter:
    """Writes the rows of a kit as WordprocessingML, in the active language."""

    def __init__(self, kit: KitContents) -> None:
        self.kit = kit
        self.is_right_to_left = is_right_to_left(kit.language)
        self.heading_by_field = heading_by_field()
        shares = [WIDTH_SHARES[field] for field in kit.field_names]
        self.widths = [round(TEXT_WIDTH_TWIPS * share / sum(shares)) for share in shares]
        self.paper_language_xml = language_properties(kit.language)
        self.placeholder_by_field = {field: gettext(words) for field, words in PLACEHOLDERS.items()}
        self.choices_by_field = {
            "kind": [(choice.value, str(choice.label)) for choice in CommentKind],
            "type": [(choice.value, str(choice.label)) for choice in CommentType],
            "consent": consent_choices(kit.consents),
        }
        self.drop_down_xml_by_field = {
            field: _drop_down_list(choices) for field, choices in self.choices_by_field.items()
        }
        self.label_by_value_by_field = {
            field: dict(choices) for field, choices in self.choices_by_field.items()
        }
        # A draft may hold a consent that its round no longer offers.
        self.label_by_value_by_field["consent"] = {
            consent.value: str(consent.label) for consent in Consent
        }
        self.control_count = 0

    def table_xml(self, rows: Iterable[KitRow]) -> Iterator[str]:
        """The table, its first row repeated on every page."""
        yield self._table_start()
        for row in rows:
            yield self._row_xml(row)
        yield "</w:tbl><w:p/>"  # Word wants a paragraph after a table

    def _table_start(self) -> str:
        """The beginning of the table, with its heading row."""
        bidi_visual = "<w:bidiVisual/>" if self.is_right_to_left else ""
        grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in self.widths)
        heading_cells = "".join(
            self._cell_xml(
                run_xml(
                    self.heading_by_field[field], RUN_PROPERTIES[BOLD] + self.paper_language_xml
                ),
                width,
                "Tablehead",
            )
            for field, width in zip(self.kit.field_names, self.widths, strict=True)
        )
        # Width, indent, borders, fixed columns, cell margins; the row is repeated on each page.
        return (
            f'<w:tbl><w:tblPr>{bidi_visual}<w:tblW w:w="{sum(self.widths)}" w:type="dxa"/>'
            f'<w:tblInd w:w="70" w:type="dxa"/><w:tblBorders>{TABLE_BORDERS}</w:tblBorders>'
            '<w:tblLayout w:type="fixed"/>'
            '<w:tblCellMar><w:top w:w="45" w:type="dxa"/><w:left w:w="70" w:type="dxa"/>'
            '<w:bottom w:w="45" w:type="dxa"/><w:right w:w="70" w:type="dxa"/></w:tblCellMar>'
            f'<w:tblLook w:firstRow="1"/></w:tblPr><w:tblGrid>{grid}</w:tblGrid>'
            f"<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>{heading_cells}</w:tr>"
        )

    def _row_xml(self, row: KitRow) -> str:
        """A row of the kit, each cell in a content control."""
        input_language_xml = language_properties(row.language)
        text_language_xml = language_properties(self.kit.text_language)
        weight_xml = RUN_PROPERTIES[BOLD] if row.is_heading else RUN_PROPERTIES[KEPT]
        xml_by_field = {
            "reference": run_xml(row.row_key.reference, f"{QUIET_XML}{SMALL_XML}"),
            "label": run_xml(row.label, RUN_PROPERTIES[BOLD] + self.paper_language_xml)
            if row.label
            else "",
            "text": self._paragraph_text_xml(row, weight_xml + text_language_xml),
            "kind": self._choice_xml("kind", row.fields.kind),
            "type": self._choice_xml("type", row.fields.type),
            "proposed": run_xml(row.fields.proposed, input_language_xml)
            if row.fields.proposed
            else "",
            "rationale": run_xml(row.fields.rationale, input_language_xml)
            if row.fields.rationale
            else "",
            "consent": self._choice_xml("consent", row.fields.consent),
        }
        language_by_field = {
            "text": self.kit.text_language,
            "proposed": row.language,
            "rationale": row.language,
        }
        cells = "".join(
            self._cell_xml(
                self._content_control(row, field, xml_by_field[field]),
                width,
                language=language_by_field.get(field, self.kit.language),
            )
            for field, width in zip(self.kit.field_names, self.widths, strict=True)
        )
        return f"<w:tr>{cells}</w:tr>"

    def _paragraph_text_xml(self, row: KitRow, properties: str) -> str:
        """The text of the paragraph, its opening words in italics where it begins with them."""
        if not row.opening or not row.text.startswith(row.opening):
            return run_xml(row.text, properties)
        text_after_opening = row.text.removeprefix(row.opening)
        opening = run_xml(row.opening, RUN_PROPERTIES[ITALIC] + properties)
        return opening + (run_xml(text_after_opening, properties) if text_after_opening else "")

    def _choice_xml(self, field: str, value: str) -> str:
        """The label of a chosen value as a run; empty where nothing is chosen."""
        return (
            run_xml(self.label_by_value_by_field[field][value], self.paper_language_xml)
            if value
            else ""
        )

    def _content_control(self, row: KitRow, field: str, content_xml: str) -> str:
        """A content control around the content of a cell; an empty one shows a placeholder."""
        if field == "label" and not content_xml:  # nothing can be typed there
            return ""
        self.control_count += 1
        # No control can be deleted, and label and reference cannot be typed in either. The text
        # can: what is changed there is tracked.
        lock = "sdtContentLocked" if field in {"reference", "label"} else "sdtLocked"
        placeholder_mark = "" if content_xml else "<w:showingPlcHdr/>"
        shown_xml = content_xml or run_xml(
            self.placeholder_by_field.get(field, ""), QUIET_XML + self.paper_language_xml
        )
        return (
            f'<w:sdt><w:sdtPr><w:alias w:val="{escape_xml(self.heading_by_field[field])}"/>'
            f'<w:tag w:val="{row.row_key.tag(field)}"/><w:id w:val="{self.control_count}"/>'
            f'<w:lock w:val="{lock}"/>{placeholder_mark}{self._control_type(field)}</w:sdtPr>'
            f"<w:sdtContent>{shown_xml}</w:sdtContent></w:sdt>"
        )

    def _control_type(self, field: str) -> str:
        """What a control takes: one of a list, plain text, or text with formatting ("")."""
        if field in self.drop_down_xml_by_field:
            return self.drop_down_xml_by_field[field]
        # A plain control would not take the opening words in italics.
        return "" if field == "text" else '<w:text w:multiLine="1"/>'

    def _cell_xml(
        self, content: str, width: int, style: str = "Tabletext", language: str = ""
    ) -> str:
        """A cell with one paragraph, in the direction of `language`, else of the paper."""
        is_rtl = is_right_to_left(language or self.kit.language)
        # In a paper from right to left, a paragraph from left to right has to say so.
        explicit_left_to_right = '<w:bidi w:val="0"/>' if self.is_right_to_left else ""
        direction = "<w:bidi/>" if is_rtl else explicit_left_to_right
        return (
            f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr>'
            f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{direction}</w:pPr>{content}</w:p></w:tc>'
        )


def _drop_down_list(choices: Iterable[tuple[str, str]]) -> str:
    """The list of a control; `choices` are values with their labels."""
    items = "".join(
        f'<w:listItem w:displayText="{escape_xml(label)}" w:value="{value}"/>'
        for value, label in choices
    )
    return f"<w:dropDownList>{items}</w:dropDownList>"
