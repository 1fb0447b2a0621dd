"""The page of the table, its downloads, and the papers that a task makes."""

import re
import subprocess
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit
from zipfile import ZipFile
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings

from comments.answers.acts import review
from comments.exports import text_selection
from comments.exports.acts import (
    KEPT_FOR,
    delete_expired_files,
    get_or_create_export,
    make_export_file,
)
from comments.exports.text_selection import TextSelection
from comments.models import Export
from comments.rolling.selection import MAX_ROLLING_ROWS_IN_REQUEST, RollingSelection
from comments.submitting.acts import withdraw_comment
from comments.table import views
from comments.table.files import FORMATS
from comments.table.selection import MAX_ROWS_IN_REQUEST, TableSelection
from config.celery import app
from consultations.models import Facilitation
from consultations.rules.access import Refused
from consultations.rules.access_factory import capacity_key_of_post
from consultations.web.view_decorators import CAPACITY_SESSION_KEY
from delegations.models import Post
from drafts.desk.acts import add_paragraph
from drafts.models import Revision
from drafts.printing import pdf
from tests.comments.table.table_room import DAY, HOUR, KEPT, START, TableRoom, make_room

pytestmark = pytest.mark.django_db

OPEN = START + 2 * HOUR
NOW = START + 60 * DAY + timedelta(seconds=42)


@pytest.fixture(autouse=True)
def own_files(settings: Settings, tmp_path: Path) -> None:
    """Papers of a test are kept where the test is."""
    stores = dict(settings.STORAGES)
    stores["default"] = stores["default"] | {"OPTIONS": {"location": tmp_path}}
    settings.STORAGES = stores


@pytest.fixture
def work_at_once() -> Iterator[None]:
    """Tasks run where they are asked for."""
    was = app.conf.task_always_eager
    app.conf.task_always_eager = True
    yield
    app.conf.task_always_eager = was


@pytest.fixture
def room() -> TableRoom:
    return KEPT.laid_out()


@pytest.fixture
def revision(room: TableRoom) -> Revision:
    return room.circulate("First draft", START)


@pytest.fixture(autouse=True)
def summer() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


def signed_in(room: TableRoom, code: str) -> Client:
    user, capacity = room.capacities[code]
    client = Client()
    client.force_login(user)
    session = client.session
    session[CAPACITY_SESSION_KEY] = capacity
    session.save()
    return client


def address(room: TableRoom, *revisions: Revision, format_name: str = "", **choice: str) -> str:
    chosen = {"copy": "circulation", "layout": "grid", "cut_off": "2010-06-16T18:00"} | choice
    query = urlencode(
        [*(("revision", str(r.public_id)) for r in revisions), *chosen.items()],
    )
    file = f"{format_name}/" if format_name else ""
    return f"/consultations/{room.consultation.slug}/table/{file}?{query}"


def papers_of(room: TableRoom) -> str:
    return f"/consultations/{room.consultation.slug}/papers/"


def body(response: Any) -> bytes:
    return b"".join(response.streaming_content) if response.streaming else response.content


def queries(read: Callable[[], object]) -> int:
    with CaptureQueriesContext(connection) as captured:
        read()
    return len(captured)


# --- The page ------------------------------------------------------------------------------------


def test_the_page_stands_on_all_revisions_as_of_this_minute_and_says_so_in_its_address(
    room: TableRoom, revision: Revision
) -> None:
    response = signed_in(room, "PRT").get(f"/consultations/{room.consultation.slug}/table/")
    assert response.status_code == 302
    assert parse_qs(urlsplit(response["Location"]).query) == {
        "revision": [str(revision.public_id)],
        "copy": ["circulation"],
        "layout": ["grid"],
        "cut_off": ["2010-07-02T09:00-04:00"],
    }


def test_straight_after_circulating_the_table_opens_and_its_own_form_shows_it_again(
    room: TableRoom,
) -> None:
    out = room.circulate("First draft", NOW - timedelta(seconds=1, microseconds=5))
    client = signed_in(room, "PRT")
    opened = client.get(f"/consultations/{room.consultation.slug}/table/", follow=True)
    assert opened.status_code == 200
    assert opened.context["table"].cut_off == out.circulated_at
    minute = NOW.astimezone(ZoneInfo("America/New_York")).replace(second=0, microsecond=0)
    shown = f"{minute:%Y-%m-%dT%H:%M}"
    assert f'value="{shown}"' in opened.content.decode()
    assert client.get(address(room, out, cut_off=shown)).status_code == 200


@pytest.mark.parametrize("edge", ["9999-12-31T23:59-05:00", "0001-01-01T00:00+09:00"])
def test_a_cut_off_at_the_edge_of_the_calendar_is_refused(
    room: TableRoom, revision: Revision, edge: str
) -> None:
    table = signed_in(room, "PRT").get(address(room, revision, cut_off=edge))
    assert table.status_code == 422
    assert "Choose a year from 2000 to 2100." in table.content.decode()


