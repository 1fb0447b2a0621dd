"""What a reader has not seen yet, paragraph by paragraph: the same queries at any length of text.

The database counts it; rows are read only for what a page shows of them. Where there are more than
`MAX_COUNTED` new inputs, the newest are counted, with what was said since the oldest of them, and
the page says since when.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property

from django.db.models import Q

from comments.models import Seen, Watch
from comments.news.fresh import Counts, rounds_here, sum_counts
from comments.news.new_items import SOURCES
from comments.news.unseen_rows import ReaderNewsRow, count_inputs, own_look_filter, read_reader_news
from consultations.models import Round
from consultations.rules.access import Access
from drafts.models import Revision, Wording


@dataclass(frozen=True)
class Unseen:
    """What is new for one reader. `since` is None at the reader's first visit."""

    since: datetime | None
    # From when on it is counted, where more is new than that.
    counted_since: datetime | None = None
    # Kind of news → paragraph → how many.
    by_kind: Counts = field(default_factory=dict)
    # The keys of the inputs on the page that are new.
    shown: frozenset[int] = frozenset()
    # What this person watches, whether or not anything on it is new.
    watches: tuple[Watch, ...] = ()
    # The silence in a group's room that ends next: when, and the group's seat.
    silence: tuple[datetime, int] | None = None
    # Paragraph → when its thread was last looked at.
    marks: Mapping[int, datetime] = field(default_factory=dict)
    # Paragraphs that were reworded or added → when that revision was circulated.
    reworded: Mapping[int, datetime] | None = None
    revisions: tuple[int, ...] = ()

    @property
    def total(self) -> int:
        return sum(map(self.number_of, self.by_kind)) + len(self.reworded or {})

    def number_of(self, source: str) -> int:
        """How many of one kind are new."""
        return sum(self.by_kind.get(source, {}).values())

    @cached_property
    def counts(self) -> dict[int, int]:
        """How many acts are new on each paragraph."""
        return on_paragraphs(self.by_kind)

    def is_after_look(self, paragraph: int, moment: datetime) -> bool:
        """Whether something on the paragraph at this moment is new to the reader."""
        return self.since is not None and moment > self.marks.get(paragraph, self.since)


def on_paragraphs(by_kind: Counts) -> dict[int, int]:
    """How many acts on each paragraph, of whatever kind."""
    counts: dict[int, int] = {}
    for of_source in by_kind.values():
        for paragraph, count in of_source.items():
            counts[paragraph] = counts.get(paragraph, 0) + count
    return counts


def unseen(access: Access, rounds: Collection[Round] | None = None) -> Unseen:
    """What this reader may read and has not seen, new words and revisions too: four queries.

    One less with `rounds`, all of the consultation.
    """
    found = unseen_activity(access, rounds)
    if found.since is None:
        return found
    return replace(
        found,
        reworded=_reworded_since_look(access, found),
        revisions=_new_revisions(access, found.since),
    )


def unseen_activity(
    access: Access, rounds: Collection[Round] | None = None, shown: Iterable[int] = ()
) -> Unseen:
    """What was said that this reader may read and has not seen: one query beside the rounds.

    What they watch and when they looked comes in the same query; the reading page, which has the
    rounds already, needs no other. `shown` are the keys of the inputs on the page: the answer
    says which of them are new.
    """
    rows = read_reader_news(access, rounds_here(access) if rounds is None else rounds, list(shown))
    looks = {row.paragraph: row.at for row in rows if row.name == "seen"}
    watches = tuple(_watch_from_row(row) for row in rows if row.name == "watch")
    silence = min(((row.at, row.seat or 0) for row in rows if row.name == "silence"), default=None)
    since = looks.pop(None, None)
    if since is None:
        return Unseen(None, watches=watches, silence=silence)
    return Unseen(
        since,
        counted_since=next((row.at for row in rows if row.name == "counted"), None),
        by_kind=sum_counts(
            (row.name, row.paragraph or 0, row.number) for row in rows if row.name in SOURCES
        ),
        shown=frozenset(row.number for row in rows if row.name == "shown"),
        watches=watches,
        silence=silence,
        marks={key: at for key, at in looks.items() if key},
    )


def count_new(access: Access, rounds: Collection[Round] | None = None) -> int:
    """How many inputs of others this reader may read and has not seen, `MANY` where there are more.

    One query beside the rounds.
    """
    return count_inputs(access, rounds_here(access) if rounds is None else rounds)


def seen_until(access: Access) -> datetime | None:
    """When this person last looked at everything; None if they never did: one query."""
    own = Seen.objects.filter(**own_look_filter(access), paragraph=None)
    return own.values_list("seen_at", flat=True).first()


def _reworded_since_look(access: Access, found: Unseen) -> dict[int, datetime]:
    """The paragraphs that later revisions changed or added, and when.

    Those of a text's first revision are not named: that revision is one piece of news.
    """
    rows = (
        Wording.objects.visible_to(access)
        .filter(Q(redline__isnull=False) | Q(previous=None), revision__number__gt=1)
        .filter(revision__circulated_at__gt=found.since, revision__circulated_at__lte=access.moment)
        .exclude(revision__circulated_by=access.user)
        .order_by("revision__circulated_at")
    )
    changed: dict[int, datetime] = dict(rows.values_list("paragraph", "revision__circulated_at"))
    return {key: at for key, at in changed.items() if found.is_after_look(key, at)}


def _new_revisions(access: Access, since: datetime) -> tuple[int, ...]:
    rows = Revision.objects.visible_to(access).filter(
        circulated_at__gt=since, circulated_at__lte=access.moment
    )
    return tuple(
        rows.exclude(circulated_by=access.user).order_by("pk").values_list("pk", flat=True)
    )


def _watch_from_row(row: ReaderNewsRow) -> Watch:
    return Watch(
        pk=row.number,
        public_id=row.id,
        paragraph_id=row.paragraph,
        seat_id=row.seat,
        since=row.at,
    )
