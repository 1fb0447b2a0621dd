"""The grid of rights: who may do what on which row and when; the same in SQL.

The expected answers stand in `rules.py`, act by act, and know nothing of the table in `access.py`.
Every cell is asked of the verdict, and every reading of the queryset too.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.http import Http404
from django.utils import timezone

from comments.models import (
    Acknowledgement,
    Activity,
    Alignment,
    AskedSeat,
    BridgingProposal,
    Comment,
    Export,
    Reply,
    Review,
    Silence,
    SilenceBreak,
    SilenceSeat,
)
from comments.silences.acts import show_breaks
from consultations.models import Consent, Consultation, Facilitation, Round, Seat, Visibility
from consultations.rules.access import Access, Act, Refused
from consultations.rules.access_factory import (
    group_room_seats_by_delegation_id,
    make_access,
    make_actor,
)
from consultations.rules.phases import phase_of
from delegations.models import GroupMembership, Mandate, Post
from drafts.brackets.acts import lift_bracket, put_bracket
from drafts.circulating.acts import circulate_revision
from drafts.models import (
    Bracket,
    BracketAsker,
    BracketLift,
    CirculatedBracket,
    Draft,
    FileOffer,
    Paragraph,
    Revision,
    Wording,
)
from tests.consultations.bridging import ASKED_HERE, ask_about_bridging
from tests.consultations.rules.rules import (
    AFTER_THE_MANDATE_WHO,
    ASKED_ACTS,
    ASKED_CELLS,
    CAPACITIES,
    COLUMNS,
    COMMENT_ACTS,
    COMMENT_CELLS,
    CONSULTATION_ACTS,
    CONSULTATION_CELLS,
    COORDINATOR,
    DELEGATION_ACTS,
    DELEGATION_CELLS,
    LETTERS,
    MANDATE_CELLS,
    MEMBER,
    ROOM_CELLS,
    ROOM_STATES,
    SILENCE_ACTS,
    SILENCE_CELLS,
    STAGES,
    STATES,
    Stage,
    holds,
)
from tests.consultations.silences import break_for, open_to
from tests.database import check_once
from tests.kept_room import KEPT
from tests.room import ELSEWHERE, SEATED, SLUG, Room, loaded, speak_in_room

# --- The room, built once ------------------------------------------------------------------------


@pytest.fixture(scope="module")
def built(django_db_setup: None, django_db_blocker: Any) -> Iterator[Room]:
    """The room for all cells of the grid; what a test changes is undone after it."""
    with django_db_blocker.unblock(), transaction.atomic():
        room = KEPT.laid_out()
        speak_in_room(room)
        for who in ("CPV deputy", "co_facilitator", "co_facilitator as PRT"):
            Export.objects.create(
                consultation=room.consultation,
                owner=room.users[who],
                capacity=room.capacities[who],
                parameters={},
                cut_off=room.now,
            )
        check_once()
        yield room
        transaction.set_rollback(True)


@pytest.fixture(params=Visibility.values)
def visibility(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(params=STAGES)
def stage(request: pytest.FixtureRequest, visibility: str, built: Room, db: None) -> Stage:
    """All rounds of the room stand at this stage, under this visibility."""
    stage = STAGES[request.param]
    Round.objects.update(
        visibility=visibility,
        late_policy=stage.late_policy,
        opens_at=built.now + stage.opens,
        deadline=built.now + stage.deadline,
        closed_at=stage.closed and built.now + stage.closed,
    )
    return stage


def _rows(room: Room) -> dict[str, Comment]:
    stored = {row.pk: row for row in loaded()}
    return {name: stored[pk] for name, pk in room.comments.items()}


def _everybody(room: Room) -> Iterator[tuple[str, str, Access]]:
    """Who comes, from which delegation, and the rights: they read the same rows by turns."""
    for who, home in CAPACITIES:
        yield who, home, room.access(who)


def _column(name: str, home: str) -> str:
    code, state = name.split(" ", 1)
    return f"{'own' if code == home else 'other'} {STATES[state]}"


def _expected(act: str, letter: str, name: str, home: str, stage: Stage, visibility: str) -> bool:
    if name.startswith("elsewhere"):
        return False
    if home in {COORDINATOR, MEMBER} and name in ROOM_STATES:
        return _expected_in_room(act, letter, ROOM_STATES[name], home, stage, visibility)
    if home == MEMBER and name == "CPV group input":
        return _expected_in_room(act, letter, ROOM_STATES["ROOM input"], home, stage, visibility)
    cells = COMMENT_CELLS.get((act, letter))
    if cells is None:
        return False
    return holds(cells[COLUMNS.index(_column(name, home))], stage, visibility)


def _expected_in_room(
    act: str, letter: str, column: int, home: str, stage: Stage, visibility: str
) -> bool:
    """In the group's room; a small letter stands for the very person who drafted."""
    shift = 0 if home == COORDINATOR else len(ROOM_STATES)
    found = [
        holds(cells[column + shift], stage, visibility)
        for (named, who), cells in ROOM_CELLS.items()
        if named == act and who in (letter, letter.lower())
    ]
    return any(found)


