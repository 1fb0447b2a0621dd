"""The words of an element of Akoma Ntoso, every character of them, without footnote signs.

A paragraph with an identity of its own (GUID) says in its class what it is, as our own files do.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from lxml import etree

from drafts.readers.proposal import KINDS, STATES, Kind

Element = Any  # lxml comes without types

HEADINGS: Final = frozenset({"heading", "subheading", "crossHeading"})
_OWN_HEADING: Final = re.compile(r"H(?:1|23|[4-9]|10)")

NO_WORDS: Final = re.compile(r"[\W_]*")  # a line of underscores above notes
# Where a line of the file ends. An end of a line that is meant is an element.
_FILE_LINE: Final = r"[ \t]*[\r\n][ \t\r\n]*"
_FILE_LINES: Final = re.compile(_FILE_LINE)
_OUTER_LINES: Final = re.compile(rf"\A{_FILE_LINE}|{_FILE_LINE}\Z")
# What stands for an element among the words; no file of XML can hold these two.
_NOTE, _LINE_END = "\uffff", "\ufffe"
# Arabic sets brackets around the sign of a note, where it stands and before the note itself.
_NOTE_SIGN: Final = re.compile(rf"\(\s*{_NOTE}\s*\)|{_NOTE}")
_NOTE_BEGINS: Final = re.compile(r"\A\s+\(\s*\)\s")


@dataclass(frozen=True)
class AknPiece:
    """A paragraph of the file before it has its parent: `depth` counts lists from the top."""

    text: str
    kind: Kind
    depth: int = 0
    label: str = ""
    opening: str = ""
    notes: tuple[str, ...] = ()
    eid: str = ""
    is_bold: bool = False
    is_stated: bool = False  # the file says what it is
    heading: int = 0  # how deep a heading lies below others
    doubts: tuple[str, ...] = ()
    state: str = ""  # of the paragraph in the negotiation, where the file says it


def stated_kind(element: Element) -> Kind | None:
    """The kind that a paragraph with an identity of its own states in its class."""
    if "GUID" not in element.attrib:
        return None
    if name_of(element) == "docTitle":
        return "title"
    classes = element.get("class", "").split()
    if any(heading_level(name) is not None for name in classes):
        return "heading"
    return next((kind for kind in KINDS if kind in classes), None)


def stated_state(element: Element) -> str:
    """The negotiation state that the paragraph of an element states; "" where it states none."""
    elements = (element, *element.iterancestors())
    owner = next((one for one in elements if "GUID" in one.attrib), None)
    reference = "" if owner is None else owner.get("refersTo", "")
    return next((state for state in STATES if reference == f"#state_{state}"), "")


def heading_level(name: str) -> int | None:
    """The level of one of our own headings, by its class: H1, H23, H4 and on to H10."""
    if not _OWN_HEADING.fullmatch(name):
        return None
    return 1 if name == "H23" else max(int(name[1:]) - 2, 0)


def words_of(element: Element, kind: Kind, depth: int) -> AknPiece:
    """The words of an element, their opening and their notes."""
    notes: list[str] = []
    is_stated = any(map(stated_kind, (element, *element.iterancestors())))
    text = _text(_runs(element, notes), is_stated=is_stated)
    bold = "".join(plain_words(run) for run in _runs_set_in(element, "bold", "b", *HEADINGS))
    is_bold = bool(text) and _letters(bold) == _letters(text)
    # The opening is set in italics; in Chinese, which has none, in bold.
    leading = [
        *_runs_set_in(element, "italic", "i"),
        *([] if is_bold else _runs_set_in(element, "bold", "b")),
    ]
    openings = (_text(_runs(run, []), is_stated=is_stated) for run in leading)
    return AknPiece(
        text=text,
        kind=kind,
        depth=depth,
        opening=next((words for words in openings if text.startswith(words)), ""),
        notes=tuple(notes),
        is_bold=is_bold,
        is_stated=is_stated,
        state=stated_state(element),
    )


def has_loose_words(element: Element) -> bool:
    """Whether an element itself holds words, outside its paragraphs."""
    if name_of(element) in {"num", "table", "tr"}:
        return False
    return any((words or "").strip() for words in (element.text, *(one.tail for one in element)))


def plain_words(element: Element) -> str:
    """The words of an element without their notes and without blanks around them."""
    return _text(_runs(element, []), is_stated=False)


def find(element: Element, name: str) -> Element | None:
    """The first of that name in an element, at any depth."""
    return next(element.iter(f"{{*}}{name}"), None)


def tags(names: Iterable[str]) -> list[str]:
    """The names as lxml asks for them, in whatever release of the standard."""
    return [f"{{*}}{name}" for name in names]


def name_of(element: Element) -> str:
    """The name of an element, whatever its namespace."""
    return str(etree.QName(element).localname)


def _runs(element: Element, notes: list[str]) -> Iterator[str]:
    """The words of an element; those of its footnotes are added to `notes` instead."""
    yield element.text or ""
    for child in element.iterchildren("*"):
        if name_of(child) == "authorialNote":
            notes += _note(child)
            yield _NOTE
        elif name_of(child) in ("br", "eol"):
            yield _LINE_END
        else:
            yield from _runs(child, notes)
        yield child.tail or ""


def _note(element: Element) -> list[str]:
    words = _NOTE_BEGINS.sub("", "".join(_runs(element, [])))
    note = _text([words], is_stated=False)
    return [] if NO_WORDS.fullmatch(note) else [note]


def _text(runs: Iterable[str], *, is_stated: bool) -> str:
    """Runs as one text, without blanks around it unless the file states the paragraph."""
    text = _NOTE_SIGN.sub("", "".join(runs))
    text = _FILE_LINES.sub(" ", _OUTER_LINES.sub("", text)).replace(_LINE_END, "\n")
    return text if is_stated else text.strip()


def _runs_set_in(element: Element, look: str, *names: str) -> list[Element]:
    """The runs of an element in italics or bold, in order."""
    found = element.iter("{*}span", *tags(names))
    return [run for run in found if name_of(run) in names or look in run.get("class", "").split()]


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text))
