"""The cache of comparisons: who may see which, what is stored, and for whom."""

from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from consultations.rules.access import Refused
from drafts.circulating.acts import circulate_revision
from drafts.comparing.comparison import cached_comparison, compare
from drafts.comparing.concordance import concordance_of, concordance_with_desk
from drafts.desk.acts import add_paragraph, start_draft
from drafts.models import Descent, Draft
from tests.room import SLUG, Room, marker

pytestmark = [pytest.mark.every_server, pytest.mark.django_db]


@pytest.fixture(autouse=True)
def _nothing_is_kept(own_cache: None) -> None:
    """Each comparison is made in the test that asks for it."""


def browser_of(room: Room, who: str) -> Client:
    client = Client()
    client.force_login(room.users[who])
    session = client.session
    session["capacity"] = room.capacities[who]
    session.save()
    return client


def open_comparison(room: Room, who: str, query: str = "", *, text: str = "plan") -> Any:
    return browser_of(room, who).get(f"/consultations/{SLUG}/{text}/compare/{query}")


def words(answer: Any) -> str:
    return str(answer.content.decode())


def cached_comparisons() -> list[bytes]:
    """Everything that the cache of this test holds of comparisons, as it lies there."""
    client = cache._cache.get_client()  # type: ignore[attr-defined]
    return [client.get(key) for key in client.keys(f"{cache.key_prefix}:*comparison*")]


# --- Who sees what -------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["FRA focal_point", "CPV deputy", "IOM focal_point"])
def test_no_delegation_sees_the_working_text(room: Room, who: str) -> None:
    for query in ("?to=desk", "?from=1&to=desk", "?from=desk&to=2"):
        assert open_comparison(room, who, query).status_code == 404
    whole = words(open_comparison(room, who))
    assert marker("working text") not in whole
    assert 'value="desk"' not in whole
    with pytest.raises(Refused):
        concordance_with_desk(room.access(who), room.revision)


@pytest.mark.parametrize("who", ["co_facilitator", "staff", "secretariat"])
def test_who_reads_the_working_text_compares_with_it(room: Room, who: str) -> None:
    shown = words(open_comparison(room, who, "?to=desk"))
    assert marker("working text") in shown
    assert "seen by facilitators and the secretariat only" in shown


def test_a_delegation_with_one_revision_to_read_is_told_when_there_is_more(room: Room) -> None:
    draft = another_text(room)
    answer = open_comparison(room, "FRA focal_point", text=draft.slug)
    assert answer.status_code == 200
    assert "There is nothing to compare yet" in words(answer)
    assert "Working text" in words(open_comparison(room, "staff", text=draft.slug))


def test_a_text_that_was_never_circulated_is_compared_by_nobody(room: Room) -> None:
    start_draft(access=room.access("co_facilitator"), slug="unsent", title="Unsent")
    assert open_comparison(room, "FRA focal_point", text="unsent").status_code == 404
    assert "There is nothing to compare yet" in words(open_comparison(room, "staff", text="unsent"))


def another_text(room: Room) -> Draft:
    access = room.access("co_facilitator")
    draft = start_draft(access=access, slug="other", title="Other")
    add_paragraph(access=access, draft=draft, kind="operative", text="One.", after=None)
    circulate_revision(access=access, draft=draft, stage="First draft")
    return draft


# --- What is kept --------------------------------------------------------------------------------


def test_the_working_text_is_never_kept(room: Room) -> None:
    assert open_comparison(room, "staff", "?to=desk").status_code == 200
    assert cached_comparisons() == []
    open_comparison(room, "FRA focal_point")
    assert cached_comparisons() and not any(
        marker("working text").encode() in found for found in cached_comparisons()
    )


def test_a_comparison_is_worked_out_once_and_read_in_one_query_after(room: Room) -> None:
    made = compare(concordance_of(room.call, room.revision))
    with CaptureQueriesContext(connection) as cold:
        assert cached_comparison(room.call, room.revision) == made
    with CaptureQueriesContext(connection) as warm:
        assert cached_comparison(room.call, room.revision) == made
    assert (len(cold), len(warm)) == (3, 1)


def test_what_is_kept_is_told_apart_by_both_texts_and_the_lineage(room: Room) -> None:
    cached_comparison(room.call, room.revision)
    cached_comparison(room.call, room.call)
    cached_comparison(room.revision, room.revision)
    assert len(cached_comparisons()) == 3
    one, two = (row.paragraph for row in room.revision.wordings.select_related("paragraph")[:2])
    Descent.objects.create(paragraph=two, follows=one, how="split", revision=room.revision)
    assert cached_comparison(room.call, room.revision) == compare(
        concordance_of(room.call, room.revision)
    )
    assert len(cached_comparisons()) == 4


def test_another_language_reads_its_own_page(room: Room) -> None:
    with translation.override("en"):
        english = words(open_comparison(room, "FRA focal_point"))
    browser = browser_of(room, "FRA focal_point")
    browser.cookies["django_language"] = "ar"
    arabic = words(browser.get(f"/consultations/{SLUG}/plan/compare/"))
    assert 'class="compare"' in english and 'class="compare"' in arabic
    assert "words inserted" in english and "words inserted" not in arabic


def test_the_page_costs_the_same_queries_for_those_who_come_later(room: Room) -> None:
    browser = browser_of(room, "FRA focal_point")
    address = f"/consultations/{SLUG}/plan/compare/"
    browser.get(address)
    with CaptureQueriesContext(connection) as first:
        browser.get(address)
    with CaptureQueriesContext(connection) as second:
        open_comparison(room, "IOM focal_point")
    asked = [*first.captured_queries, *second.captured_queries]
    # States are asked for each time, and whether their words were circulated; no words are.
    assert not any("drafts_wording" in query["sql"].split(" WHERE ")[0] for query in asked)
