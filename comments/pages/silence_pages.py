"""Silences of the facilitators as they are read and broken: the list, and one of them."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from comments.acts.silence_procedure import break_silence as break_it
from comments.acts.silence_procedure import mark_silence_read
from comments.desks.silence_overview import (
    AskedLine,
    SilenceState,
    asked_lines,
    clock_of,
    outcomes_open,
    reads_of,
    state_of_silence,
)
from comments.forms.silence_forms import BreakSilenceForm
from comments.models import Silence
from comments.news.silences import changes_of_silence, name_of_silence, name_of_wording
from comments.threads.audience import moment_words
from consultations.forms.frame_forms import add_errors
from consultations.pages.view_decorators import with_access
from consultations.rules.access import Access, Act
from consultations.wall_clock import time_left
from drafts.models import Wording
from drafts.shells.media_types import DOCX

A_PAGE = 25
# More changed paragraphs than these stand on the page of the comparison.
MOST_CHANGES = 20


@require_safe
@never_cache
@with_access
def silences(request: HttpRequest, access: Access) -> HttpResponse:
    """Those that this reader may read, the latest first."""
    rows = Silence.objects.visible_to(access).with_places().order_by("-silence_from", "-pk")
    page = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    context = {
        "access": access,
        "page": page,
        "lines": [_line(access, row) for row in page],
        "may_open": bool(access.may(Act.LEAD_SILENCE, on=access.consultation)),
    }
    return render(request, "comments/silences.html", context)


@require_safe
@never_cache
@with_access
def silence(request: HttpRequest, access: Access, silence: UUID) -> HttpResponse:
    """What is asked, the text, the clock, and who broke it as far as this reader may know."""
    stored = silence_of(access, silence)
    mark_silence_read(access=access, silence=stored)
    return silence_page(request, access, stored)


@require_safe
@never_cache
@with_access
def silence_file(request: HttpRequest, access: Access, silence: UUID) -> HttpResponse:
    """The record as a Word document: the facilitators' copy, or what a delegation reads."""
    stored = silence_of(access, silence)
    # The library of Word documents is loaded by whom asks for one, not by every process.
    from comments.exports.silence_docx import silence_filename, silence_paper, silence_record

    paper = silence_paper(access, silence_record(access, stored))
    response = HttpResponse(paper, content_type=DOCX)
    response["Content-Disposition"] = f'attachment; filename="{silence_filename(stored)}"'
    return response


@require_POST
@never_cache
@with_access
def break_silence(request: HttpRequest, access: Access, silence: UUID) -> HttpResponse:
    """Break it in the name of the own delegation."""
    access.require(Act.BREAK_SILENCE)
    stored = silence_of(access, silence)
    own = get_object_or_404(stored.asked.select_related("seat"), seat=access.seat)
    own.silence = stored
    access.require(Act.BREAK_SILENCE, on=own)
    form = _break_form(stored, request.POST)
    if form.is_valid():
        try:
            break_it(access=access, asked=own, **form.cleaned_data)
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, _("Silence is broken. The facilitators are told."))
            return redirect(address_of_silence(access, stored))
    return silence_page(request, access, stored, form)


# --- What the pages of silences share ------------------------------------------------------------


def silence_of(access: Access, id: UUID) -> Silence:
    """One that this reader may read. Raises Http404."""
    rows = Silence.objects.visible_to(access).with_places()
    return get_object_or_404(rows, public_id=id)


def address_of_silence(access: Access, silence: Silence) -> str:
    """The page of one."""
    return reverse("silence", args=[access.consultation.slug, silence.public_id])


