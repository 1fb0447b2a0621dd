"""Deadlines and meetings drawn on a time line, from rows already read: no query."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import get_language_bidi, gettext as _, pgettext

from consultations.models import Meeting, Round
from consultations.pictures.canvas import Canvas, Fill
from consultations.pictures.picture import Picture
from consultations.pictures.time_line import SpanRow, time_line
from consultations.rules.access import Access
from consultations.rules.phases import Phase, phase_of
from consultations.time.wall_clock import moment_in_words

PICTURE_NAME = "dates"
MAX_ROUNDS = 8  # that are drawn
FILL_BY_PHASE = {
    Phase.OPEN: Fill.SOLID,
    Phase.NOT_OPEN: Fill.SLANTED,
    Phase.LATE: Fill.EMPTY,  # closed, but late inputs are accepted
    Phase.CLOSED: Fill.EMPTY,
}


def date_picture(
    access: Access, rounds: Iterable[Round], meetings: Sequence[Meeting]
) -> Picture | None:
    """The rounds that matter now, and the meetings to come.

    None where there is neither, and once the consultation is closed.
    """
    rounds_drawn = _rounds_to_draw(access, rounds)
    if access.consultation.closed_at or not (rounds_drawn or meetings):
        return None
    canvas = Canvas(PICTURE_NAME, is_mirrored=get_language_bidi())
    spans = [_round_span(access, round) for round in rounds_drawn]
    spans += [_meeting_span(access, meeting) for meeting in meetings]
    title = _("Deadlines and meetings")
    return Picture(
        name=PICTURE_NAME,
        title=title,
        drawing=time_line(
            canvas, spans, access.moment, pgettext("on a line of time", "now"), title
        ),
        legend=tuple(_legend(access, canvas, rounds_drawn, meetings)),
        columns=_columns(),
        rows=tuple(_rows(access, rounds_drawn, meetings)),
        file_url=reverse("dates_file", args=[access.consultation.slug]),
    )


def date_rows(
    access: Access, rounds: Iterable[Round], meetings: Iterable[Meeting]
) -> list[tuple[str, ...]]:
    """All rounds and the meetings to come, for a CSV file: first the column heads."""
    return [_columns(), *_rows(access, rounds, meetings)]


def _rounds_to_draw(access: Access, rounds: Iterable[Round]) -> list[Round]:
    """Of the closed rounds that with the latest deadline; then all others, by deadline."""
    rounds_by_deadline = sorted(rounds, key=lambda round: (round.deadline, round.pk))
    closed_rounds = [
        round for round in rounds_by_deadline if phase_of(round, access.moment) is Phase.CLOSED
    ]
    other_rounds = [round for round in rounds_by_deadline if round not in closed_rounds]
    return [*closed_rounds[-1:], *other_rounds][:MAX_ROUNDS]


def _round_span(access: Access, round: Round) -> SpanRow:
    """A round as a span of the time line, until its deadline or its close."""
    phase, end = phase_of(round, access.moment), round.closed_at or round.deadline
    is_over = phase in {Phase.LATE, Phase.CLOSED}
    template = _("closed %(moment)s") if is_over else _("until %(moment)s")
    end_text = template % {"moment": _moment_words(access, end)}
    return SpanRow(
        label=round.name,
        time_text=end_text,
        start=round.opens_at,
        end=end,
        fill=FILL_BY_PHASE[phase],
    )


def _meeting_span(access: Access, meeting: Meeting) -> SpanRow:
    """A meeting as a point of the time line."""
    starts_at = meeting.starts_at
    return SpanRow(
        label=meeting.title,
        time_text=_moment_words(access, starts_at),
        start=starts_at,
        end=starts_at,
        fill=Fill.SOLID,
    )


def _legend(
    access: Access, canvas: Canvas, rounds: Iterable[Round], meetings: Sequence[Meeting]
) -> Iterable[tuple[SafeString, str]]:
    """The swatches that the picture uses, each with its meaning."""
    label_by_fill = {
        Fill.EMPTY: _("Closed round"),
        Fill.SOLID: _("Open round"),
        Fill.SLANTED: _("Round to come"),
    }
    used_fills = {FILL_BY_PHASE[phase_of(round, access.moment)] for round in rounds}
    yield from (
        (canvas.swatch(fill), label) for fill, label in label_by_fill.items() if fill in used_fills
    )
    if meetings:
        yield canvas.diamond_swatch(), _("Meeting")


def _columns() -> tuple[str, ...]:
    """The column heads of the table and the file."""
    return (_("What"), _("From"), _("Until"))


def _rows(
    access: Access, rounds: Iterable[Round], meetings: Iterable[Meeting]
) -> Iterable[tuple[str, ...]]:
    """The dates in words, a row for each round and each meeting, which has no end."""
    for round in rounds:
        end = round.closed_at or round.deadline
        yield round.name, _moment_words(access, round.opens_at), _moment_words(access, end)
    for meeting in meetings:
        yield meeting.title, _moment_words(access, meeting.starts_at), ""


def _moment_words(access: Access, moment: datetime) -> str:
    """A moment in the consultation's time zone alone: there is no room for the reader's own."""
    return moment_in_words(moment, access.consultation.zone, now=access.moment)
