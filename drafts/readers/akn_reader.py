"""Reads Akoma Ntoso, and AKN4UN as the United Nations publishes it: XML with marked parts.

Every character of the words is kept. A paragraph with an identity of its own (GUID) says what it
is in its class, as our own files do; what the others are follows from their place in the file.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from copy import copy
from dataclasses import replace
from typing import Final

from django.utils.translation import gettext as _
from lxml import etree

from drafts.readers.akn_words import (
    HEADINGS,
    NO_WORDS,
    AknPiece,
    Element,
    find,
    has_loose_words,
    heading_level,
    name_of,
    plain_words,
    stated_kind,
    tags,
    words_of,
)
from drafts.readers.markers import Marker, SubMarkers, bare_label, split_marker, stated_label
from drafts.readers.opening import opening_words
from drafts.readers.proposal import (
    MAX_ID_LENGTH,
    MAX_LEVEL,
    Kind,
    ReadParagraph,
    ReadText,
    Unreadable,
    whole_text,
)

# Elements about the text: cover, meta, the line of adoption. None of them is a paragraph.
_ABOUT: Final = frozenset({"meta", "coverPage", "conclusions", "collectionBody"})
_UNITS: Final = frozenset(
    "paragraph subparagraph article section subsection chapter subchapter part subpart subtitle "
    "book tome clause subclause alinea rule subrule level point item indent blockContainer "
    "li".split()
)
_LISTS: Final = frozenset({"list", "blockList", "sublist", "ul", "ol"})
_WORDS: Final = frozenset({"p", "block", "listIntroduction", "listWrapUp"})
_PARTS: Final = frozenset({"num", "content", "intro", "wrapUp", "table"})
_BLOCKS: Final = _UNITS | _LISTS | _WORDS | _PARTS | HEADINGS

_KINDS_OF_PARTS: Final[dict[str, Kind]] = {"preamble": "preambular", "attachments": "annex"}

_SECTION_NUMBER: Final = re.compile(r"[IVX]+|[A-Z]|")


def read_akn(content: bytes) -> ReadText:
    """The paragraphs of an Akoma Ntoso file; raises Unreadable.

    The preamble is preambular, the body operative, attachments are annex. Points hang below the
    paragraph that introduces them; footnotes leave the text and become notes.
    """
    root = _root_element(content)
    if name_of(root) != "akomaNtoso":
        raise Unreadable.because(
            _(
                "This is XML, but not Akoma Ntoso: it begins with “%(name)s”. "
                "Choose the file that the United Nations publishes, or save the text as .txt."
            )
            % {"name": name_of(root)[:60]}
        )
    pieces = _with_cover_title(root, list(_pieces(root, "operative", 0)))
    paragraphs = tuple(_paragraphs(_pieces_with_words(pieces)))
    if not paragraphs:
        raise Unreadable.because(
            _("The file holds no paragraph: no preamble and no body with words was found in it.")
        )
    return whole_text(paragraphs)


def _root_element(content: bytes) -> Element:
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
            _("The file has its own document type. Export it without one, and choose that file.")
        )
    return root


def _pieces(element: Element, kind: Kind, depth: int) -> Iterator[AknPiece]:
    """The parts of an element that hold words, in the order of the file."""
    name = name_of(element)
    kind = stated_kind(element) or _KINDS_OF_PARTS.get(name, kind)
    if name in _ABOUT:
        return
    if name == "preface" or (name in _WORDS and find(element, "docTitle") is not None):
        yield from _title(element)
    elif name in HEADINGS:
        yield _heading(element, kind)
    elif name in _WORDS:
        yield words_of(element, kind, depth)
    elif name in _UNITS or name in _LISTS:
        yield from _unit(element, kind, depth)
    else:
        yield from _loose_words(element, kind, depth)
        for child in _parts_of(element):
            yield from _pieces(child, kind, depth)


def _loose_words(element: Element, kind: Kind, depth: int) -> Iterator[AknPiece]:
    """Words in an element that stand in none of its paragraphs, as in an item of a list."""
    if has_loose_words(element):
        loose = copy(element)
        etree.strip_elements(loose, *tags(_BLOCKS), with_tail=False)
        yield words_of(loose, kind, depth)


def _parts_of(element: Element) -> list[Element]:
    """The children that are read by themselves; among loose words a run in italics is not."""
    parts = list(element.iterchildren("*"))
    return [part for part in parts if name_of(part) in _BLOCKS or not has_loose_words(element)]


def _title(element: Element) -> Iterator[AknPiece]:
    """The title, wherever it stands in a preface or a line, with the number of the document."""
    title, number = find(element, "docTitle"), find(element, "docNumber")
    if title is None:
        title = next((line for line in element.iter(*tags(_WORDS)) if plain_words(line)), None)
    if title is not None:
        found = words_of(title, "title", 0)
        number_text = plain_words(number) if number is not None else ""
        yield replace(found, label=_label(number_text, found))


def _with_cover_title(root: Element, pieces: list[AknPiece]) -> list[AknPiece]:
    """The pieces, with the title of the cover first where they hold no other title."""
    has_title = any(piece.kind == "title" for piece in pieces)
    cover = None if has_title else find(root, "coverPage")
    title = [] if cover is None or find(cover, "docTitle") is None else list(_title(cover))
    return [*title, *pieces]


def _heading(element: Element, kind: Kind) -> AknPiece:
    """A heading and how deep it lies: as it states, else by the headings around it."""
    found = words_of(element, "title" if kind == "title" else "heading", 0)
    classes = element.getparent().get("class", "").split()
    within = [unit.find("{*}heading") for unit in element.iterancestors()]
    level = sum(heading is not None and heading is not element for heading in within)
    level += "H4" in classes  # the press of the United Nations sets it below all its others
    if found.is_stated:
        level = next(filter(None, map(heading_level, classes)), 0)
    return replace(found, heading=min(level, MAX_LEVEL))


def _unit(element: Element, kind: Kind, depth: int) -> Iterator[AknPiece]:
    """The pieces of a numbered paragraph, a point or a list; its subparagraphs lie one deeper."""
    pieces = _children_of_unit(element, kind, depth)
    number = element.find("{*}num")
    for place, piece in enumerate(pieces):
        if place == 0 and name_of(element) == "li":
            piece = replace(piece, label=_item_sign(element))
        elif place == 0:
            eid = element.get("eId", "") or piece.eid
            label = _label(plain_words(number), piece) if number is not None else piece.label
            piece = replace(piece, label=label or piece.label, eid=eid)
        yield piece


def _item_sign(item: Element) -> str:
    """The sign of an item in a list that the file does not number itself."""
    items = item.getparent()
    if name_of(items) == "ul":
        return "•"
    return f"{1 + sum(1 for _item in item.itersiblings('{*}li', preceding=True))})"


def _label(number: str, piece: AknPiece) -> str:
    return stated_label(number) if piece.is_stated else bare_label(number)


def _children_of_unit(element: Element, kind: Kind, depth: int) -> Iterator[AknPiece]:
    is_list = name_of(element) in _LISTS
    yield from _loose_words(element, kind, depth)
    for child in _parts_of(element):
        name = name_of(child)
        deeper = (is_list and name in _UNITS | _LISTS) or (
            name in _UNITS and _has_own_words(element)
        )
        if name != "num":
            yield from _pieces(child, kind, depth + 1 if deeper else depth)


def _has_own_words(unit: Element) -> bool:
    """Whether a unit has words of its own, so that the units in it are its subparagraphs."""
    return any(name_of(child) in ("content", "intro") for child in unit)


def _paragraphs(pieces: Iterable[AknPiece]) -> Iterator[ReadParagraph]:
    """The pieces with their parents: by the lists of the file, and by (a) and (i) outside them."""
    above: list[tuple[int, ReadParagraph]] = []  # each with how deep it stands in the file
    signs, ids, marker_depth = SubMarkers(), set[str](), 0
    for row, piece in enumerate(pieces, 1):
        file_id = _free_id(piece.eid, row, ids)
        if piece.depth == 0:
            marker_depth = 0
            marker = _sub_marker(piece) if above else None
            if marker:
                marker_depth = signs.parent_and_level(marker, file_id)[1]
                piece = _with_marker(piece, marker)
        while above and above[-1][0] >= marker_depth + piece.depth:
            above.pop()
        paragraph = _paragraph(piece, row, file_id, [paragraph for _depth, paragraph in above])
        yield paragraph
        if paragraph.kind in ("title", "heading"):
            above.clear()
            continue
        if not above:
            signs.start_below(file_id)
        above.append((marker_depth + piece.depth, paragraph))


def _sub_marker(piece: AknPiece) -> Marker | None:
    """The (a) or (i) before a paragraph that the file holds outside every list."""
    if piece.is_stated:
        return None
    marker = split_marker(f"{piece.label} {piece.text}".strip())
    return marker if marker and marker.is_sub and ")" in marker.label else None


def _with_marker(piece: AknPiece, marker: Marker) -> AknPiece:
    """The piece with its sign as its number; a doubt where it was typed into the words."""
    is_typed = piece.label != marker.label
    doubt = _("Its number %(label)s was typed inside the text.") % {"label": marker.label}
    doubts = (doubt,) if is_typed else ()
    return replace(piece, label=marker.label, text=marker.text, doubts=doubts)


def _typed_number_doubt(piece: AknPiece) -> tuple[str, ...]:
    """A doubt where the words begin with what may be a number, which the file does not say."""
    typed = None if piece.is_stated or piece.kind == "title" else split_marker(piece.text)
    if typed is None or not any(map(str.isalnum, typed.label)):
        return ()
    message = _("Its words begin with %(label)s. Perhaps this is its number, typed as text.")
    return (message % {"label": typed.label},)


def _paragraph(
    piece: AknPiece, row: int, file_id: str, above: Sequence[ReadParagraph]
) -> ReadParagraph:
    is_top = not above and piece.kind in ("preambular", "operative")
    opening = (piece.opening or opening_words(piece.text, piece.kind)) if is_top else ""
    return ReadParagraph(
        row=row,
        file_id=file_id,
        parent=above[-1].file_id if above else None,
        kind=piece.kind,
        label=piece.label,
        level=piece.heading if piece.kind == "heading" else len(above),
        text=piece.text,
        opening=piece.opening if piece.is_stated else opening,
        notes=piece.notes,
        doubts=(*piece.doubts, *_typed_number_doubt(piece)),
        state=piece.state,
    )


def _pieces_with_words(pieces: Iterable[AknPiece]) -> Iterator[AknPiece]:
    """Those pieces that hold words; a bold line without a paragraph's number is a heading."""
    has_title = False
    for piece in pieces:
        if piece.is_stated:
            has_title = has_title or piece.kind == "title"
            yield piece
            continue
        if NO_WORDS.fullmatch(piece.text):
            continue
        is_second_title = piece.kind == "title" and has_title  # of a second resolution in the file
        is_bold_line = piece.is_bold and bool(_SECTION_NUMBER.fullmatch(piece.label))
        if is_second_title or (is_bold_line and piece.kind in ("operative", "annex")):
            piece = replace(piece, kind="heading", depth=0)
        has_title = has_title or piece.kind == "title"
        yield piece


def _free_id(eid: str, row: int, taken: set[str]) -> str:
    """The file's own id where it is free: several resolutions in a file each count from 1."""
    free = eid if eid and len(eid) <= MAX_ID_LENGTH and eid not in taken else f"row_{row}"
    taken.add(free)
    return free
