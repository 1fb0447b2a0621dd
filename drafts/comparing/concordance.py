"""The concordance: the lineage of each paragraph between two states of a text.

Only the functions that load states or links use the database. Only what the editor did counts: a
paragraph continues as itself, or as those that descend from it by a split or a merge. Nothing is
inferred from similar words.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any, Literal
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _, ngettext, npgettext

from consultations.rules.access import Access, Act
from drafts.comparing.changes import notes_change
from drafts.models import Descent, Paragraph, ParagraphKind, Revision, Wording
from drafts.text.names import NamedRow, name_of_wording, names_to_keep
from drafts.words.differences import equal_pairs_in_order
from drafts.words.quoting import first_words
from drafts.words.typography import is_typographic

ConcordanceChange = Literal[
    "kept", "typographic", "reworded", "moved", "split", "merged", "dropped", "new"
]

# Primary keys of paragraphs: the one that follows, the one it follows.
LineageLink = tuple[int, int]


@dataclass(frozen=True, slots=True)
class ParagraphSnapshot:
    """A paragraph in one state of the text; `paragraph_id` and `public_id` are the same in all."""

    paragraph_id: int
    public_id: UUID
    parent_id: int | None
    level: int
    kind: str
    label: str
    opening: str
    text: str
    notes: tuple[str, ...] = ()
    name: str = ""  # how it is cited in its state


@dataclass(frozen=True, slots=True)
class ConcordanceRow:
    """One paragraph before and after, or several that a split or a merge binds together.

    The paragraphs are in the order of their text; one of the two is empty for a new or dropped
    paragraph. `change` is mainly about the words: "moved" is a row that only changed its place;
    `is_moved` is also true of one that was moved and reworded, split or merged. A row that was
    both split and merged counts as split where there are more paragraphs now, else as merged.
    """

    earlier_paragraphs: tuple[ParagraphSnapshot, ...]
    later_paragraphs: tuple[ParagraphSnapshot, ...]
    change: ConcordanceChange
    is_moved: bool = False

    @property
    def all_paragraphs(self) -> tuple[ParagraphSnapshot, ...]:
        """The paragraphs of the earlier state, then those of the later; some may come twice."""
        return (*self.earlier_paragraphs, *self.later_paragraphs)

    @property
    def earlier_labels(self) -> tuple[str, ...]:
        return tuple(paragraph.label for paragraph in self.earlier_paragraphs)

    @property
    def later_labels(self) -> tuple[str, ...]:
        return tuple(paragraph.label for paragraph in self.later_paragraphs)

    @property
    def is_one_to_one(self) -> bool:
        return len(self.earlier_paragraphs) == len(self.later_paragraphs) == 1

    @property
    def is_relabelled(self) -> bool:
        """Whether one paragraph continues under another label."""
        return self.is_one_to_one and self.earlier_labels != self.later_labels

    @property
    def is_unchanged(self) -> bool:
        """Whether nothing changed except perhaps its label, which shifts with others."""
        return self.change == "kept" and all(
            (old.kind, old.opening, old.notes) == (new.kind, new.opening, new.notes)
            for old, new in zip(self.earlier_paragraphs, self.later_paragraphs, strict=True)
        )

    @property
    def has_any_change(self) -> bool:
        """Whether anything differs: words, place, label, kind, opening words or footnotes."""
        return self.is_relabelled or not self.is_unchanged


@dataclass(frozen=True, slots=True)
class PositionMark:
    """Marks where a paragraph stood (`is_gone`), or stands, whose row is shown elsewhere.

    It stands where a paragraph was moved away, or merged into another one far off; or where a part
    of a split stands apart.
    """

    paragraph: ParagraphSnapshot
    is_gone: bool


@dataclass(frozen=True, slots=True)
class Concordance:
    """Every paragraph of both states in exactly one row, in the order of the later one.

    A row of several paragraphs stands at the one that is in both states, or else at the first; the
    row of a dropped one where it stood. The marks stand between the rows.
    """

    items: tuple[ConcordanceRow | PositionMark, ...]

    @property
    def rows(self) -> tuple[ConcordanceRow, ...]:
        return tuple(
            row_or_mark for row_or_mark in self.items if isinstance(row_or_mark, ConcordanceRow)
        )

    @property
    def counts(self) -> Mapping[ConcordanceChange, int]:
        """How many rows of each change."""
        return Counter(row.change for row in self.rows)

    @property
    def row_by_paragraph_id(self) -> Mapping[int, ConcordanceRow]:
        """The row in which each paragraph of either state stands."""
        return {
            paragraph.paragraph_id: row for row in self.rows for paragraph in row.all_paragraphs
        }


def concordance_of(earlier: Revision, later: Revision) -> Concordance:
    """The concordance of two revisions of one text, in two queries at any length."""
    if earlier.draft_id != later.draft_id or earlier.number > later.number:
        raise ValueError("A concordance leads from a revision to a later one of the same text.")
    wordings = Wording.objects.filter(revision__in=[earlier, later]).order_by("place")
    rows_by_revision: dict[int, list[Any]] = {earlier.pk: [], later.pk: []}
    for revision_id, *fields in wordings.values_list("revision", *WORDING_FIELDS):
        rows_by_revision[revision_id].append(fields)
    links = lineage_links_between(earlier, later)
    return concordance(
        _named_snapshots(rows_by_revision[earlier.pk]),
        _named_snapshots(rows_by_revision[later.pk]),
        links,
    )


def concordance_with_desk(access: Access, earlier: Revision) -> Concordance:
    """The concordance of a revision and the working text, for those who read it: three queries."""
    access.require(Act.READ_WORKING_TEXT)
    wordings = Wording.objects.filter(revision=earlier).order_by("place")
    paragraphs = Paragraph.objects.visible_to(access).filter(draft=earlier.draft_id).in_force()
    return concordance(
        _named_snapshots(wordings.values_list(*WORDING_FIELDS)),
        _named_snapshots(paragraphs.order_by("place", "pk").values_list(*PARAGRAPH_FIELDS)),
        lineage_links_to_desk(earlier),
    )


def concordance_of_loaded(
    earlier: Revision, wordings: Iterable[Wording], paragraphs: Iterable[Paragraph]
) -> Concordance:
    """The concordance of the wordings of a revision and paragraphs, both in order: one query.

    Wordings need their paragraphs. Labels are those that the paragraphs have, saved or not.
    """
    return concordance(
        _named_snapshots(_row_of(wording.paragraph, wording) for wording in wordings),
        _named_snapshots(_row_of(paragraph, paragraph) for paragraph in paragraphs),
        lineage_links_to_desk(earlier),
    )


def concordance(
    earlier: Sequence[ParagraphSnapshot],
    later: Sequence[ParagraphSnapshot],
    links: Iterable[LineageLink],
) -> Concordance:
    """The concordance of two states in reading order, with the links in order of time.

    The links are all those made since the earlier state, also in the revisions in between.
    """
    lineage_by_paragraph_id = _lineages(earlier, later, links)
    earlier_by_lineage = _by_lineage(earlier, lineage_by_paragraph_id)
    later_by_lineage = _by_lineage(later, lineage_by_paragraph_id)
    earlier_runs = _lineage_runs_of(earlier, lineage_by_paragraph_id, later_by_lineage)
    later_runs = _lineage_runs_of(later, lineage_by_paragraph_id, earlier_by_lineage)
    moved_lineages = _moved_lineages(earlier_runs, later_runs)
    row_by_lineage = {
        lineage: _concordance_row(
            earlier_by_lineage.get(lineage, []),
            later_by_lineage.get(lineage, []),
            is_moved=lineage in moved_lineages,
        )
        for lineage in {**earlier_by_lineage, **later_by_lineage}
    }
    return Concordance(
        tuple(_in_reading_order(row_by_lineage, earlier_runs, later_runs, moved_lineages))
    )


# --- States and links ----------------------------------------------------------------------------


_SHARED_FIELDS = ("parent", "kind", "label", "opening", "text", "notes")
WORDING_FIELDS = ("paragraph", "paragraph__public_id", *_SHARED_FIELDS)
PARAGRAPH_FIELDS = ("pk", "public_id", *_SHARED_FIELDS)


def _row_of(paragraph: Paragraph, words: Paragraph | Wording) -> Sequence[Any]:
    """The values of `PARAGRAPH_FIELDS`, with the words of a paragraph or of a wording of it."""
    return (
        paragraph.pk,
        paragraph.public_id,
        words.parent_id,
        words.kind,
        words.label,
        words.opening,
        words.text,
        words.notes,
    )


def paragraph_snapshots(rows: Iterable[Sequence[Any]]) -> list[ParagraphSnapshot]:
    """One state of a text, from rows of `WORDING_FIELDS` or `PARAGRAPH_FIELDS` in its order.

    Works out how deep each paragraph stands; without names, which counts of changes do not need.
    """
    levels: dict[int, int] = {}
    snapshots = []
    for paragraph_id, public_id, parent_id, kind, label, opening, text, notes in rows:
        levels[paragraph_id] = levels.get(parent_id, -1) + 1 if parent_id else 0
        snapshots.append(
            ParagraphSnapshot(
                paragraph_id,
                public_id,
                parent_id,
                levels[paragraph_id],
                kind,
                label,
                opening,
                text,
                tuple(notes),
            )
        )
    return snapshots


def _named_snapshots(rows: Iterable[Sequence[Any]]) -> list[ParagraphSnapshot]:
    """`paragraph_snapshots`, each with how it is cited."""
    snapshots = paragraph_snapshots(rows)
    name_by_paragraph_id = names_to_keep(
        [
            NamedRow(one.paragraph_id, one.parent_id, one.label, one.kind, one.text)
            for one in snapshots
        ]
    )
    return [replace(one, name=name_by_paragraph_id[one.paragraph_id]) for one in snapshots]


def lineage_links_between(earlier: Revision, later: Revision) -> list[LineageLink]:
    """The links made in the revisions after one, up to another; one query."""
    return _links_since(earlier, Q(revision__number__lte=later.number))


def lineage_links_to_desk(earlier: Revision) -> list[LineageLink]:
    """The links made since a revision, up to the working text; one query."""
    return _links_since(earlier, Q())  # all of them, on the desk too


def _links_since(earlier: Revision, up_to: Q) -> list[LineageLink]:
    """The links made since a revision that fulfil the condition `up_to`, in order of time."""
    since = Q(revision=None) | Q(revision__number__gt=earlier.number)  # None: on the desk
    links = Descent.objects.filter(since, up_to, paragraph__draft=earlier.draft_id)
    return list(links.oldest_first().values_list("paragraph_id", "follows_id"))


# --- Lineages, and the order of their rows -------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _LineageRun:
    """Neighbouring paragraphs of one lineage; `parent_lineage` is None where they have no parent.

    The row of a lineage is shown at one of its runs (`has_row`), a `PositionMark` at each other.
    """

    lineage: int
    parent_lineage: int | None
    first_paragraph: ParagraphSnapshot
    has_row: bool


def _lineages(
    earlier: Iterable[ParagraphSnapshot],
    later: Iterable[ParagraphSnapshot],
    lineage_links: Iterable[LineageLink],
) -> dict[int, int]:
    """Id of each paragraph of both states → id of its lineage, which is that of one of them."""
    # Id of a paragraph → ids of those in the earlier state that it is or descends from.
    origin_ids_by_id = {paragraph.paragraph_id: {paragraph.paragraph_id} for paragraph in earlier}
    for new_id, old_id in lineage_links:
        origin_ids_by_id[new_id] = origin_ids_by_id.get(new_id, set()) | origin_ids_by_id.get(
            old_id, set()
        )
    # Union-find: paragraphs with a common root are one lineage, named by the id of its root.
    union_parent_by_id = {
        paragraph.paragraph_id: paragraph.paragraph_id for paragraph in (*earlier, *later)
    }

    def root_of(paragraph_id: int) -> int:
        while union_parent_by_id[paragraph_id] != paragraph_id:
            paragraph_id = union_parent_by_id[paragraph_id]
        return paragraph_id

    for paragraph in later:
        for origin_id in origin_ids_by_id.get(paragraph.paragraph_id, ()):
            union_parent_by_id[root_of(paragraph.paragraph_id)] = root_of(origin_id)
    return {paragraph_id: root_of(paragraph_id) for paragraph_id in union_parent_by_id}


def _by_lineage(
    paragraphs: Iterable[ParagraphSnapshot], lineage_by_paragraph_id: Mapping[int, int]
) -> dict[int, list[ParagraphSnapshot]]:
    """The paragraphs of one state by the id of their lineage, in order."""
    paragraphs_by_lineage: dict[int, list[ParagraphSnapshot]] = {}
    for paragraph in paragraphs:
        paragraphs_by_lineage.setdefault(
            lineage_by_paragraph_id[paragraph.paragraph_id], []
        ).append(paragraph)
    return paragraphs_by_lineage


def _lineage_runs_of(
    paragraphs: Sequence[ParagraphSnapshot],
    lineage_by_paragraph_id: Mapping[int, int],
    other_paragraphs_by_lineage: Mapping[int, Sequence[ParagraphSnapshot]],
) -> list[_LineageRun]:
    """The runs of one state, in order.

    A lineage is shown at its paragraph that is in the other state too, or else at its first.
    `other_paragraphs_by_lineage` has the paragraphs of the other state.
    """
    ids_in_other_state = {
        paragraph.paragraph_id
        for others in other_paragraphs_by_lineage.values()
        for paragraph in others
    }
    shown_paragraph_by_lineage: dict[int, ParagraphSnapshot] = {}
    for paragraph in paragraphs:
        lineage = lineage_by_paragraph_id[paragraph.paragraph_id]
        shown_paragraph = shown_paragraph_by_lineage.setdefault(lineage, paragraph)
        if (
            shown_paragraph.paragraph_id not in ids_in_other_state
            and paragraph.paragraph_id in ids_in_other_state
        ):
            shown_paragraph_by_lineage[lineage] = paragraph
    runs = []
    for lineage, neighbours in groupby(
        paragraphs, key=lambda paragraph: lineage_by_paragraph_id[paragraph.paragraph_id]
    ):
        run_paragraphs = list(neighbours)
        shown_paragraph = shown_paragraph_by_lineage[lineage]
        has_row = shown_paragraph in run_paragraphs
        parent_lineage = lineage_by_paragraph_id.get(
            (shown_paragraph if has_row else run_paragraphs[0]).parent_id or 0
        )
        runs.append(_LineageRun(lineage, parent_lineage, run_paragraphs[0], has_row))
    return runs


def _moved_lineages(
    earlier_runs: Sequence[_LineageRun], later_runs: Sequence[_LineageRun]
) -> set[int]:
    """The lineages that have another parent now, or were moved among their neighbours.

    As few as possible count as moved: those without which all others are in order. A paragraph
    that moved together with its parent does not count.
    """
    earlier_parent_by_lineage, later_parent_by_lineage = (
        {run.lineage: run.parent_lineage for run in runs if run.has_row}
        for runs in (earlier_runs, later_runs)
    )
    lineages_in_both = earlier_parent_by_lineage.keys() & later_parent_by_lineage.keys()
    lineages_with_same_parent = {
        lineage
        for lineage in lineages_in_both
        if earlier_parent_by_lineage[lineage] == later_parent_by_lineage[lineage]
    }
    earlier_siblings_by_parent = _siblings_by_parent(earlier_runs, lineages_with_same_parent)
    later_siblings_by_parent = _siblings_by_parent(later_runs, lineages_with_same_parent)
    unmoved_lineages = {
        int(later_siblings_by_parent[parent][later_index])
        for parent in later_siblings_by_parent
        for _earlier_index, later_index in equal_pairs_in_order(
            earlier_siblings_by_parent[parent], later_siblings_by_parent[parent]
        )
    }
    return lineages_in_both - unmoved_lineages


def _siblings_by_parent(
    runs: Sequence[_LineageRun], chosen_lineages: set[int]
) -> dict[int | None, list[str]]:
    """The chosen lineages by parent, in order; as strings, for `equal_pairs_in_order`."""
    siblings_by_parent: dict[int | None, list[str]] = {}
    for run in runs:
        if run.has_row and run.lineage in chosen_lineages:
            siblings_by_parent.setdefault(run.parent_lineage, []).append(str(run.lineage))
    return siblings_by_parent


def _concordance_row(
    earlier_paragraphs: Sequence[ParagraphSnapshot],
    later_paragraphs: Sequence[ParagraphSnapshot],
    *,
    is_moved: bool,
) -> ConcordanceRow:
    """The row of one lineage; a new or dropped paragraph is in one of the two states only."""
    return ConcordanceRow(
        tuple(earlier_paragraphs),
        tuple(later_paragraphs),
        _change_between(earlier_paragraphs, later_paragraphs, is_moved=is_moved),
        is_moved,
    )


def _change_between(
    earlier_paragraphs: Sequence[ParagraphSnapshot],
    later_paragraphs: Sequence[ParagraphSnapshot],
    *,
    is_moved: bool,
) -> ConcordanceChange:
    """What happened to the paragraphs of one lineage from the earlier state to the later."""
    if not earlier_paragraphs or not later_paragraphs:
        return "dropped" if earlier_paragraphs else "new"
    if len(later_paragraphs) > len(earlier_paragraphs):
        return "split"
    if len(earlier_paragraphs) > 1:
        return "merged"
    if earlier_paragraphs[0].text == later_paragraphs[0].text:
        return "moved" if is_moved else "kept"
    is_only_typography = is_typographic(earlier_paragraphs[0].text, later_paragraphs[0].text)
    return "typographic" if is_only_typography else "reworded"


def _in_reading_order(
    row_by_lineage: Mapping[int, ConcordanceRow],
    earlier_runs: Sequence[_LineageRun],
    later_runs: Sequence[_LineageRun],
    moved_lineages: set[int],
) -> list[ConcordanceRow | PositionMark]:
    """Rows in the order of the later state; a dropped one behind the last kept one before it."""
    items_by_lineage_before: dict[int | None, list[ConcordanceRow | PositionMark]] = {}
    # Lineage → the nearest moved lineage above it, or itself: children move with their parents.
    moved_ancestors: dict[int | None, int | None] = {None: None}
    # Moved ancestor (None: nothing above was moved) → the last kept lineage below it. What was
    # dropped or moved away stands behind that one, or else behind the ancestor.
    last_kept_by_moved_ancestor: dict[int | None, int | None] = {}
    for run in earlier_runs:
        row, moved_ancestor = (
            row_by_lineage[run.lineage],
            moved_ancestors.get(run.parent_lineage),
        )
        is_dropped = run.has_row and not row.later_paragraphs
        if is_dropped or not run.has_row or run.lineage in moved_lineages:
            row_or_mark = row if is_dropped else PositionMark(run.first_paragraph, is_gone=True)
            lineage_before = last_kept_by_moved_ancestor.get(moved_ancestor, moved_ancestor)
            items_by_lineage_before.setdefault(lineage_before, []).append(row_or_mark)
        if not run.has_row:
            continue
        if run.lineage in moved_lineages:
            moved_ancestor = run.lineage
        moved_ancestors[run.lineage] = moved_ancestor
        if row.later_paragraphs:
            last_kept_by_moved_ancestor[moved_ancestor] = run.lineage
    ordered = items_by_lineage_before.get(None, [])
    for run in later_runs:
        if run.has_row:
            ordered += [row_by_lineage[run.lineage], *items_by_lineage_before.get(run.lineage, ())]
        else:
            ordered.append(PositionMark(run.first_paragraph, is_gone=False))
    return ordered


# --- As pages and papers print it ----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CitedParagraph:
    """One paragraph as it is cited in one state of the text.

    `name` is its label with its parent's, or its first words where it has none; `has_label` tells
    which of them it is.
    """

    public_id: UUID
    name: str
    has_label: bool
    first_words: str


@dataclass(frozen=True, slots=True)
class DisplayedConcordanceRow:
    """One row of the concordance, as pages and papers print it."""

    earlier_citations: tuple[CitedParagraph, ...]
    later_citations: tuple[CitedParagraph, ...]
    change: ConcordanceChange
    description: str
    has_any_change: bool

    @property
    def quoted_paragraphs(self) -> tuple[CitedParagraph, ...]:
        """The paragraphs whose first words are shown: those of now, or the dropped ones."""
        return self.later_citations or self.earlier_citations


def concordance_lines(
    concordance: Concordance, shown_rows: Iterable[ConcordanceRow] | None = None
) -> list[DisplayedConcordanceRow]:
    """These of its rows as pages and papers print them, in the order of the text; None: all."""
    earlier_citation_by_id = _citation_by_paragraph_id(
        paragraph for row in concordance.rows for paragraph in row.earlier_paragraphs
    )
    later_citation_by_id = _citation_by_paragraph_id(
        paragraph for row in concordance.rows for paragraph in row.later_paragraphs
    )
    return [
        DisplayedConcordanceRow(
            tuple(
                earlier_citation_by_id[paragraph.paragraph_id]
                for paragraph in row.earlier_paragraphs
            ),
            tuple(
                later_citation_by_id[paragraph.paragraph_id] for paragraph in row.later_paragraphs
            ),
            row.change,
            change_description(row),
            row.has_any_change,
        )
        for row in (concordance.rows if shown_rows is None else shown_rows)
    ]


def _citation_by_paragraph_id(
    paragraphs: Iterable[ParagraphSnapshot],
) -> Mapping[int, CitedParagraph]:
    """How each paragraph is cited, by its id."""
    return {
        paragraph.paragraph_id: CitedParagraph(
            paragraph.public_id,
            name_of_wording(paragraph),
            bool(paragraph.label),
            _whole_words(first_words(paragraph.text)),
        )
        for paragraph in paragraphs
    }


def _whole_words(quoted_words: str) -> str:
    """First words that do not end inside a word, where the language separates them by spaces."""
    if not quoted_words.endswith("…") or " " not in quoted_words:
        return quoted_words
    return f"{quoted_words.rpartition(' ')[0].rstrip(',;:')}…"


def change_description(row: ConcordanceRow) -> str:
    """ "reworded, moved", "split into 3"; a new label is shown by the two columns beside it."""
    names = {
        "kept": _("kept"),
        "typographic": _("typographical only"),
        "reworded": _("reworded"),
        "moved": _("moved"),
        "split": _("split into %(n)d") % {"n": len(row.later_paragraphs)},
        "merged": _("merged from %(n)d") % {"n": len(row.earlier_paragraphs)},
        "dropped": _("deleted"),
        "new": _("new"),
    }
    # Split, merged or reworded, and moved as well.
    moved = [_("moved")] if row.is_moved and row.change != "moved" else []
    return _(", ").join([names[row.change], *moved, *_phrases_beside_words(row)])


def _phrases_beside_words(row: ConcordanceRow) -> list[str]:
    """What changed but words, place and label: "now: heading", "footnotes changed" and the like.

    None unless there is one paragraph before and after.
    """
    if not row.is_one_to_one:
        return []
    earlier, later = row.earlier_paragraphs[0], row.later_paragraphs[0]
    phrases = []
    if earlier.kind != later.kind:
        phrases.append(_("now: %(kind)s") % {"kind": ParagraphKind(later.kind).label})
    if earlier.notes != later.notes:
        phrases.append(notes_change(earlier.notes, later.notes))
    # The opening words begin the text: where the text changed, they may have changed with it.
    if earlier.opening != later.opening and earlier.text == later.text:
        phrases.append(_("opening words changed"))
    return phrases


def summary_of(rows: Iterable[ConcordanceRow]) -> str:
    """The counts of all changes in a line: "3 reworded, 1 new, 12 unchanged"."""
    return _(", ").join(count_phrases(rows))


def count_phrases(rows: Iterable[ConcordanceRow]) -> list[str]:
    """A phrase for each count that is not 0: "3 reworded", "1 new".

    Preview, desk, circulation, concordance and comparison all print these counts. A paragraph that
    was moved and reworded counts as both.
    """
    rows = list(rows)
    counts = Counter(row.change for row in rows)
    moved = sum(row.is_moved for row in rows)
    unchanged = sum(row.is_unchanged for row in rows)
    # Of the same words, but with another kind, other opening words or footnotes.
    changed_otherwise = counts["kept"] - unchanged
    renumbered = sum(row.is_relabelled for row in rows)
    phrases = [
        (counts["reworded"], ngettext("%(n)d reworded", "%(n)d reworded", counts["reworded"])),
        (
            counts["typographic"],
            ngettext("%(n)d typographic", "%(n)d typographic", counts["typographic"]),
        ),
        (counts["new"], npgettext("paragraphs", "%(n)d new", "%(n)d new", counts["new"])),
        (counts["dropped"], ngettext("%(n)d deleted", "%(n)d deleted", counts["dropped"])),
        (moved, ngettext("%(n)d moved", "%(n)d moved", moved)),
        (counts["split"], ngettext("%(n)d split", "%(n)d split", counts["split"])),
        (counts["merged"], ngettext("%(n)d merged", "%(n)d merged", counts["merged"])),
        (
            changed_otherwise,
            ngettext("%(n)d changed otherwise", "%(n)d changed otherwise", changed_otherwise),
        ),
        (renumbered, ngettext("%(n)d renumbered", "%(n)d renumbered", renumbered)),
        (unchanged, ngettext("%(n)d unchanged", "%(n)d unchanged", unchanged)),
    ]
    return [phrase % {"n": count} for count, phrase in phrases if count]
