"""What a reader may know of a silence: state, who is asked, who broke it, what it is about.

A silence runs until its end, broken or not, unless its outcome is declared before.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from django.db.models import BigIntegerField, Q
from django.utils.translation import gettext as _

from comments.models import Silence, SilenceBreak, SilenceQuerySet, SilenceRead, SilenceSeat
from consultations.models import Consultation, Seat
from consultations.rules.access import Access
from consultations.rules.phases import silence_not_over_filter
from consultations.rules.placeholder_reader import CONSULTATION, MOMENT, placeholder_reader
from consultations.time.working_clock import capital_workplace, working_time, workplace_in_zone
from delegations.kept_statements import KeptStatement, ValuePlaceholder
from drafts.comparing.comparison import ParagraphDifference, cached_comparison
from drafts.models import Revision, Wording
from drafts.text.citing import citation_of_wording
from drafts.words.differences import Redline, redline


class SilenceState(StrEnum):
    """How far a silence is, as a reader may know it."""

    RUNNING = "running"
    BROKEN = "broken"
    ENDED = "ended"
    DECLARED = "declared"


@dataclass(frozen=True, slots=True)
class AskedLine:
    """A delegation that is asked, with those of its breaks that the reader may read."""

    asked_seat: SilenceSeat
    breaks: tuple[SilenceBreak, ...]


@dataclass(frozen=True, slots=True)
class CapitalHours:
    """How many full working hours the capital of a delegation has before the end, if any."""

    seat: Seat
    working_hours: int | None


@dataclass(frozen=True, slots=True)
class SilenceClock:
    """The time before an end: all hours, and working hours at headquarters and in each capital."""

    total_hours: int
    working_hours_at_headquarters: int
    capitals: tuple[CapitalHours, ...]

    @property
    def seats_without_hours(self) -> tuple[Seat, ...]:
        """The delegations whose capital has no working hour before the end."""
        return tuple(capital.seat for capital in self.capitals if capital.working_hours == 0)


def state_of_silence(access: Access, silence: Silence) -> SilenceState:
    """The state as the reader may know it: broken, to delegations, only once breaks are shown."""
    if silence.declared_at:
        return SilenceState.DECLARED
    if not silence.runs_at(access.moment):
        return SilenceState.ENDED
    known_break = silence.silence_broken_at if access.reads_all else silence.shown_at
    return SilenceState.BROKEN if known_break else SilenceState.RUNNING


def asked_lines(access: Access, silence: Silence) -> list[AskedLine]:
    """The delegations asked, in table order, with the breaks that may be read: two queries."""
    asked_seats = SilenceSeat.objects.visible_to(access).filter(silence=silence)
    breaks = SilenceBreak.objects.visible_to(access).filter(asked__silence=silence)
    breaks_by_asked_seat_id: dict[int, list[SilenceBreak]] = {}
    for silence_break in breaks.select_related("wording").order_by("broken_at", "pk"):
        breaks_by_asked_seat_id.setdefault(silence_break.asked_id, []).append(silence_break)
    ordered_seats = asked_seats.select_related("seat__delegation").order_by(
        "seat__rank", "seat__sort_key", "pk"
    )
    return [
        AskedLine(asked_seat, tuple(breaks_by_asked_seat_id.get(asked_seat.pk, ())))
        for asked_seat in ordered_seats
    ]


def clock_of(
    consultation: Consultation, seats: Sequence[Seat], start: datetime, until: datetime
) -> SilenceClock:
    """The hours and working hours between two moments. Needs `delegation` of each seat."""
    at_headquarters = working_time(workplace_in_zone(consultation.zone), start, until)
    capitals = tuple(CapitalHours(seat, _capital_hours(seat, start, until)) for seat in seats)
    return SilenceClock(_hours_of(until - start), _hours_of(at_headquarters), capitals)


def _capital_hours(seat: Seat, start: datetime, until: datetime) -> int | None:
    """The working hours between two moments in the capital of a seat's State, if it has one."""
    workplace = capital_workplace(seat.delegation.iso2) if seat.delegation.iso2 else None
    return _hours_of(working_time(workplace, start, until)) if workplace else None


def _hours_of(span: timedelta) -> int:
    """The full hours of a span of time."""
    return span // timedelta(hours=1)


