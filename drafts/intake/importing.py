"""The preview of an import: what a file would change in a text, row by row."""

import hashlib
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from django.utils.translation import gettext as _

from drafts.comparing.concordance import Concordance, ConcordanceRow
from drafts.comparing.concordance_lines import summary_of
from drafts.intake.planning import planned_concordance
from drafts.models import Draft, Numbering, Paragraph
from drafts.readers.lineage import Certainty, OldParagraph, ProposedLineage, propose_lineage
from drafts.readers.lineage import LineageMatch as Guessed
from drafts.readers.lineage_file import LineageFromFile, read_lineage
from drafts.readers.proposal import Problem, ReadParagraph, ReadText, Unreadable
from drafts.words.differences import Redline, redline
from drafts.words.quoting import first_words

How = Literal["kept", "typographic", "reworded", "split", "merged", "new", "open"]


@dataclass(frozen=True)
class ImportRow:
    """A row of the file, and what it continues.

    `how` is "open" where a person must decide; `suggested` are then the paragraphs that it may
    continue, if any, `guess` what it would then be, and `certainty` how certain that is.
    `may_choose`: a person may still choose otherwise; `is_moved`: it stands elsewhere now;
    `label` is the one it will have.
    """

    read: ReadParagraph
    how: How
    follows: tuple[Paragraph, ...] = ()
    suggested: tuple[Paragraph, ...] = ()
    guess: Guessed | None = None
    certainty: Certainty | None = None
    may_choose: bool = False
    is_moved: bool = False
    label: str = ""

    @property
    def redline(self) -> Redline | None:
        """The change of the words; None where nothing changes, or all of it is new."""
        before = " ".join(old.text for old in self.follows or self.suggested)
        if not before or before == self.read.text:
            return None
        return redline(before, self.read.text)


@dataclass(frozen=True)
class ImportProposal:
    """What an import would write. `struck` are the paragraphs that no row continues.

    `unclaimed` are those of them that nobody has explicitly dropped. `became` is the concordance,
    as the desk will show it once the file is imported.
    """

    read: ReadText
    rows: tuple[ImportRow, ...]
    became: Concordance
    struck: tuple[Paragraph, ...] = ()
    unclaimed: tuple[Paragraph, ...] = ()

    @property
    def open_rows(self) -> tuple[ImportRow, ...]:
        """The rows that a person must place."""
        return tuple(row for row in self.rows if row.how == "open")

    @property
    def summary(self) -> str:
        """The counts of changes, as all pages print them.

        While rows are open, new and dropped paragraphs are not known yet, and not counted.
        """
        if not self.open_rows:
            return summary_of(self.became.rows)
        return summary_of(
            [row for row in self.became.rows if row.earlier_paragraphs and row.later_paragraphs]
        )

    @property
    def follows(self) -> dict[str, tuple[Paragraph, ...]]:
        """File id → the paragraphs it follows, as `import_next` takes it."""
        return {row.read.file_id: row.follows for row in self.rows if row.follows}

    @property
    def fingerprint(self) -> str:
        """Changes when the file, the choices or the text on the desk change."""
        parts = [
            f"{row.read.file_id}\t{row.read.text}\t{row.how}\t{_versions_of(row.follows)}"
            for row in self.rows
        ]
        parts.append(_versions_of(self.struck))
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()


@dataclass(frozen=True)
class LineageDecisions:
    """What a person decided on the lineage: file id → paragraphs followed (none: it is new)."""

    follows: Mapping[str, tuple[Paragraph, ...]] = field(default_factory=dict)
    dropped: frozenset[int] = frozenset()


def paragraphs_in_force(draft: Draft) -> list[Paragraph]:
    """The working text in order, in one query."""
    return list(draft.paragraphs.in_force().order_by("place", "pk"))


