"""Minutes of a meeting: written by paragraph, private until issued, and not an input."""

import re
import uuid
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from docx import Document

from comments.drafting.acts import discard_comment, save_autosave
from comments.minutes.acts import (
    add_line,
    begin_minutes,
    decline_line,
    draft_from_line,
    edit_line,
    end_minutes,
    issue_minutes,
    offer_line,
    restore_line,
    strike_line,
)
from comments.minutes.queries import line_history, minuted_paragraphs, minutes_record
from comments.models import Autosave, Comment, MinuteLine
from comments.submitting.acts import submit_comment
from consultations.models import Mail, MailKind, Minutes, Seat
from consultations.rules.access import Access, Refused
from consultations.seats.acts import end_seat
from consultations.timetable.acts import cancel_meeting, create_meeting
from drafts.desk.acts import StaleVersion, add_paragraph, edit_paragraph
from drafts.desk.history import word_changes_between
from drafts.desk.steps import undo_step
from drafts.meetings.acts import add_agenda_item
from drafts.models import Paragraph
from drafts.states.acts import set_state
from drafts.text.names import names_of_paragraphs
from tests.comments.reading.test_pages import Person, page
from tests.mails import send_all
from tests.room import SLUG, Room, loaded, marker

pytestmark = pytest.mark.django_db

WORDS = f"We see no mandate for it {marker('minuted')}."


@pytest.fixture
def minutes(room: Room) -> Minutes:
    return begin_minutes(access=room.access("staff"), meeting=room.meeting)


def row(room: Room, place: int = 2) -> Paragraph:
    key = room.wording(room.revision, place).paragraph_id
    return Paragraph.objects.select_related("draft").get(pk=key)


def say(room: Room, minutes: Minutes, **more: Any) -> MinuteLine:
    """France speaks on the first operative paragraph."""
    fields: dict[str, Any] = {
        "paragraph": row(room),
        "seat": room.seat("FRA focal_point"),
        "words": WORDS,
        "access": room.access("staff"),
    }
    line = add_line(minutes=minutes, **(fields | more))
    return reloaded_line(line)


def reloaded_line(line: MinuteLine) -> MinuteLine:
    rows = MinuteLine.objects.select_related("minutes__meeting", "seat", "spoke_for", "comment")
    found: MinuteLine = rows.get(pk=line.pk)
    return found


def reword(room: Room, text: str) -> None:
    found = row(room)
    edit_paragraph(
        access=room.access("staff"),
        paragraph=found,
        version=found.version,
        text=text,
        kind=found.kind,
        label=found.label,
    )


def count_said(access: Access) -> int:
    """How many lines wait for an answer of this delegation."""
    return MinuteLine.objects.offered_to(access).unanswered().count()


# --- Taken ----------------------------------------------------------------------------------------


def test_a_meeting_has_one_set_of_minutes_and_they_go_on_after_their_end(
    room: Room, minutes: Minutes
) -> None:
    again = begin_minutes(access=room.access("secretariat"), meeting=room.meeting)
    assert again.pk == minutes.pk
    assert end_minutes(access=room.access("staff"), minutes=minutes).ended_at == room.now
    assert Minutes.objects.get().ended_at == room.now
    begin_minutes(access=room.access("secretariat"), meeting=room.meeting)
    assert Minutes.objects.get().ended_at is None


def test_another_meeting_has_minutes_of_its_own(room: Room, minutes: Minutes) -> None:
    staff = room.access("staff")
    second = create_meeting(access=staff, title="Second reading", starts_at=room.at(5))
    begun = begin_minutes(access=staff, meeting=second)
    assert (begun.meeting, begun.pk == minutes.pk) == (second, False)


def test_minutes_end_when_they_are_issued_unless_they_ended_before(
    room: Room, minutes: Minutes
) -> None:
    leader = room.access("co_facilitator")
    assert issue_minutes(access=leader, minutes=minutes).ended_at == room.now
    second = create_meeting(access=leader, title="Second reading", starts_at=room.at(5))
    begun = begin_minutes(access=leader, meeting=second)
    end_minutes(access=leader, minutes=begun)
    issued = issue_minutes(access=room.access("co_facilitator", 1), minutes=begun)
    assert (issued.ended_at, issued.issued_at) == (room.now, room.at(1))


