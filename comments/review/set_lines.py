"""Sets of like proposals as the page shows them: some at a time, each with its answer form."""

from typing import Any

from django.core.paginator import Paginator

from comments.review.proposal_sets import MAX_PROPOSALS, ProposalSet, ProposalSets
from comments.review.set_forms import GroupInputsForm, SetReviewForm
from consultations.rules.access import Access, Act

PAGE_SIZE = 8


# Inputs of a set that are listed at once; the others are on further pages.
MAX_NAMED_INPUTS = 16


# Inputs in no set that are listed; others are chosen by their number.
MAX_NAMED_ALONE = 60


def sets_context(
    access: Access,
    sets: ProposalSets,
    page_number: str | None,
    refused_form: SetReviewForm | GroupInputsForm | None,
    *,
    paged_set_id: str,
    members_page_number: str,
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
        # The public ids of the inputs that were marked in it.
        "marked": set(refused_gathering_form.data.getlist("inputs"))  # type: ignore[attr-defined]
        if refused_gathering_form
        else set(),
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
        "other_members": [
            member for member in members_page if not member.is_same or member.is_by_hand
        ],
        "form": form,
        "unanswered_count": len(proposal_set.members) - proposal_set.answered_count,
    }
