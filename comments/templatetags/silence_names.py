"""What is under silence, as a page names it."""

from django import template

from comments.news.silences import name_of_wording

register = template.Library()
register.filter("wording_name", name_of_wording)


@register.filter
def isolated(words: str) -> str:
    """Words of another direction inside a sentence: its own signs stay where they belong."""
    return f"\u2068{words}\u2069"
