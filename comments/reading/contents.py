"""The contents beside a text: links to its sections, other texts and the delegation's own work."""

from functools import partial
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from comments.inputs.addresses import address_of_revision
from comments.reading.selection import RevisionOnPage
from comments.threads.queries import ShownParagraph
from comments.threads.sections import input_count_of
from comments.workspace.queries import counts_beside_texts
from drafts.text.sections import WHOLE_TEXT, Section, SectionedText, SectionUrl, section_entries


def contents_groups(
    revision_on_page: RevisionOnPage,
    text: SectionedText[ShownParagraph],
    shown_section: Section[ShownParagraph] | None,
) -> list[dict[str, Any]]:
    """All groups of the contents; `shown_section` is the section that is read, None for all.

    A group is a title with entries: links with a label and, where inputs are counted, a count.
    """
    url_of = section_url_of(revision_on_page, text)
    return [
        {
            "title": revision_on_page.revision.draft.title,
            "entries": section_entries(text, shown_section, url_of, input_count_of),
        },
        *_other_texts(revision_on_page),
        *_own_work(revision_on_page),
    ]


def section_url_of(
    revision_on_page: RevisionOnPage, text: SectionedText[ShownParagraph]
) -> SectionUrl[ShownParagraph]:
    """What gives the addresses of sections; all of a long text has to be asked for."""
    return partial(_section_url, revision_on_page, WHOLE_TEXT if text.is_long else None)


def _section_url(
    revision_on_page: RevisionOnPage,
    whole_parameter: str | None,
    section: Section[ShownParagraph] | None,
) -> str:
    """The address of a section; of None, that of the whole text."""
    selection = revision_on_page.selection
    parameters = {
        "section": section.number if section else whole_parameter,
        "against": selection.against_revision_number,
        "text": selection.language,  # in which the text is read
    }
    return address_of_revision(revision_on_page.access, revision_on_page.revision, **parameters)


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
        {"label": label, "url": f"{workspace_url}?state={state}", "count": count}
        for state, label, count in counted_states
    ]
    return [{"title": access.seat.name_for_reader, "entries": entries}]
