"""The rolling text as it is printed: its head, and each paragraph as marked words."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

from django.utils.text import slugify
from django.utils.translation import gettext, override

from comments.exports.cells import BOLD, ITALIC, KEPT, NEW_YORK, Head, Line, Printer
from comments.tables.rolling import Bracket, Rolled, Rolling, Told


class Mark(NamedTuple):
    """Words and how they are set: as they stand, put in, taken out, italic, or bold for a bracket.

    `is_again` marks words of a second voice at one place: they repeat the text, and are not it.
    """

    mark: str
    words: str
    by: str = ""
    is_again: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """A paragraph as printed; `place` says of a proposed one where it is to stand."""

    label: str
    kind: str
    level: int
    language: str
    marks: tuple[Mark, ...]
    told: tuple[str, ...]
    notes: tuple[str, ...]
    place: str

    @property
    def is_heading(self) -> bool:
        return self.kind in {"title", "heading"}


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

    def sheets(self) -> Iterator[Sheet]:
        """Every paragraph in order."""
        return map(self._sheet, self.rolling.paragraphs)

    def _sheet(self, paragraph: Rolled) -> Sheet:
        return Sheet(
            label=paragraph.label,
            kind=paragraph.kind,
            level=paragraph.level,
            language=paragraph.language,
            marks=tuple(_opened(paragraph.opening, self._marks(paragraph.runs))),
            told=tuple(map(self._told, paragraph.told)),
            notes=paragraph.notes,
            place=paragraph.place,
        )

    def _told(self, told: Told) -> str:
        if not self.rolling.has_names:
            return f"[{told.words}]"
        return self._told_named % {"names": _listed(told.names), "words": told.words}

    def _marks(self, runs: Iterable[str | Bracket]) -> Iterator[Mark]:
        for run in runs:
            if isinstance(run, str):
                yield Mark(KEPT, run)
            else:
                yield from self._bracket(run)

    def _bracket(self, bracket: Bracket) -> Iterator[Mark]:
        """The voices side by side; the space that closes the place stands behind the bracket."""
        everybody = _listed(name for voice in bracket.voices for name in voice.names)
        head, voices, tail = _trimmed([list(voice.pieces) for voice in bracket.voices])
        by = self._by(everybody)
        yield from (Mark(mark, words, by) for mark, words in head)
        for turn, (voice, pieces) in enumerate(zip(bracket.voices, voices, strict=True)):
            names = _listed(voice.names)
            opening = self._named % {"names": names} if self.rolling.has_names else "["
            yield Mark(BOLD, opening if turn == 0 else f" | {opening.removeprefix('[')}", by, True)
            for mark, words in pieces:
                yield Mark(mark, words, self._by(names), is_again=turn > 0)
        yield Mark(BOLD, "]", by, True)
        yield from (Mark(mark, words, by) for mark, words in tail)

    def _by(self, names: str) -> str:
        return names if self.rolling.has_names else self._nobody


def filename(rolling: Rolling, format_name: str) -> str:
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
    facts = [fact for fact in head.facts if fact[0] not in {gettext("Text"), gettext("Inputs")}]
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
            (gettext("Proposals"), gettext("%(n)d, of: %(title)s") % _proposals(rolling)),
        ),
        key=Line(key, table.language),
    )


def _proposals(rolling: Rolling) -> dict[str, object]:
    return {"n": rolling.count, "title": rolling.table.title}


def _listed(names: Iterable[str]) -> str:
    return ", ".join(dict.fromkeys(names))


def _opened(opening: str, marks: Iterable[Mark]) -> Iterator[Mark]:
    """The opening words in italics, where they stand as they are."""
    for number, mark in enumerate(marks):
        is_opening = number == 0 and opening and mark.mark == KEPT
        if is_opening and mark.words.startswith(opening):
            yield Mark(ITALIC, opening)
            if rest := mark.words[len(opening) :]:
                yield mark._replace(words=rest)
        else:
            yield mark


type _Pieces = list[tuple[str, str]]


def _trimmed(voices: list[_Pieces]) -> tuple[_Pieces, list[_Pieces], _Pieces]:
    """Spaces at the edges of a bracket stand outside it: before it, the voices, behind it."""
    if len(voices) == 1:
        head, pieces = _cut(voices[0], at_end=False)
        tail, pieces = _cut(pieces, at_end=True)
        return head, [pieces], tail
    spaces = {_space_after(words) for pieces in voices for words in _last_words(pieces)}
    if len(spaces) != 1 or not (space := spaces.pop()):
        return [], voices, []
    return [], [_without(pieces, space) for pieces in voices], [(KEPT, space)]


def _cut(pieces: _Pieces, *, at_end: bool) -> tuple[_Pieces, _Pieces]:
    """Of one change the spaces at an edge, and what is left; equal ones of both stand as kept."""
    edges: _Pieces = []
    rest: _Pieces = []
    for mark, words in pieces:
        bare = words.rstrip() if at_end else words.lstrip()
        space = words[len(bare) :] if at_end else words[: len(words) - len(bare)]
        if not bare:
            return [], pieces
        rest.append((mark, bare))
        if space:
            edges.append((mark, space))
    if len(edges) == 2 and edges[0][1] == edges[1][1]:
        edges = [(KEPT, edges[0][1])]
    return edges, rest


def _space_after(words: str) -> str:
    return words[len(words.rstrip()) :]


def _last_words(pieces: _Pieces) -> list[str]:
    """The words that end a voice before the change and after it; none where only one goes on."""
    (mark, words), before = pieces[-1], pieces[-2:-1]
    if mark == KEPT:
        return [words]
    is_both = bool(before) and before[0][0] not in {KEPT, mark}
    return [before[0][1], words] if is_both else [""]


def _without(pieces: _Pieces, space: str) -> _Pieces:
    """The same without the space that closes it."""
    count = len(_last_words(pieces))
    cut = [(mark, words.removesuffix(space)) for mark, words in pieces[-count:]]
    return [*pieces[:-count], *(piece for piece in cut if piece[1])]
