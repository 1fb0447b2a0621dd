"""The contents beside the desk: its sections, and the search for a paragraph by its label."""

from typing import Any

from drafts.comparing.changes import WorkingChanges
from drafts.labels import paragraph_ids_cited_as
from drafts.models import Draft, Paragraph, ParagraphKind


def desk_contents(draft: Draft, changes: WorkingChanges) -> list[dict[str, Any]]:
    """The headings of the top level, as `components/contents.html` takes them: a list of groups.

    Struck paragraphs are deleted from the next revision; where all are struck, the list is empty.
    """
    in_force = [change for change in changes.paragraph_changes if change.kind != "struck"]
    headings = [
        change.paragraph for change in in_force if change.paragraph.kind == ParagraphKind.HEADING
    ]
    top_headings = [heading for heading in headings if heading.parent_id is None]
    # On the desk no counts stand beside the headings.
    entries = [
        {"label": _title(heading), "url": f"#p-{heading.public_id}", "count": None}
        for heading in top_headings
    ]
    return [{"title": draft.title, "entries": entries}] if in_force else []


def paragraph_cited_as(citation: str, paragraphs: list[Paragraph]) -> Paragraph | None:
    """The first of these paragraphs, which are in force, that is cited as somebody typed."""
    paragraph_ids = paragraph_ids_cited_as(
        citation, [(paragraph.pk, paragraph.parent_id, paragraph.label) for paragraph in paragraphs]
    )
    return next((paragraph for paragraph in paragraphs if paragraph.pk in paragraph_ids), None)


def _title(heading: Paragraph) -> str:
    return f"{heading.label} {heading.text}".strip()
