"""What facilitators do in the thread beside the text: answer an input, take its words.

With scripts each comes as a piece of the card; without, a link leads to the page of the paragraph,
and the act leads back to the thread.
"""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from comments.acts import answering
from comments.forms.comment_forms import ReviewForm
from comments.models import Comment
from comments.pages.reviewing_pages import paragraph_page
from comments.pages.writing_pages import address_of_comment, comment_of
from comments.threads.cards import card_of
from comments.threads.threads import comment_view, with_answers
from consultations.forms.frame_forms import add_errors
from consultations.pages.view_decorators import with_access
from consultations.rules.access import Access, Act


@never_cache
@with_access
def answer_in_thread(request: HttpRequest, access: Access, comment: UUID) -> HttpResponse:
    """The form of the answer; once it is saved, the answer as the card shows it."""
    stored = comment_of(access, comment)
    access.require(Act.REVIEW, on=stored)
    is_piece = bool(request.htmx)  # type: ignore[attr-defined]
    if request.method != "POST":
        return (
            _piece(request, access, stored, is_form=True) if is_piece else _review(access, stored)
        )
    form = ReviewForm(request.POST, comment=comment)
    if form.is_valid():
        try:
            answering.review(access=access, comment=stored, **form.cleaned_data)
        except ValidationError as error:
            add_errors(form, error)
    if is_piece:
        return _piece(request, access, stored, form)
    if form.errors:
        refused: dict[tuple[UUID, type], Any] = {(comment, ReviewForm): form}
        return paragraph_page(request, access, stored.paragraph.public_id, "", refused)
    messages.success(request, _("%(number)s is answered.") % {"number": stored.reference})
    return redirect(address_of_comment(access, stored))


def _review(access: Access, comment: Comment) -> HttpResponse:
    """To where it is answered without scripts; "In the text" leads back from there."""
    named = [access.consultation.slug, comment.paragraph.public_id]
    return redirect(f"{reverse('review_paragraph', args=named)}#c-{comment.public_id}")


def _piece(
    request: HttpRequest,
    access: Access,
    comment: Comment,
    form: ReviewForm | None = None,
    *,
    is_form: bool = False,
) -> HttpResponse:
    """The form where it is asked for or was refused, else the answer that stands now."""
    row = with_answers(access, Comment.objects.visible_to(access)).get(pk=comment.pk)
    card = card_of(access, comment_view(row))
    review = card.view.review
    if is_form:
        said = (
            {"disposition": review.disposition, "observation": review.observation} if review else {}
        )
        form = ReviewForm(comment=comment.public_id, initial=said)
    is_shown = is_form or bool(form and form.errors)
    context = {"access": access, "card": card, "form": form if is_shown else None}
    status = 422 if form and form.errors else 200
    return render(request, "comments/_thread_answer.html", context, status=status)
