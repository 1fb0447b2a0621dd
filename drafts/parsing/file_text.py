"""What a reader proposes: paragraphs in order, and the problems that it found."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, NamedTuple, Self

from django.utils.translation import gettext as _

Kind = Literal["title", "heading", "preambular", "operative", "annex"]
"""What a paragraph is; preambular ones give reasons first, operative ones say what is decided."""

# What becomes of changes that were tracked in a file.
TrackedChangesChoice = Literal["accept", "refuse"]

TrackedChangeKind = Literal["reworded", "added", "deleted", "moved"]

KINDS: Final[tuple[Kind, ...]] = ("title", "heading", "preambular", "operative", "annex")
# What the negotiation made of a paragraph, as `NegotiationState` has it; no model is known here.
NEGOTIATION_STATES: Final = ("agreed", "room", "plenary", "parked", "informals", "reopened")
MAX_PARAGRAPH_LENGTH: Final = 10_000
"""Characters in one paragraph or one note."""
MAX_LABEL_LENGTH: Final = 40
MAX_OPENING_LENGTH: Final = 200  # of the columns that hold opening words
MAX_ID_LENGTH: Final = 100
MAX_LEVEL: Final = 8  # how many paragraphs may be above one, or how deep a heading may lie

_MAX_SHOWN_PROBLEMS: Final = 20
# XML 1.0, section 2.2: whatever is not listed there cannot stand in a Word file.
_FORBIDDEN_CHARACTER: Final = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class TableCell(NamedTuple):
    """Where a paragraph stands in a table of its file: which table, row and column, from 1."""

    table_number: int
    row: int
    column: int


@dataclass(frozen=True)
class ReadParagraph:
    """One paragraph as the file has it; `row_number` is its place in a list, or its line in a text.

    `parent_file_id` is the `file_id` of an earlier paragraph; `level` is how many are above it, or
    how deep a heading lies. `opening` are its first words where they are opening words, else empty;
    `notes` are footnotes in order, without their numbers. `doubts` are sentences on what was not
    certain in the reading. `table_cell` is None outside tables. `negotiation_state` is one of
    NEGOTIATION_STATES, where the file says it.
    """

    row_number: int
    file_id: str
    parent_file_id: str | None
    kind: Kind
    label: str
    level: int
    text: str
    opening: str
    notes: tuple[str, ...]
    doubts: tuple[str, ...] = ()
    table_cell: TableCell | None = None
    negotiation_state: str = ""


@dataclass(frozen=True)
class TrackedChange:
    """What one author changed in a file with changes tracked, compared with its original words.

    An added paragraph has no `original_words` and comes after `paragraph_file_id` (None: at the
    beginning); a deleted one has no `proposed_words`; a moved one comes after `after_file_id`.
    """

    author: str
    made_at: datetime | None
    kind: TrackedChangeKind
    paragraph_file_id: str | None
    original_words: str
    proposed_words: str
    after_file_id: str | None = None


@dataclass(frozen=True)
class MarginNote:
    """A comment in the margin of a file; `paragraph_file_id` is None where its place is gone."""

    author: str
    made_at: datetime | None
    paragraph_file_id: str | None
    words: str


@dataclass(frozen=True)
class Problem:
    """A whole sentence that says where and what to do; a warning does not stop the reading."""

    row_number: int | None  # a line in a text; None where it is about the whole file
    message: str
    is_warning: bool = False


@dataclass(frozen=True)
class ReadText:
    """A text as read from a file.

    `tracked_changes` and `margin_notes` are what a Word file holds beside its words, each with its
    author.
    """

    title: str
    paragraphs: tuple[ReadParagraph, ...]
    warnings: tuple[Problem, ...]
    tracked_changes: tuple[TrackedChange, ...] = ()
    margin_notes: tuple[MarginNote, ...] = ()


class Unreadable(ValueError):
    """A file that cannot be read, with all that is wrong in it."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        sentences = [problem.message for problem in self.problems[:_MAX_SHOWN_PROBLEMS]]
        if unshown := len(self.problems) - len(sentences):
            sentences.append(_("And %(count)d more.") % {"count": unshown})
        super().__init__("\n".join(sentences))

    @classmethod
    def because(cls, message: str, row_number: int | None = None) -> Self:
        """The error for a file that is refused for one reason."""
        return cls([Problem(row_number, message)])


