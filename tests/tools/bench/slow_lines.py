"""Ten pages in a browser over a slow line: bytes over the wire, when one reads, what moves.

The line is that of a mission far away: 400 kbit/s, 400 ms from a request to its answer, and
nothing kept from an earlier visit.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from config.demo.large_seed import LargeSeed, SeedShape, add_comments, create_large
from tests.conftest import CHROMIUM
from tests.tools.bench.figures import Figure
from tests.tools.bench.visitor import sign_in
from tests.web_server import web_server

LONG = SeedShape(
    "bench-slow", "A long plan, far away", 20, 600, 60, people_count=200, words_per_rationale=40
)
INPUTS = 600
LINE = {
    "offline": False,
    "latency": 400,
    "downloadThroughput": 400_000 // 8,
    "uploadThroughput": 400_000 // 8,
}
PHONE: ViewportSize = {"width": 390, "height": 844}
BEFORE_FONTS, WITH_FONTS, LONG_TEXT = 60, 200, 150  # kilobytes (of 1,000 bytes)
VISITS = 3  # the best counts: the line is measured, not who else works this machine
FIRST_PAGES = {"sign-in", "front page"}
LONG_PAGES = {"reading page of 600 paragraphs", "working text"}
READABLE, SHIFT = 3, 0.02  # seconds, and the browser's own measure
# Asked before the page's own scripts run, and read when everything is there.
WATCH = """
    window.shifted = 0;
    new PerformanceObserver((list) => list.getEntries().forEach((entry) => {
        if (!entry.hadRecentInput) window.shifted += entry.value;
    })).observe({type: "layout-shift", buffered: true});
"""
READ = """() => ({
    readable: performance.getEntriesByName("first-contentful-paint")[0].startTime / 1000,
    shifted: window.shifted,
})"""


@dataclass(frozen=True, slots=True)
class Visit:
    """One page, opened for the first time: kilobytes over the wire, seconds, layout shift."""

    document: float
    before_fonts: float
    with_fonts: float
    readable: float
    shifted: float


def slow_lines() -> Iterator[Figure]:
    """What each page weighs, the first one with all that it loads; the long text by itself."""
    large = create_large(LONG, timezone.now())
    add_comments(large, INPUTS)
    pages = _pages(large)  # before a browser keeps its loop in this thread
    with (
        web_server({"DJANGO_SETTINGS_MODULE": "tests.tools.bench.settings"}) as web,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(
            executable_path=str(CHROMIUM), args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        for name, (address, visitor) in pages.items():
            visits = [_visited(browser, web.url, address, visitor) for _turn in range(VISITS)]
            yield from _figures(name, min(visits, key=lambda visit: visit.readable))
        browser.close()


def _pages(large: LargeSeed) -> dict[str, tuple[str, str]]:
    """Name, address and cookies of the ten pages; a delegate's, but for the last two."""
    slug, busy = large.consultation.slug, large.busiest_wording.paragraph.public_id
    delegate, facilitator = sign_in(large.focal_points[0]), sign_in(large.facilitator)
    reading = reverse("reading", args=[slug, "plan", 1])
    return {
        "sign-in": (reverse("account_login"), ""),
        "front page": (reverse("consultation", args=[slug]), delegate.cookies),
        "reading page of 600 paragraphs": (f"{reading}?section=all", delegate.cookies),
        "one section": (f"{reading}?section=3", delegate.cookies),
        "a thread": (f"{reading}?section=1&open={busy}", delegate.cookies),
        "own inputs": (reverse("workspace", args=[slug]), delegate.cookies),
        "table of inputs": (reverse("table", args=[slug]), delegate.cookies),
        "what is new": (reverse("new", args=[slug]), delegate.cookies),
        "working text": (reverse("desk", args=[slug, "plan"]), facilitator.cookies),
        "facilitators’ queue": (reverse("review_queue", args=[slug]), facilitator.cookies),
    }


def _figures(name: str, visit: Visit) -> Iterator[Figure]:
    if name in LONG_PAGES:
        yield Figure(f"{name}, compressed", visit.document, "KB", LONG_TEXT)
    else:
        yield Figure(f"{name}, with fonts", visit.with_fonts, "KB", WITH_FONTS)
    if name in FIRST_PAGES:
        yield Figure(f"{name}, before fonts", visit.before_fonts, "KB", BEFORE_FONTS)
    yield Figure(f"{name}, text readable", visit.readable, "s", READABLE)
    yield Figure(f"{name}, layout shift", visit.shifted, "", SHIFT)


def _visited(browser: Browser, url: str, address: str, cookies: str) -> Visit:
    context = browser.new_context(viewport=PHONE, has_touch=True, is_mobile=True, base_url=url)
    if cookies:
        pairs = (pair.split("=", 1) for pair in cookies.split("; "))
        context.add_cookies([{"name": name, "value": value, "url": url} for name, value in pairs])
    context.add_init_script(WATCH)
    page = context.new_page()
    weights = _weighed(page)
    page.goto(address, wait_until="networkidle")
    page.wait_for_timeout(500)
    read = page.evaluate(READ)
    kilobytes = {kind: sum(found) / 1000 for kind, found in weights.items()}
    context.close()
    everything = sum(kilobytes.values())
    return Visit(
        document=kilobytes["Document"],
        before_fonts=everything - kilobytes.get("Font", 0),
        with_fonts=everything,
        readable=read["readable"],
        shifted=read["shifted"],
    )


def _weighed(page: Page) -> dict[str, list[int]]:
    """The line made slow; bytes over the wire by kind, filled while the page loads."""
    wire = page.context.new_cdp_session(page)
    kinds: dict[str, str] = {}
    weights: dict[str, list[int]] = {}

    def note(answer: dict[str, Any]) -> None:
        kinds[answer["requestId"]] = answer["type"]

    def weigh(finished: dict[str, Any]) -> None:
        kind = kinds.get(finished["requestId"], "Other")
        weights.setdefault(kind, []).append(int(finished["encodedDataLength"]))

    wire.on("Network.responseReceived", note)
    wire.on("Network.loadingFinished", weigh)
    wire.send("Network.enable")
    wire.send("Network.emulateNetworkConditions", LINE)
    return weights
