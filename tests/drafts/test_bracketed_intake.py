"""What comes in with brackets has objects; signs that make no pair are told, with their place."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from docx import Document

from drafts.desk.editing import start_draft
from drafts.models import Bracket, Draft
from drafts.words.brackets import brackets_in, depth_of, lone_signs
from tests.drafts.bracketed import opens, require_agreement
from tests.drafts.bracketed_text import PARAGRAPHS, TEXTS
from tests.drafts.leading import Browser, Leading, page, rows_of
from tests.drafts.test_desk import file_of, seen_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def leader(leading: Leading) -> Browser:
    start_draft(access=leading.leader, slug="harbours", title="Harbours", numbering="as_given")
    return Browser(leading.leader)


@pytest.mark.parametrize(("text", "pairs", "lone"), PARAGRAPHS)
def test_the_signs_of_the_text_pair_as_its_table_says(text: str, pairs: int, lone: int) -> None:
    assert (len(brackets_in(text).pairs), len(lone_signs(text))) == (pairs, lone)


def test_the_text_is_nested_to_six_and_has_two_pairs_that_cross() -> None:
    deep = brackets_in(TEXTS[2]).pairs
    assert max(depth_of(deep, pair) for pair in deep) == 5
    crossing = [sign for sign in lone_signs(TEXTS[5]) if sign.is_crossing]
    assert [sign.sign for sign in crossing] == ["［", "[", "］", "]"]
    assert crossing[1].before.endswith("board ")
    assert crossing[1].after.startswith("at dusk")


def word_file() -> SimpleUploadedFile:
    document, content = Document(), BytesIO()
    for text in TEXTS:
        document.add_paragraph(text)
    document.save(content)
    return SimpleUploadedFile("next.docx", content.getvalue())


SENT: dict[str, Callable[[], dict[str, Any]]] = {
    "a Word file": lambda: {"file": word_file()},
    "plain text": lambda: {"file": file_of(*TEXTS)},
    "pasted words": lambda: {"pasted": "\n\n".join(TEXTS)},
}


@pytest.mark.parametrize("way", SENT)
def test_brackets_that_come_in_become_objects_and_unpaired_signs_are_told_first(
    leading: Leading, leader: Browser, way: str
) -> None:
    sent = SENT[way]()
    address = str(leader.send("import_file", "harbours", **sent).url)
    preview = page(leader.get(address))
    assert "Square brackets do not pair in 3 rows" in preview
    assert preview.count("crosses another pair") == 4
    assert preview.count("no partner") == 2
    seen = seen_in(leader.get(address))
    leader.post(address, {"capacity": leader.key, "seen": seen, "take": "yes"})
    draft = Draft.objects.get(slug="harbours")
    rows = rows_of(draft)
    assert [row.text for row in rows] == list(TEXTS)  # nothing is mended
    assert [len(opens(row)) for row in rows] == [pairs for _text, pairs, _lone in PARAGRAPHS]
    assert Bracket.objects.open_in(draft).count() == 17
    require_agreement(draft)
    desk = page(leader.open("desk", "harbours"))
    assert "4 square brackets have no partner" in desk
    place = page(leader.open("paragraph_brackets", "harbours", rows[5].public_id))
    assert place.count("crosses another pair") == 4
