"""The search page: finds words in the texts, in inputs and in earlier revisions."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from comments.search import queries as search_results
from comments.search.forms import SearchForm
from consultations.rules.access import Access
from consultations.web.pacing import paced
from consultations.web.view_decorators import with_access


@require_safe
@with_access
@paced("search")
def search(request: HttpRequest, access: Access) -> HttpResponse:
    """The results, a few of each kind, or of one kind a page at a time."""
    form = SearchForm(request.GET, access=access)
    has_words = bool(request.GET.get("q", "").strip())
    if not has_words:  # before a search: nothing is wrong yet
        form.errors.pop("q", None)
    context: dict[str, Any] = {"access": access, "form": form, "is_filtered": form.has_filter}
    if form.errors or not has_words:
        status = 422 if form.errors else 200
        return render(request, "comments/search/search.html", context, status=status)
    results = search_results.search(access, form.search_query(request.GET.get("page")))
    context |= {
        "results": results,
        "groups": [group for group in results.groups if group.count],
        "has_one_group": len(results.groups) == 1,
        "unfiltered_url": f"{request.path}?{urlencode({'q': results.query.words})}",
    }
    return render(request, "comments/search/search.html", context)
