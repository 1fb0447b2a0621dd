"""The rolling text: a revision with every proposal in place, in brackets, out of the table's rows.

What the table holds the rolling text holds: both are read out of one authorised value, so that
neither can tell more than the other. A proposal on an earlier revision is brought into the words
that stand now, three ways by word; what it cannot be brought into stands below them, whole.
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

# Said in words beside the paragraph, in this order; they change no word inside it.
TOLD = (CommentKind.DELETE, CommentKind.MOVE, CommentKind.RETAIN, CommentKind.RESERVE)


@dataclass(frozen=True, slots=True)
class WholeProposal:
    """A proposal on the whole paragraph, in words: "Delete paragraph"."""

    names: tuple[str, ...]
    words: str


@dataclass(frozen=True, slots=True)
class Rolled:
    """A paragraph of the rolling text, or one that is proposed: `place` then says where."""

    label: str
    kind: str
    level: int
    opening: str
    language: str
    runs: tuple[str | Bracket, ...]
    told: tuple[WholeProposal, ...] = ()
    notes: tuple[str, ...] = ()
    place: str = ""

    @property
    def is_heading(self) -> bool:
        return self.kind in {Kind.TITLE, Kind.HEADING}


@dataclass(frozen=True, slots=True)
class Rolling:
    """The rolling text as at its cut-off, or a part, and the table out of which it is made."""

    table: Table
    revision: Revision
    has_names: bool
    paragraphs: tuple[Rolled, ...]
    # How many inputs stand in it; how many more ask for what the text says already.
    count: int
    met: int = 0
    is_part: bool = False

    @property
    def annexes(self) -> Iterable[Annex]:
        """The open brackets of the whole text; without names where the paper has none."""
        of_table = self.table.annexes
        if self.is_part or not isinstance(of_table, TableAnnexes) or of_table.brackets is None:
            return ()
        return replace(of_table.brackets, has_names=self.has_names)


def compile_rolling(
    *,
    access: Access,
    revision: Revision,
    cut_off: datetime,
    copy: Copy = "circulation",
    language: str = "",
    has_names: bool = True,
) -> Rolling:
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
    shown: Sequence[Wording] | None = None,
    places: Collection[int] = (),
) -> Rolling:
    """A text with what these rows ask of it; of a part the paragraphs `shown` and what is asked
    at these `places`."""
    asking = [row for row in rows if not row.is_withdrawn and _asks_of_text(row)]
    proposals = list(proposals_in(text, asking))
    if shown is not None:
        proposals = [found for found in proposals if found.place in places]
    with override(table.language):
        paragraphs = tuple(
            rolled(text.wordings if shown is None else shown, proposals, text.language)
        )
    count = len({found.row.key for found in proposals})
    return Rolling(
        table,
        revision,
        has_names,
        paragraphs,
        count,
        met=len(asking) - count,
        is_part=shown is not None,
    )


def _asks_of_text(row: TableRow) -> bool:
    """Whether an input asks for something of the text; the others stand in the table alone."""
    return row.asks in {CommentKind.REPLACE, CommentKind.ADD_AFTER, *TOLD}


# --- The paragraphs -------------------------------------------------------------------------------


def rolled(
    wordings: Sequence[Wording], proposals: Iterable[RollingProposal], language: str
) -> Iterator[Rolled]:
    """The paragraphs in order, each with its proposals; what is to be added follows it. Pure.

    An addition stands behind all that hangs below its paragraph. What was asked for on paragraphs
    that nothing follows stands at the end.
    """
    said: dict[int, list[RollingProposal]] = {}
    for proposal in proposals:
        said.setdefault(proposal.place, []).append(proposal)
    waiting: list[tuple[int, list[Rolled]]] = []
    for wording in wordings:
        while waiting and waiting[-1][0] >= wording.level:
            yield from waiting.pop()[1]
        here = said.pop(wording.paragraph_id, [])
        yield _paragraph(wording, here, language)
        yield from _beside(wording, here, language)
        waiting.append((wording.level, list(_additions(wording, here))))
    while waiting:
        yield from waiting.pop()[1]
    for left in said.values():
        yield from _without_place([proposal.row for proposal in left], language)


def _paragraph(wording: Wording, here: Sequence[RollingProposal], language: str) -> Rolled:
    changes = [(found.row.delegation, found.pieces) for found in here if found.pieces]
    return Rolled(
        label=wording.label,
        kind=wording.kind,
        level=wording.level,
        opening=wording.opening,
        language=language,
        runs=tuple(bracketed(wording.text, changes)),
        told=tuple(_told([found.row for found in here], wording)),
        notes=tuple(str(note) for note in wording.notes),
    )


def _told(rows: Sequence[TableRow], wording: Wording | None = None) -> Iterator[WholeProposal]:
    """Whole-paragraph proposals, those who ask for the same in one line."""
    for kind in TOLD:
        names: dict[str, list[str]] = {}
        for row in rows:
            if row.asks == kind:
                names.setdefault(_said_of(row, wording), []).append(row.delegation)
        for words, who in names.items():
            yield WholeProposal(_once(who), words)


def _said_of(row: TableRow, wording: Wording | None) -> str:
    """What is asked for; where it was said of other words than these, of which.

    The label after which a paragraph is to stand is that of its own revision.
    """
    if wording is None or row.wording == wording.pk:
        return row.kind
    if row.text == wording.text and row.asks != CommentKind.MOVE:
        return row.kind
    words = {"words": row.kind, "label": row.label_then, "stage": row.revision}
    return gettext("%(words)s (said of %(label)s, %(stage)s)") % words


def _additions(wording: Wording, here: Sequence[RollingProposal]) -> Iterator[Rolled]:
    """Each paragraph that is proposed to follow, with all who propose the same."""
    added = [found.row for found in here if found.row.asks == CommentKind.ADD_AFTER]
    place = gettext("To add after %(label)s") % {"label": _called(wording)}
    return _wholes(added, lambda _row: place, wording)


def _beside(wording: Wording, here: Sequence[RollingProposal], language: str) -> Iterator[Rolled]:
    """Wordings that do not stand in the text, or not whole: they stand below it as they came."""

    def place(row: TableRow) -> str:
        words = {"label": _called(wording), "language": _named(row.language)}
        if row.language != language:
            asked = gettext("In place of %(label)s, in the language of the input: %(language)s")
            return asked % words
        words |= {"then": row.label_then, "stage": row.revision}
        return (
            gettext(
                "In place of %(label)s, in conflict with it: made on %(then)s, %(stage)s, "
                "since reworded"
            )
            % words
        )

    return _wholes([found.row for found in here if found.is_left], place, wording)


def _without_place(rows: Sequence[TableRow], language: str) -> Iterator[Rolled]:
    """What was asked for on paragraphs that the text no longer holds."""

    def place(row: TableRow) -> str:
        words = {"label": row.label_then, "stage": row.revision}
        if row.asks == CommentKind.REPLACE:
            asked = gettext("In place of %(label)s, %(stage)s, which is no longer in the text")
        elif row.asks == CommentKind.ADD_AFTER:
            asked = gettext("To add after %(label)s, %(stage)s, which is no longer in the text")
        else:
            asked = gettext("On %(label)s, %(stage)s, which is no longer in the text")
        return asked % words

    yield from _wholes([row for row in rows if row.asks not in TOLD], place)
    for where, them in groupby([row for row in rows if row.asks in TOLD], key=place):
        told = tuple(_told(list(them)))
        yield Rolled("", "", 0, "", language, runs=(), told=told, place=where)


def _wholes(
    rows: Sequence[TableRow], place: Callable[[TableRow], str], wording: Wording | None = None
) -> Iterator[Rolled]:
    voices: dict[tuple[str, str, str], list[str]] = {}
    for row in rows:
        voices.setdefault((place(row), row.proposed, row.language), []).append(row.delegation)
    is_body = wording is not None and wording.kind not in {Kind.TITLE, Kind.HEADING}
    for (where, words, language), names in voices.items():
        yield Rolled(
            label="",
            kind=wording.kind if wording and is_body else "",
            level=wording.level if wording else 0,
            opening="",
            language=language,
            runs=(Bracket((Alternative(_once(names), (("+", words),)),)),),
            place=where,
        )


def _called(wording: Wording) -> str:
    return name_of(wording.label, wording.kind, wording.text)


def _named(language: str) -> str:
    names = {tag.partition("-")[0]: name for tag, name in settings.LANGUAGES}
    return str(names.get(language.partition("-")[0], language))


def _once(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))
