"""The secretariat enters as a draft what a delegation sent by letter or e-mail, or said.

Afterwards it cannot read the draft: no list, row or history shows it what was entered.
"""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from comments.drafting.acts import round_for
from comments.inputs.audience import time_limit_sentence, why_no_inputs_accepted
from comments.inputs.citations import inline_citations
from comments.inputs.lookup_form import ParagraphLookupForm, last_revision_by_slug
from comments.models import Comment, CommentKind
from comments.received.acts import enter_received
from comments.received.forms import ReceivedForm
from comments.threads.wordings import revisions_of_all_texts
from consultations.models import Seat
from consultations.rules.access import Access, Act, Refused
from consultations.web.forms import add_errors
from consultations.web.view_decorators import with_access
from delegations.models import DelegationKind, Post, PostRole
from drafts.models import FileOffer, Wording

# What an author of a file said beside a paragraph (an offer), as the kind of an input.
KIND_BY_OFFER = {
    FileOffer.How.REWORDED: CommentKind.REPLACE,
    FileOffer.How.ADDED: CommentKind.ADD_AFTER,
    FileOffer.How.DELETED: CommentKind.DELETE,
    FileOffer.How.MOVED: CommentKind.MOVE,
    FileOffer.How.COMMENT: CommentKind.COMMENT,
}
# The offers that propose words.
OFFERS_WITH_WORDS = {FileOffer.How.REWORDED, FileOffer.How.ADDED}


