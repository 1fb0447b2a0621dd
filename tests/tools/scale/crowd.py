"""Readers and writers on loopback, in a process of their own that knows nothing of the project.

    python crowd.py PLAN      a file of JSON; what was answered is printed as JSON

Each reader looks at one page after the other, and at every fourth turn counts the inputs that they
may read, which never become fewer. Each writer submits an input, looks for it, and goes on. What
fails is tried again under the same key. Bounded in time, and by the number of clients.
"""

import http.client
import json
import sys
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

TRIES = 40
PAUSE = 0.25  # seconds before what failed is tried again
PATIENCE = 20  # seconds for one answer


@dataclass
class ClientAnswers:
    """What one client was answered."""

    read_ms: list[float] = field(default_factory=list)
    write_ms: list[float] = field(default_factory=list)
    errors: Counter[str] = field(default_factory=Counter)
    # Inputs of which the platform said that they are submitted: id and words.
    acknowledged: list[tuple[str, str]] = field(default_factory=list)
    # How often somebody was shown fewer inputs than before, or not their own.
    older: int = 0
    unseen: int = 0


class Client:
    """One person, one line, kept open as a browser does."""

    def __init__(self, port: int, headers: Mapping[str, str], until: float) -> None:
        self.port, self.until = port, until
        self.headers = {**headers, "Content-Type": "application/json"}
        self.taken = ClientAnswers()
        self.seen = 0  # inputs that were counted
        self._line = self._new_line()

    @property
    def goes_on(self) -> bool:
        return time.monotonic() < self.until

    def get(self, address: str) -> bytes | None:
        """A page; None where it was not answered in time. Counted once, errors each time."""
        return self._asked("GET", address, None, {}, self.taken.read_ms)

    def post(self, address: str, body: Any) -> bytes | None:
        """The answer to a write, under one key however often it is tried."""
        key = {"Idempotency-Key": str(uuid.uuid4())}
        return self._asked("POST", address, json.dumps(body), key, self.taken.write_ms)

    def count(self, address: str) -> None:
        """How many inputs there are: never fewer than were seen."""
        answer = self.get(address)
        if answer is None:
            return
        counted = json.loads(answer)["count"]
        self.taken.older += counted < self.seen
        self.seen = max(self.seen, counted)

    def _asked(
        self, method: str, address: str, body: str | None, more: Mapping[str, str], ms: list[float]
    ) -> bytes | None:
        began = time.monotonic()
        for _try in range(TRIES):
            status, content = self._once(method, address, body, more)
            if status in {200, 201}:
                ms.append((time.monotonic() - began) * 1000)
                return content
            if status == 404:  # what was there, or was just written, is not there
                self.taken.unseen += 1
                return None
            self.taken.errors[f"{method} {status or 'no answer'}"] += 1
            time.sleep(PAUSE)
        return None

    def _once(
        self, method: str, address: str, body: str | None, more: Mapping[str, str]
    ) -> tuple[int, bytes]:
        try:
            self._line.request(method, address, body, {**self.headers, **more})
            answer = self._line.getresponse()
            return answer.status, answer.read()
        except (OSError, http.client.HTTPException):
            self._line.close()
            self._line = self._new_line()
            return 0, b""

    def close(self) -> None:
        self._line.close()

    def _new_line(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)


def read_on(client: Client, plan: Mapping[str, Any], number: int) -> None:
    pages = plan["pages"]
    turn = number
    while client.goes_on:
        if turn % 4 == 0:
            client.count(plan["inputs"])
        else:
            client.get(pages[turn % len(pages)])
        turn += 1


def write_on(client: Client, plan: Mapping[str, Any], number: int) -> None:
    turn = 0
    while client.goes_on:
        words = f"Number {turn} of writer {number} in {plan['stage']}."
        body = {**plan["input"], "rationale": f"{words} {plan['input']['rationale']}"}
        body["wording"] = plan["wordings"][(number + turn) % len(plan["wordings"])]
        answer = client.post(plan["write"], body)
        if answer is not None:
            public_id = json.loads(answer)["id"]
            client.taken.acknowledged.append((public_id, words))
            if plan["looks"]:
                client.get(f"{plan['write']}{public_id}/")
                client.count(plan["inputs"])
        turn += 1


def run(plan: Mapping[str, Any]) -> dict[str, Any]:
    """All at once until the time is over; what all of them were answered."""
    until = time.monotonic() + plan["seconds"]
    who: list[tuple[Callable[[Client, Mapping[str, Any], int], None], Client]] = [
        (do, Client(plan["port"], headers, until))
        for do, people in ((read_on, plan["readers"]), (write_on, plan["writers"]))
        for headers in people
    ]
    threads = [
        threading.Thread(target=do, args=[client, plan, number])
        for number, (do, client) in enumerate(who)
    ]
    began = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for _do, client in who:
        client.close()
    taken = [client.taken for _do, client in who]
    return {
        "seconds": time.monotonic() - began,
        "work": time.process_time(),
        "read_ms": [ms for one in taken for ms in one.read_ms],
        "write_ms": [ms for one in taken for ms in one.write_ms],
        "errors": dict(sum((one.errors for one in taken), Counter())),
        "acknowledged": [pair for one in taken for pair in one.acknowledged],
        "older": sum(one.older for one in taken),
        "unseen": sum(one.unseen for one in taken),
    }


if __name__ == "__main__":
    sys.stdout.write(json.dumps(run(json.loads(Path(sys.argv[1]).read_text()))))
