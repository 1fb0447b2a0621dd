"""The contents beside the desk: its sections, and the way to a paragraph by its label."""

from typing import Any

from drafts.comparing.changes import WorkingChanges
from drafts.labels import keys_cited_as
from drafts.models import Draft, Kind, Paragraph


def desk_contents(draft: Draft, changes: WorkingChanges) -> list[dict[str, Any]]:
    """What `components/contents.html` takes; empty where the text is."""
    standing = [row for row in changes.rows if row.how != "struck"]
    heads = [row.paragraph for row in standing if row.paragraph.kind == Kind.HEADING]
    tops = [head for head in heads if head.parent_id is None]
    entries = [
        {"label": _title(head), "url": f"#p-{head.public_id}", "count": None} for head in tops
    ]
    return [{"title": draft.title, "entries": entries}] if standing else []


def paragraph_called(label: str, paragraphs: list[Paragraph]) -> Paragraph | None:
    """The standing paragraph that is cited as somebody typed, the first of them."""
    keys = keys_cited_as(label, [(row.pk, row.parent_id, row.label) for row in paragraphs])
    return next((row for row in paragraphs if row.pk in keys), None)


def _title(head: Paragraph) -> str:
    return f"{head.label} {head.text}".strip()
