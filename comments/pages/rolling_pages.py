"""The rolling text on screen, as Word and as PDF: proposals in place, names shown or hidden."""

import logging
from dataclasses import replace
from datetime import datetime

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from comments.exports.rolling_sheet import RollingPrinter, rolling_filename
from comments.exports.table_files import FORMATS
from comments.forms.table_form import with_circulated
from comments.pages.reading_selection import address_of_revision
from comments.pages.table_pages import FORMAT_NAMES, ask_for_export_page, request_export
from comments.papers.exporting import MAX_ROLLING_ROWS_IN_REQUEST
from comments.papers.selections import WRITERS, RollingSelection
from comments.tables.rolling_parts import RollingPart
from comments.tables.rolling_text import RollingText
from consultations.pages.pacing import paced
from consultations.pages.view_decorators import with_access
from consultations.rules.access import Access, Act
from drafts.models import Revision
from drafts.shells.printing import PrintingError

log = logging.getLogger(__name__)


@require_safe
@never_cache
@with_access
def rolling(
    request: HttpRequest, access: Access, draft_slug: str, revision_number: int
) -> HttpResponse:
    """A revision with its proposals, by sections where it is long; `?names=0` hides names."""
    selection = _selection(request, access, draft_slug, revision_number)
    part = _part(access, selection, request.GET.get("page", ""))
    printer = RollingPrinter(part.rolling)
    page_url = selection.page_address(access)
    selection_with_names_switched = replace(selection, has_names=not selection.has_names)
    context = {
        "access": access,
        "revision": selection.revision,
        "rolling": part.rolling,
        "page": Paginator(range(part.count), 1).get_page(part.number),
        "sections": [
            (title, f"{page_url}&page={page_number}") for title, page_number in part.sections
        ],
        "left_out": part.left_out,
        "head": printer.head,
        "paragraphs": list(printer.paragraphs()),
        "reading_url": address_of_revision(access, selection.revision),
        "names_url": selection_with_names_switched.page_address(access),
        "copy_url": _other_copy(selection).page_address(access) if access.reads_all else "",
        "downloads": [
            (
                FORMAT_NAMES[format_name],
                selection.file_address(access, format_name),
                is_long(part.size, format_name),
            )
            for format_name in WRITERS
        ],
    }
    return render(request, "comments/rolling.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@with_access
@paced("paper")
def rolling_file(
    request: HttpRequest, access: Access, draft_slug: str, revision_number: int, format_name: str
) -> HttpResponseBase:
    """The same as a file: at once where it is small, otherwise by asking for it. The same choice
    and cut-off give the same bytes."""
    if format_name not in WRITERS:
        raise Http404
    selection = _selection(request, access, draft_slug, revision_number)
    rolling_text = _compiled(access, selection)
    if request.method == "POST":
        return request_export(request, access, selection, format_name)
    if is_long(len(rolling_text.paragraphs) + rolling_text.count, format_name):
        title = RollingPrinter(rolling_text).head.title
        return ask_for_export_page(
            request, access, selection, format_name, title, rolling_text.count
        )
    try:
        content = b"".join(WRITERS[format_name](rolling_text))
    except PrintingError as error:
        log.error("A rolling text failed: %s", type(error).__name__)
        messages.error(
            request, _("The file could not be generated. Try again, or download it as Word.")
        )
        return redirect(selection.page_address(access))
    response = HttpResponse(content, content_type=FORMATS[format_name].content_type)
    response["Content-Disposition"] = (
        f'attachment; filename="{rolling_filename(rolling_text, format_name)}"'
    )
    return response


def is_long(size: int, format_name: str) -> bool:
    """Whether a text of this many paragraphs and proposals is generated in the background."""
    return size > MAX_ROLLING_ROWS_IN_REQUEST[format_name]


def _selection(
    request: HttpRequest, access: Access, draft_slug: str, revision_number: int
) -> RollingSelection:
    """What the address chooses; by default the widest copy that one may read, as of now."""
    revisions = Revision.objects.visible_to(access).select_related("draft", "round")
    revision = get_object_or_404(revisions, draft__slug=draft_slug, number=revision_number)
    copy = request.GET.get("copy", "")
    widest_copy = "facilitators" if access.may(Act.READ_UNPUBLISHED_REVIEW) else "circulation"
    return RollingSelection(
        revision=revision,
        cut_off=_cut_off(request, access, revision),
        copy=copy if copy in {"circulation", "facilitators"} else widest_copy,  # type: ignore[arg-type]
        has_names=request.GET.get("names") != "0",
    )


def _part(access: Access, selection: RollingSelection, page: str) -> RollingPart:
    try:
        return selection.part(access, page)
    except ValidationError as error:
        raise Http404 from error


def _compiled(access: Access, selection: RollingSelection) -> RollingText:
    try:
        return selection.compiled(access)
    except ValidationError as error:
        raise Http404 from error


def _cut_off(request: HttpRequest, access: Access, revision: Revision) -> datetime:
    """The moment in the address; else the beginning of this minute, if the text was out by then."""
    if "cut_off" not in request.GET:
        return with_circulated(access.moment.replace(second=0, microsecond=0), [revision])
    try:
        moment = datetime.fromisoformat(request.GET["cut_off"])
    except ValueError as error:
        raise Http404 from error
    if moment.tzinfo is None:
        raise Http404
    return moment


def _other_copy(selection: RollingSelection) -> RollingSelection:
    is_full = selection.copy == "facilitators"
    return replace(selection, copy="circulation" if is_full else "facilitators")
