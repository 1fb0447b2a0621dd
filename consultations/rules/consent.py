"""The consent of a delegation narrows who reads one of its inputs, whatever its round says.

An input for the facilitators only, or without attribution, does not exist for other delegations:
no page, count, paper or mail shows it. With one exception: the words of inputs without attribution
are shown to them, without anything that tells whose they are
(`comments/inputs/unattributed`).
"""

from collections.abc import Iterable
from typing import Any, Protocol

from django.db.models import Q, QuerySet

from consultations.models import Consent, Consultation, Round

# With these consents others read an input as its round says, attributed to its delegation.
ATTRIBUTED_CONSENTS = (Consent.ROUND, Consent.PUBLIC)


class WithConsent(Protocol):
    """A row that says what its delegation allows."""

    @property
    def consent(self) -> str: ...


class ConsentReader(Protocol):
    """The part of an `Access` that is asked here."""

    @property
    def consultation(self) -> Consultation: ...

    @property
    def own_and_group_seat_ids(self) -> frozenset[int]: ...

    @property
    def reads_all(self) -> bool: ...

    def rounds_readable_by_all(
        self, rounds: Iterable[Round] | None
    ) -> "QuerySet[Round] | list[int]": ...


def is_attributed(comment: WithConsent) -> bool:
    """Whether other delegations may read an input under its delegation's name."""
    return comment.consent in ATTRIBUTED_CONSENTS


def attributed_filter(prefix: str = "") -> Q:
    """`is_attributed` in SQL."""
    conditions: dict[str, Any] = {f"{prefix}consent__in": ATTRIBUTED_CONSENTS}
    return Q(**conditions)


def unattributed_filter(access: ConsentReader, rounds: Iterable[Round] | None = None) -> Q:
    """In SQL, the readable inputs without attribution: for delegates those of others alone.

    Delegates read the words of these inputs, and not whose they are. Whoever reads all inputs sees
    that on other pages. `rounds` are all of the consultation, where they were read already.
    """
    submitted_inputs = Q(consultation=access.consultation, submitted_at__isnull=False)
    unattributed_inputs = submitted_inputs & Q(
        consent=Consent.UNATTRIBUTED, round__in=access.rounds_readable_by_all(rounds)
    )
    own_inputs = Q(filed_by__in=access.own_and_group_seat_ids) | Q(
        seat__in=access.own_and_group_seat_ids
    )
    return unattributed_inputs if access.reads_all else unattributed_inputs & ~own_inputs
