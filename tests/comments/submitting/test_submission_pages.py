"""The pages on which a focal point submits: what goes, who reads it, what is left after a close."""

import re

import pytest

from comments.inputs.audience import moment_words
from comments.models import Comment
from consultations.models import LatePolicy, Round, Visibility
from tests.comments.reading.test_pages import Person, page, proposal
from tests.room import Room, marker


def test_the_page_of_submission_names_what_goes_and_who_sees_it(room: Room) -> None:
    shown = page(Person(room, "FRA focal_point").get("submit_all"))
    assert "Submit 1 input for France" in shown
    assert marker("FRA cleared") in shown
    assert marker("FRA draft") not in shown
    assert "All delegations in this consultation can read it immediately." in shown


def test_who_reads_and_from_when_is_said_as_the_round_was_set(room: Room) -> None:
    Round.objects.filter(pk=room.round.pk).update(visibility=Visibility.FACILITATORS)
    shown = page(Person(room, "FRA focal_point").get("submit_all"))
    assert "No other delegation can read it, now or later." in shown


def test_cleared_drafts_go_in_one_act_and_a_second_press_changes_nothing(room: Room) -> None:
    person, cleared = Person(room, "FRA focal_point"), room.comment("FRA cleared")
    shown = f"{cleared.public_id}:{cleared.version}"
    for _press in range(2):
        answer = person.post("submit_all", comment=shown)
        assert "/receipts/" in answer.headers["Location"]
    assert room.comment("FRA cleared").reference == "FRA-5"
    assert "FRA-5" in page(person.client.get(answer.headers["Location"]))


def test_a_draft_that_changed_since_it_was_shown_does_not_go(room: Room) -> None:
    person, cleared = Person(room, "FRA focal_point"), room.comment("FRA cleared")
    answer = person.post("submit_all", comment=f"{cleared.public_id}:{cleared.version - 1}")
    assert answer.status_code == 422
    assert room.comment("FRA cleared").submitted_at is None


def test_only_a_focal_point_submits(room: Room) -> None:
    draft = room.comment("FRA draft")
    for who in ("FRA contributor", "FRA deputy"):
        assert Person(room, who).get("submit_comment", draft.public_id).status_code == 403
    for who in ("CPV focal_point", "co_facilitator"):
        assert Person(room, who).get("submit_comment", draft.public_id).status_code == 404


def test_an_input_is_replaced_and_withdrawn_under_its_number(room: Room) -> None:
    person, old = Person(room, "FRA focal_point"), room.comment("FRA submitted")
    person.post("supersede_comment", old.public_id, **proposal(rationale="Better so"))
    draft = Comment.objects.get(amends=old.number, seat=old.seat)
    sent = f"{draft.public_id}:{draft.version}"
    person.post("submit_comment", draft.public_id, comment=sent)
    new = Comment.objects.select_related("seat").get(supersedes=old)
    assert (new.reference, new.rationale) == (old.reference, "Better so")
    for missing in ("", "  "):
        bare = person.post("withdraw_comment", new.public_id, reason=missing)
        assert bare.status_code == 422 and "Give a reason for the withdrawal" in page(bare)
    assert Comment.objects.get(pk=new.pk).withdrawn_at is None
    person.post("withdraw_comment", new.public_id, reason="Met by Rev.1")
    new = Comment.objects.get(pk=new.pk)
    assert new.withdrawn_at is not None and new.withdrawal_reason == "Met by Rev.1"


def test_of_a_round_that_asks_again_by_now_it_is_said_until_when_it_is_open(room: Room) -> None:
    draft, person = room.comment("FRA cleared"), Person(room, "FRA focal_point")
    Round.objects.filter(pk=room.round.pk).update(
        late_policy=LatePolicy.REFUSE, deadline=room.at(-2)
    )
    again = Round.objects.create(
        consultation=room.consultation,
        name="Second call",
        opens_at=room.at(-1),
        deadline=room.at(9),
        visibility=Visibility.AT_CLOSE,
        asks_again=room.round,
    )
    sent = f"{draft.public_id}:{draft.version}"
    shown = page(person.post("submit_comment", draft.public_id, comment=sent))
    assert f"“{again}” asks again on this text. It is open until " in shown
    assert moment_words(room.access("FRA focal_point"), again.deadline) in shown


@pytest.mark.parametrize("name", ["submit_all", "submit_comment"])
def test_who_submits_after_the_close_is_told_so_first_and_what_is_left(
    room: Room, name: str
) -> None:
    draft, person = room.comment("FRA cleared"), Person(room, "FRA focal_point")
    args = [draft.public_id] if name == "submit_comment" else []
    Round.objects.filter(pk=room.round.pk).update(
        late_policy=LatePolicy.REFUSE, deadline=room.at(-1)
    )
    sent = f"{draft.public_id}:{draft.version}"
    answer = person.post(name, *args, comment=sent)
    assert answer.status_code == 422
    shown = page(answer)
    assert re.search(r'role="alert">\s*<p>This round closed ', shown)
    assert "Ask the co-facilitators to open another round on this text." in shown
    assert room.comment("FRA cleared").submitted_at is None
