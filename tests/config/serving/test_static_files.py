"""Static files: one style sheet for every page, and scripts that import each other by hash."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.management import call_command
from django.test import override_settings

from config.serving.static_files import CSS_COMMENT

STYLES = Path(__file__).parents[3] / "config" / "static"
OF_OTHERS = ("admin", "rest_framework", "django_htmx", "drf_spectacular*", "mfa", "account")


@pytest.fixture(scope="module")
def collected(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The folder that a web server serves, as `collectstatic` makes it in production."""
    folder = tmp_path_factory.mktemp("collected")
    storages = {"staticfiles": {"BACKEND": "config.serving.static_files.BundledStaticFilesStorage"}}
    with override_settings(STATIC_ROOT=folder, STORAGES=storages):
        call_command("collectstatic", interactive=False, verbosity=0, ignore_patterns=[*OF_OTHERS])
        yield folder


def _served(folder: Path, name: str) -> str:
    served = str(staticfiles_storage.url(name)).removeprefix(settings.STATIC_URL)
    return (folder / served).read_text(encoding="utf-8")


def test_every_page_loads_one_sheet_that_holds_all_components(collected: Path) -> None:
    sheet = _served(collected, "site.css")

    assert "@import" not in sheet
    for component in STYLES.glob("components/*.css"):
        rules = CSS_COMMENT.sub("", component.read_text(encoding="utf-8"))
        assert rules in sheet, component.name


def test_the_sheet_is_sent_without_what_is_said_to_its_authors(collected: Path) -> None:
    assert "/*" in (STYLES / "components" / "frame.css").read_text(encoding="utf-8")
    assert "/*" not in _served(collected, "site.css")


def test_the_sheet_names_the_typefaces_by_their_hashes(collected: Path) -> None:
    named = re.findall(r'url\("(fonts/[^"]+)"\)', _served(collected, "site.css"))

    assert len(named) > 3
    assert all(re.search(r"\.[0-9a-f]{12}\.woff2$", name) for name in named)
    assert all((collected / name).is_file() for name in named)


def test_a_script_imports_others_by_their_hashes(collected: Path) -> None:
    imported = re.findall(r'from "\./([\w.]+)"', _served(collected, "js/drafting.js"))

    assert [name.split(".")[0] for name in imported] == ["dragging", "fields"]
    assert all(re.fullmatch(r"\w+\.[0-9a-f]{12}\.js", name) for name in imported)
    assert all((collected / "js" / name).is_file() for name in imported)
