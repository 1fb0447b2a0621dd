"""A delegation's inputs at a glance: what the text has of them by section, and who aligned.

Drawn from a brief, whose words were compared already: two queries more, at any number of inputs.
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
from comments.outcomes.proposal_match import Outcome
from comments.outcomes.spoken import OwnHead
from comments.tables.narrowing import sections_of
from comments.tables.titles import name_list
from comments.threads.key_lists import is_one_of
from consultations.pictures.canvas import Canvas, Fill
from consultations.pictures.picture import Picture
from consultations.pictures.stacked_bars import BarRow, stacked_bars
from consultations.rules.access import Access
from delegations.reader_names import name_for_reader

BY_SECTION, BY_DELEGATION = "outcomes", "aligned"
NAMES = (BY_SECTION, BY_DELEGATION)
# So many bars stand on a page, and so many inputs in a cell of its table; the file has them all.
MOST_BARS = 24
MOST_NAMED = 8

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
    """Those that show something; none for who has submitted nothing yet."""
    sections, aligned = counts_by_section(brief), aligned_delegations(brief)
    drawn = []
    if sections:
        drawn.append(_by_section(access, brief, sections))
    if aligned:
        drawn.append(_by_delegation(access, aligned))
    return drawn


def outcome_rows(brief: Brief, name: str) -> list[tuple[str, ...]]:
    """All that one of the pictures shows, columns first, for its file."""
    if name == BY_SECTION:
        rows = counts_by_section(brief)
        shown = _shown(rows)
        return [_columns(shown), *(_cells(row, shown) for row in rows)]
    aligned = aligned_delegations(brief)
    return [_alignment_columns(), *((one.name, _(", ").join(one.references)) for one in aligned)]


def counts_by_section(brief: Brief) -> list[BarRow]:
    """How many own inputs there are of each outcome, for each section in the order of the texts."""
    section_at = {
        key: section.name for section in sections_of(brief.revisions) for key in section.paragraphs
    }
    found: dict[str, Counter[Outcome]] = {}
    for head in sorted(brief.heads, key=lambda one: one.rank):
        label = section_at.get(head.home) or _("Outside the sections")
        if len(brief.drafts) > 1:
            label = f"{brief.newest[head.inputs[0].draft].draft.title}: {label}"
        counts = found.setdefault(label, Counter())
        counts.update(brief.outcomes[own.pk] for own in head.inputs)
    return [
        BarRow(label, tuple(counts[outcome] for outcome in Outcome))
        for label, counts in found.items()
    ]


def aligned_delegations(brief: Brief) -> list[AlignedDelegation]:
    """Who aligned with the own inputs, in the order of the table (domain, rule 11)."""
    place = {own.pk: at for at, own in enumerate(_in_text_order(brief))}
    standing = Alignment.objects.visible_to(brief.access).filter(withdrawn_at=None)
    rows = standing.filter(is_one_of("comment_id", place))
    rows = rows.order_by("seat__rank", "seat__sort_key", "pk")
    found: dict[str, list[tuple[int, str]]] = {}
    for name, key, code, number in rows.values_list(*ALIGNMENT_COLUMNS):
        found.setdefault(name_for_reader(name), []).append((place[key], f"{code}-{number}"))
    return [
        AlignedDelegation(name, tuple(reference for _place, reference in sorted(references)))
        for name, references in found.items()
    ]


def _in_text_order(brief: Brief) -> list[OwnHead]:
    heads = sorted(brief.heads, key=lambda one: one.rank)
    return [own for head in heads for own in head.inputs]


def _by_section(access: Access, brief: Brief, sections: Sequence[BarRow]) -> Picture:
    rows = _first(sections)
    shown = _shown(rows)
    canvas = Canvas(BY_SECTION, is_mirrored=get_language_bidi())
    title = _("What the text has of our inputs")
    bars = [BarRow(row.label, tuple(row.counts[n] for n in shown)) for row in rows]
    fills = [FILLS[list(Outcome)[n]] for n in shown]
    words = [str(capfirst(list(Outcome)[n].label)) for n in shown]
    return Picture(
        name=BY_SECTION,
        title=title,
        drawing=stacked_bars(canvas, bars, fills, title),
        legend=tuple(zip(map(canvas.swatch, fills), words, strict=True)),
        columns=_columns(shown),
        rows=tuple(_cells(row, shown) for row in rows),
        file_url=_file_url(access, BY_SECTION),
    )


def _by_delegation(access: Access, aligned: Sequence[AlignedDelegation]) -> Picture:
    canvas = Canvas(BY_DELEGATION, is_mirrored=get_language_bidi())
    title = _("Who aligned with our inputs")
    rows = aligned[:MOST_BARS]
    bars = [BarRow(one.name, (len(one.references),)) for one in rows]
    return Picture(
        name=BY_DELEGATION,
        title=title,
        drawing=stacked_bars(canvas, bars, [Fill.SOLID], title),
        legend=((canvas.swatch(Fill.SOLID), _("Inputs with which it aligned")),),
        columns=_alignment_columns(),
        rows=tuple((one.name, _named(one.references)) for one in rows),
        file_url=_file_url(access, BY_DELEGATION),
    )


def _first(rows: Sequence[BarRow]) -> list[BarRow]:
    """As many bars as a page holds; what follows is one bar at its end: no input is lost."""
    if len(rows) <= MOST_BARS:
        return list(rows)
    rest = zip(*(row.counts for row in rows[MOST_BARS - 1 :]), strict=True)
    return [*rows[: MOST_BARS - 1], BarRow(_("Further sections"), tuple(map(sum, rest)))]


def _shown(rows: Sequence[BarRow]) -> list[int]:
    """The places of the outcomes that there are: none has a column for nothing."""
    return [n for n in range(len(Outcome)) if any(row.counts[n] for row in rows)]


def _columns(shown: Sequence[int]) -> tuple[str, ...]:
    outcomes = list(Outcome)
    return (_("Section"), *(str(capfirst(outcomes[n].label)) for n in shown), _("All"))


def _cells(row: BarRow, shown: Sequence[int]) -> tuple[str, ...]:
    return (row.label, *(str(row.counts[n]) for n in shown), str(row.total))


def _alignment_columns() -> tuple[str, ...]:
    return (_("Delegation"), _("Inputs with which it aligned"))


def _named(references: Sequence[str]) -> str:
    named, more = list(references[:MOST_NAMED]), len(references) - MOST_NAMED
    if more > 0:
        named.append(ngettext("%(n)d more", "%(n)d more", more) % {"n": more})
    return name_list(named)


def _file_url(access: Access, name: str) -> str:
    return reverse("brief_rows_file", args=[access.consultation.slug, name])
