"""The contents beside the desk: its sections, and the search for a paragraph by its label."""

from typing import Any

from drafts.comparing.changes import WorkingChanges
from drafts.labels import keys_cited_as
from drafts.models import Draft, Kind, Paragraph


def desk_contents(draft: Draft, changes: WorkingChanges) -> list[dict[str, Any]]:
    """The groups that `components/contents.html` takes; none where the text is empty."""
    in_force = [row for row in changes.paragraph_changes if row.change != "struck"]
    headings = [row.paragraph for row in in_force if row.paragraph.kind == Kind.HEADING]
    tops = [heading for heading in headings if heading.parent_id is None]
    entries = [
        {"label": _title(heading), "url": f"#p-{heading.public_id}", "count": None}
        for heading in tops
    ]
    return [{"title": draft.title, "entries": entries}] if in_force else []


def paragraph_cited_as(label: str, paragraphs: list[Paragraph]) -> Paragraph | None:
    """The first paragraph in force that is cited as somebody typed."""
    keys = keys_cited_as(label, [(row.pk, row.parent_id, row.label) for row in paragraphs])
    return next((row for row in paragraphs if row.pk in keys), None)


def _title(heading: Paragraph) -> str:
    return f"{heading.label} {heading.text}".strip()
