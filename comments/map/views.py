"""The review at a glance: the map of a text, and figures, each with its file.

The map is a table of inputs: how many are open, how many disagree, or what share has no answer. Its
lines are sections or paragraphs, its columns groups of delegations. All this is for those who read
answers before they are published.
"""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from comments.inputs.queries import rounds_of_consultation
from comments.map.cells import Measure
from comments.map.figures import PICTURE_NAMES, review_pictures, review_rows
from comments.map.picture import (
    map_address,
    map_drawing,
    map_file_address,
    map_legend,
    map_measures,
    map_rows,
    map_shades,
)
from comments.map.queries import MapChoice, TextMap, text_map, whole_map
from comments.papers.rows_csv import csv_response
from consultations.rules.access import Access, Act
from consultations.web.frame_facts import frame_facts
from consultations.web.view_decorators import with_access
from drafts.text.sections import SectionLink


@require_safe
@with_access
def map_of_text(request: HttpRequest, access: Access) -> HttpResponse:
    """The map of a text: its sections, or the paragraphs of one section."""
    access.require(Act.READ_UNPUBLISHED_REVIEW)
    context = {"access": access, **_map_context(text_map(access, _requested_map(request)))}
    return render(request, "comments/map/text_map.html", context)


@require_safe
@with_access
def map_file(request: HttpRequest, access: Access) -> HttpResponse:
    """Every paragraph of a text with its numbers, as CSV."""
    access.require(Act.READ_UNPUBLISHED_REVIEW)
    map_of_whole_text = whole_map(access, _requested_map(request))
    if map_of_whole_text is None:
        raise Http404
    name = f"map-{map_of_whole_text.revision.draft.slug}"
    if map_of_whole_text.measure is not Measure.INPUTS:
        name += f"-{map_of_whole_text.measure}"
    return csv_response(map_rows(map_of_whole_text), name)


@require_safe
@with_access
def review_figures(request: HttpRequest, access: Access) -> HttpResponse:
    """Who takes part, how inputs came in, and what is answered by whom."""
    access.require(Act.READ_UNPUBLISHED_REVIEW)
    rounds = rounds_of_consultation(access)
    # So that the frame of the page does not read the rounds again.
    frame_facts(request).rounds = rounds
    context = {"access": access, "pictures": review_pictures(access, rounds)}
    return render(request, "comments/map/review_figures.html", context)


@require_safe
@with_access
def review_figures_file(request: HttpRequest, access: Access, picture_name: str) -> HttpResponse:
    """The figures of one picture, as CSV."""
    access.require(Act.READ_UNPUBLISHED_REVIEW)
    if picture_name not in PICTURE_NAMES:
        raise Http404
    return csv_response(
        review_rows(access, rounds_of_consultation(access), picture_name), picture_name
    )


def _requested_map(request: HttpRequest) -> MapChoice:
    """What the address asks for: a text, a section, a column by delegation, a page, a measure."""
    return MapChoice(
        draft_slug=request.GET.get("text", ""),
        section_number=request.GET.get("section", ""),
        opened_column_key=request.GET.get("of", ""),
        page_number=request.GET.get("page", ""),
        measure=request.GET.get("measure", ""),
    )


def _map_context(shown_map: TextMap | None) -> dict[str, object]:
    """The map with its drawing, its legend and the addresses of other maps; None: no text yet."""
    if shown_map is None:
        return {"map": None}
    return {
        "map": shown_map,
        "drawing": map_drawing(shown_map),
        "legend": list(map_legend(shown_map)),
        "shades": list(map_shades(shown_map)),
        "measures": list(map_measures(shown_map)),
        "texts": _text_links(shown_map),
        "whole_url": map_address(shown_map, section=""),
        "groups_url": map_address(shown_map, of=""),
        "file_url": map_file_address(shown_map),
        "previous": _neighbouring_section(shown_map, distance=-1),
        "next": _neighbouring_section(shown_map, distance=1),
    }


def _text_links(shown_map: TextMap) -> list[tuple[str, str, bool]]:
    """Where there are several texts, of each: title, address of its map, whether that is shown."""
    if len(shown_map.revisions) == 1:
        return []
    return [
        (
            revision.draft.title,
            map_address(shown_map, text=revision.draft.slug, section=""),
            revision == shown_map.revision,
        )
        for revision in shown_map.revisions
    ]


def _neighbouring_section(shown_map: TextMap, *, distance: int) -> SectionLink | None:
    """A link to the map of the section before (-1) or after (1) the one shown; None at an end."""
    if shown_map.section is None:
        return None
    section_number = shown_map.section.number + distance
    neighbour = next(
        (section for section in shown_map.sections if section.number == section_number), None
    )
    if neighbour is None:
        return None
    return SectionLink(neighbour.title, map_address(shown_map, section=section_number))
