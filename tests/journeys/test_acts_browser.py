"""The number of acts for each task from sign-in: clicks and fields.

The demonstration's page of sign-in takes one press; an account's own takes its address, its
password and a press, two more. On a phone the menu counts as a press of its own. Tab brings the
focus and counts as nothing, as moving the mouse does; what it does not reach cannot be pressed.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.test import override_settings
from playwright.sync_api import Locator, ViewportSize, expect

from comments.models import Alignment, Comment
from config.demo.seed import PASSWORD
from consultations.rules.access_factory import make_actor
from consultations.seats.acts import seat_delegation
from delegations.acts import add_user, give_post
from delegations.models import Delegation, Invitation, PostRole
from tests.comments.kit.as_word import Word
from tests.conftest import lazy_loads_allowed
from tests.journeys.conftest import PHONE, WIDE, Desk
from tests.journeys.demo_pages import SECRETARIAT, access_of, wording
from tests.journeys.hands import tab_to

pytestmark = pytest.mark.browser


@dataclass(frozen=True)
class Way:
    """How somebody works: at which window, in which language, by which hand."""

    turn: int  # another paragraph or person each
    size: ViewportSize
    language: str = "en"
    scripts: bool = True
    keys: bool = False


WAYS = pytest.mark.parametrize(
    "way",
    [
        pytest.param(Way(0, WIDE), id="desktop"),
        pytest.param(Way(1, PHONE), id="phone"),
        pytest.param(Way(2, WIDE, "ar", keys=True), id="keyboard-arabic"),
        pytest.param(Way(3, WIDE, keys=True, scripts=False), id="keyboard-no-scripts"),
        pytest.param(Way(4, PHONE, "ar", scripts=False), id="phone-arabic-no-scripts"),
    ],
)
SEND = "main form :is(.button--strong, .button--grave)"
MENU = ".frame__menu > summary"
WHO = ("mexico", "egypt", "korea", "philippines", "fiji")


class Acts:
    """A person at a window, who acts; each act is counted."""

    def __init__(self, desk: Desk, who: str, way: Way) -> None:
        self.page = desk.window(size=way.size, scripts=way.scripts, language=way.language)
        self.by_keys, self.count = way.keys, 0
        self.page.goto("/account/login/")
        if "@" in who:
            self.write("main input#id_login", who)
            self.write('main [name="password"]', PASSWORD)
            self.press("main form:has(input#id_login) button[type=submit]")
        else:
            self.press(f'button[value="{who}@demo.example"]')

    def press(self, target: str) -> None:
        """The first that is seen; what the menu of a phone holds takes a press more."""
        found = self.page.locator(target)
        found.first.wait_for(state="attached")
        seen = found.filter(visible=True)
        if not seen.count():
            self._act(self.page.locator(MENU), "Enter")
        is_choice = seen.first.get_attribute("type") == "radio"
        self._act(seen.first, "Space" if is_choice else "Enter")

    def write(self, field: str, words: str) -> None:
        """What a field holds gives way to the words."""
        place = self.page.locator(field).filter(visible=True).first
        if self.by_keys:
            tab_to(self.page, place)
            self.page.keyboard.press("ControlOrMeta+A")
            self.page.keyboard.insert_text(words)
        else:
            place.fill(words)
        self.count += 1

    def choose(self, field: str, file: Path) -> None:
        place = self.page.locator(field)
        if self.by_keys:  # what the system then opens is no page
            tab_to(self.page, place)
        place.set_input_files(file)
        self.count += 1

    def _act(self, place: Locator, key: str) -> None:
        if self.by_keys:
            tab_to(self.page, place)
            self.page.keyboard.press(key)
        else:
            place.click()
        self.count += 1


@pytest.fixture(scope="module", autouse=True)
def _in_the_demo(demo: str) -> Iterator[None]:
    with override_settings(DEMO=True, ACCOUNT_RATE_LIMITS=False), lazy_loads_allowed():
        yield


@WAYS
def test_a_first_proposal_is_submitted_in_six(desk: Desk, way: Way) -> None:
    label = ("24", "25", "26", "27", "28")[way.turn]
    acts = Acts(desk, "mexico", way)
    acts.press('main a[href$="/plan/2/"]')
    acts.press(f"#p-{wording(label).paragraph.public_id} > .paragraph__label")
    acts.write('.writing [name="proposed"]', f"{wording(label).text[:-1]}, everywhere;")
    acts.press('.writing [name="then"][value="submit"]')
    expect(acts.page).to_have_url(re.compile("/submit/(#|$)"))
    acts.press(SEND)
    expect(acts.page).to_have_url(re.compile("/receipts/"))
    stored = Comment.objects.filter(paragraph=wording(label).paragraph, filed_by__code="MEX")
    assert stored.exclude(submitted_at=None).count() == 1
    assert acts.count <= 6


@WAYS
def test_a_newcomer_submits_by_password_in_seven(desk: Desk, way: Way) -> None:
    """Three of them sign in. The last one confirms what becomes part of the record for good."""
    code = ("JPN", "CAN", "NOR", "PER", "THA")[way.turn]
    newcomer, label = _newcomer(code), ("13", "14", "15", "16", "17")[way.turn]
    acts = Acts(desk, newcomer, way)
    acts.press(f"#p-{wording(label).paragraph.public_id} > .paragraph__label")
    acts.write('.writing [name="proposed"]', f"{wording(label).text[:-1]}, everywhere;")
    acts.press('.writing [name="then"][value="submit"]')
    expect(acts.page).to_have_url(re.compile("/submit/(#|$)"))
    acts.press(SEND)
    expect(acts.page).to_have_url(re.compile("/receipts/"))
    assert Comment.objects.filter(filed_by__code=code).exclude(submitted_at=None).count() == 1
    assert acts.count <= 7


def _newcomer(code: str) -> str:
    """The address of the focal point of a delegation that takes its seat now."""
    secretariat = access_of(SECRETARIAT)
    body = Delegation.objects.get(code=code)
    seat_delegation(access=secretariat, delegation=body)
    desk = make_actor(secretariat.user, secretariat.capacity.key)
    email = f"focal.point@{code.lower()}.example"
    account = add_user(
        actor=desk, email=email, name="Ana", language="en", time_zone="America/New_York"
    )
    account.set_password(PASSWORD)
    account.save(update_fields=["password"])
    give_post(actor=desk, user=account, delegation=body, role=PostRole.FOCAL_POINT)
    return email


@WAYS
def test_one_aligns_with_a_reservation_in_six(desk: Desk, way: Way) -> None:
    who = WHO[way.turn]
    acts = Acts(desk, who, way)
    acts.press('main a[href$="/plan/2/"]')
    acts.press(f"#p-{wording('11').paragraph.public_id} > .paragraph__label")
    acts.press('#thread a[href$="/align/"]')
    acts.write('main [name="reservation"]', f"Within the means of {who}.")
    acts.press(SEND)
    expect(acts.page.locator("#thread")).to_be_visible()
    assert Alignment.objects.filter(reservation=f"Within the means of {who}.").count() == 1
    assert acts.count <= 6


@WAYS
def test_what_became_of_ones_input_is_read_in_three(desk: Desk, way: Way) -> None:
    acts = Acts(desk, "portugal", way)
    acts.press('.sections a[href$="/workspace/"]')
    acts.press('main a[href$="/became/"]')
    expect(acts.page).to_have_url(re.compile("/became/$"))
    assert acts.count <= 3


@WAYS
def test_a_kit_goes_out_in_three_and_comes_in_in_five(desk: Desk, way: Way, tmp_path: Path) -> None:
    acts = Acts(desk, "portugal", way)
    with acts.page.expect_download() as coming:
        acts.press('main a[href$="/plan/2/kit/docx/"]')
    assert acts.count <= 3

    word, text = Word(Path(coming.value.path()).read_bytes()), wording("19").text
    row = next(row for row in word.rows() if "".join(word.control(row, "text").itertext()) == text)
    word.fill(row, kind="question", rationale=f"Asked the {way.turn}. time.")
    (tmp_path / "back.docx").write_bytes(word.saved())
    acts = Acts(desk, "portugal", way)
    acts.press('main a[href$="/plan/2/kit/"]')
    acts.choose('main [name="file"]', tmp_path / "back.docx")
    acts.press(SEND)
    expect(acts.page).to_have_url(re.compile("/kit/[0-9a-f-]{36}/"))
    acts.press(SEND)
    expect(acts.page.locator(".messages")).not_to_be_empty()
    assert acts.count <= 5


@WAYS
def test_a_post_is_handed_over_in_six(desk: Desk, way: Way) -> None:
    who = WHO[way.turn]
    email = f"successor@{who}.example"
    acts = Acts(desk, who, way)
    acts.press('.sections a[href$="/people/"]')
    acts.press('main a[href$="/hand-over/"]')
    acts.press('main [name="successor"][value="new"]')
    acts.write('main [name="email"]', email)
    acts.press(SEND)
    expect(acts.page.locator(".messages")).not_to_be_empty()
    assert Invitation.objects.filter(email=email).count() == 1
    assert acts.count <= 6


@WAYS
def test_the_table_is_taken_along_in_two(desk: Desk, way: Way) -> None:
    acts = Acts(desk, "portugal", way)
    with acts.page.expect_download() as coming:
        acts.press('main a[href$="/table/docx/"]')
    assert coming.value.suggested_filename.endswith(".docx")
    assert acts.count <= 2