def test_a_line_keeps_who_spoke_for_whom_and_its_history(room: Room, minutes: Minutes) -> None:
    group = room.access("CPV focal_point").coordinated_seats[0]
    line = say(room, minutes, seat=room.seat("CPV focal_point"), spoke_for=group)
    edit_line(
        access=room.access("secretariat"),
        line=line,
        version=1,
        words="We support it.",
        seat=line.seat,
        spoke_for=group,
    )
    found = reloaded_line(line)
    assert (found.words, found.spoke_for, found.version) == ("We support it.", group, 2)
    assert [event.act for event in line_history(found)] == [
        "corrected",
        "written",
    ]


def test_the_same_form_sent_twice_writes_one_line(room: Room, minutes: Minutes) -> None:
    key = uuid.uuid4()
    seat, words = room.seat("FRA focal_point"), {"form_key": key}
    say(room, minutes, seat=seat, **words)
    say(room, minutes, seat=seat, **words)
    assert MinuteLine.objects.count() == 1


def test_a_cancelled_meeting_has_no_minutes(room: Room) -> None:
    secretariat = room.access("secretariat")
    cancel_meeting(access=secretariat, meeting=room.meeting)
    with pytest.raises(ValidationError, match="cancelled"):
        begin_minutes(access=secretariat, meeting=room.meeting)
    assert not Minutes.objects.exists()


def test_a_line_has_words_and_is_of_a_text_of_its_consultation(
    room: Room, minutes: Minutes
) -> None:
    elsewhere = Paragraph.objects.select_related("draft").exclude(
        draft__consultation=room.consultation
    )
    with pytest.raises(ValidationError, match="belongs to another text"):
        say(room, minutes, paragraph=elsewhere[0])
    with pytest.raises(ValidationError, match="Write what was said"):
        say(room, minutes, words=" \n")
    assert not MinuteLine.objects.exists()


def test_of_two_who_correct_one_line_the_second_sees_the_first(
    room: Room, minutes: Minutes
) -> None:
    line = say(room, minutes)
    edit_line(access=room.access("staff"), line=line, version=1, words="One.", seat=line.seat)
    with pytest.raises(StaleVersion):
        edit_line(
            access=room.access("secretariat"), line=line, version=1, words="Two.", seat=line.seat
        )
    answer = Person(room, "secretariat").post(
        "minute_line",
        room.meeting.public_id,
        line.public_id,
        version=1,
        seat=str(room.seat("FRA focal_point").public_id),
        spoke_for="itself",
        words="Two.",
    )
    assert answer.status_code == 409
    assert "One." in page(answer)
    assert "Two." in page(answer)
    assert reloaded_line(line).words == "One."


def test_a_struck_line_stands_in_no_record_and_can_be_restored(
    room: Room, minutes: Minutes
) -> None:
    line = say(room, minutes)
    staff = room.access("staff")
    strike_line(access=staff, line=line)
    assert minutes_record(staff, minutes).paragraphs == ()
    restore_line(access=staff, line=reloaded_line(line))
    assert [part.lines for part in minutes_record(staff, minutes).paragraphs] == [(line,)]


@pytest.mark.parametrize("who", ["CPV focal_point", "FRA deputy", "co_facilitator as PRT"])
def test_delegations_take_no_minutes(room: Room, minutes: Minutes, who: str) -> None:
    with pytest.raises(Refused):
        say(room, minutes, access=room.access(who))
    line, access = say(room, minutes), room.access(who)
    acts: tuple[Callable[[], object], ...] = (
        lambda: begin_minutes(access=access, meeting=room.meeting),
        lambda: end_minutes(access=access, minutes=minutes),
        lambda: issue_minutes(access=access, minutes=minutes),
        lambda: edit_line(access=access, line=line, version=line.version, words="Other."),
        lambda: strike_line(access=access, line=line),
        lambda: restore_line(access=access, line=line),
        lambda: offer_line(access=access, line=line),
    )
    for act in acts:
        with pytest.raises(Refused):
            act()
    assert reloaded_line(line).version == line.version
    assert Minutes.objects.get().ended_at is None


