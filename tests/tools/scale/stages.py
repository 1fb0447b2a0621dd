"""One stretch of load: who asks for how long, what was answered, what each part took."""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

from tests.tools.scale import crowd
from tests.tools.scale.parts import Lag, Parts, Web

# Seconds after which the last tries of a crowd are over, whatever happens.
GRACE = 90


@dataclass(frozen=True, slots=True)
class Stage:
    """What is tried."""

    name: str
    processes: int
    readers: int = 12
    writers: int = 4
    reads_replicas: bool = True
    # Whether who has written looks for it: not where the cost of a write is measured.
    looks: bool = True


@dataclass(slots=True)
class Outcome:
    """What came of it."""

    stage: Stage
    taken: dict[str, Any]
    spent: dict[str, float]
    lags: list[float] = field(default_factory=list)
    lost: int = 0
    doubled: int = 0
    notes: list[str] = field(default_factory=list)

    @property
    def reads(self) -> int:
        return len(self.taken["read_ms"])

    @property
    def writes(self) -> int:
        return len(self.taken["write_ms"])

    @property
    def seconds(self) -> float:
        return float(self.taken["seconds"])

    @property
    def is_held(self) -> bool:
        return not (self.lost or self.doubled or self.taken["older"] or self.taken["unseen"])


type Deeds = Sequence[tuple[float, Callable[[Web], None]]]


def run(
    stage: Stage, parts: Parts, plan: Mapping[str, Any], seconds: float, deeds: Deeds = ()
) -> Outcome:
    """The load of a stage; `deeds` are done after so much of it (0 to 1)."""
    environment = parts.environment(reads_replicas=stage.reads_replicas)
    log = parts.folder / f"{stage.name.replace(' ', '-')}.log"
    with Web(environment, stage.processes, log) as web:
        asked = {
            **plan,
            "stage": stage.name,
            "port": web.port,
            "seconds": seconds,
            "readers": plan["readers"][: stage.readers],
            "writers": plan["writers"][: stage.writers],
            "looks": stage.looks,
        }
        _crowd(parts.folder, {**asked, "seconds": 1.5, "stage": f"{stage.name}, warming"})
        before = {"web": web.work(), **parts.work()}
        done = [(seconds * when, partial(deed, web)) for when, deed in deeds]
        with Lag(parts.servers.primary.environment["DATABASE_URL"]) as lag:
            taken, crowd_work = _crowd(parts.folder, asked, done)
        after = {"web": web.work(), **parts.work()}
    # What was started anew began to count anew.
    spent = {name: max(after[name] - before.get(name, 0.0), 0.0) for name in after}
    return Outcome(stage, taken, {**spent, "the crowd": crowd_work}, lag.seconds)


def _crowd(
    folder: Path, plan: Mapping[str, Any], deeds: Sequence[tuple[float, Callable[[], None]]] = ()
) -> tuple[dict[str, Any], float]:
    """What it was answered, and the seconds of the processor that it took itself.

    Deeds are done after so many seconds, by this thread: what it starts ends with its thread.
    """
    file = folder / "plan.json"
    file.write_text(json.dumps(plan))
    command = [sys.executable, crowd.__file__, str(file)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, text=True, stdout=pipe, stderr=pipe) as asking:
        began = time.monotonic()
        for when, deed in deeds:
            time.sleep(max(0.0, began + when - time.monotonic()))
            deed()
        output, complaint = asking.communicate(timeout=plan["seconds"] + GRACE)
    if asking.returncode:
        raise RuntimeError(complaint[-2000:])
    taken: dict[str, Any] = json.loads(output)
    return taken, float(taken["work"])


def middle(values: Sequence[float]) -> float:
    return median(values) if values else 0.0


def late(values: Sequence[float]) -> float:
    """The 95th of a hundred."""
    return sorted(values)[int(len(values) * 0.95)] if values else 0.0
