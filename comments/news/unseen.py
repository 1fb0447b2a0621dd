"""What a reader has not seen yet, paragraph by paragraph: the same queries at any length of text.

The database counts it; rows are read only for what a page shows of them. Where there are more than
`MAX_COUNTED_BY_PARAGRAPH` new inputs, the newest are counted, with what was said since the oldest
of them, and the page says since when.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property

from django.db.models import Q

from comments.models import Seen, Watch
from comments.news.fresh import NewsCounts, rounds_of_consultation, sum_counts
from comments.news.new_items import SOURCES
from comments.news.unseen_rows import (
    ReaderNewsRow,
    count_unseen_inputs,
    own_look_filter,
    read_reader_news,
)
from consultations.models import Round
from consultations.rules.access import Access
from drafts.models import Revision, Wording


@dataclass(frozen=True)
class Unseen:
    """What is new for one reader. `since` is None at the reader's first visit."""

    since: datetime | None
    # From when on news is counted, where there is older news too; None where all is counted.
    counted_since: datetime | None = None
    # Source of news → paragraph id → how many.
    counts_by_source: NewsCounts = field(default_factory=dict)
    # The ids of the inputs on the page that are new.
    new_input_ids: frozenset[int] = frozenset()
    # What this person watches, whether or not anything on it is new.
    watches: tuple[Watch, ...] = ()
    # The silence in a group's room that ends next: when, and the id of the group's seat.
    next_silence: tuple[datetime, int] | None = None
    # Paragraph id → when its thread was last looked at, where that is after `since`.
    looked_at_by_paragraph_id: Mapping[int, datetime] = field(default_factory=dict)
    # Ids of paragraphs that were reworded or added → when that revision was circulated. None, and
    # no new revisions, at the first visit and in the answer of `unseen_activity`.
    reworded_at_by_paragraph_id: Mapping[int, datetime] | None = None
    # The ids of new revisions.
    new_revision_ids: tuple[int, ...] = ()

    @property
    def total(self) -> int:
        """How many acts and reworded paragraphs are new."""
        return sum(map(self.count_of, self.counts_by_source)) + len(
            self.reworded_at_by_paragraph_id or {}
        )

    def count_of(self, source: str) -> int:
        """How many of one source of news are new."""
        return sum(self.counts_by_source.get(source, {}).values())

    @cached_property
    def count_by_paragraph_id(self) -> dict[int, int]:
        """How many acts are new on each paragraph."""
        return sum_by_paragraph(self.counts_by_source)

    def is_after_look(self, paragraph_id: int, moment: datetime) -> bool:
        """Whether something on the paragraph at this moment is new to the reader."""
        return self.since is not None and moment > self.looked_at_by_paragraph_id.get(
            paragraph_id, self.since
        )


def sum_by_paragraph(counts_by_source: NewsCounts) -> dict[int, int]:
    """How many acts there are on each paragraph, of whatever kind."""
    count_by_paragraph_id: dict[int, int] = {}
    for counts_of_source in counts_by_source.values():
        for paragraph_id, count in counts_of_source.items():
            count_by_paragraph_id[paragraph_id] = count_by_paragraph_id.get(paragraph_id, 0) + count
    return count_by_paragraph_id


def unseen(access: Access, rounds: Collection[Round] | None = None) -> Unseen:
    """What this reader may read and has not seen, new words and revisions too: four queries.

    One less with `rounds`, all of the consultation.
    """
    unseen_acts = unseen_activity(access, rounds)
    if unseen_acts.since is None:
        return unseen_acts
    return replace(
        unseen_acts,
        reworded_at_by_paragraph_id=_reworded_since_look(access, unseen_acts),
        new_revision_ids=_new_revision_ids(access, unseen_acts.since),
    )


def unseen_activity(
    access: Access, rounds: Collection[Round] | None = None, input_ids_on_page: Iterable[int] = ()
) -> Unseen:
    """What was said that this reader may read and has not seen: one query beside the rounds.

    What they watch and when they last looked comes in the same query. `rounds` are all of the
    consultation; a page that has them already gives them. The answer says which of
    `input_ids_on_page` are new.
    """
    rows = read_reader_news(
        access,
        rounds_of_consultation(access) if rounds is None else rounds,
        list(input_ids_on_page),
    )
    looks = [row for row in rows if row.row_kind == "seen"]
    watches = tuple(_watch_from_row(row) for row in rows if row.row_kind == "watch")
    # `or 0` is for the type checker: the rows of these kinds have the id.
    next_silence = min(
        ((row.moment, row.seat_id or 0) for row in rows if row.row_kind == "silence"), default=None
    )
    # Of a look at everything at once, the row has no paragraph.
    last_look = next((look.moment for look in looks if look.paragraph_id is None), None)
    if last_look is None:
        return Unseen(since=None, watches=watches, next_silence=next_silence)
    return Unseen(
        since=last_look,
        counted_since=next((row.moment for row in rows if row.row_kind == "counted"), None),
        counts_by_source=sum_counts(
            (row.row_kind, row.paragraph_id or 0, row.count_or_id)
            for row in rows
            if row.row_kind in SOURCES
        ),
        new_input_ids=frozenset(row.count_or_id for row in rows if row.row_kind == "shown"),
        watches=watches,
        next_silence=next_silence,
        looked_at_by_paragraph_id={
            look.paragraph_id: look.moment for look in looks if look.paragraph_id is not None
        },
    )


def count_new_inputs(access: Access, rounds: Collection[Round] | None = None) -> int:
    """How many inputs of others this reader may read and has not seen, at most
    `MAX_COUNTED_INPUTS`.

    One query beside the rounds.
    """
    return count_unseen_inputs(access, rounds_of_consultation(access) if rounds is None else rounds)


def last_look_at_everything(access: Access) -> datetime | None:
    """When this person last looked at everything; None if they never did: one query."""
    own_looks = Seen.objects.filter(**own_look_filter(access), paragraph=None)
    return own_looks.values_list("seen_at", flat=True).first()


def _reworded_since_look(access: Access, unseen: Unseen) -> dict[int, datetime]:
    """The paragraphs changed or added by revisions that this reader has not seen, and when.

    Those of a text's first revision are not named: that revision is one piece of news.
    """
    wordings = (
        Wording.objects.visible_to(access)
        # With a redline the words were changed, without a previous wording they were added.
        .filter(Q(redline__isnull=False) | Q(previous=None), revision__number__gt=1)
        .filter(
            revision__circulated_at__gt=unseen.since, revision__circulated_at__lte=access.moment
        )
        .exclude(revision__circulated_by=access.user)
        # Oldest first: in the dictionary the last change of a paragraph replaces earlier ones.
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
    """The ids of the revisions circulated by others since a moment."""
    revisions = Revision.objects.visible_to(access).filter(
        circulated_at__gt=since, circulated_at__lte=access.moment
    )
    return tuple(
        revisions.exclude(circulated_by=access.user).order_by("pk").values_list("pk", flat=True)
    )


def _watch_from_row(row: ReaderNewsRow) -> Watch:
    """The watch whose values stand in a row of the kind "watch": no query."""
    return Watch(
        pk=row.count_or_id,
        public_id=row.public_id,
        paragraph_id=row.paragraph_id,
        seat_id=row.seat_id,
        since=row.moment,
    )
