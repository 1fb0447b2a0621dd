"""The page of a paragraph's brackets: words selected or typed, lifted, undone."""

import re
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from consultations.models import Seat
from drafts.brackets.ledger import ledger_on_desk
from drafts.desk.acts import strike_paragraph
from drafts.models import Bracket, Paragraph
from drafts.text.citing import names_on_desk
from tests.drafts.brackets.bracketed import held, reword, seats_of, stored
from tests.drafts.desk.leading import Browser, Leading, page, rows_of, text_with

pytestmark = pytest.mark.django_db


@pytest.fixture
def seats(leading: Leading) -> list[Seat]:
    return seats_of(leading, "FRA", "JPN")


@pytest.fixture
def row(leading: Leading, seats: list[Seat]) -> Paragraph:
    draft = text_with(leading.leader, "The States and the regions shall act.", "They meet.")
    return rows_of(draft)[0]


@pytest.fixture
def browser(leading: Leading) -> Browser:
    return Browser(leading.leader)


def post_brackets(browser: Browser, row: Paragraph, **fields: Any) -> Any:
    version = stored(row).version
    return browser.send("paragraph_brackets", "plan", row.public_id, version=version, **fields)


def act_on(browser: Browser, row: Paragraph, act: str, **fields: Any) -> Any:
    bracket = Bracket.objects.filter(paragraph=row, is_open=True).order_by("start")[0]
    fields = {"version": stored(row).version, "act": act, **fields}
    return browser.send("bracket", "plan", row.public_id, bracket.public_id, **fields)


def says(row: Paragraph) -> str:
    return stored(row).text


def test_words_are_typed_and_the_page_names_who_asks(
    browser: Browser, row: Paragraph, seats: list[Seat]
) -> None:
    answer = post_brackets(
        browser, row, words="shall", askers=[str(seat.public_id) for seat in seats]
    )
    assert answer.status_code == 302
    assert says(row) == "The States and the regions [shall] act."
    shown = page(browser.open("paragraph_brackets", "plan", row.public_id))
    assert "Asked by: State of FRA, State of JPN" in shown
    desk = page(browser.open("desk", "plan"))
    assert "1 bracket<" in desk
    assert "State of FRA, State of JPN" in desk


@pytest.mark.parametrize(("label", "name"), [("1", "Paragraph 1"), ("OP1", "OP1")])
def test_pages_cite_a_paragraph_as_it_is_cited(
    leading: Leading, browser: Browser, row: Paragraph, label: str, name: str
) -> None:
    Paragraph.objects.filter(pk=row.pk).update(label=label)
    post_brackets(browser, row, words="shall")
    bracket = Bracket.objects.get(paragraph=row)

    assert f"<h1>{name}: brackets" in page(
        browser.open("paragraph_brackets", "plan", row.public_id)
    )
    assert f"<h1>{name}: a bracket" in page(
        browser.open("bracket", "plan", row.public_id, bracket.public_id)
    )
    assert f"{name}: parked?" in page(
        browser.open("paragraph_state", "plan", row.public_id, "parked")
    )
    [entry] = ledger_on_desk(leading.leader, row.draft, names_on_desk([row.draft_id])).entries
    assert (entry.citation, entry.words_for_chair) == (name, "1 bracket: “shall”")


def test_words_that_stand_twice_are_asked_for_once_more(browser: Browser, row: Paragraph) -> None:
    answer = post_brackets(browser, row, words="the")
    assert answer.status_code == 302  # "The" is another word
    assert held(row) == ["the"]
    answer = post_brackets(browser, row, words="e")
    assert answer.status_code == 422
    assert "times. Say which." in page(answer)
    assert post_brackets(browser, row, words="States", nth="2").status_code == 422


def test_the_first_and_the_last_word_are_chosen_from_the_text(
    browser: Browser, row: Paragraph
) -> None:
    text = row.text
    first, last = text.index("States"), text.index("regions") + len("regions")
    assert (
        post_brackets(browser, row, words="", first=str(first), last=str(last)).status_code == 302
    )
    assert held(row) == ["States and the regions"]


