"""Reads a list of paragraphs as JSON: id, parent, section, kind, number, level, text, notes."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, cast

from django.utils.translation import gettext as _

from drafts.parsing.file_text import (
    KINDS,
    MAX_ID_LENGTH,
    MAX_LABEL_LENGTH,
    MAX_LEVEL,
    MAX_PARAGRAPH_LENGTH,
    Kind,
    Problem,
    ReadParagraph,
    ReadText,
    Unreadable,
    code_of_forbidden_character,
    missing_title_warnings,
    repeated_label_warnings,
)
from drafts.parsing.markers import bare_label
from drafts.parsing.opening import opening_words

# `section` repeats the heading above: the order of the rows says the same.
# `number` is the label of a paragraph, not the number of its row.
_KNOWN_FIELDS: Final = {"id", "parent", "section", "kind", "number", "level", "text", "notes"}


@dataclass(frozen=True)
class _JsonRow:
    """A row of the list with its number, which counts from 1; its id and parent still unchecked."""

    row_number: int
    fields: dict[str, Any]

    @property
    def id(self) -> object:
        return self.fields.get("id")

    @property
    def parent_id(self) -> object:
        return self.fields.get("parent") or None

    def text_of(self, field: str) -> str:
        """A field that may be absent or null; "" then."""
        return cast(str, self.fields.get(field) or "")

    def problem(self, sentence: str) -> Problem:
        """A problem of this row; `sentence` goes on after the number of the row."""
        message = _("Row %(row)d: %(sentence)s") % {"row": self.row_number, "sentence": sentence}
        return Problem(self.row_number, message)


def read_json(text: str) -> ReadText:
    """The paragraphs of a JSON list; raises Unreadable with every problem of every row."""
    rows = _rows(_json_content(text))
    problems = [problem for row in rows for problem in _row_problems(row)]
    problems += _title_problems(rows)
    problems += _family_problems(rows)
    if problems:
        raise Unreadable(sorted(problems, key=lambda problem: problem.row_number or 0))
    depth_by_row_number = _depths(rows)
    paragraphs = tuple(_paragraph(row, depth_by_row_number[row.row_number]) for row in rows)
    warnings = [
        *missing_title_warnings(paragraphs),
        *_unread_field_warnings(rows),
        *repeated_label_warnings(paragraphs),
    ]
    title = next((paragraph.text for paragraph in paragraphs if paragraph.kind == "title"), "")
    return ReadText(title, paragraphs, tuple(warnings))


def _json_content(text: str) -> object:
    """The parsed file; raises Unreadable where it is no JSON."""
    try:
        return cast(object, json.loads(text))
    except json.JSONDecodeError as error:
        message = _(
            "The file is not JSON: line %(line)d, column %(column)d cannot be read "
            "(%(reason)s). Correct it, or export the file again."
        ) % {"line": error.lineno, "column": error.colno, "reason": error.msg}
        raise Unreadable.because(message) from error
    except (RecursionError, ValueError) as error:  # nested too deep; a number with too many digits
        message = _("The file is JSON, but not a list of paragraphs. Export it again.")
        raise Unreadable.because(message) from error


def _rows(content: object) -> list[_JsonRow]:
    """The rows of the list; raises Unreadable where the content is no list of objects."""
    if not isinstance(content, list):
        raise Unreadable.because(
            _("The file must be a list of paragraphs: put square brackets around the rows.")
        )
    if not content:
        raise Unreadable.because(_("The list is empty. Add a row for each paragraph."))
    wrong_row_numbers = [
        row_number for row_number, fields in enumerate(content, 1) if not isinstance(fields, dict)
    ]
    if wrong_row_numbers:
        sentence = _("Row %(row)d: this is no paragraph. Write it as an object with id and text.")
        raise Unreadable(
            Problem(row_number, sentence % {"row": row_number}) for row_number in wrong_row_numbers
        )
    return [_JsonRow(row_number, fields) for row_number, fields in enumerate(content, 1)]


def _row_problems(row: _JsonRow) -> Iterator[Problem]:
    """What is wrong in a row by itself."""
    yield from _id_problems(row)
    yield from _kind_problems(row)
    yield from _level_problems(row)
    yield from _text_problems(row)
    yield from _label_problems(row)
    yield from _note_problems(row)


def _id_problems(row: _JsonRow) -> Iterator[Problem]:
    if not isinstance(row.id, str) or not row.id:
        yield row.problem(
            _("the id is missing. Give each row an id of its own, in quotation marks.")
        )
    elif len(row.id) > MAX_ID_LENGTH:
        yield row.problem(
            _("the id has %(count)d characters; at most %(limit)d are read. Shorten it.")
            % {"count": len(row.id), "limit": MAX_ID_LENGTH}
        )
    elif code := code_of_forbidden_character(row.id):
        yield row.problem(_forbidden_sentence(_("id"), code))


def _kind_problems(row: _JsonRow) -> Iterator[Problem]:
    kind = row.fields.get("kind")
    if kind not in KINDS:
        yield row.problem(
            _("“%(kind)s” is no kind of paragraph. Write one of: %(kinds)s.")
            % {"kind": "" if kind is None else kind, "kinds": ", ".join(KINDS)}
        )


def _level_problems(row: _JsonRow) -> Iterator[Problem]:
    level = row.fields.get("level")
    is_number = isinstance(level, int) and not isinstance(level, bool)
    if level is not None and not (is_number and 0 <= level <= MAX_LEVEL):
        yield row.problem(
            _("the level must be a whole number from 0 to %(limit)d.") % {"limit": MAX_LEVEL}
        )


def _text_problems(row: _JsonRow) -> Iterator[Problem]:
    text = row.fields.get("text")
    if not isinstance(text, str) or not text.strip():
        yield row.problem(_("the text is missing. Write it, or delete the row."))
    else:
        yield from _words_problems(row, _("text"), text)


def _label_problems(row: _JsonRow) -> Iterator[Problem]:
    label = row.fields.get("number")
    if label is None:
        return
    if not isinstance(label, str):
        yield row.problem(_("the number must be text. Put it in quotation marks."))
    elif len(label) > MAX_LABEL_LENGTH:
        yield row.problem(
            _("the number has %(count)d characters; at most %(limit)d are read. Shorten it.")
            % {"count": len(label), "limit": MAX_LABEL_LENGTH}
        )
    elif code := code_of_forbidden_character(label):
        yield row.problem(_forbidden_sentence(_("number"), code))


def _note_problems(row: _JsonRow) -> Iterator[Problem]:
    notes = row.fields.get("notes")
    if notes is None:
        return
    if not isinstance(notes, list):
        yield row.problem(_("the notes must be a list."))
        return
    for note in notes:
        text = _note_text(note)
        if not isinstance(text, str) or not text.strip():
            yield row.problem(_("a note has no text. Write it, or delete the note."))
        else:
            yield from _words_problems(row, _("note"), text)


def _words_problems(row: _JsonRow, field_name: str, text: str) -> Iterator[Problem]:
    """Problems of words that are too long or hold a forbidden character."""
    if len(text) > MAX_PARAGRAPH_LENGTH:
        yield row.problem(
            _(
                "the %(place)s has %(count)d characters; a paragraph holds at most %(limit)d. "
                "Divide it into several rows."
            )
            % {"place": field_name, "count": len(text), "limit": MAX_PARAGRAPH_LENGTH}
        )
    if code := code_of_forbidden_character(text):
        yield row.problem(_forbidden_sentence(field_name, code))


def _forbidden_sentence(field_name: str, code: str) -> str:
    """The sentence for a field with a character that XML forbids; `code` is like U+0000."""
    return _(
        "the %(place)s holds the character %(character)s, which no document may hold. Delete it."
    ) % {
        "place": field_name,
        "character": code,
    }


def _title_problems(rows: list[_JsonRow]) -> Iterator[Problem]:
    """Problems of titles after the first one."""
    titles = [row for row in rows if row.fields.get("kind") == "title"]
    for row in titles[1:]:
        yield row.problem(
            _("this is a second title; the first is row %(first)d. Make it a heading.")
            % {"first": titles[0].row_number}
        )


def _family_problems(rows: list[_JsonRow]) -> Iterator[Problem]:
    """Problems of ids that come twice, parents that are missing or later, and too many levels."""
    row_number_by_id: dict[str, int] = {}
    for row in rows:
        if (
            isinstance(row.id, str)
            and row_number_by_id.setdefault(row.id, row.row_number) != row.row_number
        ):
            yield row.problem(
                _("the id “%(id)s” is that of row %(first)d too. Give this row another.")
                % {"id": row.id, "first": row_number_by_id[row.id]}
            )
    for row in rows:
        yield from _parent_problems(row, row_number_by_id)
    for row_number, depth in _depths(rows).items():
        if depth == MAX_LEVEL + 1:  # the first that is too deep; the rows below it are not named
            yield rows[row_number - 1].problem(
                _(
                    "it lies %(depth)d levels deep; at most %(limit)d are read. "
                    "Give it another parent."
                )
                % {"depth": depth, "limit": MAX_LEVEL}
            )


def _parent_problems(row: _JsonRow, row_number_by_id: dict[str, int]) -> Iterator[Problem]:
    """Problems of a parent that is missing or comes later."""
    if row.parent_id is None:
        return
    if not isinstance(row.parent_id, str):
        yield row.problem(_("the parent must be the id of a row, in quotation marks."))
    elif row.parent_id not in row_number_by_id:
        yield row.problem(
            _("no row has the id “%(id)s” of its parent. Correct it, or leave the parent out.")
            % {"id": row.parent_id}
        )
    elif row_number_by_id[row.parent_id] >= row.row_number:
        yield row.problem(
            _("its parent “%(id)s” is in row %(parent)d. A parent must come before its children.")
            % {"id": row.parent_id, "parent": row_number_by_id[row.parent_id]}
        )


def _depths(rows: list[_JsonRow]) -> dict[int, int]:
    """How many ancestors each row has, by its number; a parent not yet seen counts as none."""
    depth_by_id: dict[str, int] = {}
    depth_by_row_number: dict[int, int] = {}
    for row in rows:
        depth = depth_by_id.get(row.parent_id, -1) + 1 if isinstance(row.parent_id, str) else 0
        depth_by_row_number[row.row_number] = depth
        if isinstance(row.id, str):
            depth_by_id.setdefault(row.id, depth)
    return depth_by_row_number


def _paragraph(row: _JsonRow, depth: int) -> ReadParagraph:
    """The paragraph of a row without problems."""
    kind = cast(Kind, row.fields["kind"])
    text = row.text_of("text")
    level = row.fields.get("level")
    return ReadParagraph(
        row_number=row.row_number,
        file_id=row.text_of("id"),
        parent_file_id=row.text_of("parent") or None,
        kind=kind,
        label=bare_label(row.text_of("number")),
        level=depth if level is None else cast(int, level),
        text=text,
        opening="" if row.parent_id else opening_words(text, kind),
        notes=tuple(cast(str, _note_text(note)) for note in row.fields.get("notes") or ()),
    )


def _note_text(note: object) -> object:
    """The words of a note, given as text or as an object with text; unchecked.

    A number that the object gives is not read: notes are numbered when the text is shown.
    """
    return note.get("text") if isinstance(note, dict) else note


def _unread_field_warnings(rows: list[_JsonRow]) -> list[Problem]:
    """A warning for each unknown field, with the first row that has it."""
    first_row_by_field: dict[str, int] = {}
    for row in rows:
        for field in row.fields.keys() - _KNOWN_FIELDS:
            first_row_by_field.setdefault(field, row.row_number)
    sentence = _("Row %(row)d: the field “%(field)s” is not read. Read are: %(fields)s.")
    return [
        Problem(
            row_number,
            sentence
            % {"row": row_number, "field": field, "fields": ", ".join(sorted(_KNOWN_FIELDS))},
            is_warning=True,
        )
        for row_number, field in sorted(
            (first_row, field) for field, first_row in first_row_by_field.items()
        )
    ]
