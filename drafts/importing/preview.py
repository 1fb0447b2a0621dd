"""The preview of an import: what a file would change in a text, row by row.

A row is a paragraph of the file, and a file id is the id of a row, not of the file. The desk is
where the text is edited. Lineage says which paragraphs of the text a row continues (follows).
"""

import hashlib
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from drafts.comparing.concordance import Concordance, ConcordanceRow, summary_of
from drafts.importing.lineage import (
    Certainty,
    LineageMatch,
    OldParagraph,
    ProposedLineage,
    propose_lineage,
)
from drafts.importing.planning import planned_concordance
from drafts.models import Draft, NegotiationState, Paragraph
from drafts.parsing.file_text import Problem, ReadParagraph, ReadText, Unreadable
from drafts.parsing.lineage_file import LineageFromFile, read_lineage
from drafts.words.differences import Redline, redline
from drafts.words.quoting import first_words

ImportMatch = Literal["kept", "typographic", "reworded", "split", "merged", "new", "open"]


@dataclass(frozen=True)
class ImportRow:
    """A row of the file, and what it continues.

    `match` is "open" where a person must decide. Then `suggested_paragraphs` are those that it may
    continue, if any, `guessed_match` is what it would be, and `certainty` how certain that is. For
    other rows it is "sure" where the words left no doubt and nobody decided otherwise, else None.
    `may_choose`: a person may still choose otherwise; `is_moved`: the paragraph stands elsewhere in
    the file than in the text; `key` names the row on the page (`row_keys`); `label` is the one that
    it will have.
    """

    read_paragraph: ReadParagraph
    match: ImportMatch
    followed_paragraphs: tuple[Paragraph, ...] = ()
    suggested_paragraphs: tuple[Paragraph, ...] = ()
    guessed_match: LineageMatch | None = None
    certainty: Certainty | None = None
    may_choose: bool = False
    is_moved: bool = False
    key: str = ""
    label: str = ""

    @property
    def redline(self) -> Redline | None:
        """The change of the words; None where nothing changes, or all of it is new."""
        followed_text = " ".join(
            followed.text for followed in self.followed_paragraphs or self.suggested_paragraphs
        )
        if not followed_text or followed_text == self.read_paragraph.text:
            return None
        return redline(followed_text, self.read_paragraph.text)


@dataclass(frozen=True)
class ImportProposal:
    """What an import would write.

    `struck_paragraphs` are those that no row continues, `unclaimed_paragraphs` those of them that
    nobody has explicitly dropped. `concordance` is the one that the desk will show once the file
    is imported.
    """

    read_text: ReadText
    rows: tuple[ImportRow, ...]
    concordance: Concordance
    struck_paragraphs: tuple[Paragraph, ...] = ()
    unclaimed_paragraphs: tuple[Paragraph, ...] = ()

    @property
    def open_rows(self) -> tuple[ImportRow, ...]:
        """The rows that a person must place."""
        return tuple(row for row in self.rows if row.match == "open")

    @property
    def summary(self) -> str:
        """The counts of changes, as all pages print them.

        While rows are open, new and dropped paragraphs are not known yet, and not counted.
        """
        if not self.open_rows:
            return summary_of(self.concordance.rows)
        return summary_of(
            [
                row
                for row in self.concordance.rows
                if row.earlier_paragraphs and row.later_paragraphs
            ]
        )

    @property
    def followed_paragraphs_by_file_id(self) -> dict[str, tuple[Paragraph, ...]]:
        """File id → the paragraphs it follows, as `import_next` takes it."""
        return {
            row.read_paragraph.file_id: row.followed_paragraphs
            for row in self.rows
            if row.followed_paragraphs
        }

    @property
    def fingerprint(self) -> str:
        """Changes when the file, the choices or the text on the desk change."""
        fingerprint_lines = [
            f"{row.read_paragraph.file_id}\t{row.read_paragraph.text}\t{row.match}"
            f"\t{_versions_of(row.followed_paragraphs)}"
            for row in self.rows
        ]
        fingerprint_lines.append(_versions_of(self.struck_paragraphs))
        return hashlib.sha256("\n".join(fingerprint_lines).encode()).hexdigest()


def _versions_of(paragraphs: Iterable[Paragraph]) -> str:
    """Paragraphs with their versions, for a fingerprint: another version is another state."""
    return ",".join(f"{paragraph.public_id} {paragraph.version}" for paragraph in paragraphs)


