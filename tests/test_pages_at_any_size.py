"""The number of queries of a page does not grow with the record."""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from comments.models import Comment
from comments.news.items import SOURCE_NAMES, decode_id_ranges, new_id_ranges
from config.demo.large_seed import LargeSeed, SeedShape, add_comments, add_replies, create_large
from consultations.models import Facilitation
from consultations.rules.access_factory import capacities_of, make_access
from delegations.models import User
from tests.database import count_rows
from tests.tools.bench.front_pages import AWAY, pages_from_the_front, set_last_look
from tests.tools.bench.long_texts import long_text
from tests.tools.bench.seed import call_meeting

SHAPE = SeedShape(
    "sized", "A plan of some size", 3, 30, 30, people_count=193, words_per_rationale=20
)
FEW, MANY = 300, 1_800
MAX_HTML_BYTES = 200_000
MAX_NEW_ROWS = 60  # rows of three lists that were not full before


@pytest.fixture
def large(db: None) -> LargeSeed:
    call_command("load_delegations", verbosity=0)
    found = create_large(SHAPE, timezone.now())
    call_meeting(found)
    return found


def reader(large: LargeSeed, role: str) -> User:
    if role == "delegate":
        return large.focal_points[0]
    held = Facilitation.objects.select_related("user").get(
        consultation=large.consultation, role=role
    )
    return held.user


def signed_in(user: User) -> Callable[[str], bytes]:
    client = Client()
    client.force_login(user)
    session = client.session
    session["capacity"] = capacities_of(user)[0].key
    session.save()

    def ask(address: str) -> bytes:
        answer = client.get(address, follow=True)
        assert answer.status_code == 200, address
        return answer.content if "text/html" in answer["Content-Type"] else b""

    return ask


