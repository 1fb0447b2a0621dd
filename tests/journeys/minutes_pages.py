"""A meeting: its screen; its minutes, and what a delegation is asked about."""

from typing import Any

from comments.minutes.acts import add_line, begin_minutes, offer_line
from comments.models import MinuteLine
from consultations.models import Meeting, Minutes, Seat
from drafts.models import Paragraph
from drafts.screen.acts import set_proposals_shown, show_on_screen
from tests.journeys.demo_pages import FACILITATOR, FOCAL_POINT, SECRETARIAT, access_of, wording
from tests.journeys.shown import Shown


def _meeting() -> dict[str, Any]:
    """A meeting with minutes: Portugal spoke on paragraph 12, and is asked about it."""
    access = access_of(FACILITATOR)
    meeting = Meeting.objects.filter(consultation=access.consultation).order_by("pk")[0]
    found = Minutes.objects.filter(meeting=meeting).select_related("meeting").first()
    minutes = found or begin_minutes(access=access, meeting=meeting)
    if not MinuteLine.objects.filter(minutes=minutes).exists():
        words = "We can go along with this if the means are named."
        row = Paragraph.objects.select_related("draft").get(pk=wording("12").paragraph_id)
        seat = Seat.objects.get(consultation=access.consultation, code="PRT")
        line = add_line(access=access, minutes=minutes, paragraph=row, words=words, seat=seat)
        rows = MinuteLine.objects.select_related("minutes__meeting")
        offer_line(access=access, line=rows.get(pk=line.pk))
    return {"meeting": meeting.public_id}


def _paragraph() -> dict[str, Any]:
    return _meeting() | {"paragraph": wording("12").paragraph.public_id}


def _line() -> dict[str, Any]:
    return _meeting() | {"line": MinuteLine.objects.order_by("pk")[0].public_id}


def _asked() -> dict[str, Any]:
    _meeting()
    return {}


def _on_screen() -> dict[str, Any]:
    """Paragraph 12 on the screen, with its proposals."""
    access = access_of(FACILITATOR)
    found = _meeting()
    meeting = Meeting.objects.get(public_id=found["meeting"])
    row = Paragraph.objects.select_related("draft").get(pk=wording("12").paragraph_id)
    screen = show_on_screen(access=access, meeting=meeting, paragraph=row)
    set_proposals_shown(access=access, screen=screen, are_shown=True)
    return found


MINUTES = (
    Shown("screen", FACILITATOR, _meeting, note="off"),
    Shown("screen", FACILITATOR, _on_screen),
    Shown("screen", FOCAL_POINT, _on_screen),
    Shown("screen", FACILITATOR, _on_screen, lambda: {"projector": ""}, note="projector"),
    Shown("minutes", FACILITATOR, _meeting),
    Shown("minute_paragraph", FACILITATOR, _paragraph),
    Shown("minute_paragraph", SECRETARIAT, _paragraph),
    Shown("minute_line", FACILITATOR, _line),
    Shown("issue_minutes", FACILITATOR, _meeting),
    Shown("said", FOCAL_POINT, _asked),
)
NO_PAGES_OF_MINUTES = {
    "screen_now": "a piece of the screen",
    "screen_stream": "a line of events",
    "show_on_screen": "takes a form and leads back",
    "begin_minutes": "takes a form and leads on to minute_paragraph",
    "end_minutes": "takes a form and leads back",
    "minutes_file": "a file",
    "minutes_jump": "leads on to minute_paragraph",
    "turn_minute_line": "takes a form and leads back",
    "draft_said": "takes a form and leads on to edit_comment",
    "decline_said": "takes a form and leads back",
}