def test_every_act_stands_in_the_grid() -> None:
    assert {*COMMENT_ACTS, *CONSULTATION_ACTS, *ASKED_ACTS, *SILENCE_ACTS, *DELEGATION_ACTS} == set(
        Act
    )


def test_verdicts_on_comments_are_as_the_rules_say(
    built: Room, stage: Stage, visibility: str
) -> None:
    rows = _rows(built)
    acts = [Act(act) for act in COMMENT_ACTS]
    wrong = []
    for who, home, access in _everybody(built):
        letter = LETTERS[access.role]
        for name, row in rows.items():
            verdicts = {act: access.may(act, on=row) for act in acts}
            wrong += [
                f"{act} on {name} by {who}: {verdict.reason or 'yes'}"
                for act, verdict in verdicts.items()
                if bool(verdict) != _expected(act, letter, name, home, stage, visibility)
            ]
            allowed = {act for act, verdict in verdicts.items() if verdict}
            assert access.allowed_acts(acts, on=row) == allowed, (who, name)
    assert wrong == []


def test_querysets_hold_exactly_the_rows_that_may_be_read(
    built: Room, stage: Stage, visibility: str
) -> None:
    names = {pk: name for name, pk in built.comments.items()}
    answers = {
        model: list(model.objects.values_list("pk", "comment_id"))
        for model in (Reply, Alignment, Acknowledgement)
    }
    reviews = list(Review.objects.values_list("pk", "comment_id", "published_at"))
    for who, home, access in _everybody(built):
        letter = LETTERS[access.role]

        def may(act: str, name: str, letter: str = letter, home: str = home) -> bool:
            return _expected(act, letter, name, home, stage, visibility)

        readable = {
            name
            for name in built.comments
            if may("read_comment", name) or may("read_draft_comment", name)
        }
        seen = _keys(Comment.objects.visible_to(access))
        assert sorted(names[pk] for pk in seen) == sorted(readable), who

        for model, rows in answers.items():
            expected = {pk for pk, comment in rows if names[comment] in readable}
            assert set(_keys(model.objects.visible_to(access))) == expected, (who, model)

        expected_reviews = {
            pk
            for pk, comment, published_at in reviews
            if may("read_review" if published_at else "read_unpublished_review", names[comment])
        }
        assert set(_keys(Review.objects.visible_to(access))) == expected_reviews, who


