"""The catalogues of the interface: each sentence fills in what its source fills in."""

import re
from collections import Counter
from pathlib import Path

import polib
import pytest
from django.conf import settings
from django.utils.translation import gettext, override

CATALOGUES = sorted(Path(settings.LOCALE_PATHS[0]).glob("*/LC_MESSAGES/*.po"))
FILLED_IN = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")


def language_of(path: Path) -> str:
    return path.parts[-3]


@pytest.mark.parametrize("path", CATALOGUES, ids=language_of)
def test_every_sentence_fills_in_what_its_source_fills_in(path: Path) -> None:
    wrong = []
    for entry in polib.pofile(str(path)).translated_entries():
        asked = Counter(FILLED_IN.findall(entry.msgid))
        for said in [entry.msgstr] if entry.msgstr else entry.msgstr_plural.values():
            found = Counter(FILLED_IN.findall(said))
            # A form for one or two may say the number in words.
            missing = [part for part in asked - found if not entry.msgid_plural]
            if missing or found - asked - Counter(FILLED_IN.findall(entry.msgid_plural)):
                wrong.append((entry.msgid, said))
    assert wrong == []


@pytest.mark.parametrize("path", CATALOGUES, ids=language_of)
def test_no_sentence_is_a_guess(path: Path) -> None:
    assert [entry.msgid for entry in polib.pofile(str(path)).fuzzy_entries()] == []


@pytest.mark.parametrize("path", CATALOGUES, ids=language_of)
def test_the_interface_speaks_the_language(path: Path) -> None:
    language = language_of(path).replace("_", "-").lower()
    with override(language):
        assert gettext("Skip to the main content") != "Skip to the main content"
