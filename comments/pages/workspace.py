"""The delegation's workspace: its own drafts and inputs in the order of the texts."""

from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from comments.models import CommentState
from comments.pages.lines import line_of, own_rows, submit_label
from comments.pages.shown import work_counts
from consultations.access import Access, Act
from consultations.entering import entered

SHOWN = 50
STATES = (
    CommentState.DRAFTED,
    CommentState.CLEARED,
    CommentState.SUBMITTED,
    CommentState.WITHDRAWN,
    CommentState.SUPERSEDED,
)


class StateForm(forms.Form):
    """Which of the own inputs to show."""

    state = forms.ChoiceField(label=gettext_lazy("State"), required=False)

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        states = [(state.value, state.label) for state in STATES]
        self.fields["state"].choices = [("", _("all")), *states]  # type: ignore[attr-defined]


@require_safe
@never_cache
@entered
def workspace(request: HttpRequest, access: Access) -> HttpResponse:
    """The delegation's own drafts and inputs in the order of the texts, one list."""
    access.require(Act.READ_DRAFT_COMMENT)
    filters = StateForm(request.GET)
    state = filters.cleaned_data["state"] if filters.is_valid() else ""
    page = Paginator(_in_state(own_rows(access), state), SHOWN).get_page(request.GET.get("page"))
    counts = work_counts(access)
    context = {
        "access": access,
        "lines": [line_of(access, row) for row in page],
        "page": page,
        "filters": filters,
        "state": state,
        "counts": counts,
        "may_submit": bool(access.may(Act.SUBMIT_COMMENT)),
        "submit_label": submit_label(access, counts["cleared"]),
    }
    return render(request, "comments/workspace.html", context)


def _in_state(rows: Any, state: str) -> Any:
    conditions: dict[str, dict[str, Any]] = {
        CommentState.DRAFTED: {"submitted_at": None, "cleared_at": None},
        CommentState.CLEARED: {"submitted_at": None, "cleared_at__isnull": False},
        CommentState.SUBMITTED: {
            "submitted_at__isnull": False,
            "withdrawn_at": None,
            "superseded_at": None,
        },
        CommentState.WITHDRAWN: {"withdrawn_at__isnull": False},
        CommentState.SUPERSEDED: {"superseded_at__isnull": False},
    }
    return rows.filter(**conditions.get(state, {}))
