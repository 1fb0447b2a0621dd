"""The crowd of the storm, for locust: focal points who submit, and people who type.

Locust loads this file; the plan is read from the folder that STORM names, and what was sent is
written there, a row a request.
"""

import json
import os
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import gevent
from locust import FastHttpUser, events, task
from locust.exception import StopUser

FOLDER = Path(os.environ["STORM"])
PLAN = json.loads((FOLDER / "plan.json").read_text())
SECONDS_BETWEEN_SAVES = 5
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
TAKEN: list[dict[str, Any]] = []


@events.request.add_listener
def note(name: str, response_time: float, exception: Any = None, **_more: Any) -> None:
    TAKEN.append({"name": name, "ms": response_time, "error": str(exception or "")})


@events.quitting.add_listener
def write(**_more: Any) -> None:
    (FOLDER / "taken.json").write_text(json.dumps(TAKEN))


class Person(FastHttpUser):
    """Somebody with a session, who posts forms as a browser does."""

    abstract = True
    people: list[dict[str, Any]]

    def on_start(self) -> None:
        self.person = self.people.pop()
        # Set once: asked for with each request it is set and put back, and of two presses at once
        # the second would follow the first one's way to the receipt.
        self.client.client.redirect_response_codes = frozenset()

    def send(self, name: str, fields: dict[str, Any], taken: set[int]) -> None:
        with self.client.post(
            self.person["address"],
            data=urlencode(fields | {"capacity": self.person["capacity"]}, doseq=True),
            headers=self.person["headers"] | FORM,
            name=name,
            catch_response=True,
        ) as answer:
            if answer.status_code in taken:
                answer.success()
            else:
                answer.failure(f"{name} answered {answer.status_code}")


class FocalPoint(Person):
    """Waits for the moment, then submits everything; one in five presses twice."""

    people = PLAN["submitters"]
    fixed_count = len(people)

    @task
    def submit(self) -> None:
        gevent.sleep(max(0.0, PLAN["deadline"] - self.person["before"] - time.time()))
        presses = 2 if self.person["is_twice"] else 1
        sent = {"comment": self.person["comments"]}
        gevent.joinall(
            [gevent.spawn(self.send, "submit", sent, {302}) for _press in range(presses)]
        )
        raise StopUser


class Typist(Person):
    """Types on, and the page saves every few seconds, each person's at their own moments."""

    people = PLAN["typists"]
    fixed_count = len(people)

    def on_start(self) -> None:
        super().on_start()
        self.words = ""
        gevent.sleep(SECONDS_BETWEEN_SAVES * (len(self.people) / self.fixed_count))
        self.next_at = time.monotonic()

    def wait_time(self) -> float:
        """Seconds until the next save, however long the last one took.

        Not locust's `constant_pacing`: that counts from before `on_start`, and so has everybody
        save in the same instant.
        """
        self.next_at += SECONDS_BETWEEN_SAVES
        return max(0.0, self.next_at - time.monotonic())

    @task
    def type_on(self) -> None:
        self.words += "We should also like to mention training. "
        fields = {"kind": "comment", "rationale": self.words, "language": "en"}
        self.send("autosave", fields, {200, 204})
