"""What pages show of bridging words: the proposals beside them, the answers, who is still asked.

Delegations are listed in the order of the table (domain, rule 11). A fixed number of queries.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from comments.desks.map_columns import KIND_NAMES
from comments.desks.on_desk import OnDesk
from comments.models import (
    AskedSeat,
    BridgingAnswer,
    BridgingProposal,
    Comment,
    CommentKind,
)
from consultations.models import Seat
from consultations.rules.access import Access
from delegations.models import GroupMembership
from delegations.reader_names import name_for_reader
from drafts.words.differences import Redline, redline

# More different wordings than these are not set beside bridging words.
MAX_WORDINGS = 30
# So many are shown on one paragraph; the list of all has the others.
MAX_SHOWN = 5
TABLE_ORDER = ("seat__rank", "seat__sort_key", "pk")
# The rank of groups in the table.
GROUPS = 1


@dataclass(frozen=True, slots=True)
class WordsBeside:
    """A proposed wording, whose it is, and what the bridging words change in it."""

    key: str
    who: tuple[str, ...]
    words: str
    language: str
    redline: Redline


@dataclass(frozen=True, slots=True)
class AnswerLine:
    """An asked delegation, its answer if there is one that the reader may see, and those before."""

    asked: AskedSeat
    answer: BridgingAnswer | None
    earlier: tuple[BridgingAnswer, ...]
    # Its own words as a change of the bridging words.
    redline: Redline


@dataclass(frozen=True, slots=True)
class SeatGroup:
    """Delegations to choose among, by region or kind, in the order of the table."""

    key: str
    name: str
    seats: tuple[Seat, ...]


def words_beside(on_desk: OnDesk, text: str) -> tuple[list[WordsBeside], int]:
    """The proposed wordings on a paragraph beside a text, each once; and how many are left out."""
    by_words: dict[str, list[Comment]] = {}
    for proposal in on_desk.proposals:
        if proposal.kind == CommentKind.REPLACE and not proposal.is_foreign:
            by_words.setdefault(proposal.comment.proposed, []).append(proposal.comment)
    shown = list(by_words.items())[:MAX_WORDINGS]
    beside = [_words_beside(n, words, rows, text) for n, (words, rows) in enumerate(shown)]
    return beside, len(by_words) - len(shown)


def own_words_beside(access: Access, proposal: BridgingProposal) -> list[WordsBeside]:
    """What the reader's delegation itself proposes there: one query. Needs `with_places`."""
    draft = proposal.paragraph.draft
    own = (
        Comment.objects.visible_to(access)
        .in_force()
        .filter(
            paragraph=proposal.paragraph_id,
            kind=CommentKind.REPLACE,
            language=draft.language,
            seat__in=access.own_seat_ids,
        )
    )
    rows = list(own.select_related("seat").in_table_order())
    return [_words_beside(n, row.proposed, [row], proposal.text) for n, row in enumerate(rows)]


def bridging_here(access: Access, keys: Iterable[int]) -> list[tuple[BridgingProposal, Redline]]:
    """The latest on these paragraphs, with `asked_count` and `answered_count`, and as redlines."""
    rows = BridgingProposal.objects.visible_to(access).in_force().filter(paragraph__in=keys)
    latest = with_answer_counts(rows.with_places()).order_by("-created_at", "-pk")[:MAX_SHOWN]
    return [(row, redline(row.wording.text, row.text)) for row in latest]


def with_answer_counts(rows: QuerySet[BridgingProposal]) -> QuerySet[BridgingProposal]:
    """With how many are asked and how many answered: only for those who may read all answers."""
    answered = Q(asked__answers__isnull=False, asked__answers__replaced_at=None)
    return rows.annotate(
        asked_count=Count("asked", distinct=True),
        answered_count=Count("asked", filter=answered, distinct=True),
    )