def test_the_page_shows_the_paper_as_printed(room: TableRoom, revision: Revision) -> None:
    room.submit(
        "PRT",
        revision,
        room.paragraphs[2],
        OPEN,
        kind="replace",
        proposed="Decides to step up efforts;",
        rationale="<b>Article 9</b>",
    )
    page = signed_in(room, "NOR").get(address(room, revision)).content.decode()
    title = "Table of Inputs on First Draft, as at 16 June 2010, 18:00 (New York time)"
    assert f"<h1>{title}</h1>" in page
    assert "<strong>PRT-1</strong>" in page
    assert '<span class="wording__opening">Decides</span> to strengthen efforts;' in page
    assert "<ins>" in page
    assert "<del>" in page
    assert "&lt;b&gt;Article 9&lt;/b&gt;" in page
    assert "have not been edited" in page


def test_the_block_layout_sets_inputs_under_their_paragraph(
    room: TableRoom, revision: Revision
) -> None:
    room.submit("PRT", revision, room.paragraphs[2], OPEN)
    room.submit("NOR", revision, room.paragraphs[2], OPEN)
    page = signed_in(room, "NOR").get(address(room, revision, layout="blocks")).content.decode()
    assert page.count("<h2>OP1</h2>") == 1
    assert page.index("NOR-1 · Norway") < page.index("PRT-1 · Portugal")


def test_twenty_rows_stand_on_a_page_and_the_rest_on_the_next(
    room: TableRoom, revision: Revision
) -> None:
    for _turn in range(21):
        room.submit("PRT", revision, room.paragraphs[2], OPEN)
    client = signed_in(room, "facilitator")
    first = client.get(address(room, revision)).content.decode()
    second = client.get(address(room, revision, page="2")).content.decode()
    assert first.count("<strong>PRT-") == 20
    assert "Page 1 of 2" in first
    assert "<strong>PRT-21</strong>" in second
    assert second.count("<strong>PRT-") == 1


def test_a_part_is_chosen_by_section_delegation_and_state_for_page_and_files_alike(
    room: TableRoom, revision: Revision
) -> None:
    heading, op1, op3 = room.paragraphs[1], room.paragraphs[2], room.paragraphs[4]
    room.submit("PRT", revision, op1, START + HOUR)
    room.submit("NOR", revision, op3, START + HOUR)
    room.submit("NOR", revision, room.paragraphs[0], START + HOUR)
    gone = room.submit("NOR", revision, op1, START + HOUR)
    withdraw_comment(
        access=room.access("NOR", START + 2 * HOUR), comment=gone, reason="Asked elsewhere."
    )
    client = signed_in(room, "facilitator")
    norway = str(room.seats["NOR"].public_id)
    parts: list[tuple[dict[str, str], str, list[str]]] = [
        ({}, "", ["NOR-2", "NOR-3", "PRT-1", "NOR-1"]),
        ({"delegation": norway}, "norway", ["NOR-2", "NOR-3", "NOR-1"]),
        ({"state": "withdrawn"}, "withdrawn", ["NOR-3"]),
        ({"state": "in_time"}, "in-time", ["NOR-2", "PRT-1", "NOR-1"]),
        ({"section": str(heading.public_id)}, "prevention", ["NOR-3", "PRT-1", "NOR-1"]),
        ({"state": "in_time", "delegation": norway}, "norway-in-time", ["NOR-2", "NOR-1"]),
        ({"state": "late"}, "late", []),
    ]
    for choice, name, numbers in parts:
        response = client.get(address(room, revision, copy="facilitators", **choice))
        assert [cells[0][0].pieces[0][1] for cells in response.context["rows"]] == numbers
        assert ("Download this part" in response.content.decode()) == bool(choice)
        for download in response.context["downloads"]:
            file = client.get(download.address)
            assert f"facilitators{name and '-'}{name}-2010" in file["Content-Disposition"]
            words = words_in(body(file), download.address)
            assert {n for n in parts[0][2] if n in words} == {*numbers}, (download.name, choice)
            in_title = f"(only {name.replace('-in-time', '; in time').replace('-', ' ')})"
            assert (in_title in words.lower()) == bool(choice)


def test_a_part_that_the_revisions_do_not_have_is_answered_with_a_sentence(room: TableRoom) -> None:
    first = room.circulate("First draft", START)
    heading = add_paragraph(
        access=room.access("facilitator", START + DAY),
        draft=room.draft,
        kind="heading",
        text="Protection",
        after=room.paragraphs[-1],
    )
    second = room.circulate("Second draft", START + 2 * DAY)
    client = signed_in(room, "facilitator")
    chosen = {"section": str(heading.public_id)}
    assert client.get(address(room, first, second, **chosen)).status_code == 200
    refused = client.get(address(room, first, **chosen))
    assert refused.status_code == 422
    assert "The chosen revisions do not have this part." in refused.content.decode()


