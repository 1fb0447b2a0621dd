"""The pages that verify the checksum of a circulated text, and check a copy of it."""

from typing import Any

from allauth.core.internal import ratelimit  # the limits of sign-in count by it too
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from consultations.rules.access import Access
from consultations.web.pacing import paced
from consultations.web.view_decorators import with_access
from drafts.circulating.seal import checksum_in_groups
from drafts.papers.queries import paper_of_revision, revision_of
from drafts.parsing.file_text import Unreadable
from drafts.parsing.sandbox import read_draft
from drafts.verifying.copies import CheckedCopy, ParagraphComparison, compare_copy
from drafts.verifying.forms import CheckCopyForm, ChecksumForm
from drafts.verifying.seals import is_checksum_of_circulated_text

# Sixty requests a minute from one network address, which a whole building may share.
RATE_LIMITS = {"seal": "60/m/ip"}


@require_safe
def seal(request: HttpRequest) -> HttpResponse:
    """Tell anybody whether a checksum is that of a circulated text; never of which one."""
    form = ChecksumForm(request.GET or None)
    # Unless it is told to, `consume` lets every GET pass.
    is_rate_limited = bool(request.GET) and not ratelimit.consume(
        request, app="drafts", action="seal", config=RATE_LIMITS, limit_get=True
    )
    # `is_genuine` stays None where no checksum was sent.
    context: dict[str, Any] = {"form": form, "is_rate_limited": is_rate_limited, "is_genuine": None}
    if is_rate_limited:
        return render(request, "drafts/verifying/seal.html", context, status=429)
    if form.is_valid():
        context["is_genuine"] = is_checksum_of_circulated_text(form.cleaned_data["checksum"])
    return render(
        request, "drafts/verifying/seal.html", context, status=422 if form.errors else 200
    )


@require_http_methods(["GET", "HEAD", "POST"])
@with_access
@paced("upload", "POST")
def check_copy(request: HttpRequest, access: Access, draft_slug: str, number: int) -> HttpResponse:
    """Show how a copy differs from the circulated text, by paragraph. The copy is not kept."""
    revision = revision_of(access, draft_slug, number)
    form = CheckCopyForm(request.POST or None, request.FILES or None)
    checked_copy: CheckedCopy | None = None
    if request.method == "POST" and form.is_valid():
        try:
            checked_copy = compare_copy(
                paper_of_revision(access, revision), read_draft(*form.name_and_content)
            )
        except Unreadable as error:
            form.add_error(None, str(error))
    context = {
        "access": access,
        "revision": revision,
        "form": form,
        "checksum": checksum_in_groups(revision.checksum),
        "checked_copy": checked_copy,
        "differences": [_difference_context(difference) for difference in checked_copy.differences]
        if checked_copy
        else [],
    }
    return render(
        request, "drafts/verifying/check_copy.html", context, status=422 if form.errors else 200
    )


def _difference_context(difference: ParagraphComparison) -> dict[str, Any]:
    """A difference with the number of its paragraph and sentences that describe it.

    The pieces are the redline from the circulated text to the copy: pairs of "=", "-" (deleted) or
    "+" (inserted) and words; of a paragraph that only one has, all of it.
    """
    paragraph = difference.circulated or difference.copy
    assert paragraph is not None
    sentence_by_change = {
        "typographic": _("Spaces, hyphens or quotation marks of another shape; no other word."),
        "reworded": _("Other words."),
        "moved": _("In another place."),
        "missing": _("Missing in the copy."),
        "added": _("In the copy only."),
        "same": "",
    }
    sentences = [sentence_by_change[difference.change]]
    if difference.is_renumbered and difference.copy and difference.circulated:
        values = {
            "then": difference.circulated.number or "–",
            "now": difference.copy.number or "–",
        }
        sentences.append(_("Its number is %(now)s, in the circulated text %(then)s.") % values)
    if difference.has_other_notes:
        sentences.append(_("Its footnotes differ."))
    whole_text_pieces = ((("-" if difference.copy is None else "+"), paragraph.text),)
    is_whole = difference.change in {"missing", "added"}
    return {
        "number": paragraph.number.removesuffix("."),
        "description": " ".join(filter(None, sentences)),
        "pieces": whole_text_pieces if is_whole else difference.pieces or (("=", paragraph.text),),
        "notes": _notes(difference) if difference.has_other_notes else (),
    }


def _notes(difference: ParagraphComparison) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The footnotes of both sides under their names."""
    sides = ((_("Circulated"), difference.circulated), (_("The copy"), difference.copy))
    return tuple((name, paragraph.notes) for name, paragraph in sides if paragraph)
