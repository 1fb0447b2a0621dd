"""A group's input belongs to its present coordinator, whoever submitted it."""

import re
from typing import Any

import pytest
from django.urls import reverse

from comments.answers.acts import acknowledge, publish_reviews, review
from comments.drafting.acts import clear_comment, write_note
from comments.drafting.versions import draft_version
from comments.inputs.content import CommentContent
from comments.kit.current import read_current_text
from comments.models import Comment, CommentState, Disposition, Note, Receipt, Review
from comments.outcomes.current import own_inputs_in_force
from comments.submitting.acts import submit_comments, withdraw_comment
from comments.threads.history import events_of
from consultations.models import LatePolicy
from consultations.rules.access import Refused
from consultations.rules.access_factory import make_actor
from consultations.timetable.acts import create_round
from delegations.acts import end_mandate, set_mandate
from delegations.models import Mandate
from drafts.circulating.acts import circulate_revision
from tests.api_clients import address, with_key
from tests.comments.reading.test_pages import Person, page, proposal
from tests.room import SLUG, Room, loaded, marker, words

pytestmark = pytest.mark.django_db

BEGUN = ("began the draft", "began a new version")
NOT_YOURS = "Your delegation no longer has the mandate of this group."


@pytest.fixture
def room_after_change(room: Room) -> Room:
    """Cabo Verde filed for the African Group; today Côte d'Ivoire coordinates it."""
    desk = make_actor(room.users["secretariat"], room.capacities["secretariat"])
    group, today = room.bodies["AFRICAN-GROUP"], room.now.date()
    end_mandate(actor=desk, mandate=Mandate.objects.get(), ends_on=today)
    set_mandate(actor=desk, group=group, coordinator=room.bodies["CIV"], starts_on=today)
    return room


def group_input(room: Room) -> Comment:
    return room.comment("CPV group input")


def stands(row: Comment) -> Comment:
    stored: Comment = loaded().get(pk=row.pk)
    return stored


def version(room: Room, who: str = "CIV contributor") -> Comment:
    made = draft_version(
        access=room.access(who),
        comment=group_input(room),
        content=CommentContent(**words("CIV for the group")),
    )
    return stands(made)


def who_did(room: Room, who: str, row: Comment) -> list[tuple[str, str]]:
    return [(event.act_text, event.actor_text) for event in events_of(room.access(who), row)]


# --- Withdrawn ------------------------------------------------------------------------------------


def test_the_coordinator_of_today_withdraws_it_on_the_page(room_after_change: Room) -> None:
    row = group_input(room_after_change)
    person = Person(room_after_change, "CIV focal_point")
    paragraph = row.paragraph.public_id
    shown = page(person.get("reading", "plan", 2, open=paragraph))
    assert reverse("withdraw_comment", args=[SLUG, row.public_id]) in shown
    answer = person.post("withdraw_comment", row.public_id, reason="The group agreed otherwise.")
    assert answer.status_code == 302
    assert stands(row).state is CommentState.WITHDRAWN


def test_the_former_one_is_told_why_and_a_member_finds_no_way(room_after_change: Room) -> None:
    row = group_input(room_after_change)
    former = Person(room_after_change, "CPV focal_point")
    shown = page(former.get("reading", "plan", 2, open=row.paragraph.public_id))
    for way in ("withdraw_comment", "supersede_comment"):
        assert reverse(way, args=[SLUG, row.public_id]) not in shown
    answer = former.post("withdraw_comment", row.public_id, reason="Not ours to say.")
    assert answer.status_code in {403, 422} and NOT_YOURS in page(answer)
    stranger = Person(room_after_change, "FRA focal_point").post(
        "withdraw_comment", row.public_id, reason="Not ours to say."
    )
    assert stranger.status_code in {403, 422}
    assert stands(row).state is CommentState.SUBMITTED


@pytest.mark.parametrize(
    ("who", "status"), [("CIV focal_point", 200), ("CPV focal_point", 403), ("CIV deputy", 403)]
)
def test_over_the_api_it_is_withdrawn_by_the_focal_point_of_today(
    room_after_change: Room, who: str, status: int
) -> None:
    there = address("comments", group_input(room_after_change).public_id, "withdraw")
    answer = with_key(room_after_change, who).post(there, {"reason": "Overtaken."})
    assert answer.status_code == status
    is_withdrawn = stands(group_input(room_after_change)).state is CommentState.WITHDRAWN
    assert is_withdrawn == (status == 200)


# --- Replaced -------------------------------------------------------------------------------------


def test_over_the_api_the_coordinator_of_today_supersedes_it(room_after_change: Room) -> None:
    row = group_input(room_after_change)
    there = address("comments", row.public_id, "supersede")
    body = {"kind": "comment", "rationale": "The group says so today."}
    assert with_key(room_after_change, "CPV focal_point").post(there, body).status_code == 403
    answer = with_key(room_after_change, "CIV focal_point").post(there, body)
    assert answer.status_code == 201
    told = answer.json()
    assert (told["reference"], told["filed_by"]["code"]) == (row.reference, "CIV")
    assert told["is_own"] and told["members"] == ["Cabo Verde", "Côte d’Ivoire"]
    assert stands(row).state is CommentState.SUPERSEDED


