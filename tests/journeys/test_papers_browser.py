"""A long export in a browser goes on through a reload, and shows its progress."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from docx import Document
from playwright.sync_api import Page, ViewportSize, expect

from comments.exports.acts import make_export_file
from comments.models import Export
from comments.table.selection import MAX_ROWS_IN_REQUEST
from config.demo.ground import SLUG
from tests.journeys.conftest import PHONE, WIDE, Window
from tests.journeys.demo_pages import FOCAL_POINT

pytestmark = pytest.mark.browser


def shows(page: Page, done: int, total: int) -> None:
    bar = page.get_by_role("progressbar")
    expect(bar).to_have_attribute("value", str(done))
    expect(bar).to_have_attribute("max", str(total))


def tell(asked: Export, done: int) -> None:
    """As a worker does, row by row."""
    Export.objects.filter(pk=asked.pk).update(
        attempts=1, heartbeat_at=timezone.now() + timedelta(minutes=5), done=done
    )


def test_the_printed_page_is_the_paper_and_not_the_form(window: Window) -> None:
    page = window(FOCAL_POINT)
    page.goto(f"/consultations/{SLUG}/table/")
    page.emulate_media(media="print")
    expect(page.get_by_role("table").first).to_be_visible()
    for name in ("header.frame", "form.filters", ".paper-desk"):
        for found in page.locator(name).all():
            expect(found).to_be_hidden()
    sheet = page.locator(".paper").bounding_box()
    assert sheet is not None and sheet["y"] < 40


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["desktop", "phone"])
def test_a_long_paper_goes_on_through_a_reload_and_its_progress_is_found_again(
    window: Window,
    size: ViewportSize,
    scripts: bool,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(MAX_ROWS_IN_REQUEST, "docx", 0)
    page = window(FOCAL_POINT, size=size, scripts=scripts)
    page.goto(f"/consultations/{SLUG}/table/")
    table = page.url
    page.get_by_role("link", name="Word").click()
    page.get_by_role("button", name="Generate file").click()
    expect(page.get_by_text("The file is queued")).to_be_visible()
    where, asked = page.url, Export.objects.order_by("-pk")[0]

    tell(asked, done=2)
    page.reload()
    shows(page, 2, asked.total)
    page.goto(table)  # somebody goes on, and asks for the same table again
    page.get_by_role("link", name="Word").click()
    page.get_by_role("button", name="Generate file").click()
    expect(page).to_have_url(where)
    page.close()

    tell(asked, done=3)
    another = window(FOCAL_POINT, size=size, scripts=scripts)  # tomorrow, on another machine
    another.goto(f"/consultations/{SLUG}/papers/")
    row = another.locator("ol.lines > li").first
    expect(row).to_contain_text("under way")
    row.get_by_role("link").first.click()
    expect(another).to_have_url(where)
    shows(another, 3, asked.total)

    Export.objects.filter(pk=asked.pk).update(heartbeat_at=None)
    make_export_file(asked.pk)  # what the worker does
    if not scripts:
        another.reload()
    expect(another.get_by_text("The file is ready.")).to_be_visible()
    with another.expect_download() as started:
        another.get_by_role("link", name="Download").click()
    started.value.save_as(tmp_path / "table.docx")
    assert Document(str(tmp_path / "table.docx")).tables
    assert Export.objects.filter(pk__gte=asked.pk).count() == 1
