"""What a reader proposes: paragraphs in order, and the problems that it found."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, Self

from django.utils.translation import gettext as _

Kind = Literal["title", "heading", "preambular", "operative", "annex"]

# What becomes of changes that were tracked in a file.
Changes = Literal["accept", "refuse"]

How = Literal["reworded", "added", "deleted", "moved"]

KINDS: Final[tuple[Kind, ...]] = ("title", "heading", "preambular", "operative", "annex")
# What the negotiation made of a paragraph, as `NegotiationState` has it; no model is known here.
STATES: Final = ("agreed", "room", "plenary", "parked", "informals", "reopened")
MAX_PARAGRAPH_LENGTH: Final = 10_000
"""Characters in one paragraph or one note."""
MAX_LABEL_LENGTH: Final = 40
MAX_ID_LENGTH: Final = 100
MAX_LEVEL: Final = 8

_SHOWN_PROBLEMS: Final = 20
# XML 1.0, section 2.2: whatever is not listed there cannot stand in a Word file.
_FORBIDDEN: Final = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True)
class ReadParagraph:
    """One paragraph as the file has it; `row` is its place in a list, or its line in a text.

    `parent` is the `file_id` of an earlier paragraph; `notes` are footnotes in order, without
    their numbers. `doubts` are sentences on what was not certain in the reading. `cell` is where it
    stands in a table: which table, row and column, from 1. `state` is one of STATES, where the file
    says it.
    """

    row: int
    file_id: str
    parent: str | None
    kind: Kind
    label: str
    level: int
    text: str
    opening: str
    notes: tuple[str, ...]
    doubts: tuple[str, ...] = ()
    cell: tuple[int, int, int] | None = None
    state: str = ""


@dataclass(frozen=True)
class TrackedChange:
    """What one author changed in a file with changes tracked, compared with its original words.

    `paragraph` is a file id. An added paragraph has no `base` and comes after `paragraph` (None:
    at the beginning); a deleted one has nothing `proposed`; a moved one comes `after` another.
    """

    author: str
    made_at: datetime | None
    how: How
    paragraph: str | None
    base: str
    proposed: str
    after: str | None = None


@dataclass(frozen=True)
class MarginNote:
    """A comment in the margin of a file, on a paragraph; None where its place is gone."""

    author: str
    made_at: datetime | None
    paragraph: str | None
    words: str


@dataclass(frozen=True)
class Problem:
    """A whole sentence that says where and what to do; a warning does not stop the reading."""

    row: int | None
    message: str
    is_warning: bool = False


@dataclass(frozen=True)
class ReadText:
    """A text as read; `problems` holds warnings only.

    `proposals` and `margin` are what a file of Word says beside its words, by author.
    """

    title: str
    paragraphs: tuple[ReadParagraph, ...]
    problems: tuple[Problem, ...]
    proposals: tuple[TrackedChange, ...] = ()
    margin: tuple[MarginNote, ...] = ()


class Unreadable(ValueError):
    """A file that cannot be read, with all that is wrong in it."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        sentences = [problem.message for problem in self.problems[:_SHOWN_PROBLEMS]]
        if unshown := len(self.problems) - len(sentences):
            sentences.append(_("And %(count)d more.") % {"count": unshown})
        super().__init__("\n".join(sentences))

    @classmethod
    def because(cls, message: str, row: int | None = None) -> Self:
        """The file is refused for one reason."""
        return cls([Problem(row, message)])


def whole_text(paragraphs: tuple[ReadParagraph, ...], warnings: Iterable[Problem] = ()) -> ReadText:
    """The paragraphs as one text with its warnings; raises Unreadable where one is too long."""
    if problems := [problem for paragraph in paragraphs for problem in _limit_problems(paragraph)]:
        raise Unreadable(problems)
    title = next((paragraph.text for paragraph in paragraphs if paragraph.kind == "title"), "")
    found = [
        *missing_title_warning(paragraphs),
        *warnings,
        *repeated_label_warnings(paragraphs),
    ]
    return ReadText(title, paragraphs, tuple(found))


def _limit_problems(paragraph: ReadParagraph) -> Iterator[Problem]:
    for text in (paragraph.text, *paragraph.notes):
        if len(text) > MAX_PARAGRAPH_LENGTH:
            message = _(
                "Row %(row)d: the paragraph or its note has %(count)d characters. The limit "
                "is %(limit)d. Divide it in the file."
            ) % {"row": paragraph.row, "count": len(text), "limit": MAX_PARAGRAPH_LENGTH}
            yield Problem(paragraph.row, message)
        if found := forbidden_character(text + paragraph.label):
            message = _(
                "Row %(row)d: it holds the character %(character)s, which no document may hold. "
                "Delete it in the file."
            ) % {"row": paragraph.row, "character": found}
            yield Problem(paragraph.row, message)
    if len(paragraph.label) > MAX_LABEL_LENGTH:
        message = _(
            "Row %(row)d: the number has %(count)d characters; at most %(limit)d are read. "
            "Shorten it in the file."
        ) % {"row": paragraph.row, "count": len(paragraph.label), "limit": MAX_LABEL_LENGTH}
        yield Problem(paragraph.row, message)
    if paragraph.level > MAX_LEVEL:
        message = _(
            "Row %(row)d is %(level)d levels deep. The limit is %(limit)d. Raise it in the file."
        ) % {"row": paragraph.row, "level": paragraph.level, "limit": MAX_LEVEL}
        yield Problem(paragraph.row, message)


def forbidden_character(text: str) -> str:
    """The first character that XML 1.0 forbids, as U+0000; empty when there is none."""
    found = _FORBIDDEN.search(text)
    return f"U+{ord(found.group()):04X}" if found else ""


def repeated_label_warnings(paragraphs: Iterable[ReadParagraph]) -> list[Problem]:
    """Warnings of numbers that come twice under one parent and heading, as in real texts."""
    first_rows: dict[tuple[str | None, int, str], int] = {}
    heading_row = 0
    warnings: list[Problem] = []
    for paragraph in paragraphs:
        if paragraph.kind == "heading":
            heading_row = paragraph.row
        if not any(map(str.isalnum, paragraph.label)):  # the sign of a list is no number
            continue
        place = (paragraph.parent, heading_row, paragraph.label)
        if (first_row := first_rows.setdefault(place, paragraph.row)) != paragraph.row:
            message = _(
                "Row %(row)d: the number %(label)s is already in row %(first)d under the "
                "same heading. Please check."
            ) % {"row": paragraph.row, "label": paragraph.label, "first": first_row}
            warnings.append(Problem(paragraph.row, message, is_warning=True))
    return warnings


def missing_title_warning(paragraphs: Iterable[ReadParagraph]) -> list[Problem]:
    """The warning where a text has no title, as a list."""
    if any(paragraph.kind == "title" for paragraph in paragraphs):
        return []
    message = _("The file has no title. Add one: comments on the whole text belong to it.")
    return [Problem(None, message, is_warning=True)]
