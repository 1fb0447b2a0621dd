"""The secretariat's pages one by one: creation, seats, delegations and groups."""

import re
from datetime import date
from html import unescape
from urllib.parse import urlsplit

import lxml.html
import pytest
from django.test import Client
from django.utils import timezone

from consultations.founding.acts import web_address_for
from consultations.models import Consultation, Facilitation, Seat
from consultations.seats.acts import end_seat
from delegations.acts import add_delegation
from delegations.models import Delegation, GroupMembership, Mandate
from tests.consultations.people.desk_pages import get, said_after, send
from tests.consultations.people.people import KEPT, House, furnish, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def house() -> House:
    return KEPT.laid_out()


# --- Founding -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("title", "address"),
    [
        ("Ocean", "ocean"),
        ("Plan of Action", "plan-of-action"),
        ("Côte d’Ivoire: Élan", "cote-divoire-elan"),
        ("new", "new-2"),
        ("Plan", "plan-2"),
        ("磋商", "consultation"),
        ("The " + "very " * 20 + "long one", "the-" + "very-" * 10 + "very"),
    ],
)
def test_a_web_address_is_proposed_from_the_title(house: House, title: str, address: str) -> None:
    assert web_address_for(title) == address


def test_who_founds_a_consultation_acts_as_its_secretariat_at_once(house: House) -> None:
    client = signed_in(house.secretariat)
    sent = {"title": "Ocean", "time_zone": "Europe/Geneva"}
    wrong = client.post("/consultations/new/", sent)
    assert wrong.status_code == 422
    sent["time_zone"] = "Europe/Zurich"
    answer = client.post("/consultations/new/", sent, follow=True)
    assert answer.redirect_chain == [("/consultations/ocean/setting-up/", 302)]
    assert "No delegation has a seat yet" in answer.content.decode()
    founded = Consultation.objects.get(slug="ocean")
    own = Facilitation.objects.get(consultation=founded)
    assert client.session["capacity"] == f"facilitation:{own.public_id}"


def test_what_was_typed_of_a_consultation_is_kept_where_the_session_ended(house: House) -> None:
    client = Client()
    sent = {"title": "Ocean", "slug": "ocean", "time_zone": "America/New_York", "mandate": "Typed."}
    answer = client.post("/consultations/new/", sent)
    assert answer.status_code == 403
    page = lxml.html.document_fromstring(answer.content)
    [form] = [form for form in page.forms if form.action == "/consultations/new/"]
    again = {name: value.lstrip("\n") for name, value in form.fields.items() if value}
    assert again["mandate"] == "Typed."
    client.force_login(house.secretariat)
    assert client.post("/consultations/new/", again).status_code == 302
    assert Consultation.objects.get(slug="ocean").mandate == "Typed."


@pytest.mark.parametrize("address", ["plan", "new"])
def test_a_web_address_that_is_taken_is_said_at_its_field(house: House, address: str) -> None:
    sent = {"title": "Ocean", "slug": address, "time_zone": "America/New_York"}
    answer = signed_in(house.secretariat).post("/consultations/new/", sent)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "This web address is already in use." in page
    assert 'value="Ocean"' in page


def test_only_who_is_marked_for_it_founds_a_consultation(house: House) -> None:
    assert signed_in(house.focal_point).get("/consultations/new/").status_code == 403
    assert "Create a consultation" not in get(house, "/", house.focal_point)
    assert "Create a consultation" in get(house, "/")


def test_every_page_of_the_secretariat_is_led_to(house: House) -> None:
    """From the front page on, by links alone."""
    found, left = set(), {house.path()}
    client = signed_in(house.secretariat)
    while left:
        path = left.pop()
        found.add(path)
        page = unescape(client.get(path, follow=True).content.decode())
        links = {urlsplit(link).path for link in re.findall(r'href="(/consultations/[^"]+)"', page)}
        ours = re.compile(r"/(setting-up|seats|delegations|people)/")
        left |= {link for link in links if ours.search(link)} - found
    pages = {path.removeprefix(house.path()) for path in found}
    assert pages >= {
        *("setting-up/", "seats/", "seats/list/", "people/", "people/list/"),
        *("people/unanswered/", "people/functions/", "delegations/", "delegations/new/"),
        f"delegations/{house.portugal.public_id}/",
    }
    assert "Setting up" not in get(house, house.path(), house.focal_point)


