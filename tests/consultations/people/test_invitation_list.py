"""Lists of people to invite: what each row will do, and what is left to correct."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from consultations.people.invitation_list import read_invitation_list
from consultations.rules.access import Access
from consultations.seats.acts import seat_delegation
from delegations.acts import add_delegation
from delegations.invitations import invite
from delegations.models import Invitation
from tests.consultations.people.desk_pages import send
from tests.consultations.people.people import KEPT, House


@pytest.fixture
def house(db: None) -> House:
    return KEPT.laid_out()


@pytest.fixture
def desk(house: House) -> Access:
    return house.access(house.secretariat)


def test_a_list_of_people_says_of_each_row_what_will_happen(desk: Access, house: House) -> None:
    add_delegation(actor=desk, kind="member_state", code="FRA", short_en="France")
    group = add_delegation(actor=desk, kind="group", code="AG", short_en="African Group")
    seat_delegation(access=desk, delegation=group)
    invite(actor=desk, delegation=house.portugal, email="luisa@portugal.example", role="deputy")
    rows = [
        ("Portugal", "rui@portugal.example", "Rui", "deputy", "Portuguese"),
        ("Portugal", "rui@portugal.example", "Rui", "députée", "fr"),
        ("Portugal", "Rui@Portugal.example", "Rui", "point focal", "French"),
        ("Portugal", "RUI@portugal.example", "", "", ""),
        ("Portugal", "luisa@portugal.example", "", "", ""),
        ("Portugal", house.deputy.email, "", "", ""),
        ("Portugal", house.secretariat.email, "", "", ""),
        ("Portugal", "rui@", "", "", ""),
        ("Portugal", "", "Somebody", "", ""),
        ("France", "a@france.example", "", "", ""),
        ("Atlantis", "a@atlantis.example", "", "", ""),
        ("", "a@nowhere.example", "", "", ""),
        ("African Group", "a@group.example", "", "", ""),
    ]
    text = "\n".join(";".join(row) for row in rows)
    listed = read_invitation_list(desk, text)
    assert [row.sentence for row in listed.rows] == [
        "“Portuguese” is not a language here. Write for example French, or fr.",
        "“députée” is not a function. Write focal point, deputy or contributor.",
        "Invited as focal point of Portugal.",
        "The same person is in row 3.",
        "Already invited as deputy. No second e-mail is sent.",
        "Already has a post there, as deputy.",
        "A person of the secretariat cannot have a post in a delegation.",
        "“rui@” is not an e-mail address.",
        "“” is not an e-mail address.",
        "France has no seat in this consultation. Give it a seat first.",
        "“Atlantis” is not a known delegation.",
        "No delegation is named.",
        "African Group is a group. Choose a delegation.",
    ]
    [guest] = listed.planned_invitations
    assert (guest.email, guest.role, guest.name, guest.language) == (
        "rui@portugal.example",
        "focal_point",
        "Rui",
        "fr",
    )


def test_a_list_invites_anew_whose_invitation_has_expired(desk: Access, house: House) -> None:
    invite(actor=desk, delegation=house.portugal, email="luisa@portugal.example", role="deputy")
    Invitation.objects.update(expires_at=desk.moment)
    [row] = read_invitation_list(desk, "Portugal;luisa@portugal.example;Luisa;deputy;fr").rows
    assert row.sentence == "Invited as deputy of Portugal."


# --- On the page ----------------------------------------------------------------------------------


def test_a_file_is_shown_first_and_its_rows_stand_in_the_field(house: House) -> None:
    content = "Delegation,E-mail\nPortugal,rui@portugal.example\n".encode("utf-8-sig")
    file = SimpleUploadedFile("people.csv", content)
    page = send(house, "people/list/", file=file, confirm="yes").content.decode()
    assert "1 person gets an invitation." in page
    assert "Portugal,rui@portugal.example" in page
    assert not Invitation.objects.exists()


def test_what_is_wrong_stays_in_the_field_after_the_rest_was_sent(house: House) -> None:
    rows = "Portugal;rui@portugal.example\nAtlantis;a@atlantis.example\n"
    page = send(house, "people/list/", rows=rows, confirm="yes").content.decode()
    assert Invitation.objects.get().email == "rui@portugal.example"
    assert "Atlantis;a@atlantis.example" in page
    assert "1 row to correct." in page
    again = send(house, "people/list/", rows=rows, confirm="yes")
    assert again.status_code == 200
    assert Invitation.objects.count() == 1


def test_rows_to_correct_keep_their_headings(house: House) -> None:
    rows = (
        "Delegation;E-mail;Note;Function\n"
        "Portugal;rui@portugal.example;of the mission;deputy\n"
        "Protugal;eva@portugal.example;of the mission;contributor\n"
    )
    page = send(house, "people/list/", rows=rows, confirm="yes").content.decode()
    [left] = re.findall(r"<textarea[^>]*>\s*(.*?)</textarea>", page, re.DOTALL)
    assert left == "Delegation;E-mail;Function\nProtugal;eva@portugal.example;contributor\n"
    corrected = left.replace("Protugal", "Portugal")
    assert send(house, "people/list/", rows=corrected, confirm="yes").status_code == 302
    invitations = Invitation.objects.values_list("email", "role", "name")
    assert set(invitations) == {
        ("rui@portugal.example", "deputy", ""),
        ("eva@portugal.example", "contributor", ""),
    }
