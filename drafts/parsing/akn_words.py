"""The words of an element of Akoma Ntoso, every character of them, without footnote signs.

A paragraph with an identity of its own (GUID) says in its class what it is, as in the files that
this platform writes.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from lxml import etree

from drafts.parsing.file_text import KINDS, NEGOTIATION_STATES, Kind

Element = Any  # lxml comes without types

HEADING_TAGS: Final = frozenset({"heading", "subheading", "crossHeading"})
# H1, H23 and H4 to H10: the classes that our own files give to headings, by their level.
_OWN_HEADING_CLASS: Final = re.compile(r"H(?:1|23|[4-9]|10)")

# No letter or figure: nothing, or a line of underscores above notes.
NO_WORDS_PATTERN: Final = re.compile(r"[\W_]*")
# Where a line of the file ends, which means a space: a line end of the text is an element (br).
_FILE_LINE_BREAK: Final = r"[ \t]*[\r\n][ \t\r\n]*"
_FILE_LINE_BREAKS: Final = re.compile(_FILE_LINE_BREAK)
_OUTER_LINE_BREAKS: Final = re.compile(rf"\A{_FILE_LINE_BREAK}|{_FILE_LINE_BREAK}\Z")
# What stands among the words for a note and for a line end; no XML file can hold these characters.
_NOTE_PLACEHOLDER, _LINE_END_PLACEHOLDER = "\uffff", "\ufffe"
# Arabic sets brackets around the sign of a note, where it stands and before the note itself.
_NOTE_SIGN: Final = re.compile(rf"\(\s*{_NOTE_PLACEHOLDER}\s*\)|{_NOTE_PLACEHOLDER}")
_EMPTY_BRACKETS_AT_NOTE_START: Final = re.compile(r"\A\s+\(\s*\)\s")


@dataclass(frozen=True)
class AknPiece:
    """A paragraph of the file before it has its parent.

    `list_depth` is how many numbered paragraphs and lists are around it.
    """

    text: str
    kind: Kind
    list_depth: int = 0
    label: str = ""
    opening: str = ""
    notes: tuple[str, ...] = ()
    eid: str = ""  # the id that the file gives its element
    is_bold: bool = False
    is_stated: bool = False  # the file says what it is
    heading_level: int = 0  # how deep a heading lies below others
    doubts: tuple[str, ...] = ()  # sentences on what was not certain in the reading
    negotiation_state: str = ""  # of the paragraph in the negotiation, where the file says it


def stated_kind(element: Element) -> Kind | None:
    """The kind that a paragraph with an identity of its own states; None where it states none.

    Its class says the kind, and the title is an element of its own.
    """
    if "GUID" not in element.attrib:
        return None
    if local_name(element) == "docTitle":
        return "title"
    classes = element.get("class", "").split()
    if any(heading_level_of_class(name) is not None for name in classes):
        return "heading"
    return next((kind for kind in KINDS if kind in classes), None)


def stated_negotiation_state(element: Element) -> str:
    """The negotiation state that the paragraph of an element states; "" where it states none."""
    elements = (element, *element.iterancestors())
    stated_element = next((ancestor for ancestor in elements if "GUID" in ancestor.attrib), None)
    reference = "" if stated_element is None else stated_element.get("refersTo", "")
    return next((state for state in NEGOTIATION_STATES if reference == f"#state_{state}"), "")


def heading_level_of_class(class_name: str) -> int | None:
    """The level of one of our own headings, by its class: 0 for H1, 1 for H23, 2 for H4 and so on.

    None for any other class; the last is H10.
    """
    if not _OWN_HEADING_CLASS.fullmatch(class_name):
        return None
    return 1 if class_name == "H23" else max(int(class_name[1:]) - 2, 0)


def read_words(element: Element, kind: Kind, list_depth: int) -> AknPiece:
    """The words of an element, their opening, their notes and how they look, as a piece."""
    notes: list[str] = []
    is_stated = any(map(stated_kind, (element, *element.iterancestors())))
    text = _joined_text(_text_runs(element, notes), is_stated=is_stated)
    bold_words = "".join(
        plain_words(run) for run in _styled_elements(element, "bold", "b", *HEADING_TAGS)
    )
    is_bold = bool(text) and _letters(bold_words) == _letters(text)
    # The opening is set in italics; in Chinese, which has none, in bold.
    runs_that_may_open = [
        *_styled_elements(element, "italic", "i"),
        *([] if is_bold else _styled_elements(element, "bold", "b")),
    ]
    openings = (
        # Their notes are among those of the element already.
        _joined_text(_text_runs(run, []), is_stated=is_stated)
        for run in runs_that_may_open
    )
    return AknPiece(
        text=text,
        kind=kind,
        list_depth=list_depth,
        opening=next((words for words in openings if text.startswith(words)), ""),
        notes=tuple(notes),
        is_bold=is_bold,
        is_stated=is_stated,
        negotiation_state=stated_negotiation_state(element),
    )


def has_loose_words(element: Element) -> bool:
    """Whether an element itself holds words, outside its paragraphs."""
    # A number is read with its paragraph; a table has words in its cells alone.
    if local_name(element) in {"num", "table", "tr"}:
        return False
    return any(
        (words or "").strip() for words in (element.text, *(child.tail for child in element))
    )


def plain_words(element: Element) -> str:
    """The words of an element without their notes and without blanks around them."""
    return _joined_text(_text_runs(element, []), is_stated=False)


def find_element(element: Element, name: str) -> Element | None:
    """The first of that name in an element, at any depth."""
    return next(element.iter(f"{{*}}{name}"), None)


def qualified_names(names: Iterable[str]) -> list[str]:
    """The names as lxml asks for them, in whatever release of the standard."""
    return [f"{{*}}{name}" for name in names]


def local_name(element: Element) -> str:
    """The name of an element, whatever its namespace."""
    return str(etree.QName(element).localname)


def _text_runs(element: Element, notes: list[str]) -> Iterator[str]:
    """The words of an element; those of its footnotes are added to `notes` instead."""
    yield element.text or ""
    for child in element.iterchildren("*"):
        if local_name(child) == "authorialNote":
            notes += _note_words(child)
            yield _NOTE_PLACEHOLDER
        elif local_name(child) in ("br", "eol"):
            yield _LINE_END_PLACEHOLDER
        else:
            yield from _text_runs(child, notes)
        yield child.tail or ""


def _note_words(element: Element) -> list[str]:
    """The words of a footnote in a list; an empty one where it has none."""
    words = _EMPTY_BRACKETS_AT_NOTE_START.sub("", "".join(_text_runs(element, [])))
    note = _joined_text([words], is_stated=False)
    return [] if NO_WORDS_PATTERN.fullmatch(note) else [note]


def _joined_text(runs: Iterable[str], *, is_stated: bool) -> str:
    """Runs as one text, without blanks around it unless the file states the paragraph."""
    text = _NOTE_SIGN.sub("", "".join(runs))
    text = _FILE_LINE_BREAKS.sub(" ", _OUTER_LINE_BREAKS.sub("", text)).replace(
        _LINE_END_PLACEHOLDER, "\n"
    )
    return text if is_stated else text.strip()


def _styled_elements(element: Element, class_name: str, *names: str) -> list[Element]:
    """The elements in one that have this class or one of these names, in order: italics or bold."""
    elements = element.iter("{*}span", *qualified_names(names))
    return [
        run
        for run in elements
        if local_name(run) in names or class_name in run.get("class", "").split()
    ]


def _letters(text: str) -> str:
    """The letters and figures of a text, for comparing."""
    return "".join(filter(str.isalnum, text))
