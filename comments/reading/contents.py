"""The contents beside a text: links to its sections, other texts and the delegation's own work."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from comments.inputs.addresses import address_of_revision
from comments.reading.selection import WHOLE_TEXT, RevisionOnPage
from comments.threads.sections import Section, SectionLink, is_long
from comments.workspace.queries import counts_beside_texts


@dataclass(frozen=True, slots=True)
class SectionLinks:
    """A section that is shown alone, with the names and addresses of its neighbours."""

    # The name of the section that is shown.
    title: str
    # The section before it, and the one after it.
    previous: SectionLink | None
    next: SectionLink | None
    # The address of the whole text.
    whole_url: str


def contents_groups(
    revision_on_page: RevisionOnPage, sections: Sequence[Section], shown_section: Section | None
) -> list[dict[str, Any]]:
    """All groups of the contents; `shown_section` is the section that is read, None for all.

    A group is a title with entries: links with a label and, where inputs are counted, a count.
    """
    return [
        _contents(revision_on_page, sections, shown_section),
        *_other_texts(revision_on_page),
        *_own_work(revision_on_page),
    ]


def section_links_of(
    revision_on_page: RevisionOnPage, sections: Sequence[Section], shown_section: Section | None
) -> SectionLinks | None:
    """The links to the neighbouring sections; None where the whole text is read."""
    if shown_section is None:
        return None
    # In a long text the first section shown is joined with those before it, which have titles
    # alone: then there is no section before it.
    is_beginning = shown_section.paragraphs[:1] == sections[0].paragraphs[:1]
    earlier_sections = [section for section in sections if section.number < shown_section.number]
    later_sections = [section for section in sections if section.number > shown_section.number]
    previous_link = next_link = None
    if earlier_sections and not is_beginning:
        previous_link = _link_to_section(revision_on_page, earlier_sections[-1])
    if later_sections:
        next_link = _link_to_section(revision_on_page, later_sections[0])
    return SectionLinks(
        title=_section_label(shown_section),
        previous=previous_link,
        next=next_link,
        whole_url=_whole_url(revision_on_page, sections),
    )


def _link_to_section(revision_on_page: RevisionOnPage, section: Section) -> SectionLink:
    """The name of a section, and its address."""
    return SectionLink(_section_label(section), _section_url(revision_on_page, section.number))


def _whole_url(revision_on_page: RevisionOnPage, sections: Sequence[Section]) -> str:
    """The address of the whole text; a long one has to be asked for, or one section is shown."""
    return _section_url(revision_on_page, WHOLE_TEXT if is_long(sections) else None)


def _section_url(revision_on_page: RevisionOnPage, section: int | str | None) -> str:
    """The address of a section by its number, of `WHOLE_TEXT`, or (None) as the text opens."""
    selection = revision_on_page.selection
    parameters = {
        "section": section,
        "against": selection.against_revision_number,
        "text": selection.language,  # in which the text is read
    }
    return address_of_revision(revision_on_page.access, revision_on_page.revision, **parameters)


def _contents(
    revision_on_page: RevisionOnPage, sections: Sequence[Section], shown_section: Section | None
) -> dict[str, Any]:
    """The group of the text that is read: an entry for all of it, and one for each section.

    A single section has none: it is the whole text.
    """
    whole_text_entry = {
        "label": _("The whole text"),
        "url": _whole_url(revision_on_page, sections),
        "count": sum(section.input_count for section in sections),
        "is_current": shown_section is None,
    }
    entries = [
        {
            "label": _section_label(section),
            "url": _section_url(revision_on_page, section.number),
            "count": section.input_count,
            "is_current": shown_section is not None and section.number == shown_section.number,
        }
        for section in sections
    ]
    has_one_section = len(entries) == 1
    title = revision_on_page.revision.draft.title
    return {
        "title": title,
        "entries": [whole_text_entry] if has_one_section else [whole_text_entry, *entries],
    }


def _section_label(section: Section) -> str:
    """The title of a section, with its first and last labels: "Prevention, OP3–OP9"."""
    title = section.title or _("Opening")
    if not section.last_label:
        return title if not section.first_label else f"{title}, {section.first_label}"
    return f"{title}, {section.first_label}–{section.last_label}"


def _other_texts(revision_on_page: RevisionOnPage) -> list[dict[str, Any]]:
    """A group of the other texts, each in its latest revision; empty where there is none."""
    # In the order of their numbers: the last one of a text stays.
    latest_revision_by_draft_id = {
        revision.draft_id: revision for revision in revision_on_page.revisions
    }
    entries = [
        {
            "label": revision.draft.title,
            "url": address_of_revision(revision_on_page.access, revision),
            "count": None,
            "is_current": False,
        }
        for draft_id, revision in latest_revision_by_draft_id.items()
        if draft_id != revision_on_page.revision.draft_id
    ]
    return [{"title": _("Other texts"), "entries": entries}] if entries else []


def _own_work(revision_on_page: RevisionOnPage) -> list[dict[str, Any]]:
    """A group of the delegation's own drafts and inputs, counted by state; none without a seat."""
    access = revision_on_page.access
    if access.seat is None:
        return []
    count_by_state = counts_beside_texts(access)
    workspace_url = reverse("workspace", args=[access.consultation.slug])
    counted_states = [
        ("drafted", _("To clear"), count_by_state["drafted"]),
        ("cleared", _("Ready to submit"), count_by_state["cleared"]),
        ("submitted", _("Submitted"), count_by_state["submitted"]),
    ]
    entries = [
        {
            "label": label,
            "url": f"{workspace_url}?state={state}",
            "count": count,
            "is_current": False,
        }
        for state, label, count in counted_states
    ]
    return [{"title": access.seat.name_for_reader, "entries": entries}]
