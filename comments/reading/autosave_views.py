"""Autosave: keep what somebody types every few seconds, and discard it on request."""

from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from comments.drafting.acts import delete_autosave, save_autosave
from comments.drafting.forms import AUTOSAVED_FIELDS
from comments.drafting.unfinished import address_of_unsaved_list, why_form_is_closed
from comments.inputs.addresses import address_of_revision, get_comment
from comments.inputs.queries import rounds_of_consultation
from comments.models import Autosave, Comment
from consultations.keys.idempotency import is_used
from consultations.rules.access import Access, Refused
from consultations.time.wall_clock import hour_of
from consultations.web.view_decorators import with_access
from drafts.models import Wording


@require_POST
@with_access
def autosave_new_comment(
    request: HttpRequest, access: Access, wording_public_id: UUID
) -> HttpResponse:
    """Keep what is typed for a new comment on a wording, or discard it to start again."""
    wordings = Wording.objects.visible_to(access).select_related("revision__draft", "paragraph")
    wording = get_object_or_404(wordings, public_id=wording_public_id)
    # Sent by "Start again" of components/restored.html, and "Discard" in the workspace.
    if "afresh" in request.POST:
        delete_autosave(access=access, wording=wording)
        if why_form_is_closed(access, wording, None, rounds_of_consultation(access)):
            return redirect(address_of_unsaved_list(access.consultation.slug))
        url = address_of_revision(
            access, wording.revision, open=wording.paragraph.public_id, write=1
        )
        return redirect(f"{url}#p-{wording.paragraph.public_id}")
    return _autosave_response(request, access, wording, None)


@require_POST
@with_access
def autosave_comment(request: HttpRequest, access: Access, comment_public_id: UUID) -> HttpResponse:
    """Keep what is typed to change a draft, or for the new version of an input; or discard it."""
    if "afresh" in request.POST:  # as in `autosave_new_comment`
        return _discard_words_on_comment(access, comment_public_id)
    comment = get_comment(access, comment_public_id)
    return _autosave_response(request, access, comment.wording, comment)


def _discard_words_on_comment(access: Access, comment_public_id: UUID) -> HttpResponse:
    """Discard what was typed; then the form again, or the list where it no longer opens.

    The words may outlive what one may read: somebody else may have discarded the draft.
    """
    autosaves = Autosave.objects.visible_to(access).select_related(
        "wording__revision__draft", "comment__round", "comment__paragraph__draft"
    )
    autosave = autosaves.filter(comment__public_id=comment_public_id).first()
    if autosave is None:
        comment = get_comment(access, comment_public_id)
        wording = comment.wording
    else:
        assert autosave.comment is not None
        comment, wording = autosave.comment, autosave.wording
        delete_autosave(access=access, wording=wording, comment=comment)
    if why_form_is_closed(access, wording, comment, rounds=()):
        return redirect(address_of_unsaved_list(access.consultation.slug))
    form_url_name = "supersede_comment" if comment.submitted_at else "edit_comment"
    return redirect(form_url_name, access.consultation.slug, comment.public_id)


def _autosave_response(
    request: HttpRequest, access: Access, wording: Wording, comment: Comment | None
) -> HttpResponse:
    """Keep what is typed and say when, by the reader's clock; or say why it is refused (422).

    The script of the page shows the sentence under "said".
    """
    typed_fields = {name: request.POST[name] for name in AUTOSAVED_FIELDS if name in request.POST}
    if not _is_form_saved_already(request, access):
        try:
            save_autosave(
                access=access, wording=wording, comment=comment, text_by_field=typed_fields
            )
        except Refused as refusal:
            return JsonResponse({"said": str(refusal)}, status=422)
    hour = hour_of(access.moment, ZoneInfo(access.user.time_zone), now=access.moment)
    return JsonResponse({"said": _("Saved %(time)s") % {"time": hour}})


def _is_form_saved_already(request: HttpRequest, access: Access) -> bool:
    """Whether the form itself was saved before this: then there is nothing left to keep."""
    posted_key = request.POST.get("form_key", "")
    try:
        form_key = UUID(posted_key)
    except ValueError:
        return False
    return is_used(access, form_key)
