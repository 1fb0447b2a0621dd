"""The writes of saved filters: facilitators keep one under a name, and remove their own."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from comments.acts.content import require_valid_text
from comments.models import MAX_FILTER_NAME_LENGTH, SavedFilter
from consultations.rules.access import Access, Act, Refused

# How many filters a person may keep in a consultation.
MAX_FILTERS = 30


@transaction.atomic
def save_filter(*, access: Access, name: str, query: str, is_shared: bool = False) -> SavedFilter:
    """Save the present filter of the queue; one of the same name and person is replaced.

    `query` is the query string. Raises ValidationError without a name or a filter.
    """
    access.require(Act.REVIEW)
    clean_name = require_valid_text(name, "name", max_length=MAX_FILTER_NAME_LENGTH).strip()
    if not clean_name:
        raise ValidationError({"name": _("Give the filter a name.")})
    if not query:
        raise ValidationError(_("Choose a filter first."))
    own_filters = SavedFilter.objects.filter(consultation=access.consultation, owner=access.user)
    if own_filters.exclude(name=clean_name).count() >= MAX_FILTERS:
        raise ValidationError(_("You have many saved filters. Remove one first."))
    saved_filter, _is_new = SavedFilter.objects.update_or_create(
        consultation=access.consultation,
        owner=access.user,
        name=clean_name,
        defaults={"query": query, "is_shared": is_shared, "saved_at": access.moment},
    )
    return saved_filter


@transaction.atomic
def remove_filter(*, access: Access, saved_filter: SavedFilter) -> None:
    """Remove an own filter; one that was shared is removed for everybody."""
    access.require(Act.REVIEW)
    if saved_filter.owner_id != access.user.pk:
        raise Refused(_("Only the person who saved this filter can remove it."))
    saved_filter.delete()
