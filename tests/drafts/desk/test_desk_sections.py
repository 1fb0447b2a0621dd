"""A long working text is edited by section; the whole is one link away, and nothing gets lost."""

import re
from html import unescape
from typing import Any

import pytest
from django.urls import reverse

from drafts.desk.acts import add_paragraph, edit_paragraph, strike_paragraph
from drafts.models import Draft, Paragraph, ParagraphKind
from tests.drafts.desk.leading import SLUG, Browser, Leading, page, rows_of, text_with

pytestmark = pytest.mark.django_db

# Fourteen of these fill a page, and a section goes on for half a page at least.
LONG = "States shall act. " * 500


@pytest.fixture
def plan(leading: Leading) -> Draft:
    return text_with(leading.leader, *(f"{number}. {LONG}" for number in range(1, 31)))


def numbers(answer: Any) -> list[int]:
    """Which paragraphs the page shows, deleted ones too."""
    return [int(number) for number in re.findall(r">(\d+)\. States", page(answer))]


def link(answer: Any, relation: str) -> str:
    found = re.search(rf'<a rel="{relation}" href="([^"]*)"', page(answer))
    return unescape(found[1]) if found else ""


def span(first: int, last: int) -> list[int]:
    return list(range(first, last + 1))


def test_a_long_text_opens_with_its_first_section_and_leads_on(
    leader: Browser, plan: Draft
) -> None:
    first = leader.open("desk", "plan")
    shown = numbers(first)
    assert shown == span(1, len(shown))
    assert 7 <= len(shown) <= 14
    assert link(first, "prev") == ""
    seen = list(shown)
    answer = first
    while link(answer, "next"):
        answer = leader.get(link(answer, "next"))
        assert len(answer.content) <= 200_000
        seen += numbers(answer)
    assert seen == span(1, 30)
    before_last = numbers(leader.get(link(answer, "prev")))
    assert before_last[-1] + 1 == numbers(answer)[0]


def test_the_whole_text_is_shown_by_choice_and_stays_so_while_paragraphs_move(
    leader: Browser, plan: Draft
) -> None:
    first = page(leader.open("desk", "plan"))
    assert f'href="{reverse("desk", args=[SLUG, "plan"])}?section=all"' in first
    whole = leader.open("desk", "plan", query="?section=all")
    assert numbers(whole) == span(1, 30)
    assert "data-sections" not in page(whole)
    moved = move(leader, rows_of(plan)[0], "?section=all", "down")
    assert numbers(moved) == [2, 1, *span(3, 30)]
    assert "HX-Replace-Url" not in moved


def test_a_text_of_60_paragraphs_stays_whole(leading: Leading, leader: Browser) -> None:
    text_with(leading.leader, *(f"{number}. {LONG[:350]}" for number in range(1, 61)))
    answer = leader.open("desk", "plan")
    assert numbers(answer) == span(1, 60)
    assert "data-sections" not in page(answer)


def test_a_paragraph_is_opened_and_saved_in_its_section(leader: Browser, plan: Draft) -> None:
    row = rows_of(plan)[26]
    opened = leader.open("edit_paragraph", "plan", row.public_id)
    assert 27 not in numbers(opened)  # its words stand in a field
    assert {26, 28} <= set(numbers(opened))
    assert "<textarea" in page(opened)
    words = {"version": str(row.version), "text": "27. States acted.", "kind": row.kind}
    words |= {"label": "", "opening": "", "notes": ""}
    saved = leader.send("edit_paragraph", "plan", row.public_id, **words)
    back = leader.get(saved.url)
    assert {26, 27, 28} <= set(numbers(back))
    assert 1 not in numbers(back)


def move(leader: Browser, row: Paragraph, query: str, step: str) -> Any:
    headers = {"HX-Request": "true", "HX-Target": "desk-text"}
    address = reverse("move_paragraph", args=[SLUG, "plan", row.public_id]) + query
    return leader.post(address, {"capacity": leader.key, "step": step}, headers=headers)


def test_a_paragraph_that_moves_over_the_border_is_followed(leader: Browser, plan: Draft) -> None:
    last = numbers(leader.open("desk", "plan"))[-1]
    row = rows_of(plan)[last - 1]
    moved = move(leader, row, "?changes=1", "down")
    assert last in numbers(moved)
    assert 1 not in numbers(moved)
    here = moved["HX-Replace-Url"]
    assert here == f"{reverse('desk', args=[SLUG, 'plan'])}?at={row.public_id}&changes=1"
    assert numbers(leader.get(here)) == numbers(moved)