@pytest.mark.parametrize("consent", Consent.values)
def test_what_a_delegation_allows_narrows_who_reads_for_a_row_as_in_sql(
    built: Room, stage: Stage, visibility: str, consent: str
) -> None:
    connection.check_constraints()  # what is still to come would hold the table
    with connection.cursor() as cursor:  # past the trigger that keeps what was submitted
        cursor.execute("ALTER TABLE comments_comment DISABLE TRIGGER comments_comment_kept")
        cursor.execute("UPDATE comments_comment SET consent = %s", [consent])
        connection.check_constraints()
        cursor.execute("ALTER TABLE comments_comment ENABLE TRIGGER comments_comment_kept")
    rows = _rows(built)
    names = {pk: name for name, pk in built.comments.items()}

    def is_readable(access: Access, home: str, name: str) -> bool:
        """As the rules say without it, but for others' inputs, which one reads only by name."""
        is_others = not (
            access.reads_all or access.owns(rows[name]) or access.sits_in_group_room_of(rows[name])
        )
        if is_others and consent in {Consent.UNATTRIBUTED, Consent.FACILITATORS}:
            return False
        return any(
            _expected(act, LETTERS[access.role], name, home, stage, visibility)
            for act in ("read_comment", "read_draft_comment")
        )

    for who, home, access in _everybody(built):
        expected = sorted(name for name in rows if is_readable(access, home, name))
        seen = _keys(Comment.objects.visible_to(access))
        assert sorted(names[pk] for pk in seen) == expected, who
        acts = (Act.READ_COMMENT, Act.READ_DRAFT_COMMENT)
        by_row = sorted(n for n, row in rows.items() if any(access.may(a, on=row) for a in acts))
        assert by_row == expected, who
        visible = Activity.objects.visible_to(access).filter(source="comments")
        in_activity = {names[pk] for pk in visible.values_list("row", flat=True)}
        assert in_activity <= set(expected), who


@pytest.mark.django_db
@pytest.mark.parametrize(("who", "home"), CAPACITIES)
def test_the_own_record_is_the_same_for_a_row_and_in_sql(built: Room, who: str, home: str) -> None:
    for _mandate in ("as it was filed", "passed on"):
        access = built.access(who)
        expected = {row.pk for row in _rows(built).values() if access.has_on_record(row)}
        here = Comment.objects.filter(pk__in=built.comments.values())
        assert set(_keys(here.own_record(access))) == expected
        Mandate.objects.update(coordinator=built.bodies["CIV"])


@pytest.mark.parametrize("code", AFTER_THE_MANDATE_WHO)
def test_a_groups_input_follows_its_mandate(
    built: Room, stage: Stage, visibility: str, code: str
) -> None:
    """Cabo Verde filed them; since then the mandate passed on to Côte d'Ivoire."""
    Mandate.objects.update(coordinator=built.bodies["CIV"])
    GroupMembership.objects.create(group=built.bodies["AFRICAN-GROUP"], member=built.bodies["PRT"])
    rows, names, wrong = _rows(built), ("CPV group input", "ROOM input"), []
    for role in list(LETTERS)[:3]:
        access, letter = built.access(f"{code} {role}"), LETTERS[role]

        def may(act: str, letter: str = letter) -> bool:
            cells = MANDATE_CELLS.get((act, letter))
            cell = cells[AFTER_THE_MANDATE_WHO.index(code)] if cells else "no"
            return holds(cell, stage, visibility)

        wrong += [
            f"{code} {role}: {act} on {name}"
            for act in COMMENT_ACTS
            for name in names
            if bool(access.may(Act(act), on=rows[name])) != may(act)
        ]
        seen = Comment.objects.visible_to(access).filter(pk__in=[rows[name].pk for name in names])
        assert seen.count() == (2 if may("read_comment") else 0)
    assert wrong == []


@pytest.mark.django_db
def test_a_former_coordinator_who_left_the_group_reads_what_it_filed_and_is_told_why_no_more(
    built: Room,
) -> None:
    Round.objects.update(visibility=Visibility.FACILITATORS)
    Mandate.objects.update(coordinator=built.bodies["CIV"])
    GroupMembership.objects.filter(member=built.bodies["CPV"]).delete()
    access, row = built.access("CPV focal_point"), built.comment("CPV group input")
    assert access.may(Act.READ_COMMENT, on=row)
    assert Comment.objects.visible_to(access).filter(pk=row.pk).exists()
    for act in (Act.WITHDRAW_COMMENT, Act.DRAFT_VERSION, Act.ACKNOWLEDGE_REVIEW):
        reason = access.may(act, on=row).reason
        assert reason == "Your delegation no longer has the mandate of this group."


