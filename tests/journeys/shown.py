"""What it is to look at a page: its address, who opens it, and what is done until it shows."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.urls import URLPattern, URLResolver, get_resolver, reverse
from playwright.sync_api import Error, Page, Response
from rest_framework.views import APIView

from config.demo.ground import SLUG
from tests.url_parameters import url_parameters


def _named(patterns: list[Any], route: str = "", space: str = "") -> Iterator[tuple[str, str]]:
    """The addresses that have a name, each with its route; those of the API answer in JSON."""
    for pattern in patterns:
        here = f"{route}{pattern.pattern}"
        if isinstance(pattern, URLResolver):
            inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
            yield from _named(pattern.url_patterns, here, inner)
        elif isinstance(pattern, URLPattern) and pattern.name and not _is_of_api(pattern.callback):
            yield f"{space}{pattern.name}", here


def _is_of_api(view: Any) -> bool:
    kind = getattr(view, "cls", None)
    return isinstance(kind, type) and issubclass(kind, APIView)


ROUTES: dict[str, str] = dict(_named(get_resolver().url_patterns))


@dataclass(frozen=True)
class Shown:
    """A page: its name in the site map, who opens it, the rows it names, what follows its `?`.

    Some pages show themselves only after an act; they then answer with a status of their own.
    """

    name: str
    who: str = ""
    rows: Callable[[], dict[str, Any]] = dict
    query: Callable[[], dict[str, Any]] = dict
    note: str = ""
    act: Callable[[Page], None] | None = None
    status: int = 200

    @property
    def title(self) -> str:
        words = (self.name.replace(":", "-"), self.note, self.who.replace(".", "-"))
        return "-".join(filter(None, words))

    def address(self) -> str:
        in_consultation = {"slug": SLUG} if "<slug:slug>" in ROUTES[self.name] else {}
        values = in_consultation | self.rows()
        base = reverse(self.name, kwargs=url_parameters(ROUTES[self.name], values))
        query = urlencode(self.query(), doseq=True)
        return f"{base}?{query}" if query else base

    def open(self, page: Page) -> int:
        """Go there, do what it takes, and say how the page answered that is open now."""
        answered: list[int] = []

        def note(answer: Response) -> None:
            if answer.request.is_navigation_request():
                answered.append(answer.status)

        page.on("response", note)
        try:
            page.goto(self.address())
        except Error as error:
            # The page before may read itself anew at this very moment, as that of a paper does.
            if "ERR_ABORTED" not in str(error):
                raise
            page.goto(self.address())
        if self.act is not None:
            self.act(page)
            page.wait_for_load_state()
        page.remove_listener("response", note)
        return answered[-1]
