"""The rolling text ready for printing: its head, and each paragraph as marked words.

A rolling text is a circulated revision with all proposals in place, in brackets, with names.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from django.utils.text import slugify
from django.utils.translation import gettext, override

from comments.papers.cells import CellLine, Head, MarkedPieces
from comments.rolling.text import (
    BracketedAlternatives,
    RollingParagraph,
    RollingText,
    WholeProposal,
)
from comments.table.cells import Printer
from consultations.time.wall_clock import NEW_YORK
from drafts.brackets.pairs import split_at_signs
from drafts.printing.conventions import BOLD, ITALIC, KEPT, is_right_to_left

# Alternatives of one bracket with more characters in all are printed on a line each.
MAX_INLINE_LENGTH = 80


class MarkedWords(NamedTuple):
    """Words and how they are printed: kept, inserted, deleted, italic, or bold for a bracket.

    `author` is who changes them, for the tracked changes in Word; empty where nobody does.

    `is_further_alternative` marks what is not in the revision: the signs and names of a bracket,
    and its second and later alternatives, which repeat the text.
    """

    mark: str
    words: str
    author: str = ""
    is_further_alternative: bool = False


@dataclass(frozen=True, slots=True)
class RollingSheetParagraph:
    """A paragraph as printed; `place_note` says where a proposed paragraph belongs.

    `whole_proposals` are those on the paragraph as a whole, such as to delete it; `notes` are its
    footnotes.
    """

    label: str
    kind: str
    level: int
    language: str
    pieces: tuple[MarkedWords, ...]
    whole_proposals: tuple[str, ...]
    notes: tuple[str, ...]
    place_note: str

    @property
    def is_heading(self) -> bool:
        return self.kind in {"title", "heading"}

    @property
    def direction(self) -> str:
        """The direction in HTML, where "auto" is that of the first word.

        In a language from right to left that may be a name in Latin letters: the language decides.
        """
        return "rtl" if is_right_to_left(self.language) else "auto"


class RollingPrinter:
    """Prints one rolling text; labels are translated once, at the start."""

    def __init__(self, rolling_text: RollingText) -> None:
        self.rolling_text = rolling_text
        self.table = rolling_text.table
        self.language = rolling_text.table.language
        with override(self.language):
            self._author_without_names = gettext("A delegation")
            self._bracket_start_with_names = gettext("[%(names)s: ")
            self._proposal_with_names = gettext("[%(names)s: %(words)s]")
            self.head = _head(rolling_text)

    def paragraphs(self) -> Iterator[RollingSheetParagraph]:
        """Every paragraph in order."""
        return map(self._printed_paragraph, self.rolling_text.paragraphs)

    def _printed_paragraph(self, paragraph: RollingParagraph) -> RollingSheetParagraph:
        """A paragraph of the rolling text with its words marked for printing."""
        return RollingSheetParagraph(
            label=paragraph.label,
            kind=paragraph.kind,
            level=paragraph.level,
            language=paragraph.language,
            pieces=tuple(
                _with_bold_brackets(_with_opening(paragraph.opening, self._pieces(paragraph.runs)))
            ),
            whole_proposals=tuple(map(self._proposal_line, paragraph.whole_proposals)),
            notes=paragraph.notes,
            place_note=paragraph.place_note,
        )

    def _proposal_line(self, proposal: WholeProposal) -> str:
        """A proposal on the whole paragraph: "[names: words]", or "[words]" without names."""
        if not proposal.names:
            return f"[{proposal.words}]"
        return self._proposal_with_names % {
            "names": _name_list(proposal.names),
            "words": proposal.words,
        }

    def _pieces(self, runs: Iterable[str | BracketedAlternatives]) -> Iterator[MarkedWords]:
        """The words of the text that nobody changes, and between them the brackets."""
        for run in runs:
            if isinstance(run, str):
                yield MarkedWords(KEPT, run)
            else:
                yield from self._pieces_of_bracket(run)

    def _pieces_of_bracket(self, bracket: BracketedAlternatives) -> Iterator[MarkedWords]:
        """The alternatives, side by side or on a line each, between the signs of the bracket.

        Space at the edges of the first one is moved out as `_without_edge_spaces` says.
        """
        all_names = self._author(
            _name_list(name for alternative in bracket.alternatives for name in alternative.names)
        )
        leading_space, alternatives_pieces, trailing_space = _without_edge_spaces(
            [alternative.pieces for alternative in bracket.alternatives]
        )
        yield from (MarkedWords(mark, words, all_names) for mark, words in leading_space)
        line_break = "\n" if _has_line_per_alternative(bracket) else ""
        for index, (alternative, pieces) in enumerate(
            zip(bracket.alternatives, alternatives_pieces, strict=True)
        ):
            names = _name_list(alternative.names)
            bracket_start = self._bracket_start_with_names % {"names": names} if names else "["
            # A single bracket is opened; between the alternatives in it stands a bar.
            sign = "[" if index == 0 else "| " if line_break else " | "
            start_words = f"{line_break}{sign}{bracket_start.removeprefix('[')}"
            yield MarkedWords(BOLD, start_words, all_names, is_further_alternative=True)
            for mark, words in pieces:
                yield MarkedWords(
                    mark, words, self._author(names), is_further_alternative=index > 0
                )
        yield MarkedWords(BOLD, "]", all_names, is_further_alternative=True)
        yield from (MarkedWords(mark, words, all_names) for mark, words in trailing_space)

    def _author(self, names: str) -> str:
        """Who changes words: these names, or "A delegation" where the paper names nobody."""
        return names or self._author_without_names


def _has_line_per_alternative(bracket: BracketedAlternatives) -> bool:
    """Whether each alternative is printed on its own line."""
    length = sum(
        len(words) for alternative in bracket.alternatives for _mark, words in alternative.pieces
    )
    return len(bracket.alternatives) > 1 and length > MAX_INLINE_LENGTH


def rolling_filename(rolling_text: RollingText, format_name: str) -> str:
    """A name in ASCII, cut if long: "plan-rolling-2-no-names-circulation-20100616-1800.pdf"."""
    moment = rolling_text.table.cut_off.astimezone(NEW_YORK)
    text_slug = slugify(rolling_text.revision.draft.slug)[:80]
    names_suffix = "" if rolling_text.has_names else "-no-names"
    revision_number, copy = rolling_text.revision.number, rolling_text.table.copy
    name_start = f"{text_slug}-rolling-{revision_number}{names_suffix}-{copy}"
    return f"{name_start}-{moment:%Y%m%d-%H%M}.{format_name}"


def _head(rolling_text: RollingText) -> Head:
    """The head of the table that it is made from, with another title, legend and counts.

    Without the names of texts, since the title has the one. A whole text counts proposals in place
    of inputs; a part keeps the count of inputs.
    """
    table = rolling_text.table
    head = Printer(table).head
    title = gettext("Rolling text of %(text)s, %(stage)s") % {
        "text": rolling_text.revision.draft.title,
        "stage": rolling_text.revision.stage,
    }
    left_out_labels = (
        {gettext("Text")} if rolling_text.is_part else {gettext("Text"), gettext("Inputs")}
    )
    labelled_values = [
        (label, value) for label, value in head.labelled_values if label not in left_out_labels
    ]
    counts = [] if rolling_text.is_part else [(gettext("Proposals"), str(rolling_text.input_count))]
    if counts and rolling_text.reflected_count:
        counts.append((gettext("Already reflected"), str(rolling_text.reflected_count)))
    legend_pieces = (
        *head.legend.pieces,
        (KEPT, gettext(", ")),
        (BOLD, gettext("[Name: …]") if rolling_text.has_names else "[…]"),
        (KEPT, gettext(" what is proposed, ")),
        (BOLD, "|"),
        (KEPT, gettext(" between alternatives")),
    )
    return replace(
        head,
        title=title,
        labelled_values=(
            *labelled_values,
            *counts,
            (gettext("Source"), table.title),
        ),
        legend=CellLine(legend_pieces, table.language),
    )


def _name_list(names: Iterable[str]) -> str:
    """The names, each once."""
    return ", ".join(dict.fromkeys(names))


def _with_opening(opening: str, pieces: Iterable[MarkedWords]) -> Iterator[MarkedWords]:
    """The marked words, with the opening words in italics where nobody changes them."""
    for index, piece in enumerate(pieces):
        is_opening = index == 0 and opening and piece.mark == KEPT
        if is_opening and piece.words.startswith(opening):
            yield MarkedWords(ITALIC, opening)
            if words_after_opening := piece.words[len(opening) :]:
                yield piece._replace(words=words_after_opening)
        else:
            yield piece


def _with_bold_brackets(pieces: Iterable[MarkedWords]) -> Iterator[MarkedWords]:
    """The marked words, with the square brackets of the text in bold like those of proposals."""
    for piece in pieces:
        if piece.mark != KEPT:
            yield piece
            continue
        for words, is_sign in split_at_signs(piece.words):
            yield piece._replace(mark=BOLD if is_sign else KEPT, words=words)


type _EditablePieces = list[tuple[str, str]]


def _without_edge_spaces(
    alternatives: Sequence[MarkedPieces],
) -> tuple[_EditablePieces, list[_EditablePieces], _EditablePieces]:
    """The space before a bracket, the alternatives in it, the space after it.

    Only the first alternative is the text: space at its end is moved behind the bracket, and space
    at its start before it, unless there are other alternatives. Space at the end of those is
    dropped.
    """
    first_alternative, *other_alternatives = map(list, alternatives)
    trailing_space = _cut_trailing_space(first_alternative)
    for pieces in other_alternatives:
        _cut_trailing_space(pieces)
    leading_space = [] if other_alternatives else _cut_leading_space(first_alternative)
    return leading_space, [first_alternative, *other_alternatives], trailing_space


def _cut_trailing_space(pieces: _EditablePieces) -> _EditablePieces:
    """Remove the space at the end of the last words, unless they are space alone; return it."""
    mark, words = pieces[-1]
    stripped = words.rstrip()
    if not stripped or stripped == words:
        return []
    pieces[-1] = (mark, stripped)
    return [(mark, words[len(stripped) :])]


def _cut_leading_space(pieces: _EditablePieces) -> _EditablePieces:
    """Remove the space before the first words, unless they are space alone; return it."""
    mark, words = pieces[0]
    stripped = words.lstrip()
    if not stripped or stripped == words:
        return []
    pieces[0] = (mark, stripped)
    return [(mark, words[: -len(stripped)])]
