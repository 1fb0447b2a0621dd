"""The compiled table on screen as printed, its papers, and those that a task generates."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import (
    FileResponse,
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    StreamingHttpResponse,
)
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from comments.exports.cells import Printer
from comments.exports.table_files import FORMATS, content_type, stream, table_filename
from comments.forms.table_form import TableForm, first_selection
from comments.models import Export
from comments.papers.exporting import (
    MOST_IN_REQUEST,
    ask_export,
    circulated,
    fail,
    is_lost,
    revisions_of_export,
)
from comments.papers.selections import AnySelection, RollingSelection, Selection, selection_of
from comments.tables.table import Table, TableRow
from comments.tasks import start_export
from consultations.pages.pacing import paced
from consultations.pages.view_decorators import with_access
from consultations.rules.access import Access
from drafts.models import Revision
from drafts.shells.printing import PrintingError

log = logging.getLogger(__name__)

PAGE = 20
MOST_PAPERS = 50
FORMAT_NAMES = {
    "docx": _("Word"),
    "xlsx": _("Excel"),
    "pdf": _("PDF"),
    "csv": _("CSV"),
    "json": _("JSON"),
}


@dataclass(frozen=True, slots=True)
class Download:
    """One format of a table: where to get it, and whether a task generates it in the background."""

    name: str
    address: str
    is_long: bool


@require_safe
@with_access
def table(request: HttpRequest, access: Access) -> HttpResponse:
    """The paper itself, twenty rows a page. The whole choice stands in the address."""
    revisions = revisions_of_export(access)
    if not revisions:
        return render(request, "comments/table_empty.html", {"access": access})
    if not request.GET.keys() - {"page"}:
        return redirect(f"{request.path}?{first_selection(access, revisions).query}")
    form = TableForm(request.GET, access=access, revisions=revisions)
    compiled = _compiled(access, form)
    if compiled is None:
        return render(request, "comments/table.html", {"access": access, "form": form}, status=422)
    paginator: Paginator[TableRow] = Paginator(compiled.rows, PAGE)  # type: ignore[arg-type]
    page = paginator.get_page(request.GET.get("page"))
    context = {
        "access": access,
        "form": form,
        "page": page,
        "downloads": _downloads(access, form.selection(), compiled.count),
        **_printed(compiled, page.object_list),
    }
    return render(request, "comments/table.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@with_access
@paced("paper")
def table_file(request: HttpRequest, access: Access, format_name: str) -> HttpResponseBase:
    """The table as a file: at once where it is small, otherwise by asking for it."""
    if format_name not in FORMATS:
        raise Http404
    form = TableForm(request.GET, access=access, revisions=revisions_of_export(access))
    compiled = _compiled(access, form)
    if compiled is None:
        return render(request, "comments/table.html", {"access": access, "form": form}, status=422)
    selection = form.selection()
    if request.method == "POST":
        return request_export(request, access, selection, format_name)
    if compiled.count > MOST_IN_REQUEST[format_name]:
        title, count = compiled.title, compiled.count
        return before_long(request, access, selection, format_name, title, count)
    return _streamed(request, access, selection, compiled, format_name)


@require_safe
@with_access
def papers(request: HttpRequest, access: Access) -> HttpResponse:
    """The papers that were asked for in this capacity, newest first."""
    revisions = circulated(access)
    exports = Export.objects.visible_to(access)[:MOST_PAPERS]
    rows = [_export_context(access, export, revisions) for export in exports]
    return render(request, "comments/table_papers.html", {"access": access, "papers": rows})


@require_safe
@never_cache
@with_access
def paper(request: HttpRequest, access: Access, paper: UUID) -> HttpResponse:
    """How far a paper is, and the file when it is made. Asked by htmx, only that part."""
    export = get_object_or_404(Export.objects.visible_to(access), public_id=paper)
    template = "comments/_table_paper.html" if request.htmx else "comments/table_paper.html"  # type: ignore[attr-defined]
    context = {"access": access, "paper": _export_context(access, export, circulated(access))}
    return render(request, template, context)


@require_safe
@never_cache
@with_access
def paper_file(request: HttpRequest, access: Access, paper: UUID) -> HttpResponseBase:
    """The file, for its owner in the capacity in which it was asked for, while it is kept."""
    kept = Export.objects.visible_to(access).filter(expires_at__gt=access.moment).exclude(file="")
    export = get_object_or_404(kept, public_id=paper)
    made = Path(str(export.file.name))
    name = Path(export.parameters["filename"]).with_suffix(made.suffix).name
    try:
        return FileResponse(export.file.open(), as_attachment=True, filename=name)
    except FileNotFoundError:
        raise Http404


def _compiled(access: Access, form: TableForm) -> Table | None:
    """The table that the form chooses; None where it chooses none, and the form says why."""
    if not form.is_valid():
        return None
    try:
        return form.selection().compiled(access)
    except ValidationError as error:
        form.add_error("cut_off", error)
        return None


def _downloads(access: Access, selection: Selection, count: int) -> list[Download]:
    return [
        Download(
            str(name),
            selection.file_address(access, format_name),
            count > MOST_IN_REQUEST[format_name],
        )
        for format_name, name in FORMAT_NAMES.items()
    ]


def _printed(compiled: Table, rows: Any) -> dict[str, Any]:
    """What the page prints: the same head, cells and blocks as every paper."""
    printer = Printer(compiled)
    in_blocks = compiled.layout == "blocks"
    return {
        "table": compiled,
        "head": printer.head,
        "rows": [] if in_blocks else [printer.cells(row) for row in rows],
        "blocks": list(printer.blocks(rows)) if in_blocks else [],
    }


def _streamed(
    request: HttpRequest,
    access: Access,
    selection: Selection,
    compiled: Table,
    format_name: str,
) -> HttpResponseBase:
    chunks: Iterator[bytes] = stream(compiled, format_name)
    try:
        first = next(chunks, b"")
    except PrintingError as error:
        log.error("A table as %s failed: %s", format_name, type(error).__name__)
        messages.error(
            request, gettext("The paper could not be set. Try again, or take it as Word.")
        )
        return redirect(selection.page_address(access))
    response = StreamingHttpResponse(
        chain([first], chunks), content_type=content_type(compiled, format_name)
    )
    response["Content-Disposition"] = (
        f'attachment; filename="{table_filename(compiled, format_name)}"'
    )
    return response


def before_long(
    request: HttpRequest,
    access: Access,
    selection: AnySelection,
    format_name: str,
    title: str,
    count: int,
) -> HttpResponse:
    """The page that says what a paper holds before one asks for it."""
    context = {
        "access": access,
        "title": title,
        "count": count,
        "format": FORMAT_NAMES[format_name],
        "address": request.get_full_path(),
        "back": selection.page_address(access),
    }
    return render(request, "comments/table_ask.html", context)


def request_export(
    request: HttpRequest, access: Access, selection: AnySelection, format_name: str
) -> HttpResponse:
    """Have a paper generated by a task, and go to the page that shows its progress."""
    export, is_new = ask_export(access=access, selection=selection, format_name=format_name)
    if is_new and not start_export(export.pk):
        log.error("Export %s could not be handed to a worker", export.public_id)
        fail(export, gettext("The paper could not be started."))
    return redirect("paper", access.consultation.slug, export.public_id)


def _export_context(access: Access, export: Export, revisions: list[Revision]) -> dict[str, Any]:
    """One export as its page shows it: title, state, links."""
    format_name = export.parameters["format"]
    selection = selection_of(export, revisions)
    is_kept = bool(export.file) and export.expires_at is not None
    lost = gettext("The making was interrupted.") if is_lost(export, access.moment) else ""
    return {
        "export": export,
        "title": export.parameters["title"],
        "format": FORMAT_NAMES[format_name],
        "copy": export.parameters["copy"],
        "is_under_way": export.finished_at is None and not lost,
        "is_ready": is_kept and export.expires_at > access.moment,  # type: ignore[operator]
        "error": export.error or lost,
        "again": selection.file_address(access, format_name),
        "page": selection.page_address(access),
        "is_rolling": isinstance(selection, RollingSelection),
    }
