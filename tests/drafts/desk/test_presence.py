"""Who is editing a paragraph: shown to others, expires by itself, and locks nobody out."""

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest

from consultations.rules.access import Access, Refused
from drafts.desk.presence import mark_as_open, mark_by_paragraph_id, unmark_as_open
from drafts.models import Draft, Editing, Paragraph
from tests.drafts.desk.leading import Browser, Leading, build_leading, page, rows_of, text_with

pytestmark = [pytest.mark.every_server, pytest.mark.django_db]


@pytest.fixture
def leading() -> Leading:
    return build_leading()


@pytest.fixture
def plan(leading: Leading) -> Draft:
    return text_with(leading.leader, "States should act.", "States report yearly.")


@pytest.fixture
def first(plan: Draft) -> Paragraph:
    return rows_of(plan)[0]


def later(access: Access, **time: float) -> Access:
    return replace(access, moment=access.moment + timedelta(**time))


def seen_by(access: Access, plan: Draft) -> list[str]:
    return [mark.editor_name for mark in mark_by_paragraph_id(plan, access).values()]


def test_an_opened_paragraph_is_marked_for_others_and_not_for_oneself(
    leading: Leading, plan: Draft, first: Paragraph
) -> None:
    mark_as_open(access=leading.staff, paragraph=first)

    assert seen_by(leading.leader, plan) == ["Bo staff"]
    assert list(mark_by_paragraph_id(plan, leading.leader)) == [first.pk]
    assert seen_by(leading.staff, plan) == []


def test_the_secretariat_reads_the_capacity_and_no_name(
    leading: Leading, plan: Draft, first: Paragraph
) -> None:
    mark_as_open(access=leading.staff, paragraph=first)

    assert seen_by(leading.clerk, plan) == ["staff, Demo talks"]


def test_a_mark_passes_after_two_minutes_and_is_kept_by_a_sign_of_life(
    leading: Leading, plan: Draft, first: Paragraph
) -> None:
    mark_as_open(access=leading.staff, paragraph=first)
    mark_as_open(access=later(leading.staff, seconds=100), paragraph=first)

    assert Editing.objects.count() == 1
    assert seen_by(later(leading.leader, seconds=200), plan) == ["Bo staff"]
    assert seen_by(later(leading.leader, seconds=221), plan) == []


def test_marks_that_have_passed_are_swept_by_the_next_one(
    leading: Leading, plan: Draft, first: Paragraph
) -> None:
    mark_as_open(access=leading.staff, paragraph=first)
    mark_as_open(access=later(leading.leader, minutes=3), paragraph=rows_of(plan)[1])

    assert [mark.user for mark in Editing.objects.select_related("user")] == [leading.leader.user]


def test_closing_takes_the_own_mark_off_and_no_other(
    leading: Leading, plan: Draft, first: Paragraph
) -> None:
    for access in (leading.staff, leading.leader):
        mark_as_open(access=access, paragraph=first)
    unmark_as_open(access=leading.leader, paragraph=first)

    assert seen_by(leading.leader, plan) == ["Bo staff"]
    assert seen_by(leading.staff, plan) == []


def test_who_may_not_edit_leaves_no_mark(leading: Leading, first: Paragraph) -> None:
    with pytest.raises(Refused):
        mark_as_open(access=leading.clerk, paragraph=first)
    Browser(leading.clerk).open("edit_paragraph", "plan", first.public_id)

    assert not Editing.objects.exists()


# --- On the pages ---


def test_opening_in_the_browser_marks_and_saving_or_closing_unmarks(
    leading: Leading, plan: Draft, first: Paragraph
) -> None:
    staff, leader = Browser(leading.staff), Browser(leading.leader)
    for way_out in ("save", "close"):
        staff.open("edit_paragraph", "plan", first.public_id)
        assert "Bo staff is editing, " in page(leader.open("desk", "plan"))
        if way_out == "close":
            staff.open("edit_paragraph", "plan", first.public_id, query="?closed")
        else:
            words: dict[str, Any] = {
                "version": 1,
                "text": first.text,
                "kind": first.kind,
                "label": "",
            }
            staff.send("edit_paragraph", "plan", first.public_id, **words)
        assert "is editing" not in page(leader.open("desk", "plan"))


@pytest.mark.parametrize("name", ["split_paragraph", "merge_paragraphs"])
def test_who_splits_or_merges_a_paragraph_has_it_open(
    leading: Leading, plan: Draft, first: Paragraph, name: str
) -> None:
    staff = Browser(leading.staff)
    shown = page(staff.open(name, "plan", first.public_id))
    assert seen_by(leading.leader, plan) == ["Bo staff"]
    assert f"/{first.public_id}/editing/" in shown
    staff.send("strike_paragraph", "plan", first.public_id)

    assert seen_by(leading.leader, plan) == []


def test_who_opens_a_paragraph_that_is_open_elsewhere_is_told_so(
    leading: Leading, plan: Draft, first: Paragraph
) -> None:
    Browser(leading.staff).open("edit_paragraph", "plan", first.public_id)
    opened = page(Browser(leading.leader).open("edit_paragraph", "plan", first.public_id))

    assert "Bo staff also has this paragraph open" in opened
    assert "<textarea" in opened


def test_an_open_desk_is_told_only_what_is_new(
    leading: Leading, plan: Draft, first: Paragraph
) -> None:
    leader = Browser(leading.leader)
    shown = page(leader.open("desk", "plan"))
    asked = _state(shown)
    assert leader.open("desk_now", "plan", query=asked).status_code == 204

    Browser(leading.staff).open("edit_paragraph", "plan", first.public_id)
    told = page(leader.open("desk_now", "plan", query=asked))
    assert re.search(rf'id="who-{first.public_id}"\s+hx-swap-oob="true">Bo staff is editing', told)
    assert first.text not in told

    Browser(leading.staff).open("edit_paragraph", "plan", first.public_id, query="?closed")
    gone = page(leader.open("desk_now", "plan", query=_state(told)))
    assert re.search(rf'id="who-{first.public_id}"\s+hx-swap-oob="true"></p>', gone)


def test_an_open_desk_is_told_that_somebody_else_reworded_the_text(
    leading: Leading, plan: Draft, first: Paragraph
) -> None:
    leader, staff = Browser(leading.leader), Browser(leading.staff)
    asked = _state(page(leader.open("desk", "plan")))
    words: dict[str, Any] = {
        "version": 1,
        "text": "States must act.",
        "kind": first.kind,
        "label": "1",
    }
    staff.send("edit_paragraph", "plan", first.public_id, **words)

    told = page(leader.open("desk_now", "plan", query=asked))
    assert "Since this page was opened: Bo staff reworded 1, " in told
    # The own saving meanwhile does not hide it.
    second = rows_of(plan)[1]
    words = {"version": 1, "text": "They report.", "kind": second.kind, "label": "2"}
    seen = {"seen": re.findall(r'name="seen" value="(\d+)"', told)[0]}
    saved = leader.send("edit_paragraph", "plan", second.public_id, htmx=True, **words, **seen)
    assert "Bo staff reworded 1" in page(saved)


def _state(shown: str) -> str:
    """What the open desk asks with, as its hidden fields say."""
    fields = re.findall(r'name="(seen|state|marked)" value="([^"]*)"', shown)
    return f"?{urlencode(fields)}"
