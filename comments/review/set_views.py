"""Sets of like proposals: gather or separate them, answer them as one; the decisive words."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _, gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from comments.answers import acts
from comments.models import Comment
from comments.review import gathering
from comments.review.proposal_sets import decisive_text_by_language
from comments.review.set_forms import (
    DecisiveLanguageForm,
    DecisiveWordsForm,
    GroupInputsForm,
    SetReviewForm,
)
from comments.review.views import get_proposal_sets, paragraph_page
from consultations.rules.access import Access, Act
from consultations.web.forms import add_errors, sent_number
from consultations.web.view_decorators import with_access

type GatheringAct = Callable[..., Sequence[object]]

# By the value of the button: what it does with the marked inputs, and the message after it.
GATHERING_ACTS: Final[Mapping[str, tuple[GatheringAct, Any]]] = {
    "together": (gathering.put_together, gettext_lazy("The inputs are one set.")),
    "apart": (gathering.take_apart, gettext_lazy("The inputs now stand alone.")),
    "by_words": (gathering.gather_by_words, gettext_lazy("The inputs stand as their words say.")),
}

# Examples of lines of the list of decisive words, in English like most texts: a choice of words,
# several forms of each, words or none.
EXAMPLES = {
    "choice": "shall / should / may",
    "forms": "urge, urges / invite, invites",
    "absent": "as appropriate / –",
}


@require_POST
@with_access
def gather_inputs(request: HttpRequest, access: Access, paragraph_public_id: UUID) -> HttpResponse:
    """Put the marked inputs together, take them apart, or let their words decide again."""
    access.require(Act.GATHER_INPUTS)
    form = GroupInputsForm(
        request.POST, comments=get_proposal_sets(access, paragraph_public_id).comments
    )
    # Without a button (the Enter key) they are put together.
    gathering_act, success_message = GATHERING_ACTS.get(
        request.POST.get("act", ""), GATHERING_ACTS["together"]
    )
    if form.is_valid():
        try:
            gathering_act(access=access, comments=form.chosen_inputs())
        except ValidationError as error:
            add_errors(form, error)
    if form.errors:
        return paragraph_page(request, access, paragraph_public_id, refused_set_form=form)
    messages.success(request, str(success_message))
    return redirect(_sets_url(request, access, paragraph_public_id))


@require_POST
@with_access
def review_set(request: HttpRequest, access: Access, paragraph_public_id: UUID) -> HttpResponse:
    """Answer every input of a set alike; each gets a review of its own."""
    access.require(Act.REVIEW)
    comments = get_proposal_sets(access, paragraph_public_id).comments
    form = SetReviewForm(
        request.POST, comments=comments, first_comment=_first_input(request, comments)
    )
    if form.is_valid():
        answer = {name: form.cleaned_data[name] for name in ("disposition", "observation")}
        try:
            acts.review_comments(access=access, comments=form.chosen_inputs(), **answer)
        except ValidationError as error:
            add_errors(form, error)
    if form.errors:
        return paragraph_page(request, access, paragraph_public_id, refused_set_form=form)
    count = len(form.chosen_inputs())
    message = ngettext("%(n)d input is answered.", "%(n)d inputs are answered.", count)
    messages.success(request, message % {"n": count})
    return redirect(_sets_url(request, access, paragraph_public_id))


@with_access
def decisive_words(request: HttpRequest, access: Access) -> HttpResponse:
    """The words whose change keeps proposals in separate sets; the secretariat sets them."""
    # The list is for those who work on sets: they read reviews before publication.
    access.require(Act.READ_UNPUBLISHED_REVIEW)
    language_form = DecisiveLanguageForm(request.GET)
    language = language_form.cleaned_data["language"] if language_form.is_valid() else "en"
    list_text = decisive_text_by_language(access)[language]
    form = DecisiveWordsForm(request.POST or None, initial={"words": list_text})
    if request.method == "POST":
        access.require(Act.SET_DECISIVE_WORDS, on=access.consultation)
        if form.is_valid():
            try:
                gathering.set_decisive_words(
                    access=access, language=language, words=form.cleaned_data["words"]
                )
            except ValidationError as error:
                add_errors(form, error)
            else:
                messages.success(request, _("The decisive words are saved."))
                url = reverse("decisive_words", args=[access.consultation.slug])
                return redirect(f"{url}?language={language}")
    context = {
        "access": access,
        "language_form": DecisiveLanguageForm(initial={"language": language}),
        "language": language,
        "lines": list_text.splitlines(),
        "form": form,
        "may_set": access.may(Act.SET_DECISIVE_WORDS, on=access.consultation),
        "examples": EXAMPLES,
    }
    status = 422 if form.errors else 200
    return render(request, "comments/review/decisive_words.html", context, status=status)


def _first_input(request: HttpRequest, comments: Sequence[Comment]) -> Comment:
    """The first of the comments that the form names.

    Where none of them is left, an unsaved comment: the form then refuses the ids that it was sent.
    """
    # A field may hold several ids, separated by spaces (`JoinedIds`).
    posted_public_ids = " ".join(request.POST.getlist("inputs")).split()
    return next(
        (comment for comment in comments if str(comment.public_id) in posted_public_ids), Comment()
    )


def _sets_url(request: HttpRequest, access: Access, paragraph_public_id: UUID) -> str:
    """The address of the paragraph's page, at the page of sets from which the form was sent."""
    url = reverse("review_paragraph", args=[access.consultation.slug, paragraph_public_id])
    page_number = sent_number(request.POST.get("sets"))
    return f"{url}#sets" if page_number is None else f"{url}?sets={page_number}#sets"