def silence_page(
    request: HttpRequest,
    access: Access,
    silence: Silence,
    refused: BreakSilenceForm | None = None,
) -> HttpResponse:
    """The page of one; with the break that was not taken, if any (422)."""
    lines = asked_lines(access, silence)
    own = next((line for line in lines if line.asked.seat_id == _own_seat(access)), None)
    changes = changes_of_silence(silence)
    state = state_of_silence(access, silence)
    may_lead = bool(access.may(Act.LEAD_SILENCE, on=silence))
    context = {
        "access": access,
        "silence": silence,
        "name": name_of_silence(silence),
        "state": state,
        "state_words": state_words(access, silence),
        "changes": changes,
        "shown_changes": changes.changes[:MOST_CHANGES],
        "more_changes": len(changes.changes[MOST_CHANGES:]),
        "clock": _clock(access, silence, lines),
        "lines": lines,
        "spoken": [line for line in lines if line.breaks],
        "hidden": sum(row.shown_at is None for line in lines for row in line.breaks),
        "silent": sum(not line.breaks for line in lines),
        "extensions": list(silence.extensions.all()),
        "own": own,
        "reads": reads_of(access, silence),
        "form": refused or _form_of(access, silence, own),
        "why_not": _why_not(access, silence, own),
        "may_lead": may_lead,
        "may_extend": may_lead and silence.runs_at(access.moment),
        "may_declare": may_lead and silence.declared_at is None,
        "outcomes": outcomes_open(access, silence) if may_lead else [],
    }
    status = 422 if refused else 200
    return render(request, "comments/silence.html", context, status=status)


def state_words(access: Access, silence: Silence) -> str:
    """Until when it runs, or what became of it, as the reader may know it."""
    until = moment_words(access, silence.silence_until)
    words = {
        "moment": until,
        "left": time_left(silence.silence_until, access.moment),
        "outcome": capfirst(silence.get_outcome_display()),
    }
    state = state_of_silence(access, silence)
    if state is SilenceState.DECLARED:
        words["moment"] = moment_words(access, silence.declared_at or silence.silence_until)
        return _("%(outcome)s, declared %(moment)s.") % words
    if state is SilenceState.ENDED:
        return _("The silence ended %(moment)s. Its outcome is not declared yet.") % words
    if state is SilenceState.BROKEN:
        return _("Broken. The silence runs until %(moment)s, %(left)s.") % words
    return _("Silence until %(moment)s, %(left)s.") % words


# --- Pieces --------------------------------------------------------------------------------------


def _own_seat(access: Access) -> int:
    return access.seat.pk if access.seat else 0


def _line(access: Access, silence: Silence) -> dict[str, Any]:
    return {
        "silence": silence,
        "name": name_of_silence(silence),
        "words": state_words(access, silence),
        "is_running": silence.runs_at(access.moment),
    }


def _clock(access: Access, silence: Silence, lines: list[AskedLine]) -> Any:
    """The working hours from now to the end, of a silence that runs; none of another."""
    if not silence.runs_at(access.moment):
        return None
    shown = [line for line in lines if access.reads_all or line.asked.seat_id == _own_seat(access)]
    seats = [line.asked.seat for line in shown]
    return clock_of(access.consultation, seats, access.moment, silence.silence_until)


def _form_of(access: Access, silence: Silence, own: AskedLine | None) -> BreakSilenceForm | None:
    """The form where this person may break it now."""
    return None if own is None or _why_not(access, silence, own) else _break_form(silence)


def _why_not(access: Access, silence: Silence, own: AskedLine | None) -> str:
    """Why this person cannot break it; empty where they can, or where nobody asks them."""
    if own is None:
        return ""
    own.asked.silence = silence
    return access.may(Act.BREAK_SILENCE, on=own.asked).reason


def _break_form(silence: Silence, data: Any = None) -> BreakSilenceForm:
    rows = Wording.objects.filter(revision=silence.revision_id) if silence.revision_id else []
    wordings = [(row, name_of_wording(row)) for row in rows]
    whole = _("The whole: %(what)s") % {"what": name_of_silence(silence)}
    return BreakSilenceForm(data, whole=whole, wordings=wordings)
