"""Facilitators upload a translation, and a delegation reads the text in it."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import ViewportSize, expect

from config.demo.ground import SLUG
from consultations.models import Consultation
from drafts.models import Revision, Wording
from tests.journeys.conftest import PHONE, WIDE, Desk
from tests.journeys.demo_pages import FACILITATOR, FOCAL_POINT
from tests.journeys.hands import open_menu
from tests.journeys.widths import overflow

pytestmark = pytest.mark.browser

HERE = f"/consultations/{SLUG}"


def _in_arabic() -> str:
    """The text row by row in Arabic, as far as its numbers go: shown, never understood."""
    revision = Revision.objects.get(draft__slug="resolution", number=1)
    rows = Wording.objects.filter(revision=revision).order_by("place")
    return "\n\n".join(f"{row.label + '. ' if row.label else ''}مشروع قرار" for row in rows)


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["desktop", "phone"])
def test_a_translation_is_taken_in_and_read(desk: Desk, size: ViewportSize) -> None:
    page = desk.window(FACILITATOR, size=size)
    page.goto(f"{HERE}/drafts/resolution/circulated/1/translations/")
    page.get_by_label("Language", exact=True).select_option("ar")
    page.get_by_label("Or paste the text").fill(_in_arabic())
    page.get_by_role("button", name="Preview").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Preview: nothing saved yet")
    page.get_by_role("button", name="Write the translation").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Languages of this text")

    reader = desk.window(FOCAL_POINT, size=size)
    reader.goto(f"{HERE}/resolution/")
    open_menu(reader, "English")
    reader.get_by_role("link", name="العربية").click()
    words = reader.locator(".paragraph .wording[lang=ar]").first
    expect(words).to_have_attribute("dir", "rtl")
    open_menu(reader, "العربية")
    reader.get_by_role("link", name="English").first.click()
    expect(reader.locator(".paragraph .wording[lang=ar]")).to_have_count(0)


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["desktop", "phone"])
def test_an_english_title_on_an_arabic_page_keeps_its_beginning(
    desk: Desk, size: ViewportSize
) -> None:
    """It stands on the side where one reads first, and what is cut of it is its end."""
    page = desk.window(FACILITATOR, size=size, language="ar")
    page.goto(f"{HERE}/review/map/")
    titles = [page.locator(".crumbs a").first]
    if size == PHONE:  # a wide frame says it once
        titles.append(page.locator(".capacity__role"))
    for title in titles:
        assert title.evaluate("it => getComputedStyle(it).direction") == "ltr"
        box, outer = title.bounding_box(), title.locator("..").bounding_box()
        assert box and outer and box["x"] >= outer["x"] - 1  # nothing runs out of the page


LONG = "Intergovernmental consultations on the plan of action to combat trafficking in persons"


@pytest.fixture
def long_name(demo: str) -> Iterator[None]:
    here = Consultation.objects.filter(slug=SLUG)
    row = here.get()
    here.update(title=LONG, short_title="")
    yield
    here.update(title=row.title, short_title=row.short_title)


@pytest.mark.parametrize("address", ["review/map/", "plan/", "rounds/"])
def test_a_long_name_is_cut_in_the_frame_and_said_whole(
    desk: Desk, long_name: None, address: str
) -> None:
    """In French, a third longer than English, on a small screen: the frame stays one line high."""
    page = desk.window(FACILITATOR, size={"width": 1280, "height": 800}, language="fr")
    page.goto(f"{HERE}/{address}")
    name = page.locator(".crumbs a").first
    expect(name).to_have_accessible_name(LONG)
    expect(name).to_have_attribute("title", LONG)
    assert name.evaluate("it => it.scrollWidth > it.clientWidth")
    assert name.evaluate("it => getComputedStyle(it).textOverflow") == "ellipsis"
    frame = page.locator(".frame").bounding_box()
    assert frame and frame["height"] <= 60
    assert overflow(page) <= 0
