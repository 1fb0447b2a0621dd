"""Where there are too many new inputs to list, the newest are counted, and the page says so."""

import re
from collections import Counter
from copy import copy
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
import time_machine
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.html import strip_tags

from comments.models import Comment, Seen
from comments.news.acts import mark_paragraphs_seen, watch_paragraph
from comments.news.unseen import MAX_COUNTED_BY_PARAGRAPH, Unseen, unseen, unseen_rows
from comments.review.queries import MAX_COUNTED_TO_DO
from config.demo.large_seed import LargeSeed, SeedShape, add_comments, add_replies, create_large
from consultations.models import Round, Visibility
from consultations.rules.access import Access
from consultations.rules.access_factory import capacities_of, make_access
from delegations.models import User
from tests.tools.bench.front_pages import AWAY, set_last_look

SHAPE = SeedShape(
    "counted", "A plan that many write on", 2, 20, 20, people_count=193, words_per_rationale=5
)
MORE = MAX_COUNTED_BY_PARAGRAPH + 150


@pytest.fixture
def text(db: None) -> LargeSeed:
    """A text on which nobody wrote yet."""
    call_command("load_delegations", verbosity=0)
    return create_large(SHAPE, timezone.now())


@pytest.fixture
def large(text: LargeSeed) -> LargeSeed:
    """More inputs than are counted, a reply to one in ten."""
    add_comments(text, MORE)
    add_replies(text, MORE // 10)
    return text


def away(user: User, large: LargeSeed, moment: datetime | None = None) -> Access:
    """This person, who last looked at everything two months ago."""
    set_last_look(user, large.consultation, moment or timezone.now() - AWAY)
    return make_access(user, large.consultation.slug, capacities_of(user)[0].key)


def page(user: User, large: LargeSeed, name: str, *place: object, **query: str) -> str:
    client = Client()
    client.force_login(user)
    session = client.session
    session["capacity"] = capacities_of(user)[0].key
    session.save()
    answer = client.get(reverse(name, args=[SHAPE.slug, *place]), query)
    assert answer.status_code == 200
    return str(answer.content.decode())


def words(shown: str) -> str:
    return re.sub(r"\s+", " ", strip_tags(shown))


def inputs_of_others(access: Access) -> list[datetime]:
    """When those that this person may read were sent, the newest first."""
    rows = Comment.objects.visible_to(access).in_force().exclude(filed_by=access.seat)
    return [row.submitted_at for row in rows.order_by("-submitted_at") if row.submitted_at]


def is_counted_from_its_moment(access: Access, found: Unseen) -> None:
    since = found.counted_since
    assert since == inputs_of_others(access)[MAX_COUNTED_BY_PARAGRAPH]
    rows = [row for arm in unseen_rows(access) for row in arm if row.said_at >= since]
    assert found.counts_by_source == {
        kind: dict(Counter(row.paragraph_id for row in rows if row.source == kind))
        for kind in {row.source for row in rows}
    }
    assert found.count_of("comments") == MAX_COUNTED_BY_PARAGRAPH + 1


def test_the_newest_are_counted_with_what_was_said_since(large: LargeSeed) -> None:
    access = away(large.focal_points[0], large)
    found = unseen(access)
    is_counted_from_its_moment(access, found)
    assert 0 < found.count_of("replies") < MORE // 10


def test_so_are_those_of_a_round_that_opened_since(large: LargeSeed) -> None:
    now = timezone.now()
    Round.objects.update(visibility=Visibility.AT_CLOSE, closed_at=now + timedelta(hours=1))
    user = large.focal_points[0]
    assert unseen(away(user, large, now)).counts_by_source == {}
    with time_machine.travel(now + timedelta(hours=2), tick=False):
        access = away(user, large, now)
        is_counted_from_its_moment(access, unseen(access))


def test_all_are_counted_where_one_less_is_new(large: LargeSeed) -> None:
    user = large.focal_points[0]
    last = inputs_of_others(away(user, large))[MAX_COUNTED_BY_PARAGRAPH]
    found = unseen(away(user, large, last))
    assert found.counted_since is None
    assert found.count_of("comments") == MAX_COUNTED_BY_PARAGRAPH


def test_what_one_may_not_read_moves_no_moment(large: LargeSeed) -> None:
    Round.objects.update(visibility=Visibility.FACILITATORS)
    assert unseen(away(large.focal_points[0], large)).counted_since is None
    assert unseen(away(large.facilitator, large)).counted_since is not None


def test_what_was_looked_at_makes_room_for_older_ones(large: LargeSeed) -> None:
    access = away(large.focal_points[0], large)
    before = unseen(access)
    mark_paragraphs_seen(
        access=access,
        paragraph_ids=[large.busiest_wording.paragraph_id, large.wordings[0].paragraph_id],
    )
    after = unseen(access)
    assert before.counted_since and after.counted_since
    assert after.counted_since < before.counted_since
    assert after.count_of("comments") == MAX_COUNTED_BY_PARAGRAPH + 1


def test_a_thread_whose_news_are_older_is_seen_once_it_was_opened(text: LargeSeed) -> None:
    quiet, *others = text.wordings
    earlier = copy(text.round)
    earlier.opens_at -= timedelta(days=20)
    add_comments(replace(text, wordings=(quiet,), round=earlier), 5)
    add_comments(replace(text, wordings=tuple(others)), MORE)
    user = text.focal_points[0]
    access = away(user, text)
    assert quiet.paragraph_id not in unseen(access).count_by_paragraph_id
    opened = page(user, text, "reading", "plan", 1, open=str(quiet.paragraph.public_id))
    assert opened.count("card__new") == 4, "the fifth is their own"
    marks = Seen.objects.filter(user=user, paragraph__isnull=False)
    assert [mark.paragraph_id for mark in marks] == [quiet.paragraph_id]


def test_what_waits_for_an_answer_is_counted_as_far(large: LargeSeed) -> None:
    shown = words(page(large.facilitator, large, "consultation"))
    assert f"{MAX_COUNTED_TO_DO}+ inputs without an answer" in shown
    assert f"{MAX_COUNTED_TO_DO}+ inputs without an answer (" not in shown, (
        "of which paragraphs is not known"
    )


def test_the_pages_say_so(large: LargeSeed) -> None:
    user = large.focal_points[0]
    access = away(user, large)
    watch_paragraph(access=access, paragraph=large.busiest_wording.paragraph)
    sentence = (
        f"More than {MAX_COUNTED_BY_PARAGRAPH} inputs are new. This page counts what was said since"
    )
    assert f"more than {MAX_COUNTED_BY_PARAGRAPH} inputs, at least " in words(
        page(user, large, "consultation")
    )
    assert sentence in words(page(user, large, "new"))
    assert sentence in words(page(user, large, "reading", "plan", 1))

    leads = large.facilitator
    away(leads, large)
    assert re.search(
        r"Paragraph \d+ has at least \d+ new inputs", words(page(leads, large, "consultation"))
    )

    set_last_look(user, large.consultation, inputs_of_others(access)[5])
    assert "New to you: 5 inputs" in words(page(user, large, "consultation"))
    assert sentence not in words(page(user, large, "new"))
    assert sentence not in words(page(user, large, "reading", "plan", 1))
