"""Akoma Ntoso, and AKN4UN as the United Nations publishes it: an XML file with marked parts."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from django.utils.translation import gettext as _
from lxml import etree

from drafts.readers.markers import Marker, SubMarkers, bare_label, split_marker
from drafts.readers.opening import opening_words
from drafts.readers.proposal import ID_LIMIT, Kind, ReadParagraph, ReadText, Unreadable, whole_text

Element = Any  # lxml comes without types

# What is said about the text: cover, meta, the line of adoption. None of it is a paragraph.
_ABOUT: Final = frozenset({"meta", "coverPage", "conclusions", "collectionBody"})
_HEADINGS: Final = frozenset({"heading", "subheading", "crossHeading"})
_UNITS: Final = frozenset(
    "paragraph subparagraph article section subsection chapter subchapter part subpart subtitle "
    "book tome clause subclause alinea rule subrule level point item indent".split()
)
_LISTS: Final = frozenset({"list", "blockList", "sublist"})
_WORDS: Final = frozenset({"p", "block", "listIntroduction", "listWrapUp"})

_KINDS_OF_PARTS: Final[dict[str, Kind]] = {"preamble": "preambular", "attachments": "annex"}

_SPACE: Final = re.compile(r"[ \t\r\n]+")
# A line of underscores above notes, and the brackets that Arabic sets around the sign of a note.
_NO_WORDS: Final = re.compile(r"[\W_]*")
_EMPTY_BRACKETS: Final = re.compile(r"\(\s*\)")
_SECTION_NUMBER: Final = re.compile(r"[IVX]+|[A-Z]|")


@dataclass(frozen=True)
class _AknPiece:
    """A paragraph of the file before it has its parent: `depth` counts lists from the top."""

    text: str
    kind: Kind
    depth: int = 0
    label: str = ""
    opening: str = ""
    notes: tuple[str, ...] = ()
    eid: str = ""
    is_bold: bool = False


def read_akn(content: bytes) -> ReadText:
    """The paragraphs of an Akoma Ntoso file; raises Unreadable.

    The preamble is preambular, the body operative, attachments are annex. Points hang below the
    paragraph that introduces them; footnotes leave the text and become notes.
    """
    root = _parsed(content)
    if _name(root) != "akomaNtoso":
        raise Unreadable.because(
            _(
                "This is XML, but not Akoma Ntoso: it begins with “%(name)s”. "
                "Choose the file that the United Nations publishes, or save the text as .txt."
            )
            % {"name": _name(root)[:60]}
        )
    paragraphs = tuple(_paragraphs(_worded(_pieces(root, "operative", 0))))
    if not paragraphs:
        raise Unreadable.because(
            _("The file holds no paragraph: no preamble and no body with words was found in it.")
        )
    return whole_text(paragraphs)


def _parsed(content: bytes) -> Element:
    """The root of the file; a document type, and so every entity, is refused."""
    parser = etree.XMLParser(
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Unreadable.because(
            _(
                "The file cannot be read as XML from line %(line)d on. "
                "Download it again, or save the text as .txt."
            )
            % {"line": getattr(error, "lineno", None) or 1}
        ) from error
    if root.getroottree().docinfo.doctype:
        raise Unreadable.because(
            _("The file declares a document type of its own. Export it without, and choose that.")
        )
    return root


def _pieces(element: Element, kind: Kind, depth: int) -> Iterator[_AknPiece]:
    """Whatever in an element holds words, in the order of the file."""
    name = _name(element)
    if name in _ABOUT:
        return
    if name == "preface":
        yield from _title(element)
    elif name in _HEADINGS:
        yield _words(element, "heading", 0)
    elif name in _WORDS:
        yield _words(element, kind, depth)
    elif name in _UNITS or name in _LISTS:
        yield from _unit(element, kind, depth)
    else:
        inner = _KINDS_OF_PARTS.get(name, kind)
        for child in element.iterchildren("*"):
            yield from _pieces(child, inner, depth)


def _title(preface: Element) -> Iterator[_AknPiece]:
    title, number = (next(preface.iter(f"{{*}}{name}"), None) for name in ("docTitle", "docNumber"))
    label = bare_label(_words(number, "title", 0).text) if number is not None else ""
    if title is not None:
        yield replace(_words(title, "title", 0), label=label)


def _unit(element: Element, kind: Kind, depth: int) -> Iterator[_AknPiece]:
    """A numbered paragraph, a point or a list. What it introduces lies one level deeper."""
    pieces = _children_of_unit(element, kind, depth)
    number = element.find("{*}num")
    label = bare_label(_plain(number)) if number is not None else ""
    for place, piece in enumerate(pieces):
        if place == 0:
            eid = element.get("eId", "") or piece.eid
            piece = replace(piece, label=label or piece.label, eid=eid)
        yield piece


def _children_of_unit(element: Element, kind: Kind, depth: int) -> Iterator[_AknPiece]:
    is_list = _name(element) in _LISTS
    for child in element.iterchildren("*"):
        name = _name(child)
        deeper = (is_list and name in _UNITS | _LISTS) or (name in _UNITS and _speaks(element))
        if name != "num":
            yield from _pieces(child, kind, depth + 1 if deeper else depth)


def _speaks(unit: Element) -> bool:
    """Whether a unit has words of its own, so that the units in it are its subparagraphs."""
    return any(_name(child) in ("content", "intro") for child in unit)


def _words(element: Element, kind: Kind, depth: int) -> _AknPiece:
    notes: list[str] = []
    text = "".join(_runs(element, notes))
    text = _spaced(text)
    bold = "".join(_plain(run) for run in _set_in(element, "bold", "b", *_HEADINGS))
    is_bold = bool(text) and _letters(bold) == _letters(text)
    # The opening is set in italics; in Chinese, which has none, in bold.
    leading = [
        *_set_in(element, "italic", "i"),
        *([] if is_bold else _set_in(element, "bold", "b")),
    ]
    opening = next((words for run in leading if text.startswith(words := _plain(run))), "")
    return _AknPiece(text, kind, depth, opening=opening, notes=tuple(notes), is_bold=is_bold)


def _set_in(element: Element, look: str, *tags: str) -> list[Element]:
    """The runs of an element in italics or bold, in order."""
    found = element.iter("{*}span", *(f"{{*}}{tag}" for tag in tags))
    return [run for run in found if _name(run) in tags or look in run.get("class", "").split()]


def _runs(element: Element, notes: list[str]) -> Iterator[str]:
    """The words of an element without those of its notes, which are put aside."""
    yield element.text or ""
    for child in element.iterchildren("*"):
        if _name(child) == "authorialNote":
            note = _spaced("".join(child.itertext()))
            notes += [] if _NO_WORDS.fullmatch(note) else [note]
        elif _name(child) in ("br", "eol"):
            yield " "
        else:
            yield from _runs(child, notes)
        yield child.tail or ""


def _paragraphs(pieces: Iterable[_AknPiece]) -> Iterator[ReadParagraph]:
    """The pieces with their parents: by the lists of the file, and by (a) and (i) outside them."""
    above: list[ReadParagraph] = []
    signs, ids, base = SubMarkers(), set[str](), 0
    for row, piece in enumerate(pieces, 1):
        file_id = _free_id(piece.eid, row, ids)
        if piece.depth == 0:
            base = 0
            marker = _sub_marker(piece) if above else None
            if marker:
                base = signs.place(marker, file_id)[1]
                piece = replace(piece, label=marker.label, text=marker.text)
        del above[base + piece.depth :]
        found = _paragraph(piece, row, file_id, above)
        yield found
        if found.kind in ("title", "heading"):
            above.clear()
            continue
        if not above:
            signs.start_below(file_id)
        above.append(found)


def _sub_marker(piece: _AknPiece) -> Marker | None:
    """The (a) or (i) before a paragraph that the file holds outside every list."""
    marker = split_marker(f"{piece.label} {piece.text}".strip())
    return marker if marker and marker.is_sub and ")" in marker.label else None


def _paragraph(
    piece: _AknPiece, row: int, file_id: str, above: Sequence[ReadParagraph]
) -> ReadParagraph:
    is_top = not above and piece.kind in ("preambular", "operative")
    return ReadParagraph(
        row=row,
        file_id=file_id,
        parent=above[-1].file_id if above else None,
        kind=piece.kind,
        label=piece.label,
        level=len(above),
        text=piece.text,
        opening=(piece.opening or opening_words(piece.text, piece.kind)) if is_top else "",
        notes=piece.notes,
    )


def _worded(pieces: Iterable[_AknPiece]) -> Iterator[_AknPiece]:
    """The pieces that hold words; a bold line without a paragraph's number is a heading."""
    has_title = False
    for piece in pieces:
        if _NO_WORDS.fullmatch(piece.text):
            continue
        is_second_title = piece.kind == "title" and has_title  # of a second resolution in the file
        is_bold_line = piece.is_bold and bool(_SECTION_NUMBER.fullmatch(piece.label))
        if is_second_title or (is_bold_line and piece.kind in ("operative", "annex")):
            piece = replace(piece, kind="heading", depth=0)
        has_title = has_title or piece.kind == "title"
        yield piece


def _free_id(eid: str, row: int, taken: set[str]) -> str:
    """The file's own id where it is one: several resolutions in a file count anew."""
    free = eid if eid and len(eid) <= ID_LIMIT and eid not in taken else f"row_{row}"
    taken.add(free)
    return free


def _spaced(text: str) -> str:
    """Line ends and tabs of the file are spaces; other spaces are kept as they are."""
    return _SPACE.sub(" ", _EMPTY_BRACKETS.sub("", text)).strip()


def _plain(element: Element) -> str:
    return _spaced("".join(_runs(element, [])))


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text))


def _name(element: Element) -> str:
    return str(etree.QName(element).localname)
