"""Every page of the site map passes axe, and its targets are large enough to touch.

On a desk and on a telephone, in both themes, which change in place. A page is opened once a
language: each change opens it in one of both directions of writing, by turns, the night in both.
Where an address is shown for several people or in several states, each change opens the first.
A change looks at a page on a desk or on a telephone, by turns, the night on both.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from django.test import override_settings
from playwright.sync_api import Browser, Page, ViewportSize

from tests.conftest import lazy_loads_allowed
from tests.journeys import widths
from tests.journeys.account_pages import ACCOUNT, NO_PAGES_OF_ACCOUNT, PROVIDERS, add_people
from tests.journeys.bridging_pages import BRIDGING, NO_PAGES_OF_BRIDGING
from tests.journeys.broken_words import LOOK_FOR_BROKEN
from tests.journeys.compare_pages import COMPARED, add_annex
from tests.journeys.conftest import PHONE, WIDE, Desk
from tests.journeys.contrasts import Contrasts
from tests.journeys.demo_pages import PAGES
from tests.journeys.desk_pages import DRAFTING
from tests.journeys.following_pages import FOLLOWING, NO_PAGES_OF_FOLLOWING
from tests.journeys.group_pages import GROUPS
from tests.journeys.help_pages import HELP, NO_PAGES_OF_HELP
from tests.journeys.incorporating_pages import INCORPORATING, NO_PAGES_OF_INCORPORATING
from tests.journeys.language_pages import LANGUAGES
from tests.journeys.late_pages import LATE, add_mail
from tests.journeys.letter_pages import LETTERS, NO_PAGES_OF_LETTERS
from tests.journeys.minutes_pages import MINUTES, NO_PAGES_OF_MINUTES
from tests.journeys.people_pages import NO_PAGES_OF_PEOPLE, PEOPLE
from tests.journeys.search_pages import SEARCH
from tests.journeys.secretariat_pages import DESK, NO_PAGES_OF_DESK
from tests.journeys.setting_up_pages import NO_PAGES_OF_SETTING_UP, SETTING_UP
from tests.journeys.shown import ROUTES, Shown
from tests.journeys.silence_pages import NO_PAGES_OF_SILENCES, SILENCES
from tests.journeys.style_pages import STYLE
from tests.journeys.targets import LOOK_FOR_SMALL, MIN_SIZE
from tests.journeys.text_pages import NO_PAGES_OF_TEXTS, TEXTS
from tests.journeys.widths import Widths, digest_of_elements
from tests.journeys.word_pages import WORD
from tests.journeys.working_room_pages import NO_PAGES_OF_WORKING_ROOMS, WORKING_ROOMS
from tests.journeys.workspace_pages import NO_PAGES_OF_WORKSPACE, WORKSPACE
from tests.nights import IS_NIGHT

pytestmark = pytest.mark.browser

NARROW: ViewportSize = {"width": 320, "height": 800}
# From left to right in French: a third longer than English, so that more of it breaks, and shares
# a line. Names, texts and whatever has no translation are English in both.
DIRECTIONS = {"fr": "ltr", "ar": "rtl"}
# The longer words on the narrowest telephone, where they break first.
SIZES = {"fr": (WIDE, NARROW), "ar": (PHONE, WIDE)}
# Of these every page has one.
ONCE = ("h1", "main", ".demo-line")
WALKED = (
    *PAGES,
    *BRIDGING,
    *SILENCES,
    *WORKING_ROOMS,
    *DRAFTING,
    *COMPARED,
    *FOLLOWING,
    *GROUPS,
    *HELP,
    *PEOPLE,
    *ACCOUNT,
    *DESK,
    *LANGUAGES,
    *LATE,
    *LETTERS,
    *MINUTES,
    *SEARCH,
    *SETTING_UP,
    *STYLE,
    *INCORPORATING,
    *TEXTS,
    *WORD,
    *WORKSPACE,
)
# Addresses that only take a form, or answer with something that is not a page of ours.
NO_PAGES = {
    "live": "JSON",
    "ready": "JSON",
    "set_language": "takes a form and leads back",
    "set_theme": "takes a form and leads back",
    "end_key": "takes a form and leads back",
    "end_calendar_feed": "takes a form and leads back",
    "calendar_file": "a file",
    "calendar_feed": "a file",
    "copy_proposal": "takes a form and leads on to edit_comment",
    "strike_paragraph": "takes a form and leads back",
    "restore_paragraph": "takes a form and leads back",
    "typed_words": "takes what is typed, and says in a sentence whether it is on the screen",
    "editing_paragraph": "takes a sign of life, and says nothing",
    "desk_now": "a piece of the desk, or nothing",
    "answer_in_thread": "a piece of a card",
    "desk_unanswered": "a piece of the desk",
    "undo_step": "takes a form and leads back",
    "redo_step": "takes a form and leads back",
    "send_test_digest": "takes a form and leads back",
    "send_for_clearance": "takes a form and leads back",
    "clear_comment": "takes a form and leads back",
    "draft_comment": "opened by address it leads to the reading page",
    "undo_review": "takes a form and leads back",
    "gather_inputs": "takes a form and leads back",
    "review_set": "takes a form and leads back",
    "save_filter": "takes a form and leads back",
    "keep_task": "takes a form and leads back",
    "park_review": "takes a form and leads back",
    "review_comment": "opened by address it leads to the review page",
    "cancel_paper": "takes a form and leads back",
    "paper_file": "a file",
    "receipt_file": "a file",
    "kit_file": "a file",
    "table_file": "a file",
    "demo_mail_html": "a mail, as the reader of mails shows it",
    **NO_PAGES_OF_ACCOUNT,
    **NO_PAGES_OF_BRIDGING,
    **NO_PAGES_OF_SILENCES,
    **NO_PAGES_OF_WORKING_ROOMS,
    **NO_PAGES_OF_DESK,
    **NO_PAGES_OF_FOLLOWING,
    **NO_PAGES_OF_HELP,
    **NO_PAGES_OF_LETTERS,
    **NO_PAGES_OF_MINUTES,
    **NO_PAGES_OF_PEOPLE,
    **NO_PAGES_OF_SETTING_UP,
    **NO_PAGES_OF_INCORPORATING,
    **NO_PAGES_OF_TEXTS,
    **NO_PAGES_OF_WORKSPACE,
}


@pytest.fixture(scope="module", autouse=True)
def _everything_there_is(
    chromium: Browser, demo: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[None]:
    """The demonstration's mails are open, sign-in counts no attempts, the admin loads freely."""
    mails = tmp_path_factory.mktemp("mail")
    open_to_all = override_settings(
        DEMO=True,
        DEMO_MAIL_DIR=mails,
        ACCOUNT_RATE_LIMITS=False,
        IDENTITY_PROVIDERS=PROVIDERS,
    )
    with open_to_all, lazy_loads_allowed():
        add_people()
        add_mail()
        add_annex()
        yield


