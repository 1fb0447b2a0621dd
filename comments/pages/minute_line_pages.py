"""One line of the minutes: correct it, delete it, restore it, offer it.

A line says what a delegation said at the meeting. To offer it is to ask that delegation whether to
make it an input.
"""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from comments.acts.minuting import edit_line, offer_line, restore_line, strike_line
from comments.desks.minute_line_history import line_history
from comments.forms.minutes_form import MinuteLineForm
from comments.models import MinuteLine
from comments.pages.minutes_pages import address_of_minutes
from consultations.rules.access import Access, Act
from consultations.web.forms import add_errors
from consultations.web.view_decorators import with_access
from drafts.desk.acts import StaleVersion

# By the name of the act in the address. A struck line counts as deleted, but its row is kept.
ACT_BY_NAME = {"strike": strike_line, "restore": restore_line, "offer": offer_line}


@never_cache
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
        return _conflict_page(request, access, stale.stored_row, form)
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
        return f"{_minutes_url(access, line)}#line-{line.public_id}"
    return f"{address_of_minutes(access, meeting, line.paragraph)}#line-{line.public_id}"


def _minutes_url(access: Access, line: MinuteLine) -> str:
    """The page of all the minutes that the line is in."""
    return reverse("minutes", args=[access.consultation.slug, line.minutes.meeting.public_id])


def _conflict_page(
    request: HttpRequest, access: Access, stored_line: MinuteLine, form: MinuteLineForm
) -> HttpResponse:
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
        "events": line_history(access, line),
        "back": _return_url(access, line),
    }
    return render(request, "comments/minute_line.html", context, status=status)
