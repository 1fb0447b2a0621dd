"""Translations of a circulated text: imported from a file, with history, shown."""

import re
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from consultations.rules.access import Refused
from drafts.languages.acts import set_translations
from drafts.languages.queries import coverage_of, latest_translations
from drafts.models import Revision, Wording, WordingTranslation
from drafts.parsing.file_text import ReadParagraph
from tests.drafts.desk.leading import Browser, page
from tests.drafts.parsing.test_akn import akn
from tests.room import SLUG, Room

FRENCH = ("Prévention", "Sensibiliser à la traite.", "Former les agents.", "Faire rapport.")
ARABIC = ("الوقاية", "التوعية بالاتجار.", "تدريب الموظفين.", "تقديم تقرير سنوي.")


def _wordings(revision: Revision) -> list[Wording]:
    return list(Wording.objects.filter(revision=revision).order_by("place"))


def _row(number: int, text: str) -> ReadParagraph:
    return ReadParagraph(number, f"r{number}", None, "operative", "", 0, text, "", ())


def translate(
    room: Room, words: tuple[str, ...], language: str, status: str = "official", who: str = "staff"
) -> int:
    """What the first paragraphs of the first draft say in a language."""
    revision = Revision.objects.select_related("draft").get(pk=room.revision.pk)
    pairs = [
        (wording, _row(number, text))
        for number, (wording, text) in enumerate(zip(_wordings(revision), words, strict=False), 1)
    ]
    return set_translations(
        access=room.access(who), revision=revision, language=language, status=status, pairs=pairs
    )


def test_a_later_file_replaces_an_earlier_one_and_the_history_keeps_both(room: Room) -> None:
    assert translate(room, FRENCH, "fr", "unofficial") == 4
    changed = (FRENCH[0], "Sensibiliser le public à la traite.", *FRENCH[2:])
    assert translate(room, changed, "fr", "unofficial") == 1

    second = _wordings(room.revision)[1]
    stored = WordingTranslation.objects.get(wording=second, language="fr")
    steps = WordingTranslation.history.filter(id=stored.pk).order_by("history_date")
    assert stored.text == changed[1]
    assert [step.text for step in steps] == [FRENCH[1], changed[1]]
    assert steps[1].history_change_reason == room.access("staff").capacity_words


@pytest.mark.parametrize("who", ["co_facilitator", "staff", "secretariat"])
def test_facilitators_and_the_secretariat_may_translate(room: Room, who: str) -> None:
    assert translate(room, FRENCH, "fr", who=who) == 4


@pytest.mark.parametrize("who", ["CPV focal_point", "co_facilitator as PRT"])
def test_a_delegation_may_not(room: Room, who: str) -> None:
    with pytest.raises(Refused):
        translate(room, FRENCH, "fr", who=who)


@pytest.mark.parametrize("language", ["en", "de"])
def test_the_authentic_language_and_an_unofficial_one_are_refused(
    room: Room, language: str
) -> None:
    with pytest.raises(ValidationError, match="official language other than"):
        translate(room, FRENCH, language)


def test_the_coverage_counts_what_is_official_outdated_and_missing(room: Room) -> None:
    translate(room, FRENCH[:3], "fr")
    revision = Revision.objects.select_related("draft").get(pk=room.revision.pk)
    wordings = _wordings(revision)

    french = {c.language: c for c in coverage_of(room.access("staff"), revision, wordings)}["fr"]
    assert (
        french.official_count,
        french.unofficial_count,
        french.outdated_count,
        french.missing_count,
    ) == (3, 0, 0, 1)

    hashes = {w.paragraph_id: w.text_hash for w in wordings} | {wordings[1].paragraph_id: "other"}
    found = latest_translations(room.access("staff"), revision, hashes, "fr")["fr"]
    assert [found[w.paragraph_id].is_outdated for w in wordings[:3]] == [False, True, False]


# --- The pages -----------------------------------------------------------------------------------


def _address(room: Room) -> str:
    return reverse("translations", args=[SLUG, "plan", room.revision.number])


def _take_in(room: Room, words: tuple[str, ...], language: str, **more: str) -> tuple[Any, str]:
    """A pasted translation, shown beside the text; the browser and the preview's address."""
    browser = Browser(room.access("secretariat"))
    fields = {"language": language, "status": "official", "pasted": "\n\n".join(words)}
    sent = browser.post(_address(room), {"capacity": browser.key, **fields, **more})
    assert sent.status_code == 302, page(sent)
    return browser, sent["Location"]


def _seen(shown: Any) -> str:
    found = re.search(r'name="seen" value="([0-9a-f]+)"', page(shown))
    assert found
    return found[1]


def test_nothing_is_written_before_it_is_confirmed(room: Room) -> None:
    browser, preview = _take_in(room, ARABIC, "ar")

    shown = browser.get(preview)
    assert "Preview: nothing saved yet" in page(shown)
    assert WordingTranslation.objects.count() == 0

    done = browser.post(preview, {"capacity": browser.key, "seen": _seen(shown), "confirm": "yes"})

    assert done["Location"] == _address(room)
    written = WordingTranslation.objects.filter(language="ar").order_by("wording__place")
    assert [row.text for row in written] == list(ARABIC)
    assert {row.status for row in written} == {"official"}


@pytest.mark.parametrize("status", WordingTranslation.Status.values)
def test_a_preview_says_whether_the_translation_is_official(room: Room, status: str) -> None:
    browser, preview = _take_in(room, FRENCH, "fr", status=status)
    assert f"in French, {status}." in page(browser.get(preview))


def test_more_italics_than_an_opening_may_have_give_way_to_none(room: Room) -> None:
    browser, long = Browser(room.access("secretariat")), "Horrifiée par " + "la mer " * 40
    file = SimpleUploadedFile("text.xml", akn(f"<p><i>{long}</i></p>"))
    fields = {"capacity": browser.key, "language": "fr", "status": "official", "file": file}
    preview = browser.post(_address(room), fields)["Location"]
    seen = {"capacity": browser.key, "seen": _seen(browser.get(preview)), "confirm": "yes"}
    assert browser.post(preview, seen).status_code == 302
    [written] = WordingTranslation.objects.filter(language="fr")
    assert (written.text, written.opening) == (long.strip(), "")


def test_what_was_not_seen_is_not_written(room: Room) -> None:
    browser, preview = _take_in(room, FRENCH, "fr")

    refused = browser.post(preview, {"capacity": browser.key, "seen": "0", "confirm": "yes"})

    assert refused.status_code == 409
    assert WordingTranslation.objects.count() == 0


def test_a_file_that_cannot_be_read_is_refused_with_sentences(room: Room) -> None:
    browser = Browser(room.access("staff"))
    file = SimpleUploadedFile("text.odt", b"no text")
    fields = {"language": "fr", "status": "official", "file": file, "capacity": browser.key}

    refused = browser.post(_address(room), fields)

    assert refused.status_code == 422
    assert "The file was not imported" in page(refused)


def test_an_expired_file_is_asked_for_again(room: Room) -> None:
    browser = Browser(room.access("staff"))
    gone = browser.get(f"{_address(room)}00000000-0000-4000-8000-000000000000/")

    assert gone.status_code == 422
    assert "The file is no longer available." in page(gone)
