"""A free web address for a new consultation."""

from consultations.acts.web_addresses import free_address
from consultations.models import Consultation

# Words that already lead to other pages.
RESERVED = frozenset({"new"})


def web_address_for(title: str) -> str:
    """A free address made from the title, see `free_address`."""
    return free_address(title, otherwise="consultation", is_taken=is_taken)


def is_taken(address: str) -> bool:
    return address in RESERVED or Consultation.objects.filter(slug=address).exists()