def test_the_task_makes_the_part_that_was_chosen(
    room: TableRoom, revision: Revision, work_at_once: None
) -> None:
    for code in ("PRT", "NOR"):
        room.submit(code, revision, room.paragraphs[2], START + HOUR)
    norway = str(room.seats["NOR"].public_id)
    ask(room, "NOR", address(room, revision, format_name="csv", delegation=norway))
    paper = Export.objects.get()
    assert paper.total == 1
    with paper.file.open() as file:
        made = file.read()
    assert b"NOR-1" in made and b"PRT-1" not in made
    assert "(only Norway)" in signed_in(room, "NOR").get(papers_of(room)).content.decode()


def test_inputs_are_chosen_by_answer_in_the_facilitators_copy_alone(
    room: TableRoom, revision: Revision
) -> None:
    one, two, three = (
        room.submit("PRT", revision, room.paragraphs[2], START + HOUR) for _turn in range(3)
    )
    leader = room.access("facilitator", START + 2 * HOUR)
    for comment, disposition in ((one, "noted"), (two, "noted"), (two, "partly")):
        review(access=leader, comment=comment, disposition=disposition, observation="")
    client = signed_in(room, "facilitator")

    def shown(disposition: str) -> list[str]:
        chosen = address(room, revision, copy="facilitators", disposition=disposition)
        response = client.get(chosen)
        assert response.status_code == 200
        return [cells[0][0].pieces[0][1] for cells in response.context["rows"]]

    assert shown("noted") == [one.reference]
    assert shown("partly") == [two.reference]
    assert shown("unanswered") == [three.reference]
    assert shown("reflected") == []
    chosen = {"copy": "circulation", "disposition": "noted"}
    assert client.get(address(room, revision, **chosen)).status_code == 422
    delegate = signed_in(room, "NOR")
    unasked = delegate.get(address(room, revision, copy="circulation"))
    asked = delegate.get(address(room, revision, **chosen))
    assert asked.status_code == 200 and b'name="disposition"' not in asked.content
    assert len(asked.context["rows"]) == len(unasked.context["rows"]) == 3
    files = [
        body(delegate.get(address(room, revision, format_name="csv", **choice)))
        for choice in (chosen, {"copy": "circulation"})
    ]
    assert files[0] == files[1] and one.reference.encode() in files[0]
    refused = delegate.get(
        address(room, revision, format_name="csv", copy="facilitators", disposition="noted")
    )
    assert refused.status_code == 403


@pytest.fixture
def references_by_answer(room: TableRoom, revision: Revision) -> dict[str, str]:
    """References of three inputs by what became of each; the second is answered anew."""
    one, two, three = (
        room.submit("PRT", revision, room.paragraphs[2], START + HOUR) for _turn in range(3)
    )
    leader = room.access("facilitator", START + 2 * HOUR)
    for comment, disposition in ((one, "noted"), (two, "noted"), (two, "not_reflected")):
        review(access=leader, comment=comment, disposition=disposition, observation="")
    return {
        "noted": one.reference,
        "not_reflected": two.reference,
        "unanswered": three.reference,
    }


@pytest.mark.parametrize("rows", ["", "short"])
@pytest.mark.parametrize("answer", ["noted", "not_reflected", "unanswered", "reflected"])
def test_files_hold_the_inputs_of_the_answer_that_the_page_shows(
    room: TableRoom,
    revision: Revision,
    references_by_answer: dict[str, str],
    answer: str,
    rows: str,
) -> None:
    client = signed_in(room, "facilitator")
    chosen = {"copy": "facilitators", "disposition": answer, "rows": rows}
    page = client.get(address(room, revision, **chosen))
    shown = {cells[0][0].pieces[0][1] for cells in page.context["rows"]}
    assert (
        shown == {references_by_answer[answer]}
        if answer in references_by_answer
        else shown == set()
    )
    for download in page.context["downloads"]:
        file = client.get(download.address)
        assert file.status_code == 200
        assert answer.replace("_", "-") in file["Content-Disposition"]
        words = words_in(body(file), download.address)
        for reference in references_by_answer.values():
            assert (reference in words) == (reference in shown), (download.name, reference)
        assert "only inputs" in words
        if not shown and download.name in {"Word", "PDF"}:
            assert "No input had this answer by the cut-off." in words


def words_in(file: bytes, address: str) -> str:
    """Every word of a paper, in a line."""
    match urlsplit(address).path.rstrip("/").rpartition("/")[2]:
        case "pdf":
            read = subprocess.run(["pdftotext", "-", "-"], input=file, capture_output=True)
            return " ".join(read.stdout.decode().split())
        case "docx" | "xlsx":
            with ZipFile(BytesIO(file)) as zipped:
                parts = [zipped.read(name).decode() for name in zipped.namelist() if ".xml" in name]
            return " ".join(re.sub(r"<[^>]+>", "", part) for part in parts)
        case _:
            return file.decode()


