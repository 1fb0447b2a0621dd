"""Figures of the review: who takes part, when inputs came, and how many are answered."""

import csv
from datetime import timedelta
from io import StringIO

import pytest
from django.urls import reverse
from django.utils import timezone

from comments.map import figures as drawn
from comments.map.figures import answer_bars, day_bars, participation_bars, round_shown
from comments.models import Comment, CommentKind, Review, ReviewTask
from consultations.models import Round
from consultations.pictures.stacked_bars import BarRow
from consultations.time.wall_clock import moment_in_words
from delegations.models import Delegation, User
from tests.comments.brief.test_brief import say
from tests.comments.reading.test_pages import Person, page
from tests.room import Room, speak_in_room

pytestmark = pytest.mark.every_server


def by_label(rows: list[BarRow]) -> dict[str, tuple[int, ...]]:
    return {row.label: row.counts for row in rows}


def test_states_are_counted_by_region_and_others_by_kind(room: Room) -> None:
    Delegation.objects.filter(code__in=["CPV", "CIV"]).update(regional_group="African Group")
    assert by_label(participation_bars(room.access("staff"))) == {
        "African Group": (1, 1),  # Côte d’Ivoire has said nothing
        "Groups": (1, 0),
        "Member States of no regional group": (1, 1),  # France has, Portugal has not
        "Related organizations": (0, 1),
    }


def test_a_draft_is_no_participation(room: Room) -> None:
    before = by_label(participation_bars(room.access("staff")))
    speak_in_room(room)
    assert Comment.objects.filter(submitted_at=None, discarded_at=None).count() > 8
    assert by_label(participation_bars(room.access("staff"))) == before


def test_each_number_is_counted_on_the_day_it_came_first(room: Room) -> None:
    access = room.access("staff", 0.5)
    shown = round_shown([room.round], access.moment)
    assert shown == room.round
    rows = day_bars(access, room.round)
    first_versions = Comment.objects.filter(round=room.round, submitted_at__isnull=False).filter(
        supersedes=None
    )
    assert sum(row.counts[1] for row in rows) == first_versions.count()
    say(room, 2, CommentKind.COMMENT)
    later = day_bars(room.access("staff", 0.5), room.round)
    assert later[-1].total == rows[-1].total + 1
    assert [row.counts[0] for row in later[1:]] == [row.total for row in later[:-1]]


def test_many_days_are_drawn_in_spans(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    """The number of bars is one of ours; here it is a small one."""
    monkeypatch.setattr(drawn, "MAX_SPANS", 4)
    rows = day_bars(room.access("staff", 0.5), room.round)
    assert len(rows) <= 4
    assert "–" in rows[0].label


def test_answers_stand_with_who_gave_them_and_open_inputs_with_nobody(room: Room) -> None:
    rows = by_label(answer_bars(room.access("staff", 0.5)))
    assert rows == {"staff": (2, 4, 0), "Nobody yet": (0, 0, 1)}


def test_an_open_input_stands_with_whom_it_is_assigned_to_for_facilitators_alone(
    room: Room,
) -> None:
    ReviewTask.objects.create(
        comment_id=room.comments["CPV group input"], assigned_to=room.users["staff"]
    )
    assert by_label(answer_bars(room.access("co_facilitator", 0.5))) == {"staff": (2, 4, 1)}
    assert by_label(answer_bars(room.access("secretariat", 0.5))) == {
        "staff": (2, 4, 0),
        "Nobody yet": (0, 0, 1),
    }


def test_two_persons_of_one_name_have_a_bar_each(room: Room) -> None:
    ReviewTask.objects.create(
        comment_id=room.comments["CPV group input"], assigned_to=room.users["co_facilitator"]
    )
    User.objects.filter(pk=room.users["co_facilitator"].pk).update(name=room.users["staff"].name)
    bars = answer_bars(room.access("co_facilitator", 0.5))
    assert sorted((bar.label, bar.counts) for bar in bars) == [
        ("staff", (0, 0, 1)),
        ("staff", (2, 4, 0)),
    ]


def test_of_two_answers_of_one_moment_the_later_row_counts(room: Room) -> None:
    for disposition in ("noted", "reflected"):
        Review.objects.create(
            comment_id=room.comments["CPV group input"],
            disposition=disposition,
            decided_by=room.users["staff"],
            decided_at=room.now,
            published_at=room.now,
            capacity="staff",
        )
    assert by_label(answer_bars(room.access("staff", 0.5))) == {"staff": (3, 4, 0)}


def test_persons_beyond_the_last_bar_are_added_up(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The number of bars is one of ours; here it is a small one."""
    monkeypatch.setattr(drawn, "MAX_BARS", 1)
    ReviewTask.objects.create(
        comment_id=room.comments["CPV group input"], assigned_to=room.users["co_facilitator"]
    )
    User.objects.filter(pk=room.users["co_facilitator"].pk).update(name="Another")
    assert by_label(answer_bars(room.access("co_facilitator", 0.5))) == {
        "Another": (0, 0, 1),
        "and 1 more": (2, 4, 0),
    }


def test_no_round_no_line(room: Room) -> None:
    assert round_shown([], timezone.now()) is None
    assert round_shown([room.round], room.round.opens_at - timedelta(days=1)) is None
    assert round_shown([room.round], room.round.deadline + timedelta(days=1)) == room.round


def test_a_round_that_was_closed_early_is_over_although_its_deadline_comes_next(room: Room) -> None:
    early = room.round
    early.closed_at = room.at(-1)
    early.save()
    rounds = [early, Round(opens_at=room.at(-0.5), deadline=early.deadline + timedelta(days=9))]
    assert round_shown(rounds, room.now) is rounds[1]
    assert round_shown(rounds[:1], room.now) is early
    closing_time = moment_in_words(room.at(-1), room.consultation.zone)
    shown = page(Person(room, "secretariat").get("review_figures"))
    assert f"{early.name}: inputs until {closing_time}" in shown
    days = (room.now - early.opens_at).days
    assert len(day_bars(room.access("staff", days=2), early)) <= days


def test_the_page_shows_them_and_the_files_say_the_same(room: Room) -> None:
    secretariat = Person(room, "secretariat")
    found = page(secretariat.get("review_figures"))
    for name in drawn.PICTURE_NAMES:
        url = reverse("review_figures_file", args=[room.consultation.slug, name])
        assert url in found
        columns, *rows = csv.reader(
            StringIO(secretariat.client.get(url).content.decode("utf-8-sig"))
        )
        assert columns[-1] == "All"
        assert rows
    assert secretariat.get("review_figures_file", "other").status_code == 404
    assert Person(room, "FRA focal_point").get("review_figures").status_code == 403
