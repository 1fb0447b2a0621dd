"""Follow a screen: each reader has an event stream, which says only that the screen has changed.

The stream carries a mark made of numbers (`drafts/desk/on_screen`); the browser then asks for the
screen by a request like any other, under the rules of any page. The database is asked four times a
second, however many follow, so that no second channel can lose a message.
"""

import asyncio
import logging
from collections.abc import AsyncIterator
from uuid import UUID

from asgiref.sync import sync_to_async
from django.db import Error, close_old_connections

from drafts.desk.on_screen import screen_marks

log = logging.getLogger(__name__)

# Seconds between two queries: all see a change within two.
ASKED_EVERY = 0.25
# Typing changes a screen several times a second, and each change makes each reader ask for it. So
# many requests a second are allowed: the more follow, the seldomer they are told of typing.
ASKED_AGAIN = 150
SELDOMEST = 1.5
# A proxy closes a stream on which nothing came for long.
STILL_HERE_EVERY = 15.0
# The stream ends then, and the browser opens another: whether one may follow is checked again.
MAX_STREAM_SECONDS = 600.0
# Milliseconds after which a browser opens the stream again.
AGAIN_AFTER = 2000

OPENING = f"retry: {AGAIN_AFTER}\n\n"
STILL_HERE = ": still here\n\n"


def mark_event(mark: str) -> str:
    """One message: the mark of the screen, empty when it is off."""
    return f"data: {mark}\n\n"


class ScreenMarks:
    """The marks of all screens, asked for while somebody follows one."""

    def __init__(self) -> None:
        self.marks: dict[UUID, str] = {}
        self._followers = 0
        self._changed = asyncio.Event()
        self._known = asyncio.Event()
        self._asking: asyncio.Task[None] | None = None

    async def follow(self, meeting: UUID) -> AsyncIterator[str]:
        """The messages to one reader, until the stream is old."""
        loop = asyncio.get_running_loop()
        ends_at = loop.time() + MAX_STREAM_SECONDS
        last_mark: str | None = None
        sent_at = 0.0
        self._followers += 1
        try:
            yield OPENING
            if not await _is_set_in_time(self._marks_known()):
                return
            while loop.time() < ends_at:
                # Taken before the mark is read: what changes after that wakes this reader.
                changed = self._changed
                mark = self.marks.get(meeting, "")
                wait = sent_at + self._pace() - loop.time()
                if _is_only_typing(last_mark, mark) and wait > 0:
                    await _is_set_in_time(changed, wait)
                    continue
                if mark != last_mark:
                    yield mark_event(mark)
                    last_mark, sent_at = mark, loop.time()
                if not await _is_set_in_time(changed):
                    yield STILL_HERE
        finally:
            self._followers -= 1

    def _pace(self) -> float:
        """Seconds between two changes of what is typed, to one reader."""
        return min(self._followers / ASKED_AGAIN, SELDOMEST)

    def _marks_known(self) -> asyncio.Event:
        """The event that is set once the marks are known; starts polling where nobody does yet."""
        if self._asking is None or self._asking.done():
            self._known = asyncio.Event()
            self._asking = asyncio.create_task(self._ask_while_followed())
        return self._known

    async def _ask_while_followed(self) -> None:
        while self._followers:
            await self._ask()
            await asyncio.sleep(ASKED_EVERY)

    async def _ask(self) -> None:
        try:
            marks = await sync_to_async(_marks)()
        except Error as error:  # the database may be back at the next question
            log.warning("The screens were not asked for: %s", type(error).__name__)
            return
        if marks != self.marks:
            self.marks = marks
            self._changed.set()
            self._changed = asyncio.Event()
        self._known.set()


def _is_only_typing(last_mark: str | None, mark: str) -> bool:
    """Whether only what is being typed has changed: the last two numbers of a mark."""
    if not last_mark or not mark or last_mark == mark:
        return False
    return last_mark.split(".")[:-2] == mark.split(".")[:-2]


async def _is_set_in_time(event: asyncio.Event, patience: float = STILL_HERE_EVERY) -> bool:
    """Whether the event is set before the stream has to send a sign of life."""
    try:
        await asyncio.wait_for(event.wait(), patience)
    except TimeoutError:
        return False
    return True


def _marks() -> dict[UUID, str]:
    close_old_connections()
    return screen_marks()
