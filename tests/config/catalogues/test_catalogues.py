"""The catalogues are complete, and translations keep the placeholders of their source."""

import re
from collections import Counter
from datetime import datetime
from pathlib import Path

import polib
import pytest
from django.conf import settings
from django.utils import formats
from django.utils.translation import gettext, override

from config.catalogues.collecting import lines_by_page, sentence_of, update_catalogue
from config.catalogues.sentences import (
    Sentence,
    first_file_by_sentence,
    sentences_by_file,
    sentences_of_code,
    sentences_of_template,
)

CATALOGUES = sorted(Path(settings.LOCALE_PATHS[0]).glob("*/LC_MESSAGES/*.po"))
FILLED_IN = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")

MAX_WORDS = 20
# Help, and what lawyers have to weigh: the disclaimer on every table.
MAY_BE_LONGER = {"comments/table/cells.py"}
END_OF_SENTENCE = re.compile(r"[.!?؟。！？]+[»”\"')]*(?:\s+|$)")
WORD = re.compile(r"\w[\w’'.-]*")


def language_of(path: Path) -> str:
    return path.parts[-3]


def test_sentences_are_found_in_code_under_any_name() -> None:
    code = """
from django.utils import formats
from django.utils.translation import gettext as _, ngettext_lazy, pgettext_lazy as named
_("Save")
named("of a round", "Open")
ngettext_lazy("%(count)s " "input", "%(count)s inputs")
_(kind.label)
print("Not a sentence")
"""
    assert list(sentences_of_code(code)) == [
        Sentence("Save"),
        Sentence("Open", context="of a round"),
        Sentence("%(count)s input", "%(count)s inputs"),
    ]


def test_sentences_are_found_in_templates_in_every_form() -> None:
    template = """{% load i18n %}
{% translate "Save" %} {% translate "Open" context "of a round" as open %}
{% include "x.html" with label=_("It’s “shown”") %}
{% blocktranslate with name=seat.name trimmed %}
  Sent by
  {{ name }}
{% endblocktranslate %}
{% blocktranslate count n=count %}{{ n }} input{% plural %}{{ n }} inputs{% endblocktranslate %}
Not a sentence"""
    assert list(sentences_of_template(template)) == [
        Sentence("Save"),
        Sentence("Open", context="of a round"),
        Sentence("It’s “shown”"),
        Sentence("Sent by %(name)s"),
        Sentence("%(n)s input", "%(n)s inputs"),
    ]


def test_a_reader_gets_every_sentence_under_the_page_that_says_it() -> None:
    printed = "\n".join(lines_by_page())
    missing = [s.singular for s in first_file_by_sentence() if f"  - {s.singular}" not in printed]
    assert missing == []
    pages, mails, papers, given = printed.split("\n\n== ")
    assert pages.startswith("== Pages ==\n")
    assert "\nconfig/templates/base.html\n  - Consultations\n  - Skip" in pages
    assert "\ncomments/templates/comments/mail/_foot.txt\n" in mails
    assert "\ncomments/table/cells.py\n" in papers
    assert "\nconsultations/rules/guards.py\n" in given


@pytest.mark.parametrize("path", CATALOGUES, ids=language_of)
def test_every_sentence_of_the_code_is_translated(path: Path) -> None:
    """`./run messages` brings the new ones in; then each wants its translation."""
    translated = {sentence_of(entry) for entry in polib.pofile(str(path)).translated_entries()}
    places = first_file_by_sentence()
    assert [(places[s], s.singular) for s in sorted(places.keys() - translated)] == []


@pytest.mark.parametrize("path", CATALOGUES, ids=language_of)
def test_no_sentence_is_left_that_nothing_says(path: Path) -> None:
    entries = {sentence_of(entry) for entry in polib.pofile(str(path))}
    assert sorted(entries - first_file_by_sentence().keys()) == []


