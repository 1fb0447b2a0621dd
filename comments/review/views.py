"""The review: the page of a paragraph, answers there and in a thread, tasks, closing.

It is for those who read answers (reviews) before they are published: facilitators and secretariat.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from comments.answers import acts
from comments.answers.acts import may_close
from comments.answers.forms import ClosureForm
from comments.bridging.queries import latest_bridging_with_redlines
from comments.incorporating.queries import incorporations_by_comment
from comments.inputs.addresses import (
    address_of_comment,
    address_of_revision,
    get_comment,
    redirect_whole_page,
    review_address,
)
from comments.inputs.audience import who_reads_answers
from comments.models import Comment, Disposition, Incorporation, ReviewFlag
from comments.reading.context import thread_title
from comments.reading.selection import (
    ReadingSelection,
    RevisionOnPage,
    get_revision_on_page,
    requested_thread_page,
)
from comments.review.acts import save_review_task, serving_facilitators, set_parked
from comments.review.forms import ReviewForm, ReviewTaskForm
from comments.review.proposal_sets import ProposalSets, proposal_sets
from comments.review.queries import review_tasks_by_comment_id
from comments.review.set_forms import GroupInputsForm, SetReviewForm
from comments.review.set_lines import sets_context
from comments.review.side_by_side_lines import placed_context
from comments.threads.cards import Card, card_of
from comments.threads.queries import (
    ThreadPage,
    current_paragraph_of,
    shown_comment,
    thread_of,
    with_answers,
)
from consultations.rules.access import Access, Act
from consultations.web.confirmation import confirm
from consultations.web.forms import add_errors
from consultations.web.view_decorators import with_access
from drafts.models import Wording

# Inputs on one page: each has its forms beside it, and the page is to stay below 200 kB.
PAGE_SIZE = 12

# Forms that were refused, by the public id of the input they belong to and their class.
type RefusedForms = dict[tuple[UUID, type[Form]], Form]


@require_safe
@with_access
def review_paragraph(
    request: HttpRequest, access: Access, paragraph_public_id: UUID
) -> HttpResponse:
    """One paragraph: its current words, every proposal as a redline, and the answers."""
    access.require(Act.READ_UNPUBLISHED_REVIEW)
    try:
        inputs_page = requested_thread_page(request.GET)
    except ValueError:
        raise Http404
    return paragraph_page(request, access, paragraph_public_id, inputs_page)


@with_access
def review_comment(request: HttpRequest, access: Access, comment_public_id: UUID) -> HttpResponse:
    """Answer an input; seen by facilitators and secretariat only, until it is published."""
    comment = get_comment(access, comment_public_id)
    access.require(Act.REVIEW, on=comment)
    if request.method != "POST":
        return redirect(review_address(access, comment))
    form = _posted_review(request, access, comment)
    if form.errors:
        return show_input_line(request, access, comment, form)
    messages.success(request, _("%(number)s is answered.") % {"number": comment.reference})
    return show_input_line(request, access, comment)


def _posted_review(request: HttpRequest, access: Access, comment: Comment) -> ReviewForm:
    """The answer that was sent, saved; with errors where it is refused."""
    form = ReviewForm(request.POST, comment_public_id=comment.public_id)
    if form.is_valid():
        try:
            acts.review(access=access, comment=comment, **form.cleaned_data)
        except ValidationError as error:
            add_errors(form, error)
    return form


@require_POST
@with_access
def undo_review(request: HttpRequest, access: Access, comment_public_id: UUID) -> HttpResponse:
    """Undo an answer that is not published; the act refuses who may not."""
    comment = get_comment(access, comment_public_id)
    earlier_review = acts.undo_review(access=access, comment=comment)
    message = (
        _("The answer before it stands again.") if earlier_review else _("The answer is undone.")
    )
    messages.success(request, f"{comment.reference}: {message}")
    return show_input_line(request, access, comment)


def show_input_line(
    request: HttpRequest,
    access: Access,
    comment: Comment,
    refused_form: ReviewForm | ReviewTaskForm | None = None,
) -> HttpResponse:
    """For htmx the line of the input as it is now, else the page of its paragraph.

    `refused_form` is shown again with its errors (422).
    """
    paragraph_public_id, comment_public_id = comment.paragraph.public_id, comment.public_id
    refused_forms: RefusedForms = (
        {(comment_public_id, type(refused_form)): refused_form} if refused_form else {}
    )
    status = 422 if refused_form else 200
    if request.htmx:  # type: ignore[attr-defined]
        context = _paragraph_context(access, paragraph_public_id, comment_public_id, refused_forms)
        line_by_public_id = {
            line["card"].shown_comment.public_id: line for line in context["lines"]
        }
        if comment_public_id in line_by_public_id:
            line = line_by_public_id[comment_public_id]
            line_context = context | {"line": line, "is_fragment": True}
            return render(request, "comments/review/_review_line.html", line_context, status=status)
    if refused_form:
        return paragraph_page(
            request, access, paragraph_public_id, comment_public_id, refused_forms
        )
    return redirect_whole_page(request, review_address(access, comment))


def paragraph_page(
    request: HttpRequest,
    access: Access,
    paragraph_public_id: UUID,
    inputs_page: ThreadPage = 1,
    refused_forms: RefusedForms | None = None,
    refused_set_form: SetReviewForm | GroupInputsForm | None = None,
) -> HttpResponse:
    """The facilitators' page of a paragraph; with the forms that were refused, if any (422)."""
    context = _paragraph_context(access, paragraph_public_id, inputs_page, refused_forms or {})
    sets = proposal_sets(access, context["text"], context["paragraph"])
    context["sets"] = sets_context(
        access,
        sets,
        request.POST.get("sets") or request.GET.get("sets"),
        refused_set_form,
        paged_set_id=request.GET.get("set", ""),
        members_page_number=request.GET.get("members", ""),
    )
    # The proposals by the places where they change words; None where there are none.
    context["placed"] = placed_context(sets, context["paragraph"], request.GET)
    paragraph_ids = context["text"].placement.paragraph_ids_under(context["paragraph"].pk)
    # Wordings that facilitators wrote between the proposals on the paragraph.
    context["bridging"] = latest_bridging_with_redlines(access, paragraph_ids)
    status = 422 if refused_forms or refused_set_form else 200
    return render(request, "comments/review/review_paragraph.html", context, status=status)


