"""Reads Akoma Ntoso, and AKN4UN as the United Nations publishes it: XML with marked parts.

Every character of the words is kept. A paragraph with an identity of its own (GUID) says what it
is in its class, as in the files that this platform writes; what the others are follows from their
place in the file.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from copy import copy
from dataclasses import replace
from typing import Final

from django.utils.translation import gettext as _
from lxml import etree

from drafts.parsing.akn_words import (
    HEADING_TAGS,
    NO_WORDS_PATTERN,
    AknPiece,
    Element,
    find_element,
    has_loose_words,
    heading_level_of_class,
    local_name,
    plain_words,
    qualified_names,
    read_words,
    stated_kind,
)
from drafts.parsing.file_text import (
    MAX_ID_LENGTH,
    MAX_LEVEL,
    Kind,
    ReadParagraph,
    ReadText,
    Unreadable,
    checked_text,
)
from drafts.parsing.markers import (
    Marker,
    SubParagraphPlacer,
    bare_label,
    split_marker,
    stated_label,
)
from drafts.parsing.opening import opening_words

# Elements about the text: data on the file, cover, line of adoption. None of them is a paragraph.
_SKIPPED_TAGS: Final = frozenset({"meta", "coverPage", "conclusions", "collectionBody"})
# Elements that may have a number: paragraphs, points and sections.
_UNIT_TAGS: Final = frozenset(
    "paragraph subparagraph article section subsection chapter subchapter part subpart subtitle "
    "book tome clause subclause alinea rule subrule level point item indent blockContainer "
    "li".split()
)
_LIST_TAGS: Final = frozenset({"list", "blockList", "sublist", "ul", "ol"})
_WORDS_TAGS: Final = frozenset({"p", "block", "listIntroduction", "listWrapUp"})
# Parts of a unit: its number, and what holds its words.
_PART_TAGS: Final = frozenset({"num", "content", "intro", "wrapUp", "table"})
_BLOCK_TAGS: Final = _UNIT_TAGS | _LIST_TAGS | _WORDS_TAGS | _PART_TAGS | HEADING_TAGS

_KIND_BY_TAG: Final[dict[str, Kind]] = {"preamble": "preambular", "attachments": "annex"}

# "IV" or "B" of a section, or no number: the last branch is empty.
_SECTION_NUMBER: Final = re.compile(r"[IVX]+|[A-Z]|")


def read_akn(content: bytes) -> ReadText:
    """The paragraphs of an Akoma Ntoso file; raises Unreadable.

    The preamble is preambular, the body operative, attachments are annex. Points hang below the
    paragraph that introduces them; footnotes leave the text and become notes.
    """
    root = _root_element(content)
    if local_name(root) != "akomaNtoso":
        raise Unreadable.because(
            _(
                "This is XML, but not Akoma Ntoso: it begins with “%(name)s”. "
                "Choose the file that the United Nations publishes, or save the text as .txt."
            )
            % {"name": local_name(root)[:60]}
        )
    pieces = _with_cover_title(root, list(_pieces(root, "operative", list_depth=0)))
    paragraphs = tuple(_paragraphs(_pieces_with_words(pieces)))
    if not paragraphs:
        raise Unreadable.because(
            _("The file holds no paragraph: no preamble and no body with words was found in it.")
        )
    return checked_text(paragraphs)


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
    except etree.XMLSyntaxError as error:
        raise Unreadable.because(
            _(
                "The file cannot be read as XML from line %(line)d on. "
                "Download it again, or save the text as .txt."
            )
            % {"line": error.lineno or 1}
        ) from error
    if root.getroottree().docinfo.doctype:
        raise Unreadable.because(
            _("The file has its own document type. Export it without one, and choose that file.")
        )
    return root


def _pieces(element: Element, kind: Kind, list_depth: int) -> Iterator[AknPiece]:
    """The parts of an element that hold words, in the order of the file.

    `kind` is that of what is around it: it holds unless the element says another. `list_depth` is
    how many numbered paragraphs and lists are around it.
    """
    name = local_name(element)
    kind = stated_kind(element) or _KIND_BY_TAG.get(name, kind)
    if name in _SKIPPED_TAGS:
        return
    if name == "preface" or (name in _WORDS_TAGS and find_element(element, "docTitle") is not None):
        yield from _title(element)
    elif name in HEADING_TAGS:
        yield _heading(element, kind)
    elif name in _WORDS_TAGS:
        yield read_words(element, kind, list_depth)
    elif name in _UNIT_TAGS or name in _LIST_TAGS:
        yield from _unit(element, kind, list_depth)
    else:
        yield from _loose_words(element, kind, list_depth)
        for child in _children_to_read(element):
            yield from _pieces(child, kind, list_depth)


def _loose_words(element: Element, kind: Kind, list_depth: int) -> Iterator[AknPiece]:
    """Words in an element that stand in none of its paragraphs, as in an item of a list."""
    if has_loose_words(element):
        element_with_loose_words = copy(element)
        etree.strip_elements(
            element_with_loose_words, *qualified_names(_BLOCK_TAGS), with_tail=False
        )
        yield read_words(element_with_loose_words, kind, list_depth)


def _children_to_read(element: Element) -> list[Element]:
    """The children that are read by themselves.

    In an element with loose words, a run in italics and the like is read as part of those words.
    """
    children = list(element.iterchildren("*"))
    return [
        child
        for child in children
        if local_name(child) in _BLOCK_TAGS or not has_loose_words(element)
    ]


def _title(element: Element) -> Iterator[AknPiece]:
    """The title, wherever it stands in a preface or a line, with the number of the document."""
    title_element = find_element(element, "docTitle")
    number_element = find_element(element, "docNumber")
    if title_element is None:
        title_element = next(
            (line for line in element.iter(*qualified_names(_WORDS_TAGS)) if plain_words(line)),
            None,
        )
    if title_element is not None:
        title_piece = read_words(title_element, "title", list_depth=0)
        number_text = plain_words(number_element) if number_element is not None else ""
        yield replace(title_piece, label=_label_of_number(number_text, title_piece))


def _with_cover_title(root: Element, pieces: list[AknPiece]) -> list[AknPiece]:
    """The pieces, with the title of the cover first where they hold no other title."""
    has_title = any(piece.kind == "title" for piece in pieces)
    cover_element = None if has_title else find_element(root, "coverPage")
    title_pieces = (
        []
        if cover_element is None or find_element(cover_element, "docTitle") is None
        else list(_title(cover_element))
    )
    return [*title_pieces, *pieces]


def _heading(element: Element, kind: Kind) -> AknPiece:
    """A heading and how deep it lies: as it states, else by the headings around it."""
    heading_piece = read_words(element, "title" if kind == "title" else "heading", list_depth=0)
    # Of the section that it heads: the files of this platform state the level there.
    classes = element.getparent().get("class", "").split()
    headings_of_ancestors = [unit.find("{*}heading") for unit in element.iterancestors()]
    level = sum(heading is not None and heading is not element for heading in headings_of_ancestors)
    if "H4" in classes:
        level += 1  # the press of the United Nations sets these below all other headings
    if heading_piece.is_stated:
        stated_levels = (heading_level_of_class(class_name) for class_name in classes)
        level = next((stated_level for stated_level in stated_levels if stated_level), 0)  # H1
    return replace(heading_piece, heading_level=min(level, MAX_LEVEL))


def _unit(element: Element, kind: Kind, list_depth: int) -> Iterator[AknPiece]:
    """The pieces of a numbered paragraph, a point or a list; its subparagraphs lie one deeper.

    The first piece gets the number and the id of the whole.
    """
    pieces = _children_of_unit(element, kind, list_depth)
    number_element = element.find("{*}num")
    for index, piece in enumerate(pieces):
        if index == 0 and local_name(element) == "li":
            piece = replace(piece, label=_item_sign(element))
        elif index == 0:
            eid = element.get("eId", "") or piece.eid
            label = (
                _label_of_number(plain_words(number_element), piece)
                if number_element is not None
                else piece.label
            )
            piece = replace(piece, label=label or piece.label, eid=eid)
        yield piece


def _item_sign(item: Element) -> str:
    """The sign of an item in a list that the file does not number itself."""
    list_element = item.getparent()
    if local_name(list_element) == "ul":
        return "•"
    return f"{1 + sum(1 for _item in item.itersiblings('{*}li', preceding=True))})"


def _label_of_number(number: str, piece: AknPiece) -> str:
    """The label of a paragraph by its printed number."""
    return stated_label(number) if piece.is_stated else bare_label(number)


def _children_of_unit(element: Element, kind: Kind, list_depth: int) -> Iterator[AknPiece]:
    """The pieces of a unit's children without its number; nested units lie one deeper."""
    is_list = local_name(element) in _LIST_TAGS
    yield from _loose_words(element, kind, list_depth)
    for child in _children_to_read(element):
        name = local_name(child)
        is_deeper = (is_list and name in _UNIT_TAGS | _LIST_TAGS) or (
            name in _UNIT_TAGS and _has_own_words(element)
        )
        if name != "num":
            yield from _pieces(child, kind, list_depth + 1 if is_deeper else list_depth)