def test_a_script_says_which_of_the_same_words(browser: Browser, row: Paragraph) -> None:
    at = row.text.index("e regions")
    assert post_brackets(browser, row, words="e", start=str(at), end=str(at + 1)).status_code == 302
    assert says(row) == "The States and th[e] regions shall act."


def test_what_is_refused_comes_back_with_a_sentence(
    leading: Leading, browser: Browser, row: Paragraph
) -> None:
    reword(leading, row, "The [States and] the regions [ shall act.")
    answer = post_brackets(browser, row, words="and] the")
    assert answer.status_code == 422
    assert "begin in one bracket" in page(answer)
    assert "no partner" in page(answer)


CHANGED = "The words have changed since you opened this page. Read them."


def last_version_in(shown: str) -> str:
    return str(re.findall(r'name="version" value="(\d+)"', shown)[-1])


def test_brackets_put_on_words_saved_over_meanwhile_are_put_by_pressing_again(
    leading: Leading, browser: Browser, row: Paragraph
) -> None:
    shown_version, start = stored(row).version, row.text.index("shall")
    reword(leading, row, "Yes: the States and the regions shall act.")
    stale = browser.send(
        "paragraph_brackets",
        "plan",
        row.public_id,
        version=shown_version,
        words="shall",
        start=start,
        end=start + len("shall"),
    )
    assert stale.status_code == 422
    shown = page(stale)
    assert CHANGED in shown
    assert "bring them together" not in shown
    assert "Yes: the States" in shown
    assert f'name="start" value="{start}"' not in shown
    again = browser.send(
        "paragraph_brackets", "plan", row.public_id, version=last_version_in(shown), words="shall"
    )
    assert again.status_code == 302
    assert says(row) == "Yes: the States and the regions [shall] act."


def test_brackets_put_on_a_paragraph_deleted_meanwhile_are_refused_in_a_sentence(
    leading: Leading, browser: Browser, row: Paragraph
) -> None:
    shown_version = stored(row).version
    strike_paragraph(access=leading.staff, paragraph=stored(row))
    fields: dict[str, Any] = {"version": shown_version, "words": "shall"}
    refused = browser.send("paragraph_brackets", "plan", row.public_id, **fields)
    assert refused.status_code == 422
    assert "This paragraph is deleted. Restore it first." in page(refused)


def test_an_alternative_to_words_saved_over_meanwhile_is_added_by_pressing_again(
    leading: Leading, browser: Browser, row: Paragraph
) -> None:
    post_brackets(browser, row, words="shall")
    shown_version = stored(row).version
    reword(leading, row, "Yes: the States and the regions [shall] act.")
    stale = act_on(browser, row, "alternative", version=shown_version, words="should")
    assert stale.status_code == 422
    assert CHANGED in page(stale)
    assert 'value="should"' in page(stale)
    version = last_version_in(page(stale))
    assert act_on(browser, row, "alternative", version=version, words="should").status_code == 302
    assert held(row) == ["shall/should"]


def test_a_choice_made_on_words_saved_over_meanwhile_is_made_anew(
    leading: Leading, browser: Browser, row: Paragraph
) -> None:
    post_brackets(browser, row, words="the regions shall")
    shown_version, cut = stored(row).version, str(says(row).index("shall"))
    reword(leading, row, "The States and [the other regions shall] act.")
    for act, choice in (("split", {"at": cut}), ("lift", {"how": "kept"})):
        stale = act_on(browser, row, act, version=shown_version, **choice)
        assert stale.status_code == 422
        assert CHANGED in page(stale)
        assert "checked" not in page(stale)
    assert f'value="{cut}" selected' not in page(stale)
    assert held(row) == ["the other regions shall"]


