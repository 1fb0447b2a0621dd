"""What the facilitators keep beside an input: who answers it, flags, a note, parked or not."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from comments.acts.review_tasks import keep_review_task, park_review, serving_facilitators
from comments.desks.queue import tasks_of
from comments.forms.review_task_form import ReviewTaskForm
from comments.pages.reviewing_pages import show_line
from comments.pages.writing_pages import comment_of
from consultations.forms.errors import add_errors
from consultations.pages.view_decorators import with_access
from consultations.rules.access import Access, Act


@require_POST
@never_cache
@with_access
def keep_task(request: HttpRequest, access: Access, comment: UUID) -> HttpResponse:
    """Set who answers an input, its flags, and a note among the facilitators."""
    stored = comment_of(access, comment)
    access.require(Act.REVIEW, on=stored)
    task = tasks_of(access, [stored]).get(stored.pk)
    form = ReviewTaskForm(
        request.POST, comment=comment, people=list(serving_facilitators(access)), task=task
    )
    if form.is_valid():
        try:
            keep_review_task(access=access, comment=stored, **form.values())
        except ValidationError as error:
            add_errors(form, error)
    if form.errors:
        return show_line(request, access, stored, form)
    messages.success(request, _("%(number)s: saved.") % {"number": stored.reference})
    return show_line(request, access, stored)


@require_POST
@never_cache
@with_access
def park(request: HttpRequest, access: Access, comment: UUID) -> HttpResponse:
    """Park an input, or end that."""
    stored = comment_of(access, comment)
    is_parked = request.POST.get("parked") == "yes"
    park_review(access=access, comment=stored, is_parked=is_parked)
    message = _("%(number)s is parked.") if is_parked else _("%(number)s is no longer parked.")
    messages.success(request, message % {"number": stored.reference})
    return show_line(request, access, stored)
