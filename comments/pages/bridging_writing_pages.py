"""Bridging words on the facilitators' side: write, ask delegations, close, incorporate."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from comments.acts import bridging
from comments.desks.bridging_conflict import BridgingConflict, bridging_conflict
from comments.desks.bridging_overview import (
    SeatGroup,
    commented_on,
    members_of,
    seat_groups,
    words_beside,
)
from comments.desks.on_desk import paragraph_on_desk
from comments.forms.bridging_forms import AskForm, BridgingForm, offered_deadline
from comments.models import BridgingProposal
from comments.news.citations import citation_of
from comments.pages.bridging_pages import (
    address_of_bridging,
    place_of_bridging,
    proposal_of,
    rule_of_answers,
)
from consultations.forms.errors import add_errors
from consultations.pages.confirmation import confirm
from consultations.pages.view_decorators import with_access
from consultations.rules.access import Access, Act
from drafts.desk.editing import StaleVersion
from drafts.labels import name_of
from drafts.models import Wording
from drafts.words.differences import redline


@never_cache
@with_access
def write_bridging(request: HttpRequest, access: Access, paragraph: UUID) -> HttpResponse:
    """New bridging words on a paragraph, beside every proposal on it."""
    access.require(Act.WRITE_BRIDGING)
    wording = _latest_wording(access, paragraph)
    form = BridgingForm(request.POST or None, initial={"text": wording.text})
    if "show" not in request.POST and form.is_valid():
        try:
            row = bridging.draft_bridging(
                access=access,
                wording=wording,
                text=form.cleaned_data["text"],
                form_key=form.cleaned_data["form_key"],
            )
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, _("Saved. Delegations see nothing of it until you ask them."))
            return redirect(address_of_bridging(access, row))
    return _writing_page(request, access, wording, form)


@never_cache
@with_access
def edit_bridging(request: HttpRequest, access: Access, proposal: UUID) -> HttpResponse:
    """Change the words of a draft; where somebody saved meanwhile, show both texts (409)."""
    access.require(Act.WRITE_BRIDGING)
    stored = proposal_of(access, proposal)
    if stored.asked_at or stored.discarded_at:
        return redirect(address_of_bridging(access, stored))
    initial = {"text": stored.text, "version": stored.version}
    form = BridgingForm(request.POST or None, initial=initial)
    if "show" not in request.POST and form.is_valid():
        typed = {"text": form.cleaned_data["text"], "version": form.cleaned_data["version"] or 0}
        try:
            bridging.edit_bridging(access=access, proposal=stored, **typed)
        except StaleVersion as stale:
            conflict = bridging_conflict(access, stale.row, **typed)
            return _writing_page(
                request, access, stored.wording, _merged_form(stale.row, conflict), stored, conflict
            )
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, _("Saved. Delegations see nothing of it until you ask them."))
            return redirect(address_of_bridging(access, stored))
    return _writing_page(request, access, stored.wording, form, stored)


@never_cache
@with_access
def discard_bridging(request: HttpRequest, access: Access, proposal: UUID) -> HttpResponse:
    """Discard a draft, once it is confirmed."""
    access.require(Act.WRITE_BRIDGING)
    stored = proposal_of(access, proposal)
    return confirm(
        request,
        access,
        title=_("Discard these bridging words?"),
        lines=[stored.text, _("No delegation has seen them.")],
        label=_("Discard"),
        back=reverse("bridging_list", args=[access.consultation.slug]),
        done=_("The bridging words are discarded."),
        act=lambda: bridging.discard_bridging(access=access, proposal=stored),
        is_irreversible=True,
    )


@never_cache
@with_access
def ask_on_bridging(request: HttpRequest, access: Access, proposal: UUID) -> HttpResponse:
    """Choose whom to ask, until when, who reads the answers: an act of the co-facilitators."""
    stored = proposal_of(access, proposal)
    access.require(Act.ASK_ON_BRIDGING, on=stored)
    if stored.asked_at or stored.discarded_at:
        return redirect(address_of_bridging(access, stored))
    groups = seat_groups(access)
    form = _ask_form(request, access, stored, groups)
    if "add" not in request.POST and form.is_valid():
        try:
            _ask(access, stored, form)
        except StaleVersion as stale:
            stored = stale.row
            form.show_version(stored.version)
            form.add_error(None, _("The words were changed meanwhile. Read them, then ask again."))
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, _("The delegations are asked. Their people get an e-mail."))
            return redirect(address_of_bridging(access, stored))
    context = {
        "access": access,
        "proposal": stored,
        "place": place_of_bridging(stored),
        "redline": redline(stored.wording.text, stored.text),
        "form": form,
        "groups": [_group_line(group, form) for group in groups],
        "count": len(form.marked),
        "rules": rule_of_answers(),
    }
    status = 422 if form.errors else 200
    return render(request, "comments/ask_on_bridging.html", context, status=status)


@never_cache
@with_access
def close_bridging(request: HttpRequest, access: Access, proposal: UUID) -> HttpResponse:
    """Close the question to further answers, once it is confirmed."""
    access.require(Act.WRITE_BRIDGING)
    stored = proposal_of(access, proposal)
    return confirm(
        request,
        access,
        title=_("%(place)s: close the question?") % {"place": place_of_bridging(stored)},
        lines=[
            _("No answer is accepted afterwards, late ones included."),
            _("Answers are visible to: %(who)s.") % {"who": stored.get_answers_seen_by_display()},
            _("This cannot be undone."),
        ],
        label=_("Close"),
        back=address_of_bridging(access, stored),
        done=_("The question is closed."),
        act=lambda: bridging.close_bridging(access=access, proposal=stored),
    )


@never_cache
@with_access
def take_bridging(request: HttpRequest, access: Access, proposal: UUID) -> HttpResponse:
    """Set the words into the working text, after a page that shows what they change there."""
    stored = proposal_of(access, proposal)
    on_desk = paragraph_on_desk(access, stored.paragraph.public_id)
    access.require(Act.EDIT_TEXT, on=on_desk.paragraph.draft)
    refused, status = "", 200
    if request.method == "POST":
        version = request.POST.get("version", "")
        try:
            bridging.incorporate_bridging(
                access=access,
                proposal=stored,
                paragraph=on_desk.paragraph,
                version=int(version) if version.isdecimal() and len(version) < 10 else 0,
            )
        except StaleVersion:
            refused, status = _("Somebody has changed this paragraph. See what it says now."), 409
            on_desk = paragraph_on_desk(access, stored.paragraph.public_id)
        except ValidationError as error:
            refused, status = " ".join(error.messages), 422
        else:
            messages.success(request, _("The bridging words are in the working text."))
            return redirect(address_of_bridging(access, stored))
    row = on_desk.paragraph
    context = {
        "access": access,
        "proposal": stored,
        "place": place_of_bridging(stored),
        "here": on_desk,
        "redline": redline(row.text, stored.text),
        "is_other": row.text != stored.wording.text,
        "is_there": row.text == stored.text,
        "refused": refused,
        "desk_url": reverse(
            "edit_paragraph", args=[access.consultation.slug, row.draft.slug, row.public_id]
        ),
    }
    return render(request, "comments/take_bridging.html", context, status=status)


# --- Helpers --------------------------------------------------------------------------------------


def _latest_wording(access: Access, paragraph: UUID) -> Wording:
    """The wording in the last circulated text that has the paragraph. Raises Http404."""
    rows = Wording.objects.visible_to(access).filter(paragraph__public_id=paragraph)
    with_drafts = rows.select_related("revision__draft", "paragraph__draft")
    latest = with_drafts.order_by("-revision__number").first()
    if latest is None:
        raise Http404
    return latest


def _writing_page(
    request: HttpRequest,
    access: Access,
    wording: Wording,
    form: BridgingForm,
    proposal: BridgingProposal | None = None,
    conflict: BridgingConflict | None = None,
) -> HttpResponse:
    """The page on which one writes; its redlines compare with the words in the form."""
    if proposal is not None:
        wording.paragraph = proposal.paragraph
    text = str(form["text"].value() or "").replace("\r\n", "\n")
    on_desk = paragraph_on_desk(access, wording.paragraph.public_id)
    beside, more = words_beside(on_desk, text)
    context = {
        "access": access,
        "wording": wording,
        "place": citation_of(name_of(wording.label, wording.kind, wording.text)),
        "proposal": proposal,
        "form": form,
        "redline": redline(wording.text, text),
        "beside": beside,
        "more": more,
        "conflict": conflict,
        "keep_key": f"{access.capacity.key}:bridging:{(proposal or wording).public_id}",
        "back": address_of_bridging(access, proposal)
        if proposal
        else reverse(
            "review_paragraph", args=[access.consultation.slug, wording.paragraph.public_id]
        ),
    }
    status = 409 if conflict else 422 if form.is_bound and form.errors else 200
    return render(request, "comments/write_bridging.html", context, status=status)


def _merged_form(stored: BridgingProposal, conflict: BridgingConflict) -> BridgingForm:
    """A form with both texts merged, to save on top of what was saved meanwhile."""
    return BridgingForm(initial={"text": conflict.merged, "version": stored.version})


def _ask_form(
    request: HttpRequest, access: Access, proposal: BridgingProposal, groups: list[SeatGroup]
) -> AskForm:
    """As sent, with the delegations that an "add" button adds; at first, who commented here."""
    options: dict[str, Any] = {"access": access, "groups": groups}
    if request.method != "POST":
        commented = _seat_ids(groups, commented_on(access, proposal.paragraph.public_id))
        deadline = offered_deadline(access)
        initial = {"seats": commented, "version": proposal.version, "deadline": deadline}
        return AskForm(initial=initial, **options)
    data = request.POST.copy()
    if "add" not in data:
        return AskForm(data, **options)
    added = _seats_to_add(access, proposal, groups, str(data["add"]))
    kept = [] if data["add"] == "none" else data.getlist("seats")
    data.setlist("seats", list(dict.fromkeys([*kept, *added])))
    # Not yet sent: nothing is marked as wrong.
    names = ("seats", "deadline", "answers_seen_by", "version")
    typed = {name: data.get(name, "") for name in names} | {"seats": data.getlist("seats")}
    return AskForm(initial=typed, **options)


def _seats_to_add(
    access: Access, proposal: BridgingProposal, groups: list[SeatGroup], button: str
) -> list[str]:
    """The ids of the seats that a button adds: who commented, a region or kind, members."""
    if button == "commented":
        return _seat_ids(groups, commented_on(access, proposal.paragraph.public_id))
    kind, _colon, key = button.partition(":")
    if kind == "members":
        seats = (seat for group in groups for seat in group.seats)
        group_seat = next((seat for seat in seats if str(seat.public_id) == key), None)
        return _seat_ids(groups, members_of(access, group_seat)) if group_seat else []
    return [str(s.public_id) for group in groups if group.key == key for s in group.seats]


def _seat_ids(groups: list[SeatGroup], keys: set[int]) -> list[str]:
    return [str(s.public_id) for group in groups for s in group.seats if s.pk in keys]


def _group_line(group: SeatGroup, form: AskForm) -> dict[str, Any]:
    marked = form.marked
    seats = [(seat, str(seat.public_id) in marked) for seat in group.seats]
    return {"group": group, "seats": seats, "count": sum(is_marked for _seat, is_marked in seats)}


def _ask(access: Access, proposal: BridgingProposal, form: AskForm) -> None:
    bridging.ask_on_bridging(
        access=access,
        proposal=proposal,
        version=form.cleaned_data["version"],
        seats=form.chosen(),
        deadline=form.cleaned_data["deadline"],
        answers_seen_by=form.cleaned_data["answers_seen_by"],
    )
