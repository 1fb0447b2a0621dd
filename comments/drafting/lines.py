"""Own drafts and inputs of a delegation as a list shows them: a line of words, and a state."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

from django.db.models import Q
from django.utils.translation import gettext as _, ngettext

from comments.inputs.addresses import address_of_comment
from comments.models import Comment, CommentQuerySet
from comments.threads.cards import Card, card_of
from comments.threads.queries import shown_comment, with_answers
from consultations.rules.access import Access
from drafts.text.names import name_of_wording
from drafts.words.differences import Redline

# In a redline of one line: characters shown before the first change, and of deleted words that
# others replace.
MAX_LEAD_LENGTH = 40


@dataclass(frozen=True, slots=True)
class InputLine:
    """An own draft or input, or a draft of a group room, as a list shows it."""

    card: Card
    redline: Redline
    # How its paragraph is cited, and the stage of the revision it was made on.
    label: str
    stage: str
    # The address of its thread.
    url: str
    # The state, as the page says it.
    state: str


def own_comments(access: Access) -> CommentQuerySet:
    """The delegation's drafts and inputs, and the inputs (no drafts) of groups it coordinates."""
    return Comment.objects.visible_to(access).own_record(access)


def own_and_room_comments(access: Access) -> CommentQuerySet:
    """Own drafts and inputs, and the drafts of the group rooms in which the delegation sits."""
    in_rooms = Q(filed_by__in=access.own_and_group_seat_ids)
    return Comment.objects.visible_to(access).filter(access.own_record_filter() | in_rooms)


def own_comments_for_lines(access: Access) -> CommentQuerySet:
    """The `own_comments`, in the order of the texts, with all that `input_line` needs."""
    return in_text_order_for_input_lines(access, own_comments(access))


def own_and_room_comments_for_lines(access: Access) -> CommentQuerySet:
    """The `own_and_room_comments`, in the order of the texts, with all that `input_line` needs."""
    return in_text_order_for_input_lines(access, own_and_room_comments(access))


def in_text_order_for_input_lines(access: Access, comments: CommentQuerySet) -> CommentQuerySet:
    """Comments in the order of the texts, with all that `input_line` needs."""
    ordered_comments: CommentQuerySet = (
        with_answers(access, comments)
        .select_related("seat", "filed_by", "round", "wording__revision__draft", "paragraph__draft")
        .order_by(
            "paragraph__draft__place",
            "paragraph__draft_id",
            "wording__place",
            "wording__revision__number",
            "number",
            "pk",
        )
    )
    return ordered_comments


def input_line(access: Access, comment: Comment) -> InputLine:
    """A comment as a list shows it; it comes from a query with `in_text_order_for_input_lines`."""
    revision = comment.wording.revision
    card = card_of(access, shown_comment(comment))
    return InputLine(
        card=card,
        redline=shorten_to_first_change(card.shown_comment.redline),
        label=name_of_wording(comment.wording),
        stage=revision.stage,
        url=address_of_comment(access, comment),
        state=str(comment.state.label),
    )


def shorten_to_first_change(pieces: Redline) -> Redline:
    """A redline for one line of a list, shortened so that its first change is on the line.

    A long unchanged beginning is cut to its last words. Deleted words that others replace are cut
    to their first words, so that the new words are on the line too. A piece is its operation
    ("=" kept, "-" deleted, "+" inserted) and its words.
    """
    if len(pieces) < 2:
        return pieces
    (operation, words), *later_pieces = pieces
    if operation == "=" and len(words) > MAX_LEAD_LENGTH:
        end_of_words = words[-MAX_LEAD_LENGTH:]
        _cut_word, _space, whole_words = end_of_words.partition(" ")
        words = f"… {whole_words or end_of_words}"
    # An empty piece at the end, so that the last one has a neighbour too.
    neighbouring_pieces = pairwise([(operation, words), *later_pieces, ("=", "")])
    return tuple(
        ("-", _first_whole_words(words))
        if (operation, next_operation) == ("-", "+")
        else (operation, words)
        for (operation, words), (next_operation, _words) in neighbouring_pieces
    )


def _first_whole_words(words: str) -> str:
    """As many whole words as `MAX_LEAD_LENGTH` has room for; a longer word is cut."""
    if len(words) <= MAX_LEAD_LENGTH:
        return words
    beginning = words[:MAX_LEAD_LENGTH]
    whole_words, _space, _cut_word = beginning.rpartition(" ")
    return f"{whole_words or beginning} … "


def submit_label(access: Access, count_by_seat_id: Mapping[int, int]) -> str:
    """The label of the button that submits: how many inputs in the name of which delegation."""
    seats = [seat for seat in (access.seat, *access.coordinated_seats) if seat]
    inputs_for_names = [
        ngettext("%(n)d input for %(name)s", "%(n)d inputs for %(name)s", count_by_seat_id[seat.pk])
        % {"n": count_by_seat_id[seat.pk], "name": seat.name_for_reader}
        for seat in seats
        if count_by_seat_id.get(seat.pk)
    ]
    return _("Submit %(inputs)s") % {"inputs": _(", ").join(inputs_for_names)}
