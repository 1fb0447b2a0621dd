"""Received by letter: the secretariat enters an input for a delegation, and reads it no more.

The page is written to, never read from: no list, no row and no history shows what was entered.
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
from django.views.decorators.cache import never_cache

from comments.acts.drafting import round_for
from comments.acts.receiving import enter_received
from comments.forms.place_form import ParagraphLookupForm, last_revisions
from comments.forms.received_forms import ReceivedForm
from comments.models import Comment, CommentKind
from comments.threads.audience import moment_words, why_no_form
from comments.threads.revisions import revisions_of_text
from consultations.forms.frame_forms import add_errors
from consultations.models import Seat
from consultations.pages.view_decorators import with_access
from consultations.rules.access import Access, Act, Refused
from delegations.models import DelegationKind, Post, PostRole
from drafts.models import FileOffer, Kind, Wording

OFFERED = {
    FileOffer.How.REWORDED: CommentKind.REPLACE,
    FileOffer.How.ADDED: CommentKind.ADD_AFTER,
    FileOffer.How.DELETED: CommentKind.DELETE,
    FileOffer.How.MOVED: CommentKind.MOVE,
    FileOffer.How.COMMENT: CommentKind.COMMENT,
}
PROPOSING = {FileOffer.How.REWORDED, FileOffer.How.ADDED}


@never_cache
@with_access
def received(request: HttpRequest, access: Access) -> HttpResponse:
    """First the paragraph, then what was said on it, whose it is, and how it came."""
    access.require(Act.ENTER_RECEIVED)
    wording = _chosen(request, access)
    asked = request.GET if "text" in request.GET else None
    revisions = last_revisions(revisions_of_text(access))
    place = ParagraphLookupForm(asked, access=access, revisions=revisions, shown=wording)
    if place.is_valid() and place.wording is not None:
        return redirect(_address(access, place.wording))
    if wording is None:
        return _page(request, access, place)
    form = _form(request, access, wording)
    if form.is_bound and form.is_valid():
        try:
            comment = enter_received(
                access=access,
                wording=wording,
                form_key=form.cleaned_data["form_key"],
                offer=_named(request),
                **form.received(),
                content=form.content(),
            )
        except Refused as refused:
            form.add_error(None, str(refused))
        except ValidationError as error:
            _add_errors(form, error)
        else:
            return _entered(request, access, wording, comment, form)
    return _page(request, access, place, wording, form)


def _chosen(request: HttpRequest, access: Access) -> Wording | None:
    """The words that were shown, by their own id: a label may have passed on to others since."""
    if "wording" not in request.GET:
        return None
    rows = Wording.objects.visible_to(access).select_related(
        "revision__draft", "revision__round", "paragraph"
    )
    try:
        return get_object_or_404(rows, public_id=request.GET["wording"])
    except ValidationError:
        raise Http404


def _address(access: Access, wording: Wording, offer: FileOffer | None = None) -> str:
    base = reverse("received", args=[access.consultation.slug])
    named = {"wording": wording.public_id} | ({"offered": offer.public_id} if offer else {})
    return f"{base}?{urlencode(named)}"


def _form(request: HttpRequest, access: Access, wording: Wording) -> ReceivedForm:
    seats = Seat.objects.filter(consultation=access.consultation, ended_at=None)
    focal_points = Post.objects.held().filter(role=PostRole.FOCAL_POINT)
    return ReceivedForm(
        request.POST if request.method == "POST" else None,
        access=access,
        wording=wording,
        seats=seats.exclude(delegation__kind=DelegationKind.GROUP),
        with_focal_point=frozenset(focal_points.values_list("delegation", flat=True)),
        today=access.moment.astimezone(access.consultation.zone).date(),
        offered=_offered(request, access, wording),
    )


def _offered(request: HttpRequest, access: Access, wording: Wording) -> dict[str, str]:
    """What an author of the text's file said on the paragraph, as the form takes it."""
    offer = _offer(request, access, wording)
    if offer is None:
        return {}
    rows = Wording.objects.visible_to(access).filter(revision=wording.revision)
    after = rows.filter(paragraph=offer.after_id).first() if offer.after_id else None
    return {
        "kind": OFFERED[FileOffer.How(offer.how)],
        "proposed": offer.proposed if offer.how in PROPOSING else "",
        "rationale": offer.words,
        "move_after": after.label if after else "",
    }


def _offer(request: HttpRequest, access: Access, wording: Wording) -> FileOffer | None:
    """What of a file the address names, as long as it waits."""
    key = _named(request)
    rows = FileOffer.objects.visible_to(access).filter(draft=wording.revision.draft_id)
    return rows.filter(public_id=key).first() if key else None


def _named(request: HttpRequest) -> UUID | None:
    try:
        return UUID(request.GET.get("offered", ""))
    except ValueError:
        return None


def _add_errors(form: ReceivedForm, error: ValidationError) -> None:
    """The action's "seat" is the delegation of this form."""
    if hasattr(error, "error_dict") and "seat" in error.error_dict:
        error = ValidationError({"delegation": error.error_dict["seat"]})
    add_errors(form, error)


def _entered(
    request: HttpRequest, access: Access, wording: Wording, comment: Comment, form: ReceivedForm
) -> HttpResponse:
    """Only for whom and where: what was entered is the delegation's from here on."""
    seat: Seat = form.cleaned_data["delegation"]
    words = {"name": seat.name_for_reader, "place": place_words(wording)}
    messages.success(
        request,
        _("Entered for %(name)s on %(place)s. It is a draft that only this delegation can read.")
        % words,
    )
    if seat.delegation_id not in form.fields["delegation"].with_focal_point:  # type: ignore[attr-defined]
        said = _("%(name)s has no focal point: nobody can submit it. Invite a focal point.")
        messages.warning(request, said % words)
    return redirect("received", access.consultation.slug)


def place_words(wording: Wording) -> str:
    """Where it stands: "12, Plan of Action, Rev.1"."""
    label = wording.label or str(Kind(wording.kind).label)
    return f"{label}, {wording.revision.draft.title}, {wording.revision.stage}"


def _page(
    request: HttpRequest,
    access: Access,
    place: ParagraphLookupForm,
    wording: Wording | None = None,
    form: ReceivedForm | None = None,
) -> HttpResponse:
    round = round_for(wording, access.moment) if wording else None
    if form:
        form.show_for(round)
    context: dict[str, Any] = {
        "access": access,
        "place": place,
        "wording": wording,
        "place_words": place_words(wording) if wording else "",
        "closed": why_no_form(access, round) if wording else "",
        "until": moment_words(access, round.deadline) if round else "",
        "form": form,
        "action_url": _address(access, wording, _offer(request, access, wording))
        if wording
        else "",
        "people_url": reverse("people", args=[access.consultation.slug]),
    }
    is_mended = bool(place.errors or (form and form.errors))
    return render(request, "comments/received.html", context, status=422 if is_mended else 200)
