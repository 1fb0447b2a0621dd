"""Writes the kit as a Word document: its rows, with a content control in each cell.

A content control is a field of a Word document; its tag says which row and field it is. `docx_in`
reads them back. Lengths in XML ("dxa") are in twips, twentieths of a point.
"""

from collections.abc import Iterable, Iterator
from copy import copy
from typing import Any

from django.utils.translation import gettext, override
from docx.document import Document
from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.oxml import serialize_part_xml
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from lxml.builder import ElementMaker

from comments.kit.file_rows import heading_by_field
from comments.kit.head import PLACEHOLDERS, head_of, how_to_in_word
from comments.kit.queries import KitContents, KitRow, consent_choices
from comments.models import CommentKind, CommentType
from comments.papers.docx import TEXT_WIDTH_TWIPS, make_document
from consultations.models import Consent
from drafts.printing.docx import stream_document
from drafts.printing.docx_elements import (
    BOLD_LOOK,
    ITALIC_LOOK,
    Block,
    Element,
    Streamed,
    W,
    attributes,
    paragraph,
    run,
    table,
    table_cell,
)

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
QUIET_LOOK = (W.color(attributes(val="767676")),)  # grey
SMALL_LOOK = (W.sz(attributes(val=12)), W.szCs(attributes(val=12)))  # 6 points, in halves of one
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006"
_NAMESPACES = {None: f"{_OFFICE}/custom-properties", "vt": f"{_OFFICE}/docPropsVTypes"}
P = ElementMaker(namespace=_NAMESPACES[None], nsmap=_NAMESPACES)
VT = ElementMaker(namespace=_NAMESPACES["vt"], nsmap=_NAMESPACES)
CUSTOM_PROPERTY_FORMAT = "{D5CDD505-2E9C-101B-9397-08002B2CF9AE}"


def write_docx(kit: KitContents) -> bytes:
    """The whole document."""
    with override(kit.language):
        document, place = make_document(kit, head_of(kit, how_to_in_word))
        _write_issued_for(document, kit)
        _turn_on_tracking(document)
        blocks = KitDocxWriter(kit).blocks(kit.rows)
        return b"".join(stream_document(document, place, blocks, kit.cut_off))


def _write_issued_for(document: Document, kit: KitContents) -> None:
    """Write into the properties of the document for whom the kit was made."""
    properties = (
        P.property(VT.lpwstr(value), fmtid=CUSTOM_PROPERTY_FORMAT, pid=str(number), name=name)
        # Their numbers begin with 2.
        for number, (name, value) in enumerate(kit.issued_for.properties().items(), start=2)
    )
    package = document.part.package
    part = Part(
        PackURI("/docProps/custom.xml"),
        CONTENT_TYPE.OFC_CUSTOM_PROPERTIES,
        serialize_part_xml(P.Properties(*properties)),
        package,
    )
    package.relate_to(part, RELATIONSHIP_TYPE.CUSTOM_PROPERTIES)


def _turn_on_tracking(document: Document) -> None:
    """Track every change, so that the text of the draft is never lost."""
    settings: Any = document.settings.element
    # The schema wants this element before the default tab stop.
    settings.find(qn("w:defaultTabStop")).addprevious(OxmlElement("w:trackRevisions"))