@dataclass(frozen=True)
class LineageDecisions:
    """What a person decided on the lineage: file id → paragraphs followed (none: it is new)."""

    followed_paragraphs_by_file_id: Mapping[str, tuple[Paragraph, ...]] = field(
        default_factory=dict
    )
    dropped_paragraph_ids: frozenset[int] = frozenset()  # of those that no row is to continue


@dataclass(frozen=True)
class _InferredLineage:
    """The lineage of a row as inferred from its words."""

    paragraphs: tuple[Paragraph, ...]
    match: LineageMatch
    certainty: Certainty


def propose_import(
    current_paragraphs: Sequence[Paragraph],
    read_text: ReadText,
    decisions: LineageDecisions | None = None,
    label_by_file_id: Mapping[str, str] | None = None,
    known_lineages: Sequence[ProposedLineage] = (),
) -> ImportProposal:
    """Place each row of a file: as a person decided, else where its words leave no doubt.

    `label_by_file_id` are those that the rows will have; without them, those of the file.
    `known_lineages` is the result of `infer_lineages`, where it was worked out before.
    """
    decisions = decisions or LineageDecisions()
    label_by_file_id = label_by_file_id or {
        read_paragraph.file_id: read_paragraph.label for read_paragraph in read_text.paragraphs
    }
    if not current_paragraphs:
        concordance, _ids = planned_concordance((), read_text, {}, label_by_file_id)
        new_rows = [ImportRow(read_paragraph, "new") for read_paragraph in read_text.paragraphs]
        return ImportProposal(
            read_text, _named_rows(read_text, new_rows, label_by_file_id), concordance
        )
    inferred_by_file_id = _inferred_by_file_id(
        current_paragraphs,
        read_text,
        known_lineages or infer_lineages(current_paragraphs, read_text),
    )
    followed_paragraphs_by_file_id = {
        **_sure_lineage(inferred_by_file_id, decisions),
        **decisions.followed_paragraphs_by_file_id,
    }
    followed_paragraph_ids = {
        paragraph.pk
        for paragraphs in followed_paragraphs_by_file_id.values()
        for paragraph in paragraphs
    }
    concordance, id_by_file_id = planned_concordance(
        current_paragraphs, read_text, followed_paragraphs_by_file_id, label_by_file_id
    )
    row_by_paragraph_id = concordance.row_by_paragraph_id
    rows = [
        _placed_row(
            read_paragraph,
            inferred_by_file_id[read_paragraph.file_id],
            followed_paragraphs_by_file_id[read_paragraph.file_id],
            row_by_paragraph_id[id_by_file_id[read_paragraph.file_id]],
        )
        if read_paragraph.file_id in followed_paragraphs_by_file_id
        else _open_row(
            read_paragraph,
            inferred_by_file_id[read_paragraph.file_id],
            followed_paragraph_ids | decisions.dropped_paragraph_ids,
        )
        for read_paragraph in read_text.paragraphs
    ]
    struck_paragraphs = tuple(
        paragraph for paragraph in current_paragraphs if paragraph.pk not in followed_paragraph_ids
    )
    unclaimed_paragraphs = tuple(
        paragraph
        for paragraph in struck_paragraphs
        if paragraph.pk not in decisions.dropped_paragraph_ids
    )
    return ImportProposal(
        read_text,
        _named_rows(read_text, rows, label_by_file_id),
        concordance,
        struck_paragraphs,
        unclaimed_paragraphs,
    )


def _named_rows(
    read_text: ReadText, rows: Sequence[ImportRow], label_by_file_id: Mapping[str, str]
) -> tuple[ImportRow, ...]:
    """All rows of the file, in its order, with the key and the label of each."""
    return tuple(
        replace(row, key=key, label=label_by_file_id[row.read_paragraph.file_id])
        for key, row in zip(row_keys(read_text), rows, strict=True)
    )


def infer_lineages(
    current_paragraphs: Sequence[Paragraph], read_text: ReadText
) -> tuple[ProposedLineage, ...]:
    """Infer the lineage of each row from its words: the slow part of an import."""
    old_paragraphs = [
        OldParagraph(str(paragraph.pk), paragraph.text, paragraph.kind)
        for paragraph in current_paragraphs
    ]
    return propose_lineage(old_paragraphs, read_text.paragraphs).proposals


