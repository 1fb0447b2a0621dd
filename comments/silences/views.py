"""Silences of the facilitators as delegations read and break them: the list, and the page of one.

In a silence procedure a delegation that does not object by a deadline has consented; to object is
to break the silence.
"""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from comments.models import Silence
from comments.silences import acts
from comments.silences.forms import BreakSilenceForm
from comments.silences.lines import address_of_silence, silence_lines, silence_state_text
from comments.silences.mail_reach import unreached_seats
from comments.silences.queries import (
    AskedLine,
    SilenceClock,
    asked_lines,
    changes_of_silence,
    clock_of,
    name_of_silence,
    own_reads_of,
    state_of_silence,
)
from consultations.rules.access import Access, Act
from consultations.web.forms import add_errors
from consultations.web.pacing import paced
from consultations.web.view_decorators import with_access
from drafts.models import Wording
from drafts.printing.conventions import DOCX, PDF
from drafts.printing.pdf import PrintingError
from drafts.text.citing import citation_of_wording

PAGE_SIZE = 25
# Changed paragraphs that are shown here; all are on the page of the comparison.
MAX_CHANGES = 20


@require_safe
@with_access
def silences(request: HttpRequest, access: Access) -> HttpResponse:
    """The silences that this reader may read, the latest first."""
    silences = Silence.objects.visible_to(access).with_texts().order_by("-silence_from", "-pk")
    page = Paginator(silences, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "access": access,
        "page": page,
        "lines": silence_lines(access, page),
        "may_open": bool(access.may(Act.LEAD_SILENCE, on=access.consultation)),
    }
    return render(request, "comments/silences/silences.html", context)


@require_safe
@with_access
def silence(request: HttpRequest, access: Access, silence_public_id: UUID) -> HttpResponse:
    """One silence: what is asked, the clock, and who broke it as far as this reader may know."""
    silence = get_silence(access, silence_public_id)
    acts.mark_silence_read(access=access, silence=silence)
    return silence_page(request, access, silence)


@require_safe
@with_access
@paced("paper")
def silence_file(request: HttpRequest, access: Access, silence_public_id: UUID) -> HttpResponse:
    """The record of a silence as Word, or with `?form=pdf` as PDF.

    There is a copy for the facilitators and one for delegations.
    """
    silence = get_silence(access, silence_public_id)
    is_pdf = request.GET.get("form") == "pdf"
    try:
        content, filename = _record_file(access, silence, is_pdf=is_pdf)
    except PrintingError as error:
        messages.error(request, error.sentence)
        return redirect(address_of_silence(access, silence))
    response = HttpResponse(content, content_type=PDF if is_pdf else DOCX)
    response["Content-Disposition"] = f'attachment; filename="{filename}"'
    return response


@require_POST
@with_access
def break_silence(request: HttpRequest, access: Access, silence_public_id: UUID) -> HttpResponse:
    """Break a silence in the name of the own delegation, once the words are confirmed on a page."""
    access.require(Act.BREAK_SILENCE)
    silence = get_silence(access, silence_public_id)
    own_asked_seat = get_object_or_404(silence.asked.select_related("seat"), seat=access.seat)
    own_asked_seat.silence = silence  # read already, with its texts
    access.require(Act.BREAK_SILENCE, on=own_asked_seat)
    form = _break_form(silence, request.POST)
    # "change" and "confirmed" are the buttons of the page that asks for a confirmation.
    if "change" in request.POST:
        return silence_page(request, access, silence, form, status=200)
    if form.is_valid() and "confirmed" not in request.POST:
        return _confirm_page(request, access, silence, form)
    if form.is_valid():
        try:
            acts.break_silence(access=access, asked_seat=own_asked_seat, **form.cleaned_data)
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, _("Silence is broken. The facilitators are told."))
            return redirect(address_of_silence(access, silence))
    return silence_page(request, access, silence, form, status=422)


# --- What the pages of silences share ------------------------------------------------------------


def get_silence(access: Access, silence_public_id: UUID) -> Silence:
    """A silence that this reader may read. Raises Http404."""
    silences = Silence.objects.visible_to(access).with_texts()
    return get_object_or_404(silences, public_id=silence_public_id)


