"""What a delegation allows with one of its inputs narrows who reads it, whatever its round says.

An input for the facilitators only, or without attribution, is to other delegations as if it were
not there: no page, count, paper or mail has it. What is without attribution is read by them in
one other way alone, without anything that tells whose it is (`comments/threads/nameless`).
"""

from collections.abc import Iterable
from typing import Any, Protocol

from django.db.models import Q

from consultations.models import Consent, Consultation, Round

# Of these an input is read by other delegations as its round says, under its delegation's name.
NAMED = (Consent.ROUND, Consent.PUBLIC)


class WithConsent(Protocol):
    """A row that says what its delegation allows."""

    @property
    def consent(self) -> str: ...


class Reader(Protocol):
    """Who reads, as far as it is asked here; every `Access` is one."""

    @property
    def consultation(self) -> Consultation: ...

    @property
    def own_keys(self) -> frozenset[int]: ...

    @property
    def reads_all(self) -> bool: ...

    def rounds_readable_by_all(self, rounds: Iterable[Round] | None) -> Any: ...


def is_named(row: WithConsent) -> bool:
    """Whether other delegations may read an input under its delegation's name."""
    return row.consent in NAMED


def named(prefix: str = "") -> Q:
    """The same in SQL."""
    conditions: dict[str, Any] = {f"{prefix}consent__in": NAMED}
    return Q(**conditions)


def nameless_to(access: Reader, rounds: Iterable[Round] | None = None) -> Q:
    """Inputs of others without attribution, whose words alone this capacity reads; in SQL.

    `rounds` are all of the consultation, where they were read already.
    """
    here = Q(consultation=access.consultation, submitted_at__isnull=False)
    there = here & Q(consent=Consent.UNATTRIBUTED, round__in=access.rounds_readable_by_all(rounds))
    own = Q(filed_by__in=access.own_keys) | Q(seat__in=access.own_keys)
    return there if access.reads_all else there & ~own
