"""The sections of a consultation in the frame of its pages."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from consultations.rules.access import Access, Act

# URL names of pages of a text whose addresses do not begin with that of the list of texts.
PAGES_OF_A_TEXT = frozenset(
    "latest reading compare concordance check_copy kit kit_preview rolling wording_history".split()
)


@dataclass(frozen=True, slots=True)
class FrameSection:
    """A section; `aria_current` is "page" on its first page, "true" on those below, else empty."""

    label: str
    url: str
    aria_current: str = ""


def frame_sections_of(access: Access, path: str, page_name: str) -> list[FrameSection]:
    """The sections that this capacity opens; `page_name` is the URL name of the page at `path`."""
    sections = [_section(access, _("Texts"), "drafts", path, is_below=page_name in PAGES_OF_A_TEXT)]
    if access.is_delegate:
        sections.append(_section(access, _("Our inputs"), "workspace", path))
    if access.may(Act.READ_UNPUBLISHED_REVIEW):
        sections.append(_section(access, _("Review"), "review_queue", path))
    sections += [
        _section(access, _("Table"), "table", path),
        _section(access, _("Meetings"), "meetings", path),
        _section(access, _("People"), "people", path),
    ]
    return sections


def _section(
    access: Access, label: str, name: str, path: str, *, is_below: bool = False
) -> FrameSection:
    """A section whose first page has the URL name `name`, marked if the reader is in it."""
    url = reverse(name, args=[access.consultation.slug])
    if path == url:
        return FrameSection(label, url, "page")
    return FrameSection(label, url, "true" if is_below or path.startswith(url) else "")
