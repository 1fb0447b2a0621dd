"""Words incorporated, where an input's words went, and the text with all proposals."""

from typing import Any

from comments.models import Comment, CommentKind
from tests.journeys.demo_pages import FACILITATOR, FOCAL_POINT, comment, wording
from tests.journeys.shown import Shown


def _paragraph() -> dict[str, Any]:
    return {"paragraph": wording("12").paragraph.public_id}


def _all_proposals() -> dict[str, Any]:
    """The first change of every proposal on paragraph 12: several of them meet."""
    proposals = Comment.objects.in_force().filter(
        paragraph=wording("12").paragraph, kind=CommentKind.REPLACE
    )
    return {"take": [f"{row.reference}.0" for row in proposals.select_related("seat")]}


def _input_of(code: str, number: int) -> dict[str, Any]:
    return {"comment": comment(code, number).public_id}


def _plan(**more: Any) -> dict[str, Any]:
    return {"draft": "plan", "number": 2, **more}


INCORPORATING = (
    Shown("incorporate_words", FACILITATOR, _paragraph),
    Shown("incorporate_words", FACILITATOR, _paragraph, _all_proposals, note="chosen"),
    Shown("outcome_of_input", FOCAL_POINT, lambda: _input_of("PRT", 1)),
    Shown("rolling", FOCAL_POINT, _plan),
    Shown("rolling", FACILITATOR, _plan, lambda: {"names": "0"}, note="no-names"),
)
NO_PAGES_OF_INCORPORATING = {
    "undo_incorporation": "takes a form and leads back",
    "rolling_file": "a file",
}
