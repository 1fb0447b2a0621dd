"""The ledger of brackets: by paragraph, delegation, meeting and day; as circulated for all."""

from dataclasses import replace

import pytest
from django.utils.translation import override

from consultations.models import Seat
from consultations.rules.access import Role
from consultations.templatetags.reader_words import listed
from consultations.timetable.acts import create_meeting
from drafts.brackets.acts import lift_bracket, put_bracket
from drafts.brackets.ledger import (
    AskerCount,
    BracketCount,
    count_own_brackets,
    ledger_of,
    ledger_on_desk,
)
from drafts.circulating.acts import circulate_revision
from drafts.models import Draft
from drafts.text.citing import names_on_desk
from tests.drafts.brackets.bracketed import bracket_around, seats_of, stored
from tests.drafts.desk.leading import Browser, Leading, build_leading, page, rows_of, text_with

pytestmark = pytest.mark.django_db


@pytest.fixture
def leading() -> Leading:
    return build_leading()


@pytest.fixture
def seats(leading: Leading) -> list[Seat]:
    return seats_of(leading, "FRA", "JPN")


@pytest.fixture
def draft(leading: Leading, seats: list[Seat]) -> Draft:
    """One bracket put by two in a meeting, one by one of them, one that came in."""
    draft = text_with(leading.leader, "States shall act in time.", "[They] meet.")
    meeting = create_meeting(
        access=leading.clerk, title="First reading", starts_at=leading.later(1).moment
    )
    put_brackets(leading, draft, "shall", seats)
    put_brackets(leading, draft, "in time", seats[:1])
    row = stored(rows_of(draft)[1])
    lift_bracket(
        access=leading.leader,
        bracket=bracket_around(row, "They"),
        version=row.version,
        lift_kind="kept",
        meeting=meeting,
    )
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


def test_open_brackets_are_counted_by_paragraph_delegation_meeting_and_day(
    leading: Leading, draft: Draft
) -> None:
    ledger = ledger_on_desk(leading.leader, draft, names_on_desk([draft.pk]))
    assert [entry.words_of_brackets for entry in ledger.entries] == [("shall", "in time")]
    assert ledger.asker_counts == (
        AskerCount("State of FRA", 2, ("“States [shall] act [in time].”",), False),
        AskerCount("State of JPN", 1, ("“States [shall] act [in time].”",), False),
    )
    assert ledger.counts_by_meeting == (
        BracketCount("between meetings", 3, 0),
        BracketCount("First reading", 0, 1),
    )
    assert [(day.put_count, day.lifted_count) for day in ledger.counts_by_day] == [(3, 1)]
    assert ledger.entries[0].words_for_chair == "2 brackets: “shall”; “in time”"


def test_the_secretariat_reads_it_and_it_is_a_file(leading: Leading, draft: Draft) -> None:
    shown = page(Browser(leading.clerk).open("bracket_ledger", "plan"))
    assert "2 brackets stand in the text." in shown
    assert "Brackets put and lifted, by day" in shown
    rows = Browser(leading.leader).open("bracket_ledger", "plan", query="?file").content.decode()
    assert '"in time","State of FRA"' in rows
    assert '"shall","State of FRA; State of JPN"' in rows


def test_a_text_without_brackets_is_said_to_have_none(leading: Leading) -> None:
    text_with(leading.leader, "States shall act in time.")
    shown = page(Browser(leading.leader).open("bracket_ledger", "plan"))
    assert "No bracket stands in the text." in shown
    assert "To be read out" not in shown
    assert "Download as CSV" not in shown


@pytest.mark.parametrize("names_askers", [True, False])
def test_of_a_circulated_text_names_are_read_where_they_are_shown(
    leading: Leading, draft: Draft, names_askers: bool
) -> None:
    revision = circulate_revision(
        access=leading.leader, draft=draft, stage="First draft", names_askers=names_askers
    )
    capacity = replace(leading.leader.capacity, role=Role.FOCAL_POINT)
    delegate = replace(leading.leader, capacity=capacity)
    ledger = ledger_of(delegate, revision)
    assert ledger.total == 2
    assert bool(ledger.asker_counts) == names_askers
    assert ledger_of(leading.leader, revision).asker_counts
    shown = page(Browser(leading.leader).open("circulated_ledger", "plan", 1))
    assert "Brackets of First draft" in shown


def test_a_delegation_is_told_how_many_brackets_of_the_last_text_are_its_own(
    leading: Leading, draft: Draft, seats: list[Seat]
) -> None:
    own = replace(leading.leader, seat=seats[0])
    assert count_own_brackets(own) == 0  # nothing is circulated yet
    circulate_revision(access=leading.leader, draft=draft, stage="First draft")
    assert [count_own_brackets(replace(leading.leader, seat=seat)) for seat in seats] == [2, 1]
    row = stored(rows_of(draft)[0])
    lift_bracket(
        access=leading.leader,
        bracket=bracket_around(row, "shall"),
        version=row.version,
        lift_kind="kept",
    )
    assert count_own_brackets(own) == 2  # until that is circulated
    circulate_revision(access=leading.leader, draft=draft, stage="Rev.1")
    assert [count_own_brackets(replace(leading.leader, seat=seat)) for seat in seats] == [1, 0]


def test_words_keep_their_direction_on_a_page_that_runs_from_the_right(
    leading: Leading, draft: Draft
) -> None:
    with override("ar"):
        read_out = (
            ledger_on_desk(leading.leader, draft, names_on_desk([draft.pk]))
            .entries[0]
            .words_for_chair
        )
    assert "\u2068“shall”\u2069; \u2068“in time”\u2069" in read_out


# --- By section ---


def test_the_ledger_of_a_long_text_is_read_by_section(
    leading: Leading, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("comments.brackets.sections.ENTRY_BYTES", 9_000)
    texts = [f"{n}. [States] act{' [and' if n % 2 else ''}." for n in range(1, 101)]
    draft = text_with(leading.leader, *texts)
    leader = Browser(leading.leader)

    def entries(query: str) -> int:
        return page(leader.open("bracket_ledger", "plan", query=query)).count("brackets__one")

    first = page(leader.open("bracket_ledger", "plan"))
    assert 0 < entries("") < 20
    assert "100 brackets stand in the text." in first
    last = rows_of(draft)[-1]
    assert entries(f"?at={last.public_id}") > 0
    assert f"?at={last.public_id}#p-{last.public_id}" in page(
        leader.open("bracket_ledger", "plan", query=f"?at={last.public_id}")
    )
    # Signs without a pair are counted, and beside the whole text all named.
    assert "50 brackets are opened and never closed" in first
    assert "and 10 more" in first
    assert entries("?section=all") == 100
    assert "and 10 more" not in page(leader.open("bracket_ledger", "plan", query="?section=all"))
    assert page(leader.open("bracket_ledger", "plan", query="?file")).count("\n") == 101
    circulate_revision(access=leading.leader, draft=draft, stage="Draft")
    circulated = page(leader.open("circulated_ledger", "plan", 1))
    assert 0 < circulated.count("brackets__one") < 20
    assert leader.open("circulated_ledger", "plan", 1, query="?section=99").status_code == 404


def test_beside_a_section_the_first_paragraphs_of_a_delegation_are_named() -> None:
    labels = [str(number) for number in range(1, 31)]
    assert listed(labels, 3) == "1, 2, 3, and 27 more"
    assert listed(labels[:3], 3) == "1, 2, 3"
    assert listed(labels[:4], None) == "1, 2, 3, 4"
