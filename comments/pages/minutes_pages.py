"""The minutes of a meeting: take them paragraph by paragraph, end, issue and print them."""

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from comments.acts.minuting import add_line, begin_minutes, end_minutes, issue_minutes
from comments.desks.minutes_record import changes_in, lines_of, minuted_paragraphs, minutes_record
from comments.forms.minutes_form import MinuteLineForm
from consultations.forms.errors import add_errors
from consultations.models import Meeting, Minutes
from consultations.pages.confirmation import confirm
from consultations.pages.view_decorators import with_access
from consultations.rules.access import Access, Act
from drafts.desk.paragraph_states import state_act_by_paragraph_id
from drafts.labels import names_by_key
from drafts.models import Paragraph
from drafts.shells.media_types import DOCX


@never_cache
@with_access
def minutes(request: HttpRequest, access: Access, meeting: UUID) -> HttpResponse:
    """The whole record so far, with a form for what was said on no paragraph."""
    found = _meeting(access, meeting)
    stored = Minutes.objects.visible_to(access).select_related("meeting").filter(meeting=found)
    minutes = stored.first()
    if minutes is None and not access.reads_all:
        raise Http404
    form = _line_form(request, access)
    if minutes and request.method == "POST":
        access.require(Act.TAKE_MINUTES, on=found)
        if _add_line(request, access, minutes, None, form):
            return redirect("minutes", access.consultation.slug, found.public_id)
    context = {
        **_common_context(access, found, minutes),
        "record": minutes_record(access, minutes) if minutes else None,
        "form": form,
        "struck": [row for row in lines_of(access, minutes) if row.struck_at] if minutes else [],
        "first": _first_paragraph(access, found),
    }
    return render(request, "comments/minutes.html", context, status=422 if form.errors else 200)


@never_cache
@with_access
def minute_paragraph(
    request: HttpRequest, access: Access, meeting: UUID, paragraph: UUID
) -> HttpResponse:
    """One paragraph while the meeting runs: its words, its state, who said what, a new line."""
    minutes = _minutes_of(access, meeting)
    rows = minuted_paragraphs(access, minutes.meeting)
    row = _paragraph_of(access, rows, paragraph)
    form = _line_form(request, access)
    if request.method == "POST" and _add_line(request, access, minutes, row, form):
        return redirect(address_of_minutes(access, minutes.meeting, row) + "#said")
    context = {
        **_common_context(access, minutes.meeting, minutes),
        "paragraph": row,
        "title": _title(_paragraph_name(rows, row), row),
        "state": state_act_by_paragraph_id(access, row.draft).get(row.pk),
        "may_set_state": bool(access.may(Act.SET_STATE, on=row.draft)),
        "lines": lines_of(access, minutes, row),
        "form": form,
        "changes": _changed_words(access, minutes, rows),
        "jump": [(other, _paragraph_name(rows, other)) for other in rows],
        **_neighbour_urls(access, minutes.meeting, rows, row),
    }
    status = 422 if form.errors else 200
    return render(request, "comments/minute_paragraph.html", context, status=status)


@require_safe
@with_access
def jump(request: HttpRequest, access: Access, meeting: UUID) -> HttpResponse:
    """Go to the paragraph that was chosen from the list."""
    minutes = _minutes_of(access, meeting)
    rows = minuted_paragraphs(access, minutes.meeting)
    try:
        row = _paragraph_of(access, rows, UUID(request.GET.get("paragraph", "")))
    except ValueError as error:
        raise Http404 from error
    return redirect(address_of_minutes(access, minutes.meeting, row))


@require_POST
@with_access
def begin(request: HttpRequest, access: Access, meeting: UUID) -> HttpResponse:
    """Begin the minutes, or continue them."""
    found = _meeting(access, meeting)
    access.require(Act.TAKE_MINUTES, on=found)
    first = _first_paragraph(access, found)
    if not _try_act(request, lambda: begin_minutes(access=access, meeting=found)) or first is None:
        return redirect("minutes", access.consultation.slug, found.public_id)
    return redirect(address_of_minutes(access, found, first))


@require_POST
@with_access
def end(request: HttpRequest, access: Access, meeting: UUID) -> HttpResponse:
    """End the minutes: the meeting is over."""
    minutes = _minutes_of(access, meeting)
    if _try_act(request, lambda: end_minutes(access=access, minutes=minutes)):
        messages.success(request, _("The minutes are ended. You can still correct them."))
    return redirect("minutes", access.consultation.slug, minutes.meeting.public_id)


@never_cache
@with_access
def issue(request: HttpRequest, access: Access, meeting: UUID) -> HttpResponse:
    """Issue the minutes to all delegations, once a page has said what they will read."""
    minutes = _minutes_of(access, meeting, Act.ISSUE_MINUTES)
    return confirm(
        request,
        access,
        title=_("Issue the minutes of “%(meeting)s”?") % {"meeting": minutes.meeting.title},
        lines=[
            _("All delegations that sit in the consultation can read them from then on."),
            _("Words of the working text stay out of them until they are circulated."),
            _("Issued minutes no longer change."),
        ],
        label=_("Issue the minutes"),
        back=reverse("minutes", args=[access.consultation.slug, minutes.meeting.public_id]),
        done=_("The minutes are issued."),
        act=lambda: issue_minutes(access=access, minutes=minutes),
    )


