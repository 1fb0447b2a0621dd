"""The screen of a meeting: turned on by an act, the same for all, and turned off."""

import pytest
from django.core.exceptions import ValidationError

from comments.drafting.acts import draft_comment
from comments.inputs.content import CommentContent
from comments.models import Comment
from comments.screen.queries import mark_of_proposals, proposals_on_screen
from comments.submitting.acts import submit_comment
from consultations.models import SELECTABLE_CONSENTS, Consent, Meeting, Round
from consultations.rules.access import Refused
from drafts.desk.acts import edit_paragraph
from drafts.models import Paragraph, Screen
from drafts.screen.acts import end_screen, set_proposals_shown, show_on_screen
from drafts.screen.queries import ScreenContent, screen_content, screen_marks
from drafts.states.acts import set_state
from tests.room import Room, loaded, marker

pytestmark = [pytest.mark.every_server, pytest.mark.django_db, pytest.mark.usefixtures("own_cache")]

READERS = ("FRA focal_point", "CPV contributor", "secretariat", "co_facilitator")


def row(room: Room, place: int = 2) -> Paragraph:
    key = room.wording(room.revision, place).paragraph_id
    return Paragraph.objects.select_related("draft").get(pk=key)


def turned_on(room: Room) -> Screen:
    meeting = Meeting.objects.get(pk=room.meeting.pk)
    return show_on_screen(access=room.access("staff"), meeting=meeting, paragraph=row(room))


def screen_of(room: Room, who: str) -> ScreenContent | None:
    access = room.access(who)
    rows = Screen.objects.visible_to(access).select_related("meeting")
    stored = rows.filter(meeting=room.meeting).first()
    return screen_content(access, stored) if stored else None


def reword(room: Room, words: str) -> None:
    shown = row(room)
    kept = {"kind": shown.kind, "label": shown.label}
    edit_paragraph(
        access=room.access("staff"), paragraph=shown, version=shown.version, text=words, **kept
    )


def test_words_of_the_desk_are_read_by_all_once_they_are_on_the_screen(room: Room) -> None:
    words = f"Decides otherwise {marker('on-the-desk')}."
    reword(room, words)
    assert screen_of(room, "FRA focal_point") is None
    turned_on(room)
    for who in READERS:
        shown = screen_of(room, who)
        assert shown is not None
        assert shown.paragraph.text == words, who
        assert any(op == "+" for op, _words in shown.redline or ()), who


def test_another_paragraph_of_the_desk_stays_unread(room: Room) -> None:
    turned_on(room)
    access = room.access("FRA focal_point")
    assert not Paragraph.objects.visible_to(access).exclude(wordings__isnull=False).exists()
    shown = screen_of(room, "FRA focal_point")
    assert shown is not None
    assert shown.paragraph.pk == row(room).pk


def test_off_it_shows_nothing_to_delegations(room: Room) -> None:
    screen = turned_on(room)
    end_screen(access=room.access("staff"), screen=Screen.objects.select_related("meeting").get())
    assert screen_of(room, "FRA focal_point") is None
    assert screen_of(room, "co_facilitator") is None
    assert screen_marks() == {}
    assert Screen.history.filter(id=screen.pk).count() == 2


@pytest.mark.parametrize("who", ["FRA focal_point", "CPV deputy", "secretariat"])
def test_facilitators_alone_lead_it(room: Room, who: str) -> None:
    meeting = Meeting.objects.get(pk=room.meeting.pk)
    with pytest.raises(Refused):
        show_on_screen(access=room.access(who), meeting=meeting, paragraph=row(room))


def test_a_cancelled_meeting_has_no_screen(room: Room) -> None:
    meeting = Meeting.objects.get(pk=room.meeting.pk)
    Meeting.objects.filter(pk=meeting.pk).update(cancelled_at=room.now)
    with pytest.raises(ValidationError, match="cancelled"):
        show_on_screen(access=room.access("staff"), meeting=meeting, paragraph=row(room))


def test_its_mark_is_another_for_each_act_that_changes_what_it_shows(room: Room) -> None:
    turned_on(room)
    marks = [screen_marks()[room.meeting.public_id]]
    reword(room, "Decides in other words.")
    marks.append(screen_marks()[room.meeting.public_id])
    shown = row(room)
    set_state(access=room.access("staff"), paragraph=shown, state="parked", version=shown.version)
    marks.append(screen_marks()[room.meeting.public_id])
    screen = Screen.objects.select_related("meeting").get()
    set_proposals_shown(access=room.access("staff"), screen=screen, are_shown=True)
    marks.append(screen_marks()[room.meeting.public_id])
    assert len(set(marks)) == 4
    assert screen_marks()[room.meeting.public_id] == marks[-1]
    # Numbers alone: no word of a text, of a name, of a person.
    assert all(set(mark) <= set("0123456789.") for mark in marks)


def test_the_state_on_the_screen_is_that_of_the_moment(room: Room) -> None:
    reword(room, "Decides in words that nobody circulated.")
    turned_on(room)
    shown = row(room)
    set_state(access=room.access("staff"), paragraph=shown, state="agreed", version=shown.version)
    for who in READERS:
        found = screen_of(room, who)
        assert found is not None
        assert found.state_act is not None, who
        assert found.state_act.state == "agreed", who


def test_proposals_on_the_screen_are_those_that_all_may_read(room: Room) -> None:
    """Whoever leads reads all of them; what the screen shows is the same for everybody."""
    Round.objects.update(consents=list(SELECTABLE_CONSENTS))
    open_one, apart = (
        submit_proposal(room, Consent.ROUND),
        submit_proposal(room, Consent.FACILITATORS),
    )
    turned_on(room)
    assert apart in Comment.objects.visible_to(room.access("co_facilitator"))
    for who in READERS:
        access, shown = room.access(who), screen_of(room, who)
        assert shown is not None
        found = [one.comment for one in proposals_on_screen(access, shown)]
        assert open_one in found, who
        assert apart not in found, who


def test_the_mark_of_the_proposals_is_another_where_one_comes_that_all_may_read(
    room: Room,
) -> None:
    """What is kept for all who follow is never older than the record, and tells of nothing else."""
    Round.objects.update(consents=list(SELECTABLE_CONSENTS))
    turned_on(room)
    access, meeting = room.access("staff"), Meeting.objects.get(pk=room.meeting.pk)
    shown = Screen.objects.select_related("meeting").get(meeting=meeting)
    assert mark_of_proposals(access, shown) == ""
    shown = set_proposals_shown(access=access, screen=shown, are_shown=True)
    before = mark_of_proposals(access, shown)
    submit_proposal(room, Consent.FACILITATORS)
    assert mark_of_proposals(access, shown) == before
    submit_proposal(room, Consent.ROUND)
    assert mark_of_proposals(access, shown) != before


def submit_proposal(room: Room, consent: str) -> Comment:
    """A proposal of France on the second paragraph."""
    access = room.access("FRA focal_point")
    content = CommentContent(kind="replace", proposed=f"Decides {consent}.", consent=consent)
    wording = room.wording(room.revision, 2)
    made = draft_comment(access=access, wording=wording, content=content)
    submit_comment(access=access, comment=loaded().get(pk=made.pk))
    return Comment.objects.get(pk=made.pk)
