"""The error for a change of the working text in a paragraph of another room or the plenary."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from consultations.models import WorkingRoom
from consultations.rules.access import Access
from consultations.time.wall_clock import moment_in_words
from drafts.models import RoomPart

MAX_NAMED = 12  # paragraphs of one room, in one sentence


@dataclass(frozen=True, slots=True)
class RefusedParagraph:
    """One refused paragraph: why, its name, and the part of a room it is in (None: the plenary)."""

    reason: str  # a sentence
    paragraph_name: str  # as a sentence calls it: "Paragraph 14", or its opening words
    room_part: RoomPart | None


class HeldByOthers(ValidationError):
    """Its message is about the first paragraph; `sentences` are about all, for acts on many."""

    def __init__(self, access: Access, refusals: Sequence[RefusedParagraph]) -> None:
        super().__init__(refusals[0].reason, code="with_room")
        self._zone = access.consultation.zone
        self._refusals = refusals

    @property
    def sentences(self) -> list[str]:
        """A sentence for each room and end of its time, in text order; the last says what to do."""
        names_by_room_and_end: dict[tuple[WorkingRoom | None, datetime | None], list[str]] = {}
        for refusal in self._refusals:
            room_and_end = (
                (refusal.room_part.room, refusal.room_part.until)
                if refusal.room_part
                else (None, None)
            )
            names_by_room_and_end.setdefault(room_and_end, []).append(refusal.paragraph_name)
        sentences = [
            self._sentence(room, until, paragraph_names)
            for (room, until), paragraph_names in names_by_room_and_end.items()
        ]
        is_with_room = any(room for room, _end in names_by_room_and_end)
        return [*sentences, _advice_to_end_part() if is_with_room else _advice_to_ask()]

    def _sentence(
        self, room: WorkingRoom | None, until: datetime | None, paragraph_names: Sequence[str]
    ) -> str:
        values = {"paragraphs": _paragraph_list(paragraph_names), "room": room}
        if room is None:
            return _("With the plenary: %(paragraphs)s.") % values
        if until is None:
            return _("With %(room)s: %(paragraphs)s.") % values
        values["moment"] = moment_in_words(until, self._zone)
        return _("With %(room)s until %(moment)s: %(paragraphs)s.") % values


def _paragraph_list(paragraph_names: Sequence[str]) -> str:
    """The first names, and how many more there are."""
    count_left_out = len(paragraph_names) - MAX_NAMED
    shown_names = [
        *paragraph_names[:MAX_NAMED],
        *([_("%(count)d more") % {"count": count_left_out}] if count_left_out > 0 else []),
    ]
    return _(", ").join(shown_names)


def _advice_to_end_part() -> str:
    return _("Leave them as they stand, or the plenary ends the part of the room first.")


def _advice_to_ask() -> str:
    return _("Leave them as they stand, or ask the co-facilitators.")