def test_undoing_leads_to_the_section_in_which_it_was(
    leading: Leading, leader: Browser, plan: Draft
) -> None:
    row = rows_of(plan)[27]
    kind, text = row.kind, "28. States went."
    edit_paragraph(
        access=leading.leader, paragraph=row, version=row.version, kind=kind, label="", text=text
    )
    shown = page(leader.open("desk", "plan"))
    undo = re.search(r'action="([^"]*/undo/)".*?name="paragraph" value="([^"]*)"', shown, re.S)
    assert undo
    undone = leader.post(undo[1], {"capacity": leader.key, "paragraph": undo[2]})
    assert 28 in numbers(leader.get(undone["Location"]))


def test_a_deleted_paragraph_is_restored_in_the_section_in_which_it_stood(
    leading: Leading, leader: Browser, plan: Draft
) -> None:
    row = rows_of(plan)[19]
    struck = leader.send("strike_paragraph", "plan", row.public_id)
    assert "1 deleted paragraph<" in page(leader.get(struck.url))
    assert {19, 20, 21} <= set(numbers(leader.get(struck.url)))
    assert "deleted paragraph" not in page(leader.open("desk", "plan"))
    restored = leader.send("restore_paragraph", "plan", row.public_id)
    assert {19, 20, 21} <= set(numbers(leader.get(restored.url)))


def test_the_changes_stay_shown_from_section_to_section(
    leading: Leading, leader: Browser, plan: Draft
) -> None:
    answer = leader.open("desk", "plan", query="?changes")
    assert "changes=1" in link(answer, "next")
    assert "changes=1" in link(leader.get(link(answer, "next")), "next")


def test_the_contents_of_a_long_text_lead_to_its_sections(
    leading: Leading, leader: Browser, plan: Draft
) -> None:
    heading = add_paragraph(
        access=leading.leader,
        draft=plan,
        kind=ParagraphKind.HEADING,
        text="Means",
        after=rows_of(plan)[20],
    )
    shown = page(leader.open("desk", "plan"))
    desk = reverse("desk", args=[SLUG, "plan"])
    assert f'class="rail__link" href="{desk}?section=all"' in shown
    assert f'class="rail__link" href="{desk}?at={heading.public_id}"' in shown
    there = leader.open("desk", "plan", query=f"?at={heading.public_id}")
    assert numbers(there)[0] == 22
    assert re.search(r'aria-current="true"><span>\s*Means', page(there))


def test_a_section_of_deleted_paragraphs_alone_is_no_empty_text(
    leading: Leading, leader: Browser, plan: Draft
) -> None:
    for row in rows_of(plan)[10:]:
        strike_paragraph(access=leading.leader, paragraph=row)
    last = Paragraph.objects.filter(draft=plan).order_by("place").last()
    assert last
    shown = page(leader.open("desk", "plan", query=f"?at={last.public_id}"))
    assert "The text is empty" not in shown
    assert "Restore" in shown


@pytest.mark.parametrize("query", ["?at=none", "?section=none", "?section=99"])
def test_a_section_that_is_none_is_not_found(leader: Browser, plan: Draft, query: str) -> None:
    assert leader.open("desk", "plan", query=query).status_code == 404


def test_an_open_section_is_told_who_edits_in_it_and_not_who_edits_elsewhere(
    leading: Leading, leader: Browser, plan: Draft
) -> None:
    rows = rows_of(plan)
    shown = page(leader.open("desk", "plan"))
    first, last = re.findall(r'name="(?:first|last)" value="([^"]*)"', shown)
    assert first == str(rows[0].public_id)
    staff = Browser(leading.staff)
    for row in (rows[1], rows[-1]):
        staff.open("edit_paragraph", "plan", row.public_id)
    told = page(leader.open("desk_now", "plan", query=f"?first={first}&last={last}"))
    assert f"who-{rows[1].public_id}" in told
    assert f"who-{rows[-1].public_id}" not in told
    assert f"who-{rows[-1].public_id}" in page(leader.open("desk_now", "plan"))
