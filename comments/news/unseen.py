"""What a reader has not seen yet, paragraph by paragraph: the same queries at any length of text.

The database counts it; rows are read only for what a page shows of them. Where there are more than
`MAX_COUNTED_BY_PARAGRAPH` new inputs, the newest are counted, with what was said since the oldest
of them, and the page says since when.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache, cached_property
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
from django.db.models.functions import Cast, Coalesce, Greatest, NullIf

from comments.groups.queries import drafts_under_silence
from comments.inputs.queries import rounds_of_consultation
from comments.models import ActivityQuerySet, Seen, Watch
from comments.news.items import (
    SOURCES,
    NewsCounts,
    count_by_paragraph,
    fresh_activity,
    fresh_querysets,
    has_any_opened,
    readable_activity,
    readable_inputs,
    round_openings_of,
    sum_counts,
)
from consultations.models import Round
from consultations.rules.access import Access
from consultations.rules.placeholder_reader import (
    ReaderShape,
    reader_of_shape,
    reader_shape_and_values,
)
from delegations.kept_statements import (
    KeptStatement,
    ValuePlaceholder,
    ids_as_array,
    is_in_id_array,
)
from drafts.models import Revision, Wording

# A page that only says how many inputs are new stops counting here.
MAX_COUNTED_INPUTS = 100

# So many of the newest inputs are counted by paragraph, with all that was said since the oldest of
# them: a page costs no more after two months away than after a week.
MAX_COUNTED_BY_PARAGRAPH = 500


@dataclass(frozen=True, slots=True)
class ReaderNewsRow:
    """A row of the one statement.

    By its `row_kind`: a count of what was said on a paragraph (the name of a source), the moment
    from which it is counted ("counted"), a look at a paragraph or, without one, at everything
    ("seen"), an input that is new ("shown"), a watch ("watch") or a silence in a group's room
    ("silence").
    """

    row_kind: str
    count_or_id: int  # a count for a source of news; the id of the row for all other kinds
    paragraph_id: int | None
    seat_id: int | None
    moment: Any  # a datetime; None for a count, and where all that is new is counted
    public_id: Any  # a UUID; None but for a watch


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
    key, values = _statement_key_and_values(
        access, rounds_of_consultation(access) if rounds is None else rounds
    )
    return len(_count_statement(key).run(**values))


def sum_by_paragraph(counts_by_source: NewsCounts) -> dict[int, int]:
    """How many acts there are on each paragraph, of whatever kind."""
    count_by_paragraph_id: dict[int, int] = {}
    for counts_of_source in counts_by_source.values():
        for paragraph_id, count in counts_of_source.items():
            count_by_paragraph_id[paragraph_id] = count_by_paragraph_id.get(paragraph_id, 0) + count
    return count_by_paragraph_id


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


# --- The rows that are new -----------------------------------------------------------------------


def unseen_rows(
    access: Access,
    rounds: Collection[Round] | None = None,
    counted_since: datetime | None = None,
) -> Iterator[ActivityQuerySet]:
    """The rows that are new to this person, in querysets that share no row; rounds are one query.

    The last look is read in the same statement. `counted_since` leaves out what was said before.
    """
    rounds = rounds_of_consultation(access) if rounds is None else rounds
    for activity in fresh_activity(access, _last_look(access), rounds):
        activity = activity.filter(said_at__gte=counted_since) if counted_since else activity
        yield _without_looked_at(access, activity)


def last_look_at_everything(access: Access) -> datetime | None:
    """When this person last looked at everything; None if they never did: one query."""
    own_looks = Seen.objects.filter(**own_look_filter(access), paragraph=None)
    return own_looks.values_list("seen_at", flat=True).first()


def own_look_filter(access: Access) -> dict[str, Any]:
    """The condition for this person's looks, in this capacity."""
    return {
        "user": access.user,
        "consultation": access.consultation,
        "capacity": access.capacity.key,
    }


def _last_look(access: Access) -> Subquery:
    """When this person last looked at everything."""
    looks = Seen.objects.filter(**own_look_filter(access), paragraph=None)
    return Subquery(looks.values("seen_at")[:1])


