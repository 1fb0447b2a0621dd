"""The pictures of the README and the docs, made from the demonstration.

`PICTURES=1` writes them into docs/pictures/; else it is only seen that they can be made.
"""

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from config.demo_ground import SLUG
from tests.journeys.conftest import Desk, Window
from tests.journeys.demo_pages import FACILITATOR, FOCAL_POINT, wording

pytestmark = pytest.mark.browser

HERE = f"/consultations/{SLUG}"
KEPT = Path(__file__).parents[2] / "docs" / "pictures"
HEAVIEST = 400_000  # bytes


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    """The folder that the pictures go to."""
    if os.environ.get("PICTURES") != "1":
        return tmp_path
    KEPT.mkdir(parents=True, exist_ok=True)
    return KEPT


def is_fit(picture: Path) -> bool:
    """A PNG that is light enough for a README."""
    content = picture.read_bytes()
    return content.startswith(b"\x89PNG") and 20_000 < len(content) < HEAVIEST


def open_thread(page: Page, label: str) -> None:
    paragraph = wording(label).paragraph.public_id
    page.goto(f"{HERE}/plan/2/?open={paragraph}")
    expect(page.locator(f"#p-{paragraph}.is-open")).to_be_in_viewport()


def test_the_reading_page_with_an_open_thread(window: Window, pictures: Path) -> None:
    page = window(FOCAL_POINT)
    open_thread(page, "12")
    page.screenshot(path=pictures / "reading.png")

    assert is_fit(pictures / "reading.png")


def test_the_card_being_written_with_its_live_redline(desk: Desk, pictures: Path) -> None:
    page = desk.window(FOCAL_POINT, size={"width": 1440, "height": 980})
    open_thread(page, "14")
    words = wording("14").text.replace("by sex and age", "by sex, age and form of exploitation")
    page.get_by_label("Proposed wording").fill(words)
    page.get_by_label("Reason").fill("Measures differ with the form of exploitation.")
    expect(page.locator(".writing__preview ins").first).to_be_visible()
    page.screenshot(path=pictures / "comment.png")

    assert is_fit(pictures / "comment.png")


def test_the_page_on_which_facilitators_answer(window: Window, pictures: Path) -> None:
    page = window(FACILITATOR)
    page.goto(f"{HERE}/review/{wording('12').paragraph.public_id}/")
    page.locator(".aligned summary", has_text="PHL-1").click()
    page.screenshot(path=pictures / "review.png")

    assert is_fit(pictures / "review.png")


@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice converts the paper.")
@pytest.mark.skipif(not shutil.which("pdftoppm"), reason="Poppler draws the page.")
def test_a_page_of_the_facilitators_table_in_word(
    window: Window, pictures: Path, tmp_path: Path
) -> None:
    page = window(FACILITATOR)
    page.goto(f"{HERE}/table/")
    for box in page.locator('.filters input[type="checkbox"]').all()[:2]:
        box.check()
    page.get_by_label("Copy").select_option("facilitators")
    page.get_by_role("button", name="Show").click()
    with page.expect_download() as started:
        page.get_by_role("link", name="Word").click()
    started.value.save_as(tmp_path / "table.docx")
    profile = f"-env:UserInstallation={(tmp_path / 'office').as_uri()}"
    convert = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path)]
    subprocess.run([*convert, str(tmp_path / "table.docx")], check=True, capture_output=True)
    draw = ["pdftoppm", "-png", "-r", "96", "-f", "2", "-l", "2", "-singlefile"]
    target = pictures / "table-docx"
    subprocess.run([*draw, str(tmp_path / "table.pdf"), str(target)], check=True)

    assert is_fit(pictures / "table-docx.png")
