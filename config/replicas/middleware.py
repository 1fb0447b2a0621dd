"""Decides which database answers a request: the primary, or from some point on a replica.

The capacity of a person is read from the primary first (`consultations/rules/replica_reads`). Then
a replica may take over for the rest of the request, so that all its queries agree; but only one
that shows everything that this person wrote or saw before.

A position is a place in the write-ahead log of the primary, as in `config/replicas/choosing`; a
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
from config.outages.redis_cache import RedisCache
from config.replicas.choosing import PRIMARY, Replica, ReplicaChoice, choose_replica
from consultations.rules.moment import received_at
from consultations.rules.request_facts import set_request_facts

SAFE_METHODS = {"GET", "HEAD"}
# How long a mark is kept, in seconds. A person without a mark reads the primary, and gets one.
MARK_SECONDS = 3600
MICROSECONDS = 1_000_000  # in a second: the moment of a mark is kept as a whole number of them


class ReplicaReadsMiddleware:
    """The innermost middleware, because sessions, accounts and messages are on the primary."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        if len(settings.DATABASES) == 1:  # there is no replica
            raise MiddlewareNotUsed
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer the request; a second time, on the primary alone, where a replica failed."""
        # What views store on the request at the first try must not be there at a second one.
        attributes_before = dict(vars(request))
        try:
            return self._response_to(request, may_read_replica=request.method in SAFE_METHODS)
        except ReadAtPrimary:
            vars(request).clear()
            vars(request).update(attributes_before)
            return self._response_to(request, may_read_replica=False)

    def _response_to(self, request: HttpRequest, *, may_read_replica: bool) -> HttpResponseBase:
        """Answer the request once. Raises ReadAtPrimary where the replica failed or shows less."""
        replica_chooser = ReplicaChooser(request, may_read_replica=may_read_replica)
        set_request_facts(request, replica_chooser=replica_chooser)
        try:
            response = self.get_response(request)
            replica_chooser.store_mark()
        except ReadAtPrimary as error:
            replica_chooser.return_to_primary()
            if replica_chooser.replica:
                replica_chooser.replica.note_failure(error)
            raise
        finally:
            replica_chooser.return_to_primary()
        return response


class ReplicaChooser:
    """Chooses the database that one request reads, by what its person has seen before."""

    def __init__(self, request: HttpRequest, *, may_read_replica: bool) -> None:
        self._request, self._may_read_replica = request, may_read_replica
        self._primary = connections[DEFAULT_DB_ALIAS]
        self._user_id: int | None = None
        self._choice: ReplicaChoice | None = None

    @property
    def replica(self) -> Replica | None:
        return self._choice.replica if self._choice else None

    def switch_to_replica(self, user_id: int) -> datetime | None:
        """From now on read a replica that shows all that this person has seen, if there is one.

        Returns the moment that it shows; None where the primary is read.
        """
        self._user_id = user_id
        # For the log, which says of each request which database it read.
        set_request_facts(self._request, read_database="primary")
        if not self._may_read_replica or _reads_primary_only(self._request):
            return None
        mark = _mark_of(user_id)
        choice = choose_replica(*mark) if mark else None
        if not choice:
            return None
        self._choice = choice
        set_request_facts(self._request, read_database=choice.replica.alias)
        connections[DEFAULT_DB_ALIAS] = connections[choice.replica.alias]
        return choice.moment

    def store_mark(self) -> None:
        """Store how much this person has seen or written. Raises ReadAtPrimary."""
        user_id = self._user_id
        try:
            user_id = user_id or _signed_in_user_id(self._request)
            if user_id:
                _advance_mark(user_id, self._shown_position(), received_at(self._request))
        except Error:  # the primary went away after it had answered
            # Without a mark the next request reads the primary.
            if user_id:
                caches["default"].delete_many(_cache_keys(user_id))

    def _shown_position(self) -> int:
        """A position in the log after everything that was shown."""
        if not self._choice:
            return PRIMARY.note_position().written_position
        replayed_position = self._choice.replica.replayed_position()
        if replayed_position < self._choice.replayed_position:
            raise ReadAtPrimary  # the replica behind a pooler was started anew, and shows less
        return replayed_position

    def return_to_primary(self) -> None:
        """Read the primary again."""
        connections[DEFAULT_DB_ALIAS] = self._primary


def _reads_primary_only(request: HttpRequest) -> bool:
    """Whether a view, or its class, was marked so (`reads_primary_only`)."""
    view = request.resolver_match.func if request.resolver_match else None
    return getattr(getattr(view, "cls", view), "reads_primary_only", False)


def _signed_in_user_id(request: HttpRequest) -> int | None:
    """The id of the user on a page that needs no capacity; None where the session was not read."""
    return request.user.pk if request.session.accessed else None


# --- Marks: the position and the moment up to which a person has seen rows ------------------------


def _mark_of(user_id: int) -> tuple[int, datetime] | None:
    """The mark of a person; None where there is none, or Redis is away."""
    written_key, moment_key = _cache_keys(user_id)
    cached = caches["default"].get_many([written_key, moment_key])
    if len(cached) < 2:
        return None
    return cached[written_key], datetime.fromtimestamp(cached[moment_key] / MICROSECONDS, UTC)


def _advance_mark(user_id: int, written_position: int, moment: datetime) -> None:
    """Move the mark forward; another request at the same time never moves it back."""
    values = (written_position, round(moment.timestamp() * MICROSECONDS))
    cast(RedisCache, caches["default"]).set_many_if_larger(
        dict(zip(_cache_keys(user_id), values, strict=True)), MARK_SECONDS
    )


def _cache_keys(user_id: int) -> tuple[str, str]:
    return f"shown-written:{user_id}", f"shown-moment:{user_id}"
