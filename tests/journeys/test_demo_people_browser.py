"""The demo's sign-in page: one click, with and without scripts."""

from collections.abc import Iterator

import pytest
from django.test import override_settings
from playwright.sync_api import ViewportSize, expect

from tests.conftest import lazy_loads_allowed
from tests.journeys.conftest import PHONE, WIDE, Window

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module", autouse=True)
def _in_the_demo(demo: str) -> Iterator[None]:
    with override_settings(DEMO=True, ACCOUNT_RATE_LIMITS=False), lazy_loads_allowed():
        yield


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
@pytest.mark.parametrize("language", ["en", "ar"])
def test_one_click_signs_in_as_that_person(
    window: Window, language: str, size: ViewportSize, scripts: bool
) -> None:
    page = window(language=language, size=size, scripts=scripts)
    page.goto("/account/login/")
    buttons = page.locator("main").get_by_role("button", name="Helena Rocha")
    box = buttons.bounding_box()
    assert box is not None
    assert box["height"] >= 44
    assert box["x"] >= 0 and box["x"] + box["width"] <= size["width"]
    with page.expect_navigation():
        buttons.click()
    named = page.locator(".capacity")
    expect(named).to_contain_text({"en": "Portugal", "ar": "البرتغال"}[language])


@pytest.mark.parametrize("language", ["en", "ar"])
def test_wide_the_form_stands_beside_the_people_and_narrow_below_them(
    window: Window, language: str
) -> None:
    page = window(language=language)
    page.goto("/account/login/")
    people, form = page.locator(".people"), page.locator("main [name=login]:not(button)")
    for size in (WIDE, PHONE):
        page.set_viewport_size(size)
        first, second = people.bounding_box(), form.bounding_box()
        assert first is not None and second is not None
        if size == PHONE:
            assert second["y"] > first["y"] + first["height"]
        elif language == "ar":
            assert second["x"] + second["width"] < first["x"]
        else:
            assert second["x"] > first["x"] + first["width"]
