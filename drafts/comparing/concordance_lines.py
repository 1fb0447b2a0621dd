"""The concordance as pages and papers print it: label then, label now, what happened.

Uses no database.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, npgettext

from drafts.comparing.concordance import Concordance, ConcordanceRow, How, ParagraphState
from drafts.labels import names_by_key
from drafts.models import Kind
from drafts.words.quoting import first_words


@dataclass(frozen=True, slots=True)
class Cited:
    """One paragraph as it is cited in one state of the text; without a label by its opening words.

    `has_label` tells which of them it is.
    """

    id: UUID
    label: str
    has_label: bool
    words: str


@dataclass(frozen=True, slots=True)
class ConcordanceLine:
    """One row of the concordance."""

    then: tuple[Cited, ...]
    now: tuple[Cited, ...]
    how: How
    became: str
    # Whether nothing changed: the same words in the same place under the same label.
    is_quiet: bool

    @property
    def shown(self) -> tuple[Cited, ...]:
        """The paragraphs whose first words are shown: those of now, or the dropped ones."""
        return self.now or self.then


def concordance_lines(became: Concordance) -> list[ConcordanceLine]:
    """Every row, in the order of the text."""
    then = _citations(paragraph for row in became.rows for paragraph in row.then)
    now = _citations(paragraph for row in became.rows for paragraph in row.now)
    return [
        ConcordanceLine(
            tuple(then[paragraph.key] for paragraph in row.then),
            tuple(now[paragraph.key] for paragraph in row.now),
            row.how,
            outcome_of(row),
            not row.is_change,
        )
        for row in became.rows
    ]


def outcome_of(row: ConcordanceRow) -> str:
    """ "reworded, moved", "split into 3"; a new label is shown by the two columns beside it."""
    names = {
        "kept": _("kept"),
        "typographic": _("typographical only"),
        "reworded": _("reworded"),
        "moved": _("moved"),
        "split": _("split into %(n)d") % {"n": len(row.now)},
        "merged": _("merged from %(n)d") % {"n": len(row.then)},
        "dropped": _("deleted"),
        "new": _("new"),
    }
    moved = [_("moved")] if row.is_moved and row.how != "moved" else []
    return _(", ").join([names[row.how], *moved, *_small_changes(row)])


def summary_of(rows: Iterable[ConcordanceRow]) -> str:
    """The counts of all changes in a line: "3 reworded, 1 new, 12 unchanged"."""
    return _(", ").join(count_phrases(rows))


def count_phrases(rows: Iterable[ConcordanceRow]) -> list[str]:
    """A phrase for each count that is not 0: "3 reworded", "1 new".

    Preview, desk, circulation, concordance and comparison all print these counts. A paragraph that
    was moved and reworded counts as both.
    """
    rows = list(rows)
    how = Counter(row.how for row in rows)
    moved = sum(row.is_moved for row in rows)
    unchanged = sum(row.is_unchanged for row in rows)
    changed_otherwise = how["kept"] - unchanged
    renumbered = sum(row.is_relabelled for row in rows)
    phrases = [
        (how["reworded"], ngettext("%(n)d reworded", "%(n)d reworded", how["reworded"])),
        (
            how["typographic"],
            ngettext("%(n)d typographic", "%(n)d typographic", how["typographic"]),
        ),
        (how["new"], npgettext("paragraphs", "%(n)d new", "%(n)d new", how["new"])),
        (how["dropped"], ngettext("%(n)d deleted", "%(n)d deleted", how["dropped"])),
        (moved, ngettext("%(n)d moved", "%(n)d moved", moved)),
        (how["split"], ngettext("%(n)d split", "%(n)d split", how["split"])),
        (how["merged"], ngettext("%(n)d merged", "%(n)d merged", how["merged"])),
        (
            changed_otherwise,
            ngettext("%(n)d changed otherwise", "%(n)d changed otherwise", changed_otherwise),
        ),
        (renumbered, ngettext("%(n)d renumbered", "%(n)d renumbered", renumbered)),
        (unchanged, ngettext("%(n)d unchanged", "%(n)d unchanged", unchanged)),
    ]
    return [phrase % {"n": count} for count, phrase in phrases if count]


def _small_changes(row: ConcordanceRow) -> list[str]:
    if not row.is_one_to_one:
        return []
    then, now = row.then[0], row.now[0]
    changes = []
    if then.kind != now.kind:
        changes.append(_("now: %(kind)s") % {"kind": Kind(now.kind).label})
    if then.notes != now.notes:
        changes.append(_("footnotes changed"))
    return changes


def _citations(side: Iterable[ParagraphState]) -> Mapping[int, Cited]:
    paragraphs = list(side)
    # A row of several stands at its first paragraph, so a parent may come after its children.
    by_depth = sorted(paragraphs, key=lambda paragraph: paragraph.level)
    labels = names_by_key(
        (paragraph.key, paragraph.parent, paragraph.label, paragraph.kind, paragraph.text)
        for paragraph in by_depth
    )
    return {
        paragraph.key: Cited(
            paragraph.id,
            labels[paragraph.key],
            bool(paragraph.label),
            _whole_words(first_words(paragraph.text)),
        )
        for paragraph in paragraphs
    }


def _whole_words(words: str) -> str:
    """First words that do not end inside a word, where the language separates them by spaces."""
    if not words.endswith("…") or " " not in words:
        return words
    return f"{words.rpartition(' ')[0].rstrip(',;:')}…"
