"""The typeface that a page preloads, before its style sheet is read."""

from typing import Final

from django import template

register = template.Library()

# One face is preloaded, that with the letters of the language of the interface; other faces load
# with the style sheet where a page needs their letters. Chinese uses the reader's own fonts. The
# face has a lower priority than the style sheet (base.html): with a higher one, on a slow
# connection, text appeared 0.4 s later.
LATIN_FACE: Final = "fonts/inter-latin.woff2"
FACE_BY_LANGUAGE: Final = {
    "ar": "fonts/noto-sans-arabic.woff2",
    "ru": "fonts/inter-cyrillic.woff2",
    "zh-hans": "",
}


@register.simple_tag
def text_face(language: str) -> str:
    """The file with the letters of a language; empty where none is shipped."""
    return FACE_BY_LANGUAGE.get(language, LATIN_FACE)
