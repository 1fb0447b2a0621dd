"""The calendar of a reader, as a file and at a secret address: meetings, deadlines, silences."""

import logging
import re
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from icalendar import Calendar

from comments.drafting.acts import edit_comment
from comments.groups.acts import object_to, set_silence, withdraw_objection
from comments.inputs.content import CommentContent
from config.monitoring.secret_paths import SecretPathFilter
from consultations.keys.acts import make_feed
from consultations.models import CalendarFeed, Facilitation, Seat
from consultations.people.functions import end_function
from consultations.people.posts import end_post
from consultations.seats.acts import end_seat
from consultations.timetable.acts import cancel_meeting, close_round, extend_deadline, move_meeting
from delegations.models import GroupMembership, Post, User
from tests.room import ELSEWHERE, SLUG, Room, marker, speak_in_room, words

FILE = f"/consultations/{SLUG}/calendar/file/"
PAGE = f"/consultations/{SLUG}/calendar/"
DELEGATE, MEMBER, COORDINATOR = "FRA contributor", "CIV contributor", "CPV focal_point"


def browser(room: Room, who: str) -> Client:
    client = Client()
    client.force_login(room.users[who])
    client.post("/capacity/", {"key": room.capacities[who]})
    return client


def address(room: Room, who: str, name: str = "Outlook", days: float = 0) -> str:
    """The path of a new secret address of this person."""
    _feed, key = make_feed(access=room.access(who, days), name=name)
    return f"/calendar/{key}.ics"


def events(answer: Any) -> dict[str, Any]:
    """What stands in a file, by its summary."""
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/calendar")
    calendar = Calendar.from_ical(answer.content)
    return {str(event["SUMMARY"]): event for event in calendar.walk("VEVENT")}


def read_events(path: str) -> dict[str, Any]:
    return events(Client().get(path))


# --- What stands in it ----------------------------------------------------------------------------


def test_the_file_holds_the_meetings_and_deadlines_of_this_consultation_alone(room: Room) -> None:
    found = events(browser(room, DELEGATE).get(FILE))
    assert set(found) == {
        "First reading",
        "Call for inputs: deadline",
        "First round: deadline",
    }
    meeting = found["First reading"]
    assert meeting["UID"] == str(room.meeting.public_id)
    assert meeting["LOCATION"] == "Conference Room 4"
    assert meeting["STATUS"] == "CONFIRMED" and meeting["SEQUENCE"] == 0
    assert "For participants only" in meeting["DESCRIPTION"]
    deadline = found["First round: deadline"]
    assert deadline["UID"] == str(room.round.public_id)
    assert deadline["TRANSP"] == "TRANSPARENT"


def test_times_stand_in_the_zone_of_the_consultation_which_the_file_describes(room: Room) -> None:
    answer = browser(room, DELEGATE).get(FILE)
    starts = events(answer)["First reading"]["DTSTART"]
    assert starts.params["TZID"] == "America/New_York"
    assert starts.dt == room.meeting.starts_at.replace(microsecond=0)
    zone: Any
    [zone] = Calendar.from_ical(answer.content).walk("VTIMEZONE")
    for day in (datetime(room.now.year, 7, 1, 12), datetime(room.now.year, 12, 1, 12)):
        described = day.replace(tzinfo=zone.to_tz())
        assert described.utcoffset() == day.replace(tzinfo=ZoneInfo("America/New_York")).utcoffset()


def test_a_meeting_that_moves_keeps_its_identity_and_counts_its_changes(room: Room) -> None:
    path = address(room, DELEGATE)
    before = read_events(path)["First reading"]
    move_meeting(access=room.access("secretariat"), meeting=room.meeting, starts_at=room.at(5))
    after = read_events(path)["First reading"]
    assert after["UID"] == before["UID"]
    assert (before["SEQUENCE"], after["SEQUENCE"]) == (0, 1)
    assert after["LAST-MODIFIED"].dt >= before["LAST-MODIFIED"].dt
    assert after["DTSTART"].dt == room.at(5).replace(microsecond=0)
    cancel_meeting(access=room.access("secretariat"), meeting=room.meeting)
    cancelled = read_events(path)["Cancelled: First reading"]
    assert cancelled["UID"] == before["UID"]
    assert cancelled["STATUS"] == "CANCELLED" and cancelled["SEQUENCE"] == 2


