"""The consent of a delegation narrows who reads one of its inputs, whatever its round says.

An input for the facilitators only, or without attribution, does not exist for other delegations:
no page, count, paper or mail shows it. They read the words of inputs without attribution in one
other place, without anything that tells whose they are (`comments/threads/nameless`).
"""

from collections.abc import Iterable
from typing import Any, Protocol

from django.db.models import Q

from consultations.models import Consent, Consultation, Round

# With these consents others read an input as its round says, under its delegation's name.
NAMED = (Consent.ROUND, Consent.PUBLIC)


class WithConsent(Protocol):
    """A row that says what its delegation allows."""

    @property
    def consent(self) -> str: ...


class ConsentReader(Protocol):
    """The part of an `Access` that is asked here."""

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
    """`is_named` in SQL."""
    conditions: dict[str, Any] = {f"{prefix}consent__in": NAMED}
    return Q(**conditions)


def nameless_to(access: ConsentReader, rounds: Iterable[Round] | None = None) -> Q:
    """Inputs of others without attribution, whose words alone this capacity reads; in SQL.

    `rounds` are all of the consultation, where they were read already.
    """
    here = Q(consultation=access.consultation, submitted_at__isnull=False)
    inputs = here & Q(consent=Consent.UNATTRIBUTED, round__in=access.rounds_readable_by_all(rounds))
    own = Q(filed_by__in=access.own_keys) | Q(seat__in=access.own_keys)
    return inputs if access.reads_all else inputs & ~own
