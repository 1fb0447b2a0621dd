"""The queues for mails, papers and scheduled tasks, each with its limits."""

import pytest
from celery.schedules import schedule

from config.celery import QUEUES, app

BELLS = app.conf.beat_schedule


def queue_of(task: str) -> str:
    """Where a task goes that names no queue."""
    app.loader.import_default_modules()
    return str(app.amqp.router.route({}, task)["queue"].name)


def test_the_queues_are_apart_and_a_worker_that_names_none_takes_all() -> None:
    assert {queue.name for queue in app.conf.task_queues} == set(QUEUES)
    assert queue_of("comments.tasks.make_export") == "papers"
    assert {queue_of(name) for name in app.tasks if "make_export" not in name} == {"mails"}


@pytest.mark.parametrize("name", BELLS)
def test_a_bell_stands_in_its_own_queue_and_expires_when_the_next_one_rings(name: str) -> None:
    """But for two: one sends mails itself, and one is for whoever is free to make a paper."""
    others = {
        "consultations.tasks.send_mails": "mails",
        "comments.tasks.offer_waiting_exports": "papers",
    }
    bell = BELLS[name]
    app.loader.import_default_modules()
    assert bell["task"] in app.tasks
    assert bell["options"]["queue"] == others.get(bell["task"], "bells")
    assert 0 < bell["options"]["expires"] <= schedule(bell["schedule"]).seconds


def test_whatever_a_worker_does_is_told_to_stop_and_then_killed() -> None:
    app.loader.import_default_modules()
    assert all(0 < limits.soft < limits.hard for limits in QUEUES.values())
    mail = QUEUES["mails"]
    assert (app.conf.task_soft_time_limit, app.conf.task_time_limit) == (mail.soft, mail.hard)
    paper = app.tasks["comments.tasks.make_export"]
    assert (paper.soft_time_limit, paper.time_limit) == (
        QUEUES["papers"].soft,
        QUEUES["papers"].hard,
    )
    for bell in BELLS.values():
        assert bell["options"].items() >= QUEUES[bell["options"]["queue"]].options.items()


def test_a_paper_that_ends_its_process_is_not_given_back_by_the_queue() -> None:
    app.loader.import_default_modules()
    assert app.tasks["comments.tasks.make_export"].reject_on_worker_lost is False
