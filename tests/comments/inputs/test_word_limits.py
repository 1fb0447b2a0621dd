"""Word limits of a round: shown while one writes, and enforced at submission."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError

from comments.drafting.acts import draft_comment
from comments.drafting.versions import draft_version
from comments.inputs.content import CommentContent, word_limits
from comments.models import Comment
from comments.submitting.acts import submit_comment, submit_comments, supersede_comment
from consultations.models import Round
from drafts.circulating.acts import circulate_revision
from tests.api_clients import address, with_key
from tests.comments.reading.test_pages import Person, page
from tests.room import Room

pytestmark = pytest.mark.django_db
WHO = "FRA focal_point"


def limit(room: Room, proposed: int | None = None, rationale: int | None = None) -> None:
    Round.objects.filter(pk=room.round.pk).update(
        proposed_limit=proposed, rationale_limit=rationale
    )


def draft_input(room: Room, **content: Any) -> Comment:
    wording = room.wording(room.revision, 2)
    fields = {"kind": "comment"} | content
    made = draft_comment(access=room.access(WHO), wording=wording, content=CommentContent(**fields))
    return Comment.objects.get(pk=made.pk)


def test_a_longer_draft_is_kept_and_refused_when_it_is_submitted(room: Room) -> None:
    limit(room, rationale=3)
    long = draft_input(room, rationale="One two three four five.")
    with pytest.raises(ValidationError) as refused:
        submit_comment(access=room.access(WHO), comment=long)
    assert refused.value.message_dict == {
        "rationale": ["The reason has 5 words. The limit is 3. Shorten it by 2 words."]
    }
    assert Comment.objects.get(pk=long.pk).submitted_at is None
    fits = draft_input(room, rationale="One two three.")
    assert submit_comment(access=room.access(WHO), comment=fits).number


def test_of_several_none_goes_where_one_is_too_long(room: Room) -> None:
    limit(room, rationale=3)
    rows = [draft_input(room, rationale=rationale) for rationale in ("One.", "One two three four.")]
    with pytest.raises(ValidationError, match="Shorten it by 1 word"):
        submit_comments(access=room.access(WHO), comments=rows)
    assert not Comment.objects.filter(pk__in=[row.pk for row in rows], number__gt=0).exists()


def test_a_new_paragraph_is_held_to_the_limit(room: Room) -> None:
    limit(room, proposed=4)
    added = draft_input(room, kind="add_after", proposed="One two three four five.")
    with pytest.raises(ValidationError, match="The proposed wording has 5 words"):
        submit_comment(access=room.access(WHO), comment=added)


def test_an_amended_paragraph_may_be_as_long_as_it_is_now(room: Room) -> None:
    limit(room, proposed=2)
    present = room.wording(room.revision, 2).text
    words = present.split()
    same = draft_input(room, kind="replace", proposed=" ".join(["Other", *words[1:]]))
    assert submit_comment(access=room.access(WHO), comment=same).number
    longer = draft_input(room, kind="replace", proposed=f"{present} indeed")
    with pytest.raises(ValidationError, match="Shorten it by 1 word"):
        submit_comment(access=room.access(WHO), comment=longer)


def test_a_new_version_is_held_to_it_by_either_way(room: Room) -> None:
    limit(room, rationale=3)
    old = room.comment("FRA submitted")
    content = CommentContent(kind="comment", rationale="One two three four.")
    with pytest.raises(ValidationError, match="The limit is 3"):
        supersede_comment(access=room.access(WHO), comment=old, content=content)
    version = draft_version(access=room.access(WHO), comment=old, content=content)
    with pytest.raises(ValidationError, match="The limit is 3"):
        submit_comment(access=room.access(WHO), comment=version)
    assert room.comment("FRA submitted").superseded_at is None


def test_a_program_is_told_at_the_field(room: Room) -> None:
    limit(room, rationale=3)
    body = {
        "wording": str(room.wording(room.revision, 2).public_id),
        "kind": "comment",
        "rationale": "One two three four.",
    }
    program = with_key(room, WHO)
    refused = program.post(address("comments"), body | {"submit": True})
    assert refused.status_code == 400
    assert "Shorten it by 1 word." in refused.content.decode()
    assert program.post(address("comments"), body).status_code == 201


def test_the_page_of_submission_leaves_the_long_one_and_says_why(room: Room) -> None:
    limit(room, rationale=3)
    long = draft_input(room, rationale="One two three four.")
    reader = Person(room, WHO)
    shown = page(reader.get("submit_comment", long.public_id))
    assert "Nothing is ready to submit" in shown
    assert "The reason has 4 words. The limit is 3. Shorten it by 1 word." in shown
    sent = reader.post("submit_comment", long.public_id, comment=f"{long.public_id}:{long.version}")
    assert sent.status_code == 422
    assert Comment.objects.get(pk=long.pk).submitted_at is None


def test_the_writing_card_says_the_limit(room: Room) -> None:
    long = draft_input(room, rationale="One.")
    without = page(Person(room, WHO).get("edit_comment", long.public_id))
    assert "At most" not in without and "data-most" not in without
    limit(room, rationale=3)
    shown = page(Person(room, WHO).get("edit_comment", long.public_id))
    assert "At most 3 words." in shown and 'data-most="3"' in shown


def test_a_text_in_no_round_is_written_on_without_limits(room: Room) -> None:
    """As the secretariat looks at what arrived by letter on a text circulated for information."""
    limit(room, rationale=3)
    leader = room.access("co_facilitator")
    revision = circulate_revision(access=leader, draft=room.draft, stage="Rev.1", round=None)
    assert word_limits(None, room.wording(revision, 2).text) == {}
    with_limit, without = (
        page(
            Person(room, "secretariat").get("received", wording=str(room.wording(one, 2).public_id))
        )
        for one in (room.revision, revision)
    )
    assert "At most 3 words." in with_limit
    assert "At most" not in without and "data-most" not in without
