"""The reading page: a circulated text, its contents, and the open thread."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from comments.groups.sentences import end_of_silence
from comments.inputs.addresses import address_of_revision
from comments.inputs.audience import deadline_of_round
from comments.news.unseen import Unseen, unseen_activity
from comments.reading.context import page_context, thread_context
from comments.reading.marks import mark_as_seen, with_news_marks, with_watch_buttons
from comments.reading.selection import (
    ReadingSelection,
    RevisionOnPage,
    get_revision_on_page,
    requested_thread_page,
)
from comments.threads.queries import ShownParagraph, current_paragraph_of
from consultations.rules.access import Access
from consultations.web.frame_facts import Due, frame_facts
from consultations.web.view_decorators import with_access
from delegations.models import LANGUAGES
from drafts.text.sections import SectionChoice


@require_safe
@with_access
def reading(
    request: HttpRequest, access: Access, draft_slug: str, revision_number: int | None = None
) -> HttpResponse:
    """A text in one revision (without a number the latest); for htmx one thread alone."""
    revision_on_page = get_revision_on_page(
        access, draft_slug, revision_number, selection_of_request(request)
    )
    if revision_on_page.selection.label_to_find:
        return _redirect_to_label(request, revision_on_page)
    open_paragraph = get_open_paragraph(revision_on_page)
    return reading_response(
        request,
        revision_on_page,
        thread_context(revision_on_page, open_paragraph) if open_paragraph else None,
    )


def reading_response(
    request: HttpRequest,
    revision_on_page: RevisionOnPage,
    thread_values: dict[str, Any] | None,
    *,
    status: int = 200,
) -> HttpResponse:
    """The whole page, or for htmx the open thread alone; the thread is then marked as seen.

    `thread_values` is the context of the open thread (`thread_context`); None where none is open.
    """
    cards = thread_values["cards"] if thread_values else ()
    unseen = unseen_activity(
        revision_on_page.access,
        revision_on_page.rounds,
        [card.shown_comment.comment.pk for card in cards],
    )
    # `hx_target` is the HTML element that htmx replaces with the answer to a form.
    base_context = {"access": revision_on_page.access, "hx_target": "#thread"}
    if request.method != "POST":  # a refused form marks nothing as seen
        mark_as_seen(revision_on_page, thread_values["thread"] if thread_values else None, unseen)
    if thread_values:
        thread_values = with_watch_buttons(revision_on_page, thread_values, unseen)
    if request.htmx and thread_values:  # type: ignore[attr-defined]
        return render(
            request, "comments/reading/_thread.html", base_context | thread_values, status=status
        )
    facts = frame_facts(request)
    # None where nothing is due on this text: the frame then looks for the deadlines of all rounds.
    facts.due = _due(revision_on_page, unseen) or None
    facts.rounds = revision_on_page.rounds
    facts.new_count = unseen.count_of("comments")
    context = base_context | with_news_marks(
        revision_on_page, page_context(revision_on_page, thread_values), unseen
    )
    return render(request, "comments/reading/reading.html", context, status=status)


def _due(revision_on_page: RevisionOnPage, unseen: Unseen) -> Due:
    """What is due: a silence, if one runs (to miss it is to consent), else the round's deadline.

    Empty where neither is.
    """
    if unseen.next_silence:
        until, group_seat_id = unseen.next_silence
        return end_of_silence(revision_on_page.access, until, group_seat_id)
    return deadline_of_round(revision_on_page.access, revision_on_page.input_round)


def get_open_paragraph(revision_on_page: RevisionOnPage) -> ShownParagraph | None:
    """The paragraph whose thread is open. Raises Http404 where this text never had it."""
    if revision_on_page.selection.open_paragraph_public_id is None:
        return None
    paragraph = current_paragraph_of(
        revision_on_page.text, revision_on_page.selection.open_paragraph_public_id
    )
    if paragraph is None:
        raise Http404
    return paragraph


def selection_of_request(request: HttpRequest) -> ReadingSelection:
    """What the address asks to see. Raises Http404 for a parameter that cannot be read."""
    parameters = request.GET
    try:
        return ReadingSelection(
            section=SectionChoice.of(parameters),
            open_paragraph_public_id=UUID(parameters["open"]) if parameters.get("open") else None,
            thread_page=requested_thread_page(parameters),
            against_revision_number=int(parameters["against"])
            if parameters.get("against")
            else None,
            label_to_find=parameters.get("label", "").strip(),
            is_writing=bool(parameters.get("write")),
            group_seat_public_id=parameters.get("room", ""),
            language=requested_language(request),
            shows_askers=bool(parameters.get("askers")),
        )
    except ValueError:
        raise Http404


def requested_language(request: HttpRequest) -> str:
    """The official language that the address asks for; empty for none. Http404 for another."""
    language = request.GET.get("text", "")
    if language and language not in dict(LANGUAGES):
        raise Http404
    return language


def _redirect_to_label(request: HttpRequest, revision_on_page: RevisionOnPage) -> HttpResponse:
    """Redirect to the paragraph with the label that is asked for; the page says if none has it."""
    paragraph = revision_on_page.text.find_by_label(revision_on_page.selection.label_to_find)
    if paragraph is None:
        return reading_response(request, revision_on_page, None)
    url = address_of_revision(
        revision_on_page.access,
        revision_on_page.revision,
        open=paragraph.public_id,
        text=revision_on_page.selection.language,
    )
    return redirect(f"{url}#p-{paragraph.public_id}")