def test_the_task_makes_the_paper_of_the_answer_that_was_chosen(
    room: TableRoom, revision: Revision, references_by_answer: dict[str, str], work_at_once: None
) -> None:
    client = signed_in(room, "facilitator")
    chosen = address(
        room, revision, format_name="csv", copy="facilitators", disposition="not_reflected"
    )
    ask(room, "facilitator", chosen)
    paper = Export.objects.get()
    assert paper.total == 1
    with paper.file.open() as file:
        made = file.read().decode("utf-8-sig")
    assert (
        references_by_answer["not_reflected"] in made and references_by_answer["noted"] not in made
    )
    assert "only inputs answered: not reflected" in client.get(papers_of(room)).content.decode()


def test_pages_have_numbers_and_many_have_a_jump_that_keeps_the_choice(
    room: TableRoom, revision: Revision, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "PAGE_SIZE", 1)
    for turn in range(12):
        room.submit("PRT", revision, room.paragraphs[2], START + HOUR + timedelta(minutes=turn))
    chosen = address(room, revision, state="in_time")
    shown = signed_in(room, "PRT").get(f"{chosen}&page=6").content.decode()
    numbers = re.search(r'<ol class="pager__numbers">(.*?)</ol>', shown, re.DOTALL)
    assert numbers is not None
    assert re.sub(r"<[^>]+>|\s+", " ", numbers[1]).split() == "1 … 4 5 6 7 8 … 12".split()
    jump = re.search(r'<form class="pager__jump">(.*?)</form>', shown, re.DOTALL)
    assert jump is not None
    assert '<input type="hidden" name="state" value="in_time">' in jump[1]
    assert 'max="12"' in jump[1]


def test_the_page_costs_the_same_queries_with_one_row_and_with_thirty(
    room: TableRoom, revision: Revision
) -> None:
    room.submit("PRT", revision, room.paragraphs[2], OPEN)
    client = signed_in(room, "facilitator")
    where = address(room, revision, copy="facilitators")
    client.get(where)
    one = queries(lambda: client.get(where))
    for turn in range(29):
        room.submit("NOR", revision, room.paragraphs[turn % 5], OPEN)
    assert queries(lambda: client.get(where)) == one


def test_a_cut_off_without_offset_is_new_york_time(room: TableRoom, revision: Revision) -> None:
    at = datetime.fromisoformat("2010-06-16T18:00-04:00")
    room.submit("PRT", revision, room.paragraphs[2], at - timedelta(minutes=1), rationale="BEFORE")
    room.submit("PRT", revision, room.paragraphs[2], at + timedelta(minutes=1), rationale="AFTER")
    page = signed_in(room, "PRT").get(address(room, revision)).content.decode()
    assert "BEFORE" in page
    assert "AFTER" not in page


@pytest.mark.parametrize(
    ("choice", "sentence"),
    [
        ({"cut_off": "2010-07-03T18:00"}, "The cut-off is in the future."),
        ({"cut_off": "2010-05-01T18:00"}, "None of these revisions was circulated"),
        ({"cut_off": "yesterday"}, "Give a date and time"),
        ({"copy": "mine"}, "Select a valid choice"),
    ],
)
@pytest.mark.parametrize("format_name", ["", "csv"])
def test_a_choice_that_makes_no_table_is_answered_with_a_sentence(
    room: TableRoom, revision: Revision, choice: dict[str, str], sentence: str, format_name: str
) -> None:
    where = address(room, revision, format_name=format_name, **choice)
    response = signed_in(room, "facilitator").get(where)
    assert response.status_code == 422
    assert sentence in response.content.decode()


def test_before_any_circulation_the_page_says_that_there_is_no_table_yet(room: TableRoom) -> None:
    page = signed_in(room, "PRT").get(f"/consultations/{room.consultation.slug}/table/")
    assert "There is no table yet" in page.content.decode()


def test_a_revision_of_another_consultation_is_no_choice(
    room: TableRoom, revision: Revision
) -> None:
    stranger = make_room("other", "Another consultation")
    abroad = stranger.circulate("First draft", START)
    response = signed_in(room, "facilitator").get(address(room, abroad))
    assert response.status_code == 422
    assert "Table of Inputs on" not in response.content.decode()


# --- Who gets what -------------------------------------------------------------------------------


def revision_with_markers(room: TableRoom, visibility: str) -> Revision:
    """A round with an input of Portugal's and one of Norway's, both reviewed."""
    revision = room.circulate("First draft", START, visibility)
    for code in ("PRT", "NOR"):
        comment = room.submit(code, revision, room.paragraphs[2], OPEN, rationale=f"MARKER-{code}")
        review(
            access=room.access("facilitator", OPEN),
            comment=comment,
            disposition="noted",
            observation="MARKER-REVIEW",
        )
    return revision