def get_proposal_sets(access: Access, paragraph_public_id: UUID) -> ProposalSets:
    """The proposals on a paragraph, gathered in sets. Raises Http404 for no such paragraph."""
    revision_on_page = _get_revision_with_paragraph(access, paragraph_public_id, thread_page=1)
    current_paragraph = current_paragraph_of(revision_on_page.text, paragraph_public_id)
    if current_paragraph is None:
        raise Http404
    return proposal_sets(access, revision_on_page.text, current_paragraph)


def _paragraph_context(
    access: Access, paragraph_public_id: UUID, inputs_page: ThreadPage, refused_forms: RefusedForms
) -> dict[str, Any]:
    """A page of the inputs on a paragraph, each with its forms. Raises Http404 for no paragraph."""
    revision_on_page = _get_revision_with_paragraph(
        access, paragraph_public_id, thread_page=inputs_page
    )
    current_paragraph = current_paragraph_of(revision_on_page.text, paragraph_public_id)
    if current_paragraph is None:
        raise Http404
    thread = thread_of(
        access,
        revision_on_page.text,
        current_paragraph,
        revision_on_page.selection.thread_page,
        revision_on_page.rounds,
        PAGE_SIZE,
    )
    cards = [
        card_of(access, shown_input, current_paragraph) for shown_input in thread.shown_comments
    ]
    comments = [shown_input.comment for shown_input in thread.shown_comments]
    incorporations_by_comment_id = incorporations_by_comment(access, comments)
    lines: list[dict[str, Any]] = [
        {
            "card": card,
            "incorporations": incorporations_by_comment_id.get(card.shown_comment.comment.pk, []),
            "form": None,  # `_add_forms` adds its forms
            "may_reply": bool(access.may(Act.REPLY, on=card.shown_comment.comment)),
            # draftkeeper.js keeps what is typed in the browser under this key.
            "browser_copy_key": f"{access.capacity.key}:review:{card.shown_comment.public_id}",
        }
        for card in cards
    ]
    if access.may(Act.REVIEW):
        _add_forms(access, lines, refused_forms)
    return {
        "access": access,
        "revision": revision_on_page.revision,
        "text": revision_on_page.text,
        "paragraph": current_paragraph,
        "title": thread_title(current_paragraph),
        "thread": thread,
        "lines": lines,
        "may_edit": bool(access.may(Act.EDIT_TEXT)),
        "reading_url": address_of_revision(
            access, revision_on_page.revision, open=current_paragraph.public_id
        ),
        "previous_page_number": thread.page - 1,
        "next_page_number": thread.page + 1,
        **_neighbour_urls(revision_on_page, current_paragraph.public_id),
    }


