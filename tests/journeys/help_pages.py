"""The help: its chapters, a search in it, a chapter, all of it to print."""

from collections.abc import Callable
from typing import Any

from config.demo.ground import SLUG
from config.help.chapters import CHAPTERS
from tests.journeys.demo_pages import FACILITATOR, FOCAL_POINT, SECRETARIAT
from tests.journeys.shown import Shown


def _chapter(name: str) -> Callable[[], dict[str, Any]]:
    return lambda: {"name": name}


def _here(**more: Any) -> Callable[[], dict[str, Any]]:
    return lambda: {"in": SLUG, **more}


READERS = {
    "delegate": FOCAL_POINT,
    "focal_point": FOCAL_POINT,
    "coordinator": FOCAL_POINT,
    "facilitator": FACILITATOR,
    "secretariat": SECRETARIAT,
    "silence": FOCAL_POINT,
    "keys": "",
    "accessibility": "",
}
HELP = (
    Shown("help"),
    Shown("help", FOCAL_POINT, query=_here(), note="own"),
    Shown("help", FACILITATOR, query=_here(q="silence"), note="found"),
    Shown("help", query=lambda: {"q": "unheardof"}, note="nothing-found"),
    *(
        Shown("help_chapter", READERS[name], _chapter(name), _here(), note=name)
        for name in CHAPTERS
    ),
    Shown("help_all"),
)
NO_PAGES_OF_HELP = {
    "skip_first_steps": "takes a form and leads back",
    "demo_become": "takes a form and leads on",
    "play_step": "takes a form and leads on",
    "leave_scene": "takes a form and leads back",
}
