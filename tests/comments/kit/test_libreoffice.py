"""LibreOffice opens a kit and saves it: rows, ids, words, tracked changes and margins stay."""

from pathlib import Path

import pytest

from comments.kit.docx_out import write_docx
from comments.kit.file_rows import KitFields, ParsedFile
from comments.kit.parsing import read_file
from comments.kit.xlsx_out import write_xlsx
from tests.comments.kit.as_word import Word
from tests.comments.kit.kits import kit, row
from tests.comments.kit.office import NEEDS_OFFICE, saved_as
from tests.nights import others_at_night

WORDS = "States\u00a0parties\tshould\nact, الدول الأعضاء, de\u0301le\u0301gue\u0301, x\u2011y"
SENT = kit(
    [
        row(1, KitFields("replace", "technical", WORDS, "Because  it\u202fis so.\n\nAnd more.")),
        row(2),
        row(3, KitFields("comment", "substantive", "", "Why not?")),
        row(4),
    ]
)


def _said(file: ParsedFile) -> list[tuple[object, KitFields, str]]:
    return [(line.row_key, line.fields, line.text) for line in file.kit_rows]


@NEEDS_OFFICE
@pytest.mark.parametrize(
    "endings", others_at_night([("docx", "odt", "docx"), ("docx", "docx")]), ids="-".join
)
def test_a_word_kit_saved_by_libreoffice_says_the_same(
    tmp_path: Path, endings: tuple[str, ...]
) -> None:
    content = write_docx(SENT)
    saved = read_file("kit.docx", saved_as(tmp_path, content, *endings))
    assert saved.issued_for == SENT.issued_for
    assert _said(saved) == _said(read_file("kit.docx", content))


@NEEDS_OFFICE
@pytest.mark.parametrize(
    "endings", others_at_night([("docx", "odt", "docx"), ("docx", "docx")]), ids="-".join
)
def test_changes_made_in_word_stay_when_libreoffice_saves_them(
    tmp_path: Path, endings: tuple[str, ...]
) -> None:
    word = Word(write_docx(SENT))
    rows = word.rows()
    word.fill(rows[1], kind="replace wording", type="editorial", proposed="To train all staff.")
    word.track(rows[3], out="train", put_in="train and equip")
    word.note(rows[3], "Training alone is not enough.")
    saved = read_file("kit.docx", saved_as(tmp_path, word.saved(), *endings))
    first, second, third, last = saved.kit_rows
    assert first.fields.proposed == WORDS
    assert second.fields == KitFields("replace wording", "editorial", "To train all staff.", "")
    assert third.fields.rationale == "Why not?"
    assert last.text == "To train and equip officials."
    assert last.margin_notes == ("Training alone is not enough.",)
    assert [line.row_key for line in saved.kit_rows] == [row.row_key for row in SENT.rows]


@NEEDS_OFFICE
@pytest.mark.parametrize(
    "endings", others_at_night([("xlsx", "ods", "xlsx"), ("xlsx", "xlsx")]), ids="-".join
)
def test_an_excel_kit_saved_by_libreoffice_says_the_same(
    tmp_path: Path, endings: tuple[str, ...]
) -> None:
    content = write_xlsx(SENT)
    saved = read_file("kit.xlsx", saved_as(tmp_path, content, *endings))
    assert saved.issued_for == SENT.issued_for
    assert _said(saved) == _said(read_file("kit.xlsx", content))
