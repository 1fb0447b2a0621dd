"""The words of a Word paragraph, piece by piece: what is kept, inserted and deleted.

Every character is kept as a character: tabs, line ends, soft hyphens, spaces and hyphens that do
not break. Pictures, field codes and hidden words are left out; a doubt says where a picture or
hidden words were.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _

from drafts.parsing.docx_styles import PLAIN_LOOK, RunLook, Styles, is_switched_on
from drafts.parsing.file_text import MAX_PARAGRAPH_LENGTH, Unreadable
from drafts.parsing.package import tree_of

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

# Namespaces of the elements in a Word file, as lxml writes them before their names.
W: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MARKUP: Final = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_MATH: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_SPACE_ATTRIBUTE: Final = "{http://www.w3.org/XML/1998/namespace}space"

MAX_SMALL_PART: Final = 60 * 1024 * 1024
"""Bytes that styles, lists or notes may each need once they are parsed."""
# What Word saves as "Strict Open XML" has another namespace for the same elements.
_STRICT_NAMESPACE: Final = b"http://purl.oclc.org/ooxml/wordprocessingml/main"
_USUAL_NAMESPACE: Final = W[1:-1].encode()

ALTERNATE_CONTENT_TAG: Final = f"{_MARKUP}AlternateContent"
TEXT_BOX_TAG: Final = f"{W}txbxContent"
CONTROL_TAG: Final = f"{W}sdt"
# The tag of the controls in our own papers that hold no words of the text, but states and annexes.
# They are locked in Word, so nobody types there.
BESIDE_TEXT: Final = "beside-the-text"
COMMENT_MARK_TAGS: Final = frozenset({f"{W}commentRangeStart", f"{W}commentReference"})
INSERTION_TAGS: Final = frozenset({f"{W}ins", f"{W}moveTo"})
DELETION_TAGS: Final = frozenset({f"{W}del", f"{W}moveFrom"})

_RUN_TAG, _TEXT_TAG, _DELETED_TEXT_TAG = f"{W}r", f"{W}t", f"{W}delText"
_CHARACTER_BY_TAG: Final = {
    f"{W}tab": "\t",
    f"{W}ptab": "\t",
    f"{W}br": "\n",
    f"{W}cr": "\n",
    f"{W}noBreakHyphen": "\u2011",
    f"{W}softHyphen": "\u00ad",
}
_NOTE_KIND_BY_TAG: Final = {f"{W}footnoteReference": "footnote", f"{W}endnoteReference": "endnote"}
_SHAPE_TAGS: Final = frozenset({f"{W}drawing", f"{W}pict", f"{W}object"})
# What a drawing holds where it shows a picture, a chart or an object of another program.
_PICTURE_TAGS: Final = ("{*}blip", "{*}imagedata", "{*}chart", "{*}relIds", "{*}OLEObject")
# Properties, the codes of fields, and the pronunciation above words: none of them are words.
_SKIPPED_TAGS: Final = frozenset(
    f"{W}{name}" for name in ("pPr", "rPr", "sdtPr", "sdtEndPr", "instrText", "delInstrText", "rt")
)
# Signs of Word's symbol fonts by the last byte of their code: a list sign, a box, a tick, an arrow.
_SYMBOL_BY_CODE: Final = {
    0xB7: "•",
    0xA7: "▪",
    0xA8: "☐",
    0xFE: "☒",
    0xFC: "✓",
    0xE0: "→",
    0xD8: "➢",
}
_MAX_RUNS: Final = 20_000  # of one paragraph, which may have 10,000 characters
_PRIVATE_USE_CODES: Final = range(0xE000, 0xF900)  # each font has signs of its own there


@dataclass(frozen=True, slots=True)
class ChangeRecord:
    """Who inserted or deleted words, and when."""

    author: str
    made_at: datetime | None


@dataclass(frozen=True, slots=True)
class DocxRun:
    """Words that share their formatting and their changes, or the sign of a note: no words.

    `note_key` is the key of the note in `DocxNotes.words_by_key`, "footnote 3".
    """

    text: str
    insertion: ChangeRecord | None = None
    deletion: ChangeRecord | None = None
    look: RunLook = PLAIN_LOOK
    note_key: str = ""
    note_mark: str = ""  # what the author set for the note's number, such as *

    @property
    def changes(self) -> Iterator[ChangeRecord]:
        """The changes that inserted or deleted it."""
        yield from (change for change in (self.insertion, self.deletion) if change)


@dataclass(frozen=True)
class AcceptedChanges:
    """Whose changes count: everybody's (None), nobody's, or those of some authors."""

    authors: frozenset[str] | None

    def accepts(self, change: ChangeRecord) -> bool:
        """Whether a change is read as accepted."""
        return self.authors is None or change.author in self.authors

    def shows(self, run: DocxRun) -> bool:
        """Whether a piece is in the text with these changes."""
        is_in_text = run.insertion is None or self.accepts(run.insertion)
        return is_in_text and not (run.deletion and self.accepts(run.deletion))


ALL_CHANGES: Final = AcceptedChanges(None)
NO_CHANGES: Final = AcceptedChanges(frozenset())


@dataclass
class ParagraphContent:
    """What a paragraph holds beside its properties."""

    runs: list[DocxRun] = field(default_factory=list)
    comment_ids: list[str] = field(default_factory=list)
    boxes: "list[Element]" = field(default_factory=list)  # text boxes in its drawings
    doubts: set[str] = field(default_factory=set)  # sentences


def read_content(
    paragraph: "Element", styles: Styles, inherited: DocxRun, look: RunLook
) -> ParagraphContent:
    """What a paragraph holds; `inherited` is an empty run with the changes of what is around it.

    `look` is how its words look where a run says nothing else.
    """
    content = ParagraphContent()
    _gather_content(paragraph, content, styles, replace(inherited, look=look))
    return content


def _gather_content(
    element: "Element", content: ParagraphContent, styles: Styles, inherited: DocxRun
) -> None:
    """Add runs, comments, boxes and doubts below an element to the content.

    `inherited` is an empty run with the look and the changes that hold for all of them.
    """
    for child in element:
        tag = child.tag
        if tag == _RUN_TAG:
            _gather_run(child, content, styles, inherited)
        elif tag in INSERTION_TAGS:
            _gather_content(
                child, content, styles, replace(inherited, insertion=change_record_of(child))
            )
        elif tag in DELETION_TAGS:
            _gather_content(
                child, content, styles, replace(inherited, deletion=change_record_of(child))
            )
        elif tag in COMMENT_MARK_TAGS:
            content.comment_ids.append(child.get(f"{W}id", ""))
        elif tag == ALTERNATE_CONTENT_TAG:
            _gather_content(chosen_branch(child), content, styles, inherited)
        elif tag == f"{_MATH}t":
            content.doubts.add(_("There is a formula here. It was read as plain characters."))
            content.runs.append(replace(inherited, text=child.text or ""))
        elif tag not in _SKIPPED_TAGS and not is_not_text(child):
            _gather_content(child, content, styles, inherited)


def _gather_run(
    run_element: "Element", content: ParagraphContent, styles: Styles, inherited: DocxRun
) -> None:
    """Add the pieces of one w:r element to the content, unless it is hidden."""
    look = styles.look_of_run(run_element.find(f"{W}rPr"), inherited.look)
    inherited = replace(inherited, look=look)
    if look.is_hidden:
        if any(child.text for child in run_element.iter(_TEXT_TAG)):
            content.doubts.add(_("There are hidden words here. They were left out."))
        return
    runs = list(_runs_of_element(run_element, content, inherited))
    for index, docx_run in enumerate(runs):
        if docx_run.note_mark:  # the author's own mark follows in the same run, and is no word
            note_mark = "".join(later_run.text for later_run in runs[index + 1 :]).strip()
            runs[index:] = [replace(docx_run, note_mark=note_mark)]
            break
    content.runs += runs
    if len(content.runs) > _MAX_RUNS:
        raise Unreadable.because(
            _(
                "A paragraph of the file is much longer than the limit of %(limit)d "
                "characters. Divide it."
            )
            % {"limit": MAX_PARAGRAPH_LENGTH}
        )


def _runs_of_element(
    run_element: "Element", content: ParagraphContent, inherited: DocxRun
) -> Iterator[DocxRun]:
    """The text, line ends, symbols and note signs of one w:r element, each as a run."""
    for child in run_element:
        tag = child.tag
        if tag in (_TEXT_TAG, _DELETED_TEXT_TAG):
            text = _text_of(child)
            # An empty number is kept: a paragraph may state that it has no number.
            if text or inherited.look.is_paragraph_number:
                yield replace(inherited, text=text)
        elif tag in _CHARACTER_BY_TAG:
            yield replace(inherited, text=_CHARACTER_BY_TAG[tag])
        elif tag == f"{W}sym":
            yield replace(inherited, text=_symbol(child, content))
        elif tag in _NOTE_KIND_BY_TAG:
            note_key = f"{_NOTE_KIND_BY_TAG[tag]} {child.get(f'{W}id', '')}"
            has_own_mark = is_switched_on(child.get(f"{W}customMarkFollows", "0"))
            # "*" until `_gather_run` has read the mark behind it.
            yield replace(
                inherited, text="", note_key=note_key, note_mark="*" if has_own_mark else ""
            )
        elif tag in COMMENT_MARK_TAGS:
            content.comment_ids.append(child.get(f"{W}id", ""))
        elif tag == ALTERNATE_CONTENT_TAG:
            yield from _runs_of_element(chosen_branch(child), content, inherited)
        elif tag in _SHAPE_TAGS:
            _gather_shape(child, content)
        elif tag == f"{W}ruby":  # words with their pronunciation above, which is left out
            for ruby_base in child.iterchildren(f"{W}rubyBase"):
                for ruby_run in ruby_base.iterchildren(_RUN_TAG):
                    yield from _runs_of_element(ruby_run, content, inherited)


def _text_of(element: "Element") -> str:
    """The text of an element, its line ends as spaces; stripped unless it says to keep spaces."""
    text = (element.text or "").replace("\r\n", " ").replace("\n", " ").replace("\r", " ")
    return text if element.get(_SPACE_ATTRIBUTE) == "preserve" else text.strip(" \t")


def _symbol(element: "Element", content: ParagraphContent) -> str:
    """The character of a w:sym element; a doubt is added where its code is no sign of Unicode."""
    try:
        code = int(element.get(f"{W}char", ""), 16)
    except ValueError:
        code = 0  # no code at all: doubted like every sign that we cannot read
    if not _is_readable(code):
        content.doubts.add(_("There is a special character here. Check it."))
        return _SYMBOL_BY_CODE.get(code & 0xFF, "\ufffd")
    return chr(code)


def _is_readable(code: int) -> bool:
    """Whether it is a sign of Unicode: no control, no half of a pair, no private sign of a font."""
    return 0x20 <= code <= 0xD7FF or (0xE000 <= code < 0xFFFD and code not in _PRIVATE_USE_CODES)


def _gather_shape(shape: "Element", content: ParagraphContent) -> None:
    """Add the text boxes of a drawing; a doubt where it holds a picture instead."""
    boxes = list(_text_boxes_in(shape))
    content.boxes += boxes
    if not boxes and next(shape.iter(*_PICTURE_TAGS), None) is not None:
        content.doubts.add(_("There is a picture or an object here. Only words are read."))


def _text_boxes_in(element: "Element") -> "Iterator[Element]":
    """Each text box once: not those inside another box, nor the copies kept for old programs."""
    for child in element:
        if child.tag == TEXT_BOX_TAG:
            yield child
        elif child.tag == ALTERNATE_CONTENT_TAG:
            yield from _text_boxes_in(chosen_branch(child))
        else:
            yield from _text_boxes_in(child)


def part_tree(part: bytes) -> "Element | None":
    """A part as a tree; None where the file has none. Strict and usual files read the same."""
    return tree_of(part.replace(_STRICT_NAMESPACE, _USUAL_NAMESPACE)) if part else None


def chosen_branch(alternate_content: "Element") -> "Element":
    """The first form of content that is given twice; the other is a copy for old programs.

    Where it has no form, the element itself.
    """
    choice = alternate_content.find(f"{_MARKUP}Choice")
    fallback = alternate_content.find(f"{_MARKUP}Fallback")
    return next((branch for branch in (choice, fallback) if branch is not None), alternate_content)


def is_not_text(element: "Element") -> bool:
    """Whether it is a control that shows a placeholder, or that our papers set beside the text."""
    properties = element.find(f"{W}sdtPr") if element.tag == CONTROL_TAG else None
    if properties is None:
        return False
    tag = properties.find(f"{W}tag")
    is_beside_text = tag is not None and tag.get(f"{W}val") == BESIDE_TEXT
    return is_beside_text or properties.find(f"{W}showingPlcHdr") is not None


def change_record_of(element: "Element") -> ChangeRecord:
    """Author and moment of a tracked change or a comment."""
    return ChangeRecord(
        element.get(f"{W}author", "").strip(), parse_moment(element.get(f"{W}date", ""))
    )


def parse_moment(date_text: str) -> datetime | None:
    """A moment as Word writes it; None where it is none."""
    try:
        moment = datetime.fromisoformat(date_text)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
