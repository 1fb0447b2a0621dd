"""Bridging words on the facilitators' side: write, ask delegations, close, incorporate.

Bridging words are a wording of one paragraph between the proposals on it; delegations are asked
whether they can live with it.
"""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from comments.bridging import acts
from comments.bridging.forms import AskDelegationsForm, BridgingForm, suggested_deadline
from comments.bridging.queries import commenting_seat_ids, compared_wordings, member_seat_ids
from comments.bridging.views import (
    address_of_bridging,
    answers_visibility_text,
    get_bridging_proposal,
    rules_of_answering,
)
from comments.incorporating.queries import paragraph_on_desk
from comments.incorporating.views import posted_version
from comments.inputs.seat_choices import SeatCategory, category_lines, seat_categories
from comments.models import BridgingProposal
from consultations.rules.access import Access, Act
from consultations.rules.recorded_capacity import recorded_author
from consultations.web.confirmation import confirm
from consultations.web.forms import add_errors
from consultations.web.view_decorators import with_access
from drafts.desk.acts import StaleVersion
from drafts.models import Wording
from drafts.text.citing import citation_of_wording
from drafts.text.edit_conflict import EditConflict, merge_edits
from drafts.words.differences import redline


@with_access
def write_bridging(request: HttpRequest, access: Access, paragraph_public_id: UUID) -> HttpResponse:
    """New bridging words on a paragraph, beside the proposals on it.

    A POST with "show" saves nothing: it compares what is typed with the text and the proposals.
    """
    access.require(Act.WRITE_BRIDGING)
    wording = _latest_wording(access, paragraph_public_id)
    form = BridgingForm(request.POST or None, initial={"text": wording.text})
    if "show" not in request.POST and form.is_valid():
        try:
            proposal = acts.draft_bridging(
                access=access,
                wording=wording,
                text=form.cleaned_data["text"],
                form_key=form.cleaned_data["form_key"],
            )
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, _("Saved. Delegations see nothing of it until you ask them."))
            return redirect(address_of_bridging(access, proposal))
    return _writing_page(request, access, wording, form)


@with_access
def edit_bridging(request: HttpRequest, access: Access, proposal_public_id: UUID) -> HttpResponse:
    """Change the words of a draft; where somebody saved meanwhile, show both texts (409).

    A POST with "show" saves nothing, as in `write_bridging`.
    """
    access.require(Act.WRITE_BRIDGING)
    proposal = get_bridging_proposal(access, proposal_public_id)
    if proposal.asked_at or proposal.discarded_at:
        return redirect(address_of_bridging(access, proposal))
    initial = {"text": proposal.text, "version": proposal.version}
    form = BridgingForm(request.POST or None, initial=initial)
    if "show" not in request.POST and form.is_valid():
        typed_values = {
            "text": form.cleaned_data["text"],
            # Stored versions count from 1: a form without one is a conflict.
            "version": form.cleaned_data["version"] or 0,
        }
        try:
            acts.edit_bridging(access=access, proposal=proposal, **typed_values)
        except StaleVersion as stale:
            conflict = _edit_conflict(access, stale.stored_row, **typed_values)
            return _writing_page(
                request,
                access,
                proposal.wording,
                # Both texts merged, to be saved on top of what was saved meanwhile.
                BridgingForm(initial={**conflict.merged, "version": stale.stored_row.version}),
                proposal,
                conflict,
            )
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, _("Saved. Delegations see nothing of it until you ask them."))
            return redirect(address_of_bridging(access, proposal))
    return _writing_page(request, access, proposal.wording, form, proposal)


@with_access
def discard_bridging(
    request: HttpRequest, access: Access, proposal_public_id: UUID
) -> HttpResponse:
    """Discard a draft, once it is confirmed."""
    access.require(Act.WRITE_BRIDGING)
    proposal = get_bridging_proposal(access, proposal_public_id)
    if proposal.asked_at:
        return redirect(address_of_bridging(access, proposal))
    return confirm(
        request,
        access,
        title=_("Discard these bridging words?"),
        sentences=[proposal.text, _("No delegation has seen them.")],
        button_label=_("Discard"),
        back_url=reverse("bridging_list", args=[access.consultation.slug]),
        success_message=_("The bridging words are discarded."),
        act=lambda: acts.discard_bridging(access=access, proposal=proposal),
        is_grave=True,
    )


