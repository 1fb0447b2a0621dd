"""Filters for pages on silences: the name of what is under silence, and the direction of words."""

from django import template

from drafts.text.citing import citation_of_wording

register = template.Library()
register.filter("wording_name", citation_of_wording)


@register.filter
def isolate_direction(words: str) -> str:
    """Isolate words of another direction, so that the signs around them keep their place.

    By Unicode's marks FIRST STRONG ISOLATE and POP DIRECTIONAL ISOLATE.
    """
    return f"\u2068{words}\u2069"
