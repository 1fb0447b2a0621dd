"""Brackets in the digest, on paper, over the API, and beside the text."""

from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from docx import Document

from comments.brackets.news import bracket_lines
from comments.rolling import as_docx, as_pdf
from comments.rolling.text import compile_rolling
from comments.table.annexes import BracketAnnexes
from comments.table.compiled import compile_table
from comments.table.files import stream
from consultations.models import Seat
from consultations.rules.access import Access, Role
from drafts.brackets.acts import lift_bracket, put_bracket
from drafts.circulating.acts import circulate_revision
from drafts.models import Draft, Revision
from tests.drafts.brackets.bracketed import bracket_around, seats_of, stored
from tests.drafts.desk.leading import Browser, Leading, build_leading, page, rows_of, text_with
from tests.opened import words_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def leading() -> Leading:
    return build_leading()


@pytest.fixture
def seats(leading: Leading) -> list[Seat]:
    return seats_of(leading, "FRA", "JPN")


@pytest.fixture
def draft(leading: Leading, seats: list[Seat]) -> Draft:
    draft = text_with(leading.leader, "States shall act in time.", "[They] meet.")
    put_brackets(leading, draft, "shall", seats)
    put_brackets(leading, draft, "in time", seats[:1])
    return draft


def put_brackets(leading: Leading, draft: Draft, words: str, seats: list[Seat]) -> None:
    row = stored(rows_of(draft)[0])
    start = row.text.index(words)
    put_bracket(
        access=leading.leader,
        paragraph=row,
        version=row.version,
        start=start,
        end=start + len(words),
        asking_seats=seats,
    )


def lift(leading: Leading, draft: Draft, place: int, words: str) -> None:
    row = stored(rows_of(draft)[place])
    bracket = bracket_around(row, words)
    lift_bracket(access=leading.leader, bracket=bracket, version=row.version, lift_kind="kept")


def two_revisions(leading: Leading, draft: Draft, **how: Any) -> list[Revision]:
    first = circulate_revision(access=leading.leader, draft=draft, stage="First draft", **how)
    lift(leading, draft, 1, "They")
    second = circulate_revision(access=leading.leader, draft=draft, stage="Rev.1", **how)
    return [first, second]


def delegate(leading: Leading, seat: Seat) -> Access:
    capacity = replace(leading.leader.capacity, role=Role.FOCAL_POINT)
    return replace(leading.leader, capacity=capacity, seat=seat)


def digest_lines(access: Access) -> list[str]:
    return [line.words for line in bracket_lines(access)]


def test_the_digest_says_what_is_open_what_was_lifted_and_what_is_ours(
    leading: Leading, draft: Draft, seats: list[Seat]
) -> None:
    assert digest_lines(leading.leader) == []  # nothing is circulated
    two_revisions(leading, draft)
    both = "2 brackets are open. 1 was lifted since First draft."
    assert digest_lines(leading.leader) == [both]
    assert digest_lines(delegate(leading, seats[0])) == [f"{both} 2 brackets are yours."]
    assert digest_lines(delegate(leading, seats[1])) == [f"{both} 1 bracket is yours."]


def test_what_the_digest_says_costs_the_same_for_any_number_of_brackets(
    leading: Leading, draft: Draft, seats: list[Seat]
) -> None:
    two_revisions(leading, draft)
    reader = delegate(leading, seats[0])
    with CaptureQueriesContext(connection) as few:
        digest_lines(reader)
    put_brackets(leading, draft, "act", seats)
    circulate_revision(access=leading.leader, draft=draft, stage="Rev.2")
    with CaptureQueriesContext(connection) as more:
        digest_lines(reader)
    assert len(more) == len(few) == 4


@pytest.mark.parametrize(("names_askers", "copy"), [(True, "circulation"), (False, "circulation")])
def test_the_table_has_them_behind_it_with_names_where_they_may_stand(
    leading: Leading, draft: Draft, names_askers: bool, copy: Any
) -> None:
    revisions = two_revisions(leading, draft, names_askers=names_askers)
    access = replace(leading.leader, moment=leading.leader.moment + timedelta(days=1))
    table = compile_table(
        access=access, revisions=revisions, cut_off=leading.leader.moment, copy=copy
    )
    [annex] = [one for one in table.annexes if one.sheet_name == "Brackets"]
    names = [["State of FRA, State of JPN"], ["State of FRA"]] if names_askers else [[], []]
    assert [list(row) for row in annex.rows] == [
        ["1" if annex.rows[0][0] == "1" else "–", "[shall]", *names[0]],
        ["1" if annex.rows[0][0] == "1" else "–", "[in time]", *names[1]],
    ]
    for form in ("docx", "xlsx", "pdf"):
        assert len(b"".join(stream(table, form))) > 1000


def test_the_facilitators_copy_names_who_asked_in_any_case(leading: Leading, draft: Draft) -> None:
    revisions = two_revisions(leading, draft)
    [annex] = BracketAnnexes(leading.leader, revisions, "en", is_for_facilitators=True)
    assert annex.column_titles[-1] == "Asked by"
    assert annex.rows[1][-1] == "State of FRA"


@pytest.mark.parametrize("has_names", [True, False])
def test_the_rolling_text_has_them_behind_it_and_no_name_where_it_has_none(
    leading: Leading, draft: Draft, has_names: bool
) -> None:
    *_earlier, last = two_revisions(leading, draft, names_askers=True)
    rolling = compile_rolling(
        access=replace(leading.leader, moment=leading.leader.moment + timedelta(days=1)),
        revision=last,
        cut_off=leading.leader.moment,
        has_names=has_names,
    )
    [annex] = rolling.annexes
    assert [row[1] for row in annex.rows] == ["[shall]", "[in time]"]
    assert ("State of FRA" in str(annex)) is has_names
    document = Document(BytesIO(b"".join(as_docx.stream(rolling))))
    assert [cell.text for cell in document.tables[-1].columns[1].cells] == [
        "Words in brackets",
        "[shall]",
        "[in time]",
    ]
    printed = words_of(b"".join(as_pdf.stream(rolling)))
    assert annex.title in " ".join(printed.split())
    assert list(replace(rolling, is_part=True).annexes) == []


def test_the_picture_is_a_file_too(leading: Leading, draft: Draft) -> None:
    browser = Browser(leading.leader)
    assert 'href="?file=days"' in page(browser.open("bracket_ledger", "plan"))
    rows = browser.open("bracket_ledger", "plan", query="?file=days").content.decode()
    assert rows.splitlines()[-1].endswith('"3","0"')


@pytest.mark.parametrize("names_askers", [True, False])
def test_who_asked_stands_beside_the_words_at_wish(
    leading: Leading, draft: Draft, names_askers: bool
) -> None:
    two_revisions(leading, draft, names_askers=names_askers)
    browser = Browser(leading.leader)  # who reads all knows in any case
    plain = page(browser.open("reading", "plan", 2))
    assert "Asked by" not in plain
    assert "Show who asked for brackets" in plain
    shown = page(browser.open("reading", "plan", 2, query="?askers=1"))
    assert "Asked by: State of FRA, State of JPN" in " ".join(shown.split())
    assert "Hide who asked for brackets" in shown
