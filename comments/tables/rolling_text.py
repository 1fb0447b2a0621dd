"""The rolling text: a revision with every proposal of the table set in its place, in brackets.

It is made from the rows of a table, so it never shows more than the table does. A proposal on an
earlier revision is merged into the current text word by word; where that fails, it is printed
whole below the paragraph.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby

from django.conf import settings
from django.utils.translation import get_language, gettext, override

from comments.models import CommentKind
from comments.tables.annexes import TableAnnexes
from comments.tables.bracketing import Alternative, Bracket, bracketed
from comments.tables.still_asked import RollingProposal, StandingText, proposals_in, standing_text
from comments.tables.table import Copy, Table, TableRow, compile_table
from consultations.rules.access import Access
from drafts.labels import name_of
from drafts.models import Kind, Revision, Wording
from drafts.shells.annex import Annex

# Printed as a sentence beside the paragraph, in this order; they change no word inside it.
WHOLE_KINDS = (CommentKind.DELETE, CommentKind.MOVE, CommentKind.RETAIN, CommentKind.RESERVE)


@dataclass(frozen=True, slots=True)
class WholeProposal:
    """A proposal on the whole paragraph, in words: "Delete paragraph"."""

    names: tuple[str, ...]
    words: str


@dataclass(frozen=True, slots=True)
class RollingParagraph:
    """A paragraph of the rolling text, or a proposed one; `place` then says where it belongs."""

    label: str
    kind: str
    level: int
    opening: str
    language: str
    runs: tuple[str | Bracket, ...]
    whole_proposals: tuple[WholeProposal, ...] = ()
    notes: tuple[str, ...] = ()
    place: str = ""

    @property
    def is_heading(self) -> bool:
        return self.kind in {Kind.TITLE, Kind.HEADING}


@dataclass(frozen=True, slots=True)
class RollingText:
    """The rolling text at its cut-off, or a part of it, and the table it is made from."""

    table: Table
    revision: Revision
    has_names: bool
    paragraphs: tuple[RollingParagraph, ...]
    # How many inputs are set into it; how many more ask for what the text already says.
    count: int
    already_reflected: int = 0
    is_part: bool = False

    @property
    def annexes(self) -> Iterable[Annex]:
        """The open brackets of the whole text; without names where the paper has none."""
        table_annexes = self.table.annexes
        if (
            self.is_part
            or not isinstance(table_annexes, TableAnnexes)
            or table_annexes.brackets is None
        ):
            return ()
        return replace(table_annexes.brackets, has_names=self.has_names)


def compile_rolling(
    *,
    access: Access,
    revision: Revision,
    cut_off: datetime,
    copy: Copy = "circulation",
    language: str = "",
    has_names: bool = True,
) -> RollingText:
    """The rolling text of a revision for this reader. Raises as `compile_table` does.

    Needs `revision.draft`. Five queries more than the table's.
    """
    table = rolling_table(access, revision, cut_off, copy, language)
    text = standing_text(access, revision, cut_off)
    return rolling_of(table, revision, text, table.rows, has_names=has_names)


def rolling_table(
    access: Access, revision: Revision, cut_off: datetime, copy: Copy, language: str
) -> Table:
    """The inputs on this revision and on those of the text before it, as a table."""
    earlier = Revision.objects.visible_to(access).filter(
        draft=revision.draft, number__lt=revision.number, round__isnull=False
    )
    return compile_table(
        access=access,
        revisions=[*earlier.select_related("draft"), revision],
        cut_off=cut_off,
        copy=copy,
        language=language or get_language() or "en",
    )


def rolling_of(
    table: Table,
    revision: Revision,
    text: StandingText,
    rows: Iterable[TableRow],
    *,
    has_names: bool,
    part_wordings: Sequence[Wording] | None = None,
    places: Collection[int] = (),
) -> RollingText:
    """The rolling text of these rows. Of a part: only `part_wordings`, and proposals at
    `places`, which are keys of paragraphs."""
    requests = [row for row in rows if not row.is_withdrawn and _asks_for_change(row)]
    proposals = list(proposals_in(text, requests))
    if part_wordings is not None:
        proposals = [proposal for proposal in proposals if proposal.place in places]
    wordings = text.wordings if part_wordings is None else part_wordings
    with override(table.language):
        paragraphs = tuple(rolling_paragraphs(wordings, proposals, text.language))
    count = len({proposal.row.key for proposal in proposals})
    return RollingText(
        table,
        revision,
        has_names,
        paragraphs,
        count,
        already_reflected=len(requests) - count,
        is_part=part_wordings is not None,
    )


def _asks_for_change(row: TableRow) -> bool:
    """Whether an input asks for a change of the text; the others are in the table only."""
    return row.asks in {CommentKind.REPLACE, CommentKind.ADD_AFTER, *WHOLE_KINDS}


# --- The paragraphs -------------------------------------------------------------------------------


def rolling_paragraphs(
    wordings: Sequence[Wording], proposals: Iterable[RollingProposal], language: str
) -> Iterator[RollingParagraph]:
    """The paragraphs in order, each with its proposals, followed by proposed additions.

    Uses no database.

    An addition comes after everything that is below its paragraph in the outline. Proposals on
    paragraphs that are no longer in the text come at the end.
    """
    by_paragraph: dict[int, list[RollingProposal]] = {}
    for proposal in proposals:
        by_paragraph.setdefault(proposal.place, []).append(proposal)
    additions: list[tuple[int, list[RollingParagraph]]] = []
    for wording in wordings:
        while additions and additions[-1][0] >= wording.level:
            yield from additions.pop()[1]
        proposals_here = by_paragraph.pop(wording.paragraph_id, [])
        yield _paragraph(wording, proposals_here, language)
        yield from _unplaced_wordings(wording, proposals_here, language)
        additions.append((wording.level, list(_additions(wording, proposals_here))))
    while additions:
        yield from additions.pop()[1]
    for unplaced in by_paragraph.values():
        yield from _requests_on_gone_paragraphs([proposal.row for proposal in unplaced], language)


def _paragraph(
    wording: Wording, proposals: Sequence[RollingProposal], language: str
) -> RollingParagraph:
    changes = [(one.row.delegation, one.pieces) for one in proposals if one.pieces]
    return RollingParagraph(
        label=wording.label,
        kind=wording.kind,
        level=wording.level,
        opening=wording.opening,
        language=language,
        runs=tuple(bracketed(wording.text, changes)),
        whole_proposals=tuple(_whole_proposals([one.row for one in proposals], wording)),
        notes=tuple(str(note) for note in wording.notes),
    )


def _whole_proposals(
    rows: Sequence[TableRow], wording: Wording | None = None
) -> Iterator[WholeProposal]:
    """Proposals on the whole paragraph, one for all who ask for the same."""
    for kind in WHOLE_KINDS:
        names: dict[str, list[str]] = {}
        for row in rows:
            if row.asks == kind:
                names.setdefault(_request_of(row, wording), []).append(row.delegation)
        for request, delegations in names.items():
            yield WholeProposal(_unique(delegations), request)


def _request_of(row: TableRow, wording: Wording | None) -> str:
    """What an input asks for; with the label and stage if it was made on another wording.

    A move names the paragraph to follow by the label of its own revision.
    """
    if wording is None or row.wording == wording.pk:
        return row.kind
    if row.text == wording.text and row.asks != CommentKind.MOVE:
        return row.kind
    values = {"words": row.kind, "label": row.label_then, "stage": row.revision}
    return gettext("%(words)s (said of %(label)s, %(stage)s)") % values


def _additions(
    wording: Wording, proposals: Sequence[RollingProposal]
) -> Iterator[RollingParagraph]:
    """The paragraphs proposed after this one, each with all who propose the same."""
    added = [one.row for one in proposals if one.row.asks == CommentKind.ADD_AFTER]
    place = gettext("To add after %(label)s") % {"label": _citation(wording)}
    return _separate_paragraphs(added, lambda _row: place, wording)


def _unplaced_wordings(
    wording: Wording, proposals: Sequence[RollingProposal], language: str
) -> Iterator[RollingParagraph]:
    """Proposed wordings that cannot be set into the text, or only in part: as submitted."""

    def place(row: TableRow) -> str:
        values = {"label": _citation(wording), "language": _language_name(row.language)}
        if row.language != language:
            place = gettext("In place of %(label)s, in the language of the input: %(language)s")
            return place % values
        values |= {"then": row.label_then, "stage": row.revision}
        return (
            gettext(
                "In place of %(label)s, in conflict with it: made on %(then)s, %(stage)s, "
                "since reworded"
            )
            % values
        )

    return _separate_paragraphs([one.row for one in proposals if one.is_left_over], place, wording)


def _requests_on_gone_paragraphs(
    rows: Sequence[TableRow], language: str
) -> Iterator[RollingParagraph]:
    """Proposals on paragraphs that are no longer in the text."""

    def place(row: TableRow) -> str:
        values = {"label": row.label_then, "stage": row.revision}
        if row.asks == CommentKind.REPLACE:
            place = gettext("In place of %(label)s, %(stage)s, which is no longer in the text")
        elif row.asks == CommentKind.ADD_AFTER:
            place = gettext("To add after %(label)s, %(stage)s, which is no longer in the text")
        else:
            place = gettext("On %(label)s, %(stage)s, which is no longer in the text")
        return place % values

    yield from _separate_paragraphs([row for row in rows if row.asks not in WHOLE_KINDS], place)
    on_whole = [row for row in rows if row.asks in WHOLE_KINDS]
    for where, same in groupby(on_whole, key=place):
        proposals = tuple(_whole_proposals(list(same)))
        yield RollingParagraph(
            "", "", 0, "", language, runs=(), whole_proposals=proposals, place=where
        )


def _separate_paragraphs(
    rows: Sequence[TableRow], place: Callable[[TableRow], str], wording: Wording | None = None
) -> Iterator[RollingParagraph]:
    """Each proposed wording as a paragraph of its own, with all who propose the same."""
    names: dict[tuple[str, str, str], list[str]] = {}
    for row in rows:
        names.setdefault((place(row), row.proposed, row.language), []).append(row.delegation)
    is_body = wording is not None and wording.kind not in {Kind.TITLE, Kind.HEADING}
    for (where, proposed, language), delegations in names.items():
        yield RollingParagraph(
            label="",
            kind=wording.kind if wording and is_body else "",
            level=wording.level if wording else 0,
            opening="",
            language=language,
            runs=(Bracket((Alternative(_unique(delegations), (("+", proposed),)),)),),
            place=where,
        )


def _citation(wording: Wording) -> str:
    return name_of(wording.label, wording.kind, wording.text)


def _language_name(language: str) -> str:
    names = {tag.partition("-")[0]: name for tag, name in settings.LANGUAGES}
    return str(names.get(language.partition("-")[0], language))


def _unique(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))
