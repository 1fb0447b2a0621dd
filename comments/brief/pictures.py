"""A delegation's inputs at a glance: their outcomes by section, and who aligned with them.

They are drawn from a brief, which has the outcomes: two more queries at any number of inputs.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import get_language_bidi, gettext as _, ngettext

from comments.brief.queries import Brief
from comments.inputs.citations import join_with_and
from comments.inputs.queries import is_one_of
from comments.models import Alignment
from comments.outcomes.current import OwnInputSummary
from comments.outcomes.queries import Outcome
from comments.table.filter import read_sections
from consultations.pictures.canvas import Canvas, Fill
from consultations.pictures.picture import Picture
from consultations.pictures.stacked_bars import BarRow, stacked_bars
from consultations.rules.access import Access
from delegations.reader_names import name_for_reader

# The names of the two pictures, also in the web addresses of their files.
BY_SECTION, BY_DELEGATION = "outcomes", "aligned"
PICTURE_NAMES = (BY_SECTION, BY_DELEGATION)
# A page shows so many bars, and a cell of its table so many inputs; the file has them all.
MAX_BARS = 24
MAX_NAMED = 8

# What is read of an alignment: the delegation that aligned, and the input by id, code and number.
ALIGNMENT_FIELDS = ("seat__name", "comment_id", "comment__seat__code", "comment__number")

# How a bar shows each outcome, also without colour.
FILLS: dict[Outcome, Fill] = {
    Outcome.IN_TEXT: Fill.SOLID,
    Outcome.PARTLY: Fill.SLANTED,
    Outcome.NOT_IN_TEXT: Fill.EMPTY,
    Outcome.WAITING: Fill.DOTTED,
    Outcome.NO_PROPOSED_WORDS: Fill.LEVEL,
    Outcome.OTHER_LANGUAGE: Fill.GRID,
}


@dataclass(frozen=True, slots=True)
class AlignedDelegation:
    """A delegation that aligned, and with which of the own inputs: their numbers."""

    name: str
    references: tuple[str, ...]


def outcome_pictures(access: Access, brief: Brief) -> list[Picture]:
    """The pictures that have something to show; none before the first input is submitted."""
    section_bars, aligned = compute_section_bars(brief), aligned_delegations(brief)
    pictures = []
    if section_bars:
        pictures.append(_section_picture(access, brief, section_bars))
    if aligned:
        pictures.append(_delegation_picture(access, aligned))
    return pictures


def outcome_rows(brief: Brief, picture_name: str) -> list[tuple[str, ...]]:
    """All that one of the pictures shows, the column heads first, for its file."""
    if picture_name == BY_SECTION:
        rows = compute_section_bars(brief)
        outcome_indexes = _shown_outcome_indexes(rows)
        return [
            _section_column_heads(outcome_indexes),
            *(_cells(row, outcome_indexes) for row in rows),
        ]
    aligned = aligned_delegations(brief)
    return [
        _alignment_column_heads(),
        *((row.name, _(", ").join(row.references)) for row in aligned),
    ]


def compute_section_bars(brief: Brief) -> list[BarRow]:
    """How many own inputs there are of each outcome, for each section in the order of the texts."""
    section_name_by_paragraph_id = {
        paragraph_id: section.name
        for section in read_sections(brief.revisions)
        for paragraph_id in section.paragraph_ids
    }
    counts_by_label: dict[str, Counter[Outcome]] = {}
    for summary in sorted(brief.summaries, key=lambda summary: summary.text_order):
        label = section_name_by_paragraph_id.get(summary.current_paragraph_id) or _(
            "Outside the sections"
        )
        if len(brief.draft_ids) > 1:
            draft = brief.newest_revision_by_draft_id[summary.inputs[0].draft_id].draft
            label = f"{draft.title}: {label}"
        counts = counts_by_label.setdefault(label, Counter())
        counts.update(brief.outcomes[own_summary.pk] for own_summary in summary.inputs)
    return [
        BarRow(label, tuple(counts[outcome] for outcome in Outcome))
        for label, counts in counts_by_label.items()
    ]


def aligned_delegations(brief: Brief) -> list[AlignedDelegation]:
    """Who aligned with the own inputs, in the order of the table (domain, rule 11)."""
    position_by_input_id = {
        own_summary.pk: index for index, own_summary in enumerate(_inputs_in_text_order(brief))
    }
    alignments = Alignment.objects.visible_to(brief.access).filter(withdrawn_at=None)
    ordered_alignments = alignments.filter(is_one_of("comment_id", position_by_input_id))
    ordered_alignments = ordered_alignments.order_by("seat__rank", "seat__sort_key", "pk")
    references_by_name: dict[str, list[tuple[int, str]]] = {}  # each with its place in the text
    for name, comment_id, code, number in ordered_alignments.values_list(*ALIGNMENT_FIELDS):
        references = references_by_name.setdefault(name_for_reader(name), [])
        references.append((position_by_input_id[comment_id], f"{code}-{number}"))
    return [
        AlignedDelegation(name, tuple(reference for _position, reference in sorted(references)))
        for name, references in references_by_name.items()
    ]


def _inputs_in_text_order(brief: Brief) -> list[OwnInputSummary]:
    summaries = sorted(brief.summaries, key=lambda summary: summary.text_order)
    return [own_summary for summary in summaries for own_summary in summary.inputs]


def _section_picture(access: Access, brief: Brief, section_bars: Sequence[BarRow]) -> Picture:
    """The picture of outcomes by section."""
    rows = _first_bars(section_bars)
    outcome_indexes = _shown_outcome_indexes(rows)
    canvas = Canvas(BY_SECTION, is_mirrored=get_language_bidi())
    title = _("What the text has of our inputs")
    bars = [
        BarRow(row.label, tuple(row.counts[outcome_index] for outcome_index in outcome_indexes))
        for row in rows
    ]
    fills = [FILLS[list(Outcome)[outcome_index]] for outcome_index in outcome_indexes]
    labels = [
        str(capfirst(list(Outcome)[outcome_index].label)) for outcome_index in outcome_indexes
    ]
    return Picture(
        name=BY_SECTION,
        title=title,
        drawing=stacked_bars(canvas, bars, fills, title),
        legend=tuple(zip(map(canvas.swatch, fills), labels, strict=True)),
        columns=_section_column_heads(outcome_indexes),
        rows=tuple(_cells(row, outcome_indexes) for row in rows),
        file_url=_file_url(access, BY_SECTION),
    )


def _delegation_picture(access: Access, aligned: Sequence[AlignedDelegation]) -> Picture:
    """The picture of how many own inputs each delegation aligned with."""
    canvas = Canvas(BY_DELEGATION, is_mirrored=get_language_bidi())
    title = _("Who aligned with our inputs")
    rows = _first_delegations(aligned)
    bars = [BarRow(row.name, (len(row.references),)) for row in rows]
    return Picture(
        name=BY_DELEGATION,
        title=title,
        drawing=stacked_bars(canvas, bars, [Fill.SOLID], title),
        legend=((canvas.swatch(Fill.SOLID), _("Inputs with which it aligned")),),
        columns=_alignment_column_heads(),
        rows=tuple((row.name, _first_references(row.references)) for row in rows),
        file_url=_file_url(access, BY_DELEGATION),
    )


def _first_bars(rows: Sequence[BarRow]) -> list[BarRow]:
    """As many bars as a page shows; the rest is summed in the last one, so no input is lost."""
    if len(rows) <= MAX_BARS:
        return list(rows)
    further_counts = zip(*(row.counts for row in rows[MAX_BARS - 1 :]), strict=True)
    return [*rows[: MAX_BARS - 1], BarRow(_("Further sections"), tuple(map(sum, further_counts)))]


def _first_delegations(aligned: Sequence[AlignedDelegation]) -> list[AlignedDelegation]:
    """As many as a page shows; the last stands for the rest, with each of their inputs once."""
    if len(aligned) <= MAX_BARS:
        return list(aligned)
    others = aligned[MAX_BARS - 1 :]
    name = _("Further delegations: %(n)d") % {"n": len(others)}
    references = dict.fromkeys(chain.from_iterable(row.references for row in others))
    return [*aligned[: MAX_BARS - 1], AlignedDelegation(name, tuple(references))]


def _shown_outcome_indexes(rows: Sequence[BarRow]) -> list[int]:
    """The indexes of the outcomes that occur: the others get no column."""
    return [
        outcome_index
        for outcome_index in range(len(Outcome))
        if any(row.counts[outcome_index] for row in rows)
    ]


def _section_column_heads(outcome_indexes: Sequence[int]) -> tuple[str, ...]:
    """The column heads of the table by section."""
    outcomes = list(Outcome)
    return (
        _("Section"),
        *(str(capfirst(outcomes[outcome_index].label)) for outcome_index in outcome_indexes),
        _("All"),
    )


def _cells(row: BarRow, outcome_indexes: Sequence[int]) -> tuple[str, ...]:
    """The cells of one section, in the columns of `_section_column_heads`."""
    return (
        row.label,
        *(str(row.counts[outcome_index]) for outcome_index in outcome_indexes),
        str(row.total),
    )


def _alignment_column_heads() -> tuple[str, ...]:
    return (_("Delegation"), _("Inputs with which it aligned"))


def _first_references(references: Sequence[str]) -> str:
    """The first numbers in a list, and how many more there are."""
    shown_references, hidden_count = list(references[:MAX_NAMED]), len(references) - MAX_NAMED
    if hidden_count > 0:
        shown_references.append(
            ngettext("%(n)d more", "%(n)d more", hidden_count) % {"n": hidden_count}
        )
    return join_with_and(shown_references)


def _file_url(access: Access, picture_name: str) -> str:
    return reverse("brief_rows_file", args=[access.consultation.slug, picture_name])
