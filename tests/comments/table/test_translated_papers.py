"""Files of a translation: Arabic runs right to left; missing paragraphs are marked."""

import re
import shutil
import subprocess
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from django.test import Client
from django.urls import reverse
from docx import Document

from tests.drafts.languages.test_translating import ARABIC, FRENCH, translate
from tests.room import SLUG, Room


def _file(room: Room, form: str, query: str) -> Any:
    client = Client()
    client.force_login(room.users["CPV deputy"])
    session = client.session
    session["capacity"] = room.capacities["CPV deputy"]
    session.save()
    address = reverse("text_file", args=[SLUG, "plan", room.revision.number, form])
    return client.get(f"{address}?{query}")


def test_the_word_file_of_an_arabic_translation_runs_right_to_left(room: Room) -> None:
    translate(room, ARABIC[:3], "ar", "unofficial")

    answer = _file(room, "docx", "text=ar")

    assert answer.headers["Content-Disposition"].endswith('-ar.docx"')
    document = Document(BytesIO(answer.content))
    paragraphs = [paragraph.text for paragraph in document.paragraphs]
    assert [words for words in ARABIC[:3] if any(words in line for line in paragraphs)] == [
        *ARABIC[:3]
    ]
    assert any("To report yearly." in line for line in paragraphs)
    parts = ZipFile(BytesIO(answer.content))
    assert parts.read("word/document.xml").decode().count("<w:bidi/>") >= 4
    assert parts.read("word/footnotes.xml").decode().count("<w:footnoteRef/>") == 1


@pytest.mark.skipif(not shutil.which("pdftotext"), reason="poppler's pdftotext is not installed")
def test_the_pdf_of_a_translation_says_its_language(room: Room) -> None:
    translate(room, FRENCH, "fr")

    answer = _file(room, "pdf", "text=fr")

    assert re.search(rb"/Lang\s*\(fr", answer.content)
    text = subprocess.run(
        ["pdftotext", "-", "-"], input=answer.content, capture_output=True, check=True
    ).stdout.decode()
    assert "Sensibiliser à la traite." in text
    assert "To raise awareness" not in text


@pytest.mark.parametrize("query", ["text=zh", "text=de", "text=fr&since=1"])
def test_what_is_not_translated_is_no_paper(room: Room, query: str) -> None:
    translate(room, FRENCH, "fr")
    assert _file(room, "docx", query).status_code == 404


def test_akoma_ntoso_is_of_the_authentic_text_alone(room: Room) -> None:
    translate(room, FRENCH, "fr")
    assert _file(room, "akn", "text=fr").status_code == 404
