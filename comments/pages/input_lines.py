"""Own drafts and inputs of a delegation as a list shows them: a line of words, and a state."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from comments.models import Comment, CommentQuerySet
from comments.pages.writing_pages import address_of_comment
from comments.threads.cards import Card, card_of
from comments.threads.threads import comment_view, with_answers
from consultations.rules.access import Access
from drafts.labels import name_of
from drafts.words.differences import Redline

# In a redline of one line: characters shown before the first change, and of deleted words that
# others replace.
LEAD = 40


@dataclass(frozen=True, slots=True)
class InputLine:
    """One of the own inputs as a list shows it."""

    card: Card
    redline: Redline
    label: str
    stage: str
    draft: str
    url: str
    state: str


def own_inputs(access: Access) -> CommentQuerySet:
    """Own drafts and inputs, with those of a group that the delegation acts for today."""
    return Comment.objects.visible_to(access).own_record(access)


def own_and_room_inputs(access: Access) -> CommentQuerySet:
    """The same, and the drafts of the group rooms in which the delegation sits."""
    in_rooms = Q(filed_by__in=access.own_seat_ids)
    return Comment.objects.visible_to(access).filter(access.own_record_filter() | in_rooms)


def own_rows(access: Access) -> Any:
    """Own drafts and inputs, in the order of the texts, with all that a line needs."""
    return with_lines(access, own_inputs(access))


def own_and_room_rows(access: Access) -> Any:
    """The same, and the drafts of the group rooms in which the delegation sits."""
    return with_lines(access, own_and_room_inputs(access))


def with_lines(access: Access, rows: CommentQuerySet) -> Any:
    """Rows in the order of the texts, with all that a line needs."""
    return (
        with_answers(access, rows)
        .select_related("seat", "filed_by", "round", "wording__revision__draft", "paragraph__draft")
        .order_by(
            "paragraph__draft__place", "wording__place", "wording__revision__number", "number", "pk"
        )
    )


def line_of(access: Access, row: Comment) -> InputLine:
    """A line of one of the `own_rows`."""
    revision = row.wording.revision
    card = card_of(access, comment_view(row))
    return InputLine(
        card=card,
        redline=near_first_change(card.view.redline),
        label=name_of(row.wording.label, row.wording.kind, row.wording.text),
        stage=revision.stage,
        draft=revision.draft.title,
        url=address_of_comment(access, row),
        state=str(row.state.label),
    )


def near_first_change(pieces: Redline) -> Redline:
    """For a list of one line each: the first change, and both halves of it.

    Of a long beginning that is kept stand its last words; of many words that are replaced the
    first, so that what replaces them is on the line too.
    """
    if len(pieces) < 2:
        return pieces
    (op, words), *rest = pieces
    if op == "=" and len(words) > LEAD:
        words = f"… {words[-LEAD:].partition(' ')[2] or words[-LEAD:]}"
    pairs = pairwise([(op, words), *rest, ("=", "")])
    return tuple(
        ("-", _beginning(words)) if (op, after) == ("-", "+") else (op, words)
        for (op, words), (after, _words) in pairs
    )


def _beginning(words: str) -> str:
    """As many whole words as have room; a word that is longer is cut."""
    if len(words) <= LEAD:
        return words
    return f"{words[:LEAD].rpartition(' ')[0] or words[:LEAD]} … "


def submit_label(access: Access, counts: Mapping[int, int]) -> str:
    """The label of the button: how many inputs it submits in each name, by the key of the seat."""
    seats = [seat for seat in (access.seat, *access.group_seats) if seat]
    named = [
        ngettext("%(n)d input for %(name)s", "%(n)d inputs for %(name)s", counts[seat.pk])
        % {"n": counts[seat.pk], "name": seat.name_for_reader}
        for seat in seats
        if counts.get(seat.pk)
    ]
    return _("Submit %(inputs)s") % {"inputs": _(", ").join(named)}
