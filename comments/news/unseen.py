"""What a reader has not seen yet, paragraph by paragraph: the same queries at any length of text.

What may be read is asked of `access` as everywhere; here each row only gets the moment from which
this reader could read it, so that it can be set against the moment at which they last looked.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from django.db.models import BigIntegerField, Q, QuerySet, Subquery, UUIDField, Value
from django.db.models.functions import Cast, Greatest

from comments.desks.rooms import running_silences
from comments.models import Seen, Watch
from comments.news.new_items import SOURCES, Items, readable_said
from consultations.models import Round, Visibility
from consultations.rules.access import Access
from consultations.rules.phases import GRACE, close_of
from drafts.models import Revision, Wording

# A round's inputs are readable after its close, not at it.
RESOLUTION = timedelta(microseconds=1)

# A moment, or a question to the database for one.
Moment = datetime | Subquery


@dataclass(frozen=True, slots=True)
class FreshItem:
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
    rows: tuple[FreshItem, ...] = ()
    # What this person watches, whether or not anything on it is new.
    watches: tuple[Watch, ...] = ()
    # The silence in a group's room that ends next: when, and the group's seat. Nobody may miss it.
    silence: tuple[datetime, int] | None = None
    # Paragraph → when its thread was last looked at.
    marks: Mapping[int, datetime] = field(default_factory=dict)
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

    def is_after_look(self, paragraph: int, moment: datetime) -> bool:
        """Whether something of this moment on a paragraph is new."""
        return self.since is not None and moment > self.marks.get(paragraph, self.since)


def unseen(access: Access) -> Unseen:
    """What this reader may read and has not seen, new words and revisions too: four queries."""
    found = unseen_said(access)
    if found.since is None:
        return found
    return replace(
        found,
        reworded=_reworded(access, found),
        revisions=_revisions(access, found.since),
    )


def unseen_said(access: Access, rounds: Collection[Round] | None = None) -> Unseen:
    """What was said that this reader may read and has not seen: one query beside the rounds.

    What they watch and when they looked comes in the same query; the reading page, which has the
    rounds already, pays no other for all of it.
    """
    rounds = _rounds(access) if rounds is None else rounds
    beside = [_watches(access), *_silences(access), *_fresh(access, _since(access), rounds)]
    rows = _marks(access).union(*beside, all=True)
    told = [_UnseenRow(*row) for row in rows.order_by()]
    seen = {row.paragraph: row.at for row in told if row.name == "seen"}
    watches = tuple(_watch(row) for row in told if row.name == "watch")
    silence = min(((row.at, row.seat or 0) for row in told if row.name == "silence"), default=None)
    since = seen.pop(None, None)
    if since is None:
        return Unseen(None, watches=watches, silence=silence)
    found = Unseen(
        since, watches=watches, silence=silence, marks={key: seen[key] for key in seen if key}
    )
    said = (row for row in told if row.name in SOURCES)
    new = [
        row
        for row in _dated(access, said, rounds)
        if found.is_after_look(row.paragraph, row.readable_from)
    ]
    return replace(found, rows=tuple(new))


def fresh_rows(access: Access, since: datetime) -> list[FreshItem]:
    """What became readable to this reader after a moment, own acts left out: two queries.

    Some that became readable before may be among it: a round that closed later was open to them.
    """
    rounds = _rounds(access)
    first, *others = _fresh(access, since, rounds)
    rows = first.union(*others, all=True).order_by()
    return _dated(access, (_UnseenRow(*row) for row in rows), rounds)


def items_of(rows: tuple[FreshItem, ...] | list[FreshItem]) -> Items:
    """The ids of the rows by source, each once."""
    items: Items = {}
    for row in rows:
        items.setdefault(row.source, []).append(row.pk)
    return {name: sorted(set(ids)) for name, ids in sorted(items.items())}


def _opening_of(round: Round, at: datetime) -> datetime:
    """From when a round's inputs are readable to all; those of "at once" from their own moment."""
    return close_of(round) + RESOLUTION if round.visibility == Visibility.AT_CLOSE else at


def _reworded(access: Access, found: Unseen) -> dict[int, datetime]:
    """Paragraphs whose words changed or came; the first revision of a text is one piece of news."""
    rows = (
        Wording.objects.visible_to(access)
        .filter(Q(redline__isnull=False) | Q(previous=None), revision__number__gt=1)
        .filter(revision__circulated_at__gt=found.since, revision__circulated_at__lte=access.moment)
        .exclude(revision__circulated_by=access.user)
        .order_by("revision__circulated_at")
    )
    changed: dict[int, datetime] = dict(rows.values_list("paragraph", "revision__circulated_at"))
    return {key: at for key, at in changed.items() if found.is_after_look(key, at)}


