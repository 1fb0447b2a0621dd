"""In which capacity one acts: asked where there are several, and never changed by a link."""

import re
from typing import Any

import lxml.html
import pytest

from consultations.models import Round
from consultations.rules.access_factory import capacities_of
from delegations.acts import give_post
from delegations.models import Post, User
from tests.consultations.people.people import KEPT, House, key_of, later, signed_in
from tests.consultations.timetable.rounds import wall_clock

pytestmark = pytest.mark.django_db


@pytest.fixture
def house() -> House:
    return KEPT.laid_out()


def fields_of(page: str, action: str) -> dict[str, str]:
    """What stands in the form of a page that is sent to this address."""
    shown = lxml.html.document_fromstring(page)
    [form] = [form for form in shown.forms if form.action == action]
    return {name: value.lstrip("\n") for name, value in form.fields.items() if value is not None}


@pytest.fixture
def ambassador(house: House) -> User:
    """A co-facilitator who is focal point of Portugal too."""
    give_post(
        actor=house.access(house.secretariat),
        user=house.co_facilitator,
        delegation=house.portugal,
        role="focal_point",
    )
    return house.co_facilitator


def test_who_holds_several_capacities_is_asked_and_the_choice_stands_on_the_page(
    house: House, ambassador: User
) -> None:
    client = signed_in(ambassador)
    asked = client.get(house.path("rounds/"))
    assert asked.headers["Location"] == "/capacity/?next=%2Fconsultations%2Fplan%2Frounds%2F"
    choices = client.get(asked.headers["Location"]).content.decode()
    assert choices.count("Choose") == 2
    assert 'name="next" value="/consultations/plan/rounds/"' in choices
    post = next(c for c in capacities_of(ambassador) if c.key.startswith("delegation"))
    chosen = client.post("/capacity/", {"key": post.key, "next": house.path("rounds/")})
    assert chosen.headers["Location"] == house.path("rounds/")
    frame = client.get(house.path("rounds/")).content.decode()
    assert re.search(r'capacity__name">Portugal<', frame)


def test_no_link_changes_the_capacity(house: House, ambassador: User) -> None:
    client = signed_in(ambassador)
    keys = [c.key for c in capacities_of(ambassador)]
    client.post("/capacity/", {"key": keys[0]})
    client.get(f"/capacity/?key={keys[1]}")
    assert client.session["capacity"] == keys[0]


@pytest.mark.parametrize("page", ["/account/2fa/", "/account/sessions/", "/nowhere/"])
def test_ones_account_and_a_wrong_turn_say_as_whom_one_acts_too(
    house: House, foreign_pages: Any, page: str
) -> None:
    client = signed_in(house.focal_point)
    client.get("/")
    with foreign_pages():
        shown = client.get(page).content.decode()
    assert '<bdi class="capacity__name">Portugal</bdi>' in shown
    assert ">focal point<" in shown


def test_a_capacity_of_somebody_else_is_not_taken(house: House, ambassador: User) -> None:
    client = signed_in(ambassador)
    client.post("/capacity/", {"key": key_of(house.secretariat)})
    assert "capacity" not in client.session


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example/", "javascript:1"])
def test_the_way_on_never_leaves_the_house(house: House, target: str) -> None:
    client = signed_in(house.focal_point)
    answer = client.post("/capacity/", {"key": key_of(house.focal_point), "next": target})
    assert answer.headers["Location"] == "/"


def test_words_typed_under_another_capacity_are_shown_and_not_written(
    house: House, ambassador: User
) -> None:
    client = signed_in(ambassador)
    post, facilitation = (c.key for c in capacities_of(ambassador))
    client.post("/capacity/", {"key": facilitation})
    answer = client.post(house.path("rounds/"), {"capacity": post, "name": "The words I typed <b>"})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "The words I typed &lt;b&gt;</textarea>" in page
    assert "Your capacity has changed" in page
    assert not Round.objects.exists()
    in_place = client.post(
        house.path("rounds/"), {"capacity": post, "name": "Mine"}, headers={"HX-Request": "true"}
    )
    assert in_place.status_code == 409
    assert "<html" not in in_place.content.decode()


def test_one_button_goes_on_in_the_capacity_of_the_form_and_writes_what_was_typed(
    house: House, ambassador: User
) -> None:
    client = signed_in(ambassador)
    post, facilitation = (c.key for c in capacities_of(ambassador))
    client.post("/capacity/", {"key": post})
    sent = {
        "capacity": facilitation,
        "name": "First draft",
        "opens_at": wall_clock(later(hours=1)),
        "deadline": wall_clock(later(days=7)),
        "visibility": "at_close",
        "late_policy": "mark",
    }
    page = client.post(house.path("rounds/"), sent).content.decode()
    assert "Continue as co-facilitator, Plan of Action" in page
    again = fields_of(page, house.path("rounds/"))
    assert again.items() >= (sent | {"continue_as": facilitation}).items()
    assert client.post(house.path("rounds/"), again).status_code == 302
    assert Round.objects.get().name == "First draft"
    assert client.session["capacity"] == facilitation


def test_nobody_goes_on_in_a_capacity_that_is_not_theirs(house: House, ambassador: User) -> None:
    client = signed_in(ambassador)
    own = capacities_of(ambassador)[0].key
    client.post("/capacity/", {"key": own})
    foreign = key_of(house.secretariat)
    sent = {"capacity": foreign, "continue_as": foreign, "name": "Words I typed"}
    page = client.post(house.path("rounds/"), sent)
    assert page.status_code == 409 and '<form class="form"' not in page.content.decode()
    assert "Words I typed" in page.content.decode()
    assert client.session["capacity"] == own


def test_a_post_that_ended_is_let_go_and_the_pages_still_open(house: House) -> None:
    client = signed_in(house.deputy)
    assert client.get("/keys/").status_code == 200
    Post.objects.filter(user=house.deputy).update(ended_at=later())
    assert client.get("/keys/").status_code == 302
    assert "No consultation yet" in client.get("/").content.decode()
