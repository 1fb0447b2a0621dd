"""The papers opened again by readers that had no part in writing them: rows of cells out of files.

Each function takes the bytes of one file and gives the row of column heads, then the rows.
"""

import csv
import io
import re
import subprocess
from bisect import bisect
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import openpyxl
from docx import Document
from docx.oxml.ns import qn
from lxml import etree

from .expected_cells import COLUMNS, Cell, joined

# The margins of a page of the PDF, in points: its running title and its foot stand in them.
HEAD, FOOT = 56, 51
BIDI_MARKS = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")
CHANGES = {qn("w:ins"): "+", qn("w:del"): "-"}
ANNEXES = ("Members of groups", "Concordance of")  # the first words of what stands behind the table
# What a run holds: words that stand, words deleted, and line ends and tabs.
WORDS = {qn("w:t"): "", qn("w:delText"): "", qn("w:br"): "\n", qn("w:tab"): "\t"}


def rows_of_csv(content: bytes) -> list[list[str]]:
    """The records below the head, which ends with an empty one."""
    records = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    return records[records.index([]) + 1 :]


def rows_of_xlsx(content: bytes) -> list[list[str]]:
    """The first sheet below its title and its key; no cell of it is a formula."""
    sheet = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
    rows = list(sheet.rows)[2:]
    assert not any(cell.data_type == "f" for row in rows for cell in row)
    return [["" if cell.value is None else cell.value for cell in row] for row in rows]


def rows_of_docx(content: bytes) -> list[list[Cell]]:
    """The first table, each cell with its lines and marks: Word's own insertions and deletions.

    Behind it stand the concordances of a table that spans revisions.
    """
    rows = Document(io.BytesIO(content)).tables[0].rows
    return [[_marked(cell) for cell in row.cells] for row in rows]


def _marked(cell: Any) -> Cell:
    lines = (joined(_runs(paragraph)) for paragraph in cell.paragraphs)
    return [line for line in lines if line]


def _runs(paragraph: Any) -> Iterator[tuple[str, str]]:
    """(mark, words) of each run, those inside a change included."""
    for run in paragraph._p.iter(qn("w:r")):
        change = run.getparent().tag
        parts = (part for part in run if part.tag in WORDS)
        words = "".join(WORDS[part.tag] or part.text or "" for part in parts)
        yield CHANGES.get(change, "="), words


@dataclass(frozen=True)
class Word:
    """A word of a PDF and where it begins, in points from the left and the top of its page."""

    text: str
    left: float
    top: float


def rows_of_pdf(content: bytes) -> list[list[str]]:
    """The words of each cell as they are drawn, one after the other without the spaces.

    A word belongs to the column under whose head it begins. A row that goes on overleaf is one.
    """
    rows: list[list[str]] = [[head.replace(" ", "") for head in COLUMNS]]
    column = len(COLUMNS)
    for page in _pages(content):
        table = _before_annexes(page)
        if not table:
            break
        edges, words = _below_the_heads(table)
        for word in words:
            was, column = column, bisect(edges, word.left + 1) - 1
            if column == 0 and was != 0:
                rows.append([""] * len(COLUMNS))
            rows[-1][column] += BIDI_MARKS.sub("", word.text)
        if len(table) < len(page):
            break
    return rows


def _before_annexes(page: list[Word]) -> list[Word]:
    """The words of a page that stand before the annexes behind the table."""
    texts = [word.text for word in page]
    starts = (
        place
        for place in range(len(texts))
        if any(texts[place : place + len(head.split())] == head.split() for head in ANNEXES)
    )
    return page[: next(starts, len(page))]


def _pages(content: bytes) -> Iterator[list[Word]]:
    """The words of each page between its running title and its foot."""
    read = subprocess.run(
        ["pdftotext", "-raw", "-bbox", "-", "-"], input=content, capture_output=True, check=True
    )
    for page in etree.fromstring(read.stdout).iter("{*}page"):
        foot = float(page.get("height")) - FOOT
        words = (
            Word(word.text, float(word.get("xMin")), float(word.get("yMin")))
            for word in page.iter("{*}word")
        )
        yield [word for word in words if HEAD < word.top < foot]


def _below_the_heads(words: list[Word]) -> tuple[list[float], list[Word]]:
    """Where each column begins, and the words of its cells. Fails where a head is missing."""
    texts = [word.text for word in words]
    heads = " ".join(COLUMNS).split()
    start = next(place for place in range(len(texts)) if texts[place : place + len(heads)] == heads)
    firsts = [sum(len(head.split()) for head in COLUMNS[:place]) for place in range(len(COLUMNS))]
    edges = [words[start + first].left for first in firsts]
    return edges, words[start + len(heads) :]
