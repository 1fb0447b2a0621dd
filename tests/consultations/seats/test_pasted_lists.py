"""Lists that the secretariat pastes or uploads: how each row is read and reported."""

import pytest
from django.contrib.messages import get_messages
from django.core.files.uploadedfile import SimpleUploadedFile

from consultations.models import Seat
from consultations.rules.access import Access
from consultations.seats.acts import seat_all
from consultations.seats.lists import (
    MAX_BYTES,
    DelegationIndex,
    UnreadableList,
    decode_list,
    read_list,
    read_seat_list,
)
from delegations.acts import add_delegation
from delegations.models import Delegation
from tests.consultations.people.desk_pages import send
from tests.consultations.people.people import KEPT, House

HEADINGS = {"delegation": "delegation", "e-mail": "email", "délégation": "delegation"}
FIELDS = ("delegation", "email")


@pytest.mark.parametrize("sign", [",", ";", "\t"])
def test_a_list_is_divided_by_commas_semicolons_or_tabs(sign: str) -> None:
    read = read_list(f"Portugal{sign}a@b.c\n\nFrance{sign}d@e.f\n", HEADINGS, FIELDS)
    assert [dict(row.cells) for row in read.rows] == [
        {"delegation": "Portugal", "email": "a@b.c"},
        {"delegation": "France", "email": "d@e.f"},
    ]
    assert [row.number for row in read.rows] == [1, 3]


def test_headings_give_the_order_of_the_columns() -> None:
    read = read_list("E-mail;nothing;Délégation\na@b.c;x;Portugal\n", HEADINGS, FIELDS)
    assert [dict(row.cells) for row in read.rows] == [{"email": "a@b.c", "delegation": "Portugal"}]
    assert read.as_text(read.rows) == "E-mail;Délégation\na@b.c;Portugal\n"


def test_rows_that_are_left_are_written_out_as_they_can_be_read_again() -> None:
    text = 'Delegation,E-mail\n"Iran, Islamic Republic of",a@b.c\n'
    read = read_list(text, HEADINGS, FIELDS)
    again = read_list(read.as_text(read.rows), HEADINGS, FIELDS)
    assert [dict(row.cells) for row in again.rows] == [dict(row.cells) for row in read.rows]


def test_a_file_with_a_byte_order_mark_is_read_and_another_encoding_is_refused() -> None:
    assert decode_list("Délégation".encode("utf-8-sig")) == "Délégation"
    for content, words in (
        ("Délégation".encode("latin-1"), "not UTF-8"),
        (b"PK\x03\x04 something", "Excel"),
        (b"a\x00b", "not a text list"),
        (b"x" * (MAX_BYTES + 1), "too long"),
    ):
        with pytest.raises(UnreadableList, match=words):
            decode_list(content)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("  \n\n", "empty"),
        ('Portugal,"a@b.c\n', "quotation mark is not closed"),
        ("P\n" * 2001, "The limit is 2000"),
        ("x" * (MAX_BYTES + 1), "too long"),
    ],
)
def test_a_list_that_is_not_read_says_why(text: str, words: str) -> None:
    with pytest.raises(UnreadableList, match=words):
        read_list(text, HEADINGS, FIELDS)


# --- What will happen, row by row -----------------------------------------------------------------


@pytest.fixture
def house(db: None) -> House:
    return KEPT.laid_out()


@pytest.fixture
def desk(house: House) -> Access:
    return house.access(house.secretariat)


def _add(desk: Access, code: str, name: str, **more: str) -> Delegation:
    return add_delegation(actor=desk, kind="member_state", code=code, short_en=name, **more)


def test_a_delegation_is_found_by_any_of_its_names(desk: Access) -> None:
    _add(desk, "CIV", "Côte d’Ivoire", iso2="CI", short_fr="Côte d’Ivoire", short_ar="كوت ديفوار")
    for typed in ("CIV", "ci", "cote d'ivoire", "Côte d’Ivoire", "كوت ديفوار"):
        [row] = read_seat_list(desk, typed).rows
        assert row.sentence == "It gets a seat.", typed


