"""Letters over the API: begun, worded, addressed and sent once."""

import pytest

from consultations.models import Mail, MailKind
from tests.comments.programs import post_as, rows_read_by
from tests.room import Room

pytestmark = pytest.mark.django_db


def test_a_letter_is_begun_worded_addressed_and_sent_once(room: Room) -> None:
    made = post_as(room, "staff", "letters", code=201, kind="other", is_keyed=True)
    assert post_as(room, "staff", "letters", kind="other", is_keyed=True)["id"] == made["id"]
    post_as(room, "staff", "letters", code=409, kind="covering", is_keyed=True)
    at = ("letters", made["id"])
    post_as(room, "staff", *at, "words", language="en", subject="To France", words="Welcome.")
    post_as(room, "staff", *at, "recipients", to_all=False, delegations=["FRA"])
    assert rows_read_by(room, "FRA focal_point", "letters") == []
    post_as(room, "staff", *at, "send", code=403)
    sent = post_as(room, "co_facilitator", *at, "send")
    assert sent["number"] is not None
    assert post_as(room, "co_facilitator", *at, "send")["number"] == sent["number"]
    (read,) = rows_read_by(room, "FRA focal_point", "letters")
    assert read["said"] == [{"language": "en", "subject": "To France", "words": "Welcome."}]
    assert rows_read_by(room, "CPV focal_point", "letters") == []
    changed = post_as(
        room, "staff", *at, "words", code=400, language="en", subject="No", words="Not so."
    )
    assert changed["detail"] == "The letter was sent. It no longer changes."
    assert Mail.objects.filter(kind=MailKind.LETTER).exists()


def test_a_letter_says_of_what_it_tells(room: Room) -> None:
    refused = post_as(room, "staff", "letters", code=400, kind="covering")
    assert refused["fields"]["revision"] == ["Choose the text."]
    elsewhere = str(room.other_revision.public_id)
    refused = post_as(room, "staff", "letters", code=400, kind="covering", revision=elsewhere)
    assert refused["fields"]["revision"] == ["There is no such row here."]
