"""The name of what is under silence, for pages."""

from django import template

from comments.news.silences import name_of_wording

register = template.Library()
register.filter("wording_name", name_of_wording)


@register.filter
def isolate_direction(words: str) -> str:
    """Isolate words of another direction, so that the signs around them keep their place."""
    return f"\u2068{words}\u2069"
