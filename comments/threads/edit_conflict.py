"""Two people edited one draft at once: what each changed, and a merged text."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from comments.models import Comment
from consultations.rules.access import Access
from consultations.rules.recorded_capacity import capacity_for_reader
from consultations.wall_clock import hour_of
from drafts.words.differences import Redline, redline
from drafts.words.merging import MergeConflict, choices_of_form, merge_words, shown_conflicts

# The fields that are merged by word; any other field has the value of one of the two.
TEXTS = ("proposed", "rationale")

type DraftFields = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class DraftConflict:
    """Both texts as changes of the one they began from; `merged` goes into the form."""

    who: str
    when_text: str
    theirs: Mapping[str, Redline]
    mine: Mapping[str, Redline]
    places: tuple[MergeConflict, ...]
    merged: DraftFields


def last_step(comment: Comment) -> Any:
    """The last row of the comment's history."""
    steps = comment.history.select_related("history_user")
    return steps.order_by("-history_date", "-history_id").first()


def step_of(comment: Comment, version: int) -> Any:
    """The row of the comment's history with this version; None where there is none."""
    return comment.history.filter(version=version).order_by("-history_id").first()


def merge_drafts(
    access: Access,
    step: Any,
    *,
    base: DraftFields,
    mine: DraftFields,
    theirs: DraftFields,
    chosen: DraftFields,
) -> DraftConflict:
    """Merge two edits of `base`. `step` is the last of the history, `chosen` the choices so far.

    Choices are given by the name of the place. A field that only one of the two changed has that
    change.
    """
    merges = {name: merge_words(base[name], mine[name], theirs[name]) for name in TEXTS}
    choices = {name: choices_of_form(name, merge, chosen) for name, merge in merges.items()}
    other_fields = {
        name: theirs[name] if mine.get(name, "") == value else mine.get(name, "")
        for name, value in base.items()
        if name not in TEXTS
    }
    texts = {name: merge.merged_text(choices[name]) for name, merge in merges.items()}
    return DraftConflict(
        who=f"{step.history_user}, {capacity_for_reader(step.history_change_reason)}",
        when_text=hour_of(step.history_date, ZoneInfo(access.user.time_zone), now=access.moment),
        theirs={name: redline(base[name], theirs[name]) for name in TEXTS},
        mine={name: redline(base[name], mine[name]) for name in TEXTS},
        places=tuple(
            place
            for name, merge in merges.items()
            for place in shown_conflicts(name, merge, choices[name])
        ),
        merged=other_fields | texts,
    )
