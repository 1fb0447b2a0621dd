"""The drafting room of a group: silence, objections, and members that dissociate themselves."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from comments.brief.queries import brief_of
from comments.drafting.acts import draft_comment, edit_comment, write_note
from comments.drafting.versions import draft_version
from comments.groups.acts import object_to, opt_in, opt_out, set_silence, withdraw_objection
from comments.groups.queries import (
    GroupMembers,
    RoomDraft,
    RoomState,
    drafts_under_silence,
    room_drafts_of,
)
from comments.inputs.audience import silence_sentence, silence_warning
from comments.inputs.content import CommentContent
from comments.models import Comment, Note, Objection, OptOut
from comments.receipts.own_inputs import member_names_today
from comments.received.acts import enter_received
from comments.submitting.acts import submit_comment, supersede_comment, withdraw_comment
from comments.threads.cards import card_of
from comments.threads.history import events_of
from comments.threads.queries import shown_comment
from consultations.models import Seat
from consultations.rules.access import Act, Refused
from consultations.timetable.acts import close_round
from delegations.models import Mandate
from drafts.models import Wording
from tests.room import Room, as_content, loaded, marker, words

COORDINATOR, MEMBER = "CPV focal_point", "CIV focal_point"


def _draft_in_room(
    room: Room, who: str = "CIV contributor", days: float = 0, **more: Any
) -> Comment:
    access = room.access(who, days)
    return draft_comment(
        access=access,
        wording=room.wording(room.revision, 4),
        seat=access.group_room_seats[0],
        in_room=True,
        **as_content(words("ROOM new") | more),
    )


def _put_under_silence(room: Room, until: float = 1, days: float = 0) -> Comment:
    draft = _draft_in_room(room, days=days)
    return set_silence(access=room.access(COORDINATOR, days), comment=draft, until=room.at(until))


def _again(comment: Comment) -> Comment:
    row: Comment = loaded().get(pk=comment.pk)
    return row


# --- Silence, and what breaks it -----------------------------------------------------------------


def test_no_objection_by_the_end_means_consent_and_the_coordinator_submits(room: Room) -> None:
    draft = _put_under_silence(room, until=1)
    with pytest.raises(Refused, match="not ended yet"):
        submit_comment(access=room.access(COORDINATOR, 0.9), comment=draft)
    sent = submit_comment(access=room.access(COORDINATOR, 1.1), comment=draft)
    assert (sent.seat.code, sent.filed_by.code) == ("AFRICAN-GROUP", "CPV")
    assert list(sent.members.values_list("name", flat=True)) == ["Cabo Verde", "Côte d’Ivoire"]


def test_a_member_who_objects_stops_it_until_a_new_silence(room: Room) -> None:
    draft = _put_under_silence(room, until=1)
    object_to(access=room.access(MEMBER), comment=draft, reason="Not this word.")
    warning = silence_warning(room.access(MEMBER, 0.1), _again(draft))
    assert warning.startswith("A member broke silence.")
    with pytest.raises(Refused, match="A member broke silence"):
        submit_comment(access=room.access(COORDINATOR, 1.1), comment=draft)
    set_silence(access=room.access(COORDINATOR, 1.2), comment=draft, until=room.at(2))
    assert submit_comment(access=room.access(COORDINATOR, 2.1), comment=draft).number
    [objection] = Objection.objects.filter(comment=draft)
    assert (objection.reason, objection.withdrawn_at) == ("Not this word.", room.at(1.2))


def test_who_takes_the_objection_back_lets_the_silence_go_on(room: Room) -> None:
    draft = _put_under_silence(room, until=1)
    objection = object_to(access=room.access(MEMBER), comment=draft)
    withdraw_objection(access=room.access(MEMBER, 0.5), objection=objection)
    assert submit_comment(access=room.access(COORDINATOR, 1.1), comment=draft).number


def test_two_objections_stand_until_both_are_taken_back(room: Room) -> None:
    draft = _put_under_silence(room, until=1)
    one = object_to(access=room.access(MEMBER), comment=draft)
    object_to(access=room.access(COORDINATOR, 0.1), comment=draft)
    assert withdraw_objection(access=room.access(MEMBER), objection=one).withdrawn_at == room.now
    assert _again(draft).silence_broken_at == room.now
    sentence = silence_sentence(room.access(COORDINATOR, 0.2), _again(draft))
    assert "If all objections are withdrawn, it runs on until" in sentence
    over = silence_sentence(room.access(COORDINATOR, 1.1), _again(draft))
    assert over.startswith("A member broke silence. The silence until ")


def test_the_history_tells_what_each_step_did_to_the_silence(room: Room) -> None:
    draft = _put_under_silence(room, until=1)
    one = object_to(access=room.access(MEMBER), comment=draft)
    other = object_to(access=room.access(COORDINATOR, 0.1), comment=draft)
    withdraw_objection(access=room.access(COORDINATOR, 0.2), objection=other)
    withdraw_objection(access=room.access(MEMBER, 0.3), objection=one)
    object_to(access=room.access(MEMBER, 0.4), comment=draft)
    set_silence(access=room.access(COORDINATOR, 0.5), comment=draft, until=room.at(2))
    edit_comment(
        access=room.access("CIV contributor", 0.6),
        comment=draft,
        version=_again(draft).version,
        content=CommentContent(**words("ROOM other")),
    )

    events = events_of(room.access(MEMBER, 0.7), _again(draft))
    assert [event.act_text for event in reversed(events)] == [
        "began the draft",
        "set a silence on it",
        "broke silence on it",
        "broke silence on it",
        "withdrew the objection",
        "broke silence on it",
        "set a silence on it",
        "changed the draft",
    ]


def test_an_objection_is_taken_back_once(room: Room) -> None:
    draft = _put_under_silence(room)
    objection = object_to(access=room.access(MEMBER), comment=draft)
    for days in (0.5, 1):
        taken_back = withdraw_objection(access=room.access(MEMBER, days), objection=objection)
        assert taken_back.withdrawn_at == room.at(0.5)
    assert taken_back.history.count() == 2


def test_nobody_takes_back_the_objection_of_another(room: Room) -> None:
    objection = object_to(access=room.access(MEMBER), comment=_put_under_silence(room))
    with pytest.raises(Refused, match="another delegation"):
        withdraw_objection(access=room.access(COORDINATOR), objection=objection)


def test_who_may_not_object_withdraws_no_objection_of_the_own_delegation(room: Room) -> None:
    objection = object_to(access=room.access(MEMBER), comment=_put_under_silence(room))

    with pytest.raises(Refused):
        withdraw_objection(access=room.access("CIV contributor"), objection=objection)

    assert Objection.objects.get(pk=objection.pk).withdrawn_at is None


def test_two_presses_make_one_objection_and_one_opt_out(room: Room) -> None:
    draft = _put_under_silence(room)
    for act in (object_to, opt_out):
        first, second = (act(access=room.access(MEMBER), comment=draft) for _press in range(2))
        assert first.pk == second.pk


def test_a_change_of_the_words_ends_the_silence(room: Room) -> None:
    draft = _put_under_silence(room, until=1)
    access = room.access("CIV contributor")
    edited = edit_comment(
        access=access,
        comment=draft,
        version=draft.version,
        content=CommentContent(**words("ROOM other")),
    )
    assert (edited.silence_until, edited.seat.code) == (None, "AFRICAN-GROUP")
    with pytest.raises(Refused, match="Set a silence first"):
        submit_comment(access=room.access(COORDINATOR, 1.1), comment=draft)


def test_an_edit_that_changes_no_word_leaves_the_silence(room: Room) -> None:
    draft = _put_under_silence(room, until=1)
    same = edit_comment(
        access=room.access("CIV contributor", 0.2),
        comment=draft,
        version=draft.version,
        content=CommentContent(**words("ROOM new")),
    )
    assert (same.silence_until, same.edited_at) == (room.at(1), room.at(0.2))


def test_a_change_of_words_that_were_objected_to_begins_anew(room: Room) -> None:
    draft = _put_under_silence(room, until=1)
    object_to(access=room.access(MEMBER), comment=draft)
    broken = _again(draft)
    assert broken.silence_broken_at == room.now
    edited = edit_comment(
        access=room.access("CIV contributor"),
        comment=broken,
        version=broken.version,
        content=CommentContent(**words("ROOM other")),
    )
    assert (edited.silence_from, edited.silence_until) == (None, None)
    assert edited.silence_broken_at is None


@pytest.mark.parametrize(("days", "sentence"), [(-0.1, "in the future"), (11, "before the round")])
def test_a_silence_ends_after_now_and_before_the_round(
    room: Room, days: float, sentence: str
) -> None:
    with pytest.raises(ValidationError, match=sentence) as refused:
        _put_under_silence(room, until=days)
    assert list(refused.value.message_dict) == ["until"]


def test_a_silence_in_a_round_closed_early_ends_at_any_time_and_the_input_is_late(
    room: Room,
) -> None:
    close_round(access=room.access("co_facilitator", 0.1), round=room.round)

    draft = _put_under_silence(room, until=2, days=0.5)

    assert submit_comment(access=room.access(COORDINATOR, 2.1), comment=draft).is_late


def test_after_the_end_of_a_silence_nobody_breaks_it(room: Room) -> None:
    draft = _put_under_silence(room, until=1)
    with pytest.raises(Refused, match="has consented"):
        object_to(access=room.access(MEMBER, 1.1), comment=draft)
    object_to(access=room.access(MEMBER, 0.5), comment=draft)
    with pytest.raises(Refused, match="sets a new one"):
        object_to(access=room.access(COORDINATOR, 1.1), comment=draft)


def test_the_silence_is_the_coordinators_to_set(room: Room) -> None:
    with pytest.raises(Refused, match="Only the coordinator can do this"):
        set_silence(access=room.access(MEMBER), comment=_draft_in_room(room), until=room.at(1))


def test_a_silence_runs_to_its_last_moment_wherever_it_is_told(room: Room) -> None:
    """By the clock: at its end nobody has consented yet, a moment later everybody has."""
    end = room.at(1)
    draft = _put_under_silence(room, until=1)
    for moment, runs in ((end, True), (end + timedelta(microseconds=1), False)):
        coordinator, member = (
            replace(room.access(who), moment=moment) for who in (COORDINATOR, MEMBER)
        )
        row = _again(draft)
        assert bool(member.may(Act.OBJECT, on=row)) is runs
        assert bool(coordinator.may(Act.SUBMIT_COMMENT, on=row)) is not runs
        assert drafts_under_silence(member).filter(pk=row.pk).exists() is runs
        assert (end in {silence.until for silence in brief_of(member).silences}) is runs
        assert ("Changing the words ends it" in silence_warning(member, row)) is runs
        [shown] = room_drafts_of(member, [row], GroupMembers())
        assert shown.state is (RoomState.SILENT if runs else RoomState.AGREED)
        sentence = "No objection by" if runs else "Nobody broke silence by"
        assert card_of(member, shown_comment(shown.comment)).silence_text.startswith(sentence)


# --- Who stands apart ----------------------------------------------------------------------------


def test_who_opts_out_by_name_is_not_listed_as_a_member(room: Room) -> None:
    draft = _put_under_silence(room, until=1)
    opt_out(access=room.access(MEMBER), comment=draft)
    sent = submit_comment(access=room.access(COORDINATOR, 1.1), comment=draft)
    assert list(sent.members.values_list("name", flat=True)) == ["Cabo Verde"]


def test_who_opted_out_stays_apart_from_a_new_version(room: Room) -> None:
    draft = _put_under_silence(room, until=1)
    opt_out(access=room.access(MEMBER), comment=draft)
    sent = submit_comment(access=room.access(COORDINATOR, 1.1), comment=draft)
    fields = words("ROOM newer")
    with pytest.raises(Refused, match="Draft its new version there"):
        supersede_comment(
            access=room.access(COORDINATOR, 1.2), comment=sent, content=CommentContent(**fields)
        )
    draft = draft_version(
        access=room.access(COORDINATOR, 1.2), comment=sent, content=CommentContent(**fields)
    )
    assert room.access(MEMBER, 1.2).may_read_drafting_history(loaded().get(pk=draft.pk))
    with pytest.raises(Refused, match="Set a silence first"):
        submit_comment(access=room.access(COORDINATOR, 1.2), comment=draft)
    set_silence(access=room.access(COORDINATOR, 1.2), comment=draft, until=room.at(1.3))
    outgoing = loaded().get(pk=draft.pk)
    today = member_names_today(room.access(COORDINATOR, 1.4), [outgoing])
    assert today == {draft.pk: ["Cabo Verde"]}
    new = submit_comment(access=room.access(COORDINATOR, 1.4), comment=draft)
    assert (new.supersedes_id, new.reference) == (sent.pk, sent.reference)
    assert list(new.members.values_list("name", flat=True)) == ["Cabo Verde"]


def _new_version_of_input_that_one_opted_out_of(room: Room) -> Comment:
    """The draft of a second version; Côte d’Ivoire dissociated itself from the first."""
    draft = _put_under_silence(room, until=0.1)
    opt_out(access=room.access(MEMBER), comment=draft)
    sent = submit_comment(access=room.access(COORDINATOR, 0.2), comment=draft)
    return draft_version(
        access=room.access(COORDINATOR, 0.3),
        comment=sent,
        content=CommentContent(**words("ROOM newer")),
    )


def _room_draft(room: Room, who: str, comment: Comment) -> RoomDraft:
    [shown] = room_drafts_of(room.access(who, 0.4), [comment], GroupMembers())
    return shown


def test_the_room_names_who_opted_out_of_an_earlier_version(room: Room) -> None:
    version = _new_version_of_input_that_one_opted_out_of(room)
    other = _draft_in_room(room)
    names = [row.member_name for row in _room_draft(room, COORDINATOR, version).opt_outs]
    assert names == ["Côte d’Ivoire"]
    assert _room_draft(room, MEMBER, version).own_opt_out is not None
    assert _room_draft(room, COORDINATOR, version).own_opt_out is None
    assert _room_draft(room, MEMBER, other).opt_outs == ()
    # To opt out of the version too changes nothing.
    again = opt_out(access=room.access(MEMBER, 0.4), comment=version)
    assert OptOut.objects.get() == again


def test_who_opted_out_of_an_earlier_version_joins_the_new_one(room: Room) -> None:
    version = _new_version_of_input_that_one_opted_out_of(room)
    apart = OptOut.objects.select_related("comment").get()
    for who in (COORDINATOR, "CIV contributor"):
        with pytest.raises(Refused):
            opt_in(access=room.access(who, 0.4), opt_out=apart)
    joined = opt_in(access=room.access(MEMBER, 0.4), opt_out=apart)
    assert (joined.pk, joined.withdrawn_at) == (apart.pk, room.at(0.4))
    assert _room_draft(room, MEMBER, version).opt_outs == ()
    set_silence(access=room.access(COORDINATOR, 0.4), comment=version, until=room.at(0.5))
    new = submit_comment(access=room.access(COORDINATOR, 0.6), comment=version)
    assert list(new.members.values_list("name", flat=True)) == ["Cabo Verde", "Côte d’Ivoire"]
    earlier = Comment.objects.get(superseded_at__isnull=False, number=new.number, seat=new.seat)
    assert list(earlier.members.values_list("name", flat=True)) == ["Cabo Verde"]


def test_who_opted_out_of_both_versions_joins_with_one_press(room: Room) -> None:
    version = _new_version_of_input_that_one_opted_out_of(room)
    first = OptOut.objects.select_related("seat", "author").get()
    second = OptOut.objects.create(
        comment=version, seat=first.seat, author=first.author, opted_at=room.at(0.4)
    )
    assert len(_room_draft(room, MEMBER, version).opt_outs) == 1
    opt_in(access=room.access(MEMBER, 0.4), opt_out=second)
    assert _room_draft(room, MEMBER, version).opt_outs == ()


def test_an_input_without_a_new_version_is_not_joined_again(room: Room) -> None:
    draft = _put_under_silence(room, until=0.1)
    apart = opt_out(access=room.access(MEMBER), comment=draft)
    submit_comment(access=room.access(COORDINATOR, 0.2), comment=draft)
    with pytest.raises(Refused):
        opt_in(access=room.access(MEMBER, 0.3), opt_out=apart)
    assert OptOut.objects.get().withdrawn_at is None


def test_who_joins_again_is_listed(room: Room) -> None:
    draft = _put_under_silence(room, until=1)
    apart = opt_out(access=room.access(MEMBER), comment=draft)
    opt_in(access=room.access(MEMBER), opt_out=apart)
    sent = submit_comment(access=room.access(COORDINATOR, 1.1), comment=draft)
    assert sent.members.count() == 2


def test_who_may_not_dissociate_the_delegation_does_not_join_it_again(room: Room) -> None:
    apart = opt_out(access=room.access(MEMBER), comment=_draft_in_room(room))
    with pytest.raises(Refused):
        opt_in(access=room.access("CIV contributor"), opt_out=apart)
    assert OptOut.objects.get(pk=apart.pk).withdrawn_at is None


def test_who_joins_again_twice_is_recorded_once(room: Room) -> None:
    apart = opt_out(access=room.access(MEMBER), comment=_draft_in_room(room))

    for days in (0.5, 1):
        joined = opt_in(access=room.access(MEMBER, days), opt_out=apart)

    assert joined.withdrawn_at == room.at(0.5)
    assert joined.history.count() == 2


# --- Who reads the room --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "reads"),
    [
        ("CIV contributor", True),
        ("CPV deputy", True),
        ("FRA focal_point", False),
        ("IOM focal_point", False),
        ("co_facilitator", False),
        ("staff", False),
        ("secretariat", False),
    ],
)
def test_the_members_read_the_room_and_nobody_else(room: Room, who: str, reads: bool) -> None:
    draft = _put_under_silence(room)
    write_note(access=room.access(MEMBER), comment=draft, text="Among us.")
    object_to(access=room.access(MEMBER), comment=draft)
    opt_out(access=room.access(MEMBER), comment=draft)
    access = room.access(who)
    for rows in (
        Comment.objects.filter(pk=draft.pk),
        Note.objects.filter(comment=draft),
        Objection.objects.filter(comment=draft),
        OptOut.objects.filter(comment=draft),
    ):
        assert rows.visible_to(access).exists() is reads, rows.model


def test_only_who_sits_in_the_room_drafts_in_it(room: Room) -> None:
    group = room.access(MEMBER).group_room_seats[0]
    with pytest.raises(ValidationError, match="is not in this group’s room"):
        draft_comment(
            access=room.access("FRA contributor"),
            wording=room.wording(room.revision, 4),
            seat=group,
            in_room=True,
            content=CommentContent(**words("FRA in the room")),
        )


# --- The mandate ---------------------------------------------------------------------------------


def _for_group(room: Room) -> Comment:
    access = room.access(COORDINATOR)
    return draft_comment(
        access=access,
        wording=room.wording(room.revision, 4),
        seat=access.coordinated_seats[0],
        content=CommentContent(**words("CPV for the group")),
    )


def test_who_lost_the_mandate_no_longer_files_what_was_drafted_for_the_group(room: Room) -> None:
    draft = _for_group(room)
    Mandate.objects.update(ends_on=room.now.date())
    with pytest.raises(Refused, match="no longer has the mandate"):
        submit_comment(access=room.access(COORDINATOR, 1), comment=draft)


def test_who_lost_the_mandate_no_longer_changes_or_withdraws_the_groups_input(room: Room) -> None:
    sent = submit_comment(access=room.access(COORDINATOR), comment=_for_group(room))
    Mandate.objects.update(ends_on=room.now.date())
    access = room.access(COORDINATOR, 1)
    with pytest.raises(Refused, match="no longer has the mandate"):
        supersede_comment(access=access, comment=sent, content=CommentContent(**words("CPV again")))
    with pytest.raises(Refused, match="no longer has the mandate"):
        draft_version(access=access, comment=sent, content=CommentContent(**words("CPV anew")))
    with pytest.raises(Refused, match="no longer has the mandate"):
        withdraw_comment(access=access, comment=sent, reason="Met by Rev.1.")


# --- Received by letter --------------------------------------------------------------------------


def test_what_came_for_a_group_is_entered_for_its_coordinator(room: Room) -> None:
    access = room.access("secretariat")
    seats = {seat.code: seat for seat in access.consultation.seats.all()}
    received: dict[str, Any] = {
        "access": access,
        "wording": room.wording(room.revision, 4),
        "received_via": "letter",
        "received_on": room.at(-1).date(),
    }
    with pytest.raises(ValidationError, match="through its coordinator"):
        enter_received(
            seat=seats["AFRICAN-GROUP"],
            **received,
            content=CommentContent(**words("for the group")),
        )
    entered = enter_received(
        seat=seats["CPV"], **received, content=CommentContent(**words("CPV by letter"))
    )
    assert marker("CPV by letter") in entered.proposed
    assert not Comment.objects.visible_to(access).filter(pk=entered.pk).exists()
    assert Comment.objects.visible_to(room.access("CPV contributor")).filter(pk=entered.pk).exists()


def test_what_came_is_entered_on_the_day_itself_and_for_who_sits_here_now(room: Room) -> None:
    access = room.access("secretariat")
    seats = {seat.code: seat for seat in access.consultation.seats.all()}
    today = access.moment.astimezone(access.consultation.zone).date()

    def enter(
        seat: Seat, wording: Wording | None = None, via: str = "letter", **more: Any
    ) -> Comment:
        return enter_received(
            access=access,
            wording=wording or room.wording(room.revision, 4),
            seat=seat,
            received_via=via,
            received_on=today,
            content=CommentContent(**words("by letter") | more),
        )

    assert enter(seats["FRA"]).received_on == today
    with pytest.raises(ValidationError, match="how it was received"):
        enter(seats["FRA"], via="a pigeon")
    with pytest.raises(ValidationError, match="has no seat in the consultation"):
        enter(Seat.objects.get(consultation=room.elsewhere, code="JPN"))
    Seat.objects.filter(pk=seats["FRA"].pk).update(ended_at=room.now)
    seats["FRA"].refresh_from_db()
    with pytest.raises(ValidationError, match="has no seat in the consultation"):
        enter(seats["FRA"])
    # A text of another consultation is not even said to ask for no inputs.
    theirs = room.wording(room.other_revision, 1)
    theirs.revision.round_id = None
    with pytest.raises(Refused, match="another consultation"):
        enter(seats["CPV"], theirs)
