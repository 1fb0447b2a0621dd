"""Decides which database answers a request: the primary, or after a first part a replica.

All queries of a page after that part go to the same database, so that they agree. The capacity of a
person is read from the primary first (`consultations/rules/replica_reads`). Then a replica may take
over, but only one that shows everything that this person wrote or saw before.

A position is a place in the write-ahead log of the primary, as in `config/database/replicas`; a
replica has replayed the log up to one. The mark of a person is the position, and the moment, up to
which they have seen rows.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import cast

from django.conf import settings
from django.core.cache import caches
from django.core.exceptions import MiddlewareNotUsed
from django.db import DEFAULT_DB_ALIAS, Error, connections
from django.http import HttpRequest, HttpResponseBase

from config.database.read_at_primary import ReadAtPrimary
from config.database.replicas import PRIMARY, Replica, ReplicaChoice, choose
from config.redis_cache import RedisCache
from consultations.rules.moment import received_at

SAFE_METHODS = {"GET", "HEAD"}
# Seconds. A person without a mark reads the primary, and gets one.
KEPT = 3600


class ReplicaReadsMiddleware:
    """The innermost middleware, because sessions, accounts and messages are on the primary."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        if len(settings.DATABASES) == 1:
            raise MiddlewareNotUsed
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        attributes_before = dict(vars(request))
        try:
            return self._response_to(request, may_leave=request.method in SAFE_METHODS)
        except ReadAtPrimary:
            vars(request).clear()
            vars(request).update(attributes_before)
            return self._response_to(request, may_leave=False)

    def _response_to(self, request: HttpRequest, *, may_leave: bool) -> HttpResponseBase:
        reading = Reading(request, may_leave=may_leave)
        request.reading = reading  # type: ignore[attr-defined]
        try:
            response = self.get_response(request)
            reading.keep_mark()
        except ReadAtPrimary as error:
            reading.come_back()
            if reading.replica:
                reading.replica.note_failure(error)
            raise
        finally:
            reading.come_back()
        return response


class Reading:
    """The database that one request reads, and the person it is for."""

    def __init__(self, request: HttpRequest, *, may_leave: bool) -> None:
        self._request, self._may_leave = request, may_leave
        self._primary = connections[DEFAULT_DB_ALIAS]
        self._reader: int | None = None
        self._chosen: ReplicaChoice | None = None

    @property
    def replica(self) -> Replica | None:
        return self._chosen.replica if self._chosen else None

    def go_to_replica(self, reader: int) -> datetime | None:
        """From now on read a replica that shows all that this person has seen, if there is one.

        Gives the moment that it shows; None where the primary is read.
        """
        self._reader = reader
        self._request.read_at = "primary"  # type: ignore[attr-defined]
        if not self._may_leave or _is_of_primary(self._request):
            return None
        mark = _mark_of(reader)
        chosen = choose(*mark) if mark else None
        if not chosen:
            return None
        self._chosen = chosen
        self._request.read_at = chosen.replica.alias  # type: ignore[attr-defined]
        connections[DEFAULT_DB_ALIAS] = connections[chosen.replica.alias]
        return chosen.moment

    def keep_mark(self) -> None:
        """Store how much this person has seen or written. Raises ReadAtPrimary."""
        reader = self._reader
        try:
            reader = reader or _signed_in(self._request)
            if reader:
                _raise_mark(reader, self._shown_position(), received_at(self._request))
        except Error:  # the primary went away after it had answered: it is asked the next time
            if reader:
                caches["default"].delete_many(_keys(reader))

    def _shown_position(self) -> int:
        """A position in the log after everything that was shown."""
        if not self._chosen:
            return PRIMARY.note().written
        replayed = self._chosen.replica.replayed()
        if replayed < self._chosen.replayed:
            raise ReadAtPrimary  # the replica behind a pooler was started anew, and shows less
        return replayed

    def come_back(self) -> None:
        """Read the primary again."""
        connections[DEFAULT_DB_ALIAS] = self._primary


def _is_of_primary(request: HttpRequest) -> bool:
    """Whether a view, or its class, demands the primary."""
    view = request.resolver_match.func if request.resolver_match else None
    return getattr(getattr(view, "cls", view), "of_primary", False)


def _signed_in(request: HttpRequest) -> int | None:
    """The person on a page that needs no capacity; None where the session was not read."""
    return request.user.pk if request.session.accessed else None


# --- Marks: the position and the moment up to which a person has seen rows ------------------------


def _mark_of(reader: int) -> tuple[int, datetime] | None:
    """The mark of a person; None where there is none, or Redis is away."""
    written, moment = _keys(reader)
    kept = caches["default"].get_many([written, moment])
    if len(kept) < 2:
        return None
    return kept[written], datetime.fromtimestamp(kept[moment] / 1_000_000, UTC)


def _raise_mark(reader: int, written: int, moment: datetime) -> None:
    """Raise the mark; it is never lowered by another request at the same time."""
    values = (written, round(moment.timestamp() * 1_000_000))
    cast(RedisCache, caches["default"]).raise_many(
        dict(zip(_keys(reader), values, strict=True)), KEPT
    )


def _keys(reader: int) -> tuple[str, str]:
    return f"shown-written:{reader}", f"shown-moment:{reader}"
