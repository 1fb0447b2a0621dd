"""Delegations are named in the language of the page everywhere."""

import json

import pytest
from django.core.exceptions import ValidationError
from django.utils.translation import override

from comments.drafting.forms import CommentForm
from comments.models import Comment
from comments.workspace.queries import author_of
from consultations.models import Seat
from consultations.seats.acts import seat_delegation
from delegations.models import Delegation
from delegations.reader_names import NAMES_FILE, name_for_reader
from delegations.reference_data import NAME_LANGUAGES
from tests.comments.reading.test_pages import Person, page
from tests.room import Room

ARABIC = {"Accept-Language": "ar"}


@pytest.mark.parametrize(
    ("language", "name"),
    [
        ("en", "Egypt"),
        ("fr", "Égypte"),
        ("es", "Egipto"),
        ("ru", "Египет"),
        ("ar", "مصر"),
        ("zh-hans", "埃及"),
    ],
)
def test_a_state_is_called_by_its_name_in_each_language(language: str, name: str) -> None:
    with override(language):
        assert name_for_reader("Egypt") == name


def test_a_group_is_called_by_its_name_too() -> None:
    with override("fr"):
        assert name_for_reader("African Group") == "Groupe des États d'Afrique"


def test_a_name_of_an_earlier_time_stands_as_the_record_keeps_it() -> None:
    with override("ar"):
        assert name_for_reader("Cape Verde") == "Cape Verde"
        assert Seat(name="Cape Verde").name_for_reader == "Cape Verde"


def test_every_delegation_has_a_name_in_each_language() -> None:
    for row in json.loads(NAMES_FILE.read_text(encoding="utf-8")):
        assert [code for code in NAME_LANGUAGES if not row.get(f"short_{code}")] == [], row["code"]


def test_a_thread_calls_delegations_by_their_names_in_arabic(room: Room) -> None:
    first = room.wording(room.revision, 2)
    person = Person(room, "FRA contributor")
    asked = {"open": first.paragraph.public_id}
    english = page(person.get("reading", "plan", 2, **asked))
    arabic = page(person.get("reading", "plan", 2, headers=ARABIC, **asked))
    assert "Cabo Verde" in english and "كابو فيردي" not in english
    assert "كابو فيردي" in arabic and "Cabo Verde" not in arabic


@pytest.mark.parametrize("where", ["workspace", "groups", "consultation", "brief"])
def test_a_page_calls_the_own_delegation_by_its_name_in_arabic(room: Room, where: str) -> None:
    person = Person(room, "CPV focal_point")
    assert "كابو فيردي" in page(person.get(where, headers=ARABIC))
    assert "Cabo Verde" not in page(person.get(where, headers=ARABIC))


def test_a_form_names_in_arabic_for_whom_and_in_which_room_one_drafts(room: Room) -> None:
    access, wording = room.access("CPV focal_point"), room.wording(room.revision, 2)
    (group,) = access.coordinated_seats
    with override("ar"):
        form = CommentForm(access=access, wording=wording)
        labels = [str(label) for _value, label in form.fields["seat"].choices]  # type: ignore[attr-defined]
        assert labels[:2] == ["كابو فيردي", group.name_for_reader]
        assert group.name_for_reader in labels[2]
        assert group.name not in str(labels)


def test_that_one_watches_a_delegation_is_said_with_its_name_in_arabic(room: Room) -> None:
    person, france = Person(room, "CPV focal_point"), room.seat("FRA focal_point")
    person.post("watch_seat", france.public_id, headers=ARABIC)
    shown = page(person.get("watching", headers=ARABIC))
    assert "فرنسا" in shown and "France" not in shown


@pytest.mark.parametrize("where", ["edit_seat", "end_seat"])
def test_a_seat_is_corrected_and_ended_under_its_name_in_arabic(room: Room, where: str) -> None:
    seat = room.seat("CPV focal_point")
    shown = page(Person(room, "secretariat").get(where, seat.public_id, headers=ARABIC))
    assert "كابو فيردي</h1>" in shown


def test_that_a_delegation_has_a_seat_already_is_said_in_arabic(room: Room) -> None:
    secretariat, cabo_verde = room.access("secretariat"), Delegation.objects.get(code="CPV")
    with override("ar"), pytest.raises(ValidationError, match="كابو فيردي"):
        seat_delegation(access=secretariat, delegation=cabo_verde)


def test_the_workspace_names_another_delegation_that_drafted_in_arabic(room: Room) -> None:
    rows = Comment.objects.select_related("filed_by", "author")
    comment = rows.get(pk=room.comments["FRA submitted"])
    with override("ar"):
        assert author_of(room.access("CPV focal_point"), comment)[1] == "فرنسا"


def test_the_record_keeps_the_english_name_whatever_the_page_speaks(room: Room) -> None:
    """The name in Arabic is the secretariat's here, so that it could get in."""
    Delegation.objects.filter(code="CPV").update(short_ar="كابو فيردي")
    with override("ar"):
        access = room.access("CPV focal_point")
        assert access.capacity.name == "كابو فيردي"
        assert access.capacity_words == "focal point, Cabo Verde"