@pytest.mark.parametrize("format_name", ["", "csv", "json"])
@pytest.mark.parametrize(
    ("visibility", "code", "copy", "markers"),
    [
        ("facilitators", "PRT", "circulation", {"PRT"}),
        ("facilitators", "facilitator", "circulation", set()),
        ("facilitators", "secretariat", "facilitators", {"PRT", "NOR", "REVIEW"}),
        ("at_close", "PRT", "circulation", {"PRT", "NOR"}),
        ("at_once", "NOR", "circulation", {"PRT", "NOR"}),
    ],
)
def test_page_and_file_hold_what_their_reader_may_read_and_no_more(
    room: TableRoom, visibility: str, code: str, copy: str, markers: set[str], format_name: str
) -> None:
    where = address(
        room, revision_with_markers(room, visibility), copy=copy, format_name=format_name
    )
    words = body(signed_in(room, code).get(where)).decode()
    assert {name for name in ("PRT", "NOR", "REVIEW") if f"MARKER-{name}" in words} == markers


def test_in_a_round_for_the_facilitators_only_the_title_says_own_inputs(room: TableRoom) -> None:
    revision = revision_with_markers(room, "facilitators")
    page = signed_in(room, "PRT").get(address(room, revision)).content.decode()
    assert "<h1>Own inputs of Portugal on First Draft, as at" in page


@pytest.mark.parametrize("format_name", ["", *FORMATS])
def test_a_delegation_is_refused_the_facilitators_copy(
    room: TableRoom, revision: Revision, format_name: str
) -> None:
    where = address(room, revision, copy="facilitators", format_name=format_name)
    response = signed_in(room, "PRT").get(where)
    assert response.status_code == 403
    assert "As focal point you cannot do this." in response.content.decode()


def test_who_has_no_place_in_the_consultation_finds_nothing(
    room: TableRoom, revision: Revision
) -> None:
    stranger = make_room("other", "Another consultation")
    client = signed_in(stranger, "facilitator")
    for where in (address(room, revision), address(room, revision, format_name="csv")):
        assert client.get(where).status_code == 404
    assert client.get(papers_of(room)).status_code == 404


# --- Small tables, at once -----------------------------------------------------------------------


@pytest.mark.parametrize("format_name", FORMATS)
def test_a_small_table_is_a_file_at_once_and_the_same_bytes_again(
    room: TableRoom, revision: Revision, format_name: str
) -> None:
    room.submit("PRT", revision, room.paragraphs[2], OPEN)
    client = signed_in(room, "PRT")
    where = address(room, revision, format_name=format_name)
    response = client.get(where)
    paper = body(response)
    assert response.status_code == 200
    assert response["Content-Type"] == FORMATS[format_name].content_type
    name = f"plan-of-action-against-trafficking-circulation-20100616-1800.{format_name}"
    assert response["Content-Disposition"] == f'attachment; filename="{name}"'
    assert "no-store" in response["Cache-Control"]
    with time_machine.travel(NOW + DAY):
        assert body(client.get(where)) == paper


def test_a_format_we_do_not_write_is_not_found(room: TableRoom, revision: Revision) -> None:
    where = address(room, revision, format_name="doc")
    assert signed_in(room, "PRT").get(where).status_code == 404


# --- Long tables, by asking ----------------------------------------------------------------------


@pytest.fixture
def is_long(monkeypatch: pytest.MonkeyPatch) -> None:
    """A table of one row is long already."""
    for name in FORMATS:
        monkeypatch.setitem(MAX_ROWS_IN_REQUEST, name, 0)


def ask(room: TableRoom, code: str, where: str, **typed: str) -> Any:
    form = {"capacity": room.capacities[code][1]} | typed
    return signed_in(room, code).post(where, form)


def selection(revision: Revision, **how: str) -> TableSelection:
    cut_off = datetime.fromisoformat("2010-06-16T18:00-04:00")
    return TableSelection((revision,), cut_off, language="en", **how)  # type: ignore[arg-type]


@pytest.mark.usefixtures("is_long")
def test_a_long_table_says_that_it_takes_a_while_and_offers_to_make_it(
    room: TableRoom, revision: Revision
) -> None:
    room.submit("PRT", revision, room.paragraphs[2], OPEN)
    client = signed_in(room, "PRT")
    assert "(takes a while)" in client.get(address(room, revision)).content.decode()
    page = client.get(address(room, revision, format_name="docx")).content.decode()
    assert "The file has 1 input and takes a while to generate." in page
    assert "Generate file" in page
    assert not Export.objects.exists()


