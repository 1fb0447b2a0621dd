"""What every test stands on: lazy loads are errors, passwords are cheap, one room to use."""

import gc
import os
from collections import Counter
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from _pytest import runner
from django.conf import settings
from django.core.cache import caches
from django.db import transaction
from django.db.models import query
from django.db.models.fetch_modes import FETCH_ONE, FETCH_RAISE
from django.utils import translation
from pytest_django import DjangoDbBlocker

import consultations.tasks  # noqa: F401 - for tests that run tasks where they are called
from config.catalogues.building import build_catalogues
from config.serving.interpreter_stack import on_large_stack
from tests.database import drop_copy, make_copy, migrating_beside
from tests.nights import leave_ways_to_the_night
from tests.web_server import folder_for_static_files

if TYPE_CHECKING:
    from tests.room import Room

# The same engine without windows to draw: a page costs a third less. The whole browser serves too.
BROWSERS = (Path("/usr/bin/chromium-headless-shell"), Path("/usr/bin/chromium"))
CHROMIUM = next((path for path in BROWSERS if path.exists()), BROWSERS[-1])
# Files of these are long, the first ones most.
LONG = ("browser", "real", "long", "night")
RUN_ON_LARGE_STACK = on_large_stack(runner.pytest_runtest_protocol)


@pytest.fixture(scope="session", autouse=True)
def _cheap_passwords() -> None:
    """Hashing that is slow on purpose would be most of the time of every signed-in test."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(scope="session")
def django_db_setup(
    request: pytest.FixtureRequest,
    django_test_environment: None,
    django_db_modify_db_settings: None,
    django_db_blocker: DjangoDbBlocker,
) -> Iterator[None]:
    """A copy of the migrated database, in place of migrating one for each run and each worker."""
    with django_db_blocker.unblock():
        make_copy(anew=request.config.getoption("create_db"))
    with _way_to_the_database():
        yield
    with django_db_blocker.unblock():
        drop_copy()


def _way_to_the_database() -> AbstractContextManager[None]:
    if "THROUGH_POOLER" not in os.environ:
        return nullcontext()
    from tests.pooler import through_pooler

    return through_pooler()


@pytest.fixture(autouse=True)
def _no_language_stays() -> Iterator[None]:
    """A page leaves its language with the thread: the next test would read its words in it."""
    yield
    translation.deactivate()


@pytest.fixture(scope="session", autouse=True)
def _everybody_is_in_a_hurry() -> None:
    """The few people of the room ask for more in a minute of tests than anybody does in one."""
    settings.MAX_REQUESTS_A_MINUTE = dict.fromkeys(settings.MAX_REQUESTS_A_MINUTE, 1_000_000)


@pytest.fixture(scope="session", autouse=True)
def _no_collected_files(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Each client of a test would list every static file that a demo beside it has collected."""
    settings.STATIC_ROOT = tmp_path_factory.mktemp("static")


@pytest.fixture(scope="session", autouse=True)
def _lazy_loads_are_errors() -> Iterator[None]:
    """A row never fetches its relations one by one: that is an N+1 in the making."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(query, "DEFAULT_FETCH_MODE", FETCH_RAISE)
        yield


@contextmanager
def lazy_loads_allowed() -> Iterator[None]:
    """For pages that are not ours (the admin, sign-in): their code loads as it likes."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(query, "DEFAULT_FETCH_MODE", FETCH_ONE)
        yield


@pytest.fixture
def foreign_pages() -> type[AbstractContextManager[None]]:
    """`with foreign_pages(): …` around requests to the admin or to the pages of sign-in."""
    return lazy_loads_allowed  # type: ignore[return-value]


def _lay_out_the_room() -> "Room":
    from tests.kept_room import KEPT  # only here: pure tests load none of the acts that make it

    return KEPT.laid_out()


@pytest.fixture(scope="module")
def built_room(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator["Room"]:
    """The room, laid out once for a module and never committed."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield _lay_out_the_room()
        transaction.set_rollback(True)


@pytest.fixture
def room(built_room: "Room", db: None) -> "Room":
    """Two consultations with rows in every state (`tests/room.py`); changes are undone."""
    return built_room.copy()


@pytest.fixture
def committed_room(transactional_db: None) -> "Room":
    """The same, really committed: for threads, live servers and tasks."""
    return _lay_out_the_room()


@contextmanager
def keeping_apart() -> Iterator[None]:
    """Nothing is kept yet, and what a test beside this one keeps or forgets is not ours.

    The workers of a run share one store, and their rooms number the same rows alike. Threads that
    start in the block (a live server has one for each request) keep theirs with this one.
    """
    with pytest.MonkeyPatch.context() as patch:
        _keep_apart(patch)
        yield


@pytest.fixture
def own_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    """A cache that no test beside this one, and none before it, has filled.

    What a test changes of it by `monkeypatch` is undone before it is: undone after, the change
    would stay for good, and what this thread keeps would be lost on others.
    """
    _keep_apart(monkeypatch)


def _keep_apart(patch: pytest.MonkeyPatch) -> None:
    # Made before the settings change: made after, it would keep to itself for good.
    prefix, ours = uuid4().hex, caches["default"]
    patch.setitem(caches.settings["default"], "KEY_PREFIX", prefix)
    patch.setattr(ours, "key_prefix", prefix)


@pytest.fixture
def real_data() -> Path:
    """The folder of real drafts, tables and delegations."""
    beside_project = Path(__file__).parents[2] / "shared" / "data"
    folder = Path(os.environ.get("REAL_DATA_DIR", beside_project))
    if not folder.is_dir():
        pytest.skip(f"The real data is not here: {folder}. Name its folder in REAL_DATA_DIR.")
    return folder


def pytest_configure(config: pytest.Config) -> None:
    """What all workers need is made once, before and beside their start.

    The interface speaks its languages in tests too.
    """
    if hasattr(config, "workerinput"):
        return
    build_catalogues()
    if config.getoption("numprocesses", None):
        beside = ExitStack()
        beside.enter_context(migrating_beside())
        beside.enter_context(folder_for_static_files())
        config.add_cleanup(beside.close)


@pytest.hookimpl(wrapper=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> Iterator[None]:
    """What takes longest comes first, so that all workers end together.

    Of these the files of most cases, the walk of every page before all.
    Before pytest chooses by marks, ways of journeys are marked. Sorted is after pytest-django,
    which puts what it gives no database, the browser's among them, last.
    """
    leave_ways_to_the_night(items)
    yield
    cases = Counter(item.path for item in items)
    items.sort(key=lambda item: (_rank(item), -cases[item.path]))


def _rank(item: pytest.Item) -> int:
    """0 for the longest."""
    marked = (number for number, mark in enumerate(LONG) if item.get_closest_marker(mark))
    return next(marked, len(LONG))


def pytest_collection_finish() -> None:
    """Thousands of tests stay in memory to the end: the collector need not look at them again."""
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item, nextitem: pytest.Item | None) -> bool:
    """Under pytest and Django calls go deep: at the end of a piece a fifth of the time is lost."""
    was_run: bool = RUN_ON_LARGE_STACK(item, nextitem)
    return was_run


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Browser tests need the system's Chromium; only a person's own machine may go without."""
    if item.get_closest_marker("browser") is None or CHROMIUM.exists():
        return
    if os.environ.get("CI", "").lower() in {"1", "true", "yes"}:
        pytest.fail(f"There is no {CHROMIUM}, and CI forbids to skip the browser tests.")
    pytest.skip(f"There is no {CHROMIUM}. Install Chromium to run the browser tests.")
