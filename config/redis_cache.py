"""The cache on Redis. Where Redis is away, hangs or is full, pages work without it.

Cached values are computed again, and rate limits do not count: they fail open, and the log says so.
"""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, cast

from django.core.cache.backends.redis import RedisCache as Cache
from django.core.cache.backends.redis import RedisCacheClient as Client
from redis.exceptions import ConnectionError, RedisError, TimeoutError

from config.breaker import Breaker

# Sets each key to its number where the stored one is smaller; the last argument is the timeout.
_RAISE_NUMBERS_SCRIPT = """
for i, key in ipairs(KEYS) do
    if tonumber(ARGV[i]) > tonumber(redis.call('GET', key) or '-1') then
        redis.call('SET', key, ARGV[i])
    end
    redis.call('EXPIRE', key, ARGV[#KEYS + 1])
end
"""
# Errors of a Redis out of reach. Any other error is a quick answer: Redis is full, or cannot save
# (OOM, MISCONF, READONLY), but can still be read.
OUT_OF_REACH_ERRORS = (ConnectionError, TimeoutError, OSError)


@cache
def breaker_of(servers: tuple[str, ...]) -> Breaker:
    """The one breaker of the process, since Django makes a cache for each thread."""
    return Breaker("Redis", "the cache is not used, and limits on requests do not count")


class _Client(Client):
    """Django's client, which answers like an empty cache where Redis does not."""

    def __init__(self, servers: list[str], **options: Any) -> None:
        super().__init__(servers, **options)
        self.breaker = breaker_of(tuple(servers))

    def or_else[T](self, operation: Callable[[], T], fallback: T) -> T:
        """The result of an operation on Redis; the fallback where Redis does not answer."""
        if self.breaker.is_open():
            return fallback
        try:
            answer = operation()
        except OUT_OF_REACH_ERRORS as error:
            self.breaker.note_failure(error)
            return fallback
        except RedisError as error:
            self.breaker.note_answer()
            self.breaker.line.write_failure(error)
            return fallback
        self.breaker.note_answer()
        return answer

    def add(self, key: Any, value: Any, timeout: Any) -> bool:
        """True without Redis, so that callers who use it as a lock go on."""
        return self.or_else(lambda: Client.add(self, key, value, timeout), True)

    def get(self, key: Any, default: Any) -> Any:
        return self.or_else(lambda: Client.get(self, key, default), default)

    def set(self, key: Any, value: Any, timeout: Any) -> None:
        self.or_else(lambda: Client.set(self, key, value, timeout), None)

    def touch(self, key: Any, timeout: Any) -> bool:
        return self.or_else(lambda: Client.touch(self, key, timeout), False)

    def delete(self, key: Any) -> bool:
        return self.or_else(lambda: Client.delete(self, key), False)

    def get_many(self, keys: Any) -> Any:
        nothing: Any = {}
        return self.or_else(lambda: Client.get_many(self, keys), nothing)

    def has_key(self, key: Any) -> bool:
        return self.or_else(lambda: Client.has_key(self, key), False)

    def incr(self, key: Any, delta: Any) -> int:
        """Raises ValueError where there is no such key, and so without Redis."""
        count = self.or_else(lambda: self._incr(key, delta), None)
        if count is None:
            raise ValueError(f"Key {key!r} not found.")
        return count

    def _incr(self, key: Any, delta: Any) -> int | None:
        try:
            return int(Client.incr(self, key, delta))
        except ValueError:
            return None

    def set_many(self, data: Any, timeout: Any) -> None:
        self.or_else(lambda: Client.set_many(self, data, timeout), None)

    def delete_many(self, keys: Any) -> None:
        self.or_else(lambda: Client.delete_many(self, keys), None)

    def raise_many(self, keys: list[str], numbers: list[int]) -> None:
        redis = self.get_client(write=True)
        self.or_else(lambda: redis.eval(_RAISE_NUMBERS_SCRIPT, len(keys), *keys, *numbers), None)

    def clear(self) -> bool:
        return self.or_else(lambda: Client.clear(self), False)


class RedisCache(Cache):
    """The cache of the settings."""

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._class = _Client

    def raise_many(self, numbers: Mapping[str, int], timeout: int) -> None:
        """Store each number unless a larger one is stored.

        They must be below 2^53, which Redis compares exactly. Without Redis nothing happens.
        """
        keys = [self.make_and_validate_key(key) for key in numbers]
        cast(_Client, self._cache).raise_many(keys, [*numbers.values(), timeout])

    def require_write(self) -> None:
        """Write a value, even while the breaker is open. Raises the error of Redis."""
        Client.set(self._cache, self.make_key("ready"), 1, 60)