def _revisions(access: Access, since: datetime) -> tuple[int, ...]:
    rows = Revision.objects.visible_to(access).filter(
        circulated_at__gt=since, circulated_at__lte=access.moment
    )
    return tuple(
        rows.exclude(circulated_by=access.user).order_by("pk").values_list("pk", flat=True)
    )


# --- One query -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _UnseenRow:
    """A row of the one query: something said, a look at a paragraph, or a watch."""

    name: str
    pk: int
    paragraph: int | None
    seat: int | None
    at: datetime
    round: int | None
    spoken_for: int | None
    filed_by: int | None
    id: Any


NO_KEY = Cast(Value(None), BigIntegerField())
NO_ID = Cast(Value(None), UUIDField())


def _own(access: Access) -> dict[str, Any]:
    return {
        "user": access.user,
        "consultation": access.consultation,
        "capacity": access.capacity.key,
    }


def _since(access: Access) -> Subquery:
    """When this person last looked at everything, as the database knows it."""
    return Subquery(Seen.objects.filter(**_own(access), paragraph=None).values("seen_at")[:1])


def _marks(access: Access) -> QuerySet[Any]:
    return Seen.objects.filter(**_own(access)).values_list(
        Value("seen"), "pk", "paragraph_id", NO_KEY, "seen_at", NO_KEY, NO_KEY, NO_KEY, NO_ID
    )


def _watches(access: Access) -> QuerySet[Any]:
    rows = Watch.objects.visible_to(access).order_by()
    return rows.values_list(
        Value("watch"),
        "pk",
        "paragraph_id",
        "seat_id",
        "since",
        NO_KEY,
        NO_KEY,
        NO_KEY,
        "public_id",
    )


def _silences(access: Access) -> Iterator[QuerySet[Any]]:
    if access.room_seats:
        yield running_silences(access).values_list(
            Value("silence"),
            "pk",
            "paragraph_id",
            "seat_id",
            "silence_until",
            NO_KEY,
            NO_KEY,
            NO_KEY,
            NO_ID,
        )


def _fresh(access: Access, since: Moment, rounds: Collection[Round]) -> Iterator[QuerySet[Any]]:
    """What was said since a moment, and what was said before in rounds that opened since.

    Two arms: one condition beside the other would leave the indexes of no use.
    """
    said = readable_said(access, rounds)
    columns = (
        "source",
        "row",
        "paragraph_id",
        "voice_id",
        Greatest("said_at", "submitted_at"),
        "round_id",
        "seat_id",
        "filed_by_id",
        NO_ID,
    )
    yield said.filter(said_at__gt=since).values_list(*columns)
    if not access.reads_all and any(_is_opened(round, access.moment) for round in rounds):
        opened = said.filter(said_at__lte=since, round__in=_opened(access, since))
        yield opened.values_list(*columns)


def _is_opened(round: Round, moment: datetime) -> bool:
    return round.visibility == Visibility.AT_CLOSE and close_of(round) < moment


def _opened(access: Access, since: Moment) -> QuerySet[Any]:
    """The rounds whose close, after a moment, made their inputs readable."""
    closed = Q(closed_at__gt=since) | Q(closed_at=None, deadline__gt=since - GRACE)
    rounds = Round.objects.filter(consultation=access.consultation, visibility=Visibility.AT_CLOSE)
    return rounds.filter(closed).values("pk")


def _rounds(access: Access) -> Collection[Round]:
    return list(Round.objects.filter(consultation=access.consultation))


def _dated(access: Access, said: Iterable[_UnseenRow], rounds: Iterable[Round]) -> list[FreshItem]:
    """The rows, each with the moment from which this reader could read it."""
    by_key = {round.pk: round for round in rounds}
    rooms = {seat.pk for seat in access.room_seats}
    found = []
    for row in said:
        is_known = access.reads_all or row.filed_by in access.own_keys or row.spoken_for in rooms
        at = row.at if is_known else max(row.at, _opening_of(by_key[row.round or 0], row.at))
        found.append(FreshItem(row.name, row.pk, row.paragraph or 0, row.seat, at))
    return found


def _watch(row: _UnseenRow) -> Watch:
    return Watch(
        pk=row.pk,
        public_id=row.id,
        paragraph_id=row.paragraph,
        seat_id=row.seat,
        since=row.at,
    )
