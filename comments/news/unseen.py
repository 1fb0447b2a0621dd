"""What a reader has not seen yet, paragraph by paragraph: the same queries at any length of text.

It is counted in the database, and rows are read only for what a page shows of them: whoever was
away for two months pays no more than who was here yesterday.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.db.models import (
    BigIntegerField,
    DateTimeField,
    Exists,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    UUIDField,
    Value,
)
from django.db.models.functions import Cast

from comments.desks.rooms import running_silences
from comments.models import ActivityQuerySet, Seen, Watch
from comments.news.fresh import Counts, count_rows, counted, fresh, rounds_here, summed
from comments.news.new_items import SOURCES
from consultations.models import Round
from consultations.rules.access import Access
from drafts.models import Revision, Wording


@dataclass(frozen=True, slots=True)
class Unseen:
    """What is new for one reader. `since` is None for who is here for the first time."""

    since: datetime | None
    said: Counts = field(default_factory=dict)
    # Of the inputs that the page shows, the keys of those that are new.
    shown: frozenset[int] = frozenset()
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
    def total(self) -> int:
        return sum(map(self.number_of, self.said)) + len(self.reworded or {})

    def number_of(self, source: str) -> int:
        """How many of one kind are new."""
        return sum(self.said.get(source, {}).values())

    def counts(self) -> dict[int, int]:
        """How many acts are new on each paragraph on which they were said."""
        return on_paragraphs(self.said)

    def is_after_look(self, paragraph: int, moment: datetime) -> bool:
        """Whether something of this moment on a paragraph is new."""
        return self.since is not None and moment > self.marks.get(paragraph, self.since)


def on_paragraphs(said: Counts) -> dict[int, int]:
    """How many on each paragraph, of whatever kind."""
    counted: dict[int, int] = {}
    for of_source in said.values():
        for paragraph, count in of_source.items():
            counted[paragraph] = counted.get(paragraph, 0) + count
    return counted


def unseen(access: Access, rounds: Collection[Round] | None = None) -> Unseen:
    """What this reader may read and has not seen, new words and revisions too: four queries.

    One less with `rounds`, all of the consultation.
    """
    found = unseen_said(access, rounds)
    if found.since is None:
        return found
    return replace(
        found,
        reworded=_reworded(access, found),
        revisions=_revisions(access, found.since),
    )


def unseen_said(
    access: Access, rounds: Collection[Round] | None = None, shown: Iterable[int] = ()
) -> Unseen:
    """What was said that this reader may read and has not seen: one query beside the rounds.

    What they watch and when they looked comes in the same query; the reading page, which has the
    rounds already, pays no other for all of it. `shown` are the keys of inputs of which it is told
    whether they are new.
    """
    new = list(unseen_rows(access, rounds))
    beside = [
        _watches(access),
        *_silences(access),
        *map(_counted, new),
        *_among_shown(new, list(shown)),
    ]
    rows = _marks(access).union(*beside, all=True)
    told = [_UnseenRow(*row) for row in rows.order_by()]
    seen = {row.paragraph: row.at for row in told if row.name == "seen"}
    watches = tuple(_watch(row) for row in told if row.name == "watch")
    silence = min(((row.at, row.seat or 0) for row in told if row.name == "silence"), default=None)
    since = seen.pop(None, None)
    if since is None:
        return Unseen(None, watches=watches, silence=silence)
    return Unseen(
        since,
        said=summed(
            (row.name, row.paragraph or 0, row.number) for row in told if row.name in SOURCES
        ),
        shown=frozenset(row.number for row in told if row.name == "shown"),
        watches=watches,
        silence=silence,
        marks={key: seen[key] for key in seen if key},
    )


def count_new(access: Access, rounds: Collection[Round] | None = None) -> int:
    """How many inputs of others this reader may read and has not seen.

    One query beside the rounds.
    """
    counts = count_rows(rows.filter(source="comments") for rows in unseen_rows(access, rounds))
    return sum(on_paragraphs(counts).values())


def seen_until(access: Access) -> datetime | None:
    """When this person last looked at everything; None for who never was here: one query."""
    own = Seen.objects.filter(**_own(access), paragraph=None)
    return own.values_list("seen_at", flat=True).first()


def unseen_rows(
    access: Access, rounds: Collection[Round] | None = None
) -> Iterator[ActivityQuerySet]:
    """The rows that are new to this person, in arms that share none; a query for the rounds.

    Since when is asked in the same statement. A mark on a paragraph is never older than the look
    at everything: that one takes away the older ones (`acts/watching.see_all`).
    """
    own = Seen.objects.filter(**_own(access))
    since = Subquery(own.filter(paragraph=None).values("seen_at")[:1])
    looked = own.filter(paragraph=OuterRef("paragraph"), seen_at__gte=OuterRef("readable_from"))
    for rows in fresh(access, since, rounds_here(access) if rounds is None else rounds):
        yield rows.filter(~Exists(looked))


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
    """A row of the one query: a count of what was said, a look at a paragraph, or a watch."""

    name: str
    number: int  # a count, or the key of the row
    paragraph: int | None
    seat: int | None
    at: datetime
    id: Any


NO_KEY = Cast(Value(None), BigIntegerField())
NO_MOMENT = Cast(Value(None), DateTimeField())
NO_ID = Cast(Value(None), UUIDField())


def _own(access: Access) -> dict[str, Any]:
    return {
        "user": access.user,
        "consultation": access.consultation,
        "capacity": access.capacity.key,
    }


def _counted(rows: ActivityQuerySet) -> QuerySet[Any]:
    return counted(rows).values_list("source", "number", "paragraph_id", NO_KEY, NO_MOMENT, NO_ID)


def _among_shown(new: Iterable[ActivityQuerySet], shown: list[int]) -> Iterator[QuerySet[Any]]:
    for rows in new if shown else ():
        found = rows.filter(source="comments", row__in=shown)
        yield found.values_list(Value("shown"), "row", "paragraph_id", NO_KEY, NO_MOMENT, NO_ID)


def _marks(access: Access) -> QuerySet[Any]:
    rows = Seen.objects.filter(**_own(access))
    return rows.values_list(Value("seen"), "pk", "paragraph_id", NO_KEY, "seen_at", NO_ID)


def _watches(access: Access) -> QuerySet[Any]:
    rows = Watch.objects.visible_to(access).order_by()
    return rows.values_list(Value("watch"), "pk", "paragraph_id", "seat_id", "since", "public_id")


def _silences(access: Access) -> Iterator[QuerySet[Any]]:
    if access.room_seats:
        yield running_silences(access).values_list(
            Value("silence"), "pk", "paragraph_id", "seat_id", "silence_until", NO_ID
        )


def _watch(row: _UnseenRow) -> Watch:
    return Watch(
        pk=row.number,
        public_id=row.id,
        paragraph_id=row.paragraph,
        seat_id=row.seat,
        since=row.at,
    )
