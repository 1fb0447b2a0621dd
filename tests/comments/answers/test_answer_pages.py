"""A delegation answers an input on its pages: a reply, an alignment and the end of it."""

import uuid

from comments.models import Reply
from tests.comments.reading.test_pages import Person
from tests.room import Room


def test_a_focal_point_replies_and_aligns_and_ends_it(room: Room) -> None:
    person, comment = Person(room, "CPV focal_point"), room.comment("FRA submitted")
    key = str(uuid.uuid4())
    for _press in range(2):
        person.post("reply", comment.public_id, text="We agree.", language="en", form_key=key)
    assert Reply.objects.filter(text="We agree.").count() == 1
    person.post("align", comment.public_id, reservation="Not the last word")
    own = comment.alignments.filter(seat__code="CPV", withdrawn_at=None)
    alignment = own.get()
    assert alignment.reservation == "Not the last word"
    person.post("end_alignment", alignment.public_id)
    assert not own.exists()