def silence_page(
    request: HttpRequest,
    access: Access,
    silence: Silence,
    form: BreakSilenceForm | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    """The page of a silence; with the form of a break that was refused or is changed, if any."""
    lines = asked_lines(access, silence)
    own_line = next(
        (line for line in lines if line.asked_seat.seat_id == _own_seat_id(access)), None
    )
    changes = changes_of_silence(silence)
    state = state_of_silence(access, silence)
    may_lead = bool(access.may(Act.LEAD_SILENCE, on=silence))
    context = {
        "access": access,
        "silence": silence,
        "name": name_of_silence(silence),
        "state": state,
        "state_words": silence_state_text(access, silence),
        "changes": changes,
        "shown_changes": changes.changes[:MAX_CHANGES],
        "more_changes": len(changes.changes[MAX_CHANGES:]),
        "clock": _clock(access, silence, lines),
        "lines": lines,
        "broken_lines": [line for line in lines if line.breaks],
        "hidden_break_count": sum(
            silence_break.shown_at is None for line in lines for silence_break in line.breaks
        ),
        "silent_count": sum(not line.breaks for line in lines),
        "extensions": list(silence.extensions.all()),
        "own_line": own_line,
        # Who of the reader's own delegation has opened the page.
        "own_reads": own_reads_of(access, silence),
        "form": form or _form_of_reader(access, silence, own_line),
        "is_form_open": form is not None,
        "unreached_names": _names_of_unreached(access, silence),
        "why_not": _why_not_breakable(access, silence, own_line),
        "may_lead": may_lead,
        "may_extend": may_lead and silence.runs_at(access.moment),
        "may_declare": may_lead and silence.declared_at is None,
    }
    return render(request, "comments/silences/silence.html", context, status=status)


# --- Helpers -------------------------------------------------------------------------------------


def _confirm_page(
    request: HttpRequest, access: Access, silence: Silence, form: BreakSilenceForm
) -> HttpResponse:
    """The page that asks to confirm a break, and shows its words. Nothing is saved yet."""
    context = {
        "access": access,
        "silence": silence,
        "name": name_of_silence(silence),
        "wording": form.cleaned_data["wording"],
        "words": form.cleaned_data["words"],
        "language": form.cleaned_data["language"],
        # Sent again by both buttons of the page.
        "posted_values": {name: form.data.get(name, "") for name in form.fields},
        "state_words": silence_state_text(access, silence),
    }
    return render(request, "comments/silences/break_silence.html", context)


def _record_file(access: Access, silence: Silence, *, is_pdf: bool) -> tuple[bytes, str]:
    """The record of a silence as a file, and the name of the file."""
    # The library of Word documents is loaded for a document, not in every process.
    from comments.silences.papers import silence_docx, silence_pdf
    from comments.silences.record import silence_filename, silence_record

    record = silence_record(access, silence)
    content = silence_pdf(access, record) if is_pdf else silence_docx(access, record)
    return content, silence_filename(silence, "pdf" if is_pdf else "docx")


def _own_seat_id(access: Access) -> int:
    """The id of the reader's seat; 0, which no seat has, for those without one."""
    return access.seat.pk if access.seat else 0


def _names_of_unreached(access: Access, silence: Silence) -> list[str]:
    """Who was reached by no mail: names of delegations, for facilitators while the silence runs."""
    if not access.is_facilitator or not silence.runs_at(access.moment):
        return []
    return [seat.name_for_reader for seat in unreached_seats(silence)]


def _clock(access: Access, silence: Silence, lines: list[AskedLine]) -> SilenceClock | None:
    """The working hours from now to the end of a silence that runs; None for another.

    A delegation reads those of its own capital alone.
    """
    if not silence.runs_at(access.moment):
        return None
    shown_lines = [
        line
        for line in lines
        if access.reads_all or line.asked_seat.seat_id == _own_seat_id(access)
    ]
    seats = [line.asked_seat.seat for line in shown_lines]
    return clock_of(access.consultation, seats, access.moment, silence.silence_until)


def _form_of_reader(
    access: Access, silence: Silence, own_line: AskedLine | None
) -> BreakSilenceForm | None:
    """The form to break the silence, where this person may; `own_line` is of their delegation."""
    if own_line is None or _why_not_breakable(access, silence, own_line):
        return None
    return _break_form(silence)


def _why_not_breakable(access: Access, silence: Silence, own_line: AskedLine | None) -> str:
    """Why this person cannot break the silence; empty where they can, or are not asked."""
    if own_line is None:
        return ""
    own_line.asked_seat.silence = silence  # read already: the rule needs it
    return access.may(Act.BREAK_SILENCE, on=own_line.asked_seat).reason


def _break_form(silence: Silence, posted_data: QueryDict | None = None) -> BreakSilenceForm:
    """The form that breaks a silence: on the whole, or on one wording of the text."""
    wordings = Wording.objects.filter(revision=silence.revision_id) if silence.revision_id else []
    named_wordings = [(wording, citation_of_wording(wording)) for wording in wordings]
    whole = _("The whole: %(what)s") % {"what": name_of_silence(silence)}
    return BreakSilenceForm(posted_data, name_of_whole=whole, named_wordings=named_wordings)
