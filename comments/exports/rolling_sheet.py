"""The rolling text as it is printed: its head, and each paragraph as marked words."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from django.utils.text import slugify
from django.utils.translation import gettext, override

from comments.exports.cells import CellLine, Head, Printer
from comments.tables.bracketing import Bracket
from comments.tables.rolling_text import Rolled, Rolling, WholeProposal
from comments.tables.table import Redline
from drafts.shells.conventions import (
    BOLD,
    ITALIC,
    KEPT,
    NEW_YORK,
    is_right_to_left,
)
from drafts.words.brackets import signs_apart

# Characters of alternatives that are read in one line.
INLINE = 80


class MarkedWords(NamedTuple):
    """Words and how they are set: as they stand, put in, taken out, italic, or bold for a bracket.

    `is_again` marks words of a second voice at one place: they repeat the text, and are not it.
    """

    mark: str
    words: str
    by: str = ""
    is_again: bool = False


@dataclass(frozen=True, slots=True)
class RollingParagraph:
    """A paragraph as printed; `place` says of a proposed one where it is to stand."""

    label: str
    kind: str
    level: int
    language: str
    marks: tuple[MarkedWords, ...]
    told: tuple[str, ...]
    notes: tuple[str, ...]
    place: str

    @property
    def is_heading(self) -> bool:
        return self.kind in {"title", "heading"}

    @property
    def direction(self) -> str:
        """A name in Latin letters may stand first: the words alone do not tell how they run."""
        return "rtl" if is_right_to_left(self.language) else "auto"


class RollingPrinter:
    """Prints one rolling text; every word of the frame is translated once, at the start."""

    def __init__(self, rolling: Rolling) -> None:
        self.rolling = rolling
        self.table = rolling.table
        self.language = rolling.table.language
        with override(self.language):
            self._nobody = gettext("A delegation")
            self._named = gettext("[%(names)s: ")
            self._told_named = gettext("[%(names)s: %(words)s]")
            self.head = _head(rolling)

    def sheets(self) -> Iterator[RollingParagraph]:
        """Every paragraph in order."""
        return map(self._sheet, self.rolling.paragraphs)

    def _sheet(self, paragraph: Rolled) -> RollingParagraph:
        return RollingParagraph(
            label=paragraph.label,
            kind=paragraph.kind,
            level=paragraph.level,
            language=paragraph.language,
            marks=tuple(_signed(_opened(paragraph.opening, self._marks(paragraph.runs)))),
            told=tuple(map(self._told, paragraph.told)),
            notes=paragraph.notes,
            place=paragraph.place,
        )

    def _told(self, told: WholeProposal) -> str:
        if not self.rolling.has_names:
            return f"[{told.words}]"
        return self._told_named % {"names": _listed(told.names), "words": told.words}

    def _marks(self, runs: Iterable[str | Bracket]) -> Iterator[MarkedWords]:
        for run in runs:
            if isinstance(run, str):
                yield MarkedWords(KEPT, run)
            else:
                yield from self._bracket(run)

    def _bracket(self, bracket: Bracket) -> Iterator[MarkedWords]:
        """The voices side by side; spaces at the edges of the place stand outside the bracket."""
        everybody = self._by(_listed(name for voice in bracket.voices for name in voice.names))
        head, voices, tail = _trimmed([voice.pieces for voice in bracket.voices])
        yield from (MarkedWords(mark, words, everybody) for mark, words in head)
        between = "\n" if _is_long(bracket) else ""
        for turn, (voice, pieces) in enumerate(zip(bracket.voices, voices, strict=True)):
            names = _listed(voice.names)
            opening = self._named % {"names": names} if self.rolling.has_names else "["
            sign = "[" if turn == 0 else "| " if between else " | "
            framed = f"{between}{sign}{opening.removeprefix('[')}"
            yield MarkedWords(BOLD, framed, everybody, is_again=True)
            for mark, words in pieces:
                yield MarkedWords(mark, words, self._by(names), is_again=turn > 0)
        yield MarkedWords(BOLD, "]", everybody, is_again=True)
        yield from (MarkedWords(mark, words, everybody) for mark, words in tail)

    def _by(self, names: str) -> str:
        return names if self.rolling.has_names else self._nobody


def _is_long(bracket: Bracket) -> bool:
    """Whether its voices stand each on a line of its own."""
    length = sum(len(words) for voice in bracket.voices for _mark, words in voice.pieces)
    return len(bracket.voices) > 1 and length > INLINE


def rolling_filename(rolling: Rolling, format_name: str) -> str:
    """A name in ASCII: "plan-rolling-2-no-names-circulation-20100616-1800.pdf"."""
    moment = rolling.table.cut_off.astimezone(NEW_YORK)
    text = slugify(rolling.revision.draft.slug)[:80]
    names = "" if rolling.has_names else "-no-names"
    which = f"{text}-rolling-{rolling.revision.number}{names}-{rolling.table.copy}"
    return f"{which}-{moment:%Y%m%d-%H%M}.{format_name}"


def _head(rolling: Rolling) -> Head:
    """The head of the table out of which it is made, under a title of its own."""
    table = rolling.table
    head = Printer(table).head
    title = gettext("Rolling text of %(text)s, %(stage)s") % {
        "text": rolling.revision.draft.title,
        "stage": rolling.revision.stage,
    }
    untold = {gettext("Text")} if rolling.is_part else {gettext("Text"), gettext("Inputs")}
    facts = [fact for fact in head.facts if fact[0] not in untold]
    counted = [] if rolling.is_part else [(gettext("Proposals"), str(rolling.count))]
    if counted and rolling.met:
        counted.append((gettext("Already reflected"), str(rolling.met)))
    key = (
        *head.key.pieces,
        (KEPT, gettext(", ")),
        (BOLD, gettext("[Name: …]") if rolling.has_names else "[…]"),
        (KEPT, gettext(" what is proposed, ")),
        (BOLD, "|"),
        (KEPT, gettext(" between alternatives")),
    )
    return replace(
        head,
        title=title,
        facts=(
            *facts,
            *counted,
            (gettext("Source"), table.title),
        ),
        key=CellLine(key, table.language),
    )


def _listed(names: Iterable[str]) -> str:
    return ", ".join(dict.fromkeys(names))


def _opened(opening: str, marks: Iterable[MarkedWords]) -> Iterator[MarkedWords]:
    """The opening words in italics, where they stand as they are."""
    for number, mark in enumerate(marks):
        is_opening = number == 0 and opening and mark.mark == KEPT
        if is_opening and mark.words.startswith(opening):
            yield MarkedWords(ITALIC, opening)
            if rest := mark.words[len(opening) :]:
                yield mark._replace(words=rest)
        else:
            yield mark


def _signed(marks: Iterable[MarkedWords]) -> Iterator[MarkedWords]:
    """The square brackets of the text in bold, like those around what is proposed."""
    for mark in marks:
        if mark.mark != KEPT:
            yield mark
            continue
        for words, is_sign in signs_apart(mark.words):
            yield mark._replace(mark=BOLD if is_sign else KEPT, words=words)


type _Pieces = list[tuple[str, str]]


def _trimmed(voices: Sequence[Redline]) -> tuple[_Pieces, list[_Pieces], _Pieces]:
    """What stands before a bracket, the voices in it, what stands behind it.

    Only the first voice is the text: its spaces move, those of the others go.
    """
    first, *others = map(list, voices)
    tail = _cut_end(first)
    for pieces in others:
        _cut_end(pieces)
    head = [] if others else _cut_start(first)
    return head, [first, *others], tail


def _cut_end(pieces: _Pieces) -> _Pieces:
    """Take the space off the last words, and give it back."""
    mark, words = pieces[-1]
    bare = words.rstrip()
    if not bare or bare == words:
        return []
    pieces[-1] = (mark, bare)
    return [(mark, words[len(bare) :])]


def _cut_start(pieces: _Pieces) -> _Pieces:
    mark, words = pieces[0]
    bare = words.lstrip()
    if not bare or bare == words:
        return []
    pieces[0] = (mark, bare)
    return [(mark, words[: -len(bare)])]
