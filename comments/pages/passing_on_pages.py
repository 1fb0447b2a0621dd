"""Pass a draft on inside the delegation: send it for clearance, or give it to a colleague."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from comments.acts import passing_on
from comments.acts.recipients import colleagues_of
from comments.forms.workspace_forms import GiveDraftForm
from comments.pages.confirming_pages import COMMENT_TEMPLATE, line_of_comment
from comments.pages.work_lines import address_of_workspace, back_to_list
from comments.pages.writing_pages import address_of_comment, get_comment
from consultations.rules.access import Access, Act
from consultations.web.confirmation import confirm
from consultations.web.view_decorators import with_access


@require_POST
@with_access
def send_for_clearance(
    request: HttpRequest, access: Access, comment_public_id: UUID
) -> HttpResponse:
    """Send a draft for clearance."""
    comment = get_comment(access, comment_public_id)
    passing_on.send_for_clearance(access=access, comment=comment)
    messages.success(request, _("Sent for clearance. Visible to your delegation only."))
    if "query" in request.POST:  # the workspace sends the filters of its list along
        return redirect(address_of_workspace(request, access))
    return redirect(address_of_comment(access, comment))


@never_cache
@with_access
def give_draft(request: HttpRequest, access: Access, comment_public_id: UUID) -> HttpResponse:
    """Give a draft to a colleague, or back to its author."""
    comment = get_comment(access, comment_public_id)
    access.require(Act.GIVE_DRAFT, on=comment)
    posted_data = request.POST if request.method == "POST" else None
    form = GiveDraftForm(posted_data, comment=comment, posts=colleagues_of(access))
    return confirm(
        request,
        access,
        details_template=COMMENT_TEMPLATE,
        line=line_of_comment(access, comment),
        title=_("Give this draft to a colleague?"),
        sentences=[
            _("They are told, and it stands among what is theirs to do."),
            _("All of your delegation can still change it."),
        ],
        button_label=_("Give the draft"),
        back_url=back_to_list(request, access, address_of_comment(access, comment)),
        success_message=_("The draft is given. They are told."),
        act=lambda: passing_on.give_draft(
            access=access, comment=comment, colleague=form.chosen_colleague()
        ),
        form=form,
    )
