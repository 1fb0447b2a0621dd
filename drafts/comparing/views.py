"""The pages that compare two states of a text, and that of the concordance."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from consultations.rules.access import Access, Act
from consultations.time.wall_clock import date_of
from consultations.web.forms import sent_number
from consultations.web.view_decorators import with_access
from drafts.comparing.comparison import (
    Comparison,
    ParagraphDifference,
    cached_comparison,
    compare,
    rendered_comparison,
)
from drafts.comparing.concordance import (
    ConcordanceRow,
    concordance_lines,
    concordance_of,
    concordance_with_desk,
    summary_of,
)
from drafts.comparing.forms import StatesForm
from drafts.comparing.lines import ComparisonPage, change_id_of, comparison_page_of, is_change
from drafts.comparing.sections import ComparisonItem, comparison_sections, concordance_sections
from drafts.comparing.single_paragraph import label_of, page_of_paragraph
from drafts.models import Draft, Revision, StateAct
from drafts.states.queries import circulated_state_acts_of_revision, state_act_by_paragraph_id
from drafts.text.sections import (
    AS_IT_OPENS,
    WHOLE_TEXT,
    Section,
    SectionChoice,
    SectionedText,
    SectionUrl,
    section_entries,
    section_links_of,
)
from drafts.words.typography import with_own_direction

DESK_KEY = "desk"


@dataclass(frozen=True, slots=True)
class TextState:
    """One state of a text: a circulated revision, or (without one) the words on the desk."""

    key: str  # its value in `?from=` and `?to=`
    stage: str
    day: str  # of its circulation; empty for the words on the desk
    url: str
    revision: Revision | None = None

    @property
    def name(self) -> str:
        """The stage and its day; the stage keeps the direction of its own script."""
        words = {"stage": with_own_direction(self.stage), "day": self.day}
        return _("%(stage)s, %(day)s") % words if self.day else self.stage


StatePair = tuple[TextState, TextState]  # the earlier and the later one


@dataclass(frozen=True, slots=True)
class ShownComparison:
    """Which two states of a text are shown, and the negotiation states of its paragraphs.

    A negotiation state is set by an act (`StateAct`): agreed ad referendum, parked, reopened.
    """

    access: Access
    draft: Draft
    state_pair: StatePair
    state_act_by_paragraph_id: Mapping[int, StateAct]

    @property
    def query(self) -> str:
        """The query of an address that asks for these two states."""
        earlier, later = self.state_pair
        return f"?from={earlier.key}&to={later.key}"


@require_safe
@with_access
def compare_states(request: HttpRequest, access: Access, draft_slug: str) -> HttpResponse:
    """Two states side by side: those requested, or the last two circulated ones."""
    draft = get_object_or_404(Draft.objects.visible_to(access), slug=draft_slug)
    states = _states(access, draft)
    state_pair = _requested_pair(request.GET, states)
    last_state = states[-1] if states else None
    context: dict[str, Any] = {"access": access, "draft": draft, "last_state": last_state}
    if state_pair is None:
        return render(request, "drafts/comparing/compare.html", context)
    _earlier, later = state_pair
    state_acts = _state_acts_beside(access, draft, later, states)
    shown_comparison = ShownComparison(access, draft, state_pair, state_acts)
    context |= _comparison_context(
        shown_comparison,
        request.GET.get("paragraph", "").strip(),
        SectionChoice.of(request.GET),
    )
    form = _states_form(state_pair, states, context["label"])
    if context["is_paragraph_missing"]:
        values = {"label": context["label"]}
        form.add_error("paragraph", _("There is no paragraph %(label)s.") % values)
    status = 422 if form.errors else 200
    return render(request, "drafts/comparing/compare.html", context | {"form": form}, status=status)


def _states(access: Access, draft: Draft) -> list[TextState]:
    """The circulated revisions, first to last; and the working text for those who read it."""
    slug, zone = access.consultation.slug, access.consultation.zone
    states = [
        TextState(
            str(revision.number),
            revision.stage,
            date_of(revision.circulated_at, zone),
            reverse("reading", args=[slug, draft.slug, revision.number]),
            revision,
        )
        for revision in Revision.objects.visible_to(access).filter(draft=draft).order_by("number")
    ]
    if states and access.may(Act.READ_WORKING_TEXT):
        desk_url = reverse("desk", args=[slug, draft.slug])
        states.append(TextState(DESK_KEY, _("Working text"), "", desk_url))
    return states


def _requested_pair(parameters: QueryDict, states: Sequence[TextState]) -> StatePair | None:
    """The two requested states, the earlier one first; None where the text has no two.

    Without a request the last two circulated ones, or the only one and the desk. Where only `to` is
    requested, it is compared with the one before it, and the first state with itself. Raises
    Http404 for a state that the text does not have, or that this reader does not see, and for the
    desk against itself.
    """
    if len(states) < 2:
        return None
    index_by_key = {state.key: index for index, state in enumerate(states)}
    circulated_keys = [state.key for state in states if state.revision]
    later_key = parameters.get("to") or (
        circulated_keys[-1] if len(circulated_keys) > 1 else DESK_KEY
    )
    earlier_key = parameters.get("from") or states[max(0, index_by_key.get(later_key, 0) - 1)].key
    if later_key not in index_by_key or earlier_key not in index_by_key:
        raise Http404
    earlier_index, later_index = sorted((index_by_key[earlier_key], index_by_key[later_key]))
    if states[earlier_index].revision is None:
        raise Http404
    return states[earlier_index], states[later_index]


def _state_acts_beside(
    access: Access, draft: Draft, later: TextState, states: Sequence[TextState]
) -> dict[int, StateAct]:
    """The negotiation states beside the later words; none where they are not the latest circulated
    ones, nor those on the desk. One query."""
    if later.revision is None:
        return state_act_by_paragraph_id(access, draft)
    circulated_revisions = [state.revision for state in states if state.revision]
    is_latest = later.revision == circulated_revisions[-1]
    return circulated_state_acts_of_revision(access, later.revision) if is_latest else {}


def _comparison_context(
    shown_comparison: ShownComparison, requested_paragraph: str, choice: SectionChoice
) -> dict[str, Any]:
    """The context of the comparison: of the requested paragraph, or of the chosen part."""
    earlier, later = shown_comparison.state_pair
    narrowed_page = (
        page_of_paragraph(
            comparison_page_of(_comparison_between(shown_comparison.access, earlier, later)),
            requested_paragraph,
        )
        if requested_paragraph
        else None
    )
    return {
        "earlier": earlier,
        "later": later,
        "comparison": _rendered_page(shown_comparison, narrowed_page)
        if narrowed_page
        else _rendered_part(shown_comparison, choice),
        "is_single_paragraph": narrowed_page is not None,
        "is_paragraph_missing": bool(requested_paragraph) and narrowed_page is None,
        # For the field of the form, which shows a label where a link gave an id.
        "label": label_of(narrowed_page)
        if narrowed_page and _is_id(requested_paragraph)
        else requested_paragraph,
        "whole_url": shown_comparison.query,
    }


def _is_id(requested_paragraph: str) -> bool:
    """Whether a paragraph is requested by its id, as links do, and not by its label."""
    try:
        return bool(UUID(requested_paragraph))
    except ValueError:
        return False


def _comparison_between(access: Access, earlier: TextState, later: TextState) -> Comparison:
    """The comparison of two states; of two circulated ones from the cache, if it is there."""
    assert earlier.revision is not None
    if later.revision is None:
        return compare(concordance_with_desk(access, earlier.revision))
    return cached_comparison(earlier.revision, later.revision)


def _rendered_page(
    shown_comparison: ShownComparison, page: ComparisonPage, **section_context: object
) -> str:
    """A comparison as HTML that may be cached for all readers.

    Of `access` it gets the consultation alone, so that nothing in it depends on the reader.
    """
    earlier, later = shown_comparison.state_pair
    context = {
        "draft": shown_comparison.draft,
        "earlier": earlier,
        "later": later,
        "page": page,
        "state_act_by_paragraph_id": shown_comparison.state_act_by_paragraph_id,
        "access": {"consultation": shown_comparison.access.consultation},
        "query": shown_comparison.query,
        **section_context,
    }
    return render_to_string("drafts/comparing/_comparison.html", context)


def _rendered_part(shown_comparison: ShownComparison, choice: SectionChoice) -> str:
    """The comparison, or a section of it, as HTML; of two circulated revisions from the cache."""
    earlier, later = shown_comparison.state_pair
    if earlier.revision is None or later.revision is None:
        comparison = _comparison_between(shown_comparison.access, earlier, later)
        return _render_part(shown_comparison, choice, comparison)
    if choice.near_public_id:  # cached by its number, and not for each paragraph
        text = comparison_sections(cached_comparison(earlier.revision, later.revision))
        section = text.section_shown(choice)
        choice = SectionChoice(section.number) if section else AS_IT_OPENS
    state_act_cache_keys = [
        f"{state_act.pk} {state_act.meeting.title if state_act.meeting else ''}"
        for state_act in shown_comparison.state_act_by_paragraph_id.values()
    ]
    # All that the cached HTML depends on beside the two revisions.
    cache_key_parts = [
        shown_comparison.draft.language,
        earlier.name,
        earlier.url,
        later.name,
        later.url,
        str(choice.parameter),
        *state_act_cache_keys,
    ]
    return rendered_comparison(
        earlier.revision,
        later.revision,
        cache_key_parts,
        partial(_render_part, shown_comparison, choice),
    )


def _render_part(
    shown_comparison: ShownComparison, choice: SectionChoice, comparison: Comparison
) -> str:
    """The chosen section of a comparison as HTML; all of a short one. Raises Http404."""
    text = comparison_sections(comparison)
    section = text.section_shown(choice)

    def url_of(section: Section[ComparisonItem] | None) -> str:
        number = section.number if section else WHOLE_TEXT if text.is_long else None
        return shown_comparison.query + ("" if number is None else f"&section={number}")

    return _rendered_page(
        shown_comparison,
        comparison_page_of(comparison, text.items_shown(section) if section else None),
        section_links=section_links_of(text, section, url_of),
        section_entries=section_entries(text, section, url_of) if text.is_long else [],
        **_changes_beside(text, section, url_of),
    )


def _changes_beside(
    text: SectionedText[ComparisonItem],
    shown_section: Section[ComparisonItem] | None,
    url_of: SectionUrl[ComparisonItem],
) -> dict[str, str]:
    """The addresses of the last change before the section that is shown, and the first after it.

    Each is empty where there is none.
    """
    if shown_section is None:
        return {}
    shown_ids = {public_id for row in shown_section.rows for public_id in row.public_ids}
    before, after = "", ""
    for section in text.sections:
        for item in section.items:
            if not isinstance(item, ParagraphDifference) or not is_change(item):
                continue
            change_id = change_id_of(item)
            if section.number < shown_section.number and change_id not in shown_ids:
                before = f"{url_of(section)}#c-{change_id}"
            elif section.number > shown_section.number and not after:
                after = f"{url_of(section)}#c-{change_id}"
    return {"previous_change_url": before, "next_change_url": after}


def _states_form(
    state_pair: StatePair, states: Sequence[TextState], paragraph_label: str
) -> StatesForm:
    """The form with both states that are compared, and the label of the only paragraph, if any."""
    earlier, later = state_pair
    chosen_values = {"from": earlier.key, "to": later.key, "paragraph": paragraph_label}
    return StatesForm(
        chosen_values,
        circulated_choices=[(state.key, state.name) for state in states if state.revision],
        choices=[(state.key, state.name) for state in states],
    )


# --- The concordance -----------------------------------------------------------------------------


@require_safe
@with_access
def concordance(request: HttpRequest, access: Access, draft_slug: str, number: int) -> HttpResponse:
    """A revision against the one before it; `?since=` names an earlier one.

    Of a long text a section is shown, as on the reading page.
    """
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
    text = concordance_sections(concordance_since.rows)
    section = text.section_shown(SectionChoice.of(request.GET))

    def url_of(section: Section[ConcordanceRow] | None) -> str:
        number = section.number if section else WHOLE_TEXT if text.is_long else None
        return f"?since={since_number}" + ("" if number is None else f"&section={number}")

    context = {
        "access": access,
        "draft": requested.draft,
        "revision": requested,
        "earlier": earlier,
        "others": [revision for revision in revisions[:-1] if revision != earlier],
        "lines": concordance_lines(concordance_since, text.items_shown(section)),
        "section_links": section_links_of(text, section, url_of),
        "section_entries": section_entries(text, section, url_of) if text.is_long else [],
        "summary": summary_of(concordance_since.rows),
    }
    return render(request, "drafts/comparing/concordance.html", context)


def _since_number(request: HttpRequest, number: int) -> int:
    """The number of the earlier revision: the requested one, or the one before. Raises Http404."""
    requested_number = request.GET.get("since")
    since = sent_number(requested_number) if requested_number else number - 1
    if since is None or since >= number:
        raise Http404
    return since
