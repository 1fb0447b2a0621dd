"""What can happen to a mail between the act and the mail server of its reader."""

import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from threading import Event

from django.db import connection

from config.launch.child_processes import wait_until
from consultations.models import MailKind
from tests.tools.faults.acts import ACTS, Act, NotDone, People
from tests.tools.faults.broker import broker_away, broker_full, broker_hangs, valkey_line
from tests.tools.faults.outcome import Outcome
from tests.tools.faults.platform import Platform
from tests.tools.faults.postbox import Arrived
from tests.tools.faults.world import World, found_world

# How long the mails of one fault may take once everything is there again.
PATIENCE = 240.0
# So long a refusal is looked at before the server takes mails again.
A_WHILE = 6.0

Around = Callable[[Platform], AbstractContextManager[object]]


@dataclass(frozen=True)
class MailFault:
    """What is taken away while people act; it is there again when `around` is left."""

    name: str
    words: str
    around: Around
    may_double: int = 0


def run(fault: MailFault, platform: Platform) -> Outcome:
    """An act for each kind of mail under the fault; then every mail has to arrive."""
    world, people = found_world(f"fault-{fault.name}"), People(platform.url)
    people.all_of(world)
    outcome = Outcome(fault.words, may_double=fault.may_double)
    with fault.around(platform):
        done = [act for act in ACTS if _is_done(act, people, world, outcome)]
    connection.close()  # the script's own may have ended with the server
    due = {mail for act in done for mail in act.due(world)}
    wait_until(lambda: due <= _told(platform, world).keys(), patience=PATIENCE)
    # Whoever would be told twice is told soon.
    time.sleep(2)
    _count(outcome, platform, world, done, due)
    return outcome


def _is_done(act: Act, people: People, world: World, outcome: Outcome) -> bool:
    """Whether the platform said so. A person whom it answers with an error tries again, twice."""
    why = ""
    for _attempt in range(3):
        try:
            act.do(people, world)
        except (NotDone, OSError, AssertionError) as error:
            why = f"{act.name}: {str(error)[:200]}"
            time.sleep(1)
        else:
            outcome.acknowledged += 1
            return True
    outcome.notes.append(f"not acknowledged: {why}")
    return False


def _count(
    outcome: Outcome,
    platform: Platform,
    world: World,
    done: Sequence[Act],
    due: set[tuple[MailKind, str]],
) -> None:
    told = _told(platform, world)
    outcome.rows = sum(act.count(world) for act in done)
    outcome.due, outcome.arrived = len(due), len(due & told.keys())
    outcome.doubled = sum(len(mails) - 1 for mails in told.values())
    lost = Counter(kind for kind, _to in due - told.keys())
    outcome.notes += [f"{n} of {kind} did not arrive" for kind, n in lost.items()]
    if any(len({mail.message_id for mail in mails}) > 1 for mails in told.values()):
        outcome.notes.append("a mail came twice under two Message-IDs")


def _told(platform: Platform, world: World) -> dict[tuple[MailKind, str], list[Arrived]]:
    """The mails that arrived of this consultation, by what they tell and whom."""
    told: dict[tuple[MailKind, str], list[Arrived]] = {}
    for mail in list(platform.postbox.mails):
        if mail.kind in MailKind and (
            f"/{world.slug}/" in mail.text or f".{world.slug}@" in mail.to
        ):
            told.setdefault((MailKind(mail.kind), mail.to), []).append(mail)
    return told


# --- The broker ----------------------------------------------------------------------------------


@contextmanager
def _flushed(platform: Platform) -> Iterator[None]:
    """The worker restarts while people act; before it is back the queue is emptied."""
    platform.stop("worker")
    yield
    valkey_line(platform).flushall()
    platform.start_worker()


# --- PostgreSQL, the worker, the clock -----------------------------------------------------------


@contextmanager
def _postgres_restarts(platform: Platform) -> Iterator[None]:
    """While the worker hands over a mail: the server has said yes, the row is not stamped yet."""
    platform.stop("worker")
    yield
    _strike_at_goodbye(platform, platform.postgres.stop)
    platform.postgres.start()


@contextmanager
def _worker_killed(platform: Platform) -> Iterator[None]:
    """After the mail server's yes, before the row is stamped; then another worker comes up."""
    platform.stop("worker")
    yield
    _strike_at_goodbye(platform, lambda: platform.kill("worker"))
    platform.start_worker()


@contextmanager
def _processes_killed(platform: Platform) -> Iterator[None]:
    """The same, but the worker itself lives, and makes new processes for its tasks."""
    platform.stop("worker")
    yield
    _strike_at_goodbye(platform, lambda: platform.kill_children("worker"))


def _strike_at_goodbye(platform: Platform, strike: Callable[[], None]) -> None:
    """Start the worker, and strike once as soon as it has had the yes for a mail."""
    struck = Event()

    def once() -> None:
        platform.postbox.at_goodbye = None
        strike()
        struck.set()

    platform.postbox.at_goodbye = once
    platform.start_worker()
    if not struck.wait(PATIENCE):
        raise RuntimeError("The worker sent no mail at all.")


@contextmanager
def _clock_away(platform: Platform) -> Iterator[None]:
    """No bell rings, and those of the acts are lost as well."""
    platform.stop("beat")
    with _flushed(platform):
        yield
    time.sleep(A_WHILE)
    platform.start_clock()


# --- The mail server -----------------------------------------------------------------------------


@contextmanager
def _mail_server(platform: Platform, trouble: AbstractContextManager[None]) -> Iterator[None]:
    """In trouble while people act, and for a while after."""
    with trouble:
        yield
        time.sleep(A_WHILE)


FAULTS = (
    MailFault("nothing", "nothing is away", lambda _platform: nullcontext()),
    MailFault("flushed", "broker flushed right after the act", _flushed),
    MailFault("broker-away", "broker away at the act, and back later", broker_away),
    MailFault("broker-hangs", "broker hangs at the act", broker_hangs),
    MailFault("broker-full", "broker full at the act", broker_full),
    MailFault("postgres", "PostgreSQL restarted while a worker sends", _postgres_restarts, 2),
    MailFault("killed", "worker killed between the server's yes and the stamp", _worker_killed, 2),
    MailFault("memory", "a worker's processes killed while they send", _processes_killed, 2),
    MailFault(
        "mail-away", "mail server away", lambda ours: _mail_server(ours, ours.postbox.away())
    ),
    MailFault(
        "mail-hangs", "mail server hangs", lambda ours: _mail_server(ours, ours.postbox.hanging())
    ),
    MailFault(
        "mail-later",
        "mail server refuses for now (451)",
        lambda ours: _mail_server(ours, ours.postbox.refusing("451 4.7.1 Try again later")),
    ),
    MailFault("clock-away", "clock (beat) away for a while, its bells lost", _clock_away),
)
