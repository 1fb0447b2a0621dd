"""What facilitators keep on an input, for themselves: assignment, flag, note and history."""

import re
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from comments.models import ReviewTask
from comments.review.acts import save_review_task, serving_facilitators, set_parked
from consultations.rules.access import Refused
from tests.comments.incorporating.test_incorporating_pages import client
from tests.comments.reading.test_pages import page
from tests.room import SLUG, Room

SECRET = "We ask the lawyers about “shall”."


def address(room: Room, name: str = "CPV submitted") -> str:
    return f"/consultations/{SLUG}/review/{room.comment(name).paragraph.public_id}/"


def send(room: Room, what: str, who: str = "staff", **fields: object) -> Any:
    comment_id = room.comment("CPV submitted").public_id
    given = {"capacity": room.capacities[who]} | fields
    url = f"/consultations/{SLUG}/comments/{comment_id}/review/{what}/"
    return client(room, who).post(url, given)


def seen_mark(room: Room, response: Any) -> str:
    """The mark in the form beside the input; the page may have other inputs."""
    action = f"/comments/{room.comment('CPV submitted').public_id}/review/task/"
    _before, _action, form = page(response).partition(action)
    found = re.search(r'name="seen" value="([0-9a-f]{64})"', form)
    assert found is not None
    return found[1]


def test_an_input_is_assigned_flagged_and_noted_with_its_history(room: Room) -> None:
    staff, leader = room.access("staff"), room.users["co_facilitator"]
    comment = room.comment("CPV submitted")
    save_review_task(
        access=staff, comment=comment, assigned_to=leader, flags=["legal_check"], note=SECRET
    )
    set_parked(access=staff, comment=comment, is_parked=True)
    task = ReviewTask.objects.select_related("assigned_to").get(comment=comment)
    assert (task.assigned_to, task.flags, task.note) == (leader, ["parked", "legal_check"], SECRET)
    set_parked(access=staff, comment=comment, is_parked=False)
    assert ReviewTask.objects.get(comment=comment).flags == ["legal_check"]
    assert [row.flags for row in task.history.order_by("history_id")] == [
        ["legal_check"],
        ["parked", "legal_check"],
        ["legal_check"],
    ]


def test_only_who_leads_or_staffs_the_consultation_is_assigned(room: Room) -> None:
    staff, comment = room.access("staff"), room.comment("CPV submitted")
    assert room.users["secretariat"] not in serving_facilitators(staff)
    for who in ("secretariat", "FRA focal_point"):
        with pytest.raises(ValidationError, match="Choose a co-facilitator"):
            save_review_task(access=staff, comment=comment, assigned_to=room.users[who])
    assert not ReviewTask.objects.exists()


@pytest.mark.parametrize("who", ["secretariat", "FRA focal_point", "CPV focal_point"])
def test_nobody_else_keeps_or_reads_anything_there(room: Room, who: str) -> None:
    save_review_task(
        access=room.access("staff"), comment=room.comment("CPV submitted"), note=SECRET
    )
    assert not ReviewTask.objects.visible_to(room.access(who)).exists()
    with pytest.raises(Refused):
        set_parked(access=room.access(who), comment=room.comment("CPV submitted"), is_parked=True)


def test_the_secretariat_reads_the_review_page_without_what_facilitators_keep(room: Room) -> None:
    save_review_task(
        access=room.access("staff"),
        comment=room.comment("CPV submitted"),
        flags=["controversial"],
        note=SECRET,
    )
    shown = page(client(room, "staff").get(address(room)))
    assert SECRET in shown and "controversial" in shown
    hidden = page(client(room, "secretariat").get(address(room)))
    assert "CPV-1" in hidden
    assert SECRET not in hidden and "controversial" not in hidden


def test_what_was_typed_is_shown_again_where_the_person_no_longer_serves(room: Room) -> None:
    answer = send(room, "task", assigned_to="a8a0ac5a-0b5f-44e2-a3d7-54e2ba33f2a4", note=SECRET)
    assert answer.status_code == 422
    assert SECRET in page(answer)
    assert not ReviewTask.objects.exists()


def test_one_button_parks_and_takes_up_again(room: Room) -> None:
    send(room, "park", parked="yes")
    assert ReviewTask.objects.get().is_parked
    shown = page(client(room, "staff").get(address(room)))
    assert "parked" in shown and "Resume" in shown
    send(room, "park")
    assert not ReviewTask.objects.get().is_parked


def test_a_note_that_a_colleague_wrote_meanwhile_is_not_replaced_unseen(room: Room) -> None:
    comment, leader = room.comment("CPV submitted"), room.users["co_facilitator"]
    opened = seen_mark(room, client(room, "staff").get(address(room)))
    save_review_task(
        access=room.access("co_facilitator"), comment=comment, flags=["legal_check"], note=SECRET
    )
    fields: dict[str, Any] = {"assigned_to": leader.public_id, "note": "Typed by staff."}
    refused = send(room, "task", **fields, seen=opened)
    assert refused.status_code == 422
    assert "Something changed since this was shown." in page(refused)
    assert SECRET in page(refused) and "Typed by staff." in page(refused)
    task = ReviewTask.objects.select_related("assigned_to").get()
    assert (task.assigned_to, task.flags, task.note) == (None, ["legal_check"], SECRET)
    again = send(room, "task", **fields, seen=seen_mark(room, refused))
    assert again.status_code == 302
    task = ReviewTask.objects.select_related("assigned_to").get()
    assert (task.assigned_to, task.flags, task.note) == (leader, [], "Typed by staff.")