def _inferred_by_file_id(
    current_paragraphs: Sequence[Paragraph],
    read_text: ReadText,
    proposed_lineages: Sequence[ProposedLineage],
) -> dict[str, _InferredLineage]:
    """File id → the lineage inferred from the words."""
    paragraph_by_id = {str(paragraph.pk): paragraph for paragraph in current_paragraphs}
    return {
        read_paragraph.file_id: _InferredLineage(
            tuple(paragraph_by_id[paragraph_id] for paragraph_id in proposed_lineage.old_keys),
            proposed_lineage.lineage_match,
            proposed_lineage.certainty,
        )
        for read_paragraph, proposed_lineage in zip(
            read_text.paragraphs, proposed_lineages, strict=True
        )
    }


def _sure_lineage(
    inferred_by_file_id: Mapping[str, _InferredLineage], decisions: LineageDecisions
) -> dict[str, tuple[Paragraph, ...]]:
    """File id → the paragraphs it follows, where the words leave no doubt and no person decided."""
    decided_paragraph_ids = {
        paragraph.pk
        for paragraphs in decisions.followed_paragraphs_by_file_id.values()
        for paragraph in paragraphs
    } | decisions.dropped_paragraph_ids
    return {
        file_id: inferred.paragraphs
        for file_id, inferred in inferred_by_file_id.items()
        if inferred.certainty == "sure"
        and decided_paragraph_ids.isdisjoint(paragraph.pk for paragraph in inferred.paragraphs)
    }


def _placed_row(
    read_paragraph: ReadParagraph,
    inferred: _InferredLineage,
    followed_paragraphs: tuple[Paragraph, ...],
    concordance_row: ConcordanceRow,
) -> ImportRow:
    """A row whose paragraphs are known; `concordance_row` says what happens to them."""
    # A paragraph that only moved has the same words. No row of a file is "dropped": it is named for
    # the type checker alone.
    match: ImportMatch = (
        "kept"
        if concordance_row.change == "moved" or concordance_row.change == "dropped"
        else concordance_row.change
    )
    is_sure = inferred.certainty == "sure" and inferred.paragraphs == followed_paragraphs
    return ImportRow(
        read_paragraph,
        match,
        followed_paragraphs,
        certainty="sure" if is_sure else None,
        # There is nothing to choose only for a sure row with the same words in the same place.
        may_choose=not is_sure or concordance_row.is_moved or match not in ("kept", "typographic"),
        is_moved=concordance_row.is_moved,
    )


def _open_row(
    read_paragraph: ReadParagraph,
    inferred: _InferredLineage,
    claimed_paragraph_ids: Collection[int],
) -> ImportRow:
    """A row that a person must place; paragraphs that another row follows are not suggested."""
    if any(paragraph.pk in claimed_paragraph_ids for paragraph in inferred.paragraphs):
        return ImportRow(read_paragraph, "open", certainty="unsure", may_choose=True)
    return ImportRow(
        read_paragraph,
        "open",
        suggested_paragraphs=inferred.paragraphs,
        guessed_match=inferred.match,
        certainty=inferred.certainty,
        may_choose=True,
    )


def require_complete(proposal: ImportProposal) -> None:
    """Raise Unreadable, naming each row and each paragraph that a person must place."""
    problems = [_open_problem(import_row) for import_row in proposal.open_rows]
    problems += [_unclaimed_problem(paragraph) for paragraph in proposal.unclaimed_paragraphs]
    if problems:
        raise Unreadable(problems)


def _open_problem(import_row: ImportRow) -> Problem:
    """The problem of a row that a person must place."""
    message = _(
        "Row %(row)d, %(id)s: “%(words)s” — choose what it continues, or that it is new."
    ) % {
        "row": import_row.read_paragraph.row_number,
        "id": import_row.read_paragraph.file_id,
        "words": first_words(import_row.read_paragraph.text),
    }
    return Problem(import_row.read_paragraph.row_number, message)


def _unclaimed_problem(paragraph: Paragraph) -> Problem:
    """The problem of a paragraph that no row follows, and that nobody dropped."""
    message = _(
        "The text has %(id)s: “%(words)s” — choose what continues it, or that it is deleted."
    )
    name = paragraph.file_id or str(paragraph.public_id)
    values = {"id": name, "words": first_words(paragraph.text)}
    return Problem(row_number=None, message=message % values)


def paragraphs_in_force(draft: Draft) -> list[Paragraph]:
    """The working text in order, in one query."""
    return list(draft.paragraphs.in_force().order_by("place", "pk"))