def _keys(rows: Any) -> Any:
    return rows.values_list("pk", flat=True)


def test_verdicts_on_a_consultation_are_as_the_rules_say(
    built: Room, stage: Stage, visibility: str
) -> None:
    here = built.consultation
    rows = [(row, True) for row in _consultation_rows(here)]
    rows += [(row, False) for row in _consultation_rows(built.elsewhere)]
    wrong = []
    for who, _home, access in _everybody(built):
        letter = LETTERS[access.role]
        for row, is_here in rows:
            for act in CONSULTATION_ACTS:
                if not _is_meant_for(act, row):
                    continue
                cells = CONSULTATION_CELLS.get((act, letter), ["no"])
                expected = is_here and holds(cells[0], stage, visibility)
                if bool(access.may(Act(act), on=row)) != expected:
                    wrong.append(f"{act} on {type(row).__name__} {row} by {who}")
    assert wrong == []


@pytest.mark.django_db
@pytest.mark.parametrize(("who", "home"), CAPACITIES)
def test_verdicts_on_asked_seats_are_as_the_rules_say(built: Room, who: str, home: str) -> None:
    proposal = ask_about_bridging(built)
    access = built.access(who)
    letter = LETTERS[access.role]
    for asked in AskedSeat.objects.select_related("seat", "proposal__paragraph__draft"):
        code = asked.seat.code
        in_group = {COORDINATOR: 1, MEMBER: 2}.get(home, 3)
        column = 0 if code == home else in_group if code == "AFRICAN-GROUP" else 3
        for act in ASKED_ACTS:
            expected = ASKED_CELLS.get((act, letter), ["no"] * 4)[column] == "yes"
            assert bool(access.may(Act(act), on=asked)) == expected, (act, code)
    sees = access.reads_all or home in {*ASKED_HERE, COORDINATOR, MEMBER}
    assert BridgingProposal.objects.visible_to(access).filter(pk=proposal.pk).exists() == sees
    BridgingProposal.objects.update(closed_at=built.now)
    for asked in AskedSeat.objects.select_related("seat", "proposal__paragraph__draft"):
        assert not any(access.may(Act(act), on=asked) for act in ASKED_ACTS)


@pytest.mark.django_db
@pytest.mark.parametrize(("who", "home"), CAPACITIES)
def test_verdicts_on_a_silence_are_as_the_rules_say(built: Room, who: str, home: str) -> None:
    silence = open_to(built, ("CPV", "FRA"))
    access = built.access(who)
    letter = LETTERS[access.role]
    seats = SilenceSeat.objects.select_related("seat", "silence__revision__draft")
    for asked in seats.filter(silence=silence).select_related("silence__wording"):
        column = 0 if asked.seat.code == home else 1
        for act in SILENCE_ACTS:
            expected = SILENCE_CELLS.get((act, letter), ["no"] * 2)[column] == "yes"
            assert bool(access.may(Act(act), on=asked)) == expected, (act, asked.seat.code)
    is_asked = home in {"CPV", "FRA"}
    visible = Silence.objects.visible_to(access)
    assert visible.filter(pk=silence.pk).exists() == (access.reads_all or is_asked)
    assert SilenceSeat.objects.visible_to(access).exists() == (access.reads_all or is_asked)
    broken = break_for(built, silence, "FRA")
    breaks = SilenceBreak.objects.visible_to(access).filter(pk=broken.pk)
    assert breaks.exists() == (access.reads_all or home == "FRA")
    show_breaks(access=built.access("co_facilitator"), silence=silence)
    assert breaks.exists() == (access.reads_all or is_asked)
    Silence.objects.update(declared_at=built.now, outcome="withdrawn")
    for asked in seats.select_related("silence__wording"):
        assert not any(access.may(Act(act), on=asked) for act in SILENCE_ACTS)


