"""Sets of like proposals: gather or separate them, answer them as one; the decisive words."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from comments.answers import acts
from comments.models import Comment
from comments.review import gathering
from comments.review.proposal_sets import (
    MAX_PROPOSALS,
    ProposalSet,
    ProposalSets,
    SetMember,
    decisive_text_by_language,
)
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
@never_cache
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
@never_cache
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


@never_cache
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
    return render(request, "comments/decisive_words.html", context, status=status)


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


PAGE_SIZE = 8

# Inputs of a set that are listed at once; the others are on further pages.
MAX_NAMED_INPUTS = 16

# Inputs in no set that are listed; others are chosen by their number.
MAX_NAMED_ALONE = 60


def sets_context(
    access: Access,
    sets: ProposalSets,
    page_number: str | None,
    refused_form: SetReviewForm | GroupInputsForm | None = None,
    *,
    paged_set_id: str = "",
    members_page_number: str = "",
) -> dict[str, Any]:
    """The context of `_sets.html`; with the form that was refused, if any.

    `page_number` is the page of sets. `paged_set_id` is the public id of the first input of a set,
    and `members_page_number` which page of that set's inputs is asked for.
    """
    refused_gathering_form = refused_form if isinstance(refused_form, GroupInputsForm) else None
    refused_answer_form = refused_form if isinstance(refused_form, SetReviewForm) else None
    page = Paginator(sets.sets, PAGE_SIZE).get_page(page_number)
    may_answer = bool(access.may(Act.REVIEW))
    lines = [
        _set_context(
            sets,
            proposal_set,
            may_answer,
            refused_answer_form,
            members_page_number
            if paged_set_id == str(proposal_set.first_comment.public_id)
            else "1",
        )
        for proposal_set in page
    ]
    # The set of a refused form may be on another page, or gone: the form is then shown apart.
    is_form_shown = refused_answer_form is None or any(
        line["form"] is refused_answer_form for line in lines
    )
    return {
        "page": page,
        "lines": lines,
        "form_without_set": None if is_form_shown else refused_answer_form,
        "alone": sets.single_members[:MAX_NAMED_ALONE],
        "more_alone": max(0, len(sets.single_members) - MAX_NAMED_ALONE),
        # So many were compared; 0 where all were.
        "max_proposals": MAX_PROPOSALS if sets.is_incomplete else 0,
        "may_gather": bool(access.may(Act.GATHER_INPUTS)),
        # The template writes the boxes of the inputs itself, so an empty form needs no choices.
        "form": refused_gathering_form or GroupInputsForm(comments=[]),
        "marked": _posted_inputs(refused_gathering_form) if refused_gathering_form else set(),
    }


def _set_context(
    sets: ProposalSets,
    proposal_set: ProposalSet,
    may_answer: bool,
    refused_answer_form: SetReviewForm | None,
    members_page_number: str,
) -> dict[str, Any]:
    """A set with its inputs on one page, and the form that answers all of them.

    `refused_answer_form` is shown again on the set it belongs to. `members_page_number` is the page
    of its inputs.
    """
    members_page = Paginator(proposal_set.members, MAX_NAMED_INPUTS).get_page(members_page_number)
    form = None
    if may_answer and len(proposal_set.members) > 1:
        is_refused = refused_answer_form and refused_answer_form.first_comment in [
            member.comment for member in proposal_set.members
        ]
        form = (
            refused_answer_form
            if is_refused
            else SetReviewForm(comments=sets.comments, first_comment=proposal_set.first_comment)
        )
    return {
        "set": proposal_set,
        "members_page": members_page,
        "members_with_same_words": [
            member for member in members_page if member.is_same and not member.is_by_hand
        ],
        "other_members": list(_members_not_the_same(members_page)),
        "form": form,
        "unanswered_count": len(proposal_set.members) - proposal_set.answered_count,
    }


def _posted_inputs(form: GroupInputsForm) -> set[str]:
    """The public ids of the inputs that were marked in a form that was sent."""
    return set(form.data.getlist("inputs"))  # type: ignore[attr-defined]


def _members_not_the_same(members: Iterable[SetMember]) -> Iterator[SetMember]:
    """The inputs of a set with other words, or put into it by hand."""
    return (member for member in members if not member.is_same or member.is_by_hand)