def _without_looked_at(access: Access, activity: ActivityQuerySet) -> ActivityQuerySet:
    """The rows without those on paragraphs that were looked at since they became readable.

    A look at a paragraph is never older than the look at everything, which deletes the older
    ones (`acts.mark_all_seen`).
    """
    looks = _looks_at_paragraph(access)
    return activity.filter(~Exists(looks.filter(seen_at__gte=OuterRef("readable_from"))))


def _looks_at_paragraph(access: Access) -> QuerySet[Seen]:
    """When this person looked at the paragraph of an outer query."""
    return Seen.objects.filter(**own_look_filter(access), paragraph=OuterRef("paragraph"))


# --- The statements ------------------------------------------------------------------------------


LONG_AGO = Cast(Value("-infinity"), DateTimeField())

# Empty columns, with the types that a UNION asks for.
NO_SEAT_ID = Cast(Value(None), BigIntegerField())
NO_MOMENT = Cast(Value(None), DateTimeField())
NO_PUBLIC_ID = Cast(Value(None), UUIDField())


@dataclass(frozen=True, slots=True)
class _StatementKey:
    """What a statement is built for: a kind of reader, and the rounds that open at their close."""

    reader_shape: ReaderShape
    opening_count: int  # of those rounds
    has_opened: bool  # whether the inputs of one of them are readable by now


def read_reader_news(
    access: Access, rounds: Collection[Round], input_ids_on_page: Collection[int]
) -> list[ReaderNewsRow]:
    """How many rows are new (see `unseen_rows`), and what else this person follows: one query.

    The rows also say which of `input_ids_on_page` are new.
    """
    key, values = _statement_key_and_values(access, rounds)
    rows = _news_statement(key, bool(input_ids_on_page)).run(
        **values, shown=ids_as_array(input_ids_on_page)
    )
    return [ReaderNewsRow(*columns) for columns in rows]


def _statement_key_and_values(
    access: Access, rounds: Collection[Round]
) -> tuple[_StatementKey, dict[str, Any]]:
    """The key of the statement for this reader, and the values for its placeholders by name."""
    round_openings = round_openings_of(access, rounds)
    reader_shape, values = reader_shape_and_values(access, rounds)
    key = _StatementKey(
        reader_shape=reader_shape,
        opening_count=len(round_openings),
        has_opened=has_any_opened(access, round_openings),
    )
    values |= {
        "opening": [round_id for round_id, _readable_at in round_openings],
        "opens": [readable_at for _round_id, readable_at in round_openings],
    }
    return key, values


@cache
def _news_statement(key: _StatementKey, has_inputs_on_page: bool) -> KeptStatement[Any]:
    """The statement behind `read_reader_news`, built once for each key."""
    reader = reader_of_shape(key.reader_shape)
    new_activity, counted_since = _new_rows(key), _counted_since(key)
    other_querysets = [
        _watch_rows(reader),
        *([_silence_rows(reader)] if key.reader_shape.group_room_seat_count else ()),
        _counted_since_row(reader, counted_since),
        *(_count_rows(queryset.filter(said_at__gte=counted_since)) for queryset in new_activity),
        *(map(_shown_rows, new_activity) if has_inputs_on_page else ()),
    ]
    return KeptStatement(lambda: _look_rows(reader).union(*other_querysets, all=True).order_by())


@cache
def _count_statement(key: _StatementKey) -> KeptStatement[Any]:
    """The statement behind `count_new_inputs`, built once for each key."""
    first_queryset, *other_querysets = (
        queryset.filter(source="comments").values_list("row") for queryset in _new_rows(key)
    )
    return KeptStatement(
        lambda: first_queryset.union(*other_querysets, all=True).order_by()[:MAX_COUNTED_INPUTS]
    )


def _new_rows(key: _StatementKey) -> list[ActivityQuerySet]:
    """The rows that are new to any reader with this key, in querysets that share no row.

    No rounds are given: the reader's placeholders stand for what is read from them.
    """
    reader = reader_of_shape(key.reader_shape)
    return [
        _without_looked_at(reader, queryset)
        for queryset in _querysets_since_last_look(key, readable_activity(reader, rounds=()))
    ]


