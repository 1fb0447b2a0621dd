"""A person without JavaScript: opens pages over real HTTP, fills in the forms they show."""

from dataclasses import dataclass, field
from http.cookiejar import CookieJar
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode, urljoin
from urllib.request import HTTPCookieProcessor, OpenerDirector, Request, build_opener

import lxml.html


def _opener() -> OpenerDirector:
    return build_opener(HTTPCookieProcessor(CookieJar()))


@dataclass
class Page:
    """What came back: where from, with which status, and the parsed page."""

    url: str
    status: int
    content: bytes
    headers: Any

    @property
    def tree(self) -> Any:
        tree = lxml.html.document_fromstring(self.content, base_url=self.url)
        for area in tree.iter("textarea"):  # as browsers do, and this parser does not
            area.text = (area.text or "").removeprefix("\n")
        return tree

    @property
    def text(self) -> str:
        return " ".join(self.tree.text_content().split())

    def links(self, part: str) -> list[str]:
        """The addresses on the page that hold `part`."""
        return [
            urljoin(self.url, a.get("href"))
            for a in self.tree.iter("a")
            if part in (a.get("href") or "")
        ]

    def form(self, part: str) -> Any:
        """The form whose action ends in `part`, else the first one whose action holds it."""
        found = [form for form in self.tree.forms if part in (form.action or self.url)]
        assert found, f"No form to {part} on {self.url}:\n{self.text[:2000]}"
        return max(found, key=lambda form: (form.action or self.url).endswith(part))


@dataclass
class Visitor:
    """One browser with its own cookies."""

    server: str
    opener: OpenerDirector = field(default_factory=_opener)

    def get(self, address: str) -> Page:
        return self._open(Request(urljoin(self.server, address)))

    def send(self, page: Page, part: str, **values: str) -> Page:
        """Fill in the form to `part` as the page shows it, with these values, and send it."""
        form = page.form(part)
        filled = [(name, value) for name, value in form.form_values() if name not in values]
        body = urlencode([*filled, *values.items()]).encode()
        request = Request(urljoin(page.url, form.action or page.url), body, {"Referer": page.url})
        return self._open(request)

    def ask(self, page: Page, part: str) -> Page:
        """Send the form to `part`, which asks for a page, as it is filled in at first."""
        form = page.form(part)
        return self.get(
            f"{urljoin(page.url, form.action or page.url)}?{urlencode(form.form_values())}"
        )

    def sign_in(self, email: str, password: str) -> "Visitor":
        page = self.get("/account/login/")
        page = self.send(page, "/account/login/", login=email, password=password)
        assert page.status == 200, page.text[:500]
        assert "/account/login/" not in page.url, page.text[:500]
        return self

    def _open(self, request: Request) -> Page:
        try:
            with self.opener.open(request, timeout=60) as answer:
                return Page(answer.url, answer.status, answer.read(), answer.headers)
        except HTTPError as error:
            return Page(error.url or request.full_url, error.code, error.read(), error.headers)
