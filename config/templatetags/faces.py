"""The one typeface that a page asks for before its style sheet is read."""

from typing import Final

from django import template

register = template.Library()

# By the script of the interface: the face in which every page is set, and no other. The others
# come with the style sheet, where their letters stand on the page. Chinese is set in the reader's
# own fonts. It is asked for below the style sheet in rank: before it, on a slow line, the words
# came 0.4 s later.
LATIN: Final = "fonts/inter-latin.woff2"
FACES: Final = {
    "ar": "fonts/noto-sans-arabic.woff2",
    "ru": "fonts/inter-cyrillic.woff2",
    "zh-hans": "",
}


@register.simple_tag
def text_face(language: str) -> str:
    """The file with the letters of a language; empty where none is shipped."""
    return FACES.get(language, LATIN)
