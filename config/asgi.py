"""The ASGI application: every answer as of the web server, but a line of events stays open.

Whether somebody may follow a screen, and what its mark is, says the page itself, the same as to the
web server (`comments/pages/screen_pages.py`). Only then the line goes on, without a thread and
without a session of the database.
"""

import asyncio
import os
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from uuid import UUID

from asgiref.wsgi import WsgiToAsgi
from django.core.wsgi import get_wsgi_application

from config.monitoring import report_errors

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
os.environ.setdefault("DATABASE_PATIENCE", "30")

pages = WsgiToAsgi(get_wsgi_application())  # type: ignore[no-untyped-call]

report_errors()

from django.urls import resolve  # noqa: E402  # the settings stand now

from comments.pages.screen_lines import ScreenMarks  # noqa: E402

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

watch = ScreenMarks()


async def application(scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
    """One request; what is no request of HTTP is not known here."""
    if scope["type"] != "http":
        raise ValueError(f"Not served: {scope['type']}.")
    answer = _Answer(send)
    await pages(scope, receive, answer.send)
    if answer.is_line:
        await _go_on(resolve(scope["path"]).kwargs["meeting"], receive, send)


class _Answer:
    """Passes on what a page answers; of a line of events the head alone."""

    def __init__(self, send: Send) -> None:
        self.is_line = False
        self._send = send

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = {name.lower(): value for name, value in message["headers"]}
            self.is_line = headers[b"content-type"].startswith(b"text/event-stream")
            if self.is_line:
                kept = [pair for pair in headers.items() if pair[0] != b"content-length"]
                message = {**message, "headers": kept}
        elif self.is_line:
            return
        await self._send(message)


async def _go_on(meeting: UUID, receive: Receive, send: Send) -> None:
    """What is told of the screen, until the reader leaves or the line is old."""
    telling = asyncio.create_task(_tell(meeting, send))
    leaving = asyncio.create_task(_left(receive))
    try:
        await asyncio.wait({telling, leaving}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        telling.cancel()
        leaving.cancel()
        await asyncio.gather(telling, leaving, return_exceptions=True)


async def _tell(meeting: UUID, send: Send) -> None:
    async for words in watch.follow(meeting):
        await send({"type": "http.response.body", "body": words.encode(), "more_body": True})
    await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _left(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
