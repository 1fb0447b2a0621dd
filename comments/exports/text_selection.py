"""What is chosen for the file of a text: as in its address and in the row of an export."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.http import Http404
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import get_language

from comments.table.files import OnProgress
from comments.table.selection import PreparedPaper
from consultations.rules.access import Access
from drafts.models import Revision
from drafts.papers.files import FORMATS, TextRedline, make_text_file
from drafts.papers.paper import TextPaper, paper_frame, text_filename
from drafts.papers.queries import (
    paper_of_revision,
    redline_of,
    translated_paper,
    with_brackets_annex,
)

# The value of the parameter `paper` for a text.
TEXT: Final = "text"
# The paragraphs and brackets of a PDF that is made inside a request, a second or two on two cores:
# 600 paragraphs took 1.1 s, 1,400 with 3,500 brackets 4 s. Every other format takes less.
MAX_PARAGRAPHS_AND_BRACKETS_IN_REQUEST: Final = 1_000


@dataclass(frozen=True, slots=True)
class TextSelection:
    """The selection of a text. Needs `draft` and `meeting` of the revisions."""

    revision: Revision
    earlier_revision: Revision | None = None  # with the changes since that one
    translation_language: str = ""  # empty: the authentic text
    has_brackets_annex: bool = False

    @property
    def cut_off(self) -> datetime:
        """The moment that the paper shows: a circulated text never changes."""
        return self.revision.circulated_at

    def paper_and_redline(self, access: Access) -> tuple[TextPaper, TextRedline | None]:
        """The values to print. Raises Http404 where nothing is translated into the language."""
        if self.translation_language:
            translation = translated_paper(access, self.revision, self.translation_language)
            if translation is None:
                raise Http404
            return translation, None
        paper = paper_of_revision(access, self.revision)
        if self.has_brackets_annex:
            paper = with_brackets_annex(access, self.revision, paper)
        if self.earlier_revision is None:
            return paper, None
        return paper, redline_of(access, paper, (self.earlier_revision, self.revision))

    def prepared_paper(self, access: Access, format_name: str) -> PreparedPaper:
        """The text as a file; raises as `paper_and_redline` does."""
        paper, redline = self.paper_and_redline(access)
        earlier_paper = redline.earlier_paper if redline else None

        def chunks(_on_progress: OnProgress | None) -> Iterator[bytes]:
            yield make_text_file(paper, format_name, redline).content

        return PreparedPaper(
            title=paper_frame(paper, earlier_paper).title,
            filename=text_filename(paper, FORMATS[format_name].file_ending, earlier_paper),
            progress_total=0,
            chunks=chunks,
        )

    @property
    def query(self) -> str:
        """The part of an address behind "?"; may be empty."""
        chosen = {
            "since": str(self.earlier_revision.number) if self.earlier_revision else "",
            "text": self.translation_language,
            "annex": "brackets" if self.has_brackets_annex else "",
        }
        return urlencode({name: value for name, value in chosen.items() if value})

    def page_url(self, access: Access) -> str:
        args = [access.consultation.slug, self.revision.draft.slug, self.revision.number]
        return reverse("reading", args=args)

    def file_url(self, access: Access, format_name: str) -> str:
        args = [access.consultation.slug, self.revision.draft.slug, self.revision.number]
        url = reverse("text_file", args=[*args, format_name])
        return f"{url}?{self.query}" if self.query else url

    def parameters(self, format_name: str) -> dict[str, Any]:
        """The parameters in the record of a paper."""
        earlier = [self.earlier_revision] if self.earlier_revision else []
        return {
            "paper": TEXT,
            # The revision, then the one since which its changes are shown.
            "revisions": [str(revision.public_id) for revision in (self.revision, *earlier)],
            "translation": self.translation_language,
            "has_brackets_annex": self.has_brackets_annex,
            "language": get_language() or "en",
            "format": format_name,
        }


def is_made_in_background(paper: TextPaper, format_name: str) -> bool:
    """Whether the file of a text takes longer than a page may."""
    bracket_count = sum(paragraph.text.count("[") for paragraph in paper.paragraphs)
    size = len(paper.paragraphs) + bracket_count
    return format_name == "pdf" and size > MAX_PARAGRAPHS_AND_BRACKETS_IN_REQUEST
