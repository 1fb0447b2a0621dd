"""The timeline of deadlines and meetings, on the front page and as a file."""

import csv
from datetime import timedelta
from io import StringIO

from django.urls import reverse

from comments.front.date_picture import MAX_ROUNDS, date_picture
from comments.front.queries import next_meetings
from comments.inputs.queries import rounds_of_consultation
from consultations.models import Visibility
from consultations.rules.access import Access
from consultations.timetable.acts import create_round
from tests.comments.brief.test_brief_pages import client
from tests.room import SLUG, Room


def names(room: Room, access: Access) -> list[str]:
    picture = date_picture(access, rounds_of_consultation(access), next_meetings(access))
    assert picture is not None
    return [row[0] for row in picture.rows]


def test_it_shows_what_is_open_what_comes_and_what_closed_last(room: Room) -> None:
    access = room.access("CPV contributor")
    shown = names(room, access)
    assert room.round.name in shown
    assert room.meeting.title in shown
    for number in range(MAX_ROUNDS + 3):
        create_round(
            access=room.access("co_facilitator"),
            name=f"Later {number}",
            asks_again=room.round,
            opens_at=room.at(20 + 10 * number),
            deadline=room.at(25 + 10 * number),
            visibility=Visibility.AT_ONCE,
        )
    rounds = [name for name in names(room, access) if name != room.meeting.title]
    assert len([name for name in rounds if name.startswith(("Later", room.round.name))]) >= 2
    assert f"Later {MAX_ROUNDS + 2}" not in rounds


def test_a_closed_record_has_no_line(room: Room) -> None:
    access = room.access("CPV contributor")
    access.consultation.closed_at = access.moment - timedelta(days=1)
    assert date_picture(access, rounds_of_consultation(access), []) is None


def test_the_front_page_draws_it_and_leads_to_the_same_as_a_file(room: Room) -> None:
    signed_in = client(room, "CPV contributor")
    page = signed_in.get(reverse("consultation", args=[SLUG])).content.decode()
    assert '<svg class="picture__drawing" role="img" aria-label="Deadlines and meetings"' in page
    url = reverse("dates_file", args=[SLUG])
    assert url in page
    columns, *rows = csv.reader(StringIO(signed_in.get(url).content.decode("utf-8-sig")))
    assert columns == ["What", "From", "Until"]
    assert room.round.name in [row[0] for row in rows]
    assert [row[2] for row in rows if row[0] == room.meeting.title] == [""]
