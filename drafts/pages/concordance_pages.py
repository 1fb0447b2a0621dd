"""The page of a concordance: the label of each paragraph before and now, and what happened."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from consultations.rules.access import Access, Act
from consultations.web.forms import sent_number
from consultations.web.view_decorators import with_access
from drafts.comparing.concordance import concordance_of
from drafts.comparing.concordance_lines import concordance_lines, summary_of
from drafts.models import Revision


@require_safe
@never_cache
@with_access
def concordance(request: HttpRequest, access: Access, draft_slug: str, number: int) -> HttpResponse:
    """A revision against the one before it; `?since=` names an earlier one."""
    access.require(Act.READ_TEXT)
    circulated_revisions = Revision.objects.visible_to(access).filter(
        draft__slug=draft_slug, number__lte=number
    )
    revisions = list(circulated_revisions.select_related("draft").order_by("number"))
    since_number = _since_number(request, number)
    earlier = next((revision for revision in revisions if revision.number == since_number), None)
    if earlier is None or revisions[-1].number != number:
        raise Http404
    requested = revisions[-1]
    concordance_since = concordance_of(earlier, requested)
    context = {
        "access": access,
        "draft": requested.draft,
        "revision": requested,
        "earlier": earlier,
        "others": [revision for revision in revisions[:-1] if revision != earlier],
        "lines": concordance_lines(concordance_since),
        "summary": summary_of(concordance_since.rows),
    }
    return render(request, "drafts/concordance.html", context)


def _since_number(request: HttpRequest, number: int) -> int:
    """The number of the earlier revision: the requested one, or the one before. Raises Http404."""
    requested_number = request.GET.get("since")
    since = sent_number(requested_number) if requested_number else number - 1
    if since is None or since >= number:
        raise Http404
    return since
