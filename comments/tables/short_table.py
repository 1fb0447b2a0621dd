"""The short table: one row for the inputs that ask for the same words; their numbers stay theirs.

The same is what differs by nothing but capitals, articles, spaces and typography, on one paragraph
and in one language. Near ones stand apart, unless the facilitators put them together by hand.
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
from drafts.words.decisive_lists import DEFAULTS
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


class _Asked(NamedTuple):
    """What an input asks for, as read for its row."""

    pk: int
    wording_id: int
    kind: str
    language: str
    proposed: str
    move_after_id: int | None


@dataclass(frozen=True, slots=True)
class ShortRows:
    """The inputs of each row by their keys, in the order of the table; read as often as asked."""

    full: TableRows
    groups: Sequence[tuple[int, ...]]

    def __len__(self) -> int:
        return len(self.groups)

    def __getitem__(self, span: slice) -> list[TableRow]:
        """Some rows in a row, for a page of them."""
        return self._read(self.groups[span])

    def __iter__(self) -> Iterator[TableRow]:
        for groups in batched(self.groups, CHUNK):
            yield from self._read(groups)

    def _read(self, groups: Sequence[tuple[int, ...]]) -> list[TableRow]:
        found = {row.key: row for row in self.full.read([key for keys in groups for key in keys])}
        merged = ([found[key] for key in keys if key in found] for keys in groups)
        return [replace(first, others=tuple(others)) for first, *others in filter(None, merged)]


def shortened(table: Table) -> Table:
    """The same table with one row for the same words; its rows are those of compile_table.

    Who may read an input is asked as for the full table, and the state is that of its cut-off, of
    what was set by hand too.
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
    asked = {found.pk: found for found in _asked(rows, keys)}
    by_words = _homes_by_words(rows, asked.values())
    choices = _set_by_hand(rows, keys)
    groups: dict[Any, list[int]] = {}
    for key in keys:
        home = _home(key, by_words, choices) if key in asked else key
        # An input stands under its own paragraph, whatever it was put together with.
        rank = rows.places[asked[key].wording_id].rank if key in asked else ()
        groups.setdefault((rank, home), []).append(key)
    return [tuple(group) for group in groups.values()]


def _asked(rows: TableRows, keys: Sequence[int]) -> Iterator[_Asked]:
    """The standing proposals among these inputs; what was withdrawn stands alone."""
    found = rows.in_force().filter(pk__in=among(keys), kind__in=MERGED_KINDS)
    standing = found.exclude(withdrawn_at__lte=rows.cut_off).order_by()
    return (_Asked(*row) for row in standing.values_list(*_Asked._fields))


def _homes_by_words(rows: TableRows, asked: Any) -> dict[int, Any]:
    """For each proposal what it shares with those that ask for the same."""
    decisive = _decisive_words_at(rows)
    forms: dict[tuple[str, str], tuple[str, ...]] = {}

    def form(words: str, language: str) -> tuple[str, ...]:
        if (words, language) not in forms:
            forms[words, language] = normal_form(words, language, decisive)
        return forms[words, language]

    return {
        row.pk: (
            rows.places[row.wording_id].text,
            row.kind,
            row.move_after_id,
            row.language if row.proposed else "",
            form(row.proposed, row.language),
        )
        for row in asked
    }


def _home(key: int, by_words: Mapping[int, Any], choices: Mapping[int, tuple[str, Any]]) -> Any:
    """What stands for the row of an input: its words, or what it was put beside by hand."""
    seen = {key}
    where, beside = choices.get(key, ("", None))
    while where == SetChoice.Where.BESIDE and beside not in seen:
        key = beside
        seen.add(key)
        where, beside = choices.get(key, ("", None))
    return key if where == SetChoice.Where.ALONE else by_words.get(key, key)


def _set_by_hand(rows: TableRows, keys: Sequence[int]) -> dict[int, tuple[str, int | None]]:
    """Where the facilitators had put each input by the cut-off; for them alone."""
    if not rows.access.reads_all:
        return {}
    chosen = SetChoice.history.filter(comment__in=among(keys), chosen_at__lte=rows.cut_off)
    latest = chosen.order_by("comment_id", "-chosen_at", "-history_id").distinct("comment_id")
    read = latest.values_list("comment_id", "where", "beside_id")
    return {comment: (where, beside) for comment, where, beside in read}


def _decisive_words_at(rows: TableRows) -> dict[str, DecisiveWords]:
    """The decisive words of each language at the cut-off: for every reader the same rows.

    They only keep apart what the words themselves would bring together.
    """
    here = DecisiveList.history.filter(consultation=rows.access.consultation)
    by_then = here.filter(history_date__lte=rows.cut_off).order_by(
        "language", "-history_date", "-history_id"
    )
    read = by_then.distinct("language").values_list("language", "words")
    texts = DEFAULTS | {language: words for language, words in read if words}
    return {language: decisive_words(text) for language, text in texts.items()}
