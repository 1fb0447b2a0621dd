"""Close an input without an answer, or reopen it: each on a page that asks first.

Only those who may publish reviews do either, because delegations see it at once.
"""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from comments.acts import closing_inputs
from comments.forms.closure_form import ClosureForm
from comments.pages.reviewing_pages import review_address
from comments.pages.writing_pages import get_comment
from comments.threads.audience import who_reads_answers
from consultations.rules.access import Access, Act
from consultations.web.confirmation import confirm
from consultations.web.view_decorators import with_access


@never_cache
@with_access
def close_input(request: HttpRequest, access: Access, comment_public_id: UUID) -> HttpResponse:
    """Close an input that nobody answered, with or without a reason."""
    comment = get_comment(access, comment_public_id)
    access.require(Act.PUBLISH_REVIEWS, on=comment)
    form = ClosureForm(request.POST if request.method == "POST" else None)
    return confirm(
        request,
        access,
        title=_("Close %(number)s, %(who)s, without an answer?")
        % {"number": comment.reference, "who": comment.seat.name_for_reader},
        sentences=[
            _("The delegation reads that it is closed without an answer, and when."),
            who_reads_answers(),
        ],
        button_label=_("Close without an answer"),
        back_url=review_address(access, comment),
        success_message=_("%(number)s is closed without an answer.")
        % {"number": comment.reference},
        act=lambda: closing_inputs.close_without_answer(
            access=access, comment=comment, **form.cleaned_data
        ),
        form=form,
        is_grave=True,
    )


@never_cache
@with_access
def reopen_input(request: HttpRequest, access: Access, comment_public_id: UUID) -> HttpResponse:
    """Reopen an input that was closed without an answer."""
    comment = get_comment(access, comment_public_id)
    access.require(Act.PUBLISH_REVIEWS, on=comment)
    return confirm(
        request,
        access,
        title=_("Reopen %(number)s, %(who)s?")
        % {"number": comment.reference, "who": comment.seat.name_for_reader},
        sentences=[_("It is unanswered again. The record keeps that it was closed.")],
        button_label=_("Reopen"),
        back_url=review_address(access, comment),
        success_message=_("%(number)s is open again.") % {"number": comment.reference},
        act=lambda: closing_inputs.reopen_input(access=access, comment=comment),
    )
