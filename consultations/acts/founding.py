"""A free web address for a new consultation."""

from consultations.acts.web_addresses import free_address
from consultations.models import Consultation

# Words that already lead to other pages.
RESERVED_ADDRESSES = frozenset({"new"})


def web_address_for(title: str) -> str:
    """A free address made from the title, see `free_address`."""
    return free_address(title, fallback="consultation", is_in_use=is_address_in_use)


def is_address_in_use(address: str) -> bool:
    return address in RESERVED_ADDRESSES or Consultation.objects.filter(slug=address).exists()
