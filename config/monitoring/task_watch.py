"""Gives each task the id of the request that handed it over, and lets workers report errors."""

from typing import Any

from celery import Task, signals

from config.monitoring import report_errors
from delegations.request_ids import begin_request_id, current_request_id, end_request_id

# The header of each message with the id of the request that handed over the task.
REQUEST_ID_HEADER = "request_id"


@signals.worker_process_init.connect
def _report_errors(**_details: Any) -> None:
    report_errors()


@signals.before_task_publish.connect
def _add_request_id(headers: dict[str, Any], **_details: Any) -> None:
    headers[REQUEST_ID_HEADER] = current_request_id()


@signals.task_prerun.connect
def _begin_request_id(task: Task, **_details: Any) -> None:
    begin_request_id(task.request.get(REQUEST_ID_HEADER))


@signals.task_postrun.connect
def _end_request_id(**_details: Any) -> None:
    end_request_id()