def test_a_group_speaks_through_a_delegation(room: Room, minutes: Minutes) -> None:
    group = room.access("CPV focal_point").coordinated_seats[0]
    with pytest.raises(ValidationError, match="Choose one from the list"):
        say(room, minutes, seat=group)
    with pytest.raises(ValidationError, match="that spoke for the group"):
        say(room, minutes, seat=None, spoke_for=group)


def test_the_meeting_goes_through_its_agenda_and_without_one_through_all_texts(
    room: Room, minutes: Minutes
) -> None:
    staff = room.access("staff")
    every = Paragraph.objects.in_force().filter(draft__consultation=room.consultation)
    assert len(minuted_paragraphs(staff, room.meeting)) == every.count()
    add_agenda_item(access=staff, meeting=room.meeting, draft=room.draft, paragraph=row(room))
    assert minuted_paragraphs(staff, room.meeting) == [row(room)]


# --- What changed meanwhile -----------------------------------------------------------------------


def test_words_changed_at_the_desk_meanwhile_are_listed_and_undone_ones_are_not(
    room: Room, minutes: Minutes
) -> None:
    staff = room.access("staff")
    reword(room, "To raise awareness everywhere.")
    reword(room, "To raise awareness at once.")
    [change] = word_changes_between(staff, minutes.begun_at, room.now)
    assert (change.text_before, change.text_after) == (
        "To raise awareness of trafficking.",
        "To raise awareness at once.",
    )
    undo_step(access=staff, step=room.draft.steps.order_by("-number")[0])
    [change] = word_changes_between(staff, minutes.begun_at, room.now)
    assert change.text_after == "To raise awareness everywhere."
    assert word_changes_between(room.access("FRA focal_point"), minutes.begun_at, room.now) == []


# --- Issued ---------------------------------------------------------------------------------------


def test_nobody_else_reaches_minutes_that_are_not_issued(room: Room, minutes: Minutes) -> None:
    say(room, minutes)
    for who in ("FRA focal_point", "CPV deputy", "IOM focal_point"):
        person = Person(room, who)
        assert person.get("minutes", room.meeting.public_id).status_code == 404
        assert person.get("minutes_file", room.meeting.public_id).status_code == 404
        assert "Minutes" not in page(person.get("meetings"))
        assert marker("minuted") not in page(person.get("agenda", room.meeting.public_id))
        assert list(MinuteLine.objects.visible_to(room.access(who))) == []


def test_issued_minutes_are_read_by_all_without_words_of_the_desk(
    room: Room, minutes: Minutes
) -> None:
    say(room, minutes)
    gone = say(room, minutes, words="To be struck.")
    strike_line(access=room.access("staff"), line=gone)
    reword(room, f"To raise awareness {marker('desk only')}.")
    with pytest.raises(Refused):
        issue_minutes(access=room.access("staff"), minutes=minutes)
    issue_minutes(access=room.access("co_facilitator"), minutes=minutes)
    own = page(Person(room, "staff").get("minutes", room.meeting.public_id))
    assert marker("desk only") in own
    for who in ("FRA focal_point", "CPV contributor", "IOM focal_point"):
        shown = page(Person(room, who).get("minutes", room.meeting.public_id))
        assert marker("minuted") in shown
        assert "To raise awareness of trafficking." in shown
        assert marker("desk only") not in shown
        assert "To be struck." not in shown
        assert room.users["staff"].name not in shown


def test_of_a_text_that_was_not_circulated_issued_minutes_give_no_title_and_no_words(
    room: Room, minutes: Minutes
) -> None:
    there = add_paragraph(
        access=room.access("staff"),
        draft=room.unsent_draft,
        kind="operative",
        text=f"Only {marker('unsent words')}.",
        after=None,
    )
    say(room, minutes, paragraph=there)
    issue_minutes(access=room.access("co_facilitator"), minutes=minutes)
    person, meeting = Person(room, "FRA focal_point"), room.meeting.public_id
    shown = page(person.get("minutes", meeting))
    assert marker("minuted") in shown
    document = Document(BytesIO(person.get("minutes_file", meeting).content))
    headings = [
        line.text
        for line in document.paragraphs
        if line.style and line.style.style_id in {"Heading2", "Heading3"}
    ]
    assert headings[-2:] == [
        "A text that is not circulated yet",
        "A paragraph that is not circulated yet",
    ]
    paper = document.element.xml
    for told in (shown, paper):
        assert marker("unsent text") not in told
        assert marker("unsent words") not in told