IN_A_ROUND = {"draft_comment", "submit_comment", "enter_received"}


def _is_meant_for(act: str, row: Any) -> bool:
    """Of the whole consultation, it is in a round that inputs are drafted and submitted."""
    return act not in IN_A_ROUND or isinstance(row, Round | Comment)


def _consultation_rows(consultation: Consultation) -> list[Any]:
    return [
        consultation,
        *consultation.rounds.all(),
        *consultation.meetings.all(),
        *consultation.seats.all(),
        *consultation.drafts.all(),
        *Revision.objects.filter(draft__consultation=consultation).select_related("draft"),
        *Wording.objects.filter(revision__draft__consultation=consultation).select_related(
            "revision__draft"
        ),
    ]


@pytest.mark.django_db
@pytest.mark.parametrize(("who", "home"), CAPACITIES)
def test_querysets_of_the_text_hold_what_the_capacity_may_read(
    built: Room, who: str, home: str
) -> None:
    access = built.access(who)
    reads_desk = who in {"co_facilitator", "staff", "secretariat"}
    here = built.consultation.pk
    circulated = {built.draft.pk}
    on_desk = {built.draft.pk, built.unsent_draft.pk}
    assert set(_keys(Draft.objects.visible_to(access))) == (on_desk if reads_desk else circulated)
    paragraphs = _keys(Paragraph.objects.filter(draft__consultation=here))
    assert set(_keys(Paragraph.objects.visible_to(access))) == set(paragraphs if reads_desk else [])
    offers = _keys(FileOffer.objects.filter(draft__consultation=here))
    assert offers
    assert set(_keys(FileOffer.objects.visible_to(access))) == set(offers if reads_desk else [])
    revisions = _keys(Revision.objects.filter(draft__consultation=here))
    assert set(_keys(Revision.objects.visible_to(access))) == set(revisions)
    wordings = _keys(Wording.objects.filter(revision__draft__consultation=here))
    assert set(_keys(Wording.objects.visible_to(access))) == set(wordings)


@pytest.mark.django_db
@pytest.mark.parametrize(("who", "home"), CAPACITIES)
def test_brackets_are_read_by_who_reads_the_working_text_and_by_all_once_circulated(
    built: Room, who: str, home: str
) -> None:
    staff = built.access("staff")
    row = Paragraph.objects.select_related("draft").get(draft=built.draft, text="To report yearly.")
    seat = built.seat("FRA focal_point")
    bracket = put_bracket(
        access=staff, paragraph=row, version=row.version, start=0, end=9, asking_seats=[seat]
    )
    leader = built.access("co_facilitator")
    circulate_revision(access=leader, draft=built.draft, stage="Second draft")
    version = row.version + 1
    lift_bracket(access=staff, bracket=bracket, version=version, lift_kind="kept")
    access = built.access(who)
    reads_desk = who in {"co_facilitator", "staff", "secretariat"}
    on_desk: tuple[Any, ...] = (Bracket, BracketAsker, BracketLift)
    for model in on_desk:
        assert model.objects.visible_to(access).count() == reads_desk
    assert CirculatedBracket.objects.visible_to(access).count() == 1
    elsewhere = built.access("elsewhere co_facilitator", slug=ELSEWHERE)
    for model in (*on_desk, CirculatedBracket):
        assert not model.objects.visible_to(elsewhere).exists()


@pytest.mark.django_db
def test_a_stored_paper_is_its_owners_in_the_capacity_that_asked_for_it(built: Room) -> None:
    for who, count in (
        ("CPV deputy", 1),
        ("CPV focal_point", 0),
        ("co_facilitator", 1),
        ("co_facilitator as PRT", 1),
        ("secretariat", 0),
    ):
        access = built.access(who)
        papers = Export.objects.visible_to(access)
        assert {paper.capacity for paper in papers} == ({access.capacity.key} if count else set())
        assert papers.count() == count


