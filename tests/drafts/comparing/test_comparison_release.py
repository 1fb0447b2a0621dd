"""Cached comparisons belong to the release that made them."""

import hashlib

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation

from drafts.comparing.comparison import COMPARISON_RELEASE, compare
from drafts.comparing.concordance import concordance
from drafts.comparing.lines import comparison_page_of
from drafts.comparing.views import TextState
from drafts.models import Draft
from tests.drafts.comparing.test_comparison import paragraph_state

# Each release with the digest of what it made of the sample below.
MADE = {
    1: "a9dcfab1a53113dec3caf29a155c36514a4c7c1c1802a5432b2aa48eff4549d1",
    2: "7839d35fbc10e2a3ebe63b6f5e2f4051a8a93432744ac3495ff53461fb1b7235",
    3: "8955e55f68fc1ddd1d26bbf8aa26ae7c84ca5972b095df8836a95b08a0755f84",
    4: "1b2c9bc6bea64b1c222c0198525a21a2271e6710ca06e61cae1dad104c2f3fb1",
    5: "93b3650df091ed9487899b83d5eb1ea5ebad4b0f5257e485a188c1906e192b43",
    6: "9db5d4c3b3bc806dd51d60d0a403e418a800e2d3707fdea713e3f4ff0a529711",
    7: "1dd42b518d67c99a41f47f44b1533dc2c95d4c6cc86583e20ef386154577e02d",
    8: "769ed080f86616e6b0d3904cb683433171e8705cad1b3ea8658331d11d529533",
    9: "15def2548079fd3efa680c9d1adfc38ef8427c497995f216aaca6c54e8a0b18f",
    10: "1026d8b3a41da2b8cfbd0e053526f77fbbc8157d9362291f5b7d78a33324cccc",
    11: "c7608b273d28349116e0e4bee7b375ec96067f5ebf573eacd7ff247a8f435d43",
    12: "5f272dddac4e99057721b01cb4679c23c8426156cf7ff8a06054147d43cdcc9b",
}


def test_comparisons_that_read_otherwise_belong_to_another_release() -> None:
    digest = hashlib.sha256(_sample().encode()).hexdigest()
    assert MADE.get(COMPARISON_RELEASE) == digest, (
        "Comparisons are worked out or shown otherwise than this release did. Raise "
        "COMPARISON_RELEASE in drafts/comparing/comparison.py and record here: "
        f"{COMPARISON_RELEASE + 1}: {digest!r}."
    )


def _sample() -> str:
    """One paragraph kept, reworded, split, merged, moved, dropped and new, in each language."""
    before = [
        paragraph_state(1, "To raise awareness of trafficking."),
        paragraph_state(2, "To report every year. To meet each spring."),
        paragraph_state(3, "To train judges,"),
        paragraph_state(4, "and police officers."),
        paragraph_state(5, "To ask again."),
        paragraph_state(6, "To thank the host.", ("A note.",)),
        paragraph_state(7, "To adopt the plan."),
    ]
    after = [
        paragraph_state(7, "To adopt the plan."),
        paragraph_state(1, "To raise awareness of trafficking in persons."),
        paragraph_state(2, "To report every year."),
        paragraph_state(8, "To meet each spring."),
        paragraph_state(3, "To train judges, and police officers."),
        paragraph_state(6, "To thank the host.", ("Another note.",)),
        paragraph_state(9, "To name a focal point."),
    ]
    found = compare(concordance(before, after, [(8, 2), (3, 4)]))
    states = [TextState("1", "First draft", "", "/1/"), TextState("2", "Rev.1", "", "/2/")]
    pages = []
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            context = {"draft": Draft(language="en"), "page": comparison_page_of(found)}
            context |= {"earlier": states[0], "later": states[1]}
            pages.append(render_to_string("drafts/comparing/_comparison.html", context))
    return repr(found) + "".join(pages)
