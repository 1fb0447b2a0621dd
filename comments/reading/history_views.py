"""Histories: of a comment, of the words of an input, of a paragraph through its revisions."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from comments.brief.lines import outcome_sentence_of, phrase_outcomes
from comments.inputs.addresses import address_of_comment, address_of_revision, get_comment
from comments.inputs.citations import join_with_and
from comments.models import Comment
from comments.outcomes.by_revision import LaterRevision, outcomes_by_revision
from comments.receipts.receipt import receipt_url
from comments.threads.cards import card_of
from comments.threads.history import answer_events, events_of, paragraph_events
from comments.threads.internal import with_notes
from comments.threads.queries import shown_comment, shown_paragraph, with_answers
from comments.threads.wordings import wordings_with_paragraph_uuid
from consultations.rules.access import Access
from consultations.time.wall_clock import date_of
from consultations.web.view_decorators import with_access


@require_safe
@with_access
def comment(request: HttpRequest, access: Access, comment_public_id: UUID) -> HttpResponse:
    """One comment and its history, as far as this reader may see it."""
    comment = get_comment(access, comment_public_id)
    # Read again, with the answers and notes that its card shows.
    comments_with_notes = with_notes(
        access, with_answers(access, Comment.objects.visible_to(access))
    )
    comment_with_notes = comments_with_notes.get(pk=comment.pk)
    context = {
        "access": access,
        "comment": comment,
        "card": card_of(access, shown_comment(comment_with_notes)),
        "events": sorted(
            [*events_of(access, comment), *answer_events(access, comment)],
            key=lambda event: event.moment,
            reverse=True,
        ),
        "thread_url": address_of_comment(access, comment),
        "receipt_url": receipt_url(access, comment) if access.owns(comment) else "",
        "outcome_url": reverse(
            "outcome_of_input", args=[access.consultation.slug, comment_public_id]
        )
        if comment.submitted_at
        else "",
    }
    return render(request, "comments/reading/comment.html", context)


@require_safe
@with_access
def outcome_of_input(request: HttpRequest, access: Access, comment_public_id: UUID) -> HttpResponse:
    """What became of the words of an input in each later revision, with the answer to it."""
    comment = get_comment(access, comment_public_id)
    if comment.submitted_at is None:  # a draft has no outcome yet
        raise Http404
    outcomes = outcomes_by_revision(access, comment)
    context = {
        "access": access,
        "comment": comment,
        "outcomes": outcomes,
        "card": card_of(access, outcomes.shown_input),
        "revision_lines": [
            _revision_line(access, later_revision) for later_revision in outcomes.later_revisions
        ],
        "comment_url": reverse("comment", args=[access.consultation.slug, comment_public_id]),
    }
    return render(request, "comments/reading/outcome_of_input.html", context)


def _revision_line(access: Access, later_revision: LaterRevision) -> dict[str, Any]:
    """A later revision in words: what of the input is in it, and where."""
    input_with_outcome = later_revision.input_with_outcome
    return {
        "later_revision": later_revision,
        "day": date_of(later_revision.revision.circulated_at, access.consultation.zone),
        "labels_text": join_with_and(later_revision.labels) if later_revision.labels else "",
        "outcome": outcome_sentence_of(input_with_outcome),
        "facts": list(phrase_outcomes(input_with_outcome)),
        "url": address_of_revision(
            access,
            later_revision.revision,
            open=input_with_outcome.shown_input.comment.paragraph.public_id,
        ),
    }


@require_safe
@with_access
def wording_history(
    request: HttpRequest, access: Access, paragraph_public_id: UUID
) -> HttpResponse:
    """A paragraph in every circulated revision, each time as a redline against the one before."""
    wordings_of_paragraph = wordings_with_paragraph_uuid(access).filter(
        paragraph__public_id=paragraph_public_id
    )
    wordings = list(
        wordings_of_paragraph.select_related("revision__draft").order_by("-revision__number")
    )
    if not wordings:
        raise Http404
    last_wording = wordings[0]
    context = {
        "access": access,
        "paragraph": shown_paragraph(last_wording, last_wording.revision),
        "draft": last_wording.revision.draft,
        "last_revision_number": last_wording.revision.number,
        "events": paragraph_events(access, wordings),
        "thread_url": address_of_revision(access, last_wording.revision, open=paragraph_public_id),
    }
    return render(request, "comments/reading/wording_history.html", context)
