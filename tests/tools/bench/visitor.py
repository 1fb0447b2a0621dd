"""Requests through the WSGI application, by somebody who is signed in."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.cookies import SimpleCookie
from io import BytesIO
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection

from config.wsgi import application
from consultations.rules.access_factory import capacities_of
from consultations.web.view_decorators import CAPACITY_SESSION_KEY
from delegations.models import User

CSRF = "benchmarkbenchmarkbenchmarkbench"  # 32 letters, as the cookie has them


@dataclass(frozen=True, slots=True)
class Visitor:
    """A session: its cookies, and the capacity that each write names."""

    cookies: str
    capacity: str

    @property
    def headers(self) -> dict[str, str]:
        """What a browser or a script sends along."""
        return {"Cookie": self.cookies, "X-CSRFToken": CSRF, "X-Capacity": self.capacity}

    def get(self, address: str, **headers: str) -> bytes:
        """The body of a page; RuntimeError for any answer but 200."""
        return self._ask("GET", address, b"", headers)

    def follow(self, address: str) -> bytes:
        """The same where it leads, of one page to the next."""
        told: dict[str, str] = {}
        answer = self._ask("GET", address, b"", {}, to=told)
        return self.follow(told["Location"]) if told else answer

    def post(self, address: str, body: Any = None) -> bytes:
        """The answer of the API to a write; RuntimeError unless it was taken."""
        return self._ask("POST", address, json.dumps(body).encode() if body else b"", {})

    def send(self, address: str, fields: dict[str, str], **headers: str) -> bytes:
        """Send a form as a browser does; the answer, or the page to which it leads."""
        body = urlencode(fields | {"capacity": self.capacity}).encode()
        told: dict[str, str] = {}
        form = "application/x-www-form-urlencoded"
        answer = self._ask("POST", address, body, headers, form=form, to=told)
        return self.get(told["Location"]) if told else answer

    def upload(self, address: str, fields: dict[str, str], name: str, content: bytes) -> str:
        """Send a form with a file, as a browser does; the address to which it leads."""
        lines = [
            f'--{CSRF}\r\nContent-Disposition: form-data; name="{field}"\r\n\r\n{value}\r\n'
            for field, value in (fields | {"capacity": self.capacity}).items()
        ]
        lines.append(
            f'--{CSRF}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
            "Content-Type: application/octet-stream\r\n\r\n"
        )
        body = "".join(lines).encode() + content + f"\r\n--{CSRF}--\r\n".encode()
        told: dict[str, str] = {}
        self._ask("POST", address, body, {}, form=f"multipart/form-data; boundary={CSRF}", to=told)
        return told["Location"]

    def _ask(
        self,
        method: str,
        address: str,
        body: bytes,
        headers: dict[str, str],
        form: str = "application/json",
        to: dict[str, str] | None = None,
    ) -> bytes:
        """`form` is the type of the body; `to` takes the headers where the answer leads on."""
        split = urlsplit(address)
        environ = {
            "REQUEST_METHOD": method,
            "PATH_INFO": split.path,
            "QUERY_STRING": split.query,
            "SERVER_NAME": "127.0.0.1",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "127.0.0.1",
            "CONTENT_TYPE": form,
            "CONTENT_LENGTH": str(len(body)),
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.input": BytesIO(body),
            "wsgi.errors": BytesIO(),
            "wsgi.multithread": False,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
        }
        for name, value in (self.headers | headers).items():
            environ[f"HTTP_{name.upper().replace('-', '_')}"] = value
        told: list[str] = []
        led: dict[str, str] = {}

        def tell(
            status: str, named: list[tuple[str, str]], _error: Any = None
        ) -> Callable[[bytes], object]:
            told.append(status)
            led.update(named)
            return BytesIO().write  # WSGI asks for one; Django hands the body back instead

        answer = application(environ, tell)
        try:
            content = b"".join(answer)
        finally:
            answer.close()
        if to is not None and told[0].startswith("302"):
            to.update(led)
        elif told[0][:3] not in {"200", "201"}:
            raise RuntimeError(f"{method} {address} answered {told[0]}: {content[:500]!r}")
        return content


def sign_in(user: User) -> Visitor:
    """A session of this user in their first capacity, as the sign-in page makes one."""
    capacity = capacities_of(user)[0].key
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session[CAPACITY_SESSION_KEY] = capacity
    session.save()
    cookies = SimpleCookie({settings.SESSION_COOKIE_NAME: str(session.session_key)})
    cookies[settings.CSRF_COOKIE_NAME] = CSRF
    pairs = "; ".join(f"{name}={morsel.value}" for name, morsel in cookies.items())
    return Visitor(pairs, capacity)


@contextmanager
def counted_queries() -> Iterator[list[str]]:
    """The statements that are sent inside the block."""
    sent: list[str] = []

    def note(execute: Any, sql: str, *rest: Any) -> Any:
        sent.append(sql)
        return execute(sql, *rest)

    with connection.execute_wrapper(note):
        yield sent