# --- Silences by reader --------------------------------------------------------------------------


def running_silences_for(access: Access) -> list[Silence]:
    """The running silences that ask the own delegation, or all for `reads_all`; next end first.

    One query, as each of these.
    """
    return _run(RUNNING, access)


def silences_to_break_now(access: Access) -> list[Silence]:
    """The running silences that the reader's delegation has not broken; next end first."""
    return _run(TO_BREAK, access)


def silences_to_declare(access: Access) -> list[Silence]:
    """The silences that ended, broken or not, and whose outcome is not declared; oldest first."""
    return _run(TO_DECLARE, access)


def silences_to_break(access: Access) -> SilenceQuerySet:
    """The running silences that the reader's delegation has not broken."""
    broken_silence_ids = SilenceBreak.objects.filter(asked__seat=access.seat).values(
        "asked__silence"
    )
    return _asked_silences(access).exclude(pk__in=broken_silence_ids)


def _running_silences(access: Access) -> SilenceQuerySet:
    undeclared_silences = Silence.objects.visible_to(access).undeclared()
    silences_not_over = undeclared_silences.filter(silence_not_over_filter(access.moment))
    return silences_not_over if access.reads_all else _asked_silences(access)


def _asked_silences(access: Access) -> SilenceQuerySet:
    """The running silences on which the reader's delegation is asked."""
    own_seats = SilenceSeat.objects.filter(seat=access.seat)
    undeclared_silences = Silence.objects.visible_to(access).undeclared()
    return undeclared_silences.filter(
        silence_not_over_filter(access.moment), pk__in=own_seats.values("silence")
    )


def _silences_to_declare(access: Access) -> SilenceQuerySet:
    silences = Silence.objects.visible_to(access).undeclared()
    return silences.exclude(silence_not_over_filter(access.moment))


def own_reads_of(access: Access, silence: Silence) -> list[SilenceRead]:
    """Who of the own delegation opened the page of a silence, and when first. One query."""
    if access.seat is None:
        return []
    reads = SilenceRead.objects.visible_to(access).filter(asked__silence=silence)
    return list(reads.select_related("user"))


# --- What a silence is on, and what changed in it ------------------------------------------------


@dataclass(frozen=True, slots=True)
class SilenceChange:
    """A paragraph under silence whose words differ from those before."""

    label: str
    redline: Redline


@dataclass(frozen=True, slots=True)
class SilenceChanges:
    """What the text under silence changes in the earlier one.

    `earlier_revision` is None where there is none, and of a decision, which has no revision.
    """

    earlier_revision: Revision | None
    changes: tuple[SilenceChange, ...] = ()


def silences_on(access: Access, revision: Revision) -> list[Silence]:
    """The readable silences on a circulated text and on its paragraphs, latest first: one query."""
    return _run(ON_REVISION, access, revision=revision.pk)


def _silences_on_revision(access: Access) -> SilenceQuerySet:
    revision = ValuePlaceholder("revision", BigIntegerField())
    is_on_revision = Q(revision=revision) | Q(wording__revision=revision)
    return Silence.objects.visible_to(access).filter(is_on_revision)


def open_silences_of(access: Access, draft_slug: str) -> SilenceQuerySet:
    """The silences on any revision of a text whose outcome is not declared.

    The first to end comes first.
    """
    is_on_text = Q(revision__draft__slug=draft_slug) | Q(wording__revision__draft__slug=draft_slug)
    silences = Silence.objects.visible_to(access).undeclared().filter(is_on_text).with_texts()
    return silences.order_by("silence_until", "pk")


def name_of_silence(silence: Silence) -> str:
    """What it is on: "Paragraph 12", "Plan of action, Rev.1", "Decision". Needs `with_texts`."""
    if silence.wording:
        return citation_of_wording(silence.wording)
    if silence.revision:
        return f"{silence.revision.draft.title}, {silence.revision.stage}"
    return _("Decision")


def changes_of_silence(silence: Silence) -> SilenceChanges:
    """What changed since the silence that this one follows, else since the revision before.

    A fixed number of queries. Needs `with_texts`, which loads `follows` too.
    """
    if silence.wording:
        return _changes_of_paragraph(silence, silence.wording)
    if silence.revision:
        return _changes_of_revision(silence, silence.revision)
    return _changes_of_decision(silence)


