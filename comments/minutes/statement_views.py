"""Statements of the own delegation at meetings: make a draft of one, or decline it."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from comments.minutes.acts import decline_line, draft_from_line
from comments.minutes.queries import offered_minute_lines
from comments.models import MinuteLine
from consultations.rules.access import Access, Act
from consultations.web.view_decorators import with_access


@require_safe
@with_access
def statements(request: HttpRequest, access: Access) -> HttpResponse:
    """The lines of minutes that the delegation is asked about, each with its outcome."""
    access.require(Act.DRAFT_COMMENT)
    context = {
        "access": access,
        "lines": offered_minute_lines(access),
        "may_decline": bool(access.may(Act.ANSWER_MINUTES)),
    }
    return render(request, "comments/minutes/statements.html", context)


@require_POST
@with_access
def draft_from_statement(
    request: HttpRequest, access: Access, line_public_id: UUID
) -> HttpResponse:
    """Make a draft of a statement, and open it."""
    access.require(Act.DRAFT_COMMENT)
    line = _offered_line(access, line_public_id)
    try:
        comment = draft_from_line(access=access, line=line)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("said", access.consultation.slug)
    messages.success(request, _("A draft with these words. It is no input until it is submitted."))
    # Pressed again, it finds the first draft, which may be submitted by now.
    url_name = "edit_comment" if comment.submitted_at is None else "comment"
    return redirect(url_name, access.consultation.slug, comment.public_id)


@require_POST
@with_access
def decline_statement(request: HttpRequest, access: Access, line_public_id: UUID) -> HttpResponse:
    """Decline to make an input of a statement."""
    access.require(Act.ANSWER_MINUTES)
    line = _offered_line(access, line_public_id)
    try:
        decline_line(access=access, line=line)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("Declined. It does not become an input."))
    return redirect("said", access.consultation.slug)


def _offered_line(access: Access, line_public_id: UUID) -> MinuteLine:
    """A line of minutes of which the delegation is asked to make an input. Raises Http404."""
    offered_lines = MinuteLine.objects.offered_to(access).select_related(
        "minutes__meeting", "comment"
    )
    return get_object_or_404(offered_lines, public_id=line_public_id)
