"""A kit that was not changed is read back to the character: all scripts, spaces and breaks."""

from collections.abc import Callable
from io import BytesIO
from zipfile import ZipFile

import pytest
from django.utils.translation import override
from hypothesis import HealthCheck, example, given, settings, strategies as st
from openpyxl import load_workbook

from comments.kit.docx_out import write_docx
from comments.kit.file_rows import KitFields, kind_of, type_of
from comments.kit.keys import FIELD_NAMES
from comments.kit.parsing import parse_contents, read_file
from comments.kit.queries import KitContents
from comments.kit.reading import read_contents
from comments.kit.xlsx_out import write_xlsx
from comments.models import PROPOSING_KINDS, CommentKind, CommentType
from drafts.circulating.seal import checksum_in_groups
from tests.comments.kit.as_word import Word, w
from tests.comments.kit.kits import kit, row
from tests.nights import examples

FORMS = pytest.mark.parametrize(("form", "write"), [("docx", write_docx), ("xlsx", write_xlsx)])

# What delegations write in six languages, and what editors like to repair.
PIECES = st.sampled_from(
    [
        "States should coöperate",
        "de\u0301le\u0301gations",
        "الدول الأعضاء",
        "\u200fعربي\u200e",
        "\u202bembedded\u202c",
        "会员国应",
        "n\u00b0\u00a012",
        "non\u2011breaking",
        "thin\u202fspace",
        "soft\u00adhyphen",
        "zero\u200bwidth\u200djoiner",
        "\ufeffmark",
        "<w:t>&amp;</w:t>",
        "=1+1",
        "'quoted",
        "_x0041_",
        "\t",
        "\n",
        "\n\n",
        "\r",
        "  ",
        " ",
        "\u2028",
        "\u0085",
        "𝔘 and 🕊",
        "{{ x }}",
    ]
)
# Whatever XML 1.0 can hold, as the platform takes it.
ANY = st.text(
    st.characters(
        codec="utf-8", exclude_categories=["Cs"], exclude_characters="\x00\ufffe\uffff"
    ).filter(lambda c: c >= " " or c in "\t\n\r"),
    max_size=40,
)
WORDS = st.lists(PIECES | ANY, min_size=1, max_size=8).map("".join).filter(str.strip)


@st.composite
def any_fields(draw: st.DrawFn) -> KitFields:
    """What a stored draft can say."""
    kind = draw(st.sampled_from(list(CommentKind)))
    proposed = draw(WORDS) if kind in PROPOSING_KINDS else ""
    rationale = draw(WORDS | st.just("")) if proposed else draw(WORDS)
    return KitFields(
        kind.value, draw(st.sampled_from(list(CommentType))).value, proposed, rationale
    )


@FORMS
@settings(max_examples=examples(60), deadline=None, suppress_health_check=list(HealthCheck))
@given(
    comments=st.lists(any_fields(), min_size=1, max_size=4), language=st.sampled_from(["en", "ar"])
)
@example(
    comments=[KitFields("replace", "editorial", " a\r\n\tb\u00a0", "_x000D_\r")], language="en"
)
def test_what_is_uploaded_is_what_was_downloaded(
    form: str, write: Callable[[KitContents], bytes], comments: list[KitFields], language: str
) -> None:
    sent = kit([row(number, fields) for number, fields in enumerate(comments)], language)
    # Here and not in the process apart, in which each upload of `test_kit_pages.py` is read.
    file = parse_contents(read_contents(f"kit.{form}", write(sent)))
    assert file.issued_for == sent.issued_for
    assert [line.row_key for line in file.kit_rows] == [row.row_key for row in sent.rows]
    read = [
        KitFields(
            kind_of(line.fields.kind) or "",
            type_of(line.fields.type) or "",
            line.fields.proposed,
            line.fields.rationale,
        )
        for line in file.kit_rows
    ]
    assert read == comments


@FORMS
def test_a_kit_bears_the_checksum_of_its_revision(
    form: str, write: Callable[[KitContents], bytes]
) -> None:
    with ZipFile(BytesIO(write(kit([row(1)])))) as package:
        written = "".join(package.read(name).decode() for name in package.namelist())
    assert "Checksum of First draft" in written
    assert checksum_in_groups(kit([]).checksum) in written


@FORMS
def test_an_empty_row_comes_back_empty(form: str, write: Callable[[KitContents], bytes]) -> None:
    file = read_file(f"kit.{form}", write(kit([row(1), row(2)])))
    assert [line.fields for line in file.kit_rows] == [KitFields(), KitFields()]


@pytest.mark.parametrize("language", ["ar", "en", "es", "fr", "ru", "zh-hans"])
@FORMS
def test_kinds_and_types_are_known_again_in_every_language(
    form: str, write: Callable[[KitContents], bytes], language: str
) -> None:
    comments = [
        KitFields(kind.value, CommentType.TECHNICAL, "", "Because.") for kind in CommentKind
    ]
    sent = kit([row(number, fields) for number, fields in enumerate(comments)], language)
    content = write(sent)
    with override("en"):
        lines = read_file(f"kit.{form}", content).kit_rows
    assert [kind_of(line.fields.kind) for line in lines] == [kind.value for kind in CommentKind]
    assert {type_of(line.fields.type) for line in lines} == {"technical"}


def test_every_cell_of_a_word_row_is_a_control_with_the_paragraphs_id() -> None:
    sent = kit([row(1, KitFields("question", "editorial", "", "Which?")), row(2)])
    word = Word(write_docx(sent))
    for sent_row, shown in zip(sent.rows, word.rows(), strict=True):
        cells = shown.findall("w:tc", word.names)
        assert len(cells) == len(FIELD_NAMES)
        for cell, field in zip(cells, FIELD_NAMES, strict=True):
            (tag,) = cell.findall(".//w:sdt/w:sdtPr/w:tag", word.names)
            assert tag.get(w("val")) == sent_row.row_key.tag(field)
            assert len(tag.get(w("val"))) <= 64  # more than this Word does not open
        for field, choices in (("kind", CommentKind), ("type", CommentType)):
            items = word.control(shown, field).iterfind(".//w:listItem", word.names)
            assert [item.get(w("value")) for item in items] == list(choices)


@pytest.mark.parametrize("language", ["ar", "en"])
def test_excel_offers_kinds_and_types_as_lists_and_no_other_words(language: str) -> None:
    with override(language):
        labels = [[str(choice.label) for choice in list_] for list_ in (CommentKind, CommentType)]
    book = load_workbook(BytesIO(write_xlsx(kit([row(1), row(2)], language))))
    sheet = book.worksheets[0]
    offered = []
    for rule in sheet.data_validations.dataValidation:
        assert rule.type == "list"
        name, cells = rule.formula1.split("!")
        found = book[name.strip("'=")][cells.replace("$", "")]
        offered.append([cell.value for (cell,) in found])
    assert offered == labels
    assert [hidden.sheet_state for hidden in book.worksheets[1:]] == ["veryHidden"]
