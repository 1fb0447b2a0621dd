"""The class of all Celery tasks, and what is done around each task.

A request that hands over a task does not wait for a broker (Redis) that hangs. The id of the
request goes with the task, so that the worker logs under the same id. Workers report errors.
"""

from typing import Any

from celery import Task, signals
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from config.breaker import Breaker
from config.monitoring import report_errors
from delegations.request_ids import begin_request_id, current_request_id, end_request_id

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


@signals.worker_process_init.connect
def _report_errors(**_details: Any) -> None:
    report_errors()


# The header of each message with the id of the request that handed over the task.
REQUEST_ID_HEADER = "request_id"


@signals.before_task_publish.connect
def _add_request_id(headers: dict[str, Any], **_details: Any) -> None:
    headers[REQUEST_ID_HEADER] = current_request_id()


@signals.task_prerun.connect
def _begin_request_id(task: Task, **_details: Any) -> None:
    begin_request_id(task.request.get(REQUEST_ID_HEADER))


@signals.task_postrun.connect
def _end_request_id(**_details: Any) -> None:
    end_request_id()
