"""What is new to a person, and what they watch, in one capacity."""

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
from django.views.decorators.http import require_POST, require_safe

from comments.inputs.audience import moment_words
from comments.inputs.citations import ParagraphPositions, current_positions
from comments.models import Watch
from comments.news import acts as watching_acts
from comments.news.edition import MAX_NAMES, News, count_phrases, read_news
from comments.news.items import NewsCounts, first_rows_per_paragraph, ids_by_source_of
from comments.news.reworded import (
    deleted_texts,
    reworded_texts,
    unseen_deletions,
    watched_deletions,
    watched_rewordings,
)
from comments.news.sentences import counted_since_sentence, read_unseen_and_record_first_visit
from comments.news.unseen import Unseen, sum_by_paragraph, unseen_rows
from comments.news.watched import (
    count_watched,
    watch_lines,
    watched_news_filter,
    watched_paragraph_name_by_id,
    watches_of,
)
from consultations.models import Seat
from consultations.rules.access import Access
from consultations.web.frame_facts import frame_facts
from consultations.web.view_decorators import with_access
from drafts.models import Paragraph, Wording

# Paragraphs with news on one page.
PAGE_SIZE = 20


@require_safe
@with_access
def whats_new(request: HttpRequest, access: Access) -> HttpResponse:
    """What this reader has not seen, or only what they watch of it.

    What was said stands by paragraph; then come the paragraphs with new words, and the deleted.
    """
    unseen, positions = read_unseen_and_record_first_visit(access), current_positions(access)
    watched_counts = count_watched(access, unseen, positions)
    watched_reworded = watched_rewordings(unseen.watches, unseen, positions)
    deleted = unseen_deletions(access, unseen, positions)
    watched_deleted = watched_deletions(unseen, deleted, positions)
    # So that the frame of the page does not count again.
    frame_facts(request).new_count = unseen.count_of("comments")
    only_watched = request.GET.get("watched") == "1"
    counts = watched_counts if only_watched else unseen.counts_by_source
    page = Paginator(_current_ids_with_news(counts, positions), PAGE_SIZE).get_page(
        request.GET.get("page")
    )
    context = {
        "access": access,
        "since": moment_words(access, unseen.since) if unseen.since else "",
        "counted_since_sentence": counted_since_sentence(access, unseen),
        # The button "Mark all as seen" sends it to `see_all`.
        "seen_until": access.moment.isoformat(),
        "totals": count_phrases(counts, 0 if only_watched else len(unseen.new_revision_ids)),
        "page": page,
        "news": _news_of(access, unseen, positions, counts, page, only_watched=only_watched),
        "reworded": reworded_texts(
            access,
            watched_reworded if only_watched else unseen.reworded_at_by_paragraph_id,
            positions,
        ),
        "deleted": deleted_texts(access, watched_deleted if only_watched else deleted),
        "only_watched": only_watched,
        "watched_count": sum(sum_by_paragraph(watched_counts).values())
        + len(watched_reworded)
        + len(watched_deleted),
        "has_watches": bool(unseen.watches),
    }
    return render(request, "comments/news/new.html", context)


def _current_ids_with_news(counts: NewsCounts, positions: ParagraphPositions) -> list[int]:
    """The ids of the current paragraphs at which something is new, in the order of the texts."""
    return sorted(
        {positions.current_id_of(paragraph_id) for paragraph_id in sum_by_paragraph(counts)},
        key=positions.sort_key_of,
    )


