"""A text as Akoma Ntoso 3.0, in the shape of the files that the United Nations publishes (AKN4UN).

Preambular paragraphs stand in the preamble, the others in the main body, annexes in an attachment,
each paragraph with its lasting identity (GUID) and its state in the negotiation. A reader gets the
paragraphs back in their order, to the character.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any, Final

from django.utils.translation import override
from lxml import etree

from consultations.time.wall_clock import NEW_YORK
from drafts.models import NegotiationState, ParagraphKind
from drafts.papers.paper import PrintedParagraph, TextPaper, interface_language

NAMESPACE: Final = "http://docs.oasis-open.org/legaldocml/ns/akn/3.0"
Element = Any  # lxml comes without types
# The attribute xml:space: with "preserve" a reader keeps all spaces.
_SPACE: Final = "{http://www.w3.org/XML/1998/namespace}space"
# ISO 639-2, as the files of the United Nations have it.
_ISO_639_2_CODES: Final = {
    "ar": "ara",
    "zh": "zho",
    "en": "eng",
    "fr": "fra",
    "ru": "rus",
    "es": "spa",
}
# By level; the first three are the classes of the United Nations.
_HEADING_CLASSES: Final = ("H1", "H23", "H4", "H5", "H6", "H7", "H8", "H9", "H10")
# How the addresses of the main document and of its annex end.
_MAIN_COMPONENT: Final = "main"
_ANNEX_COMPONENT: Final = "annex_1"


@dataclass
class _ParagraphNode:
    """A paragraph and what hangs below it."""

    paragraph: PrintedParagraph
    children: list["_ParagraphNode"] = field(default_factory=list)


def text_akn(paper: TextPaper) -> bytes:
    """The whole file, UTF-8."""
    return _AknWriter(paper).write(
        etree.Element(f"{{{NAMESPACE}}}akomaNtoso", nsmap={None: NAMESPACE})
    )


def _split_into_parts(
    paragraphs: Sequence[PrintedParagraph],
) -> tuple[
    PrintedParagraph | None,
    Sequence[PrintedParagraph],
    Sequence[PrintedParagraph],
    Sequence[PrintedParagraph],
]:
    """The title, the preamble, the main body and the annex: each row once, in its order.

    A paragraph out of this order (a second title, a preambular paragraph in an annex) stays where
    it is.
    """
    title = paragraphs[0] if paragraphs and paragraphs[0].kind == ParagraphKind.TITLE else None
    after_title = paragraphs[1:] if title else paragraphs
    body_start = next(
        (
            index
            for index, paragraph in enumerate(after_title)
            if paragraph.kind != ParagraphKind.PREAMBULAR
        ),
        len(after_title),
    )
    annex_start = next(
        (
            index
            for index, paragraph in enumerate(after_title)
            if paragraph.kind == ParagraphKind.ANNEX
        ),
        len(after_title),
    )
    # Headings right before the first paragraph of an annex, if there is one, belong to it.
    while (
        annex_start > body_start
        and after_title[annex_start - 1].kind == ParagraphKind.HEADING
        and annex_start < len(after_title)
    ):
        annex_start -= 1
    return (
        title,
        after_title[:body_start],
        after_title[body_start:annex_start],
        after_title[annex_start:],
    )


class _AknWriter:
    """Writes one paper as Akoma Ntoso, with running numbers for element ids (eId) and footnotes."""

    def __init__(self, paper: TextPaper) -> None:
        self.paper = paper
        self._element_numbers, self._note_numbers = count(1), count(1)
        self._circulation_date = paper.circulated_at.astimezone(NEW_YORK).date().isoformat()

    def write(self, root: Element) -> bytes:
        """Fill the root element with the whole paper; returns the file."""
        paper = self.paper
        title, preamble, body, annex = _split_into_parts(paper.paragraphs)
        statement = _add(root, "statement", name=paper.nature, contains="singleVersion")
        self._add_meta(statement, _MAIN_COMPONENT)
        self._add_cover(statement)
        if title:
            self._add_preface(statement, title)
        if preamble:
            self._add_preamble(_add(statement, "preamble"), _paragraph_trees(preamble))
        self._add_body(_add(statement, "mainBody"), _paragraph_trees(body))
        if annex:
            attachment = _add(_add(statement, "attachments"), "attachment")
            annex_document = _add(attachment, "doc", name="annex", contains="singleVersion")
            self._add_meta(annex_document, _ANNEX_COMPONENT)
            self._add_body(_add(annex_document, "mainBody"), _paragraph_trees(annex))
        file_content: bytes = etree.tostring(root, encoding="UTF-8", xml_declaration=True)
        return file_content

    # --- What the file is ------------------------------------------------------------------------

    def _add_meta(self, parent: Element, component: str) -> None:
        """Add the metadata of the main document or of the annex (`component`).

        The standard names a document thrice (FRBR): the work is the text in all its revisions, the
        expression this revision in its language, the manifestation this file.
        """
        paper, circulation_date = self.paper, self._circulation_date
        work_uri = f"/akn/un/statement/{paper.nature}/{paper.consultation_slug}/{paper.draft_slug}"
        language_code = _ISO_639_2_CODES.get(paper.language, paper.language)
        expression_uri = f"{work_uri}/{language_code}@{paper.revision_number}"
        meta = _add(parent, "meta")
        identification = _add(meta, "identification", source="#consultation")
        frbr_element = self._add_frbr_element(
            identification, "FRBRWork", work_uri, component, circulation_date, "author"
        )
        _add(frbr_element, "FRBRcountry", value="un")
        frbr_element = self._add_frbr_element(
            identification, "FRBRExpression", expression_uri, component, circulation_date, "issuer"
        )
        _add(frbr_element, "FRBRversionNumber", value=str(paper.revision_number))
        _add(frbr_element, "FRBRlanguage", language=language_code)
        file_uri = f"{expression_uri}.xml"
        self._add_frbr_element(
            identification, "FRBRManifestation", file_uri, component, circulation_date, "editor"
        )
        if component == _MAIN_COMPONENT:
            references = _add(meta, "references", source="#consultation")
            href = f"/akn/ontology/organization/un/{paper.consultation_slug}"
            attributes = {"eId": "consultation", "href": href, "showAs": paper.consultation_title}
            _add(references, "TLCOrganization", **attributes)
            self._add_states(references)

    def _add_states(self, references: Element) -> None:
        """Add the states of negotiation to which paragraphs refer, as concepts with a name."""
        used_states = {paragraph.negotiation_state for paragraph in self.paper.paragraphs}
        with override(interface_language(self.paper.language)):
            for state in filter(used_states.__contains__, NegotiationState):
                href = f"/akn/ontology/concept/un/negotiation/{state}"
                attributes = {"eId": f"state_{state}", "href": href, "showAs": str(state.label)}
                _add(references, "TLCConcept", **attributes)

    def _add_frbr_element(
        self,
        parent: Element,
        name: str,
        uri: str,
        component: str,
        circulation_date: str,
        author_role: str,
    ) -> Element:
        """Add work, expression or manifestation (`name`); the expression carries the seal."""
        frbr_element = _add(parent, name)
        _add(frbr_element, "FRBRthis", value=f"{uri}/!{component}")
        _add(frbr_element, "FRBRuri", value=uri)
        if name == "FRBRExpression":
            _add(frbr_element, "FRBRalias", value=self.paper.stage, name="stage")
            _add(frbr_element, "FRBRalias", value=self.paper.checksum, name="sha-256")
        _add(frbr_element, "FRBRdate", date=circulation_date, name="circulation")
        _add(frbr_element, "FRBRauthor", href="#consultation", **{"as": author_role})
        return frbr_element

    def _add_cover(self, statement: Element) -> None:
        """Add the line above the text: symbol, stage, day, and handling mark."""
        line = _add(_add(statement, "coverPage"), "p")
        if self.paper.symbol:
            _add(line, "docNumber").text = self.paper.symbol
        _add(line, "docStage").text = self.paper.stage
        _add(line, "docDate", date=self._circulation_date).text = self._circulation_date
        if self.paper.handling:
            _add(line, "docStatus").text = self.paper.handling

    # --- The text --------------------------------------------------------------------------------

    def _add_preface(self, statement: Element, title: PrintedParagraph) -> None:
        """Add the title, with its number."""
        line = _add(_add(statement, "preface"), "p")
        if title.label:
            _add(line, "docNumber").text = title.number
        self._add_words(_add(line, "docTitle", **_identity(title)), title)

    def _add_preamble(self, preamble: Element, nodes: Iterable[_ParagraphNode]) -> None:
        """Add the preambular paragraphs, each with its subparagraphs as a list.

        The schema wants a name for each: its opening words.
        """
        for node in nodes:
            paragraph = node.paragraph
            name = paragraph.text[: paragraph.opening_length] or "preambular"
            element = self._add_identified(
                preamble, "container", paragraph, name=name, **{"class": paragraph.kind}
            )
            if paragraph.label:  # a container may not hold a number
                element = self._add_identified(element, "blockContainer")
                _add(element, "num").text = paragraph.number
            if node.children:
                self._add_block_list(element, node)
            else:
                self._add_line(element, paragraph)

    def _add_block_list(self, parent: Element, node: _ParagraphNode) -> None:
        """Add a preambular paragraph as a list: its words introduce its subparagraphs."""
        block_list = self._add_identified(parent, "blockList")
        self._add_words(_add(block_list, "listIntroduction"), node.paragraph)
        for child in node.children:
            item = self._add_identified(
                block_list, "item", child.paragraph, **_class_if_other_kind(child, node)
            )
            if child.paragraph.label:
                _add(item, "num").text = child.paragraph.number
            if child.children:
                self._add_block_list(item, child)
            else:
                self._add_line(item, child.paragraph)

    def _add_body(self, body: Element, nodes: Sequence[_ParagraphNode]) -> None:
        """Add headings and numbered paragraphs to the main body of the text or of the annex."""
        if not nodes:
            _add(body, "p")  # the schema refuses an empty body
        for node in nodes:
            paragraph = node.paragraph
            if paragraph.is_heading:
                heading_class = (
                    _HEADING_CLASSES[paragraph.level]
                    if paragraph.kind == ParagraphKind.HEADING
                    else "title"
                )
                element = self._add_identified(
                    body, "paragraph", paragraph, **{"class": heading_class}
                )
                self._add_number(element, paragraph)
                self._add_words(_add(element, "heading"), paragraph)
            else:
                self._add_node(body, "paragraph", node, **{"class": paragraph.kind})

    def _add_node(
        self, parent: Element, name: str, node: _ParagraphNode, **attributes: str
    ) -> None:
        """Add a paragraph as an element of this name, its subparagraphs as points of a list."""
        element = self._add_identified(parent, name, node.paragraph, **attributes)
        self._add_number(element, node.paragraph)
        if not node.children:
            self._add_line(self._add_identified(element, "content"), node.paragraph)
            return
        point_list = self._add_identified(element, "list")
        self._add_line(self._add_identified(point_list, "intro"), node.paragraph)
        for child in node.children:
            self._add_node(point_list, "point", child, **_class_if_other_kind(child, node))

    def _add_number(self, element: Element, paragraph: PrintedParagraph) -> None:
        if paragraph.label:
            _add(element, "num").text = paragraph.number

    def _add_line(self, element: Element, paragraph: PrintedParagraph) -> None:
        self._add_words(_add(element, "p"), paragraph)

    def _add_words(self, element: Element, paragraph: PrintedParagraph) -> None:
        """Adds the words, with their opening in italics, and behind them the footnotes."""
        element.set(_SPACE, "preserve")
        if paragraph.opening_length:
            _append_text(
                _add(element, "span", **{"class": "italic"}),
                paragraph.text[: paragraph.opening_length],
            )
        _append_text(element, paragraph.text[paragraph.opening_length :])
        for note in paragraph.notes:
            note_number = str(next(self._note_numbers))
            attributes = {
                "marker": note_number,
                "placement": "bottom",
                "eId": f"authorialNote_{note_number}",
            }
            line = _add(_add(element, "authorialNote", **attributes), "p")
            line.set(_SPACE, "preserve")
            _append_text(line, note)

    def _add_identified(
        self,
        parent: Element,
        tag: str,
        paragraph: PrintedParagraph | None = None,
        /,
        **attributes: str,
    ) -> Element:
        """Adds an element with an eId (its id in this file), and the identity of its paragraph."""
        identity = _identity(paragraph) if paragraph else {}
        return _add(
            parent, tag, eId=f"{tag}_{next(self._element_numbers)}", **identity, **attributes
        )


def _identity(paragraph: PrintedParagraph) -> dict[str, str]:
    """The attributes with its lasting identity, and its state in the negotiation."""
    state_reference = (
        {"refersTo": f"#state_{paragraph.negotiation_state}"} if paragraph.negotiation_state else {}
    )
    return {"GUID": paragraph.public_id, **state_reference}


def _class_if_other_kind(child: _ParagraphNode, parent: _ParagraphNode) -> dict[str, str]:
    """The class of a subparagraph whose kind is not its parent's; otherwise nothing."""
    return {} if child.paragraph.kind == parent.paragraph.kind else {"class": child.paragraph.kind}


