"""Answer an input in its thread beside the text.

With scripts the form is a fragment of the card; without, a link leads to the page of the paragraph,
and the act leads back to the thread.
"""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from comments.acts import answering
from comments.forms.comment_forms import ReviewForm
from comments.models import Comment
from comments.pages.reviewing_pages import RefusedForms, paragraph_page, review_address
from comments.pages.writing_pages import address_of_comment, get_comment
from comments.threads.cards import card_of
from comments.threads.threads import shown_comment, with_answers
from consultations.rules.access import Access, Act
from consultations.web.forms import add_errors
from consultations.web.view_decorators import with_access


@never_cache
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
    form = ReviewForm(request.POST, comment_public_id=comment_public_id)
    if form.is_valid():
        try:
            answering.review(access=access, comment=comment, **form.cleaned_data)
        except ValidationError as error:
            add_errors(form, error)
    if is_fragment:
        return _answer_fragment(request, access, comment, form)
    if form.errors:
        refused_forms: RefusedForms = {(comment_public_id, ReviewForm): form}
        return paragraph_page(
            request,
            access,
            comment.paragraph.public_id,
            comment_public_id,
            refused_forms,
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
    review = card.shown_comment.review
    if is_form_requested:
        initial = (
            {"disposition": review.disposition, "observation": review.observation} if review else {}
        )
        form = ReviewForm(comment_public_id=comment.public_id, initial=initial)
    is_shown = is_form_requested or bool(form and form.errors)
    context = {"access": access, "card": card, "form": form if is_shown else None}
    status = 422 if form and form.errors else 200
    return render(request, "comments/_thread_answer.html", context, status=status)
