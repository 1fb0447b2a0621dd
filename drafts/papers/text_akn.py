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

from drafts.models import Kind, NegotiationState
from drafts.papers.text_paper import PrintedParagraph, TextPaper, interface_language
from drafts.shells.conventions import NEW_YORK

NAMESPACE: Final = "http://docs.oasis-open.org/legaldocml/ns/akn/3.0"
_SPACE: Final = "{http://www.w3.org/XML/1998/namespace}space"
# ISO 639-2, as the files of the United Nations have it.
_LANGUAGES: Final = {
    "ar": "ara",
    "zh": "zho",
    "en": "eng",
    "fr": "fra",
    "ru": "rus",
    "es": "spa",
}
# By level; the first three are the classes of the United Nations.
_HEADINGS: Final = ("H1", "H23", "H4", "H5", "H6", "H7", "H8", "H9", "H10")
_MAIN: Final = "main"
_ANNEX: Final = "annex_1"


@dataclass
class _Node:
    """A paragraph and what hangs below it."""

    row: PrintedParagraph
    below: list["_Node"] = field(default_factory=list)


def text_akn(paper: TextPaper) -> bytes:
    """The whole file, UTF-8."""
    return _AknWriter(paper).write(
        etree.Element(f"{{{NAMESPACE}}}akomaNtoso", nsmap={None: NAMESPACE})
    )


