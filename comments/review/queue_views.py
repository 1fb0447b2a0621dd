"""The facilitators' queue: its page, its files, and the filters that are saved under a name."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from comments.inputs.queries import rounds_of_consultation
from comments.models import SavedFilter
from comments.papers.rows_csv import csv_response
from comments.review import acts
from comments.review.forms import QueueForm, SavedFilterForm
from comments.review.open_inputs import unanswered_rows
from comments.review.queries import (
    MAX_COUNTED_TO_DO,
    Queue,
    QueueFilter,
    count_unpublished_reviews,
    progress_by_text,
    queue_of,
)
from comments.silences.lines import silence_lines
from comments.silences.queries import open_silences_of
from consultations.rules.access import Access, Act
from consultations.web.confirmation import confirm
from consultations.web.frame_facts import frame_facts
from consultations.web.view_decorators import with_access


@require_safe
@with_access
def queue(request: HttpRequest, access: Access) -> HttpResponse:
    """The paragraphs that have inputs, in text order, each with how many are unanswered."""
    access.require(Act.READ_UNPUBLISHED_REVIEW)
    facts = frame_facts(request)
    facts.rounds = rounds_of_consultation(access)
    form = QueueForm(request.GET, access=access, rounds=facts.rounds)
    queue_filter = form.queue_filter()
    queue = queue_of(access, queue_filter, facts.rounds)
    label_to_find = request.GET.get("label", "").strip()
    if label_to_find and (paragraph_public_id := queue.find_by_label(label_to_find)):
        return redirect("review_paragraph", access.consultation.slug, paragraph_public_id)
    unpublished_count = count_unpublished_reviews(access)
    context = {
        "access": access,
        "page": queue.page(request.GET.get("page")),
        "contents_groups": _contents_groups(request, queue, queue_filter),
        "form": form,
        "is_filtered": bool(queue_filter),
        "saved_filters": list(SavedFilter.objects.visible_to(access)),
        "filter_form": SavedFilterForm() if access.may(Act.REVIEW) else None,
        # A label that is found has led to its paragraph.
        "unknown_label": label_to_find,
        # How many inputs on each text are answered: shown beside the whole queue alone.
        "progress": [] if queue_filter else queue.progress,
        "filter_query": request.GET.urlencode(),
        "unpublished_count": unpublished_count,
        # The number at which counting stopped; 0 where all are counted.
        "unpublished_limit": MAX_COUNTED_TO_DO if unpublished_count >= MAX_COUNTED_TO_DO else 0,
        "may_publish": bool(access.may(Act.PUBLISH_REVIEWS, on=access.consultation)),
    }
    return render(request, "comments/review/review_queue.html", context)


def _contents_groups(
    request: HttpRequest, queue: Queue, queue_filter: QueueFilter
) -> list[dict[str, Any]]:
    """The sections of each text, each a link that narrows the queue and keeps the other filters."""
    group_by_draft_slug: dict[str, dict[str, Any]] = {}
    for wording in queue.latest_wordings:
        if wording.draft_slug not in group_by_draft_slug:
            group_by_draft_slug[wording.draft_slug] = {"title": wording.draft_title, "entries": []}
            entry = _contents_entry(
                request, _("The whole text"), None, {"text": wording.draft_slug}
            )
            is_current = queue_filter.text == wording.draft_slug and not queue_filter.section
            group_by_draft_slug[wording.draft_slug]["entries"].append(
                entry | {"is_current": is_current}
            )
    for section in queue.sections:
        section_filter = {"text": section.draft_slug, "section": section.heading_public_id}
        entry = _contents_entry(request, section.title, section.input_count, section_filter)
        entry["is_current"] = queue_filter.section == section.heading_public_id
        group_by_draft_slug[section.draft_slug]["entries"].append(entry)
    return list(group_by_draft_slug.values())


def _contents_entry(
    request: HttpRequest, label: str, count: int | None, chosen_filters: dict[str, Any]
) -> dict[str, Any]:
    """A link of the contents that sets these filters, and keeps the others of the address."""
    other_filters = {
        name: value
        for name, value in request.GET.items()
        # What the link sets itself, and what is no filter: the page, the label that was looked for.
        if value and name not in {"text", "section", "page", "label"}
    }
    return {
        "label": label,
        "url": f"{request.path}?{urlencode(other_filters | chosen_filters)}",
        "count": count,
    }


@require_safe
@with_access
def desk_unanswered(request: HttpRequest, access: Access, draft_slug: str) -> HttpResponse:
    """How many inputs on a text have no answer, and its silences: a fragment of the text's desk."""
    access.require(Act.READ_UNPUBLISHED_REVIEW)
    progress = [
        text_progress
        for text_progress in progress_by_text(access, rounds_of_consultation(access))
        if text_progress.draft_slug == draft_slug
    ]
    silences = silence_lines(access, open_silences_of(access, draft_slug))
    context = {"access": access, "progress": progress, "silences": silences}
    return render(request, "comments/review/_desk_progress.html", context)


@require_safe
@with_access
def unanswered_file(request: HttpRequest, access: Access) -> HttpResponse:
    """The inputs that have no answer, of what the queue shows, as CSV."""
    access.require(Act.READ_UNPUBLISHED_REVIEW)
    rounds = rounds_of_consultation(access)
    queue_filter = QueueForm(request.GET, access=access, rounds=rounds).queue_filter()
    rows = unanswered_rows(access, queue_of(access, queue_filter, rounds))
    return csv_response(rows, "without-answer")


# --- Saved filters --------------------------------------------------------------------------------


@require_POST
@with_access
def save_filter(request: HttpRequest, access: Access) -> HttpResponse:
    """Save the filter that the queue shows; it is in the address of the form."""
    access.require(Act.REVIEW)
    form = SavedFilterForm(request.POST)
    queue_query = _known_query(request, access)
    queue_url = reverse("review_queue", args=[access.consultation.slug])
    try:
        if not form.is_valid():
            raise ValidationError(_("Give the filter a name."))
        acts.save_filter(access=access, query=queue_query, **form.cleaned_data)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("The filter is saved."))
    return redirect(f"{queue_url}?{queue_query}")


@with_access
def remove_filter(
    request: HttpRequest, access: Access, saved_filter_public_id: UUID
) -> HttpResponse:
    """Remove an own filter."""
    own_filters = SavedFilter.objects.visible_to(access).filter(owner=access.user)
    saved_filter = get_object_or_404(own_filters, public_id=saved_filter_public_id)
    sentences = (
        [_("It is also removed for the others who review.")] if saved_filter.is_shared else []
    )
    return confirm(
        request,
        access,
        title=_("Remove the filter “%(name)s”?") % {"name": saved_filter.name},
        sentences=sentences,
        button_label=_("Remove"),
        back_url=reverse("review_queue", args=[access.consultation.slug]),
        success_message=_("The filter is removed."),
        act=lambda: acts.remove_filter(access=access, saved_filter=saved_filter),
        is_grave=True,
    )


def _known_query(request: HttpRequest, access: Access) -> str:
    """The parameters of the address that the queue knows, in the order of its fields."""
    form = QueueForm(request.GET, access=access, rounds=rounds_of_consultation(access))
    form.is_valid()  # fills cleaned_data with the fields that are valid
    filled_fields = {name: value for name, value in form.cleaned_data.items() if value}
    return urlencode({name: request.GET.get(name, "") for name in filled_fields})
