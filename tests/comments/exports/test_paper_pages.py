"""The layout of files from LibreOffice and Typst: no nearly blank page, fitting columns."""

import random
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from comments.table.cells import width_shares
from comments.table.compiled import TableRow
from comments.table.files import stream
from tests.comments.kit.office import NEEDS_OFFICE, saved_as
from tests.comments.table.test_exports import GROUP, PLAIN, make_table
from tests.comments.white_share import white_shares

NEEDS_POPPLER = pytest.mark.skipif(
    shutil.which("pdftoppm") is None, reason="poppler's pdftoppm is not installed"
)
MAX_WHITE_SHARE = 0.45
WORDS = (
    "States shall take measures against trafficking in persons and protect all victims of it "
    "with due regard to their age gender and special needs including housing counselling"
).split()


def random_words(chance: random.Random, max_words: int) -> str:
    """Some sentences; nothing where `max_words` is small and chance has it."""
    return " ".join(
        chance.choice(WORDS) for _word in range(chance.randint(max_words // 8, max_words))
    )


def inputs() -> tuple[TableRow, ...]:
    """Inputs as they come: most short, some long, every fourth of a group of 54."""
    chance = random.Random(5)
    members = tuple(f"State of {chance.choice(WORDS)} {number}" for number in range(54))
    rows = []
    for place in range(48):
        text = random_words(chance, 90)
        row = replace(
            GROUP if place % 4 == 0 else PLAIN,
            number=f"AG-{place}" if place % 4 == 0 else f"PRT-{place}",
            member_names=members if place % 4 == 0 else (),
            text=text,
            redline=(("=", text), ("+", random_words(chance, 30))),
            rationale=random_words(chance, 120 if place % 7 == 0 else 40),
            observation=random_words(chance, 20),
        )
        rows.append(row)
    return tuple(rows)


@pytest.fixture(scope="module")
def rows() -> tuple[TableRow, ...]:
    return inputs()


@NEEDS_POPPLER
@pytest.mark.parametrize("copy", ["circulation", "facilitators"])
def test_no_page_of_typst_is_nearly_blank(
    tmp_path: Path, rows: tuple[TableRow, ...], copy: str
) -> None:
    file = tmp_path / "table.pdf"
    file.write_bytes(b"".join(stream(make_table(rows=rows, row_count=len(rows), copy=copy), "pdf")))
    shares = white_shares(file)
    assert len(shares) > 4
    assert max(shares[:-1]) <= MAX_WHITE_SHARE, shares


@NEEDS_OFFICE
@NEEDS_POPPLER
@pytest.mark.parametrize("copy", ["circulation", "facilitators"])
def test_no_page_of_libreoffice_is_nearly_blank(
    tmp_path: Path, rows: tuple[TableRow, ...], copy: str
) -> None:
    content = b"".join(stream(make_table(rows=rows, row_count=len(rows), copy=copy), "docx"))
    file = tmp_path / "table.pdf"
    file.write_bytes(saved_as(tmp_path, content, "docx", "pdf"))
    shares = white_shares(file)
    assert len(shares) > 4
    assert max(shares[:-1]) <= MAX_WHITE_SHARE, shares


def test_columns_are_as_wide_as_their_words_need() -> None:
    columns = ("No.", "Text", "Reason")
    short = width_shares(columns, [("PRT-1", "word " * 100, "word " * 10)] * 5)
    even = width_shares(columns, [("PRT-1", "word " * 100, ""), ("PRT-2", "", "word " * 100)] * 5)
    assert short[1] > 2 * short[2] > 2 * short[0]
    assert abs(even[1] - even[2]) < 2
    assert round(sum(short)) == round(sum(even)) == 100
    assert width_shares(columns, []) == width_shares(columns, [])