def _has_own_words(unit: Element) -> bool:
    """Whether a unit has words of its own, so that the units in it are its subparagraphs."""
    return any(local_name(child) in ("content", "intro") for child in unit)


def _paragraphs(pieces: Iterable[AknPiece]) -> Iterator[ReadParagraph]:
    """The pieces with their parents: by the lists of the file, and by (a) and (i) outside them."""
    open_paragraphs: list[tuple[int, ReadParagraph]] = []  # each with its depth in the file
    placer, taken_ids = SubParagraphPlacer(), set[str]()
    marker_depth = 0  # of the last paragraph outside all lists, by its (a) or (i)
    for row_number, piece in enumerate(pieces, 1):
        file_id = _claim_id(piece.eid, row_number, taken_ids)
        if piece.list_depth == 0:
            marker_depth = 0
            marker = _sub_marker(piece) if open_paragraphs else None
            if marker:
                _parent_file_id, marker_depth = placer.place_sub_paragraph(marker, file_id)
                piece = _with_marker(piece, marker)
        # Only a paragraph that lies less deep than this one can be its parent.
        while open_paragraphs and open_paragraphs[-1][0] >= marker_depth + piece.list_depth:
            open_paragraphs.pop()
        paragraph = _paragraph(
            piece, row_number, file_id, [paragraph for _depth, paragraph in open_paragraphs]
        )
        yield paragraph
        if paragraph.kind in ("title", "heading"):
            open_paragraphs.clear()
            continue
        if not open_paragraphs:
            placer.start_below(file_id)
        open_paragraphs.append((marker_depth + piece.list_depth, paragraph))


