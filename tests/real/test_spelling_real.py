"""The search corrects misspelled words of real texts in six languages."""

import json
import random
import re
from collections import Counter
from pathlib import Path
from typing import Final

import pytest
from django.db import connection

from comments.search.queries import SearchQuery, search
from drafts.models import Wording, WordingLexemes
from tests.room import Room

pytestmark = pytest.mark.real

LANGUAGES: Final = ("ar", "en", "es", "fr", "ru", "zh")
EACH: Final = 10
LETTERS: Final = {
    "ar": "ابتدرسعمنويل",
    "ru": "абвгдеиклмнорст",
    "zh": "的一是不了在人有我他这个们中来",
}


def words_of(real_data: Path, language: str) -> list[str]:
    """Words that a reader would look for: said often, and not short. In Chinese four signs."""
    counts = Counter[str]()
    for text in texts_of(real_data, language):
        for word in re.findall(r"[^\W\d_]+", text):
            if language == "zh":
                counts.update(word[at : at + 4] for at in range(len(word) - 3))
            elif len(word) >= 6:
                counts[word.casefold()] += 1
    return sorted(word for word, times in counts.items() if times >= 4)


def texts_of(real_data: Path, language: str) -> list[str]:
    files = sorted(real_data.glob(f"drafts/*/lang/*.{language}.json"))
    return [row["text"] for file in files for row in json.loads(file.read_text("utf-8"))]


def slip(word: str, language: str, chance: random.Random) -> str:
    """One letter dropped, doubled, exchanged with its neighbour, or another one."""
    letters = LETTERS.get(language, "abcdefghijlmnoprstuv")
    kinds = ("other",) if language == "zh" else ("dropped", "doubled", "swapped", "other")
    kind, at = chance.choice(kinds), chance.randrange(1, len(word))
    if kind == "dropped" and at == len(word) - 1:  # without its last letter it may be a word
        at -= 1
    if kind == "dropped":
        return word[:at] + word[at + 1 :]
    if kind == "doubled":
        return word[: at + 1] + word[at:]
    if kind == "swapped" and word[at - 1] != word[at]:
        return word[: at - 1] + word[at] + word[at - 1] + word[at + 1 :]
    return word[:at] + chance.choice(letters.replace(word[at], "")) + word[at + 1 :]


@pytest.fixture
def room_with_real_words(room: Room, real_data: Path) -> Room:
    """A room in whose text all words of the real ones stand."""
    wording = Wording.objects.filter(revision=room.revision).earliest("place")
    WordingLexemes.objects.filter(wording=wording).delete()
    with connection.cursor() as cursor:
        for language in LANGUAGES:
            text = " ".join(texts_of(real_data, language))
            cursor.execute(
                "INSERT INTO drafts_wordinglexemes (wording_id, language, lexemes, spelled)"
                " VALUES (%s, %s, words_of(%s, %s), words_spelled(%s))",
                [wording.pk, language, language, text, text],
            )
    return room


@pytest.mark.night  # test_search.py asks each change of made-up words
def test_nine_slips_of_ten_are_put_right_and_no_right_word(
    room_with_real_words: Room, real_data: Path
) -> None:
    chance = random.Random(12)
    access = room_with_real_words.access("FRA deputy")
    right, wrong = Counter[str](), []
    for language in LANGUAGES:
        words = words_of(real_data, language)
        for word in chance.sample(words, EACH):
            assert search(access, SearchQuery(word)).suggestion == "", word
            typed = slip(word, language, chance)
            meant = search(access, SearchQuery(typed)).suggestion
            right[language] += meant == word
            if meant != word:
                wrong.append((word, typed, meant))
    assert right.total() >= 0.9 * EACH * len(LANGUAGES), (right, wrong)
