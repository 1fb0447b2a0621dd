"""Switch a request to a database replica, once it is known who reads in which capacity.

Session, account, post and seat are read from the primary, so that what has ended has ended. All
else may come from a replica, some seconds old. The request then takes the replica's moment: a
newer moment with an older deadline would show a round as closed that was just extended.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django.http import HttpRequest

from consultations.rules.access import Actor
from consultations.rules.request_facts import NO_FACTS, RequestFacts, set_request_facts


def read_from_replica[A: Actor](request: HttpRequest, actor: A) -> A:
    """Read from a replica from here on, if there is one; returns the actor at its moment."""
    facts: RequestFacts = getattr(request, "facts", NO_FACTS)
    replica_chooser = facts.replica_chooser
    moment = replica_chooser.switch_to_replica(actor.user.pk) if replica_chooser else None
    if moment is None:
        return actor
    set_request_facts(request, received_at=moment)
    return replace(actor, moment=moment)


def reads_primary_only[V: Callable[..., Any]](view: V) -> V:
    """Mark a view that reads from the primary database alone; classes set `reads_primary_only`."""
    view.reads_primary_only = True  # type: ignore[attr-defined]
    return view
