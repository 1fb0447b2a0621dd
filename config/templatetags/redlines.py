"""Where the marks of a redline end: a line under the space after a word says nothing."""

from django import template

from drafts.words.differences import Redline, with_typography

register = template.Library()


@register.filter
def told(ops: Redline) -> list[tuple[str, str, bool]]:
    """The pieces of a redline, each with whether it changes typography alone."""
    return list(with_typography(ops))


@register.filter
def marked(text: str) -> str:
    """What of a changed piece is underlined or struck through: all but the space that closes it.

    A piece that is space alone is the change itself, and stays marked.
    """
    return text.rstrip() or text


@register.filter
def closing_space(text: str) -> str:
    """The space after the marked words; empty where the space itself is marked."""
    return text[len(marked(text)) :]
