"""What the facilitators keep beside an input: who answers it, flags, a note, parked or not."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from comments.acts.review_tasks import save_review_task, serving_facilitators, set_parked
from comments.desks.queue import review_tasks_by_comment_id
from comments.forms.review_task_form import ReviewTaskForm
from comments.pages.reviewing_pages import show_input_line
from comments.pages.writing_pages import get_comment
from consultations.rules.access import Access, Act
from consultations.web.forms import add_errors
from consultations.web.view_decorators import with_access


@require_POST
@never_cache
@with_access
def keep_task(request: HttpRequest, access: Access, comment_public_id: UUID) -> HttpResponse:
    """Set who answers an input, its flags, and a note among the facilitators."""
    comment = get_comment(access, comment_public_id)
    access.require(Act.REVIEW, on=comment)
    task = review_tasks_by_comment_id(access, [comment]).get(comment.pk)
    form = ReviewTaskForm(
        request.POST,
        comment_public_id=comment_public_id,
        people=list(serving_facilitators(access)),
        task=task,
    )
    if form.is_valid():
        try:
            save_review_task(access=access, comment=comment, **form.act_arguments)
        except ValidationError as error:
            add_errors(form, error)
    if form.errors:
        return show_input_line(request, access, comment, form)
    messages.success(request, _("%(number)s: saved.") % {"number": comment.reference})
    return show_input_line(request, access, comment)


@require_POST
@never_cache
@with_access
def park(request: HttpRequest, access: Access, comment_public_id: UUID) -> HttpResponse:
    """Park an input, so that it no longer waits among those to answer, or end that."""
    comment = get_comment(access, comment_public_id)
    is_parked = request.POST.get("parked") == "yes"
    set_parked(access=access, comment=comment, is_parked=is_parked)
    message = _("%(number)s is parked.") if is_parked else _("%(number)s is no longer parked.")
    messages.success(request, message % {"number": comment.reference})
    return show_input_line(request, access, comment)
