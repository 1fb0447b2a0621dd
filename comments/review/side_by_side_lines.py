"""Proposals side by side as the page shows them: places, a page of lines, and what is chosen.

A place is a stretch of the paragraph that a proposal changes; a line is a proposed wording.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, groupby
from typing import Any

from django.core.paginator import Paginator
from django.http import QueryDict

from comments.inputs.unattributed import redline_to_show
from comments.models import Comment
from comments.review.proposal_sets import ProposalSets
from comments.review.side_by_side import (
    PlacedLine,
    PlacedProposals,
    SelectedWords,
    changes_of_words,
    inputs_by_delegation,
    placed_proposals,
    select_words,
    table_sort_key,
    word_number_range,
)
from comments.threads.queries import ShownParagraph
from drafts.words.change_places import ProposalCell, Segment
from drafts.words.decisive import WordDifference
from drafts.words.differences import Redline
from drafts.words.gathering import differences_between
from drafts.words.quoting import words_at_end, words_at_start

# Lines on a page; also how many of the conflicting, and of the foreign, proposals are shown.
PAGE_SIZE = 12
# Inputs that are shown in full beside each other.
MAX_IN_FULL = 3
# Parameters of the address that open the table: words that were selected, a page of lines, inputs
# to show in full. The table then replaces the sets of like proposals: the page stays short.
OPENING_PARAMETERS = {"word", "lines", "beside"}
# Characters shown before and behind a place.
MAX_CONTEXT_LENGTH = 28


@dataclass(frozen=True, slots=True)
class WordsPart:
    """A part of the paragraph: a place with its link, or the words between two places.

    `space` is the white space with which the words of a place end.
    """

    text: str
    space: str = ""
    # The number of the place; 0 for the words between two places.
    place: int = 0
    # The words of the place as the address names them.
    word_numbers: str = ""
    is_chosen: bool = False
    # Of the opening words that are set in italics, those in this part. Only the first part has any.
    opening: str = ""


@dataclass(frozen=True, slots=True)
class PlaceColumn:
    """A column: the words at a place, and some of the words around them."""

    # The number of the place.
    place: int
    # The last words before the place, its own words, and the first words behind it.
    before: str
    text: str
    after: str
    # The words of the place as the address names them.
    word_numbers: str


@dataclass(frozen=True, slots=True)
class SpanningCell:
    """What a line proposes in one or more columns."""

    # How many columns it covers.
    span: int
    # None where the line keeps the words.
    cell: ProposalCell | None
    # The numbers of the places that it covers: "2–4".
    place_numbers: str = ""


@dataclass(frozen=True, slots=True)
class InputInFull:
    """An input that is shown in full."""

    comment: Comment
    redline: Redline


@dataclass(frozen=True, slots=True)
class ComparedPair:
    """Two inputs, and the words in which they differ."""

    # The numbers of the two inputs: "PRT-7" and "AG-1".
    first_number: str
    second_number: str
    language: str
    differences: tuple[WordDifference, ...]


def placed_context(
    sets: ProposalSets, paragraph: ShownParagraph, parameters: QueryDict
) -> dict[str, Any] | None:
    """The context of `_placed.html`; None where nobody proposes other words."""
    placed = placed_proposals(sets, paragraph)
    if not (placed.lines or placed.foreign_proposals or placed.conflicting_inputs):
        return None
    selected_words = select_words(placed, parameters.get("word", ""))
    parts = list(_words_parts(placed, selected_words, paragraph.opening))
    if not OPENING_PARAMETERS & parameters.keys():
        return {"is_open": False, "parts": parts}
    lines = [
        line for line in placed.lines if selected_words is None or _is_touched(line, selected_words)
    ]
    page = Paginator(lines, PAGE_SIZE).get_page(parameters.get("lines"))
    columns = _columns(placed, page)
    return {
        "is_open": True,
        "parts": parts,
        "selected_words": selected_words,
        "changes": changes_of_words(placed, selected_words) if selected_words else (),
        "page": page,
        "untouched_count": len(placed.lines) - len(lines),
        "columns": columns,
        "rows": [
            {
                "line": line,
                "delegation_inputs": inputs_by_delegation(line.comments),
                "cells": list(_table_cells(placed, line, columns)),
            }
            for line in page
        ],
        "retain": inputs_by_delegation(placed.retain_inputs),
        "delete": inputs_by_delegation(placed.delete_inputs),
        # The form that chooses inputs to show in full sends these again.
        "kept_parameters": [
            (name, parameters[name])
            for name in ("word", "lines", "sets", "page")
            if name in parameters
        ],
        "already_reflected": inputs_by_delegation(placed.reflected_inputs),
        "conflicting": placed.conflicting_inputs[:PAGE_SIZE],
        "more_conflicting": max(0, len(placed.conflicting_inputs) - PAGE_SIZE),
        "foreign": placed.foreign_proposals[:PAGE_SIZE],
        "more_foreign": max(0, len(placed.foreign_proposals) - PAGE_SIZE),
        **_inputs_in_full_context(sets, parameters.getlist("beside")),
    }


def _is_touched(line: PlacedLine, selected_words: SelectedWords) -> bool:
    """Whether a line changes the words that the reader selected."""
    return any(map(selected_words.is_touched_by, line.cells))


def _words_parts(
    placed: PlacedProposals, selected_words: SelectedWords | None, opening_words: str
) -> Iterator[WordsPart]:
    """The paragraph in parts: each place, and what lies between two places.

    A part is made of neighbouring segments with one place number, 0 between the places.
    """
    for place, segments in groupby(
        placed.aligned_changes.segments, key=lambda segment: segment.place_number
    ):
        part_segments = list(segments)
        start, text = part_segments[0].start, "".join(segment.text for segment in part_segments)
        # The opening words begin the paragraph.
        opening_here = "" if start else opening_words[: len(text)]
        if not place:
            yield WordsPart(text, opening=opening_here)
            continue
        words = text.rstrip()
        yield WordsPart(
            text=words,
            space=text[len(words) :],
            place=part_segments[0].place_number,
            word_numbers=_word_numbers_of(placed, part_segments[0]),
            is_chosen=_is_selected(part_segments[0], selected_words),
            opening=opening_here,
        )


def _is_selected(segment: Segment, selected_words: SelectedWords | None) -> bool:
    """Whether the selected words hold a segment of the paragraph, or overlap with it."""
    spans = selected_words.spans if selected_words else ()
    # The place of an insertion has no words: it is held by words around it, and overlaps with none.
    is_held = any(start <= segment.start and segment.end <= end for start, end in spans)
    is_overlapped = any(segment.start < end and start < segment.end for start, end in spans)
    return is_held or is_overlapped


def _word_numbers_of(placed: PlacedProposals, segment: Segment) -> str:
    """The words of a segment as the address names them, by their numbers in the paragraph."""
    return word_number_range(placed.text, segment.start, segment.end)


def _columns(placed: PlacedProposals, lines: Sequence[PlacedLine]) -> list[PlaceColumn]:
    """The places at which any of these lines changes the words."""
    shown_places = {
        place
        for line in lines
        for cell in line.cells
        for place in placed.aligned_changes.place_numbers_of(cell)
    }
    return [
        PlaceColumn(
            place=segment.place_number,
            before=words_at_end(placed.text[: segment.start].strip(), MAX_CONTEXT_LENGTH),
            text=segment.text,
            after=words_at_start(placed.text[segment.end :].rstrip(), MAX_CONTEXT_LENGTH),
            word_numbers=_word_numbers_of(placed, segment),
        )
        for segment in placed.aligned_changes.places
        if segment.place_number in shown_places
    ]


def _table_cells(
    placed: PlacedProposals, line: PlacedLine, columns: Sequence[PlaceColumn]
) -> Iterator[SpanningCell]:
    """One cell for each column; a change across several columns has one for all of them."""
    cell_by_place = {
        place: cell
        for cell in line.cells
        for place in placed.aligned_changes.place_numbers_of(cell)
    }
    previous_cell: ProposalCell | None = None
    for column in columns:
        cell = cell_by_place.get(column.place)
        if cell is None:
            yield SpanningCell(span=1, cell=None)
        elif cell is not previous_cell:  # else the cell before covers this column too
            covered_places = placed.aligned_changes.place_numbers_of(cell)
            span = sum(other_column.place in covered_places for other_column in columns)
            place_numbers = str(covered_places[0])
            if len(covered_places) > 1:
                place_numbers += f"–{covered_places[-1]}"
            yield SpanningCell(span, cell, place_numbers)
        previous_cell = cell


# --- Inputs in full -------------------------------------------------------------------------------


def _inputs_in_full_context(sets: ProposalSets, input_numbers: Sequence[str]) -> dict[str, Any]:
    """The inputs with these numbers ("PRT-7"), in full, and in which words each two differ."""
    wanted_numbers = set(input_numbers)
    chosen_comments = [
        comment
        for comment in sorted(sets.comments, key=table_sort_key)
        if comment.reference in wanted_numbers
    ]
    shown_comments = chosen_comments[:MAX_IN_FULL]
    return {
        "inputs_in_full": [
            InputInFull(
                comment,
                redline_to_show(comment, comment.wording.text, comment.paragraph.draft.language),
            )
            for comment in shown_comments
        ],
        "pairs": [
            ComparedPair(
                first_comment.reference,
                second_comment.reference,
                first_comment.language,
                differences_between(first_comment.proposed, second_comment.proposed),
            )
            for first_comment, second_comment in combinations(shown_comments, 2)
            if first_comment.language == second_comment.language
            and first_comment.proposed
            and second_comment.proposed
        ],
        "is_too_many": len(chosen_comments) > MAX_IN_FULL,
        "ticked": {comment.reference for comment in shown_comments},
    }