@dataclass
class Walk:
    """One window for the whole walk, given to each page as if new, and what it found without fault.

    One page goes on where the other was left: in its size and its theme.
    """

    desk: Desk
    page: Page
    widths: Widths = field(default_factory=Widths)
    contrasts: Contrasts = field(default_factory=Contrasts)
    theme: Literal["light", "dark"] = "light"
    # The widths and elements of pages whose texts were found readable in both themes.
    readable: set[tuple[int, str]] = field(default_factory=set)

    def resize(self, size: ViewportSize) -> None:
        """Lay the page out for a window of this size, and draw one pixel of it: nobody looks."""
        if self.page.viewport_size != size:
            self.page.set_viewport_size(size)
            self.desk.wire(self.page).send("Emulation.setVisibleSize", {"width": 1, "height": 1})

    def unreadable_texts(self, size: ViewportSize, elements: str) -> list[str]:
        """The texts of the page that cannot be read on their ground, each with its theme.

        No colour hangs on the language (`tests/test_styles.py`): a page that shows the same
        elements as one that was looked at as wide, but for its words, is not looked at again.
        """
        key = size["width"], elements
        if key in self.readable:
            return []
        unreadable = self._unreadable_in_theme()
        self._change_theme()
        unreadable += self._unreadable_in_theme()
        if not unreadable:
            self.readable.add(key)
        return unreadable

    def _unreadable_in_theme(self) -> list[str]:
        return [f"{self.theme}: {fault}" for fault in self.contrasts.faults(self.page)]

    def _change_theme(self) -> None:
        """From light to dark, or back."""
        self.theme = "dark" if self.theme == "light" else "light"
        self.page.emulate_media(color_scheme=self.theme)


