"""The rolling text ready for printing: its head, and each paragraph as marked words."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from django.utils.text import slugify
from django.utils.translation import gettext, override

from comments.exports.cells import CellLine, Head, Printer
from comments.tables.bracketing import BracketedAlternatives
from comments.tables.rolling_text import RollingParagraph, RollingText, WholeProposal
from comments.tables.table import Redline
from drafts.shells.conventions import (
    BOLD,
    ITALIC,
    KEPT,
    NEW_YORK,
    is_right_to_left,
)
from drafts.words.brackets import split_at_signs

# Alternatives with more characters are printed on a line each.
MAX_INLINE_LENGTH = 80


class MarkedWords(NamedTuple):
    """Words and how they are printed: kept, inserted, deleted, italic, or bold for a bracket.

    `is_further_alternative` marks the second and later alternatives of a bracket: they repeat
    the text, so they are no words of the revision.
    """

    mark: str
    words: str
    author: str = ""
    is_further_alternative: bool = False


@dataclass(frozen=True, slots=True)
class PrintedParagraph:
    """A paragraph as printed; `place` says where a proposed paragraph belongs."""

    label: str
    kind: str
    level: int
    language: str
    marks: tuple[MarkedWords, ...]
    whole_proposals: tuple[str, ...]
    notes: tuple[str, ...]
    place: str

    @property
    def is_heading(self) -> bool:
        return self.kind in {"title", "heading"}

    @property
    def direction(self) -> str:
        """The direction by language: the first word may be a name in Latin letters."""
        return "rtl" if is_right_to_left(self.language) else "auto"


class RollingPrinter:
    """Prints one rolling text; labels are translated once, at the start."""

    def __init__(self, rolling: RollingText) -> None:
        self.rolling = rolling
        self.table = rolling.table
        self.language = rolling.table.language
        with override(self.language):
            self._author_without_names = gettext("A delegation")
            self._opening_with_names = gettext("[%(names)s: ")
            self._proposal_with_names = gettext("[%(names)s: %(words)s]")
            self.head = _head(rolling)

    def paragraphs(self) -> Iterator[PrintedParagraph]:
        """Every paragraph in order."""
        return map(self._printed_paragraph, self.rolling.paragraphs)

    def _printed_paragraph(self, paragraph: RollingParagraph) -> PrintedParagraph:
        """A paragraph of the rolling text with its words marked for printing."""
        return PrintedParagraph(
            label=paragraph.label,
            kind=paragraph.kind,
            level=paragraph.level,
            language=paragraph.language,
            marks=tuple(
                _with_brackets_apart(_with_opening(paragraph.opening, self._marks(paragraph.runs)))
            ),
            whole_proposals=tuple(map(self._proposal_line, paragraph.whole_proposals)),
            notes=paragraph.notes,
            place=paragraph.place_note,
        )

    def _proposal_line(self, proposal: WholeProposal) -> str:
        if not self.rolling.has_names:
            return f"[{proposal.words}]"
        return self._proposal_with_names % {
            "names": _name_list(proposal.names),
            "words": proposal.words,
        }

    def _marks(self, runs: Iterable[str | BracketedAlternatives]) -> Iterator[MarkedWords]:
        for run in runs:
            if isinstance(run, str):
                yield MarkedWords(KEPT, run)
            else:
                yield from self._bracket(run)

    def _bracket(self, bracket: BracketedAlternatives) -> Iterator[MarkedWords]:
        """The alternatives side by side; spaces at the edges are moved out of the bracket."""
        all_names = self._author(
            _name_list(name for alternative in bracket.alternatives for name in alternative.names)
        )
        leading_space, alternatives_pieces, trailing_space = _without_edge_spaces(
            [alternative.pieces for alternative in bracket.alternatives]
        )
        yield from (MarkedWords(mark, words, all_names) for mark, words in leading_space)
        line_break = "\n" if _is_long(bracket) else ""
        for index, (alternative, pieces) in enumerate(
            zip(bracket.alternatives, alternatives_pieces, strict=True)
        ):
            names = _name_list(alternative.names)
            opening = self._opening_with_names % {"names": names} if self.rolling.has_names else "["
            sign = "[" if index == 0 else "| " if line_break else " | "
            opening_words = f"{line_break}{sign}{opening.removeprefix('[')}"
            yield MarkedWords(BOLD, opening_words, all_names, is_further_alternative=True)
            for mark, words in pieces:
                yield MarkedWords(
                    mark, words, self._author(names), is_further_alternative=index > 0
                )
        yield MarkedWords(BOLD, "]", all_names, is_further_alternative=True)
        yield from (MarkedWords(mark, words, all_names) for mark, words in trailing_space)

    def _author(self, names: str) -> str:
        return names if self.rolling.has_names else self._author_without_names


def _is_long(bracket: BracketedAlternatives) -> bool:
    """Whether each alternative is printed on its own line."""
    length = sum(
        len(words) for alternative in bracket.alternatives for _mark, words in alternative.pieces
    )
    return len(bracket.alternatives) > 1 and length > MAX_INLINE_LENGTH


def rolling_filename(rolling: RollingText, format_name: str) -> str:
    """A name in ASCII: "plan-rolling-2-no-names-circulation-20100616-1800.pdf"."""
    moment = rolling.table.cut_off.astimezone(NEW_YORK)
    text = slugify(rolling.revision.draft.slug)[:80]
    names = "" if rolling.has_names else "-no-names"
    name_start = f"{text}-rolling-{rolling.revision.number}{names}-{rolling.table.copy}"
    return f"{name_start}-{moment:%Y%m%d-%H%M}.{format_name}"


def _head(rolling: RollingText) -> Head:
    """The head of the table it is made from, with the title of the rolling text."""
    table = rolling.table
    head = Printer(table).head
    title = gettext("Rolling text of %(text)s, %(stage)s") % {
        "text": rolling.revision.draft.title,
        "stage": rolling.revision.stage,
    }
    left_out_names = {gettext("Text")} if rolling.is_part else {gettext("Text"), gettext("Inputs")}
    facts = [fact for fact in head.facts if fact[0] not in left_out_names]
    counts = [] if rolling.is_part else [(gettext("Proposals"), str(rolling.input_count))]
    if counts and rolling.reflected_count:
        counts.append((gettext("Already reflected"), str(rolling.reflected_count)))
    key = (
        *head.legend.pieces,
        (KEPT, gettext(", ")),
        (BOLD, gettext("[Name: …]") if rolling.has_names else "[…]"),
        (KEPT, gettext(" what is proposed, ")),
        (BOLD, "|"),
        (KEPT, gettext(" between alternatives")),
    )
    return replace(
        head,
        title=title,
        facts=(
            *facts,
            *counts,
            (gettext("Source"), table.title),
        ),
        legend=CellLine(key, table.language),
    )


def _name_list(names: Iterable[str]) -> str:
    return ", ".join(dict.fromkeys(names))


def _with_opening(opening: str, marks: Iterable[MarkedWords]) -> Iterator[MarkedWords]:
    """The marked words, with the opening words in italics where nobody changes them."""
    for number, mark in enumerate(marks):
        is_opening = number == 0 and opening and mark.mark == KEPT
        if is_opening and mark.words.startswith(opening):
            yield MarkedWords(ITALIC, opening)
            if rest := mark.words[len(opening) :]:
                yield mark._replace(words=rest)
        else:
            yield mark


def _with_brackets_apart(marks: Iterable[MarkedWords]) -> Iterator[MarkedWords]:
    """The marked words, with the square brackets of the text in bold like those of proposals."""
    for mark in marks:
        if mark.mark != KEPT:
            yield mark
            continue
        for words, is_sign in split_at_signs(mark.words):
            yield mark._replace(mark=BOLD if is_sign else KEPT, words=words)


type _EditablePieces = list[tuple[str, str]]


def _without_edge_spaces(
    alternatives: Sequence[Redline],
) -> tuple[_EditablePieces, list[_EditablePieces], _EditablePieces]:
    """The space before a bracket, the alternatives in it, the space after it.

    Only the first alternative is the text: its spaces are moved, those of the others dropped.
    """
    first_alternative, *other_alternatives = map(list, alternatives)
    trailing_space = _cut_trailing_space(first_alternative)
    for pieces in other_alternatives:
        _cut_trailing_space(pieces)
    leading_space = [] if other_alternatives else _cut_leading_space(first_alternative)
    return leading_space, [first_alternative, *other_alternatives], trailing_space


def _cut_trailing_space(pieces: _EditablePieces) -> _EditablePieces:
    """Remove the space at the end of the last words, and return it."""
    mark, words = pieces[-1]
    stripped = words.rstrip()
    if not stripped or stripped == words:
        return []
    pieces[-1] = (mark, stripped)
    return [(mark, words[len(stripped) :])]


def _cut_leading_space(pieces: _EditablePieces) -> _EditablePieces:
    mark, words = pieces[0]
    stripped = words.lstrip()
    if not stripped or stripped == words:
        return []
    pieces[0] = (mark, stripped)
    return [(mark, words[: -len(stripped)])]
