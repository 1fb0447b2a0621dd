"""The web address of what is not there yet: proposed from its title."""

from collections.abc import Callable
from itertools import chain, count

from django.utils.text import slugify

LONGEST = 60


def free_address(title: str, *, otherwise: str, is_taken: Callable[[str], bool]) -> str:
    """An address that is free, made of the words of a title; a number where another has it.

    A title in a script that addresses do not know gives `otherwise`.
    """
    base = slugify(title)[:LONGEST].strip("-") or otherwise
    if len(slugify(title)) > LONGEST and "-" in base:
        base = base.rpartition("-")[0]
    numbered = (f"{base}-{number}" for number in count(2))
    return next(address for address in chain([base], numbered) if not is_taken(address))
