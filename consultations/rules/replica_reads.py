"""Where a page may leave the primary: once it is known who reads, and in which capacity.

Session, account, post and seat are read on the primary: what has ended there has ended. What
follows may come from a replica, as at a moment of some seconds ago. Rows and moment belong
together: at today's moment, with a deadline of before its extension, a round would be closed.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any, Protocol, cast

from django.http import HttpRequest

from consultations.rules.access import Actor


class _Reading(Protocol):
    """What `config/replica_reads` hangs onto a request where there are replicas."""

    def go_to_replica(self, reader: int) -> datetime | None: ...


def read_elsewhere[A: Actor](request: HttpRequest, actor: A) -> A:
    """Who reads, as at the moment of the replica that is asked from here on, if one is."""
    reading = cast(_Reading | None, getattr(request, "reading", None))
    moment = reading.go_to_replica(actor.user.pk) if reading else None
    if moment is None:
        return actor
    request.taken_at = moment  # type: ignore[attr-defined]
    return replace(actor, moment=moment)


def of_primary[V: Callable[..., Any]](view: V) -> V:
    """A view that is read at the primary whatever replicas there are; a class says it itself."""
    view.of_primary = True  # type: ignore[attr-defined]
    return view
