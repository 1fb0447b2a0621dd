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
from comments.news.fresh import Counts, rounds_of_consultation, sum_counts
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
    counts_by_kind: Counts = field(default_factory=dict)
    # The ids of the inputs on the page that are new.
    new_input_ids: frozenset[int] = frozenset()
    # What this person watches, whether or not anything on it is new.
    watches: tuple[Watch, ...] = ()
    # The silence in a group's room that ends next: when, and the id of the group's seat.
    next_silence: tuple[datetime, int] | None = None
    # Paragraph → when its thread was last looked at.
    look_by_paragraph_id: Mapping[int, datetime] = field(default_factory=dict)
    # Paragraphs that were reworded or added → when that revision was circulated.
    reworded: Mapping[int, datetime] | None = None
    # The ids of new revisions.
    revision_ids: tuple[int, ...] = ()

    @property
    def total(self) -> int:
        return sum(map(self.number_of, self.counts_by_kind)) + len(self.reworded or {})

    def number_of(self, kind_of_news: str) -> int:
        """How many of one kind are new."""
        return sum(self.counts_by_kind.get(kind_of_news, {}).values())

    @cached_property
    def counts(self) -> dict[int, int]:
        """How many acts are new on each paragraph."""
        return sum_by_paragraph(self.counts_by_kind)

    def is_after_look(self, paragraph_id: int, moment: datetime) -> bool:
        """Whether something on the paragraph at this moment is new to the reader."""
        return self.since is not None and moment > self.look_by_paragraph_id.get(
            paragraph_id, self.since
        )


def sum_by_paragraph(counts_by_kind: Counts) -> dict[int, int]:
    """How many acts on each paragraph, of whatever kind."""
    count_by_paragraph_id: dict[int, int] = {}
    for counts_of_kind in counts_by_kind.values():
        for paragraph_id, count in counts_of_kind.items():
            count_by_paragraph_id[paragraph_id] = count_by_paragraph_id.get(paragraph_id, 0) + count
    return count_by_paragraph_id


def unseen(access: Access, rounds: Collection[Round] | None = None) -> Unseen:
    """What this reader may read and has not seen, new words and revisions too: four queries.

    One less with `rounds`, all of the consultation.
    """
    unseen = unseen_activity(access, rounds)
    if unseen.since is None:
        return unseen
    return replace(
        unseen,
        reworded=_reworded_since_look(access, unseen),
        revision_ids=_new_revision_ids(access, unseen.since),
    )


def unseen_activity(
    access: Access, rounds: Collection[Round] | None = None, input_ids_on_page: Iterable[int] = ()
) -> Unseen:
    """What was said that this reader may read and has not seen: one query beside the rounds.

    What they watch and when they looked comes in the same query; the reading page, which has the
    rounds already, needs no other. The answer says which of `input_ids_on_page` are new.
    """
    rows = read_reader_news(
        access,
        rounds_of_consultation(access) if rounds is None else rounds,
        list(input_ids_on_page),
    )
    look_by_paragraph_id = {row.paragraph_id: row.moment for row in rows if row.name == "seen"}
    watches = tuple(_watch_from_row(row) for row in rows if row.name == "watch")
    next_silence = min(
        ((row.moment, row.seat_id or 0) for row in rows if row.name == "silence"), default=None
    )
    last_look = look_by_paragraph_id.pop(None, None)
    if last_look is None:
        return Unseen(None, watches=watches, next_silence=next_silence)
    return Unseen(
        last_look,
        counted_since=next((row.moment for row in rows if row.name == "counted"), None),
        counts_by_kind=sum_counts(
            (row.name, row.paragraph_id or 0, row.number) for row in rows if row.name in SOURCES
        ),
        new_input_ids=frozenset(row.number for row in rows if row.name == "shown"),
        watches=watches,
        next_silence=next_silence,
        look_by_paragraph_id={
            paragraph_id: looked_at
            for paragraph_id, looked_at in look_by_paragraph_id.items()
            if paragraph_id
        },
    )


def count_new(access: Access, rounds: Collection[Round] | None = None) -> int:
    """How many inputs of others this reader may read and has not seen, `MANY` where there are more.

    One query beside the rounds.
    """
    return count_inputs(access, rounds_of_consultation(access) if rounds is None else rounds)


def last_look_at_everything(access: Access) -> datetime | None:
    """When this person last looked at everything; None if they never did: one query."""
    own_looks = Seen.objects.filter(**own_look_filter(access), paragraph=None)
    return own_looks.values_list("seen_at", flat=True).first()


def _reworded_since_look(access: Access, unseen: Unseen) -> dict[int, datetime]:
    """The paragraphs that later revisions changed or added, and when.

    Those of a text's first revision are not named: that revision is one piece of news.
    """
    wordings = (
        Wording.objects.visible_to(access)
        .filter(Q(redline__isnull=False) | Q(previous=None), revision__number__gt=1)
        .filter(
            revision__circulated_at__gt=unseen.since, revision__circulated_at__lte=access.moment
        )
        .exclude(revision__circulated_by=access.user)
        .order_by("revision__circulated_at")
    )
    circulated_at_by_paragraph_id: dict[int, datetime] = dict(
        wordings.values_list("paragraph", "revision__circulated_at")
    )
    return {
        paragraph_id: circulated_at
        for paragraph_id, circulated_at in circulated_at_by_paragraph_id.items()
        if unseen.is_after_look(paragraph_id, circulated_at)
    }


def _new_revision_ids(access: Access, since: datetime) -> tuple[int, ...]:
    """The revisions circulated by others since a moment."""
    revisions = Revision.objects.visible_to(access).filter(
        circulated_at__gt=since, circulated_at__lte=access.moment
    )
    return tuple(
        revisions.exclude(circulated_by=access.user).order_by("pk").values_list("pk", flat=True)
    )


def _watch_from_row(row: ReaderNewsRow) -> Watch:
    """The watch of a row that is named so."""
    return Watch(
        pk=row.number,
        public_id=row.public_id,
        paragraph_id=row.paragraph_id,
        seat_id=row.seat_id,
        since=row.moment,
    )
