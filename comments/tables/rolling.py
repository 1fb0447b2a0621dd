"""The rolling text: a revision with every proposal in place, in brackets, out of the table's rows.

What the table holds the rolling text holds: both are read out of one authorised value, so that
neither can tell more than the other.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from django.conf import settings
from django.utils.text import capfirst
from django.utils.translation import get_language, gettext, override

from comments.models import CommentKind
from comments.tables.table import Copy, Redline, Row, Table, compile_table
from consultations.access import Access
from drafts.differences import before, restored
from drafts.hunks import Hunk, hunks_of
from drafts.models import Kind, Revision, Wording

# Said in words beside the paragraph, in this order; they change no word inside it.
TOLD = (CommentKind.DELETE, CommentKind.MOVE, CommentKind.RETAIN, CommentKind.RESERVE)


@dataclass(frozen=True, slots=True)
class Voice:
    """What some delegations, in table order, want of the words at one place."""

    names: tuple[str, ...]
    pieces: Redline


@dataclass(frozen=True, slots=True)
class Bracket:
    """A place that is not agreed: one change, or several that meet, side by side."""

    voices: tuple[Voice, ...]


@dataclass(frozen=True, slots=True)
class Told:
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
    told: tuple[Told, ...] = ()
    notes: tuple[str, ...] = ()
    place: str = ""

    @property
    def is_heading(self) -> bool:
        return self.kind in {Kind.TITLE, Kind.HEADING}


@dataclass(frozen=True, slots=True)
class Rolling:
    """The whole rolling text as at its cut-off, and the table out of which it is made."""

    table: Table
    revision: Revision
    has_names: bool
    paragraphs: tuple[Rolled, ...]
    # How many inputs stand in it.
    count: int


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

    Needs `revision.draft`. One query more than the table's.
    """
    table = compile_table(
        access=access,
        revisions=[revision],
        cut_off=cut_off,
        copy=copy,
        language=language or get_language() or "en",
    )
    rows = [row for row in table.rows if not row.is_withdrawn and _is_in_place(row)]
    wordings = Wording.objects.visible_to(access).filter(revision=revision).order_by("place")
    with override(table.language):
        paragraphs = tuple(rolled(list(wordings), rows, revision.draft.language))
    return Rolling(table, revision, has_names, paragraphs, len(rows))


def rolled(wordings: Sequence[Wording], rows: Iterable[Row], language: str) -> Iterator[Rolled]:
    """The paragraphs in order, each with its proposals; what is to be added follows it. Pure.

    An addition stands behind all that hangs below its paragraph.
    """
    said: dict[int, list[Row]] = {}
    for row in rows:
        said.setdefault(row.wording, []).append(row)
    waiting: list[tuple[int, list[Rolled]]] = []
    for wording in wordings:
        while waiting and waiting[-1][0] >= wording.level:
            yield from waiting.pop()[1]
        here = said.get(wording.pk, [])
        yield _paragraph(wording, here, language)
        yield from _in_other_languages(wording, here, language)
        waiting.append((wording.level, list(_additions(wording, here))))
    while waiting:
        yield from waiting.pop()[1]


def _is_in_place(row: Row) -> bool:
    """Whether an input asks for something of the text; the others stand in the table alone."""
    return row.asks in {CommentKind.REPLACE, CommentKind.ADD_AFTER, *TOLD}


# --- One paragraph -------------------------------------------------------------------------------


def _paragraph(wording: Wording, rows: Sequence[Row], language: str) -> Rolled:
    changes = [row for row in rows if _fits(row, wording, language)]
    return Rolled(
        label=wording.label,
        kind=wording.kind,
        level=wording.level,
        opening=wording.opening,
        language=language,
        runs=tuple(runs_of(wording.text, [(row.delegation, row.redline) for row in changes])),
        told=tuple(_told(rows)),
        notes=tuple(str(note) for note in wording.notes),
    )


def _fits(row: Row, wording: Wording, language: str) -> bool:
    """Whether its words can be set into the text: in its language, and made on these words."""
    if row.asks != CommentKind.REPLACE or row.language != language:
        return False
    return before(restored(row.redline)) == wording.text


def _told(rows: Sequence[Row]) -> Iterator[Told]:
    """Whole-paragraph proposals, those who ask for the same in one line."""
    for kind in TOLD:
        names: dict[str, list[str]] = {}
        for row in rows:
            if row.asks == kind:
                names.setdefault(row.kind, []).append(row.delegation)
        for words, who in names.items():
            yield Told(_once(who), words)


