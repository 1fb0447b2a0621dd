"""The short table: one row for the inputs that ask for the same words. Inputs keep their numbers.

Proposals are the same if only capitals, articles, spaces and typography differ, on one paragraph
and in one language. Similar ones get rows of their own, unless the facilitators joined them.
"""

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import batched
from typing import Final, NamedTuple

from django.utils.translation import gettext, override

from comments.inputs.queries import ids_subquery
from comments.models import CommentKind, DecisiveList, SetChoice
from comments.table.compiled import Table, TableRow, TableRows
from drafts.words.decisive import DecisiveWords, read_decisive_words
from drafts.words.decisive_lists import DEFAULT_DECISIVE_WORDS
from drafts.words.gathering import normal_form

SHORT_ROWS_PER_READ = 100  # each may hold several inputs
# Inputs of other kinds keep a row of their own.
MERGED_KINDS: Final = frozenset(
    {
        CommentKind.REPLACE,
        CommentKind.ADD_AFTER,
        CommentKind.DELETE,
        CommentKind.MOVE,
        CommentKind.RETAIN,
    }
)


# Inputs with equal keys share a row of the short table.
type RowKey = Hashable


class _Proposal(NamedTuple):
    """What an input proposes: the values of a comment that decide which row it is in."""

    pk: int
    wording_id: int
    kind: str
    language: str
    proposed: str
    move_after_id: int | None


@dataclass(frozen=True, slots=True)
class ShortRows:
    """The rows of a short table, in order: read a batch at a time, repeatedly."""

    full_rows: TableRows
    comment_ids_of_rows: Sequence[tuple[int, ...]]

    def __len__(self) -> int:
        return len(self.comment_ids_of_rows)

    def __getitem__(self, span: slice) -> list[TableRow]:
        """Consecutive rows, for a page of them."""
        return self._read_rows(self.comment_ids_of_rows[span])

    def __iter__(self) -> Iterator[TableRow]:
        for ids_of_rows in batched(self.comment_ids_of_rows, SHORT_ROWS_PER_READ):
            yield from self._read_rows(ids_of_rows)

    def _read_rows(self, ids_of_rows: Sequence[tuple[int, ...]]) -> list[TableRow]:
        """For each tuple of comment ids the row of the first input, which holds those of the rest.

        An input that the reader may no longer read is left out.
        """
        comment_ids = [pk for ids_of_row in ids_of_rows for pk in ids_of_row]
        row_by_id = {row.comment_id: row for row in self.full_rows.read(comment_ids)}
        short_rows: list[TableRow] = []
        for ids_of_row in ids_of_rows:
            rows = [row_by_id[pk] for pk in ids_of_row if pk in row_by_id]
            if rows:
                first_row, *merged_rows = rows
                short_rows.append(replace(first_row, merged_rows=tuple(merged_rows)))
        return short_rows


def shorten(table: Table) -> Table:
    """A table of `compile_table`, with one row for all inputs that ask for the same.

    Who may read an input is decided as for the full table. What the facilitators joined or took
    apart by hand counts as at the cut-off, and only in tables for those who read all inputs.
    """
    rows = table.rows
    assert isinstance(rows, TableRows)  # a table that was compiled
    ids_of_rows = _comment_ids_of_rows(rows)
    with override(table.language):
        title = gettext("%(title)s (short table)") % {"title": table.title}
    short_rows = ShortRows(rows, ids_of_rows)
    return replace(
        table, title=title, rows=short_rows, row_count=len(ids_of_rows), input_count=len(rows)
    )


def _comment_ids_of_rows(rows: TableRows) -> list[tuple[int, ...]]:
    """The ids of the inputs of each short row: rows in the order of their first input, inputs as
    in the table."""
    comment_ids = list(rows.comment_ids)
    proposal_by_id = {proposal.pk: proposal for proposal in _proposals(rows, comment_ids)}
    words_key_by_id = _words_keys(rows, proposal_by_id.values())
    choice_by_id = _choices_by_hand(rows, comment_ids)
    ids_by_row: dict[RowKey, list[int]] = {}
    for pk in comment_ids:
        row_key: RowKey = pk
        sort_key: tuple[int, ...] = ()
        if pk in proposal_by_id:
            row_key = _row_key(pk, words_key_by_id, choice_by_id)
            # An input stays under its own paragraph, whatever it was joined with.
            sort_key = rows.place_by_wording_id[proposal_by_id[pk].wording_id].sort_key
        ids_by_row.setdefault((sort_key, row_key), []).append(pk)
    return [tuple(ids_of_row) for ids_of_row in ids_by_row.values()]