def parts_of(
    rows: Sequence[PrintedParagraph],
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
    title = rows[0] if rows and rows[0].kind == Kind.TITLE else None
    rest = rows[1:] if title else rows
    body = next((at for at, row in enumerate(rest) if row.kind != Kind.PREAMBULAR), len(rest))
    annex = next((at for at, row in enumerate(rest) if row.kind == Kind.ANNEX), len(rest))
    while annex > body and rest[annex - 1].kind == Kind.HEADING and annex < len(rest):
        annex -= 1
    return title, rest[:body], rest[body:annex], rest[annex:]


class _AknWriter:
    def __init__(self, paper: TextPaper) -> None:
        self.paper = paper
        self._ids, self._notes = count(1), count(1)
        self.day = paper.circulated_at.astimezone(NEW_YORK).date().isoformat()

    def write(self, root: Any) -> bytes:
        paper = self.paper
        title, preamble, body, annex = parts_of(paper.paragraphs)
        statement = _add(root, "statement", name=paper.nature, contains="singleVersion")
        self._add_meta(statement, _MAIN)
        self._add_cover(statement)
        if title:
            self._add_preface(statement, title)
        if preamble:
            self._add_preamble(_add(statement, "preamble"), _tree(preamble))
        self._add_body(_add(statement, "mainBody"), _tree(body))
        if annex:
            attachment = _add(_add(statement, "attachments"), "attachment")
            document = _add(attachment, "doc", name="annex", contains="singleVersion")
            self._add_meta(document, _ANNEX)
            self._add_body(_add(document, "mainBody"), _tree(annex))
        content: bytes = etree.tostring(root, encoding="UTF-8", xml_declaration=True)
        return content

    # --- What the file is ------------------------------------------------------------------------

    def _add_meta(self, parent: Any, component: str) -> None:
        paper, day = self.paper, self.day
        consultation, text, number = paper.address
        work = f"/akn/un/statement/{paper.nature}/{consultation}/{text}"
        expression = f"{work}/{_LANGUAGES.get(paper.language, paper.language)}@{number}"
        meta = _add(parent, "meta")
        identification = _add(meta, "identification", source="#consultation")
        level = self._add_frbr_level(identification, "FRBRWork", work, component, day, "author")
        _add(level, "FRBRcountry", value="un")
        level = self._add_frbr_level(
            identification, "FRBRExpression", expression, component, day, "issuer"
        )
        _add(level, "FRBRversionNumber", value=str(number))
        language = _LANGUAGES.get(paper.language, paper.language)
        _add(level, "FRBRlanguage", language=language)
        file = f"{expression}.xml"
        self._add_frbr_level(identification, "FRBRManifestation", file, component, day, "editor")
        if component == _MAIN:
            references = _add(meta, "references", source="#consultation")
            href = f"/akn/ontology/organization/un/{consultation}"
            show = {"eId": "consultation", "href": href, "showAs": paper.consultation}
            _add(references, "TLCOrganization", **show)
            self._add_states(references)

    def _add_states(self, references: Any) -> None:
        """The states of negotiation to which paragraphs refer."""
        used_states = {row.state for row in self.paper.paragraphs}
        with override(interface_language(self.paper.language)):
            for state in filter(used_states.__contains__, NegotiationState):
                href = f"/akn/ontology/concept/un/negotiation/{state}"
                show = {"eId": f"state_{state}", "href": href, "showAs": str(state.label)}
                _add(references, "TLCConcept", **show)

    def _add_frbr_level(
        self, parent: Any, name: str, uri: str, component: str, day: str, function: str
    ) -> Any:
        """Work, expression or manifestation; the expression carries the seal."""
        level = _add(parent, name)
        _add(level, "FRBRthis", value=f"{uri}/!{component}")
        _add(level, "FRBRuri", value=uri)
        if name == "FRBRExpression":
            _add(level, "FRBRalias", value=self.paper.stage, name="stage")
            _add(level, "FRBRalias", value=self.paper.checksum, name="sha-256")
        _add(level, "FRBRdate", date=day, name="circulation")
        _add(level, "FRBRauthor", href="#consultation", **{"as": function})
        return level

    def _add_cover(self, statement: Any) -> None:
        """The lines above the text: symbol, stage, day, and handling mark."""
        line = _add(_add(statement, "coverPage"), "p")
        if self.paper.symbol:
            _add(line, "docNumber").text = self.paper.symbol
        _add(line, "docStage").text = self.paper.stage
        _add(line, "docDate", date=self.day).text = self.day
        if self.paper.handling:
            _add(line, "docStatus").text = self.paper.handling

    # --- The text --------------------------------------------------------------------------------

    def _add_preface(self, statement: Any, title: PrintedParagraph) -> None:
        line = _add(_add(statement, "preface"), "p")
        if title.label:
            _add(line, "docNumber").text = title.number
        self._add_words(_add(line, "docTitle", **_identity(title)), title)

    def _add_preamble(self, preamble: Any, nodes: Iterable[_Node]) -> None:
        for node in nodes:
            row = node.row
            name = row.text[: row.opening] or "preambular"
            element = self._add_identified(
                preamble, "container", row, name=name, **{"class": row.kind}
            )
            if row.label:
                element = self._add_identified(element, "blockContainer")
                _add(element, "num").text = row.number
            if node.below:
                self._add_block_list(element, node)
            else:
                self._add_line(element, row)

    def _add_block_list(self, place: Any, node: _Node) -> None:
        block_list = self._add_identified(place, "blockList")
        self._add_words(_add(block_list, "listIntroduction"), node.row)
        for child in node.below:
            item = self._add_identified(
                block_list, "item", child.row, **_class_if_other_kind(child, node)
            )
            if child.row.label:
                _add(item, "num").text = child.row.number
            if child.below:
                self._add_block_list(item, child)
            else:
                self._add_line(item, child.row)

    def _add_body(self, body: Any, nodes: Sequence[_Node]) -> None:
        if not nodes:
            _add(body, "p")
        for node in nodes:
            row = node.row
            if row.is_heading:
                form = _HEADINGS[row.level] if row.kind == Kind.HEADING else "title"
                element = self._add_identified(body, "paragraph", row, **{"class": form})
                self._add_number(element, row)
                self._add_words(_add(element, "heading"), row)
            else:
                self._add_node(body, "paragraph", node, **{"class": row.kind})

    def _add_node(self, parent: Any, name: str, node: _Node, **attributes: str) -> None:
        element = self._add_identified(parent, name, node.row, **attributes)
        self._add_number(element, node.row)
        if not node.below:
            self._add_line(self._add_identified(element, "content"), node.row)
            return
        point_list = self._add_identified(element, "list")
        self._add_line(self._add_identified(point_list, "intro"), node.row)
        for child in node.below:
            self._add_node(point_list, "point", child, **_class_if_other_kind(child, node))

    def _add_number(self, element: Any, row: PrintedParagraph) -> None:
        if row.label:
            _add(element, "num").text = row.number

    def _add_line(self, element: Any, row: PrintedParagraph) -> None:
        self._add_words(_add(element, "p"), row)

    def _add_words(self, element: Any, row: PrintedParagraph) -> None:
        """Adds the words, with their opening in italics, and behind them the footnotes."""
        element.set(_SPACE, "preserve")
        if row.opening:
            _append_text(_add(element, "span", **{"class": "italic"}), row.text[: row.opening])
        _append_text(element, row.text[row.opening :])
        for words in row.notes:
            number = str(next(self._notes))
            attributes = {"marker": number, "placement": "bottom", "eId": f"authorialNote_{number}"}
            line = _add(_add(element, "authorialNote", **attributes), "p")
            line.set(_SPACE, "preserve")
            _append_text(line, words)

    def _add_identified(
        self, parent: Any, tag: str, row: PrintedParagraph | None = None, /, **attributes: str
    ) -> Any:
        """Adds an element with an eId, and the identity of its paragraph."""
        own = _identity(row) if row else {}
        return _add(parent, tag, eId=f"{tag}_{next(self._ids)}", **own, **attributes)


def _identity(row: PrintedParagraph) -> dict[str, str]:
    """Its lasting identity, and its state in the negotiation."""
    state = {"refersTo": f"#state_{row.state}"} if row.state else {}
    return {"GUID": row.key, **state}


def _class_if_other_kind(child: _Node, parent: _Node) -> dict[str, str]:
    """The class of a subparagraph whose kind is not its parent's; otherwise nothing."""
    return {} if child.row.kind == parent.row.kind else {"class": child.row.kind}


def _tree(rows: Iterable[PrintedParagraph]) -> list[_Node]:
    """Paragraphs as trees: a deeper one is a child of the last less deep one, no heading."""
    top: list[_Node] = []
    open_nodes: list[_Node] = []
    for row in rows:
        node = _Node(row)
        depth = 0 if row.is_heading else row.level
        while open_nodes and (row.is_heading or open_nodes[-1].row.level >= depth):
            open_nodes.pop()
        (open_nodes[-1].below if open_nodes else top).append(node)
        open_nodes = [] if row.is_heading else [*open_nodes, node]
    return top


def _add(parent: Any, name: str, /, **attributes: str) -> Any:
    return etree.SubElement(parent, f"{{{NAMESPACE}}}{name}", **attributes)


def _append_text(element: Any, words: str) -> None:
    """Appends words to the content of an element; line ends become elements."""
    first, *others = words.split("\n")
    if len(element):
        element[-1].tail = (element[-1].tail or "") + first
    else:
        element.text = (element.text or "") + first
    for line in others:
        _add(element, "eol").tail = line