def answer_lines(access: Access, proposal: BridgingProposal) -> list[AnswerLine]:
    """The asked delegations that the reader may know of, each with its answers: two queries."""
    rows = AskedSeat.objects.visible_to(access).filter(proposal=proposal)
    seats = list(rows.select_related("seat").order_by(*TABLE_ORDER))
    answers = BridgingAnswer.objects.visible_to(access).filter(asked__in=[a.pk for a in seats])
    by_seat: dict[int, list[BridgingAnswer]] = {}
    for answer in answers.order_by("-answered_at", "-pk"):
        by_seat.setdefault(answer.asked_id, []).append(answer)
    return [_answer_line(access, proposal, row, by_seat.get(row.pk, [])) for row in seats]


def waiting_questions(access: Access) -> QuerySet[AskedSeat]:
    """What the reader's delegation is asked, for itself or a group it speaks for, unanswered."""
    seats = [seat.pk for seat in (access.seat, *access.group_seats) if seat]
    open_rows = AskedSeat.objects.visible_to(access).filter(
        seat__in=seats,
        proposal__closed_at=None,
        proposal__paragraph__draft__adopted_at=None,
    )
    answered = BridgingAnswer.objects.in_force().values("asked")
    return open_rows.exclude(pk__in=answered)


# --- Whom to ask ----------------------------------------------------------------------------------


def seat_groups(access: Access) -> list[SeatGroup]:
    """Everybody who sits here, groups first, then by region, then by kind: one query."""
    rows = Seat.objects.filter(consultation=access.consultation, ended_at=None)
    seats: dict[tuple[int, str], list[Seat]] = {}
    for seat in rows.select_related("delegation").order_by("rank", "sort_key", "pk"):
        region = seat.delegation.regional_group
        seats.setdefault((1, region) if region else (seat.rank, ""), []).append(seat)
    keys = sorted(seats, key=lambda key: (_group_place(key), key))
    return [SeatGroup(_group_key(key), _group_name(key), tuple(seats[key])) for key in keys]


def commented_on(access: Access, paragraph: UUID) -> set[int]:
    """The seats with an input in force on a paragraph: one query."""
    rows = Comment.objects.visible_to(access).in_force().filter(paragraph__public_id=paragraph)
    return set(rows.values_list("seat", flat=True))


def members_of(access: Access, group: Seat) -> set[int]:
    """The seats here of a group's members today."""
    members = GroupMembership.objects.holding(access.moment).filter(group=group.delegation_id)
    seats = Seat.objects.filter(consultation=access.consultation, ended_at=None)
    return set(seats.filter(delegation__in=members.values("member")).values_list("pk", flat=True))


def _group_place(key: tuple[int, str]) -> int:
    """Groups stand first, then regions."""
    rank, region = key
    return GROUPS if region else (0 if rank == GROUPS else rank)


def _group_key(key: tuple[int, str]) -> str:
    rank, region = key
    return region or str(rank)


def _group_name(key: tuple[int, str]) -> str:
    rank, region = key
    if region or rank == GROUPS:
        return name_for_reader(region) or _("Groups")
    return str(KIND_NAMES.get(str(rank), KIND_NAMES["5"])[1])


# --- Helpers --------------------------------------------------------------------------------------


def _words_beside(number: int, words: str, rows: Sequence[Comment], text: str) -> WordsBeside:
    who = tuple(f"{row.seat.name_for_reader} ({row.reference})" for row in rows)
    return WordsBeside(f"said-{number}", who, words, rows[0].language, redline(words, text))


def _answer_line(
    access: Access, proposal: BridgingProposal, asked: AskedSeat, answers: list[BridgingAnswer]
) -> AnswerLine:
    """Earlier answers are shown to their own delegation, and to those who read all."""
    last = next((answer for answer in answers if answer.replaced_at is None), None)
    reads_earlier = access.reads_all or asked.seat_id in access.own_seat_ids
    earlier = tuple(answer for answer in answers if answer.replaced_at) if reads_earlier else ()
    language = proposal.paragraph.draft.language
    is_compared = last is not None and bool(last.words) and last.language == language
    changes = redline(proposal.text, last.words) if last and is_compared else ()
    return AnswerLine(asked, last, earlier, changes)
