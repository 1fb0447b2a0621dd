"""The cache on Redis. Where Redis is away, hangs or is full, pages go on without it.

What was kept is worked out again, and limits do not count: they fail open, and the log says so.
"""

from collections.abc import Callable
from functools import cache
from typing import Any

from django.core.cache.backends import redis
from redis.exceptions import ConnectionError, RedisError, TimeoutError

from config.breaker import Breaker

# What tells that Redis is out of reach. Any other error is a quick answer: it is full, or cannot
# save (OOM, MISCONF, READONLY), and still says what it holds.
OUT_OF_REACH = (ConnectionError, TimeoutError, OSError)


@cache
def breaker_of(servers: tuple[str, ...]) -> Breaker:
    """One for the process: Django makes a cache for each thread."""
    return Breaker("Redis", "the cache is not used, and limits on requests do not count")


class _Client(redis.RedisCacheClient):
    """Django's client, with the answers of an empty cache where Redis gives none."""

    def or_else[T](self, ask: Callable[[], T], fallback: T) -> T:
        breaker = breaker_of(tuple(self._servers))
        if breaker.is_open():
            return fallback
        try:
            answer = ask()
        except OUT_OF_REACH as error:
            breaker.failed(error)
            return fallback
        except RedisError as error:
            breaker.answered()
            breaker.say(error)
            return fallback
        breaker.answered()
        return answer

    def add(self, key: str, value: Any, timeout: int | None) -> bool:
        """True without Redis: whoever asks for a lock, or whether something is due, goes on."""
        return self.or_else(lambda: redis.RedisCacheClient.add(self, key, value, timeout), True)

    def get(self, key: str, default: Any) -> Any:
        return self.or_else(lambda: redis.RedisCacheClient.get(self, key, default), default)

    def set(self, key: str, value: Any, timeout: int | None) -> None:
        self.or_else(lambda: redis.RedisCacheClient.set(self, key, value, timeout), None)

    def touch(self, key: str, timeout: int | None) -> bool:
        return self.or_else(lambda: redis.RedisCacheClient.touch(self, key, timeout), False)

    def delete(self, key: str) -> bool:
        return self.or_else(lambda: redis.RedisCacheClient.delete(self, key), False)

    def get_many(self, keys: Any) -> dict[str, Any]:
        return self.or_else(lambda: redis.RedisCacheClient.get_many(self, keys), {})

    def has_key(self, key: str) -> bool:
        return self.or_else(lambda: redis.RedisCacheClient.has_key(self, key), False)

    def incr(self, key: str, delta: int) -> int:
        """Raises ValueError where there is no such key, and so without Redis."""
        count = self.or_else(lambda: self._incr(key, delta), None)
        if count is None:
            raise ValueError(f"Key {key!r} not found.")
        return count

    def _incr(self, key: str, delta: int) -> int | None:
        try:
            return int(redis.RedisCacheClient.incr(self, key, delta))
        except ValueError:
            return None

    def set_many(self, data: Any, timeout: int | None) -> None:
        self.or_else(lambda: redis.RedisCacheClient.set_many(self, data, timeout), None)

    def delete_many(self, keys: Any) -> None:
        self.or_else(lambda: redis.RedisCacheClient.delete_many(self, keys), None)

    def clear(self) -> bool:
        return self.or_else(lambda: redis.RedisCacheClient.clear(self), False)


class RedisCache(redis.RedisCache):
    """The cache of the settings."""

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._class = _Client

    def require_write(self) -> None:
        """Write a value, whatever failed before. Raises the error of Redis where it takes none."""
        redis.RedisCacheClient.set(self._cache, self.make_key("ready"), 1, 60)
