"""The page that compares any two states of a text: the whole, or one paragraph of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from consultations.pages.view_decorators import with_access
from consultations.rules.access import Access, Act
from consultations.wall_clock import date_of
from drafts.comparing.comparison import Comparison, compare
from drafts.comparing.comparison_cache import cached_comparison, rendered_comparison
from drafts.comparing.comparison_lines import ComparisonPage, comparison_page_of
from drafts.comparing.concordance import concordance_with_desk
from drafts.comparing.single_paragraph import label_of, page_of_paragraph
from drafts.desk.paragraph_states import circulated_states, states_of
from drafts.models import Draft, Revision, StateAct

ON_THE_DESK = "desk"


@dataclass(frozen=True, slots=True)
class TextState:
    """One state of a text: a circulated revision, or (without one) the words on the desk."""

    key: str
    stage: str
    day: str
    url: str
    revision: Revision | None = None

    @property
    def name(self) -> str:
        """The stage and its day; the stage keeps the direction of its own script."""
        words = {"stage": f"\u2068{self.stage}\u2069", "day": self.day}
        return _("%(stage)s, %(day)s") % words if self.day else self.stage


Pair = tuple[TextState, TextState]


@dataclass(frozen=True, slots=True)
class ShownComparison:
    """Which two states of a text are shown, and the negotiation states of its paragraphs."""

    access: Access
    text: Draft
    pair: Pair
    acts: Mapping[int, StateAct]


class StatesForm(forms.Form):
    """Which two states to compare, and of which paragraph, if only one."""

    paragraph = forms.CharField(label=gettext_lazy("Only paragraph"), required=False, max_length=60)

    def __init__(self, data: Mapping[str, str], *, states: Sequence[TextState]) -> None:
        super().__init__(data)
        stages = [(state.key, state.name) for state in states]
        circulated = [(state.key, state.name) for state in states if state.revision]
        self.fields["from"] = forms.ChoiceField(label=_("From"), choices=circulated)
        self.fields["to"] = forms.ChoiceField(label=_("To"), choices=stages)
        self.order_fields(["from", "to", "paragraph"])


@require_safe
@never_cache
@with_access
def compare_states(request: HttpRequest, access: Access, draft: str) -> HttpResponse:
    """Two states side by side: those requested, or the last two circulated ones."""
    text = get_object_or_404(Draft.objects.visible_to(access), slug=draft)
    states = _states(access, text)
    pair = _requested_pair(request.GET, states)
    context: dict[str, Any] = {"access": access, "draft": text, "last": states[-1:]}
    if pair is None:
        return render(request, "drafts/compare.html", context)
    shown_comparison = ShownComparison(
        access, text, pair, _acts_beside(access, text, pair[1], states)
    )
    context |= _comparison_context(shown_comparison, request.GET.get("paragraph", "").strip())
    form = _states_form(pair, states, context["label"])
    if context["is_missing"]:
        words = {"label": context["label"]}
        form.add_error("paragraph", _("There is no paragraph %(label)s.") % words)
    status = 422 if form.errors else 200
    return render(request, "drafts/compare.html", context | {"form": form}, status=status)


def _acts_beside(
    access: Access, text: Draft, later: TextState, states: Sequence[TextState]
) -> dict[int, StateAct]:
    """The negotiation states beside the latest words, circulated or on the desk. One query."""
    if later.revision is None:
        return states_of(access, text)
    circulated = [state.revision for state in states if state.revision]
    is_latest = later.revision == circulated[-1]
    return circulated_states(access, later.revision) if is_latest else {}


def _comparison_context(shown_comparison: ShownComparison, requested: str) -> dict[str, Any]:
    """The context of the comparison: of the requested paragraph, or of the whole text."""
    pair = shown_comparison.pair
    alone = (
        page_of_paragraph(
            comparison_page_of(_comparison_between(shown_comparison.access, *pair)), requested
        )
        if requested
        else None
    )
    return {
        "earlier": pair[0],
        "later": pair[1],
        "comparison": _rendered_page(shown_comparison, alone)
        if alone
        else _rendered_whole(shown_comparison),
        "is_alone": alone is not None,
        "is_missing": bool(requested) and alone is None,
        "label": label_of(alone) if alone and _is_id(requested) else requested,
        "whole_url": f"?from={pair[0].key}&to={pair[1].key}",
    }


def _is_id(requested: str) -> bool:
    """Whether a paragraph is requested by its id, as links do, and not by its label."""
    try:
        return bool(UUID(requested))
    except ValueError:
        return False


def _states_form(pair: Pair, states: Sequence[TextState], paragraph: str) -> StatesForm:
    chosen = {"from": pair[0].key, "to": pair[1].key, "paragraph": paragraph}
    return StatesForm(chosen, states=states)


def _rendered_whole(shown_comparison: ShownComparison) -> str:
    """The whole comparison as HTML; of two circulated revisions from the cache, if it is there."""
    earlier, later = shown_comparison.pair
    if earlier.revision is None or later.revision is None:
        return _rendered_page(
            shown_comparison,
            comparison_page_of(
                _comparison_between(shown_comparison.access, *shown_comparison.pair)
            ),
        )
    acts = [
        f"{act.pk} {act.meeting.title if act.meeting else ''}"
        for act in shown_comparison.acts.values()
    ]
    return rendered_comparison(
        earlier.revision,
        later.revision,
        [shown_comparison.text.language, earlier.name, earlier.url, later.name, later.url, *acts],
        lambda comparison: _rendered_page(shown_comparison, comparison_page_of(comparison)),
    )


def _rendered_page(shown_comparison: ShownComparison, page: ComparisonPage) -> str:
    """A comparison as HTML that may be cached for all readers: it uses only the consultation."""
    context = {
        "draft": shown_comparison.text,
        "earlier": shown_comparison.pair[0],
        "later": shown_comparison.pair[1],
        "page": page,
        "acts": shown_comparison.acts,
        "access": {"consultation": shown_comparison.access.consultation},
    }
    return render_to_string("drafts/_comparison.html", context)


def _states(access: Access, text: Draft) -> list[TextState]:
    """The circulated revisions, first to last; and the working text for those who read it."""
    slug, zone = access.consultation.slug, access.consultation.zone
    states = [
        TextState(
            str(revision.number),
            revision.stage,
            date_of(revision.circulated_at, zone),
            reverse("reading", args=[slug, text.slug, revision.number]),
            revision,
        )
        for revision in Revision.objects.visible_to(access).filter(draft=text).order_by("number")
    ]
    if states and access.may(Act.READ_WORKING_TEXT):
        desk = reverse("desk", args=[slug, text.slug])
        states.append(TextState(ON_THE_DESK, _("Working text"), "", desk))
    return states


def _requested_pair(requested: QueryDict, states: Sequence[TextState]) -> Pair | None:
    """The two requested states, the earlier one first; None where there are no two.

    Where only one is requested, it is compared with the one before it. Raises Http404 for a state
    that the text does not have, or that this reader does not see.
    """
    if len(states) < 2:
        return None
    order = {state.key: place for place, state in enumerate(states)}
    circulated = [state.key for state in states if state.revision]
    to = requested.get("to") or (circulated[-1] if len(circulated) > 1 else ON_THE_DESK)
    first = requested.get("from") or states[max(0, order.get(to, 0) - 1)].key
    if to not in order or first not in order:
        raise Http404
    earlier, later = sorted((order[first], order[to]))
    if states[earlier].revision is None:
        raise Http404
    return states[earlier], states[later]


def _comparison_between(access: Access, earlier: TextState, later: TextState) -> Comparison:
    assert earlier.revision is not None
    if later.revision is None:
        return compare(concordance_with_desk(access, earlier.revision))
    return cached_comparison(earlier.revision, later.revision)
