"""Saved filters of the queue: own ones, and those shared with all who review."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from comments.models import SavedFilter
from comments.review.acts import MAX_FILTERS, remove_filter, save_filter
from consultations.rules.access import Refused
from tests.comments.reading.test_pages import Person, page
from tests.room import SLUG, Room

pytestmark = pytest.mark.django_db


def seen_by(room: Room, who: str) -> list[str]:
    return [one.name for one in SavedFilter.objects.visible_to(room.access(who))]


def test_own_ones_are_own_and_shared_ones_are_read_by_who_reviews_here(room: Room) -> None:
    staff = room.access("staff")
    save_filter(access=staff, name="Mine", query="is_late=on")
    save_filter(access=staff, name="Ours", query="state=open", is_shared=True)
    assert seen_by(room, "staff") == ["Mine", "Ours"]
    assert seen_by(room, "co_facilitator") == ["Ours"]
    for who in ("secretariat", "FRA focal_point", "CPV focal_point"):
        assert seen_by(room, who) == []
        with pytest.raises(Refused):
            save_filter(access=room.access(who), name="No", query="is_late=on")


def test_the_page_saves_what_it_shows_lists_it_and_removes_it(room: Room) -> None:
    staff = Person(room, "staff")
    url = reverse("review_queue", args=[SLUG])
    assert "Save this filter" not in page(staff.get("review_queue"))
    shown = page(staff.get("review_queue", is_late="on", nonsense="1"))
    assert "Save this filter" in shown
    save = f"{reverse('save_filter', args=[SLUG])}?is_late=on&nonsense=1&page=3"
    answer = staff.client.post(
        save, {"capacity": staff.capacity, "name": " Late ones ", "is_shared": "on"}
    )
    assert answer["Location"] == f"{url}?is_late=on"
    saved = SavedFilter.objects.get()
    assert (saved.name, saved.query, saved.is_shared) == ("Late ones", "is_late=on", True)
    listed = page(Person(room, "co_facilitator").get("review_queue"))
    assert f'href="{url}?is_late=on"' in listed and "Late ones" in listed
    assert reverse("remove_filter", args=[SLUG, saved.public_id]) not in listed
    other = Person(room, "co_facilitator").post("remove_filter", saved.public_id)
    assert other.status_code == 404
    asked = page(staff.get("remove_filter", saved.public_id))
    assert "also removed for the others who review" in asked
    assert SavedFilter.objects.exists()
    assert staff.post("remove_filter", saved.public_id).status_code == 302
    assert not SavedFilter.objects.exists()


def test_a_name_is_written_anew_and_what_is_no_filter_is_not_kept(room: Room) -> None:
    staff = room.access("staff")
    save_filter(access=staff, name="Late", query="is_late=on")
    save_filter(access=staff, name="Late", query="state=open")
    assert SavedFilter.objects.get().query == "state=open"
    for name, query in ((" ", "state=open"), ("All", "")):
        with pytest.raises(ValidationError):
            save_filter(access=staff, name=name, query=query)
    for number in range(MAX_FILTERS - 1):
        save_filter(access=staff, name=f"{number}", query="state=open")
    with pytest.raises(ValidationError, match="Remove one first"):
        save_filter(access=staff, name="One too many", query="state=open")
    with pytest.raises(Refused, match="Only the person who saved"):
        remove_filter(
            access=room.access("co_facilitator"), saved_filter=SavedFilter.objects.all()[0]
        )
