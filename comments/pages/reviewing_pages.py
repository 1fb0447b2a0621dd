"""The facilitators' desk: the queue of inputs without an answer, and the page of a paragraph."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from comments.acts import answering
from comments.acts.closing_inputs import may_close
from comments.acts.review_tasks import serving_facilitators
from comments.desks.bridging_overview import bridging_here
from comments.desks.on_desk import incorporations_by_comment
from comments.desks.proposal_sets import ProposalSets, proposal_sets
from comments.desks.queue import (
    MANY,
    Queue,
    count_unpublished,
    progress_by_text,
    queue_of,
    tasks_of,
)
from comments.desks.queue_filter import QueueFilter
from comments.desks.unanswered_list import unanswered_rows
from comments.exports.rows_csv import csv_response
from comments.forms.comment_forms import ReviewForm
from comments.forms.queue_form import QueueForm
from comments.forms.review_task_form import ReviewTaskForm
from comments.forms.saved_filter_form import SavedFilterForm
from comments.forms.set_forms import SetReviewForm, SetsForm
from comments.models import Comment, Disposition, Incorporation, ReviewFlag, SavedFilter
from comments.news.fresh import rounds_here
from comments.news.silences import open_silences_of
from comments.pages.placed_lines import placed_lines
from comments.pages.reading_context import text_title
from comments.pages.reading_selection import (
    Reading,
    ReadingSelection,
    address_of,
    reading_of,
)
from comments.pages.set_lines import set_lines
from comments.pages.silence_pages import silence_lines
from comments.pages.writing_pages import comment_of, redirect_with_htmx
from comments.threads.cards import Card, card_of
from comments.threads.threads import current_paragraph_of, thread_of
from consultations.forms.errors import add_errors
from consultations.pages.frame_facts import frame_facts
from consultations.pages.view_decorators import with_access
from consultations.rules.access import Access, Act
from drafts.models import Wording

# Each input has its forms beside it: so many keep the page of a busy paragraph below 200 kB.
PAGE_SIZE = 12
# Forms that were refused, by the input they belong to and their class.
type RefusedForms = dict[tuple[UUID, type], Any]


@require_safe
@never_cache
@with_access
def queue(request: HttpRequest, access: Access) -> HttpResponse:
    """The paragraphs that have inputs, in text order, each with what is unanswered."""
    access.require(Act.READ_UNPUBLISHED_REVIEW)
    facts = frame_facts(request)
    facts.rounds = rounds_here(access)
    form = QueueForm(request.GET, access=access, rounds=facts.rounds)
    chosen = form.chosen()
    queue = queue_of(access, chosen, facts.rounds)
    label = request.GET.get("label", "").strip()
    if label and (paragraph := queue.find_by_label(label)):
        return redirect("review_paragraph", access.consultation.slug, paragraph)
    waiting = count_unpublished(access)
    context = {
        "access": access,
        "page": queue.page(request.GET.get("page")),
        "groups": _contents_groups(request, queue, chosen),
        "form": form,
        "is_narrow": bool(chosen),
        "saved": list(SavedFilter.objects.visible_to(access)),
        "filter_form": SavedFilterForm() if access.may(Act.REVIEW) else None,
        "label": label,
        "progress": [] if chosen else queue.progress,
        "chosen": request.GET.urlencode(),
        "waiting": waiting,
        "many": MANY if waiting >= MANY else 0,
        "may_publish": bool(access.may(Act.PUBLISH_REVIEWS, on=access.consultation)),
    }
    return render(request, "comments/review_queue.html", context)


@require_safe
@never_cache
@with_access
def desk_unanswered(request: HttpRequest, access: Access, draft: str) -> HttpResponse:
    """How many inputs on a text have no answer, and its silences: a fragment of its desk."""
    access.require(Act.READ_UNPUBLISHED_REVIEW)
    progress = [row for row in progress_by_text(access, rounds_here(access)) if row.slug == draft]
    silences = silence_lines(access, open_silences_of(access, draft))
    context = {"access": access, "progress": progress, "silences": silences}
    return render(request, "comments/_on_desk.html", context)


@require_safe
@never_cache
@with_access
def unanswered_file(request: HttpRequest, access: Access) -> HttpResponse:
    """The inputs that have no answer, of what the queue shows, as CSV."""
    access.require(Act.READ_UNPUBLISHED_REVIEW)
    rounds = rounds_here(access)
    chosen = QueueForm(request.GET, access=access, rounds=rounds).chosen()
    rows = unanswered_rows(access, queue_of(access, chosen, rounds))
    return csv_response(rows, "without-answer")


def _contents_groups(
    request: HttpRequest, queue: Queue, chosen: QueueFilter
) -> list[dict[str, Any]]:
    """The sections of each text, each a link that narrows the queue and keeps the other filters."""
    groups: dict[str, dict[str, Any]] = {}
    for row in queue.latest_wordings:
        if row.slug not in groups:
            groups[row.slug] = {"title": row.title, "entries": []}
            entry = _contents_entry(request, _("The whole text"), None, {"text": row.slug})
            is_current = chosen.text == row.slug and not chosen.section
            groups[row.slug]["entries"].append(entry | {"is_current": is_current})
    for section in queue.sections:
        where = {"text": section.slug, "section": section.id}
        entry = _contents_entry(request, section.title, section.count, where)
        entry["is_current"] = chosen.section == section.id
        groups[section.slug]["entries"].append(entry)
    return list(groups.values())


def _contents_entry(
    request: HttpRequest, label: str, count: int | None, place: dict[str, Any]
) -> dict[str, Any]:
    filters = {
        name: value
        for name, value in request.GET.items()
        if value and name not in {"text", "section", "page", "label"}
    }
    return {"label": label, "url": f"{request.path}?{urlencode(filters | place)}", "count": count}


@require_safe
@never_cache
@with_access
def review_paragraph(request: HttpRequest, access: Access, paragraph: UUID) -> HttpResponse:
    """One paragraph: its current words, every proposal as a redline, and the answers."""
    access.require(Act.READ_UNPUBLISHED_REVIEW)
    return paragraph_page(request, access, paragraph, request.GET.get("page", ""))


@never_cache
@with_access
def review_comment(request: HttpRequest, access: Access, comment: UUID) -> HttpResponse:
    """Answer an input; seen by facilitators and secretariat only, until it is published."""
    stored = comment_of(access, comment)
    access.require(Act.REVIEW, on=stored)
    paragraph = stored.paragraph.public_id
    if request.method != "POST":
        return redirect("review_paragraph", access.consultation.slug, paragraph)
    form = ReviewForm(request.POST, comment=comment)
    if form.is_valid():
        try:
            answering.review(access=access, comment=stored, **form.cleaned_data)
        except ValidationError as error:
            add_errors(form, error)
    if form.errors:
        return show_line(request, access, stored, form)
    messages.success(request, _("%(number)s is answered.") % {"number": stored.reference})
    return show_line(request, access, stored)


@require_POST
@never_cache
@with_access
def undo_review(request: HttpRequest, access: Access, comment: UUID) -> HttpResponse:
    """Undo an answer that is not published."""
    stored = comment_of(access, comment)
    earlier = answering.undo_review(access=access, comment=stored)
    message = _("The answer before it stands again.") if earlier else _("The answer is undone.")
    messages.success(request, f"{stored.reference}: {message}")
    return show_line(request, access, stored)


def show_line(
    request: HttpRequest,
    access: Access,
    comment: Comment,
    form: ReviewForm | ReviewTaskForm | None = None,
) -> HttpResponse:
    """For htmx the line of the input as it is now, else the page of its paragraph.

    `form` is a refused one.
    """
    paragraph, id = comment.paragraph.public_id, comment.public_id
    forms: RefusedForms = {(id, type(form)): form} if form else {}
    page = request.POST.get("page", "")
    status = 422 if form else 200
    if request.htmx:  # type: ignore[attr-defined]
        context = _paragraph_context(access, paragraph, page, forms)
        line = next(
            (candidate for candidate in context["lines"] if candidate["card"].view.id == id), None
        )
        if line:
            line_context = context | {"line": line, "is_fragment": True}
            return render(request, "comments/_review_line.html", line_context, status=status)
    if form:
        return paragraph_page(request, access, paragraph, page, forms)
    url = reverse("review_paragraph", args=[access.consultation.slug, paragraph])
    return redirect_with_htmx(
        request, f"{url}?page={page}#c-{id}" if page.isdecimal() else f"{url}#c-{id}"
    )


def paragraph_page(
    request: HttpRequest,
    access: Access,
    paragraph: UUID,
    page: str,
    forms: RefusedForms | None = None,
    set_form: SetReviewForm | SetsForm | None = None,
) -> HttpResponse:
    """The page of a paragraph; with the forms that were refused, if any."""
    context = _paragraph_context(access, paragraph, page, forms or {})
    sets = proposal_sets(access, context["text"], context["paragraph"])
    number = request.POST.get("sets") or request.GET.get("sets")
    paged = (request.GET.get("set", ""), request.GET.get("members", ""))
    context["sets"] = set_lines(access, sets, number, set_form, paged)
    context["placed"] = placed_lines(sets, context["paragraph"], request.GET)
    home = context["paragraph"]
    context["bridging"] = bridging_here(
        access, context["text"].placement.paragraph_ids_under(home.key)
    )
    status = 422 if forms or set_form else 200
    return render(request, "comments/review_paragraph.html", context, status=status)


def sets_on(access: Access, paragraph: UUID) -> ProposalSets:
    """The proposals on a paragraph, gathered in sets. Raises Http404 for no such paragraph."""
    reading = _reading_of_paragraph(access, paragraph, 1)
    home = current_paragraph_of(reading.text, paragraph)
    if home is None:
        raise Http404
    return proposal_sets(access, reading.text, home)


def _paragraph_context(
    access: Access, paragraph: UUID, page: str, forms: RefusedForms
) -> dict[str, Any]:
    is_number = page.isdecimal() and len(page) < 7
    reading = _reading_of_paragraph(access, paragraph, max(int(page), 1) if is_number else 1)
    home = current_paragraph_of(reading.text, paragraph)
    if home is None:
        raise Http404
    thread = thread_of(access, reading.text, home, reading.where.page, reading.rounds, PAGE_SIZE)
    cards = [card_of(access, view, home) for view in thread.comments]
    rows = [view.comment for view in thread.comments]
    incorporations = incorporations_by_comment(access, rows)
    lines = [
        _input_line(access, card, incorporations.get(card.view.comment.pk, [])) for card in cards
    ]
    if access.may(Act.REVIEW):
        _with_forms(access, lines, forms)
    return {
        "access": access,
        "revision": reading.revision,
        "text": reading.text,
        "paragraph": home,
        "title": text_title(home),
        "thread": thread,
        "lines": lines,
        "may_edit": bool(access.may(Act.EDIT_TEXT)),
        "reading_url": address_of(access, reading.revision, open=home.id),
        "earlier": thread.page - 1,
        "further": thread.page + 1,
        **_neighbours(reading, home.id),
    }


def _input_line(
    access: Access, card: Card, incorporations: Sequence[Incorporation]
) -> dict[str, Any]:
    """An input with the incorporations of its words."""
    key = f"{access.capacity.key}:review:{card.view.id}"
    return {"card": card, "taken": incorporations, "form": None, "keep_key": key}


def _with_forms(access: Access, lines: Sequence[dict[str, Any]], forms: RefusedForms) -> None:
    """Add to each line the forms of the facilitators: the answer, and the task beside it."""
    tasks = tasks_of(access, [line["card"].view.comment for line in lines])
    people = list(serving_facilitators(access)) if lines else []
    for line in lines:
        id, task = line["card"].view.id, tasks.get(line["card"].view.comment.pk)
        line["task"] = task
        line["flags"] = [ReviewFlag(flag).label for flag in task.flags] if task else []
        line["may_reopen"] = bool(access.may(Act.PUBLISH_REVIEWS, on=line["card"].view.comment))
        line["may_close"] = not line["card"].answer and may_close(access, line["card"].view.comment)
        line["form"] = forms.get((id, ReviewForm)) or _review_form(line["card"], line["taken"])
        line["task_form"] = forms.get((id, ReviewTaskForm)) or ReviewTaskForm(
            comment=id, people=people, task=task
        )


def _review_form(card: Card, incorporations: Sequence[Incorporation]) -> ReviewForm:
    """The form of an answer, with what was decided so far.

    Where words were incorporated and nothing is decided yet, it proposes the fitting disposition.
    """
    review = card.view.review
    initial = (
        {"disposition": review.disposition, "observation": review.observation} if review else {}
    )
    if incorporations and not review:
        is_whole = any(row.is_whole for row in incorporations)
        initial = {"disposition": Disposition.REFLECTED if is_whole else Disposition.PARTLY}
    return ReviewForm(comment=card.view.id, initial=initial)


def _reading_of_paragraph(access: Access, paragraph: UUID, page: int) -> Reading:
    """The latest revision of the circulated text that has, or had, the paragraph."""
    slug = (
        Wording.objects.visible_to(access)
        .filter(paragraph__public_id=paragraph)
        .values_list("revision__draft__slug", flat=True)
        .first()
    )
    if slug is None:
        raise Http404
    return reading_of(access, slug, None, ReadingSelection(open=paragraph, page=page))


def _neighbours(reading: Reading, paragraph: UUID) -> dict[str, str]:
    """The addresses of the paragraphs before and after that have inputs."""
    with_inputs = [
        p for p in (*reading.text.paragraphs, *reading.text.struck) if p.count or p.id == paragraph
    ]
    index = next(n for n, p in enumerate(with_inputs) if p.id == paragraph)
    slug = reading.access.consultation.slug

    def url(at: int) -> str:
        is_there = 0 <= at < len(with_inputs)
        return reverse("review_paragraph", args=[slug, with_inputs[at].id]) if is_there else ""

    return {"before_url": url(index - 1), "after_url": url(index + 1)}
