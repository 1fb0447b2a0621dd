"""The form of a note stands on many cards of one page: each gets fields of its own."""

import uuid

from django import template

register = template.Library()


@register.simple_tag
def new_key() -> uuid.UUID:
    """What tells one form from the next, so that a double click writes once."""
    return uuid.uuid4()
