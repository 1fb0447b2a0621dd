"""The reading page: a circulated text, its contents, and the open thread."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from comments.desks.rooms import silence_words
from comments.news.unseen import Unseen
from comments.pages.marks import mark_as_seen, unseen_here, with_marks, with_watch
from comments.pages.reading_context import page_context, thread_context
from comments.pages.reading_selection import (
    WHOLE,
    Reading,
    ReadingSelection,
    address_of,
    reading_of,
)
from comments.threads.audience import deadline_sentence
from comments.threads.threads import ParagraphView, current_paragraph_of
from consultations.pages.frame_facts import frame_facts
from consultations.pages.view_decorators import with_access
from consultations.rules.access import Access
from delegations.models import LANGUAGES


@require_safe
@never_cache
@with_access
def reading(
    request: HttpRequest, access: Access, draft: str, number: int | None = None
) -> HttpResponse:
    """A text in one revision (without a number the latest); for htmx one thread alone."""
    reading = reading_of(access, draft, number, reading_selection(request))
    if reading.where.label:
        return _redirect_to_label(request, reading)
    paragraph = open_paragraph(reading)
    return reading_response(
        request, reading, thread_context(reading, paragraph) if paragraph else None
    )


def reading_response(
    request: HttpRequest, reading: Reading, thread: dict[str, Any] | None, *, status: int = 200
) -> HttpResponse:
    """The whole page, or for htmx the open thread alone; the thread is then marked as seen."""
    unseen = unseen_here(reading, thread)
    base_context = {"access": reading.access, "hx_target": "#thread"}
    if request.method != "POST":  # a refused form marks nothing as seen
        mark_as_seen(reading, thread["thread"] if thread else None, unseen)
    if thread:
        thread = with_watch(reading, thread, unseen)
    if request.htmx and thread:  # type: ignore[attr-defined]
        return render(request, "comments/_thread.html", base_context | thread, status=status)
    facts = frame_facts(request)
    facts.due, facts.rounds = _due_sentence(reading, unseen) or None, reading.rounds
    facts.new_count = unseen.number_of("comments")
    context = base_context | with_marks(reading, page_context(reading, thread), unseen)
    return render(request, "comments/reading.html", context, status=status)


def _due_sentence(reading: Reading, unseen: Unseen) -> str:
    """What is due: first a silence, for it ends before the round, and missing it is consent."""
    if unseen.silence:
        return silence_words(reading.access, *unseen.silence)
    return deadline_sentence(reading.access, reading.round)


def open_paragraph(reading: Reading) -> ParagraphView | None:
    """The paragraph whose thread is open. Raises Http404 where this text never had it."""
    if reading.where.open is None:
        return None
    paragraph = current_paragraph_of(reading.text, reading.where.open)
    if paragraph is None:
        raise Http404
    return paragraph


def reading_selection(request: HttpRequest) -> ReadingSelection:
    """What the address asks to see. Raises Http404 where it has no such meaning."""
    query = request.GET
    section = query.get("section", "")
    try:
        return ReadingSelection(
            section=int(section) if section and section != WHOLE else None,
            is_whole=section == WHOLE,
            open=UUID(query["open"]) if query.get("open") else None,
            at=UUID(query["at"]) if query.get("at") else None,
            page=max(1, int(query.get("page") or 1)),
            against=int(query["against"]) if query.get("against") else None,
            label=query.get("label", "").strip(),
            is_writing=bool(query.get("write")),
            room=query.get("room", ""),
            text=language_of(request),
            names_askers=bool(query.get("askers")),
        )
    except ValueError:
        raise Http404


def language_of(request: HttpRequest) -> str:
    """The official language that the address asks for; empty for none. Http404 for another."""
    language = request.GET.get("text", "")
    if language and language not in dict(LANGUAGES):
        raise Http404
    return language


def _redirect_to_label(request: HttpRequest, reading: Reading) -> HttpResponse:
    """Redirect to the paragraph that is cited so; where there is none, the page says it."""
    paragraph = reading.text.find_by_label(reading.where.label)
    if paragraph is None:
        return reading_response(request, reading, None)
    url = address_of(reading.access, reading.revision, open=paragraph.id, text=reading.where.text)
    return redirect(f"{url}#p-{paragraph.id}")