def test_a_new_version_is_drafted_inside_the_delegation_of_today_and_filed_by_it(
    room_after_change: Room,
) -> None:
    draft = version(room_after_change)
    assert (draft.seat.code, draft.filed_by.code) == ("AFRICAN-GROUP", "CIV")
    hidden = Comment.objects.visible_to(room_after_change.access("CPV focal_point"))
    assert not hidden.filter(pk=draft.pk).exists()
    clear_comment(access=room_after_change.access("CIV deputy"), comment=draft)
    [sent] = submit_comments(
        access=room_after_change.access("CIV focal_point"), comments=[stands(draft)]
    )
    assert (sent.reference, sent.supersedes_id) == (
        group_input(room_after_change).reference,
        group_input(room_after_change).pk,
    )
    assert stands(sent).filed_by.code == "CIV"
    receipt = Receipt.objects.get(comments=sent.pk)
    assert receipt.seat_id == room_after_change.seat("CIV focal_point").pk
    assert (
        Receipt.objects.visible_to(room_after_change.access("CIV deputy"))
        .filter(pk=receipt.pk)
        .exists()
    )
    former = Receipt.objects.visible_to(room_after_change.access("CPV focal_point"))
    assert not former.filter(pk=receipt.pk).exists()


def test_the_page_of_a_new_version_opens_to_the_coordinator_of_today_alone(
    room_after_change: Room,
) -> None:
    row = group_input(room_after_change)
    for who, status in (("CIV contributor", 302), ("CPV contributor", 422)):
        person = Person(room_after_change, who)
        answer = person.post("supersede_comment", row.public_id, **proposal())
        assert answer.status_code == status, who
    made = Comment.objects.get(amends=row.number, submitted_at=None)
    assert made.filed_by_id == room_after_change.seat("CIV contributor").pk


def test_what_the_former_one_was_drafting_stays_with_it_and_cannot_go(room: Room) -> None:
    theirs = draft_version(
        access=room.access("CPV contributor"),
        comment=group_input(room),
        content=CommentContent(**words("CPV for the group again")),
    )
    today = room.now.date()
    Mandate.objects.update(ends_on=today)
    Mandate.objects.create(
        group=room.bodies["AFRICAN-GROUP"], coordinator=room.bodies["CIV"], starts_on=today
    )
    with pytest.raises(Refused, match="no longer has the mandate"):
        submit_comments(access=room.access("CPV focal_point"), comments=[theirs])
    withdraw_comment(
        access=room.access("CIV focal_point"), comment=group_input(room), reason="Overtaken."
    )
    assert stands(theirs).amends is None
    assert not Comment.objects.visible_to(room.access("CIV focal_point")).filter(pk=theirs.pk)
    last = who_did(room, "CPV focal_point", stands(theirs))[0]
    assert last == ("changed the draft", "focal point, Côte d’Ivoire")


# --- What each of them reads of it ----------------------------------------------------------------


def test_the_history_says_who_acted_for_whom_and_each_reads_its_own_steps(
    room_after_change: Room,
) -> None:
    old, draft = group_input(room_after_change), version(room_after_change)
    [sent] = submit_comments(access=room_after_change.access("CIV focal_point"), comments=[draft])
    withdraw_comment(
        access=room_after_change.access("CIV focal_point", 0.1), comment=sent, reason="Overtaken."
    )
    sent = stands(sent)
    cpv, civ = "focal point, Cabo Verde", "focal point, Côte d’Ivoire"
    for_group = ", for African Group"
    official = [
        ("withdrew it: Overtaken.", civ + for_group),
        ("submitted a new version", civ + for_group),
        ("replaced it by a new version", civ + for_group),
        ("submitted it", cpv + for_group),
    ]
    assert who_did(room_after_change, "FRA focal_point", sent) == official
    own = who_did(room_after_change, "CIV contributor", sent)
    former = who_did(room_after_change, "CPV contributor", stands(old))
    assert set(BEGUN) & {what for what, _who in own} == {"began a new version"}
    assert set(BEGUN) & {what for what, _who in former} == {"began the draft"}
    for told, ours, theirs in ((own, "CIV", "CPV"), (former, "CPV", "CIV")):
        names = {name for _what, who in told for name in re.findall(r"(?:CIV|CPV) [a-z_]+", who)}
        assert names and all(name.startswith(ours) for name in names), (names, theirs)


def test_it_stands_in_both_workspaces_and_names_nobody_of_the_other(
    room_after_change: Room,
) -> None:
    row = group_input(room_after_change)
    for who in ("CIV focal_point", "CPV focal_point"):
        shown = page(Person(room_after_change, who).get("workspace", state="submitted"))
        assert row.reference in shown, who
    shown = page(Person(room_after_change, "CIV focal_point").get("workspace", state="submitted"))
    assert "CPV contributor" not in shown and "Cabo Verde" in shown
    assert not Comment.objects.own_record(room_after_change.access("FRA focal_point")).filter(
        pk=row.pk
    )


