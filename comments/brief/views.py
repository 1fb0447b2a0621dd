"""The brief before a meeting: a page of the own delegation, and the same as a PDF."""

from dataclasses import replace
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.text import slugify
from django.views.decorators.http import require_safe

from comments.brackets.news import own_brackets_sentence
from comments.brief.lines import BriefLines, brief_lines
from comments.brief.papers import MAX_PARAGRAPHS, brief_filename, brief_paper
from comments.brief.pictures import PICTURE_NAMES, outcome_pictures, outcome_rows
from comments.brief.queries import Brief, brief_of
from comments.inputs.citations import absolute_url
from comments.papers.rows_csv import csv_response
from consultations.rules.access import Access
from consultations.web.frame_facts import frame_facts
from consultations.web.pacing import paced
from consultations.web.view_decorators import with_access
from drafts.brackets.ledger import count_own_brackets
from drafts.printing.pdf import PrintingError

# How many paragraphs stand on one page; the most relevant come first.
PAGE_SIZE = 8


@require_safe
@with_access
def brief(request: HttpRequest, access: Access) -> HttpResponse:
    """What became of the own inputs and what touches them, before the next meeting or a named one.

    Reading it marks nothing as seen: the news in it is still new on its own page.
    """
    requested_brief = _requested_brief(request, access)
    # So that the frame of the page does not read the rounds again.
    frame_facts(request).rounds = requested_brief.all_rounds
    page = Paginator(requested_brief.summaries, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "access": access,
        "brief": requested_brief,
        "page": page,
        "brief_lines": brief_lines(
            access, requested_brief, requested_brief.commented_paragraphs([*page.object_list])
        ),
        "own_bracket_count": count_own_brackets(access),
        # Of all the inputs in the brief, so on its first page alone.
        "pictures": outcome_pictures(access, requested_brief) if page.number == 1 else [],
        "since_last_visit_url": f"?{_query_string(requested_brief, since_last_visit=True)}",
        "since_last_meeting_url": f"?{_query_string(requested_brief, since_last_visit=False)}",
        "file_url": _file_url(access, requested_brief),
    }
    return render(request, "comments/brief/brief.html", context)


@require_safe
@with_access
@paced("paper")
def brief_file(request: HttpRequest, access: Access) -> HttpResponse:
    """The brief on two pages of A4, as PDF."""
    requested_brief = _requested_brief(request, access)
    page_url = (
        f"{reverse('brief', args=[access.consultation.slug])}?{_query_string(requested_brief)}"
    )
    try:
        pdf = brief_paper(access, _lines_of_paper(access, requested_brief), absolute_url(page_url))
    except PrintingError as error:
        messages.error(request, error.sentence)
        return redirect(page_url)
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{brief_filename(access)}"'
    return response


@require_safe
@with_access
def brief_rows_file(request: HttpRequest, access: Access, picture_name: str) -> HttpResponse:
    """The figures of one picture of the brief, as CSV."""
    if picture_name not in PICTURE_NAMES:
        raise Http404
    # Without a seat there is no brief: `_requested_brief` refuses.
    delegation_code = slugify(access.seat.code if access.seat else "")
    return csv_response(
        outcome_rows(_requested_brief(request, access), picture_name),
        f"{picture_name}-{delegation_code}",
    )


def _lines_of_paper(access: Access, brief: Brief) -> BriefLines:
    """The lines of the brief; the lead also counts the brackets that the own delegation asked for.

    The page on screen shows that count elsewhere.
    """
    lines = brief_lines(access, brief, brief.commented_paragraphs(brief.summaries[:MAX_PARAGRAPHS]))
    own_bracket_count = count_own_brackets(access)
    return (
        replace(
            lines, lead_sentences=(*lines.lead_sentences, own_brackets_sentence(own_bracket_count))
        )
        if own_bracket_count
        else lines
    )


def _requested_brief(request: HttpRequest, access: Access) -> Brief:
    """The brief before the meeting in the address, else before the next one.

    With "since=look" it shows the news since the last visit, else since the meeting before.
    """
    meeting_parameter = request.GET.get("meeting", "")
    try:
        meeting_public_id = UUID(meeting_parameter) if meeting_parameter else None
    except ValueError:
        raise Http404
    return brief_of(access, meeting_public_id, since_last_visit=request.GET.get("since") == "look")


def _query_string(brief: Brief, *, since_last_visit: bool | None = None) -> str:
    """The query of an address of this brief: its meeting, and "since=look" for the news since the
    last visit. Where `since_last_visit` is None, the news is what the brief shows now.
    """
    is_since_last_visit = brief.since_last_visit if since_last_visit is None else since_last_visit
    parameters = {"meeting": str(brief.meeting.public_id)} if brief.meeting else {}
    return urlencode(parameters | ({"since": "look"} if is_since_last_visit else {}))


def _file_url(access: Access, brief: Brief) -> str:
    """The address of this brief as PDF."""
    return f"{reverse('brief_file', args=[access.consultation.slug])}?{_query_string(brief)}"
