"""Two answers of one kind at the same moment: the second waits, and knows of the first."""

import threading
from typing import Any

import pytest
from django.db import connections, transaction

from comments.answers.acts import acknowledge, align, publish_reviews, review, undo_review
from comments.models import Acknowledgement, Alignment, Review
from consultations.rules.access import Refused
from tests.locks import second_of, wait_until_another_waits
from tests.room import Room

pytestmark = pytest.mark.every_server


def test_an_answer_that_is_going_out_is_not_undone_to_the_one_before(committed_room: Room) -> None:
    room, name = committed_room, "CPV submitted"
    for hours, disposition in enumerate(("noted", "partly"), start=1):
        review(
            access=room.access("staff", hours), comment=room.comment(name), disposition=disposition
        )
    leader, staff = room.access("co_facilitator", 3), room.access("staff", 4)
    of_input = Review.objects.filter(comment=room.comments[name], replaced_at=None)
    undone: list[Any] = []

    def undo() -> None:
        try:
            undone.append(undo_review(access=staff, comment=room.comment(name)))
        except Refused as refused:
            undone.append(str(refused))
        finally:
            connections.close_all()

    undoing = threading.Thread(target=undo)
    with transaction.atomic():
        assert publish_reviews(access=leader, reviews=of_input.filter(published_at=None)) == 1
        undoing.start()
        wait_until_another_waits()
    undoing.join()

    [message] = undone
    assert "no answer to undo" in message
    last = of_input.get(disposition="partly")
    assert last.published_at == leader.moment
    assert not of_input.filter(published_at=None).exists()


def test_a_delegation_that_associates_itself_twice_at_once_does_so_once(
    committed_room: Room,
) -> None:
    room = committed_room
    access, comment = room.access("IOM focal_point", 1), room.comment("FRA submitted")
    Alignment.objects.filter(comment=comment).delete()

    second = second_of(lambda: align(access=access, comment=comment))

    assert second == Alignment.objects.get(comment=comment, seat=access.seat)


def test_a_review_acknowledged_twice_at_once_is_acknowledged_once(committed_room: Room) -> None:
    room = committed_room
    access = room.access("CPV focal_point", 1)
    review = Review.objects.select_related("comment__round", "comment__paragraph__draft").get(
        comment=room.comments["CPV submitted"]
    )
    Acknowledgement.objects.filter(review=review).delete()

    second = second_of(lambda: acknowledge(access=access, review=review, stance="satisfied"))

    assert second == Acknowledgement.objects.get(review=review)
