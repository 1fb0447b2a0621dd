"""What pages show of bridging words: the proposals beside them, the answers, who is still asked.

Facilitators write bridging words between the proposals on a paragraph, and ask delegations whether
they can live with them. Delegations are listed in the order of the table (domain, rule 11). A fixed
number of queries.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from comments.incorporating.queries import ParagraphOnDesk
from comments.models import AskedSeat, BridgingAnswer, BridgingProposal, Comment, CommentKind
from consultations.models import Seat
from consultations.rules.access import Access
from delegations.models import GroupMembership
from drafts.models import Draft
from drafts.words.differences import Redline, redline

# More different wordings than these are not set beside bridging words.
MAX_WORDINGS = 30
# At most so many bridging proposals are shown under a paragraph; the page of all has the others.
MAX_PROPOSALS_ON_PARAGRAPH = 5
ASKED_SEAT_ORDER = ("seat__rank", "seat__sort_key", "pk")


@dataclass(frozen=True, slots=True)
class ComparedWording:
    """A proposed wording, whose it is, and what the bridging words change in it."""

    element_id: str  # of the hidden element from which scripts read the wording
    proposers: tuple[str, ...]
    words: str
    language: str
    redline: Redline


@dataclass(frozen=True, slots=True)
class AnswerLine:
    """An asked delegation, its latest answer and its earlier ones, where the reader sees them."""

    asked_seat: AskedSeat
    answer: BridgingAnswer | None  # the latest
    earlier_answers: tuple[BridgingAnswer, ...]
    # How it would change the bridging words; () where its answer has no words, or has them in
    # another language.
    redline: Redline


def compared_wordings(on_desk: ParagraphOnDesk, text: str) -> tuple[list[ComparedWording], int]:
    """The wordings proposed for a paragraph, each once, compared with a text in its language.

    Also how many of them are left out, beyond `MAX_WORDINGS`.
    """
    comments_by_words: dict[str, list[Comment]] = {}
    for proposal in on_desk.proposals:
        if proposal.kind == CommentKind.REPLACE and not proposal.is_foreign:
            comments_by_words.setdefault(proposal.comment.proposed, []).append(proposal.comment)
    words_and_comments = list(comments_by_words.items())[:MAX_WORDINGS]
    shown_wordings = [
        _compared_wording(number, words, comments, text)
        for number, (words, comments) in enumerate(words_and_comments)
    ]
    return shown_wordings, len(comments_by_words) - len(shown_wordings)


def own_compared_wordings(access: Access, proposal: BridgingProposal) -> list[ComparedWording]:
    """What the reader's delegation proposes for the paragraph of bridging words: one query.

    `proposal` was read `with_texts`.
    """
    draft = proposal.paragraph.draft
    own_comments = (
        Comment.objects.visible_to(access)
        .in_force()
        .filter(
            paragraph=proposal.paragraph_id,
            kind=CommentKind.REPLACE,
            language=draft.language,
            seat__in=access.own_and_group_seat_ids,
        )
    )
    comments = list(own_comments.select_related("seat").in_table_order())
    return [
        _compared_wording(number, comment.proposed, [comment], proposal.text)
        for number, comment in enumerate(comments)
    ]


def latest_bridging_with_redlines(
    access: Access, paragraph_ids: Iterable[int]
) -> list[tuple[BridgingProposal, Redline]]:
    """The latest bridging proposals on one paragraph, at most `MAX_PROPOSALS_ON_PARAGRAPH`, each
    with its redline.

    `paragraph_ids`: the paragraph, and those whose inputs are read under it. The proposals have
    `asked_count` and `answered_count`.
    """
    proposals = (
        BridgingProposal.objects.visible_to(access).in_force().filter(paragraph__in=paragraph_ids)
    )
    latest_proposals = with_answer_counts(proposals.with_texts()).order_by("-created_at", "-pk")[
        :MAX_PROPOSALS_ON_PARAGRAPH
    ]
    return [
        (proposal, redline(proposal.wording.text, proposal.text)) for proposal in latest_proposals
    ]


def with_answer_counts(proposals: QuerySet[BridgingProposal]) -> QuerySet[BridgingProposal]:
    """With how many are asked and how many answered: only for those who may read all answers."""
    # The first condition leaves out those without an answer, of whom a join makes rows of nulls.
    is_answered = Q(asked__answers__isnull=False, asked__answers__replaced_at=None)
    return proposals.annotate(
        asked_count=Count("asked", distinct=True),
        answered_count=Count("asked", filter=is_answered, distinct=True),
    )


def answer_lines(access: Access, proposal: BridgingProposal) -> list[AnswerLine]:
    """The asked delegations that the reader may know of, each with its answers: two queries."""
    visible_seats = AskedSeat.objects.visible_to(access).filter(proposal=proposal)
    asked_seats = list(visible_seats.select_related("seat").order_by(*ASKED_SEAT_ORDER))
    answers = BridgingAnswer.objects.visible_to(access).filter(
        asked__in=[asked_seat.pk for asked_seat in asked_seats]
    )
    answers_by_asked_seat_id: dict[int, list[BridgingAnswer]] = {}
    for answer in answers.order_by("-answered_at", "-pk"):
        answers_by_asked_seat_id.setdefault(answer.asked_id, []).append(answer)
    return [
        _answer_line(access, proposal, asked_seat, answers_by_asked_seat_id.get(asked_seat.pk, []))
        for asked_seat in asked_seats
    ]


def unanswered_asked_seats(access: Access) -> QuerySet[AskedSeat]:
    """The unanswered questions to the reader's delegation, or to a group that it coordinates.

    Not of closed proposals, nor on adopted texts.
    """
    seat_ids = [seat.pk for seat in (access.seat, *access.coordinated_seats) if seat]
    open_asked_seats = AskedSeat.objects.visible_to(access).filter(
        seat__in=seat_ids,
        proposal__closed_at=None,
        proposal__paragraph__draft__adopted_at=None,
    )
    answered_ids = BridgingAnswer.objects.in_force().values("asked")
    return open_asked_seats.exclude(pk__in=answered_ids)


def open_questions_on(access: Access, draft: Draft) -> QuerySet[BridgingProposal]:
    """The bridging proposals on a text about which delegations are asked and can still answer."""
    proposals = BridgingProposal.objects.visible_to(access).filter(paragraph__draft=draft)
    return proposals.filter(
        asked_at__isnull=False, closed_at=None, paragraph__draft__adopted_at=None
    )


# --- Whom to ask ----------------------------------------------------------------------------------


def commenting_seat_ids(access: Access, paragraph_public_id: UUID) -> set[int]:
    """The ids of the seats with an input in force on a paragraph: one query."""
    inputs = (
        Comment.objects.visible_to(access)
        .in_force()
        .filter(paragraph__public_id=paragraph_public_id)
    )
    return set(inputs.values_list("seat", flat=True))


def member_seat_ids(access: Access, group_seat: Seat) -> set[int]:
    """The ids of the seats here of a group's members today."""
    memberships = GroupMembership.objects.in_force(access.moment).filter(
        group=group_seat.delegation_id
    )
    seats = Seat.objects.filter(consultation=access.consultation, ended_at=None)
    return set(
        seats.filter(delegation__in=memberships.values("member")).values_list("pk", flat=True)
    )


# --- Helpers --------------------------------------------------------------------------------------


def _compared_wording(
    number: int, words: str, comments: Sequence[Comment], text: str
) -> ComparedWording:
    """Words that these comments propose, the `number`th on the page, beside the bridging words."""
    proposers = tuple(
        f"{comment.seat.name_for_reader} ({comment.reference})" for comment in comments
    )
    return ComparedWording(
        f"said-{number}", proposers, words, comments[0].language, redline(words, text)
    )


def _answer_line(
    access: Access, proposal: BridgingProposal, asked_seat: AskedSeat, answers: list[BridgingAnswer]
) -> AnswerLine:
    """A delegation with its answers; earlier ones for itself and for those who read all inputs."""
    latest_answer = next((answer for answer in answers if answer.replaced_at is None), None)
    reads_earlier = access.reads_all or asked_seat.seat_id in access.own_and_group_seat_ids
    earlier_answers = (
        tuple(answer for answer in answers if answer.replaced_at) if reads_earlier else ()
    )
    language = proposal.paragraph.draft.language
    changes: Redline = ()
    if latest_answer and latest_answer.words and latest_answer.language == language:
        changes = redline(proposal.text, latest_answer.words)
    return AnswerLine(asked_seat, latest_answer, earlier_answers, changes)
