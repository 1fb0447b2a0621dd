"""Sets of like proposals as the page shows them: some at a time, each with its answer form."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.core.paginator import Paginator

from comments.desks.proposal_sets import MAX_PROPOSALS, ProposalSet, ProposalSets, SetMember
from comments.forms.set_forms import SetReviewForm, SetsForm
from consultations.rules.access import Access, Act

PAGE_SIZE = 8
# So many inputs of a set are named at once; the others are on pages behind.
MAX_NAMED_INPUTS = 16
# Inputs in no set are named so far; others are chosen by their number.
MAX_NAMED_ALONE = 60


def sets_context(
    access: Access,
    sets: ProposalSets,
    page_number: str | None,
    refused_form: SetReviewForm | SetsForm | None = None,
    members_page: tuple[str, str] = ("", ""),
) -> dict[str, Any]:
    """The context of `_sets.html`; with the form that was refused, if any.

    `paged` names a set by its first input, and the page of its inputs that is asked for.
    """
    sets_form = refused_form if isinstance(refused_form, SetsForm) else None
    set_form = refused_form if isinstance(refused_form, SetReviewForm) else None
    page = Paginator(sets.sets, PAGE_SIZE).get_page(page_number)
    may_answer = bool(access.may(Act.REVIEW))
    lines = [
        _set_context(sets, proposal_set, may_answer, set_form, members_page)
        for proposal_set in page
    ]
    is_form_shown = set_form is None or any(line["form"] is set_form for line in lines)
    return {
        "page": page,
        "lines": lines,
        "stray": None if is_form_shown else set_form,
        "alone": sets.alone[:MAX_NAMED_ALONE],
        "more_alone": max(0, len(sets.alone) - MAX_NAMED_ALONE),
        "max_proposals": MAX_PROPOSALS if sets.is_cut else 0,
        "may_gather": bool(access.may(Act.GATHER_INPUTS)),
        "form": sets_form or SetsForm(rows=[]),
        "marked": set(sets_form.data.getlist("inputs")) if sets_form else set(),  # type: ignore[attr-defined]
    }


def _set_context(
    sets: ProposalSets,
    proposal_set: ProposalSet,
    may_answer: bool,
    set_form: SetReviewForm | None,
    members_page: tuple[str, str],
) -> dict[str, Any]:
    comments = sets.rows
    paged_set, members_page_number = members_page
    named_members = Paginator(proposal_set.members, MAX_NAMED_INPUTS).get_page(
        members_page_number if paged_set == str(proposal_set.first.public_id) else 1
    )
    form = None
    if may_answer and len(proposal_set.members) > 1:
        is_refused = set_form and set_form.first in [member.row for member in proposal_set.members]
        form = set_form if is_refused else SetReviewForm(rows=comments, first=proposal_set.first)
    return {
        "set": proposal_set,
        "named": named_members,
        "same": [member for member in named_members if member.is_same and not member.is_by_hand],
        "near": list(_members_with_other_words(named_members)),
        "form": form,
        "unanswered": len(proposal_set.members) - proposal_set.answered,
    }


def _members_with_other_words(members: Iterable[SetMember]) -> Iterator[SetMember]:
    return (member for member in members if not member.is_same or member.is_by_hand)
