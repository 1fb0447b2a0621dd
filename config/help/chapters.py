"""The chapters of the help: read from `texts/LANGUAGE/CHAPTER.md`, rendered as HTML.

Besides plain Markdown they have three notations, which a translator cannot get wrong:

* words in backticks are the name of a button or a link, in English in every language; the page
  shows them in its own language. A single character in backticks is a key.
* `page:NAME` is a link to a page of the consultation that the reader comes from. Without such a
  consultation, or where the reader may not open the page, there is only its name.
* `help:CHAPTER` is a link to another chapter, `{address}` the operator's e-mail address.
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
# Only what the texts need: no HTML, no pictures, no automatic links.
MARKDOWN = MarkdownIt("zero").enable(["heading", "list", "link", "backticks"])


@dataclass(frozen=True, slots=True)
class Part:
    """A heading with its text; `number` is its place in the chapter in every language."""

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
class LinkContext:
    """What links and addresses in a text depend on: the consultation that it links to ("": none),
    the operator's e-mail address, and the query string of links to other chapters."""

    slug: str = ""
    address: str = ""
    query: str = ""


@cache
def chapter_of(name: str, language: str) -> Chapter:
    """A chapter, read once. A language without texts gets the English ones."""
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


def html_of(part: Part, context: LinkContext) -> SafeString:
    """The text under a heading as HTML, in the active language."""
    return mark_safe("".join(_token_html(token, context) for token in part.tokens))  # noqa: S308  # nosec B308 B703


def part_text(part: Part, context: LinkContext = LinkContext()) -> str:
    """The text under a heading without markup."""
    inlines = (token.children or [] for token in part.tokens if token.type == "inline")
    return " ".join(
        "".join(_token_text(child, context) for child in children) for children in inlines
    )


def search(language: str, query: str) -> list[tuple[Chapter, Part]]:
    """The parts that hold every word of the query, in their order; accents do not matter."""
    wanted = _normalized(query).split()
    found = []
    for name in CHAPTERS:
        chapter = chapter_of(name, language)
        for part in chapter.parts:
            words = _normalized(f"{chapter.title} {part.heading} {part_text(part)}")
            if wanted and all(word in words for word in wanted):
                found.append((chapter, part))
    return found


def _normalized(words: str) -> str:
    decomposed = unicodedata.normalize("NFKD", words.casefold())
    return "".join(character for character in decomposed if not unicodedata.combining(character))


def _token_html(token: Token, context: LinkContext) -> str:
    if token.type == "inline":
        return _inline_html(token.children or [], context)
    if token.hidden:
        return ""
    return f"</{token.tag}>\n" if token.nesting < 0 else f"<{token.tag}>"


def _inline_html(children: Sequence[Token], context: LinkContext) -> str:
    pieces = []
    is_link = False
    for child in children:
        if child.type == "link_open":
            url = url_of(str(child.attrGet("href")), context)
            is_link = bool(url)
            pieces.append(f'<a href="{escape(url)}">' if is_link else "")
        elif child.type == "link_close":
            pieces.append("</a>" if is_link else "")
        elif child.type == "code_inline":
            tag = "kbd" if is_key(child.content) else "b"
            pieces.append(f"<{tag}>{escape(_token_text(child, context))}</{tag}>")
        else:
            pieces.append(escape(_token_text(child, context)))
    return "".join(pieces)


def _token_text(token: Token, context: LinkContext) -> str:
    if token.type == "code_inline" and not is_key(token.content):
        return name_of_button(token.content)
    if token.type == "softbreak":
        return "\n"
    return token.content.replace("{address}", context.address)


def name_of_button(msgid: str) -> str:
    """The name of a button in the active language, without the "…" at its end."""
    return gettext(msgid).rstrip(" …")


def is_key(words: str) -> bool:
    """Whether words in backticks are a key, and not the name of a button."""
    return len(words) == 1


def url_of(target: str, context: LinkContext) -> str:
    """The address of a link for this reader; empty where it leads nowhere."""
    if target.startswith(CHAPTER):
        return reverse("help_chapter", args=[target.removeprefix(CHAPTER)]) + context.query
    name = target.removeprefix(PAGE)
    try:
        return reverse(name)
    except NoReverseMatch:
        return reverse(name, args=[context.slug]) if context.slug else ""
