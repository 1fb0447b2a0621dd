"""The pictures of the README, taken of the whole demonstration in light colours.

`./run pictures` writes them into docs/pictures/; else it is only seen that they can be taken.
"""

import base64
import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from django.test import override_settings
from playwright.sync_api import Page, ViewportSize, expect

from comments.models import Comment
from config.demo.ground import SLUG
from tests.conftest import lazy_loads_allowed
from tests.journeys.conftest import Window
from tests.journeys.demo_pages import FACILITATOR, FOCAL_POINT, wording
from tests.journeys.hands import press_and_load

pytestmark = pytest.mark.browser

HERE = f"/consultations/{SLUG}"
KEPT = Path(__file__).parents[2] / "docs" / "pictures"
SIZE: ViewportSize = {"width": 1280, "height": 860}
HEAVIEST = 140_000  # bytes
SHOWN_FOR = 2600  # milliseconds, each frame of the animated picture


@pytest.fixture(scope="module")
def demo(whole_demo: str) -> Iterator[str]:
    with override_settings(ACCOUNT_RATE_LIMITS=False), lazy_loads_allowed():
        yield whole_demo


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    """The folder that the pictures go to."""
    if os.environ.get("PICTURES") != "1":
        return tmp_path
    KEPT.mkdir(parents=True, exist_ok=True)
    return KEPT


def take(page: Page, picture: Path) -> None:
    """What the window shows, as WebP: a fifth of the same as PNG. It is light enough to clone."""
    content = shot(page)
    assert 10_000 < len(content) < HEAVIEST
    picture.write_bytes(content)


def shot(page: Page) -> bytes:
    page.emulate_media(color_scheme="light")
    page.evaluate("document.fonts.ready")
    faces = page.evaluate(
        "Array.from(document.fonts).filter((f) => f.status === 'loaded').map((f) => f.family)"
    )
    assert any("Source Serif" in face for face in faces), "the page is set in other typefaces"
    wire = page.context.new_cdp_session(page)
    wire.send("Emulation.setVisibleSize", dict(SIZE))  # all of it, for once
    taken = wire.send("Page.captureScreenshot", {"format": "webp", "quality": 80})
    content = base64.b64decode(taken["data"])
    assert content[8:12] == b"WEBP"
    return content


def animated(frames: Sequence[bytes]) -> bytes:
    """One WebP that shows still ones after each other, for ever.

    Of each only its bitstream is taken: https://developers.google.com/speed/webp/docs/riff_container
    """
    width = (SIZE["width"] - 1).to_bytes(3, "little")
    height = (SIZE["height"] - 1).to_bytes(3, "little")
    chunks = [
        _chunk(b"VP8X", b"\x02\0\0\0" + width + height),
        _chunk(b"ANIM", b"\xff\xff\xff\xff" + b"\0\0"),
    ]
    for frame in frames:
        head = bytes(6) + width + height + SHOWN_FOR.to_bytes(3, "little") + b"\x02"
        chunks.append(_chunk(b"ANMF", head + _bitstream(frame)))
    return _chunk(b"RIFF", b"WEBP" + b"".join(chunks))


def _chunk(name: bytes, content: bytes) -> bytes:
    return name + len(content).to_bytes(4, "little") + content + b"\0" * (len(content) % 2)


def _bitstream(still: bytes) -> bytes:
    place = 12
    while still[place : place + 4] != b"VP8 ":
        place += 8 + int.from_bytes(still[place + 4 : place + 8], "little")
        place += place % 2
    return still[place : place + 8 + int.from_bytes(still[place + 4 : place + 8], "little")]


def visited(window: Window, who: str) -> Page:
    """A window of somebody who was here before: their browser holds the typefaces of the pages.

    On a first visit what is not there in time is shown in the reader's own fonts (`fonts.css`).
    """
    page = window(who, size=SIZE)
    page.goto(f"{HERE}/plan/3/")
    page.evaluate("Promise.all(Array.from(document.fonts, (face) => face.load()))")
    return page


def open_thread(page: Page, label: str) -> None:
    paragraph = wording(label).paragraph.public_id
    page.goto(f"{HERE}/plan/3/?open={paragraph}")
    expect(page.locator(f"#p-{paragraph}.is-open")).to_be_in_viewport()


