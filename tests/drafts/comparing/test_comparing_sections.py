"""The comparison and the concordance of a long text are shown by section."""

import re
from html import unescape
from typing import Any

import pytest
from django.core.cache import cache

from drafts.circulating.acts import circulate_revision
from drafts.desk.acts import edit_paragraph, move_paragraph
from drafts.models import Draft
from tests.drafts.desk.leading import Browser, Leading, build_leading, page, rows_of, text_with

pytestmark = pytest.mark.django_db

LONG = "States shall act. " * 450
CHANGED = (3, 20)  # these paragraphs are reworded, far from each other


@pytest.fixture
def leading(own_cache: None) -> Leading:
    return build_leading()


@pytest.fixture
def leader(leading: Leading) -> Browser:
    return Browser(leading.leader)


@pytest.fixture
def plan(leading: Leading) -> Draft:
    """Thirty long paragraphs, circulated twice; the second went to the end of the text."""
    draft = text_with(leading.leader, *(f"{number}. {LONG}" for number in range(1, 31)))
    circulate_revision(access=leading.leader, draft=draft, stage="Draft")
    rows = rows_of(draft)
    for number in CHANGED:
        row = rows[number - 1]
        edit_paragraph(
            access=leading.leader,
            paragraph=row,
            version=row.version,
            kind=row.kind,
            label=row.label,
            text=f"{row.text}At once.",
        )
    move_paragraph(access=leading.leader, paragraph=rows_of(draft)[1], after=rows_of(draft)[-1])
    circulate_revision(access=leading.leader, draft=draft, stage="Rev.1")
    return draft


def numbers(answer: Any) -> list[int]:
    """The paragraphs whose words the page shows, in order and each once."""
    found = re.findall(r">(\d+)\. States", page(answer))
    return [int(number) for number in dict.fromkeys(found)]


def walk(leader: Browser, answer: Any) -> list[Any]:
    """The pages from this one on, each by the link to the next section."""
    pages = [answer]
    while found := re.search(r'<a rel="next" href="([^"]*)"', page(pages[-1])):
        pages.append(leader.get(f"{answer.wsgi_request.path}{unescape(found[1])}"))
    return pages


@pytest.mark.parametrize("query", ["", "?to=desk&from=1"])
def test_a_long_comparison_is_read_by_section_and_whole_by_choice(
    leader: Browser, plan: Draft, query: str
) -> None:
    pages = walk(leader, leader.open("compare", "plan", query=query))
    assert len(pages) > 2
    assert [number for answer in pages for number in numbers(answer)] == [1, *range(3, 31), 2]
    assert max(len(answer.content) for answer in pages) <= 200_000
    # What is counted is of the whole text.
    assert all("2 reworded" in page(answer) for answer in pages)
    whole = leader.open("compare", "plan", query=f"{query or '?'}&section=all")
    assert numbers(whole) == [1, *range(3, 31), 2]
    assert len(re.findall("data-change>", page(whole))) == 3


def test_changes_keep_their_number_and_lead_on_over_the_border(
    leader: Browser, plan: Draft
) -> None:
    pages = walk(leader, leader.open("compare", "plan"))
    with_changes = [answer for answer in pages if "data-change>" in page(answer)]
    said = [re.findall(r"Change (\d) of (\d)", page(answer)) for answer in with_changes]
    assert said == [[("1", "3")], [("2", "3")], [("3", "3")]]
    third = rows_of(plan)[1].public_id  # the paragraph that begins with 3
    beside = re.search(r'data-steps data-next="([^"]*)"', page(with_changes[0]))
    assert beside
    led_to = leader.get(with_changes[0].wsgi_request.path + unescape(beside[1]))
    assert numbers(led_to) == numbers(with_changes[1])
    back = re.search(r'data-steps data-previous="([^"]*)"', page(led_to))
    assert back
    assert unescape(back[1]).endswith(f"#c-{third}")


def test_a_paragraph_that_moved_away_leads_to_the_section_in_which_it_is(
    leader: Browser, plan: Draft
) -> None:
    first = page(leader.open("compare", "plan"))
    moved = rows_of(plan)[-1].public_id
    link = f"?from=1&amp;to=2&amp;at={moved}#c-{moved}"
    assert f'href="{link}"' in first
    assert numbers(leader.open("compare", "plan", query=f"?from=1&to=2&at={moved}"))[-1] == 2


def test_a_section_is_kept_by_its_number_and_not_for_each_paragraph(
    leader: Browser, plan: Draft
) -> None:
    def kept() -> int:
        client = cache._cache.get_client()  # type: ignore[attr-defined]
        return len(list(client.keys(f"{cache.key_prefix}:*comparison-page*")))

    shown = set()
    for row in rows_of(plan)[-6:]:
        answer = leader.open("compare", "plan", query=f"?from=1&to=2&at={row.public_id}")
        shown.add(tuple(numbers(answer)))
    assert kept() == len(shown) < 4


def test_a_long_concordance_is_read_by_section(
    leader: Browser, plan: Draft, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("drafts.comparing.sections.ROW_BYTES", 12_000)
    opened = leader.open("concordance", "plan", 2)
    pages = walk(leader, opened)
    assert len(pages) > 2
    rows = [len(re.findall("concordance__row", page(answer))) for answer in pages]
    assert min(rows) > 0
    quoted = [re.findall(r'<p dir="auto">(\d+)\.', page(answer)) for answer in pages]
    shown = [int(number) for on_page in quoted for number in on_page]
    assert shown == [1, *range(3, 31), 2]
    assert all("Paragraphs since Draft: 2 reworded" in page(answer) for answer in pages)
    whole = leader.open("concordance", "plan", 2, query="?since=1&section=all")
    assert len(re.findall(r'<p dir="auto">\d+\.', page(whole))) == 30
    third = rows_of(plan)[20].public_id
    assert ">22. States" in page(leader.open("concordance", "plan", 2, query=f"?at={third}"))


def test_a_section_that_is_none_is_not_found(leader: Browser, plan: Draft) -> None:
    assert leader.open("compare", "plan", query="?section=99").status_code == 404
    assert leader.open("concordance", "plan", 2, query="?section=99").status_code == 404
