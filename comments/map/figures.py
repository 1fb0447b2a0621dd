"""Three pictures of the review: who takes part, how inputs came in, and what is answered by whom.

Counted by the database in four queries at any number of inputs; drafts are not counted.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Any

from django.db.models import Case, CharField, Count, Exists, F, OuterRef, Q, Subquery, When
from django.db.models.functions import TruncDate
from django.urls import reverse
from django.utils.translation import get_language_bidi, gettext as _, ngettext

from comments.inputs.queries import unanswered_inputs
from comments.models import Comment, Review, ReviewTask
from consultations.models import Round, Seat
from consultations.pictures.canvas import Canvas, Fill
from consultations.pictures.picture import Picture
from consultations.pictures.stacked_bars import BarRow, stacked_bars
from consultations.rules.access import Access
from consultations.rules.phases import Phase, close_of, phase_of
from consultations.time.wall_clock import day_of, moment_in_words
from delegations.models import DelegationKind
from delegations.reader_names import name_for_reader

PARTICIPATION, OVER_TIME, ANSWERS = "participation", "inputs-over-time", "answers"
PICTURE_NAMES = (PARTICIPATION, OVER_TIME, ANSWERS)
# At most so many groups or persons have a bar of their own in a picture. The picture of inputs over
# time has a bar for each of at most so many spans of days.
MAX_BARS = 24
MAX_SPANS = 14


def review_pictures(access: Access, rounds: Sequence[Round]) -> list[Picture]:
    """The pictures that are not empty; `rounds` are all those of the consultation."""
    group_bars, person_bars = participation_bars(access), answer_bars(access)
    pictures = [
        _bar_picture(
            access, PARTICIPATION, _("Who takes part"), group_bars, _participation_fills()
        ),
        _over_time_picture(access, rounds),
        _bar_picture(access, ANSWERS, _("Answers by person"), person_bars, _answer_fills()),
    ]
    return [picture for picture in pictures if picture is not None]


def review_rows(access: Access, rounds: Sequence[Round], name: str) -> list[tuple[str, ...]]:
    """What one of the pictures shows, the column heads first, for its file."""
    pictures = review_pictures(access, rounds)
    picture = next((picture for picture in pictures if picture.name == name), None)
    return [picture.columns, *picture.rows] if picture else []


def participation_bars(access: Access) -> list[BarRow]:
    """Delegations with an input and without one: States by region, others by kind. One query."""
    inputs = Comment.objects.visible_to(access).submitted().filter(seat=OuterRef("pk"))
    is_of_region = Q(delegation__kind=DelegationKind.MEMBER_STATE) & ~Q(
        delegation__regional_group=""
    )
    seats = Seat.objects.filter(consultation=access.consultation, ended_at=None).annotate(
        region_or_kind=Case(
            When(is_of_region, then=F("delegation__regional_group")),
            default=F("delegation__kind"),
            output_field=CharField(),
        ),
        has_input=Exists(inputs),
    )
    grouped_seats: Any = (
        seats.order_by()
        .values("region_or_kind")
        .annotate(
            with_input=Count("pk", filter=Q(has_input=True)),
            without_input=Count("pk", filter=Q(has_input=False)),
        )
    )
    name_by_kind = dict(DelegationKind.choices)
    sorted_groups = sorted(
        grouped_seats,
        # Regions first, then kinds.
        key=lambda group: (group["region_or_kind"] in name_by_kind, group["region_or_kind"]),
    )
    return [
        BarRow(_group_name(group["region_or_kind"]), (group["with_input"], group["without_input"]))
        for group in sorted_groups[:MAX_BARS]
    ]


def round_shown(rounds: Iterable[Round], moment: datetime) -> Round | None:
    """The open round that closes next, else the one that closed last; None where none opened."""
    opened_rounds = [round for round in rounds if round.opens_at <= moment]
    open_rounds = [round for round in opened_rounds if phase_of(round, moment) is Phase.OPEN]
    if open_rounds:
        return min(open_rounds, key=close_of)
    return max(opened_rounds, key=close_of, default=None)


def day_bars(access: Access, round: Round) -> list[BarRow]:
    """A bar for each span of days of a round until now: inputs before the span, and in it.

    One query. An input is counted once, on the day of its first version, even if it was replaced or
    withdrawn.
    """
    zone = access.consultation.zone
    first_versions = Comment.objects.visible_to(access).submitted().filter(supersedes=None)
    counted_days = (
        first_versions.filter(round=round)
        .order_by()
        .values_list(TruncDate("submitted_at", tzinfo=zone))
        .annotate(number=Count("*"))
    )
    count_by_day: dict[date, int] = dict(counted_days)
    if not count_by_day:
        return []
    first_day = min([*count_by_day, round.opens_at.astimezone(zone).date()])
    end = min(access.moment, round.closed_at or round.deadline)
    last_day = max([*count_by_day, end.astimezone(zone).date()])
    return list(_day_spans(count_by_day, first_day, last_day, zone))


def answer_bars(access: Access) -> list[BarRow]:
    """Inputs that each person answered, published and not, and those that wait for them.

    Two queries; an input answered again counts for whoever answered it last. The persons beyond
    `MAX_BARS`, by name, are added up in one bar.
    """
    reviews = Review.objects.visible_to(access).filter(
        comment__withdrawn_at=None, comment__superseded_at=None
    )
    answered = (
        reviews.latest_per_comment()
        .order_by()
        .values_list("decided_by__name", "decided_by")
        .annotate(
            published=Count("pk", filter=Q(published_at__isnull=False)),
            unpublished=Count("pk", filter=Q(published_at=None)),
        )
    )
    counts_by_person = {
        (name, user_id): (published, unpublished)
        for name, user_id, published, unpublished in answered
    }
    open_count_by_person, unassigned_count = _open_by_person(access)
    bars = [
        BarRow(
            person[0],  # the name
            (*counts_by_person.get(person, (0, 0)), open_count_by_person.get(person, 0)),
        )
        for person in sorted({*counts_by_person, *open_count_by_person})
    ]
    if further_bars := bars[MAX_BARS:]:
        count = len(further_bars)
        label = ngettext("and %(n)d more", "and %(n)d more", count) % {"n": count}
        sums = map(sum, zip(*(bar.counts for bar in further_bars), strict=True))
        bars = [*bars[:MAX_BARS], BarRow(label, tuple(sums))]
    return [*bars, BarRow(_("Nobody yet"), (0, 0, unassigned_count))] if unassigned_count else bars


def _open_by_person(access: Access) -> tuple[dict[tuple[str, int], int], int]:
    """How many open inputs are assigned to each person, and how many to nobody. One query.

    A person is given by name and id, as two may have one name. To readers who may not read the
    facilitators' tasks all inputs count as assigned to nobody.
    """
    tasks = ReviewTask.objects.visible_to(access).filter(comment=OuterRef("pk"))
    open_inputs: Any = unanswered_inputs(access).annotate(
        assignee_name=Subquery(tasks.values("assigned_to__name")[:1], output_field=CharField()),
        assignee_id=Subquery(tasks.values("assigned_to")[:1]),
    )
    counted = open_inputs.values_list("assignee_name", "assignee_id").annotate(number=Count("*"))
    count_by_person = {(name, user_id): number for name, user_id, number in counted}
    unassigned_count = count_by_person.pop((None, None), 0)
    return count_by_person, unassigned_count


def _participation_fills() -> list[tuple[Fill, str]]:
    return [(Fill.SOLID, _("Delegations with inputs")), (Fill.EMPTY, _("Without"))]


def _answer_fills() -> list[tuple[Fill, str]]:
    return [
        (Fill.SOLID, _("Published")),
        (Fill.SLANTED, _("Answered, not published")),
        (Fill.DOTTED, _("Without an answer")),
    ]


def _over_time_picture(access: Access, rounds: Sequence[Round]) -> Picture | None:
    """The inputs of the round shown, by spans of days; None without a round or without inputs."""
    round = round_shown(rounds, access.moment)
    if round is None:
        return None
    closing_time = round.closed_at or round.deadline
    moment_words = moment_in_words(closing_time, access.consultation.zone, now=access.moment)
    title = (
        _("%(round)s: inputs until %(moment)s")
        if round.closed_at
        else _("%(round)s: inputs until the deadline, %(moment)s")
    ) % {"round": round.name, "moment": moment_words}
    fills = [(Fill.EMPTY, _("Received before")), (Fill.SOLID, _("Received on these days"))]
    return _bar_picture(
        access, OVER_TIME, title, day_bars(access, round), fills, first_column=_("Days")
    )


def _bar_picture(
    access: Access,
    name: str,
    title: str,
    bars: Sequence[BarRow],
    fills: Sequence[tuple[Fill, str]],
    first_column: str = "",
) -> Picture | None:
    """Bars as a picture with its legend and its table; None where there is no bar."""
    if not bars:
        return None
    canvas = Canvas(name, is_mirrored=get_language_bidi())
    return Picture(
        name=name,
        title=title,
        drawing=stacked_bars(canvas, bars, [fill for fill, _words in fills], title),
        legend=tuple((canvas.swatch(fill), words) for fill, words in fills),
        columns=(first_column or _("Who"), *(words for _fill, words in fills), _("All")),
        rows=tuple((bar.label, *map(str, bar.counts), str(bar.total)) for bar in bars),
        file_url=reverse("review_figures_file", args=[access.consultation.slug, name]),
    )


def _group_name(region_or_kind: str) -> str:
    """A regional group, or a kind of delegation of no region, in words."""
    name_by_kind: dict[str, str] = {
        DelegationKind.GROUP: _("Groups"),
        DelegationKind.MEMBER_STATE: _("Member States of no regional group"),
        DelegationKind.OBSERVER_STATE: _("Observer States"),
        DelegationKind.UN_ENTITY: _("UN entities"),
        DelegationKind.SPECIALIZED_AGENCY: _("Specialized agencies"),
        DelegationKind.RELATED_ORGANIZATION: _("Related organizations"),
        DelegationKind.INTERGOVERNMENTAL_ORGANIZATION: _("Intergovernmental organizations"),
    }
    return name_by_kind.get(region_or_kind) or name_for_reader(region_or_kind)


def _day_spans(
    count_by_day: Mapping[date, int], first_day: date, last_day: date, zone: tzinfo
) -> Iterator[BarRow]:
    """A bar for each span of days. All are of one length, such that MAX_SPANS bars are enough."""
    day_count = (last_day - first_day).days + 1
    length = -(-day_count // MAX_SPANS)  # rounded up
    count_before = 0
    for start in range(0, day_count, length):
        span_start = first_day + timedelta(days=start)
        span_end = min(span_start + timedelta(days=length - 1), last_day)
        count_in_span = sum(
            count for day, count in count_by_day.items() if span_start <= day <= span_end
        )
        yield BarRow(_day_range(span_start, span_end, zone), (count_before, count_in_span))
        count_before += count_in_span


def _day_range(begin: date, end: date, zone: tzinfo) -> str:
    """Two days in words, or one where they are the same; `day_of` takes a moment, so noon."""
    noons = (datetime.combine(day, time(12), zone) for day in dict.fromkeys((begin, end)))
    return "–".join(day_of(noon, zone) for noon in noons)
