"""Histories: of a comment, of the words of an input, of a paragraph through its revisions."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from comments.models import Comment
from comments.outcomes.brief_lines import facts_of, outcome_words
from comments.outcomes.by_revision import LaterRevision, outcomes_by_revision
from comments.pages.reading_selection import address_of
from comments.pages.writing_pages import address_of_comment, comment_of
from comments.papers.receipts import address_of_receipt
from comments.tables.titles import name_list
from comments.threads.answer_events import answer_events
from comments.threads.cards import card_of
from comments.threads.history_events import events_of, paragraph_events
from comments.threads.notes import with_notes
from comments.threads.threads import comment_view, paragraph_view, with_answers
from comments.threads.wordings import wordings_of
from consultations.pages.view_decorators import with_access
from consultations.rules.access import Access
from consultations.wall_clock import date_of


@require_safe
@never_cache
@with_access
def comment(request: HttpRequest, access: Access, comment: UUID) -> HttpResponse:
    """One comment and its history, as far as this reader may see it."""
    stored = comment_of(access, comment)
    full = with_notes(access, with_answers(access, Comment.objects.visible_to(access)))
    row = full.get(pk=stored.pk)
    context = {
        "access": access,
        "comment": stored,
        "card": card_of(access, comment_view(row)),
        "events": sorted(
            [*events_of(access, stored), *answer_events(access, stored)],
            key=lambda event: event.when,
            reverse=True,
        ),
        "thread_url": address_of_comment(access, stored),
        "receipt_url": address_of_receipt(access, stored) if access.owns(stored) else "",
        "outcome_url": reverse("outcome_of_input", args=[access.consultation.slug, comment])
        if stored.submitted_at
        else "",
    }
    return render(request, "comments/comment.html", context)


@require_safe
@never_cache
@with_access
def outcome_of_input(request: HttpRequest, access: Access, comment: UUID) -> HttpResponse:
    """What became of the words of an input in each later revision, with the answer to it."""
    stored = comment_of(access, comment)
    if stored.submitted_at is None:
        raise Http404
    found = outcomes_by_revision(access, stored)
    context = {
        "access": access,
        "comment": stored,
        "found": found,
        "card": card_of(access, found.view),
        "later": [_revision_line(access, later) for later in found.later],
        "comment_url": reverse("comment", args=[access.consultation.slug, comment]),
    }
    return render(request, "comments/outcome_of_input.html", context)


def _revision_line(access: Access, later: LaterRevision) -> dict[str, Any]:
    """A later revision in words: what of the input is in it, and where."""
    return {
        "later": later,
        "day": date_of(later.revision.circulated_at, access.consultation.zone),
        "where": name_list(later.labels) if later.labels else "",
        "outcome": outcome_words(later.own),
        "facts": list(facts_of(later.own)),
        "url": address_of(access, later.revision, open=later.own.view.comment.paragraph.public_id),
    }


@require_safe
@never_cache
@with_access
def paragraph(request: HttpRequest, access: Access, paragraph: UUID) -> HttpResponse:
    """A paragraph through every circulated revision, each step as a redline."""
    rows = wordings_of(access).filter(paragraph__public_id=paragraph)
    wordings = list(rows.select_related("revision__draft").order_by("-revision__number"))
    if not wordings:
        raise Http404
    last = wordings[0]
    context = {
        "access": access,
        "paragraph": paragraph_view(last, last.revision),
        "draft": last.revision.draft,
        "number": last.revision.number,
        "events": paragraph_events(access, wordings),
        "thread_url": address_of(access, last.revision, open=paragraph),
    }
    return render(request, "comments/wording_history.html", context)
