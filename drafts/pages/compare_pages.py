"""Any two states of a text against each other: the whole text, or one paragraph of it."""

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
from drafts.comparing.comparison_lines import ComparisonPage, page_of
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
        """The stage and its day; the stage is in whatever script the facilitators wrote it."""
        words = {"stage": f"\u2068{self.stage}\u2069", "day": self.day}
        return _("%(stage)s, %(day)s") % words if self.day else self.stage


Pair = tuple[TextState, TextState]


@dataclass(frozen=True, slots=True)
class Shown:
    """Which two states of a text are shown, and what its paragraphs are: agreed, parked."""

    access: Access
    text: Draft
    pair: Pair
    acts: Mapping[int, StateAct]


class StatesForm(forms.Form):
    """Which two states, and of the whole text or of one paragraph."""

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
    """Two states beside each other; unless others are asked for, the last two circulated ones."""
    text = get_object_or_404(Draft.objects.visible_to(access), slug=draft)
    states = _states(access, text)
    pair = _pair(request.GET, states)
    context: dict[str, Any] = {"access": access, "draft": text, "last": states[-1:]}
    if pair is None:
        return render(request, "drafts/compare.html", context)
    shown = Shown(access, text, pair, _acts_beside(access, text, pair[1], states))
    context |= _compared(shown, request.GET.get("paragraph", "").strip())
    form = _form(pair, states, context["label"])
    if context["is_missing"]:
        words = {"label": context["label"]}
        form.add_error("paragraph", _("There is no paragraph %(label)s.") % words)
    status = 422 if form.errors else 200
    return render(request, "drafts/compare.html", context | {"form": form}, status=status)


def _acts_beside(
    access: Access, text: Draft, later: TextState, states: Sequence[TextState]
) -> dict[int, StateAct]:
    """The states of paragraphs beside the latest words: circulated, or on the desk. One query."""
    if later.revision is None:
        return states_of(access, text)
    circulated = [state.revision for state in states if state.revision]
    is_latest = later.revision == circulated[-1]
    return circulated_states(access, later.revision) if is_latest else {}


def _compared(shown: Shown, asked: str) -> dict[str, Any]:
    """The whole, or the one paragraph that is asked for; where none is called so, the whole."""
    pair = shown.pair
    alone = page_of_paragraph(page_of(_between(shown.access, *pair)), asked) if asked else None
    return {
        "earlier": pair[0],
        "later": pair[1],
        "comparison": _rendered(shown, alone) if alone else _whole(shown),
        "is_alone": alone is not None,
        "is_missing": bool(asked) and alone is None,
        "label": label_of(alone) if alone and _is_id(asked) else asked,
        "whole_url": f"?from={pair[0].key}&to={pair[1].key}",
    }


def _is_id(asked: str) -> bool:
    """Links name a paragraph by its id; a person reads its label."""
    try:
        return bool(UUID(asked))
    except ValueError:
        return False


def _form(pair: Pair, states: Sequence[TextState], paragraph: str) -> StatesForm:
    chosen = {"from": pair[0].key, "to": pair[1].key, "paragraph": paragraph}
    return StatesForm(chosen, states=states)


def _whole(shown: Shown) -> str:
    """All of it; of two circulated revisions as it was shown before, if it was."""
    earlier, later = shown.pair
    if earlier.revision is None or later.revision is None:
        return _rendered(shown, page_of(_between(shown.access, *shown.pair)))
    acts = [f"{act.pk} {act.meeting.title if act.meeting else ''}" for act in shown.acts.values()]
    return rendered_comparison(
        earlier.revision,
        later.revision,
        [shown.text.language, earlier.name, earlier.url, later.name, later.url, *acts],
        lambda found: _rendered(shown, page_of(found)),
    )


def _rendered(shown: Shown, page: ComparisonPage) -> str:
    """As it may be kept for all who read it: of the access only the zone of its consultation."""
    context = {
        "draft": shown.text,
        "earlier": shown.pair[0],
        "later": shown.pair[1],
        "page": page,
        "acts": shown.acts,
        "access": {"consultation": shown.access.consultation},
    }
    return render_to_string("drafts/_comparison.html", context)


def _states(access: Access, text: Draft) -> list[TextState]:
    """The circulated revisions, first to last; the working text for those who read it."""
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


def _pair(asked: QueryDict, states: Sequence[TextState]) -> Pair | None:
    """The two that are asked for, the earlier one first; None where there are no two.

    Of one that is asked for alone, the change to it is shown. A state that the text does not
    have, or that this reader does not see, is a 404.
    """
    if len(states) < 2:
        return None
    order = {state.key: place for place, state in enumerate(states)}
    circulated = [state.key for state in states if state.revision]
    to = asked.get("to") or (circulated[-1] if len(circulated) > 1 else ON_THE_DESK)
    first = asked.get("from") or states[max(0, order.get(to, 0) - 1)].key
    if to not in order or first not in order:
        raise Http404
    earlier, later = sorted((order[first], order[to]))
    if states[earlier].revision is None:
        raise Http404
    return states[earlier], states[later]


def _between(access: Access, earlier: TextState, later: TextState) -> Comparison:
    assert earlier.revision is not None
    if later.revision is None:
        return compare(concordance_with_desk(access, earlier.revision))
    return cached_comparison(earlier.revision, later.revision)
