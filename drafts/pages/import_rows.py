"""The rows of the preview: which are shown, and what may be chosen for each."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from django.core.paginator import Page, Paginator
from django.utils.translation import gettext as _

from drafts.forms.draft_forms import place_name
from drafts.intake.file_offers import OfferInFile
from drafts.intake.importing import ImportProposal, ImportRow, row_keys
from drafts.models import Paragraph
from drafts.words.bracket_doubts import BracketReport, BracketRow, bracket_report

NEAR: Final = 12
ROWS_A_PAGE: Final = 200
# So many of a kind are seen before all of the kind may be accepted at once.
SEEN: Final = 3
UNSURE: Final = "unsure"


@dataclass(frozen=True)
class RowOption:
    """A paragraph that a row may continue, as its select lists it."""

    value: str
    name: str


@dataclass(frozen=True)
class ImportChoice:
    """A row of the preview; where a person may choose, what is chosen now and what is likely.

    `options` are the paragraphs next to its place; all of them only where the row is open.
    `others` are those that it may continue as well: then they become one.
    """

    line: ImportRow
    key: str
    chosen: str = ""
    likely: RowOption | None = None
    options: Sequence[RowOption] = ()
    has_more: bool = False
    offers: Sequence[OfferInFile] = ()

    @property
    def others(self) -> list[RowOption]:
        taken = {str(old.public_id) for old in self.line.follows or self.line.suggested}
        return [option for option in self.options if option.value not in taken]


@dataclass(frozen=True)
class Doubts:
    """The open rows of one kind: how many, and whether all may be accepted as they are proposed."""

    kind: str
    words: str
    count: int
    may_accept: bool


@dataclass(frozen=True)
class ShownRows:
    """One page of the preview. `only` is the kind of doubt that is shown alone."""

    page: Page[tuple[str, ImportRow]]
    only: str = ""
    doubts: Sequence[Doubts] = field(default=())

    @property
    def accepts(self) -> Doubts | None:
        """The kind that may be accepted as a whole below the first rows of it."""
        is_first = self.page.number == 1
        found = (doubt for doubt in self.doubts if doubt.kind == self.only and doubt.may_accept)
        return next(found, None) if is_first else None

    @property
    def accepted_after(self) -> int:
        """Below which row that is offered: once three were seen, or all where there are fewer."""
        return min(SEEN, len(self.page.object_list))


def doubt_of(line: ImportRow) -> str:
    """Which kind of doubt a row is: what it probably is, or unsure; "" where it is placed."""
    if line.how != "open":
        return ""
    return line.guess or "new" if line.certainty == "probable" else UNSURE


def doubts_in(proposal: ImportProposal) -> list[Doubts]:
    """The kinds of doubt with their numbers, those that may be accepted first."""
    words: Mapping[str, str] = {
        "same": _("probably the same"),
        "reworded": _("probably reworded"),
        "moved": _("probably moved"),
        "split": _("probably split"),
        "merged": _("probably merged"),
        "new": _("probably new"),
        UNSURE: _("unsure"),
    }
    counts = Counter(doubt_of(line) for line in proposal.open_lines)
    return [
        Doubts(kind, said, counts[kind], may_accept=kind != UNSURE)
        for kind, said in words.items()
        if counts[kind]
    ]


def shown_rows(proposal: ImportProposal, only: str, number: str | None, opened: str) -> ShownRows:
    """The rows asked for, in pages; the one that is open for correction in any case."""
    rows = list(zip(row_keys(proposal.read), proposal.lines, strict=True))
    if only == "open":
        rows = [(key, line) for key, line in rows if line.how == "open"]
    elif only:
        rows = [(key, line) for key, line in rows if doubt_of(line) == only]
    place = next((at for at, (key, _line) in enumerate(rows) if key == opened), None)
    if place is not None:
        number = str(place // ROWS_A_PAGE + 1)
    return ShownRows(Paginator(rows, ROWS_A_PAGE).get_page(number), only, doubts_in(proposal))


def choices_of(proposal: ImportProposal, shown: ShownRows, opened: str) -> Iterator[ImportChoice]:
    """The rows with what may be chosen for each: where hundreds are open, those near its place."""
    olds = _disposable(proposal)
    places = _places(proposal)
    for key, line in shown.page.object_list:
        is_opened = key == opened
        if not is_opened and (not line.may_choose or line.certainty == "sure"):
            yield ImportChoice(line, key)
            continue
        near = olds if is_opened else _nearest(olds, places[key])
        likely = option_of(line.suggested or line.follows)
        chosen = "" if line.how == "open" else "new" if line.how == "new" else likely.value
        yield ImportChoice(
            line,
            key,
            chosen,
            likely if likely.value else None,
            [option_of([old]) for old in near],
            has_more=len(near) < len(olds),
        )


def accepted(proposal: ImportProposal, kind: str) -> dict[str, str]:
    """What is proposed for the open rows of one kind, as choices."""
    rows = zip(row_keys(proposal.read), proposal.lines, strict=True)
    return {
        key: option_of(line.suggested).value or "new"
        for key, line in rows
        if kind != UNSURE and doubt_of(line) == kind
    }


def option_of(olds: Sequence[Paragraph]) -> RowOption:
    """One paragraph, or several that become one."""
    return RowOption(
        "+".join(str(old.public_id) for old in olds), " + ".join(place_name(old) for old in olds)
    )


def bracket_report_of(proposal: ImportProposal) -> BracketReport:
    """The brackets of all rows; a row is opened for correction where its sign is in doubt."""
    reads = [line.read for line in proposal.lines]
    return bracket_report(
        BracketRow(
            f"?row={read.row}#row-{read.row}",
            read.label or _("row %(number)s") % {"number": read.row},
            read.text,
        )
        for read in reads
    )


def _places(proposal: ImportProposal) -> dict[str, int]:
    """Where each row stood, as far as the rows before it tell."""
    places: dict[str, int] = {}
    place = 0
    for key, line in zip(row_keys(proposal.read), proposal.lines, strict=True):
        place = line.follows[0].place if line.follows else place
        places[key] = place
    return places


def _nearest(olds: Sequence[Paragraph], place: int) -> list[Paragraph]:
    """The paragraphs that stood next to a place, in their order."""
    near = sorted(olds, key=lambda old: abs(old.place - place))[:NEAR]
    return sorted(near, key=lambda old: (old.place, old.pk))


def _disposable(proposal: ImportProposal) -> list[Paragraph]:
    """Every paragraph of which a person may still dispose, in the order of the text."""
    olds: dict[int, Paragraph] = {old.pk: old for old in proposal.unclaimed}
    for line in proposal.lines:
        if line.may_choose:
            olds |= {old.pk: old for old in line.follows}
    return sorted(olds.values(), key=lambda old: (old.place, old.pk))
