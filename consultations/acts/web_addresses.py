"""Propose a free web address from a title."""

from collections.abc import Callable
from itertools import chain, count

from django.utils.text import slugify

MAX_SLUG_LENGTH = 60  # the fields hold 80: a number still fits behind it


def free_address(title: str, *, fallback: str, is_in_use: Callable[[str], bool]) -> str:
    """A free address made of the words of a title; with a number where another has it.

    `fallback` is used for a title in a script that addresses cannot hold. A long title is cut
    after its last whole word.
    """
    preferred = slugify(title)[:MAX_SLUG_LENGTH].strip("-") or fallback
    if len(slugify(title)) > MAX_SLUG_LENGTH and "-" in preferred:
        preferred = preferred.rpartition("-")[0]
    numbered_addresses = (f"{preferred}-{number}" for number in count(2))
    return next(
        address for address in chain([preferred], numbered_addresses) if not is_in_use(address)
    )
