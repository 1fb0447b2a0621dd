"""A key for each form of a note: a page has many cards with such a form."""

import uuid

from django import template

register = template.Library()


@register.simple_tag
def new_form_key() -> uuid.UUID:
    """A key that identifies one form, so that a double click writes once."""
    return uuid.uuid4()
