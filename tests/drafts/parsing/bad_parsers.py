"""Readers that do what a hostile file might make one do, for the process apart."""

import os
import resource
import time
from dataclasses import dataclass
from pathlib import Path

SECRET = "the words of a delegation"


@dataclass(frozen=True)
class Surroundings:
    """What a reader finds around it."""

    environment: dict[str, str]
    open_files: int
    has_settings: bool
    may_write: bool


def look_around(content: bytes, folder: str) -> Surroundings:
    """Everything that a reader could take or leave behind."""
    from django.conf import settings

    kept = Path(folder) / "left behind"
    may_write = True
    try:
        kept.write_bytes(bytes(resource.getrlimit(resource.RLIMIT_FSIZE)[0] + 1))
    except OSError:
        may_write = False
    return Surroundings(
        environment=dict(os.environ),
        open_files=len(os.listdir("/proc/self/fd")),
        has_settings=bool(settings.DATABASES) or _has_a_key(),
        may_write=may_write,
    )


def _has_a_key() -> bool:
    from django.conf import settings
    from django.core.exceptions import ImproperlyConfigured

    try:
        return bool(settings.SECRET_KEY)
    except ImproperlyConfigured:
        return False


def take_memory(content: bytes) -> Surroundings:
    """More than there is."""
    held = [bytes(64 * 1024 * 1024) for _piece in range(1000)]
    return Surroundings({}, len(held), False, False)


def never_end(content: bytes) -> Surroundings:
    """Busy for ever."""
    while True:
        pass


def sleep_long(content: bytes) -> Surroundings:
    """Idle for ever."""
    time.sleep(3600)
    return Surroundings({}, 0, False, False)


def say_too_much(content: bytes) -> Surroundings:
    """An answer that would fill the asking process."""
    return Surroundings({"x": "x" * 80_000_000}, 0, False, False)


def die(content: bytes) -> Surroundings:
    """As a library in another language dies."""
    os.abort()


read_before: list[bytes] = []


def remember(content: bytes, kept: str) -> Surroundings:
    """Keep words for whoever reads next, and see whether anything was kept."""
    found = Surroundings({}, len(read_before), False, False)
    read_before.append(kept.encode())
    return found


def name_parent(content: bytes) -> Surroundings:
    """The process that forked this one, as a number of open files."""
    return Surroundings({}, os.getppid(), False, False)


def stumble(content: bytes) -> Surroundings:
    """An error that nobody thought of, with words of the file in it."""
    raise LookupError(SECRET)


def answer_otherwise(content: bytes) -> Surroundings:
    """Another shape than was promised."""
    return Surroundings({}, "many", False, False)  # type: ignore[arg-type]
