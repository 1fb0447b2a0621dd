"""What a reader has not seen yet, paragraph by paragraph: the same queries at any length of text.

What may be read is asked of `access` as everywhere; here each row only gets the moment from which
this reader could read it, so that it can be set against the moment at which they last looked.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import F, Q, Value
from django.db.models.functions import Greatest

from comments.digests.news import SOURCES, Items, new_rows, told_to
from comments.models import Seen
from consultations.access import Access
from consultations.models import Round, Visibility
from consultations.phases import close_of
from drafts.models import Revision, Wording

# A round's inputs are readable after its close, not at it.
RESOLUTION = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Fresh:
    """One row of news: what kind, on which paragraph, by whom, and from when one could read it."""

    source: str
    pk: int
    paragraph: int
    seat: int | None
    readable_from: datetime


@dataclass(frozen=True, slots=True)
class Unseen:
    """What is new for one reader. `since` is None for who is here for the first time."""

    since: datetime | None
    rows: tuple[Fresh, ...] = ()
    # Paragraphs that were reworded or added → when the revision was circulated that did so.
    reworded: Mapping[int, datetime] | None = None
    revisions: tuple[int, ...] = ()

    @property
    def items(self) -> Items:
        """The ids by source, as a digest takes them."""
        return items_of(self.rows) | ({"revisions": [*self.revisions]} if self.revisions else {})

    @property
    def comments(self) -> frozenset[int]:
        return frozenset(row.pk for row in self.rows if row.source == "comments")

    @property
    def total(self) -> int:
        return len(self.rows) + len(self.reworded or {})

    def counts(self) -> dict[int, int]:
        """How many rows are new on each paragraph on which they were said."""
        counted: dict[int, int] = {}
        for row in self.rows:
            counted[row.paragraph] = counted.get(row.paragraph, 0) + 1
        return counted


def unseen(access: Access) -> Unseen:
    """What this reader may read and has not seen: five queries."""
    marks = _marks(access)
    since = marks.get(None)
    if since is None:
        return Unseen(None)
    rows = (
        row
        for row in fresh_rows(access, since)
        if row.readable_from > marks.get(row.paragraph, since)
    )
    return Unseen(since, tuple(rows), _reworded(access, since, marks), _revisions(access, since))


def fresh_rows(access: Access, since: datetime) -> list[Fresh]:
    """What became readable to this reader after a moment, own acts left out: two queries."""
    arms = [
        new_rows(name, access, since).values_list(
            Value(name),
            F("pk"),
            F(f"{SOURCES[name].way}paragraph_id"),
            F(SOURCES[name].actor),
            Greatest(SOURCES[name].dated, f"{SOURCES[name].way}submitted_at"),
            F(f"{SOURCES[name].way}round_id"),
            F(f"{SOURCES[name].way}seat_id"),
            F(f"{SOURCES[name].way}filed_by_id"),
        )
        for name in told_to(access)
    ]
    rounds = {row.pk: row for row in Round.objects.filter(consultation=access.consultation)}
    own = {seat.pk for seat in access.own_seats}
    rooms = {seat.pk for seat in access.room_seats}
    found = []
    joined = arms[0].union(*arms[1:], all=True).order_by()
    for name, pk, paragraph, actor, at, round, seat, filed_by in joined:
        is_known = access.reads_all or filed_by in own or seat in rooms
        readable_from = at if is_known else max(at, _opening_of(rounds[round], at))
        found.append(Fresh(name, pk, paragraph, actor, readable_from))
    return found


def items_of(rows: tuple[Fresh, ...] | list[Fresh]) -> Items:
    """The ids of the rows by source."""
    items: Items = {}
    for row in rows:
        items.setdefault(row.source, []).append(row.pk)
    return {name: sorted(ids) for name, ids in sorted(items.items())}


def _opening_of(round: Round, at: datetime) -> datetime:
    """From when a round's inputs are readable to all; those of "at once" from their own moment."""
    return close_of(round) + RESOLUTION if round.visibility == Visibility.AT_CLOSE else at


def _marks(access: Access) -> dict[int | None, datetime]:
    """When each paragraph was last seen, by its key; under None when everything was."""
    rows = Seen.objects.filter(
        user=access.user, consultation=access.consultation, capacity=access.capacity.key
    )
    return dict(rows.values_list("paragraph", "seen_at"))


def _reworded(
    access: Access, since: datetime, marks: Mapping[int | None, datetime]
) -> dict[int, datetime]:
    """Paragraphs whose words changed or came; the first revision of a text is one piece of news."""
    rows = (
        Wording.objects.visible_to(access)
        .filter(Q(redline__isnull=False) | Q(previous=None), revision__number__gt=1)
        .filter(revision__circulated_at__gt=since, revision__circulated_at__lte=access.moment)
        .exclude(revision__circulated_by=access.user)
        .order_by("revision__circulated_at")
    )
    changed: dict[int, datetime] = dict(rows.values_list("paragraph", "revision__circulated_at"))
    return {key: at for key, at in changed.items() if at > marks.get(key, since)}


def _revisions(access: Access, since: datetime) -> tuple[int, ...]:
    rows = Revision.objects.visible_to(access).filter(
        circulated_at__gt=since, circulated_at__lte=access.moment
    )
    return tuple(
        rows.exclude(circulated_by=access.user).order_by("pk").values_list("pk", flat=True)
    )
