"""The page on which words are found: before a question, with hits, with none, with a slip."""

from tests.journeys.demo_pages import FACILITATOR, FOCAL_POINT
from tests.journeys.shown import Shown

SEARCH = (
    Shown("search", FOCAL_POINT),
    Shown("search", FOCAL_POINT, query=lambda: {"q": "trafficking"}, note="found"),
    Shown("search", FACILITATOR, query=lambda: {"q": "victims", "in": "inputs"}, note="inputs"),
    Shown("search", FOCAL_POINT, query=lambda: {"q": "traffiking"}, note="slip"),
    Shown("search", FOCAL_POINT, query=lambda: {"q": "zymurgy", "state": "drafted"}, note="none"),
    Shown("search", FOCAL_POINT, query=lambda: {"q": "x"}, note="too-short", status=422),
)
