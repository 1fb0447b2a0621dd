"""The ASGI application: it answers like the WSGI application, but keeps event streams open.

An event stream tells a browser what changed on the screen of a meeting. The page decides whether
somebody may follow the screen, as under WSGI (`comments/screen/views.py`). After this first
answer the stream needs neither a thread nor a database connection.
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
# Seconds to wait for an answer of the database, as in config/wsgi.py.
os.environ.setdefault("DATABASE_PATIENCE", "30")

wsgi_pages = WsgiToAsgi(get_wsgi_application())  # type: ignore[no-untyped-call]

report_errors()

from django.urls import resolve  # noqa: E402  # after the settings are loaded

from comments.screen.events import ScreenEventSource  # noqa: E402

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

screen_events = ScreenEventSource()


async def application(scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
    """Serve one HTTP request; other protocols are refused."""
    if scope["type"] != "http":
        raise ValueError(f"Not served: {scope['type']}.")
    relay = _ResponseRelay(send)
    await wsgi_pages(scope, receive, relay.send)
    if relay.is_event_stream:
        await _stream_events(resolve(scope["path"]).kwargs["meeting_public_id"], receive, send)


class _ResponseRelay:
    """Passes on the response of a page; of an event stream only the headers: events follow."""

    def __init__(self, send: Send) -> None:
        self.is_event_stream = False
        self._send = send

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = {name.lower(): value for name, value in message["headers"]}
            self.is_event_stream = headers[b"content-type"].startswith(b"text/event-stream")
            if self.is_event_stream:
                # The length is that of the page's own answer, which is not passed on.
                kept_headers = [pair for pair in headers.items() if pair[0] != b"content-length"]
                message = {**message, "headers": kept_headers}
        elif self.is_event_stream:
            return
        await self._send(message)


async def _stream_events(meeting_public_id: UUID, receive: Receive, send: Send) -> None:
    """Send the events of the screen until the reader leaves or the stream ends by itself."""
    sending = asyncio.create_task(_send_events(meeting_public_id, send))
    leaving = asyncio.create_task(_wait_for_disconnect(receive))
    try:
        await asyncio.wait({sending, leaving}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        sending.cancel()
        leaving.cancel()
        # Until both have ended, whatever they raise: the one that was cancelled raises too.
        await asyncio.gather(sending, leaving, return_exceptions=True)


async def _send_events(meeting_public_id: UUID, send: Send) -> None:
    async for event in screen_events.stream_events(meeting_public_id):
        await send({"type": "http.response.body", "body": event.encode(), "more_body": True})
    await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _wait_for_disconnect(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
