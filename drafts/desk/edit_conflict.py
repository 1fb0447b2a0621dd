"""Merges the edits of two people who saved the same paragraph, and shows where they conflict."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from consultations.rules.access import Access
from consultations.rules.recorded_capacity import capacity_for_reader
from consultations.wall_clock import hour_of
from drafts.models import Kind, Paragraph
from drafts.words.differences import Redline, redline
from drafts.words.merging import MergeConflict, merge_words, posted_choices, shown_conflicts

# The fields that are taken from one side as a whole.
SINGLE = ("kind", "label", "opening", "notes")

type ParagraphFields = Mapping[str, Any]


@dataclass(frozen=True)
class ParagraphConflict:
    """Theirs and mine, each against the version both began from, and what goes into the form."""

    who: str
    when: str
    theirs: Redline
    mine: Redline
    places: tuple[MergeConflict, ...]
    apart: tuple[str, ...]
    merged: ParagraphFields

    @property
    def is_clean(self) -> bool:
        """Whether the two changes do not touch each other."""
        return not self.places and not self.apart


def merge_edits(
    access: Access,
    stored: Paragraph,
    *,
    version: int,
    mine: ParagraphFields,
    theirs: ParagraphFields,
    chosen: ParagraphFields,
) -> ParagraphConflict:
    """Merge what was typed on `version` with what was saved since; `chosen` are the choices so far.

    A change that only one of the two made is kept; where both changed the same words, those typed
    are kept until somebody chooses.
    """
    steps = stored.history.select_related("history_user").order_by("-history_date", "-history_id")
    last, begun_on = steps.first(), steps.filter(version=version).first()
    common_text = begun_on.text if begun_on else ""
    merged = merge_words(common_text, mine["text"], theirs["text"])
    choices = posted_choices("text", merged, chosen)
    single = {
        name: theirs[name]
        if begun_on and mine[name] == _field_of_version(begun_on, name)
        else mine[name]
        for name in SINGLE
    }
    return ParagraphConflict(
        who=_who(last, access),
        when=hour_of(last.history_date, ZoneInfo(access.user.time_zone), now=access.moment),
        theirs=redline(common_text, theirs["text"]),
        mine=redline(common_text, mine["text"]),
        places=tuple(shown_conflicts("text", merged, choices)),
        apart=tuple(_other_conflicts(begun_on, mine, theirs)),
        merged={**single, "text": merged.merged_text(choices)},
    )


def _field_of_version(record: Any, name: str) -> str:
    """A field of an earlier version as the form shows it."""
    value: str = getattr(record, name) if name != "notes" else "\n\n".join(record.notes)
    return value


def _other_conflicts(begun_on: Any, mine: ParagraphFields, theirs: ParagraphFields) -> list[str]:
    """A sentence for each other field that both changed differently; the typed one is kept."""
    names = {"kind": _("kind"), "label": _("label"), "notes": _("footnotes")}
    sentence = _("%(field)s: saved as “%(theirs)s”, typed by you as “%(mine)s”")
    return [
        sentence
        % {
            "field": field,
            "theirs": _field_as_shown(name, theirs),
            "mine": _field_as_shown(name, mine),
        }
        for name, field in names.items()
        if mine[name] != theirs[name]
        and not (begun_on and _field_of_version(begun_on, name) in {mine[name], theirs[name]})
    ]


def _field_as_shown(name: str, fields: ParagraphFields) -> str:
    return str(Kind(fields[name]).label if name == "kind" else fields[name] or _("none"))


def _who(record: Any, access: Access) -> str:
    capacity = capacity_for_reader(record.history_change_reason)
    if not access.is_facilitator or record.history_user is None:
        return capacity
    return f"{record.history_user.name} ({capacity})"
