"""The pages of letters and announcements: written, read, sent, and who got them."""

from datetime import timedelta
from typing import Any

from comments.letters.acts import begin_letter, send_letter, word_letter
from comments.models import OfficialLetter
from consultations.announcements.acts import announce
from drafts.models import Revision
from tests.journeys.demo_pages import FACILITATOR, FOCAL_POINT, SECRETARIAT, access_of
from tests.journeys.shown import Shown

WORDS = """Excellencies, distinguished delegates,

Please find the second draft. It holds what was said on the first one, paragraph by paragraph.

We ask for inputs until the end of the round, and thank all delegations for their work.

The co-facilitators"""
SECTION = """PRT-1, paragraph 12 (replace wording)
Answer: Partly reflected.
The words on children are taken, those on funds wait for the meeting.
In Second draft: partly in the text."""


def _written(kind: str = "other", **what: Any) -> OfficialLetter:
    access = access_of(FACILITATOR)
    letter = begin_letter(access=access, kind=kind, **what)
    for language, subject in (("en", "Second draft of the plan"), ("fr", "Deuxième projet")):
        word_letter(access=access, letter=letter, language=language, subject=subject, words=WORDS)
    return letter


def _draft() -> dict[str, Any]:
    return {"letter": _written().public_id}


def _language() -> dict[str, Any]:
    return _draft() | {"language": "en"}


def _sent() -> dict[str, Any]:
    letter = _written()
    return {"letter": send_letter(access=access_of(FACILITATOR), letter=letter)[0].public_id}


def _note() -> OfficialLetter:
    revision = Revision.objects.select_related("draft").filter(draft__slug="plan").latest("number")
    seat = access_of(FACILITATOR).consultation.seats.get(code="PRT")
    return _written("note", revision=revision, section_by_seat_id={seat.pk: SECTION})


def _drafted_note() -> dict[str, Any]:
    return {"letter": _note().public_id}


def _sent_note() -> dict[str, Any]:
    return {"letter": send_letter(access=access_of(FACILITATOR), letter=_note())[0].public_id}


def _section() -> dict[str, Any]:
    seat = access_of(FACILITATOR).consultation.seats.get(code="PRT")
    return _drafted_note() | {"seat": seat.public_id}


def _announced() -> dict[str, Any]:
    access = access_of(SECRETARIAT)
    for words in ("The meeting of Thursday begins at three.", "Badges are at the entrance."):
        announce(
            access=access,
            words=words,
            from_at=access.moment - timedelta(hours=1),
            until_at=access.moment + timedelta(days=3),
        )
    return {}


def _both() -> dict[str, Any]:
    """One that is sent and one that is not."""
    _draft()
    _sent()
    return {}


LETTERS = (
    Shown("letters", FACILITATOR, _both),
    Shown("letters", FOCAL_POINT, _both),
    Shown("new_letter", FACILITATOR),
    Shown("letter", FACILITATOR, _draft, note="draft"),
    Shown("letter", FACILITATOR, _drafted_note, note="note"),
    Shown("letter", FACILITATOR, _sent, note="sent"),
    Shown("letter", FOCAL_POINT, _sent, note="read"),
    Shown("letter", FOCAL_POINT, _sent_note, note="note-read"),
    Shown("letter_words", FACILITATOR, _language),
    Shown("letter_recipients", FACILITATOR, _draft),
    Shown("letter_section", FACILITATOR, _section),
    Shown("send_letter", FACILITATOR, _draft),
    Shown("discard_letter", FACILITATOR, _draft),
    Shown("letter_deliveries", SECRETARIAT, _sent),
    Shown("announcements", SECRETARIAT, _announced),
    Shown("consultation", FOCAL_POINT, _announced, note="announced"),
)
NO_PAGES_OF_LETTERS = {
    "end_announcement": "takes a form and leads back",
    "dismiss_announcement": "takes a form and leads back",
}