class KitDocxWriter:
    """Writes the rows of a kit as elements of Word, in the active language."""

    def __init__(self, kit: KitContents) -> None:
        self.kit = kit
        self.heading_by_field = heading_by_field()
        shares = [WIDTH_SHARES[field] for field in kit.field_names]
        self.widths = [round(TEXT_WIDTH_TWIPS * share / sum(shares)) for share in shares]
        self.placeholder_by_field = {field: gettext(words) for field, words in PLACEHOLDERS.items()}
        self.choices_by_field = {
            "kind": [(choice.value, str(choice.label)) for choice in CommentKind],
            "type": [(choice.value, str(choice.label)) for choice in CommentType],
            "consent": consent_choices(kit.consents),
        }
        self.drop_down_by_field = {
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

    def blocks(self, rows: Iterable[KitRow]) -> Iterator[Block]:
        """The table, its first row repeated on every page."""
        headings = (self.heading_by_field[field] for field in self.kit.field_names)
        head_cells = [
            self._cell(_runs(heading, *BOLD_LOOK, language=self.kit.language), width, "Tablehead")
            for heading, width in zip(headings, self.widths, strict=True)
        ]
        yield table(head_cells, self.widths, map(self._row, rows), self.kit.language)
        yield W.p()  # Word wants a paragraph after a table

    def _row(self, row: KitRow) -> Streamed:
        """A row of the kit, each cell in a content control."""
        paper_language, input_language = self.kit.language, row.language
        runs_by_field = {
            "reference": [run(row.row_key.reference, *QUIET_LOOK, *SMALL_LOOK)],
            "label": _runs(row.label, *BOLD_LOOK, language=paper_language),
            "text": list(self._text_runs(row)),
            "kind": self._choice_runs("kind", row.fields.kind),
            "type": self._choice_runs("type", row.fields.type),
            "proposed": _runs(row.fields.proposed, language=input_language),
            "rationale": _runs(row.fields.rationale, language=input_language),
            "consent": self._choice_runs("consent", row.fields.consent),
        }
        language_by_field = {
            "text": self.kit.text_language,
            "proposed": input_language,
            "rationale": input_language,
        }
        cells = (
            self._cell(
                self._content_control(row, field, runs_by_field[field]),
                width,
                language=language_by_field.get(field, paper_language),
            )
            for field, width in zip(self.kit.field_names, self.widths, strict=True)
        )
        return Streamed("w:tr", cells)

    def _text_runs(self, row: KitRow) -> Iterator[Element]:
        """The text of the paragraph, its opening words in italics where it begins with them."""
        weight, language = BOLD_LOOK if row.is_heading else (), self.kit.text_language
        opening = row.opening if row.text.startswith(row.opening) else ""
        if opening:
            yield run(opening, *ITALIC_LOOK, *weight, language=language)
        text_after_opening = row.text.removeprefix(opening)
        if text_after_opening or not opening:
            yield run(text_after_opening, *weight, language=language)

    def _choice_runs(self, field: str, value: str) -> list[Element]:
        """The label of a chosen value; nothing where nothing is chosen."""
        label = self.label_by_value_by_field[field][value] if value else ""
        return _runs(label, language=self.kit.language)

    def _content_control(self, row: KitRow, field: str, runs: list[Element]) -> list[Element]:
        """A content control around the content of a cell; an empty one shows a placeholder."""
        if field == "label" and not runs:  # nothing can be typed there
            return []
        self.control_count += 1
        # No control can be deleted, and label and reference cannot be typed in either. The text
        # can: what is changed there is tracked.
        lock = "sdtContentLocked" if field in {"reference", "label"} else "sdtLocked"
        placeholder = self.placeholder_by_field.get(field, "")
        properties = W.sdtPr(
            W.alias(attributes(val=self.heading_by_field[field])),
            W.tag(attributes(val=row.row_key.tag(field))),
            W.id(attributes(val=self.control_count)),
            W.lock(attributes(val=lock)),
            *([] if runs else [W.showingPlcHdr()]),
            *self._control_type(field),
        )
        shown = runs or [run(placeholder, *QUIET_LOOK, language=self.kit.language)]
        return [W.sdt(properties, W.sdtContent(*shown))]

    def _control_type(self, field: str) -> Iterator[Element]:
        """What a control takes: one of a list, plain text, or text with formatting (nothing)."""
        if field in self.drop_down_by_field:
            yield copy(self.drop_down_by_field[field])
        # A plain control would not take the opening words in italics.
        elif field != "text":
            yield W.text(attributes(multiLine=1))

    def _cell(
        self, content: Iterable[Element], width: int, style: str = "Tabletext", language: str = ""
    ) -> Element:
        """A cell with one paragraph, in the direction of `language`, else of the paper."""
        paper_language = self.kit.language
        return table_cell(
            [paragraph(style, content, language or paper_language, paper_language)], width
        )


def _runs(words: str, *look: Element, language: str) -> list[Element]:
    """Words as a run; no run where there are none."""
    return [run(words, *look, language=language)] if words else []


def _drop_down_list(choices: Iterable[tuple[str, str]]) -> Element:
    """The list of a control; `choices` are values with their labels."""
    return W.dropDownList(
        *(W.listItem(attributes(displayText=label, value=value)) for value, label in choices)
    )
