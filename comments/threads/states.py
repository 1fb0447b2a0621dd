"""The states in which comments are looked for, each as keyword arguments of `filter`."""

from typing import Any

from comments.models import CommentState

CONDITIONS_BY_STATE: dict[str, dict[str, Any]] = {
    CommentState.DRAFTED: {"submitted_at": None, "cleared_at": None, "discarded_at": None},
    CommentState.CLEARED: {
        "submitted_at": None,
        "cleared_at__isnull": False,
        "discarded_at": None,
    },
    CommentState.SUBMITTED: {
        "submitted_at__isnull": False,
        "superseded_at": None,
        "withdrawn_at": None,
    },
    CommentState.WITHDRAWN: {"withdrawn_at__isnull": False, "superseded_at": None},
    CommentState.SUPERSEDED: {"superseded_at__isnull": False},
}
# Only those who draft find comments in these states: the own delegation, or a group's room.
UNSUBMITTED_STATES = (CommentState.DRAFTED, CommentState.CLEARED)