def test_issued_minutes_no_longer_change(room: Room, minutes: Minutes) -> None:
    line = say(room, minutes)
    issue_minutes(access=room.access("secretariat"), minutes=minutes)
    for act in (
        lambda: say(room, minutes),
        lambda: strike_line(access=room.access("staff"), line=line),
        lambda: begin_minutes(access=room.access("staff"), meeting=room.meeting),
    ):
        with pytest.raises(ValidationError, match="minutes are issued"):
            act()


# --- An input only when the delegation confirms it ------------------------------------------------


def test_what_was_said_is_no_input_until_the_delegation_submits_it(
    room: Room, minutes: Minutes
) -> None:
    line, before = say(room, minutes), Comment.objects.submitted().count()
    offer_line(access=room.access("staff"), line=line)
    focal_point = room.access("FRA focal_point")
    assert count_said(focal_point) == 1
    assert count_said(room.access("CPV focal_point")) == 0
    comment = draft_from_line(access=focal_point, line=reloaded_line(line))
    assert comment.rationale == WORDS
    assert Comment.objects.submitted().count() == before
    assert count_said(focal_point) == 0
    submit_comment(access=focal_point, comment=loaded().get(pk=comment.pk))
    assert Comment.objects.submitted().count() == before + 1


def test_a_line_makes_one_draft_and_a_discarded_one_makes_way(room: Room, minutes: Minutes) -> None:
    line = say(room, minutes)
    offer_line(access=room.access("staff"), line=line)
    contributor = room.access("FRA contributor")
    first = draft_from_line(access=contributor, line=line)
    assert draft_from_line(access=contributor, line=line).pk == first.pk
    discard_comment(access=contributor, comment=loaded().get(pk=first.pk))
    assert count_said(contributor) == 1
    assert draft_from_line(access=contributor, line=line).pk != first.pk


def test_a_draft_made_of_a_line_leaves_what_one_types_there(room: Room, minutes: Minutes) -> None:
    line, access = say(room, minutes), room.access("FRA contributor")
    offer_line(access=room.access("staff"), line=line)
    wording = room.wording(room.revision, 2)
    save_autosave(access=access, wording=wording, text_by_field={"rationale": "We wo"})
    draft = draft_from_line(access=access, line=reloaded_line(line))
    assert draft.wording_id == wording.pk
    kept = Autosave.objects.visible_to(access).get(wording=wording, comment=None)
    assert kept.words == {"rationale": "We wo"}


def test_that_a_delegation_drafts_is_seen_by_nobody_else(room: Room, minutes: Minutes) -> None:
    line = say(room, minutes)
    offer_line(access=room.access("staff"), line=line)
    address = ("minute_paragraph", room.meeting.public_id, row(room).public_id)
    asked = _without_forms(page(Person(room, "staff").get(*address)))
    version = reloaded_line(line).version
    draft_from_line(access=room.access("FRA focal_point"), line=line)
    assert _without_forms(page(Person(room, "staff").get(*address))) == asked
    assert reloaded_line(line).version == version
    assert len(line_history(line)) == 2
    with pytest.raises(ValidationError, match="was asked already"):
        edit_line(
            access=room.access("staff"),
            line=line,
            version=version,
            words=WORDS,
            seat=room.seat("CPV focal_point"),
        )


def _without_forms(shown: str) -> str:
    """The page without the keys of its forms, which are new each time."""
    return re.sub(r'value="[^"]*"|nonce="[^"]*"|Token": "[^"]*"', "", shown)


def test_a_focal_point_declines_and_who_takes_minutes_reads_that(
    room: Room, minutes: Minutes
) -> None:
    line = say(room, minutes)
    offer_line(access=room.access("staff"), line=line)
    with pytest.raises(Refused):
        decline_line(access=room.access("FRA deputy"), line=reloaded_line(line))
    with pytest.raises((Refused, ValidationError)):
        decline_line(access=room.access("CPV focal_point"), line=reloaded_line(line))
    decline_line(access=room.access("FRA focal_point"), line=reloaded_line(line))
    assert count_said(room.access("FRA focal_point")) == 0
    shown = page(
        Person(room, "staff").get("minute_paragraph", room.meeting.public_id, row(room).public_id)
    )
    assert "Declined by the delegation" in shown
    history = page(Person(room, "staff").get("minute_line", room.meeting.public_id, line.public_id))
    assert room.users["FRA focal_point"].name not in history


