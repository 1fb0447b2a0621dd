"""Two own drafts on one paragraph, beside each other and against the current words."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from comments.desks.workspace import WorkspaceParagraph, author_of, drafts_on, state_of
from comments.pages.input_lines import InputLine, line_of
from comments.pages.reading_selection import address_of
from consultations.pages.view_decorators import with_access
from consultations.rules.access import Access, Act
from consultations.wall_clock import day_of
from drafts.words.differences import Redline, redline


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two drafts: its line, its author and its state."""

    line: InputLine
    row: Any
    number: int
    title: str
    state: str


class SidesForm(forms.Form):
    """The choice of two drafts, where there are more."""

    first = forms.ChoiceField(label=gettext_lazy("This draft"), required=False)
    second = forms.ChoiceField(label=gettext_lazy("beside this one"), required=False)

    def __init__(self, data: Any, *, sides: list[Side]) -> None:
        super().__init__(data)
        choices = [(str(side.row.public_id), side.title) for side in sides]
        for field in self.fields.values():
            field.choices = choices  # type: ignore[attr-defined]


@require_safe
@never_cache
@with_access
def compare_drafts(request: HttpRequest, access: Access, paragraph: UUID) -> HttpResponse:
    """Two drafts word by word: each against its wording, then the second against the first."""
    access.require(Act.READ_DRAFT_COMMENT)
    spot, rows = drafts_on(access, paragraph)
    if spot is None:
        raise Http404
    sides = [_side(access, row, number) for number, row in enumerate(rows, 1)]
    chosen = _chosen_sides(request, sides)
    form = SidesForm(_chosen_ids(chosen), sides=sides)
    context = {
        "access": access,
        "spot": spot,
        "title": _title(spot),
        "sides": chosen,
        "between": _redline_between(chosen),
        "form": form if len(sides) > 2 else None,
        "thread_url": address_of(access, spot.revision, open=spot.id) + f"#p-{spot.id}",
    }
    return render(request, "comments/compare_drafts.html", context)


def _side(access: Access, row: Any, number: int) -> Side:
    day = day_of(row.edited_at, access.consultation.zone)
    parts = {"n": number, "who": author_of(access, row)[1], "day": day}
    title = _("Draft %(n)d: %(who)s, %(day)s") % parts
    return Side(line_of(access, row), row, number, title, str(state_of(row).label))


def _chosen_sides(request: HttpRequest, sides: list[Side]) -> list[Side]:
    """The two drafts that the address names, filled up with the first ones."""
    by_id = {str(side.row.public_id): side for side in sides}
    ids = dict.fromkeys(request.GET.get(name, "") for name in ("first", "second"))
    asked_for = [by_id[id] for id in ids if id in by_id]
    others = [side for side in sides if side not in asked_for]
    return [*asked_for, *others][:2]


def _chosen_ids(chosen: list[Side]) -> dict[str, str]:
    ids = [str(side.row.public_id) for side in chosen]
    return dict(zip(("first", "second"), ids, strict=False))


def _redline_between(chosen: list[Side]) -> Redline:
    """The second draft's words against the first's; empty where one of them proposes none."""
    if len(chosen) < 2 or not all(side.row.proposed for side in chosen):
        return ()
    return redline(chosen[0].row.proposed, chosen[1].row.proposed)


def _title(spot: WorkspaceParagraph) -> str:
    if spot.label:
        return _("Our drafts on paragraph %(label)s") % {"label": spot.label}
    return _("Our drafts beside each other")
