"""Deadlines and meetings as a line, drawn from rows that the front page has read; no query."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import get_language_bidi
from django.utils.translation import gettext as _

from consultations.models import Meeting, Round
from consultations.pictures.canvas import Canvas, Fill
from consultations.pictures.picture import Picture
from consultations.pictures.time_line import SpanRow, time_line
from consultations.rules.access import Access
from consultations.rules.phases import Phase, phase_of
from consultations.wall_clock import words_of

NAME = "dates"
MOST_ROUNDS = 8
FILLS = {
    Phase.OPEN: Fill.SOLID,
    Phase.NOT_OPEN: Fill.SLANTED,
    Phase.LATE: Fill.EMPTY,
    Phase.CLOSED: Fill.EMPTY,
}


def date_picture(
    access: Access, rounds: Iterable[Round], meetings: Sequence[Meeting]
) -> Picture | None:
    """The rounds that matter now, and the meetings to come; None where there is neither."""
    chosen = _of_now(access, rounds)
    if access.consultation.closed_at or not (chosen or meetings):
        return None
    canvas = Canvas(NAME, is_mirrored=get_language_bidi())
    spans = [_of_round(access, round) for round in chosen]
    spans += [_of_meeting(access, meeting) for meeting in meetings]
    title = _("Deadlines and meetings")
    return Picture(
        name=NAME,
        title=title,
        drawing=time_line(canvas, spans, access.moment, _("now"), title),
        legend=tuple(_legend(access, canvas, chosen, meetings)),
        columns=_columns(),
        rows=tuple(_rows(access, chosen, meetings)),
        file_url=reverse("dates_file", args=[access.consultation.slug]),
    )


def date_rows(
    access: Access, rounds: Iterable[Round], meetings: Iterable[Meeting]
) -> list[tuple[str, ...]]:
    """All rounds and the meetings to come, columns first, for the file."""
    return [_columns(), *_rows(access, rounds, meetings)]


def _of_now(access: Access, rounds: Iterable[Round]) -> list[Round]:
    """Those open or to come, after the one that closed last; in time."""
    in_time = sorted(rounds, key=lambda round: (round.deadline, round.pk))
    over = [round for round in in_time if phase_of(round, access.moment) is Phase.CLOSED]
    others = [round for round in in_time if round not in over]
    return [*over[-1:], *others][:MOST_ROUNDS]


def _of_round(access: Access, round: Round) -> SpanRow:
    phase, ends = phase_of(round, access.moment), round.closed_at or round.deadline
    is_over = phase in {Phase.LATE, Phase.CLOSED}
    words = _("closed %(moment)s") if is_over else _("until %(moment)s")
    when = words % {"moment": _moment(access, ends)}
    return SpanRow(round.name, when, round.opens_at, ends, FILLS[phase])


def _of_meeting(access: Access, meeting: Meeting) -> SpanRow:
    at = meeting.starts_at
    return SpanRow(meeting.title, _moment(access, at), at, at, Fill.SOLID)


def _legend(
    access: Access, canvas: Canvas, rounds: Iterable[Round], meetings: Sequence[Meeting]
) -> Iterable[tuple[SafeString, str]]:
    words = {
        Fill.EMPTY: _("Closed round"),
        Fill.SOLID: _("Open round"),
        Fill.SLANTED: _("Round to come"),
    }
    used = {FILLS[phase_of(round, access.moment)] for round in rounds}
    yield from ((canvas.swatch(fill), said) for fill, said in words.items() if fill in used)
    if meetings:
        yield canvas.mark_swatch(), _("Meeting")


def _columns() -> tuple[str, ...]:
    return (_("What"), _("From"), _("Until"))


def _rows(
    access: Access, rounds: Iterable[Round], meetings: Iterable[Meeting]
) -> Iterable[tuple[str, ...]]:
    for round in rounds:
        ends = round.closed_at or round.deadline
        yield round.name, _moment(access, round.opens_at), _moment(access, ends)
    for meeting in meetings:
        yield meeting.title, _moment(access, meeting.starts_at), ""


def _moment(access: Access, moment: datetime) -> str:
    """In New York alone: a line of a drawing is short, and the lists say the reader's own time."""
    return words_of(moment, access.consultation.zone, now=access.moment)
