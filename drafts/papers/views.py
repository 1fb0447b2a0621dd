"""Files of a circulated text: clean, or as a redline against an earlier revision."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from consultations.rules.access import Access
from consultations.web.forms import sent_number
from consultations.web.pacing import paced
from consultations.web.view_decorators import with_access
from drafts.models import Revision
from drafts.papers.files import FORMATS, make_text_file
from drafts.papers.paper import TextPaper
from drafts.papers.queries import (
    paper_of_revision,
    redline_of,
    translated_paper,
    with_brackets_annex,
)
from drafts.printing.pdf import PrintingError


@require_safe
@never_cache
@with_access
@paced("paper")
def text_file(
    request: HttpRequest, access: Access, draft_slug: str, number: int, format_name: str
) -> HttpResponse:
    """The text as a file; `?since=1` asks for the changes against revision 1, `?text=ar` for the
    translation into Arabic, `?annex=brackets` for the open brackets behind the text. All three are
    for Word and PDF only."""
    revision = revision_of(access, draft_slug, number)
    if format_name not in FORMATS:
        raise Http404
    earlier_revision = _requested_earlier_revision(request, access, revision, format_name)
    paper = _requested_paper(request, access, revision, format_name)
    redline = redline_of(access, paper, (earlier_revision, revision)) if earlier_revision else None
    try:
        file = make_text_file(paper, format_name, redline)
    except PrintingError as error:
        messages.error(request, error.sentence)
        return redirect("reading", access.consultation.slug, draft_slug, number)
    response = HttpResponse(file.content, content_type=file.content_type)
    response["Content-Disposition"] = f'attachment; filename="{file.name}"'
    return response


def _requested_paper(
    request: HttpRequest, access: Access, revision: Revision, format_name: str
) -> TextPaper:
    """The paper of the authentic text, or of the requested translation, which is never a redline.
    Raises Http404."""
    language = request.GET.get("text", "")
    if not language:
        authentic = paper_of_revision(access, revision)
        may_have_annex = FORMATS[format_name].is_laid_out
        wants_brackets_annex = request.GET.get("annex") == "brackets" and may_have_annex
        if wants_brackets_annex:
            return with_brackets_annex(access, revision, authentic)
        return authentic
    may_be_translated = FORMATS[format_name].is_laid_out and not request.GET.get("since")
    paper = translated_paper(access, revision, language) if may_be_translated else None
    if paper is None:
        raise Http404
    return paper


def revision_of(access: Access, draft_slug: str, number: int) -> Revision:
    """A circulated revision with its text. Raises Http404."""
    revisions = Revision.objects.visible_to(access).select_related("draft", "meeting")
    try:
        return revisions.get(draft__slug=draft_slug, number=number)
    except Revision.DoesNotExist:
        raise Http404


def _requested_earlier_revision(
    request: HttpRequest, access: Access, revision: Revision, format_name: str
) -> Revision | None:
    """The requested earlier revision, None where none is. Raises Http404 where it is not earlier,
    or the format shows no changes."""
    if not request.GET.get("since"):
        return None
    since_number = sent_number(request.GET["since"])
    is_earlier = since_number is not None and 0 < since_number < revision.number
    if since_number is None or not is_earlier or not FORMATS[format_name].is_laid_out:
        raise Http404
    return revision_of(access, revision.draft.slug, since_number)
