"""A program that speaks with the API: one request, its status, head and body."""

import json
from dataclasses import dataclass
from email.message import Message
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

PATIENCE = 30.0


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: Message
    content: bytes

    @property
    def problem(self) -> Any:
        """The body, where it is problem JSON (RFC 9457); else nothing."""
        is_problem = self.headers.get_content_type() == "application/problem+json"
        return json.loads(self.content) if is_problem else None


@dataclass(frozen=True)
class Program:
    """A key to the API, used."""

    url: str
    slug: str
    key: str

    def get(self, path: str) -> Answer:
        return self._ask(path, None)

    def post(self, path: str) -> Answer:
        return self._ask(path, b"{}")

    def submit(self, draft: object) -> Answer:
        return self.post(f"comments/{draft}/submit/")

    def _ask(self, path: str, body: bytes | None) -> Answer:
        head = {"Authorization": f"Token {self.key}", "Content-Type": "application/json"}
        address = f"{self.url}/api/v1/consultations/{self.slug}/{path}"
        try:
            with urlopen(Request(address, body, head), timeout=PATIENCE) as answer:
                return Answer(answer.status, answer.headers, answer.read())
        except HTTPError as error:
            return Answer(error.code, error.headers, error.read())
