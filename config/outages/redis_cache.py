"""The cache on Redis. Where Redis is away, hangs or is full, pages work without it.

Cached values are computed again, and rate limits do not count: they fail open, and the log says so.
django-redis can ignore errors, too, but asks a Redis that hangs again for each value of a page.
"""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, cast

from django.core.cache.backends.redis import (
    RedisCache as DjangoRedisCache,
    RedisCacheClient as DjangoRedisClient,
)
from redis.exceptions import (
    ConnectionError as RedisConnectionError,
    RedisError,
    TimeoutError as RedisTimeoutError,
)

from config.outages.breaker import Breaker

# A Lua script that Redis runs in one step. It sets each key to its number where the stored one is
# smaller; the last argument is the timeout in seconds.
_SET_IF_LARGER_SCRIPT = """
for i, key in ipairs(KEYS) do
    if tonumber(ARGV[i]) > tonumber(redis.call('GET', key) or '-1') then
        redis.call('SET', key, ARGV[i])
    end
    redis.call('EXPIRE', key, ARGV[#KEYS + 1])
end
"""
# Errors of a Redis out of reach. Any other error is a quick answer: Redis is full, or cannot save
# (OOM, MISCONF, READONLY), but can still be read.
OUT_OF_REACH_ERRORS = (RedisConnectionError, RedisTimeoutError, OSError)


@cache
def breaker_of(servers: tuple[str, ...]) -> Breaker:
    """The one breaker of the process for these servers: each thread has a cache of its own."""
    return Breaker("Redis", "the cache is not used, and limits on requests do not count")


class _FallbackClient(DjangoRedisClient):
    """Django's client, which answers like an empty cache where Redis does not."""

    def __init__(self, servers: list[str], **options: Any) -> None:
        super().__init__(servers, **options)
        self.breaker = breaker_of(tuple(servers))

    def run_or_fall_back[T](self, operation: Callable[[], T], fallback: T) -> T:
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
            self.breaker.log_line.write_failure(error)
            return fallback
        self.breaker.note_answer()
        return answer

    def add(self, key: Any, value: Any, timeout: Any) -> bool:
        """True without Redis, so that callers who use it as a lock go on."""
        return self.run_or_fall_back(lambda: DjangoRedisClient.add(self, key, value, timeout), True)

    def get(self, key: Any, default: Any) -> Any:
        return self.run_or_fall_back(lambda: DjangoRedisClient.get(self, key, default), default)

    def set(self, key: Any, value: Any, timeout: Any) -> None:
        self.run_or_fall_back(lambda: DjangoRedisClient.set(self, key, value, timeout), None)

    def touch(self, key: Any, timeout: Any) -> bool:
        return self.run_or_fall_back(lambda: DjangoRedisClient.touch(self, key, timeout), False)

    def delete(self, key: Any) -> bool:
        return self.run_or_fall_back(lambda: DjangoRedisClient.delete(self, key), False)

    def get_many(self, keys: Any) -> Any:
        nothing: Any = {}
        return self.run_or_fall_back(lambda: DjangoRedisClient.get_many(self, keys), nothing)

    def has_key(self, key: Any) -> bool:
        return self.run_or_fall_back(lambda: DjangoRedisClient.has_key(self, key), False)

    def incr(self, key: Any, delta: Any) -> int:
        """Raises ValueError where there is no such key, and so without Redis."""
        count = self.run_or_fall_back(lambda: self._incr(key, delta), None)
        if count is None:
            raise ValueError(f"Key {key!r} not found.")
        return count

    def _incr(self, key: Any, delta: Any) -> int | None:
        """The new count; None where there is no such key, which is an answer and no failure."""
        try:
            return int(DjangoRedisClient.incr(self, key, delta))
        except ValueError:
            return None

    def set_many(self, data: Any, timeout: Any) -> None:
        self.run_or_fall_back(lambda: DjangoRedisClient.set_many(self, data, timeout), None)

    def delete_many(self, keys: Any) -> None:
        self.run_or_fall_back(lambda: DjangoRedisClient.delete_many(self, keys), None)

    def set_many_if_larger(self, keys: list[str], numbers: list[int], timeout: int) -> None:
        """As `RedisCache.set_many_if_larger`, with the keys as Redis stores them."""
        redis = self.get_client(write=True)
        self.run_or_fall_back(
            lambda: redis.eval(_SET_IF_LARGER_SCRIPT, len(keys), *keys, *numbers, timeout), None
        )

    def clear(self) -> bool:
        return self.run_or_fall_back(lambda: DjangoRedisClient.clear(self), False)


class RedisCache(DjangoRedisCache):
    """The cache of the settings."""

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._class = _FallbackClient  # of which Django makes the client, `_cache`

    def set_many_if_larger(self, numbers: Mapping[str, int], timeout: int) -> None:
        """Store each number unless a larger one is stored.

        They must be below 2^53, which Redis compares exactly. Without Redis nothing happens.
        """
        keys = [self.make_and_validate_key(key) for key in numbers]
        client = cast(_FallbackClient, self._cache)
        client.set_many_if_larger(keys, [*numbers.values()], timeout)

    def require_write(self) -> None:
        """Write a value, even while the breaker is open, for the health page. Raises RedisError."""
        DjangoRedisClient.set(self._cache, self.make_key("ready"), 1, 60)
