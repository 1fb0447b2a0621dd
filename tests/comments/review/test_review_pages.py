"""An input is reviewed on the facilitators' page: the answer is private until it is published."""

import re

from comments.review.publishing import parts_to_publish
from tests.comments.reading.test_pages import Person, page
from tests.room import Room


def test_a_review_is_private_until_the_co_facilitator_publishes_the_batch(room: Room) -> None:
    comment = room.comment("CPV group input")
    Person(room, "staff").post(
        "review_comment", comment.public_id, disposition="partly", observation="Half of it"
    )
    open_ = {"open": comment.paragraph.public_id}
    assert "Half of it" not in page(
        Person(room, "CPV focal_point").get("reading", "plan", 2, **open_)
    )
    desk = page(Person(room, "secretariat").get("review_paragraph", comment.paragraph.public_id))
    assert "Half of it" in desk and "visible to facilitators and secretariat only" in desk
    assert Person(room, "staff").get("publish_reviews").status_code == 403
    leader = Person(room, "co_facilitator")
    parts = parts_to_publish(room.access("co_facilitator"))
    offered = page(leader.get("publish_reviews"))
    assert all(
        f"{part.section_title}: {part.review_count} review" in offered
        for part in parts
        if part.section_title
    )
    chosen = {"parts": [part.key for part in parts]}
    shown = page(leader.get("publish_reviews", **chosen))
    assert "Half of it" in shown
    seen = re.search(r'name="seen" value="([^"]+)"', shown)
    assert seen is not None
    leader.post("publish_reviews", seen=seen[1], **chosen)
    assert "Half of it" in page(Person(room, "CPV focal_point").get("reading", "plan", 2, **open_))


def test_a_review_without_a_disposition_is_not_taken(room: Room) -> None:
    comment = room.comment("CPV group input")
    answer = Person(room, "staff").post(
        "review_comment", comment.public_id, observation="Kept words"
    )
    assert answer.status_code == 422
    assert "Kept words" in page(answer)


def test_only_who_may_reply_is_led_to_the_reply(room: Room) -> None:
    comment = room.comment("CPV group input")
    for who, is_led in (("staff", True), ("secretariat", False)):
        person = Person(room, who)
        shown = page(person.get("review_paragraph", comment.paragraph.public_id))
        assert (f"/comments/{comment.public_id}/reply/" in shown) is is_led
        assert (person.get("reply", comment.public_id).status_code == 200) is is_led