def _sub_marker(piece: AknPiece) -> Marker | None:
    """The (a) or (i) before a paragraph that the file holds outside every list."""
    if piece.is_stated:
        return None
    marker = split_marker(f"{piece.label} {piece.text}".strip())
    # A bullet, which has no bracket, does not make a subparagraph here.
    return marker if marker and marker.is_of_sub_paragraph and ")" in marker.label else None


def _with_marker(piece: AknPiece, marker: Marker) -> AknPiece:
    """The piece with its sign as its number; a doubt where it was typed into the words."""
    is_in_words = piece.label != marker.label
    doubt = _("Its number %(label)s was typed inside the text.") % {"label": marker.label}
    doubts = (doubt,) if is_in_words else ()
    return replace(piece, label=marker.label, text=marker.text, doubts=doubts)


def _typed_number_doubt(piece: AknPiece) -> tuple[str, ...]:
    """A doubt where the words begin with what may be a number, which the file does not say."""
    marker = None if piece.is_stated or piece.kind == "title" else split_marker(piece.text)
    if marker is None or not any(map(str.isalnum, marker.label)):  # a bullet is no number
        return ()
    message = _("Its words begin with %(label)s. Perhaps this is its number, typed as text.")
    return (message % {"label": marker.label},)


def _paragraph(
    piece: AknPiece, row_number: int, file_id: str, ancestors: Sequence[ReadParagraph]
) -> ReadParagraph:
    """The paragraph of a piece; its parent is the last of its ancestors."""
    # Only such paragraphs have opening words; in another file italics below them may be anything.
    is_top = not ancestors and piece.kind in ("preambular", "operative")
    opening = (piece.opening or opening_words(piece.text, piece.kind)) if is_top else ""
    return ReadParagraph(
        row_number=row_number,
        file_id=file_id,
        parent_file_id=ancestors[-1].file_id if ancestors else None,
        kind=piece.kind,
        label=piece.label,
        level=piece.heading_level if piece.kind == "heading" else len(ancestors),
        text=piece.text,
        opening=piece.opening if piece.is_stated else opening,
        notes=piece.notes,
        doubts=(*piece.doubts, *_typed_number_doubt(piece)),
        negotiation_state=piece.negotiation_state,
    )


def _pieces_with_words(pieces: Iterable[AknPiece]) -> Iterator[AknPiece]:
    """Those pieces that hold words; a bold line with no number of a paragraph is a heading."""
    has_title = False
    for piece in pieces:
        if piece.is_stated:
            has_title = has_title or piece.kind == "title"
            yield piece
            continue
        if NO_WORDS_PATTERN.fullmatch(piece.text):
            continue
        is_second_title = piece.kind == "title" and has_title  # of a second resolution in the file
        is_section_heading = piece.is_bold and bool(_SECTION_NUMBER.fullmatch(piece.label))
        if is_second_title or (is_section_heading and piece.kind in ("operative", "annex")):
            piece = replace(piece, kind="heading", list_depth=0)
        has_title = has_title or piece.kind == "title"
        yield piece


def _claim_id(eid: str, row_number: int, taken_ids: set[str]) -> str:
    """The file's own id where it is free: several resolutions in a file each count from 1."""
    free_id = (
        eid if eid and len(eid) <= MAX_ID_LENGTH and eid not in taken_ids else f"row_{row_number}"
    )
    taken_ids.add(free_id)
    return free_id
