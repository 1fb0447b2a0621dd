"""The minutes of a meeting: taken by paragraph, each line corrected, ended, issued, printed."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from comments.minutes import acts
from comments.minutes.acts import edit_line, offer_line, restore_line, strike_line
from comments.minutes.forms import MinuteLineForm
from comments.minutes.queries import (
    line_history,
    minute_lines_of,
    minuted_paragraphs,
    minutes_record,
    word_changes_during,
)
from comments.models import MinuteLine
from consultations.models import Meeting, Minutes
from consultations.rules.access import Access, Act
from consultations.web.confirmation import confirm
from consultations.web.forms import add_errors
from consultations.web.view_decorators import with_access
from drafts.desk.acts import StaleVersion
from drafts.desk.history import WordsChanged
from drafts.models import Paragraph
from drafts.printing.conventions import DOCX
from drafts.states.queries import state_act_by_paragraph_id
from drafts.text.citing import citation_of
from drafts.text.names import names_of_paragraphs


@with_access
def minutes(request: HttpRequest, access: Access, meeting_public_id: UUID) -> HttpResponse:
    """All minutes of a meeting so far, with a form for what was said on no paragraph.

    For delegations the page does not exist before the minutes are issued.
    """
    meeting = _get_meeting(access, meeting_public_id)
    minutes_of_meeting = (
        Minutes.objects.visible_to(access).select_related("meeting").filter(meeting=meeting)
    )
    minutes = minutes_of_meeting.first()
    if minutes is None and not access.reads_all:
        raise Http404
    form = _line_form(request, access)
    if minutes and request.method == "POST":
        access.require(Act.TAKE_MINUTES, on=meeting)
        if _add_line(access, minutes, None, form):
            return redirect("minutes", access.consultation.slug, meeting.public_id)
    context = {
        **_common_context(access, meeting, minutes),
        "record": minutes_record(access, minutes) if minutes else None,
        "form": form,
        # Lines that were deleted; each can be restored.
        "struck_lines": [line for line in minute_lines_of(access, minutes) if line.struck_at]
        if minutes
        else [],
        "first_paragraph": _first_paragraph(access, meeting),
    }
    return render(
        request, "comments/minutes/minutes.html", context, status=422 if form.errors else 200
    )


@with_access
def minute_paragraph(
    request: HttpRequest, access: Access, meeting_public_id: UUID, paragraph_public_id: UUID
) -> HttpResponse:
    """One paragraph while the meeting runs: its words, its state, who said what, a new line."""
    minutes = _get_minutes(access, meeting_public_id)
    paragraphs = minuted_paragraphs(access, minutes.meeting)
    paragraph = _get_paragraph(access, paragraphs, paragraph_public_id)
    form = _line_form(request, access)
    if request.method == "POST" and _add_line(access, minutes, paragraph, form):
        # "said" is the HTML id of what was said on the paragraph.
        return redirect(address_of_minutes(access, minutes.meeting, paragraph) + "#said")
    name_by_paragraph_id = names_of_paragraphs(paragraphs)
    context = {
        **_common_context(access, minutes.meeting, minutes),
        "paragraph": paragraph,
        "title": _title(name_by_paragraph_id, paragraph),
        "state_act": state_act_by_paragraph_id(access, paragraph.draft).get(paragraph.pk),
        "may_set_state": bool(access.may(Act.SET_STATE, on=paragraph.draft)),
        "lines": minute_lines_of(access, minutes, paragraph),
        "form": form,
        "changes": _changed_words(access, minutes, name_by_paragraph_id),
        "paragraph_choices": [
            (listed_paragraph, _paragraph_name(name_by_paragraph_id, listed_paragraph))
            for listed_paragraph in paragraphs
        ],
        **_neighbour_urls(access, minutes.meeting, paragraphs, paragraph),
    }
    status = 422 if form.errors else 200
    return render(request, "comments/minutes/minute_paragraph.html", context, status=status)


@require_safe
@with_access
def go_to_paragraph(request: HttpRequest, access: Access, meeting_public_id: UUID) -> HttpResponse:
    """Go to the paragraph that was chosen from the list."""
    minutes = _get_minutes(access, meeting_public_id)
    paragraphs = minuted_paragraphs(access, minutes.meeting)
    try:
        paragraph = _get_paragraph(access, paragraphs, UUID(request.GET.get("paragraph", "")))
    except ValueError as error:
        raise Http404 from error
    return redirect(address_of_minutes(access, minutes.meeting, paragraph))


@require_POST
@with_access
def begin_minutes(request: HttpRequest, access: Access, meeting_public_id: UUID) -> HttpResponse:
    """Begin the minutes, or continue them."""
    meeting = _get_meeting(access, meeting_public_id)
    access.require(Act.TAKE_MINUTES, on=meeting)
    first_paragraph = _first_paragraph(access, meeting)
    is_begun = _act_or_show_error(
        request, lambda: acts.begin_minutes(access=access, meeting=meeting)
    )
    if not is_begun or first_paragraph is None:
        return redirect("minutes", access.consultation.slug, meeting.public_id)
    return redirect(address_of_minutes(access, meeting, first_paragraph))


@require_POST
@with_access
def end_minutes(request: HttpRequest, access: Access, meeting_public_id: UUID) -> HttpResponse:
    """End the minutes: the meeting is over."""
    minutes = _get_minutes(access, meeting_public_id)
    if _act_or_show_error(request, lambda: acts.end_minutes(access=access, minutes=minutes)):
        messages.success(request, _("The minutes are ended. You can still correct them."))
    return redirect("minutes", access.consultation.slug, minutes.meeting.public_id)


@with_access
def issue_minutes(request: HttpRequest, access: Access, meeting_public_id: UUID) -> HttpResponse:
    """Issue the minutes to all delegations, once a page has said what they will read."""
    minutes = _get_minutes(access, meeting_public_id, Act.ISSUE_MINUTES)
    return confirm(
        request,
        access,
        title=_("Issue the minutes of “%(meeting)s”?") % {"meeting": minutes.meeting.title},
        sentences=[
            _("All delegations that sit in the consultation can read them from then on."),
            _("Words of the working text stay out of them until they are circulated."),
            _("Issued minutes no longer change."),
        ],
        button_label=_("Issue the minutes"),
        back_url=reverse("minutes", args=[access.consultation.slug, minutes.meeting.public_id]),
        success_message=_("The minutes are issued."),
        act=lambda: acts.issue_minutes(access=access, minutes=minutes),
    )


@require_safe
@with_access
def minutes_file(request: HttpRequest, access: Access, meeting_public_id: UUID) -> HttpResponse:
    """The minutes as a Word document: the full copy, or the one that delegations read.

    A delegation gets the latter whatever it asks for: `minutes_record` sees to that.
    """
    readable_minutes = Minutes.objects.visible_to(access).select_related("meeting__consultation")
    minutes = get_object_or_404(readable_minutes, meeting=_get_meeting(access, meeting_public_id))
    is_full = request.GET.get("copy") != "circulation"
    record = minutes_record(access, minutes, is_full=is_full)
    # The library of Word documents is loaded for a document, not in every process.
    from comments.minutes.papers import minutes_filename, minutes_paper

    response = HttpResponse(minutes_paper(access, record), content_type=DOCX)
    filename = minutes_filename(record)
    response["Content-Disposition"] = f'attachment; filename="{filename}"'
    return response


# --- What the views above share ------------------------------------------------------------------


def address_of_minutes(access: Access, meeting: Meeting, paragraph: Paragraph) -> str:
    """The page on which the minutes of one paragraph are taken."""
    return reverse(
        "minute_paragraph", args=[access.consultation.slug, meeting.public_id, paragraph.public_id]
    )


def _get_meeting(access: Access, meeting_public_id: UUID) -> Meeting:
    """A meeting of this consultation. Raises Http404."""
    return get_object_or_404(Meeting, consultation=access.consultation, public_id=meeting_public_id)


def _get_minutes(access: Access, meeting_public_id: UUID, act: Act = Act.TAKE_MINUTES) -> Minutes:
    """The minutes of a meeting, for those who may do this act. Raises Http404, Refused."""
    meeting = _get_meeting(access, meeting_public_id)
    access.require(act, on=meeting)
    readable_minutes = Minutes.objects.visible_to(access).select_related("meeting")
    return get_object_or_404(readable_minutes, meeting=meeting)


def _get_paragraph(
    access: Access, meeting_paragraphs: Sequence[Paragraph], paragraph_public_id: UUID
) -> Paragraph:
    """A paragraph of the meeting, else any other that the reader may read. Raises Http404.

    A paragraph that was deleted meanwhile keeps its minutes.
    """
    paragraph = next(
        (
            paragraph
            for paragraph in meeting_paragraphs
            if paragraph.public_id == paragraph_public_id
        ),
        None,
    )
    if paragraph is None:
        all_paragraphs = Paragraph.objects.visible_to(access).select_related("draft")
        return get_object_or_404(all_paragraphs, public_id=paragraph_public_id)
    return paragraph


def _first_paragraph(access: Access, meeting: Meeting) -> Paragraph | None:
    """The paragraph where minutes begin: the first that is no title and no heading."""
    paragraphs = minuted_paragraphs(access, meeting)
    return next(
        (paragraph for paragraph in paragraphs if paragraph.kind not in {"title", "heading"}), None
    )


def _paragraph_name(name_by_paragraph_id: Mapping[int, str], paragraph: Paragraph) -> str:
    """How a paragraph is cited, also one that was deleted from the texts of the meeting."""
    return name_by_paragraph_id.get(paragraph.pk) or str(paragraph)


def _title(name_by_paragraph_id: Mapping[int, str], paragraph: Paragraph) -> str:
    """The title of a paragraph: "Paragraph 12", "OP3", or its name where it has no label."""
    name = _paragraph_name(name_by_paragraph_id, paragraph)
    return citation_of(name) if paragraph.label else name


def _changed_words(
    access: Access, minutes: Minutes, name_by_paragraph_id: Mapping[int, str]
) -> list[tuple[str, WordsChanged]]:
    """The paragraphs whose words changed while the meeting runs: the title, and the change."""
    return [
        (_title(name_by_paragraph_id, change.paragraph), change)
        for change in word_changes_during(access, minutes)
    ]


def _neighbour_urls(
    access: Access, meeting: Meeting, paragraphs: Sequence[Paragraph], paragraph: Paragraph
) -> dict[str, Any]:
    """The addresses of the paragraphs before and after this one; empty where there is none.

    A paragraph that was deleted meanwhile has none at all.
    """
    position = next((n for n, other in enumerate(paragraphs) if other.pk == paragraph.pk), None)
    previous_paragraph = next_paragraph = None
    if position is not None:
        previous_paragraph = paragraphs[position - 1] if position else None
        next_paragraph = paragraphs[position + 1] if position + 1 < len(paragraphs) else None
    return {
        "previous_url": address_of_minutes(access, meeting, previous_paragraph)
        if previous_paragraph
        else "",
        "next_url": address_of_minutes(access, meeting, next_paragraph) if next_paragraph else "",
    }


def _common_context(access: Access, meeting: Meeting, minutes: Minutes | None) -> dict[str, Any]:
    """What all pages of the minutes need; `minutes` is None before they are begun."""
    is_open = minutes is not None and minutes.issued_at is None
    # Who takes the minutes also sees the deleted lines, and may download the circulation copy.
    # `may` gives a Verdict, with the reason of a refusal; the pages need a plain yes or no.
    is_minute_taker = (
        bool(access.may(Act.TAKE_MINUTES, on=meeting)) and meeting.cancelled_at is None
    )
    return {
        "access": access,
        "meeting": meeting,
        "minutes": minutes,
        # Minutes that were ended can be continued until they are issued.
        "may_begin": is_minute_taker
        and (minutes is None or (is_open and minutes.ended_at is not None)),
        "may_write": is_minute_taker and is_open,
        "is_minute_taker": is_minute_taker,
        "may_issue": is_open and bool(access.may(Act.ISSUE_MINUTES, on=meeting)),
    }


def _line_form(request: HttpRequest, access: Access) -> MinuteLineForm:
    """The form of a new line, as sent or empty."""
    return MinuteLineForm(request.POST if request.method == "POST" else None, access=access)


def _add_line(
    access: Access, minutes: Minutes, paragraph: Paragraph | None, form: MinuteLineForm
) -> bool:
    """Add the line and return True; False where it is refused, and the form says why."""
    if not form.is_valid():
        return False
    try:
        acts.add_line(
            access=access,
            minutes=minutes,
            paragraph=paragraph,
            form_key=form.cleaned_data["form_key"],
            **form.act_arguments,
        )
    except ValidationError as error:
        add_errors(form, error)
        return False
    return True


def _act_or_show_error(request: HttpRequest, act: Callable[[], object]) -> bool:
    """Call `act` and return True; False where it is refused, and a message says why."""
    try:
        act()
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return False
    return True


# --- One line ------------------------------------------------------------------------------------


# By the name of the act in the address. A struck line counts as deleted, but its row is kept.
ACT_BY_NAME = {"strike": strike_line, "restore": restore_line, "offer": offer_line}


@with_access
def minute_line(
    request: HttpRequest, access: Access, meeting_public_id: UUID, line_public_id: UUID
) -> HttpResponse:
    """Correct a line; the page shows its history beside the form."""
    line = _get_line(access, meeting_public_id, line_public_id)
    if request.method != "POST":
        form = MinuteLineForm.showing(line, access=access)
        return _line_page(request, access, line, form)
    form = MinuteLineForm(request.POST, access=access, line=line)
    if not form.is_valid():
        return _line_page(request, access, line, form, status=422)
    try:
        edit_line(
            access=access,
            line=line,
            # Stored versions count from 1: a form without one is a conflict.
            version=form.cleaned_data["version"] or 0,
            **form.act_arguments,
        )
    except StaleVersion as stale:
        return _conflict_page(request, access, stale.stored_row)
    except ValidationError as error:
        add_errors(form, error)
        return _line_page(request, access, line, form, status=422)
    messages.success(request, _("The line is corrected."))
    return redirect(_return_url(access, line))


@require_POST
@with_access
def act_on_minute_line(
    request: HttpRequest,
    access: Access,
    meeting_public_id: UUID,
    line_public_id: UUID,
    act_name: str,
) -> HttpResponse:
    """Delete a line, restore it, or ask its delegation whether to make it an input."""
    line = _get_line(access, meeting_public_id, line_public_id)
    if act_name not in ACT_BY_NAME:
        raise Http404
    success_message = {
        "strike": _("The line is deleted. It can be restored."),
        "restore": _("The line is restored."),
        "offer": _("The delegation is asked. Until it submits, this is no input."),
    }
    try:
        ACT_BY_NAME[act_name](access=access, line=line)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, success_message[act_name])
    return redirect(_return_url(access, line))


def _get_line(access: Access, meeting_public_id: UUID, line_public_id: UUID) -> MinuteLine:
    """A line of these minutes, for those who take them. Raises Http404, Refused."""
    lines = MinuteLine.objects.visible_to(access).select_related(
        "minutes__meeting", "paragraph__draft", "seat", "spoke_for", "author", "comment"
    )
    line = get_object_or_404(
        lines, public_id=line_public_id, minutes__meeting__public_id=meeting_public_id
    )
    access.require(Act.TAKE_MINUTES, on=line.minutes.meeting)
    return line


def _return_url(access: Access, line: MinuteLine) -> str:
    """The address of the line: on the page of its paragraph, if it has one, else of all minutes."""
    meeting = line.minutes.meeting
    if line.paragraph is None:
        page_url = reverse("minutes", args=[access.consultation.slug, meeting.public_id])
    else:
        page_url = address_of_minutes(access, meeting, line.paragraph)
    return f"{page_url}#line-{line.public_id}"


def _conflict_page(request: HttpRequest, access: Access, stored_line: MinuteLine) -> HttpResponse:
    """Somebody saved meanwhile: show the stored line, and a form to save what was typed on top."""
    line = _get_line(access, stored_line.minutes.meeting.public_id, stored_line.public_id)
    form_data = request.POST.copy()
    form_data["version"] = str(line.version)
    form_on_top = MinuteLineForm(form_data, access=access, line=line)
    return _line_page(request, access, line, form_on_top, status=409, is_changed=True)


def _line_page(
    request: HttpRequest,
    access: Access,
    line: MinuteLine,
    form: MinuteLineForm,
    *,
    status: int = 200,
    is_changed: bool = False,
) -> HttpResponse:
    """The page of a line; `is_changed`: somebody else saved it while this person typed."""
    context = {
        "access": access,
        "meeting": line.minutes.meeting,
        "line": line,
        "form": form,
        "is_changed": is_changed,
        "events": line_history(line),
        "back": _return_url(access, line),
    }
    return render(request, "comments/minutes/minute_line.html", context, status=status)