@pytest.fixture(scope="module")
def walk(chromium: Browser, demo: str, _everything_there_is: None) -> Iterator[Walk]:
    """Axe is there before each page: the browser reads it once, and what it has compiled stays."""
    desk = Desk(chromium, demo)
    page = desk.window(size=SIZES["ar"][-1])
    page.context.add_init_script(AXE_SCRIPT)
    yield Walk(desk, page)
    desk.close()


def test_every_address_that_shows_a_page_is_walked_or_left_out_for_a_reason() -> None:
    walked = {shown.name for shown in WALKED}

    assert walked.isdisjoint(NO_PAGES)
    assert set(ROUTES) == walked | set(NO_PAGES)
    assert all(NO_PAGES.values())


def frame(page: Page) -> dict[str, Any]:
    """What every page has, asked at once: to ask one by one costs more than to look."""
    found: dict[str, Any] = page.evaluate(
        """names => ({
            dir: document.documentElement.dir,
            ...Object.fromEntries(names.map(
                (name) => [name, document.querySelectorAll(name).length]
            )),
        })""",
        list(ONCE),
    )
    return found


# What a page is asked at each width, at once: a question by itself costs more than most answers.
LOOK = f"""minSize => ({{
    overflow: document.documentElement.scrollWidth - document.documentElement.clientWidth,
    small: ({LOOK_FOR_SMALL})(minSize),
    broken: ({LOOK_FOR_BROKEN})(),
    widths: ({widths.LOOK})(),
}})"""


def openings() -> Iterator[Any]:
    """Each page in each language; what each change leaves to the night is marked."""
    opened = set[str]()
    for shown in WALKED:
        is_left = shown.name in opened
        opened.add(shown.name)
        for turn, language in enumerate(DIRECTIONS):
            is_asked = len(opened) % len(DIRECTIONS) == turn and not is_left
            marks = [] if is_asked else [pytest.mark.night]
            sizes = SIZES[language] if IS_NIGHT else SIZES[language][len(opened) // 2 % 2 :][:1]
            yield pytest.param(shown, language, sizes, marks=marks, id=f"{shown.title}-{language}")


@pytest.mark.parametrize(("shown", "language", "sizes"), list(openings()))
def test_a_page_is_open_to_everybody(
    walk: Walk, shown: Shown, language: str, sizes: tuple[ViewportSize, ...]
) -> None:
    page = walk.page
    walk.resize(sizes[0])
    if shown.act is not None:
        # What the page before still asks for could bring it another token than its forms have.
        page.goto("about:blank")
    walk.desk.turn(page, shown.who, language=language)

    assert shown.open(page) == shown.status, page.url
    assert frame(page) == {"dir": DIRECTIONS[language], **dict.fromkeys(ONCE, 1)}
    for size in sizes:
        walk.resize(size)
        looked = page.evaluate(LOOK, MIN_SIZE)
        assert looked["overflow"] <= 0, size
        assert looked["small"] == [], size
        assert looked["broken"] == [], size
        assert walk.widths.faults(page, looked["widths"]) == [], size
        assert walk.unreadable_texts(size, digest_of_elements(looked["widths"])) == [], size
    assert walk.desk.complaints.messages == []
