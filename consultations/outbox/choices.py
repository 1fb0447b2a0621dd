"""Which mails people chose not to get: asked when a mail is written, and again when it is sent."""

from collections.abc import Collection

from django.db.models import Q

from consultations.models import MailChoice, MailFrequency, Topic
from consultations.rules.access import Access

# The key of a user, and of the capacity in which they read.
ReaderKey = tuple[int, str]


def unwilling_reader_keys(
    reader_keys: Collection[ReaderKey], topic: Topic | None = None
) -> set[ReaderKey]:
    """Those of these readers who chose no mail, or none on this topic: one query."""
    unwilling_filter = Q(often=MailFrequency.NEVER)
    if topic is not None:
        unwilling_filter |= Q(unwanted__contains=[topic])
    unwilling_choices = MailChoice.objects.filter(
        unwilling_filter, user__in={user_id for user_id, _capacity_key in reader_keys}
    )
    return set(unwilling_choices.values_list("user_id", "capacity")) & set(reader_keys)


def has_opted_out(access: Access, topic: Topic | None = None) -> bool:
    """Whether a reader chose to get no mail in this capacity, or none on this topic."""
    return bool(unwilling_reader_keys([(access.user.pk, access.capacity.key)], topic))