@pytest.mark.parametrize(
    ("ending", "sentence"),
    [
        ("lift", "This bracket was lifted already."),
        ("strike", "This paragraph is deleted. Restore it first."),
    ],
)
def test_an_alternative_to_a_bracket_lifted_meanwhile_is_shown_as_typed(
    leading: Leading, browser: Browser, row: Paragraph, ending: str, sentence: str
) -> None:
    post_brackets(browser, row, words="shall")
    bracket, shown_version = Bracket.objects.get(paragraph=row), stored(row).version
    if ending == "lift":
        act_on(browser, row, "lift", how="kept")
    else:
        strike_paragraph(access=leading.staff, paragraph=stored(row))
    fields: dict[str, Any] = {
        "act": "alternative",
        "version": shown_version,
        "words": "should endeavour to",
    }
    answer = browser.send("bracket", "plan", row.public_id, bracket.public_id, **fields)
    assert answer.status_code == 422
    assert sentence in page(answer)
    assert "should endeavour to</textarea>" in page(answer)
    elsewhere = rows_of(row.draft)[-1]
    assert (
        browser.send("bracket", "plan", elsewhere.public_id, uuid4(), **fields).status_code == 404
    )


def test_each_act_on_a_bracket_has_its_form(
    browser: Browser, row: Paragraph, seats: list[Seat]
) -> None:
    post_brackets(browser, row, words="States and the regions shall act")
    bracket = Bracket.objects.get(paragraph=row)
    shown = page(browser.open("bracket", "plan", row.public_id, bracket.public_id))
    assert "]</span>" in shown.split('class="wording')[1]  # in the words of its paragraph
    assert "Its words stay" in shown
    assert all(f'value="{act}"' in shown for act in "lift alternative askers narrow split".split())
    act_on(browser, row, "narrow", words="shall act")
    assert says(row) == "The States and the regions [shall act]."
    act_on(browser, row, "askers", askers=[str(seats[0].public_id)])
    act_on(browser, row, "split", at=str(says(row).index("act")))
    assert held(row) == ["shall", "act"]
    act_on(browser, row, "alternative", words="should", askers=[str(seats[1].public_id)])
    assert held(row) == ["shall/should", "act"]
    assert act_on(browser, row, "lift").status_code == 422
    act_on(browser, row, "lift", how="chosen-1")
    assert says(row) == "The States and the regions should [act]."
    steps = page(browser.open("desk_steps", "plan"))
    for words in ("put brackets in", "narrowed brackets", "split brackets", "added an alternative"):
        assert words in steps


def test_a_lift_is_undone_at_the_desk(browser: Browser, row: Paragraph) -> None:
    post_brackets(browser, row, words="shall")
    act_on(browser, row, "lift", how="dropped")
    assert says(row) == "The States and the regions act."
    step = row.draft.steps.order_by("-number")[0]
    browser.send("undo_step", "plan", step.public_id)
    assert held(row) == ["shall"]


def test_the_secretariat_reads_brackets_and_puts_none(
    leading: Leading, browser: Browser, row: Paragraph
) -> None:
    post_brackets(browser, row, words="shall")
    clerk = Browser(leading.clerk)
    shown = page(clerk.open("paragraph_brackets", "plan", row.public_id))
    assert "Nobody is named." in shown
    assert "Put brackets" not in shown
    assert post_brackets(clerk, row, words="act").status_code == 403


def test_a_bracket_that_was_lifted_is_not_there(browser: Browser, row: Paragraph) -> None:
    post_brackets(browser, row, words="shall")
    bracket = Bracket.objects.get(paragraph=row)
    act_on(browser, row, "lift", how="kept")
    assert browser.open("bracket", "plan", row.public_id, bracket.public_id).status_code == 404


def test_a_desk_of_many_brackets_costs_as_many_queries_as_one_of_few(
    leading: Leading, browser: Browser, row: Paragraph, draft_queries: Any
) -> None:
    post_brackets(browser, row, words="shall")
    few = draft_queries(lambda: browser.open("desk", "plan"))
    for word in ("States", "regions", "act"):
        post_brackets(browser, row, words=word)
    assert draft_queries(lambda: browser.open("desk", "plan")) == few


@pytest.fixture
def draft_queries() -> Any:
    def count(act: Any) -> int:
        with CaptureQueriesContext(connection) as caught:
            assert act().status_code == 200
        return len(caught)

    return count
