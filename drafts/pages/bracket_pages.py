"""The brackets of a paragraph on the desk: put, and each of them lifted, narrowed, split."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from consultations.forms.frame_forms import add_errors
from consultations.pages.view_decorators import with_access
from consultations.rules.access import Access, Act
from drafts.desk.bracket_lines import BracketLine, lines_of
from drafts.desk.bracketing import (
    add_alternative,
    lift_bracket,
    name_askers,
    narrow_bracket,
    put_bracket,
    split_bracket,
)
from drafts.forms.bracket_forms import (
    AlternativeForm,
    AskersForm,
    Asking,
    LiftForm,
    NarrowForm,
    PutBracketForm,
    SplitBracketForm,
)
from drafts.models import Paragraph
from drafts.pages.desk_pages import desk_context, paragraph_of, place_of, text_of
from drafts.words.brackets import lone_signs


@never_cache
@with_access
def paragraph_brackets(
    request: HttpRequest, access: Access, draft: str, paragraph: UUID
) -> HttpResponse:
    """The brackets of a paragraph with who asks for them; sent, new ones are put."""
    text = text_of(access, draft)
    row = paragraph_of(text, paragraph)
    if request.method == "POST":
        access.require(Act.EDIT_TEXT, on=text)
    form = PutBracketForm.on(row, Asking.of(access, row), request.POST or None)
    if form.is_bound and form.is_valid():
        try:
            put_bracket(
                access=access,
                paragraph=row,
                version=form.cleaned_data["version"],
                start=form.cleaned_data["start"],
                end=form.cleaned_data["end"],
                askers=form.seats,
                meeting=form.chosen_meeting,
            )
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, _("The brackets are put."))
            return redirect(_brackets_url(access, row))
    context = {**_context(access, row), "form": form}
    status = 422 if form.errors else 200
    return render(request, "drafts/brackets.html", context, status=status)


@never_cache
@with_access
def bracket(
    request: HttpRequest, access: Access, draft: str, paragraph: UUID, bracket: UUID
) -> HttpResponse:
    """One bracket, and what can be done with it; each form says by `act` what it asks for."""
    row = paragraph_of(text_of(access, draft, Act.EDIT_TEXT), paragraph)
    line = _line_of(access, row, bracket)
    act = request.POST.get("act", "")
    if request.method == "POST" and act not in ACTS:
        raise Http404
    made = _forms(access, row, line, request.POST if act else None, act)
    form = made.get(act)
    if form is not None and form.is_valid():
        try:
            done = ACTS[act](access, line, form)
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, done)
            return redirect(_brackets_url(access, row))
    context = {**_context(access, row), "line": line, "forms": made}
    status = 422 if form is not None and form.errors else 200
    return render(request, "drafts/bracket.html", context, status=status)


def _line_of(access: Access, row: Paragraph, public_id: UUID) -> BracketLine:
    """An open bracket of this paragraph; else 404."""
    for line in lines_of(access, row):
        if line.bracket.public_id == public_id:
            line.bracket.paragraph.draft = row.draft
            return line
    raise Http404


def _context(access: Access, row: Paragraph) -> dict[str, Any]:
    return {
        **desk_context(access, row.draft),
        "paragraph": row,
        "lines": lines_of(access, row),
        "lone": lone_signs(row.text),
        "back": place_of(access, row),
    }


def _brackets_url(access: Access, row: Paragraph) -> str:
    on = [access.consultation.slug, row.draft.slug, row.public_id]
    return reverse("paragraph_brackets", args=on)


# --- What can be done with one bracket ------------------------------------------------------------


def _forms(
    access: Access, row: Paragraph, line: BracketLine, sent: Any, act: str
) -> dict[str, forms.Form]:
    """The form of each act; the one that was sent holds what was typed."""
    asking = Asking.of(access, row)
    bracket = line.bracket
    named = [str(one.seat.public_id) for one in line.askers]
    inside = {"text": row.text, "within": (bracket.start + 1, bracket.end)}

    def made(name: str, form: Callable[..., forms.Form], **more: Any) -> forms.Form:
        initial = {"version": row.version, **more.pop("initial", {})}
        data = sent if name == act else None
        return form(data, initial=initial, auto_id=f"{name}-%s", **more)

    return {
        "lift": made("lift", LiftForm, line=line, asking=asking),
        "alternative": made("alternative", AlternativeForm, asking=asking),
        "askers": made("askers", AskersForm, asking=asking, initial={"askers": named}),
        "narrow": made("narrow", NarrowForm, **inside),
        "split": made("split", SplitBracketForm, **inside),
    }


def _lift(access: Access, line: BracketLine, form: Any) -> str:
    lift_bracket(
        access=access,
        bracket=line.bracket,
        version=form.cleaned_data["version"],
        whose=form.seats,
        meeting=form.chosen_meeting,
        **form.lifting,
    )
    return _("The brackets are lifted.")


def _alternative(access: Access, line: BracketLine, form: Any) -> str:
    add_alternative(
        access=access,
        bracket=line.bracket,
        version=form.cleaned_data["version"],
        words=form.cleaned_data["words"],
        askers=form.seats,
        meeting=form.chosen_meeting,
    )
    return _("The alternative is added.")


def _askers(access: Access, line: BracketLine, form: Any) -> str:
    name_askers(access=access, bracket=line.bracket, seats=form.seats, meeting=form.chosen_meeting)
    return _("Saved who asks for it.")


def _narrow(access: Access, line: BracketLine, form: Any) -> str:
    narrow_bracket(access=access, bracket=line.bracket, **_of(form, "version", "start", "end"))
    return _("The brackets are narrowed.")


def _split(access: Access, line: BracketLine, form: Any) -> str:
    version, at = form.cleaned_data["version"], int(form.cleaned_data["at"])
    split_bracket(access=access, bracket=line.bracket, version=version, at=at)
    return _("There are two brackets now.")


def _of(form: forms.Form, *names: str) -> dict[str, Any]:
    return {name: form.cleaned_data[name] for name in names}


ACTS: dict[str, Callable[[Access, BracketLine, Any], str]] = {
    "lift": _lift,
    "alternative": _alternative,
    "askers": _askers,
    "narrow": _narrow,
    "split": _split,
}
