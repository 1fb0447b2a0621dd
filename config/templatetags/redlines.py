"""Filters for redlines: texts in pieces that are kept, inserted or deleted.

The space after the last word of a changed piece is not marked as changed.
"""

from django import template

from drafts.words.differences import with_typography_flags

register = template.Library()


register.filter("flag_typography", with_typography_flags)


@register.filter
def without_closing_space(text: str) -> str:
    """The part of a changed piece that is underlined or struck through: all but the last space.

    A piece that is only space is the change itself, and stays marked.
    """
    return text.rstrip() or text


@register.filter
def closing_space(text: str) -> str:
    """The space after the marked words; empty where the space itself is marked."""
    return text[len(text.rstrip() or text) :]
