"""How a sentence cites a paragraph by its label."""

from django.utils.translation import gettext as _


def citation_of(label: str) -> str:
    """A label as a citation: "12" → "Paragraph 12"; "OP3" stays as it is."""
    return _("Paragraph %(label)s") % {"label": label} if label[:1].isdigit() else label


def inline_citation(label: str) -> str:
    """`citation_of` with a small letter, as in "PRT-6, paragraph 13"."""
    return _("paragraph %(label)s") % {"label": label} if label[:1].isdigit() else label
