"""Bridging words as delegations read and answer them: the list, one proposal, the file of answers.

Bridging words are a wording of one paragraph that the facilitators write between the proposals on
it. The delegations are asked by a deadline whether they can live with it.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from comments.bridging import acts
from comments.bridging.forms import BridgingAnswerForm
from comments.bridging.queries import (
    AnswerLine,
    answer_lines,
    own_compared_wordings,
    unanswered_asked_seats,
    with_answer_counts,
)
from comments.inputs.audience import moment_words
from comments.models import AskedSeat, BridgingProposal, BridgingState
from comments.papers.rows_csv import csv_response
from consultations.rules.access import Access, Act
from consultations.time.wall_clock import time_left
from consultations.web.forms import add_errors
from consultations.web.view_decorators import with_access
from drafts.text.citing import citation_of_wording
from drafts.text.names import name_of_wording
from drafts.words.differences import redline

PAGE_SIZE = 25


@require_safe
@with_access
def bridging_list(request: HttpRequest, access: Access) -> HttpResponse:
    """All proposals for facilitators and the secretariat; for a delegation those it may read.

    It may read those on which it, or a group in whose room it sits, is asked. It also reads the
    closed ones of which all delegations read the answers.
    """
    readable_proposals = BridgingProposal.objects.visible_to(access).in_force().with_texts()
    # How many are asked and have answered is for those alone who may read all answers.
    proposals = with_answer_counts(readable_proposals) if access.reads_all else readable_proposals
    page = Paginator(proposals.order_by("-created_at", "-pk"), PAGE_SIZE).get_page(
        request.GET.get("page")
    )
    # On which this delegation, or a group that it coordinates, has yet to answer.
    ids_with_open_question: set[int] = set()
    if not access.reads_all:
        ids_with_open_question.update(
            unanswered_asked_seats(access).values_list("proposal", flat=True)
        )
    context = {
        "access": access,
        "page": page,
        "lines": [
            _list_line(access, proposal, proposal.pk in ids_with_open_question) for proposal in page
        ],
    }
    return render(request, "comments/bridging/bridging_list.html", context)


@require_safe
@with_access
def bridging_proposal(
    request: HttpRequest, access: Access, proposal_public_id: UUID
) -> HttpResponse:
    """One proposal: its words, what they change, the answers that this reader may see."""
    return proposal_page(request, access, get_bridging_proposal(access, proposal_public_id))


@require_POST
@with_access
def answer_bridging(
    request: HttpRequest, access: Access, asked_seat_public_id: UUID
) -> HttpResponse:
    """The official answer of a delegation, or of a group through its coordinator."""
    asked_seats = AskedSeat.objects.visible_to(access).select_related(
        "seat", "proposal__paragraph__draft", "proposal__wording__revision__draft"
    )
    asked_seat = get_object_or_404(asked_seats, public_id=asked_seat_public_id)
    access.require(Act.ANSWER_BRIDGING, on=asked_seat)
    form = BridgingAnswerForm(request.POST, asked_seat=asked_seat)
    if form.is_valid():
        form_key = form.cleaned_data["form_key"]
        try:
            acts.answer_bridging(
                access=access, asked_seat=asked_seat, content=form.content(), form_key=form_key
            )
        except ValidationError as error:
            add_errors(form, error)
    if form.errors:
        return proposal_page(request, access, asked_seat.proposal, form)
    name = asked_seat.seat.name_for_reader
    message = _("The answer of %(name)s is with the facilitators.") % {"name": name}
    messages.success(request, message)
    return redirect(address_of_bridging(access, asked_seat.proposal))


@require_safe
@with_access
def bridging_file(request: HttpRequest, access: Access, proposal_public_id: UUID) -> HttpResponse:
    """Who answered what, as CSV."""
    # The file has all answers. Those who may read all of them, facilitators and secretariat, are
    # those who may read unpublished reviews; no act is named for reading these answers.
    access.require(Act.READ_UNPUBLISHED_REVIEW)
    proposal = get_bridging_proposal(access, proposal_public_id)
    answer_rows = [_csv_row(access, line) for line in answer_lines(access, proposal)]
    return csv_response([_csv_head(), *answer_rows], "bridging-words")


# --- What the pages of bridging words share -------------------------------------------------------


def get_bridging_proposal(access: Access, proposal_public_id: UUID) -> BridgingProposal:
    """A proposal that this reader may read. Raises Http404."""
    proposals = BridgingProposal.objects.visible_to(access).with_texts()
    return get_object_or_404(proposals, public_id=proposal_public_id)


def address_of_bridging(access: Access, proposal: BridgingProposal) -> str:
    """The address of a proposal's page."""
    return reverse("bridging_proposal", args=[access.consultation.slug, proposal.public_id])


