"""The page of a circulated revision: its round, and the checksum that seals it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from consultations.rules.access import Access
from consultations.web.view_decorators import with_access
from drafts.desk.views import get_draft
from drafts.models import Revision


@require_safe
@with_access
def circulated(request: HttpRequest, access: Access, draft_slug: str, number: int) -> HttpResponse:
    """A circulated revision with its checksum, for those who read the working text."""
    draft = get_draft(access, draft_slug)
    revisions = Revision.objects.visible_to(access).select_related("round")
    revision = get_object_or_404(revisions, draft=draft, number=number)
    context = {
        "access": access,
        "draft": draft,
        "revision": revision,
        "paragraph_count": revision.wordings.count(),
    }
    return render(request, "drafts/circulating/circulated.html", context)
