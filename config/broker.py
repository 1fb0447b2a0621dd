"""The class of all tasks: a request does not wait for a broker that hangs, and passes on its id.

And what each process of a worker does for its tasks: report errors, and log under that id.
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
        except (OperationalError, RedisError, OSError) as error:
            BREAKER.note_failure(error)
            raise OperationalError("The broker takes no task.") from error
        BREAKER.note_answer()
        return result


@signals.worker_process_init.connect
def _report_errors(**_details: Any) -> None:
    report_errors()


# In the header of each message: the request that began the task, which is logged under the same id.
REQUEST_ID = "request_id"


@signals.before_task_publish.connect
def _add_request_id(headers: dict[str, Any], **_details: Any) -> None:
    headers[REQUEST_ID] = current_request_id()


@signals.task_prerun.connect
def _begin_request_id(task: Task, **_details: Any) -> None:
    begin_request_id(task.request.get(REQUEST_ID))


@signals.task_postrun.connect
def _end_request_id(**_details: Any) -> None:
    end_request_id()
