"""How a sentence cites a paragraph by its label."""

from collections.abc import Collection
from itertools import groupby

from django.utils.translation import gettext as _

from drafts.models import Paragraph, ParagraphKind
from drafts.text.names import NamedWording, name_of_wording, names_by_paragraph_id


def citation_of(label: str) -> str:
    """A label as a citation: "12" → "Paragraph 12"; "OP3" stays as it is."""
    return _("Paragraph %(label)s") % {"label": label} if label[:1].isdigit() else label


def citation_of_wording(wording: NamedWording) -> str:
    """A wording as a citation: "Paragraph 12", "“Recalling …”"."""
    return citation_of(name_of_wording(wording))


def names_on_desk(draft_ids: Collection[int]) -> dict[int, str]:
    """How each paragraph of these working texts is cited, by its id: one query.

    Whether the reader may read the desk is for the caller to ask.
    """
    rows = Paragraph.objects.in_force().filter(draft__in=draft_ids).order_by("draft", "place", "pk")
    named_rows = rows.values_list("draft", "pk", "parent", "label", "kind", "text")
    name_by_paragraph_id: dict[int, str] = {}
    for _draft_id, rows_of_draft in groupby(named_rows, lambda row: row[0]):
        name_by_paragraph_id |= names_by_paragraph_id(row[1:] for row in rows_of_draft)
    return name_by_paragraph_id


def inline_citation(label: str) -> str:
    """`citation_of` with a small letter, as in "PRT-6, paragraph 13"."""
    return _("paragraph %(label)s") % {"label": label} if label[:1].isdigit() else label


def inline_citation_of_wording(wording: NamedWording) -> str:
    """A wording as a sentence cites it: "paragraph 12", "“Recalling …”", "title"."""
    if wording.kind == ParagraphKind.TITLE and not wording.name:
        return str(ParagraphKind.TITLE.label)
    return inline_citation(name_of_wording(wording))


def place_in_stage(wording: NamedWording, stage: str) -> str:
    """A paragraph of a stage, in a sentence: "paragraph 12 of First draft", "title of Rev.1"."""
    place = inline_citation_of_wording(wording)
    return _("%(label)s of %(stage)s") % {"label": place, "stage": stage}