def test_collecting_brings_in_the_new_and_drops_the_unused(tmp_path: Path) -> None:
    kept, gone = polib.pofile(str(CATALOGUES[0]))[:2]
    path = tmp_path / "django.po"
    catalogue = polib.POFile()
    catalogue.metadata = {"Plural-Forms": "nplurals=3; plural=n%3;"}
    catalogue.extend([kept, gone])
    catalogue.save(str(path))
    new = Sentence("%(n)s input", "%(n)s inputs")
    assert update_catalogue(path, {sentence_of(kept), new}) == (1, 1, 1)
    before, after = polib.pofile(str(path))
    assert (before.msgid, before.msgstr) == (kept.msgid, kept.msgstr)
    assert sentence_of(after) == new
    assert (after.msgstr_plural, after.flags) == ({0: "", 1: "", 2: ""}, ["python-format"])


def test_collecting_what_is_collected_changes_no_byte(tmp_path: Path) -> None:
    for source in CATALOGUES:
        path = tmp_path / f"{language_of(source)}.po"
        path.write_bytes(source.read_bytes())
        assert update_catalogue(path, set(first_file_by_sentence())) == (0, 0, 0)
        polib.pofile(str(path), wrapwidth=10_000).save()
        assert path.read_bytes() == source.read_bytes()


@pytest.mark.parametrize("path", CATALOGUES, ids=language_of)
def test_every_sentence_fills_in_what_its_source_fills_in(path: Path) -> None:
    wrong = []
    for entry in polib.pofile(str(path)).translated_entries():
        asked = Counter(FILLED_IN.findall(entry.msgid))
        for translation in [entry.msgstr] if entry.msgstr else entry.msgstr_plural.values():
            found = Counter(FILLED_IN.findall(translation))
            # A form for one or two may say the number in words.
            missing = [part for part in asked - found if not entry.msgid_plural]
            if missing or found - asked - Counter(FILLED_IN.findall(entry.msgid_plural)):
                wrong.append((entry.msgid, translation))
    assert wrong == []


def longest_sentence(words: str) -> int:
    """How many words the longest sentence has; what is filled in counts as one."""
    parts = END_OF_SENTENCE.split(FILLED_IN.sub("X", words))
    return max(len(WORD.findall(part)) for part in parts)


def test_words_are_counted_sentence_by_sentence() -> None:
    assert longest_sentence("Saved. Three more words!") == 3
    assert longest_sentence("%(name)s’s files (.docx) are kept until 17.00") == 7
    assert longest_sentence("هل تريدون المتابعة؟ نعم") == 3


def plain_sentences() -> list[Sentence]:
    """What is said anywhere but in help and law."""
    by_place = sentences_by_file()
    return sorted({s for place in by_place.keys() - MAY_BE_LONGER for s in by_place[place]})


def test_no_sentence_has_more_than_twenty_words_in_english() -> None:
    sentences = [
        words for sentence in plain_sentences() for words in (sentence.singular, sentence.plural)
    ]
    assert [words for words in sentences if longest_sentence(words) > MAX_WORDS] == []


@pytest.mark.parametrize(
    "path", [path for path in CATALOGUES if language_of(path) != "zh_Hans"], ids=language_of
)
def test_no_sentence_has_more_than_twenty_words(path: Path) -> None:
    """Chinese has no spaces, so its words are not counted."""
    entries = {sentence_of(entry): entry for entry in polib.pofile(str(path))}
    sentences = [
        words
        for sentence in plain_sentences()
        for words in (entries[sentence].msgstr, *entries[sentence].msgstr_plural.values())
    ]
    assert [words for words in sentences if longest_sentence(words) > MAX_WORDS] == []


@pytest.mark.parametrize("path", CATALOGUES, ids=language_of)
def test_no_sentence_is_a_guess(path: Path) -> None:
    assert [entry.msgid for entry in polib.pofile(str(path)).fuzzy_entries()] == []


def test_dates_in_english_go_day_first_with_24_hours() -> None:
    moment = datetime(2026, 11, 27, 0, 26)
    with override("en"):
        assert formats.date_format(moment, "DATETIME_FORMAT") == "27 Nov 2026, 00:26"
        assert formats.date_format(moment, "SHORT_DATE_FORMAT") == "27 Nov 2026"


@pytest.mark.parametrize("path", CATALOGUES, ids=language_of)
def test_the_interface_speaks_the_language(path: Path) -> None:
    language = language_of(path).replace("_", "-").lower()
    with override(language):
        assert gettext("Skip to the main content") != "Skip to the main content"
