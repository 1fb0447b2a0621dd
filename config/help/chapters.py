"""The chapters of the help: read from `texts/LANGUAGE/CHAPTER.md`, rendered as HTML.

Besides plain Markdown they have a few notations, which a translator copies:

* words in backticks are the name of a button or a link, in English in every language; the page
  shows them in its own language. A single character in backticks is a key.
* `page:NAME` is a link to a page of the consultation that the reader comes from. Without such a
  consultation, or in a chapter not meant for the reader's function, there is only its name.
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

TEXTS_FOLDER = Path(__file__).with_name("texts")
# The names of the chapters, which are those of their files, in the order of the contents.
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
PAGE_LINK_PREFIX, CHAPTER_LINK_PREFIX = "page:", "help:"
# Only what the texts need: no HTML, no pictures, no automatic links.
MARKDOWN = MarkdownIt("zero").enable(["heading", "list", "link", "backticks"])


@dataclass(frozen=True, slots=True)
class ChapterPart:
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
    parts: tuple[ChapterPart, ...]


@dataclass(frozen=True, slots=True)
class LinkContext:
    """What links and addresses in a text depend on: the consultation that it links to ("": none),
    the operator's e-mail address, and the query string of links to other chapters."""

    slug: str = ""
    address: str = ""
    return_query: str = ""


@cache
def chapter_of(name: str, language: str) -> Chapter:
    """A chapter, read once. A language without texts gets the English ones."""
    folder = TEXTS_FOLDER / language
    path = (folder if folder.is_dir() else TEXTS_FOLDER / "en") / f"{name}.md"
    tokens = MARKDOWN.parse(path.read_text(encoding="utf-8"))
    starts = [index for index, token in enumerate(tokens) if token.type == "heading_open"]
    ends = [*starts[1:], len(tokens)]
    # A heading is three tokens, the middle one with its words. The first heading is the title.
    (title, _title_tokens), *other_parts = [
        (tokens[start + 1].content, tuple(tokens[start + 3 : end]))
        for start, end in zip(starts, ends, strict=True)
    ]
    return Chapter(
        name,
        title,
        tuple(
            ChapterPart(number, *heading_and_tokens)
            for number, heading_and_tokens in enumerate(other_parts, start=1)
        ),
    )


def html_of(part: ChapterPart, context: LinkContext) -> SafeString:
    """The text under a heading as HTML, in the active language."""
    return mark_safe("".join(_token_html(token, context) for token in part.tokens))  # noqa: S308  # nosec B308 B703


def part_text(part: ChapterPart, context: LinkContext = LinkContext()) -> str:
    """The text under a heading without markup."""
    inline_children = (token.children or [] for token in part.tokens if token.type == "inline")
    return " ".join(
        "".join(_token_text(child, context) for child in children) for children in inline_children
    )


def search_chapters(language: str, query: str) -> list[tuple[Chapter, ChapterPart]]:
    """The parts that hold every word of the query, in their order; accents do not matter."""
    wanted_words = _normalize(query).split()
    matching_parts = []
    for name in CHAPTERS:
        chapter = chapter_of(name, language)
        for part in chapter.parts:
            searched_text = _normalize(f"{chapter.title} {part.heading} {part_text(part)}")
            if wanted_words and all(word in searched_text for word in wanted_words):
                matching_parts.append((chapter, part))
    return matching_parts


def _normalize(text: str) -> str:
    """The text in small letters and without accents, to be searched."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(character for character in decomposed if not unicodedata.combining(character))


def _token_html(token: Token, context: LinkContext) -> str:
    """The HTML of one token: the words of a block, or the tag that opens or closes it."""
    if token.type == "inline":
        return _inline_html(token.children or [], context)
    if token.hidden:  # the paragraph inside an item of a plain list
        return ""
    is_closing = token.nesting < 0
    return f"</{token.tag}>\n" if is_closing else f"<{token.tag}>"


def _inline_html(tokens: Sequence[Token], context: LinkContext) -> str:
    """The HTML of the words of a block, with links, keys and names of buttons."""
    pieces = []
    is_link = False
    for token in tokens:
        if token.type == "link_open":
            url = link_url(str(token.attrGet("href")), context)
            is_link = bool(url)
            pieces.append(f'<a href="{escape(url)}">' if is_link else "")
        elif token.type == "link_close":
            pieces.append("</a>" if is_link else "")
        elif token.type == "code_inline":
            tag = "kbd" if is_key(token.content) else "b"
            pieces.append(f"<{tag}>{escape(_token_text(token, context))}</{tag}>")
        else:
            pieces.append(escape(_token_text(token, context)))
    return "".join(pieces)


def _token_text(token: Token, context: LinkContext) -> str:
    """The words of a token without markup, names of buttons in the active language."""
    if token.type == "code_inline" and not is_key(token.content):
        return name_of_button(token.content)
    if token.type == "softbreak":
        return "\n"
    return token.content.replace("{address}", context.address)


def name_of_button(msgid: str) -> str:
    """The name of a button in the active language, without the "…" at its end."""
    return gettext(msgid).rstrip(" …")


def is_key(text: str) -> bool:
    """Whether words in backticks are a key, and not the name of a button."""
    return len(text) == 1


def link_url(target: str, context: LinkContext) -> str:
    """The address of a `help:` or `page:` link for this reader; empty where it leads nowhere."""
    if target.startswith(CHAPTER_LINK_PREFIX):
        return (
            reverse("help_chapter", args=[target.removeprefix(CHAPTER_LINK_PREFIX)])
            + context.return_query
        )
    name = target.removeprefix(PAGE_LINK_PREFIX)
    try:
        return reverse(name)
    except NoReverseMatch:  # a page of a consultation
        return reverse(name, args=[context.slug]) if context.slug else ""
