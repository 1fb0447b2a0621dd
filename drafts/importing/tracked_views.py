"""The pages about tracked changes and margin comments in files of Word.

An offer (`FileOffer`) is one tracked change or margin comment of an imported file.
"""

from dataclasses import dataclass, replace
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _, ngettext

from consultations.rules.access import Access, Act
from consultations.web.view_decorators import with_access
from drafts.desk.views import get_draft
from drafts.importing.forms import TrackedChangesForm
from drafts.importing.kept_file import KeptFile, keep_file, kept_file, upload_cache_key
from drafts.importing.offers import change_count_by_author, dismiss_offers
from drafts.importing.views import expired_page
from drafts.models import Draft, FileOffer, Paragraph, Revision, Wording
from drafts.parsing.file_text import Problem, Unreadable
from drafts.parsing.sandbox import read_draft


@dataclass(frozen=True)
class ParagraphOffers:
    """A paragraph with the tracked changes and margin comments that uploaded files have on it.

    `entry_url` is the address where they are entered as received inputs; empty for those who may
    not, and for a paragraph that is not in the last revision.
    """

    paragraph: Paragraph | None  # None for those that have no place in the text
    offers: list[FileOffer]
    entry_url: str = ""


@with_access
def import_changes(
    request: HttpRequest, access: Access, draft_slug: str, upload_key: UUID
) -> HttpResponse:
    """Ask how the tracked changes of the file are read, before its rows are shown."""
    draft = get_draft(access, draft_slug, Act.EDIT_TEXT)
    cache_key = upload_cache_key(access, draft, upload_key)
    upload = kept_file(cache_key)
    if upload is None:
        return expired_page(request, access, draft)
    initial = {"changes": upload.tracked_changes_reading} if upload.tracked_changes_reading else {}
    form = TrackedChangesForm(request.POST or None, initial=initial)
    problems: tuple[Problem, ...] = ()
    if form.is_valid():
        try:
            reread_upload = _reread(upload, form.cleaned_data["changes"])
        except Unreadable as error:  # read so, it has no words, or a paragraph is too long
            problems = error.problems
        else:
            keep_file(cache_key, reread_upload)
            return redirect("import_preview", access.consultation.slug, draft.slug, upload_key)
    context = {
        "access": access,
        "draft": draft,
        "file_name": upload.name,
        "upload_key": upload_key,
        "form": form,
        "problems": problems,
        "authors": change_count_by_author(upload.read_text),
        "is_chosen": bool(upload.tracked_changes_reading),
    }
    status = 422 if form.is_bound else 200
    return render(request, "drafts/importing/import_changes.html", context, status=status)


@with_access
def file_offers(request: HttpRequest, access: Access, draft_slug: str) -> HttpResponse:
    """Proposals and comments of files, by paragraph: no inputs before they are entered."""
    draft = get_draft(access, draft_slug)
    if request.method == "POST":
        return _dismiss(request, access, draft)
    context = {
        "access": access,
        "draft": draft,
        "rows": _offers_by_paragraph_in_order(access, draft),
        "may_enter": access.may(Act.ENTER_RECEIVED),
        "may_dismiss": access.may(Act.EDIT_TEXT, on=draft),
    }
    return render(request, "drafts/importing/offered.html", context)


def _dismiss(request: HttpRequest, access: Access, draft: Draft) -> HttpResponse:
    """Dismiss the chosen offers, and show the page again."""
    chosen_public_ids = set(request.POST.getlist("offer"))
    all_offers = FileOffer.objects.visible_to(access).filter(draft=draft)
    offers = [offer for offer in all_offers if str(offer.public_id) in chosen_public_ids]
    count = dismiss_offers(access=access, draft=draft, offers=offers)
    if count:
        message = ngettext("%(n)d item is dismissed.", "%(n)d items are dismissed.", count)
        messages.success(request, message % {"n": count})
    else:
        messages.warning(request, _("Nothing was selected. Select what to dismiss."))
    return redirect("offered", access.consultation.slug, draft.slug)


def _reread(upload: KeptFile, changes_reading: str) -> KeptFile:
    """Read the file again as chosen. These are new rows: choices on the old ones are lost.

    Raises Unreadable.
    """
    if changes_reading == upload.tracked_changes_reading:
        return upload
    # "propose" reads them as refused; they are then shown as offers beside the text.
    read_text = read_draft(
        upload.name, upload.content, "accept" if changes_reading == "accept" else "refuse"
    )
    # Where the file is read for the first time, the choices sent with it stay.
    choices = {} if upload.tracked_changes_reading else upload.choices
    return replace(
        upload,
        tracked_changes_reading=changes_reading,
        read_text=read_text,
        choices=choices,
        corrections={},
        typed_fields={},
    )


def _offers_by_paragraph_in_order(access: Access, draft: Draft) -> list[ParagraphOffers]:
    """Tracked changes and margin comments of uploaded files, by paragraph in the order of the text.

    Those without a paragraph, or whose paragraph an undone step had made, come last.
    """
    offers_by_paragraph_id: dict[int | None, list[FileOffer]] = {}
    for offer in FileOffer.objects.visible_to(access).filter(draft=draft):
        offers_by_paragraph_id.setdefault(offer.paragraph_id, []).append(offer)
    if not offers_by_paragraph_id:
        return []
    paragraphs = draft.paragraphs.kept().order_by("place", "pk")
    last_revision = draft.revisions.order_by("-number").first()
    entry_url_by_paragraph_id = (
        _entry_url_by_paragraph_id(access, last_revision)
        if last_revision and access.may(Act.ENTER_RECEIVED)
        else {}
    )
    paragraphs_with_offers = [
        ParagraphOffers(
            paragraph,
            offers_by_paragraph_id.pop(paragraph.pk),
            entry_url_by_paragraph_id.get(paragraph.pk, ""),
        )
        for paragraph in paragraphs
        if paragraph.pk in offers_by_paragraph_id
    ]
    # What was not taken out above.
    without_paragraph = [offer for offers in offers_by_paragraph_id.values() for offer in offers]
    return [
        *paragraphs_with_offers,
        *([ParagraphOffers(None, without_paragraph)] if without_paragraph else []),
    ]


def _entry_url_by_paragraph_id(access: Access, last_revision: Revision) -> dict[int, str]:
    """The address at which the secretariat enters an input received on each paragraph."""
    page_url = reverse("received", args=[access.consultation.slug])
    wordings = Wording.objects.visible_to(access).filter(revision=last_revision)
    return {
        wording.paragraph_id: f"{page_url}?{urlencode({'wording': wording.public_id})}"
        for wording in wordings.only("paragraph_id", "public_id")
    }
