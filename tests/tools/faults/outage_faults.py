"""What people and programs meet while Redis or PostgreSQL is away, and under load."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta

from django.db import connection, transaction
from django.utils import timezone

from comments.models import Comment, Export
from config.launch.child_processes import wait_until
from consultations.models import LatePolicy, Round
from consultations.rules.phases import GRACE
from tests.locks import inputs_locked
from tests.tools.faults.acts import ACTS, NotDone, People
from tests.tools.faults.broker import broker_away, broker_full, broker_hangs
from tests.tools.faults.outcome import Outcome
from tests.tools.faults.platform import Platform
from tests.tools.faults.program import Program
from tests.tools.faults.world import PASSWORD, World, focal_point, found_world, key_of
from tests.visitor import Page, Visitor

WORDS = "We ask for “stronger” <words> here."
WHO = focal_point("PRT")
A_MINUTE = 60.0
# So many programs submit at once: more than the web server has threads.
AT_ONCE = 16


@dataclass(frozen=True)
class OutageFault:
    """`run` founds its own consultation under the name of the fault."""

    name: str
    words: str
    run: Callable[["OutageFault", Platform], Outcome]


# --- Redis ---------------------------------------------------------------------------------------


def _without_redis(
    trouble: Callable[[Platform], AbstractContextManager[None]],
) -> Callable[[OutageFault, Platform], Outcome]:
    """Sign-in, a page, the API, and a submission by each of the two doors."""

    def run(fault: OutageFault, platform: Platform) -> Outcome:
        world, people = found_world(f"fault-{fault.name}"), People(platform.url)
        program = Program(platform.url, world.slug, key_of(WHO))
        people.browser(WHO)
        outcome = Outcome(fault.words)
        with trouble(platform):
            for name, check in (
                ("sign-in", lambda: Visitor(platform.url).sign_in(focal_point("CIV"), PASSWORD)),
                ("page", lambda: _read_page(people, world)),
                ("API", lambda: _require(program.get("rounds/").status == 200)),
            ):
                outcome.notes += _failure(name, check)
            for name, submit in (
                ("submission over the page", lambda: ACTS[0].do(people, world)),
                (
                    "submission over the API",
                    lambda: _require(program.submit(world.drafts[-1].public_id).status == 200),
                ),
            ):
                failure = _failure(name, submit)
                outcome.notes += failure
                outcome.acknowledged += not failure
        outcome.rows = ACTS[0].count(world)
        return outcome

    return run


def _read_page(people: People, world: World) -> None:
    _require(people.browser(WHO).get(f"/consultations/{world.slug}/").status == 200)


def _require(is_so: bool) -> None:
    if not is_so:
        raise NotDone("it answered with an error")


def _failure(name: str, check: Callable[[], object]) -> list[str]:
    try:
        check()
    except (NotDone, OSError, AssertionError) as error:
        return [f"{name}: {str(error)[:200] or type(error).__name__}"]
    return []


# --- PostgreSQL ----------------------------------------------------------------------------------


def _without_postgres(fault: OutageFault, platform: Platform) -> Outcome:
    """What was typed comes back in the answer; a program is told to come again, and when."""
    world, people = found_world(f"fault-{fault.name}"), People(platform.url)
    program = Program(platform.url, world.slug, key_of(WHO))
    outcome = Outcome(fault.words)
    address = f"/consultations/{world.slug}/wordings/{world.wordings[5].public_id}/comments/"
    browser = people.browser(WHO)
    form = browser.get(address)
    platform.postgres.stop()
    connection.close()
    answer = browser.send(form, "/comments/", kind="comment", rationale=WORDS)
    refused = program.submit(world.drafts[0].public_id)
    platform.postgres.start()
    if WORDS not in answer.text + _typed(answer):
        outcome.notes.append(f"the page answers {answer.status} without what was typed")
    if refused.status != 503 or not refused.problem or not refused.headers["Retry-After"]:
        kind = refused.headers.get_content_type()
        outcome.notes.append(f"the API answers {refused.status} as {kind}")
    outcome.notes += _failure("submission afterwards", lambda: ACTS[0].do(people, world))
    outcome.acknowledged = 0 if outcome.notes else 1
    outcome.rows = ACTS[0].count(world)
    return outcome


def _typed(answer: Page) -> str:
    """What stands in the fields of a page, hidden ones too."""
    fields = answer.tree.xpath("//input/@value | //textarea/text()")
    return " ".join(map(str, fields))


# --- A killed worker's paper ---------------------------------------------------------------------


def _paper_goes_on(fault: OutageFault, platform: Platform) -> Outcome:
    """A worker is killed while it makes a paper; another one comes up, and goes on with it."""
    world, people = found_world(f"fault-{fault.name}"), People(platform.url)
    outcome = Outcome(fault.words)
    browser = people.browser(world.secretariat)
    form = _form_of_a_long_table(browser, world)
    platform.start_papers()
    with ExitStack() as stack:
        with platform.paused("papers"):
            asked = browser.send(form, "/table/pdf/")
            stack.enter_context(inputs_locked())
        exports = Export.objects.filter(consultation=world.consultation)
        if not wait_until(exports.filter(attempts=1).exists, patience=A_MINUTE):
            outcome.notes.append("no worker began the paper")
        platform.kill("papers")
    platform.start_papers()
    outcome.acknowledged = int(asked.status == 200 and "/papers/" in asked.url)
    begun = time.monotonic()
    made = exports.exclude(file="")
    if not wait_until(made.exists, patience=A_MINUTE):
        outcome.notes.append("the paper is not made within a minute")
    outcome.rows = made.count()
    if outcome.rows:
        outcome.fault += f" (after {time.monotonic() - begun:.0f} s)"
    return outcome


def _form_of_a_long_table(browser: Visitor, world: World) -> Page:
    """The button that a table of 500 inputs shows: a form with nothing in it but who acts."""
    table = browser.get(f"/consultations/{world.slug}/table/")
    form = browser.get(f"/consultations/{world.slug}/meetings/")
    return replace(form, url=table.url.replace("/table/", "/table/pdf/"))


# --- In time under load --------------------------------------------------------------------------


def _in_time(fault: OutageFault, platform: Platform) -> Outcome:
    """All threads of the web server are busy while a deadline passes; what came before is in time.

    The load is bounded: sixteen requests that wait for a lock of the database.
    """
    world = found_world(f"fault-{fault.name}", drafts=AT_ONCE)
    program = Program(platform.url, world.slug, key_of(WHO))
    ends = timezone.now() + timedelta(seconds=8)
    rounds = Round.objects.filter(pk=world.round.pk)
    rounds.update(deadline=ends - GRACE, late_policy=LatePolicy.MARK)
    statuses: list[int] = []

    def submit(draft: Comment) -> None:
        statuses.append(program.submit(draft.public_id).status)

    with rounds_locked():
        clients = [threading.Thread(target=submit, args=[draft]) for draft in world.drafts]
        for client in clients:
            client.start()
        while timezone.now() < ends + timedelta(seconds=1):
            time.sleep(0.1)
    for client in clients:
        client.join()
    inputs = Comment.objects.filter(consultation=world.consultation, number__isnull=False)
    outcome = Outcome(fault.words, statuses.count(200), inputs.count())
    if outcome.acknowledged < AT_ONCE:
        outcome.notes.append(f"{AT_ONCE - outcome.acknowledged} were not acknowledged")
    if late := inputs.filter(is_late=True).count():
        outcome.notes.append(f"{late} of {AT_ONCE} sent in time are marked late")
    return outcome


@contextmanager
def rounds_locked() -> Iterator[None]:
    """Whoever reads a round waits until the block ends."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("LOCK TABLE consultations_round IN ACCESS EXCLUSIVE MODE")
        yield


FAULTS = (
    OutageFault("redis-away", "Redis away: sign-in, page, API", _without_redis(broker_away)),
    OutageFault("redis-hangs", "Redis hangs: sign-in, page, API", _without_redis(broker_hangs)),
    OutageFault("redis-full", "Redis full: sign-in, page, API", _without_redis(broker_full)),
    OutageFault("postgres-away", "PostgreSQL away: page, API", _without_postgres),
    OutageFault("paper", "worker killed while it makes a paper", _paper_goes_on),
    OutageFault("in-time", "sent in time, read after the deadline", _in_time),
)
