"""The rolling text on screen, as Word and as PDF: proposals in place, names shown or hidden."""

import logging
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from comments.exports import rolling_docx, rolling_pdf
from comments.exports.as_pdf import PrintingError
from comments.exports.render import FORMATS
from comments.exports.rolling import RollingPrinter, filename
from comments.pages.shown import address_of
from comments.tables.rolling import Rolling, compile_rolling
from consultations.access import Access, Act
from consultations.entering import entered
from drafts.models import Revision

log = logging.getLogger(__name__)

WRITERS: dict[str, Callable[[Rolling], Iterator[bytes]]] = {
    "docx": rolling_docx.stream,
    "pdf": rolling_pdf.stream,
}


@require_safe
@never_cache
@entered
def rolling(request: HttpRequest, access: Access, draft: str, number: int) -> HttpResponse:
    """The whole text of a revision with its proposals; `?names=0` hides who proposes."""
    revision = _revision(access, draft, number)
    found = _compiled(request, access, revision)
    printer = RollingPrinter(found)
    here = request.path
    context = {
        "access": access,
        "revision": revision,
        "rolling": found,
        "head": printer.head,
        "sheets": list(printer.sheets()),
        "reading_url": address_of(access, revision),
        "names_url": f"{here}?{_query(found, has_names=not found.has_names)}",
        "copy_url": f"{here}?{_query(found, copy=_other_copy(found))}" if access.reads_all else "",
        "downloads": [
            (name, f"{_file_url(access, revision, format_name)}?{_query(found)}")
            for format_name, name in (("docx", _("Word")), ("pdf", _("PDF")))
        ],
    }
    return render(request, "comments/rolling.html", context)


@require_safe
@never_cache
@entered
def rolling_file(
    request: HttpRequest, access: Access, draft: str, number: int, format_name: str
) -> HttpResponseBase:
    """The same as a file. The same choice and cut-off give the same bytes."""
    if format_name not in WRITERS:
        raise Http404
    revision = _revision(access, draft, number)
    found = _compiled(request, access, revision)
    try:
        paper = b"".join(WRITERS[format_name](found))
    except PrintingError as error:
        log.error("A rolling text failed: %s", type(error).__name__)
        messages.error(request, _("The paper could not be set. Try again, or take it as Word."))
        page = reverse("rolling", args=[access.consultation.slug, draft, number])
        return redirect(f"{page}?{_query(found)}")
    response = HttpResponse(paper, content_type=FORMATS[format_name].content_type)
    response["Content-Disposition"] = f'attachment; filename="{filename(found, format_name)}"'
    return response


def _revision(access: Access, draft: str, number: int) -> Revision:
    rows = Revision.objects.visible_to(access).select_related("draft", "round")
    return get_object_or_404(rows, draft__slug=draft, number=number)


def _compiled(request: HttpRequest, access: Access, revision: Revision) -> Rolling:
    """What the address chooses; unless it says otherwise, all that one may read, as of now."""
    asked = request.GET.get("copy", "")
    widest = "facilitators" if access.may(Act.READ_UNPUBLISHED_REVIEW) else "circulation"
    try:
        return compile_rolling(
            access=access,
            revision=revision,
            cut_off=_cut_off(request, access, revision),
            copy=asked if asked in {"circulation", "facilitators"} else widest,  # type: ignore[arg-type]
            has_names=request.GET.get("names") != "0",
        )
    except ValidationError as error:
        raise Http404 from error


def _cut_off(request: HttpRequest, access: Access, revision: Revision) -> datetime:
    """The moment in the address; else the beginning of this minute, if the text was out by then."""
    if "cut_off" not in request.GET:
        minute = access.moment.replace(second=0, microsecond=0)
        return max(minute, revision.circulated_at)
    try:
        moment = datetime.fromisoformat(request.GET["cut_off"])
    except ValueError as error:
        raise Http404 from error
    if moment.tzinfo is None:
        raise Http404
    return moment


def _other_copy(found: Rolling) -> str:
    return "circulation" if found.table.copy == "facilitators" else "facilitators"


def _query(found: Rolling, *, has_names: bool | None = None, copy: str = "") -> str:
    """What of the choice stands in the address, with one of it changed."""
    shows = found.has_names if has_names is None else has_names
    chosen: dict[str, Any] = {
        "copy": copy or found.table.copy,
        "cut_off": found.table.cut_off.isoformat(),
    }
    return urlencode(chosen | ({} if shows else {"names": "0"}))


def _file_url(access: Access, revision: Revision, format_name: str) -> str:
    args = [access.consultation.slug, revision.draft.slug, revision.number, format_name]
    return reverse("rolling_file", args=args)
