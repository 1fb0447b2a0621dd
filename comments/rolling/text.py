"""The rolling text: a revision with every proposal of the table set in its place, in brackets.

It is made from the rows of a table, so it never shows more than the table does. A proposal on an
earlier revision is merged into the current text word by word; where that fails, it is printed
whole below the paragraph.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from typing import NamedTuple

from django.conf import settings
from django.utils.translation import get_language, gettext, override

from comments.models import CommentKind
from comments.rolling.proposals import BaseText, RollingProposal, find_proposals, read_base_text
from comments.table.annexes import TableAnnexes
from comments.table.compiled import Table, TableCopy, TableRow, compile_table
from consultations.models import Consent
from consultations.rules.access import Access
from consultations.rules.consent import is_attributed
from drafts.models import ParagraphKind, Revision, Wording
from drafts.printing.annex import Annex
from drafts.text.names import name_of_wording
from drafts.words.differences import Redline
from drafts.words.hunks import Hunk, hunks_of, pieces_within

# Printed as a sentence beside the paragraph, in this order; they change no word inside it.
WHOLE_PARAGRAPH_KINDS = (
    CommentKind.DELETE,
    CommentKind.MOVE,
    CommentKind.RETAIN,
    CommentKind.RESERVE,
)


@dataclass(frozen=True, slots=True)
class ProposedAlternative:
    """The words that some delegations want at one position, with their names in table order."""

    names: tuple[str, ...]  # none in a paper without names
    pieces: Redline


@dataclass(frozen=True, slots=True)
class BracketedAlternatives:
    """A stretch of the text that is not agreed, as what each delegation wants in its place."""

    alternatives: tuple[ProposedAlternative, ...]


@dataclass(frozen=True, slots=True)
class WholeProposal:
    """A proposal on the whole paragraph, in words: "Delete paragraph"."""

    names: tuple[str, ...]  # as `_printed_name` gives them, each once
    words: str


@dataclass(frozen=True, slots=True)
class RollingParagraph:
    """A paragraph of the rolling text, or a proposed one: `place_note` says where it belongs."""

    label: str  # empty for a proposed one
    kind: str  # a ParagraphKind; empty for one proposed on a heading, or on what left the text
    level: int
    opening: str
    language: str
    runs: tuple[str | BracketedAlternatives, ...]  # words that all keep, and brackets
    whole_proposals: tuple[WholeProposal, ...] = ()
    notes: tuple[str, ...] = ()  # footnotes
    place_note: str = ""

    @property
    def is_heading(self) -> bool:
        return self.kind in {ParagraphKind.TITLE, ParagraphKind.HEADING}


@dataclass(frozen=True, slots=True)
class RollingText:
    """The rolling text at its cut-off, or a part of it, and the table it is made from."""

    table: Table
    revision: Revision
    has_names: bool
    paragraphs: tuple[RollingParagraph, ...]
    # How many inputs are set into it, and how many more ask for what the text already says.
    input_count: int
    reflected_count: int = 0
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
        return replace(table_annexes.brackets, shows_names=self.has_names)


def compile_rolling(
    *,
    access: Access,
    revision: Revision,
    cut_off: datetime,
    copy: TableCopy = "circulation",
    language: str = "",
    has_names: bool = True,
) -> RollingText:
    """The rolling text of a revision for this reader. Raises as `compile_table` does.

    Needs `revision.draft`. Five queries more than the table's.
    """
    table = rolling_table(access, revision, cut_off, copy, language)
    base_text = read_base_text(access, revision, cut_off)
    return build_rolling_text(table, revision, base_text, table.rows, has_names=has_names)


def rolling_table(
    access: Access, revision: Revision, cut_off: datetime, copy: TableCopy, language: str
) -> Table:
    """The inputs on this revision and on those of the text before it, as a table."""
    earlier_revisions = Revision.objects.visible_to(access).filter(
        draft=revision.draft, number__lt=revision.number, round__isnull=False
    )
    return compile_table(
        access=access,
        revisions=[*earlier_revisions.select_related("draft"), revision],
        cut_off=cut_off,
        copy=copy,
        language=language or get_language() or "en",
    )


def build_rolling_text(
    table: Table,
    revision: Revision,
    base_text: BaseText,
    rows: Iterable[TableRow],
    *,
    has_names: bool,
    part_wordings: Sequence[Wording] | None = None,
    paragraph_ids: Collection[int] = (),
) -> RollingText:
    """The rolling text of these rows. Of a part: only `part_wordings`, and the proposals on the
    paragraphs with these ids."""
    with override(table.language):
        rows_with_proposals = [
            replace(row, delegation_name=_printed_name(row, has_names=has_names))
            for row in rows
            if not row.is_withdrawn and _asks_for_change(row)
        ]
    proposals = list(find_proposals(base_text, rows_with_proposals))
    if part_wordings is not None:
        proposals = [proposal for proposal in proposals if proposal.paragraph_id in paragraph_ids]
    wordings = base_text.wordings if part_wordings is None else part_wordings
    with override(table.language):
        paragraphs = tuple(rolling_paragraphs(wordings, proposals, base_text.language))
    input_count = len({proposal.row.comment_id for proposal in proposals})
    return RollingText(
        table,
        revision,
        has_names,
        paragraphs,
        input_count,
        reflected_count=len(rows_with_proposals) - input_count,
        is_part=part_wordings is not None,
    )


def _asks_for_change(row: TableRow) -> bool:
    """Whether an input asks for a change of the text; the others are in the table only."""
    return row.kind_value in {CommentKind.REPLACE, CommentKind.ADD_AFTER, *WHOLE_PARAGRAPH_KINDS}


def _printed_name(row: TableRow, *, has_names: bool) -> str:
    """Who asks, and the consent where others may not read this input under that name.

    In a paper without names only that consent: no reader takes the words for what all may read.
    """
    if is_attributed(row):
        return row.delegation_name if has_names else ""
    consent = str(Consent(row.consent).label)
    if not has_names:
        return consent
    return gettext("%(name)s (%(consent)s)") % {"name": row.delegation_name, "consent": consent}


# --- The paragraphs ------------------------------------------------------------------------------


class _Additions(NamedTuple):
    """The paragraphs proposed after a paragraph of the text."""

    level: int  # of that paragraph in the outline
    paragraphs: list[RollingParagraph]


def rolling_paragraphs(
    wordings: Sequence[Wording], proposals: Iterable[RollingProposal], language: str
) -> Iterator[RollingParagraph]:
    """The paragraphs in order, each with its proposals, followed by proposed additions.

    Uses no database.

    An addition comes after everything that is below its paragraph in the outline. Proposals on
    paragraphs that are no longer in the text come at the end.
    """
    proposals_by_paragraph_id: dict[int, list[RollingProposal]] = {}
    for proposal in proposals:
        proposals_by_paragraph_id.setdefault(proposal.paragraph_id, []).append(proposal)
    # Those not printed yet, the deepest last.
    additions: list[_Additions] = []
    for wording in wordings:
        while additions and additions[-1].level >= wording.level:
            yield from additions.pop().paragraphs
        proposals_here = proposals_by_paragraph_id.pop(wording.paragraph_id, [])
        yield _paragraph(wording, proposals_here, language)
        yield from _unmerged_wordings(wording, proposals_here, language)
        additions.append(_Additions(wording.level, list(_proposed_after(wording, proposals_here))))
    while additions:
        yield from additions.pop().paragraphs
    for proposals_on_deleted in proposals_by_paragraph_id.values():
        yield from _proposals_on_deleted_paragraphs(
            [proposal.row for proposal in proposals_on_deleted], language
        )


def _paragraph(
    wording: Wording, proposals: Sequence[RollingProposal], language: str
) -> RollingParagraph:
    """A paragraph of the revision with the proposals on it."""
    redlines = [
        (proposal.row.delegation_name, proposal.redline)
        for proposal in proposals
        if proposal.redline
    ]
    return RollingParagraph(
        label=wording.label,
        kind=wording.kind,
        level=wording.level,
        opening=wording.opening,
        language=language,
        runs=tuple(text_with_brackets(wording.text, redlines)),
        whole_proposals=tuple(_whole_proposals([proposal.row for proposal in proposals], wording)),
        notes=tuple(str(note) for note in wording.notes),
    )


def _whole_proposals(
    rows: Sequence[TableRow], wording: Wording | None = None
) -> Iterator[WholeProposal]:
    """Proposals on the whole paragraph, one for all who ask for the same.

    Without `wording` on a paragraph that is no longer in the text.
    """
    for kind in WHOLE_PARAGRAPH_KINDS:
        names_by_proposal_words: dict[str, list[str]] = {}
        for row in rows:
            if row.kind_value == kind:
                names_by_proposal_words.setdefault(_proposal_words(row, wording), []).append(
                    row.delegation_name
                )
        for proposal_words, delegation_names in names_by_proposal_words.items():
            yield WholeProposal(_unique(delegation_names), proposal_words)


def _proposal_words(row: TableRow, wording: Wording | None) -> str:
    """What an input asks for; with the label and stage if it was made on other words.

    A move made on an earlier revision has them also on the same words: it names the paragraph to
    follow by its label there.
    """
    if wording is None or row.wording_id == wording.pk:
        return row.kind
    if row.text == wording.text and row.kind_value != CommentKind.MOVE:
        return row.kind
    values = {"words": row.kind, "label": row.label_then, "stage": row.stage}
    return gettext("%(words)s (said of %(label)s, %(stage)s)") % values


def _proposed_after(
    wording: Wording, proposals: Sequence[RollingProposal]
) -> Iterator[RollingParagraph]:
    """The paragraphs proposed after this one, each with all who propose the same."""
    rows = [
        proposal.row for proposal in proposals if proposal.row.kind_value == CommentKind.ADD_AFTER
    ]
    place_note = gettext("To add after %(label)s") % {"label": _citation(wording)}
    return _separate_paragraphs(rows, lambda _row: place_note, wording)


def _unmerged_wordings(
    wording: Wording, proposals: Sequence[RollingProposal], language: str
) -> Iterator[RollingParagraph]:
    """Proposed wordings that cannot be set into the text, or only in part: as submitted."""

    def place_note_of(row: TableRow) -> str:
        values = {"label": _citation(wording), "language": _language_name(row.language)}
        if row.language != language:
            note = gettext("In place of %(label)s, in the language of the input: %(language)s")
            return note % values
        values |= {"then": row.label_then, "stage": row.stage}
        return (
            gettext(
                "In place of %(label)s, in conflict with it: made on %(then)s, %(stage)s, "
                "since reworded"
            )
            % values
        )

    rows = [proposal.row for proposal in proposals if proposal.is_unmerged]
    return _separate_paragraphs(rows, place_note_of, wording)


def _proposals_on_deleted_paragraphs(
    rows: Sequence[TableRow], language: str
) -> Iterator[RollingParagraph]:
    """Proposals on paragraphs that are no longer in the text."""

    def place_note_of(row: TableRow) -> str:
        values = {"label": row.label_then, "stage": row.stage}
        if row.kind_value == CommentKind.REPLACE:
            note = gettext("In place of %(label)s, %(stage)s, which is no longer in the text")
        elif row.kind_value == CommentKind.ADD_AFTER:
            note = gettext("To add after %(label)s, %(stage)s, which is no longer in the text")
        else:
            note = gettext("On %(label)s, %(stage)s, which is no longer in the text")
        return note % values

    yield from _separate_paragraphs(
        [row for row in rows if row.kind_value not in WHOLE_PARAGRAPH_KINDS], place_note_of
    )
    whole_rows = [row for row in rows if row.kind_value in WHOLE_PARAGRAPH_KINDS]
    for place_note, rows_with_note in groupby(whole_rows, key=place_note_of):
        proposals = tuple(_whole_proposals(list(rows_with_note)))
        yield RollingParagraph(
            label="",
            kind="",
            level=0,
            opening="",
            language=language,
            runs=(),
            whole_proposals=proposals,
            place_note=place_note,
        )


def _separate_paragraphs(
    rows: Sequence[TableRow],
    place_note_of: Callable[[TableRow], str],
    wording: Wording | None = None,
) -> Iterator[RollingParagraph]:
    """Each proposed wording as a paragraph of its own, with all who propose the same.

    `place_note_of` says where an input wants it, `wording` is the one that it replaces or follows.
    """
    names_by_paragraph: dict[tuple[str, str, str], list[str]] = {}
    for row in rows:
        paragraph = (place_note_of(row), row.proposed, row.language)
        names_by_paragraph.setdefault(paragraph, []).append(row.delegation_name)
    # Words proposed on a title or a heading are not printed as one.
    is_body = wording is not None and wording.kind not in {
        ParagraphKind.TITLE,
        ParagraphKind.HEADING,
    }
    for (place_note, proposed, language), delegation_names in names_by_paragraph.items():
        yield RollingParagraph(
            label="",
            kind=wording.kind if wording and is_body else "",
            level=wording.level if wording else 0,
            opening="",
            language=language,
            runs=(
                BracketedAlternatives(
                    (ProposedAlternative(_unique(delegation_names), (("+", proposed),)),)
                ),
            ),
            place_note=place_note,
        )


def _citation(wording: Wording) -> str:
    return name_of_wording(wording)


def _language_name(language: str) -> str:
    """The name of a language, whatever its script or region; its tag where it is no UN language."""
    name_by_language = {tag.partition("-")[0]: name for tag, name in settings.LANGUAGES}
    return str(name_by_language.get(language.partition("-")[0], language))


def _unique(names: Iterable[str]) -> tuple[str, ...]:
    """The names in their order, each once."""
    return tuple(dict.fromkeys(filter(None, names)))


# --- Alternatives in brackets --------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _ProposedChange:
    """A changed stretch of the text, and the index of the proposal that asks for it."""

    hunk: Hunk
    proposal_index: int


def text_with_brackets(
    text: str, proposals: Sequence[tuple[str, Redline]]
) -> Iterator[str | BracketedAlternatives]:
    """The text in order, cut into words that all keep and brackets where somebody wants others.

    `proposals` are names of delegations with redlines of this text, in table order. In the first
    alternative of each bracket the kept and deleted words together are exactly the text in its
    place.
    """
    changes = [
        _ProposedChange(hunk, index)
        for index, (_name, redline) in enumerate(proposals)
        for hunk in hunks_of(redline)
    ]
    position = 0
    for start, end, overlapping in _overlapping_changes(changes):
        if start > position:
            yield text[position:start]
        yield BracketedAlternatives(tuple(_alternatives(text, start, end, overlapping, proposals)))
        position = end
    if position < len(text):
        yield text[position:]


def _overlapping_changes(
    changes: Iterable[_ProposedChange],
) -> Iterator[tuple[int, int, list[_ProposedChange]]]:
    """Each group of changes that overlap, with the start and end of the text that it covers."""
    overlapping: list[_ProposedChange] = []
    start = end = 0
    for change in sorted(changes, key=_change_position):
        hunk = change.hunk
        if overlapping and not _overlaps(hunk, start, end):
            yield start, end, overlapping
            overlapping = []
        if not overlapping:
            start, end = hunk.start, hunk.end
        end = max(end, hunk.end)
        overlapping.append(change)
    if overlapping:
        yield start, end, overlapping


def _change_position(change: _ProposedChange) -> tuple[int, int, int]:
    """The sort key of a change: by its place in the text, then by its proposal."""
    return change.hunk.start, change.hunk.end, change.proposal_index


def _overlaps(hunk: Hunk, start: int, end: int) -> bool:
    """Whether a change overlaps the text from start to end.

    Where one of the two is a mere point, as an insertion is, it is enough that they touch.
    """
    is_touching = hunk.start == end and (hunk.start == hunk.end or start == end)
    return hunk.start < end or is_touching


def _alternatives(
    text: str,
    start: int,
    end: int,
    changes: Iterable[_ProposedChange],
    proposals: Sequence[tuple[str, Redline]],
) -> Iterator[ProposedAlternative]:
    """What each delegation wants from start to end; those who want the same are one alternative.

    A delegation with several such proposals is named once.
    """
    names_by_pieces: dict[Redline, list[str]] = {}
    sorted_by_proposal = sorted(changes, key=lambda change: change.proposal_index)
    for index, changes_of_proposal in groupby(
        sorted_by_proposal, key=lambda change: change.proposal_index
    ):
        hunks = [change.hunk for change in changes_of_proposal]
        pieces: Redline = tuple(pieces_within(text, start, end, hunks))
        delegation_name, _redline = proposals[index]
        names_by_pieces.setdefault(pieces, []).append(delegation_name)
    for pieces, delegation_names in names_by_pieces.items():
        yield ProposedAlternative(tuple(dict.fromkeys(filter(None, delegation_names))), pieces)
