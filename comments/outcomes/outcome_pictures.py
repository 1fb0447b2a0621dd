"""A delegation's inputs at a glance: what the text has of them by section, and who aligned.

They are drawn from a brief, which has the outcomes: two more queries at any number of inputs.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import get_language_bidi, ngettext
from django.utils.translation import gettext as _

from comments.models import Alignment
from comments.outcomes.brief import Brief
from comments.outcomes.own_inputs import OwnInputSummary
from comments.outcomes.proposal_match import Outcome
from comments.tables.table_filter import sections_of
from comments.tables.titles import name_list
from comments.threads.key_lists import is_one_of
from consultations.pictures.canvas import Canvas, Fill
from consultations.pictures.picture import Picture
from consultations.pictures.stacked_bars import BarRow, stacked_bars
from consultations.rules.access import Access
from delegations.reader_names import name_for_reader

BY_SECTION, BY_DELEGATION = "outcomes", "aligned"
NAMES = (BY_SECTION, BY_DELEGATION)
# A page shows so many bars, and a cell of its table so many inputs; the file has them all.
MAX_BARS = 24
MAX_NAMED = 8

ALIGNMENT_COLUMNS = ("seat__name", "comment_id", "comment__seat__code", "comment__number")

FILLS: dict[Outcome, Fill] = {
    Outcome.IN_TEXT: Fill.SOLID,
    Outcome.PARTLY: Fill.SLANTED,
    Outcome.NOT: Fill.EMPTY,
    Outcome.WAITING: Fill.DOTTED,
    Outcome.NO_WORDS: Fill.LEVEL,
    Outcome.FOREIGN: Fill.GRID,
}


@dataclass(frozen=True, slots=True)
class AlignedDelegation:
    """A delegation that aligned, and with which of the own inputs: their numbers."""

    name: str
    references: tuple[str, ...]


def outcome_pictures(access: Access, brief: Brief) -> list[Picture]:
    """The pictures that have something to show; none before the first input is submitted."""
    sections, aligned = counts_by_section(brief), aligned_delegations(brief)
    pictures = []
    if sections:
        pictures.append(_section_picture(access, brief, sections))
    if aligned:
        pictures.append(_delegation_picture(access, aligned))
    return pictures


def outcome_rows(brief: Brief, name: str) -> list[tuple[str, ...]]:
    """All that one of the pictures shows, columns first, for its file."""
    if name == BY_SECTION:
        rows = counts_by_section(brief)
        shown = _outcomes_shown(rows)
        return [_columns(shown), *(_cells(row, shown) for row in rows)]
    aligned = aligned_delegations(brief)
    return [_alignment_columns(), *((row.name, _(", ").join(row.references)) for row in aligned)]


def counts_by_section(brief: Brief) -> list[BarRow]:
    """How many own inputs there are of each outcome, for each section in the order of the texts."""
    section_at = {
        key: section.name for section in sections_of(brief.revisions) for key in section.paragraphs
    }
    by_label: dict[str, Counter[Outcome]] = {}
    for summary in sorted(brief.summaries, key=lambda summary: summary.rank):
        label = section_at.get(summary.home) or _("Outside the sections")
        if len(brief.drafts) > 1:
            label = f"{brief.newest[summary.inputs[0].draft].draft.title}: {label}"
        counts = by_label.setdefault(label, Counter())
        counts.update(brief.outcomes[own.pk] for own in summary.inputs)
    return [
        BarRow(label, tuple(counts[outcome] for outcome in Outcome))
        for label, counts in by_label.items()
    ]


def aligned_delegations(brief: Brief) -> list[AlignedDelegation]:
    """Who aligned with the own inputs, in the order of the table (domain, rule 11)."""
    position = {own.pk: index for index, own in enumerate(_inputs_in_text_order(brief))}
    standing = Alignment.objects.visible_to(brief.access).filter(withdrawn_at=None)
    rows = standing.filter(is_one_of("comment_id", position))
    rows = rows.order_by("seat__rank", "seat__sort_key", "pk")
    by_name: dict[str, list[tuple[int, str]]] = {}
    for name, key, code, number in rows.values_list(*ALIGNMENT_COLUMNS):
        by_name.setdefault(name_for_reader(name), []).append((position[key], f"{code}-{number}"))
    return [
        AlignedDelegation(name, tuple(reference for _position, reference in sorted(references)))
        for name, references in by_name.items()
    ]


def _inputs_in_text_order(brief: Brief) -> list[OwnInputSummary]:
    summaries = sorted(brief.summaries, key=lambda summary: summary.rank)
    return [own for summary in summaries for own in summary.inputs]


def _section_picture(access: Access, brief: Brief, sections: Sequence[BarRow]) -> Picture:
    rows = _first_bars(sections)
    shown = _outcomes_shown(rows)
    canvas = Canvas(BY_SECTION, is_mirrored=get_language_bidi())
    title = _("What the text has of our inputs")
    bars = [BarRow(row.label, tuple(row.counts[n] for n in shown)) for row in rows]
    fills = [FILLS[list(Outcome)[n]] for n in shown]
    labels = [str(capfirst(list(Outcome)[n].label)) for n in shown]
    return Picture(
        name=BY_SECTION,
        title=title,
        drawing=stacked_bars(canvas, bars, fills, title),
        legend=tuple(zip(map(canvas.swatch, fills), labels, strict=True)),
        columns=_columns(shown),
        rows=tuple(_cells(row, shown) for row in rows),
        file_url=_file_url(access, BY_SECTION),
    )


def _delegation_picture(access: Access, aligned: Sequence[AlignedDelegation]) -> Picture:
    canvas = Canvas(BY_DELEGATION, is_mirrored=get_language_bidi())
    title = _("Who aligned with our inputs")
    rows = aligned[:MAX_BARS]
    bars = [BarRow(row.name, (len(row.references),)) for row in rows]
    return Picture(
        name=BY_DELEGATION,
        title=title,
        drawing=stacked_bars(canvas, bars, [Fill.SOLID], title),
        legend=((canvas.swatch(Fill.SOLID), _("Inputs with which it aligned")),),
        columns=_alignment_columns(),
        rows=tuple((row.name, _first_references(row.references)) for row in rows),
        file_url=_file_url(access, BY_DELEGATION),
    )


def _first_bars(rows: Sequence[BarRow]) -> list[BarRow]:
    """As many bars as a page shows; the rest is summed in the last one, so no input is lost."""
    if len(rows) <= MAX_BARS:
        return list(rows)
    rest = zip(*(row.counts for row in rows[MAX_BARS - 1 :]), strict=True)
    return [*rows[: MAX_BARS - 1], BarRow(_("Further sections"), tuple(map(sum, rest)))]


def _outcomes_shown(rows: Sequence[BarRow]) -> list[int]:
    """The indexes of the outcomes that occur: the others get no column."""
    return [n for n in range(len(Outcome)) if any(row.counts[n] for row in rows)]


def _columns(shown: Sequence[int]) -> tuple[str, ...]:
    outcomes = list(Outcome)
    return (_("Section"), *(str(capfirst(outcomes[n].label)) for n in shown), _("All"))


def _cells(row: BarRow, shown: Sequence[int]) -> tuple[str, ...]:
    return (row.label, *(str(row.counts[n]) for n in shown), str(row.total))


def _alignment_columns() -> tuple[str, ...]:
    return (_("Delegation"), _("Inputs with which it aligned"))


def _first_references(references: Sequence[str]) -> str:
    """The first numbers in a list, and how many more there are."""
    names, more = list(references[:MAX_NAMED]), len(references) - MAX_NAMED
    if more > 0:
        names.append(ngettext("%(n)d more", "%(n)d more", more) % {"n": more})
    return name_list(names)


def _file_url(access: Access, name: str) -> str:
    return reverse("brief_rows_file", args=[access.consultation.slug, name])
