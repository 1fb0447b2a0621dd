"""The contents beside a text: its sections, the other texts, the own work."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from comments.desks.workspace import standing_counts
from comments.pages.reading_selection import WHOLE, Reading, address_of
from comments.threads.sections import Section, is_long


@dataclass(frozen=True, slots=True)
class NearSections:
    """A section that is shown alone, with the names and addresses of its neighbours."""

    here: str
    before: tuple[str, str] | None
    behind: tuple[str, str] | None
    whole_url: str


def contents_groups(
    reading: Reading, sections: Sequence[Section], shown: Section | None
) -> list[dict[str, Any]]:
    """All groups of the contents; `shown` is the section that is read, None the whole text."""
    return [_contents(reading, sections, shown), *_other_texts(reading), *_own_work(reading)]


def near_sections(
    reading: Reading, sections: Sequence[Section], shown: Section | None
) -> NearSections | None:
    """The links to the neighbouring sections; None where the whole text is read."""
    if shown is None:
        return None
    is_beginning = shown.paragraphs[:1] == sections[0].paragraphs[:1]
    before = [section for section in sections if section.number < shown.number]
    behind = [section for section in sections if section.number > shown.number]
    return NearSections(
        _section_label(shown),
        _way_to(reading, before[-1]) if before and not is_beginning else None,
        _way_to(reading, behind[0]) if behind else None,
        _whole_url(reading, sections),
    )


def _way_to(reading: Reading, section: Section) -> tuple[str, str]:
    return _section_label(section), _section_url(reading, section.number)


def _whole_url(reading: Reading, sections: Sequence[Section]) -> str:
    return _section_url(reading, WHOLE if is_long(sections) else None)


def _section_url(reading: Reading, section: int | str | None) -> str:
    where = reading.where
    parameters = {"section": section, "against": where.against, "text": where.text}
    return address_of(reading.access, reading.revision, **parameters)


def _contents(
    reading: Reading, sections: Sequence[Section], shown: Section | None
) -> dict[str, Any]:
    whole = {
        "label": _("The whole text"),
        "url": _whole_url(reading, sections),
        "count": sum(section.count for section in sections),
        "is_current": shown is None,
    }
    entries = [
        {
            "label": _section_label(section),
            "url": _section_url(reading, section.number),
            "count": section.count,
            "is_current": shown is not None and section.number == shown.number,
        }
        for section in sections
    ]
    only_one = len(entries) == 1
    title = reading.revision.draft.title
    return {"title": title, "entries": [whole] if only_one else [whole, *entries]}


def _section_label(section: Section) -> str:
    title = section.title or _("Opening")
    if not section.last_label:
        return title if not section.first_label else f"{title}, {section.first_label}"
    return f"{title}, {section.first_label}–{section.last_label}"


def _other_texts(reading: Reading) -> list[dict[str, Any]]:
    latest = {revision.draft_id: revision for revision in reading.revisions}
    entries = [
        {
            "label": revision.draft.title,
            "url": address_of(reading.access, revision),
            "count": None,
            "is_current": False,
        }
        for draft, revision in latest.items()
        if draft != reading.revision.draft_id
    ]
    return [{"title": _("Other texts"), "entries": entries}] if entries else []


def _own_work(reading: Reading) -> list[dict[str, Any]]:
    access = reading.access
    if access.seat is None:
        return []
    counts = standing_counts(access)
    workspace = reverse("workspace", args=[access.consultation.slug])
    shown = [
        ("drafted", _("To clear"), counts["drafted"]),
        ("cleared", _("Ready to submit"), counts["cleared"]),
        ("submitted", _("Submitted"), counts["submitted"]),
    ]
    entries = [
        {
            "label": name,
            "url": f"{workspace}?state={state}",
            "count": count,
            "is_current": False,
        }
        for state, name, count in shown
    ]
    return [{"title": access.seat.name_for_reader, "entries": entries}]
