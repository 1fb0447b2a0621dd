"""Two people saved the same words: what each changed, and a merged text.

Used for paragraphs of the working text, for drafts of inputs and for bridging words.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from consultations.rules.access import Access
from consultations.time.wall_clock import hour_of
from drafts.words.differences import Redline, redline
from drafts.words.merging import MergeConflict, choices_of_form, merge_words, shown_conflicts

# The fields of a form by name, as it shows or posts them.
type FormFields = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class EditConflict:
    """Both texts as changes of the one they began from; `merged` goes into the form.

    `mine` are the words of the reader, `theirs` those that `saved_by` saved in between, each by
    field; `conflicts` the places where both changed the same words.
    """

    saved_by: str
    when_text: str
    theirs: Mapping[str, Redline]
    mine: Mapping[str, Redline]
    conflicts: tuple[MergeConflict, ...]
    merged: FormFields


def merge_edits(
    access: Access,
    *,
    saved_by: str,
    saved_at: datetime,
    base: FormFields,
    mine: FormFields,
    theirs: FormFields,
    merged_by_word: Iterable[str],
    posted_choices: Mapping[str, Any],
) -> EditConflict:
    """Merge two edits that both began from the fields in `base`.

    The fields in `merged_by_word` are merged by word: where both changed the same words, the
    reader's are kept until one of `posted_choices`, by the name of the conflict, says otherwise.
    Any other field has the value of one of the two: the reader's where both changed it.
    """
    merge_by_field = {
        name: merge_words(base[name], mine[name], theirs[name]) for name in merged_by_word
    }
    choices_by_field = {
        name: choices_of_form(name, merge, posted_choices) for name, merge in merge_by_field.items()
    }
    whole_fields = {
        name: theirs[name] if mine[name] == value else mine[name]
        for name, value in base.items()
        if name not in merge_by_field
    }
    merged_texts = {
        name: merge.merged_text(choices_by_field[name]) for name, merge in merge_by_field.items()
    }
    return EditConflict(
        saved_by=saved_by,
        when_text=hour_of(saved_at, ZoneInfo(access.user.time_zone), now=access.moment),
        theirs={name: redline(base[name], theirs[name]) for name in merge_by_field},
        mine={name: redline(base[name], mine[name]) for name in merge_by_field},
        conflicts=tuple(
            conflict
            for name, merge in merge_by_field.items()
            for conflict in shown_conflicts(name, merge, choices_by_field[name])
        ),
        merged=whole_fields | merged_texts,
    )
