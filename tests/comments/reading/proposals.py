"""A delegation proposes other words for a paragraph."""

from typing import Any

from comments.drafting.acts import draft_comment
from comments.models import Comment
from drafts.models import Wording
from tests.room import Room, as_content


def propose(room: Room, wording: Wording, proposed: str, **more: Any) -> Comment:
    fields = {"kind": "replace", "proposed": proposed, "rationale": "Wider."} | more
    return draft_comment(
        access=room.access("FRA contributor", -3), wording=wording, **as_content(fields)
    )
