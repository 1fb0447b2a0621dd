"""How a task is handed to the workers: a request does not wait for a broker that hangs."""

from typing import Any

from celery import Task
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from config.breaker import Breaker

BREAKER = Breaker("The broker", "papers and mails wait until they are offered again")


class HandedOver(Task):  # type: ignore[misc]
    """Every task of ours. `retry=False` is for requests, where a person waits for the page."""

    def apply_async(self, *args: Any, **options: Any) -> Any:
        """Raises OperationalError where the broker is away, hangs, or takes nothing."""
        if options.get("retry", True):
            return super().apply_async(*args, **options)
        if BREAKER.is_open():
            raise OperationalError("The broker failed some seconds ago.")
        try:
            handed = super().apply_async(*args, **options)
        except (OperationalError, RedisError, OSError) as error:
            BREAKER.failed(error)
            raise OperationalError("The broker takes no task.") from error
        BREAKER.answered()
        return handed
