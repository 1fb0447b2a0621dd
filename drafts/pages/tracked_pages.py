"""The pages about tracked changes and margin comments in files of Word."""

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
from drafts.pages.desk_pages import get_draft
from drafts.pages.import_pages import expired_page
from drafts.readers import read_draft


@dataclass(frozen=True)
class ParagraphOffers:
    """A paragraph with the offers of files on it, and the address where they are entered."""

    paragraph: Paragraph | None
    offers: list[FileOffer]
    received_url: str = ""


@never_cache
@with_access
def import_changes(request: HttpRequest, access: Access, draft: str, kept: UUID) -> HttpResponse:
    """Ask how the tracked changes of the file are read, before its rows are shown."""
    text = get_draft(access, draft, Act.EDIT_TEXT)
    address = address_of(access, text, kept)
    upload = kept_file(address)
    if upload is None:
        return expired_page(request, access, text)
    initial = {"changes": upload.changes} if upload.changes else {}
    form = ChangesForm(request.POST or None, initial=initial)
    if form.is_valid():
        keep_file(address, _reread(upload, form.cleaned_data["changes"]))
        return redirect("import_preview", access.consultation.slug, text.slug, kept)
    context = {
        "access": access,
        "draft": text,
        "name": upload.name,
        "kept": kept,
        "form": form,
        "authors": authors_of(upload.read),
        "is_chosen": bool(upload.changes),
    }
    status = 422 if form.is_bound else 200
    return render(request, "drafts/import_changes.html", context, status=status)


@never_cache
@with_access
def file_offers(request: HttpRequest, access: Access, draft: str) -> HttpResponse:
    """Proposals and comments of files, by paragraph: no inputs before they are entered."""
    text = get_draft(access, draft)
    if request.method == "POST":
        return _dismiss(request, access, text)
    context = {
        "access": access,
        "draft": text,
        "rows": _rows_in_order(access, text),
        "may_enter": access.may(Act.ENTER_RECEIVED),
        "may_dismiss": access.may(Act.EDIT_TEXT, on=text),
    }
    return render(request, "drafts/offered.html", context)


def _dismiss(request: HttpRequest, access: Access, text: Draft) -> HttpResponse:
    chosen = set(request.POST.getlist("offer"))
    rows = FileOffer.objects.visible_to(access).filter(draft=text)
    offers = [offer for offer in rows if str(offer.public_id) in chosen]
    count = dismiss_offers(access=access, draft=text, offers=offers)
    if count:
        message = ngettext("%(n)d item is dismissed.", "%(n)d items are dismissed.", count)
        messages.success(request, message % {"n": count})
    else:
        messages.warning(request, _("Nothing was selected. Select what to dismiss."))
    return redirect("offered", access.consultation.slug, text.slug)


def _reread(upload: KeptFile, changes: str) -> KeptFile:
    """Read the file again as chosen. These are new rows: choices on the old ones are lost."""
    if changes == upload.changes:
        return upload
    read = read_draft(upload.name, upload.content, "accept" if changes == "accept" else "refuse")
    choices = {} if upload.changes else upload.choices  # choices sent with the file stay
    return replace(upload, changes=changes, read=read, choices=choices, corrections={}, typed={})


def _rows_in_order(access: Access, text: Draft) -> list[ParagraphOffers]:
    """The offers by paragraph, in the order of the text; those without a paragraph come last."""
    by_paragraph: dict[int | None, list[FileOffer]] = {}
    for offer in FileOffer.objects.visible_to(access).filter(draft=text):
        by_paragraph.setdefault(offer.paragraph_id, []).append(offer)
    if not by_paragraph:
        return []
    paragraphs = text.paragraphs.kept().order_by("place", "pk")
    last = text.revisions.order_by("-number").first()
    urls = _received_urls(access, last) if last and access.may(Act.ENTER_RECEIVED) else {}
    rows = [
        ParagraphOffers(row, by_paragraph.pop(row.pk), urls.get(row.pk, ""))
        for row in paragraphs
        if row.pk in by_paragraph
    ]
    without_paragraph = [offer for offers in by_paragraph.values() for offer in offers]
    return [*rows, *([ParagraphOffers(None, without_paragraph)] if without_paragraph else [])]


def _received_urls(access: Access, last: Revision) -> dict[int, str]:
    """The address at which the secretariat enters an input received on each paragraph."""
    page_url = reverse("received", args=[access.consultation.slug])
    rows = Wording.objects.visible_to(access).filter(revision=last)
    return {
        row.paragraph_id: f"{page_url}?{urlencode({'wording': row.public_id})}"
        for row in rows.only("paragraph_id", "public_id")
    }