def proposal_page(
    request: HttpRequest,
    access: Access,
    proposal: BridgingProposal,
    refused_form: BridgingAnswerForm | None = None,
) -> HttpResponse:
    """The page of a proposal; with the answer that was refused, if any (422)."""
    lines = answer_lines(access, proposal)
    own_lines = [line for line in lines if _is_own(access, line)]
    lines_of_others = [line for line in lines if not _is_own(access, line)]
    may_write = bool(access.may(Act.WRITE_BRIDGING, on=proposal))
    own_wordings = [] if access.reads_all else own_compared_wordings(access, proposal)
    context = {
        "access": access,
        "proposal": proposal,
        "paragraph_citation": citation_of_wording(proposal.wording),
        "redline": redline(proposal.wording.text, proposal.text),
        "state": proposal.state,
        # The page of one that was not asked, or after the close, puts no question.
        "is_question": bool(own_lines) and proposal.state is BridgingState.ASKED,
        "deadline_text": deadline_text(access, proposal),
        # Who reads the answers is set when the delegations are asked.
        "visibility_text": answers_visibility_text(proposal) if proposal.answers_seen_by else "",
        # A delegation reads its own answers apart, with a form, under "own_lines".
        "lines": lines if access.reads_all else lines_of_others,
        "answered_count": sum(line.answer is not None for line in lines),
        "own_wordings": own_wordings,
        "own_lines": [_own_line(access, line, proposal, refused_form) for line in own_lines],
        "may_write": may_write,
        "may_ask": bool(access.may(Act.ASK_ON_BRIDGING, on=proposal)),
        "may_close": may_write and acts.is_past_deadline(proposal, access.moment),
        "is_incorporated": access.reads_all and proposal.is_incorporated,
    }
    status = 422 if refused_form else 200
    return render(request, "comments/bridging/bridging_proposal.html", context, status=status)


def deadline_text(access: Access, proposal: BridgingProposal) -> str:
    """Until when answers are asked for, or since when the question is closed; empty for a draft."""
    if proposal.deadline is None:
        return ""
    if proposal.question_closed_at:
        moment = moment_words(access, proposal.question_closed_at)
        return _("Closed %(moment)s.") % {"moment": moment}
    moment = moment_words(access, proposal.deadline)
    if acts.is_past_deadline(proposal, access.moment):
        return _("The deadline was %(moment)s. It is not closed yet.") % {"moment": moment}
    time_to_deadline = time_left(proposal.deadline, access.moment)
    return _("Answers by %(moment)s, %(left)s.") % {"moment": moment, "left": time_to_deadline}


def answers_visibility_text(proposal: BridgingProposal) -> str:
    """Who reads the answers of a proposal on which delegations are asked."""
    return _("Answers are visible to: %(who)s.") % {"who": proposal.get_answers_seen_by_display()}


def rules_of_answering() -> list[str]:
    """The rules that a delegation reads before it answers."""
    return [
        _("This is an official act of your delegation. Only a focal point can answer."),
        _("Until the deadline you can answer again. Earlier answers stay on record."),
        _("In time means received by the deadline plus 60 seconds."),
        _("A first answer after it is accepted and marked late, until the question is closed."),
    ]


# --- Lines ----------------------------------------------------------------------------------------


def _list_line(access: Access, proposal: BridgingProposal, is_waiting: bool) -> dict[str, Any]:
    """A proposal in the list; `is_waiting`: the reader's delegation has yet to answer."""
    return {
        "proposal": proposal,
        "label": name_of_wording(proposal.wording),
        "state": proposal.state,
        "deadline_text": deadline_text(access, proposal),
        "is_waiting": is_waiting,
    }


def _is_own(access: Access, line: AnswerLine) -> bool:
    """Whether a line is of the reader's delegation, or of a group in whose room it sits."""
    return line.asked_seat.seat_id in access.own_and_group_seat_ids


def _own_line(
    access: Access,
    line: AnswerLine,
    proposal: BridgingProposal,
    refused_form: BridgingAnswerForm | None,
) -> dict[str, Any]:
    """The own answer, and the form where this person may answer now."""
    # The relations of this proposal are read already: the rule on answering needs them.
    line.asked_seat.proposal = proposal
    verdict = access.may(Act.ANSWER_BRIDGING, on=line.asked_seat)
    # After the deadline an answer can no longer be revised; a first one may still come, late.
    is_fixed = line.answer is not None and acts.is_past_deadline(proposal, access.moment)
    form = None
    if verdict and not is_fixed:
        is_refused = refused_form is not None and refused_form.asked_seat.pk == line.asked_seat.pk
        new_form = BridgingAnswerForm(asked_seat=line.asked_seat, last_answer=line.answer)
        form = refused_form if is_refused else new_form
    return {"line": line, "form": form, "why_not": verdict.reason, "rules": rules_of_answering()}


def _csv_head() -> Sequence[str]:
    """The headings of the file."""
    return [_("Delegation"), _("Answer"), _("Words"), _("Reason"), _("Answered"), _("Late")]


def _csv_row(access: Access, line: AnswerLine) -> Sequence[str]:
    """The row of a delegation in the file, in the columns of `_csv_head`."""
    answer = line.answer
    if answer is None:
        return [line.asked_seat.seat.name_for_reader, _("no answer yet"), "", "", "", ""]
    return [
        line.asked_seat.seat.name_for_reader,
        answer.get_stance_display(),
        answer.words,
        answer.reason,
        moment_words(access, answer.answered_at),
        _("late") if answer.is_late else "",
    ]