@with_access
def ask_on_bridging(request: HttpRequest, access: Access, proposal_public_id: UUID) -> HttpResponse:
    """Choose whom to ask, until when, who reads the answers: an act of the co-facilitators."""
    proposal = get_bridging_proposal(access, proposal_public_id)
    access.require(Act.ASK_ON_BRIDGING, on=proposal)
    if proposal.asked_at or proposal.discarded_at:
        return redirect(address_of_bridging(access, proposal))
    categories = seat_categories(access)
    form = _ask_form(request, access, proposal, categories)
    # A POST with "add" only marks more delegations, or unmarks all: nobody is asked yet.
    if "add" not in request.POST and form.is_valid():
        try:
            acts.ask_on_bridging(access=access, proposal=proposal, **form.cleaned_data)
        except StaleVersion as stale:
            proposal = stale.stored_row
            form.set_version(proposal.version)
            form.add_error(None, _("The words were changed meanwhile. Read them, then ask again."))
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, _("The delegations are asked. Their people get an e-mail."))
            return redirect(address_of_bridging(access, proposal))
    lines = category_lines(categories, form["seats"])
    context = {
        "access": access,
        "proposal": proposal,
        "paragraph_citation": citation_of_wording(proposal.wording),
        "redline": redline(proposal.wording.text, proposal.text),
        "form": form,
        "seat_categories": lines,
        "chosen_count": sum(line["count"] for line in lines),
        "rules": rules_of_answering(),
    }
    status = 422 if form.errors else 200
    return render(request, "comments/bridging/ask_on_bridging.html", context, status=status)


@with_access
def close_bridging(request: HttpRequest, access: Access, proposal_public_id: UUID) -> HttpResponse:
    """Close the question to further answers, once it is confirmed; staff may do it too."""
    access.require(Act.WRITE_BRIDGING)
    proposal = get_bridging_proposal(access, proposal_public_id)
    return confirm(
        request,
        access,
        title=_("%(place)s: close the question?")
        % {"place": citation_of_wording(proposal.wording)},
        sentences=[
            _("No answer is accepted afterwards, late ones included."),
            answers_visibility_text(proposal),
            _("This cannot be undone."),
        ],
        button_label=_("Close"),
        back_url=address_of_bridging(access, proposal),
        success_message=_("The question is closed."),
        act=lambda: acts.close_bridging(access=access, proposal=proposal),
    )


@with_access
def incorporate_bridging(
    request: HttpRequest, access: Access, proposal_public_id: UUID
) -> HttpResponse:
    """Set the words into the working text, after a page that shows what they change there."""
    proposal = get_bridging_proposal(access, proposal_public_id)
    on_desk = paragraph_on_desk(access, proposal.paragraph.public_id)
    access.require(Act.EDIT_TEXT, on=on_desk.paragraph.draft)
    refusal, status = "", 200
    if request.method == "POST":
        try:
            acts.incorporate_bridging(
                access=access,
                proposal=proposal,
                paragraph=on_desk.paragraph,
                version=posted_version(request.POST),
            )
        except StaleVersion:
            refusal, status = _("Somebody has changed this paragraph. See what it says now."), 409
            on_desk = paragraph_on_desk(access, proposal.paragraph.public_id)
        except ValidationError as error:
            refusal, status = " ".join(error.messages), 422
        else:
            messages.success(request, _("The bridging words are in the working text."))
            return redirect(address_of_bridging(access, proposal))
    paragraph = on_desk.paragraph
    context = {
        "access": access,
        "proposal": proposal,
        "paragraph_citation": citation_of_wording(proposal.wording),
        "paragraph_with_proposals": on_desk,
        "redline": redline(paragraph.text, proposal.text),
        "has_text_changed_since": paragraph.text != proposal.wording.text,
        "is_already_in_text": paragraph.text == proposal.text,
        "refusal": refusal,
        "desk_url": reverse(
            "edit_paragraph",
            args=[access.consultation.slug, paragraph.draft.slug, paragraph.public_id],
        ),
    }
    return render(request, "comments/bridging/incorporate_bridging.html", context, status=status)


# --- Helpers --------------------------------------------------------------------------------------


def _latest_wording(access: Access, paragraph_public_id: UUID) -> Wording:
    """The wording in the last circulated text that has the paragraph. Raises Http404."""
    wordings = Wording.objects.visible_to(access).filter(paragraph__public_id=paragraph_public_id)
    with_drafts = wordings.select_related("revision__draft", "paragraph__draft")
    latest_wording = with_drafts.order_by("-revision__number").first()
    if latest_wording is None:
        raise Http404
    return latest_wording


