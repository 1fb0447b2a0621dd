"""Which members of a group stand apart from an input: they dissociated themselves from a draft of
it, or from an earlier version, and did not join again."""

from collections import defaultdict
from collections.abc import Collection

from django.db.models import Q, QuerySet

from comments.models import Comment, OptOut


def opt_outs_by_comment_id(
    comments: Collection[Comment], readable: QuerySet[OptOut] | None = None
) -> dict[int, list[OptOut]]:
    """The opt-outs in force that count for these inputs and drafts, by their ids: one query.

    Each has its `seat`; they are in the order of the table. `readable` are those to look among, by
    default all. A member may have several: from a draft, and from an earlier version.
    """
    opt_outs = (OptOut.objects.all() if readable is None else readable).filter(withdrawn_at=None)
    is_on_same_input = Q(
        comment__seat__in={comment.seat_id for comment in comments},
        comment__number__in={_input_number(comment) for comment in comments} - {None},
    )
    found = opt_outs.filter(
        Q(comment__in={comment.pk for comment in comments}) | is_on_same_input
    ).select_related("comment", "seat")
    found_by_comment_id: dict[int, list[OptOut]] = defaultdict(list)
    for opt_out in found.order_by("seat__sort_key", "pk"):
        for comment in comments:
            if _counts_for(opt_out, comment):
                found_by_comment_id[comment.pk].append(opt_out)
    return dict(found_by_comment_id)


def draft_to_join_again(opt_out: OptOut) -> Comment:
    """The draft on which an opt-out is ended: its own, or the new version drafted of its input.

    Where the input is submitted and no new version drafted, the input itself. Needs `comment`.
    """
    comment = opt_out.comment
    if comment.number is None:
        return comment
    version_drafts = Comment.objects.unsubmitted().filter(
        seat=comment.seat_id, amends=comment.number, in_room=True
    )
    return version_drafts.order_by("pk").first() or comment


def _input_number(comment: Comment) -> int | None:
    """The number of an input, or of the one that a draft is to replace; None of a first draft."""
    return comment.number or comment.amends


def _counts_for(opt_out: OptOut, comment: Comment) -> bool:
    """Whether it is on this input or draft, or on another version of the same input."""
    if opt_out.comment_id == comment.pk:
        return True
    number = opt_out.comment.number  # None on a draft: it counts for that draft alone
    return number is not None and (opt_out.comment.seat_id, number) == (
        comment.seat_id,
        _input_number(comment),
    )
