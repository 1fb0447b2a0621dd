"""What a file of Word says beside its words: how its changes are read, and what is offered."""

from dataclasses import dataclass, replace
from urllib.parse import urlencode
from uuid import UUID

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from consultations.access import Access, Act
from consultations.entering import entered
from drafts.desk_views import text_of
from drafts.import_views import KEPT_SECONDS, Kept, address_of, expired, kept_file
from drafts.models import Draft, Paragraph, Revision, Wording
from drafts.offered import KEPT_DAYS, Offer, authors_of, by_paragraph, offers_of
from drafts.readers import read_draft
from drafts.tracked_forms import ChangesForm


@dataclass(frozen=True)
class Offered:
    """A paragraph with what authors of the file say on it, and where it can be entered."""

    paragraph: Paragraph | None
    offers: list[Offer]
    received_url: str = ""


@never_cache
@entered
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
        cache.set(address, _read_so(sent, form.cleaned_data["changes"]), KEPT_SECONDS)
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


@require_safe
@never_cache
@entered
def offered(request: HttpRequest, access: Access, draft: str) -> HttpResponse:
    """Proposals and comments of the last file, by paragraph: no inputs before they are entered."""
    text = text_of(access, draft)
    context = {
        "access": access,
        "draft": text,
        "rows": _rows(access, text),
        "days": KEPT_DAYS,
        "may_enter": access.may(Act.ENTER_RECEIVED),
    }
    return render(request, "drafts/offered.html", context)


def _read_so(sent: Kept, changes: str) -> Kept:
    """The file read as chosen. Its rows are others then: what was chosen on them falls away."""
    if changes == sent.changes:
        return sent
    read = read_draft(sent.name, sent.content, "accept" if changes == "accept" else "refuse")
    choices = {} if sent.changes else sent.choices  # those sent along with the file stay
    return replace(sent, changes=changes, read=read, choices=choices, corrections={}, typed={})


def _rows(access: Access, text: Draft) -> list[Offered]:
    """In the order of the text; what has no paragraph any more comes last."""
    found = by_paragraph(offers_of(text))
    if not found:
        return []
    paragraphs = text.paragraphs.kept().order_by("place", "pk")
    last = text.revisions.order_by("-number").first()
    urls = _received_urls(access, last) if last and access.may(Act.ENTER_RECEIVED) else {}
    rows = [
        Offered(row, found.pop(str(row.public_id)), urls.get(row.pk, ""))
        for row in paragraphs
        if str(row.public_id) in found
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
