"""The consent for an input: chosen where the round offers it, saved, and respected."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from comments.answers.acts import align, reply
from comments.drafting.acts import draft_comment, edit_comment
from comments.drafting.versions import draft_version
from comments.inputs.content import CommentContent
from comments.models import Comment
from comments.submitting.acts import submit_comment, supersede_comment
from comments.table.compiled import WHOLE_TABLE, Table, compile_table
from comments.table.filter import TableFilter
from consultations.models import SELECTABLE_CONSENTS, Consent, Round, Visibility
from consultations.rules.access import Refused
from tests.api_clients import address, with_key
from tests.comments.reading.test_pages import Person, page, proposal
from tests.room import Room, loaded

pytestmark = pytest.mark.django_db
WHO = "FRA focal_point"
WORDS = "Ichthyolatry everywhere"


def offer(room: Room, *consents: str) -> None:
    Round.objects.update(consents=list(consents or SELECTABLE_CONSENTS))


def draft_input(room: Room, consent: str | None = None, who: str = WHO, **fields: Any) -> Comment:
    content = {"kind": "comment", "rationale": f"{WORDS}."} | fields
    made = draft_comment(
        access=room.access(who),
        wording=room.wording(room.revision, 2),
        content=CommentContent(**content, consent=consent),
    )
    row: Comment = loaded().get(pk=made.pk)
    return row


def submit_input(room: Room, consent: str, **fields: Any) -> Comment:
    submit_comment(access=room.access(WHO), comment=draft_input(room, consent, **fields))
    row: Comment = loaded().order_by("-pk").first()
    return row


def table(
    room: Room, who: str, copy: Any = "circulation", part: TableFilter = WHOLE_TABLE
) -> Table:
    access, cut_off = room.access(who), room.now
    chosen = [room.revision]
    return compile_table(
        access=access, revisions=chosen, cut_off=cut_off, copy=copy, table_filter=part
    )


# --- The choice ----------------------------------------------------------------------------------


def test_only_what_the_round_offers_can_be_chosen(room: Room) -> None:
    with pytest.raises(ValidationError, match="does not offer that choice"):
        draft_input(room, Consent.FACILITATORS)
    offer(room, Consent.FACILITATORS)
    assert draft_input(room, Consent.FACILITATORS).consent == Consent.FACILITATORS
    with pytest.raises(ValidationError, match="does not offer that choice"):
        draft_input(room, Consent.UNATTRIBUTED)
    assert draft_input(room).consent == Consent.ROUND


def test_a_change_that_says_nothing_of_it_leaves_it(room: Room) -> None:
    """As from a kit, or by a program that knows nothing of it."""
    offer(room)
    draft = draft_input(room, Consent.FACILITATORS)
    content = CommentContent(kind="comment", rationale="Other words.")
    edit_comment(access=room.access(WHO), comment=draft, version=draft.version, content=content)
    assert Comment.objects.get(pk=draft.pk).consent == Consent.FACILITATORS


def test_a_submitted_input_keeps_it_whoever_writes_to_the_database(room: Room) -> None:
    offer(room)
    sent = submit_input(room, Consent.FACILITATORS)
    with pytest.raises(IntegrityError, match="not changed"), transaction.atomic():
        Comment.objects.filter(pk=sent.pk).update(consent=Consent.PUBLIC)


def test_a_new_version_keeps_it_by_either_way(room: Room) -> None:
    offer(room)
    sent, access = submit_input(room, Consent.UNATTRIBUTED), room.access(WHO)
    content = CommentContent(kind="comment", rationale="Other words.", consent=Consent.ROUND)
    assert draft_version(access=access, comment=sent, content=content).consent == sent.consent
    assert supersede_comment(access=access, comment=sent, content=content).consent == sent.consent


def test_no_gap_among_the_numbers_tells_of_it(room: Room) -> None:
    offer(room)
    first = submit_input(room, Consent.ROUND)
    apart = [submit_input(room, one) for one in (Consent.FACILITATORS, Consent.UNATTRIBUTED)]
    after = submit_input(room, Consent.PUBLIC)
    assert [row.number for row in apart] == [9001, 9002]
    assert after.number == (first.number or 0) + 1


def test_the_writing_card_offers_it_and_the_page_of_submission_says_who_will_see_it(
    room: Room,
) -> None:
    focal_point, draft = Person(room, WHO), draft_input(room)
    assert "What your delegation allows" not in page(
        focal_point.get("edit_comment", draft.public_id)
    )
    offer(room, Consent.FACILITATORS, Consent.UNATTRIBUTED)
    card = page(focal_point.get("edit_comment", draft.public_id))
    assert "What your delegation allows" in card and "May be published" not in card
    for consent, sentence in (
        (Consent.FACILITATORS, "No other delegation can read it, now or later."),
        (Consent.UNATTRIBUTED, "can read its words immediately, but not whose they are."),
        (Consent.ROUND, "All delegations in this consultation can read it immediately."),
    ):
        stored = Comment.objects.get(pk=draft.pk)
        sent = proposal(kind="comment", consent=consent, version=stored.version, then="submit")
        saved = focal_point.post("edit_comment", draft.public_id, **sent)
        assert saved.status_code == 302, page(saved)
        assert Comment.objects.get(pk=draft.pk).consent == consent
        assert sentence in page(focal_point.get("submit_comment", draft.public_id))


def test_in_a_round_for_the_facilitators_it_widens_nothing(room: Room) -> None:
    offer(room)
    Round.objects.update(visibility=Visibility.FACILITATORS)
    for consent in Consent.values:
        draft = draft_input(room, consent)
        body = page(Person(room, WHO).get("submit_comment", draft.public_id))
        assert "No other delegation can read it, now or later." in body, consent
        submit_comment(access=room.access(WHO), comment=draft)
    others = room.access("IOM focal_point")
    assert not Comment.objects.visible_to(others).filter(rationale__contains=WORDS).exists()
    assert not Comment.objects.unattributed_to(others).exists()


# --- Kept to -------------------------------------------------------------------------------------


@pytest.mark.parametrize("consent", [Consent.FACILITATORS, Consent.UNATTRIBUTED])
def test_others_can_neither_reply_to_it_nor_align_with_it(room: Room, consent: str) -> None:
    offer(room)
    sent, other = submit_input(room, consent), room.access("CPV focal_point")
    with pytest.raises(Refused):
        align(access=other, comment=sent)
    with pytest.raises(Refused):
        reply(access=other, comment=sent, text="We too.")


def test_a_member_does_not_read_the_input_of_its_group_among_those_of_others(room: Room) -> None:
    """Its coordinator filed it: the group is the member's own, and who filed it is not."""
    offer(room)
    coordinator = room.access("CPV focal_point")
    drafted = draft_comment(
        access=coordinator,
        wording=room.wording(room.revision, 2),
        content=CommentContent(kind="comment", rationale=WORDS, consent=Consent.UNATTRIBUTED),
        seat=coordinator.coordinated_seats[0],
    )
    submit_comment(access=coordinator, comment=loaded().get(pk=drafted.pk))
    is_among_others = {
        who: Comment.objects.unattributed_to(room.access(who)).filter(pk=drafted.pk).exists()
        for who in ("CIV deputy", "CPV deputy", "FRA deputy")
    }
    assert is_among_others == {"CIV deputy": False, "CPV deputy": False, "FRA deputy": True}


