"""A proposal of another delegation is copied into an own draft; no other delegation sees it."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError

from comments.drafting.acts import copy_proposal, discard_comment, draft_comment, save_autosave
from comments.inputs.content import CommentContent
from comments.models import Autosave, Comment, CommentKind, Note
from comments.submitting.acts import submit_comment
from consultations.models import LatePolicy, Round, Visibility
from consultations.rules.access import Refused
from tests.api_clients import address, with_key
from tests.comments.reading.test_pages import Person, page
from tests.room import Room, loaded

WHO = "CPV contributor"
TOLD = "Based on FRA-1, France."


@pytest.fixture
def proposal(room: Room) -> Any:
    """What France proposes, and all delegations read."""
    Round.objects.filter(pk=room.round.pk).update(visibility=Visibility.AT_ONCE)
    rows = loaded().select_related("wording__revision__draft")
    comment = rows.get(pk=room.comments["FRA submitted"])
    assert comment.reference == "FRA-1"
    return comment


def copied(room: Room, proposal: Any, who: str = WHO) -> Any:
    draft = copy_proposal(access=room.access(who), comment=proposal)
    return loaded().get(pk=draft.pk)


def test_the_words_are_copied_and_the_reason_is_not(room: Room, proposal: Any) -> None:
    draft = copied(room, proposal)
    assert (draft.kind, draft.proposed) == (proposal.kind, proposal.proposed)
    assert draft.rationale == "" and draft.wording_id == proposal.wording_id
    assert draft.filed_by == room.seat(WHO) and draft.submitted_at is None


def test_a_draft_with_the_same_words_elsewhere_to_add_or_discarded_is_another_one(
    room: Room, proposal: Any
) -> None:
    elsewhere = draft_comment(
        access=room.access(WHO),
        wording=room.wording(room.revision, 3),
        content=CommentContent(kind=proposal.kind, proposed=proposal.proposed, rationale=""),
    )
    to_add = draft_comment(
        access=room.access(WHO),
        wording=proposal.wording,
        content=CommentContent(
            kind=CommentKind.ADD_AFTER, proposed=proposal.proposed, rationale=""
        ),
    )
    first = copied(room, proposal)
    assert first.pk != elsewhere.pk and first.wording_id == proposal.wording_id
    assert first.pk != to_add.pk and first.kind == proposal.kind == CommentKind.REPLACE

    discard_comment(access=room.access(WHO), comment=first)

    assert copied(room, proposal).pk != first.pk


def test_a_draft_for_the_group_with_the_same_words_is_another_one(
    room: Room, proposal: Any
) -> None:
    coordinator = room.access(WHO)
    for_group = draft_comment(
        access=coordinator,
        wording=proposal.wording,
        content=CommentContent(kind=proposal.kind, proposed=proposal.proposed, rationale=""),
        seat=coordinator.coordinated_seats[0],
    )

    draft = copied(room, proposal)

    assert (draft.pk != for_group.pk, draft.seat) == (True, coordinator.seat)


def test_what_one_typed_on_the_paragraph_is_kept(room: Room, proposal: Any) -> None:
    access, typed = room.access(WHO), {"proposed": "To report tw"}
    save_autosave(access=access, wording=proposal.wording, text_by_field=typed)
    copied(room, proposal)
    assert Autosave.objects.visible_to(access).get(wording=proposal.wording).words == typed


def test_a_note_of_the_delegation_says_on_whose_input_it_is_based(
    room: Room, proposal: Any
) -> None:
    note = Note.objects.get(comment=copied(room, proposal))
    assert note.text == TOLD
    assert note in Note.objects.visible_to(room.access("CPV focal_point"))
    for other in ("FRA focal_point", "co_facilitator", "staff", "secretariat"):
        assert note not in Note.objects.visible_to(room.access(other))


def test_after_submission_nobody_else_learns_of_it(room: Room, proposal: Any) -> None:
    draft = copied(room, proposal)
    submitted = submit_comment(access=room.access("CPV focal_point"), comment=draft)
    own = page(Person(room, "CPV focal_point").get("comment", draft.public_id))
    assert TOLD in own
    for other in ("FRA focal_point", "co_facilitator", "secretariat"):
        reader = Person(room, other)
        shown = page(reader.get("comment", draft.public_id))
        assert submitted.reference in shown
        assert "Based on" not in shown
        assert "Based on" not in page(reader.get("table"))


def test_one_press_on_the_card_leads_to_the_draft_and_a_second_press_makes_no_other(
    room: Room, proposal: Any
) -> None:
    person = Person(room, WHO)
    open_at = room.wording(room.revision, 2).paragraph.public_id
    address = f"/comments/{proposal.public_id}/copy/"
    assert address in page(person.get("reading", "plan", 2, open=open_at))
    before = Comment.objects.count()
    answers = [person.post("copy_proposal", proposal.public_id) for _press in range(2)]
    assert Comment.objects.count() == before + 1
    assert answers[0]["Location"] == answers[1]["Location"]
    shown = page(person.client.get(answers[0]["Location"]))
    assert "Copied from FRA-1 into a draft. Visible to your delegation only." in shown


def test_only_what_another_proposes_now_is_copied(room: Room, proposal: Any) -> None:
    own = room.access("FRA contributor")
    with pytest.raises(Refused, match="your own input"):
        copy_proposal(access=own, comment=proposal)
    with pytest.raises(Refused):
        copy_proposal(access=room.access("staff"), comment=proposal)
    with pytest.raises(ValidationError, match="withdrawn or replaced"):
        copied(room, room.comment("FRA withdrawn"))
    proposal.kind = CommentKind.QUESTION
    with pytest.raises(ValidationError, match="nothing to copy"):
        copied(room, proposal)


def test_what_one_may_not_read_is_not_copied(room: Room) -> None:
    Round.objects.filter(pk=room.round.pk).update(visibility=Visibility.FACILITATORS)
    hidden = room.comment("FRA submitted")
    with pytest.raises(Refused):
        copied(room, hidden)
    assert Person(room, WHO).post("copy_proposal", hidden.public_id).status_code == 404
    for unsent in ("FRA draft", "FRA cleared"):
        draft = room.comment(unsent)
        assert Person(room, WHO).post("copy_proposal", draft.public_id).status_code == 404


def test_once_the_round_is_closed_nothing_is_offered(room: Room, proposal: Any) -> None:
    Round.objects.filter(pk=room.round.pk).update(
        late_policy=LatePolicy.REFUSE, deadline=room.at(-1)
    )
    open_at = room.wording(room.revision, 2).paragraph.public_id
    assert "/copy/" not in page(Person(room, WHO).get("reading", "plan", 2, open=open_at))
    assert Person(room, WHO).post("copy_proposal", proposal.public_id).status_code == 403


def test_the_round_that_reopens_the_text_decides_whether_a_proposal_can_be_copied(
    room: Room, proposal: Any
) -> None:
    Round.objects.filter(pk=room.round.pk).update(
        late_policy=LatePolicy.REFUSE, deadline=room.at(-1)
    )
    reopening = Round.objects.create(
        consultation=room.consultation,
        name="Once more",
        opens_at=room.at(-0.5),
        deadline=room.at(9),
        visibility=Visibility.AT_ONCE,
        late_policy=LatePolicy.REFUSE,
        asks_again=room.round,
    )
    person, open_at = Person(room, WHO), room.wording(room.revision, 2).paragraph.public_id
    assert "/copy/" in page(person.get("reading", "plan", 2, open=open_at))
    assert copied(room, proposal).round_id == reopening.pk
    Round.objects.filter(pk=reopening.pk).update(deadline=room.at(-0.1))
    assert "/copy/" not in page(person.get("reading", "plan", 2, open=open_at))


def test_a_program_begins_a_draft_with_a_proposal_once(room: Room, proposal: Any) -> None:
    program, path = with_key(room, WHO), address("comments", proposal.public_id, "copy")
    answers = [program.post(path) for _press in range(2)]
    assert [answer.status_code for answer in answers] == [201, 200]
    body = answers[0].json()
    assert (body["proposed"], body["rationale"], body["state"]) == (
        proposal.proposed,
        "",
        "drafted",
    )
    assert answers[1].json()["id"] == body["id"] != str(proposal.public_id)
    own = program.post(address("comments", room.comment("CPV submitted").public_id, "copy"))
    assert own.status_code == 403