def _add_forms(
    access: Access, lines: Sequence[dict[str, Any]], refused_forms: RefusedForms
) -> None:
    """Add to each line the forms of the facilitators: the answer, and the task beside it."""
    task_by_comment_id = review_tasks_by_comment_id(
        access, [line["card"].shown_comment.comment for line in lines]
    )
    facilitators = list(serving_facilitators(access)) if lines else []
    for line in lines:
        card: Card = line["card"]
        comment, comment_public_id = card.shown_comment.comment, card.shown_comment.public_id
        task = task_by_comment_id.get(comment.pk)
        line["task"] = task
        line["flags"] = [ReviewFlag(flag).label for flag in task.flags] if task else []
        # Whoever may publish answers may close an input without one, and reopen it.
        line["may_reopen"] = bool(access.may(Act.PUBLISH_REVIEWS, on=comment))
        line["may_close"] = not card.answer and may_close(access, comment)
        refused_review = refused_forms.get((comment_public_id, ReviewForm))
        line["form"] = refused_review or _review_form(card, line["incorporations"])
        refused_task = refused_forms.get((comment_public_id, ReviewTaskForm))
        line["task_form"] = refused_task or ReviewTaskForm(
            comment_public_id=comment_public_id, people=facilitators, task=task
        )


def _review_form(card: Card, incorporations: Sequence[Incorporation]) -> ReviewForm:
    """The form of an answer, with what was decided so far.

    Where words were incorporated and nothing is decided yet, it proposes the fitting disposition.
    """
    review = card.shown_comment.review
    initial = (
        {"disposition": review.disposition, "observation": review.observation} if review else {}
    )
    if incorporations and not review:
        is_whole = any(incorporation.is_whole for incorporation in incorporations)
        initial = {"disposition": Disposition.REFLECTED if is_whole else Disposition.PARTLY}
    return ReviewForm(comment_public_id=card.shown_comment.public_id, initial=initial)


def _get_revision_with_paragraph(
    access: Access, paragraph_public_id: UUID, *, thread_page: ThreadPage
) -> RevisionOnPage:
    """The latest revision of the text that has, or had, the paragraph. Raises Http404.

    `thread_page` is the page of the inputs on it.
    """
    draft_slug = (
        Wording.objects.visible_to(access)
        .filter(paragraph__public_id=paragraph_public_id)
        .values_list("revision__draft__slug", flat=True)
        .first()
    )
    if draft_slug is None:
        raise Http404
    return get_revision_on_page(
        access,
        draft_slug,
        None,
        ReadingSelection(open_paragraph_public_id=paragraph_public_id, thread_page=thread_page),
    )


def _neighbour_urls(revision_on_page: RevisionOnPage, paragraph_public_id: UUID) -> dict[str, str]:
    """The addresses of the nearest paragraphs before and after this one that have inputs."""
    paragraphs_with_inputs = [
        candidate
        for candidate in (
            *revision_on_page.text.paragraphs,
            *revision_on_page.text.struck_paragraphs,
        )
        if candidate.input_count or candidate.public_id == paragraph_public_id
    ]
    own_position = next(
        position
        for position, candidate in enumerate(paragraphs_with_inputs)
        if candidate.public_id == paragraph_public_id
    )
    consultation_slug = revision_on_page.access.consultation.slug

    def url_at(position: int) -> str:
        """The address of the paragraph at a position; empty before the first and after the last."""
        if not 0 <= position < len(paragraphs_with_inputs):
            return ""
        paragraph = paragraphs_with_inputs[position]
        return reverse("review_paragraph", args=[consultation_slug, paragraph.public_id])

    return {"before_url": url_at(own_position - 1), "after_url": url_at(own_position + 1)}


# --- Answers in a thread -------------------------------------------------------------------------


@with_access
def answer_in_thread(request: HttpRequest, access: Access, comment_public_id: UUID) -> HttpResponse:
    """The form of the answer; once it is saved, the answer as the card shows it."""
    comment = get_comment(access, comment_public_id)
    access.require(Act.REVIEW, on=comment)
    is_fragment = bool(request.htmx)  # type: ignore[attr-defined]
    if request.method != "POST":
        return (
            _answer_fragment(request, access, comment, is_form_requested=True)
            if is_fragment
            else redirect(review_address(access, comment))
        )
    form = _posted_review(request, access, comment)
    if is_fragment:
        return _answer_fragment(request, access, comment, form)
    if form.errors:
        refused_forms: RefusedForms = {(comment_public_id, ReviewForm): form}
        return paragraph_page(
            request, access, comment.paragraph.public_id, comment_public_id, refused_forms
        )
    messages.success(request, _("%(number)s is answered.") % {"number": comment.reference})
    return redirect(address_of_comment(access, comment))


