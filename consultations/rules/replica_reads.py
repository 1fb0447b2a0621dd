"""Switch a request to a database replica, once it is known who reads in which capacity.

Session, account, post and seat are read from the primary, so that what has ended has ended. All
else may come from a replica, some seconds old. The request then takes the replica's moment: a
newer moment with an older deadline would show a round as closed that was just extended.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any, Protocol, cast

from django.http import HttpRequest

from consultations.rules.access import Actor


class _ReplicaChooser(Protocol):
    """The object that `config/replica_reads` sets on a request where there are replicas."""

    def switch_to_replica(self, user_id: int) -> datetime | None:
        """The moment as of which the replica answers; None where the primary has to answer."""
        ...


def read_from_replica[A: Actor](request: HttpRequest, actor: A) -> A:
    """Read from a replica from here on, if there is one; returns the actor at its moment."""
    replica_chooser = cast(_ReplicaChooser | None, getattr(request, "replica_chooser", None))
    moment = replica_chooser.switch_to_replica(actor.user.pk) if replica_chooser else None
    if moment is None:
        return actor
    request.received_at = moment  # type: ignore[attr-defined]
    return replace(actor, moment=moment)


def reads_primary_only[V: Callable[..., Any]](view: V) -> V:
    """Mark a view that reads from the primary database alone; classes set `reads_primary_only`."""
    view.reads_primary_only = True  # type: ignore[attr-defined]
    return view
