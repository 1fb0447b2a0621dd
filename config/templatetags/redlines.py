"""Filters for redlines: texts in pieces that are kept, inserted or deleted.

The space after the last word of a changed piece is not marked as changed.
"""

from django import template

from drafts.words.differences import Redline, with_typography_flags

register = template.Library()


@register.filter
def flag_typography(ops: Redline) -> list[tuple[str, str, bool]]:
    """The pieces of a redline, each with whether it changes only typography."""
    return list(with_typography_flags(ops))


@register.filter
def without_closing_space(text: str) -> str:
    """The part of a changed piece that is underlined or struck through: all but the last space.

    A piece that is only space is the change itself, and stays marked.
    """
    return text.rstrip() or text


@register.filter
def closing_space(text: str) -> str:
    """The space after the marked words; empty where the space itself is marked."""
    return text[len(without_closing_space(text)) :]
