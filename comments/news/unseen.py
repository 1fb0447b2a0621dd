"""What a reader has not seen yet, paragraph by paragraph: the same queries at any length of text.

It is counted in the database, and rows are read only for what a page shows of them. Where there are
more than `MOST_COUNTED` new inputs the newest are counted, with what was said since the oldest of
them: the page says since when.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property

from django.db.models import Q

from comments.models import Seen, Watch
from comments.news.fresh import Counts, rounds_here, summed
from comments.news.new_items import SOURCES
from comments.news.unseen_rows import ToldRow, count_inputs, own_looks, told_of
from consultations.models import Round
from consultations.rules.access import Access
from drafts.models import Revision, Wording


@dataclass(frozen=True)
class Unseen:
    """What is new for one reader. `since` is None for who is here for the first time."""

    since: datetime | None
    # From when on it is counted, where more is new than that.
    counted_since: datetime | None = None
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

    @cached_property
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
    told = told_of(access, rounds_here(access) if rounds is None else rounds, list(shown))
    seen = {row.paragraph: row.at for row in told if row.name == "seen"}
    watches = tuple(_watch(row) for row in told if row.name == "watch")
    silence = min(((row.at, row.seat or 0) for row in told if row.name == "silence"), default=None)
    since = seen.pop(None, None)
    if since is None:
        return Unseen(None, watches=watches, silence=silence)
    return Unseen(
        since,
        counted_since=next((row.at for row in told if row.name == "counted"), None),
        said=summed(
            (row.name, row.paragraph or 0, row.number) for row in told if row.name in SOURCES
        ),
        shown=frozenset(row.number for row in told if row.name == "shown"),
        watches=watches,
        silence=silence,
        marks={key: seen[key] for key in seen if key},
    )


def count_new(access: Access, rounds: Collection[Round] | None = None) -> int:
    """How many inputs of others this reader may read and has not seen, `MANY` where there are more.

    One query beside the rounds.
    """
    return count_inputs(access, rounds_here(access) if rounds is None else rounds)


def seen_until(access: Access) -> datetime | None:
    """When this person last looked at everything; None for who never was here: one query."""
    own = Seen.objects.filter(**own_looks(access), paragraph=None)
    return own.values_list("seen_at", flat=True).first()


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


def _watch(row: ToldRow) -> Watch:
    return Watch(
        pk=row.number,
        public_id=row.id,
        paragraph_id=row.paragraph,
        seat_id=row.seat,
        since=row.at,
    )
