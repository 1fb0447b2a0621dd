"""Follow a screen: each reader has an event stream, which says only that the screen has changed.

The stream carries a mark made of numbers (`drafts/screen/queries`); the browser then asks for the
screen by a request like any other, under the rules of any page. Each server process asks the
database four times a second, however many follow, so that no second channel can lose a message.
"""

import asyncio
import logging
from collections.abc import AsyncIterator
from uuid import UUID

from asgiref.sync import sync_to_async
from django.db import Error, close_old_connections

from drafts.screen.queries import screen_marks

log = logging.getLogger(__name__)

# Seconds between two queries of the database.
POLL_SECONDS = 0.25
# Typing changes a screen several times a second, and each change makes each reader ask for it. To
# keep to this many requests, readers are told of typing less often the more of them follow, at the
# least every so many seconds.
MAX_REQUESTS_PER_SECOND = 150
MAX_TYPING_PAUSE_SECONDS = 1.5
# After so many seconds without a message a sign of life is sent: a proxy closes a silent stream.
KEEP_ALIVE_SECONDS = 15.0
# After so many seconds the stream ends, and the browser opens another: only then is it checked
# again whether one may follow.
MAX_STREAM_SECONDS = 600.0
# So many milliseconds after a stream has ended, the browser opens another.
RECONNECT_MILLISECONDS = 2000

# In the format of server-sent events a message ends with an empty line. "retry:" sets the pause
# above; a line that begins with a colon is passed over by the browser.
OPENING = f"retry: {RECONNECT_MILLISECONDS}\n\n"
KEEP_ALIVE = ": still here\n\n"


def mark_event(mark: str) -> str:
    """One message: the mark of the screen, empty when it is off."""
    return f"data: {mark}\n\n"


class ScreenEventSource:
    """Streams events to those who follow screens; polls the database while anybody does."""

    def __init__(self) -> None:
        # By the public id of a meeting: the mark of its screen.
        self.marks: dict[UUID, str] = {}
        self._follower_count = 0
        # Set, and replaced by a new one, whenever a mark has changed.
        self._change_event = asyncio.Event()
        # Set once the marks were read.
        self._marks_read = asyncio.Event()
        self._polling_task: asyncio.Task[None] | None = None

    async def stream_events(self, meeting_public_id: UUID) -> AsyncIterator[str]:
        """The messages to one reader of a meeting's screen, for `MAX_STREAM_SECONDS`."""
        loop = asyncio.get_running_loop()
        stream_ends_at = loop.time() + MAX_STREAM_SECONDS
        last_mark: str | None = None
        mark_sent_at = 0.0
        self._follower_count += 1
        try:
            yield OPENING
            # Without the database the stream ends: the browser opens another after a while.
            if not await _is_set_within(self._start_polling()):
                return
            while loop.time() < stream_ends_at:
                # Taken before the mark is read: what changes after that wakes this reader.
                change_event = self._change_event
                mark = self.marks.get(meeting_public_id, "")
                wait_seconds = mark_sent_at + self._typing_pause() - loop.time()
                if _is_only_typing(last_mark, mark) and wait_seconds > 0:
                    await _is_set_within(change_event, wait_seconds)
                    continue
                if mark != last_mark:
                    yield mark_event(mark)
                    last_mark, mark_sent_at = mark, loop.time()
                if not await _is_set_within(change_event):
                    yield KEEP_ALIVE
        finally:
            self._follower_count -= 1

    def _typing_pause(self) -> float:
        """Seconds between two messages to one reader that only tell of typing."""
        return min(self._follower_count / MAX_REQUESTS_PER_SECOND, MAX_TYPING_PAUSE_SECONDS)

    def _start_polling(self) -> asyncio.Event:
        """Poll, unless that is going on; return the event that is set once the marks were read."""
        if self._polling_task is None or self._polling_task.done():
            self._marks_read = asyncio.Event()
            self._polling_task = asyncio.create_task(self._poll_while_followed())
        return self._marks_read

    async def _poll_while_followed(self) -> None:
        """Read the marks again and again, as long as anybody follows."""
        while self._follower_count:
            await self._poll()
            await asyncio.sleep(POLL_SECONDS)

    async def _poll(self) -> None:
        """Read the marks once, and wake the readers where one has changed."""
        try:
            marks = await sync_to_async(_read_marks)()
        except Error as error:  # the database may be back at the next question
            log.warning("The screens were not asked for: %s", type(error).__name__)
            return
        if marks != self.marks:
            self.marks = marks
            self._change_event.set()
            self._change_event = asyncio.Event()
        self._marks_read.set()


def _is_only_typing(last_mark: str | None, mark: str) -> bool:
    """Whether only typing has changed a screen: the last two numbers of its mark."""
    if not last_mark or not mark or last_mark == mark:
        return False
    return last_mark.split(".")[:-2] == mark.split(".")[:-2]


async def _is_set_within(event: asyncio.Event, timeout: float = KEEP_ALIVE_SECONDS) -> bool:
    """Whether the event is set within `timeout` seconds."""
    try:
        await asyncio.wait_for(event.wait(), timeout)
    except TimeoutError:
        return False
    return True


def _read_marks() -> dict[UUID, str]:
    """The marks of all screens, by the public id of the meeting.

    Outside of requests Django does not close connections that have broken, so it is done here.
    """
    close_old_connections()
    return screen_marks()
