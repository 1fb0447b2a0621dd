"""The pages of consultations: home, capacity, rounds, meetings, people, keys."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import lxml.html
import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from consultations.founding.acts import close_record, create_consultation
from consultations.home.views import only_consultation_url
from consultations.keys.acts import make_token
from consultations.models import ApiToken, Consultation, Meeting, Round
from consultations.people.functions import give_function
from consultations.rules.access_factory import capacities_of, make_access
from consultations.seats.acts import seat_delegation
from consultations.time.wall_clock import moment_in_words
from consultations.timetable.acts import cancel_meeting, create_meeting, create_round
from delegations.acts import add_delegation, add_user, give_post
from delegations.invitations import invite
from delegations.models import Post, User
from tests.consultations.people.people import KEPT, House, furnish, key_of, later, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def house() -> House:
    return KEPT.laid_out()


def wall_clock(moment: datetime) -> str:
    return moment.astimezone(ZoneInfo("America/New_York")).strftime("%Y-%m-%dT%H:%M")


def a_round(house: House, **changed: Any) -> Round:
    values: dict[str, Any] = {
        "name": "First draft",
        "opens_at": later(hours=1),
        "deadline": later(days=7),
        "visibility": "at_close",
    }
    return create_round(access=house.access(house.co_facilitator), **{**values, **changed})


def fields_of(page: str, action: str) -> dict[str, str]:
    """What stands in the form of a page that is sent to this address."""
    shown = lxml.html.document_fromstring(page)
    [form] = [form for form in shown.forms if form.action == action]
    return {name: value.lstrip("\n") for name, value in form.fields.items() if value is not None}


def queries_of(client: Client, path: str) -> int:
    client.get(path)  # what a first visit alone costs is left out
    with CaptureQueriesContext(connection) as asked:
        assert client.get(path).status_code == 200
    return len(asked)


# --- Home and capacity ----------------------------------------------------------------------------


def test_home_shows_my_consultations_and_no_others(house: House) -> None:
    other = furnish("other", "desk2@un.example")
    page = signed_in(house.focal_point).get("/").content.decode()
    assert "Plan of Action" in page
    assert "Enter as focal point" in page
    assert other.path() not in page


def test_home_says_what_comes_next(house: House) -> None:
    a_round(house, opens_at=house.access(house.co_facilitator).moment)
    create_meeting(
        access=house.access(house.staff), title="Second meeting", starts_at=later(days=2)
    )
    page = signed_in(house.contributor).get("/").content.decode()
    assert "First draft: inputs until" in page
    assert "Next meeting: Second meeting" in page


def test_home_says_of_a_closed_record_that_nothing_comes_next(house: House) -> None:
    a_round(house, opens_at=house.access(house.co_facilitator).moment)
    create_meeting(
        access=house.access(house.staff), title="Second meeting", starts_at=later(days=2)
    )
    client = signed_in(house.contributor)
    assert "The record is closed." not in client.get("/").content.decode()
    close_record(access=house.access(house.secretariat))
    page = client.get("/").content.decode()
    assert "The record is closed." in page
    assert "inputs until" not in page and "Next meeting" not in page


@pytest.mark.parametrize(("given", "after"), [("a post", 1), ("a facilitation", 2)])
def test_home_opens_while_a_capacity_is_given(house: House, given: str, after: int) -> None:
    """Between two queries of the page: it is on the page, or will be the next time."""
    secretariat = house.access(house.secretariat)
    queries: list[Any] = []

    def give_between_queries(execute: Any, *query: Any) -> Any:
        result = execute(*query)
        queries.append(query)
        if len(queries) == after:
            if given == "a post":
                give_post(
                    actor=secretariat,
                    user=house.neighbour,
                    delegation=house.portugal,
                    role="contributor",
                )
            else:
                give_function(access=secretariat, user=house.neighbour, role="staff")
        return result

    with connection.execute_wrapper(give_between_queries):
        only_consultation_url(house.neighbour, secretariat.moment)
    assert len(queries) > after
    assert "Plan of Action" in signed_in(house.neighbour).get("/").content.decode()


def test_home_of_a_person_without_a_post_says_whom_to_ask() -> None:
    user = User.objects.create(email="new@example.org", name="New")
    page = signed_in(user).get("/").content.decode()
    assert "No consultation yet" in page
    assert "Your focal point or the secretariat" in page


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


# --- Rounds ---------------------------------------------------------------------------------------


def filled_form(house: House, user: User, **changed: str) -> dict[str, str]:
    values = {
        "capacity": key_of(user),
        "name": "Comments on Rev.1",
        "opens_at": wall_clock(later(hours=1)),
        "deadline": wall_clock(later(days=9)),
        "visibility": "at_close",
        "late_policy": "refuse",
    }
    return {**values, **changed}


def test_a_facilitator_sets_a_round_in_new_york_time(house: House) -> None:
    sent = filled_form(house, house.co_facilitator, deadline="2027-01-15T17:00")
    answer = signed_in(house.co_facilitator).post(house.path("rounds/"), sent)
    assert answer.headers["Location"] == house.path("rounds/")
    assert Round.objects.get().deadline == datetime(2027, 1, 15, 22, 0, tzinfo=UTC)


def test_an_hour_that_does_not_exist_is_said_at_its_field(house: House) -> None:
    sent = filled_form(house, house.co_facilitator, deadline="2027-03-14T02:30")
    answer = signed_in(house.co_facilitator).post(house.path("rounds/"), sent)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "There is no 02:30 in New York on that day" in page
    assert 'value="2027-03-14T02:30"' in page


def test_delegates_see_who_reads_their_inputs_and_set_no_round(house: House) -> None:
    a_round(house)
    client = signed_in(house.focal_point)
    page = client.get(house.path("rounds/")).content.decode()
    assert "delegations see each other’s inputs once the round has closed" in page
    assert "A new round" not in page
    assert (
        client.post(house.path("rounds/"), filled_form(house, house.focal_point)).status_code == 403
    )
    assert Round.objects.count() == 1


def test_staff_are_offered_the_narrowest_visibility_alone(house: House) -> None:
    page = signed_in(house.staff).get(house.path("rounds/")).content.decode()
    assert 'value="facilitators"' in page
    assert 'value="at_once"' not in page


@pytest.mark.parametrize(
    ("hours", "before"),
    [
        (-1, "Not open yet"),
        (1, "Open"),
        (24 * 8, "Closed, late inputs are accepted and marked"),
    ],
)
def test_every_round_of_a_closed_record_is_closed(house: House, hours: int, before: str) -> None:
    row = a_round(house)
    client = signed_in(house.focal_point)

    def said() -> str:
        """The phase of the round, as the page says it."""
        page = lxml.html.document_fromstring(client.get(house.path("rounds/")).content)
        [line] = [line for line in page.iter("li") if line.findtext("h2") == row.name]
        return " ".join(line.findtext("p").split())

    with time_machine.travel(row.opens_at + timedelta(hours=hours)):
        assert said() == before
        close_record(access=house.access(house.secretariat))
        assert said() == "Closed"


def test_a_deadline_is_extended_after_it_was_confirmed(house: House) -> None:
    row = a_round(house)
    client = signed_in(house.co_facilitator)
    path = house.path(f"rounds/{row.public_id}/deadline/")
    assert client.get(path).status_code == 200
    nearer = {"capacity": key_of(house.co_facilitator), "deadline": wall_clock(later(days=1))}
    answer = client.post(path, nearer)
    assert answer.status_code == 422
    assert "must be later than the current one" in answer.content.decode()
    further = {**nearer, "deadline": wall_clock(later(days=20))}
    assert client.post(path, further).status_code == 302
    assert Round.objects.get().deadline > row.deadline


def test_closing_asks_first_and_says_what_the_close_opens(house: House) -> None:
    row = a_round(house, opens_at=house.access(house.co_facilitator).moment)
    client = signed_in(house.co_facilitator)
    path = house.path(f"rounds/{row.public_id}/close/")
    assert "once the round has closed" in client.get(path).content.decode()
    assert Round.objects.get().closed_at is None
    assert client.post(path, {"capacity": key_of(house.co_facilitator)}).status_code == 302
    assert Round.objects.get().closed_at is not None


@pytest.mark.parametrize("act", ["deadline", "close"])
def test_the_deadline_of_a_round_that_was_closed_early_is_still_its_deadline(
    house: House, act: str
) -> None:
    row = a_round(house, opens_at=house.access(house.co_facilitator).moment)
    Round.objects.update(closed_at=later(hours=-1))
    shown = signed_in(house.co_facilitator).get(house.path(f"rounds/{row.public_id}/{act}/"))
    deadline = moment_in_words(row.deadline, house.consultation.zone)
    assert f"The deadline is {deadline}." in shown.content.decode()


def test_who_reads_is_not_changed_once_the_round_is_open(house: House) -> None:
    row = a_round(house, opens_at=house.access(house.co_facilitator).moment)
    sent = {"capacity": key_of(house.co_facilitator), "visibility": "at_once"}
    path = house.path(f"rounds/{row.public_id}/visibility/")
    answer = signed_in(house.co_facilitator).post(path, sent)
    assert answer.status_code == 422
    assert Round.objects.get().visibility == "at_close"


@pytest.mark.parametrize("act", ["deadline", "close", "visibility"])
def test_the_acts_on_a_round_are_refused_to_delegates_and_absent_to_outsiders(
    house: House, act: str
) -> None:
    row = a_round(house)
    other = furnish("other", "desk2@un.example")
    path = house.path(f"rounds/{row.public_id}/{act}/")
    assert signed_in(house.focal_point).get(path).status_code == 403
    assert signed_in(other.focal_point).get(path).status_code == 404
    strange = other.path(f"rounds/{row.public_id}/{act}/")
    assert signed_in(other.co_facilitator).get(strange).status_code == 404


# --- Meetings -------------------------------------------------------------------------------------


def test_meetings_are_called_moved_and_cancelled(house: House) -> None:
    client = signed_in(house.secretariat)
    capacity = key_of(house.secretariat)
    called = {
        "capacity": capacity,
        "title": "Second meeting",
        "kind": "informal",
        "starts_at": "2027-05-07T10:00",
        "place": "Room 4",
        "digest_hours": "24",
    }
    assert client.post(house.path("meetings/"), called).status_code == 302
    row = Meeting.objects.get()
    assert (row.starts_at, row.digest_lead) == (
        datetime(2027, 5, 7, 14, 0, tzinfo=UTC),
        timedelta(hours=24),
    )
    move = house.path(f"meetings/{row.public_id}/move/")
    moved = {"capacity": capacity, "starts_at": "2027-05-08T10:00", "place": "Room 5"}
    assert client.post(move, moved).status_code == 302
    assert Meeting.objects.get().place == "Room 5"
    cancel = house.path(f"meetings/{row.public_id}/cancel/")
    assert client.post(cancel, {"capacity": capacity}).status_code == 302
    assert (
        "Second meeting</span>, cancelled" in client.get(house.path("meetings/")).content.decode()
    )


def test_meetings_that_are_past_are_not_said_to_be_held_where_they_were_cancelled(
    house: House,
) -> None:
    staff = house.access(house.staff)
    meeting = create_meeting(access=staff, title="Second meeting", starts_at=later(days=1))
    cancel_meeting(access=staff, meeting=meeting)
    with time_machine.travel(later(days=2)):
        page = signed_in(house.focal_point).get(house.path("meetings/")).content.decode()
    past = page.split('<h2 id="past">')[1]
    assert past.startswith("Past</h2>")
    assert "Second meeting</span>, cancelled" in past


def test_a_meeting_is_shown_in_the_readers_own_time_too(house: House) -> None:
    create_meeting(
        access=house.access(house.staff),
        title="Second meeting",
        starts_at=datetime(2027, 5, 7, 14, 0, tzinfo=UTC),
    )
    User.objects.filter(pk=house.focal_point.pk).update(time_zone="Europe/Lisbon")
    page = signed_in(house.focal_point).get(house.path("meetings/")).content.decode()
    assert "Fri 7 May 2027, 10:00\u00a0New\u00a0York · 15:00\u00a0Lisbon" in page
    assert "Call the meeting" not in page


def test_meetings_are_said_to_stand_in_the_time_of_their_consultation(house: House) -> None:
    Consultation.objects.filter(pk=house.consultation.pk).update(time_zone="Europe/Vienna")
    page = signed_in(house.focal_point).get(house.path("meetings/")).content.decode()
    assert "it stands here in the consultation’s time and in your own." in page
    assert "New York time" not in page


# --- People ---------------------------------------------------------------------------------------


def test_only_the_own_delegation_and_the_secretariat_see_who_holds_posts(house: House) -> None:
    def page(user: User) -> str:
        return signed_in(user).get(house.path("people/")).content.decode()

    assert "Carla" in page(house.focal_point)
    assert "Nilda" not in page(house.focal_point)
    assert "Carla" not in page(house.neighbour)
    for user in (house.co_facilitator, house.staff):
        assert "Carla" not in page(user)
        assert "Nilda" not in page(user)
    assert "Carla" in page(house.secretariat)
    assert "Nilda" in page(house.secretariat)


def test_ending_a_post_asks_first_and_reaches_the_own_delegation_only(house: House) -> None:
    client = signed_in(house.focal_point)
    theirs = Post.objects.get(user=house.neighbour)
    assert client.get(house.path(f"people/{theirs.public_id}/end/")).status_code == 403
    mine = Post.objects.get(user=house.deputy)
    path = house.path(f"people/{mine.public_id}/end/")
    assert "It ends immediately" in client.get(path).content.decode()
    assert Post.objects.get(pk=mine.pk).ended_at is None
    assert client.post(path, {"capacity": key_of(house.focal_point)}).status_code == 302
    assert Post.objects.get(pk=mine.pk).ended_at is not None


# --- Keys -----------------------------------------------------------------------------------------


def test_a_key_is_shown_once(house: House) -> None:
    client = signed_in(house.focal_point)
    sent = {"capacity": key_of(house.focal_point), "name": "Nightly export"}
    page = client.post("/keys/", sent).content.decode()
    shown = re.search(r'<code class="key" dir="ltr">([\w-]+)</code>', page)
    assert shown is not None
    later_page = client.get("/keys/").content.decode()
    assert "Nightly export" in later_page
    assert shown[1] not in later_page


def test_a_key_lasts_as_long_as_its_owner_says_and_a_year_at_most(house: House) -> None:
    client, own = signed_in(house.focal_point), {"capacity": key_of(house.focal_point)}
    client.post("/keys/", own | {"name": "Nightly export", "lifetime": "30"})
    token = ApiToken.objects.get()
    assert token.expires_at - token.created_at == timedelta(days=30)
    page = client.get("/keys/").content.decode()
    assert "expires " in page and "never used" in page
    too_long = client.post("/keys/", own | {"name": "For ever", "lifetime": "4000"})
    assert too_long.status_code == 422 and ApiToken.objects.count() == 1
    with pytest.raises(ValidationError, match="at most a year"):
        make_token(
            actor=house.access(house.focal_point), name="For ever", lifetime=timedelta(days=366)
        )
    ApiToken.objects.update(expires_at=token.created_at, last_used_at=token.created_at)
    page = client.get("/keys/").content.decode()
    assert "expired " in page and "last used " in page


def test_a_key_is_ended_by_its_owner_alone(house: House) -> None:
    mine = signed_in(house.focal_point)
    mine.post("/keys/", {"capacity": key_of(house.focal_point), "name": "Nightly export"})
    path = f"/keys/{ApiToken.objects.get().public_id}/end/"
    theirs = signed_in(house.deputy).post(path, {"capacity": key_of(house.deputy)})
    assert theirs.status_code == 404
    assert mine.get(path).status_code == 405
    mine.post(path, {"capacity": key_of(house.focal_point)})
    assert ApiToken.objects.get().ended_at is not None


# --- The same number of queries for one row and for thirty ----------------------------------------


def test_lists_cost_the_same_for_one_row_and_for_thirty(house: House) -> None:
    lead, serve, read = (
        signed_in(house.co_facilitator),
        signed_in(house.secretariat),
        signed_in(house.focal_point),
    )
    pages = [
        (lead, house.path("rounds/")),
        (lead, house.path("meetings/")),
        (serve, house.path("people/")),
        (read, house.path("people/")),
        (read, "/keys/"),
        (read, "/"),
    ]
    _add_row(house, 0)
    once = [queries_of(*page) for page in pages]
    for number in range(1, 30):
        _add_row(house, number)
    assert [queries_of(*page) for page in pages] == once


def _add_row(house: House, number: int) -> None:
    first = Round.objects.order_by("pk").first()
    a_round(
        house,
        name=f"Round {number}",
        asks_again=first,
        opens_at=later(days=10 * number, hours=1),
        deadline=later(days=10 * number + 7),
    )
    create_meeting(
        access=house.access(house.staff), title=f"Meeting {number}", starts_at=later(days=1)
    )
    access = house.access(house.secretariat)
    body = add_delegation(
        actor=access, kind="member_state", code=f"S{number}", short_en=f"State {number}"
    )
    seat_delegation(access=access, delegation=body)
    there = add_user(actor=access, email=f"there{number}@example.org", name=f"There {number}")
    here = add_user(actor=access, email=f"here{number}@example.org", name=f"Here {number}")
    give_post(actor=access, user=there, delegation=body, role="focal_point")
    give_post(actor=access, user=here, delegation=house.portugal, role="contributor")
    for delegation in (house.portugal, body):
        email = f"invited{number}@example.org"
        invite(actor=access, delegation=delegation, email=email, role="deputy")
    ApiToken.objects.create(
        user=house.focal_point,
        capacity=key_of(house.focal_point),
        name=f"Key {number}",
        key_hash=f"{number:064}",
    )
    founder = User.objects.create(email=f"desk{number}@un.example", is_staff=True)
    founded = create_consultation(user=founder, slug=f"more-{number}", title=f"More {number}")
    elsewhere = make_access(founder, founded.slug, key_of(founder))
    seat_delegation(access=elsewhere, delegation=house.portugal)


# --- The frame ------------------------------------------------------------------------------------


def test_the_frame_says_what_is_due(house: House) -> None:
    a_round(house, opens_at=house.access(house.co_facilitator).moment, deadline=later(days=3.5))
    page = signed_in(house.contributor).get(house.path("rounds/")).content.decode()
    assert re.search(
        r'class="due">Comments close \w+ \d+ \w+.*, \d\d:\d\d\sNew\sYork · 3 days left', page
    )


def test_the_frame_is_silent_where_no_round_is_open(house: House) -> None:
    a_round(house)
    page = signed_in(house.contributor).get(house.path("rounds/")).content.decode()
    assert 'class="due"' not in page
