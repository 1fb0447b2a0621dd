"""What a file would make of a text, row by row, before anything is written."""

import hashlib
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from django.utils.translation import gettext as _

from drafts.comparing.concordance import Concordance, ConcordanceRow
from drafts.comparing.concordance_lines import summary_of
from drafts.intake.planning import became_of
from drafts.models import Draft, Numbering, Paragraph
from drafts.readers.lineage import Certainty, OldParagraph, Proposed, propose_lineage
from drafts.readers.lineage import How as Guessed
from drafts.readers.lineage_file import GivenLineage, read_lineage
from drafts.readers.proposal import Problem, ReadParagraph, ReadText, Unreadable
from drafts.words.differences import Redline, redline
from drafts.words.quoting import first_words

How = Literal["kept", "typographic", "reworded", "split", "merged", "new", "open"]


@dataclass(frozen=True)
class ImportRow:
    """A row of the file, and what it continues.

    `how` is "open" where a person must say it; `suggested` are then the paragraphs that it may
    continue, if any, `guess` what it would then be, and `certainty` how much speaks for that.
    `asked` says that a person may still choose otherwise; `is_moved` that it stands elsewhere;
    `label` is the one it will have.
    """

    read: ReadParagraph
    how: How
    follows: tuple[Paragraph, ...] = ()
    suggested: tuple[Paragraph, ...] = ()
    guess: Guessed | None = None
    certainty: Certainty | None = None
    asked: bool = False
    is_moved: bool = False
    label: str = ""

    @property
    def redline(self) -> Redline | None:
        """What changes in the words; None where nothing does, or all of it is new."""
        before = " ".join(old.text for old in self.follows or self.suggested)
        if not before or before == self.read.text:
            return None
        return redline(before, self.read.text)


@dataclass(frozen=True)
class ImportProposal:
    """What an import would write. `struck` are the paragraphs that no row continues.

    `unclaimed` are those of them that nobody has dropped in so many words. `became` says what
    becomes of each paragraph, as the desk will once the file is taken.
    """

    read: ReadText
    lines: tuple[ImportRow, ...]
    became: Concordance
    struck: tuple[Paragraph, ...] = ()
    unclaimed: tuple[Paragraph, ...] = ()

    @property
    def open_lines(self) -> tuple[ImportRow, ...]:
        """The rows that a person must place."""
        return tuple(line for line in self.lines if line.how == "open")

    @property
    def told(self) -> str:
        """What becomes of the text, in the words and numbers of every page that tells of it.

        While rows are open, what is new and what is dropped is not known yet.
        """
        if not self.open_lines:
            return summary_of(self.became.rows)
        return summary_of([row for row in self.became.rows if row.then and row.now])

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


def paragraphs_in_force(draft: Draft) -> list[Paragraph]:
    """The working text in order, in one query."""
    return list(draft.paragraphs.in_force().order_by("place", "pk"))


def propose(
    standing: Sequence[Paragraph],
    read: ReadText,
    decided: Decided | None = None,
    labels: Mapping[str, str] | None = None,
    found: Sequence[Proposed] = (),
) -> ImportProposal:
    """Place each row of a file: as a person decided, else as the words say for sure.

    `labels` are those that the rows will have; without them, those of the file.
    `found` is what the words say, where it was worked out before.
    """
    decided = decided or Decided()
    labels = labels or {row.file_id: row.label for row in read.paragraphs}
    if not standing:
        became, _keys = became_of((), read, {}, labels)
        lines = tuple(ImportRow(row, "new", label=labels[row.file_id]) for row in read.paragraphs)
        return ImportProposal(read, lines, became)
    guesses = _guesses(standing, read, found or lineage_of(standing, read))
    follows = {**_sure(guesses, decided), **decided.follows}
    followed = {old.pk for olds in follows.values() for old in olds}
    became, keys = became_of(standing, read, follows, labels)
    by_key = became.by_key
    lines = tuple(
        _placed(row, guesses[row.file_id], follows[row.file_id], by_key[keys[row.file_id]])
        if row.file_id in follows
        else _open(row, guesses[row.file_id], followed | decided.dropped)
        for row in read.paragraphs
    )
    lines = tuple(replace(line, label=labels[line.read.file_id]) for line in lines)
    struck = tuple(old for old in standing if old.pk not in followed)
    unclaimed = tuple(old for old in struck if old.pk not in decided.dropped)
    return ImportProposal(read, lines, became, struck, unclaimed)


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
    """What was chosen on the page: the row's key → a paragraph's public id, or "new".

    Several ids joined by a plus are a merge. A choice that is empty, or names something that does
    not stand, is no decision.
    """
    known = {str(paragraph.public_id): paragraph for paragraph in standing}
    follows: dict[str, tuple[Paragraph, ...]] = {}
    for key, row in zip(row_keys(read), read.paragraphs, strict=True):
        choice = choices.get(key, "")
        if choice == "new":
            follows[row.file_id] = ()
        elif choice and all(name in known for name in choice.split("+")):
            follows[row.file_id] = tuple(known[name] for name in choice.split("+"))
    return Decided(follows)