@pytest.mark.django_db
@pytest.mark.parametrize(("who", "home"), CAPACITIES)
def test_verdicts_on_delegations_are_as_the_rules_say(built: Room, who: str, home: str) -> None:
    standing = make_actor(built.users[who], built.capacities[who])
    access = built.access(who)
    for hand in (standing, access):
        for act in DELEGATION_ACTS:
            cells = DELEGATION_CELLS.get((act, LETTERS[hand.role]), ["no", "no", "no"])
            for code, body in built.bodies.items():
                column = 0 if code == home else 1 if code in SEATED else 2
                expected = cells[column] == "yes"
                verdict = hand.may(Act(act), on=body)
                assert bool(verdict) == expected, (act, code)
                if not verdict and "yes" in cells:  # on some delegation they may
                    why = "another delegation" if cells[1] == "no" else "no seat"
                    assert why in verdict.reason, (act, code)


@pytest.mark.django_db
@pytest.mark.parametrize(("who", "home"), CAPACITIES)
def test_without_a_row_the_verdict_says_whether_there_is_a_way_in(
    built: Room, who: str, home: str
) -> None:
    access = built.access(who)
    letter = LETTERS[access.role]
    for act in Act:
        ways = (
            COMMENT_CELLS,
            ROOM_CELLS,
            CONSULTATION_CELLS,
            ASKED_CELLS,
            SILENCE_CELLS,
            DELEGATION_CELLS,
        )
        assert bool(access.may(act)) == any((act, letter) in cells for cells in ways), act


@pytest.mark.django_db
def test_whoever_sits_elsewhere_reaches_no_row_here(built: Room) -> None:
    Round.objects.update(visibility=Visibility.AT_ONCE)
    rows = [row for name, row in _rows(built).items() if not name.startswith("elsewhere")]
    for who in ("CPV focal_point", "JPN focal_point", "elsewhere co_facilitator"):
        access = built.access(who, slug=ELSEWHERE)
        for act in set(Act) - set(DELEGATION_ACTS):
            reached = [
                row
                for row in [*rows, *_consultation_rows(built.consultation)]
                if access.may(act, row)
            ]
            assert reached == [], act
        seen = Comment.objects.visible_to(access).values_list("consultation", flat=True)
        assert set(seen) == {built.elsewhere.pk}


CHANGING_THE_FRAME = (
    Act.EDIT_TEXT,
    Act.SET_TEXTS,
    Act.CIRCULATE,
    Act.SET_STATE,
    Act.SET_TRANSLATIONS,
    Act.PUBLISH_REVIEWS,
    Act.SET_ROUNDS,
    Act.SET_VISIBILITY,
    Act.WRITE_BRIDGING,
    Act.ASK_ON_BRIDGING,
    Act.PROJECT,
    Act.SET_ROOMS,
    Act.ASSIGN_PARTS,
    Act.LEAD_SILENCE,
    Act.TAKE_MINUTES,
    Act.ISSUE_MINUTES,
)


@pytest.mark.django_db
@pytest.mark.parametrize("act", CHANGING_THE_FRAME)
def test_a_consultation_with_a_closed_record_changes_no_more(built: Room, act: Act) -> None:
    access = built.access("co_facilitator")
    assert access.may(act, on=built.revision)
    access.consultation.closed_at = built.now
    assert access.may(act, on=built.revision).reason == "The record of this consultation is closed."


@pytest.mark.django_db
def test_a_refusal_outside_any_consultation_says_in_which_function_one_cannot(built: Room) -> None:
    standing = make_actor(built.users["FRA deputy"], built.capacities["FRA deputy"])
    with pytest.raises(Refused, match="As deputy you cannot do this"):
        standing.require(Act.EDIT_DELEGATIONS, on=built.bodies["FRA"])


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("who", "reads_all", "is_delegate", "is_facilitator"),
    [
        ("CPV contributor", False, True, False),
        ("CPV deputy", False, True, False),
        ("CPV focal_point", False, True, False),
        ("co_facilitator", True, False, True),
        ("staff", True, False, True),
        ("secretariat", True, False, False),
    ],
)
def test_each_function_is_a_delegates_a_facilitators_or_a_reader_of_all(
    built: Room, who: str, reads_all: bool, is_delegate: bool, is_facilitator: bool
) -> None:
    access = built.access(who)
    found = (access.reads_all, access.is_delegate, access.is_facilitator)
    assert found == (reads_all, is_delegate, is_facilitator)