@pytest.mark.usefixtures("is_long", "work_at_once")
@pytest.mark.parametrize("format_name", FORMATS)
def test_an_asked_paper_is_made_by_the_task_with_the_bytes_of_the_direct_one(
    room: TableRoom, revision: Revision, format_name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    room.submit("PRT", revision, room.paragraphs[2], OPEN)
    where = address(room, revision, format_name=format_name)
    response = ask(room, "PRT", where)
    export = Export.objects.get()
    assert response.url == f"{papers_of(room)}{export.public_id}/"
    assert (export.total, export.done, export.error) == (1, 1, "")
    client = signed_in(room, "PRT")
    assert "The file is ready." in client.get(response["Location"]).content.decode()
    file = client.get(f"{response['Location']}file/")
    assert file["Content-Disposition"].endswith(f'-circulation-20100616-1800.{format_name}"')
    monkeypatch.setitem(MAX_ROWS_IN_REQUEST, format_name, 10)
    assert body(file) == body(client.get(where))


def test_the_same_paper_asked_for_twice_while_under_way_is_one(
    room: TableRoom, revision: Revision
) -> None:
    access = room.access("PRT", timezone.now())
    first, is_new = get_or_create_export(
        access=access, selection=selection(revision), format_name="docx"
    )
    again, is_again_new = get_or_create_export(
        access=access, selection=selection(revision), format_name="docx"
    )
    other, is_other_new = get_or_create_export(
        access=access, selection=selection(revision), format_name="xlsx"
    )
    assert (is_new, is_again_new, is_other_new) == (True, False, True)
    assert first == again != other


def test_progress_is_a_bar_that_a_reload_moves_and_htmx_gets_that_part_alone(
    room: TableRoom, revision: Revision
) -> None:
    access = room.access("PRT", timezone.now())
    export, _new = get_or_create_export(
        access=access, selection=selection(revision), format_name="docx"
    )
    Export.objects.update(total=900, done=400, attempts=1, heartbeat_at=NOW)
    client, where = signed_in(room, "PRT"), f"{papers_of(room)}{export.public_id}/"
    whole = client.get(where).content.decode()
    part = client.get(where, headers={"HX-Request": "true"}).content.decode()
    for page in (whole, part):
        assert 'value="400" max="900"' in page
        assert f'hx-get="{where}" hx-trigger="every 2s"' in page
    assert "<html" in whole
    assert "<html" not in part
    Export.objects.update(heartbeat_at=None)
    make_export_file(export.pk)
    part = client.get(where, headers={"HX-Request": "true"}).content.decode()
    assert "The file is ready." in part
    assert "hx-get" not in part


def test_a_paper_belongs_to_its_owner_in_that_capacity_alone(
    room: TableRoom, revision: Revision
) -> None:
    export, _new = get_or_create_export(
        access=room.access("facilitator", timezone.now()),
        selection=selection(revision, copy="facilitators"),
        format_name="csv",
    )
    make_export_file(export.pk)
    where = f"{papers_of(room)}{export.public_id}/"
    owner, _key = room.capacities["facilitator"]
    post = Post.objects.create(user=owner, delegation=room.named("PRT"), role="focal_point")
    as_portugal = signed_in(room, "facilitator")
    session = as_portugal.session
    session[CAPACITY_SESSION_KEY] = capacity_key_of_post(post)
    session.save()
    for client in (as_portugal, signed_in(room, "secretariat"), signed_in(room, "PRT")):
        assert client.get(where).status_code == 404
        assert client.get(f"{where}file/").status_code == 404
        assert str(export.public_id) not in client.get(papers_of(room)).content.decode()
    mine = signed_in(room, "facilitator")
    assert str(export.public_id) in mine.get(papers_of(room)).content.decode()
    assert "Table of Inputs on First Draft" in body(mine.get(f"{where}file/")).decode()


def test_a_post_lost_before_the_task_ran_yields_a_sentence_and_no_file(
    room: TableRoom, revision: Revision
) -> None:
    access = room.access("PRT", timezone.now())
    export, _new = get_or_create_export(
        access=access, selection=selection(revision), format_name="csv"
    )
    Post.objects.filter(user=access.user).update(ended_at=timezone.now())
    make_export_file(export.pk)
    export.refresh_from_db()
    assert export.error == "You no longer have the capacity in which you asked for it."
    assert not export.file
    assert export.finished_at == NOW


def test_a_failed_paper_says_why_and_offers_to_try_again(
    room: TableRoom, revision: Revision
) -> None:
    access = room.access("PRT", timezone.now())
    export, _new = get_or_create_export(
        access=access, selection=selection(revision), format_name="csv"
    )
    Export.objects.update(error="The paper could not be started.", finished_at=NOW)
    page = signed_in(room, "PRT").get(f"{papers_of(room)}{export.public_id}/").content.decode()
    assert "The paper could not be started. There is no file." in page
    again = f"/consultations/{room.consultation.slug}/table/csv/?revision={revision.public_id}"
    assert f'action="{again}' in page


def test_a_form_shown_under_another_capacity_asks_for_nothing(
    room: TableRoom, revision: Revision
) -> None:
    where = address(room, revision, format_name="docx")
    response = ask(room, "PRT", where, capacity=room.capacities["NOR"][1])
    assert response.status_code == 409
    assert not Export.objects.exists()


def test_after_a_week_the_file_is_gone_and_the_record_stays(
    room: TableRoom, revision: Revision, tmp_path: Path
) -> None:
    access = room.access("PRT", timezone.now())
    export, _new = get_or_create_export(
        access=access, selection=selection(revision), format_name="csv"
    )
    make_export_file(export.pk)
    assert len(list(tmp_path.rglob("*.csv"))) == 1
    assert delete_expired_files(NOW + KEPT_FOR - HOUR) == 0
    where = f"{papers_of(room)}{export.public_id}/"
    with time_machine.travel(NOW + KEPT_FOR + HOUR, tick=False):
        client = signed_in(room, "PRT")
        assert client.get(f"{where}file/").status_code == 404, "even before it is cleared"
        assert delete_expired_files(timezone.now()) == 1
        assert "The file was deleted after seven days." in client.get(where).content.decode()
    assert list(tmp_path.rglob("*.csv")) == []
    assert Export.objects.get().file == ""


def test_the_list_of_papers_costs_the_same_queries_with_one_and_with_thirty(
    room: TableRoom, revision: Revision
) -> None:
    access = room.access("PRT", timezone.now())
    get_or_create_export(access=access, selection=selection(revision), format_name="csv")
    client = signed_in(room, "PRT")
    client.get(papers_of(room))
    one = queries(lambda: client.get(papers_of(room)))
    for turn in range(29):
        earlier = TableSelection((revision,), selection(revision).cut_off - turn * HOUR)
        Export.objects.update(finished_at=NOW)  # one has only a few at work
        get_or_create_export(access=access, selection=earlier, format_name="docx")
    assert Export.objects.count() == 30
    assert queries(lambda: client.get(papers_of(room))) == one


# --- A long rolling text -------------------------------------------------------------------------


@pytest.mark.usefixtures("work_at_once")
@pytest.mark.parametrize("format_name", ["pdf", "docx"])
def test_a_long_rolling_text_is_asked_for_and_made_by_the_task_with_the_same_bytes(
    room: TableRoom, revision: Revision, format_name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = {"kind": "replace", "proposed": "Decides to step up efforts;"}
    room.submit("PRT", revision, room.paragraphs[2], OPEN, **words)
    client = signed_in(room, "PRT")
    at = {"copy": "circulation", "cut_off": "2010-06-16T18:00-04:00"}
    where = f"/consultations/{room.consultation.slug}/{room.draft.slug}/1/rolling/"
    file = f"{where}{format_name}/?{urlencode(at | {'names': '0'})}"
    direct = client.get(file)
    monkeypatch.setitem(MAX_ROLLING_ROWS_IN_REQUEST, format_name, 0)
    assert "(takes a while)" in client.get(where, at).content.decode()
    page = client.get(file).content.decode()
    assert "Rolling text of Plan of Action, First draft" in page
    assert "The file has 1 input and takes a while to generate." in page
    assert not Export.objects.exists()

    made = ask(room, "PRT", file)
    export = Export.objects.get()
    assert (export.total, export.done, export.error) == (1, 1, "")
    shown = client.get(made["Location"]).content.decode()
    assert "The file is ready." in shown and "Back to the rolling text" in shown
    kept = client.get(f"{made['Location']}file/")
    assert body(kept) == body(direct)
    assert kept["Content-Disposition"] == direct["Content-Disposition"]
    assert "Rolling text of" in client.get(papers_of(room)).content.decode()
    assert signed_in(room, "NOR").get(f"{made['Location']}file/").status_code == 404


def test_a_rolling_text_is_made_as_its_owner_may_read_now(
    room: TableRoom, revision: Revision
) -> None:
    asked = RollingSelection(revision, NOW, "facilitators", "en")
    export, _new = get_or_create_export(
        access=room.access("facilitator", timezone.now()), selection=asked, format_name="docx"
    )
    Facilitation.objects.update(ended_at=NOW)
    make_export_file(export.pk)
    export.refresh_from_db()
    assert export.error and not export.file
    with pytest.raises(Refused):
        get_or_create_export(
            access=room.access("PRT", timezone.now()), selection=asked, format_name="docx"
        )


# --- The command ---------------------------------------------------------------------------------


def export_table(room: TableRoom, out: Path, **options: str) -> str:
    output = StringIO()
    words = {"consultation": room.consultation.slug, "format": "csv", "email": "prt@plan.example"}
    call_command("export_table", out=out, stdout=output, **(words | options))
    return output.getvalue()


def test_the_command_writes_the_same_bytes_as_the_page(
    room: TableRoom, revision: Revision, tmp_path: Path
) -> None:
    room.submit("PRT", revision, room.paragraphs[2], OPEN)
    out = tmp_path / "table.csv"
    output = export_table(room, out, cut_off="2010-06-16T18:00")
    assert output == f"Table of Inputs on First Draft: 1 input in {out}.\n"
    page = signed_in(room, "PRT").get(address(room, revision, format_name="csv"))
    assert out.read_bytes() == body(page)


def test_the_command_writes_the_part_that_is_named(
    room: TableRoom, revision: Revision, tmp_path: Path
) -> None:
    op1, before = room.paragraphs[2], room.paragraphs[0]
    room.submit("PRT", revision, op1, START + HOUR)
    norway = room.submit("NOR", revision, op1, START + HOUR)
    room.submit("NOR", revision, before, START + HOUR)
    withdraw_comment(access=room.access("NOR", START + 2 * HOUR), comment=norway, reason="No.")
    heading = words_of_heading(room)
    parts: list[tuple[dict[str, str], set[str]]] = [
        ({}, {"PRT-1", "NOR-1", "NOR-2"}),
        ({"section": heading.upper()}, {"PRT-1", "NOR-1"}),
        ({"delegation": "nor"}, {"NOR-1", "NOR-2"}),
        ({"delegation": "NOR", "state": "withdrawn"}, {"NOR-1"}),
        ({"section": heading, "delegation": "NOR", "state": "in_time"}, set()),
    ]
    for chosen, numbers in parts:
        out = tmp_path / "table.csv"
        export_table(room, out, cut_off="2010-06-16T18:00", **chosen)
        written = out.read_text()
        assert {n for n in ("PRT-1", "NOR-1", "NOR-2") if n in written} == numbers, chosen


def words_of_heading(room: TableRoom) -> str:
    """As the choice on the page names its section."""
    page = signed_in(room, "NOR").get(address(room))
    choices = dict(page.context["form"].fields["section"].choices)
    return str(choices[str(room.paragraphs[1].public_id)])


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"copy": "facilitators"}, "As focal point you cannot do this."),
        ({"section": "Protection"}, "The chosen revisions do not have this part."),
        ({"delegation": "XYZ"}, "The chosen revisions do not have this part."),
        ({"cut_off": "soon"}, "soon is no moment"),
        ({"cut_off": "2010-07-16T18:00"}, "in the future"),
        ({"revision": [7]}, "There is no such revision"),
        ({"draft": "treaty"}, "There is no such revision"),
        ({"email": "nobody@plan.example"}, "nobody@plan.example"),
    ],
)
def test_the_command_refuses_with_a_sentence_and_writes_nothing(
    room: TableRoom, revision: Revision, tmp_path: Path, options: dict[str, Any], sentence: str
) -> None:
    out = tmp_path / "table.csv"
    with pytest.raises(CommandError, match=sentence):
        export_table(room, out, **options)
    assert not out.exists()


