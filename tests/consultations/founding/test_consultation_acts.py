"""What the acts on consultations, seats and the timetable write, and what they refuse."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from consultations.founding.acts import close_record, create_consultation
from consultations.models import Facilitation, Meeting, Round, Seat
from consultations.rules.access import Refused
from consultations.rules.phases import GRACE
from consultations.seats.acts import edit_seat, end_seat, seat_all, seat_delegation
from consultations.time.wall_clock import moment_in_words
from consultations.timetable.acts import (
    cancel_meeting,
    close_round,
    create_meeting,
    create_round,
    extend_deadline,
    move_meeting,
    set_visibility,
)
from delegations import acts as who_is_who
from delegations.models import Delegation
from tests.consultations.people.people import KEPT, House, furnish, key_of, later, signed_in
from tests.consultations.timetable.rounds import a_round

pytestmark = pytest.mark.django_db


@pytest.fixture
def house() -> House:
    return KEPT.laid_out()


def test_a_founder_serves_the_consultation_as_its_secretariat(house: House) -> None:
    held = Facilitation.objects.get(consultation=house.consultation, user=house.secretariat)
    assert (held.role, held.delegation) == ("secretariat", None)
    first = held.history.get()
    assert first.history_change_reason == "secretariat, Plan of Action"


def test_only_the_secretariat_founds_a_consultation(house: House) -> None:
    with pytest.raises(Refused, match="Only the secretariat"):
        create_consultation(user=house.focal_point, slug="other", title="Other")


def test_a_seat_copies_name_code_rank_and_order_of_its_delegation(house: House) -> None:
    seat = Seat.objects.get(delegation=house.portugal)
    assert (seat.name, seat.code, seat.rank, seat.sort_key, seat.status) == (
        "Portugal",
        "PRT",
        2,
        "PORTUGAL",
        "participant",
    )


def test_a_delegation_may_sit_under_an_older_name_and_is_ordered_by_it(house: House) -> None:
    access = house.access(house.secretariat)
    seat = Seat.objects.get(delegation=house.cabo_verde)
    old = edit_seat(access=access, seat=seat, name="Cape Verde", status="participant")
    assert (old.name, old.sort_key) == ("Cape Verde", "CAPE VERDE")
    who_is_who.edit_delegation(actor=access, delegation=house.cabo_verde, short_en="Cabo V.")
    assert Seat.objects.get(pk=seat.pk).name == "Cape Verde"


@pytest.mark.parametrize(
    ("kind", "rank", "status"),
    [
        ("group", 1, "participant"),
        ("observer_state", 3, "observer"),
        ("specialized_agency", 4, "observer"),
        ("related_organization", 5, "observer"),
    ],
)
def test_groups_are_participants_and_organizations_observe(
    house: House, kind: str, rank: int, status: str
) -> None:
    access = house.access(house.secretariat)
    body = who_is_who.add_delegation(actor=access, kind=kind, code="XX", short_en="The Body")
    seat = seat_delegation(access=access, delegation=body)
    assert (seat.rank, seat.status, seat.sort_key) == (rank, status, "BODY")


def test_a_delegation_sits_once_and_takes_its_old_seat_when_it_returns(house: House) -> None:
    access = house.access(house.secretariat)
    seat = Seat.objects.get(delegation=house.portugal)
    with pytest.raises(ValidationError, match="already has a seat"):
        seat_delegation(access=access, delegation=house.portugal)
    end_seat(access=access, seat=seat)
    assert seat_delegation(access=access, delegation=house.portugal).pk == seat.pk
    assert Seat.objects.get(pk=seat.pk).ended_at is None


@pytest.mark.parametrize("has_left", [False, True], ids=["who sits", "who left"])
def test_a_code_that_an_older_seat_keeps_is_given_to_nobody_else(
    house: House, has_left: bool
) -> None:
    access = house.access(house.secretariat)
    kept = Seat.objects.get(delegation=house.portugal)
    if has_left:
        end_seat(access=access, seat=kept)
    who_is_who.edit_delegation(actor=access, delegation=house.portugal, code="POR")
    newcomer, another = (
        who_is_who.add_delegation(actor=access, kind="member_state", code=code, short_en=name)
        for code, name in (("PRT", "Porto"), ("BRA", "Brazil"))
    )
    sentence = r"seat of Portugal has the code PRT\. Give Porto another code"
    with pytest.raises(ValidationError, match=sentence):
        seat_all(access=access, delegations=[another, newcomer])
    assert set(Seat.objects.values_list("code", flat=True)) == {"PRT", "CPV"}
    assert len(seat_all(access=access, delegations=[another])) == 1


@pytest.mark.parametrize(
    ("path", "fields"),
    [("seats/list/", {"rows": "Porto\n", "confirm": "yes"}), ("seats/all/member-states/", {})],
)
def test_a_code_that_is_taken_is_said_where_delegations_are_seated(
    house: House, path: str, fields: dict[str, str]
) -> None:
    access = house.access(house.secretariat)
    who_is_who.edit_delegation(actor=access, delegation=house.portugal, code="POR")
    who_is_who.add_delegation(actor=access, kind="member_state", code="PRT", short_en="Porto")
    sent = {"capacity": key_of(house.secretariat), **fields}
    answer = signed_in(house.secretariat).post(house.path(path), sent)
    assert answer.status_code == 422
    assert "Give Porto another code first." in answer.content.decode()


def test_facilitators_do_not_seat_delegations(house: House) -> None:
    with pytest.raises(Refused, match="As co-facilitator you cannot do this"):
        seat_delegation(access=house.access(house.co_facilitator), delegation=house.portugal)


def test_a_round_is_set_by_facilitators_alone(house: House) -> None:
    assert a_round(house).consultation == house.consultation
    for user in (house.focal_point, house.secretariat):
        with pytest.raises(Refused):
            create_round(
                access=house.access(user),
                name="Mine",
                opens_at=later(hours=1),
                deadline=later(days=1),
                visibility="facilitators",
            )


def test_staff_set_rounds_that_facilitators_alone_read_and_no_wider_ones(house: House) -> None:
    access = house.access(house.staff)
    times: dict[str, Any] = {"opens_at": later(hours=1), "deadline": later(days=1)}
    create_round(access=access, name="Narrow", visibility="facilitators", **times)
    with pytest.raises(Refused):
        create_round(access=access, name="Wide", visibility="at_once", **times)
    with pytest.raises(Refused):
        set_visibility(access=access, round=Round.objects.get(), visibility="at_once")


def test_visibility_changes_before_the_opening_and_never_after(house: House) -> None:
    row = a_round(house, visibility="facilitators")
    assert (
        set_visibility(
            access=house.access(house.co_facilitator), round=row, visibility="at_once"
        ).visibility
        == "at_once"
    )
    opened = house.access(house.co_facilitator, moment=later(hours=2))
    for visibility in ("facilitators", "at_close", "at_once"):
        with pytest.raises(ValidationError, match="round is open"):
            set_visibility(access=opened, round=row, visibility=visibility)


def test_a_deadline_moves_only_further_away_and_only_before_the_close(house: House) -> None:
    row = a_round(house)
    access = house.access(house.co_facilitator)
    for deadline in (row.deadline, row.deadline - timedelta(hours=1), timezone.now()):
        with pytest.raises(ValidationError, match="later than the current one"):
            extend_deadline(access=access, round=row, deadline=deadline)
    longer = row.deadline + timedelta(days=1)
    in_grace = house.access(house.co_facilitator, moment=row.deadline + GRACE)
    assert extend_deadline(access=in_grace, round=row, deadline=longer).deadline == longer
    closed = house.access(house.co_facilitator, moment=longer + GRACE + timedelta(seconds=1))
    with pytest.raises(ValidationError, match="Open a new round"):
        extend_deadline(access=closed, round=row, deadline=longer + timedelta(days=9))


def test_a_deadline_asked_for_just_before_the_close_is_not_extended_after_it(house: House) -> None:
    row = a_round(house)
    asked_before = house.access(house.staff, moment=row.opens_at + timedelta(hours=1))
    closing = house.access(house.co_facilitator, moment=asked_before.moment + timedelta(seconds=1))
    closed = close_round(access=closing, round=row)
    with pytest.raises(ValidationError, match="Open a new round"):
        extend_deadline(access=asked_before, round=row, deadline=row.deadline + timedelta(days=1))
    stored = Round.objects.get(pk=row.pk)
    assert (stored.closed_at, stored.deadline) == (closed.closed_at, row.deadline)


def test_a_round_closes_once(house: House) -> None:
    row = a_round(house)
    with pytest.raises(ValidationError, match="has not opened"):
        close_round(access=house.access(house.co_facilitator), round=row)
    opened = house.access(house.co_facilitator, moment=later(hours=2))
    assert close_round(access=opened, round=row).closed_at == opened.moment
    after = house.access(house.co_facilitator, moment=later(hours=3))
    with pytest.raises(ValidationError, match="already closed"):
        close_round(access=after, round=row)
    assert Round.objects.get(pk=row.pk).closed_at == opened.moment


def test_a_round_past_its_deadline_is_not_stamped_again(house: House) -> None:
    row = a_round(house)
    after = house.access(house.co_facilitator, moment=later(days=8))
    with pytest.raises(ValidationError, match="already closed"):
        close_round(access=after, round=row)


@pytest.mark.parametrize(
    ("opens", "deadline", "field"),
    [(-60, 600, "opens_at"), (60, 59, "deadline"), (120, 60, "deadline")],
)
def test_the_times_of_a_round_stand_in_order(
    house: House, opens: int, deadline: int, field: str
) -> None:
    with pytest.raises(ValidationError) as refused:
        a_round(house, opens_at=later(minutes=opens), deadline=later(minutes=deadline))
    assert list(refused.value.message_dict) == [field]


def test_a_round_asks_again_only_after_the_first_has_closed(house: House) -> None:
    first = a_round(house)
    with pytest.raises(ValidationError, match="Extend its deadline"):
        a_round(house, asks_again=first)
    again = a_round(house, asks_again=first, opens_at=later(days=8), deadline=later(days=9))
    assert again.asks_again == first


def test_who_reopens_a_round_in_the_minute_of_its_close_reads_when_the_new_one_may_open(
    house: House,
) -> None:
    minute = later(hours=2).replace(second=0, microsecond=0)
    first = a_round(house)
    closing = house.access(house.co_facilitator, moment=minute + timedelta(seconds=20))
    first = close_round(access=closing, round=first)
    access = house.access(house.co_facilitator, moment=minute + timedelta(seconds=50))
    values: dict[str, Any] = {
        "name": "Once more",
        "deadline": later(days=9),
        "visibility": "at_close",
        "asks_again": first,
    }
    with pytest.raises(ValidationError) as refused:
        create_round(access=access, opens_at=minute, **values)
    next_minute = minute + timedelta(minutes=1)
    moment = moment_in_words(next_minute, house.consultation.zone)
    sentence = f"That round has just closed. The new one can open from {moment}."
    assert refused.value.message_dict == {"opens_at": [sentence]}
    assert create_round(access=access, opens_at=next_minute, **values).asks_again == first


def test_rows_of_another_consultation_are_refused(house: House) -> None:
    other = furnish("other", "desk2@un.example")
    strange = a_round(other)
    access = house.access(house.co_facilitator)
    acts: list[Callable[[], Round]] = [
        lambda: close_round(access=access, round=strange),
        lambda: extend_deadline(access=access, round=strange, deadline=later(days=30)),
        lambda: set_visibility(access=access, round=strange, visibility="at_once"),
        lambda: a_round(house, asks_again=strange),
    ]
    for act in acts:
        with pytest.raises(Refused, match="another consultation"):
            act()


def a_meeting(house: House) -> Meeting:
    return create_meeting(
        access=house.access(house.staff), title="Second meeting", starts_at=later(days=3)
    )


def test_a_meeting_moves_and_is_cancelled_while_it_lies_ahead(house: House) -> None:
    access = house.access(house.secretariat)
    row = a_meeting(house)
    moved = move_meeting(access=access, meeting=row, starts_at=later(days=4), place="Room 4")
    assert moved.place == "Room 4"
    assert move_meeting(access=access, meeting=row, starts_at=later(days=5)).place == "Room 4"
    cancelled = cancel_meeting(access=access, meeting=row)
    assert cancelled.cancelled_at == access.moment
    with pytest.raises(ValidationError, match="was cancelled"):
        move_meeting(access=access, meeting=row, starts_at=later(days=6))


def test_a_meeting_that_has_started_stays_as_it_is(house: House) -> None:
    row = a_meeting(house)
    after = house.access(house.staff, moment=later(days=4))
    with pytest.raises(ValidationError, match="already started"):
        cancel_meeting(access=after, meeting=row)
    with pytest.raises(ValidationError, match="must be in the future"):
        create_meeting(access=after, title="Late", starts_at=later(days=3))


def test_a_digest_goes_out_at_most_two_weeks_before(house: House) -> None:
    with pytest.raises(ValidationError, match="14 days"):
        create_meeting(
            access=house.access(house.staff),
            title="Far",
            starts_at=later(days=30),
            digest_lead=timedelta(days=15),
        )


def test_delegates_call_no_meetings(house: House) -> None:
    with pytest.raises(Refused):
        create_meeting(
            access=house.access(house.focal_point), title="Ours", starts_at=later(days=1)
        )


def test_the_record_closes_once_and_takes_no_round_after(house: House) -> None:
    closed = close_record(access=house.access(house.secretariat))
    assert closed.closed_at is not None
    with pytest.raises(ValidationError, match="already closed"):
        close_record(access=house.access(house.secretariat))
    with pytest.raises(Refused, match="record of this consultation is closed"):
        a_round(house)
    with pytest.raises(ValidationError, match="record of this consultation is closed"):
        a_meeting(house)


def test_delegations_are_corrected_by_the_secretariat_alone(house: House) -> None:
    with pytest.raises(PermissionDenied):
        who_is_who.edit_delegation(
            actor=house.access(house.focal_point), delegation=house.portugal, short_fr="Le P."
        )
    corrected = who_is_who.edit_delegation(
        actor=house.access(house.secretariat), delegation=house.portugal, short_en="Lusitania"
    )
    assert (corrected.sort_key, corrected.is_corrected) == ("LUSITANIA", True)
    last = corrected.history.first()
    assert last.history_user_id == house.secretariat.pk
    assert Delegation.objects.get(pk=house.portugal.pk).short_en == "Lusitania"
