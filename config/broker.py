"""How a task is handed to the workers: a request does not wait for a broker that hangs, and gives
its id to the task."""

from typing import Any

from celery import Task, signals
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from config.breaker import Breaker
from delegations.request_ids import begin_request_id, current_request_id, end_request_id

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


# In the header of each message: the request that began the task, which is logged under the same id.
REQUEST_ID = "request_id"


@signals.before_task_publish.connect
def _write_the_id(headers: dict[str, Any], **_how: Any) -> None:
    headers[REQUEST_ID] = current_request_id()


@signals.task_prerun.connect
def _take_the_id(task: Task, **_how: Any) -> None:
    begin_request_id(task.request.get(REQUEST_ID))


@signals.task_postrun.connect
def _leave_the_id(**_how: Any) -> None:
    end_request_id()
