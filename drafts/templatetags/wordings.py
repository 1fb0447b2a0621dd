"""Filters for words of the text: opening words in italics, square brackets, citations."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django import template
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _, ngettext

from drafts.brackets.pairs import brackets_in, has_brackets, unpaired_signs
from drafts.brackets.queries import BracketLine
from drafts.text.citing import citation_of

register = template.Library()
register.filter("unpaired_signs", unpaired_signs)
register.filter("citation", citation_of)


@register.filter
def with_brackets_marked(text: str, opening: str | None = "") -> SafeString:
    """The words as written, with each pair of brackets marked for eyes and screen readers.

    `opening`, where there is one, are the opening words, set in italics:
    `{{ paragraph.text|with_brackets_marked:paragraph.opening }}`
    """
    opening_length = len(opening) if opening and text.startswith(opening) else 0
    if not has_brackets(text):
        return _without_brackets(text, 0, len(text), opening_length)
    return mark_safe("".join(_with_brackets(text, opening_length)))  # noqa: S308 each piece is escaped


def _with_brackets(text: str, opening_length: int) -> Iterator[str]:
    """The pieces of the text as HTML: the words, and each bracket sign that has a partner."""
    brackets, words_start = brackets_in(text), 0
    for position in sorted(brackets.opening_positions | brackets.closing_positions):
        yield _without_brackets(text, words_start, position, opening_length)
        yield (
            _opening_sign(text[position])
            if position in brackets.opening_positions
            else _closing_sign(text[position])
        )
        words_start = position + 1
    yield _without_brackets(text, words_start, len(text), opening_length)


def _without_brackets(text: str, start: int, end: int, opening_length: int) -> SafeString:
    """Words without brackets as HTML; those among the opening words of the text in italics."""
    italics_end = min(max(start, opening_length), end)
    if italics_end == start:
        return conditional_escape(text[start:end])
    return format_html(
        '<span class="wording__opening">{}</span>{}', text[start:italics_end], text[italics_end:end]
    )


def _opening_sign(sign: str) -> SafeString:
    """A sign that opens a bracket, as HTML.

    `dir` keeps the words for screen readers from changing the direction of the text.
    """
    return format_html(
        '<span class="bracketed"><span class="visually-hidden" dir="auto"> {} </span>'
        '<span class="bracket">{}</span>',
        _("begin brackets"),
        sign,
    )


def _closing_sign(sign: str) -> SafeString:
    return format_html(
        '<span class="bracket">{}</span>'
        '<span class="visually-hidden" dir="auto"> {} </span></span>',
        sign,
        _("end brackets"),
    )


@register.filter
def bracket_remark(text: str) -> str:
    """A sentence on how many bracket signs make no pair, alone or crossing another; "" for none."""
    brackets = brackets_in(text)
    count = len(brackets.unpaired_positions) + len(brackets.crossing_positions)
    if not count:
        return ""
    return ngettext(
        "One square bracket has no partner. It is kept as written.",
        "%(count)d square brackets have no partner. They are kept as written.",
        count,
    ) % {"count": count}


@register.filter
def askers_of(lines: Iterable[BracketLine]) -> str:
    """Who asks for brackets, each once: "France, Japan"; empty where there are none."""
    return _(", ").join(dict.fromkeys(name for line in lines for name in line.asker_names))


@register.filter
def at(mapping: Mapping[Any, Any] | None, key: Any) -> Any:
    """The value of a mapping under a key, `{{ marks|at:paragraph.pk }}`; empty without one."""
    return mapping.get(key, "") if mapping else ""