def _news_of(
    access: Access,
    unseen: Unseen,
    positions: ParagraphPositions,
    counts: NewsCounts,
    page: Page[int],
    *,
    only_watched: bool,
) -> News | None:
    """The news on one page of paragraphs; None where there is none.

    `page` holds the ids of current paragraphs; their news may be on earlier ones that they follow.
    The first page has the new revisions too. `counts` are of what is new, by source (comments,
    reviews and so on) and paragraph.
    """
    current_ids_on_page = set(page.object_list)
    ids_with_news_on_page = {
        paragraph_id
        for paragraph_id in sum_by_paragraph(counts)
        if positions.current_id_of(paragraph_id) in current_ids_on_page
    }
    condition = Q(paragraph__in=ids_with_news_on_page) & (
        watched_news_filter(unseen, positions) if only_watched else Q()
    )
    unseen_querysets = unseen_rows(access, counted_since=unseen.counted_since)
    shown_rows = first_rows_per_paragraph(
        [queryset.filter(condition) for queryset in unseen_querysets], MAX_NAMES
    )
    revision_ids = unseen.new_revision_ids if page.number == 1 and not only_watched else ()
    news_items = ids_by_source_of(shown_rows) | (
        {"revisions": [*revision_ids]} if revision_ids else {}
    )
    counts_on_page = {
        source: {
            paragraph_id: count
            for paragraph_id, count in count_by_paragraph_id.items()
            if paragraph_id in ids_with_news_on_page
        }
        for source, count_by_paragraph_id in counts.items()
    }
    return read_news(access, news_items, positions, counts_on_page) if news_items else None


@require_POST
@with_access
def see_all(request: HttpRequest, access: Access) -> HttpResponse:
    """Mark as seen all that the page showed, and nothing that came since it was opened.

    Raises Http404 for a moment ("until") that the page did not send.
    """
    try:
        until = parse_datetime(request.POST.get("until", ""))
    except ValueError:
        until = None
    if until is None or until.tzinfo is None:
        raise Http404
    watching_acts.mark_all_seen(access=access, until=until)
    messages.success(request, _("Everything is marked as seen."))
    return redirect("new", access.consultation.slug)


@require_safe
@with_access
def watching(request: HttpRequest, access: Access) -> HttpResponse:
    """What this person watches in this capacity, with a button to end each."""
    watches = watches_of(access)
    lines = watch_lines(
        watches, current_positions(access), watched_paragraph_name_by_id(access, watches)
    )
    return render(request, "comments/news/watching.html", {"access": access, "lines": lines})


@require_POST
@with_access
def watch_paragraph(
    request: HttpRequest, access: Access, paragraph_public_id: UUID
) -> HttpResponse:
    """Watch a paragraph; a heading stands for its section, a title for its text."""
    readable_paragraph_ids = Wording.objects.visible_to(access).values("paragraph")
    paragraph = get_object_or_404(
        Paragraph, public_id=paragraph_public_id, pk__in=readable_paragraph_ids
    )
    watching_acts.watch_paragraph(access=access, paragraph=paragraph)
    messages.success(request, _("You are now watching it."))
    return redirect(_return_url(request, access))


@require_POST
@with_access
def watch_seat(request: HttpRequest, access: Access, seat_public_id: UUID) -> HttpResponse:
    """Watch the inputs of a delegation."""
    seat = get_object_or_404(Seat, public_id=seat_public_id, consultation=access.consultation)
    watching_acts.watch_seat(access=access, seat=seat)
    messages.success(request, _("You are now watching %(name)s.") % {"name": seat.name_for_reader})
    return redirect(_return_url(request, access))


@require_POST
@with_access
def end_watch(request: HttpRequest, access: Access, watch_public_id: UUID) -> HttpResponse:
    """Stop watching a paragraph or a delegation."""
    watch = get_object_or_404(Watch.objects.visible_to(access), public_id=watch_public_id)
    watching_acts.end_watch(access=access, watch=watch)
    messages.success(request, _("You are no longer watching it."))
    return redirect(_return_url(request, access))


def _return_url(request: HttpRequest, access: Access) -> str:
    """The page the request came from, at the paragraph open there; else the list of watches."""
    previous_url = request.headers.get("Referer", "")
    # Never redirect to another site.
    is_ours = url_has_allowed_host_and_scheme(
        previous_url, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    if not is_ours:
        return reverse("watching", args=[access.consultation.slug])
    open_paragraph_public_id = parse_qs(urlsplit(previous_url).query).get("open", [""])[0]
    return (
        f"{previous_url}#p-{open_paragraph_public_id}" if open_paragraph_public_id else previous_url
    )