# --- What a person decided -----------------------------------------------------------------------


def decisions_in_lineage_file(
    content: bytes, current_paragraphs: Sequence[Paragraph], read_text: ReadText
) -> LineageDecisions:
    """The decisions in a lineage file (CSV: old id, new id). Raises Unreadable.

    An old id is the id of a paragraph in the last file; one written on the desk has its public id.
    """
    paragraph_by_old_id = _paragraph_by_old_id(current_paragraphs)
    new_ids = {read_paragraph.file_id for read_paragraph in read_text.paragraphs}
    given_lineage: LineageFromFile = read_lineage(content, paragraph_by_old_id, new_ids)
    followed_paragraphs_by_file_id = {
        new_id: tuple(paragraph_by_old_id[old_id] for old_id in old_ids)
        for new_id, old_ids in given_lineage.old_ids_by_new_id.items()
    }
    return LineageDecisions(
        followed_paragraphs_by_file_id,
        frozenset(paragraph_by_old_id[old_id].pk for old_id in given_lineage.dropped_old_ids),
    )


def _paragraph_by_old_id(current_paragraphs: Iterable[Paragraph]) -> dict[str, Paragraph]:
    """The paragraphs in force by the old ids that a lineage file may use.

    An id that two of them have (a struck one was restored) names neither.
    """
    paragraphs = list(current_paragraphs)
    count_by_file_id = Counter(paragraph.file_id for paragraph in paragraphs)
    paragraph_by_file_id = {
        paragraph.file_id: paragraph
        for paragraph in paragraphs
        if paragraph.file_id and count_by_file_id[paragraph.file_id] == 1
    }
    return {
        **paragraph_by_file_id,
        **{str(paragraph.public_id): paragraph for paragraph in paragraphs},
    }


def decisions_of_choices(
    choice_by_row_key: Mapping[str, str],
    current_paragraphs: Sequence[Paragraph],
    read_text: ReadText,
) -> LineageDecisions:
    """The decisions out of the choices on the page: row's key → a paragraph's public id, or "new".

    Several ids joined by a plus are a merge. A choice that is empty, or names a paragraph that is
    not in force, is no decision.
    """
    paragraph_by_public_id = {
        str(paragraph.public_id): paragraph for paragraph in current_paragraphs
    }
    followed_paragraphs_by_file_id: dict[str, tuple[Paragraph, ...]] = {}
    for row_key, read_paragraph in zip(row_keys(read_text), read_text.paragraphs, strict=True):
        choice = choice_by_row_key.get(row_key, "")
        if choice == "new":
            followed_paragraphs_by_file_id[read_paragraph.file_id] = ()
        elif choice and all(public_id in paragraph_by_public_id for public_id in choice.split("+")):
            followed_paragraphs_by_file_id[read_paragraph.file_id] = tuple(
                paragraph_by_public_id[public_id] for public_id in choice.split("+")
            )
    return LineageDecisions(followed_paragraphs_by_file_id)


def row_keys(read_text: ReadText) -> list[str]:
    """The key of each row on the page: its number; the parts of a split row are 12, 12-2 …."""
    part_count_by_row_number = Counter[int]()
    row_keys_in_order = []
    for paragraph in read_text.paragraphs:
        part_count_by_row_number[paragraph.row_number] += 1
        part_number = part_count_by_row_number[paragraph.row_number]
        row_keys_in_order.append(
            f"{paragraph.row_number}-{part_number}"
            if part_number > 1
            else str(paragraph.row_number)
        )
    return row_keys_in_order


def with_page_decisions(
    file_decisions: LineageDecisions, page_decisions: LineageDecisions
) -> LineageDecisions:
    """The decisions of a lineage file; those made on the page take precedence."""
    return LineageDecisions(
        {
            **file_decisions.followed_paragraphs_by_file_id,
            **page_decisions.followed_paragraphs_by_file_id,
        },
        file_decisions.dropped_paragraph_ids,
    )


# --- The states in a file ------------------------------------------------------------------------


def state_counts(read_text: ReadText) -> str:
    """How many paragraphs of a file have which state: "Parked: 2; Reopened: 1"; "" for none."""
    counts = Counter(read_paragraph.negotiation_state for read_paragraph in read_text.paragraphs)
    return "; ".join(
        _("%(state)s: %(count)s") % {"state": capfirst(state.label), "count": counts[state]}
        for state in NegotiationState
        if counts[state]
    )