def open_writing(page: Page) -> None:
    """The thread of paragraph 29 with a proposal of Portugal half written."""
    open_thread(page, "29")
    page.get_by_label("Proposed wording").fill(
        wording("29").text.replace("its gravity", "its gravity and deter others from it")
    )
    page.get_by_label("Reason").fill("A penalty that deters nobody protects nobody.")
    expect(page.locator(".writing__preview ins").first).to_be_visible()


def test_the_front_page_with_what_is_due(window: Window, pictures: Path) -> None:
    page = visited(window, FOCAL_POINT)
    page.goto(f"{HERE}/")
    skip = page.get_by_role("button", name="Do not show again")
    if skip.is_visible():
        press_and_load(skip)
    expect(page.get_by_role("img", name="Deadlines and meetings")).to_be_visible()
    take(page, pictures / "front.webp")


def test_the_reading_page_with_an_open_thread(window: Window, pictures: Path) -> None:
    page = visited(window, FOCAL_POINT)
    open_thread(page, "20")
    take(page, pictures / "reading.webp")


def test_the_card_being_written_with_its_live_redline(window: Window, pictures: Path) -> None:
    page = visited(window, FOCAL_POINT)
    open_writing(page)
    take(page, pictures / "comment.webp")


def test_what_became_of_a_delegations_inputs(window: Window, pictures: Path) -> None:
    page = visited(window, FOCAL_POINT)
    page.goto(f"{HERE}/brief/")
    page.get_by_role("heading", name="At a glance").scroll_into_view_if_needed()
    page.evaluate("document.querySelector('#at-a-glance').scrollIntoView()")
    take(page, pictures / "brief.webp")


def test_the_page_on_which_facilitators_answer(window: Window, pictures: Path) -> None:
    page = visited(window, FACILITATOR)
    page.goto(f"{HERE}/review/{wording('21').paragraph.public_id}/")
    take(page, pictures / "review.webp")


def test_the_table_of_inputs_as_it_is_printed(window: Window, pictures: Path) -> None:
    page = visited(window, FACILITATOR)
    page.goto(f"{HERE}/table/")
    page.evaluate("document.querySelector('.paper').scrollIntoView()")
    take(page, pictures / "table.webp")


def test_the_map_of_the_text_by_disagreement(window: Window, pictures: Path) -> None:
    page = visited(window, FACILITATOR)
    page.goto(f"{HERE}/review/map/?text=plan&section=3&measure=disagreement")
    take(page, pictures / "map.webp")


def test_brackets_at_the_desk(window: Window, pictures: Path) -> None:
    page = visited(window, FACILITATOR)
    page.goto(f"{HERE}/drafts/resolution/desk/")
    page.evaluate("document.querySelectorAll('main article')[3].scrollIntoView()")
    take(page, pictures / "brackets.webp")


def test_a_proposal_on_its_way_into_the_text(window: Window, pictures: Path) -> None:
    """Written, submitted, read by the facilitators, put into the text."""
    delegate, facilitator = visited(window, FOCAL_POINT), visited(window, FACILITATOR)
    open_thread(delegate, "29")
    frames = [shot(delegate)]
    open_writing(delegate)
    frames.append(shot(delegate))
    press_and_load(delegate.get_by_role("button", name=re.compile("^Submit")))
    frames.append(shot(delegate))
    press_and_load(delegate.locator("main form .button--strong"))
    frames.append(shot(delegate))
    written = Comment.objects.get(filed_by__code="PRT", wording__label="29")
    assert written.submitted_at is not None
    review = f"{HERE}/review/{written.paragraph.public_id}/"
    facilitator.goto(review)
    frames.append(shot(facilitator))
    facilitator.goto(f"{review}incorporate/")
    for box in facilitator.locator("input[type=checkbox][name=take]").all():
        box.check()
    frames.append(shot(facilitator))
    content = animated(frames)
    assert len(content) < 6 * HEAVIEST
    (pictures / "proposal.webp").write_bytes(content)
    facilitator.goto(f"data:image/webp;base64,{base64.b64encode(content).decode()}")
    assert facilitator.evaluate("document.images[0].naturalWidth") == SIZE["width"]
