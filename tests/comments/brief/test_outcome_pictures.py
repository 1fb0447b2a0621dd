"""The chart of a delegation's inputs: counted by section and outcome, with alignments."""

import csv
from io import StringIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import override

from comments.answers.acts import align
from comments.brief import pictures as drawn
from comments.brief.pictures import (
    BY_DELEGATION,
    aligned_delegations,
    compute_section_bars,
    outcome_pictures,
    outcome_rows,
)
from comments.brief.queries import Brief, brief_of
from comments.models import Comment, CommentKind
from comments.outcomes.queries import Outcome
from drafts.desk.acts import strike_paragraph
from tests.comments.brief.test_brief import circulate, paragraph, reword, say
from tests.comments.brief.test_brief_pages import client
from tests.room import SLUG, Room, loaded, marker

WHO = "FRA deputy"


def brief(room: Room, who: str = WHO) -> Brief:
    return brief_of(room.access(who, 0.5))


def counts_by_label(found: Brief) -> dict[str, dict[str, int]]:
    """Section → outcome → how many, without those that are none."""
    return {
        row.label: {o.value: n for o, n in zip(Outcome, row.counts, strict=True) if n}
        for row in compute_section_bars(found)
    }


def aligns(room: Room, who: str, comment: Comment) -> None:
    align(access=room.access(who, 0.3), comment=loaded().get(pk=comment.pk))


def test_each_input_is_counted_once_under_its_section_and_outcome(room: Room) -> None:
    before = sum(row.total for row in compute_section_bars(brief(room)))
    say(room, 2, CommentKind.REPLACE, "To raise public awareness of trafficking in persons.")
    say(room, 3, CommentKind.COMMENT)
    reword(room, 2, "To raise public awareness of trafficking in persons.")
    circulate(room)

    found = brief(room)
    rows = compute_section_bars(found)
    assert sum(row.total for row in rows) == before + 2
    assert sum(row.total for row in rows) == sum(
        len(commented.inputs) for commented in found.commented_paragraphs()
    )
    in_section = counts_by_label(found)["Prevention"]
    assert in_section["in_text"] == 1
    assert in_section["no_words"] >= 1


def test_who_aligned_stands_in_the_order_of_the_table_with_the_numbers(room: Room) -> None:
    one, other = say(room, 2, CommentKind.RETAIN), say(room, 3, CommentKind.RETAIN)
    aligns(room, "IOM focal_point", one)
    aligns(room, "CPV focal_point", one)
    aligns(room, "CPV focal_point", other)

    found = brief(room)
    told = {row.name: row.references for row in aligned_delegations(found)}
    assert next(iter(told)) == "Cabo Verde"
    assert told["Cabo Verde"] == (one.reference, other.reference)
    (picture,) = [
        one for one in outcome_pictures(room.access(WHO), found) if one.name == BY_DELEGATION
    ]
    assert picture.rows[0] == ("Cabo Verde", f"{one.reference} and {other.reference}")
    assert outcome_rows(found, BY_DELEGATION)[1] == (
        "Cabo Verde",
        f"{one.reference}, {other.reference}",
    )


def test_a_page_holds_so_many_bars_and_the_last_has_the_rest(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The size of a page is a number of ours; here it is a small one."""
    monkeypatch.setattr(drawn, "MAX_BARS", 1)
    say(room, 2, CommentKind.RETAIN)
    say(room, 3, CommentKind.RETAIN)
    strike_paragraph(access=room.access("co_facilitator", 0.1), paragraph=paragraph(room, 3))
    circulate(room)
    found = brief(room)
    rows = compute_section_bars(found)
    assert [row.label for row in rows] == ["Prevention", "Outside the sections"]
    picture = outcome_pictures(room.access(WHO, 0.5), found)[0]
    assert [row[0] for row in picture.rows] == ["Further sections"]
    assert picture.rows[0][-1] == str(sum(row.total for row in rows))


def test_the_last_bar_stands_for_all_further_delegations_that_aligned(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drawn, "MAX_BARS", 2)
    one, other = say(room, 2, CommentKind.RETAIN), say(room, 3, CommentKind.RETAIN)
    for who in ("CIV", "CPV", "IOM"):
        aligns(room, f"{who} focal_point", one)
    aligns(room, "IOM focal_point", other)
    found = brief(room)
    picture = outcome_pictures(room.access(WHO, 0.5), found)[-1]
    assert [row[0] for row in picture.rows] == ["Cabo Verde", "Further delegations: 2"]
    # Each input once, also FRA-1, with which one of them aligned before.
    assert picture.rows[1][1] == f"{one.reference}, FRA-1 and {other.reference}"
    assert "Further delegations: 2" in picture.drawing
    assert len(outcome_rows(found, BY_DELEGATION)) == 4


def test_the_brief_shows_them_and_the_file_says_the_same(room: Room) -> None:
    signed_in = client(room, "CPV contributor")
    page = signed_in.get(reverse("brief", args=[SLUG])).content.decode()
    url = reverse("brief_rows_file", args=[SLUG, "outcomes"])
    assert 'id="at-a-glance"' in page
    assert url in page
    answer = signed_in.get(url)
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"] == 'attachment; filename="outcomes-cpv.csv"'
    columns, *rows = csv.reader(StringIO(answer.content.decode("utf-8-sig")))
    assert columns[0] == "Section" and columns[-1] == "All"
    found = brief_of(room.access("CPV contributor"))
    assert sum(int(row[-1]) for row in rows) == sum(
        len(one.inputs) for one in found.commented_paragraphs()
    )
    assert f'href="{reverse("brief", args=[SLUG])}#at-a-glance"' in (
        signed_in.get(reverse("workspace", args=[SLUG])).content.decode()
    )
    assert signed_in.get(reverse("brief_rows_file", args=[SLUG, "other"])).status_code == 404


def test_drafts_of_others_and_inputs_unread_change_no_number(room: Room) -> None:
    """France's draft and what it will submit are in no count of Cabo Verde's."""
    words = {"FRA draft", "FRA cleared"} & set(room.comments)
    rows = outcome_rows(brief(room, "CPV contributor"), "outcomes")
    text = " ".join(cell for row in rows for cell in row)
    assert words and not any(marker(name) in text for name in words)
    own = sum(len(one.inputs) for one in brief(room, "CPV contributor").commented_paragraphs())
    assert sum(int(row[-1]) for row in rows[1:]) == own


def test_they_cost_two_queries_at_any_number_of_inputs(room: Room) -> None:
    aligns(room, "CPV focal_point", say(room, 2, CommentKind.RETAIN))

    def cost() -> int:
        found, access = brief(room), room.access(WHO, 0.5)
        with CaptureQueriesContext(connection) as queries:
            outcome_pictures(access, found)
        return len(queries)

    few = cost()
    for place in (2, 3, 4):
        aligns(room, "IOM focal_point", say(room, place, CommentKind.RETAIN))
    assert (few, cost()) == (2, 2)


def test_in_arabic_they_are_mirrored(room: Room) -> None:
    found, access = brief(room, "CPV contributor"), room.access("CPV contributor", 0.5)
    with override("ar"):
        mirrored = outcome_pictures(access, found)[0]
    assert 'x="100.00%"' in mirrored.drawing
    assert 'x="0.00%"' in outcome_pictures(access, found)[0].drawing