# --- A long text ---------------------------------------------------------------------------------


@pytest.mark.usefixtures("work_at_once")
@pytest.mark.parametrize("query", ["", "?since=1", "?annex=brackets"])
def test_a_long_text_is_asked_for_and_made_by_the_task_with_the_same_bytes(
    room: TableRoom, revision: Revision, query: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_paragraph(
        access=room.access("facilitator", START + HOUR),
        draft=room.draft,
        kind="operative",
        text="To [meet] again.",
        after=room.paragraphs[-1],
    )
    room.circulate("Rev.1", START + HOUR)
    client = signed_in(room, "PRT")
    file = f"/consultations/{room.consultation.slug}/{room.draft.slug}/2/file/pdf/{query}"
    direct = client.get(file)
    assert direct.content.startswith(b"%PDF")
    monkeypatch.setattr(text_selection, "MAX_PARAGRAPHS_AND_BRACKETS_IN_REQUEST", 0)
    page = client.get(file).content.decode()
    count = room.draft.paragraphs.count()
    assert f"The text has {count} paragraphs and takes a while to generate." in page
    assert not Export.objects.exists()

    made = ask(room, "PRT", file)
    export = Export.objects.get()
    assert (export.done, export.error, bool(export.file)) == (0, "", True)
    shown = client.get(made["Location"]).content.decode()
    assert "The file is ready." in shown and "Back to the text" in shown
    assert "copy" not in shown  # a text has no copies
    kept = client.get(f"{made['Location']}file/")
    assert body(kept) == direct.content
    assert kept["Content-Disposition"] == direct["Content-Disposition"]
    assert "Plan of Action, Rev.1" in client.get(papers_of(room)).content.decode()
    assert signed_in(room, "NOR").get(f"{made['Location']}file/").status_code == 404


def test_while_a_long_text_is_made_nobody_is_told_of_inputs(
    room: TableRoom, revision: Revision
) -> None:
    access, chosen = room.access("PRT", NOW), TextSelection(revision)
    export, _is_new = get_or_create_export(access=access, selection=chosen, format_name="pdf")
    Export.objects.update(attempts=1, heartbeat_at=timezone.now())
    client = signed_in(room, "PRT")
    shown = client.get(f"{papers_of(room)}{export.public_id}/").content.decode()
    assert "Generating the file" in shown and "You may leave this page." in shown
    assert "inputs" not in shown.split("<main")[1]
    assert "under way" in client.get(papers_of(room)).content.decode()


@pytest.mark.usefixtures("work_at_once")
def test_a_text_whose_layout_fails_in_the_task_says_what_to_do(
    room: TableRoom, revision: Revision, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pdf, "TIMEOUT", 0.001)
    address = f"/consultations/{room.consultation.slug}/{room.draft.slug}/1/file/pdf/"
    made = ask(room, "PRT", address)
    shown = signed_in(room, "PRT").get(made["Location"]).content.decode()
    assert "could not be generated within five minutes" in shown and "Try again" in shown
