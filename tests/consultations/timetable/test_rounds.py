"""The page of rounds: set, extended, closed, and who reads the inputs of each."""

from datetime import UTC, datetime, timedelta

import lxml.html
import pytest
import time_machine

from consultations.founding.acts import close_record
from consultations.models import Round
from consultations.time.wall_clock import moment_in_words
from delegations.models import User
from tests.consultations.people.people import KEPT, House, furnish, key_of, later, signed_in
from tests.consultations.timetable.rounds import a_round, wall_clock

pytestmark = pytest.mark.django_db


@pytest.fixture
def house() -> House:
    return KEPT.laid_out()


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
