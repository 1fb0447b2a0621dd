"""Autosave: keep what somebody types every few seconds, and discard it on request."""

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
def autosave_new_comment(request: HttpRequest, access: Access, wording: UUID) -> HttpResponse:
    """Keep what is typed for a new comment on a wording."""
    rows = Wording.objects.visible_to(access).select_related("revision__draft", "paragraph")
    on_wording = get_object_or_404(rows, public_id=wording)
    if "afresh" in request.POST:
        forget_autosave(access=access, wording=on_wording)
        url = address_of(access, on_wording.revision, open=on_wording.paragraph.public_id, write=1)
        return redirect(f"{url}#p-{on_wording.paragraph.public_id}")
    return _autosave_response(request, access, on_wording, None)


@require_POST
@with_access
def autosave_comment(request: HttpRequest, access: Access, comment: UUID) -> HttpResponse:
    """Keep what is typed to change a draft, or for the new version of an input."""
    stored = comment_of(access, comment)
    if "afresh" in request.POST:
        forget_autosave(access=access, wording=stored.wording, comment=stored)
        form = "supersede_comment" if stored.submitted_at else "edit_comment"
        return redirect(reverse(form, args=[access.consultation.slug, stored.public_id]))
    return _autosave_response(request, access, stored.wording, stored)


def _autosave_response(
    request: HttpRequest, access: Access, wording: Wording, comment: Comment | None
) -> HttpResponse:
    """Keep it and say when, on the reader's own clock; or say why it is refused (422)."""
    typed = {name: request.POST[name] for name in AUTOSAVED_FIELDS if name in request.POST}
    if not _came_after_its_form(request, access):
        try:
            keep_autosave(access=access, wording=wording, comment=comment, words=typed)
        except Refused as refused:
            return JsonResponse({"said": str(refused)}, status=422)
    hour = hour_of(access.moment, ZoneInfo(access.user.time_zone), now=access.moment)
    return JsonResponse({"said": _("Saved %(time)s") % {"time": hour}})


def _came_after_its_form(request: HttpRequest, access: Access) -> bool:
    """Whether the form itself was saved before this: then there is nothing left to keep."""
    key = request.POST.get("form_key", "")
    try:
        form_key = UUID(key)
    except ValueError:
        return False
    return is_used(access, form_key)