def propose(
    current: Sequence[Paragraph],
    read: ReadText,
    decided: LineageDecisions | None = None,
    labels: Mapping[str, str] | None = None,
    proposed: Sequence[ProposedLineage] = (),
) -> ImportProposal:
    """Place each row of a file: as a person decided, else where its words leave no doubt.

    `labels` are those that the rows will have; without them, those of the file.
    `proposed` is the result of `lineage_of`, where it was worked out before.
    """
    decided = decided or LineageDecisions()
    labels = labels or {row.file_id: row.label for row in read.paragraphs}
    if not current:
        became, _keys = planned_concordance((), read, {}, labels)
        rows = tuple(ImportRow(row, "new", label=labels[row.file_id]) for row in read.paragraphs)
        return ImportProposal(read, rows, became)
    guesses = _guesses_by_id(current, read, proposed or lineage_of(current, read))
    follows = {**_sure_lineage(guesses, decided), **decided.follows}
    followed = {old.pk for paragraphs in follows.values() for old in paragraphs}
    became, keys = planned_concordance(current, read, follows, labels)
    by_key = became.row_by_paragraph_id
    rows = tuple(
        _placed_row(row, guesses[row.file_id], follows[row.file_id], by_key[keys[row.file_id]])
        if row.file_id in follows
        else _open_row(row, guesses[row.file_id], followed | decided.dropped)
        for row in read.paragraphs
    )
    rows = tuple(replace(row, label=labels[row.read.file_id]) for row in rows)
    struck = tuple(old for old in current if old.pk not in followed)
    unclaimed = tuple(old for old in struck if old.pk not in decided.dropped)
    return ImportProposal(read, rows, became, struck, unclaimed)


def decided_by_file(
    content: bytes, current: Sequence[Paragraph], read: ReadText
) -> LineageDecisions:
    """The decisions in a lineage file (CSV: old id, new id). Raises Unreadable.

    An old id is the id of a paragraph in the last file; one written on the desk has its public id.
    """
    by_name = paragraphs_by_name(current)
    new_ids = {row.file_id for row in read.paragraphs}
    given: LineageFromFile = read_lineage(content, by_name, new_ids)
    follows = {
        new_id: tuple(by_name[old_id] for old_id in old_ids)
        for new_id, old_ids in given.old_ids_by_new_id.items()
    }
    return LineageDecisions(follows, frozenset(by_name[old].pk for old in given.dropped_old_ids))


def decided_by_choice(
    choices: Mapping[str, str], current: Sequence[Paragraph], read: ReadText
) -> LineageDecisions:
    """The decisions out of the choices on the page: row's key → a paragraph's public id, or "new".

    Several ids joined by a plus are a merge. A choice that is empty, or names a paragraph that is
    not in force, is no decision.
    """
    by_id = {str(paragraph.public_id): paragraph for paragraph in current}
    follows: dict[str, tuple[Paragraph, ...]] = {}
    for key, row in zip(row_keys(read), read.paragraphs, strict=True):
        choice = choices.get(key, "")
        if choice == "new":
            follows[row.file_id] = ()
        elif choice and all(name in by_id for name in choice.split("+")):
            follows[row.file_id] = tuple(by_id[name] for name in choice.split("+"))
    return LineageDecisions(follows)


def row_keys(read: ReadText) -> list[str]:
    """The key of each row on the page: its number; the parts of a split row are 12, 12-2 …."""
    counts = Counter[int]()
    keys = []
    for paragraph in read.paragraphs:
        counts[paragraph.row_number] += 1
        number = counts[paragraph.row_number]
        keys.append(f"{paragraph.row_number}-{number}" if number > 1 else str(paragraph.row_number))
    return keys


def with_choices(decided: LineageDecisions, chosen: LineageDecisions) -> LineageDecisions:
    """The decisions of a lineage file; those made on the page take precedence."""
    return LineageDecisions({**decided.follows, **chosen.follows}, decided.dropped)


def paragraphs_by_name(current: Iterable[Paragraph]) -> dict[str, Paragraph]:
    """The paragraphs in force by the names that a lineage file may use.

    A name that two of them have (a struck one was restored) names neither.
    """
    paragraphs = list(current)
    counts = Counter(paragraph.file_id for paragraph in paragraphs)
    by_file = {p.file_id: p for p in paragraphs if p.file_id and counts[p.file_id] == 1}
    return {**by_file, **{str(p.public_id): p for p in paragraphs}}


def require_complete(proposal: ImportProposal) -> None:
    """Raise Unreadable, naming each row and each paragraph that a person must place."""
    problems = [_open_problem(row) for row in proposal.open_rows]
    problems += [_unclaimed_problem(paragraph) for paragraph in proposal.unclaimed]
    if problems:
        raise Unreadable(problems)


