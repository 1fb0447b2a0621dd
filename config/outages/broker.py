"""The class of all Celery tasks: a request waits for no broker (Redis) that hangs."""

from typing import Any

from celery import Task
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from config.outages.breaker import Breaker

BREAKER = Breaker("The broker", "papers and mails wait until they are offered again")


class PlatformTask(Task):  # type: ignore[misc]
    """The class of all our tasks. Requests use `retry=False`, because a person waits for them."""

    def apply_async(self, *args: Any, **options: Any) -> Any:
        """Hand over the task. Raises OperationalError where the broker does not take it."""
        if options.get("retry", True):
            return super().apply_async(*args, **options)
        if BREAKER.is_open():
            raise OperationalError("The broker failed some seconds ago.")
        try:
            result = super().apply_async(*args, **options)
        # Of kombu, by which Celery sends; else as the library for Redis or the system raised it.
        except (OperationalError, RedisError, OSError) as error:
            BREAKER.note_failure(error)
            raise OperationalError("The broker takes no task.") from error
        BREAKER.note_answer()
        return result
