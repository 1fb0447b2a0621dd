"""Whoever waits for a long act reads what goes on, and for how long it has."""

import re
from time import sleep
from typing import Any

import pytest
from playwright.sync_api import Route, expect

from config.demo.ground import SLUG
from tests.journeys.conftest import PHONE, WIDE, Window
from tests.journeys.demo_pages import FACILITATOR

pytestmark = pytest.mark.browser

WORK = "The file is read, and each paragraph is matched with the working text."


def _late(route: Route) -> None:
    """What is sent stays on the line for a while; then it goes on as it is."""
    if route.request.method == "POST":
        sleep(2.5)
    route.continue_()


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_a_long_act_says_what_it_does_until_its_answer_comes(window: Window, size: Any) -> None:
    page = window(FACILITATOR, size=size)
    address = f"/consultations/{SLUG}/drafts/plan/import/"
    page.goto(address)
    page.get_by_label("Or paste the text").fill("1. Decides to meet again in a year.")
    page.evaluate(
        """() => new MutationObserver(() => {
            const said = document.querySelector("form [data-elapsed]");
            if (said) sessionStorage.said = said.closest(".progress").innerText;
        }).observe(document.body, { childList: true, subtree: true })"""
    )
    page.route("**/import/", _late)
    page.get_by_role("button", name="Preview").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Preview: nothing saved yet")
    said = page.evaluate("sessionStorage.said")
    assert re.fullmatch(rf"{re.escape(WORK)}\s+[12] seconds?", said)

    page.go_back()
    expect(page.get_by_label("Or paste the text")).to_be_visible()
    expect(page.get_by_text(WORK)).to_have_count(0)
