"""The short table: one row for the inputs that ask for the same words. Inputs keep their numbers.

Proposals are the same if only capitals, articles, spaces and typography differ, on one paragraph
and in one language. Similar ones get rows of their own, unless the facilitators joined them.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import batched
from typing import Any, Final, NamedTuple

from django.utils.translation import gettext, override

from comments.models import CommentKind, DecisiveList, SetChoice
from comments.tables.table import Table, TableRow, TableRows
from comments.threads.key_lists import among
from drafts.words.decisive import DecisiveWords, decisive_words
from drafts.words.decisive_lists import DEFAULT_DECISIVE_WORDS
from drafts.words.gathering import normal_form

CHUNK = 100  # rows read at a time
MERGED_KINDS: Final = frozenset(
    {
        CommentKind.REPLACE,
        CommentKind.ADD_AFTER,
        CommentKind.DELETE,
        CommentKind.MOVE,
        CommentKind.RETAIN,
    }
)


class _Proposal(NamedTuple):
    """The proposal of an input, as read from its row."""

    pk: int
    wording_id: int
    kind: str
    language: str
    proposed: str
    move_after_id: int | None


@dataclass(frozen=True, slots=True)
class ShortRows:
    """The keys of the inputs of each row, in table order; the rows may be read repeatedly."""

    full: TableRows
    groups: Sequence[tuple[int, ...]]

    def __len__(self) -> int:
        return len(self.groups)

    def __getitem__(self, span: slice) -> list[TableRow]:
        """Consecutive rows, for a page of them."""
        return self._read_rows(self.groups[span])

    def __iter__(self) -> Iterator[TableRow]:
        for groups in batched(self.groups, CHUNK):
            yield from self._read_rows(groups)

    def _read_rows(self, groups: Sequence[tuple[int, ...]]) -> list[TableRow]:
        found = {row.key: row for row in self.full.read([key for keys in groups for key in keys])}
        merged = ([found[key] for key in keys if key in found] for keys in groups)
        return [replace(first, others=tuple(others)) for first, *others in filter(None, merged)]


def shortened(table: Table) -> Table:
    """The table with one row for the same words. `table` must come from compile_table.

    Who may read an input is decided as for the full table. Choices made by hand count as at the
    cut-off too.
    """
    rows = table.rows
    assert isinstance(rows, TableRows)
    groups = _groups(rows)
    with override(table.language):
        title = gettext("%(title)s (short table)") % {"title": table.title}
    short = ShortRows(rows, groups)
    return replace(table, title=title, rows=short, count=len(groups), inputs=len(rows))


def _groups(rows: TableRows) -> list[tuple[int, ...]]:
    """The keys of each row: rows in the order of their first input, inputs as in the table."""
    keys = list(rows.keys)
    proposals = {proposal.pk: proposal for proposal in _proposals(rows, keys)}
    keys_by_words = _row_keys_by_words(rows, proposals.values())
    choices = _choices_by_hand(rows, keys)
    groups: dict[Any, list[int]] = {}
    for key in keys:
        row_key = _row_key(key, keys_by_words, choices) if key in proposals else key
        # An input stays under its own paragraph, whatever it was joined with.
        rank = rows.places[proposals[key].wording_id].rank if key in proposals else ()
        groups.setdefault((rank, row_key), []).append(key)
    return [tuple(group) for group in groups.values()]


def _proposals(rows: TableRows, keys: Sequence[int]) -> Iterator[_Proposal]:
    """The proposals in force among these inputs; a withdrawn input gets a row of its own."""
    inputs = rows.in_force().filter(pk__in=among(keys), kind__in=MERGED_KINDS)
    in_force = inputs.exclude(withdrawn_at__lte=rows.cut_off).order_by()
    return (_Proposal(*row) for row in in_force.values_list(*_Proposal._fields))


def _row_keys_by_words(rows: TableRows, proposals: Any) -> dict[int, Any]:
    """For each proposal a key that it shares with those that ask for the same."""
    decisive = _decisive_words_at(rows)
    forms: dict[tuple[str, str], tuple[str, ...]] = {}

    def normal(words: str, language: str) -> tuple[str, ...]:
        if (words, language) not in forms:
            forms[words, language] = normal_form(words, language, decisive)
        return forms[words, language]

    return {
        row.pk: (
            rows.places[row.wording_id].text,
            row.kind,
            row.move_after_id,
            row.language if row.proposed else "",
            normal(row.proposed, row.language),
        )
        for row in proposals
    }


def _row_key(
    key: int, keys_by_words: Mapping[int, Any], choices: Mapping[int, tuple[str, Any]]
) -> Any:
    """The key of the row of an input: by its words, or by the input it was joined with."""
    visited = {key}
    where, beside = choices.get(key, ("", None))
    while where == SetChoice.Where.BESIDE and beside not in visited:
        key = beside
        visited.add(key)
        where, beside = choices.get(key, ("", None))
    return key if where == SetChoice.Where.ALONE else keys_by_words.get(key, key)


def _choices_by_hand(rows: TableRows, keys: Sequence[int]) -> dict[int, tuple[str, int | None]]:
    """Where the facilitators had put each input by the cut-off; only for themselves."""
    if not rows.access.reads_all:
        return {}
    chosen = SetChoice.history.filter(comment__in=among(keys), chosen_at__lte=rows.cut_off)
    latest = chosen.order_by("comment_id", "-chosen_at", "-history_id").distinct("comment_id")
    read = latest.values_list("comment_id", "where", "beside_id")
    return {comment: (where, beside) for comment, where, beside in read}


def _decisive_words_at(rows: TableRows) -> dict[str, DecisiveWords]:
    """The decisive words of each language at the cut-off, the same for every reader.

    Proposals that differ in one of them get separate rows.
    """
    lists = DecisiveList.history.filter(consultation=rows.access.consultation)
    until_cut_off = lists.filter(history_date__lte=rows.cut_off).order_by(
        "language", "-history_date", "-history_id"
    )
    read = until_cut_off.distinct("language").values_list("language", "words")
    texts = DEFAULT_DECISIVE_WORDS | {language: words for language, words in read if words}
    return {language: decisive_words(text) for language, text in texts.items()}