def row_keys(read: ReadText) -> list[str]:
    """What the page calls each row: its number; the pieces of a split row count on, as 12-2."""
    often = Counter[int]()
    keys = []
    for paragraph in read.paragraphs:
        often[paragraph.row] += 1
        number = often[paragraph.row]
        keys.append(f"{paragraph.row}-{number}" if number > 1 else str(paragraph.row))
    return keys


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


def require_complete(proposal: ImportProposal) -> None:
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


@dataclass(frozen=True)
class _Guess:
    """What the words say of a row."""

    olds: tuple[Paragraph, ...]
    how: Guessed
    certainty: Certainty


def lineage_of(standing: Sequence[Paragraph], read: ReadText) -> tuple[Proposed, ...]:
    """What the words say of each row: the slow part of a proposal."""
    known = [OldParagraph(str(paragraph.pk), paragraph.text) for paragraph in standing]
    return propose_lineage(known, read.paragraphs).proposed


def _guesses(
    standing: Sequence[Paragraph], read: ReadText, found: Sequence[Proposed]
) -> dict[str, _Guess]:
    """File id → what the words say that it follows."""
    by_key = {str(paragraph.pk): paragraph for paragraph in standing}
    return {
        row.file_id: _Guess(tuple(by_key[key] for key in said.keys), said.how, said.certainty)
        for row, said in zip(read.paragraphs, found, strict=True)
    }


def _sure(guesses: Mapping[str, _Guess], decided: Decided) -> dict[str, tuple[Paragraph, ...]]:
    """What the words say for sure, but for rows and paragraphs of which a person spoke."""
    claimed = {old.pk for olds in decided.follows.values() for old in olds} | decided.dropped
    return {
        file_id: guess.olds
        for file_id, guess in guesses.items()
        if guess.certainty == "sure" and claimed.isdisjoint(old.pk for old in guess.olds)
    }


def _placed(
    row: ReadParagraph,
    guess: _Guess,
    olds: tuple[Paragraph, ...],
    became: ConcordanceRow,
) -> ImportRow:
    # What only moved says the same words; what a row continues is not dropped.
    how: How = "kept" if became.how == "moved" or became.how == "dropped" else became.how
    is_sure = guess.certainty == "sure" and guess.olds == olds
    return ImportRow(
        row,
        how,
        olds,
        certainty="sure" if is_sure else None,
        asked=not is_sure or became.is_moved or how not in ("kept", "typographic"),
        is_moved=became.is_moved,
    )


def _open(row: ReadParagraph, guess: _Guess, taken: Collection[int]) -> ImportRow:
    """A row that a person must place; what another row follows is suggested no more."""
    if any(old.pk in taken for old in guess.olds):
        return ImportRow(row, "open", certainty="unsure", asked=True)
    return ImportRow(
        row, "open", suggested=guess.olds, guess=guess.how, certainty=guess.certainty, asked=True
    )


def _marks(paragraphs: Iterable[Paragraph]) -> str:
    return ",".join(f"{paragraph.public_id} {paragraph.version}" for paragraph in paragraphs)


def _open_problem(line: ImportRow) -> Problem:
    message = _(
        "Row %(row)d, %(id)s: “%(words)s” — choose what it continues, or that it is new."
    ) % {
        "row": line.read.row,
        "id": line.read.file_id,
        "words": first_words(line.read.text),
    }
    return Problem(line.read.row, message)


def _unclaimed_problem(paragraph: Paragraph) -> Problem:
    message = _(
        "The text has %(id)s: “%(words)s” — choose what continues it, or that it is deleted."
    )
    name = paragraph.file_id or str(paragraph.public_id)
    return Problem(None, message % {"id": name, "words": first_words(paragraph.text)})
