"""The reader's exports: their list, the progress of each, its file, and how to cancel one.

A paper is what is exported; an `Export` is the row that records it.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from comments.exports.acts import cancel_export, storage_away_message
from comments.exports.attempts import MAX_ATTEMPTS, UNFINISHED, PaperState, paper_state_of
from comments.exports.selection import selection_of
from comments.exports.text_selection import TEXT
from comments.models import Export
from comments.table.selection import circulated_revisions
from comments.table.views import FORMAT_NAMES
from consultations.rules.access import Access
from consultations.web.view_decorators import with_access
from drafts.models import Revision

MAX_PAPERS = 50  # in the list
RETRY_AFTER_SECONDS = 60  # where the server of generated files cannot be reached


@dataclass(frozen=True, slots=True)
class PaperLine:
    """A paper as its page and the list show it: its state, and the addresses of its links."""

    export: Export
    # The name of the format, as the page says it.
    format_label: str
    state: PaperState
    # Where it is asked for again, and the page from which it was asked for.
    retry_url: str
    page_url: str
    # Of what it is made: "table", "rolling" or "text".
    kind: str

    @property
    def title(self) -> str:
        """The title that the paper carries."""
        return str(self.export.parameters["title"])

    @property
    def text_title(self) -> str:
        """The title, where it is the file of a text; else empty."""
        return self.title if self.kind == TEXT else ""

    @property
    def copy(self) -> str:
        """The circulation copy or the facilitators' copy; empty of a text, which has no copies."""
        return str(self.export.parameters.get("copy", ""))

    @property
    def is_unfinished(self) -> bool:
        """Whether the paper waits to be generated, or is being generated."""
        return self.state in UNFINISHED

    @property
    def attempt(self) -> str:
        """Which attempt to generate it this is, from the second on; empty once it is finished."""
        if not self.is_unfinished or self.export.attempts < 2:
            return ""
        return gettext("Attempt %(number)s of %(most)s.") % {
            "number": self.export.attempts,
            "most": MAX_ATTEMPTS,
        }


@require_safe
@with_access
def papers(request: HttpRequest, access: Access) -> HttpResponse:
    """The papers that were asked for in this capacity, newest first."""
    revisions = circulated_revisions(access)
    exports = Export.objects.visible_to(access)[:MAX_PAPERS]
    lines = [_paper_line(access, export, revisions) for export in exports]
    return render(
        request, "comments/exports/table_papers.html", {"access": access, "papers": lines}
    )


@require_safe
@with_access
def paper(request: HttpRequest, access: Access, paper_public_id: UUID) -> HttpResponse:
    """The progress of a paper, and a link to its file; for htmx that part of the page alone."""
    is_part_asked = request.htmx  # type: ignore[attr-defined]
    template = "_table_paper.html" if is_part_asked else "table_paper.html"
    context = _page_context(access, _own_export(access, paper_public_id))
    return render(request, f"comments/exports/{template}", context)


@require_safe
@with_access
def paper_file(request: HttpRequest, access: Access, paper_public_id: UUID) -> HttpResponseBase:
    """The file, for its owner in the capacity in which it was asked for, while it is kept."""
    export = _own_export(access, paper_public_id)
    if paper_state_of(export, access.moment) is not PaperState.READY:
        raise Http404
    # A PDF of many parts is a zip: the ending is that of the stored file.
    stored_path = Path(str(export.file.name))
    name = Path(export.parameters["filename"]).with_suffix(stored_path.suffix).name
    try:
        return FileResponse(export.file.open(), as_attachment=True, filename=name)
    except FileNotFoundError:
        raise Http404
    except ConnectionError:  # to the server of generated files
        context = _page_context(access, export) | {"storage_away_text": storage_away_message()}
        page = render(request, "comments/exports/table_paper.html", context, status=503)
        page.headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
        return page


@require_POST
@with_access
def cancel_paper(request: HttpRequest, access: Access, paper_public_id: UUID) -> HttpResponse:
    """Cancel a paper that is not generated yet."""
    try:
        cancel_export(access=access, export=_own_export(access, paper_public_id))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, gettext("The file is cancelled."))
    return redirect("paper", access.consultation.slug, paper_public_id)


def _own_export(access: Access, export_public_id: UUID) -> Export:
    """An export that was asked for in this capacity. Raises Http404."""
    return get_object_or_404(Export.objects.visible_to(access), public_id=export_public_id)


def _page_context(access: Access, export: Export) -> dict[str, Any]:
    """The context of the page of one paper."""
    return {"access": access, "paper": _paper_line(access, export, circulated_revisions(access))}


def _paper_line(access: Access, export: Export, revisions: list[Revision]) -> PaperLine:
    """A paper as the pages show it; `revisions` are those that the reader may read."""
    format_name: str = export.parameters["format"]
    selection = selection_of(export, revisions)
    return PaperLine(
        export=export,
        format_label=str(FORMAT_NAMES[format_name]),
        state=paper_state_of(export, access.moment),
        retry_url=selection.file_url(access, format_name),
        page_url=selection.page_url(access),
        kind=export.parameters.get("paper", "table"),
    )
