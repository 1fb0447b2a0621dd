"""The demo's style page: every token and every component, in its states and both directions."""

import re
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.safestring import SafeString, mark_safe

from config.style.samples import Sample, samples
from config.style.words import SIDES, Words

SHEET = "tokens.css"
# Its lines, "  --name: value;". A token is a value that all style sheets use by its name.
TOKEN = re.compile(r"^  (?P<name>--[\w-]+):\s*(?P<value>[^;]+);", re.MULTILINE)
# Attributes that hold an id, or refer to one.
ID_ATTRIBUTE = re.compile(r'\b(id|for|form|list|aria-labelledby|aria-describedby)="([^"]+)"')
PATTERN_REFERENCE = re.compile(r"url\(#([\w-]+)\)")  # to a pattern of a picture, by its id
RenderedSide = tuple[Words, SafeString]  # a sample in one direction: its words, its HTML
SampleRow = tuple[str, list[RenderedSide]]  # the state, and how it looks in each direction


@dataclass(frozen=True)
class Token:
    """A value of tokens.css, and how the page shows it."""

    name: str
    value: str

    @property
    def kind(self) -> str:
        """What the page draws for it; empty where it shows the value alone."""
        if self.value.startswith(("#", "rgb", "light-dark")):
            return "colour"
        for start, kind in {"--radius": "radius", "--type": "type", "--space": "length"}.items():
            if self.name.startswith(start):
                return kind
        return "face" if self.name in {"--serif", "--sans"} else ""


def style(request: HttpRequest) -> HttpResponse:
    """Show the tokens first, then each component under its name."""
    shown = {"sheet": SHEET, "tokens": _tokens(), "letters": "Aa 12"}
    return render(request, "demo/style.html", {**shown, "sections": _sections(request)})


def _tokens() -> list[Token]:
    """The tokens of the first block; later blocks change them for a language or a screen."""
    sheet = Path(settings.BASE_DIR, "config", "static", SHEET).read_text(encoding="utf-8")
    first_block = sheet[: sheet.index("}")]
    return [
        Token(match["name"], " ".join(match["value"].split()))
        for match in TOKEN.finditer(first_block)
    ]


def _sections(request: HttpRequest) -> list[tuple[str, list[SampleRow]]]:
    """The rows of each component: a state, and how it looks in each direction."""
    rows_by_component: dict[str, list[SampleRow]] = {}
    samples_by_side = [list(samples(words)) for words in SIDES]
    # The same sample in each direction.
    for number, sample_pair in enumerate(zip(*samples_by_side, strict=True)):
        rendered_sides = [
            (words, _html(request, sample, words, f"{number}-{words.language}"))
            for words, sample in zip(SIDES, sample_pair, strict=True)
        ]
        first_sample = sample_pair[0]
        rows_by_component.setdefault(first_sample.component, []).append(
            (first_sample.state, rendered_sides)
        )
    return list(rows_by_component.items())


def _html(request: HttpRequest, sample: Sample, words: Words, id_suffix: str) -> SafeString:
    """A sample in its language; its ids get a suffix, since each is on the page several times."""
    with translation.override(words.language):
        html = render_to_string(sample.template, sample.context, request)
    html_with_own_patterns = PATTERN_REFERENCE.sub(rf"url(#\1-{id_suffix})", html)
    html_with_own_ids = ID_ATTRIBUTE.sub(
        lambda match: _with_suffix(match, id_suffix), html_with_own_patterns
    )
    return mark_safe(html_with_own_ids)  # noqa: S308  # nosec B308 B703


def _with_suffix(match: re.Match[str], id_suffix: str) -> str:
    """The attribute that was matched, with the suffix after each id in its value."""
    attribute, ids = match.groups()
    return f'{attribute}="{" ".join(f"{id}-{id_suffix}" for id in ids.split())}"'
