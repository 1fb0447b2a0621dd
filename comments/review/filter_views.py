"""Save a filter of the queue under a name, and remove one once that is confirmed."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from comments.inputs.queries import rounds_of_consultation
from comments.models import SavedFilter
from comments.review import acts
from comments.review.forms import QueueForm, SavedFilterForm
from consultations.rules.access import Access, Act
from consultations.web.confirmation import confirm
from consultations.web.view_decorators import with_access


@require_POST
@never_cache
@with_access
def save_filter(request: HttpRequest, access: Access) -> HttpResponse:
    """Save the filter that the queue shows; it is in the address of the form."""
    access.require(Act.REVIEW)
    form = SavedFilterForm(request.POST)
    queue_query = _known_query(request, access)
    queue_url = reverse("review_queue", args=[access.consultation.slug])
    try:
        if not form.is_valid():
            raise ValidationError(_("Give the filter a name."))
        acts.save_filter(access=access, query=queue_query, **form.cleaned_data)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("The filter is saved."))
    return redirect(f"{queue_url}?{queue_query}")


@never_cache
@with_access
def remove_filter(
    request: HttpRequest, access: Access, saved_filter_public_id: UUID
) -> HttpResponse:
    """Remove an own filter."""
    own_filters = SavedFilter.objects.visible_to(access).filter(owner=access.user)
    saved_filter = get_object_or_404(own_filters, public_id=saved_filter_public_id)
    sentences = (
        [_("It is also removed for the others who review.")] if saved_filter.is_shared else []
    )
    return confirm(
        request,
        access,
        title=_("Remove the filter “%(name)s”?") % {"name": saved_filter.name},
        sentences=sentences,
        button_label=_("Remove"),
        back_url=reverse("review_queue", args=[access.consultation.slug]),
        success_message=_("The filter is removed."),
        act=lambda: acts.remove_filter(access=access, saved_filter=saved_filter),
        is_grave=True,
    )


def _known_query(request: HttpRequest, access: Access) -> str:
    """The parameters of the address that the queue knows, in the order of its fields."""
    form = QueueForm(request.GET, access=access, rounds=rounds_of_consultation(access))
    form.is_valid()  # fills cleaned_data with the fields that are valid
    filled_fields = {name: value for name, value in form.cleaned_data.items() if value}
    return urlencode({name: request.GET.get(name, "") for name in filled_fields})
