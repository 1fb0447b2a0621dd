"""Two people saved one paragraph: what each made of it, and the one text that holds both."""

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
from drafts.words.merging import MergeConflict, choices_in, conflicts_in, merge_words

# The fields for which there is one answer, and no mixture.
SINGLE = ("kind", "label", "opening", "notes")

type ParagraphFields = Mapping[str, Any]


@dataclass(frozen=True)
class ParagraphConflict:
    """Theirs and mine, each against what both began from, and what goes into the form."""

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
    """What was typed on `version`, and what stands since. `chosen` are the choices made so far.

    What only one of the two changed is taken from whom it comes; where both changed the same
    words, those typed stand until somebody chooses.
    """
    steps = stored.history.select_related("history_user").order_by("-history_date", "-history_id")
    last, begun = steps.first(), steps.filter(version=version).first()
    base = begun.text if begun else ""
    found = merge_words(base, mine["text"], theirs["text"])
    choices = choices_in("text", found, chosen)
    single = {
        name: theirs[name] if begun and mine[name] == _said(begun, name) else mine[name]
        for name in SINGLE
    }
    return ParagraphConflict(
        who=_who(last, access),
        when=hour_of(last.history_date, ZoneInfo(access.user.time_zone), now=access.moment),
        theirs=redline(base, theirs["text"]),
        mine=redline(base, mine["text"]),
        places=tuple(conflicts_in("text", found, choices)),
        apart=tuple(_apart(begun, mine, theirs)),
        merged={**single, "text": found.text(choices)},
    )


def _said(record: Any, name: str) -> str:
    """A field of an earlier version as the form shows it."""
    said: str = getattr(record, name) if name != "notes" else "\n\n".join(record.notes)
    return said


def _apart(begun: Any, mine: ParagraphFields, theirs: ParagraphFields) -> list[str]:
    """What else both changed, each in a way of their own: said in words, the typed one stands."""
    names = {"kind": _("kind"), "label": _("label"), "notes": _("footnotes")}
    words = _("%(field)s: saved as “%(theirs)s”, typed by you as “%(mine)s”")
    return [
        words % {"field": field, "theirs": _shown(name, theirs), "mine": _shown(name, mine)}
        for name, field in names.items()
        if mine[name] != theirs[name]
        and not (begun and _said(begun, name) in {mine[name], theirs[name]})
    ]


def _shown(name: str, words: ParagraphFields) -> str:
    return str(Kind(words[name]).label if name == "kind" else words[name] or _("none"))


def _who(record: Any, access: Access) -> str:
    capacity = capacity_for_reader(record.history_change_reason)
    if not access.is_facilitator or record.history_user is None:
        return capacity
    return f"{record.history_user.name} ({capacity})"