def grow(large: LargeSeed, count: int) -> None:
    add_comments(large, count)
    add_replies(large, count // 10)
    count_rows()


@dataclass(frozen=True)
class Cost:
    """What one page took: statements, the rows that they gave, and bytes of HTML."""

    queries: int
    rows: int
    size: int


def cost(ask: Callable[[str], bytes], address: str) -> Cost:
    with rows_given() as given:
        page = ask(address)
    return Cost(len(given), sum(given), len(page))


@contextmanager
def rows_given() -> Iterator[list[int]]:
    """How many rows each statement inside the block gave."""
    given: list[int] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        result = execute(sql, params, many, context)
        given.append(context["cursor"].rowcount)
        return result

    with connection.execute_wrapper(note):
        yield given


@pytest.mark.night
@pytest.mark.parametrize("role", ["co_facilitator", "delegate", "secretariat"])
def test_every_page_from_the_front_has_an_end_and_reads_no_more_of_a_larger_record(
    large: LargeSeed, role: str
) -> None:
    user = reader(large, role)
    ask = signed_in(user)
    grow(large, FEW)
    pages = pages_from_the_front(ask, large.consultation)
    assert pages.keys() >= {"reading", "new", "table", "rolling"}
    small = costs(ask, user, large, pages)
    grow(large, MANY - FEW)
    grown = costs(ask, user, large, pages)
    for page, (before, after) in {key: (small[key], grown[key]) for key in small}.items():
        assert after.queries == before.queries, page
        assert after.rows <= 1.5 * before.rows + MAX_NEW_ROWS, page
        assert after.size <= MAX_HTML_BYTES, page


def costs(
    ask: Callable[[str], bytes], user: User, large: LargeSeed, pages: Mapping[str, str]
) -> dict[tuple[str, str], Cost]:
    """Of each page, for who saw all and for who was away; asked once before it counts."""
    found = {}
    for look, moment in {"saw all": timezone.now(), "away": timezone.now() - AWAY}.items():
        set_last_look(user, large.consultation, moment)
        for name, address in pages.items():
            ask(address)
            found[name, look] = cost(ask, address)
    return found


def test_what_a_digest_tells_is_put_together_by_the_database(large: LargeSeed) -> None:
    """A row for each kind of news, however many there are: this is asked for each delegation."""
    grow(large, FEW)
    user = large.focal_points[0]
    access = make_access(user, large.consultation.slug, capacities_of(user)[0].key)
    with rows_given() as given:
        told = new_id_ranges(access, None)
    assert sum(given) <= len(SOURCE_NAMES)
    assert len(decode_id_ranges(told)["comments"]) > FEW * 0.9


def test_a_paragraph_with_300_inputs_has_a_page_with_an_end(db: None) -> None:
    call_command("load_delegations", verbosity=0)
    busy = replace(SHAPE, busiest_paragraph_inputs=FEW)
    large = create_large(busy, timezone.now())
    add_comments(large, FEW)
    ask = signed_in(reader(large, "co_facilitator"))
    address = reverse(
        "review_paragraph", args=[SHAPE.slug, large.busiest_wording.paragraph.public_id]
    )
    for page in (address, f"{address}?lines=1", f"{address}?page=3"):
        assert len(ask(page)) <= MAX_HTML_BYTES, page
    seats = {seat.code for seat in large.seats}
    shown = "".join(ask(f"{address}?page={number}").decode() for number in range(1, 26))
    assert seats <= set(re.findall(r'quiet">([A-Z]+)-\d', shown))


def test_every_page_of_a_text_of_1400_paragraphs_has_an_end(db: None) -> None:
    """It is shown by section, whichever section is the heaviest; its time is held by the bench."""
    call_command("load_delegations", verbosity=0)
    text = long_text()
    ask = signed_in(text.large.facilitator)
    middle = text.large.busiest_wording.paragraph.public_id
    desk = text.addresses["desk"]
    pages = {
        **{name: url for name, url in text.addresses.items() if name != "circulation preview"},
        "desk with changes": f"{desk}?changes=1&at={middle}",
        "desk with a paragraph open": f"{desk}{middle}/",
        "comparison of a section": f"{text.addresses['comparison']}?at={middle}",
        "reading page": reverse("reading", args=[text.large.consultation.slug, "plan", 2]),
    }
    for name, address in pages.items():
        page = ask(address)
        assert len(page) <= MAX_HTML_BYTES, name
        assert b"data-sections" in page, name
        assert b"section=all" in page, name


def test_a_long_text_is_previewed_by_section_and_nothing_typed_is_lost(db: None) -> None:
    call_command("load_delegations", verbosity=0)
    text = long_text()
    ask = signed_in(text.large.facilitator)
    address = reverse("circulate", args=[text.large.consultation.slug, text.draft.slug])
    for part in ("redline", "clean", "concordance"):
        page = ask(f"{address}?shown={part}")
        assert len(page) <= MAX_HTML_BYTES, part
        assert b'name="at" value="all"' in page, part
    client = Client()
    client.force_login(text.large.facilitator)
    client.get(address)
    [next_place] = re.findall(r'name="at" value="([\w-]+)"[^>]*>Next', ask(address).decode())
    capacity = capacities_of(text.large.facilitator)[0].key
    typed = {"stage": "Rev.2 as agreed on Tuesday", "capacity": capacity}
    answer = client.post(address, {"at": next_place, "shown": "redline", **typed})
    page_after = answer.content.decode()
    assert answer.status_code == 200
    assert all(value in page_after for value in typed.values())
    assert f'name="shown_at" value="{next_place}"' in page_after
    assert text.draft.revisions.count() == 2  # nothing was circulated
    whole = client.post(address, {"at": "all", "shown": "clean", **typed}).content.decode()
    assert whole.count("<article") == text.draft.paragraphs.in_force().count()


def test_the_frame_counts_what_is_new_up_to_99(large: LargeSeed) -> None:
    """On every page: who was away pays for no more of it, however much was said."""
    user = reader(large, "delegate")
    ask = signed_in(user)
    page = reverse("papers", args=[SHAPE.slug])
    set_last_look(user, large.consultation, timezone.now() - AWAY)
    add_comments(large, 40)
    assert "39 new" in frame_of(ask(page))  # and one of their own
    add_comments(large, FEW - 40)
    with rows_given() as given:
        assert "99+ new" in frame_of(ask(page))
    assert max(given) <= 100


def frame_of(page: bytes) -> str:
    found = re.search(r'<a class="frame__new"[^>]*>(.*?)</a>', page.decode(), re.DOTALL)
    return found.group(1) if found else ""


def test_the_inputs_on_a_long_text_are_previewed_by_section_each_paragraph_once(db: None) -> None:
    call_command("load_delegations", verbosity=0)
    text = long_text()
    add_comments(text.large, MANY)
    ask = signed_in(text.large.facilitator)
    address = reverse("circulate", args=[text.large.consultation.slug, text.draft.slug])
    first = ask(f"{address}?shown=inputs")
    [next_place] = re.findall(rb'name="at" value="([\w-]+)"[^>]*>Next', first)
    second = ask(f"{address}?shown=inputs&at={next_place.decode()}")
    whole = ask(f"{address}?shown=inputs&at=all")
    listed = [page.count(b'<li class="stack stack--tight">') for page in (first, second, whole)]
    with_inputs = Comment.objects.filter(paragraph__draft=text.draft, submitted_at__isnull=False)
    assert max(len(first), len(second)) <= MAX_HTML_BYTES
    assert 0 < listed[0] + listed[1] < listed[2]
    assert listed[2] == with_inputs.values("paragraph").distinct().count()