def test_an_offered_line_reaches_no_other_delegation_and_its_words_no_mail(
    room: Room, minutes: Minutes
) -> None:
    line = say(room, minutes)
    offer_line(access=room.access("staff"), line=line)
    assert marker("minuted") in page(Person(room, "FRA contributor").get("said"))
    assert "1 statement" in page(Person(room, "FRA focal_point").get("consultation"))
    other = Person(room, "CPV focal_point")
    for name in ("said", "consultation", "workspace", "new"):
        assert marker("minuted") not in page(other.get(name))
        assert "statement" not in page(other.get(name))
    for name in ("draft_said", "decline_said"):
        assert other.post(name, line.public_id).status_code == 404
    told = list(Mail.objects.values_list("reader__posts__delegation__code", "facts"))
    assert {code for code, _facts in told} == {"FRA"}
    assert all(marker("minuted") not in str(facts) for _code, facts in told)


def test_an_offered_line_keeps_its_delegation_and_may_be_reworded(
    room: Room, minutes: Minutes
) -> None:
    line, staff = say(room, minutes), room.access("staff")
    offer_line(access=staff, line=line)
    for seat in (room.seat("CPV focal_point"), None):
        with pytest.raises(ValidationError, match="was asked already"):
            edit_line(access=staff, line=line, version=2, words=WORDS, seat=seat)
    reworded = edit_line(
        access=staff, line=line, version=2, words="We see none.", seat=room.seat("FRA focal_point")
    )
    assert (reworded.words, reworded.seat) == ("We see none.", line.seat)


def test_who_said_it_is_asked_once_and_after_a_no_again(room: Room, minutes: Minutes) -> None:
    line, told = say(room, minutes), []
    for days in (0, 0.1):
        offered = offer_line(access=room.access("staff", days), line=reloaded_line(line))
        assert (offered.offered_at, offered.declined_at) == (room.at(days), None)
        told.append(send_all(MailKind.TURN))
    decline_line(access=room.access("FRA focal_point", 0.2), line=reloaded_line(line))
    assert reloaded_line(line).declined_at == room.at(0.2)
    again = offer_line(access=room.access("staff", 0.3), line=reloaded_line(line))
    assert again.declined_at is None
    told.append(send_all(MailKind.TURN))
    assert told == [2, 0, 2]


def test_who_spoke_for_a_group_is_a_delegation_and_the_group_is_one(
    room: Room, minutes: Minutes
) -> None:
    group = room.access("CPV focal_point").coordinated_seats[0]
    elsewhere = Seat.objects.get(consultation=room.elsewhere, code="JPN")
    cape = room.seat("CPV focal_point")
    for field, speakers in {
        "seat": {"seat": group},
        "spoke_for": {"seat": cape, "spoke_for": room.seat("FRA focal_point")},
    }.items():
        with pytest.raises(ValidationError) as refused:
            say(room, minutes, **speakers)
        assert list(refused.value.message_dict) == [field]
    with pytest.raises(ValidationError, match="Choose one from the list"):
        say(room, minutes, seat=elsewhere)
    assert say(room, minutes, seat=cape, spoke_for=group).spoke_for == group


def test_a_struck_line_is_not_offered(room: Room, minutes: Minutes) -> None:
    line, staff = say(room, minutes), room.access("staff")
    strike_line(access=staff, line=line)
    with pytest.raises(ValidationError, match="Restore it first"):
        offer_line(access=staff, line=line)
    assert count_said(room.access("FRA focal_point")) == 0


def test_only_what_a_delegation_said_on_a_paragraph_is_offered(
    room: Room, minutes: Minutes
) -> None:
    for more in ({"seat": None}, {"paragraph": None}):
        with pytest.raises(ValidationError, match="Only what a delegation said"):
            offer_line(access=room.access("staff"), line=say(room, minutes, **more))


# --- The pages, and the paper ---------------------------------------------------------------------


