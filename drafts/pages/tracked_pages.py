"""What a file of Word says beside its words: how its changes are read, and what is offered."""

from dataclasses import dataclass, replace
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache

from consultations.pages.view_decorators import with_access
from consultations.rules.access import Access, Act
from drafts.forms.tracked_form import ChangesForm
from drafts.intake.file_offers import authors_of, dismiss_offers
from drafts.intake.kept_file import KeptFile, address_of, keep_file, kept_file
from drafts.models import Draft, FileOffer, Paragraph, Revision, Wording
from drafts.pages.desk_pages import text_of
from drafts.pages.import_pages import expired
from drafts.readers import read_draft


@dataclass(frozen=True)
class Offered:
    """A paragraph with what authors of the file say on it, and where it can be entered."""

    paragraph: Paragraph | None
    offers: list[FileOffer]
    received_url: str = ""


@never_cache
@with_access
def import_changes(request: HttpRequest, access: Access, draft: str, kept: UUID) -> HttpResponse:
    """How the tracked changes of the file are read: asked before its rows are shown."""
    text = text_of(access, draft, Act.EDIT_TEXT)
    address = address_of(access, text, kept)
    sent = kept_file(address)
    if sent is None:
        return expired(request, access, text)
    initial = {"changes": sent.changes} if sent.changes else {}
    form = ChangesForm(request.POST or None, initial=initial)
    if form.is_valid():
        keep_file(address, _read_so(sent, form.cleaned_data["changes"]))
        return redirect("import_preview", access.consultation.slug, text.slug, kept)
    context = {
        "access": access,
        "draft": text,
        "name": sent.name,
        "kept": kept,
        "form": form,
        "authors": authors_of(sent.read),
        "is_chosen": bool(sent.changes),
    }
    status = 422 if form.is_bound else 200
    return render(request, "drafts/import_changes.html", context, status=status)


@never_cache
@with_access
def offered(request: HttpRequest, access: Access, draft: str) -> HttpResponse:
    """Proposals and comments of files, by paragraph: no inputs before they are entered."""
    text = text_of(access, draft)
    if request.method == "POST":
        return _dismissed(request, access, text)
    context = {
        "access": access,
        "draft": text,
        "rows": _rows(access, text),
        "may_enter": access.may(Act.ENTER_RECEIVED),
        "may_dismiss": access.may(Act.EDIT_TEXT, on=text),
    }
    return render(request, "drafts/offered.html", context)


def _dismissed(request: HttpRequest, access: Access, text: Draft) -> HttpResponse:
    chosen = set(request.POST.getlist("offer"))
    waiting = FileOffer.objects.visible_to(access).filter(draft=text)
    offers = [offer for offer in waiting if str(offer.public_id) in chosen]
    count = dismiss_offers(access=access, draft=text, offers=offers)
    if count:
        said = ngettext("%(n)d item is dismissed.", "%(n)d items are dismissed.", count)
        messages.success(request, said % {"n": count})
    else:
        messages.warning(request, _("Nothing was selected. Select what to dismiss."))
    return redirect("offered", access.consultation.slug, text.slug)


def _read_so(sent: KeptFile, changes: str) -> KeptFile:
    """The file read as chosen. Its rows are others then: what was chosen on them falls away."""
    if changes == sent.changes:
        return sent
    read = read_draft(sent.name, sent.content, "accept" if changes == "accept" else "refuse")
    choices = {} if sent.changes else sent.choices  # those sent along with the file stay
    return replace(sent, changes=changes, read=read, choices=choices, corrections={}, typed={})


def _rows(access: Access, text: Draft) -> list[Offered]:
    """In the order of the text; what has no paragraph any more comes last."""
    found: dict[int | None, list[FileOffer]] = {}
    for offer in FileOffer.objects.visible_to(access).filter(draft=text):
        found.setdefault(offer.paragraph_id, []).append(offer)
    if not found:
        return []
    paragraphs = text.paragraphs.kept().order_by("place", "pk")
    last = text.revisions.order_by("-number").first()
    urls = _received_urls(access, last) if last and access.may(Act.ENTER_RECEIVED) else {}
    rows = [
        Offered(row, found.pop(row.pk), urls.get(row.pk, ""))
        for row in paragraphs
        if row.pk in found
    ]
    left = [offer for offers in found.values() for offer in offers]
    return [*rows, *([Offered(None, left)] if left else [])]


def _received_urls(access: Access, last: Revision) -> dict[int, str]:
    """Where the secretariat enters what a delegation sent, by the paragraph's key."""
    base = reverse("received", args=[access.consultation.slug])
    rows = Wording.objects.visible_to(access).filter(revision=last)
    return {
        row.paragraph_id: f"{base}?{urlencode({'wording': row.public_id})}"
        for row in rows.only("paragraph_id", "public_id")
    }
