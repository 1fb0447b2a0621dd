"""What a file would make of a text, row by row, before anything is written."""

import hashlib
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from django.utils.translation import gettext as _

from drafts.differences import Redline, align, is_typographic, redline
from drafts.models import Draft, Numbering, Paragraph
from drafts.readers.lineage import GivenLineage, Known, propose_lineage, read_lineage
from drafts.readers.proposal import Problem, ReadParagraph, ReadText, Unreadable

How = Literal["kept", "typographic", "reworded", "split", "merged", "new", "open"]

# What of a paragraph is quoted where a person must find it again.
_FIRST_WORDS = 60


@dataclass(frozen=True)
class Line:
    """A row of the file, and what it continues.

    `how` is "open" where a person must say it; `suggestion` is then the paragraph that shares
    most of its words, if any. `asked` says that a person may still choose otherwise.
    """

    read: ReadParagraph
    how: How
    follows: tuple[Paragraph, ...] = ()
    suggestion: Paragraph | None = None
    asked: bool = False

    @property
    def redline(self) -> Redline | None:
        """What changes in the words; None where nothing does, or all of it is new."""
        before = self.follows[0] if self.follows else self.suggestion
        if before is None or before.text == self.read.text:
            return None
        return redline(before.text, self.read.text)


@dataclass(frozen=True)
class Proposal:
    """What an import would write. `struck` are the paragraphs that no row continues.

    `unclaimed` are those of them that nobody has dropped in so many words.
    """

    read: ReadText
    lines: tuple[Line, ...]
    struck: tuple[Paragraph, ...] = ()
    unclaimed: tuple[Paragraph, ...] = ()

    @property
    def open_lines(self) -> tuple[Line, ...]:
        """The rows that a person must place."""
        return tuple(line for line in self.lines if line.how == "open")

    @property
    def counts(self) -> Mapping[str, int]:
        """How many rows are kept, reworded, new and so on, and how many paragraphs are struck."""
        return Counter(line.how for line in self.lines) + Counter(struck=len(self.struck))

    @property
    def follows(self) -> dict[str, tuple[Paragraph, ...]]:
        """File id → the paragraphs it follows, as the action takes it."""
        return {line.read.file_id: line.follows for line in self.lines if line.follows}

    @property
    def fingerprint(self) -> str:
        """Changes when the file, the choices or the text on the desk change."""
        parts = [
            f"{line.read.file_id}\t{line.read.text}\t{line.how}\t{_marks(line.follows)}"
            for line in self.lines
        ]
        parts.append(_marks(self.struck))
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()


@dataclass(frozen=True)
class Decided:
    """What a person said of the lineage: file id → paragraphs followed (none: it is new)."""

    follows: Mapping[str, tuple[Paragraph, ...]] = field(default_factory=dict)
    dropped: frozenset[int] = frozenset()


def standing_on(draft: Draft) -> list[Paragraph]:
    """The working text in order, in one query."""
    return list(draft.paragraphs.standing().order_by("place", "pk"))


def propose(
    standing: Sequence[Paragraph], read: ReadText, decided: Decided | None = None
) -> Proposal:
    """Place each row of a file: as a person decided, else as the words say for sure."""
    decided = decided or Decided()
    if not standing:
        return Proposal(read, tuple(Line(row, "new") for row in read.paragraphs))
    claimed = {old.pk for olds in decided.follows.values() for old in olds} | decided.dropped
    sure = _sure(standing, read, decided, claimed)
    followed = Counter(
        old.pk for olds in [*decided.follows.values(), *sure.values()] for old in olds
    )
    unclaimed = [old for old in standing if old.pk not in followed | Counter(decided.dropped)]
    open_rows = [
        row
        for row in read.paragraphs
        if row.file_id not in decided.follows and row.file_id not in sure
    ]
    suggestions = _suggestions(unclaimed, open_rows)
    lines = []
    for row in read.paragraphs:
        if row.file_id in decided.follows:
            olds = decided.follows[row.file_id]
            lines.append(Line(row, _how(row, olds, followed), olds, asked=True))
        elif row.file_id in sure:
            olds = sure[row.file_id]
            how = _how(row, olds, followed)
            lines.append(Line(row, how, olds, asked=how == "reworded"))
        else:
            suggestion = suggestions.get(row.file_id)
            lines.append(Line(row, "open", suggestion=suggestion, asked=True))
    struck = [old for old in standing if old.pk not in followed]
    return Proposal(read, tuple(lines), tuple(struck), tuple(unclaimed))


def decided_by_file(content: bytes, standing: Sequence[Paragraph], read: ReadText) -> Decided:
    """A lineage file (CSV: old id, new id). An old id is what the last file called the paragraph.

    A paragraph written on the desk goes by its public id. Raises Unreadable.
    """
    known = names_of(standing)
    new_ids = {row.file_id for row in read.paragraphs}
    given: GivenLineage = read_lineage(content, known, new_ids)
    follows = {new: tuple(known[old] for old in olds) for new, olds in given.followed.items()}
    return Decided(follows, frozenset(known[old].pk for old in given.dropped))