def fitting_numbering(read: ReadText) -> str:
    """How to cite a text that is imported first: by its own numbers where it has any."""
    bodies = [
        row for row in read.paragraphs if row.parent_file_id is None and row.kind != "heading"
    ]
    if any(row.label for row in bodies):
        return Numbering.AS_GIVEN
    return Numbering.PP_OP if any(row.kind == "preambular" for row in bodies) else Numbering.RUNNING


@dataclass(frozen=True)
class _Guess:
    """The lineage of a row as inferred from its words."""

    paragraphs: tuple[Paragraph, ...]
    how: Guessed
    certainty: Certainty


def lineage_of(current: Sequence[Paragraph], read: ReadText) -> tuple[ProposedLineage, ...]:
    """Infers the lineage of each row from its words: the slow part of a proposal."""
    known = [OldParagraph(str(paragraph.pk), paragraph.text) for paragraph in current]
    return propose_lineage(known, read.paragraphs).proposed


def _guesses_by_id(
    current: Sequence[Paragraph], read: ReadText, proposed: Sequence[ProposedLineage]
) -> dict[str, _Guess]:
    """File id → the lineage inferred from the words."""
    by_key = {str(paragraph.pk): paragraph for paragraph in current}
    return {
        row.file_id: _Guess(
            tuple(by_key[key] for key in guess.old_keys), guess.match, guess.certainty
        )
        for row, guess in zip(read.paragraphs, proposed, strict=True)
    }


def _sure_lineage(
    guesses: Mapping[str, _Guess], decided: LineageDecisions
) -> dict[str, tuple[Paragraph, ...]]:
    """The lineage that the words leave no doubt of, where no person decided otherwise."""
    claimed = {
        old.pk for paragraphs in decided.follows.values() for old in paragraphs
    } | decided.dropped
    return {
        file_id: guess.paragraphs
        for file_id, guess in guesses.items()
        if guess.certainty == "sure" and claimed.isdisjoint(old.pk for old in guess.paragraphs)
    }


def _placed_row(
    row: ReadParagraph,
    guess: _Guess,
    paragraphs: tuple[Paragraph, ...],
    concordance_row: ConcordanceRow,
) -> ImportRow:
    # A paragraph that only moved has the same words; one that a row continues is not dropped.
    how: How = (
        "kept"
        if concordance_row.change == "moved" or concordance_row.change == "dropped"
        else concordance_row.change
    )
    is_sure = guess.certainty == "sure" and guess.paragraphs == paragraphs
    return ImportRow(
        row,
        how,
        paragraphs,
        certainty="sure" if is_sure else None,
        may_choose=not is_sure or concordance_row.is_moved or how not in ("kept", "typographic"),
        is_moved=concordance_row.is_moved,
    )


def _open_row(row: ReadParagraph, guess: _Guess, claimed: Collection[int]) -> ImportRow:
    """A row that a person must place; paragraphs that another row follows are not suggested."""
    if any(old.pk in claimed for old in guess.paragraphs):
        return ImportRow(row, "open", certainty="unsure", may_choose=True)
    return ImportRow(
        row,
        "open",
        suggested=guess.paragraphs,
        guess=guess.how,
        certainty=guess.certainty,
        may_choose=True,
    )


def _versions_of(paragraphs: Iterable[Paragraph]) -> str:
    return ",".join(f"{paragraph.public_id} {paragraph.version}" for paragraph in paragraphs)


def _open_problem(row: ImportRow) -> Problem:
    message = _(
        "Row %(row)d, %(id)s: “%(words)s” — choose what it continues, or that it is new."
    ) % {
        "row": row.read.row_number,
        "id": row.read.file_id,
        "words": first_words(row.read.text),
    }
    return Problem(row.read.row_number, message)


def _unclaimed_problem(paragraph: Paragraph) -> Problem:
    message = _(
        "The text has %(id)s: “%(words)s” — choose what continues it, or that it is deleted."
    )
    name = paragraph.file_id or str(paragraph.public_id)
    return Problem(None, message % {"id": name, "words": first_words(paragraph.text)})