# --- Seats ----------------------------------------------------------------------------------------


def test_a_kind_is_seated_after_its_names_were_shown_and_only_what_is_missing(house: House) -> None:
    desk = house.access(house.secretariat)
    for code, name in (("FRA", "France"), ("JPN", "Japan")):
        add_delegation(actor=desk, kind="member_state", code=code, short_en=name)
    asked = get(house, house.path("seats/all/member-states/"))
    assert "France" in asked and "Seat 2 delegations" in asked
    assert "Portugal" not in asked
    assert send(house, "seats/all/member-states/").status_code == 302
    assert Seat.objects.filter(consultation=house.consultation).count() == 4
    history = Seat.objects.get(delegation__code="FRA").history.get()
    assert history.history_change_reason == "secretariat, Plan of Action"
    second_press = send(house, "seats/all/member-states/")
    assert said_after(second_press) == ["All of them have a seat."]
    again = get(house, house.path("seats/all/member-states/"))
    assert "All of them have a seat." in again
    assert signed_in(house.secretariat).get(house.path("seats/all/planets/")).status_code == 404


def test_a_seat_is_corrected_and_ended(house: House) -> None:
    seat = Seat.objects.get(delegation=house.portugal)
    send(house, f"seats/{seat.public_id}/", name="Portuguese Republic", status="observer")
    seat.refresh_from_db()
    assert (seat.name, seat.status) == ("Portuguese Republic", "observer")
    assert send(house, f"seats/{seat.public_id}/", name="", status="observer").status_code == 422
    send(house, f"seats/{seat.public_id}/end/")
    assert Seat.objects.get(pk=seat.pk).ended_at is not None
    assert "Former seats" in get(house, house.path("seats/"))


# --- Delegations and groups -----------------------------------------------------------------------


@pytest.fixture
def group(house: House) -> Delegation:
    return add_delegation(
        actor=house.access(house.secretariat), kind="group", code="G", short_en="The Group"
    )


def test_members_and_coordinators_are_set_with_their_days(house: House, group: Delegation) -> None:
    path = f"delegations/{group.public_id}/"
    for act, model in (("member", GroupMembership), ("coordinator", Mandate)):
        sent = {f"{act}-delegation": house.portugal.pk, f"{act}-starts_on": "2026-01-01"}
        assert send(house, path, act=act, **sent).status_code == 302
        again = send(house, path, act=act, **sent)
        assert again.status_code == 422 and "already" in again.content.decode()
        days = f"{path}{act}s/{house.portugal.public_id}/"
        wrong = send(house, days, starts_on="2026-01-01", ends_on="2025-01-01")
        assert "The end must come after the start." in wrong.content.decode()
        assert send(house, days, starts_on="2026-01-01", ends_on="2026-06-01").status_code == 302
        assert str(model.objects.get(group=group).ends_on) == "2026-06-01"
    page = get(house, house.path(path))
    assert "1 member" in page and "from 1 Jan 2026 until 1 Jun 2026" in page