def _counted_since(key: _StatementKey) -> Greatest:
    """In SQL, when the last input before the newest `MAX_COUNTED_BY_PARAGRAPH` was sent.

    Long ago where there are no more than those.

    Looks at paragraphs are subqueries: with a join, PostgreSQL would not read the inputs in the
    order of time, and could not stop early.
    """
    reader = reader_of_shape(key.reader_shape)
    looked_at = Coalesce(Subquery(_looks_at_paragraph(reader).values("seen_at")), LONG_AGO)
    newest_first = (
        queryset.filter(readable_from__gt=looked_at).order_by("-said_at").values("said_at")
        for queryset in _querysets_since_last_look(key, readable_inputs(reader, rounds=()))
    )
    return Greatest(
        LONG_AGO,
        *(
            Subquery(queryset[MAX_COUNTED_BY_PARAGRAPH : MAX_COUNTED_BY_PARAGRAPH + 1])
            for queryset in newest_first
        ),
    )


def _querysets_since_last_look[Rows: QuerySet[Any]](
    key: _StatementKey, readable: Rows
) -> Iterator[Rows]:
    """Of the rows that may be read, those that became readable since the reader's last look."""
    reader = reader_of_shape(key.reader_shape)
    round_openings = [
        (
            ValuePlaceholder("opening", BigIntegerField(), index),
            ValuePlaceholder("opens", DateTimeField(), index),
        )
        for index in range(key.opening_count)
    ]
    last_look = _last_look(reader)
    return fresh_querysets(reader, last_look, readable, round_openings, has_opened=key.has_opened)


def _counted_since_row(access: Access, counted_since: Greatest) -> QuerySet[Any, Any]:
    """The `ReaderNewsRow` that says from when on news is counted; none before the first look.

    Its moment is empty where all that is new is counted.
    """
    looks = Seen.objects.filter(**own_look_filter(access), paragraph=None)
    row_of_last_look = looks.annotate(counted_since=NullIf(counted_since, LONG_AGO))
    return row_of_last_look.values_list(
        Value("counted"), "pk", "paragraph_id", NO_SEAT_ID, "counted_since", NO_PUBLIC_ID
    )


def _count_rows(activity: ActivityQuerySet) -> QuerySet[Any, Any]:
    """Columns of a `ReaderNewsRow` for each count of what was said."""
    return count_by_paragraph(activity).values_list(
        "source", "row_count", "paragraph_id", NO_SEAT_ID, NO_MOMENT, NO_PUBLIC_ID
    )


def _shown_rows(activity: ActivityQuerySet) -> QuerySet[Any, Any]:
    """Columns of a `ReaderNewsRow` for each input on the page that is new."""
    activity = activity.filter(is_in_id_array("row", "shown"), source="comments")
    return activity.values_list(
        Value("shown"), "row", "paragraph_id", NO_SEAT_ID, NO_MOMENT, NO_PUBLIC_ID
    )


def _look_rows(access: Access) -> QuerySet[Any, Any]:
    """Columns of a `ReaderNewsRow` for each look; a look at everything has no paragraph."""
    looks = Seen.objects.filter(**own_look_filter(access))
    return looks.values_list(
        Value("seen"), "pk", "paragraph_id", NO_SEAT_ID, "seen_at", NO_PUBLIC_ID
    )


def _watch_rows(access: Access) -> QuerySet[Any, Any]:
    """Columns of a `ReaderNewsRow` for each watch."""
    watches = Watch.objects.visible_to(access).order_by()  # the parts of a UNION have no order
    return watches.values_list(
        Value("watch"), "pk", "paragraph_id", "seat_id", "since", "public_id"
    )


def _silence_rows(access: Access) -> QuerySet[Any, Any]:
    """Columns of a `ReaderNewsRow` for each silence that runs in a room of the reader."""
    return drafts_under_silence(access, rounds=()).values_list(
        Value("silence"), "pk", "paragraph_id", "seat_id", "silence_until", NO_PUBLIC_ID
    )
