"""Sets of like proposals as the page shows them: a part at a time, each with its form to answer."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.core.paginator import Paginator

from comments.desks.proposal_sets import MOST_PROPOSALS, ProposalSet, ProposalSets, SetMember
from comments.forms.set_forms import SetReviewForm, SetsForm
from consultations.rules.access import Access, Act

A_PAGE = 8
# Of a set so many inputs are named at once; the others stand behind them, a page each.
NAMED = 16
# Inputs in no set are named so far; others are chosen by their number.
NAMED_ALONE = 60


def set_lines(
    access: Access,
    sets: ProposalSets,
    number: str | None,
    refused: SetReviewForm | SetsForm | None = None,
    paged: tuple[str, str] = ("", ""),
) -> dict[str, Any]:
    """What `_sets.html` takes; with the form that was not taken, if any.

    `paged` is the set of which another page of inputs is asked for, by its first input, and which.
    """
    by_hand = refused if isinstance(refused, SetsForm) else None
    set_form = refused if isinstance(refused, SetReviewForm) else None
    page = Paginator(sets.sets, A_PAGE).get_page(number)
    may_answer = bool(access.may(Act.REVIEW))
    lines = [_line(sets, found, may_answer, set_form, paged) for found in page]
    has_place = set_form is None or any(line["form"] is set_form for line in lines)
    return {
        "page": page,
        "lines": lines,
        "stray": None if has_place else set_form,
        "alone": sets.alone[:NAMED_ALONE],
        "more_alone": max(0, len(sets.alone) - NAMED_ALONE),
        "most": MOST_PROPOSALS if sets.is_cut else 0,
        "may_gather": bool(access.may(Act.GATHER_INPUTS)),
        "form": by_hand or SetsForm(rows=[]),
        "marked": set(by_hand.data.getlist("inputs")) if by_hand else set(),  # type: ignore[attr-defined]
    }


def _line(
    sets: ProposalSets,
    found: ProposalSet,
    may_answer: bool,
    set_form: SetReviewForm | None,
    paged: tuple[str, str],
) -> dict[str, Any]:
    rows = sets.rows
    of, number = paged
    named = Paginator(found.members, NAMED).get_page(
        number if of == str(found.first.public_id) else 1
    )
    form = None
    if may_answer and len(found.members) > 1:
        is_refused = set_form and set_form.first in [member.row for member in found.members]
        form = set_form if is_refused else SetReviewForm(rows=rows, first=found.first)
    return {
        "set": found,
        "named": named,
        "same": [member for member in named if member.is_same and not member.is_by_hand],
        "near": list(_unlike(named)),
        "form": form,
        "unanswered": len(found.members) - found.answered,
    }


def _unlike(members: Iterable[SetMember]) -> Iterator[SetMember]:
    return (member for member in members if not member.is_same or member.is_by_hand)