def test_a_deadline_that_is_extended_or_a_round_closed_early_is_told(room: Room) -> None:
    path = address(room, DELEGATE)
    extend_deadline(access=room.access("staff"), round=room.round, deadline=room.at(12))
    extended = read_events(path)["First round: deadline"]
    assert extended["SEQUENCE"] == 1
    assert extended["DTSTART"].dt == room.at(12).replace(microsecond=0)
    close_round(access=room.access("staff"), round=room.round)
    closed = read_events(path)["First round: closed early"]
    assert closed["SEQUENCE"] == 2 and closed["UID"] == extended["UID"]
    assert closed["DTSTART"].dt == room.now.replace(microsecond=0)


def test_the_same_calendar_gives_the_same_bytes(room: Room) -> None:
    client = browser(room, DELEGATE)
    assert client.get(FILE).content == client.get(FILE).content


# --- The silences of own groups -------------------------------------------------------------------


def test_silences_stand_on_the_calendars_of_those_who_sit_in_the_room_alone(room: Room) -> None:
    speak_in_room(room)
    silences = {title for title in events(browser(room, MEMBER).get(FILE)) if "silence" in title}
    assert silences == {
        "African Group: silence ends on paragraph 3",
        "Cancelled: African Group: silence ends on paragraph 3",
    }
    for outsider in (DELEGATE, "staff", "secretariat", "co_facilitator"):
        assert not any("silence" in title for title in events(browser(room, outsider).get(FILE)))


def test_a_calendar_holds_no_words_of_an_input(room: Room) -> None:
    speak_in_room(room)
    body = browser(room, MEMBER).get(FILE).content.decode()
    assert marker("ROOM silent") not in body.replace("\r\n ", "")
    assert marker("objection") not in body.replace("\r\n ", "")


def test_a_silence_that_is_broken_goes_on_or_is_set_again_counts_each_change(room: Room) -> None:
    speak_in_room(room)
    path, silent = address(room, MEMBER), room.comment("ROOM silent")

    def of_silence() -> Any:
        found = Calendar.from_ical(Client().get(path).content).walk("VEVENT")
        return next(event for event in found if event["UID"] == str(silent.public_id))

    assert (of_silence()["SEQUENCE"], of_silence()["STATUS"]) == (0, "CONFIRMED")
    member = room.access("CIV focal_point")
    objection = object_to(access=member, comment=silent)
    assert (of_silence()["SEQUENCE"], of_silence()["STATUS"]) == (1, "CANCELLED")
    withdraw_objection(access=member, objection=objection)
    assert (of_silence()["SEQUENCE"], of_silence()["STATUS"]) == (2, "CONFIRMED")
    set_silence(access=room.access(COORDINATOR), comment=silent, until=room.at(2))
    assert (of_silence()["SEQUENCE"], of_silence()["STATUS"]) == (3, "CONFIRMED")
    assert of_silence()["DTSTART"].dt == room.at(2).replace(microsecond=0)


def test_a_silence_that_a_change_of_the_words_ended_leaves_the_calendar(room: Room) -> None:
    speak_in_room(room)
    path, silent = address(room, MEMBER), room.comment("ROOM silent")
    edit_comment(
        access=room.access(MEMBER),
        comment=silent,
        version=silent.version,
        content=CommentContent(**words("ROOM silent anew")),
    )
    assert str(silent.public_id) not in Client().get(path).content.decode()


# --- The secret address ---------------------------------------------------------------------------


def test_the_address_is_shown_once_and_only_its_hash_is_kept(room: Room) -> None:
    client = browser(room, DELEGATE)
    sent = {"capacity": room.capacities[DELEGATE], "name": "Outlook at the mission"}
    page = client.post(PAGE, sent).content.decode()
    shown = re.search(r"/calendar/([\w-]+)\.ics", page)
    assert shown is not None
    assert "First reading" in read_events(f"/calendar/{shown[1]}.ics")
    later = client.get(PAGE).content.decode()
    assert "Outlook at the mission" in later and shown[1] not in later
    assert shown[1] not in str(CalendarFeed.objects.values().get())


def test_the_address_says_when_it_was_last_read(room: Room) -> None:
    client, path = browser(room, DELEGATE), address(room, DELEGATE)
    assert "never used" in client.get(PAGE).content.decode()
    Client().get(path)
    for page in (PAGE, "/keys/"):
        assert "last used" in client.get(page).content.decode()


def test_a_new_address_ends_the_one_before_in_the_same_capacity_alone(room: Room) -> None:
    first, others = address(room, DELEGATE), address(room, MEMBER)
    second = address(room, DELEGATE, "Phone")
    assert Client().get(first).status_code == 404
    assert Client().get(second).status_code == Client().get(others).status_code == 200


