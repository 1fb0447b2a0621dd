"""The concordance as pages and papers print it: label then, label now, what happened.

Uses no database.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, npgettext

from drafts.comparing.changes import notes_change
from drafts.comparing.concordance import (
    Concordance,
    ConcordanceChange,
    ConcordanceRow,
    ParagraphSnapshot,
)
from drafts.labels import names_by_paragraph_id
from drafts.models import ParagraphKind
from drafts.words.quoting import first_words


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


def concordance_lines(concordance: Concordance) -> list[DisplayedConcordanceRow]:
    """Every row, in the order of the text."""
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
        for row in concordance.rows
    ]


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


def _citation_by_paragraph_id(
    paragraphs: Iterable[ParagraphSnapshot],
) -> Mapping[int, CitedParagraph]:
    """How each paragraph is cited, by its id."""
    paragraphs = list(paragraphs)
    # A row of several stands at one of its paragraphs, so a parent may come after its children.
    parents_first = sorted(paragraphs, key=lambda paragraph: paragraph.level)
    name_by_paragraph_id = names_by_paragraph_id(
        (
            paragraph.paragraph_id,
            paragraph.parent_id,
            paragraph.label,
            paragraph.kind,
            paragraph.text,
        )
        for paragraph in parents_first
    )
    return {
        paragraph.paragraph_id: CitedParagraph(
            paragraph.public_id,
            name_by_paragraph_id[paragraph.paragraph_id],
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