def test_a_copy_for_circulation_keeps_it_whoever_makes_it(room: Room) -> None:
    offer(room)
    secret = submit_input(room, Consent.FACILITATORS, rationale="Secretly.")
    nameless = submit_input(room, Consent.UNATTRIBUTED)
    for who in ("co_facilitator", "IOM focal_point"):
        copy = table(room, who)
        assert not {secret.reference, nameless.reference} & {row.number for row in copy.rows}
        [annex] = [one for one in copy.annexes if one.title == "Inputs without attribution"]
        assert [row[2:] for row in annex.rows] == [("Comment", "", f"{WORDS}.")]
        assert "France" not in repr(annex) and "Secretly" not in repr([*copy.annexes])


def test_the_copy_that_its_delegation_makes_says_of_it_that_it_is_not_for_all(room: Room) -> None:
    offer(room)
    sent = [submit_input(room, one) for one in (Consent.ROUND, *SELECTABLE_CONSENTS)]
    status_by_number = {row.number: row.status for row in table(room, WHO).rows}
    assert [status_by_number[row.reference] for row in sent] == [
        "",
        "",
        "without attribution",
        "facilitators only",
    ]


def test_a_part_by_delegation_or_state_holds_nothing_that_would_tell_whose_it_is(
    room: Room,
) -> None:
    offer(room)
    sent = submit_input(room, Consent.UNATTRIBUTED)
    text = TableFilter(text=str(room.draft.public_id))
    by_delegation, by_state = (
        TableFilter(delegation=str(sent.seat.public_id)),
        TableFilter(state="in_time"),
    )
    found = [
        repr([*table(room, "IOM focal_point", part=one).annexes]) for one in (WHOLE_TABLE, text)
    ]
    assert all(WORDS in words for words in found)
    for part in (by_delegation, by_state):
        assert WORDS not in repr([*table(room, "IOM focal_point", part=part).annexes])


def test_the_facilitators_copy_names_it_and_says_what_is_allowed(room: Room) -> None:
    offer(room)
    sent = [submit_input(room, one) for one in SELECTABLE_CONSENTS]
    copy = table(room, "co_facilitator", "facilitators")
    rows_by_number = {row.number: (row.delegation_name, row.status) for row in copy.rows}
    assert [rows_by_number[row.reference] for row in sent] == [
        ("France", "may be published"),
        ("France", "without attribution"),
        ("France", "facilitators only"),
    ]
    assert not [one for one in copy.annexes if one.title == "Inputs without attribution"]


def test_the_table_says_no_consent_of_an_input_that_is_read_as_the_round_says(room: Room) -> None:
    offer(room)
    plain, public = submit_input(room, Consent.ROUND), submit_input(room, Consent.PUBLIC)
    for who, copy, told in (
        (
            "co_facilitator",
            "facilitators",
            {plain.reference: "", public.reference: "may be published"},
        ),
        ("IOM focal_point", "circulation", {plain.reference: "", public.reference: ""}),
    ):
        rows = {row.number: row.status for row in table(room, who, copy).rows}
        assert {number: rows[number] for number in told} == told


def test_its_delegation_and_the_facilitators_are_told_and_nobody_else(room: Room) -> None:
    offer(room)
    public = submit_input(room, Consent.PUBLIC)
    for who, told in ((WHO, "public"), ("staff", "public"), ("IOM focal_point", "")):
        answer = with_key(room, who).get(address("comments", str(public.public_id)))
        assert answer.json()["consent"] == told, who


def test_a_program_chooses_it_too(room: Room) -> None:
    offer(room)
    body = {
        "wording": str(room.wording(room.revision, 2).public_id),
        "kind": "comment",
        "rationale": WORDS,
        "consent": "facilitators",
        "submit": True,
    }
    made = with_key(room, WHO).post(address("comments"), body).json()
    assert (made["consent"], made["reference"]) == ("facilitators", "FRA-9001")
    refused = with_key(room, "IOM focal_point").get(address("comments", made["id"]))
    assert refused.status_code == 404
