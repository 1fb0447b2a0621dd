"""The chapters of the help: read from `texts/LANGUAGE/CHAPTER.md`, set as HTML.

Three things stand in them beside plain Markdown, so that a translator cannot get them wrong:

* words in backticks are what a button or a link is called. They stand in English in every language,
  and are shown as the catalogue of the language has them; a single character is a key.
* `page:NAME` is a page of the site map, of the consultation that the reader comes from. Where there
  is none, or where the page is not the reader's, its name stands there without a link.
* `help:CHAPTER` is another chapter, `{address}` the address of whoever runs the platform.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.urls import NoReverseMatch, reverse
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext
from markdown_it import MarkdownIt
from markdown_it.token import Token

TEXTS = Path(__file__).with_name("texts")
CHAPTERS = (
    "delegate",
    "focal_point",
    "coordinator",
    "silence",
    "facilitator",
    "secretariat",
    "keys",
    "accessibility",
)
PAGE, CHAPTER = "page:", "help:"
# Only what the texts need: no HTML, no pictures, no addresses that are found by themselves.
MARKDOWN = MarkdownIt("zero").enable(["heading", "list", "link", "backticks"])


@dataclass(frozen=True, slots=True)
class Part:
    """What stands under one heading; `number` is its place in the chapter in every language."""

    number: int
    heading: str
    tokens: tuple[Token, ...]

    @property
    def anchor(self) -> str:
        return f"part-{self.number}"


@dataclass(frozen=True, slots=True)
class Chapter:
    """A chapter in one language."""

    name: str
    title: str
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Guide:
    """For whom a text is set: the consultation whose pages it leads to ("": none), the address of
    whoever runs the platform, and what follows the address of another chapter."""

    slug: str = ""
    address: str = ""
    query: str = ""


@cache
def chapter_of(name: str, language: str) -> Chapter:
    """A chapter as it was written, once read. English stands in for a language without texts."""
    folder = TEXTS / language
    path = (folder if folder.is_dir() else TEXTS / "en") / f"{name}.md"
    tokens = MARKDOWN.parse(path.read_text(encoding="utf-8"))
    starts = [at for at, token in enumerate(tokens) if token.type == "heading_open"]
    ends = [*starts[1:], len(tokens)]
    title, *parts = [
        (tokens[start + 1].content, tuple(tokens[start + 3 : end]))
        for start, end in zip(starts, ends, strict=True)
    ]
    return Chapter(
        name,
        title[0],
        tuple(Part(number, *part) for number, part in enumerate(parts, start=1)),
    )


def html_of(part: Part, guide: Guide) -> SafeString:
    """What stands under a heading, in the language that is active."""
    return mark_safe("".join(_set(token, guide) for token in part.tokens))  # noqa: S308  # nosec B308 B703


def words_of_part(part: Part, guide: Guide = Guide()) -> str:
    """The same as plain words."""
    inlines = (token.children or [] for token in part.tokens if token.type == "inline")
    return " ".join("".join(_word(child, guide) for child in children) for children in inlines)


def search(language: str, asked: str) -> list[tuple[Chapter, Part]]:
    """The parts that hold every word that was asked for, in their order; accents do not matter."""
    wanted = _plain(asked).split()
    found = []
    for name in CHAPTERS:
        chapter = chapter_of(name, language)
        for part in chapter.parts:
            words = _plain(f"{chapter.title} {part.heading} {words_of_part(part)}")
            if wanted and all(word in words for word in wanted):
                found.append((chapter, part))
    return found


def _plain(words: str) -> str:
    parted = unicodedata.normalize("NFKD", words.casefold())
    return "".join(sign for sign in parted if not unicodedata.combining(sign))


def _set(token: Token, guide: Guide) -> str:
    if token.type == "inline":
        return _line(token.children or [], guide)
    if token.hidden:
        return ""
    return f"</{token.tag}>\n" if token.nesting < 0 else f"<{token.tag}>"


def _line(children: Sequence[Token], guide: Guide) -> str:
    pieces = []
    is_link = False
    for child in children:
        if child.type == "link_open":
            url = url_of(str(child.attrGet("href")), guide)
            is_link = bool(url)
            pieces.append(f'<a href="{escape(url)}">' if is_link else "")
        elif child.type == "link_close":
            pieces.append("</a>" if is_link else "")
        elif child.type == "code_inline":
            tag = "kbd" if is_key(child.content) else "b"
            pieces.append(f"<{tag}>{escape(_word(child, guide))}</{tag}>")
        else:
            pieces.append(escape(_word(child, guide)))
    return "".join(pieces)


def _word(token: Token, guide: Guide) -> str:
    if token.type == "code_inline" and not is_key(token.content):
        return name_of_button(token.content)
    if token.type == "softbreak":
        return "\n"
    return token.content.replace("{address}", guide.address)


def name_of_button(msgid: str) -> str:
    """What the button is called in the active language; that a page follows is not said here."""
    return gettext(msgid).rstrip(" …")


def is_key(words: str) -> bool:
    """Whether what stands in backticks is a key, and not the name of a button."""
    return len(words) == 1


def url_of(target: str, guide: Guide) -> str:
    """Where a link of a text leads this reader; empty where it leads nowhere."""
    if target.startswith(CHAPTER):
        return reverse("help_chapter", args=[target.removeprefix(CHAPTER)]) + guide.query
    name = target.removeprefix(PAGE)
    try:
        return reverse(name)
    except NoReverseMatch:
        return reverse(name, args=[guide.slug]) if guide.slug else ""
