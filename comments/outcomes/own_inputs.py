"""The own inputs by paragraph, without their words: enough for the order and sums of a brief."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Func, OuterRef, Q, Subquery

from comments.models import Comment, CommentMember, Review
from comments.news.citations import ParagraphPositions
from comments.threads.key_lists import is_in_array
from consultations.rules.access import Access
from drafts.models import Revision, Wording


class OwnInputSummary(NamedTuple):
    """One of the own inputs: its kind and what it was made on, without its words."""

    pk: int
    id: UUID
    paragraph: int
    draft: int
    # The wording that the input was made on: its revision, that one's number, a hash of the words.
    revision: int
    revision_number: int
    text_hash: str
    kind: str
    language: str
    # What orders delegations in a table, and the number of the input.
    rank: int
    sort_key: str
    number: int
    # Whether the delegation has said nothing yet on its answer; None where it has none.
    is_answered: bool | None

    @property
    def order(self) -> tuple[int, str, int]:
        return self.rank, self.sort_key, self.number


SUMMARY_COLUMNS = (
    "pk",
    "public_id",
    "paragraph_id",
    "paragraph__draft_id",
    "wording__revision_id",
    "wording__revision__number",
    "wording__text_hash",
    "kind",
    "language",
    "seat__rank",
    "seat__sort_key",
    "number",
    "is_answered",
)


@dataclass(frozen=True, slots=True)
class CommentedParagraphSummary:
    """A paragraph on which the delegation spoke: where it stands, and whether something happened.

    `inputs` were made on it, or on paragraphs whose words moved to it.
    """

    home: int
    rank: tuple[int, ...]
    inputs: tuple[OwnInputSummary, ...]
    on_agenda: bool
    has_news: bool

    @property
    def relevance(self) -> tuple[Any, ...]:
        """The sort key: on the agenda first, then where something happened, as in the text."""
        return (not self.on_agenda, not self.has_news, self.rank)


def own_inputs(access: Access) -> Any:
    """The delegation's inputs in force: its own, those it filed or acts on for a group, and those
    that a group filed in its name."""
    own = Q(seat=access.seat) | access.own_record() | Q(said_in_its_name(access, "pk"))
    return Comment.objects.visible_to(access).in_force().filter(own)


def said_in_its_name(access: Access, key: str) -> Func:
    """Whether a group filed an input with the delegation among its members.

    The keys come as one array, so that PostgreSQL finds each part of "own" by its index.
    """
    as_member = CommentMember.objects.filter(delegation=access.delegation).values("comment")
    return is_in_array(key, ArraySubquery(as_member.order_by()))


def own_input_summaries(access: Access) -> list[OwnInputSummary]:
    """All own inputs, without words: one query."""
    answers = Review.objects.released_to(access).filter(comment=OuterRef("pk"))
    is_open = answers.annotate(is_open=Q(acknowledgement=None)).order_by("-decided_at", "-pk")
    rows = own_inputs(access).annotate(is_answered=Subquery(is_open.values("is_open")[:1]))
    return [OwnInputSummary(*row) for row in rows.order_by().values_list(*SUMMARY_COLUMNS)]


def by_home(
    summaries: Iterable[OwnInputSummary], places: ParagraphPositions
) -> dict[int, list[OwnInputSummary]]:
    """The inputs by the paragraph under which they stand now, in the order of a table."""
    homes: dict[int, list[OwnInputSummary]] = {}
    for summary in sorted(summaries, key=lambda summary: summary.order):
        homes.setdefault(places.current_id_of(summary.paragraph), []).append(summary)
    return homes


def input_on_latest_wording(
    summaries: Iterable[OwnInputSummary], newest: Mapping[int, Revision]
) -> OwnInputSummary:
    """The input on the latest wording that the delegation spoke on.

    Inputs on the newest revision count only where there are none on earlier ones.
    """
    current = {revision.pk for revision in newest.values()}
    return max(summaries, key=lambda h: (h.revision not in current, h.revision_number, h.pk))


def changed_since(
    access: Access,
    inputs_by_home: Mapping[int, Sequence[OwnInputSummary]],
    places: ParagraphPositions,
    newest: Mapping[int, Revision],
) -> set[int]:
    """The paragraphs that changed since the delegation spoke on them: one query."""
    rows = Wording.objects.visible_to(access).order_by()
    rows = rows.filter(revision__in=[revision.pk for revision in newest.values()])
    hashes = dict(rows.values_list("paragraph_id", "text_hash"))
    return {
        home
        for home, summaries in inputs_by_home.items()
        if _is_changed(home, input_on_latest_wording(summaries, newest), places, hashes.get(home))
    }


def _is_changed(
    home: int, last: OwnInputSummary, places: ParagraphPositions, now: str | None
) -> bool:
    pieces = places.successor_ids_by_earlier_id.get(last.paragraph, ())
    is_split = sum(key in places.standing for key in pieces) > 1
    is_merged = home != last.paragraph and len(pieces) < 2
    return now != last.text_hash or is_split or is_merged
