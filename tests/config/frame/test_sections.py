"""The sections of a consultation on each of its pages, and the first page after sign-in."""

import re
from collections.abc import Iterator

import pytest
from django.conf import LazySettings
from django.test import Client
from django.urls import reverse

from config.sign_in.first_page import url_after_sign_in
from consultations.home.views import only_consultation_url
from consultations.models import Announcement, Round
from delegations.acts import give_post
from drafts.models import Draft
from tests.comments.reading.test_pages import Person, page
from tests.conftest import lazy_loads_allowed
from tests.room import SLUG, Room, answer_all

OF_DELEGATES = ["Texts", "Our inputs", "Table", "Meetings", "People"]
OF_FACILITATORS = ["Texts", "Review", "Table", "Meetings", "People"]
A_SECTION = re.compile(r'<li><a href="([^"]+)"(?: aria-current="(\w+)")?>([^<]+)</a></li>')


@pytest.fixture
def unlimited(settings: LazySettings) -> Iterator[None]:
    """Sign-in, which is allauth's, tried as often as a test wants."""
    settings.ACCOUNT_RATE_LIMITS = False
    with lazy_loads_allowed():
        yield


def sections(shown: str) -> dict[str, tuple[str, str]]:
    """Name → address, and how far one is there."""
    nav = shown[shown.index('<nav class="sections"') :]
    nav = nav[: nav.index("</nav>")]
    return {name: (url, current) for url, current, name in A_SECTION.findall(nav)}


@pytest.mark.parametrize(
    ("who", "names"),
    [
        ("CPV contributor", OF_DELEGATES),
        ("FRA focal_point", OF_DELEGATES),
        ("co_facilitator", OF_FACILITATORS),
        ("secretariat", OF_FACILITATORS),
    ],
)
def test_every_page_leads_to_the_sections_that_its_reader_opens(
    room: Room, who: str, names: list[str]
) -> None:
    person = Person(room, who)
    for name in ("consultation", "new", "meetings", "rounds", "search"):
        found = sections(page(person.get(name)))
        assert list(found) == names, name
        for url, _current in found.values():
            assert person.client.get(url, follow=True).status_code == 200, url


@pytest.mark.parametrize(
    ("address", "current"),
    [
        (("consultation",), {}),
        (("workspace",), {"Our inputs": "page"}),
        (("meetings",), {"Meetings": "page"}),
        (("drafts",), {"Texts": "page"}),
        (("latest", "plan"), {"Texts": "true"}),
        (("reading", "plan", 2), {"Texts": "true"}),
        (("concordance", "plan", 2), {"Texts": "true"}),
    ],
)
def test_it_says_in_which_section_one_is(
    room: Room, address: tuple[str, ...], current: dict[str, str]
) -> None:
    found = sections(page(Person(room, "FRA focal_point").get(*address)))
    assert {name: how for name, (_url, how) in found.items() if how} == current


def test_outside_a_consultation_there_are_no_sections(room: Room) -> None:
    shown = page(Person(room, "FRA focal_point").client.get("/"))
    assert 'class="sections"' not in shown


def test_sign_in_leads_straight_into_the_only_consultation(room: Room, unlimited: None) -> None:
    alone = room.users["FRA focal_point"]
    alone.set_password("a long enough secret")
    alone.save()
    browser = Client()
    asked = browser.get("/")
    assert asked.headers["Location"] == reverse("account_login")
    sent = {"login": alone.email, "password": "a long enough secret"}
    answer = browser.post(reverse("account_login"), sent)
    assert answer.headers["Location"] == reverse("consultation", args=[SLUG])
    assert browser.get("/").status_code == 200, "the list of consultations stays where it was"


def test_sign_in_leads_straight_into_the_text_where_nothing_else_waits(room: Room) -> None:
    newcomer, text = room.users["IOM focal_point"], reverse("latest", args=[SLUG, "plan"])
    front = reverse("consultation", args=[SLUG])
    assert url_after_sign_in(newcomer, room.now) == text
    for who in ("FRA focal_point", "FRA contributor", "staff", "secretariat"):
        assert url_after_sign_in(room.users[who], room.now) == front, (
            f"something else waits for {who}"
        )
    assert url_after_sign_in(room.users["CPV focal_point"], room.now) == "/", "two consultations"
    assert only_consultation_url(newcomer, room.now) == front, (
        "an invitation shows the front page first"
    )


def test_what_is_announced_and_what_is_closed_is_read_on_the_front_page(room: Room) -> None:
    newcomer, front = room.users["IOM focal_point"], reverse("consultation", args=[SLUG])
    announced = Announcement.objects.create(
        consultation=room.consultation,
        words="The room has changed.",
        from_at=room.at(-1),
        until_at=room.at(1),
    )
    assert url_after_sign_in(newcomer, room.now) == front
    Announcement.objects.filter(pk=announced.pk).update(ended_at=room.now)
    assert url_after_sign_in(newcomer, room.now) == reverse("latest", args=[SLUG, "plan"])
    Round.objects.filter(consultation=room.consultation).update(closed_at=room.at(-1))
    assert url_after_sign_in(newcomer, room.now) == front


def test_whoever_has_a_choice_is_asked(room: Room) -> None:
    # Cabo Verde sits in two consultations.
    assert only_consultation_url(room.users["CPV focal_point"], room.now) == "/"
    assert only_consultation_url(room.users["FRA deputy"], room.now) != "/"
    give_post(
        actor=room.access("PRT focal_point"),
        delegation=room.bodies["PRT"],
        user=room.users["FRA deputy"],
        role="contributor",
    )
    assert only_consultation_url(room.users["FRA deputy"], room.now) == "/"


def test_adopting_while_a_round_is_open_says_so_first_and_asks(room: Room) -> None:
    answer_all(room)
    person = Person(room, "co_facilitator")
    sent = {"shown_number": room.draft.revisions.latest("number").number}
    shown = page(person.get("adopt_text", "plan"))
    lines = re.findall(r"<p>([^<]*)</p>", shown[shown.index('class="confirm"') :])
    assert lines[0].startswith(f"“{room.round.name}” is open until")
    refused = person.post("adopt_text", "plan", **sent)
    assert refused.status_code == 422
    assert "Confirm that you adopt the text while a round is open." in page(refused)
    assert Draft.objects.get(slug="plan", consultation=room.consultation).adopted_at is None
    Round.objects.filter(consultation=room.consultation).update(closed_at=room.at(-1))
    assert "is open until" not in page(person.get("adopt_text", "plan"))
    assert person.post("adopt_text", "plan", **sent).status_code == 302
    assert Draft.objects.get(slug="plan", consultation=room.consultation).adopted_at is not None


def test_circulating_an_adopted_text_asks_too_and_another_kind_does_not(room: Room) -> None:
    person = Person(room, "co_facilitator")
    shown = page(person.get("circulate", "plan", nature="adopted"))
    assert f"Adopt although this round is open: {room.round.name}" in shown
    sent = {"nature": "adopted", "stage": "Adopted", "round": "none"}
    answer = page(person.post("circulate", "plan", **sent))
    assert "Confirm that you adopt the text while a round is open." in answer
    other = page(person.post("circulate", "plan", **(sent | {"nature": "draft", "stage": ""})))
    assert "Confirm that you adopt" not in other
