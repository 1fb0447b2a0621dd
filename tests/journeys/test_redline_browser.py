"""The redline shown in the browser while typing equals the saved one."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import Browser, Page, Route

from drafts.words.differences import redline
from tests.real.redlined_pairs import reworded_pairs

pytestmark = pytest.mark.browser

PAIRS = json.loads((Path(__file__).parents[1] / "drafts/words/redline_pairs.json").read_text())
SCRIPTS = Path(settings.BASE_DIR) / "config/static/js"
ASKED = """async (pairs) => {
  const { pieces } = await import("/redline.js");
  const marks = { kept: "=", added: "+", removed: "-" };
  const marked = ([how, text]) => [marks[how], text];
  return pairs.map(([before, after]) => pieces(before, after).map(marked));
}"""


@pytest.fixture(scope="module")
def scripts(chromium: Browser) -> Iterator[Page]:
    """An empty page beside the scripts, with no server behind it."""
    page = chromium.new_page()
    page.route("http://scripts.test/**", _serve)
    page.goto("http://scripts.test/")
    yield page
    page.close()


def _serve(route: Route) -> None:
    name = route.request.url.rpartition("/")[2]
    if name:
        route.fulfill(path=SCRIPTS / name, content_type="text/javascript")
    else:
        route.fulfill(body="<!doctype html><title>Scripts</title>", content_type="text/html")


def redlines_in_browser(scripts: Page, pairs: list[tuple[str, str]]) -> list[list[list[str]]]:
    found: list[list[list[str]]] = scripts.evaluate(ASKED, pairs)
    return found


def test_the_browser_marks_as_the_server_does(scripts: Page) -> None:
    found = redlines_in_browser(scripts, [(pair["before"], pair["after"]) for pair in PAIRS])
    for pair, pieces in zip(PAIRS, found, strict=True):
        assert pieces == pair["pieces"], pair["about"]


def test_the_browser_counts_words_as_the_server_does(scripts: Page) -> None:
    asked = """async (texts) => {
      const { wordCount } = await import("/tokens.js");
      return texts.map(wordCount);
    }"""
    counts = json.loads((Path(__file__).parents[1] / "drafts/words/word_counts.json").read_text())
    found = scripts.evaluate(asked, [row["text"] for row in counts])
    told = {row["about"]: count for row, count in zip(counts, found, strict=True)}
    assert told == {row["about"]: row["words"] for row in counts}


@pytest.mark.real
def test_the_browser_marks_real_paragraphs_as_the_server_does(
    scripts: Page, real_data: Path
) -> None:
    pairs = reworded_pairs(real_data, 500)
    assert redlines_in_browser(scripts, pairs) == [
        [list(piece) for piece in redline(*pair)] for pair in pairs
    ]