@require_safe
@never_cache
@with_access
def minutes_file(request: HttpRequest, access: Access, meeting: UUID) -> HttpResponse:
    """The minutes as a Word document: the full copy, or the one that delegations read."""
    rows = Minutes.objects.visible_to(access).select_related("meeting__consultation")
    minutes = get_object_or_404(rows, meeting=_meeting(access, meeting))
    is_full = request.GET.get("copy") != "circulation"
    record = minutes_record(access, minutes, is_full=is_full)
    # The library of Word documents is loaded for a document, not in every process.
    from comments.exports.minutes_docx import minutes_filename, minutes_paper

    response = HttpResponse(minutes_paper(access, record), content_type=DOCX)
    name = minutes_filename(access, record)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def address_of_minutes(access: Access, meeting: Meeting, row: Paragraph) -> str:
    """The page on which the minutes of one paragraph are taken."""
    return reverse(
        "minute_paragraph", args=[access.consultation.slug, meeting.public_id, row.public_id]
    )


# --- What the views above share -------------------------------------------------------------------


def _meeting(access: Access, public_id: UUID) -> Meeting:
    return get_object_or_404(Meeting, consultation=access.consultation, public_id=public_id)


def _minutes_of(access: Access, meeting: UUID, act: Act = Act.TAKE_MINUTES) -> Minutes:
    """The minutes of a meeting, for those who may do this with them. Raises Http404, Refused."""
    found = _meeting(access, meeting)
    access.require(act, on=found)
    rows = Minutes.objects.visible_to(access).select_related("meeting")
    return get_object_or_404(rows, meeting=found)


def _paragraph_of(access: Access, rows: Sequence[Paragraph], public_id: UUID) -> Paragraph:
    """A paragraph of the meeting's list; one that was deleted meanwhile keeps its minutes."""
    found = next((row for row in rows if row.public_id == public_id), None)
    if found is None:
        every = Paragraph.objects.visible_to(access).select_related("draft")
        return get_object_or_404(every, public_id=public_id)
    return found


def _first_paragraph(access: Access, meeting: Meeting) -> Paragraph | None:
    """The paragraph where minutes begin: the first that is no title and no heading."""
    rows = minuted_paragraphs(access, meeting)
    return next((row for row in rows if row.kind not in {"title", "heading"}), None)


def _paragraph_name(rows: Sequence[Paragraph], row: Paragraph) -> str:
    paragraph_names = names_by_key(
        (one.pk, one.parent_id, one.label, one.kind, one.text) for one in rows
    )
    return paragraph_names.get(row.pk) or str(row)


def _title(name: str, row: Paragraph) -> str:
    return _("Paragraph %(label)s") % {"label": name} if row.label else name


def _changed_words(
    access: Access, minutes: Minutes, rows: Sequence[Paragraph]
) -> list[tuple[str, Any]]:
    """The words changed while the meeting runs, each with what its paragraph is called."""
    return [
        (_title(_paragraph_name(rows, one.paragraph), one.paragraph), one)
        for one in changes_in(access, minutes)
    ]


def _neighbour_urls(
    access: Access, meeting: Meeting, rows: Sequence[Paragraph], row: Paragraph
) -> dict[str, Any]:
    """The addresses of the paragraphs before and after."""
    index = next((i for i, one in enumerate(rows) if one.pk == row.pk), None)
    before = rows[index - 1] if index else None
    after = rows[index + 1] if index is not None and index + 1 < len(rows) else None
    return {
        "before_url": address_of_minutes(access, meeting, before) if before else "",
        "after_url": address_of_minutes(access, meeting, after) if after else "",
    }


def _common_context(access: Access, meeting: Meeting, minutes: Minutes | None) -> dict[str, Any]:
    is_open = minutes is not None and minutes.issued_at is None
    may_take = bool(access.may(Act.TAKE_MINUTES, on=meeting)) and meeting.cancelled_at is None
    return {
        "access": access,
        "meeting": meeting,
        "minutes": minutes,
        "may_begin": may_take and (minutes is None or (is_open and minutes.ended_at is not None)),
        "may_write": may_take and is_open,
        "may_take": may_take,
        "may_issue": is_open and bool(access.may(Act.ISSUE_MINUTES, on=meeting)),
    }


def _line_form(request: HttpRequest, access: Access) -> MinuteLineForm:
    return MinuteLineForm(request.POST if request.method == "POST" else None, access=access)


def _add_line(
    request: HttpRequest,
    access: Access,
    minutes: Minutes,
    row: Paragraph | None,
    form: MinuteLineForm,
) -> bool:
    """Add the line and return True; False where it is refused, and the form says why."""
    if not form.is_valid():
        return False
    key = form.cleaned_data["form_key"]
    try:
        add_line(access=access, minutes=minutes, paragraph=row, form_key=key, **form.terms)
    except ValidationError as error:
        add_errors(form, error)
        return False
    return True


def _try_act(request: HttpRequest, act: Callable[[], object]) -> bool:
    """Do it and return True; False where it is refused, and a message says why."""
    try:
        act()
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return False
    return True
