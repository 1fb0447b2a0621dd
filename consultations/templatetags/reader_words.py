"""Filters that put words together in the language of the page."""

from collections.abc import Iterable

from django import template
from django.utils.translation import gettext as _

from consultations.rules.recorded_capacity import capacity_for_reader

register = template.Library()
register.filter(capacity_for_reader)


@register.filter
def listed(names: Iterable[object]) -> str:
    """Names one after the other, with the comma of the language: "مصر، المكسيك"."""
    return _(", ").join(str(name) for name in names)
