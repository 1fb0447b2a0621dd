"""The rolling text on screen, as Word and as PDF: proposals in place, names shown or hidden."""

import logging
from dataclasses import replace
from datetime import datetime

from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from comments.inputs.addresses import address_of_revision
from comments.rolling.parts import RollingPart
from comments.rolling.selection import (
    MAX_ROLLING_ROWS_IN_REQUEST,
    ROLLING_WRITERS,
    RollingSelection,
)
from comments.rolling.sheet import RollingPrinter
from comments.rolling.text import RollingText
from comments.table.forms import cut_off_after_circulations
from comments.table.views import FORMAT_NAMES, Download
from consultations.rules.access import Access, Act
from consultations.web.view_decorators import with_access
from drafts.models import Revision

log = logging.getLogger(__name__)


@require_safe
@with_access
def rolling(
    request: HttpRequest, access: Access, draft_slug: str, revision_number: int
) -> HttpResponse:
    """A revision with its proposals, by sections where it is long; `?names=0` hides names."""
    selection = requested_selection(request, access, draft_slug, revision_number)
    part = _get_part(access, selection, request.GET.get("page", ""))
    printer = RollingPrinter(part.rolling)
    page_url = selection.page_url(access)
    selection_of_other_names = replace(selection, has_names=not selection.has_names)
    context = {
        "access": access,
        "revision": selection.revision,
        "rolling": part.rolling,
        # One part of the text a page.
        "page": Paginator(range(part.part_count), 1).get_page(part.number),
        "sections": [
            (title, f"{page_url}&page={page_number}") for title, page_number in part.sections
        ],
        "left_out_count": part.left_out_count,
        "head": printer.head,
        "paragraphs": list(printer.paragraphs()),
        "reading_url": address_of_revision(access, selection.revision),
        "other_names_url": selection_of_other_names.page_url(access),
        "other_copy_url": _other_copy(selection).page_url(access) if access.reads_all else "",
        "downloads": [
            Download(
                str(FORMAT_NAMES[format_name]),
                selection.file_url(access, format_name),
                is_made_in_background(part.whole_size, format_name),
            )
            for format_name in ROLLING_WRITERS
        ],
    }
    return render(request, "comments/rolling/rolling.html", context)


def is_made_in_background(size: int, format_name: str) -> bool:
    """Whether a text of this many paragraphs and proposals is generated in the background."""
    return size > MAX_ROLLING_ROWS_IN_REQUEST[format_name]


def requested_selection(
    request: HttpRequest, access: Access, draft_slug: str, revision_number: int
) -> RollingSelection:
    """What the address chooses; by default the widest copy that one may read, as of now."""
    revisions = Revision.objects.visible_to(access).select_related("draft", "round")
    revision = get_object_or_404(revisions, draft__slug=draft_slug, number=revision_number)
    copy = request.GET.get("copy", "")
    # The facilitators' copy also has inputs that delegations may not read yet; it needs this act.
    widest_copy = "facilitators" if access.may(Act.READ_UNPUBLISHED_REVIEW) else "circulation"
    return RollingSelection(
        revision=revision,
        cut_off=_cut_off(request, access, revision),
        copy=copy if copy in {"circulation", "facilitators"} else widest_copy,  # type: ignore[arg-type]
        has_names=request.GET.get("names") != "0",
    )


def _get_part(access: Access, selection: RollingSelection, page: str) -> RollingPart:
    """The part of the text on a page of the screen. Raises Http404 where it cannot be shown."""
    try:
        return selection.part(access, page)
    except ValidationError as error:
        raise Http404 from error


def get_rolling_text(access: Access, selection: RollingSelection) -> RollingText:
    """All of the rolling text. Raises Http404 where it cannot be shown."""
    try:
        return selection.compile_for(access)
    except ValidationError as error:
        raise Http404 from error


def _cut_off(request: HttpRequest, access: Access, revision: Revision) -> datetime:
    """The moment in the address; else this minute, or the circulation where that is later."""
    if "cut_off" not in request.GET:
        return cut_off_after_circulations(
            access.moment.replace(second=0, microsecond=0), [revision]
        )
    try:
        moment = datetime.fromisoformat(request.GET["cut_off"])
    except ValueError as error:
        raise Http404 from error
    if moment.tzinfo is None:
        raise Http404
    return moment


def _other_copy(selection: RollingSelection) -> RollingSelection:
    """The same in the other copy: the facilitators' one, or the one that is circulated."""
    is_facilitators_copy = selection.copy == "facilitators"
    return replace(selection, copy="circulation" if is_facilitators_copy else "facilitators")
