"""The demonstration stands on whatever day it begins, and tells its weeks in their order."""

from datetime import UTC, datetime
from itertools import pairwise

import pytest
from django.core.management import call_command

from config.demo.ground import SLUG, working_days_before
from config.demo.third_week import seed_three_weeks
from consultations.models import Meeting, Round
from consultations.time.wall_clock import NEW_YORK
from drafts.models import BracketLift, Revision

pytestmark = [pytest.mark.django_db, pytest.mark.long]

MONDAY = datetime(2026, 12, 7, 7, tzinfo=UTC)  # two o'clock in the morning in New York


def test_working_days_leave_out_the_weekend_of_new_york() -> None:
    sunday = datetime(2026, 12, 6, 23, tzinfo=UTC)
    assert [working_days_before(moment, 1).day for moment in (MONDAY, sunday)] == [4, 4]
    assert working_days_before(MONDAY, 6) == datetime(2026, 11, 27, 7, tzinfo=UTC)


@pytest.mark.parametrize(
    "now",
    [
        MONDAY,
        pytest.param(datetime(2026, 12, 8, 23, tzinfo=UTC), marks=pytest.mark.night),
        pytest.param(datetime(2026, 12, 9, 5, tzinfo=UTC), marks=pytest.mark.night),
        pytest.param(datetime(2026, 12, 10, 20, tzinfo=UTC), marks=pytest.mark.night),
        pytest.param(datetime(2026, 12, 11, 15, tzinfo=UTC), marks=pytest.mark.night),
        pytest.param(datetime(2026, 12, 12, 12, tzinfo=UTC), marks=pytest.mark.night),
        pytest.param(datetime(2026, 12, 13, 22, tzinfo=UTC), marks=pytest.mark.night),
    ],
    ids=lambda now: f"{now:%A}",
)
def test_on_each_day_the_weeks_are_told_in_their_order(now: datetime) -> None:
    call_command("load_delegations", verbosity=0)
    seed_three_weeks(now)
    held = Meeting.objects.filter(starts_at__lt=now).order_by("starts_at")
    assert [meeting.title for meeting in held] == [
        "First informal consultation",
        "Room on protection, first sitting",
    ]
    official = [
        *Meeting.objects.values_list("starts_at", flat=True),
        *Revision.objects.values_list("circulated_at", flat=True),
        *Round.objects.values_list("deadline", flat=True),
    ]
    weekend = [moment for moment in official if moment.astimezone(NEW_YORK).weekday() >= 5]
    assert weekend == []
    revisions = Revision.objects.filter(draft__consultation__slug=SLUG).select_related("round")
    for revision, next_revision in pairwise(
        revisions.filter(draft__slug="plan").order_by("number")
    ):
        assert revision.round and revision.round.deadline < next_revision.circulated_at
    rev1 = revisions.filter(draft__slug="resolution").latest("number")
    lifted_at = BracketLift.objects.values_list("made_at", flat=True)
    assert lifted_at and min(lifted_at) > rev1.circulated_at