def _writing_page(
    request: HttpRequest,
    access: Access,
    wording: Wording,
    form: BridgingForm,
    proposal: BridgingProposal | None = None,
    conflict: EditConflict | None = None,
) -> HttpResponse:
    """The page to write bridging words on; its redlines compare with the words in the form."""
    if proposal is not None:
        # The paragraph was read with the proposal, but not with the wording: this saves a query.
        wording.paragraph = proposal.paragraph
    # Browsers send line breaks as \r\n; stored words have \n.
    text = str(form["text"].value() or "").replace("\r\n", "\n")
    on_desk = paragraph_on_desk(access, wording.paragraph.public_id)
    shown_wordings, other_wording_count = compared_wordings(on_desk, text)
    context = {
        "access": access,
        "wording": wording,
        "paragraph_citation": citation_of_wording(wording),
        "proposal": proposal,
        "form": form,
        "redline": redline(wording.text, text),
        "shown_wordings": shown_wordings,
        "other_wording_count": other_wording_count,
        "conflict": conflict,
        # draftkeeper.js keeps what is typed in the browser under this key.
        "browser_copy_key": f"{access.capacity.key}:bridging:{(proposal or wording).public_id}",
        "back": address_of_bridging(access, proposal)
        if proposal
        else reverse(
            "review_paragraph", args=[access.consultation.slug, wording.paragraph.public_id]
        ),
    }
    status = 409 if conflict else 422 if form.errors else 200
    return render(request, "comments/bridging/write_bridging.html", context, status=status)


def _edit_conflict(
    access: Access, stored_proposal: BridgingProposal, *, version: int, text: str
) -> EditConflict:
    """What was typed on an earlier `version` beside what is stored."""
    records = stored_proposal.history.select_related("history_user").order_by("-history_id")
    latest_record, origin_record = records.first(), records.filter(version=version).first()
    # None for a `version` that was never stored: a posted field may say anything.
    origin_text = origin_record.text if origin_record else stored_proposal.wording.text
    return merge_edits(
        access,
        saved_by=recorded_author(latest_record),
        saved_at=latest_record.history_date,
        base={"text": origin_text},
        mine={"text": text},
        theirs={"text": stored_proposal.text},
        merged_by_word=("text",),
        posted_choices={},
    )


def _ask_form(
    request: HttpRequest, access: Access, proposal: BridgingProposal, categories: list[SeatCategory]
) -> AskDelegationsForm:
    """The form as sent; after an "add" button with more delegations marked, or with none.

    At first those are marked who commented on the paragraph.
    """
    seats = [seat for category in categories for seat in category.seats]
    if request.method == "POST" and "add" not in request.POST:
        return AskDelegationsForm(request.POST, access=access, seats=seats)
    # The form is not sent yet, so its values are initial ones: nothing is marked as wrong.
    if request.method == "POST":
        button_value = str(request.POST["add"])
        field_names = ("deadline", "answers_seen_by", "version")
        initial: dict[str, Any] = {name: request.POST.get(name, "") for name in field_names}
        kept_public_ids = [] if button_value == "none" else request.POST.getlist("seats")
        added_ids = _seat_ids_to_add(access, proposal, categories, button_value)
    else:
        initial = {"version": proposal.version, "deadline": suggested_deadline(access)}
        kept_public_ids = []
        added_ids = commenting_seat_ids(access, proposal.paragraph.public_id)
    added_public_ids = [str(seat.public_id) for seat in seats if seat.pk in added_ids]
    initial["seats"] = [*kept_public_ids, *added_public_ids]
    return AskDelegationsForm(initial=initial, access=access, seats=seats)


def _seat_ids_to_add(
    access: Access, proposal: BridgingProposal, categories: list[SeatCategory], button_value: str
) -> set[int]:
    """The ids of the seats that an "add" button marks; none for its value "none".

    The other values: "commented", "members:" and the public id of a group's seat, or "all:" and the
    key of a category.
    """
    if button_value == "commented":
        return commenting_seat_ids(access, proposal.paragraph.public_id)
    button_kind, _colon, key_or_public_id = button_value.partition(":")
    if button_kind == "members":
        seats = (seat for category in categories for seat in category.seats)
        group_seat = next((seat for seat in seats if str(seat.public_id) == key_or_public_id), None)
        return member_seat_ids(access, group_seat) if group_seat else set()
    return {
        seat.pk
        for category in categories
        if category.key == key_or_public_id
        for seat in category.seats
    }
