"""A page preloads the one font file of its script, and none in Chinese."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

FONTS = Path(__file__).parents[3] / "config" / "static" / "fonts.css"
PRELOAD = re.compile(
    r'<link rel="preload" href="([^"]+)" as="font" type="font/woff2" '
    r'fetchpriority="low" crossorigin>'
)
# A letter that every page in the language has, and the family in which pages are set.
LETTERS = {"en": "e", "fr": "é", "es": "ó", "ru": "ж", "ar": "ل"}
FAMILIES = {"ar": "Noto Sans Arabic"}


def _faces() -> dict[str, tuple[str, str, str]]:
    """By file: family, style, range of letters."""
    found = {}
    for face in FONTS.read_text(encoding="utf-8").split("@font-face")[1:]:
        properties = dict(re.findall(r"([\w-]+):\s*([^;]+);", face))
        [file] = re.findall(r'url\("([^"]+)"\)', properties["src"])
        family = properties["font-family"].strip('"')
        found[file] = (family, properties["font-style"], properties["unicode-range"])
    return found


def _holds(ranges: str, letter: str) -> bool:
    spans = (span.strip().removeprefix("U+").partition("-") for span in ranges.split(","))
    return any(int(a, 16) <= ord(letter) <= int(b or a, 16) for a, _dash, b in spans)


@pytest.mark.django_db
@pytest.mark.parametrize("language", [code for code, _name in settings.LANGUAGES])
def test_a_page_asks_first_for_the_face_of_its_script_and_for_no_other(language: str) -> None:
    page = Client(headers={"accept-language": language}).get(reverse("account_login"))
    asked = PRELOAD.findall(page.content.decode())
    assert page.content.decode().count('rel="preload"') == len(asked)
    if language == "zh-hans":
        assert asked == []
        return
    [address] = asked
    family, style, ranges = _faces()[address.removeprefix(settings.STATIC_URL)]
    assert (family, style) == (FAMILIES.get(language, "Inter"), "normal")
    assert _holds(ranges, LETTERS[language])
