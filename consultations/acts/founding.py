"""The web address of a consultation that is not there yet."""

from consultations.acts.web_addresses import free_address
from consultations.models import Consultation

# What stands at the place of an address already.
RESERVED = frozenset({"new"})


def web_address_for(title: str) -> str:
    """Free, and made of the title (`free_address`)."""
    return free_address(title, otherwise="consultation", is_taken=is_taken)


def is_taken(address: str) -> bool:
    return address in RESERVED or Consultation.objects.filter(slug=address).exists()