@with_access
def received(request: HttpRequest, access: Access) -> HttpResponse:
    """Choose the paragraph, then enter what was received, of which delegation, and how it came."""
    access.require(Act.ENTER_RECEIVED)
    wording = _chosen_wording(request, access)
    # "text" is a field of the form that looks up a paragraph: that form is sent.
    lookup_parameters = request.GET if "text" in request.GET else None
    revisions = last_revision_by_slug(revisions_of_all_texts(access))
    lookup = ParagraphLookupForm(
        lookup_parameters, access=access, revision_by_slug=revisions, shown_wording=wording
    )
    if lookup.is_valid() and lookup.wording is not None:
        return redirect(_received_url(access, lookup.wording))
    if wording is None:
        return _received_page(request, access, lookup)
    form = _received_form(request, access, wording)
    if form.is_valid():
        try:
            comment = enter_received(
                access=access,
                wording=wording,
                form_key=form.cleaned_data["form_key"],
                offer_public_id=_offer_public_id(request),
                **form.act_arguments,
                content=form.content(),
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
        except ValidationError as error:
            _add_errors(form, error)
        else:
            return _after_entering(request, access, wording, comment, form)
    return _received_page(request, access, lookup, wording, form)


def _chosen_wording(request: HttpRequest, access: Access) -> Wording | None:
    """The wording whose id is in the address; None for no id. Raises Http404."""
    if "wording" not in request.GET:
        return None
    wordings = Wording.objects.visible_to(access).select_related(
        "revision__draft", "revision__round", "paragraph"
    )
    try:
        return get_object_or_404(wordings, public_id=request.GET["wording"])
    except ValidationError:  # it is no UUID
        raise Http404


def _received_url(access: Access, wording: Wording, offer: FileOffer | None = None) -> str:
    """The address of the form on a wording, filled in from an offer if one is given."""
    url = reverse("received", args=[access.consultation.slug])
    parameters = {"wording": wording.public_id} | ({"offered": offer.public_id} if offer else {})
    return f"{url}?{urlencode(parameters)}"


def _received_form(request: HttpRequest, access: Access, wording: Wording) -> ReceivedForm:
    """The form for an input on a wording, as sent or with initial values; groups are no choice."""
    sitting_seats = Seat.objects.filter(consultation=access.consultation, ended_at=None)
    focal_points = Post.objects.held().filter(role=PostRole.FOCAL_POINT)
    offer = _named_offer(request, access, wording)
    form = ReceivedForm(
        request.POST if request.method == "POST" else None,
        access=access,
        wording=wording,
        seats=sitting_seats.exclude(delegation__kind=DelegationKind.GROUP),
        delegation_ids_with_focal_point=frozenset(
            focal_points.values_list("delegation", flat=True)
        ),
        today=access.moment.astimezone(access.consultation.zone).date(),
        offered_values=_initial_values(offer) if offer else {},
    )
    form.fill_in_move_after(offer.after_id if offer else None)
    return form


def _initial_values(offer: FileOffer) -> dict[str, str]:
    """The initial values of the form, from the offer that the address names."""
    return {
        "kind": KIND_BY_OFFER[FileOffer.How(offer.how)],
        "proposed": offer.proposed if offer.how in OFFERS_WITH_WORDS else "",
        "rationale": offer.words,
    }


def _named_offer(request: HttpRequest, access: Access, wording: Wording) -> FileOffer | None:
    """What an author of a file said on the paragraph (an offer), if the address names it."""
    offer_public_id = _offer_public_id(request)
    offers = FileOffer.objects.visible_to(access).filter(draft=wording.revision.draft_id)
    return offers.filter(public_id=offer_public_id).first() if offer_public_id else None


def _offer_public_id(request: HttpRequest) -> UUID | None:
    """The public id of the offer in the address; None where it has none."""
    try:
        return UUID(request.GET.get("offered", ""))
    except ValueError:
        return None


def _add_errors(form: ReceivedForm, error: ValidationError) -> None:
    """Add the errors of the act: its "seat" is the field "delegation" of this form."""
    if hasattr(error, "error_dict") and "seat" in error.error_dict:
        error = ValidationError({"delegation": error.error_dict["seat"]})
    add_errors(form, error)


def _after_entering(
    request: HttpRequest, access: Access, wording: Wording, comment: Comment, form: ReceivedForm
) -> HttpResponse:
    """Say only for whom and where it was entered: from now on only the delegation reads it."""
    seat: Seat = form.cleaned_data["delegation"]
    placeholders = {"name": seat.name_for_reader, "place": place_words(wording)}
    messages.success(
        request,
        _("Entered for %(name)s on %(place)s. It is a draft that only this delegation can read.")
        % placeholders,
    )
    if seat.delegation_id not in form.fields["delegation"].delegation_ids_with_focal_point:  # type: ignore[attr-defined]
        warning = _("%(name)s has no focal point: nobody can submit it. Invite a focal point.")
        messages.warning(request, warning % placeholders)
    return redirect("received", access.consultation.slug)


def place_words(wording: Wording) -> str:
    """Where a wording is, in a sentence: "paragraph 12, Plan of Action, Rev.1"."""
    citation = inline_citations([wording])[wording.pk]
    return f"{citation}, {wording.revision.draft.title}, {wording.revision.stage}"


def _received_page(
    request: HttpRequest,
    access: Access,
    lookup: ParagraphLookupForm,
    wording: Wording | None = None,
    form: ReceivedForm | None = None,
) -> HttpResponse:
    """The page: `lookup` finds the paragraph; with a wording, `form` is the one for the input."""
    round = round_for(wording, access.moment) if wording else None
    if form:
        form.apply_round(round)
    action_url = why_closed = ""
    if wording:
        why_closed = why_no_inputs_accepted(access, round, wording.revision.draft.adopted_at)
        action_url = _received_url(access, wording, _named_offer(request, access, wording))
    context: dict[str, Any] = {
        "access": access,
        "lookup_form": lookup,
        "wording": wording,
        "place_words": place_words(wording) if wording else "",
        "why_closed": why_closed,
        "time_limit_sentence": "" if why_closed else time_limit_sentence(access, round),
        "form": form,
        "action_url": action_url,
        "people_url": reverse("people", args=[access.consultation.slug]),
    }
    has_errors = bool(lookup.errors or (form and form.errors))
    return render(
        request, "comments/received/received.html", context, status=422 if has_errors else 200
    )
