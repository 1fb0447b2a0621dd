"""Valkey, which is broker and cache in one: away, hanging, full."""

import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager

from redis import Redis

from tests.tools.faults.platform import Platform

# A lock that was asked for while it hung is set as it goes on, and nobody gives it back: until it
# expires, sign-in is refused as too many tries (allauth's locks of the limits: ten seconds).
LOCKS_EXPIRE = 11.0


@contextmanager
def broker_away(platform: Platform) -> Iterator[None]:
    """Killed; it comes back with what it had saved, which is not the last minute."""
    platform.valkey.child.process.kill()
    platform.valkey.child.process.wait()
    yield
    platform.valkey.start()


@contextmanager
def broker_hangs(platform: Platform) -> Iterator[None]:
    """It takes connections, and answers none."""
    process = platform.valkey.child.process
    process.send_signal(signal.SIGSTOP)
    try:
        yield
    finally:
        process.send_signal(signal.SIGCONT)
        time.sleep(LOCKS_EXPIRE)


@contextmanager
def broker_full(platform: Platform) -> Iterator[None]:
    """It says what it holds, and takes nothing more."""
    server = valkey_line(platform)
    server.config_set("maxmemory-policy", "noeviction")
    server.config_set("maxmemory", "1")
    yield
    server.config_set("maxmemory", "0")


def valkey_line(platform: Platform) -> Redis:
    """The script's own line to it."""
    return Redis.from_url(platform.environment["REDIS_URL"])
