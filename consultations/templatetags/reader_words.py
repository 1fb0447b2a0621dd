"""Filters that put words together in the language of the page."""

from collections.abc import Iterable

from django import template
from django.utils.translation import gettext as _, ngettext

from consultations.rules.recorded_capacity import capacity_for_reader

register = template.Library()
register.filter(capacity_for_reader)


@register.filter
def listed(names: Iterable[object], most: int | None = None) -> str:
    """Names one after the other, with the comma of the language: "مصر، المكسيك".

    Of more than `most` the others are counted.
    """
    words = [str(name) for name in names]
    if most is not None and len(words) > most:
        words = [*words[:most], and_more(len(words) - most)]
    return _(", ").join(words)


@register.filter
def and_more(count: int) -> str:
    """How many a page does not show: "and 340 more"."""
    return ngettext("and %(n)d more", "and %(n)d more", count) % {"n": count}
