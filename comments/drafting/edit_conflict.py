"""Two people edited one draft at once: what each changed, and a merged text."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from comments.models import Comment
from consultations.rules.access import Access
from consultations.rules.recorded_capacity import capacity_for_reader
from consultations.time.wall_clock import hour_of
from drafts.words.differences import Redline, redline
from drafts.words.merging import MergeConflict, choices_of_form, merge_words, shown_conflicts

# The fields that are merged by word; any other field has the value of one of the two.
MERGED_FIELDS = ("proposed", "rationale")

type DraftFields = Mapping[str, str]
# A row of `Comment.history`: the comment's fields as they were, and who changed it, when and in
# which capacity (`history_user`, `history_date`, `history_change_reason`).
type CommentRecord = Any


@dataclass(frozen=True, slots=True)
class DraftConflict:
    """Both texts as changes of the one they began from; `merged` goes into the form.

    `mine` are the words of the reader, `theirs` those that somebody saved in between, `conflicts`
    the places where both changed the same words.
    """

    saved_by: str
    when_text: str
    theirs: Mapping[str, Redline]
    mine: Mapping[str, Redline]
    conflicts: tuple[MergeConflict, ...]
    merged: DraftFields


def latest_record(comment: Comment) -> CommentRecord:
    """The latest row of the comment's history, with the person."""
    records = comment.history.select_related("history_user")
    return records.order_by("-history_date", "-history_id").first()


def record_of_version(comment: Comment, version: int) -> CommentRecord | None:
    """The row of the comment's history with this version; None where there is none."""
    return comment.history.filter(version=version).order_by("-history_id").first()


def merge_drafts(
    access: Access,
    their_record: CommentRecord,
    *,
    common_base: DraftFields,
    mine: DraftFields,
    theirs: DraftFields,
    posted_choices: Mapping[str, str],
) -> DraftConflict:
    """Merge two edits of one draft; both began from the fields in `common_base`.

    `their_record` names who saved `theirs`. `posted_choices` are those made so far, by the name of
    the conflict. A field that only one of the two changed has that change; of the fields that are
    not merged by word, one that both changed has the reader's.
    """
    merge_by_field = {
        name: merge_words(common_base[name], mine[name], theirs[name]) for name in MERGED_FIELDS
    }
    choices_by_field = {
        name: choices_of_form(name, merge, posted_choices) for name, merge in merge_by_field.items()
    }
    other_fields = {
        name: theirs[name] if mine.get(name, "") == value else mine.get(name, "")
        for name, value in common_base.items()
        if name not in MERGED_FIELDS
    }
    merged_text_by_field = {
        name: merge.merged_text(choices_by_field[name]) for name, merge in merge_by_field.items()
    }
    capacity_text = capacity_for_reader(their_record.history_change_reason)
    return DraftConflict(
        saved_by=f"{their_record.history_user}, {capacity_text}",
        when_text=hour_of(
            their_record.history_date, ZoneInfo(access.user.time_zone), now=access.moment
        ),
        theirs={name: redline(common_base[name], theirs[name]) for name in MERGED_FIELDS},
        mine={name: redline(common_base[name], mine[name]) for name in MERGED_FIELDS},
        conflicts=tuple(
            conflict
            for name, merge in merge_by_field.items()
            for conflict in shown_conflicts(name, merge, choices_by_field[name])
        ),
        merged=other_fields | merged_text_by_field,
    )
