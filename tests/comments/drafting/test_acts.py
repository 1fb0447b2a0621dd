"""The acts on comments: what they write, what they refuse, and what the history holds."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.db.utils import InternalError

from comments.drafting import acts, versions
from comments.inputs.content import CommentContent
from comments.models import Autosave, Comment, CommentKind, CommentMember, CommentState
from comments.submitting import acts as submitting_acts
from consultations.models import LatePolicy, Round, Seat
from consultations.rules.access import Refused
from delegations.models import GroupMembership
from drafts.circulating.acts import circulate_revision
from drafts.desk.acts import StaleVersion, edit_paragraph
from drafts.models import Paragraph, WordingTranslation
from drafts.words.differences import redline
from tests.room import Room, as_content, loaded, words

pytestmark = pytest.mark.every_server

UNCHANGED = "To raise awareness of trafficking."
PLAIN: dict[str, Any] = {"kind": CommentKind.COMMENT, "rationale": "We wonder."}


def _draft(room: Room, who: str = "FRA contributor", **more: Any) -> Comment:
    """A fresh draft on the second paragraph of the first draft."""
    return acts.draft_comment(
        access=room.access(who),
        wording=room.wording(room.revision, 2),
        **as_content(PLAIN | more),
    )


def _submit(room: Room, *comments: Comment, who: str = "FRA focal_point") -> list[Comment]:
    return submitting_acts.submit_comments(access=room.access(who), comments=comments)


# --- Drafting ------------------------------------------------------------------------------------


def test_a_draft_hangs_on_the_wording_that_was_read(room: Room) -> None:
    wording = room.wording(room.revision, 2)
    comment = _draft(room, language="fr")
    assert (comment.wording, comment.paragraph_id) == (wording, wording.paragraph_id)
    assert (comment.round_id, comment.language) == (room.round.pk, "fr")
    assert (comment.state, comment.number) == (CommentState.DRAFTED, None)


def test_a_proposal_is_kept_with_its_redline_against_the_wording(room: Room) -> None:
    comment = _draft(
        room, kind=CommentKind.REPLACE, proposed="To raise public awareness of trafficking."
    )
    added = [text for op, text in comment.redline if op == "+"]
    assert [text.strip() for text in added] == ["public"]
    assert "".join(text for _op, text in comment.redline) == comment.proposed


def test_the_history_names_who_wrote_and_in_which_capacity(room: Room) -> None:
    last = _draft(room).history.select_related("history_user").get()
    assert last.history_user == room.users["FRA contributor"]
    assert last.history_change_reason == "contributor, France"


def test_a_double_click_makes_one_comment(room: Room) -> None:
    key = uuid.uuid4()
    first, second = (_draft(room, form_key=key) for _click in range(2))
    assert first.pk == second.pk


def test_a_draft_keeps_the_key_of_the_form_that_it_was_sent_with(room: Room) -> None:
    key = uuid.uuid4()

    assert _draft(room, form_key=key).form_key == key


def test_the_words_of_a_paragraph_may_be_proposed_as_a_new_one(room: Room) -> None:
    words = "To raise awareness of trafficking."
    drafted = _draft(room, kind=CommentKind.ADD_AFTER, proposed=words)
    assert drafted.proposed == drafted.wording.text == words


@pytest.mark.parametrize(
    ("fields", "where"),
    [
        ({"kind": CommentKind.REPLACE, "proposed": " "}, "proposed"),
        (
            {"kind": CommentKind.REPLACE, "proposed": "To raise awareness of trafficking."},
            "proposed",
        ),
        ({"kind": CommentKind.ADD_AFTER, "proposed": ""}, "proposed"),
        ({"kind": CommentKind.COMMENT, "rationale": "\n"}, "rationale"),
        ({"kind": CommentKind.QUESTION, "rationale": ""}, "rationale"),
        ({"kind": CommentKind.MOVE, "rationale": ""}, "move_after"),
        ({"rationale": "a" * 20_001}, "rationale"),
        ({"rationale": "a\x00b"}, "rationale"),
        ({"kind": "shout"}, "kind"),
        ({"type": "grave"}, "type"),
        ({"language": "tlh"}, "language"),
    ],
)
def test_what_says_nothing_or_cannot_be_printed_is_refused_at_its_field(
    room: Room, fields: dict[str, str], where: str
) -> None:
    before = Comment.objects.count()
    with pytest.raises(ValidationError) as refused:
        _draft(room, **fields)
    assert list(refused.value.message_dict) == [where]
    assert Comment.objects.count() == before


@pytest.mark.parametrize("kind", [CommentKind.RETAIN, CommentKind.DELETE, CommentKind.RESERVE])
def test_some_kinds_speak_for_themselves(room: Room, kind: str) -> None:
    assert _draft(room, kind=kind, rationale="").kind == kind


def test_a_move_without_a_place_says_in_its_reason_where_to(room: Room) -> None:
    moved = _draft(room, kind=CommentKind.MOVE, rationale="To the preamble.")
    assert (moved.kind, moved.move_after) == (CommentKind.MOVE, None)


def test_a_place_is_kept_of_a_move_and_words_of_a_proposal_alone(room: Room) -> None:
    place = Paragraph.objects.get(wordings=room.wording(room.revision, 3))
    beside: dict[str, Any] = {"move_after": place, "proposed": "So."}
    moved = _draft(room, kind=CommentKind.MOVE, rationale="", **beside)
    assert (moved.move_after, moved.proposed, moved.redline) == (place, "", [])
    plain = _draft(room, **beside)
    assert (plain.move_after, plain.proposed, plain.redline) == (None, "", [])
    added = _draft(room, kind=CommentKind.ADD_AFTER, **beside)
    assert (added.move_after, added.proposed, added.redline) == (None, "So.", [["+", "So."]])
    struck = _draft(room, kind=CommentKind.DELETE, **beside)
    assert (struck.proposed, struck.redline) == ("", [["-", UNCHANGED]])


def test_a_reason_has_twenty_thousand_characters_at_most(room: Room) -> None:
    assert len(_draft(room, rationale="a" * 20_000).rationale) == 20_000
    with pytest.raises(ValidationError, match="This has 20001 characters"):
        _draft(room, rationale="a" * 20_001)


def test_words_in_another_language_are_compared_with_their_own_translation(room: Room) -> None:
    for place, language, text in (
        (2, "fr", "Sensibiliser."),
        (2, "es", "Sensibilizar."),
        (3, "fr", "Former."),
    ):
        wording = room.wording(room.revision, place)
        WordingTranslation.objects.create(wording=wording, language=language, text=text)
    in_french: dict[str, Any] = {
        "kind": CommentKind.REPLACE,
        "proposed": "Sensibiliser tous.",
        "language": "fr",
    }

    def pieces(days: float = 0) -> list[tuple[str, ...]]:
        draft = acts.draft_comment(
            access=room.access("FRA contributor", days),
            wording=room.wording(room.revision, 2),
            content=CommentContent(**in_french),
        )
        return [tuple(piece) for piece in draft.redline]

    assert pieces() == list(redline("Sensibiliser.", "Sensibiliser tous."))
    reworded = Paragraph.objects.select_related("draft").get(text=UNCHANGED)
    leader = room.access("co_facilitator")
    edit_paragraph(
        access=leader,
        paragraph=reworded,
        version=reworded.version,
        text="To raise awareness.",
        kind=reworded.kind,
        label=reworded.label,
    )
    next_round = Round.objects.create(
        consultation=room.consultation,
        name="Second round",
        opens_at=room.at(11),
        deadline=room.at(20),
        visibility="at_once",
    )
    room.revision = circulate_revision(
        access=leader, draft=room.draft, stage="Second draft", round=next_round
    )
    assert pieces(12) == [("=", "Sensibiliser tous.")]  # of these words there is no translation


def test_words_are_kept_as_received(room: Room) -> None:
    received = "\u00abmesures\u00a0\u00bb [sic]  \u202bعربي\u202c e\u0301 \r\n"
    comment = _draft(room, kind=CommentKind.REPLACE, proposed=received, rationale=received)
    stored = Comment.objects.get(pk=comment.pk)
    assert (stored.proposed, stored.rationale) == (received, received)


def test_only_the_mandate_lets_a_delegation_speak_for_a_group(room: Room) -> None:
    group = room.access("CPV contributor").coordinated_seats[0]
    assert _draft(room, "CPV contributor", seat=group).filed_by.code == "CPV"
    with pytest.raises(ValidationError, match="no mandate"):
        _draft(room, "CIV contributor", seat=group)


def test_no_draft_is_made_where_no_inputs_are_asked_for(room: Room) -> None:
    Round.objects.filter(pk=room.round.pk).update(opens_at=room.at(1), deadline=room.at(2))
    with pytest.raises(Refused, match="not opened"):
        _draft(room)


def test_no_draft_is_made_on_a_revision_without_a_round(room: Room) -> None:
    leader = room.access("co_facilitator")
    room.revision = circulate_revision(
        access=leader, draft=room.draft, stage="For information", round=None
    )
    with pytest.raises(ValidationError, match="No inputs are asked for"):
        _draft(room)


def test_a_text_of_another_consultation_is_not_even_said_to_ask_for_no_inputs(room: Room) -> None:
    theirs = room.wording(room.other_revision, 1)
    theirs.revision.round_id = None
    with pytest.raises(Refused, match="another consultation"):
        acts.draft_comment(
            access=room.access("FRA contributor"),
            wording=theirs,
            content=CommentContent(**PLAIN),
        )


def test_a_draft_in_a_room_names_whose_room_it_is(room: Room) -> None:
    with pytest.raises(ValidationError, match="not in this group’s room"):
        _draft(room, "CIV contributor", in_room=True)


@pytest.mark.parametrize("who", ["co_facilitator", "staff", "secretariat"])
def test_who_leads_or_serves_drafts_for_nobody(room: Room, who: str) -> None:
    before = Comment.objects.count()
    with pytest.raises((Refused, ValidationError)):
        _draft(room, who)
    assert Comment.objects.count() == before


def test_a_later_round_asks_again_on_the_same_text(room: Room) -> None:
    again = Round.objects.create(
        consultation=room.consultation,
        name="Second round",
        opens_at=room.at(-1),
        deadline=room.at(20),
        visibility="at_once",
        asks_again=room.round,
    )
    assert _draft(room).round_id == again.pk


def test_the_round_of_a_revision_is_its_own_or_the_last_to_open_that_asks_again(
    room: Room,
) -> None:
    def round_of(pk: int, opens_at: float, asks_again_id: int | None = None) -> Round:
        opens, deadline = room.at(opens_at), room.at(opens_at + 9)
        return Round(pk=pk, opens_at=opens, deadline=deadline, asks_again_id=asks_again_id)

    own, again, later = round_of(1, -9), round_of(2, -5, 1), round_of(3, 2, 1)
    others = [round_of(4, -1), round_of(5, -1, 4)]

    def chosen(days: float, *rounds: Round, revision_round_id: int | None = 1) -> Round | None:
        return acts.choose_round([*rounds, *others], revision_round_id, room.at(days))

    assert [chosen(days, again, own, later) for days in (-8, -4, 3)] == [own, again, later]
    assert chosen(-20, again, own) == own  # nothing is open: the first to open
    assert chosen(0) is None
    assert chosen(0, own, revision_round_id=None) is None


def test_a_round_that_reopens_a_reopening_round_asks_on_the_first_ones_texts(room: Room) -> None:
    def reopening(reopened: Round, opens: float, deadline: float) -> Round:
        return Round.objects.create(
            consultation=room.consultation,
            name=f"Reopens {reopened}",
            opens_at=room.at(opens),
            deadline=room.at(deadline),
            visibility="at_once",
            asks_again=reopened,
        )

    Round.objects.filter(pk=room.round.pk).update(opens_at=room.at(-9), deadline=room.at(-8))
    second = reopening(room.round, -7, -6)
    third = reopening(second, -1, 20)
    assert _draft(room).round_id == third.pk


def test_a_later_round_that_asks_on_another_text_is_not_that_of_this_one(room: Room) -> None:
    other = {"name": "Of another text", "opens_at": room.at(-1), "deadline": room.at(20)}
    Round.objects.create(consultation=room.consultation, visibility="at_once", **other)
    assert _draft(room).round_id == room.round.pk


# --- Editing, clearing, discarding ---------------------------------------------------------------


def test_an_edit_of_a_stale_version_gives_back_what_stands(room: Room) -> None:
    comment = _draft(room)
    edited = acts.edit_comment(
        access=room.access("FRA deputy"),
        comment=comment,
        version=1,
        content=CommentContent(**words("FRA new")),
    )
    assert edited.version == 2
    with pytest.raises(StaleVersion) as stale:
        acts.edit_comment(
            access=room.access("FRA contributor"),
            comment=comment,
            version=1,
            content=CommentContent(**words("FRA mine")),
        )
    assert stale.value.stored_row.rationale == edited.rationale
    assert Comment.objects.get(pk=comment.pk).rationale == edited.rationale


@pytest.mark.parametrize(
    ("who", "name", "sentence"),
    [
        ("CPV contributor", "FRA draft", "another delegation"),
        ("staff", "FRA draft", "As staff of the co-facilitators you cannot"),
        ("FRA contributor", "FRA submitted", "already submitted"),
        ("FRA contributor", "FRA discarded", "another delegation"),
    ],
)
def test_a_draft_is_changed_by_its_own_delegation_until_it_is_submitted(
    room: Room, who: str, name: str, sentence: str
) -> None:
    stored = room.comment(name)
    access = room.access(who)
    with pytest.raises(Refused, match=sentence):
        acts.edit_comment(
            access=access,
            comment=stored,
            version=stored.version,
            content=CommentContent(**words("FRA by others")),
        )
    with pytest.raises(Refused):
        acts.clear_comment(access=access, comment=stored)
    with pytest.raises(Refused):
        acts.return_comment(access=access, comment=stored, reason="Say which.")
    with pytest.raises(Refused):
        acts.discard_comment(access=access, comment=stored)
    assert room.comment(name).version == stored.version


def test_an_edit_takes_the_clearance_back(room: Room) -> None:
    comment = room.comment("FRA cleared")
    edited = acts.edit_comment(
        access=room.access("FRA contributor"),
        comment=comment,
        version=comment.version,
        content=CommentContent(**words("FRA cleared")),
    )
    assert edited.state == CommentState.DRAFTED


def test_an_edit_says_when_and_forgets_what_was_typed_on_the_draft(room: Room) -> None:
    comment, later = _draft(room), room.access("FRA contributor", 1)
    wording = room.wording(room.revision, 2)
    acts.save_autosave(
        access=later, wording=wording, comment=comment, text_by_field={"rationale": "We wo"}
    )
    edited = acts.edit_comment(
        access=later,
        comment=comment,
        version=1,
        content=CommentContent(**words("FRA new")),
        is_typed=True,
    )
    assert edited.edited_at == room.at(1)
    assert not Autosave.objects.filter(comment=comment).exists()


def test_the_draft_of_a_new_version_keeps_its_body(room: Room) -> None:
    access = room.access("CPV contributor")
    draft = versions.draft_version(
        access=access, comment=room.comment("CPV submitted"), content=CommentContent(**PLAIN)
    )
    edited = acts.edit_comment(
        access=access,
        comment=draft,
        version=draft.version,
        seat=access.coordinated_seats[0],
        content=CommentContent(**words("CPV new")),
    )
    assert (edited.seat, edited.amends) == (access.seat, draft.amends)


def test_a_cleared_draft_can_be_returned(room: Room) -> None:
    deputy = room.access("FRA deputy")
    returned = acts.return_comment(
        access=deputy, comment=room.comment("FRA cleared"), reason="The capital asks again."
    )
    assert returned.state == CommentState.DRAFTED
    with pytest.raises(Refused):
        acts.clear_comment(access=room.access("FRA contributor"), comment=returned)


def test_a_draft_is_not_sent_back_without_a_reason(room: Room) -> None:
    deputy, comment = room.access("FRA deputy"), room.comment("FRA cleared")
    with pytest.raises(ValidationError) as refused:
        acts.return_comment(access=deputy, comment=comment, reason=" \n")
    assert list(refused.value.message_dict) == ["reason"]
    comment.refresh_from_db()
    assert (comment.returned_at, comment.notes.filter(is_return=True).count()) == (None, 0)


def test_a_draft_is_given_to_the_group_and_taken_back_by_an_edit(room: Room) -> None:
    access = room.access("CPV contributor")
    comment, group = _draft(room, "CPV contributor"), access.coordinated_seats[0]
    for seat in (group, None):
        comment = acts.edit_comment(
            access=access,
            comment=comment,
            version=comment.version,
            seat=seat,
            content=CommentContent(**PLAIN),
        )
        assert (comment.seat, comment.filed_by) == (seat or access.seat, access.seat)


def test_two_presses_send_a_draft_back_once(room: Room) -> None:
    comment, key = _draft(room), uuid.uuid4()
    for _press in range(2):
        sent_back = acts.return_comment(
            access=room.access("FRA deputy"), comment=comment, reason="Say which.", form_key=key
        )
    assert sent_back.version == comment.version + 1
    assert [note.text for note in sent_back.notes.all()] == ["Say which."]
    laid_aside = acts.discard_comment(access=room.access("FRA deputy"), comment=comment)
    assert (laid_aside.pk, laid_aside.discarded_at) == (comment.pk, room.now)


def test_a_draft_is_discarded_in_the_version_that_was_shown_and_in_no_other(room: Room) -> None:
    deputy, comment = room.access("FRA deputy"), _draft(room)
    with pytest.raises(StaleVersion):
        acts.discard_comment(access=deputy, comment=comment, version=comment.version + 1)
    discarded = acts.discard_comment(access=deputy, comment=comment, version=comment.version)
    assert discarded.discarded_at == room.now


def test_a_discarded_draft_is_out_of_everybodys_reach_and_still_in_the_record(room: Room) -> None:
    discarded = room.comment("FRA discarded")
    for act in (acts.discard_comment, acts.clear_comment, submitting_acts.submit_comment):
        with pytest.raises(Refused):
            act(access=room.access("FRA focal_point"), comment=discarded)
    assert discarded.history.count() == 2


# --- Submitting ----------------------------------------------------------------------------------


def test_numbers_run_within_a_delegation_in_the_order_given(room: Room) -> None:
    last = max(c.number or 0 for c in loaded().filter(seat__code="FRA"))
    one, two, three = _draft(room), _draft(room), _draft(room)
    submitted = _submit(room, three, one, two)
    assert [c.reference for c in submitted] == [f"FRA-{last + n}" for n in (1, 2, 3)]
    assert [c.pk for c in submitted] == [three.pk, one.pk, two.pk]


@pytest.mark.parametrize(("consent", "number"), [("round", 1), ("facilitators", 9001)])
def test_the_first_input_of_a_delegation_has_the_first_number_of_its_series(
    room: Room, consent: str, number: int
) -> None:
    Round.objects.filter(pk=room.round.pk).update(consents=["facilitators"])
    access, wording = room.access("CIV focal_point"), room.wording(room.revision, 2)
    wording.paragraph = Paragraph.objects.select_related("draft").get(pk=wording.paragraph_id)
    assert not Comment.objects.filter(seat=access.seat).exists()
    content = CommentContent(**PLAIN, consent=consent)
    at_once = submitting_acts.submit_at_once(access=access, wording=wording, content=content)
    assert at_once.number == number


@pytest.mark.parametrize(("consent", "number"), [("round", 1), ("facilitators", 9001)])
def test_the_first_draft_that_a_delegation_submits_has_the_first_number_of_its_series(
    room: Room, consent: str, number: int
) -> None:
    Round.objects.filter(pk=room.round.pk).update(consents=["facilitators"])
    drafted = _draft(room, "CIV contributor", consent=consent)
    [submitted] = _submit(room, drafted, who="CIV focal_point")
    assert submitted.number == number


def test_a_group_has_numbers_of_its_own(room: Room) -> None:
    assert room.comment("CPV group input").reference == "AFRICAN-GROUP-1"
    assert room.comment("CPV submitted").reference == "CPV-1"


def test_all_are_submitted_or_none(room: Room) -> None:
    mine, theirs = _draft(room), room.comment("CPV draft")
    with pytest.raises(Refused):
        _submit(room, mine, theirs)
    assert Comment.objects.get(pk=mine.pk).submitted_at is None


def test_a_second_press_of_the_button_changes_nothing(room: Room) -> None:
    draft = _draft(room)
    [first] = _submit(room, draft)
    assert first.version == draft.version + 1
    [second] = _submit(room, first)
    assert (second.pk, second.number, second.version) == (first.pk, first.number, first.version)
    assert first.history.count() == 2


def test_the_moment_of_the_request_tells_late_from_in_time(room: Room) -> None:
    assert room.comment("FRA late").is_late
    assert not room.comment("FRA submitted").is_late
    round = Round.objects.filter(pk=room.round.pk)
    round.update(deadline=room.now - timedelta(seconds=60))
    assert not _submit(room, _draft(room))[0].is_late
    round.update(deadline=room.now - timedelta(seconds=61))
    assert _submit(room, _draft(room))[0].is_late
    draft = _draft(room)
    round.update(late_policy=LatePolicy.REFUSE)
    with pytest.raises(Refused, match="accepts no late inputs"):
        _submit(room, draft)


def test_a_group_input_freezes_its_members_of_the_day(room: Room) -> None:
    members = CommentMember.objects.filter(comment=room.comments["CPV group input"])
    assert [member.name for member in members] == ["Cabo Verde", "Côte d’Ivoire"]
    GroupMembership.objects.update(ends_on=room.at(-1).date())
    assert members.count() == 2
    assert not CommentMember.objects.filter(comment=room.comments["CPV submitted"]).exists()


def test_a_group_input_lists_who_is_a_member_on_the_day_of_its_submission(room: Room) -> None:
    group = GroupMembership.objects.filter(group=room.bodies["AFRICAN-GROUP"])
    draft = acts.draft_comment(
        access=room.access("CPV contributor"),
        wording=room.wording(room.revision, 4),
        seat=room.access("CPV contributor").coordinated_seats[0],
        content=CommentContent(**words("CPV of the day")),
    )
    group.filter(member=room.bodies["CIV"]).update(ends_on=room.at(-1).date())
    GroupMembership.objects.create(
        group=room.bodies["AFRICAN-GROUP"],
        member=room.bodies["PRT"],
        starts_on=room.at(-1).date(),
    )
    GroupMembership.objects.create(
        group=room.bodies["AFRICAN-GROUP"],
        member=room.bodies["FRA"],
        starts_on=room.at(2).date(),
    )
    [sent] = submitting_acts.submit_comments(
        access=room.access("CPV focal_point"), comments=[draft]
    )
    assert list(sent.members.values_list("name", flat=True)) == ["Cabo Verde", "Portugal"]


def test_members_are_listed_under_their_names_in_this_consultation(room: Room) -> None:
    Seat.objects.filter(consultation=room.elsewhere, code="CPV").update(name="Cape Verde")
    access = room.access("CPV contributor")
    draft = _draft(room, "CPV contributor", seat=access.coordinated_seats[0])
    [sent] = _submit(room, draft, who="CPV focal_point")
    assert list(sent.members.values_list("name", flat=True)) == ["Cabo Verde", "Côte d’Ivoire"]


def test_what_was_sent_back_and_is_submitted_all_the_same_is_no_longer_sent_back(
    room: Room,
) -> None:
    draft = acts.return_comment(
        access=room.access("FRA deputy"), comment=_draft(room), reason="Say which."
    )
    assert draft.returned_at == room.now
    [sent] = _submit(room, draft)
    for row in (sent, Comment.objects.get(pk=draft.pk)):
        assert (row.returned_at, row.cleared_at, row.submitted_at) == (None, room.now, room.now)


# --- After submission ----------------------------------------------------------------------------


def test_a_new_version_keeps_the_number_and_the_old_one_stays(room: Room) -> None:
    old, new = room.comment("FRA superseded"), room.comment("FRA successor")
    assert (old.reference, new.reference) == ("FRA-3", "FRA-3")
    assert (old.state, new.state) == (CommentState.SUPERSEDED, CommentState.SUBMITTED)
    assert new.supersedes_id == old.pk
    at_first = Comment.objects.as_at(room.at(-5.5)).filter(seat=old.seat, number=3)
    assert [row.pk for row in at_first] == [old.pk]
    assert [row.pk for row in Comment.objects.as_at(room.now).filter(seat=old.seat, number=3)] == [
        new.pk
    ]


@pytest.mark.parametrize("state", ["superseded", "withdrawn"])
def test_what_no_longer_stands_is_neither_superseded_nor_withdrawn(room: Room, state: str) -> None:
    focal_point = room.access("FRA focal_point")
    gone = room.comment(f"FRA {state}")
    with pytest.raises(Refused):
        submitting_acts.supersede_comment(
            access=focal_point, comment=gone, content=CommentContent(**words("FRA again"))
        )
    with pytest.raises(Refused):
        submitting_acts.withdraw_comment(access=focal_point, comment=gone, reason="Met.")


def test_nothing_is_withdrawn_without_a_reason(room: Room) -> None:
    comment, access = room.comment("FRA submitted"), room.access("FRA focal_point")
    with pytest.raises(ValidationError) as refused:
        submitting_acts.withdraw_comment(access=access, comment=comment, reason=" \n")
    assert list(refused.value.message_dict) == ["reason"]
    assert room.comment("FRA submitted").state == CommentState.SUBMITTED


def test_a_draft_that_was_never_submitted_is_not_withdrawn(room: Room) -> None:
    with pytest.raises(Refused):
        submitting_acts.withdraw_comment(
            access=room.access("FRA focal_point"), comment=room.comment("FRA draft"), reason="Met."
        )
    assert room.comment("FRA draft").withdrawn_at is None


def test_a_number_never_returns_after_a_withdrawal(room: Room) -> None:
    [comment] = _submit(room, _draft(room))
    focal_point = room.access("FRA focal_point")
    submitting_acts.withdraw_comment(access=focal_point, comment=comment, reason="Met.")
    [following] = _submit(room, _draft(room))
    assert following.number == (comment.number or 0) + 1


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE comments_comment SET rationale = 'other' WHERE id = %s",
        "UPDATE comments_comment SET number = 99 WHERE id = %s",
        "UPDATE comments_comment SET submitted_at = now() WHERE id = %s",
        "DELETE FROM comments_comment WHERE id = %s",
    ],
)
def test_the_database_itself_keeps_a_submitted_input(room: Room, change: str) -> None:
    with (
        pytest.raises((InternalError, IntegrityError), match=r"submit a new version|never deleted"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(change, [room.comments["FRA submitted"]])


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE comments_review SET observation = 'other' WHERE published_at IS NOT NULL",
        "UPDATE comments_review SET observation = 'other' WHERE published_at IS NULL",
        "UPDATE comments_review SET published_at = now() WHERE published_at IS NOT NULL",
        "DELETE FROM comments_review",
    ],
)
def test_the_database_itself_keeps_a_review(room: Room, change: str) -> None:
    with (
        pytest.raises((InternalError, IntegrityError), match="written once"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(change)
