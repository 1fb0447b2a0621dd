"""What is known of a request beside what it says itself: one value, its attribute `facts`.

Middlewares set it. Whoever reads it takes `NO_FACTS` for a request that no middleware saw.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Protocol

from django.http import HttpRequest


class ReplicaChooser(Protocol):
    """Chooses the database that one request reads (`config/replicas/middleware`)."""

    def switch_to_replica(self, user_id: int) -> datetime | None:
        """The moment as of which the replica answers; None where the primary has to answer."""
        ...


@dataclass(frozen=True, slots=True)
class RequestFacts:
    """Frozen: who answers a request a second time has the facts of before the first."""

    # When it arrived, or the moment as of which a replica answers; None until that is known.
    received_at: datetime | None = None
    # None where there are no replicas.
    replica_chooser: ReplicaChooser | None = None
    # The alias of the database that answers; None where there are no replicas.
    read_database: str | None = None


NO_FACTS = RequestFacts()


def set_request_facts(request: HttpRequest, **changed_facts: Any) -> None:
    """Set these facts; the others stay."""
    facts: RequestFacts = getattr(request, "facts", NO_FACTS)
    request.facts = replace(facts, **changed_facts)  # type: ignore[attr-defined]