def test_an_address_is_ended_by_its_owner_alone(room: Room) -> None:
    path = address(room, DELEGATE)
    end = f"/keys/calendars/{CalendarFeed.objects.get().public_id}/end/"
    theirs = browser(room, MEMBER).post(end, {"capacity": room.capacities[MEMBER]})
    assert theirs.status_code == 404 and Client().get(path).status_code == 200
    mine = browser(room, DELEGATE)
    assert mine.get(end).status_code == 302
    mine.post(end, {"capacity": room.capacities[DELEGATE]})
    assert Client().get(path).status_code == 404


def test_without_a_name_no_address_is_made(room: Room) -> None:
    sent = {"capacity": room.capacities[DELEGATE], "name": " "}
    assert browser(room, DELEGATE).post(PAGE, sent).status_code == 422
    assert not CalendarFeed.objects.exists()


def test_the_address_shows_nothing_any_more_once_its_owner_has_no_place_here(room: Room) -> None:
    path = address(room, DELEGATE)
    end_seat(access=room.access("secretariat"), seat=Seat.objects.get(code="FRA"))
    assert Client().get(path).status_code == 404


def test_the_address_ends_with_the_post_in_which_it_was_made(room: Room) -> None:
    path = address(room, DELEGATE)
    post = Post.objects.get(user=room.users[DELEGATE])
    end_post(actor=room.access("FRA focal_point"), post=post)
    assert CalendarFeed.objects.get().ended_at is not None
    assert Client().get(path).status_code == 404


def test_the_address_ends_with_a_function_too(room: Room) -> None:
    path = address(room, "staff")
    function = Facilitation.objects.get(user=room.users["staff"])
    end_function(access=room.access("secretariat"), facilitation=function)
    assert Client().get(path).status_code == 404


def test_the_address_of_a_deactivated_account_shows_nothing(room: Room) -> None:
    path = address(room, DELEGATE)
    User.objects.filter(pk=room.users[DELEGATE].pk).update(is_active=False)
    assert Client().get(path).status_code == 404


def test_who_leaves_a_group_no_longer_reads_its_silences_there(room: Room) -> None:
    speak_in_room(room)
    path = address(room, MEMBER)
    assert any("silence" in title for title in read_events(path))
    GroupMembership.objects.filter(member=room.bodies["CIV"]).update(
        ends_on=room.now.date() - timedelta(days=1)
    )
    assert not any("silence" in title for title in read_events(path))


def test_an_address_of_one_consultation_says_nothing_of_another(room: Room) -> None:
    path = address(room, COORDINATOR)
    found = Client().get(path).content.decode()
    assert room.other_meeting.title not in found and str(room.other_round.public_id) not in found
    _feed, key = make_feed(access=room.access(COORDINATOR, slug=ELSEWHERE), name="Outlook")
    assert Client().get(path).status_code == 200  # another consultation's address replaces none
    assert str(room.round.public_id) not in Client().get(f"/calendar/{key}.ics").content.decode()


def test_the_calendar_speaks_the_language_of_its_owner(room: Room) -> None:
    path = address(room, DELEGATE)
    User.objects.filter(pk=room.users[DELEGATE].pk).update(language="fr")
    assert not any("deadline" in title for title in read_events(path))


def test_where_a_second_step_is_asked_for_the_address_waits_for_it(
    room: Room, settings: Any
) -> None:
    path = address(room, COORDINATOR)
    settings.REQUIRE_MFA = True
    assert Client().get(path).status_code == 404


def test_a_calendar_program_run_wild_is_slowed_down(
    room: Room, settings: Any, own_cache: None
) -> None:
    settings.MAX_REQUESTS_A_MINUTE = settings.MAX_REQUESTS_A_MINUTE | {"calendar": 2}
    path = address(room, DELEGATE)
    with time_machine.travel(room.now.replace(second=10), tick=False):
        assert [Client().get(path).status_code for _ in range(3)] == [200, 200, 429]
        assert Client().get(path)["Retry-After"] == "50"


def test_no_browser_or_proxy_keeps_a_calendar(room: Room) -> None:
    answer = Client().get(address(room, DELEGATE))
    assert "no-store" in answer["Cache-Control"] and "private" in answer["Cache-Control"]


def test_the_secret_of_an_address_stands_in_no_log_line() -> None:
    line = logging.LogRecord(
        "django.request", logging.WARNING, "", 1, "%s: %s", ("Not Found", "/calendar/abc.ics"), None
    )
    assert SecretPathFilter().filter(line)
    assert line.getMessage() == "Not Found: /calendar/…"


def test_a_calendar_costs_as_many_queries_for_many_rows_as_for_one(room: Room) -> None:
    speak_in_room(room)
    path = address(room, MEMBER)
    Client().get(path)
    with CaptureQueriesContext(connection) as asked:
        read_events(path)
    assert len(asked) <= 11
