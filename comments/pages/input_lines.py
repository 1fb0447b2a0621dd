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
MAX_LEAD_LENGTH = 40


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


def own_comments(access: Access) -> Any:
    """Own drafts and inputs, in the order of the texts, with all that a line needs."""
    return with_line_relations(access, own_inputs(access))


def own_and_room_comments(access: Access) -> Any:
    """The same, and the drafts of the group rooms in which the delegation sits."""
    return with_line_relations(access, own_and_room_inputs(access))


def with_line_relations(access: Access, comments: CommentQuerySet) -> Any:
    """Rows in the order of the texts, with all that a line needs."""
    return (
        with_answers(access, comments)
        .select_related("seat", "filed_by", "round", "wording__revision__draft", "paragraph__draft")
        .order_by(
            "paragraph__draft__place", "wording__place", "wording__revision__number", "number", "pk"
        )
    )


def input_line(access: Access, comment: Comment) -> InputLine:
    """A line of one of the `own_rows`."""
    revision = comment.wording.revision
    card = card_of(access, comment_view(comment))
    return InputLine(
        card=card,
        redline=near_first_change(card.view.redline),
        label=name_of(comment.wording.label, comment.wording.kind, comment.wording.text),
        stage=revision.stage,
        draft=revision.draft.title,
        url=address_of_comment(access, comment),
        state=str(comment.state.label),
    )


def near_first_change(pieces: Redline) -> Redline:
    """For a list of one line each: the first change, and both halves of it.

    Of a long beginning that is kept stand its last words; of many words that are replaced the
    first, so that what replaces them is on the line too.
    """
    if len(pieces) < 2:
        return pieces
    (operation, words), *later_pieces = pieces
    if operation == "=" and len(words) > MAX_LEAD_LENGTH:
        words = f"… {words[-MAX_LEAD_LENGTH:].partition(' ')[2] or words[-MAX_LEAD_LENGTH:]}"
    neighbouring_pieces = pairwise([(operation, words), *later_pieces, ("=", "")])
    return tuple(
        ("-", _first_whole_words(words))
        if (operation, next_operation) == ("-", "+")
        else (operation, words)
        for (operation, words), (next_operation, _words) in neighbouring_pieces
    )


def _first_whole_words(words: str) -> str:
    """As many whole words as have room; a word that is longer is cut."""
    if len(words) <= MAX_LEAD_LENGTH:
        return words
    return f"{words[:MAX_LEAD_LENGTH].rpartition(' ')[0] or words[:MAX_LEAD_LENGTH]} … "


def submit_label(access: Access, count_by_seat_id: Mapping[int, int]) -> str:
    """The label of the button: how many inputs it submits in each name, by the key of the seat."""
    seats = [seat for seat in (access.seat, *access.group_seats) if seat]
    inputs_by_name = [
        ngettext("%(n)d input for %(name)s", "%(n)d inputs for %(name)s", count_by_seat_id[seat.pk])
        % {"n": count_by_seat_id[seat.pk], "name": seat.name_for_reader}
        for seat in seats
        if count_by_seat_id.get(seat.pk)
    ]
    return _("Submit %(inputs)s") % {"inputs": _(", ").join(inputs_by_name)}
