"""What an act on the desk may not touch: whose it is, until when, and what one can do."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from consultations.models import WorkingRoom
from consultations.rules.access import Access
from consultations.wall_clock import words_of
from drafts.models import RoomPart

MOST_NAMED = 12  # of one room, in one sentence


@dataclass(frozen=True, slots=True)
class Refusal:
    """A paragraph that was touched: why it is refused, and by which part a room has it, if any."""

    reason: str
    name: str
    part: RoomPart | None


class HeldByOthers(ValidationError):
    """Its sentence is that of the first paragraph; `told` says it of all, for acts on many."""

    def __init__(self, access: Access, refusals: Sequence[Refusal]) -> None:
        super().__init__(refusals[0].reason, code="with_room")
        self._zone = access.consultation.zone
        self._refusals = refusals

    @property
    def told(self) -> list[str]:
        """A sentence for each room and end of its time, in the order of the text; what to do."""
        named: dict[tuple[WorkingRoom | None, datetime | None], list[str]] = {}
        for one in self._refusals:
            held = (one.part.room, one.part.until) if one.part else (None, None)
            named.setdefault(held, []).append(one.name)
        sentences = [self._sentence(room, until, names) for (room, until), names in named.items()]
        is_with_room = any(room for room, _until in named)
        return [*sentences, _to_end_it() if is_with_room else _to_ask()]

    def _sentence(
        self, room: WorkingRoom | None, until: datetime | None, names: Sequence[str]
    ) -> str:
        words = {"paragraphs": _listed(names), "room": room}
        if room is None:
            return _("With the plenary: %(paragraphs)s.") % words
        if until is None:
            return _("With %(room)s: %(paragraphs)s.") % words
        words["moment"] = words_of(until, self._zone)
        return _("With %(room)s until %(moment)s: %(paragraphs)s.") % words


def _listed(names: Sequence[str]) -> str:
    more = len(names) - MOST_NAMED
    shown = [*names[:MOST_NAMED], *([_("%(count)d more") % {"count": more}] if more > 0 else [])]
    return _(", ").join(shown)


def _to_end_it() -> str:
    return _("Leave them as they stand, or the plenary ends the part of the room first.")


def _to_ask() -> str:
    return _("Leave them as they stand, or ask the co-facilitators.")
