"""The view of all activity: it holds what the tables hold, for the same readers."""

import pytest
from django.db.models import F

from comments.models import Activity
from comments.news.items import SOURCES, readable_activity
from consultations.models import Round, Visibility
from tests.comments.news.test_unseen import READERS
from tests.room import Room

pytestmark = pytest.mark.every_server

COLUMNS = ("consultation", "paragraph", "round", "seat", "filed_by", "submitted_at", "discarded_at")


@pytest.mark.parametrize("source", SOURCES)
def test_the_view_holds_the_rows_that_count_with_the_facts_of_their_inputs(
    room: Room, source: str
) -> None:
    prefix = SOURCES[source].comment_prefix
    there = (
        SOURCES[source]
        .make_queryset()
        .values_list("pk", *(F(f"{prefix}{name}") for name in COLUMNS))
    )
    told = Activity.objects.filter(source=source).values_list("row", *COLUMNS)
    assert sorted(told) == sorted(there)
    assert there, "the room has an act of every kind"


@pytest.mark.parametrize("visibility", Visibility.values)
@pytest.mark.parametrize("who", READERS)
def test_each_reader_sees_in_the_view_what_they_see_in_the_tables(
    room: Room, who: str, visibility: str
) -> None:
    Round.objects.update(visibility=visibility)
    access = room.access(who)
    rounds = Round.objects.filter(consultation=access.consultation)
    seen = Activity.objects.visible_to(access)
    for source, known in SOURCES.items():
        rows = known.make_queryset().visible_to(access)  # type: ignore[attr-defined]
        expected = sorted(rows.values_list("pk", flat=True))
        assert sorted(seen.filter(source=source).values_list("row", flat=True)) == expected
    # The rounds that were read already change nothing.
    assert set(readable_activity(access, list(rounds))) == set(readable_activity(access))
