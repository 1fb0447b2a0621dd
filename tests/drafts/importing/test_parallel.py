"""A file in another language is aligned with the text by order, kind, number and figures."""

import json
from pathlib import Path
from uuid import uuid4

import pytest

from drafts.importing.parallel import LEAVE_OUT, pair_translation
from drafts.models import Wording
from drafts.parsing.file_text import ReadParagraph
from drafts.parsing.reading import read_text as read_draft


def _wording(place: int, text: str, kind: str = "operative", label: str = "") -> Wording:
    return Wording(pk=place, public_id=uuid4(), place=place, kind=kind, label=label, text=text)


def _row(row: int, text: str, kind: str = "operative", label: str = "") -> ReadParagraph:
    return ReadParagraph(row, f"r{row}", None, kind, label, 0, text, "", ())  # type: ignore[arg-type]


TEXT = [
    _wording(1, "Plan of Action", "title"),
    _wording(2, "Recalling resolution 55/25 of 15 November 2000,", "preambular", "PP1"),
    _wording(3, "To raise awareness of trafficking by 2030;", label="1"),
    _wording(4, "To train officials of the police and of the courts;", label="2"),
    _wording(5, "To report to the Assembly at its 66th session.", label="3"),
]
FRENCH = [
    _row(1, "Plan d’action", "title"),
    _row(2, "Rappelant sa résolution 55/25 du 15 novembre 2000,", "preambular"),
    _row(3, "Sensibiliser à la traite d’ici à 2030 ;", label="1"),
    _row(4, "Former les agents de la police et des tribunaux ;", label="2"),
    _row(5, "Lui faire rapport à sa 66e session.", label="3"),
]


def test_a_parallel_file_stands_beside_the_text_without_a_doubt() -> None:
    beside = pair_translation(TEXT, FRENCH, {})

    assert [(w.place, r.row_number) for w, r in beside.pairs] == [(n, n) for n in range(1, 6)]
    assert (beside.doubtful_rows, beside.open_rows, beside.untranslated_wordings) == ((), (), ())


@pytest.mark.parametrize("left", range(5))
def test_a_row_that_the_file_lacks_moves_no_other(left: int) -> None:
    rows = [row for place, row in enumerate(FRENCH) if place != left]

    beside = pair_translation(TEXT, rows, {})

    assert [w.place for w in beside.untranslated_wordings] == [left + 1]
    assert all(w.place == r.row_number for w, r in beside.pairs)


def test_a_row_too_many_is_to_be_placed_and_can_be_left_out() -> None:
    note = _row(9, "Document traduit par la mission.", "heading")
    rows = [*FRENCH[:3], note, *FRENCH[3:]]

    beside = pair_translation(TEXT, rows, {})
    after = pair_translation(TEXT, rows, {"9": LEAVE_OUT})

    assert [row.read_paragraph.row_number for row in beside.open_rows] == [9]
    assert after.open_rows == ()
    assert [r.row_number for _w, r in after.pairs] == [1, 2, 3, 4, 5]


def test_rows_in_another_order_are_in_doubt() -> None:
    choices = {"4": str(TEXT[4].public_id), "5": str(TEXT[3].public_id)}

    beside = pair_translation(TEXT, FRENCH, choices)

    assert [row.read_paragraph.row_number for row in beside.doubtful_rows] == [4, 5]
    assert "is earlier" in " ".join(beside.rows[4].doubts)


def test_two_rows_for_one_paragraph_are_to_be_placed() -> None:
    beside = pair_translation(
        TEXT, FRENCH, {"4": str(TEXT[2].public_id), "3": str(TEXT[2].public_id)}
    )

    assert [row.read_paragraph.row_number for row in beside.open_rows] == [3, 4]


def test_another_number_and_another_kind_are_said() -> None:
    rows = [FRENCH[0], FRENCH[1], _row(3, "Sensibiliser à la traite d’ici à 2030 ;", label="7")]

    beside = pair_translation(TEXT[:3], rows, {"3": str(TEXT[2].public_id)})

    assert beside.rows[2].doubts == ("The file numbers it 7, the text 1.",)


REAL = (
    "trafficking-coordination/lang/A_RES_80_228",
    "gpa-political-declaration/lang/A_RES_76_7",
    "gpa-political-declaration/lang/A_RES_80_9",
)


@pytest.mark.parametrize("language", ["ar", "es", "fr", "ru", "zh"])
@pytest.mark.parametrize("name", REAL)
def test_real_resolutions_stand_beside_their_english(
    real_data: Path, name: str, language: str
) -> None:
    """Where both have as many paragraphs each is beside its own; where two are lacking, no other
    moves: the numbers agree."""
    english = real_data / "drafts" / f"{name}.en.json"
    other = english.with_name(english.name.replace(".en.", f".{language}."))
    text = read_draft(english.name, english.read_bytes())
    wordings = [_wording(n, p.text, p.kind, p.label) for n, p in enumerate(text.paragraphs, 1)]
    read = read_draft(other.name, other.read_bytes())

    beside = pair_translation(wordings, read.paragraphs, {})

    lacking = len(wordings) - len(json.loads(other.read_text()))
    assert len(beside.untranslated_wordings) == lacking
    assert beside.open_rows == ()
    assert len(beside.doubtful_rows) <= 2
    if not lacking:
        assert [w.place for w, _r in beside.pairs] == list(range(1, len(wordings) + 1))
