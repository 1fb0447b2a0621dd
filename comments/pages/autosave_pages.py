"""Words on their way: kept every few seconds while somebody types, and let go on request."""

from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from comments.acts.drafting import forget_autosave, keep_autosave
from comments.forms.comment_forms import AUTOSAVED_FIELDS
from comments.models import Comment
from comments.pages.reading_selection import address_of
from comments.pages.writing_pages import comment_of
from consultations.acts.idempotency import is_used
from consultations.pages.view_decorators import with_access
from consultations.rules.access import Access, Refused
from consultations.wall_clock import hour_of
from drafts.models import Wording


@require_POST
@with_access
def typing(request: HttpRequest, access: Access, wording: UUID) -> HttpResponse:
    """What is typed for a new comment on a wording."""
    rows = Wording.objects.visible_to(access).select_related("revision__draft", "paragraph")
    read = get_object_or_404(rows, public_id=wording)
    if "afresh" in request.POST:
        forget_autosave(access=access, wording=read)
        url = address_of(access, read.revision, open=read.paragraph.public_id, write=1)
        return redirect(f"{url}#p-{read.paragraph.public_id}")
    return _kept(request, access, read, None)


@require_POST
@with_access
def typing_of_comment(request: HttpRequest, access: Access, comment: UUID) -> HttpResponse:
    """What is typed to change a draft, or for the new version of an input."""
    stored = comment_of(access, comment)
    if "afresh" in request.POST:
        forget_autosave(access=access, wording=stored.wording, comment=stored)
        form = "supersede_comment" if stored.submitted_at else "edit_comment"
        return redirect(reverse(form, args=[access.consultation.slug, stored.public_id]))
    return _kept(request, access, stored.wording, stored)


def _kept(
    request: HttpRequest, access: Access, wording: Wording, comment: Comment | None
) -> HttpResponse:
    """Keep it and say when, on the reader's own clock; a refusal is a sentence (422)."""
    words = {name: request.POST[name] for name in AUTOSAVED_FIELDS if name in request.POST}
    if not _came_after_its_form(request, access):
        try:
            keep_autosave(access=access, wording=wording, comment=comment, words=words)
        except Refused as refused:
            return JsonResponse({"said": str(refused)}, status=422)
    hour = hour_of(access.moment, ZoneInfo(access.user.time_zone), now=access.moment)
    return JsonResponse({"said": _("Saved %(time)s") % {"time": hour}})


def _came_after_its_form(request: HttpRequest, access: Access) -> bool:
    """Whether the form itself arrived before this: its words are a comment, and not typed anew."""
    key = request.POST.get("form_key", "")
    try:
        form_key = UUID(key)
    except ValueError:
        return False
    return is_used(access, form_key)