def decided_by_choice(
    choices: Mapping[str, str], standing: Sequence[Paragraph], read: ReadText
) -> Decided:
    """What was chosen on the page: row number → a paragraph's public id, or "new".

    A choice that is empty, or names nothing that stands, is no decision.
    """
    known = {str(paragraph.public_id): paragraph for paragraph in standing}
    follows: dict[str, tuple[Paragraph, ...]] = {}
    for row in read.paragraphs:
        choice = choices.get(str(row.row), "")
        if choice == "new":
            follows[row.file_id] = ()
        elif choice in known:
            follows[row.file_id] = (known[choice],)
    return Decided(follows)


def with_choices(decided: Decided, chosen: Decided) -> Decided:
    """What a file decided, and over it what was chosen on the page."""
    return Decided({**decided.follows, **chosen.follows}, decided.dropped)


def names_of(standing: Iterable[Paragraph]) -> dict[str, Paragraph]:
    """How a lineage file may name the paragraphs that stand.

    A name that two of them carry (a struck one was restored) names neither.
    """
    paragraphs = list(standing)
    often = Counter(paragraph.file_id for paragraph in paragraphs)
    by_file = {p.file_id: p for p in paragraphs if p.file_id and often[p.file_id] == 1}
    return {**by_file, **{str(p.public_id): p for p in paragraphs}}


def require_complete(proposal: Proposal) -> None:
    """Raise Unreadable, naming each row and each paragraph that a person must place."""
    problems = [_open_problem(line) for line in proposal.open_lines]
    problems += [_unclaimed_problem(paragraph) for paragraph in proposal.unclaimed]
    if problems:
        raise Unreadable(problems)


def fitting_numbering(read: ReadText) -> str:
    """How to cite a text that is imported first: by its own numbers where it has any."""
    bodies = [row for row in read.paragraphs if row.parent is None and row.kind != "heading"]
    if any(row.label for row in bodies):
        return Numbering.AS_GIVEN
    return Numbering.PP_OP if any(row.kind == "preambular" for row in bodies) else Numbering.RUNNING


def first_words(text: str) -> str:
    """Enough of a paragraph to find it again."""
    return text if len(text) <= _FIRST_WORDS else f"{text[:_FIRST_WORDS].rstrip()}…"


def _sure(
    standing: Sequence[Paragraph], read: ReadText, decided: Decided, claimed: Collection[int]
) -> dict[str, tuple[Paragraph, ...]]:
    """What the words say for sure, but for rows and paragraphs of which a person spoke."""
    by_key = {str(paragraph.pk): paragraph for paragraph in standing}
    file_ids = {row.row: row.file_id for row in read.paragraphs}
    known = [Known(key, paragraph.text) for key, paragraph in by_key.items()]
    placed = propose_lineage(known, read.paragraphs).placed
    return {
        file_ids[found.after_row]: (by_key[found.key],)
        for found in placed
        if file_ids[found.after_row] not in decided.follows and int(found.key) not in claimed
    }


def _suggestions(
    unclaimed: Sequence[Paragraph], rows: Sequence[ReadParagraph]
) -> dict[str, Paragraph]:
    """For rows that are open, the paragraph with at least half of the words in common."""
    matches = align([old.text for old in unclaimed], [row.text for row in rows])
    return {
        rows[match.after_index].file_id: unclaimed[match.before_index]
        for match in matches
        if match.after_index is not None and match.before_index is not None
    }


def _how(row: ReadParagraph, olds: Sequence[Paragraph], followed: Counter[int]) -> How:
    if not olds:
        return "new"
    if len(olds) > 1:
        return "merged"
    if followed[olds[0].pk] > 1:
        return "split"
    if olds[0].text == row.text:
        return "kept"
    return "typographic" if is_typographic(olds[0].text, row.text) else "reworded"


def _marks(paragraphs: Iterable[Paragraph]) -> str:
    return ",".join(f"{paragraph.public_id} {paragraph.version}" for paragraph in paragraphs)


def _open_problem(line: Line) -> Problem:
    message = _("Row %(row)d, %(id)s: “%(words)s” — say what it follows, or that it is new.") % {
        "row": line.read.row,
        "id": line.read.file_id,
        "words": first_words(line.read.text),
    }
    return Problem(line.read.row, message)


def _unclaimed_problem(paragraph: Paragraph) -> Problem:
    message = _("The text has %(id)s: “%(words)s” — say what follows it, or that it is dropped.")
    name = paragraph.file_id or str(paragraph.public_id)
    return Problem(None, message % {"id": name, "words": first_words(paragraph.text)})