# --- Coming in -----------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("who", "capacity"),
    [
        ("JPN focal_point", "JPN focal_point"),  # not seated here
        ("elsewhere co_facilitator", "elsewhere co_facilitator"),  # leads another process
        ("JPN focal_point", "CPV focal_point"),  # somebody else's capacity
        ("FRA focal_point", "co_facilitator"),
    ],
)
def test_an_outsider_finds_no_such_consultation(built: Room, who: str, capacity: str) -> None:
    with pytest.raises(Http404):
        make_access(built.users[who], SLUG, built.capacities[capacity])


@pytest.mark.django_db
@pytest.mark.parametrize(
    "key", ["", "post", "post:", "post:1", "user:" + "0" * 36, "post:" + "x" * 36]
)
def test_a_made_up_capacity_leads_nowhere(built: Room, key: str) -> None:
    with pytest.raises(Http404):
        make_access(built.users["CPV focal_point"], SLUG, key)


@pytest.mark.django_db
def test_an_ended_post_leads_nowhere(built: Room) -> None:
    Post.objects.filter(user=built.users["CPV focal_point"]).update(ended_at=timezone.now())
    with pytest.raises(Http404):
        built.access("CPV focal_point")


@pytest.mark.django_db
def test_an_ended_function_leads_nowhere_and_the_post_of_the_same_person_still_does(
    built: Room,
) -> None:
    Facilitation.objects.filter(role="co_facilitator").update(ended_at=timezone.now())
    with pytest.raises(Http404):
        built.access("co_facilitator")
    assert built.access("co_facilitator as PRT").is_delegate


@pytest.mark.django_db
def test_a_deactivated_user_leads_nowhere(built: Room) -> None:
    type(built.users["staff"]).objects.filter(pk=built.users["staff"].pk).update(is_active=False)
    built.users["staff"].refresh_from_db()
    try:
        with pytest.raises(Http404):
            built.access("staff")
    finally:
        built.users["staff"].is_active = True


@pytest.mark.django_db
def test_a_delegation_that_left_finds_no_such_consultation(built: Room) -> None:
    built.consultation.seats.filter(code="FRA").update(ended_at=timezone.now())
    with pytest.raises(Http404):
        built.access("FRA focal_point")


@pytest.mark.django_db
@pytest.mark.parametrize("who", [who for who, _home in CAPACITIES])
def test_coming_in_costs_at_most_two_queries(
    built: Room, django_assert_max_num_queries: Any, who: str
) -> None:
    with django_assert_max_num_queries(2):
        built.access(who)


@pytest.mark.django_db
def test_the_mandate_of_a_group_is_dated(built: Room) -> None:
    assert [seat.code for seat in built.access("CPV contributor").coordinated_seats] == [
        "AFRICAN-GROUP"
    ]
    assert built.access("CIV contributor").coordinated_seats == ()
    Mandate.objects.update(ends_on=built.now.date() + timedelta(days=1))
    assert [seat.code for seat in built.access("CPV contributor").coordinated_seats] == [
        "AFRICAN-GROUP"
    ]
    Mandate.objects.update(ends_on=built.now.date())
    assert built.access("CPV contributor").coordinated_seats == ()


