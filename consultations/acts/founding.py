"""The web address of a consultation that is not there yet: proposed from its title."""

from django.utils.text import slugify

from consultations.models import Consultation

LONGEST = 60
# What stands at the place of an address already.
RESERVED = frozenset({"new"})


def web_address_for(title: str) -> str:
    """An address that is free, made of the words of a title; a number where another has it.

    A title in a script that addresses do not know gives "consultation".
    """
    base = slugify(title)[:LONGEST].strip("-") or "consultation"
    if len(slugify(title)) > LONGEST and "-" in base:
        base = base.rpartition("-")[0]
    near = Consultation.objects.filter(slug__startswith=base).values_list("slug", flat=True)
    taken = RESERVED | set(near)
    if base not in taken:
        return base
    return next(f"{base}-{n}" for n in range(2, len(taken) + 3) if f"{base}-{n}" not in taken)
