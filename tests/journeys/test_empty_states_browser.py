"""Every page on which nothing stands yet, as a picture in `.local/empty-states/`, to look at."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.test import Client
from django.urls import resolve
from playwright.sync_api import Browser
from pytest_django import DjangoDbBlocker

from tests.conftest import lazy_loads_allowed
from tests.consultations.web.empty_states import (
    READERS,
    STAGES,
    empty_states_of,
    let_in,
    pages_reached,
    room_at,
)
from tests.journeys.conftest import PHONE, WIDE, own_database, serving

pytestmark = [pytest.mark.browser, pytest.mark.night]

FOLDER = Path(settings.BASE_DIR) / ".local" / "empty-states"
SIZES = {"wide": WIDE, "phone": PHONE}


@pytest.fixture(params=STAGES)
def stage(
    request: pytest.FixtureRequest,
    chromium: Browser,
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
) -> Iterator[tuple[str, str]]:
    """(stage, address of a server) of a consultation at this stage."""
    with django_db_blocker.unblock(), own_database(), lazy_loads_allowed(), serving() as url:
        yield request.param, url


def test_each_is_drawn_once(chromium: Browser, stage: tuple[str, str]) -> None:
    name, url = stage
    room = room_at(name)
    folder = FOLDER / name
    shutil.rmtree(folder, ignore_errors=True)
    drawn = set()
    for who in READERS:
        client = let_in(Client(), room, who)
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        for size_name, size in SIZES.items():
            context = chromium.new_context(viewport=size, base_url=url, reduced_motion="reduce")
            context.add_cookies(
                [{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": url}]
            )
            page = context.new_page()
            for address, content in pages_reached(client):
                states = tuple(
                    (state.title, state.sentence) for state in empty_states_of(address, content)
                )
                kind = resolve(urlsplit(address).path).view_name
                if not states or (kind, states, size_name) in drawn:
                    continue
                drawn.add((kind, states, size_name))
                page.goto(address)
                path = folder / size_name / f"{kind}-{who.replace(' ', '-')}-{len(drawn)}.png"
                page.screenshot(path=path, full_page=True)
                is_wider = "document.documentElement.scrollWidth > innerWidth"
                assert not page.evaluate(is_wider), address
            context.close()
    assert len(drawn) > 20