def _proposals(rows: TableRows, comment_ids: Sequence[int]) -> Iterator[_Proposal]:
    """The proposals in force among these inputs; a withdrawn input gets a row of its own."""
    inputs = rows.comments_as_at_cut_off().filter(
        pk__in=ids_subquery(comment_ids), kind__in=MERGED_KINDS
    )
    in_force = inputs.exclude(withdrawn_at__lte=rows.cut_off).order_by()
    return (_Proposal(*values) for values in in_force.values_list(*_Proposal._fields))


def _words_keys(rows: TableRows, proposals: Iterable[_Proposal]) -> dict[int, RowKey]:
    """For the id of each input a key that it shares with those that ask for the same."""
    decisive_words_by_language = _decisive_words_at(rows)
    # Words that several inputs propose are normalised once.
    form_cache: dict[tuple[str, str], tuple[str, ...]] = {}

    def cached_normal_form(words: str, language: str) -> tuple[str, ...]:
        if (words, language) not in form_cache:
            form_cache[words, language] = normal_form(words, language, decisive_words_by_language)
        return form_cache[words, language]

    return {
        proposal.pk: (
            rows.place_by_wording_id[proposal.wording_id].text,
            proposal.kind,
            proposal.move_after_id,
            # Without proposed words, as to delete a paragraph, the language makes no difference.
            proposal.language if proposal.proposed else "",
            cached_normal_form(proposal.proposed, proposal.language),
        )
        for proposal in proposals
    }


# A value of SetChoice.Where, and the id of the input beside which an input was put, if any.
type ChoiceByHand = tuple[str, int | None]


def _row_key(
    comment_id: int,
    words_key_by_id: Mapping[int, RowKey],
    choice_by_id: Mapping[int, ChoiceByHand],
) -> RowKey:
    """The key of the row of an input: by its words, or by those of the input it was joined with.

    That one may itself be joined with another. An input that was put alone has its id as key.
    """
    visited_ids = {comment_id}
    where, beside_id = choice_by_id.get(comment_id, ("", None))
    while (
        where == SetChoice.Where.BESIDE and beside_id is not None and beside_id not in visited_ids
    ):
        comment_id = beside_id
        visited_ids.add(comment_id)
        where, beside_id = choice_by_id.get(comment_id, ("", None))
    if where == SetChoice.Where.ALONE:
        return comment_id
    return words_key_by_id.get(comment_id, comment_id)


def _choices_by_hand(rows: TableRows, comment_ids: Sequence[int]) -> dict[int, ChoiceByHand]:
    """Where the facilitators had put each input by the cut-off, by its id.

    Only for those who read all inputs; none for delegations.
    """
    if not rows.access.reads_all:
        return {}
    records = SetChoice.history.filter(
        comment__in=ids_subquery(comment_ids), chosen_at__lte=rows.cut_off
    )
    latest = records.order_by("comment_id", "-chosen_at", "-history_id").distinct("comment_id")
    choices = latest.values_list("comment_id", "where", "beside_id")
    return {comment_id: (where, beside_id) for comment_id, where, beside_id in choices}


def _decisive_words_at(rows: TableRows) -> dict[str, DecisiveWords]:
    """The decisive words by language at the cut-off, the same for every reader.

    Proposals that differ in one of them get separate rows.
    """
    records = DecisiveList.history.filter(consultation=rows.access.consultation)
    until_cut_off = records.filter(history_date__lte=rows.cut_off).order_by(
        "language", "-history_id"
    )
    latest = until_cut_off.distinct("language").values_list("language", "words")
    list_by_language = DEFAULT_DECISIVE_WORDS | {
        language: words for language, words in latest if words
    }
    return {language: read_decisive_words(words) for language, words in list_by_language.items()}
