"""The reading page: a circulated text, its contents, and the thread that stands open."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from comments.desks.rooms import silence_words
from comments.news.unseen import Unseen
from comments.pages.marks import look_at, unseen_here, with_marks, with_watch
from comments.pages.reading_context import page_context, thread_context
from comments.pages.reading_selection import (
    WHOLE,
    Reading,
    ReadingSelection,
    address_of,
    reading_of,
)
from comments.threads.audience import deadline_sentence
from comments.threads.threads import ParagraphView, home_of
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
    """A text in one revision (without a number the latest); to htmx the inside of a thread only."""
    shown = reading_of(access, draft, number, where_of(request))
    if shown.where.label:
        return _go_to(request, shown)
    paragraph = opened(shown)
    return answer(request, shown, thread_context(shown, paragraph) if paragraph else None)


def answer(
    request: HttpRequest, shown: Reading, thread: dict[str, Any] | None, *, status: int = 200
) -> HttpResponse:
    """The whole page, or to htmx the inside of the open thread; from then on the thread is seen."""
    found = unseen_here(shown, thread)
    common = {"access": shown.access, "hx_target": "#thread"}
    if request.method != "POST":  # words that were refused leave nothing behind
        look_at(shown, thread["thread"] if thread else None, found)
    if thread:
        thread = with_watch(shown, thread, found)
    if request.htmx and thread:  # type: ignore[attr-defined]
        return render(request, "comments/_thread.html", common | thread, status=status)
    facts = frame_facts(request)
    facts.due, facts.rounds = _due(shown, found) or None, shown.rounds
    facts.new_count = found.number_of("comments")
    context = common | with_marks(shown, page_context(shown, thread), found)
    return render(request, "comments/reading.html", context, status=status)


def _due(shown: Reading, found: Unseen) -> str:
    """A silence comes first: it ends before the round does, and whoever misses it has consented."""
    if found.silence:
        return silence_words(shown.access, *found.silence)
    return deadline_sentence(shown.access, shown.round)


def opened(shown: Reading) -> ParagraphView | None:
    """The paragraph whose thread stands open. Raises Http404 where this text never had it."""
    if shown.where.open is None:
        return None
    paragraph = home_of(shown.text, shown.where.open)
    if paragraph is None:
        raise Http404
    return paragraph


def where_of(request: HttpRequest) -> ReadingSelection:
    """What the address asks to see; nonsense in it is a page that does not exist."""
    asked = request.GET
    section = asked.get("section", "")
    try:
        return ReadingSelection(
            section=int(section) if section and section != WHOLE else None,
            is_whole=section == WHOLE,
            open=UUID(asked["open"]) if asked.get("open") else None,
            at=UUID(asked["at"]) if asked.get("at") else None,
            page=max(1, int(asked.get("page") or 1)),
            against=int(asked["against"]) if asked.get("against") else None,
            label=asked.get("label", "").strip(),
            is_writing=bool(asked.get("write")),
            room=asked.get("room", ""),
            text=language_of(request),
            names_askers=bool(asked.get("askers")),
        )
    except ValueError:
        raise Http404


def language_of(request: HttpRequest) -> str:
    """The official language that the address asks for; empty for none. Http404 for another."""
    asked = request.GET.get("text", "")
    if asked and asked not in dict(LANGUAGES):
        raise Http404
    return asked


def _go_to(request: HttpRequest, shown: Reading) -> HttpResponse:
    """To the paragraph that is cited so; where there is none, the page says it."""
    paragraph = shown.text.find_by_label(shown.where.label)
    if paragraph is None:
        return answer(request, shown, None)
    url = address_of(shown.access, shown.revision, open=paragraph.id, text=shown.where.text)
    return redirect(f"{url}#p-{paragraph.id}")
