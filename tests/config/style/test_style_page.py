"""The page of styles: in the demo only, with all components."""

import re
from typing import Any

import pytest
from django.db import transaction
from django.test import Client, override_settings
from pytest_django import DjangoDbBlocker

from tests.test_styles import COMPONENTS, STATIC, styled_in

pytestmark = pytest.mark.django_db
TEMPLATES = STATIC.parent / "templates" / "components"
# The one heading of a page of one column, a mark for a script that nobody sees, and a notice that
# asks the database whom it is about.
NOT_DRAWN = {"plain", "kept", "autosaved_words"}
# Classes of components that only a whole page shows: its layout, or what a script puts there.
ONLY_ON_PAGES = {
    "components/aligned.css": {"review-form__acts", "review-form__hint"},
    "components/choice.css": {"choices", "choices-inside"},
    "components/writing.css": {"writing__show"},
    "layout.css": {
        "desk-head--fetched",
        "beside",
        "beside__words",
        "desk-form",
        "desk-split",
        "layout-column",
        "layout-contents",
        "layout-paper",
        "layout-reading",
        "layout-screen",
        "layout-screen--projector",
        "paper-desk",
        "plain",
        "sides",
    },
    "base.css": {"row--apart"},
    "components/brief.css": {"brief__dates"},
    "components/field.css": {"errorlist", "textarea"},
    "components/fit.css": {"place"},
    "components/filters.css": {"filters-fold"},
    "components/found.css": {"search__count", "search__more"},
    "components/frame.css": {
        "frame__key",
        "frame__menu",
        "frame__new",
        "frame__search",
        "frame__stage",
    },
    "components/notes.css": {"notes__form"},
    "components/paper.css": {
        "paper--blocks",
        "paper-facts",
        "paper-facts__note",
        "paper__block",
        "paper__input",
    },
    "components/paragraph.css": {"drop-line", "paragraph--title"},
    "components/room.css": {
        "room",
        "room__due",
        "room__name",
        "room__paragraph",
        "room__place",
        "room__sent",
    },
    "components/scene.css": {"scene", "scene__people", "scenes"},
    "components/compare.css": {
        *(f"cell--level-{level}" for level in (2, 3)),
        *(f"kept--level-{level}" for level in (2, 3, 4, 5)),
    },
}


def get(**headers: str) -> Any:
    return Client(headers={"host": "127.0.0.1:8000", **headers}).get("/style/")


@pytest.fixture(scope="module")
def page(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> str:
    with override_settings(DEMO=True), django_db_blocker.unblock(), transaction.atomic():
        answer = get()
        transaction.set_rollback(True)
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_nobody_finds_the_page_outside_the_demo(settings: Any) -> None:
    settings.DEMO = False
    assert get().status_code == 404


def test_the_page_is_asked_from_this_machine_alone(settings: Any) -> None:
    settings.DEMO = True
    assert get(x_forwarded_for="203.0.113.7").status_code == 404
    assert get(host="consultations.example:8000").status_code in {400, 404}


def test_the_sign_in_of_the_demo_leads_there_and_no_other(settings: Any) -> None:
    client = Client(headers={"host": "127.0.0.1:8000"})
    assert 'href="/style/"' not in client.get("/account/login/").content.decode()
    settings.DEMO = True
    assert 'href="/style/"' in client.get("/account/login/").content.decode()


def test_every_token_stands_on_the_page_with_its_value(page: str) -> None:
    sheet = (STATIC / "tokens.css").read_text(encoding="utf-8")
    names = set(re.findall(r"^ +(--[\w-]+):", sheet, re.MULTILINE))

    assert {"--ink", "--space-4", "--type-text"} <= names
    assert {name for name in names if f">{name}</code>" not in page} == set()
    assert ">light-dark(#0b5a8c, #86c0ea)</code>" in page


def test_every_class_of_a_component_is_shown(page: str) -> None:
    shown = set(" ".join(re.findall(r'class="([^"]*)"', page)).split())
    not_shown = {
        sheet.relative_to(STATIC).as_posix(): styled_in(sheet) - shown for sheet in COMPONENTS
    }

    assert {name: left for name, left in not_shown.items() if left} == ONLY_ON_PAGES


def test_every_template_of_a_component_is_drawn(settings: Any) -> None:
    settings.DEMO = True
    drawn = {template.name for template in get().templates}
    missing = {
        path.stem for path in TEMPLATES.glob("*.html") if f"components/{path.name}" not in drawn
    }

    assert missing == NOT_DRAWN


def test_both_directions_stand_side_by_side_under_ids_of_their_own(page: str) -> None:
    left, right = (
        page.count(f'class="style-side" {side}')
        for side in ('lang="en" dir="ltr"', 'lang="ar" dir="rtl"')
    )
    assert left == right > 60
    ids = re.findall(r'\sid="([^"]+)"', page)
    assert len(ids) == len(set(ids))
