"""Copy a proposal of another delegation into an own draft."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from comments.acts import copying
from comments.pages.writing_pages import address_of_comment, get_comment
from consultations.rules.access import Access
from consultations.web.view_decorators import with_access


@require_POST
@with_access
def copy_proposal(request: HttpRequest, access: Access, comment_public_id: UUID) -> HttpResponse:
    """Copy a proposal, and open the draft. Only the own delegation sees whose words they were."""
    comment = get_comment(access, comment_public_id)
    try:
        draft = copying.copy_proposal(access=access, comment=comment)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect(address_of_comment(access, comment))
    message = _("Copied from %(number)s into a draft. Visible to your delegation only.")
    messages.success(request, message % {"number": comment.reference})
    return redirect("edit_comment", access.consultation.slug, draft.public_id)
