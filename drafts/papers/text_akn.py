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
from drafts.papers.text_paper import PrintedParagraph, TextPaper, spoken
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

    What does not fit the order of these parts (a second title, a preambular paragraph in an annex)
    stays where it is.
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
        self._meta(statement, _MAIN)
        self._cover(statement)
        if title:
            self._preface(statement, title)
        if preamble:
            self._preamble(_add(statement, "preamble"), _tree(preamble))
        self._body(_add(statement, "mainBody"), _tree(body))
        if annex:
            attachment = _add(_add(statement, "attachments"), "attachment")
            document = _add(attachment, "doc", name="annex", contains="singleVersion")
            self._meta(document, _ANNEX)
            self._body(_add(document, "mainBody"), _tree(annex))
        made: bytes = etree.tostring(root, encoding="UTF-8", xml_declaration=True)
        return made

    # --- What the file is ------------------------------------------------------------------------

    def _meta(self, parent: Any, component: str) -> None:
        paper, day = self.paper, self.day
        consultation, text, number = paper.address
        work = f"/akn/un/statement/{paper.nature}/{consultation}/{text}"
        expression = f"{work}/{_LANGUAGES.get(paper.language, paper.language)}@{number}"
        meta = _add(parent, "meta")
        identification = _add(meta, "identification", source="#consultation")
        found = self._level(identification, "FRBRWork", work, component, day, "author")
        _add(found, "FRBRcountry", value="un")
        found = self._level(identification, "FRBRExpression", expression, component, day, "issuer")
        _add(found, "FRBRversionNumber", value=str(number))
        language = _LANGUAGES.get(paper.language, paper.language)
        _add(found, "FRBRlanguage", language=language)
        file = f"{expression}.xml"
        self._level(identification, "FRBRManifestation", file, component, day, "editor")
        if component == _MAIN:
            references = _add(meta, "references", source="#consultation")
            href = f"/akn/ontology/organization/un/{consultation}"
            show = {"eId": "consultation", "href": href, "showAs": paper.consultation}
            _add(references, "TLCOrganization", **show)
            self._states(references)

    def _states(self, references: Any) -> None:
        """What paragraphs refer to that are agreed, parked, for informals or reopened."""
        said = {row.state for row in self.paper.paragraphs}
        with override(spoken(self.paper.language)):
            for state in filter(said.__contains__, NegotiationState):
                href = f"/akn/ontology/concept/un/negotiation/{state}"
                show = {"eId": f"state_{state}", "href": href, "showAs": str(state.label)}
                _add(references, "TLCConcept", **show)

    def _level(
        self, parent: Any, name: str, uri: str, component: str, day: str, function: str
    ) -> Any:
        """Work, expression or manifestation; the expression carries the seal."""
        found = _add(parent, name)
        _add(found, "FRBRthis", value=f"{uri}/!{component}")
        _add(found, "FRBRuri", value=uri)
        if name == "FRBRExpression":
            _add(found, "FRBRalias", value=self.paper.stage, name="stage")
            _add(found, "FRBRalias", value=self.paper.checksum, name="sha-256")
        _add(found, "FRBRdate", date=day, name="circulation")
        _add(found, "FRBRauthor", href="#consultation", **{"as": function})
        return found

    def _cover(self, statement: Any) -> None:
        """What a reader sees above the text: symbol, stage, day, and how the paper is handled."""
        line = _add(_add(statement, "coverPage"), "p")
        if self.paper.symbol:
            _add(line, "docNumber").text = self.paper.symbol
        _add(line, "docStage").text = self.paper.stage
        _add(line, "docDate", date=self.day).text = self.day
        if self.paper.handling:
            _add(line, "docStatus").text = self.paper.handling

    # --- The text --------------------------------------------------------------------------------

    def _preface(self, statement: Any, title: PrintedParagraph) -> None:
        line = _add(_add(statement, "preface"), "p")
        if title.label:
            _add(line, "docNumber").text = title.number
        self._words(_add(line, "docTitle", **_identity(title)), title)

    def _preamble(self, preamble: Any, nodes: Iterable[_Node]) -> None:
        for node in nodes:
            row = node.row
            name = row.text[: row.opening] or "preambular"
            place = self._named(preamble, "container", row, name=name, **{"class": row.kind})
            if row.label:
                place = self._named(place, "blockContainer")
                _add(place, "num").text = row.number
            if node.below:
                self._block_list(place, node)
            else:
                self._line(place, row)

    def _block_list(self, place: Any, node: _Node) -> None:
        listed = self._named(place, "blockList")
        self._words(_add(listed, "listIntroduction"), node.row)
        for child in node.below:
            item = self._named(listed, "item", child.row, **_kind_apart(child, node))
            if child.row.label:
                _add(item, "num").text = child.row.number
            if child.below:
                self._block_list(item, child)
            else:
                self._line(item, child.row)

    def _body(self, body: Any, nodes: Sequence[_Node]) -> None:
        if not nodes:
            _add(body, "p")
        for node in nodes:
            row = node.row
            if row.is_heading:
                form = _HEADINGS[row.level] if row.kind == Kind.HEADING else "title"
                place = self._named(body, "paragraph", row, **{"class": form})
                self._number(place, row)
                self._words(_add(place, "heading"), row)
            else:
                self._node(body, "paragraph", node, **{"class": row.kind})

    def _node(self, parent: Any, name: str, node: _Node, **more: str) -> None:
        place = self._named(parent, name, node.row, **more)
        self._number(place, node.row)
        if not node.below:
            self._line(self._named(place, "content"), node.row)
            return
        listed = self._named(place, "list")
        self._line(self._named(listed, "intro"), node.row)
        for child in node.below:
            self._node(listed, "point", child, **_kind_apart(child, node))

    def _number(self, place: Any, row: PrintedParagraph) -> None:
        if row.label:
            _add(place, "num").text = row.number

    def _line(self, place: Any, row: PrintedParagraph) -> None:
        self._words(_add(place, "p"), row)

    def _words(self, place: Any, row: PrintedParagraph) -> None:
        """The words, their opening in italics, and behind them the footnotes."""
        place.set(_SPACE, "preserve")
        if row.opening:
            _fill(_add(place, "span", **{"class": "italic"}), row.text[: row.opening])
        _fill(place, row.text[row.opening :])
        for words in row.notes:
            number = str(next(self._notes))
            found = {"marker": number, "placement": "bottom", "eId": f"authorialNote_{number}"}
            line = _add(_add(place, "authorialNote", **found), "p")
            line.set(_SPACE, "preserve")
            _fill(line, words)

    def _named(
        self, parent: Any, tag: str, row: PrintedParagraph | None = None, /, **more: str
    ) -> Any:
        """An element with a name of its own, and the identity of its paragraph."""
        own = _identity(row) if row else {}
        return _add(parent, tag, eId=f"{tag}_{next(self._ids)}", **own, **more)


def _identity(row: PrintedParagraph) -> dict[str, str]:
    """Its lasting identity, and what the negotiation made of it."""
    state = {"refersTo": f"#state_{row.state}"} if row.state else {}
    return {"GUID": row.key, **state}


def _kind_apart(child: _Node, parent: _Node) -> dict[str, str]:
    """What hangs below is of its parent's kind, or says of which it is."""
    return {} if child.row.kind == parent.row.kind else {"class": child.row.kind}


def _tree(rows: Iterable[PrintedParagraph]) -> list[_Node]:
    """What stands deeper hangs below the last paragraph that stands less deep, no heading."""
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


def _fill(place: Any, words: str) -> None:
    """Words behind what stands in an element already; line ends are elements."""
    first, *others = words.split("\n")
    if len(place):
        place[-1].tail = (place[-1].tail or "") + first
    else:
        place.text = (place.text or "") + first
    for line in others:
        _add(place, "eol").tail = line
