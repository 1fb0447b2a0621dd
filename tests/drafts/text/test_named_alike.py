"""Two paragraphs that begin alike are told from each other wherever one is named."""

import pytest
from django.utils import timezone

from comments.minutes.acts import add_line, begin_minutes, end_minutes
from comments.minutes.queries import minutes_record
from consultations.models import Facilitation, Meeting, Minutes, Seat
from consultations.rooms.acts import begin_room
from drafts.brackets.ledger import ledger_on_desk
from drafts.circulating.acts import circulate_revision
from drafts.desk.acts import add_paragraph, edit_paragraph
from drafts.models import Paragraph, Revision, Screen
from drafts.papers.paper import paper_frame
from drafts.papers.queries import paper_of_revision
from drafts.rooms.acts import assign_parts
from drafts.rooms.overview import room_lines
from drafts.screen.acts import show_on_screen
from drafts.screen.queries import screen_content
from drafts.states.acts import set_state
from drafts.text.citing import names_on_desk
from tests.comments.reading.test_pages import Person, page
from tests.room import Room

pytestmark = pytest.mark.django_db

BEGINNING = "Recognizing that the care of the old and of the very young"
NAMES = [
    "“Recognizing that the care of the old and of the very young is work …”",
    "“Recognizing that the care of the old and of the very young is [seldom] …”",
]


@pytest.fixture
def alike(room: Room) -> list[Paragraph]:
    """The last two paragraphs of the working text, without labels; the second has a bracket."""
    staff = room.access("staff")
    paragraphs = []
    for rest in ("is work that many do unpaid,", "is [seldom] counted where work is,"):
        last = room.draft.paragraphs.in_force().order_by("place").last()
        text = f"{BEGINNING} {rest}"
        made = add_paragraph(
            access=staff, draft=room.draft, kind="preambular", text=text, after=last
        )
        paragraphs.append(Paragraph.objects.select_related("draft").get(pk=made.pk))
    return paragraphs


def names_of(room: Room, paragraphs: list[Paragraph]) -> list[str]:
    return [names_on_desk([room.draft.pk])[paragraph.pk] for paragraph in paragraphs]


def test_the_names_on_the_desk(room: Room, alike: list[Paragraph]) -> None:
    assert names_of(room, alike) == NAMES


def test_on_the_ledger_of_brackets(room: Room, alike: list[Paragraph]) -> None:
    staff = room.access("staff")
    [entry] = ledger_on_desk(staff, room.draft, names_on_desk([room.draft.pk])).entries
    assert entry.label == NAMES[1]
    assert NAMES[1] in page(Person(room, "staff").get("bracket_ledger", "plan"))


def test_among_bracket_signs_without_a_pair(room: Room, alike: list[Paragraph]) -> None:
    first, _second = alike
    edit_paragraph(
        access=room.access("staff"),
        paragraph=first,
        version=first.version,
        text=first.text.replace("is work", "[is work"),
        kind="preambular",
        label="",
    )
    [name, _other] = names_of(room, alike)
    assert "the very young" in name
    assert name in page(Person(room, "staff").get("bracket_ledger", "plan"))


def test_on_the_screen(room: Room, alike: list[Paragraph]) -> None:
    meeting = Meeting.objects.get(pk=room.meeting.pk)
    for paragraph, name in zip(alike, NAMES, strict=True):
        show_on_screen(access=room.access("staff"), meeting=meeting, paragraph=paragraph)
        reader = room.access("FRA focal_point")
        screen = Screen.objects.visible_to(reader).select_related("meeting").get(meeting=meeting)
        content = screen_content(reader, screen)
        assert content is not None
        assert content.paragraph_name == name


def test_among_the_parts_of_a_working_room(room: Room, alike: list[Paragraph]) -> None:
    leader = room.access("co_facilitator")
    chairs = Facilitation.objects.filter(consultation=room.consultation, user=leader.user)
    made = begin_room(
        access=room.access("secretariat"),
        name="Working group on care",
        chairs=list(chairs),
        members=Seat.objects.none(),
        is_for_all=True,
    )
    assign_parts(access=leader, room=made, draft=alike[0].draft, paragraphs=alike)
    [line] = room_lines(leader)
    [draft_of_room] = line.drafts
    assert [part_line.paragraph_name for part_line in draft_of_room.part_lines] == NAMES


def test_in_the_minutes_as_they_stood_when_it_ended(room: Room, alike: list[Paragraph]) -> None:
    staff = room.access("staff")
    minutes = begin_minutes(access=staff, meeting=room.meeting)
    for paragraph in alike:
        add_line(
            access=staff,
            minutes=minutes,
            paragraph=paragraph,
            seat=room.seat("FRA focal_point"),
            spoke_for=None,
            words="We support it.",
        )
    end_minutes(access=staff, minutes=minutes)
    # Rows of the history have the time of the clock, not that of the room.
    Minutes.objects.filter(pk=minutes.pk).update(ended_at=timezone.now())
    ended = Minutes.objects.select_related("meeting").get(pk=minutes.pk)
    later = room.access("staff", 1)
    edit_paragraph(
        access=later,
        paragraph=alike[0],
        version=alike[0].version,
        text="Recognizing care,",
        kind="preambular",
        label="",
    )
    record = minutes_record(later, ended)
    assert [minuted.name for minuted in record.paragraphs] == NAMES
    assert record.paragraphs[0].text.startswith(BEGINNING)


def test_in_the_states_on_a_paper(room: Room, alike: list[Paragraph]) -> None:
    leader = room.access("co_facilitator")
    set_state(access=leader, paragraph=alike[1], state="parked", version=alike[1].version)
    circulate_revision(access=leader, draft=room.draft, stage="Rev.2")
    revisions = Revision.objects.filter(draft=room.draft).select_related("draft")
    revision = revisions.order_by("-number")[0]
    paper = paper_of_revision(leader, revision)
    assert f"Parked: {NAMES[1]}" in paper_frame(paper).masthead_lines
