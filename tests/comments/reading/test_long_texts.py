"""A long text is read by section, or whole by choice; a short one is read whole."""

import re

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from comments.inputs.citations import current_positions
from comments.models import Comment
from comments.news.edition import MAX_PARAGRAPHS, read_first_news
from comments.news.items import new_items
from config.demo.large_seed import LargeSeed, SeedShape, add_comments, add_replies, create_large
from consultations.rules.access_factory import capacities_of, make_access

SHAPE = SeedShape("long", "A long plan", 6, 300, 60, people_count=193, words_per_rationale=20)
MAX_HTML_BYTES = 200_000


@pytest.fixture
def large(db: None) -> LargeSeed:
    call_command("load_delegations", verbosity=0)
    return create_large(SHAPE, timezone.now())


def page_of_text(large: LargeSeed, query: str = "") -> str:
    client = Client()
    client.force_login(large.focal_points[0])
    address = reverse("latest", args=[SHAPE.slug, "plan"]) + query
    answer = client.get(address, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


def labels(page: str) -> list[str]:
    return re.findall(r'paragraph__number">.*?<bdi>(\d+)</bdi>', page)


def numbers(first: int, last: int) -> list[str]:
    return [str(number) for number in range(first, last + 1)]


def test_a_text_of_300_paragraphs_is_read_by_section(large: LargeSeed) -> None:
    """No page of it is above the bar, and all of it is one link away."""
    page = page_of_text(large)
    assert labels(page) == numbers(1, 50)
    assert re.search(r'href="[^"]*\?section=all"', page)
    assert re.search(r'rel="next" href="[^"]*\?section=2"', page)
    assert 'rel="prev"' not in page
    assert labels(page_of_text(large, "?section=6")) == numbers(251, 300)
    assert labels(page_of_text(large, "?section=all")) == numbers(1, 300)


def test_a_link_to_a_paragraph_of_a_long_text_leads_to_its_section(
    large: LargeSeed,
) -> None:
    add_comments(large, 60)
    page = page_of_text(large, f"?open={large.busiest_wording.paragraph.public_id}")
    assert large.busiest_wording.label in labels(page)
    assert len(labels(page)) == 50
    assert page.count('class="card') >= 20
    assert len(page.encode()) <= MAX_HTML_BYTES


def test_to_look_at_a_paragraph_of_a_long_text_opens_no_thread(large: LargeSeed) -> None:
    add_comments(large, 1)
    last = large.wordings[-1]
    page = page_of_text(large, f"?at={last.paragraph.public_id}")
    assert labels(page) == numbers(251, 300)
    assert 'class="card' not in page


def test_the_whole_of_a_long_text_stays_whole_from_link_to_link(large: LargeSeed) -> None:
    page = page_of_text(large, "?section=all")
    opened = re.search(r'class="paragraph__label" href="([^"#]*)', page)
    assert opened
    assert "section=all" in opened.group(1)


@pytest.mark.parametrize("askers", ["", "&askers=1"])
def test_who_asked_for_brackets_is_shown_and_hidden_in_all_of_a_long_text(
    large: LargeSeed, askers: str
) -> None:
    client = Client()
    client.force_login(large.facilitator)
    address = reverse("latest", args=[SHAPE.slug, "plan"]) + f"?section=all{askers}"
    page = client.get(address, follow=True).content.decode()
    link = re.search(r'href="([^"]*)">\s*(?:Show|Hide) who asked for brackets', page)
    assert link
    assert "section=all" in link.group(1)
    assert ("askers=1" in link.group(1)) is not bool(askers)


def test_a_digest_names_the_paragraphs_with_the_most_news_and_counts_the_others(
    large: LargeSeed,
) -> None:
    """What a mail is too short for is told all the same: it is not new in the next one."""
    add_comments(large, 150)
    add_replies(large, 20)
    capacity = capacities_of(large.facilitator)[0].key
    access = make_access(large.facilitator, SHAPE.slug, capacity)
    items = new_items(access, None)
    news = read_first_news(access, items, current_positions(access))
    assert news is not None
    named = [paragraph.label for text in news.texts for paragraph in text.paragraphs]
    spoken_on = Comment.objects.values("paragraph").distinct().count()
    assert len(named) == MAX_PARAGRAPHS < spoken_on
    assert news.more_sentence == f"And {spoken_on - MAX_PARAGRAPHS} more paragraphs online:"
    assert f"Paragraph {large.busiest_wording.label}" in named
    assert news.ids_by_source == items
    assert news.totals[1] == "150 inputs"
