"""The concordance as page and paper print it: label then, label now, what became of it. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, npgettext

from drafts.comparing.concordance import Concordance, ConcordanceRow, How, ParagraphState
from drafts.labels import names
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
    # Whether a reader need not look twice: the same words in the same place under the same label.
    is_quiet: bool

    @property
    def shown(self) -> tuple[Cited, ...]:
        """The paragraphs whose first words tell which they are: those of now, or what is gone."""
        return self.now or self.then


def concordance_lines(became: Concordance) -> list[ConcordanceLine]:
    """Every row, in the order of the text."""
    then = _cited(said for row in became.rows for said in row.then)
    now = _cited(said for row in became.rows for said in row.now)
    return [
        ConcordanceLine(
            tuple(then[said.key] for said in row.then),
            tuple(now[said.key] for said in row.now),
            row.how,
            what_became(row),
            not row.is_change,
        )
        for row in became.rows
    ]


def what_became(row: ConcordanceRow) -> str:
    """ "reworded, moved", "split into 3"; a new label is told by the two columns beside it."""
    words = {
        "kept": _("kept"),
        "typographic": _("typographical only"),
        "reworded": _("reworded"),
        "moved": _("moved"),
        "split": _("split into %(n)d") % {"n": len(row.now)},
        "merged": _("merged from %(n)d") % {"n": len(row.then)},
        "dropped": _("deleted"),
        "new": _("new"),
    }
    also = [_("moved")] if row.is_moved and row.how != "moved" else []
    return _(", ").join([words[row.how], *also, *_small_changes(row)])


def summary_of(rows: Iterable[ConcordanceRow]) -> str:
    """How many paragraphs became what, in a line: "3 reworded, 1 new, 12 unchanged"."""
    return _(", ").join(counted(rows))


def counted(rows: Iterable[ConcordanceRow]) -> list[str]:
    """How many of each, in the order in which one asks; what there is none of is left out.

    The one count there is: preview, desk, circulation, concordance and comparison print it. What
    was moved and reworded counts as both.
    """
    rows = list(rows)
    how = Counter(row.how for row in rows)
    moved = sum(row.is_moved for row in rows)
    unchanged = sum(row.is_unchanged for row in rows)
    otherwise = how["kept"] - unchanged
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
            otherwise,
            ngettext("%(n)d changed otherwise", "%(n)d changed otherwise", otherwise),
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


def _cited(side: Iterable[ParagraphState]) -> Mapping[int, Cited]:
    rows = list(side)
    # A row of several stands where its first does: what is above may come after what is below.
    by_depth = sorted(rows, key=lambda said: said.level)
    labels = names((said.key, said.parent, said.label, said.kind, said.text) for said in by_depth)
    return {
        said.key: Cited(
            said.id,
            labels[said.key],
            bool(said.label),
            _whole_words(first_words(said.text)),
        )
        for said in rows
    }


def _whole_words(cut: str) -> str:
    """First words that do not end inside one, where the language parts its words by spaces."""
    if not cut.endswith("…") or " " not in cut:
        return cut
    return f"{cut.rpartition(' ')[0].rstrip(',;:')}…"
