"""The phase of a round at a moment, who reads its inputs then, and when a silence runs.

Also which rounds ask for inputs on the same texts.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import Enum
from operator import attrgetter
from typing import Any

from django.db.models import Q

from consultations.models import LatePolicy, Round, Visibility

# An input is in time when the application takes it by the deadline plus this grace (domain,
# rule 18).
GRACE = timedelta(seconds=60)


class Phase(Enum):
    """The phase of a round at a moment."""

    NOT_OPEN = "not open"
    OPEN = "open"
    LATE = "closed, late inputs accepted"
    CLOSED = "closed"


def close_of(round: Round) -> datetime:
    """The last moment at which a round is open: its stamped close, or the deadline plus grace."""
    return round.closed_at or round.deadline + GRACE


def phase_of(round: Round, moment: datetime) -> Phase:
    """The phase of the round for a request taken at this moment (domain, rules 18 and 19)."""
    if moment < round.opens_at:
        return Phase.NOT_OPEN
    if moment <= close_of(round):
        return Phase.OPEN
    return Phase.LATE if round.late_policy == LatePolicy.MARK else Phase.CLOSED


def is_readable_by_all(round: Round, moment: datetime) -> bool:
    """Whether delegations read each other's submitted inputs of this round (domain, rule 3)."""
    if round.visibility == Visibility.AT_ONCE:
        return True
    return round.visibility == Visibility.AT_CLOSE and moment > close_of(round)


def readable_by_all_filter(moment: datetime, prefix: str = "round__") -> Q:
    """`is_readable_by_all` in SQL, for rows from which `prefix` leads to a round; "" for rounds."""

    def round_condition(**conditions: Any) -> Q:
        """A condition on fields of the round, reached through `prefix`."""
        return Q(**{f"{prefix}{name}": value for name, value in conditions.items()})

    # The `close_of` of the round is past.
    is_closed = round_condition(closed_at__lt=moment) | round_condition(
        closed_at=None, deadline__lt=moment - GRACE
    )
    return (
        round_condition(visibility=Visibility.AT_ONCE)
        | round_condition(visibility=Visibility.AT_CLOSE) & is_closed
    )


def rounds_on_same_texts(first_round_id: int, rounds: Iterable[Round]) -> list[Round]:
    """A round, and those of these rounds that reopen it, directly or through another such round.

    In the order in which they open.
    """
    found_rounds: list[Round] = []
    found_ids = {first_round_id}
    # A round opens after the close of the one that it reopens.
    for round in sorted(rounds, key=attrgetter("opens_at", "pk")):
        if not found_ids.isdisjoint({round.pk, round.asks_again_id}):
            found_rounds.append(round)
            found_ids.add(round.pk)
    return found_rounds


# --- Silences, of a group and of the facilitators -------------------------------------------------


def has_silence_ended(row_with_silence: Any, moment: datetime) -> bool:
    """Whether the silence on a row is over, broken or not; `silence_until` is its last moment."""
    silence_until = row_with_silence.silence_until
    return silence_until is not None and moment > silence_until


def silence_not_over_filter(moment: datetime) -> Q:
    """In SQL, the rows with a silence that has not ended."""
    return Q(silence_until__gte=moment)


def silence_unbroken_filter(moment: datetime) -> Q:
    """In SQL, the drafts on which a silence runs: not over, and not broken by an objection."""
    return silence_not_over_filter(moment) & Q(silence_broken_at=None)