def _paragraph_trees(paragraphs: Iterable[PrintedParagraph]) -> list[_ParagraphNode]:
    """Paragraphs as trees; a heading stands alone.

    Any other paragraph is a child of the last less deep one since the last heading, if any.
    """
    top_nodes: list[_ParagraphNode] = []
    open_nodes: list[_ParagraphNode] = []
    for paragraph in paragraphs:
        node = _ParagraphNode(paragraph)
        depth = 0 if paragraph.is_heading else paragraph.level
        while open_nodes and (paragraph.is_heading or open_nodes[-1].paragraph.level >= depth):
            open_nodes.pop()
        (open_nodes[-1].children if open_nodes else top_nodes).append(node)
        open_nodes = [] if paragraph.is_heading else [*open_nodes, node]
    return top_nodes


def _add(parent: Element, name: str, /, **attributes: str) -> Element:
    return etree.SubElement(parent, f"{{{NAMESPACE}}}{name}", **attributes)


def _append_text(element: Element, words: str) -> None:
    """Appends words to the content of an element; line ends become elements."""
    first_line, *other_lines = words.split("\n")
    if len(element):
        element[-1].tail = (element[-1].tail or "") + first_line
    else:
        element.text = (element.text or "") + first_line
    for line in other_lines:
        _add(element, "eol").tail = line