def test_its_kit_its_brief_and_its_own_inputs_hold_it(room_after_change: Room) -> None:
    row, access = group_input(room_after_change), room_after_change.access("CIV focal_point")
    revision = row.wording.revision
    assert row.public_id in read_current_text(access, revision, None, ()).own_input_by_public_id
    assert own_inputs_in_force(access).filter(pk=row.pk).exists()
    listed = (
        with_key(room_after_change, "CIV contributor")
        .get(address("comments"), {"mine": True})
        .json()
    )
    assert row.reference in {found["reference"] for found in listed["results"]}


def test_a_note_on_it_stays_in_the_delegation_that_writes_it(room_after_change: Room) -> None:
    row = group_input(room_after_change)
    note = write_note(
        access=room_after_change.access("CIV deputy"),
        comment=row,
        text=f"Ask home: {marker('our note')}.",
    )
    assert (
        Note.objects.visible_to(room_after_change.access("CIV contributor"))
        .filter(pk=note.pk)
        .exists()
    )
    assert not Note.objects.visible_to(room_after_change.access("CPV focal_point")).filter(
        pk=note.pk
    )
    thread: dict[str, Any] = {"open": row.paragraph.public_id}
    there = page(Person(room_after_change, "CIV contributor").get("reading", "plan", 2, **thread))
    assert marker("our note") in there
    other = page(Person(room_after_change, "CPV contributor").get("reading", "plan", 2, **thread))
    assert marker("our note") not in other


def test_a_review_of_it_is_acknowledged_by_the_coordinator_of_today(
    room_after_change: Room,
) -> None:
    row = group_input(room_after_change)
    review(
        access=room_after_change.access("staff"),
        comment=row,
        disposition=Disposition.NOTED,
        observation="",
    )
    reviews = Review.objects.filter(comment=row)
    publish_reviews(access=room_after_change.access("co_facilitator"), reviews=reviews)
    published = reviews.select_related("comment__round", "comment__paragraph__draft").get()

    def answers(who: str) -> None:
        acknowledge(access=room_after_change.access(who, 0.1), review=published, stance="maintains")

    with pytest.raises(Refused, match="no longer has the mandate"):
        answers("CPV focal_point")
    answers("CIV focal_point")


# --- A draft for the group ------------------------------------------------------------------------


def test_a_draft_for_the_group_is_not_made_the_former_coordinators_own_by_an_edit(
    room_after_change: Room,
) -> None:
    draft, person = (
        room_after_change.comment("CPV group draft"),
        Person(room_after_change, "CPV contributor"),
    )
    shown = page(person.get("edit_comment", draft.public_id))
    group, own = draft.seat, room_after_change.seat("CPV contributor")
    assert f'<option value="{group.public_id}" selected>' in shown
    sent = proposal(version=draft.version, proposed="Corrected, by a comma.")
    for choice in ({"seat": group.public_id}, {}):  # as the form has it; a form without the field
        answer = person.post("edit_comment", draft.public_id, **sent | choice)
        assert answer.status_code == 422
        assert "Your delegation has no mandate to submit for African Group." in page(answer)
        assert "Corrected, by a comma.</textarea>" in page(answer)
        assert stands(draft).version == draft.version
    answer = person.post("edit_comment", draft.public_id, **sent, seat=own.public_id)
    assert answer.status_code == 302
    edited = stands(draft)
    assert (edited.seat_id, edited.proposed) == (own.pk, "Corrected, by a comma.")


def test_an_input_of_the_group_is_not_carried_over_as_the_former_coordinators_own(
    room_after_change: Room,
) -> None:
    old, person = group_input(room_after_change), Person(room_after_change, "CPV contributor")
    _circulate_again(room_after_change)
    shown = page(person.get("carry_over", old.public_id))
    assert f'<option value="{old.seat.public_id}" selected>' in shown
    before = Comment.objects.count()
    sent = proposal(seat=old.seat.public_id, proposed="Said once more.")
    answer = person.post("carry_over", old.public_id, **sent)
    assert answer.status_code == 422 and "Said once more.</textarea>" in page(answer)
    assert "Your delegation has no mandate to submit for African Group." in page(answer)
    assert Comment.objects.count() == before


def _circulate_again(room: Room) -> None:
    """The text of the desk, which has a paragraph more, in a round that is open."""
    access = room.access("co_facilitator", -0.5)
    round = create_round(
        access=access,
        name="Second round",
        opens_at=room.at(-0.4),
        deadline=room.at(5),
        visibility=room.visibility,
        late_policy=LatePolicy.REFUSE,
    )
    circulate_revision(access=access, draft=room.draft, stage="Rev.1", round=round)
