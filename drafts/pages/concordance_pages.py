"""The concordance of a revision: under which label each paragraph stood before, and what became."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from consultations.pages.view_decorators import with_access
from consultations.rules.access import Access, Act
from drafts.comparing.concordance import concordance_of
from drafts.comparing.concordance_lines import concordance_lines, summary_of
from drafts.models import Revision


@require_safe
@never_cache
@with_access
def concordance(request: HttpRequest, access: Access, draft: str, number: int) -> HttpResponse:
    """A revision against the one before it; `?since=` names an earlier one."""
    access.require(Act.READ_TEXT)
    rows = Revision.objects.visible_to(access).filter(draft__slug=draft, number__lte=number)
    sent = list(rows.select_related("draft").order_by("number"))
    since = _since(request, number)
    earlier = next((revision for revision in sent if revision.number == since), None)
    if earlier is None or sent[-1].number != number:
        raise Http404
    became = concordance_of(earlier, sent[-1])
    context = {
        "access": access,
        "draft": sent[-1].draft,
        "revision": sent[-1],
        "earlier": earlier,
        "others": [revision for revision in sent[:-1] if revision != earlier],
        "lines": concordance_lines(became),
        "summary": summary_of(became.rows),
    }
    return render(request, "drafts/concordance.html", context)


def _since(request: HttpRequest, number: int) -> int:
    try:
        since = int(request.GET.get("since") or number - 1)
    except ValueError:
        raise Http404
    if since >= number:
        raise Http404
    return since