@pytest.mark.django_db
def test_in_a_room_sits_who_is_a_member_or_coordinates_on_that_day(built: Room) -> None:
    def sitting(who: str) -> list[str]:
        access, seats = built.access(who), Seat.objects.filter(consultation=built.consultation)
        rooms = group_room_seats_by_delegation_id(seats, access.moment)
        assert access.delegation is not None
        assert rooms.get(access.delegation.pk, ()) == access.group_room_seats
        return [seat.code for seat in access.group_room_seats]

    def hold(starts_on: date | None, ends_on: date | None) -> None:
        GroupMembership.objects.update(starts_on=starts_on, ends_on=ends_on)

    today, day = built.now.date(), timedelta(days=1)
    hold(None, None)
    assert (sitting("CPV contributor"), sitting("CIV contributor")) == (["AFRICAN-GROUP"],) * 2
    assert sitting("FRA contributor") == []
    hold(today, today + day)
    assert sitting("CIV contributor") == ["AFRICAN-GROUP"]
    hold(today + day, None)
    assert sitting("CIV contributor") == []
    hold(today - day, today)
    assert (sitting("CPV contributor"), sitting("CIV contributor")) == (["AFRICAN-GROUP"], [])
    built.consultation.seats.filter(code="AFRICAN-GROUP").update(ended_at=timezone.now())
    assert sitting("CPV contributor") == []


# --- What the state of the record adds -----------------------------------------------------------

CHANGING = (
    "edit_text",
    "circulate",
    "draft_comment",
    "send_for_clearance",
    "clear_comment",
    "submit_comment",
    "withdraw_comment",
    "draft_version",
    "acknowledge_review",
    "reply",
    "align",
    "review",
    "publish_reviews",
    "set_rounds",
    "set_visibility",
    "write_bridging",
    "ask_on_bridging",
    "lead_silence",
    "project",
)


@pytest.mark.django_db
@pytest.mark.parametrize(("who", "home"), CAPACITIES)
def test_a_closed_record_no_longer_changes_and_is_still_read(
    built: Room, who: str, home: str
) -> None:
    before = set(_keys(Comment.objects.visible_to(built.access(who))))
    Consultation.objects.filter(pk=built.consultation.pk).update(closed_at=built.now)
    access = built.access(who)
    changed = [
        (act, row)
        for acts, rows in (
            (COMMENT_ACTS, _rows(built).values()),
            (CONSULTATION_ACTS, _consultation_rows(access.consultation)),
        )
        for act in set(acts) & set(CHANGING)
        for row in rows
        if _is_meant_for(act, row) and access.may(Act(act), on=row)
    ]
    assert changed == []
    assert set(_keys(Comment.objects.visible_to(access))) == before


@pytest.mark.django_db
def test_after_adoption_no_input_is_withdrawn(built: Room) -> None:
    access = built.access("CPV focal_point")
    assert access.may(Act.WITHDRAW_COMMENT, on=built.comment("CPV submitted"))
    Draft.objects.filter(pk=built.draft.pk).update(adopted_at=built.now)
    assert not access.may(Act.WITHDRAW_COMMENT, on=built.comment("CPV submitted"))


@pytest.mark.django_db
def test_a_refusal_is_a_sentence_that_is_raised(built: Room) -> None:
    access = built.access("CPV contributor")
    with pytest.raises(Refused, match=r"As contributor you cannot do this\."):
        access.require(Act.SUBMIT_COMMENT, on=built.comment("CPV draft"))
    with pytest.raises(Refused, match=r"another delegation"):
        access.require(Act.READ_DRAFT_COMMENT, on=built.comment("FRA draft"))


def test_the_phases_of_the_grid_are_those_of_the_rules(built: Room, stage: Stage) -> None:
    moments = {phase_of(round, built.now).name for round in Round.objects.all()}
    late = stage.is_closed and stage.takes_inputs
    expected = "LATE" if late else "OPEN" if stage.takes_inputs else "CLOSED"
    assert moments == {"NOT_OPEN" if stage.opens > timedelta() else expected}


def test_the_capacity_is_what_the_record_keeps(built: Room, db: None) -> None:
    access: Access = built.access("CIV focal_point")
    assert access.capacity_words == "focal point, Côte d’Ivoire"
