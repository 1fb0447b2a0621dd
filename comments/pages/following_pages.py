"""What is new to a person, and what they watch, in one capacity."""

from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from comments.acts import watching as acts
from comments.mail.digest_edition import MAX_NAMES, News, count_words, read_news
from comments.models import Watch
from comments.news.citations import ParagraphPositions, current_positions
from comments.news.fresh import Counts, first_rows, items_of
from comments.news.reworded import watched_rewordings
from comments.news.reworded_texts import reworded_texts
from comments.news.unseen import Unseen, on_paragraphs
from comments.news.unseen_rows import unseen_rows
from comments.news.watched import (
    count_watched,
    is_watched,
    watch_lines,
    watched_names,
    watches_of,
)
from comments.pages.marks import counted_line, unseen_from_now
from comments.threads.audience import moment_words
from consultations.models import Seat
from consultations.pages.frame_facts import frame_facts
from consultations.pages.view_decorators import with_access
from consultations.rules.access import Access
from drafts.models import Paragraph, Wording

# So many paragraphs with news on one page.
PAGE = 20


@require_safe
@never_cache
@with_access
def new(request: HttpRequest, access: Access) -> HttpResponse:
    """Everything that this reader has not seen, or only what they watch of it, by paragraphs."""
    unseen, positions = unseen_from_now(access), current_positions(access)
    watched = count_watched(access, unseen, positions)
    reworded = watched_rewordings(unseen.watches, unseen, positions)
    frame_facts(request).new_count = unseen.number_of("comments")
    only_watched = request.GET.get("watched") == "1"
    counts = watched if only_watched else unseen.by_kind
    page = Paginator(_paragraphs_with_news(counts, positions), PAGE).get_page(
        request.GET.get("page")
    )
    context = {
        "access": access,
        "since": moment_words(access, unseen.since) if unseen.since else "",
        "counted": counted_line(access, unseen),
        "until": access.moment.isoformat(),
        "totals": count_words(counts, 0 if only_watched else len(unseen.revisions)),
        "page": page,
        "news": _news_of(access, unseen, positions, counts, page, only_watched=only_watched),
        "reworded": reworded_texts(
            access, reworded if only_watched else unseen.reworded, positions
        ),
        "only_watched": only_watched,
        "watched_count": sum(on_paragraphs(watched).values()) + len(reworded),
        "has_watches": bool(unseen.watches),
    }
    return render(request, "comments/new.html", context)


def _paragraphs_with_news(counts: Counts, positions: ParagraphPositions) -> list[int]:
    """The paragraphs at which something is new, in the order of the texts."""
    return sorted(
        {positions.current_id_of(key) for key in on_paragraphs(counts)}, key=positions.sort_key_of
    )


def _news_of(
    access: Access,
    unseen: Unseen,
    positions: ParagraphPositions,
    counts: Counts,
    page: Page[int],
    *,
    only_watched: bool,
) -> News | None:
    """The news on a page of paragraphs; the first page has the new revisions too. None for none."""
    homes = set(page.object_list)
    keys_here = {key for key in on_paragraphs(counts) if positions.current_id_of(key) in homes}
    condition = Q(paragraph__in=keys_here) & (
        is_watched(unseen, positions) if only_watched else Q()
    )
    new = unseen_rows(access, counted_since=unseen.counted_since)
    rows_here = first_rows([rows.filter(condition) for rows in new], MAX_NAMES)
    revisions = unseen.revisions if page.number == 1 and not only_watched else ()
    items = items_of(rows_here) | ({"revisions": [*revisions]} if revisions else {})
    counts_here = {
        name: {key: count for key, count in by_paragraph.items() if key in keys_here}
        for name, by_paragraph in counts.items()
    }
    return read_news(access, items, positions, counts_here) if items else None


@require_POST
@with_access
def see_all(request: HttpRequest, access: Access) -> HttpResponse:
    """Mark as seen all that the page showed, and nothing that came since it was opened."""
    try:
        until = parse_datetime(request.POST.get("until", ""))
    except ValueError:
        until = None
    if until is None or until.tzinfo is None:
        raise Http404
    acts.see_all(access=access, until=until)
    messages.success(request, _("Everything is marked as seen."))
    return redirect("new", access.consultation.slug)


@require_safe
@never_cache
@with_access
def watching(request: HttpRequest, access: Access) -> HttpResponse:
    """What this person watches in this capacity, with a button to end each."""
    watches = watches_of(access)
    lines = watch_lines(watches, current_positions(access), watched_names(access, watches))
    return render(request, "comments/watching.html", {"access": access, "lines": lines})


@require_POST
@with_access
def watch_paragraph(request: HttpRequest, access: Access, paragraph: UUID) -> HttpResponse:
    """Watch a paragraph, a section by its heading, a text by its title."""
    circulated = Wording.objects.visible_to(access).values("paragraph")
    found = get_object_or_404(Paragraph, public_id=paragraph, pk__in=circulated)
    acts.watch_paragraph(access=access, paragraph=found)
    messages.success(request, _("You are now watching it."))
    return redirect(_return_url(request, access))


@require_POST
@with_access
def watch_seat(request: HttpRequest, access: Access, seat: UUID) -> HttpResponse:
    """Watch the inputs of a delegation."""
    found = get_object_or_404(Seat, public_id=seat, consultation=access.consultation)
    acts.watch_seat(access=access, seat=found)
    messages.success(request, _("You are now watching %(name)s.") % {"name": found.name})
    return redirect(_return_url(request, access))


@require_POST
@with_access
def end_watch(request: HttpRequest, access: Access, watch: UUID) -> HttpResponse:
    """Stop watching it."""
    found = get_object_or_404(Watch.objects.visible_to(access), public_id=watch)
    acts.end_watch(access=access, watch=found)
    messages.success(request, _("You are no longer watching it."))
    return redirect(_return_url(request, access))


def _return_url(request: HttpRequest, access: Access) -> str:
    """The page from which the request came, at the paragraph that was open there."""
    came_from = request.headers.get("Referer", "")
    is_ours = url_has_allowed_host_and_scheme(
        came_from, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    if not is_ours:
        return reverse("watching", args=[access.consultation.slug])
    open_id: Any = parse_qs(urlsplit(came_from).query).get("open", [""])[0]
    return f"{came_from}#p-{open_id}" if open_id else came_from