def _answer_fragment(
    request: HttpRequest,
    access: Access,
    comment: Comment,
    form: ReviewForm | None = None,
    *,
    is_form_requested: bool = False,
) -> HttpResponse:
    """The form where it is asked for or was refused, else the current answer."""
    comment_with_answers = with_answers(access, Comment.objects.visible_to(access)).get(
        pk=comment.pk
    )
    card = card_of(access, shown_comment(comment_with_answers))
    if is_form_requested:
        form = _review_form(card, incorporations=())
    is_shown = is_form_requested or bool(form and form.errors)
    context = {"access": access, "card": card, "form": form if is_shown else None}
    status = 422 if form and form.errors else 200
    return render(request, "comments/review/_thread_answer.html", context, status=status)


# --- Closing without an answer -------------------------------------------------------------------


@with_access
def close_input(request: HttpRequest, access: Access, comment_public_id: UUID) -> HttpResponse:
    """Close an input that nobody answered, with or without a reason."""
    comment = get_comment(access, comment_public_id)
    access.require(Act.PUBLISH_REVIEWS, on=comment)
    form = ClosureForm(request.POST if request.method == "POST" else None)
    return confirm(
        request,
        access,
        title=_("Close %(number)s, %(who)s, without an answer?")
        % {"number": comment.reference, "who": comment.seat.name_for_reader},
        sentences=[
            _("The delegation reads that it is closed without an answer, and when."),
            who_reads_answers(),
        ],
        button_label=_("Close without an answer"),
        back_url=review_address(access, comment),
        success_message=_("%(number)s is closed without an answer.")
        % {"number": comment.reference},
        act=lambda: acts.close_without_answer(access=access, comment=comment, **form.cleaned_data),
        form=form,
        is_grave=True,
    )


@with_access
def reopen_input(request: HttpRequest, access: Access, comment_public_id: UUID) -> HttpResponse:
    """Reopen an input that was closed without an answer."""
    comment = get_comment(access, comment_public_id)
    access.require(Act.PUBLISH_REVIEWS, on=comment)
    return confirm(
        request,
        access,
        title=_("Reopen %(number)s, %(who)s?")
        % {"number": comment.reference, "who": comment.seat.name_for_reader},
        sentences=[_("It is unanswered again. The record keeps that it was closed.")],
        button_label=_("Reopen"),
        back_url=review_address(access, comment),
        success_message=_("%(number)s is open again.") % {"number": comment.reference},
        act=lambda: acts.reopen_input(access=access, comment=comment),
    )


# --- Tasks ---------------------------------------------------------------------------------------


@require_POST
@with_access
def keep_task(request: HttpRequest, access: Access, comment_public_id: UUID) -> HttpResponse:
    """Set who answers an input, its flags, and a note among the facilitators."""
    comment = get_comment(access, comment_public_id)
    access.require(Act.REVIEW, on=comment)
    task = review_tasks_by_comment_id(access, [comment]).get(comment.pk)
    form = ReviewTaskForm(
        request.POST,
        comment_public_id=comment_public_id,
        people=list(serving_facilitators(access)),
        task=task,
    )
    if form.is_valid():
        try:
            save_review_task(access=access, comment=comment, **form.act_arguments)
        except ValidationError as error:
            add_errors(form, error)
    if form.errors:
        return show_input_line(request, access, comment, form)
    messages.success(request, _("%(number)s: saved.") % {"number": comment.reference})
    return show_input_line(request, access, comment)


@require_POST
@with_access
def park(request: HttpRequest, access: Access, comment_public_id: UUID) -> HttpResponse:
    """Park an input, so that it no longer waits among those to answer, or end that."""
    comment = get_comment(access, comment_public_id)
    is_parked = request.POST.get("parked") == "yes"
    set_parked(access=access, comment=comment, is_parked=is_parked)
    message = _("%(number)s is parked.") if is_parked else _("%(number)s is no longer parked.")
    messages.success(request, message % {"number": comment.reference})
    return show_input_line(request, access, comment)
