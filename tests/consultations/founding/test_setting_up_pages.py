"""The secretariat's pages one by one: creation, seats, functions, reminders, groups."""

import re
from datetime import date, timedelta
from html import unescape
from typing import Any
from urllib.parse import urlsplit

import lxml.html
import pytest
import time_machine
from django.contrib.messages import get_messages
from django.core import mail
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from consultations.founding.acts import web_address_for
from consultations.models import Consultation, Facilitation, FunctionInvitation, MailKind, Seat
from consultations.people.functions import give_function, invite_to_function
from consultations.people.inviting import invite
from consultations.people.mail import invitation_url
from consultations.people.posts import accept_invitation
from delegations.acts import add_delegation, end_post
from delegations.invitations import NewAccountDetails
from delegations.models import Delegation, GroupMembership, Invitation, Mandate, Post, User
from tests.conftest import lazy_loads_allowed
from tests.consultations.people.people import KEPT, House, furnish, key_of, signed_in
from tests.mails import send_all

pytestmark = pytest.mark.django_db


@pytest.fixture
def house() -> House:
    return KEPT.laid_out()


def get(house: House, path: str, user: User | None = None) -> str:
    answer = signed_in(user or house.secretariat).get(path, follow=True)
    assert answer.status_code == 200
    return unescape(answer.content.decode())


def send(house: House, path: str, **fields: Any) -> Any:
    sent = {"capacity": key_of(house.secretariat), **fields}
    return signed_in(house.secretariat).post(house.path(path), sent)


def said_after(answer: Any) -> list[str]:
    """The messages that a request leaves for the next page."""
    return [str(message) for message in get_messages(answer.wsgi_request)]


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


# --- Who leads and serves -------------------------------------------------------------------------


def a_function(house: House, **more: str) -> FunctionInvitation:
    sent = {"email": "Rui@Portugal.example", "role": "co_facilitator", "language": "fr"}
    answer = send(house, "people/functions/", **sent, **more)
    assert answer.status_code == 302
    return FunctionInvitation.objects.select_related("consultation").latest("pk")


def letters(kind: MailKind) -> list[Any]:
    mail.outbox.clear()
    send_all(kind)
    return list(mail.outbox)


def test_a_co_facilitator_is_invited_by_mail_and_comes_in_by_its_link(house: House) -> None:
    offered = a_function(house, name="Rui", delegation=str(house.portugal.pk))
    [letter] = letters(MailKind.FUNCTION)
    assert letter.to == ["rui@portugal.example"]
    assert "cofacilitateur" in letter.subject and "Plan of Action" in letter.subject
    assert invitation_url(offered) in letter.body
    client = Client()
    with lazy_loads_allowed():
        client.get(urlsplit(invitation_url(offered)).path)
        page = client.get("/invitation/").content.decode()
        assert 'value="Rui"' in page and "Invitation: co-facilitator of Plan of Action" in page
        assert "As everybody who takes part in the consultation sees it." in page
        assert "Other delegations do not see it." not in page
        newcomer = {"name": "Rui Silva", "language": "fr", "time_zone": "Europe/Lisbon"}
        assert client.post("/invitation/", newcomer).status_code == 302
    held = Facilitation.objects.select_related("user").get(user__email="rui@portugal.example")
    assert (held.role, held.delegation_id) == ("co_facilitator", house.portugal.pk)
    assert held.history.get().history_change_reason == "invited, Plan of Action"
    assert client.session["capacity"] == f"facilitation:{held.public_id}"
    assert client.get(house.path()).status_code == 200
    used = Client()
    used.get(urlsplit(invitation_url(offered)).path)
    assert used.get("/invitation/").status_code == 410


def test_who_has_a_function_is_not_invited_to_it_again(house: House) -> None:
    sent = {"email": house.staff.email, "role": "staff", "language": "en"}
    answer = send(house, "people/functions/", **sent)
    assert answer.status_code == 422
    assert "Helper already has this function." in answer.content.decode()
    sent = {"email": "x@un.example", "role": "secretariat", "language": "en"}
    refused = send(house, "people/functions/", **sent, delegation=str(house.portugal.pk))
    assert refused.status_code == 422
    assert "cannot come from a delegation" in refused.content.decode()


def test_a_second_invitation_replaces_the_first_and_a_revoked_one_leads_nowhere(
    house: House,
) -> None:
    first, second = a_function(house), a_function(house)
    first.refresh_from_db()
    assert first.revoked_at is not None
    send(house, f"people/functions/invitations/{second.public_id}/revoke/")
    second.refresh_from_db()
    assert second.revoked_at is not None
    assert letters(MailKind.FUNCTION) == []


def test_a_function_is_ended_but_never_ones_own(house: House) -> None:
    held = Facilitation.objects.get(user=house.staff)
    send(house, f"people/functions/{held.public_id}/end/")
    assert Facilitation.objects.get(pk=held.pk).ended_at is not None
    own = Facilitation.objects.get(user=house.secretariat)
    assert send(house, f"people/functions/{own.public_id}/end/").status_code == 422


# --- Reminders ------------------------------------------------------------------------------------