def test_minutes_are_begun_and_taken_on_the_pages(room: Room) -> None:
    person, meeting = Person(room, "staff"), room.meeting.public_id
    assert "Begin the minutes" in page(person.get("minutes", meeting))
    person.post("begin_minutes", meeting)
    address = (meeting, row(room).public_id)
    shown = page(person.get("minute_paragraph", *address))
    assert "To raise awareness of trafficking." in shown
    person.post(
        "minute_paragraph",
        *address,
        seat=str(room.seat("FRA focal_point").public_id),
        spoke_for="itself",
        words="We support it.",
    )
    assert "We support it." in page(person.get("minute_paragraph", *address))
    chosen = person.get("minutes_jump", meeting, paragraph=str(row(room, 3).public_id))
    assert chosen["Location"].endswith(f"{row(room, 3).public_id}/")


def test_a_page_of_the_minutes_names_the_paragraphs_of_a_text_once(
    room: Room, minutes: Minutes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not once for each of them: a text of a thousand paragraphs would take a million steps."""
    calls = []

    def counted_names(*arguments: Any) -> Any:
        calls.append(arguments)
        return names_of_paragraphs(*arguments)

    monkeypatch.setattr("comments.minutes.views.names_of_paragraphs", counted_names)
    reword(room, "To end it.")
    page(Person(room, "staff").get("minute_paragraph", room.meeting.public_id, row(room).public_id))
    assert len(calls) == 1


@pytest.mark.parametrize(("label", "name"), [("12", "Paragraph 12"), ("OP3", "OP3")])
def test_the_minutes_cite_a_paragraph_as_all_pages_do(
    room: Room, minutes: Minutes, label: str, name: str
) -> None:
    Paragraph.objects.filter(pk=row(room).pk).update(label=label)
    address = (room.meeting.public_id, row(room).public_id)
    shown = page(Person(room, "staff").get("minute_paragraph", *address))
    assert f">{name}</h1>" in shown


def test_who_spoke_is_never_guessed(room: Room, minutes: Minutes) -> None:
    address = ("minute_paragraph", room.meeting.public_id, row(room).public_id)
    refused = Person(room, "staff").post(*address, seat="", spoke_for="itself", words="So.")
    assert refused.status_code == 422
    assert "Choose who spoke." in page(refused)
    assert "So." in page(refused)
    Person(room, "staff").post(*address, seat="chair", spoke_for="itself", words="So.")
    [line] = MinuteLine.objects.all()
    assert line.seat_id is None


@pytest.mark.parametrize("left", ["delegation", "group"])
def test_a_line_of_a_delegation_that_left_is_corrected_with_its_speakers(
    room: Room, minutes: Minutes, left: str
) -> None:
    group = room.access("CPV focal_point").coordinated_seats[0]
    speaker = room.seat("CPV focal_point")
    line = say(room, minutes, seat=speaker, spoke_for=group)
    leaving = {"delegation": speaker, "group": group}[left]
    end_seat(access=room.access("secretariat"), seat=leaving)
    person, address = Person(room, "staff"), (room.meeting.public_id, line.public_id)
    shown = page(person.get("minute_line", *address))
    for seat in (speaker, group):
        assert f'<option value="{seat.public_id}" selected>' in shown
    words = {"words": "We support it.", "version": 1}
    sent = {"seat": str(speaker.public_id), "spoke_for": str(group.public_id)} | words
    assert person.post("minute_line", *address, **sent).status_code == 302
    corrected = reloaded_line(line)
    assert (corrected.words, corrected.seat, corrected.spoke_for) == (
        "We support it.",
        speaker,
        group,
    )
    # Who left speaks no more: a new line does not offer it.
    assert f'value="{leaving.public_id}"' not in page(person.get("minutes", room.meeting.public_id))


def test_who_takes_minutes_can_ask_again_on_the_page_after_a_no(
    room: Room, minutes: Minutes
) -> None:
    line, person = say(room, minutes), Person(room, "staff")
    address = ("minute_paragraph", room.meeting.public_id, row(room).public_id)
    asking = "Ask the delegation to make it an input"
    assert asking in page(person.get(*address))
    offer_line(access=room.access("staff"), line=line)
    assert asking not in page(person.get(*address))
    decline_line(access=room.access("FRA focal_point", 0.1), line=reloaded_line(line))
    assert asking in page(person.get(*address))


def test_the_state_is_set_from_the_minutes_and_leads_back_there(
    room: Room, minutes: Minutes
) -> None:
    person, here = Person(room, "staff"), row(room)
    url = reverse("paragraph_state", args=[SLUG, "plan", here.public_id, "agreed"])
    url += f"?meeting={room.meeting.public_id}&on=minutes"
    assert f'value="{room.meeting.public_id}" selected' in page(person.client.get(url))
    answer = person.client.post(
        url,
        {
            "capacity": person.capacity,
            "version": here.version,
            "meeting": str(room.meeting.public_id),
        },
    )
    assert answer["Location"].endswith(f"minutes/{here.public_id}/")
    [act] = here.state_acts.all()
    assert (act.state, act.meeting_id) == ("agreed", room.meeting.pk)


def test_the_states_set_in_the_meeting_stand_in_its_minutes(room: Room, minutes: Minutes) -> None:
    here, staff = row(room), room.access("staff")
    set_state(
        access=staff, paragraph=here, state="agreed", version=here.version, meeting=room.meeting
    )
    shown = page(Person(room, "staff").get("minutes", room.meeting.public_id))
    assert shown.count("state--agreed") == 1
    assert "To raise awareness of trafficking." in shown


def test_the_record_writes_itself_as_a_word_document(room: Room, minutes: Minutes) -> None:
    staff = room.access("staff")
    add_agenda_item(access=staff, meeting=room.meeting, draft=room.draft, note="First reading")
    say(room, minutes)
    say(room, minutes, paragraph=None, seat=None, words="Welcome, all.")
    reword(room, "To raise awareness everywhere.")
    here = row(room)
    set_state(
        access=staff, paragraph=here, state="parked", version=here.version, meeting=room.meeting
    )
    file = Person(room, "staff").get("minutes_file", room.meeting.public_id)
    document = Document(BytesIO(file.content))
    told = "\n".join(paragraph.text for paragraph in document.paragraphs)
    assert "not circulated yet" not in told
    for words in (
        "Minutes of “First reading”",
        "The plan · First reading",
        "Welcome, all.",
        "France · ",
        WORDS,
        "Parked · ",
        "Words changed on the desk",
    ):
        assert words in told, words
    assert "For participants only" in document.sections[0].header.paragraphs[0].text
    assert 'w:instr="NUMPAGES"' in document.sections[0].footer._element.xml
    body = document.element.xml
    assert "<w:ins " in body
    assert "<w:del " in body


def test_every_paragraph_of_the_full_copy_has_its_name_and_words_once_the_meeting_is_over(
    room: Room, minutes: Minutes
) -> None:
    say(room, minutes)
    end_minutes(access=room.access("staff", -1), minutes=minutes)
    [part] = minutes_record(
        room.access("staff"), Minutes.objects.select_related("meeting").get()
    ).paragraphs
    assert (part.name, part.text) == ("1", "To raise awareness of trafficking.")


def test_the_circulation_copy_holds_no_words_of_the_desk(room: Room, minutes: Minutes) -> None:
    say(room, minutes)
    reword(room, f"To raise awareness {marker('desk only')}.")
    person, meeting = Person(room, "staff"), room.meeting.public_id
    full = Document(BytesIO(person.get("minutes_file", meeting).content)).element.xml
    assert marker("desk only") in full
    copy = Document(BytesIO(person.get("minutes_file", meeting, copy="circulation").content))
    assert marker("desk only") not in copy.element.xml
    assert WORDS in copy.element.xml
    issue_minutes(access=room.access("co_facilitator"), minutes=minutes)
    theirs = Person(room, "FRA focal_point").get("minutes_file", meeting)
    assert marker("desk only") not in Document(BytesIO(theirs.content)).element.xml


def test_the_same_cut_off_gives_the_same_bytes(room: Room, minutes: Minutes) -> None:
    say(room, minutes)
    assert end_minutes(access=room.access("staff"), minutes=minutes).ended_at == room.now
    person, meeting = Person(room, "staff"), room.meeting.public_id
    assert (
        person.get("minutes_file", meeting).content == person.get("minutes_file", meeting).content
    )
