"""Imported brackets become rows; signs without a partner are reported with their place."""

import time
from collections.abc import Callable, Iterable
from io import BytesIO
from random import Random
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from docx import Document

from drafts.brackets.doubts import BracketReport
from drafts.brackets.pairs import brackets_in, nesting_depth, unpaired_signs
from drafts.desk.acts import start_draft
from drafts.models import Bracket, Draft
from drafts.papers.files import make_text_file as file_of_paper
from tests.drafts.brackets import bracketed_treaty as treaty
from tests.drafts.brackets.bracketed import opens, require_agreement
from tests.drafts.brackets.bracketed_text import PARAGRAPHS, TEXTS
from tests.drafts.desk.leading import Browser, Leading, page, rows_of
from tests.drafts.desk.test_desk import file_of, seen_in
from tests.drafts.papers.texts import paper
from tests.drafts.parsing.test_bracketed_files import FILES
from tests.nights import others_at_night

pytestmark = pytest.mark.django_db


@pytest.fixture
def leader(leading: Leading) -> Browser:
    start_draft(access=leading.leader, slug="harbours", title="Harbours", numbering="as_given")
    return Browser(leading.leader)


@pytest.mark.parametrize(("text", "pairs", "lone"), PARAGRAPHS)
def test_the_signs_of_the_text_pair_as_its_table_says(text: str, pairs: int, lone: int) -> None:
    assert (len(brackets_in(text).pairs), len(unpaired_signs(text))) == (pairs, lone)


def test_the_text_is_nested_to_six_and_has_two_pairs_that_cross() -> None:
    deep = brackets_in(TEXTS[2]).pairs
    assert max(nesting_depth(deep, pair) for pair in deep) == 5
    crossing = [sign for sign in unpaired_signs(TEXTS[5]) if sign.is_crossing]
    assert [sign.character for sign in crossing] == ["［", "[", "］", "]"]
    assert crossing[1].words_before.endswith("board ")
    assert crossing[1].words_after.startswith("at dusk")


def word_file(texts: Iterable[str] = TEXTS) -> SimpleUploadedFile:
    document, content = Document(), BytesIO()
    for text in texts:
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
    assert "Square brackets in doubt" in preview
    assert "4 signs belong to pairs that cross" in preview
    assert "1 bracket may reach over several paragraphs" in preview
    assert preview.count("crosses another pair") == 4
    assert preview.count("no partner") == 2
    seen = seen_in(leader.get(address))
    leader.post(address, {"capacity": leader.key, "seen": seen, "confirm": "yes"})
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


@pytest.mark.parametrize("name", FILES)
def test_a_deep_and_broken_treaty_is_told_in_groups_and_kept_as_it_came(
    leading: Leading, leader: Browser, name: str
) -> None:
    sent = SimpleUploadedFile(name, FILES[name]())
    address = str(leader.send("import_file", "harbours", file=sent).url)
    preview = page(leader.get(address))
    for words in (
        "1 bracket is opened and never closed",
        "1 bracket is closed and was never opened",
        "4 signs belong to pairs that cross",
        "1 bracket may reach over several paragraphs",
        f"{treaty.PAIRS_FOUND} pairs were found.",
        '…The crew <strong class="bracket">[</strong>are fed by the keeper of',
        "may close in",
    ):
        assert words in preview, words
    seen = seen_in(leader.get(address))
    leader.post(address, {"capacity": leader.key, "seen": seen, "confirm": "yes"})
    draft = Draft.objects.get(slug="harbours")
    assert set(treaty.TREATY_TEXTS) <= {row.text for row in rows_of(draft)}  # nothing is mended
    assert Bracket.objects.open_in(draft).count() == treaty.PAIRS_FOUND
    require_agreement(draft)
    ledger = page(leader.open("bracket_ledger", "harbours"))
    assert "1 bracket is closed and was never opened" in ledger
    assert '…<strong class="bracket">[</strong>Every harbour is open to' in ledger


def signs_and_words(seed: str) -> list[str]:
    """Forty paragraphs with signs anywhere: glued, alone, doubled, crossed, at ends."""
    random = Random(seed)
    signs = ["[", "]", "［", "］", "[[", "]]", "[]", "", "", "", "", ""]
    return [
        "".join(
            random.choice(signs) + random.choice(["crew", "quay, ", "The keeper ", "of ", "dusk; "])
            for _turn in range(random.randint(3, 30))
        )
        + random.choice([".", ";", "].", "[", ""])
        for _paragraph in range(40)
    ]


@pytest.mark.parametrize("seed", others_at_night("abcdefgh", at_change=2))
@pytest.mark.parametrize("way", ["plain text", "a Word file"])
def test_the_ledger_tells_of_as_many_signs_as_the_preview_did(
    leading: Leading, leader: Browser, way: str, seed: str
) -> None:
    texts = signs_and_words(seed)
    sent = word_file(texts) if way == "a Word file" else file_of(*texts)
    address = str(leader.send("import_file", "harbours", file=sent).url)
    preview = leader.get(address)
    leader.post(address, {"capacity": leader.key, "seen": seen_in(preview), "confirm": "yes"})
    ledger = leader.open("bracket_ledger", "harbours")
    foretold, told = preview.context["bracket_report"], ledger.context["report_on_signs"]
    assert counts_of(told) == counts_of(foretold)
    assert told.opening_count == sum(text.count(sign) for text in texts for sign in "[［")
    assert told.closing_count == sum(text.count(sign) for text in texts for sign in "]］")
    assert Bracket.objects.open_in(Draft.objects.get(slug="harbours")).count() == told.pair_count


def counts_of(report: BracketReport) -> tuple[int, int, int, dict[str, int]]:
    counts = {group.kind: group.count for group in report.groups}
    return report.opening_count, report.closing_count, report.pair_count, counts


@pytest.mark.night  # that its signs are read, test_bracketed_files.py asks of each change
def test_a_draft_of_seventy_three_pages_is_taken_in_a_time_that_a_person_waits(
    leader: Browser,
) -> None:
    sent = SimpleUploadedFile("long.pdf", file_of_paper(paper(treaty.long_treaty()), "pdf").content)
    begun = time.monotonic()
    address = str(leader.send("import_file", "harbours", file=sent).url)
    preview = page(leader.get(address))
    read = time.monotonic() - begun
    assert f"{treaty.LONG_OPENING} signs open brackets" in preview
    assert f"{treaty.LONG_CLOSING} signs close them" in preview
    assert "15 brackets are opened and never closed" in preview
    seen = seen_in(leader.get(address))
    leader.post(address, {"capacity": leader.key, "seen": seen, "confirm": "yes"})
    taken = time.monotonic() - begun - read
    draft = Draft.objects.get(slug="harbours")
    assert Bracket.objects.open_in(draft).count() == treaty.LONG_CLOSING
    assert leader.open("desk", "harbours").status_code == 200
    assert leader.open("bracket_ledger", "harbours").status_code == 200
    assert read < 30
    assert taken < 30