@pytest.fixture
def waiting(house: House) -> list[Invitation]:
    """Two people who were invited three days ago, and one who was just now."""
    now = timezone.now()
    desk = house.access(house.secretariat, now - timedelta(days=3))
    emails = ("a@example.org", "b@example.org")
    rows = [
        invite(actor=desk, delegation=house.portugal, email=email, role="deputy")
        for email in emails
    ]
    fresh = house.access(house.secretariat)
    rows.append(
        invite(actor=fresh, delegation=house.cabo_verde, email="c@example.org", role="deputy")
    )
    letters(MailKind.INVITATION)
    return rows


def test_those_who_have_not_answered_are_reminded_once_a_day(
    house: House, waiting: list[Invitation]
) -> None:
    page = get(house, house.path("people/unanswered/"))
    assert "3 invitations are unanswered." in page
    assert "Remind 2 people" in page
    send(house, "people/unanswered/remind/")
    sent = letters(MailKind.INVITATION)
    assert sorted(letter.to[0] for letter in sent) == ["a@example.org", "b@example.org"]
    assert sent[0].subject.startswith("Reminder: invitation, deputy of Portugal")
    assert invitation_url(waiting[0]) in {*re.findall(r"\S+", sent[0].body)} | {
        *re.findall(r"\S+", sent[1].body)
    }
    send(house, "people/unanswered/remind/")
    assert letters(MailKind.INVITATION) == []
    assert "/remind/" not in get(house, house.path("people/unanswered/"))


def test_a_second_press_says_that_nobody_was_reminded(
    house: House, waiting: list[Invitation]
) -> None:
    answers = [send(house, "people/unanswered/remind/") for _press in range(2)]

    assert [said_after(answer) for answer in answers] == [
        ["2 reminders are being sent."],
        ["People e-mailed in the last day get none."],
    ]


def test_a_reminder_gives_two_weeks_more(house: House, waiting: list[Invitation]) -> None:
    with time_machine.travel(timezone.now() + timedelta(days=20)):
        assert not waiting[0].is_open_at(timezone.now())
        send(house, f"people/invitations/{waiting[0].public_id}/remind/")
        row = Invitation.objects.select_related("delegation").get(pk=waiting[0].pk)
        assert row.is_open_at(timezone.now())
        [letter] = letters(MailKind.INVITATION)
        assert letter.to == ["a@example.org"]
        accept_invitation(
            invitation=row, moment=timezone.now(), account_details=NewAccountDetails("A")
        )


def test_who_was_invited_to_a_function_is_reminded_too(house: House) -> None:
    offered = invite_to_function(
        access=house.access(house.secretariat, timezone.now() - timedelta(days=2)),
        email="rui@example.org",
        role="staff",
    )
    letters(MailKind.FUNCTION)
    send(house, f"people/functions/invitations/{offered.public_id}/remind/")
    [letter] = letters(MailKind.FUNCTION)
    assert letter.subject == "Reminder: invitation, staff of the co-facilitators of Plan of Action"


def test_a_delegation_without_anybody_is_named(house: House) -> None:
    desk = house.access(house.secretariat)
    end_post(actor=desk, post=Post.objects.get(user=house.neighbour))
    assert "1 delegation has nobody invited." in get(house, house.path("people/unanswered/"))


def test_somebody_who_became_secretariat_takes_up_no_post_on_its_word(house: House) -> None:
    clerk = User.objects.create(email="clerk@un.example", name="Clerk")
    desk = house.access(house.secretariat)
    offered = invite(actor=desk, delegation=house.portugal, email=clerk.email, role="deputy")
    give_function(access=desk, user=clerk, role="secretariat")
    with pytest.raises(ValidationError, match="no longer valid"):
        accept_invitation(invitation=offered, moment=desk.moment)
    assert not Post.objects.filter(user=clerk).exists()
    own = house.access(house.focal_point)
    offered = invite(actor=own, delegation=house.portugal, email=clerk.email, role="deputy")
    accept_invitation(invitation=offered, moment=own.moment)
    assert Post.objects.get(user=clerk).role == "deputy"


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
    assert "UN Example" in get(house, house.path("delegations/?q=example"))
    assert "None found" in get(house, house.path("delegations/?q=nothing+like+it"))
    row = Delegation.objects.get(code="UNX")
    sent = {"act": "names", "kind": "un_entity", "code": "UNX", "short_en": "UN Example Office"}
    assert send(house, f"delegations/{row.public_id}/", **sent).status_code == 302
    row.refresh_from_db()
    assert (row.short_en, row.sort_key) == ("UN Example Office", "UN EXAMPLE OFFICE")


def test_what_sits_elsewhere_is_shown_and_not_changed(house: House) -> None:
    other = furnish("other", "desk2@un.example")
    page = get(house, house.path(f"delegations/{other.portugal.public_id}/"))
    assert "Portugal has no seat in your consultation." in page
    assert "Correct the names" not in page
    sent = {"act": "names", "kind": "member_state", "code": "PRT-other", "short_en": "X"}
    assert send(house, f"delegations/{other.portugal.public_id}/", **sent).status_code == 403