def checked_text(
    paragraphs: tuple[ReadParagraph, ...], warnings: Iterable[Problem] = ()
) -> ReadText:
    """The paragraphs as one text with its warnings; raises Unreadable where one cannot be held."""
    if problems := [problem for paragraph in paragraphs for problem in _limit_problems(paragraph)]:
        raise Unreadable(problems)
    title = next((paragraph.text for paragraph in paragraphs if paragraph.kind == "title"), "")
    all_warnings = [
        *missing_title_warnings(paragraphs),
        *warnings,
        *repeated_label_warnings(paragraphs),
    ]
    return ReadText(title, paragraphs, tuple(all_warnings))


def _limit_problems(paragraph: ReadParagraph) -> Iterator[Problem]:
    """Problems of a paragraph that is longer or deeper than a text can hold, or not printable."""
    for text in (paragraph.text, *paragraph.notes):
        if len(text) > MAX_PARAGRAPH_LENGTH:
            message = _(
                "Row %(row)d: the paragraph or its note has %(count)d characters. The limit "
                "is %(limit)d. Divide it in the file."
            ) % {"row": paragraph.row_number, "count": len(text), "limit": MAX_PARAGRAPH_LENGTH}
            yield Problem(paragraph.row_number, message)
        if code := code_of_forbidden_character(text + paragraph.label):
            message = _(
                "Row %(row)d: it holds the character %(character)s, which no document may hold. "
                "Delete it in the file."
            ) % {"row": paragraph.row_number, "character": code}
            yield Problem(paragraph.row_number, message)
    if len(paragraph.label) > MAX_LABEL_LENGTH:
        message = _(
            "Row %(row)d: the number has %(count)d characters; at most %(limit)d are read. "
            "Shorten it in the file."
        ) % {"row": paragraph.row_number, "count": len(paragraph.label), "limit": MAX_LABEL_LENGTH}
        yield Problem(paragraph.row_number, message)
    if paragraph.level > MAX_LEVEL:
        message = _(
            "Row %(row)d is %(level)d levels deep. The limit is %(limit)d. Raise it in the file."
        ) % {"row": paragraph.row_number, "level": paragraph.level, "limit": MAX_LEVEL}
        yield Problem(paragraph.row_number, message)


def code_of_forbidden_character(text: str) -> str:
    """The first character that XML 1.0 forbids, as U+0000; empty when there is none."""
    match = _FORBIDDEN_CHARACTER.search(text)
    return f"U+{ord(match.group()):04X}" if match else ""


def repeated_label_warnings(paragraphs: Iterable[ReadParagraph]) -> list[Problem]:
    """Warnings of numbers that come twice under one parent and heading; real texts have such."""
    first_row_by_label_place: dict[tuple[str | None, int, str], int] = {}
    heading_row = 0
    warnings: list[Problem] = []
    for paragraph in paragraphs:
        if paragraph.kind == "heading":
            heading_row = paragraph.row_number
        if not any(map(str.isalnum, paragraph.label)):  # the sign of a list is no number
            continue
        label_place = (paragraph.parent_file_id, heading_row, paragraph.label)
        if (
            first_row := first_row_by_label_place.setdefault(label_place, paragraph.row_number)
        ) != paragraph.row_number:
            message = _(
                "Row %(row)d: the number %(label)s is already in row %(first)d under the "
                "same heading. Please check."
            ) % {"row": paragraph.row_number, "label": paragraph.label, "first": first_row}
            warnings.append(Problem(paragraph.row_number, message, is_warning=True))
    return warnings


def missing_title_warnings(paragraphs: Iterable[ReadParagraph]) -> list[Problem]:
    """The warning where a text has no title, as a list."""
    if any(paragraph.kind == "title" for paragraph in paragraphs):
        return []
    message = _("The file has no title. Add one: comments on the whole text belong to it.")
    return [Problem(row_number=None, message=message, is_warning=True)]