@pytest.mark.parametrize(
    ("earlier", "current"),
    [
        ((None, date(2024, 12, 31)), (date(2026, 1, 1), None)),
        ((date(2020, 1, 1), date(2024, 1, 1)), (None, None)),
        ((None, date(2020, 1, 1)), (date(2020, 1, 1), date(2030, 1, 1))),
    ],
    ids=["since the first", "since before our records", "until a day to come"],
)
def test_of_a_delegation_that_returned_the_latest_dates_are_changed_and_the_earlier_stay(
    house: House,
    group: Delegation,
    earlier: tuple[date | None, date],
    current: tuple[date | None, date | None],
) -> None:
    path = f"delegations/{group.public_id}/"
    for model, who in ((GroupMembership, "member"), (Mandate, "coordinator")):
        # The earlier one is entered last, as when somebody completes the record.
        rows = [
            model.objects.create(
                group=group, starts_on=days[0], ends_on=days[1], **{who: house.portugal}
            )
            for days in (current, earlier)
        ]
        days_path = f"{path}{who}s/{house.portugal.public_id}/"
        assert get(house, house.path(path)).count(f'href="{house.path(days_path)}"') == 1
        sent = {"starts_on": "2021-02-03", "ends_on": "2031-04-05"}
        assert send(house, days_path, **sent).status_code == 302
        current_row, earlier_row = (model.objects.get(pk=row.pk) for row in rows)
        assert (str(current_row.starts_on), str(current_row.ends_on)) == tuple(sent.values())
        assert (earlier_row.starts_on, earlier_row.ends_on) == earlier


def test_a_delegation_is_added_found_and_corrected(house: House) -> None:
    sent = {"kind": "un_entity", "code": "UNX", "short_en": "UN Example"}
    assert send(house, "delegations/new/", **sent).status_code == 302
    taken = send(house, "delegations/new/", **sent)
    assert taken.status_code == 422
    all_of_them, found, none = (
        get(house, house.path(f"delegations/{query}"))
        for query in ("", "?q=example", "?q=nothing+like+it")
    )
    assert "UN Example" in found and 'value="example"' in found
    assert "No results" in none
    back = f'href="{house.path("delegations/")}">Show all'
    assert back in found and back in none and back not in all_of_them
    row = Delegation.objects.get(code="UNX")
    sent = {"act": "names", "kind": "un_entity", "code": "UNX", "short_en": "UN Example Office"}
    assert send(house, f"delegations/{row.public_id}/", **sent).status_code == 302
    row.refresh_from_db()
    assert (row.short_en, row.sort_key) == ("UN Example Office", "UN EXAMPLE OFFICE")


def test_the_list_of_delegations_says_which_have_a_seat_here_now(house: House) -> None:
    furnish("other", "desk2@un.example")
    end_seat(
        access=house.access(house.secretariat), seat=Seat.objects.get(delegation=house.cabo_verde)
    )
    page = lxml.html.document_fromstring(get(house, house.path("delegations/")))
    rows = [
        [cell.text_content() for cell in row.iter("td")] for row in page.iterfind(".//tbody/tr")
    ]
    assert {(code, seat) for _name, code, _kind, seat in rows} == {
        ("PRT", "has a seat"),
        ("CPV", ""),
        ("PRT-other", ""),
        ("CPV-other", ""),
    }


def test_setting_up_says_who_leads_and_how_many_have_not_answered(house: House) -> None:
    def steps() -> str:
        return " ".join(get(house, house.path("setting-up/")).split())

    assert "1 co-facilitator." in steps() and "unanswered." not in steps()
    for email in ("rui@un.example", "ines@un.example"):
        sent = {"email": email, "role": "co_facilitator", "language": "en"}
        send(house, "people/functions/", **sent)
    assert "1 co-facilitator. 2 invitations are unanswered." in steps()
    Facilitation.objects.filter(user=house.co_facilitator).update(ended_at=timezone.now())
    assert "No co-facilitator yet. 2 invitations are unanswered." in steps()


def test_what_sits_elsewhere_is_shown_and_not_changed(house: House) -> None:
    other = furnish("other", "desk2@un.example")
    page = get(house, house.path(f"delegations/{other.portugal.public_id}/"))
    assert "Portugal has no seat in your consultation." in page
    assert "Correct the names" not in page
    sent = {"act": "names", "kind": "member_state", "code": "PRT-other", "short_en": "X"}
    assert send(house, f"delegations/{other.portugal.public_id}/", **sent).status_code == 403