def _changes_of_revision(silence: Silence, revision: Revision) -> SilenceChanges:
    """What changed since the revision of the followed silence, else since the one before."""
    earlier_revision = silence.follows.text_revision if silence.follows else None
    if earlier_revision is None:
        earlier_revisions = Revision.objects.filter(
            draft=revision.draft_id, number__lt=revision.number
        )
        earlier_revision = earlier_revisions.select_related("draft").order_by("-number").first()
    if earlier_revision is None:
        return SilenceChanges(earlier_revision=None)
    # A second silence on the same text: nothing has changed in it.
    if earlier_revision.pk == revision.pk:
        return SilenceChanges(earlier_revision)
    comparison = cached_comparison(earlier_revision, revision)
    changes = (
        SilenceChange(_citation(difference), difference.redline)
        for difference in comparison.differences
        if difference.redline
    )
    return SilenceChanges(earlier_revision, tuple(changes))


def _changes_of_paragraph(silence: Silence, wording: Wording) -> SilenceChanges:
    """What changed since the words in the followed silence, else since those in the last revision
    before that had the paragraph."""
    if silence.follows and silence.follows.wording:
        earlier_wording: Wording | None = silence.follows.wording
    else:
        wordings = Wording.objects.filter(paragraph=wording.paragraph_id)
        if silence.follows and silence.follows.revision:
            wordings = wordings.filter(revision=silence.follows.revision_id)
        else:
            wordings = wordings.filter(revision__number__lt=wording.revision.number)
        wordings_with_text = wordings.select_related("revision__draft")
        earlier_wording = wordings_with_text.order_by("-revision__number").first()
    if earlier_wording is None:
        return SilenceChanges(earlier_revision=None)
    if earlier_wording.text == wording.text:
        return SilenceChanges(earlier_wording.revision)
    changes = redline(earlier_wording.text, wording.text)
    return SilenceChanges(
        earlier_wording.revision, (SilenceChange(citation_of_wording(wording), changes),)
    )


def _changes_of_decision(silence: Silence) -> SilenceChanges:
    """What changed since the decision of the silence that this one follows."""
    if not silence.follows or silence.follows.decision == silence.decision:
        return SilenceChanges(earlier_revision=None)
    changes = redline(silence.follows.decision, silence.decision)
    return SilenceChanges(earlier_revision=None, changes=(SilenceChange(_("Decision"), changes),))


def _citation(difference: ParagraphDifference) -> str:
    """How one cites the paragraph of a difference: the first of several after a split or merge."""
    row = difference.concordance_row
    first_paragraph = (row.later_paragraphs or row.earlier_paragraphs)[0]
    return citation_of_wording(first_paragraph)


# --- Statements that are kept --------------------------------------------------------------------


# Pages of all readers ask for silences, and nearly always there is none: to compile what asks for
# them takes longer than to ask. One statement is for those who read all, one for everybody else.
type Statements = Mapping[bool, KeptStatement[Silence]]


def _statements(build: Callable[[Access], SilenceQuerySet], *order: str) -> Statements:
    return {reads_all: _statement(build, order, reads_all) for reads_all in (False, True)}


def _statement(
    build: Callable[[Access], SilenceQuerySet], order: Sequence[str], reads_all: bool
) -> KeptStatement[Silence]:
    reader = placeholder_reader(
        consultation=CONSULTATION,
        moment=MOMENT,
        reads_all=reads_all,
        seat=ValuePlaceholder("seat", BigIntegerField()),
    )
    return KeptStatement(lambda: build(reader).with_texts().order_by(*order))


def _run(statements: Statements, access: Access, **values: Any) -> list[Silence]:
    return statements[access.reads_all].run(
        consultation=access.consultation.pk,
        moment=access.moment,
        seat=access.seat.pk if access.seat else None,
        **values,
    )


RUNNING = _statements(_running_silences, "silence_until", "pk")
TO_BREAK = _statements(silences_to_break, "silence_until", "pk")
TO_DECLARE = _statements(_silences_to_declare, "silence_until", "pk")
ON_REVISION = _statements(_silences_on_revision, "-silence_from", "-pk")