def test_a_code_goes_before_two_letters_of_iso(desk: Access) -> None:
    for code, iso2, name in (("ATG", "AG", "Antigua and Barbuda"), ("AG", "", "African Group")):
        kind = "member_state" if iso2 else "group"
        add_delegation(actor=desk, kind=kind, code=code, iso2=iso2, short_en=name)
    index = DelegationIndex(desk.consultation)
    found = {typed: getattr(index.find(typed), "code", None) for typed in ("AG", "ag", "ATG")}
    assert found == {"AG": "AG", "ag": "AG", "ATG": "ATG"}


def test_a_list_of_seats_says_of_each_row_what_will_happen(desk: Access, house: House) -> None:
    _add(desk, "IRN", "Iran (Islamic Republic of)")
    _add(desk, "TUR", "Türkiye")
    left = Seat.objects.get(delegation=house.cabo_verde)
    Seat.objects.filter(pk=left.pk).update(ended_at=desk.moment)
    text = "\n".join(
        ["Iran, Islamic Republic of", "TUR,Turkey", "PRT", "Cabo Verde", "turkiye", "Türkei", ","]
    )
    sentences = [row.sentence for row in read_seat_list(desk, text).rows]
    assert sentences == [
        "It gets a seat.",
        "It gets a seat.",
        "It already has a seat.",
        "It gets its former seat back.",
        "It is already in row 2.",
        "“Türkei” is not known. Do you mean Türkiye?",
    ]
    listed = read_seat_list(desk, text)
    seat_all(
        access=desk,
        delegations=listed.delegations,
        name_by_delegation_id=listed.name_by_delegation_id,
    )
    assert Seat.objects.get(delegation__code="TUR").name == "Turkey"
    assert Seat.objects.get(delegation__code="IRN").name == "Iran (Islamic Republic of)"
    assert Seat.objects.get(pk=left.pk).ended_at is None


# --- On the page ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "rows", "sentence"),
    [
        ("people/list/", "Portugal;rui@portugal.example\n", "All of them were invited before."),
        ("seats/list/", "France\n", "All of them have a seat."),
    ],
)
def test_a_list_that_is_confirmed_twice_says_that_all_of_it_was_done(
    house: House, path: str, rows: str, sentence: str
) -> None:
    _add(house.access(house.secretariat), "FRA", "France")
    told = []
    for _press in range(2):
        answer = send(house, path, rows=rows, confirm="yes")
        assert answer.status_code == 302
        told.append([str(message) for message in get_messages(answer.wsgi_request)][-1])
    assert told[0] != sentence and told[1] == sentence


def test_delegations_to_correct_keep_their_headings(house: House) -> None:
    _add(house.access(house.secretariat), "FRA", "France")
    rows = "Name;Delegation\nFrance;Frannce\n"
    page = send(house, "seats/list/", rows=rows, confirm="yes").content.decode()
    assert "Name;Delegation\nFrance;Frannce\n" in page


def test_an_unread_list_comes_back_with_the_reason_and_all_that_was_typed(house: House) -> None:
    rows = 'Portugal;"rui@portugal.example'
    answer = send(house, "people/list/", rows=rows)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "A quotation mark is not closed." in page
    assert "Portugal;&quot;rui@portugal.example" in page
    empty = send(house, "seats/list/", rows=" ")
    assert empty.status_code == 422 and "The list is empty." in empty.content.decode()


def test_a_file_that_is_too_large_is_not_read(house: House) -> None:
    file = SimpleUploadedFile("people.csv", b"x" * (MAX_BYTES + 1))
    answer = send(house, "seats/list/", file=file)
    assert answer.status_code == 422
    assert "The list is too long" in answer.content.decode()