def _additions(wording: Wording, rows: Sequence[Row]) -> Iterator[Rolled]:
    """Each paragraph that is proposed to follow, with all who propose the same."""
    added = [row for row in rows if row.asks == CommentKind.ADD_AFTER]
    place = gettext("To add after %(label)s") % {"label": _called(wording)}
    return _wholes(wording, added, lambda _language: place)


def _in_other_languages(wording: Wording, rows: Sequence[Row], language: str) -> Iterator[Rolled]:
    """Wordings that cannot be set into the text word by word: they stand below it, whole."""
    foreign = [
        row for row in rows if row.asks == CommentKind.REPLACE and not _fits(row, wording, language)
    ]
    names = {tag.partition("-")[0]: name for tag, name in settings.LANGUAGES}
    words = gettext("In place of %(label)s, in the language of the input: %(language)s")

    def place(spoken: str) -> str:
        return words % {
            "label": _called(wording),
            "language": names.get(spoken.partition("-")[0], spoken),
        }

    return _wholes(wording, foreign, place)


def _wholes(wording: Wording, rows: Sequence[Row], place: Callable[[str], str]) -> Iterator[Rolled]:
    voices: dict[tuple[str, str], list[str]] = {}
    for row in rows:
        voices.setdefault((row.proposed, row.language), []).append(row.delegation)
    for (words, language), names in voices.items():
        yield Rolled(
            label="",
            kind=wording.kind if wording.kind not in {Kind.TITLE, Kind.HEADING} else "",
            level=wording.level,
            opening="",
            language=language,
            runs=(Bracket((Voice(_once(names), (("+", words),)),)),),
            place=place(language),
        )


def _called(wording: Wording) -> str:
    return wording.label or capfirst(str(Kind(wording.kind).label))


def _once(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))


# --- Proposals in place --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Change:
    """A hunk, and the turn of the input that asks for it."""

    hunk: Hunk
    turn: int


def runs_of(text: str, proposals: Sequence[tuple[str, Redline]]) -> Iterator[str | Bracket]:
    """The words in order, and a bracket wherever somebody wants others.

    `proposals` are names with redlines of this text, in table order. The words that are kept and
    those that are taken out, joined, are the text to the character in each first voice.
    """
    changes = [
        _Change(hunk, turn)
        for turn, (_name, pieces) in enumerate(proposals)
        for hunk in hunks_of(restored(pieces))
    ]
    place = 0
    for start, end, found in _clusters(changes):
        if start > place:
            yield text[place:start]
        yield Bracket(tuple(_voices(text, start, end, found, proposals)))
        place = end
    if place < len(text):
        yield text[place:]


def _clusters(changes: Iterable[_Change]) -> Iterator[tuple[int, int, list[_Change]]]:
    """Changes that meet, with the stretch of the text that they cover together."""
    found: list[_Change] = []
    start = end = 0
    for change in sorted(changes, key=lambda c: (c.hunk.start, c.hunk.end, c.turn)):
        hunk = change.hunk
        if found and not _meets(hunk, start, end):
            yield start, end, found
            found = []
        if not found:
            start, end = hunk.start, hunk.end
        end = max(end, hunk.end)
        found.append(change)
    if found:
        yield start, end, found


def _meets(hunk: Hunk, start: int, end: int) -> bool:
    """Whether a change overlaps a stretch; an insertion also where it touches one."""
    is_touching = hunk.start == end and (hunk.start == hunk.end or start == end)
    return hunk.start < end or is_touching


def _voices(
    text: str,
    start: int,
    end: int,
    changes: Iterable[_Change],
    proposals: Sequence[tuple[str, Redline]],
) -> Iterator[Voice]:
    """What each wants of the stretch; who wants the same is one voice."""
    names: dict[Redline, list[str]] = {}
    by_turn = sorted(changes, key=lambda change: change.turn)
    for turn, own in groupby(by_turn, key=lambda change: change.turn):
        pieces = tuple(_pieces(text, start, end, [change.hunk for change in own]))
        names.setdefault(pieces, []).append(proposals[turn][0])
    for pieces, who in names.items():
        yield Voice(_once(who), pieces)


def _pieces(text: str, start: int, end: int, hunks: Sequence[Hunk]) -> Iterator[tuple[str, str]]:
    place = start
    for hunk in hunks:
        for mark, words in (
            ("=", text[place : hunk.start]),
            ("-", hunk.gone),
            ("+", hunk.come),
        ):
            if words:
                yield mark, words
        place = hunk.end
    if place < end:
        yield "=", text[place:end]
