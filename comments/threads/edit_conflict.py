"""Two texts that two people made of one draft, and the one that brings them together."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from comments.models import Comment
from consultations.rules.access import Access
from consultations.rules.recorded_capacity import capacity_for_reader
from consultations.wall_clock import hour_of
from drafts.words.differences import Redline, redline
from drafts.words.merging import MergeConflict, choices_in, conflicts_in, merge_words

# The fields that hold running words. Of the others there is one answer, and no mixture.
TEXTS = ("proposed", "rationale")

type DraftFields = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class DraftConflict:
    """Theirs and mine, each as a change of what both began from, and what goes into the form."""

    who: str
    when_text: str
    theirs: Mapping[str, Redline]
    mine: Mapping[str, Redline]
    places: tuple[MergeConflict, ...]
    merged: DraftFields


def last_step(comment: Comment) -> Any:
    """What somebody saved last."""
    steps = comment.history.select_related("history_user")
    return steps.order_by("-history_date", "-history_id").first()


def step_of(comment: Comment, version: int) -> Any:
    """A draft as it stood in one of its versions; None where it never had it."""
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
    """`step` is the last of the history, `chosen` are the choices so far, by name of the place.

    What only one of the two changed is taken from whom it comes.
    """
    merges = {name: merge_words(base[name], mine[name], theirs[name]) for name in TEXTS}
    choices = {name: choices_in(name, found, chosen) for name, found in merges.items()}
    single = {
        name: theirs[name] if mine.get(name, "") == said else mine.get(name, "")
        for name, said in base.items()
        if name not in TEXTS
    }
    texts = {name: found.text(choices[name]) for name, found in merges.items()}
    return DraftConflict(
        who=f"{step.history_user}, {capacity_for_reader(step.history_change_reason)}",
        when_text=hour_of(step.history_date, ZoneInfo(access.user.time_zone), now=access.moment),
        theirs={name: redline(base[name], theirs[name]) for name in TEXTS},
        mine={name: redline(base[name], mine[name]) for name in TEXTS},
        places=tuple(
            place
            for name, found in merges.items()
            for place in conflicts_in(name, found, choices[name])
        ),
        merged=single | texts,
    )
